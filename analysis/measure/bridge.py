"""From one year's count to the next: which schools came, rose, lapsed or went, and it adds up."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.measure.changes import STEPS, Fate, changes_between
from analysis.measure.counting import ALL
from analysis.measure.groups import (
    asked_of,
    check_choice,
    check_grouping,
    group_places,
    standings_of,
    stated_true,
)
from analysis.measure.pairs import read_lists
from analysis.reference import SCHEMES, Directory, Units
from analysis.tables import makes

ANY = "any"
_KEYS = ["school_year_from", "school_year_to"]
_LIST = [*_KEYS, "scheme", "level", "by", "group", "step", "school_id", "schools_count"]


@makes("bridge")
def measure_bridge(
    held: pd.DataFrame,
    *,
    scheme: str,
    by: str | None = None,
    directory: Directory | None = None,
    units: Units | None = None,
) -> pd.DataFrame:
    """How the schools in force at each level became those of the next year.

    One row per pair of consecutive school years that state the scheme x level x group x step, also
    where it is nought: school_year_from, school_year_to, scheme, `level` ("level_unknown", "1",
    ..., and "any": in force at whatever level), by, group ("all": the total, last), step,
    `schools_count`. Gains are positive, losses negative; start and all that follows add up to end,
    in each group and level.

    - start, end: schools in scope that stand at exactly this level on the year's as-of date;
    - first_recognised: it never held a certificate in any year known, or was founded since;
    - renewed: recognised anew after its certificate was over, or after it ended in between;
    - upgraded: it left a level for a higher one, or reached this one from a lower;
    - entered_late: by a certificate signed by the first day, whose list did not show it;
    - reopened: it was closed or merged by the first list; merged_in: it was made of other schools
      since, and its certificate is older than itself;
    - unclear_before, unclear_now: its standing (or level, or group) was, or is, not stated or in
      doubt;
    - expired: its last day passed, or the source says so; withdrawn: the source says so, or says
      that there is none although its last day has not come;
    - merged_away: the school is no more (merged, closed, split up);
    - education_level, ownership: the school changed it, and so its group, or whether the scheme is
      meant for it; boundary: it is in another unit, or in the territory of another office;
    - set_aside: nobody can tell which row of one of the lists it is, see `measure_transitions`;
    - other: nothing says why: it is missing in one of the lists, or a lower certificate stands
      where a higher one has not ended.

    `held`: several school years from `status_on` or `status_from_register`; the office's
    `directory` and `units` tell what became of schools that are in one list only. `attrs` are
    those of `measure_transitions`.

    >>> bridge = measure_bridge(load_register("2024-2025"), scheme="cqg")
    >>> steps = bridge.query("school_year_to == '2024-2025' and level == 'any'").set_index("step")
    >>> steps["schools_count"][["start", "first_recognised", "end"]].tolist()
    [29, 3, 34]
    """
    changes = list_changes(held, scheme=scheme, by=by, directory=directory, units=units)
    lists = read_lists(held, scheme)
    both = changes if by is None else pd.concat([changes, changes.assign(group=ALL)])
    counts = both.groupby([*_KEYS, "level", "group", "step"])["schools_count"].sum()
    in_scope = stated_true(held["in_scope"]) & asked_of(held, scheme)
    groups = group_places(held, by, in_scope)[0] + ([] if by is None else [ALL])
    levels = [*_levels(standings_of(held, scheme)), ANY]
    cells = [(*pair, *rest) for pair in pairwise(lists.years)
             for rest in pd.MultiIndex.from_product([levels, groups, STEPS])]  # fmt: skip
    names = [*_KEYS, "level", "group", "step"]
    index = pd.MultiIndex.from_tuples(cells, names=names)
    table = counts.reindex(index, fill_value=0).astype("int64").reset_index()
    table = table.assign(scheme=scheme, by=by or "")
    table.attrs |= lists.told([*pairwise(lists.years)])
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
        check_grouping(by)
    lists = read_lists(held, scheme, by)
    fate = Fate(directory or Directory(), units or Units())
    parts = [
        changes_between(lists.pair(one, following), by, fate).assign(
            school_year_from=one, school_year_to=following
        )
        for one, following in pairwise(lists.years)
    ]
    if not parts:
        return pd.DataFrame(columns=_LIST)
    found = pd.concat(parts, ignore_index=True)
    of_any = found[~found.pop("within")].assign(level=0)
    found = pd.concat([found, of_any], ignore_index=True)
    names = [ANY, *_levels(standings_of(held, scheme))]
    level = found["level"].map(dict(enumerate(names)))
    return found.assign(level=level, scheme=scheme, by=by or "")[_LIST]


def _levels(standing: pd.Categorical) -> list[str]:
    """Standings that are counted, from the least: recognised without a level, then the levels."""
    names = list(standing.categories)
    return names[names.index("level_unknown") :]
