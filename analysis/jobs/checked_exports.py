"""What `accreditation check --out` writes: tables and charts from the accepted rows, and the
workbooks with faults, marked, to send back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.chart import Chart, chart_levels
from analysis.clean import Cleaned, published_counts
from analysis.compare import compare_to_targets, recompute_published
from analysis.export import save_chart, show_table
from analysis.export.report import export_report
from analysis.export.returned import return_workbooks
from analysis.export.tables import export_csv, export_tables
from analysis.measure import measure_levels
from analysis.raw import Raw
from analysis.reference import SCHEMES, About, Reference, say

_SCHOOL_COLUMNS = [
    "school_code",
    "school_name",
    "unit",
    "education_level",
    "ownership",
    "kdclgd_standing",
    "cqg_standing",
    "source_file",
    "source_sheet",
    "source_row",
]


def export_checked(
    raw: Raw,
    cleaned: Cleaned,
    held: pd.DataFrame,
    reference: Reference,
    period: tuple[str, dt.date],
    folder: Path,
    lang: str,
) -> list[Path]:
    """Write the tables as CSV and as one workbook, and a chart of the levels of each scheme."""
    about = _about(raw, reference, period)
    tables = _tables(raw, cleaned, held, reference, lang)
    written = [export_csv(table, folder / f"{name}.csv") for name, table in tables.items()]
    titles = {say(f"table_{name}", lang): table for name, table in tables.items()}
    written.append(export_tables(titles, folder / "bang_so_lieu.xlsx", about=about, lang=lang))
    charts = _charts(held, cleaned, about, lang)
    for scheme, chart in charts.items():
        written += save_chart(chart, f"{scheme}-theo-cap-hoc", folder)
    shown: list[tuple[str, Any]] = []
    for scheme, chart in charts.items():
        shown.append((say(f"table_levels_{scheme}", lang), chart))
    shown += [
        (title, show_table(table, lang=lang))
        for title, table in titles.items()
        if title not in dict(shown)
    ]
    written.append(export_report(folder / "bao_cao.html", shown, about=about, lang=lang))
    office = str(reference.office.get(f"name_{lang}", ""))
    return written + return_workbooks(
        raw.books,
        cleaned.findings,
        folder / "can_sua",
        lang,
        remarks=cleaned.remarks,
        office=office,
    )


def _tables(
    raw: Raw, cleaned: Cleaned, held: pd.DataFrame, reference: Reference, lang: str
) -> dict[str, pd.DataFrame]:
    issues = cleaned.issues(lang)
    tables = {
        "ledger": cleaned.ledger,
        "schools": held[[c for c in _SCHOOL_COLUMNS if c in held]],
        **{f"levels_{scheme}": _levels(held, scheme, cleaned) for scheme in SCHEMES},
        "gaps": pd.concat(
            [
                compare_to_targets(held, targets, by="education_level", kept_out=cleaned.kept_out)
                for targets in reference.target_sets.values()
            ]
            or [pd.DataFrame()]
        ),
        "set_aside": issues[issues["outcome"] == "set_aside"],
        "repairs": issues[issues["outcome"] == "repaired"],
    }
    counts = published_counts(raw)
    if len(counts):
        tables["published"] = recompute_published(counts)
    return {name: table for name, table in tables.items() if len(table)}


def _about(raw: Raw, reference: Reference, period: tuple[str, dt.date]) -> About:
    """What is said of data that may be of any office: its files, and whether they say that they
    are made up."""
    files = ", ".join(raw.books)
    office = reference.office.get("name_vi", ""), reference.office.get("name_en", "")
    own = raw.synthetic and bool(office[0])
    return About(
        office[0] if own else files,
        office[1] if own else files,
        *period,
        raw.synthetic,
        files,
        files,
    )


def _levels(held: pd.DataFrame, scheme: str, cleaned: Cleaned) -> pd.DataFrame:
    return measure_levels(
        held, scheme=scheme, by="education_level", base="all", kept_out=cleaned.kept_out
    )


def _charts(held: pd.DataFrame, cleaned: Cleaned, about: About, lang: str) -> dict[str, Chart]:
    """A chart of the levels of each scheme the tables tell of."""
    return {
        scheme: chart_levels(_levels(held, scheme, cleaned), about=about, lang=lang)
        for scheme in SCHEMES
        if len(held) and not (held[f"{scheme}_state"] == "unknown").all()
    }
