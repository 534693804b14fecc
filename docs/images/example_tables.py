"""The tables behind the twelve charts, from the example office, and the charts drawn from them; and
one in which every standing occurs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import analysis as an
from analysis.charts import Chart
from analysis.reference import SCHEMES

HOME = Path(__file__).parents[2]
SCHOOL_YEAR = "2024-2025"
UNTIL = dt.date(2027, 5, 31)

Tables = dict[str, Any]


def read_tables() -> Tables:
    """Every table a chart needs, by the name of the chart; `about` says what they are of."""
    years = [y for y in an.load_years(home=HOME) if y.school_year <= SCHOOL_YEAR]
    held = pd.concat([year.held for year in years], ignore_index=True)
    year, level = years[-1], {"by": "education_level"}
    return {
        "about": year.about,
        "levels": an.measure_levels(held, scheme="kdclgd", base="eligible", **level),
        "targets": an.compare_to_targets(year.held, year.targets),
        "gaps": an.compare_to_targets(year.held, year.targets, **level),
        "progress": an.compare_to_targets(held, year.targets),
        "past": an.compare_to_targets(held, year.targets, **level),
        "path": an.compare_scenarios(
            held, year.targets, rules=year.reference.rules, until=UNTIL, **level
        ),
        "bridge": an.measure_bridge(held, scheme="kdclgd", directory=year.reference.directory),
        "units": pd.concat([an.measure_levels(year.held, scheme=s, by="unit") for s in SCHEMES]),
        "transitions": an.measure_transitions(held, scheme="kdclgd"),
        "expiries": an.measure_expiries(year.held, scheme="kdclgd"),
        "sessions": an.measure_sessions(year.held),
        "completeness": an.measure_completeness(held),
        "standings": _every_standing(year),
    }


def _every_standing(year: an.SchoolYear) -> pd.DataFrame:
    """The year's schools as if they stood in turn at every standing there is."""
    standings = year.held["kdclgd_standing"].cat.categories
    turns = [standings[i % len(standings)] for i in range(len(year.held))]
    states = [turn if not turn.isdigit() else "in_force" for turn in turns]
    column = pd.Categorical(turns, categories=standings, ordered=True)
    held = year.held.assign(kdclgd_standing=column, kdclgd_state=states)
    return an.measure_levels(held, scheme="kdclgd", by="education_level")


# One chart a question, in the order of the gallery.
CHARTS: dict[str, Callable[..., Chart]] = {
    "levels": lambda t, **how: an.chart_levels(t["levels"], **how),
    "targets": lambda t, **how: an.chart_targets(t["targets"], **how),
    "gaps": lambda t, **how: an.chart_gaps(t["gaps"], target_id="Q", **how),
    "progress": lambda t, **how: an.chart_progress(t["progress"], **how),
    "change": lambda t, **how: an.chart_change(t["levels"], **how),
    "path": lambda t, **how: an.chart_path(t["path"], past=t["past"], target_id="Q", **how),
    "bridge": lambda t, **how: an.chart_bridge(t["bridge"], **how),
    "units": lambda t, **how: an.chart_units(t["units"], **how),
    "transitions": lambda t, **how: an.chart_transitions(t["transitions"], **how),
    "expiries": lambda t, **how: an.chart_expiries(t["expiries"], **how),
    "sessions": lambda t, **how: an.chart_sessions(t["sessions"], **how),
    "completeness": lambda t, **how: an.chart_completeness(t["completeness"], **how),
}


# What the gallery shows beside them: how each standing is painted.
BESIDE: dict[str, Callable[..., Chart]] = {
    "standings": lambda t, **how: an.chart_levels(t["standings"], **how),
}


def draw(name: str, tables: Tables, **how: Any) -> Chart:
    """One of the charts, at a preset and in a language."""
    return (CHARTS | BESIDE)[name](tables, about=tables["about"], **how)
