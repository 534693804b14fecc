"""Where the targets will stand on each coming 31 May, if certificates are renewed or not."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.compare.exact import half_up
from analysis.compare.targets import compare_to_targets, told_columns
from analysis.measure import ALL, measure_renewals
from analysis.reference import (
    SCHEMES,
    Rules,
    SuiteError,
    TargetSet,
    is_issued,
    term_end,
    validity_years,
)
from analysis.tables import makes, stacked

SCENARIOS = ("none", "past_rate", "all_renew")
_IN_FORCE = ("in_force", "level_unknown")


@makes("scenarios")
def compare_scenarios(
    held: pd.DataFrame,
    target_set: TargetSet,
    *,
    rules: Rules,
    until: dt.date | int,
    by: str | None = None,
) -> pd.DataFrame:
    """The targets on each 31 May after the newest as-of date, as far as `until`: a day, or how many
    years ahead.

    Three ways of going on with the certificates in force today, none of them a forecast:

    - "none": none is renewed, each ends on its last day;
    - "all_renew": each is renewed in time at its level;
    - "past_rate": the share renewed in the school years of `held` (`measure_renewals`): of those
      that end, `renewed_count` of `ended_count`, rounded half up to whole schools; the groups add
      up to the total, and what a group has lost by one day stays lost on the next. Left out where
      no renewal could be observed.

    Of certificates that are not issued any more on the as-of date there is "none" only: they run
    off. No school is founded, closed, newly recognised or raised in any of them, so no count ever
    rises. Whether a certificate without a known end is still in force is unclear, unless all are
    renewed; where the list tells no end of a scheme at all there is no outlook (`attrs["no_end"]`).
    At most one term of validity ahead, as nobody can say what will have been renewed twice.

    One row per scenario x day x part of a target x group: what `compare_to_targets` says of it,
    with the day in `as_of`, `ending_count` (of the schools counting today, those whose certificate
    ends before that day), and the observed `renewed_count` of `ended_count` (the same in all rows
    of a scheme).

    >>> ahead = compare_scenarios(load_register("2024-2025"), until=2)
    >>> ahead.query("target_id == 'Q' and scenario == 'none'")["schools_count"].tolist()
    [30, 25]
    """
    newest = held[held["school_year"] == held["school_year"].max()]
    days = _coming(newest["as_of"].max().date(), until, rules)
    no_end = _without_any_end(newest, target_set)
    parts = tuple(part for part in target_set.parts if part.id not in no_end)
    looked_at = replace(target_set, parts=parts)
    rates = {scheme: _observed(held, scheme) for scheme in SCHEMES}
    both = [_on(newest, day, looked_at, rates, by) for day in days]
    tables: list[pd.DataFrame] = []
    if both:
        lapsed, renewed = (pd.concat(rows, ignore_index=True) for rows in zip(*both, strict=True))
        past = _at_past_rate(newest, lapsed, looked_at, by)
        tables = [lapsed, past, renewed]
    as_of = newest["as_of"].max().date()
    lasting = [s for s in SCHEMES if is_issued(as_of, s, rules)]
    tables = [*tables[:1], *(rows[rows["scheme"].isin(lasting)] for rows in tables[1:])]
    named = [rows.assign(scenario=name) for name, rows in zip(SCENARIOS, tables, strict=False)]
    table = stacked("scenarios", named)
    stated = compare_to_targets(newest, target_set, by=by).attrs["not_stated"]
    table = table[told_columns("scenarios", table)]
    year = str(newest["school_year"].iloc[0])
    table.attrs |= {"no_end": no_end, "not_stated": stated, "school_year": year}
    return table


def _without_any_end(newest: pd.DataFrame, target_set: TargetSet) -> dict[str, str]:
    """The parts about a scheme of which the list tells the end of no certificate in force: nothing
    can be said of what becomes of them."""
    silent = set()
    for scheme in SCHEMES:
        in_force = newest[f"{scheme}_state"].isin(_IN_FORCE)
        ends = newest.loc[in_force, f"{scheme}_expires"]
        silent |= {scheme} if len(ends) and ends.isna().all() else set()
    return {part.id: part.scheme for part in target_set.parts if part.scheme in silent}


def _coming(as_of: dt.date, until: dt.date | int, rules: Rules) -> list[dt.date]:
    """Each day the Ministry's figures are counted on, after one day and not after another."""
    if not isinstance(until, dt.date):
        until = term_end(as_of, 12 * until)
    terms = [validity_years(as_of, scheme, rules) or 0 for scheme in SCHEMES]
    furthest = term_end(as_of, 12 * min(terms))
    if until > furthest:
        raise SuiteError(
            "outlook_too_far", until=f"{until:%d/%m/%Y}", furthest=f"{furthest:%d/%m/%Y}"
        )
    years = range(as_of.year, until.year + 1)
    days = [rules.as_of(f"{year - 1}-{year}") for year in years]
    return [day for day in days if as_of < day <= until]


