"""A figure of one ward, of another base or in another reading says so wherever it goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import load_register, load_year, save_chart
from analysis.charts import (
    Chart,
    chart_change,
    chart_expiries,
    chart_gaps,
    chart_levels,
    chart_path,
    chart_progress,
    chart_sessions,
    chart_targets,
    chart_units,
    tell_gaps,
    tell_levels,
    tell_outlook,
    tell_readings,
    tell_smallest_set,
    tell_targets,
)
from analysis.compare import (
    compare_readings,
    compare_scenarios,
    compare_to_targets,
    find_smallest_set,
)
from analysis.measure import measure_expiries, measure_levels, measure_sessions
from analysis.notebook.school_year import SchoolYear
from analysis.reference import SCHEMES
from tests.charts import crowded, texts

ROOT = Path(__file__).parents[1]
WARD = "Phường Tứ Hạ"


@pytest.fixture(scope="module")
def year() -> SchoolYear:
    return load_year("2024-2025", home=ROOT)


def drawn(year: SchoolYear, **how: Any) -> dict[str, Chart]:
    """The charts of a year, or of a part of it."""
    how = {"about": year.about} | how
    held, targets, rules = year.held, year.targets, year.reference.rules
    gaps = compare_to_targets(held, targets, by="education_level")
    levels = measure_levels(held, scheme="cqg", by="education_level")
    both = pd.concat([measure_levels(held, scheme=s, by="unit") for s in SCHEMES])
    ahead = compare_scenarios(held, targets, rules=rules, until=1, by="education_level")
    last = gaps.assign(school_year="2023-2024")
    return {
        "levels": chart_levels(levels, **how),
        "units": chart_units(both, **how),
        "sessions": chart_sessions(measure_sessions(held), **how),
        "expiries": chart_expiries(measure_expiries(held, scheme="cqg"), **how),
        "targets": chart_targets(compare_to_targets(held, targets), **how),
        "gaps": chart_gaps(gaps, target_id="Q", **how),
        "progress": chart_progress(pd.concat([last, gaps]), target_id="Q", **how),
        "change": chart_change(pd.concat([levels.assign(school_year="2023-2024"), levels]), **how),
        "path": chart_path(ahead, past=gaps, target_id="Q", **how),
    }


@pytest.mark.parametrize("preset", ["slide", "half", "page"])
def test_a_ward_says_so_in_headline_total_row_subtitle_and_alt_text(
    year: SchoolYear, preset: str
) -> None:
    for lang, whole in (("vi", "Toàn ngành"), ("en", "All schools")):
        for kind, chart in drawn(year.narrow(unit=WARD), lang=lang, preset=preset).items():
            assert chart.headline.startswith(f"{WARD}: "), kind
            assert WARD in chart.subtitle and chart.alt.startswith(f"{WARD}: "), kind
            rows = [text.replace("\n", " ") for text in texts(chart)]
            assert not any(text.startswith(whole) for text in rows), kind
            if kind not in ("targets", "expiries"):  # which have no row of all schools
                assert any(text.startswith(WARD) and text != chart.headline for text in rows), kind
            assert whole not in chart.alt and crowded(chart) == [], (kind, crowded(chart))


def test_the_whole_office_stays_the_whole_office(year: SchoolYear) -> None:
    for kind, chart in drawn(year).items():
        assert chart.variant == [] and chart.part == ""
        assert ": " not in chart.headline[:12], kind


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sentences_on_a_ward_begin_with_it(year: SchoolYear, lang: str) -> None:
    part = year.narrow(unit=WARD)
    how: dict[str, Any] = {"about": part.about, "lang": lang}
    held, targets, rules = part.held, part.targets, part.reference.rules
    gaps = compare_to_targets(held, targets, by="education_level")
    for told in (
        tell_levels(measure_levels(held, scheme="cqg", by="education_level"), **how),
        tell_targets(gaps, **how),
        tell_gaps(gaps, target_id="Q", **how),
        tell_readings(compare_readings(held, targets), **how),
        tell_smallest_set(find_smallest_set(held, targets, rules=rules), **how),
        tell_outlook(compare_scenarios(held, targets, rules=rules, until=1), **how),
    ):
        assert str(told).startswith(f"{WARD}: ")


def test_a_draft_of_a_part_does_not_overwrite_that_of_the_whole(
    year: SchoolYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCREDITATION_OUTPUT", str(tmp_path))
    names = {
        "a": year,
        "a-phuong-tu-ha": year.narrow(unit=WARD),
        "a-tieu-hoc": year.narrow(education_level="TH"),
        "a-at-least": year.narrow(reading="at_least"),
        "a-phuong-tu-ha-exact-evaluated": year.narrow(unit=WARD, reading="exact", base="evaluated"),
    }
    for name, part in names.items():
        chart = chart_targets(compare_to_targets(part.held, part.targets), about=part.about)
        assert save_chart(chart, "a")[0] == tmp_path / f"{name}.png"
        assert save_chart(chart, "a", tmp_path / "named")[0].name == "a.png", "as it was asked for"
    odd = replace(year.about, part_vi="Xã -1/2 $x^2$ ½ ../中文 " + "dài " * 60)
    chart = chart_targets(compare_to_targets(year.held, year.targets), about=odd)
    assert save_chart(chart, "a")[0].name.startswith("a-xa-1-2-x-2-dai-dai-")
    for base, name in (("eligible", "b"), ("all", "b-all"), ("evaluated", "b-evaluated")):
        table = measure_levels(year.held, scheme="kdclgd", by="education_level", base=base)
        assert save_chart(chart_levels(table, about=year.about), "b")[0].stem == name


@pytest.mark.parametrize(
    ("base", "words", "row"),
    [
        ("all", "trường (", "Mọi trường"),
        ("evaluated", "trường đã đánh giá ngoài (", "Đã đánh giá ngoài"),
    ],
)
def test_another_base_is_said_in_headline_total_row_subtitle_and_alt_text(
    year: SchoolYear, base: str, words: str, row: str
) -> None:
    table = measure_levels(year.held, scheme="kdclgd", by="education_level", base=base)
    chart = chart_levels(table, about=year.about)
    assert words in chart.headline and "đủ điều kiện" not in chart.headline
    said = {"all": "tất cả các trường", "evaluated": "các trường đã đánh giá ngoài"}[base]
    assert f"Mẫu số n: {said}." in chart.subtitle and f"mẫu số n: {said};" in chart.alt
    shown = " ".join(texts(chart)).replace("\u00a0", " ")
    assert f"{row} (n = " in shown and f"{row}: " in chart.alt
    assert "Toàn ngành" not in shown + chart.alt
    told = tell_levels(table, about=year.about)
    assert words in str(told)


def test_targets_read_in_another_way_say_so(year: SchoolYear) -> None:
    part = year.narrow(reading="at_least", base="evaluated")
    before = "Tính theo lựa chọn, từ mức đó trở lên, trên các trường đã đánh giá ngoài: "
    charts = drawn(part)
    for kind in ("targets", "gaps", "progress", "path"):
        assert charts[kind].headline.startswith(before), kind
        assert charts[kind].alt.startswith(before), kind
        assert crowded(charts[kind]) == []
    shown = " ".join(" ".join(texts(charts["gaps"])).replace("\u00a0", " ").split())
    assert "Đã đánh giá ngoài (n = " in shown and "Toàn ngành" not in shown
    for kind in ("levels", "units", "sessions", "expiries"):
        assert "lựa chọn" not in charts[kind].headline, "they read no target"
    gaps = compare_to_targets(part.held, part.targets, by="education_level")
    assert str(tell_gaps(gaps, about=part.about, target_id="K2")).startswith(before)
    english = drawn(part, lang="en", preset="half")
    assert english["targets"].headline.startswith("Counted as chosen, that level or higher, of ")
    assert all(crowded(english[kind]) == [] for kind in ("targets", "gaps", "path"))


def test_a_part_of_a_register_keeps_its_name_through_the_years() -> None:
    register = load_register("2024-2025", home=ROOT)
    ward = replace(register.latest.about, part_vi=WARD, part_en=WARD)
    held = register.held
    part = held[held["unit"] == WARD]
    chart = chart_change(measure_levels(part, scheme="cqg", by="education_level"), about=ward)
    assert chart.headline.startswith(f"{WARD}: Trường đạt chuẩn quốc gia")
    assert any(text.startswith(f"{WARD} 5/6") for text in texts(chart))
