"""What is shown for a choice: one table, its chart, its sentences. The numbers of the batch run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.charts import (
    Chart,
    Sentences,
    chart_gaps,
    chart_levels,
    foremost_groups,
    tell_gaps,
    tell_levels,
)
from analysis.compare import compare_to_targets
from analysis.measure import ALL, GROUPINGS, check_choice, measure_levels
from analysis.reference import SCHEMES, percent, read_rules, say
from analysis.school_year import SchoolYear
from analysis.tables.words import count_and_share, in_word

_MOST_GROUPS = 14
_SCREEN = 96  # dots per inch: two thirds of a slide's, drawn in two thirds of the time


@dataclass(frozen=True)
class Asked:
    """One choice. `target_id` "" shows the levels of the scheme, else the gaps to that target;
    "" for the others leaves them open (scheme: that of the target, else the first the lists have a
    column for; base and reading: the usual ones)."""

    scheme: str = ""
    by: str = "education_level"
    target_id: str = ""
    education_level: str = ""
    unit: str = ""
    ownership: str = ""
    reading: str = ""
    base: str = ""


@dataclass(frozen=True)
class View:
    """What is shown: the narrowed year, the measured table of every group, chart and sentences.

    `asked` with the scheme that is shown, and its base."""

    year: SchoolYear
    asked: Asked
    table: pd.DataFrame
    chart: Chart
    told: Sentences

    @property
    def base(self) -> str:
        """The base of the table."""
        if self.asked.base or self.table.empty:
            return self.asked.base or read_rules().default_base(self.asked.scheme)
        return str(self.table["base"].iloc[0])

    def groups(self, lang: str) -> list[tuple[str, str]]:
        """(words, group) in order: "Tiểu học: 13/15 (86,7%)", the total last."""
        rows, counted, unclear = self.table, "schools", "unclear"
        if not self.asked.target_id:
            rows, counted = rows[rows["standing"].astype("str").eq("1")], "reached"
            unclear = "reached_unclear"
        names = [_group_name(group, lang) for group in rows["group"]]
        columns = [f"{counted}_count", "schools_total", f"{counted}_percent", f"{unclear}_count"]
        numbers = zip(*(rows[column] for column in columns), strict=True)
        figures = [_figure(k, n, p, u, lang) for k, n, p, u in numbers]
        told = [f"{name}: {figure}" for name, figure in zip(names, figures, strict=True)]
        return list(zip(told, rows["group"], strict=True)) or [(_group_name(ALL, lang), ALL)]


def _group_name(group: str, lang: str) -> str:
    return in_word(group, ("group", "level", "ownership"), lang, "")


def _figure(count: Any, total: Any, share: Any, unclear: Any, lang: str) -> str:
    """ "13/15 (86,7%)", "12/15 (80,0%; chưa rõ 1)"."""
    if unclear and not pd.isna(share):
        facts = {"count": count, "total": total, "percent": percent(share, 1, lang)}
        return say("share_unclear", lang, unclear=unclear, **facts)
    number, _, behind = count_and_share(count, share, lang).partition(" ")
    return f"{number}/{total} {behind}".strip()


def view(year: SchoolYear, asked: Asked, *, lang: str = "vi") -> View:
    """The table, chart and sentences of a choice; SuiteError for a choice there is not.

    >>> from analysis import load_year
    >>> shown = view(load_year("2024-2025"), Asked(scheme="cqg", by="ownership"))
    >>> shown.groups("vi")[-1][0]
    'Toàn ngành: 34/38 (89,5%)'
    """
    asked = replace(asked, scheme=_scheme(year, asked))
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


def _scheme(year: SchoolYear, asked: Asked) -> str:
    of_target = [part.scheme for part in year.targets.parts if part.id == asked.target_id]
    scheme = next(iter([*of_target, asked.scheme or next(iter(year.schemes), SCHEMES[0])]))
    check_choice("scheme", scheme, SCHEMES)
    return scheme


def _levels(year: SchoolYear, asked: Asked, lang: str) -> tuple[pd.DataFrame, Chart, Sentences]:
    table = measure_levels(year.held, scheme=asked.scheme, by=asked.by, base=asked.base or None)
    chart = chart_levels(foremost_groups(table), about=year.about, lang=lang)
    return table, chart, tell_levels(table, about=year.about, lang=lang)


def _gaps(year: SchoolYear, asked: Asked, lang: str) -> tuple[pd.DataFrame, Chart, Sentences]:
    known = [part.id for part in year.targets.parts]
    check_choice("target_id", asked.target_id, known)
    gaps = compare_to_targets(year.held, year.targets, by=asked.by)
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