def _observed(held: pd.DataFrame, scheme: str) -> tuple[int, int]:
    """How many certificates were renewed, of how many that ended and whose fate is known."""
    past = measure_renewals(held, scheme=scheme)
    renewed = int(past["renewed_count"].sum())
    return renewed, renewed + int(past["not_renewed_count"].sum())


def _on(
    newest: pd.DataFrame,
    day: dt.date,
    target_set: TargetSet,
    rates: dict[str, tuple[int, int]],
    by: str | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One day if none is renewed, and if all are."""
    later = newest.assign(as_of=pd.Timestamp(day))
    renewed = compare_to_targets(later, target_set, by=by)
    lapsed = compare_to_targets(schools_without_renewal(newest, day), target_set, by=by)
    undated = compare_to_targets(schools_without_renewal(newest, day, True), target_set, by=by)
    ending = renewed["schools_count"] - undated["schools_count"]
    seen = pd.DataFrame(
        [rates[s] for s in renewed["scheme"]], columns=["renewed_count", "ended_count"]
    )
    facts: dict[str, Any] = {"as_of": pd.Timestamp(day), "ending_count": ending}
    facts |= {name: seen[name] for name in ("renewed_count", "ended_count")}
    return lapsed.assign(**facts), renewed.assign(**facts)


def schools_without_renewal(
    held: pd.DataFrame, day: dt.date, lasting: bool = False
) -> pd.DataFrame:
    """The schools on a later day, when every certificate in force has ended on its last day. Where
    all are renewed, schools are as they were. Whether one without a known end is still in force
    then is in doubt (`lasting`: taken to be)."""
    new: dict[str, Any] = {"as_of": pd.Timestamp(day)}
    for scheme in SCHEMES:
        in_force = held[f"{scheme}_state"].isin(_IN_FORCE)
        ended = in_force & (held[f"{scheme}_expires"] < pd.Timestamp(day))
        unsure = in_force & held[f"{scheme}_expires"].isna() & (not lasting)
        for column in ("state", "standing"):
            now = held[f"{scheme}_{column}"].mask(ended, "expired")
            new[f"{scheme}_{column}"] = now.mask(unsure, "in_doubt")
    return held.assign(**new)


def _at_past_rate(
    newest: pd.DataFrame, lapsed: pd.DataFrame, target_set: TargetSet, by: str | None
) -> pd.DataFrame:
    """With the observed share of the ending certificates renewed; nothing where none was seen."""
    parts = []
    for target in target_set.parts:
        rows = lapsed[(lapsed["target_id"] == target.id) & (lapsed["ended_count"] > 0)]
        if len(rows):
            parts.append(_renewed_in_part(newest, rows, replace(target_set, parts=(target,)), by))
    return pd.concat(parts).sort_index() if parts else lapsed.iloc[:0]


def _renewed_in_part(
    newest: pd.DataFrame, rows: pd.DataFrame, target_set: TargetSet, by: str | None
) -> pd.DataFrame:
    """One part on all its days: so many of those ending are renewed, the others stay lost."""
    rate = Fraction(int(rows["renewed_count"].iloc[0]), int(rows["ended_count"].iloc[0]))
    lost: dict[str, int] = {}
    found = []
    for day, on_day in rows.groupby("as_of"):
        ending = dict(zip(on_day["group"], map(int, on_day["ending_count"]), strict=True))
        renewed = shared_out(ending, rate, lost)
        lost = {group: ending[group] - renewed[group] for group in ending}
        left = schools_without_renewal(newest, pd.Timestamp(str(day)).date())
        told = compare_to_targets(left, target_set, by=by, more=renewed).set_axis(on_day.index)
        found.append(
            on_day.assign(**{name: told[name] for name in told_columns("comparison", told)})
        )
    return pd.concat(found)


def shared_out(
    ending: Mapping[str, int], rate: Fraction, lost: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The schools renewed in each group at a rate, in whole schools that add up to the total.

    The total is rounded half up. `lost`: the schools of each group that were not renewed by an
    earlier day, and stay lost. Each further one is lost where most is lacking to the group's exact
    share of losses, in the last of equals; never more than end in a group.
    """
    total = int(half_up(ending[ALL] * rate, 0))
    before = dict.fromkeys(ending, 0) | dict(lost or {})
    # What is lacking to a share of losses, in parts of a school, and which group it is.
    lacking = [
        (count * (rate.denominator - rate.numerator) - gone * rate.denominator, place, group)
        for place, (group, count) in enumerate(ending.items())
        if group != ALL
        for gone in range(before[group], count)
    ]
    renewed = {group: count - before[group] for group, count in ending.items()} | {ALL: total}
    for _, _, group in heapq.nlargest(ending[ALL] - total - before[ALL], lacking):
        renewed[group] -= 1
    return renewed
