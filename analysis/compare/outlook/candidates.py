"""Which schools could still count for a target, and which must renew to go on counting?
From when may each ask for a higher level?"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from analysis.compare.targets import check_target, limited
from analysis.measure import (
    IDENTITY,
    check_choice,
    members_of,
    schools_in_force,
    schools_in_scope,
)
from analysis.reference import (
    Rules,
    SuiteError,
    Target,
    TargetSet,
    earliest_upgrade,
    is_issued,
    renewal_due,
)
from analysis.status import UNCLEAR
from analysis.tables import makes, stacked

_PERIODS = {"month": "M", "year": "Y", "school_year": "Y-AUG"}


@makes("upgrades", aside=False)
def list_upgrades(held: pd.DataFrame, *, scheme: str, rules: Rules) -> pd.DataFrame:
    """The earliest day each school may ask for a level above the one it holds.

    One row per school in scope with a certificate in force below the highest level, in the order
    of `held`: who it is, `level` (missing where the source states none), `next_level`, `signed`,
    `expires`, and

    - `earliest_date`: the first day, not before the as-of date, on which the law in force that day
      lets it ask: 2 years after signing, 1 year from 25/01/2025 (Thông tư 22/2024), for CQG 2 years
      from 07/7/2026 (Thông tư 57/2026 Điều 19 khoản 4). Where only month or year of signing are
      known, counted from the last day it can have been;
    - `upgrade`: open (that day is the as-of date), waiting, not_foreseen (no law in sight leads
      there, as for KĐCLGD after 06/7/2026), undated (no date of signing), or level_unknown;
    - `ends_first`: the certificate ends before that day, so it must be renewed before.

    >>> list_upgrades(load_year("2024-2025"), scheme="kdclgd")["upgrade"].value_counts().to_dict()
    {'open': 24, 'waiting': 9}
    """
    schools = schools_in_force(held, scheme)
    level = schools[f"{scheme}_level_held"]
    schools = schools[level.isna() | (level < max(rules.levels(scheme)))]
    level, expires = schools[f"{scheme}_level_held"], schools[f"{scheme}_expires"]
    earliest = earliest_dates(schools, scheme, rules)
    rows = schools[IDENTITY].assign(
        scheme=scheme,
        level=level,
        next_level=level + 1,
        signed=schools[f"{scheme}_date"],
        expires=expires,
        earliest_date=earliest,
        upgrade=_states(schools, scheme, earliest),
        ends_first=expires < earliest,
        as_of=schools["as_of"],
    )
    return rows.reset_index(drop=True)


def earliest_dates(schools: pd.DataFrame, scheme: str, rules: Rules) -> pd.Series:
    """The first day each school may ask for more than it holds; missing where none is known."""
    signed = last_possible(schools[f"{scheme}_date"], schools[f"{scheme}_date_precision"])
    level = schools[f"{scheme}_level_held"].fillna(0).astype("int64")
    days = [
        _earliest(day, level, as_of, scheme, rules)
        for day, level, as_of in zip(signed, level, schools["as_of"], strict=True)
    ]
    return pd.Series(days, index=schools.index, dtype="datetime64[us]")


def _earliest(
    signed: pd.Timestamp, level: int, as_of: pd.Timestamp, scheme: str, rules: Rules
) -> dt.date | None:
    if pd.isna(signed) or not level:
        return None
    return earliest_upgrade(signed.date(), scheme, level, rules, not_before=as_of.date())


def last_possible(days: pd.Series, precision: pd.Series) -> pd.Series:
    """The last day a certificate can have been signed on, where only month or year are known."""
    last = days.copy()
    for word, unit in _PERIODS.items():
        rough = precision.eq(word)
        last[rough] = days[rough].dt.to_period(unit).dt.end_time.dt.normalize()
    return last


def _states(schools: pd.DataFrame, scheme: str, earliest: pd.Series) -> pd.Series:
    state = pd.Series("waiting", index=schools.index, dtype="str")
    state = state.mask(earliest <= schools["as_of"], "open").mask(earliest.isna(), "not_foreseen")
    state = state.mask(schools[f"{scheme}_date"].isna(), "undated")
    return state.mask(schools[f"{scheme}_level_held"].isna(), "level_unknown")


@makes("candidates", aside=False)
def list_candidates(
    held: pd.DataFrame,
    target: Target | str = "",
    *,
    rules: Rules,
    target_set: TargetSet | None = None,
    deadline: dt.date | None = None,
) -> pd.DataFrame:
    """The schools that could change the count of a target by its deadline, with the facts of each.

    `target`: a part of the year's targets by its id, the main one if none is named; `deadline`:
    that of the targets, if not given. One row per school in scope, in the order of `held`, that
    does not count for the target on the as-of date but would with a higher certificate (`role`
    "gain"), or counts and holds a certificate that ends before the deadline ("keep"). Who it is,
    and

    - `standing` now, `level` wanted, `signed`, `expires`, `renewal_due` (5 months before the end);
    - `eligible` as stated, missing where it is not; `in_base`: part of the target's denominator;
    - `kdclgd_standing`: the other fact CQG rests on: it asks for an evaluation result of a level.
      There is no such column where no list of the years has one for KĐCLGD;
    - `earliest_date`: the first day the law lets the school ask: the as-of date, or the end of the
      waiting time of the lower level it holds; `days_left` from that day to the deadline;
    - `obstacles`: deadline_passed; not_eligible (stated); not_known (its standing is not stated or
      in doubt, or its level is not known); undated (holds a lower level, waiting time cannot be
      told); not_foreseen (no such certificate under the law in sight); waiting (ends after the
      deadline); renewal_overdue (less than five months to the end);
    - `can_reach`: none of these. Whether it will is for people who know the school to say: rows are
      not ranked (Thông tư 57/2026 Điều 27 khoản 4).

    >>> list_candidates(load_year("2024-2025"), "Q")["role"].value_counts().to_dict()
    {'gain': 4, 'keep': 2}
    """
    if target_set is not None and not target_set.parts and not target:
        return stacked("candidates", [])
    target, deadline = _asked(target, target_set, deadline)
    check_target(target, rules)
    scheme = target.scheme
    held = limited(held, target.education_levels).reset_index(drop=True)
    held = held.assign(in_base=members_of(held, scheme, target.base).counted)
    schools = schools_in_scope(held, scheme)
    counts = counts_for(schools, target)
    # A school above an exact level does not come down; one of unknown level may be anywhere.
    above = schools[f"{scheme}_level_held"].gt(target.level).fillna(False).astype(bool)
    keep = counts & schools["in_base"] & (schools[f"{scheme}_expires"] < pd.Timestamp(deadline))
    keep &= _issued(schools, scheme, rules)  # else it runs off, and nobody can keep it
    role = pd.Series("gain", index=schools.index).mask(keep, "keep")
    schools = schools.assign(role=role)[(~counts & ~above) | keep]
    rows = _facts(schools, target, deadline, rules)
    obstacles = pd.Series(_obstacles(rows), index=rows.index, dtype=object)
    rows = rows.assign(obstacles=obstacles, can_reach=obstacles.map(len) == 0)
    if held["kdclgd_standing"].isna().all():
        rows = rows.drop(columns="kdclgd_standing", errors="ignore")
    return rows.reset_index(drop=True)


def _asked(
    target: Target | str, target_set: TargetSet | None, deadline: dt.date | None
) -> tuple[Target, dt.date]:
    if target_set is not None and isinstance(target, str):
        parts = {part.id: part for part in target_set.parts}
        asked = target or target_set.main()
        check_choice("target_id", asked, [*parts])
        target = parts[asked]
    day = deadline or (target_set.deadline if target_set else None)
    if isinstance(target, str) or day is None:
        raise SuiteError("maker_needs", table="candidates", what="target, deadline")
    return target, day


def counts_for(schools: pd.DataFrame, target: Target) -> pd.Series:
    """The schools that count for a target, in its base or not."""
    level = schools[f"{target.scheme}_level_held"]
    if target.reading == "exact":
        return level.eq(target.level).fillna(False).astype(bool)
    unranked = schools[f"{target.scheme}_state"].eq("level_unknown") & (target.level == 1)
    return level.ge(target.level).fillna(False).astype(bool) | unranked


def _facts(schools: pd.DataFrame, target: Target, deadline: dt.date, rules: Rules) -> pd.DataFrame:
    scheme = target.scheme
    expires = schools[f"{scheme}_expires"]
    renewable = expires.where(_issued(schools, scheme, rules))
    holds = schools[f"{scheme}_state"].eq("in_force")
    upgrade = earliest_dates(schools, scheme, rules)
    earliest = upgrade.where(holds, schools["as_of"].where(_issued(schools, scheme, rules)))
    earliest = earliest.where(schools["role"] == "gain")
    due = [pd.NaT if pd.isna(day) else renewal_due(day.date(), rules) for day in renewable]
    others = {} if scheme == "kdclgd" else {"kdclgd_standing": schools["kdclgd_standing"]}
    return schools[IDENTITY].assign(
        target_id=target.id,
        role=schools["role"],
        scheme=scheme,
        level=target.level,
        standing=schools[f"{scheme}_standing"],
        **others,
        signed=schools[f"{scheme}_date"],
        expires=expires,
        renewal_due=pd.Series(due, index=schools.index, dtype="datetime64[us]"),
        eligible=schools["eligible"],
        in_base=schools["in_base"],
        earliest_date=earliest,
        deadline=pd.Timestamp(deadline),
        days_left=(pd.Timestamp(deadline) - earliest).dt.days.astype("Int64"),
        as_of=schools["as_of"],
    )


def _issued(schools: pd.DataFrame, scheme: str, rules: Rules) -> pd.Series:
    """Whether such a certificate can still be had on the as-of date."""
    issued = [is_issued(day.date(), scheme, rules) for day in schools["as_of"]]
    return pd.Series(issued, index=schools.index, dtype=bool)


def _obstacles(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """What is known to stand in the way of each school."""
    gain, earliest = rows["role"] == "gain", rows["earliest_date"]
    unknown = rows["standing"].isin([*UNCLEAR, "level_unknown"])
    undated = rows["standing"].astype("str").str.isdecimal() & rows["signed"].isna()
    flags = {
        "deadline_passed": rows["as_of"] > rows["deadline"],
        "not_eligible": ~rows["eligible"].astype("boolean").fillna(True).astype(bool),
        "not_known": gain & unknown,
        "undated": gain & undated,
        "not_foreseen": gain & earliest.isna() & ~unknown & ~undated,
        "waiting": gain & (earliest > rows["deadline"]),
        "renewal_overdue": ~gain & (rows["as_of"] > rows["renewal_due"]),
    }
    table = zip(*flags.values(), strict=True)
    return [tuple(n for n, there in zip(flags, row, strict=True) if there) for row in table]
