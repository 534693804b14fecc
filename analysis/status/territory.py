"""The same schools in the units of another day: the series of a constant territory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.reference import Directory, Units, fold

_KEYS = ["as_of", "school_id", "unit", "district", "province"]


def restate_units(
    held: pd.DataFrame,
    units: Units,
    directory: Directory | None = None,
    *,
    day: dt.date | None = None,
) -> pd.DataFrame:
    """A table of schools (from `status_on`) with the units as they are on `day`, the last as-of
    date unless given: what `held` says as reported, this says of a constant territory.

    One row per row of `held`; `unit` is restated, `unit_reported` is as it was, `unit_by` says how:

    - same: the unit is what it was; crosswalk: it became, or became part of, this one;
    - directory: the unit was divided, and the office's directory says where this school lies;
    - divided: it was divided, and which part the school lies in is not known: `unit` is blank;
    - left: it belongs to another office on that day: the school is out of scope for the reason
      "other_territory";
    - unknown: nothing is known of the unit; it stays as reported.
    """
    day = day or held["as_of"].max().date()
    columns = [held[name] if name in held else [""] * len(held) for name in _KEYS]
    # A row at a time and nothing kept of it but two words: with a country's rows, tuples by the
    # hundred thousand would have Python look for garbage in all there is.
    found, ways, lies_in = [], [], directory or Directory()
    for place in zip(*columns, strict=True):
        unit, how = _restated(place, units, lies_in, day)
        found.append(unit)
        ways.append(how)
    by = pd.Series(ways, index=held.index, dtype="str")
    gone = by.eq("left") & ~held["in_scope"].eq(False).fillna(False).astype(bool)
    return held.assign(
        unit=pd.Series(found, index=held.index, dtype="str"),
        unit_reported=held["unit"],
        unit_by=by,
        in_scope=held["in_scope"].mask(gone, False),
        scope_reason=held["scope_reason"].mask(gone, "other_territory"),
    )


def _restated(
    place: tuple[Any, ...], units: Units, directory: Directory, day: dt.date
) -> tuple[str, str]:
    """The unit of one school, and how it was found."""
    as_of, school_id, unit, district, province = place
    since = as_of.date()
    found = units.restated(unit, since, day, district=district, province=province)
    if found == ():
        return unit, "left"
    if found and len(found) == 1:
        return found[0], "same" if fold(found[0]) == fold(unit) else "crosswalk"
    lies_in = directory.unit_on(school_id, day)
    if lies_in and _among(lies_in, found):
        return lies_in, "directory"
    return ("", "divided") if found else (unit, "unknown")


def _among(unit: str, found: Iterable[str] | None) -> bool:
    return found is None or fold(unit) in map(fold, found)
