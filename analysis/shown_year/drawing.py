"""Every standard chart of a school year, drawn from its tables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.charts import (
    Chart,
    NothingToDraw,
    chart_bridge,
    chart_change,
    chart_expiries,
    chart_gaps,
    chart_levels,
    chart_path,
    chart_progress,
    chart_sessions,
    chart_targets,
    chart_transitions,
    foremost_groups,
    tell_chart,
    tell_gaps,
    tell_levels,
    tell_outlook,
    tell_targets,
)
from analysis.compare import compare_scenarios, compare_to_targets
from analysis.measure import (
    measure_bridge,
    measure_expiries,
    measure_levels,
    measure_sessions,
    measure_transitions,
)
from analysis.reference import Target, say
from analysis.register import Register
from analysis.shown_year.collection import Shown, ShownYear
from analysis.tables import tables

# The groupings, with the words that stand in the names of the charts of the notebooks.
_GROUPS = {"education_level": "cap-hoc", "unit": "xa-phuong", "ownership": "loai-hinh"}
_AHEAD = 3


def show_year(register: Register, *, lang: str = "", preset: str = "slide") -> ShownYear:
    """Every standard chart of the last school year of a register, in one of the presets.

    >>> shown = show_year(load_register("2024-2025"))
    >>> shown.listed["name"].tolist()[:2]
    ['so-voi-chi-tieu', 'kdclgd-theo-cap-hoc']
    """
    lang = lang or register.lang
    sheet = _Sheet(register, lang, preset)
    parts = (sheet.targets, sheet.levels, sheet.gaps, sheet.sessions, sheet.trends, sheet.outlook)
    every = (one for part in parts for one in part())
    drawn = tuple(one for one in every if not isinstance(one.chart, NothingToDraw))
    return ShownYear(drawn, register.about, lang)


class _Sheet:
    """The tables of a year, and the charts made from them."""

    def __init__(self, register: Register, lang: str, preset: str) -> None:
        self.register, self.year, self.lang = register, register.latest, lang
        self.told: dict[str, Any] = {"about": self.year.about, "lang": lang}
        self.how = self.told | {"preset": preset}

    def targets(self) -> Iterator[Shown]:
        """All targets side by side."""
        table = self._compared(None)
        if len(table):
            told, chart = tell_targets(table, **self.told), chart_targets(table, **self.how)
            yield Shown("so-voi-chi-tieu", say("report_targets", self.lang), chart, told, table)

    def levels(self) -> Iterator[Shown]:
        """Levels by education level, unit and ownership."""
        for scheme in self.year.schemes:
            for by, word in _GROUPS.items():
                table = measure_levels(self.year.held, scheme=scheme, by=by)
                what = {"scheme": say(f"scheme_{scheme}", self.lang)}
                heading = say("report_levels", self.lang, by=say(f"by_{by}", self.lang), **what)
                chart = chart_levels(foremost_groups(table), **self.how)
                told = tell_levels(table, **self.told)
                yield Shown(f"{scheme}-theo-{word}", heading, chart, told, table)

    def gaps(self) -> Iterator[Shown]:
        """How far each education level is from each target."""
        table = self._compared("education_level")
        for part in self._parts:
            rows = table[table["target_id"] == part.id]
            name = "cqg" if part.scheme == "cqg" else part.id.lower()
            yield Shown(
                f"khoang-cach-{name}-theo-cap-hoc",
                tables()["comparison"].published[1].title(self.lang),
                chart_gaps(table, target_id=part.id, **self.how),
                tell_gaps(table, target_id=part.id, **self.told),
                rows,
            )

    def sessions(self) -> Iterator[Shown]:
        """Two-session days."""
        table = measure_sessions(self.year.held)
        if table["schools_stated"].sum():
            yield self._shown(
                "hai-buoi-theo-cap-hoc", "sessions", chart_sessions(table, **self.how)
            )

    def trends(self) -> Iterator[Shown]:
        """What changed since the first year, and since the last one."""
        held = self.register.held
        if held["school_year"].nunique() < 2:
            return
        levels = measure_levels(held, scheme="cqg", by="education_level")
        yield self._shown("cqg-qua-cac-nam", "trends", chart_change(levels, **self.how))
        for last in self._parts[-1:]:
            chart = chart_progress(self._past, target_id=last.id, **self.how)
            yield self._shown("tien-do-den-chi-tieu", "trends", chart)
        bridge = measure_bridge(held, scheme="cqg", directory=self.register.directory)
        yield self._shown("cqg-vi-sao-thay-doi", "trends", chart_bridge(bridge, **self.how))
        moves = measure_transitions(held, scheme="kdclgd")
        yield self._shown("kdclgd-chuyen-cap-do", "trends", chart_transitions(moves, **self.how))

    def outlook(self) -> Iterator[Shown]:
        """When certificates end, and where the last target would be then."""
        expiries = measure_expiries(self.year.held, scheme="cqg")
        chart = chart_expiries(expiries, **self.how)
        yield self._shown("cqg-het-han-theo-quy", "outlook", chart)
        held, targets, rules = self.register.held, self.year.targets, self.year.reference.rules
        ahead = compare_scenarios(held, targets, rules=rules, until=_AHEAD, by="education_level")
        for last in self._parts[-1:]:
            chart = chart_path(ahead, past=self._past, target_id=last.id, **self.how)
            told = tell_outlook(ahead, target_id=last.id, **self.told)
            yield self._shown("trien-vong-chi-tieu", "outlook", chart)._replace(told=told)

    @property
    def _parts(self) -> list[Target]:
        """The parts of the targets that the year states something of."""
        return [part for part in self.year.targets.parts if part.scheme in self.year.schemes]

    def _shown(self, name: str, heading: str, chart: Chart) -> Shown:
        words, table = say(f"report_{heading}", self.lang), chart.table
        if "standing_from" in table:  # a matrix has mostly cells without a school
            table = table[table["schools_count"] != 0]
        return Shown(name, words, chart, tell_chart(chart), table)

    @cached_property
    def _past(self) -> pd.DataFrame:
        """Every year of the register against the targets, by education level."""
        return compare_to_targets(self.register.held, self.year.targets, by="education_level")

    def _compared(self, by: str | None) -> pd.DataFrame:
        return compare_to_targets(self.year.held, self.year.targets, by=by)
