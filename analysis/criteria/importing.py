"""Take results by indicator in: a tidy file, checked whole, written as Parquet.

The file (CSV, Parquet or xlsx) has one row per school x school_year x criterion x indicator x level
and the columns of `COLUMNS`. A row that cannot be right stops the import with every kind of fault
named; a school that lacks criteria of its set is set aside whole, for it cannot be judged.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ibis
import pandas as pd
from ibis.backends.duckdb import Backend
from ibis.expr.types import BooleanValue, Table

from analysis.criteria.folder import FACTS, SCHOOLS, CriteriaFolder, open_criteria
from analysis.criteria.structure import sets_of
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
_KIND = ["school_year", "education_level"]
_KEY = [name for name in COLUMNS if name != "met"]
_YES, _NO = ("1", "true", "đạt", "x"), ("0", "false", "không đạt", "chưa đạt")


@dataclass(frozen=True)
class Imported:
    """What came of an import: rows_in = accepted + set_aside, and where the tables are.

    `incomplete`: one row per school x school_year set aside: school_id, school_year,
    education_level, level, criteria_stated, criteria_asked.
    """

    rows_in: int
    accepted: int
    set_aside: int
    incomplete: pd.DataFrame
    tables: CriteriaFolder


def import_criteria(
    source: str | Path, schools: str | Path | pd.DataFrame, folder: str | Path
) -> Imported:
    """Check `source` and write it, with its `schools`, to `folder`.

    `schools`: a file or frame with school_id, school_year, education_level. Raises SuiteError that
    names every kind of fault, how often it occurs and a first example; then nothing is written.
    """
    engine = ibis.duckdb.connect()
    facts = _typed(_read(engine, Path(source)), COLUMNS, str(source))
    known = _typed(_schools(engine, schools), _SCHOOL_COLUMNS, "schools")
    asked = _asked(engine.execute(known.select(*_KIND).distinct()))
    _refuse_faults(facts, known, asked)
    incomplete = _incomplete(facts, known, asked)
    left_out = incomplete.select("school_id", "school_year").distinct()
    accepted = facts.anti_join(left_out, ["school_id", "school_year"])
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    accepted.order_by(_KEY).to_parquet(place / FACTS)
    known.order_by(list(_SCHOOL_COLUMNS)).to_parquet(place / SCHOOLS)
    tables = open_criteria(place)
    rows_in, kept = int(facts.count().execute()), int(tables.facts.count().execute())
    return Imported(rows_in, kept, rows_in - kept, incomplete.execute(), tables)


def _read(engine: Backend, path: Path) -> Table:
    if not path.exists():
        raise SuiteError("file_missing", file=path.name, sheet="", cell="")
    ending = path.suffix.casefold()
    if ending == ".parquet":
        return engine.read_parquet(str(path))
    if ending in (".csv", ".tsv", ".txt"):
        return engine.read_csv(str(path), all_varchar=True, header=True)
    frame = pd.read_excel(path, engine="calamine", dtype=str, keep_default_na=False)
    return ibis.memtable(frame.astype(object).replace("", None))


def _schools(engine: Backend, schools: str | Path | pd.DataFrame) -> Table:
    if isinstance(schools, pd.DataFrame):
        return ibis.memtable(schools[list(_SCHOOL_COLUMNS)])
    return _read(engine, Path(schools))


def _typed(table: Table, wanted: dict[str, str], name: str) -> Table:
    """The wanted columns in their types; a value that has no place in its type becomes missing."""
    if missing := [c for c in wanted if c not in table.columns]:
        near = {c: difflib.get_close_matches(c, table.columns, 1) for c in missing}
        told = ", ".join(f"{c} ({n[0]}?)" if n else c for c, n in near.items())
        raise SuiteError("criteria_no_column", file=Path(name).name, columns=told)
    cast = {c: _cast(table, c, kind) for c, kind in wanted.items()}
    return table.select(**cast)


def _cast(table: Table, column: str, kind: str) -> ibis.Value:
    value = table[column]
    if kind == "boolean" and not value.type().is_boolean():
        word = value.cast("string").strip().lower()
        cases = [(word.isin(_YES), True), (word.isin(_NO), False)]
        return ibis.cases(*cases, else_=ibis.null("boolean"))
    if kind == "string":
        return value.cast("string").strip().nullif("")
    return value.try_cast(kind)


def _asked(kinds: pd.DataFrame) -> Table:
    """One row per school_year x education_level x criterion asked for ("" where the circular's
    split is not told): criteria, the number of them, and highest_level."""
    rows = [
        (year, education_level, name, found.criteria, max(found.levels), found.standards)
        for year, education_level in sorted(kinds.itertuples(index=False))
        for found in sets_of(str(year), str(education_level))
        for name in found.criterion_names() or [""]
    ]
    names = ["school_year", "education_level", "asked", "criteria", "highest_level", "standards"]
    return ibis.memtable(pd.DataFrame(rows, columns=names))


def _refuse_faults(facts: Table, schools: Table, asked: Table) -> None:
    """Name every kind of fault at once, each with its number of rows and a first example."""
    sets = asked.drop("asked").distinct()
    placed = facts.left_join(schools, ["school_id", "school_year"]).drop(
        "school_id_right", "school_year_right"
    )
    placed = placed.left_join(sets, _KIND)
    told = []
    for key, table in [*_row_faults(placed, asked), ("criteria_twice", _doubled(facts))]:
        count = int(table.count().execute())
        if count:
            first = table.limit(1).execute().iloc[0]
            example = " | ".join(str(first[c]) for c in _KEY)
            told.append((key, count, example))
    if told:
        raise SuiteError("criteria_faults", listed=_listed(told), count=sum(n for _, n, _ in told))


def _row_faults(placed: Table, asked: Table) -> Iterable[tuple[str, Table]]:
    missing: BooleanValue = ibis.or_(*(placed[c].isnull() for c in COLUMNS))
    yield "criteria_blank", placed.filter(missing)
    whole = placed.filter(~missing)
    yield "criteria_no_school", whole.filter(whole.education_level.isnull())
    known = whole.filter(whole.education_level.notnull())
    yield "criteria_no_set_for", known.filter(known.criteria.isnull())
    ruled = known.filter(known.criteria.notnull())
    yield "criteria_level", ruled.filter((ruled.level < 1) | (ruled.level > ruled.highest_level))
    prefix = ruled.criterion.re_extract(r"^(\d+)\.\d+$", 1).try_cast("int8").fill_null(0)
    wrong = (prefix != ruled.standard) | (ruled.standard > ruled.standards)
    yield "criteria_number", ruled.filter(wrong)
    listed = asked.filter(asked.asked != "")
    split = ruled.semi_join(listed, _KIND)
    keys = ["school_year", "education_level", ("criterion", "asked")]
    yield "criteria_unknown", split.anti_join(listed, keys)


def _doubled(facts: Table) -> Table:
    return facts.group_by(_KEY).having(lambda t: t.count() > 1).aggregate(times=lambda t: t.count())


def _incomplete(facts: Table, schools: Table, asked: Table) -> Table:
    """One row per school x school_year x level that lacks criteria of its set."""
    sets = asked.select("school_year", "education_level", "criteria").distinct()
    stated = facts.group_by(["school_id", "school_year", "level"]).aggregate(
        criteria_stated=lambda t: t.criterion.nunique()
    )
    placed = stated.join(schools, ["school_id", "school_year"])
    placed = placed.join(sets, _KIND)
    short = placed.filter((placed.level == 1) & (placed.criteria_stated < placed.criteria))
    columns = ["school_id", "school_year", "education_level", "level", "criteria_stated"]
    return short.select(*columns, criteria_asked=short.criteria).order_by(columns[:2])


def _listed(told: list[tuple[str, int, str]]) -> str:
    from analysis.reference import say

    return "; ".join(say(key, count=count, example=example) for key, count, example in told)
