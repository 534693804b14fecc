"""What a run publishes to be shown: slides, and one page to read, send and print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.chart import (
    Chart,
    chart_gaps,
    chart_levels,
    chart_targets,
    foremost_groups,
    tell_gaps,
    tell_levels,
    tell_targets,
)
from analysis.compare import compare_indicators, compare_to_targets
from analysis.export import export_deck, show_table
from analysis.export.methods import method_notes
from analysis.export.report import export_report
from analysis.measure import measure_levels
from analysis.reference import SCHEMES, say
from analysis.school_year import SchoolYear

_BASES = {"kdclgd": "eligible", "cqg": "all"}
# The groupings, with the words that stand in the names of the charts of the notebooks.
_GROUPS = {"education_level": "cap-hoc", "unit": "xa-phuong", "ownership": "loai-hinh"}


def write_slides_and_report(staging: Path, year: SchoolYear, lang: str) -> None:
    """`trinh_chieu.pptx` and `bao_cao.html`, both from the same charts."""
    shown = [*_targets(year, lang), *_levels(year, lang), *_gaps(year, lang)]
    charts = {name: chart for name, _, chart, _ in shown}
    export_deck(charts, staging / "trinh_chieu.pptx", about=year.about, lang=lang)
    sections: dict[str, list[Any]] = {}
    for _, heading, chart, words in shown:
        sections.setdefault(heading, []).extend([chart, *words])
    if len(year.indicators):
        indicators = compare_indicators(year.indicators, year.targets, lang=lang)
        of_year = indicators[indicators["school_year"] == year.school_year]
        sections[say("report_indicators", lang)] = [show_table(of_year, lang=lang)]
    sections[say("report_data", lang)] = [show_table(year.ledger, lang=lang)]
    notes = method_notes(
        year.reference.rules, year.targets, year.as_of, year.issues, year.ledger, lang=lang
    )
    place = staging / "bao_cao.html"
    export_report(place, sections.items(), about=year.about, lang=lang, methods=notes)


# A chart with its name, the heading it stands under, and what stands below it.
_Shown = tuple[str, str, Chart, list[Any]]


def _targets(year: SchoolYear, lang: str) -> list[_Shown]:
    how: dict[str, Any] = {"about": year.about, "lang": lang}
    table = compare_to_targets(year.schools, year.targets, kept_out=year.kept_out)
    if table.empty:
        return []
    below = [tell_targets(table, **how), show_table(table, lang=lang)]
    heading = say("report_targets", lang)
    return [("so-voi-chi-tieu", heading, chart_targets(table, **how), below)]


def _levels(year: SchoolYear, lang: str) -> list[_Shown]:
    how: dict[str, Any] = {"about": year.about, "lang": lang}
    found = []
    for scheme in SCHEMES:
        for by, word in _GROUPS.items():
            table = measure_levels(
                year.schools, scheme=scheme, by=by, base=_BASES[scheme], kept_out=year.kept_out
            )
            facts = {"scheme": say(f"scheme_{scheme}", lang), "by": say(f"by_{by}", lang)}
            below = [tell_levels(table, **how), show_table(table, lang=lang)]
            chart = chart_levels(foremost_groups(table), **how)
            heading = say("report_levels", lang, **facts)
            found.append((f"{scheme}-theo-{word}", heading, chart, below))
    return found


def _gaps(year: SchoolYear, lang: str) -> list[_Shown]:
    how: dict[str, Any] = {"about": year.about, "lang": lang}
    table = compare_to_targets(
        year.schools, year.targets, by="education_level", kept_out=year.kept_out
    )
    found = []
    for part in year.targets.parts:
        chart = chart_gaps(table, target_id=part.id, **how)
        rows: pd.DataFrame = table[table["target_id"] == part.id]
        below = [tell_gaps(table, target_id=part.id, **how), show_table(rows, lang=lang)]
        name = "cqg" if part.scheme == "cqg" else part.id.lower()
        heading = say("table_gaps", lang)
        found.append((f"khoang-cach-{name}-theo-cap-hoc", heading, chart, below))
    return found
