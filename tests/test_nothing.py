"""Of what the lists of a year do not state there is one sentence, and no chart, slide or table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pptx import Presentation

import analysis.charts as charts
from analysis.charts import NothingToDraw, tell_chart
from analysis.compare import (
    compare_readings,
    compare_scenarios,
    compare_to_targets,
    find_smallest_set,
)
from analysis.export import save_chart, show_table
from analysis.export.report import export_report
from analysis.measure import measure_expiries, measure_levels, measure_sessions
from analysis.reference import SCHEMES, SuiteError, read_reference, read_rules
from analysis.slides import Slide, export_deck
from tests.charts import ABOUT
from tests.frames import held, school

RULES = read_rules()
TARGETS = read_reference(Path(__file__).parents[1]).targets("huong-tra-2022-2025")
ENDS = pd.Timestamp(2029, 12, 1)
# No list of the year has a column for KĐCLGD; nobody states classes or pupils.
SILENT = held(
    *[school(kdclgd=None, cqg=1, cqg_expiry=ENDS)] * 3, school(kdclgd=None, cqg="pending")
)
# Nobody states when a certificate ends.
UNDATED = held(*[school(kdclgd=2, cqg=1)] * 4)
NO_COLUMN = "KĐCLGD: không danh sách nào của năm học 2024-2025 có cột, nên không tính gì."
NOT_STATED = (
    "Danh sách năm học 2024-2025 không ghi nội dung này, nên không có số liệu để trình bày."
)
NO_END = (
    "CQG: danh sách năm học 2024-2025 không cho biết ngày hết hạn của chứng nhận nào, nên không "
    "nhìn trước được."
)
HOW: dict[str, Any] = {"about": ABOUT}


def levels(scheme: str = "kdclgd", table: pd.DataFrame = SILENT) -> pd.DataFrame:
    return measure_levels(table, scheme=scheme, by="education_level")


def compared(table: pd.DataFrame = SILENT) -> pd.DataFrame:
    return compare_to_targets(table, TARGETS, by="education_level")


def ahead(table: pd.DataFrame, until: dt.date | int = 1) -> pd.DataFrame:
    return compare_scenarios(table, TARGETS, rules=RULES, until=until)


NOTHING: dict[str, tuple[str, Callable[..., Any]]] = {
    "levels": (NO_COLUMN, lambda **how: charts.chart_levels(levels(), **how)),
    "units": (NO_COLUMN, lambda **how: charts.chart_units(levels(), **how)),
    "change": (NO_COLUMN, lambda **how: charts.chart_change(levels(), **how)),
    "gaps": (NOT_STATED, lambda **how: charts.chart_gaps(compared(), target_id="K1", **how)),
    "progress": (
        NOT_STATED,
        lambda **how: charts.chart_progress(compared(), target_id="K2", **how),
    ),
    "path": (NOT_STATED, lambda **how: charts.chart_path(ahead(SILENT), target_id="K1", **how)),
    "no end": (NO_END, lambda **how: charts.chart_path(ahead(UNDATED), target_id="Q", **how)),
    "expiries": (
        NO_END,
        lambda **how: charts.chart_expiries(measure_expiries(UNDATED, scheme="cqg"), **how),
    ),
    "not recognised": (
        "CQG: trong năm học 2024-2025 không trường nào có chứng nhận còn hiệu lực, nên không có "
        "ngày hết hạn nào.",
        lambda **how: charts.chart_expiries(
            measure_expiries(held(school(cqg="not_reached")), scheme="cqg"), **how
        ),
    ),
    "expiries of no column": (
        NO_COLUMN,
        lambda **how: charts.chart_expiries(measure_expiries(SILENT, scheme="kdclgd"), **how),
    ),
    "sessions": (
        NOT_STATED,
        lambda **how: charts.chart_sessions(measure_sessions(SILENT), **how),
    ),
    "one year": (
        "Mới có số liệu của năm học 2024-2025, nên chưa so với năm trước được.",
        lambda **how: charts.chart_change(levels("cqg"), **how),
    ),
    "targets": (
        NOT_STATED,
        lambda **how: charts.chart_targets(
            compare_to_targets(SILENT, replace(TARGETS, parts=TARGETS.parts[:3])), **how
        ),
    ),
}


@pytest.mark.parametrize("name", NOTHING)
def test_there_is_one_sentence_and_nothing_to_see(name: str) -> None:
    sentence, draw = NOTHING[name]
    chart = draw(**HOW)
    assert isinstance(chart, NothingToDraw)
    assert tell_chart(chart).lines == (sentence,)
    assert chart.alt == "" and chart.table.empty
    assert chart._repr_mimebundle_() == {"text/html": ""}
    english = draw(about=ABOUT, lang="en", preset="half")
    (told,) = tell_chart(english).lines
    assert told != sentence and told.endswith(".") and "school year 2024-2025" in told
    with pytest.raises(SuiteError) as caught:
        draw(about=ABOUT, lang="fr")
    assert caught.value.key == "chart_unknown_language"


def test_the_part_of_the_schools_is_not_said_of_nothing() -> None:
    part = replace(ABOUT, part_vi="Phường Tứ Hạ", part_en="Phường Tứ Hạ")
    assert charts.chart_levels(levels(), about=part).headline == NO_COLUMN


def test_it_is_saved_nowhere(tmp_path: Path) -> None:
    assert save_chart(NOTHING["levels"][1](**HOW), "phan-bo-cap-do", tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_sentences_say_the_same() -> None:
    assert str(charts.tell_levels(levels(), about=ABOUT)) == NO_COLUMN
    assert str(charts.tell_gaps(compared(), about=ABOUT, target_id="K1")) == NOT_STATED
    nothing = replace(TARGETS, parts=TARGETS.parts[:3])
    assert str(charts.tell_targets(compare_to_targets(SILENT, nothing), about=ABOUT)) == NOT_STATED
    readings = compare_readings(SILENT, nothing)
    assert str(charts.tell_readings(readings, about=ABOUT)) == NOT_STATED
    smallest = find_smallest_set(SILENT, nothing, rules=RULES)
    assert str(charts.tell_smallest_set(smallest, about=ABOUT)) == NOT_STATED
    assert str(charts.tell_outlook(ahead(SILENT), target_id="K1")) == NOT_STATED
    assert str(charts.tell_outlook(ahead(UNDATED), target_id="Q")) == NO_END
    only = compare_scenarios(
        UNDATED, replace(TARGETS, parts=TARGETS.parts[-1:]), rules=RULES, until=1
    )
    assert str(charts.tell_outlook(only)) == NO_END, "also where no target is named"


def test_no_table_is_shown_and_no_remark_that_it_is_empty() -> None:
    for table in (levels(), compare_to_targets(SILENT, replace(TARGETS, parts=TARGETS.parts[:1]))):
        shown = show_table(table)
        assert shown.rows == () and shown._repr_html_() == ""
    assert "Không có dòng nào" in show_table(pd.DataFrame({"a": []}))._repr_html_()


def test_what_is_stated_is_drawn_beside_what_is_not() -> None:
    both = pd.concat([levels(scheme) for scheme in SCHEMES])
    chart = charts.chart_units(both, about=ABOUT)
    assert chart.headline.startswith("1 trong 4 trường chưa đạt chuẩn quốc gia")
    assert "KĐCLGD" not in chart.headline + chart.subtitle + chart.alt
    targets = charts.chart_targets(compare_to_targets(SILENT, TARGETS), about=ABOUT)
    assert targets.headline == "CQG mức độ 1, 2 chưa đạt chỉ tiêu: 3/4 (75,0%), thiếu 1 trường"
    assert "KĐCLGD" not in targets.alt
    path = charts.chart_path(ahead(SILENT), target_id="Q", about=ABOUT)
    assert not isinstance(path, NothingToDraw)


def test_a_year_that_states_nothing_among_others_that_do() -> None:
    years = {"2023-2024": dt.date(2024, 5, 31), "2024-2025": dt.date(2025, 5, 31)}
    before = [school(school_year="2023-2024", kdclgd=1, cqg=1)] * 3
    for kdclgd in (None, 1):
        table = held(*before, *[school(kdclgd=kdclgd, cqg=1)] * 3, as_of=years)
        drawn = charts.chart_change(levels(table=table), about=ABOUT)
        told = charts.chart_levels(levels(table=table), about=ABOUT)
        gap = charts.chart_gaps(compared(table), target_id="K1", about=ABOUT)
        rise = charts.chart_progress(compared(table), target_id="K1", about=ABOUT)
        found = {isinstance(chart, NothingToDraw) for chart in (drawn, told, gap, rise)}
        assert found == {kdclgd is None}
    silent = held(*[r | school(kdclgd=None) | {"school_year": "2023-2024"} for r in before],
                  *[school(kdclgd=1, cqg=1)] * 3, as_of=years)  # fmt: skip
    only = charts.chart_change(levels(table=silent), about=ABOUT)
    assert only.headline.startswith("Mới có số liệu của năm học 2024-2025")
    now = charts.chart_progress(compared(silent), target_id="K1", about=ABOUT)
    assert now.headline == "Hiện nay so với chỉ tiêu", "there is no year to compare it with"


def test_it_never_becomes_a_slide_or_a_section(tmp_path: Path) -> None:
    nothing, drawn = NOTHING["levels"][1](**HOW), charts.chart_levels(levels("cqg"), about=ABOUT)
    slides: dict[str, Any] = {"a": nothing, "b": drawn, "c": Slide(nothing, title="T", alt="A")}
    path = export_deck(slides, tmp_path / "d.pptx").path
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(path)).slides]
    assert titles[1:] == [drawn.headline], "behind the cover"
    only = export_deck({"a": nothing}, tmp_path / "cover.pptx").path
    assert len(Presentation(str(only)).slides) == 1, "a cover, as it is known whose figures"
    page = export_report(tmp_path / "r.html", [("Cấp độ", [nothing]), ("CQG", drawn)], about=ABOUT)
    text = page.read_text(encoding="utf-8")
    assert "<h2>CQG</h2>" in text and "Cấp độ</h2>" not in text
