"""From one year's count to the next: which schools came, rose, lapsed or went, and it adds up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.measure.changes import Fate, changes_between
from analysis.measure.groups import (
    ALL,
    GROUPINGS,
    asked_of,
    check_choice,
    group_places,
    standings_of,
    stated_true,
)
from analysis.reference import SCHEMES, Directory, Units

STEPS = (
    "start", "new", "upgraded", "expired", "withdrawn", "merged_away", "boundary", "other", "end",
)  # fmt: skip
ANY = "any"
_KEYS = ["school_year_from", "school_year_to"]
_LIST = [*_KEYS, "scheme", "level", "by", "group", "step", "school_id", "schools_count"]


def measure_bridge(
    held: pd.DataFrame,
    *,
    scheme: str,
    by: str | None = None,
    directory: Directory | None = None,
    units: Units | None = None,
) -> pd.DataFrame:
    """How the schools in force at each level became those of the next year.

    One row per pair of consecutive school years x level x group x step, also where it is nought:
    school_year_from, school_year_to, scheme, `level` ("level_unknown", "1", ..., and "any": in
    force at whatever level), by, group ("all": the total, last), step, `schools_count`. Gains are
    positive, losses negative; start and all that follows add up to end, in each group and level.

    - start, end: schools in scope that stand at exactly this level on the year's as-of date;
    - new: recognised, in a school that held none or a higher one, or that was founded since;
    - upgraded: it left a level for a higher one, or reached this one from a lower;
    - expired: its last day passed, or the source says so; withdrawn: the source says so, or says
      that there is none although its last day has not come;
    - merged_away: the school is no more (merged, closed, split up);
    - boundary: the school is in another group, or in the territory of another office;
    - other: nothing says why: it is missing in one of the two lists (a row set aside, for example),
      its state is unknown, or a lower certificate stands where a higher one has not ended.

    `held`: several school years from `status_on` or `status_from_register`; the office's
    `directory` and `units` tell what became of schools that are in one list only.
    """
    changes = list_changes(held, scheme=scheme, by=by, directory=directory, units=units)
    both = changes if by is None else pd.concat([changes, changes.assign(group=ALL)])
    counts = both.groupby([*_KEYS, "level", "group", "step"])["schools_count"].sum()
    in_scope = stated_true(held["in_scope"]) & asked_of(held, scheme)
    groups = group_places(held, by, in_scope)[0] + ([] if by is None else [ALL])
    levels = [*_levels(standings_of(held, scheme)), ANY]
    pairs = pairwise(sorted(set(held["school_year"])))
    cells = [(*pair, *rest) for pair in pairs
             for rest in pd.MultiIndex.from_product([levels, groups, STEPS])]  # fmt: skip
    names = [*_KEYS, "level", "group", "step"]
    index = pd.MultiIndex.from_tuples(cells, names=names)
    table = counts.reindex(index, fill_value=0).astype("int64").reset_index()
    table = table.assign(scheme=scheme, by=by or "")
    return table[[c for c in _LIST if c != "school_id"]]


def list_changes(
    held: pd.DataFrame,
    *,
    scheme: str,
    by: str | None = None,
    directory: Directory | None = None,
    units: Units | None = None,
) -> pd.DataFrame:
    """The schools behind each number of `measure_bridge`.

    One row per school and change: school_year_from, school_year_to, scheme, level, by, group, step,
    school_id, schools_count (1 or -1).
    """
    check_choice("scheme", scheme, SCHEMES)
    if by is not None:
        check_choice("by", by, GROUPINGS)
    rows = _rows(held, scheme, by)
    years = {str(year): of_year for year, of_year in rows.groupby("school_year")}
    levels = _levels(standings_of(held, scheme))
    fate = Fate(directory or Directory(), units or Units())
    parts = [
        changes_between(years[one], years[following], fate).assign(
            school_year_from=one, school_year_to=following
        )
        for one, following in pairwise(sorted(years))
    ]
    if not parts:
        return pd.DataFrame(columns=_LIST)
    found = pd.concat(parts, ignore_index=True)
    of_any = found[~found.pop("within")].assign(level=0)
    found = pd.concat([found, of_any], ignore_index=True)
    names = [ANY, *levels]
    level = found["level"].map(dict(enumerate(names)))
    return found.assign(level=level, scheme=scheme, by=by or "")[_LIST]


def _levels(standing: pd.Categorical) -> list[str]:
    """Standings that are counted, from the least: recognised without a level, then the levels."""
    names = list(standing.categories)
    return names[names.index("level_unknown") :]


def _rows(held: pd.DataFrame, scheme: str, by: str | None) -> pd.DataFrame:
    """What the bridge asks of each row: is it counted, in which group, at which level (0: none)."""
    counted = stated_true(held["in_scope"]) & asked_of(held, scheme)
    groups, place = group_places(held, by, counted)
    standing = standings_of(held, scheme)
    first = list(standing.categories).index("level_unknown") - 1
    names = np.array([*groups, ""], dtype=object)
    rows = held[["school_year", "school_id", "scope_reason"]].assign(
        copy=held.groupby(["school_year", "school_id"]).cumcount(),
        counted=counted,
        group=names[np.where(counted, place, -1)],
        level=np.where(counted, np.maximum(standing.codes - first, 0), 0),
        state=held[f"{scheme}_state"],
        expires=held[f"{scheme}_expires"],
        withdrawn=held[f"{scheme}_withdrawn"],
        as_of=held["as_of"],
    )
    return rows
