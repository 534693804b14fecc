"""Shares of schools against the corridors of a target set: verdict, points and schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.compare.corridors import Counts, corridor_edges, points_from, wanted_shares
from analysis.compare.verdicts import find_verdicts
from analysis.measure import (
    ALL,
    BASES,
    Members,
    Tally,
    YearOf,
    check_choice,
    each_year,
    holding,
    members,
    share_ends,
    tally,
)
from analysis.reference import Rules, SuiteError, Target, TargetSet, is_issued, read_rules
from analysis.tables import columns_of, makes

Flags = npt.NDArray[np.bool_]

READINGS = ("exact", "at_least")
_ASKED_OF_SOME = ("wanted_schools", "exclusive", "education_levels")


@makes("comparison")
def compare_to_targets(
    held: pd.DataFrame,
    target_set: TargetSet,
    *,
    by: str | None = None,
    more: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Each measurable part of the targets against what holds in a school year, several years or a
    register, the rows set aside among them.

    One row per school_year x part of a target x group ("all" last); none for a scheme that the
    lists of a year have no column for:

    - `target_from`, `target_to`: the wanted corridor (0-100), printed with `decimals`; where there
      is a number of schools in `wanted_schools` ("30-", "5-6"), these are its shares, 100 at most;
      an end named in `exclusive` ("from": more than 93%) is not itself enough; `education_levels`:
      the schools it is about, where these are not all;
    - `schools_count`, `schools_total`, `schools_percent`: at exactly the level, or at it and higher
      where `reading` is "at_least"; the base is the one of the target;
    - `unclear_count`: schools of these whose standing is not stated or in doubt; and
      `base_unclear_count`: schools, and rows set aside, of which it is unclear whether they belong;
      `percent_low`, `percent_high`: from where to where the share can be, whatever turns out;
    - `verdict`: met, not_met, not_attainable (no whole number of the schools lies in the corridor)
      or no_schools, where that holds whatever turns out; else open. No verdict (`for_reference`)
      are reference, after the last day the targets are for, and not_issued: on this day no
      certificate of the scheme is issued any more (KĐCLGD since 07/7/2026);
    - `needed_least`, `schools_needed`: the least and the greatest number of further schools that
      bring the share into the corridor, missing where no number does; `undecided`: the schools and
      rows they hang on, by name;
    - `position` of the share itself: below, within, above, or no_schools; `gap_points`: unrounded
      share minus nearest edge: negative below, 0 within, positive above; `attainable`: some whole
      number of the schools lies in the corridor; `schools_over`: how many schools the count is
      above it.

    A part that names education levels (in `education_levels`, as `wanted_schools` only where some
    part needs it) is about the schools of these only; a number of schools is wanted of all of them
    together, so that it has the row of all only. Where a group has no schools there is nothing to
    say: gap and schools are missing. `attrs["not_stated"]` names the parts of which no year states
    anything, `attrs["school_years"]` the years. `more`: so many further schools of each group are
    taken to count, whichever they are ("all": of all together).

    >>> year = load_year("2024-2025")
    >>> compared = compare_to_targets(year.held, year.targets).set_index("target_id")
    >>> compared.loc["Q", ["schools_count", "schools_total", "verdict"]].map(str).tolist()
    ['34', '38', 'met']
    """
    found = [(part.id, _part(held, part, target_set, by, more)) for part in target_set.parts]
    parts = [part for _, part in found if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else no_rows()
    own = [name for name in _ASKED_OF_SOME if name in rows]
    rows[own] = rows[own].fillna("")
    rows = rows[told_columns("comparison", rows)].sort_values(
        "school_year", kind="stable", ignore_index=True
    )
    rows.attrs["not_stated"] = tuple(dict.fromkeys(name for name, part in found if part.empty))
    rows.attrs["school_years"] = tuple(sorted({*held["school_year"]}))
    if not target_set.parts:
        rows.attrs["nothing"] = "nothing_no_targets"
    return rows


def told_columns(name: str, rows: pd.DataFrame) -> list[str]:
    """The columns of a table, and those of what only some targets ask for, where one does."""
    return columns_of(name) + [own for own in _ASKED_OF_SOME if own in rows]


def asked_of_some(target: Target) -> dict[str, str]:
    """What only some targets ask for: a number of schools, an end that is not itself enough, some
    education levels."""
    levels = ",".join(target.education_levels)
    told = dict(zip(_ASKED_OF_SOME, (target.schools, target.exclusive, levels), strict=True))
    return {name: value for name, value in told.items() if value}


def _part(
    held: pd.DataFrame,
    target: Target,
    target_set: TargetSet,
    by: str | None,
    more: Mapping[str, int] | None,
) -> pd.DataFrame:
    """One part, year by year."""
    rules = read_rules()
    check_target(target, rules)
    rank = rules.levels(target.scheme).index(target.level) + 1
    parts = []
    for year in each_year(held, target.scheme, by, only=target.education_levels):
        of = members(year.facts, target.scheme, target.base, rules, only=target.education_levels)
        asked = holding(year.facts, target.scheme, rank, target.reading, rules)
        parts.append(judged_rows(year, of, asked, target, target_set, more))
    return pd.concat(parts, ignore_index=True) if parts else no_rows()


def no_rows() -> pd.DataFrame:
    """The columns of a comparison, where nothing is stated of any target."""
    return pd.DataFrame(columns=columns_of("comparison")).astype(
        {"attainable": bool, "for_reference": bool}
    )


def judged_rows(
    year: YearOf,
    of: Members,
    asked: tuple[Flags, Flags],
    target: Target,
    target_set: TargetSet,
    more: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """The rows of one year: the members of the base, and which of them count or may."""
    found = tally(year.groups, of, *asked)
    by, groups = year.by, [*year.groups.names, ALL]
    if not by or target.schools:
        found, groups = Tally(*(column[-1:] for column in found)), [ALL]
    found = _with_more(found, [(more or {}).get(group, 0) for group in groups])
    late = year.as_of > target_set.last_day
    issued = is_issued(year.as_of, target.scheme, read_rules())
    low, high = share_ends(found)
    verdicts = find_verdicts(found, target, late=late, issued=issued)
    missing = verdicts.needed_most < 0
    counts = pd.DataFrame(
        {
            "school_year": year.school_year,
            "scheme": target.scheme,
            "base": target.base,
            "by": by or "",
            "group": pd.array(groups, dtype="str"),
            "schools_count": found.schools,
            "schools_total": found.total,
            "schools_percent": _percent(found.schools, found.total),
        }
    )
    return compare_counts(counts, target).assign(
        unclear_count=found.unclear,
        base_unclear_count=found.base_unclear,
        percent_low=pd.arrays.FloatingArray(low, np.isnan(low)),
        percent_high=pd.arrays.FloatingArray(high, np.isnan(high)),
        verdict=pd.array(verdicts.verdict, dtype="str"),
        needed_least=_whole(verdicts.needed_least, missing),
        schools_needed=_whole(verdicts.needed_most, missing),
        for_reference=late or not issued,
        undecided=pd.Series(_undecided(year, of, asked[1], found), dtype=object),
    )


def _with_more(found: Tally, more: Sequence[int]) -> Tally:
    """With some of the schools that do not count taken to count: first of those that belong for
    certain."""
    further = np.array(more, np.int64)
    sure = np.minimum(further, found.no)
    maybe = further - sure
    return found._replace(
        schools=found.schools + further,
        yes=found.yes + sure,
        no=found.no - sure,
        more_yes=found.more_yes + maybe,
        more_no=found.more_no - maybe,
    )


def _percent(part: Counts, whole: Counts) -> pd.arrays.FloatingArray:
    return pd.arrays.FloatingArray(100 * part / np.maximum(whole, 1), whole == 0)


def _undecided(year: YearOf, of: Members, either: Flags, found: Tally) -> list[tuple[str, ...]]:
    """Group by group the schools that may count or not, and those that may belong or not."""
    hanging = (of.counted & either) | of.unsure
    groups = year.groups
    anywhere = ~groups.certain & (of.counted | of.unsure)
    names: list[tuple[str, ...]] = []
    for place, some in enumerate((found.either + found.base_unclear).tolist()):
        own = hanging
        if len(found.total) > 1 and place < len(groups.names):
            own = (hanging & groups.certain & (groups.place == place)) | anywhere
        names.append(year.named(own) if some else ())
    return names


def check_target(target: Target, rules: Rules) -> None:
    """Stop at a reading, base or level there is not."""
    check_choice("reading", target.reading, READINGS)
    check_choice("base", target.base, BASES)
    if target.level not in rules.levels(target.scheme):
        raise SuiteError("target_level", target=target.id, scheme=target.scheme, level=target.level)


def limited(held: pd.DataFrame, education_levels: tuple[str, ...]) -> pd.DataFrame:
    """The schools a target is about; the others stay in the table, out of scope."""
    if not education_levels:
        return held
    asked = held["education_level"].isin(education_levels)
    return held.assign(in_scope=held["in_scope"].astype("boolean").fillna(False) & asked)


class Gap(NamedTuple):
    """Counts of schools against one target: see `compare_to_targets`. `empty`: of no schools."""

    position: npt.NDArray[np.str_]
    points: npt.NDArray[np.float64]
    needed: Counts
    over: Counts
    attainable: Flags
    empty: Flags

    @property
    def unreachable(self) -> Flags:
        """Below the corridor, and no number of further schools brings the share into it."""
        return (self.position == "below") & ~self.attainable


def gap_to(count: Counts, total: Counts, target: Target) -> Gap:
    """Position, gap and schools, for each count of its total."""
    lowest, highest = corridor_edges(total, target)
    empty = total == 0
    below, above = count < lowest, count > highest
    distances = _distances(count, total, target)
    return Gap(
        np.select([empty, below, above], ["no_schools", "below", "above"], "within"),
        np.select([empty, below, above], [0.0, *distances], 0.0),
        np.maximum(lowest - count, 0),
        np.maximum(count - highest, 0),
        (lowest <= highest) & ~empty,
        empty,
    )


def _distances(count: Counts, total: Counts, target: Target) -> list[npt.NDArray[np.float64]]:
    """The points from either end of what is wanted."""
    if not target.schools:
        return [points_from(count, total, p) for p in (target.from_percent, target.to_percent)]
    share = 100 * count / np.maximum(total, 1)
    return [np.nan_to_num(share - end) for end in wanted_shares(total, target)]


def compare_counts(rows: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Position, gap and schools, row by row."""
    count = rows["schools_count"].to_numpy(dtype=np.int64)
    total = rows["schools_total"].to_numpy(dtype=np.int64)
    gap, ends = gap_to(count, total, target), wanted_shares(total, target)
    return rows.assign(
        target_id=target.id,
        label_vi=target.label_vi,
        label_en=target.label_en,
        level=target.level,
        reading=target.reading,
        target_from=ends[0],
        target_to=ends[1],
        **asked_of_some(target),
        decimals=target.decimals,
        schools_count=count,
        position=gap.position,
        gap_points=pd.arrays.FloatingArray(gap.points, gap.empty),
        schools_needed=_whole(gap.needed, gap.empty | gap.unreachable),
        attainable=gap.attainable,
        schools_over=_whole(gap.over, gap.empty),
    )


def _whole(numbers: Counts, missing: npt.NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(numbers, missing)
