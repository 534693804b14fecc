"""The tables behind the charts, from the example office, and the charts drawn from them,
both by the code that the gallery shows; and one in which every standing occurs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

import analysis as an
from analysis.charts import Chart
from analysis.notebook.school_year import SchoolYear

HOME = Path(__file__).parents[2]
SCHOOL_YEAR = "2024-2025"
GALLERY = tomllib.loads(Path(__file__).with_name("gallery.toml").read_text(encoding="utf-8"))
# One chart a question, in the order of the gallery; beside them how each standing is painted.
NAMES = [name for name in GALLERY if name != "page"]
CHARTS = [name for name in NAMES if name != "standings"]

Tables = dict[str, pd.DataFrame]


def read_tables() -> Tables:
    """Every table a chart is drawn of, by the name it has in the gallery."""
    register = an.load_register(SCHOOL_YEAR, home=HOME)
    names: dict[str, Any] = {"an": an, "every_standing": every_standing}
    names |= {"register": register, "year": register.latest}
    for name in NAMES:
        exec("\n".join(_lines(name)[:-1]), names)
    return {name: what for name, what in names.items() if isinstance(what, pd.DataFrame)}


def every_standing(year: SchoolYear) -> pd.DataFrame:
    """The year's schools as if they stood in turn at every standing there is."""
    standings = year.held["kdclgd_standing"].cat.categories
    turns = [standings[i % len(standings)] for i in range(len(year.held))]
    states = [turn if not turn.isdigit() else "in_force" for turn in turns]
    column = pd.Categorical(turns, categories=standings, ordered=True)
    held = year.held.assign(kdclgd_standing=column, kdclgd_state=states)
    table: pd.DataFrame = an.measure_levels(held, scheme="kdclgd", by="education_level")
    return table


def draw(name: str, tables: Tables, **how: Any) -> Chart:
    """One of the charts, at a preset and in a language: the last line of its code."""
    call = f"{_lines(name)[-1].removesuffix(')')}, **how)"
    chart: Chart = eval(call, {"an": an, "how": how, **tables})
    return chart


def _lines(name: str) -> list[str]:
    return str(GALLERY[name]["code"]).strip().split("\n")
