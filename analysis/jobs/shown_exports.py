"""What a run publishes to be read, sent and printed: one page with every chart and its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.charts import tell_data
from analysis.compare import compare_indicators
from analysis.export import show_table
from analysis.export.methods import method_notes
from analysis.export.report import export_report
from analysis.reference import say
from analysis.register import load_register
from analysis.school_year import SchoolYear
from analysis.shown_year import show_year


def write_report(staging: Path, year: SchoolYear, lang: str) -> None:
    """`bao_cao.html`, from the charts that the notebooks save and the slides show."""
    register = load_register(year.school_year, home=year.reference.home, lang=lang)
    sections: dict[str, list[Any]] = {}
    for one in show_year(register, lang=lang):
        below = [one.chart, one.told, show_table(one.table, lang=lang)]
        sections.setdefault(one.heading, []).extend(below)
    if len(year.indicators):
        indicators = compare_indicators(year.indicators, year.targets, lang=lang)
        of_year = indicators[indicators["school_year"] == year.school_year]
        sections[say("report_indicators", lang)] = [show_table(of_year, lang=lang)]
    data = [tell_data(year, lang=lang), show_table(year.ledger, lang=lang)]
    sections[say("report_data", lang)] = data
    notes = method_notes(
        year.reference.rules,
        year.targets,
        year.as_of,
        year.issues,
        year.ledger,
        schemes=year.schemes,
        lang=lang,
    )
    place = staging / "bao_cao.html"
    export_report(place, sections.items(), about=year.about, lang=lang, methods=notes)
