"""Take results by indicator in: a tidy file, checked whole, written as Parquet.

The file (CSV, Parquet or xlsx) has one row per school x school_year x criterion x indicator x level
and the columns of `COLUMNS`. A row that cannot be right stops the import with every kind of fault
named. What is not stated (no row, or a blank in `met`) is no fault and not "not met": it is open.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ibis
import pandas as pd
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from analysis.criteria.folder import CONDITIONS, FACTS, SCHOOLS, CriteriaFolder, open_criteria
from analysis.criteria.structure import Faults, periods
from analysis.reference import SuiteError

COLUMNS = {
    "school_id": "string",
    "school_year": "string",
    "standard": "int8",
    "criterion": "string",
    "indicator": "string",
    "level": "int8",
    "met": "boolean",
}
_SCHOOL_COLUMNS = {"school_id": "string", "school_year": "string", "education_level": "string"}
_CONDITION_COLUMNS = {
    "school_id": "string",
    "school_year": "string",
    "cohort": "boolean",
    "data_years": "int8",
    "facilities": "boolean",
}
_SCHOOL = ["school_id", "school_year"]
_KEY = [name for name in COLUMNS if name != "met"]
_YES, _NO = ("1", "true", "đạt", "x"), ("0", "false", "không đạt", "chưa đạt")


@dataclass(frozen=True)
class Imported:
    """What came of an import: how many rows, and where the tables are.

    `incomplete`: one row per school x school_year that does not state every criterion of its set:
    school_id, school_year, education_level, criteria_stated, criteria_asked.
    """

    rows: int
    incomplete: pd.DataFrame
    tables: CriteriaFolder


def import_criteria(
    source: str | Path,
    schools: str | Path | pd.DataFrame,
    folder: str | Path,
    *,
    conditions: str | Path | pd.DataFrame | None = None,
) -> Imported:
    """Check `source` and write it, with its `schools`, to `folder`.

    `schools`: a file or frame with school_id, school_year, education_level, and any other columns
    to count by; `conditions`: one with what else recognition asks for, see `CriteriaFolder`. Raises
    SuiteError that names every kind of fault, how often it occurs and a first example; then nothing
    is written.
    """
    engine = ibis.duckdb.connect()
    facts = _typed(_read(engine, source), COLUMNS, str(source))
    known = _typed(_read(engine, schools), _SCHOOL_COLUMNS, "schools")
    if conditions is None:
        conditions = pd.DataFrame({c: pd.Series(dtype="str") for c in _CONDITION_COLUMNS})
    stated = _typed(_read(engine, conditions), _CONDITION_COLUMNS, "conditions")
    asked = _asked()
    _refuse_faults(facts, stated, known, asked)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    facts.select(*COLUMNS).order_by(_KEY).to_parquet(place / FACTS)
    known.drop("unread").order_by(_SCHOOL).to_parquet(place / SCHOOLS)
    stated.select(*_CONDITION_COLUMNS).order_by(_SCHOOL).to_parquet(place / CONDITIONS)
    tables = open_criteria(place)
    incomplete = _incomplete(tables.facts, tables.schools, asked)
    return Imported(int(tables.facts.count().execute()), incomplete.execute(), tables)


def _read(engine: Backend, source: str | Path | pd.DataFrame) -> Table:
    if isinstance(source, pd.DataFrame):
        return ibis.memtable(source)
    path = Path(source)
    if not path.exists():
        raise SuiteError("file_missing", file=path.name, sheet="", cell="")
    ending = path.suffix.casefold()
    if ending == ".parquet":
        return engine.read_parquet(str(path))
    if ending in (".csv", ".tsv", ".txt"):
        return engine.read_csv(str(path), all_varchar=True, header=True)
    frame = pd.read_excel(path, engine="calamine", dtype=str, keep_default_na=False)
    return ibis.memtable(frame.astype(object).replace("", None))


def _typed(table: Table, wanted: dict[str, str], name: str) -> Table:
    """The table with the wanted columns in their types; a value that has no place in its type
    becomes missing, and its row is `unread`."""
    if missing := [c for c in wanted if c not in table.columns]:
        near = {c: difflib.get_close_matches(c, table.columns, 1) for c in missing}
        told = ", ".join(f"{c} ({n[0]}?)" if n else c for c, n in near.items())
        raise SuiteError("criteria_no_column", file=Path(name).name, columns=told)
    cast = {c: _cast(table, c, kind) for c, kind in wanted.items()}
    if "indicator" in cast:  # circular 57/2026 has none
        cast["indicator"] = cast["indicator"].fill_null("")
    written = {c: table[c].cast("string").strip().nullif("").notnull() for c in wanted}
    unread = ibis.or_(*(written[c] & cast[c].isnull() for c in wanted))
    return table.mutate(**cast, unread=unread)


def _cast(table: Table, column: str, kind: str) -> ibis.Value:
    value = table[column]
    if kind == "boolean" and not value.type().is_boolean():
        word = value.cast("string").strip().lower()
        cases = [(word.isin(_YES), True), (word.isin(_NO), False)]
        return ibis.cases(*cases, else_=ibis.null("boolean"))
    if kind == "string":
        return value.cast("string").strip().nullif("")
    return value.try_cast(kind)


def _asked() -> Table:
    """One row per education_level x criterion of the set in force from first_year to last_year:
    asked, its standard, highest_level, criteria (how many the set has)."""
    rows = [
        (level, first, last, name, int(name.partition(".")[0]), max(s.levels), len(s.names))
        for level, first, last, s in periods()
        for name in s.names
    ]
    names = ["level_of_set", "first_year", "last_year", "asked", "standard_asked"]
    return ibis.memtable(pd.DataFrame(rows, columns=[*names, "highest_level", "criteria"]))


def _of_set(placed: Table, asked: Table) -> tuple[ibis.Value, ...]:
    """What ties a school's year to the set of its education level."""
    in_force = placed.school_year.between(asked.first_year, asked.last_year)
    return placed.education_level == asked.level_of_set, in_force


