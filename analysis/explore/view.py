"""What is shown for a choice: one table, its chart, its sentences. The numbers of the batch run."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.chart import (
    Chart,
    Sentences,
    chart_gaps,
    chart_levels,
    foremost_groups,
    tell_gaps,
    tell_levels,
)
from analysis.compare import compare_to_targets
from analysis.export.cells import count_and_share, in_word
from analysis.measure import GROUPINGS, check_choice, measure_levels
from analysis.reference import SCHEMES
from analysis.school_year import SchoolYear

USUAL_BASE = {"kdclgd": "eligible", "cqg": "all"}
_MOST_GROUPS = 14
_SCREEN = 96  # dots per inch: two thirds of a slide's, drawn in two thirds of the time


@dataclass(frozen=True)
class Asked:
    """One choice. `target_id` "" shows the levels of the scheme, else the gaps to that target;
    "" for the others leaves them open (base and reading: the usual ones)."""

    scheme: str = "kdclgd"
    by: str = "education_level"
    target_id: str = ""
    education_level: str = ""
    unit: str = ""
    ownership: str = ""
    reading: str = ""
    base: str = ""


@dataclass(frozen=True)
class View:
    """What is shown: the narrowed year, the measured table of every group, chart and sentences."""

    year: SchoolYear
    asked: Asked
    table: pd.DataFrame
    chart: Chart
    told: Sentences

    @property
    def base(self) -> str:
        """The base of the table."""
        return str(self.table["base"].iloc[0])

    def groups(self, lang: str) -> list[tuple[str, str]]:
        """(words, group) in order: "Tiểu học: 13/15 (86,7%)", the total last."""
        rows, counted = self.table, "schools"
        if not self.asked.target_id:
            rows, counted = rows[rows["standing"].astype("str").eq("1")], "reached"
        names = [in_word(g, ("group", "level", "ownership"), lang, "") for g in rows["group"]]
        count, share = rows[f"{counted}_count"], rows[f"{counted}_percent"]
        figures = zip(names, count, rows["schools_total"], share, rows["group"], strict=True)
        return [(f"{name}: {_figure(k, n, p, lang)}", group) for name, k, n, p, group in figures]


def _figure(count: int, total: int, share: float, lang: str) -> str:
    """ "13/15 (86,7%)"."""
    shown = count_and_share(count, share, lang)
    number, _, behind = shown.partition(" ")
    return f"{number}/{total} {behind}".strip()


def view(year: SchoolYear, asked: Asked, *, lang: str = "vi") -> View:
    """The table, chart and sentences of a choice; SuiteError for a choice there is not.

    >>> from analysis import load_year
    >>> shown = view(load_year("2024-2025"), Asked(scheme="cqg", by="ownership"))
    >>> shown.groups("vi")[-1][0]
    'Toàn ngành: 32/36 (88,9%)'
    """
    check_choice("scheme", asked.scheme, SCHEMES)
    check_choice("by", asked.by, GROUPINGS)
    narrowed = year.narrow(
        education_level=asked.education_level,
        unit=asked.unit,
        ownership=asked.ownership,
        reading=asked.reading,
        base=asked.base,
    )
    show = _gaps if asked.target_id else _levels
    table, chart, told = show(narrowed, asked, lang)
    chart.dpi = _SCREEN
    return View(narrowed, asked, table, chart, told)


def _levels(year: SchoolYear, asked: Asked, lang: str) -> tuple[pd.DataFrame, Chart, Sentences]:
    base = asked.base or USUAL_BASE[asked.scheme]
    table = measure_levels(
        year.schools, scheme=asked.scheme, by=asked.by, base=base, kept_out=year.kept_out
    )
    chart = chart_levels(foremost_groups(table), about=year.about, lang=lang)
    return table, chart, tell_levels(table, about=year.about, lang=lang)


def _gaps(year: SchoolYear, asked: Asked, lang: str) -> tuple[pd.DataFrame, Chart, Sentences]:
    known = [part.id for part in year.targets.parts]
    check_choice("target_id", asked.target_id, known)
    gaps = compare_to_targets(year.schools, year.targets, by=asked.by, kept_out=year.kept_out)
    table = gaps[gaps["target_id"].eq(asked.target_id)].reset_index(drop=True)
    chart = chart_gaps(_farthest(table), about=year.about, lang=lang)
    return table, chart, tell_gaps(table, about=year.about, lang=lang)


def _farthest(table: pd.DataFrame) -> pd.DataFrame:
    """The groups that lack most, as many as a picture holds, and the total; in their order."""
    groups = table[table["group"].ne("all") & table["schools_total"].gt(0)]
    if len(groups) <= _MOST_GROUPS:
        return table
    behind = groups.sort_values("gap_points", kind="stable").index[:_MOST_GROUPS]
    return table[table.index.isin(behind) | table["group"].eq("all")]
