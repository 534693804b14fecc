"""How far is each target, is it coming nearer, and fast enough for its last day?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from analysis.compare.targets import compare_to_targets, told_columns
from analysis.compare.verdicts import MET, NOT_MET, OPEN, REFERENCE
from analysis.reference import Rules, Target, TargetSet, term_end
from analysis.tables import columns_of, makes

UNTOLD = "untold"
Row = Mapping[Any, Any]
Ends = tuple[int, int]


@makes("pace")
def compare_pace(
    held: pd.DataFrame, target_set: TargetSet, *, rules: Rules, by: str | None = None
) -> pd.DataFrame:
    """The targets in the newest year of several: how far off, how it changed, and how fast.

    One row per part of a target x group, as `compare_to_targets` has it, and beside it

    - `status_class`: at (the target is reached), near (at most one school or 5 points short),
      below (to 15 points), far (to 30), very_far;
    - `change_class`, `change_points`: since the year before the share fell_much, fell, is the same,
      rose, rose_much (10 points and 2 schools, at least);
    - `past_year`, `years_past`, `past_count`, `past_total`: the first year known, at most 5 years
      back; `gained_least`, `gained_most`: schools that count more today, whatever is unclear;
    - `years_left`: counts to come, a year apart, up to the last day of the target, one at least;
      `yearly_least`, `yearly_most`: schools each of them has to add, rounded up;
    - `pace`: reached; on_track (gained so far, as many a year for the years left are enough),
      slow, standstill (no school more), backwards (fewer); ended after the last day.

    What is unclear may turn out either way: a class is told where both ends of what is possible
    have the same, else it is "untold"; so is a pace where no earlier year is known or no number of
    schools reaches the target. What is needed is counted with the schools of today: where their
    number changed, `past_total` says so. The limits are this package's own (`[pace]` of the
    regulations), none of the law.

    >>> pace = compare_pace(load_register("2024-2025")).set_index("target_id")
    >>> pace.loc["K1", ["gained_most", "schools_needed", "years_left", "pace"]].map(str).tolist()
    ['5', '4', '1', 'slow']
    """
    compared = compare_to_targets(held, target_set, by=by)
    if compared.empty:
        nothing = compared.reindex(columns=columns_of("pace"))
        nothing.attrs |= compared.attrs
        return nothing
    limits, year = rules.regulations["pace"], str(held["school_year"].max())
    day = held.loc[held["school_year"] == year, "as_of"].max().date()
    left = _years_left(day, target_set.last_day)
    parts = {part.id: part for part in target_set.parts}
    earlier: dict[tuple[str, str], dict[int, Row]] = {}
    for row in compared.to_dict("records"):
        ago = int(year[:4]) - int(str(row["school_year"])[:4])
        earlier.setdefault((row["target_id"], str(row["group"])), {})[ago] = row
    rows = [
        {**now, **_told(now, known, parts[now["target_id"]], left, limits)}
        for known in earlier.values()
        if (now := known.pop(0, None)) is not None
    ]
    added = [*_CLASSES, "change_points", "past_year", *_NUMBERS]
    table = pd.DataFrame(rows, columns=[*compared, *added])
    table = table.astype({**dict.fromkeys(_NUMBERS, "Int64"), "change_points": "Float64"})
    table.attrs |= compared.attrs
    return table[told_columns("pace", table)]


_CLASSES = ("status_class", "change_class", "pace")
_NUMBERS = (
    *("years_past", "past_count", "past_total", "gained_least", "gained_most"),
    *("years_left", "yearly_least", "yearly_most"),
)


def _years_left(day: dt.date, last_day: dt.date) -> int:
    """The counts to come, a year apart, of which the last one is not after the last day; one where
    that day is nearer."""
    if day > last_day:
        return 0
    years = max(last_day.year - day.year, 1)
    return years if years == 1 or term_end(day, 12 * years) <= last_day else years - 1


def _told(now: Row, known: dict[int, Row], target: Target, left: int, limits: Row) -> Row:
    ago = max((years for years in known if years <= limits["look_back_years"]), default=0)
    told: dict[str, Any] = {
        "status_class": _status(now, target, limits),
        **_change(now, known.get(1), limits),
        "past_year": known[ago]["school_year"] if ago else "",
        "years_left": left,
    }
    gained: Ends | None = None
    if ago:
        was, (low, high) = known[ago], _counts(now)
        least, most = _counts(was)
        gained = low - most, high - least
        told |= {"years_past": ago, "past_count": was["schools_count"]}
        told |= {"past_total": was["schools_total"]}
        told |= {"gained_least": gained[0], "gained_most": gained[1]}
    lacking = now["verdict"] == NOT_MET and pd.notna(now["schools_needed"])
    needed = (int(now["needed_least"]), int(now["schools_needed"])) if lacking else None
    if needed:
        ends = ("yearly_least", "yearly_most")
        told |= {end: -(-n // left) for end, n in zip(ends, needed, strict=True)}
    return told | {"pace": _pace(now["verdict"], gained, needed, (ago, left), limits)}


def _counts(row: Row) -> tuple[int, int]:
    """How many schools count at least and at most, whatever turns out."""
    count, unsure = int(row["schools_count"]), int(row["base_unclear_count"])
    return max(count - unsure, 0), count + int(row["unclear_count"]) + unsure


def _same(classes: Callable[..., str], *ends: tuple[Any, ...]) -> str:
    """The class that both ends of what is possible have, or that it cannot be told."""
    found = {classes(*end) for end in ends}
    return found.pop() if len(found) == 1 else UNTOLD


def _pace(
    verdict: str, gained: Ends | None, needed: Ends | None, years: tuple[int, int], limits: Row
) -> str:
    if verdict in (REFERENCE, MET):
        return "ended" if verdict == REFERENCE else "reached"
    if verdict != NOT_MET or gained is None or needed is None:
        return UNTOLD
    past, left = years

    def speed(more: int, lacking: int) -> str:
        if more <= 0:
            return "backwards" if more else "standstill"
        enough = 100 * more * left >= limits["on_track_percent"] * lacking * past
        return "on_track" if enough else "slow"

    return _same(speed, (gained[0], needed[1]), (gained[1], needed[0]))


def _status(now: Row, target: Target, limits: Row) -> str:
    """How far the share is off; after the last day, and where no number of schools would do, as the
    share itself lies."""
    if not now["schools_total"] or pd.isna(now["percent_low"]) or now["verdict"] == OPEN:
        return UNTOLD

    def distance(share: float, lacking: int) -> str:
        short = share - now["target_to"] if target.is_limit else now["target_from"] - share
        if 0 < lacking <= limits["near_schools"] or short <= limits["near_points"]:
            return "near"
        if short <= limits["below_points"]:
            return "below"
        return "far" if short <= limits["far_points"] else "very_far"

    wrong = "above" if target.is_limit else "below"
    if now["verdict"] == MET or (now["verdict"] != NOT_MET and now["position"] != wrong):
        return "at"
    known = not pd.isna(now["schools_needed"])
    most, least = (int(now["schools_needed"]), int(now["needed_least"])) if known else (0, 0)
    return _same(distance, (now["percent_low"], most), (now["percent_high"], least))


def _change(now: Row, before: Row | None, limits: Row) -> Row:
    if before is None or any(pd.isna(row["percent_low"]) for row in (now, before)):
        return {"change_class": UNTOLD, "change_points": None}

    def change(points: float, schools: int) -> str:
        if abs(points) < 1e-9:
            return "same"
        much = abs(points) >= limits["much_points"] and abs(schools) >= limits["much_schools"]
        return ("rose" if points > 0 else "fell") + ("_much" if much else "")

    (low, high), (least, most) = _counts(now), _counts(before)
    ends = (
        (now["percent_low"] - before["percent_high"], low - most),
        (now["percent_high"] - before["percent_low"], high - least),
    )
    points = [row["schools_percent"] for row in (now, before)]
    moved = None if any(pd.isna(share) for share in points) else points[0] - points[1]
    told = {change(*end) for end in ends}
    way = {one.removesuffix("_much") for one in told}  # rose, or rose much: it rose
    said = told.pop() if len(told) == 1 else way.pop() if len(way) == 1 else UNTOLD
    return {"change_class": said, "change_points": moved}