def _refuse_faults(facts: Table, conditions: Table, schools: Table, asked: Table) -> None:
    """Name every kind of fault at once, each with its number of rows and a first example."""
    faults = Faults()
    for key, table in [*_faults(facts, schools, asked), *_other_faults(conditions, schools)]:
        count = int(table.count().execute())
        if count:
            first = table.limit(1).execute().iloc[0]
            shown = [str(first[c]) for c in [*_KEY, *_CONDITION_COLUMNS] if c in first]
            faults.add(key, [" | ".join(dict.fromkeys(shown))], count)
    faults.stop()


def _faults(facts: Table, schools: Table, asked: Table) -> Iterable[tuple[str, Table]]:
    """What cannot be right in results by criterion."""
    is_unread = facts.unread | ibis.or_(*(facts[c].isnull() for c in _KEY))
    yield "criteria_blank", facts.filter(is_unread)
    whole = facts.filter(~is_unread)
    yield "criteria_no_school", whole.anti_join(schools, _SCHOOL)
    placed = whole.join(schools.drop("unread"), _SCHOOL)
    sets = asked.drop("asked", "standard_asked").distinct()
    yield "criteria_no_set_for", placed.anti_join(sets, _of_set(placed, sets))
    ruled = placed.join(sets, _of_set(placed, sets))
    yield "criteria_level", ruled.filter((ruled.level < 1) | (ruled.level > ruled.highest_level))
    named = placed.left_join(asked, [*_of_set(placed, asked), placed.criterion == asked.asked])
    named = named.semi_join(sets, _of_set(named, sets))
    yield "criteria_unknown", named.filter(named.asked.isnull())
    yield "criteria_number", named.filter(named.standard != named.standard_asked)
    yield "criteria_twice", _doubled(facts, _KEY)


def _other_faults(conditions: Table, schools: Table) -> Iterable[tuple[str, Table]]:
    """What cannot be right in the conditions of recognition, and in the list of schools."""
    is_unread = conditions.unread | ibis.or_(*(conditions[c].isnull() for c in _SCHOOL))
    yield "criteria_blank", conditions.filter(is_unread | (conditions.data_years < 0))
    yield "criteria_no_school", conditions.anti_join(schools, _SCHOOL)
    yield "criteria_twice", _doubled(conditions, _SCHOOL)
    yield "criteria_twice", _doubled(schools, _SCHOOL)


def _doubled(table: Table, key: list[str]) -> Table:
    return table.group_by(key).having(lambda t: t.count() > 1).aggregate(times=lambda t: t.count())


def _incomplete(facts: Table, schools: Table, asked: Table) -> Table:
    """One row per school x school_year that lacks criteria of its set."""
    sets = asked.select("level_of_set", "first_year", "last_year", "criteria").distinct()
    stated = facts.filter(facts.level == 1).group_by(_SCHOOL)
    stated = stated.aggregate(criteria_stated=lambda t: t.criterion.nunique())
    placed = schools.left_join(stated, _SCHOOL).drop("school_id_right", "school_year_right")
    placed = placed.join(sets, _of_set(placed, sets))
    placed = placed.mutate(
        criteria_stated=placed.criteria_stated.fill_null(0), criteria_asked=placed.criteria
    )
    columns = [*_SCHOOL_COLUMNS, "criteria_stated", "criteria_asked"]
    short = placed.filter(placed.criteria_stated < placed.criteria_asked)
    return short.select(*columns).order_by(_SCHOOL)
