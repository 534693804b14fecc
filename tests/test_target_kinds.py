"""Kinds of target: shares, corridors, upper bounds and numbers, of schools and of the office."""

from __future__ import annotations

import html
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as an
from analysis.charts import chart_gaps, chart_targets, tell_targets
from analysis.compare import (
    attainable_counts,
    check_feasibility,
    compare_indicators,
    compare_to_targets,
    indicators,
    what_if,
)
from analysis.reference import FaultsError, TargetSet, read_rules, read_targets, schema
from tests.charts import ABOUT
from tests.frames import held, school
from tests.test_target_sets import HEAD, PART, RESOLUTION

SHARE = "from_percent = 87\nto_percent = 100\ndecimals = 0\n"


def target_set(folder: Path, text: str) -> TargetSet:
    (folder / "x.toml").write_text(text, encoding="utf-8")
    return read_targets(folder / "x.toml")


def wanted(folder: Path, edges: str, more: str = "") -> TargetSet:
    return target_set(folder, HEAD + PART.replace(SHARE, edges) + more)


TABLE = held(
    *[school(education_level="MN", cqg=1, unit="A")] * 3,
    *[school(education_level="MN", cqg="not_reached", unit="B")] * 2,
    *[school(education_level="TH", cqg=1, unit="A")] * 4,
    school(education_level="TH", cqg="not_stated", unit="B"),
)


@pytest.mark.parametrize(
    ("edges", "vi", "en", "verdict", "needed"),
    [
        ("from_schools = 7", "≥ 7 trường", "≥ 7 schools", "met", (0, 0)),
        ("from_schools = 8", "≥ 8 trường", "≥ 8 schools", "open", (0, 1)),
        ("from_schools = 9", "≥ 9 trường", "≥ 9 schools", "not_met", (1, 2)),
        ("from_schools = 11", "≥ 11 trường", "≥ 11 schools", "not_attainable", None),
        ("from_schools = 5\nto_schools = 6", "5–6 trường", "5–6 schools", "met", (0, 0)),
        ("to_schools = 6", "≤ 6 trường", "≤ 6 schools", "not_met", None),
        ("to_schools = 7", "≤ 7 trường", "≤ 7 schools", "open", (0, 0)),
        ("to_schools = 8", "≤ 8 trường", "≤ 8 schools", "met", (0, 0)),
        ("from_percent = 0\nto_percent = 60\ndecimals = 0", "≤ 60%", "≤ 60%", "not_met", None),
        ("from_percent = 0\nto_percent = 70\ndecimals = 0", "≤ 70%", "≤ 70%", "open", (0, 0)),
        ("from_percent = 0\nto_percent = 0\ndecimals = 0", "0%", "0%", "not_met", None),
        ("over_percent = 60\nto_percent = 100\ndecimals = 0", "> 60%", "> 60%", "met", (0, 0)),
        ("over_percent = 70\nto_percent = 100\ndecimals = 0", "> 70%", "> 70%", "open", (0, 1)),
        ("over_percent = 80\nto_percent = 100\ndecimals = 0", "> 80%", "> 80%", "not_met", (1, 2)),
        ("from_percent = 0\nunder_percent = 70\ndecimals = 0", "< 70%", "< 70%", "not_met", None),
        ("from_percent = 0\nunder_percent = 80\ndecimals = 0", "< 80%", "< 80%", "open", (0, 0)),
        (
            "over_percent = 60\nunder_percent = 90\ndecimals = 0",
            "trên 60 đến dưới 90%",
            "over 60 to under 90%",
            "met",
            (0, 0),
        ),
    ],
)
def test_numbers_and_upper_bounds_are_judged_and_written(
    tmp_path: Path, edges: str, vi: str, en: str, verdict: str, needed: tuple[int, int] | None
) -> None:
    targets = wanted(tmp_path, edges + "\n")
    compared = compare_to_targets(TABLE, targets)
    (row,) = compared.to_dict("records")
    assert row["verdict"] == verdict
    lacking = (row["needed_least"], row["schools_needed"])
    assert (None if pd.isna(lacking[1]) else lacking) == needed
    assert (targets.parts[0].wanted.text("vi"), targets.parts[0].wanted.text("en")) == (vi, en)
    for lang, words in (("vi", vi), ("en", en)):
        assert words in html.unescape(an.show_table(compared, lang=lang)._repr_html_())
        told = str(tell_targets(compared, about=ABOUT, lang=lang))
        chart = chart_targets(compared, about=ABOUT, lang=lang)
        assert words in told and words in chart.alt
        assert chart.png()


