"""Kinds of target: shares, corridors, upper bounds and numbers, of schools and of the office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import analysis as an
from analysis.charts import chart_targets, tell_targets
from analysis.compare import compare_indicators, compare_to_targets, indicators
from analysis.reference import TargetSet, read_targets, schema
from tests.charts import ABOUT
from tests.frames import held, school
from tests.test_target_sets import HEAD, PART

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
        assert words in an.show_table(compared, lang=lang)._repr_html_().replace("&lt;", "<")
        told = str(tell_targets(compared, about=ABOUT, lang=lang))
        chart = chart_targets(compared, about=ABOUT, lang=lang)
        assert words in told and words in chart.alt
        assert chart.png()


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
    assert str(compared.loc[0, "target_text"]) in an.show_table(compared, lang="en")._repr_html_()
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
