"""From a published number about several years to its schools: moves, changes and scenarios."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analysis.compare.outlook.scenarios import schools_without_renewal
from analysis.measure import SET_ASIDE, list_changes, list_moves
from analysis.notebook.register import Register
from analysis.work.published_numbers import Line, Place
from analysis.work.traced import check_count, counted_schools

_YEARS = ["school_year_from", "school_year_to"]


def moved_schools(line: Line, register: Register) -> pd.DataFrame:
    """The moves a number of `measure_transitions` counts, see `list_moves`."""
    moves = list_moves(register.held, scheme=line["scheme"])
    kind = ["move"] if line.get("move") else []
    found = _alike(moves, line, [*_YEARS, "standing_from", "standing_to", *kind])
    check_count(line, "schools_count", len(found))
    return found


def changed_schools(line: Line, register: Register) -> pd.DataFrame:
    """The changes a number of `measure_bridge` adds up, see `list_changes`."""
    changes = list_changes(
        register.held,
        scheme=line["scheme"],
        by=line["by"] or None,
        directory=register.directory,
        units=register.reference.units,
    )
    keys = [*_YEARS, "level", "step", *(["group"] if line["group"] != "all" else [])]
    found = _alike(changes, line, keys)
    check_count(line, "schools_count", int(found["schools_count"].sum()))
    moved = found.groupby("school_id")["schools_count"].transform("sum")
    return found[moved != 0]  # a move between groups is nothing to the total


def not_identified(school_id: str, year: str, line: Line, register: Register) -> bool:
    """Whether it cannot be told which row of the list of a year, of the two a line is about, is a
    school's: that it is in none of them is not to say that it is not on the list."""
    moves = _alike(list_moves(register.held, scheme=line["scheme"]), line, _YEARS)
    side = "standing_from" if year == line["school_year_from"] else "standing_to"
    own = moves[moves["school_id"].astype("str") == str(school_id)]
    return bool(own[side].eq(SET_ASIDE).any())


def rows_of_code(school_id: str, year: str, register: Register) -> pd.DataFrame:
    """The rows set aside in a year that have the code of a school."""
    held = register.held
    own = held["school_id"].astype("str").eq(str(school_id)) & held["school_code"].ne("")
    aside = held[held["in_scope"].isna() & held["school_year"].eq(year)]
    return aside[aside["school_code"].isin(held.loc[own, "school_code"])]


def schools_in_scenario(
    place: Place, register: Register
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What a number of `compare_scenarios` counts: the schools that count in any case, those that
    count only if their certificate is renewed, and all that are asked.

    At the observed rate so many of the second are taken to be renewed; nobody knows which.
    """
    line, today = place.line, register.latest.identified
    day = dt.date.fromisoformat(line["as_of"][:10])
    lapsed = schools_without_renewal(today, day)
    uncounted = Place({**line, "schools_count": ""}, "schools_count")
    certain, whole = counted_schools(uncounted, lapsed)
    all_renewed, _ = counted_schools(uncounted, today)
    lasting, _ = counted_schools(uncounted, schools_without_renewal(today, day, lasting=True))
    ending = all_renewed.drop(lasting.index)
    counts = {"none": len(certain), "all_renew": len(all_renewed)}
    if line["scenario"] in counts:
        check_count(line, "schools_count", counts[line["scenario"]])
    check_count(line, "ending_count", len(ending))
    return certain, ending, whole


def _alike(table: pd.DataFrame, line: Line, keys: list[str]) -> pd.DataFrame:
    """The rows that agree with a published line in these columns."""
    wanted = [table[key].astype("str") == line[key] for key in keys]
    return table[pd.concat(wanted, axis=1).all(axis=1)]
