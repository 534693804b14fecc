"""Classes and pupils with two sessions a day."""

from __future__ import annotations

import pandas as pd

from analysis.measure.totals import schools_in_scope, with_totals
from analysis.tables import makes

_MEASURES = ("classes", "pupils")
_KEYS = ["school_year", "group"]


@makes("sessions")
def measure_sessions(held: pd.DataFrame, *, by: str | None = "education_level") -> pd.DataFrame:
    """How many classes and pupils have two sessions a day ("học 2 buổi/ngày").

    One row per school_year x group x measure (classes, pupils), groups in their order, "all" last;
    none of a measure for a year in which no school states both its numbers:

    - `two_sessions_count` of `whole_count`: summed over the schools that state both numbers; a
      blank is never a zero, so both are missing where no school of a group states them;
    - `two_sessions_percent`: 0-100, missing where there is nothing to divide by;
    - `schools_stated` of `schools_total`: how many schools in scope the sums rest on.

    A school that states one of the two numbers only is left out of both sums.

    >>> sessions = measure_sessions(load_year("2024-2025")).query("group == 'all'")
    >>> sessions[["measure", "two_sessions_count", "whole_count"]].values.tolist()
    [['classes', 401, 535], ['pupils', 11588, 15743]]
    """
    schools = with_totals(schools_in_scope(held), by)
    rows = pd.concat([_sums(schools, measure) for measure in _MEASURES])
    rows = rows.sort_values(_KEYS, ignore_index=True)  # by several keys it is stable always
    rows = rows.assign(by=by or "", group=rows["group"].astype("str"))
    return rows[
        [
            *("school_year", "by", "group", "measure", "two_sessions_count", "whole_count"),
            *("two_sessions_percent", "schools_stated", "schools_total"),
        ]
    ]


def _sums(schools: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The sums of one measure, over the schools that state both numbers."""
    whole, two = schools[measure], schools[f"{measure}_two_sessions"]
    stated = whole.notna() & two.notna()
    some = schools["school_year"].isin(schools.loc[stated, "school_year"])
    schools, whole, two, stated = schools[some], whole[some], two[some], stated[some]
    numbers = pd.DataFrame(
        {
            **{key: schools[key] for key in _KEYS},
            "two_sessions_count": two.where(stated).astype("Int64"),
            "whole_count": whole.where(stated).astype("Int64"),
            "schools_stated": stated.astype("int64"),
            "schools_total": 1,
        }
    )
    sums = numbers.groupby(_KEYS, observed=False).sum(min_count=1).reset_index()
    sums = sums.fillna({"schools_stated": 0, "schools_total": 0})
    whole = sums["whole_count"].where(sums["whole_count"] > 0)
    share = (100 * sums["two_sessions_count"] / whole).astype("Float64")
    counts = {"schools_stated": "int64", "schools_total": "int64"}
    return sums.assign(measure=measure, two_sessions_percent=share).astype(counts)
