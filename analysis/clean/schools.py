"""The two tables that leave this room: schools in our words, and the same rows in the sheet's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.clean.dates import Day
from analysis.clean.rows import Rows, day_numbers, results, scope_reasons
from analysis.clean.values import is_ranked
from analysis.raw import Coded
from analysis.raw.grid import joined, paired
from analysis.reference import SCHEMES, Column, Rules, fold

_TEXTS = ("school_code", "school_name", "unit", "district", "province", "note")
_IDENTITY = ("school_name", "unit", "district", "education_level")
_SPELLED = ("education_level", "ownership")
COUNTS = (
    "classes",
    "classes_two_sessions",
    "pupils",
    "pupils_two_sessions",
    "girls",
    "managers",
    "teachers",
    "qualified_teachers",
    "staff",
    "rooms",
    "solid_rooms",
    "area_m2",
)


def schools_frame(rows: Rows, school_year: str, rules: Rules) -> pd.DataFrame:
    """One row per school of the year, in the order of files and rows.

    school_year, school_id, school_code, school_name, unit, district, province, note: text;
    education_level, ownership: codes; in_scope, scope_reason; eligible, externally_evaluated:
    boolean, missing where not stated; for s in kdclgd, cqg: s_result (recognised, level_unknown,
    not_reached, not_evaluated, expired, unknown), s_withdrawn (the source says so; its result is
    not_reached), s_level, s_decision, s_date, s_date_precision, s_expiry; counts of classes, pupils
    and so on; source_file, source_sheet, source_row.
    """
    frame: dict[str, Any] = {name: rows.text(name) for name in (*_TEXTS, "education_level")}
    frame["ownership"] = _ownership(rows, rules)
    reasons = scope_reasons(rows, rules)
    frame |= {"in_scope": ~reasons.where(bool), "scope_reason": list(reasons)}
    for name in ("eligible", "externally_evaluated"):
        answers = rows.column(name).map(lambda v: None if v is None else v == "yes")
        frame[name] = pd.array(list(answers), dtype="boolean")
    for scheme in SCHEMES:
        frame |= _certificate(rows, scheme)
    frame |= {name: pd.array(list(rows.column(name)), dtype="Int64") for name in COUNTS}
    frame |= rows.sources()
    schools = pd.DataFrame(frame)
    schools.insert(0, "school_year", school_year)
    schools.insert(1, "school_id", _ids(rows))
    return schools


def kept_out_frame(barred: Rows, school_year: str, rules: Rules) -> pd.DataFrame:
    """One row per row set aside: school_year, what could be read of school_code, unit,
    education_level and ownership ("" where that is in doubt), source_file, source_sheet,
    source_row."""
    frame: dict[str, Any] = {n: barred.text(n) for n in ("school_code", "unit", "education_level")}
    rows = pd.DataFrame(frame | {"ownership": _ownership(barred, rules)} | barred.sources())
    rows.insert(0, "school_year", school_year)
    return rows


def _ownership(rows: Rows, rules: Rules) -> list[str]:
    counted_as = rules.regulations["ownership"]["counted_as"]
    return list(rows.column("ownership").map(lambda kind: counted_as.get(kind, "")))


def _certificate(rows: Rows, scheme: str) -> dict[str, Any]:
    levels, dates = rows.column(f"{scheme}_level"), rows.column(f"{scheme}_date")
    ranks = levels.map(lambda level: int(level) if is_ranked(level) else None)
    precisions = dates.map(lambda day: day.precision if isinstance(day, Day) else "")
    return {
        f"{scheme}_result": list(results(rows, scheme)),
        f"{scheme}_withdrawn": levels.where(lambda word: word == "withdrawn"),
        f"{scheme}_level": pd.array(list(ranks), dtype="Int8"),
        f"{scheme}_decision": rows.text(f"{scheme}_decision"),
        f"{scheme}_date": _days(dates),
        f"{scheme}_date_precision": list(precisions),
        f"{scheme}_expiry": _days(rows.column(f"{scheme}_expiry")),
    }


def _days(days: Coded[Any]) -> Any:
    return pd.array(day_numbers(days).astype("datetime64[s]"))


def _ids(rows: Rows) -> list[str]:
    """The code; without one a key of name, place and level."""
    codes = rows.text("school_code")
    if all(codes):
        return codes
    keys = zip(*(rows.text(n) for n in _IDENTITY), strict=True)
    return [code or "|".join(map(fold, key)) for code, key in zip(codes, keys, strict=True)]


def accepted_values(rows: Rows, rules: Rules) -> pd.DataFrame:
    """One row per accepted row: source_file, source_sheet, source_row, and the clean value of each
    column a table has: text, whole number, "YYYY-MM-DD" or None.

    Education level and ownership keep the sender's standard writing; other spellings follow the
    way most of that column is written.
    """
    columns = {n: pd.Series(list(c), dtype=object) for n, c in shown_columns(rows, rules).items()}
    return pd.DataFrame(rows.sources() | columns)


def shown_columns(rows: Rows, rules: Rules) -> dict[str, Coded[Any]]:
    """The columns of `accepted_values`."""
    return {
        name: _shown(rows, column, rules)
        for name, column in rules.columns.items()
        if column.kind != "mark" and any(name in t.columns for t in rows.tables)
    }


def _shown(rows: Rows, column: Column, rules: Rules) -> Coded[Any]:
    """A column as the answer shows it."""
    values = rows.column(column.name)
    if column.name in _SPELLED:
        return _as_written(rows, column.name, rules)
    if column.kind == "date":
        return values.map(lambda d: d.date.isoformat() if isinstance(d, Day) else None)
    if column.kind == "level":
        return paired(values, rows.raw(column.name)).map(lambda pair: _level_value(*pair))
    return values


def _level_value(word: Any, cell: Any) -> int | None:
    """The level; a 0 typed for "none" stays a 0."""
    if is_ranked(word):
        return int(word)
    return 0 if word == "not_reached" and cell == 0 else None


def _as_written(rows: Rows, name: str, rules: Rules) -> Coded[Any]:
    parts = zip(rows.raw_parts(name), rows.parts(name), strict=True)
    return joined([_written(paired(raw, codes), rules.standard[name]) for raw, codes in parts])


def _written(cells: Coded[tuple[Any, Any]], standard: Mapping[str, str]) -> Coded[Any]:
    """The column of a table; for each row its cell and its code."""
    style: Counter[bool] = Counter()
    counts = np.bincount(cells.codes, minlength=len(cells.values)).tolist()
    for (cell, code), count in zip(cells.values, counts, strict=True):
        style[cell == code] += count * bool(cell)

    def shown(pair: tuple[Any, Any]) -> Any:
        cell, code = pair
        usual = standard.get(str(code), code)
        return cell if cell in (code, usual) else code if style[True] > style[False] else usual

    return cells.map(shown)
