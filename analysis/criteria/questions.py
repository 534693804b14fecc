"""Questions about criteria, asked through Ibis: on DuckDB here, unchanged on Spark elsewhere.

`facts` has one row per school x school_year x criterion x indicator x level, see `CriteriaFolder`;
`schools` one row per school x school_year with its education_level. Answers are Ibis tables; their
`.execute()` gives a pandas frame. Nothing here is a verdict on a school: it counts what was stated,
by the rule of the circular in force (`structure.toml`). What is not stated is not "not met": a
school is met or not met only where both hold however that turns out, else it is unclear.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pandas as pd
from ibis.expr.types import IntegerValue, Table

from analysis.criteria.structure import CONDITIONS, periods, read_structure

_SCHOOL = ("school_id", "school_year")
_WHERE = ("school_year", "education_level")


def share_met(facts: Table, schools: Table) -> Table:
    """One row per school_year x education_level x level x criterion: how many of its indicators,
    over all schools, are met: indicators_met, indicators_total (stated), met_percent (0-100)."""
    per_school_kind = facts.join(schools, [*_SCHOOL]).group_by(
        [*_WHERE, "level", "standard", "criterion"]
    )
    counted = per_school_kind.aggregate(
        indicators_met=lambda t: _count(t.met), indicators_total=lambda t: t.met.count()
    )
    percent = 100 * counted.indicators_met / counted.indicators_total.nullif(0)
    keys = [*_WHERE, "level", "standard", "criterion"]
    return counted.mutate(met_percent=percent).order_by(keys)


def schools_meeting(facts: Table, schools: Table, *, level: int = 1) -> Table:
    """One row per school_year x education_level: how many schools are at a mức.

    schools_total; met_count, met_percent: what the circular asks is met, however what is not stated
    turns out; unclear_count: that depends on what is not stated.
    """
    grouped = _judged(facts, schools, level).group_by([*_WHERE])
    counted = grouped.aggregate(
        schools_total=lambda t: t.count(),
        met_count=lambda t: _count(t.is_met),
        unclear_count=lambda t: _count(~t.is_met & ~t.is_missed),
    )
    percent = 100 * counted.met_count / counted.schools_total
    return counted.mutate(met_percent=percent).order_by([*_WHERE])


def holding_back(facts: Table, schools: Table, *, level: int = 1) -> Table:
    """One row per school_year x education_level x criterion that any school states: which criteria
    hold schools back.

    failing_count: schools in which it is not met; only_count: schools that would be at the mức with
    this one alone (`near_misses`); unclear_count: schools that do not state it in full;
    schools_total.
    """
    keys = [*_WHERE, "standard", "criterion"]
    totals = _ruled(schools).group_by([*_WHERE]).aggregate(schools_total=lambda t: t.count())
    found = _alone(facts, schools, level).group_by(keys)
    found = found.aggregate(
        failing_count=lambda t: _count(t.fails),
        only_count=lambda t: _count(t.alone),
        reached_count=lambda t: _count(t.reaches),
    ).join(totals, [*_WHERE])
    rest = found.schools_total - found.failing_count - found.reached_count
    counts = ["failing_count", "only_count", "unclear_count", "schools_total"]
    return found.mutate(unclear_count=rest).select([*keys, *counts]).order_by(keys)


def near_misses(facts: Table, schools: Table, *, level: int = 1) -> Table:
    """One row per school x school_year x criterion that alone would bring the school to the mức,
    where for certain exactly one is lacking.

    choices_count: how many criteria would do it, each by itself (several where it is one of the
    criteria that are not mandatory); indicators_met of indicators_total in this one.
    """
    found = _alone(facts, schools, level).filter(lambda t: t.alone)
    found = found.mutate(choices_count=found.count().over(group_by=[*_SCHOOL]))
    columns = [*_SCHOOL, "education_level", "standard", "criterion", "choices_count"]
    return found.select([*columns, "indicators_met", "indicators_total"]).order_by(
        ["school_year", "education_level", "criterion", "school_id"]
    )


def conditions_met(
    facts: Table, schools: Table, conditions: Table, *, by: Sequence[str] = ("education_level",)
) -> Table:
    """One row per school_year x group x condition of recognition (circular 57/2026, Điều 16):
    "cohort", "data", "level", "facilities", and "all" four together.

    `by`: columns of `schools`; `conditions`: see `CriteriaFolder`. schools_count of schools_total
    meet it, of unclear_count it is open; only_count: schools that lack exactly this one (of "all":
    exactly one, whichever), only_unclear_count: schools that may.
    """
    ruled = _ruled(schools).filter(lambda t: t.is_recognised)
    at_first = _judged(facts, schools, 1).select(*_SCHOOL, "is_met", "is_missed")
    told = ruled.left_join(at_first, [*_SCHOOL]).drop("school_id_right", "school_year_right")
    told = told.left_join(conditions, [*_SCHOOL])
    enough = told.data_years >= told.data_years_asked
    yes = dict(zip(CONDITIONS, (told.cohort, enough, told.is_met, told.facilities), strict=True))
    no = {name: ~flag for name, flag in yes.items()} | {"level": told.is_missed}
    yes, no = ({k: v.fill_null(False) for k, v in flags.items()} for flags in (yes, no))
    lacking = sum(flag.cast("int64") for flag in no.values())
    fulfilled = sum(flag.cast("int64") for flag in yes.values())
    told = told.mutate(
        **{f"{name}_yes": flag for name, flag in yes.items()},
        **{f"{name}_no": flag for name, flag in no.items()},
        all_yes=fulfilled == len(CONDITIONS),
        all_no=lacking > 0,
        lacking=lacking,
        fulfilled=fulfilled,
    )
    names = [*CONDITIONS, "all"]
    each = told.cross_join(ibis.memtable(pd.DataFrame({"condition": names})))
    is_yes, is_no = (
        ibis.cases(*((each.condition == n, each[f"{n}_{said}"]) for n in names))
        for said in ("yes", "no")
    )
    # Lacking exactly this one: it is lacking and three are met; "all" stands for whichever it is.
    one = is_no & (each.lacking == 1) & (each.fulfilled == len(CONDITIONS) - 1)
    others = each.lacking - ibis.ifelse(each.condition == "all", 1, is_no.cast("int64"))
    keys = ["school_year", *by]
    counted = each.group_by([*keys, "condition"]).aggregate(
        schools_count=_count(is_yes),
        schools_total=each.count(),
        unclear_count=_count(~is_yes & ~is_no),
        only_count=_count(one),
        only_unclear_count=_count(~is_yes & (others <= 0) & ~one),
    )
    return counted.order_by([*keys, "condition"])


def _ruled(schools: Table) -> Table:
    """The schools for which a circular has a set, with what it asks: mandatory_count, others_count,
    others_least, whole_to; is_recognised, data_years_asked."""
    rows = []
    for level, first, last, s in periods():
        counts = len(s.mandatory), len(s.names) - len(s.mandatory), s.others_least, s.whole_to
        rows.append((level, first, last, s.id, *counts, level in s.recognised, s.data_years))
    names = ["level_of_set", "first_year", "last_year", "set_id", "mandatory_count"]
    names += ["others_count", "others_least", "whole_to", "is_recognised", "data_years_asked"]
    asked = ibis.memtable(pd.DataFrame(rows, columns=names))
    in_force = schools.school_year.between(asked.first_year, asked.last_year)
    ruled = schools.join(asked, [schools.education_level == asked.level_of_set, in_force])
    return ruled.drop("level_of_set", "first_year", "last_year")


def _criteria(facts: Table, schools: Table, level: int, told_of: Sequence[str] = ()) -> Table:
    """One row per school x school_year x criterion that it states: indicators_met of
    indicators_total up to this mức; whether it for certain `reaches` or `fails` it, and the mức
    below it (`reaches_below`, `fails_below`); is_mandatory, has_level: it states this mức.

    `told_of`: what else is said of the criterion; a column costs where there are millions of them.
    """
    lower, told = range(1, level), facts.filter(facts.level <= level)
    counts = {
        "indicators_met": _count(told.met),
        "indicators_stated": told.met.count(),
        "indicators_total": told.count(),
    }
    for n in lower:
        counts[f"total_{n}"] = _count(told.level == n)
        counts[f"met_{n}"] = _count(told.met & (told.level == n))
        counts[f"failed_{n}"] = _count(~told.met & (told.level == n))
    each = told.group_by([*_SCHOOL, *told_of, "criterion"]).aggregate(**counts)
    placed = each.join(_ruled(schools), [*_SCHOOL])
    of_lower = sum((placed[f"total_{n}"] for n in lower), ibis.literal(0))
    is_whole = ibis.and_(*((placed.whole_to < n) | (placed[f"total_{n}"] > 0) for n in lower))
    reaches_below = is_whole & ibis.and_(
        *(placed[f"met_{n}"] == placed[f"total_{n}"] for n in lower)
    )
    has_level = placed.indicators_total > of_lower
    lists = {s.id: s.mandatory for s in read_structure().values() if s.others_least}
    listed = ((placed.set_id == i) & placed.criterion.isin(names) for i, names in lists.items())
    return placed.mutate(
        is_mandatory=ibis.or_(placed.others_count == 0, *listed),
        has_level=has_level,
        reaches=reaches_below
        & (placed.indicators_met == placed.indicators_total)
        & (has_level | (placed.whole_to < level)),
        fails=placed.indicators_met < placed.indicators_stated,
        reaches_below=reaches_below,
        fails_below=ibis.or_(ibis.literal(False), *(placed[f"failed_{n}"] > 0 for n in lower)),
    )


def _alone(facts: Table, schools: Table, level: int) -> Table:
    """One row per school x school_year x criterion that it states, see `_criteria`; `alone`: with
    this one alone the school would be at the mức, and for certain is not."""
    criteria = _criteria(facts, schools, level, ["standard"])
    judged = _judged(facts, schools, level).select(
        *_SCHOOL, "least", "most", "mandatory_no", "floor_yes"
    )
    t = criteria.join(judged, [*_SCHOOL])
    fills = ibis.cases(
        (t.mandatory_no > 0, t.is_mandatory & t.fails),
        (t.floor_yes < t.others_count, ~t.is_mandatory & ~t.reaches_below),
        else_=~t.is_mandatory & t.fails,
    )
    return t.mutate(alone=(t.least == 1) & (t.most == 1) & fills)


def _judged(facts: Table, schools: Table, level: int) -> Table:
    """One row per school for which a circular has a set: is_met, is_missed (for certain); `least`
    and `most`: how many criteria are lacking, however what is not stated turns out; mandatory_no,
    floor_yes: the mandatory criteria that fail, the others that reach the mức below."""
    criteria = _criteria(facts, schools, level)
    counts = {
        "mandatory_yes": criteria.is_mandatory & criteria.reaches,
        "mandatory_no": criteria.is_mandatory & criteria.fails,
        "others_yes": ~criteria.is_mandatory & criteria.reaches,
        "others_no": ~criteria.is_mandatory & criteria.fails,
        "floor_yes": ~criteria.is_mandatory & criteria.reaches_below,
        "floor_no": ~criteria.is_mandatory & criteria.fails_below,
        "stating": criteria.has_level,
    }
    each = criteria.group_by([*_SCHOOL]).aggregate(**{k: _count(v) for k, v in counts.items()})
    all_of_them = _ruled(schools)
    t = all_of_them.left_join(each, [*_SCHOOL]).drop("school_id_right", "school_year_right")
    t = t.mutate(**{name: t[name].fill_null(0) for name in counts})
    if level == 1:  # there is no mức below
        t = t.mutate(floor_yes=t.others_count)
    may = (t.others_least - (t.others_count - t.others_no)).clip(lower=0)
    sure = (t.others_least - t.others_yes).clip(lower=0)
    t = t.mutate(
        least=t.mandatory_no + ibis.greatest(t.floor_no, may),
        most=t.mandatory_count
        - t.mandatory_yes
        + ibis.greatest(t.others_count - t.floor_yes, sure)
        # A school that states nothing of this mức may lack any number of what it asks.
        + ibis.ifelse(t.stating == 0, t.mandatory_count + t.others_count, 0),
    )
    return t.mutate(is_met=t.most == 0, is_missed=t.least > 0)


def _count(flags: ibis.Value) -> IntegerValue:
    """How many are true; what is missing is not."""
    return flags.count(where=flags)
