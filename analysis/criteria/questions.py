"""Questions about criteria, asked through Ibis: on DuckDB here, unchanged on Spark elsewhere.

`facts` has one row per school x school_year x criterion x indicator x level, see `CriteriaFolder`;
`schools` one row per school x school_year with its education_level. Answers are Ibis tables; their
`.execute()` gives a pandas frame. Nothing here is a verdict on a school: it counts what was stated.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import IntegerValue, Table

_SCHOOL = ("school_id", "school_year")
_WHERE = ("school_year", "education_level")


def share_met(facts: Table, schools: Table) -> Table:
    """One row per school_year x education_level x level x criterion: how many of its indicators,
    over all schools, are met: indicators_met, indicators_total, met_percent (0-100)."""
    per_school_kind = facts.join(schools, [*_SCHOOL]).group_by(
        [*_WHERE, "level", "standard", "criterion"]
    )
    counted = per_school_kind.aggregate(
        indicators_met=lambda t: _count(t.met), indicators_total=lambda t: t.count()
    )
    percent = 100 * counted.indicators_met / counted.indicators_total
    keys = [*_WHERE, "level", "standard", "criterion"]
    return counted.mutate(met_percent=percent).order_by(keys)


def schools_meeting(facts: Table, schools: Table, *, level: int = 1) -> Table:
    """One row per school_year x education_level: how many schools meet what a level asks.

    schools_total; all_met_count, all_met_percent: every indicator of every criterion, as the 2018
    circulars ask; two_thirds_count, two_thirds_percent: in every criterion at least two of three
    indicators, which shows how many are near.
    """
    criteria = _criteria(facts, level, ["criterion"])
    each = criteria.group_by([*_SCHOOL]).aggregate(
        all_met=lambda t: (t.met == t.total).all(),
        two_thirds=lambda t: (t.met * 3 >= t.total * 2).all(),
    )
    grouped = each.join(schools, [*_SCHOOL]).group_by([*_WHERE])
    counted = grouped.aggregate(
        schools_total=lambda t: t.count(),
        all_met_count=lambda t: _count(t.all_met),
        two_thirds_count=lambda t: _count(t.two_thirds),
    )
    return counted.mutate(
        all_met_percent=100 * counted.all_met_count / counted.schools_total,
        two_thirds_percent=100 * counted.two_thirds_count / counted.schools_total,
    ).order_by([*_WHERE])


def holding_back(facts: Table, schools: Table, *, level: int = 1) -> Table:
    """One row per school_year x education_level x criterion: which criteria hold schools back.

    failing_count: schools in which it is not met; only_count: schools in which it is the only one
    that is not met; schools_total.
    """
    criteria = _criteria(facts, level).mutate(fails=lambda t: t.met < t.total)
    failing = criteria.group_by([*_SCHOOL]).aggregate(failing=lambda t: _count(t.fails))
    keys = [*_WHERE, "standard", "criterion"]
    joined = criteria.join(failing, [*_SCHOOL]).join(schools, [*_SCHOOL])
    return (
        joined.group_by(keys)
        .aggregate(
            failing_count=lambda t: _count(t.fails),
            only_count=lambda t: _count(t.fails & (t.failing == 1)),
            schools_total=lambda t: t.count(),
        )
        .order_by(keys)
    )


def near_misses(facts: Table, schools: Table, *, level: int = 1) -> Table:
    """One row per school x school_year in which exactly one criterion is not met: school_id,
    school_year, education_level, standard, criterion, and how many of its indicators are met."""
    failing = _criteria(facts, level).filter(lambda t: t.met < t.total)
    once = failing.group_by([*_SCHOOL]).having(lambda t: t.count() == 1)
    only = once.aggregate(
        standard=lambda t: t.standard.max(),
        criterion=lambda t: t.criterion.max(),
        indicators_met=lambda t: t.met.max(),
        indicators_total=lambda t: t.total.max(),
    )
    joined = only.join(schools, [*_SCHOOL])
    columns = [*_SCHOOL, "education_level", "standard", "criterion"]
    return joined.select([*columns, "indicators_met", "indicators_total"]).order_by(
        ["school_year", "education_level", "criterion", "school_id"]
    )


def _criteria(facts: Table, level: int, told: Sequence[str] = ("standard", "criterion")) -> Table:
    """One row per school x school_year x criterion: how many indicators there are, and are met.

    `told`: what is said of the criterion; each column costs where there are millions of them.
    """
    grouped = facts.filter(facts.level == level).group_by([*_SCHOOL, *told])
    return grouped.aggregate(met=lambda t: _count(t.met), total=lambda t: t.count())


def _count(flags: ibis.Value) -> IntegerValue:
    """How many are true."""
    return flags.cast("int64").sum()
