"""When certificates end: by quarter, and school by school with the dates to act on; and what became
of those that ended, the rate a look ahead may be based on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

import pandas as pd

from analysis.measure.causes import has_ended
from analysis.measure.groups import check_choice
from analysis.measure.pairs import COUNTED, SET_ASIDE, read_lists
from analysis.measure.totals import consecutive_years, schools_in_scope, with_totals
from analysis.reference import (
    SCHEMES,
    Rules,
    alert_from,
    is_issued,
    regime_on,
    renewal_due,
    rule_on,
    term_end,
    vietnamese_key,
)
from analysis.status import UNCLEAR
from analysis.tables import columns_of, makes, stacked

_IN_FORCE = ("in_force", "level_unknown")
IDENTITY = [
    *("school_year", "school_id", "school_code", "school_name", "unit"),
    *("education_level", "ownership"),
]


@makes("expiries")
def measure_expiries(
    held: pd.DataFrame, *, scheme: str, by: str | None = None, rules: Rules
) -> pd.DataFrame:
    """How many certificates in force on the as-of date end in which quarter, and how many are left.

    One row per school_year x quarter x group x level, also where none ends: every quarter from the
    one of the as-of date to the last in which a certificate ends.

    - `quarter`: "2026-Q1"; "" for certificates in force whose end cannot be told (no date stated);
      `quarter_from`: its first day;
    - `level`: the level in force, missing for recognised schools without a known level;
    - `schools_count`: schools whose certificate ends in it;
    - `left_count`: those whose certificate ends later: with none renewed, the stock in force after
      the quarter; missing where the end cannot be told.

    `by` may also be "regime": the law the certificates were issued under, old and new, of all
    levels together; "unknown" where no day of signing tells it. The end is the printed one, else
    five years after signing. A year without a row either states nothing of the scheme, or no school
    holds a certificate (`attrs["none_in_force"]` names it).
    The 12 months of the alert end within a quarter: `attrs["alert"]` has, per year, the day
    (`until`), and how many of that quarter's certificates end by it in each group at each level.

    >>> ends = measure_expiries(load_year("2024-2025"), scheme="cqg")
    >>> int(ends.query("group == 'all'")["schools_count"].sum())
    34
    """
    in_force = with_regime(schools_in_force(held, scheme), scheme, rules)
    schools = with_totals(in_force, by, also=("regime",))
    ends = schools[f"{scheme}_expires"].dt.to_period("Q")
    level = 0 if by == "regime" else _levels(schools, scheme)
    rows = schools.assign(ends=ends, level=level)
    years = [(str(year), of) for year, of in rows.groupby("school_year", observed=True)]
    parts = [_of_year(year, of) for year, of in years]
    table = stacked("expiries", parts)
    table = table.assign(scheme=scheme, by=by or "")
    table = table[columns_of("expiries")].astype({"level": "Int64", "schools_count": "int64"})
    every, stated = held["school_year"], held[f"{scheme}_state"].notna()
    none = sorted({*every[stated]} - {*table["school_year"]})
    table.attrs |= {"scheme": scheme, "school_years": tuple(sorted({*every}))}
    table.attrs["none_in_force"] = tuple(none)
    table.attrs["alert"] = {year: _alert(of, scheme, rules) for year, of in years}
    return table


def schools_in_force(held: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """The schools in scope that hold a certificate on the as-of date, of whatever level."""
    check_choice("scheme", scheme, SCHEMES)
    schools = schools_in_scope(held, scheme)
    return schools[schools[f"{scheme}_state"].isin(_IN_FORCE)]


def with_regime(schools: pd.DataFrame, scheme: str, rules: Rules) -> pd.DataFrame:
    """The schools with the `regime` of their certificate: the law on the day it was signed; ""
    where that cannot be told."""
    signed = schools[f"{scheme}_date"].where(schools[f"{scheme}_date_precision"].eq("day"))
    found = ["" if pd.isna(day) else regime_on(day.date(), rules).id for day in signed]
    return schools.assign(regime=pd.Series(found, index=schools.index, dtype="str"))


def _levels(schools: pd.DataFrame, scheme: str) -> pd.Series:
    """The level in force; 0 stands for one that is not known."""
    return schools[f"{scheme}_level_held"].fillna(0).astype("int64")


def _of_year(year: str, schools: pd.DataFrame) -> pd.DataFrame:
    """The complete table of one school year."""
    first = schools["as_of"].max().to_period("Q")
    last = schools["ends"].max()
    quarters = [] if pd.isna(last) else [*pd.period_range(first, last, freq="Q")]
    names = {quarter: f"{quarter.year}-Q{quarter.quarter}" for quarter in quarters}
    named = schools["ends"].map(names).astype("str").fillna("")
    undated = [""] if named.eq("").any() else []
    starts = {name: quarter.start_time for quarter, name in names.items()} | {"": pd.NaT}
    groups = [*schools["group"].cat.categories]
    every = [*product([*names.values(), *undated], groups, sorted(schools["level"].unique()))]
    index = pd.MultiIndex.from_tuples(every, names=["quarter", "group", "level"])
    counts = schools.groupby([named, schools["group"].astype("str"), "level"]).size()
    rows = counts.reindex(index, fill_value=0).rename("schools_count").reset_index()
    from_day = rows["quarter"].map(starts).astype("datetime64[us]")
    level = rows["level"].astype("Int64").where(rows["level"] > 0)
    dated = rows["schools_count"].where(rows["quarter"].ne(""))
    of = dated.groupby([rows["group"], rows["level"]])
    left = (of.transform("sum") - of.cumsum()).astype("Int64")
    return rows.assign(school_year=year, quarter_from=from_day, level=level, left_count=left)


def _alert(schools: pd.DataFrame, scheme: str, rules: Rules) -> dict[str, Any]:
    """The last day of the months of alert, and what ends by it in the quarter of that day."""
    as_of = schools["as_of"].max().date()
    until = pd.Timestamp(term_end(as_of, rule_on("renewal", as_of, rules)["alert_months"]))
    split = (schools["ends"] == until.to_period("Q")) & (schools[f"{scheme}_expires"] <= until)
    found = schools[split]
    counts = found.groupby([found["group"].astype("str"), "level"]).size().rename("count")
    by_level = counts.reset_index().to_numpy().tolist()
    return {"until": until.date().isoformat(), "ending": by_level}


@makes("expiry_list", aside=False)
def list_expiries(held: pd.DataFrame, *, scheme: str, rules: Rules) -> pd.DataFrame:
    """The certificates in force on the as-of date, the first to end first.

    One row per school: who it is, `level`, `signed`, `expires` (`expiry_derived`: not printed),
    `quarter`, and the dates to act on:

    - `alert_from`: 12 months before the end, our own mark;
    - `renewal_due`: 5 months before, when self-assessment is done and external evaluation
      registered (Thông tư 17, 18, 19/2018); missing where none is issued any more;
    - `stage` on the as-of date: later, alert, overdue (that day has passed), undated.

    >>> ending = list_expiries(load_year("2024-2025"), scheme="cqg")
    >>> len(ending), int(ending["stage"].eq("alert").sum())
    (34, 3)
    """
    schools = schools_in_force(held, scheme)
    expires = schools[f"{scheme}_expires"]
    issued = [is_issued(day.date(), scheme, rules) for day in schools["as_of"]]
    renewable = expires.where(pd.Series(issued, index=schools.index, dtype=bool))
    quarter = (
        expires.dt.year.astype("Int64").astype("str")
        + "-Q"
        + expires.dt.quarter.astype("Int64").astype("str")
    )
    rows = schools[IDENTITY].assign(
        scheme=scheme,
        level=schools[f"{scheme}_level_held"],
        signed=schools[f"{scheme}_date"],
        expires=expires,
        expiry_derived=schools[f"{scheme}_expiry_derived"],
        quarter=quarter.where(expires.notna(), ""),
        alert_from=_each(expires, lambda day: alert_from(day, rules)),
        renewal_due=_each(renewable, lambda day: renewal_due(day, rules)),
        as_of=schools["as_of"],
    )
    rows = rows.assign(stage=_stages(rows))
    names = rows["school_name"].map(vietnamese_key)
    order = rows.assign(name=names).sort_values(["school_year", "expires", "name"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def _each(days: pd.Series, rule: Callable[[dt.date], dt.date]) -> pd.Series:
    found = [pd.NaT if pd.isna(day) else pd.Timestamp(rule(day.date())) for day in days]
    return pd.Series(found, index=days.index, dtype="datetime64[us]")


def _stages(rows: pd.DataFrame) -> pd.Series:
    stage = pd.Series("later", index=rows.index, dtype="str")
    stage = stage.mask(rows["as_of"] >= rows["alert_from"], "alert")
    stage = stage.mask(rows["as_of"] > rows["renewal_due"], "overdue")
    return stage.mask(rows["expires"].isna(), "undated")


@makes("renewals")
def measure_renewals(held: pd.DataFrame, *, scheme: str) -> pd.DataFrame:
    """How many certificates ended between two as-of dates, and how many of these schools hold one
    again.

    One row per pair of consecutive school years in `held` that state the scheme:

    - `ended_count`: certificates in force on the first day whose last day comes before the second;
      the sum of the following four:
    - `renewed_count`: a certificate in force on the second day, of whatever level;
    - `not_renewed_count`: none in force, and that is stated;
    - `unknown_count`: not stated or in doubt for the second day, or its row was set aside;
      `absent_count`: not counted any more (closed, merged), or not on the list. Both say nothing
      about renewal and belong in no rate.

    >>> found = measure_renewals(load_register("2024-2025"), scheme="cqg")
    >>> found[["ended_count", "renewed_count"]].values.tolist()
    [[3, 1], [5, 4], [4, 4]]
    """
    check_choice("scheme", scheme, SCHEMES)
    lists = read_lists(held, scheme)
    pairs = consecutive_years(pd.Series(lists.years))
    rows = [[*pair, scheme, *_counts(lists.pair(*pair))] for pair in pairs]
    return pd.DataFrame(rows, columns=columns_of("renewals"))


def _counts(pair: pd.DataFrame) -> list[int]:
    ended = pair[pair["place_a"].eq(COUNTED) & (pair["level_a"] > 0) & has_ended(pair)]
    counted, held = ended["place_b"].eq(COUNTED), ended["level_b"] > 0
    vague = ended["state_b"].isin(UNCLEAR)
    unknown = ended["place_b"].eq(SET_ASIDE) | (counted & vague)
    kinds = (counted & held, counted & ~held & ~vague, unknown, ~counted & ~unknown)
    return [len(ended), *(int(kind.sum()) for kind in kinds)]
