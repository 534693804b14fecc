"""One number is the same wherever it stands: notebook, picture, description, slide, workbook."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation

from analysis.charts import chart_levels, tell_levels
from analysis.export import export_tables, save_chart, show_table
from analysis.export.report import export_report
from analysis.measure import measure_levels
from analysis.reference import say
from analysis.slides import export_deck
from tests.charts import ABOUT, PLAUSIBLE, office
from tests.decks import boxes, plotted, sheet_of

pytestmark = pytest.mark.truth

# 34 of 38 schools hold level 1 or higher: 89.47%; at level 2 exactly 28 of 38: 73.68%.
REACHED, TOTAL, LEVEL_2 = 34, 38, 28


@pytest.fixture(scope="module", params=["vi", "en"])
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Every export of one table of levels, parsed."""
    lang, place = request.param, tmp_path_factory.mktemp(request.param)
    levels = measure_levels(office(PLAUSIBLE), scheme="kdclgd", by="education_level")
    chart = chart_levels(levels, about=ABOUT, lang=lang)
    png, svg, table, alt, _ = save_chart(chart, "a", place)
    deck = Presentation(str(export_deck({"a": chart}, place / "d.pptx", lang=lang).path))
    book = load_workbook(export_tables({"a": levels}, place / "t.xlsx", lang=lang))
    sections: Any = [("a", [chart, tell_levels(levels, about=ABOUT, lang=lang)])]
    report = export_report(place / "r.html", sections, about=ABOUT, lang=lang)
    named = boxes(deck)
    with Image.open(png) as picture:
        described = picture.info
    return {
        "csv": pd.read_csv(table),
        "chart": named["acc:a"].chart,
        "sheet": [
            dict(zip(levels, row, strict=True))
            for row in book["1. a"].iter_rows(min_row=4, values_only=True)
        ],
        "texts": {
            "headline": chart.headline,
            "title of the picture": described["Title"],
            "title of the slide": named["acc:a:title"].text_frame.text,
            "alt text": described["Description"],
            "alt file": alt.read_text(encoding="utf-8"),
            "alt of the slide": named["acc:a"]._element.xpath(".//p:cNvPr")[0].get("descr"),
            "notes": named["acc:a:notes"].text_frame.text,
            "svg": svg.read_text(encoding="utf-8"),
            "sentences": str(tell_levels(levels, about=ABOUT, lang=lang)),
            "report": report.read_text(encoding="utf-8"),
            "category": list(named["acc:a"].chart.plots[0].categories)[-1],
        },
        "shown": show_table(levels, lang=lang).rows[-1],
        "lang": lang,
    }


def test_the_share_reads_the_same_in_every_text(said: Any) -> None:
    sign = {"vi": ",", "en": "."}[said["lang"]]
    pattern = re.compile(rf"{REACHED}/{TOTAL}(?: [^(]+)? \((\d+){re.escape(sign)}(\d)%\)")
    for name, text in said["texts"].items():
        found = pattern.search(text)
        assert found is not None and found.groups() == ("89", "5"), name


def test_the_share_is_the_same_in_every_table(said: Any) -> None:
    table = said["csv"]
    row = table[(table.group == "all") & (table.standing == "1")].iloc[0]
    assert (row.reached_count, row.schools_total) == (REACHED, TOTAL)
    assert row.reached_percent == pytest.approx(100 * REACHED / TOTAL)
    assert sheet_of(said["chart"])[-1][-2:] == [REACHED, TOTAL]
    (line,) = _in_sheet(said, "Cấp độ 1", "Level 1")
    assert [line["reached_count"], line["schools_total"]] == [REACHED, TOTAL]
    assert line["reached_percent"] == pytest.approx(row.reached_percent)


def _in_sheet(said: Any, vi: str, en: str) -> list[dict[str, Any]]:
    """The lines of the workbook about a standing of all schools."""
    standing, group = {"vi": (vi, "Toàn ngành"), "en": (en, "All schools")}[said["lang"]]
    return [r for r in said["sheet"] if (r["standing"], r["group"]) == (standing, group)]


def test_the_base_travels_with_the_share(said: Any) -> None:
    base = say("base_eligible", said["lang"])
    noun = {"vi": base.removeprefix("các "), "en": base}[said["lang"]]
    for name in ("headline", "title of the picture", "title of the slide", "alt text", "alt file"):
        assert noun in said["texts"][name], name
    assert {line["base"] for line in said["sheet"] if line["group"]} == {base}


def test_the_exact_level_is_the_same_in_every_table(said: Any) -> None:
    table = said["csv"]
    row = table[(table.group == "all") & (table.standing == "2")].iloc[0]
    name = {"vi": "Cấp độ 2", "en": "Level 2"}[said["lang"]]
    assert row.schools_count == LEVEL_2 == plotted(said["chart"])[name][-1]
    assert sheet_of(said["chart"])[-1][sheet_of(said["chart"])[0].index(name)] == LEVEL_2
    assert said["shown"][2] == {"vi": "28 (73,7%)", "en": "28 (73.7%)"}[said["lang"]]
    (whole,) = _in_sheet(said, "Cấp độ 2", "Level 2")
    assert whole["schools_count"] == LEVEL_2
    assert whole["schools_percent"] == pytest.approx(row.schools_percent)