@given(total=st.integers(1, 400), edge=st.integers(0, 999), decimals=st.integers(0, 1))
def test_more_than_a_share_is_more_of_it_as_it_is_printed(
    total: int, edge: int, decimals: int
) -> None:
    """Over 93%: what is written with one decimal is more than 93,0%. Under 93%: less."""
    bound = Fraction(edge, 10) if decimals else Fraction(edge // 10)
    part = replace(RESOLUTION.parts[0], decimals=1, from_percent=float(bound), to_percent=100)
    most = replace(part, from_percent=0, to_percent=float(bound), exclusive="to")
    over, under = (
        {*attainable_counts(total, one)} for one in (replace(part, exclusive="from"), most)
    )
    printed = {
        k: Fraction(int(Fraction(1000 * k, total) + Fraction(1, 2)), 10) for k in range(total + 1)
    }
    assert over == {k for k, share in printed.items() if share > bound or (not bound and k)}
    if bound:
        assert under == {k for k, share in printed.items() if share < bound}


def test_an_end_that_leaves_nothing_or_is_told_twice_is_a_fault(tmp_path: Path) -> None:
    for edges in (
        "over_percent = 90\nunder_percent = 90\ndecimals = 0\n",
        "over_percent = 90\nfrom_percent = 80\nto_percent = 100\ndecimals = 0\n",
        "over_percent = 100\nto_percent = 100\ndecimals = 0\n",
    ):
        with pytest.raises(FaultsError, match="dòng"):
            wanted(tmp_path, edges)


def test_education_levels_with_ends_of_their_own(tmp_path: Path) -> None:
    level = '[[target.part.level_target]]\nid = "Q-MN"\neducation_levels = ["MN"]\n'
    level += 'label_vi = "CQG mầm non"\nlabel_en = "CQG, preschools"\nover_percent = 59.5\n'
    parts = {p.id: p for p in wanted(tmp_path, SHARE, level + "decimals = 1\n").parts}
    assert (parts["Q"].wanted.text(), parts["Q-MN"].wanted.text()) == ("≥ 87%", "> 59,5%")


GENERAL = 'education_levels = ["TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "TH&THCS&THPT"]\n'


@pytest.mark.parametrize(
    ("levels", "vi", "en"),
    [
        (GENERAL, "tất cả các trường phổ thông", "all general schools (TH to THPT)"),
        (
            'education_levels = ["TH", "TH&THCS"]\n',
            "trường tiểu học, TH&THCS",
            "schools of primary",
        ),
    ],
)
def test_every_word_says_of_which_schools_a_target_is(
    tmp_path: Path, levels: str, vi: str, en: str
) -> None:
    targets = wanted(tmp_path, SHARE + levels)
    alone = TABLE[TABLE["education_level"] == "TH"]
    compared = compare_to_targets(TABLE, targets, by="unit")
    columns = ["schools_count", "schools_total", "verdict", "needed_least", "schools_needed"]
    assert compared[columns].equals(
        compare_to_targets(alone, wanted(tmp_path, SHARE), by="unit")[columns]
    )
    for lang, words in (("vi", vi), ("en", en)):
        for draw in (chart_targets, chart_gaps):
            chart = draw(compared, about=ABOUT, lang=lang)
            for told in (chart.alt, *chart.readings):
                assert words in told, (draw, told)
            assert chart.png()
    fits = check_feasibility(targets, {"MN": 5, "TH": 5, "all": 10})
    assert fits["schools_total"].tolist() == [5]
    found = what_if(
        TABLE, more=-1, scheme="cqg", education_level="MN", target_set=targets, rules=read_rules()
    )
    assert not found["turns"].any() and (found["schools_count"] == found["then_count"]).all()


def test_a_number_of_schools_is_wanted_of_all_of_them_or_of_some_levels(tmp_path: Path) -> None:
    level = '[[target.part.level_target]]\nid = "Q-MN"\neducation_levels = ["MN"]\n'
    level += 'label_vi = "CQG mầm non"\nlabel_en = "CQG, preschools"\n'
    targets = wanted(tmp_path, SHARE, level + "from_schools = 4\n")
    compared = compare_to_targets(TABLE, targets, by="unit").set_index(["target_id", "group"])
    assert compared.index[compared["wanted_schools"] == "4-"].tolist() == [("Q-MN", "all")]
    assert len(compared) == 4
    number = compared.loc[("Q-MN", "all")]
    assert (number["target_from"], number["schools_needed"], number["gap_points"]) == (80, 1, -20)


def measured(folder: Path, target: str, value: object, *, yearly: bool = False) -> dict[str, Any]:
    """What becomes of a figure of the office that a target asks for."""
    head = HEAD + f"yearly = {str(yearly).lower()}\n" + '[[target.measure]]\nid = "M"\n'
    words = 'label_vi = "Số đo"\nlabel_en = "Figure"\n'
    counts = (
        dict(zip(("numerator", "denominator"), value, strict=True))
        if isinstance(value, tuple)
        else {"value": value}
    )
    sheet = pd.DataFrame([{"school_year": "2024-2025", "target_id": "M", **counts}])
    compared = compare_indicators(sheet, target_set(folder, head + words + target), lang="en")
    shown = html.unescape(an.show_table(compared, lang="en")._repr_html_())
    assert str(compared.loc[0, "target_text"]) in shown
    return dict(compared.loc[0])


@pytest.mark.parametrize(
    ("target", "value", "told", "met"),
    [
        ('kind = "count"\nat_most = 3', 3, "≤ 3", "met"),
        ('kind = "count"\nat_most = 3', 4, "≤ 3", "not_met"),
        ('kind = "count"\nat_least = 1\nat_most = 2', 5, "1–2", "met"),
        ('kind = "count"\nat_least = 2\nat_most = 2', 1, "2", "not_met"),
        ('kind = "count"\nat_most = 1.5', 1.6, "≤ 1.5", "not_met"),
        ('kind = "percent"\nat_most = 5', (1, 19), "≤ 5%", "met"),  # 5,26% is written as 5%
        ('kind = "percent"\nat_most = 5', (1, 18), "≤ 5%", "not_met"),
        ('kind = "percent"\nat_most = 0', (1, 1000), "≤ 0%", "not_met"),
        ('kind = "percent"\nover = 93', (40, 43), "> 93%", "not_met"),  # 93,02%: printed 93,0%
        ('kind = "percent"\nover = 93', (14, 15), "> 93%", "met"),
        ('kind = "percent"\nunder = 5', (5, 100), "< 5%", "not_met"),
        ('kind = "count"\nover = 3', 3, "> 3", "not_met"),
        ('kind = "percent"\nat_least = 2\nat_most = 5.5', (1, 25), "2–5.5%", "met"),
        ('kind = "status"\nrequired = "Đạt"', "đạt", "Đạt", "met"),
    ],
)
def test_figures_of_the_office(
    tmp_path: Path, target: str, value: object, told: str, met: str
) -> None:
    found = measured(tmp_path, target, value)
    assert (found["target_text"], found["met"]) == (told, met)
    yearly = measured(tmp_path, target, value, yearly=True)
    assert yearly["target_text"] == f"{told} each year"


def test_a_further_kind_is_its_keys_and_what_judges_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pupils to a class, "at most 35 to 1": the entry of settings.toml, the function beside it."""
    schema._schema()["measure"]["ratio"] = {"at_most": {"kind": "number", "need": True, "from": 0}}
    schema.described.cache_clear()

    def judge(measure: Any, row: Any, lang: str) -> tuple[float, str, bool]:
        ratio = row["numerator"] / row["denominator"]
        return ratio, f"{ratio:.0f}", ratio <= measure["at_most"]

    monkeypatch.setitem(indicators.JUDGES, "ratio", judge)
    try:
        found = measured(tmp_path, 'kind = "ratio"\nat_most = 35', (1050, 30))
        assert (found["target_text"], found["value_text"], found["met"]) == ("≤ 35", "35", "met")
    finally:
        del schema._schema()["measure"]["ratio"]
        schema.described.cache_clear()
