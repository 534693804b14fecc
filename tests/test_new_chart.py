"""A kind of chart is a function and its words: a thirteenth one, added to a copy of the package, is
drawn, saved, told and put on a slide."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.test_registry import told_by

ROOT = Path(__file__).parents[1]
KIND = '''"""How many hold a level? One bar a group."""

from analysis.charts.drawing import Drawing, Row, Series
from analysis.charts.figure import or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import read_levels
from analysis.charts.style import Paint, colour
from analysis.charts.words import TOTAL, Words


@or_nothing
def chart_holders(levels, *, about, lang="vi", level=1, preset="slide"):
    """Draw a table of `measure_levels`: one bar a group."""
    w = Words.of(about, lang, levels)
    facts = read_levels(levels, about.school_year, level)
    amounts = tuple(row.reached for row in facts.rows)
    told = {
        "headline": w.say("holders_headline", share=amounts[-1]),
        "subtitle": w.say("holders_subtitle", **w.place),
        "alt": w.say("holders_alt", share=amounts[-1], date=w.date),
    }
    rows = tuple(
        Row(w.group(facts.by, row.group), bold=row.group == TOTAL, total=row.group == TOTAL)
        for row in facts.rows
    )
    values = tuple(float(amount.percent) for amount in amounts)
    texts = tuple(amount.text(lang, "plain") for amount in amounts)
    series = Series(facts.column(w), values, Paint(colour("bar.measure")), amounts, texts)
    return drawn("holders", w, preset, facts.table, told, Drawing("bars", lang, rows, (series,)))
'''
WORDS = """
[holders_headline]
vi = "{share} trường có giấy chứng nhận"
en = "{share} schools hold a certificate"
[holders_subtitle]
vi = "{office}, năm học {school_year}"
en = "{office}, school year {school_year}"
[holders_alt]
vi = "Biểu đồ thanh ngày {date}: tất cả {share}."
en = "Bars on {date}: all together {share}."
"""
PROGRAM = """
import json, sys
from pathlib import Path
from pptx import Presentation
import analysis as an

home, out, told = Path(sys.argv[1]), Path(sys.argv[2]), {}
for lang in ("vi", "en"):
    year = an.load_year("2024-2025", home=home, lang=lang)
    levels = an.measure_levels(year, scheme="cqg", by="education_level")
    chart = an.chart(levels, kind="holders", level=1)
    an.save_chart(chart, f"holders-{lang}", out / lang)
    saved = an.saved_charts(year, out / lang)
    decks = {}
    for name, charts in {"drawn": {"a": chart}, "saved": saved}.items():
        deck = Presentation(str(an.export_deck(charts, out / f"{name}-{lang}.pptx").path))
        (bars,) = [shape.chart for shape in deck.slides[1].shapes if shape.has_chart]
        names = [str(name) for name in bars.plots[0].categories]
        decks[name] = [names, [*bars.plots[0].series[0].values]]
    picture = (out / lang / f"holders-{lang}.png").stat().st_size
    told[lang] = [chart.headline, chart.alt, str(an.tell(chart)), picture, decks]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("thirteenth")
    package = folder / "analysis"
    shutil.copytree(ROOT / "analysis", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "charts" / "holders.py").write_text(KIND, encoding="utf-8")
    labels = package / "reference" / "labels" / "chart_holders.toml"
    labels.write_text(WORDS, encoding="utf-8")
    entry = package / "tables" / "tables.toml"
    text = entry.read_text(encoding="utf-8")
    charts = 'charts = ["levels", "change", "units"]'
    assert text.count(charts) == 1
    entry.write_text(text.replace(charts, charts[:-1] + ', "holders"]'), encoding="utf-8")
    return told_by(PROGRAM, folder, ROOT)


@pytest.mark.parametrize(
    ("lang", "headline", "all_of"),
    [
        ("vi", "34/38 (89,5%) trường có giấy chứng nhận", "Toàn ngành"),
        ("en", "34/38 (89.5%) schools hold a certificate", "All schools"),
    ],
)
def test_a_kind_is_one_function_its_words_and_a_name_in_the_registry(
    told: dict[str, Any], lang: str, headline: str, all_of: str
) -> None:
    said, alt, sentences, picture, decks = told[lang]
    assert said == headline and "34/38" in alt and sentences == f"{headline}. {alt}"
    assert picture > 10_000
    names, values = decks["drawn"]
    assert names[-1] == all_of and values[-1] == pytest.approx(100 * 34 / 38)
    assert decks["saved"] == decks["drawn"]
