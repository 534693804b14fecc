"""How many schools of an office are at a mức, and meet the conditions of recognition. In pandas,
from the workbooks of a school year; `questions` asks the same of a country.

Nothing here is a verdict on a school (circular 57/2026, Điều 27 khoản 4: up to 31/12/2028 figures
are not the sole basis of one). A school is counted as met or lacking only where that holds however
what is not stated turns out; else it is unclear. Schools out of scope and rows set aside are in no
count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.criteria.office import annex_of, code_of, indicators, stated_in
from analysis.criteria.structure import CONDITIONS, CriteriaSet, set_of
from analysis.measure import schools_in_scope, with_totals
from analysis.reference import fold
from analysis.tables import columns_of, known, stacked

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


def reached(levels: Levels, found: CriteriaSet, level: int) -> Flags:
    """Which schools are at a mức: `levels` has a row for each and a column for each criterion of
    the set, with the mức it reaches (0: none)."""
    at = levels >= level
    is_mandatory = np.isin(found.names, found.mandatory)
    others = at[:, ~is_mandatory].sum(axis=1)
    below = (levels >= level - 1).all(axis=1)
    flags: Flags = at[:, is_mandatory].all(axis=1) & (others >= found.others_least) & below
    return flags


def lacking_only(low: Levels, high: Levels, found: CriteriaSet, level: int) -> Flags:
    """For each school and criterion, whether the school would be at the mức with this one alone,
    and for certain is not; `low`, `high`: the least and the most each criterion may turn out."""
    missed = ~reached(high, found, level)
    alone = np.zeros(low.shape, np.bool_)
    for place in range(low.shape[1]):
        raised = low.copy()
        raised[:, place] = np.maximum(raised[:, place], level)
        alone[:, place] = missed & reached(raised, found, level)
    return alone


if TYPE_CHECKING:
    from analysis.notebook.school_year import SchoolYear

_NOTHING = "nothing_criteria"


def measure_criteria_levels(
    year: SchoolYear, *, by: str | Sequence[str] | None = "education_level"
) -> pd.DataFrame:
    """How many schools are at each mức or a higher one, by the results by criterion.

    One row per school_year x group x criterion_level, "all" last: schools_count of schools_total,
    schools_percent, unclear_count. No row where no workbook of the year has results by criterion.
    """
    results = stated_in(year).results
    parts = []
    for found, schools in _by_set(year) if len(results) else ():
        low, high = _levels(schools, results, found)
        for level in found.levels:
            yes, no = reached(low, found, level), ~reached(high, found, level)
            told = schools.assign(criterion_level=level, schools_count=yes, unclear=~yes & ~no)
            parts.append(told)
    return _counted(year, "criteria_levels", parts, by, ["criterion_level"])


def measure_holding_back(year: SchoolYear, *, level: int = 1) -> pd.DataFrame:
    """Which criteria hold schools back from a mức.

    One row per school_year x education_level x criterion of its set: failing_count (schools that do
    not reach it), only_count (schools that would be at the mức with this one alone), unclear_count,
    schools_total; is_mandatory. No row where no workbook has results by criterion.
    """
    results = stated_in(year).results
    parts = []
    for found, schools in _by_set(year) if len(results) else ():
        if level in found.levels:
            low, high = _levels(schools, results, found)
            only = lacking_only(low, high, found, level)
            for place, name in enumerate(found.names):
                fails, reaches = high[:, place] < level, low[:, place] >= level
                told = schools.assign(criterion=name, is_mandatory=name in found.mandatory)
                told = told.assign(failing_count=fails, only_count=only[:, place])
                parts.append(told.assign(unclear_count=~fails & ~reaches, schools_total=1))
    keys = ["school_year", "education_level", "criterion", "is_mandatory"]
    counts = ["failing_count", "only_count", "unclear_count", "schools_total"]
    table = stacked("holding_back", [])
    if parts:
        table = pd.concat(parts).groupby(keys, sort=False)[counts].sum().reset_index()
        table = table.assign(criterion_level=level).astype(dict.fromkeys(counts, "int64"))
    return _named(year, "holding_back", table)


def measure_conditions(
    year: SchoolYear, *, by: str | Sequence[str] | None = "education_level"
) -> pd.DataFrame:
    """How many schools meet each of the four conditions of recognition as CQG (circular 57/2026,
    Điều 16), all four, and lack exactly one.

    One row per school_year x group x condition ("cohort", "data", "level", "facilities", and "all"
    four together), "all" groups last: schools_count of schools_total, schools_percent,
    unclear_count; only_count: schools that lack exactly this one (of "all": exactly one, whichever)
    and only_unclear_count that may. No row where no workbook states results or conditions.
    """
    answers, parts = _answers(year), []
    if len(answers):
        yes = np.column_stack([answers[c].fillna(False) for c in CONDITIONS]).astype(bool)
        no = np.column_stack([~answers[c].fillna(True) for c in CONDITIONS]).astype(bool)
        for place, name in enumerate(CONDITIONS):
            others = [i for i in range(len(CONDITIONS)) if i != place]
            only = no[:, place] & yes[:, others].all(axis=1)
            may = ~yes[:, place] & ~no[:, others].any(axis=1) & ~only
            told = {"schools_count": yes[:, place], "unclear": ~yes[:, place] & ~no[:, place]}
            parts.append(answers.assign(condition=name, only=only, may=may, **told))
        every, none = yes.all(axis=1), no.sum(axis=1)
        one = (none == 1) & (yes.sum(axis=1) == len(CONDITIONS) - 1)
        told = {"schools_count": every, "unclear": ~every & (none == 0)}
        may = (none <= 1) & ~every & ~one
        parts.append(answers.assign(condition="all", only=one, may=may, **told))
    more = {"only": "only_count", "may": "only_unclear_count"}
    return _counted(year, "conditions", parts, by, ["condition"], more)


def list_conditions(year: SchoolYear) -> pd.DataFrame:
    """What is stated of each school and condition: facts, no verdict.

    One row per school: who it is; cohort, data, level, facilities: whether the condition is met
    (missing where it is not known); data_years; lacking_count: how many are known to be lacking,
    open_count: of how many nothing is known.
    """
    answers = _answers(year)
    table = stacked("condition_list", [])
    if len(answers):
        told = answers[[*CONDITIONS]]
        counts = {"lacking_count": (~told.fillna(True)).sum(axis=1)}
        table = answers.assign(**counts, open_count=told.isna().sum(axis=1))
        table = table[columns_of("condition_list")].reset_index(drop=True)
    return _named(year, "condition_list", table)


def measure_quantities(year: SchoolYear) -> pd.DataFrame:
    """The quantitative indicators of circular 57/2026, over the schools that state them.

    One row per annex x criterion x quantity: stated_count of rows_count schools that it is asked
    of, stated_percent; quantity_median; quantity_sum and quantity_whole (sums, for counts and
    parts of a whole; the whole over the schools that state both). No threshold: the circular has
    none. No row where no workbook states any.
    """
    values = stated_in(year).quantities
    table = stacked("quantities", [])
    if len(values):
        schools = pd.concat([schools for _, schools in _by_set(year)])
        asked = schools["education_level"].map(annex_of).value_counts()
        values = values[values["school_code"].isin({*schools["code"]})]
        rows = [*_quantity_rows(values, asked)]
        table = pd.DataFrame(rows, columns=columns_of("quantities")[1:])
        table.insert(0, "school_year", year.school_year)
    return _named(year, "quantities", table)


def _quantity_rows(values: pd.DataFrame, asked: Any) -> Iterator[tuple[Any, ...]]:
    """Each indicator of an annex that schools belong to, as the annexes have them; what else is
    stated below."""
    folded = values["quantity"].map(fold)
    listed = [key for key in indicators() if key[0] in asked.index]
    stated = [*zip(values["annex"], values["criterion"], folded, strict=True)]
    for key in dict.fromkeys([*listed, *stated]):
        part = values[[one == key for one in stated]]
        name, kind = indicators().get(key) or (part["quantity"].iloc[0], "count")
        value = part["quantity_value"].dropna()
        both = part.dropna(subset=["quantity_value", "quantity_whole"])
        is_sum = kind != "share" and len(value) > 0
        total = int(asked.get(key[0], 0))
        yield (
            *(key[0], key[1], name, kind, len(value), total, 100 * len(value) / total),
            float(value.median()) if len(value) else None,
            float(value.sum()) if is_sum else None,
            float(both["quantity_whole"].sum()) if kind == "part" and len(both) else None,
        )


def _by_set(year: SchoolYear) -> Iterator[tuple[CriteriaSet, pd.DataFrame]]:
    """The schools in scope of each set of criteria, with the `code` results know them by."""
    schools = schools_in_scope(year.held)
    schools = schools.assign(code=schools["school_code"].fillna("").map(code_of))
    levels = [*schools["education_level"].astype("str")]
    sets = [set_of(year.school_year, level) for level in levels]
    for name in dict.fromkeys(s.id for s in sets if s):
        part = [s is not None and s.id == name for s in sets]
        yield next(s for s in sets if s and s.id == name), schools[part]


def _levels(
    schools: pd.DataFrame, results: pd.DataFrame, found: CriteriaSet
) -> tuple[Levels, Levels]:
    """The least and the most that each criterion of each school can be."""
    wide = results.pivot(index="school_code", columns="criterion", values="criterion_level")
    wide = wide.reindex(index=schools["code"], columns=found.names)
    low, high = (wide.fillna(end).to_numpy(dtype=np.int8) for end in (0, max(found.levels)))
    return low, high


def _answers(year: SchoolYear) -> pd.DataFrame:
    """One row per school that recognition is for, with the four conditions (missing: not known) and
    data_years; empty where no workbook states anything of them."""
    stated = stated_in(year)
    parts = []
    for found, schools in _by_set(year) if len(stated.results) + len(stated.conditions) else ():
        schools = schools[schools["education_level"].isin(found.recognised)]
        low, high = _levels(schools, stated.results, found)
        yes, open_ = reached(low, found, 1), reached(high, found, 1)
        own = stated.conditions.set_index("school_code").reindex(schools["code"])
        own.index = schools.index
        enough = (own["data_years"] >= found.data_years).astype("boolean")
        level = _known(yes, ~open_, schools.index)
        parts.append(schools.assign(**own, data=enough, level=level))
    return pd.concat(parts) if parts else pd.DataFrame()


def _known(yes: Flags, no: Flags, index: pd.Index) -> pd.Series[Any]:
    """Yes, no, or missing."""
    return pd.Series(yes, index, dtype="boolean").mask(~yes & ~no)


def _counted(
    year: SchoolYear,
    name: str,
    parts: Sequence[pd.DataFrame],
    by: str | Sequence[str] | None,
    keys: Sequence[str],
    more: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Flags of schools, counted in their groups and all together."""
    if not parts:
        return _named(year, name, stacked(name, []))
    grouping = by if isinstance(by, str) or by is None else ",".join(by)
    rows = with_totals(pd.concat(parts, ignore_index=True), grouping)
    names = {"schools_count": "schools_count", "unclear": "unclear_count"} | (more or {})
    rows = rows.assign(schools_total=1).rename(columns=names)
    counts = [*names.values(), "schools_total"]
    rows = rows.astype(dict.fromkeys(counts, "int64"))
    where = ["school_year", "group", *keys]
    order = {k: list(dict.fromkeys(rows[k])) for k in keys}
    rows = rows.astype({k: pd.CategoricalDtype(order[k], ordered=True) for k in keys})
    table = rows.groupby(where, observed=True)[counts].sum().reset_index()
    table = table.astype({"group": "str"} | {k: "str" for k in keys if k == "condition"})
    percent = (100 * table["schools_count"] / table["schools_total"]).astype("Float64")
    table = table.assign(by=grouping or "", schools_percent=percent)
    return _named(year, name, table[columns_of(name)])


def _named(year: SchoolYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table, with its year, and the sentence for where it is empty."""
    table = known(table.reset_index(drop=True), name, year)
    table.attrs["nothing"] = _NOTHING
    return table
