"""The two tables that leave this room: schools in our words, and the same rows in the sheet's."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from analysis.clean.columns import CleanTable
from analysis.clean.dates import Day
from analysis.reference import SCHEMES, Rules, fold

_TEXTS = ("school_code", "school_name", "unit", "district", "province", "note")
_WORDS = {"education_level": str, "ownership": str}
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
_RESULTS = {"unknown_level": "level_unknown", "withdrawn": "not_reached", None: "unknown"}


def schools_frame(
    tables: list[CleanTable], kept: list[list[int]], school_year: str, rules: Rules
) -> pd.DataFrame:
    """One row per school of the year, in the order of files and rows.

    school_year, school_id, school_code, school_name, unit, district, province, note: text;
    education_level, ownership: codes; in_scope, scope_reason; eligible, externally_evaluated:
    boolean, missing where not stated; for s in kdclgd, cqg: s_result (recognised, level_unknown,
    not_reached, not_evaluated, expired, unknown), s_withdrawn (the source says so; its result is
    not_reached), s_level, s_decision, s_date, s_date_precision, s_expiry; counts of classes, pupils
    and so on; source_file, source_sheet, source_row.
    """
    column = _Columns(tables, kept)
    frame: dict[str, Any] = {name: column.text(name) for name in _TEXTS}
    frame["education_level"] = column.text("education_level")
    counted_as = rules.regulations["ownership"]["counted_as"]
    frame["ownership"] = [counted_as.get(v, "") for v in column("ownership")]
    frame |= _scope(column, rules)
    for name in ("eligible", "externally_evaluated"):
        answers = [None if v is None else v == "yes" for v in column(name)]
        frame[name] = pd.array(answers, dtype="boolean")
    for scheme in SCHEMES:
        frame |= _certificate(column, scheme)
    frame |= {name: pd.array(column(name), dtype="Int64") for name in COUNTS}
    frame |= column.sources()
    schools = pd.DataFrame(frame)
    schools.insert(0, "school_year", school_year)
    schools.insert(1, "school_id", _ids(schools))
    return schools


def kept_out_frame(tables: list[CleanTable], school_year: str, rules: Rules) -> pd.DataFrame:
    """One row per row set aside: school_year, what could be read of school_code, unit,
    education_level and ownership ("" where that is in doubt), source_file, source_sheet,
    source_row."""
    barred = [sorted(t.barred) for t in tables]
    column = _Columns(tables, barred)
    frame: dict[str, Any] = {n: column.text(n) for n in ("school_code", "unit", "education_level")}
    counted_as = rules.regulations["ownership"]["counted_as"]
    frame["ownership"] = [counted_as.get(v, "") for v in column("ownership")]
    rows = pd.DataFrame(frame | column.sources())
    rows.insert(0, "school_year", school_year)
    return rows


class _Columns:
    """Columns of the kept rows over all tables, one after the other."""

    def __init__(self, tables: list[CleanTable], kept: list[list[int]]) -> None:
        self.tables, self.kept = tables, kept

    def __call__(self, name: str) -> list[Any]:
        return [
            values[i]
            for t, rows in zip(self.tables, self.kept, strict=True)
            for values in (t.column(name),)
            for i in rows
        ]

    def raw(self, name: str) -> list[Any]:
        """The same cells as they stand in the sheets."""
        blank: list[Any] = []
        return [
            values[i] if values else None
            for t, rows in zip(self.tables, self.kept, strict=True)
            for values in (t.table.cells.get(name, blank),)
            for i in rows
        ]

    def text(self, name: str) -> list[str]:
        return [str(v) if v is not None else "" for v in self(name)]

    def sources(self) -> dict[str, list[Any]]:
        """Where each row stands."""
        pairs = [(t.table, i) for t, k in zip(self.tables, self.kept, strict=True) for i in k]
        return {
            "source_file": [t.file for t, _ in pairs],
            "source_sheet": [t.sheet for t, _ in pairs],
            "source_row": [t.rows[i] for t, i in pairs],
        }


def _scope(column: _Columns, rules: Rules) -> dict[str, list[Any]]:
    """Closed and merged schools, sites and independent groups are in no denominator."""
    outside = rules.regulations["outside_scope"]
    patterns = [(k, p) for k in ("independent_group", "site") for p in map(fold, outside[k])]
    school = fold("trường ")
    reasons = []
    for status, name in zip(column("operating_status"), column.text("school_name"), strict=True):
        folded = fold(name)
        # "Trường Mầm non Độc Lập" is a school of that name, not an independent group.
        is_school = folded.startswith(school)
        named = "" if is_school else next((k for k, pattern in patterns if pattern in folded), "")
        reasons.append(status if status in ("merged", "closed") else named)
    return {"in_scope": [not r for r in reasons], "scope_reason": reasons}


def _certificate(column: _Columns, scheme: str) -> dict[str, Any]:
    words = column(f"{scheme}_level")
    ranked = [isinstance(w, str) and w.isdecimal() for w in words]
    dates, expiries = column(f"{scheme}_date"), column(f"{scheme}_expiry")
    evaluated = column("externally_evaluated")
    results = [_result(w, r, e) for w, r, e in zip(words, ranked, evaluated, strict=True)]
    levels = [int(w) if r else None for r, w in zip(ranked, words, strict=True)]
    return {
        f"{scheme}_result": results,
        f"{scheme}_withdrawn": pd.array([w == "withdrawn" for w in words], dtype="bool"),
        f"{scheme}_level": pd.array(levels, dtype="Int8"),
        f"{scheme}_decision": column.text(f"{scheme}_decision"),
        f"{scheme}_date": _days(dates),
        f"{scheme}_date_precision": [d.precision if isinstance(d, Day) else "" for d in dates],
        f"{scheme}_expiry": _days(expiries),
    }


def _result(word: Any, ranked: bool, evaluated: Any) -> str:
    """A blank is unknown; but a school that was not evaluated cannot have been recognised."""
    if ranked:
        return "recognised"
    if evaluated == "no" and word in (None, "not_reached"):
        return "not_evaluated"
    return str(_RESULTS.get(word, word))


def _days(days: list[Any]) -> Any:
    values = [d.date if isinstance(d, Day) else None for d in days]
    return pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[s]").array


def _ids(schools: pd.DataFrame) -> list[str]:
    """The code; without one a key of name, place and level."""
    keys = schools[["school_name", "unit", "district", "education_level"]]
    return [
        code or "|".join(map(fold, key))
        for code, key in zip(schools["school_code"], keys.itertuples(index=False), strict=True)
    ]


def accepted_values(tables: list[CleanTable], kept: list[list[int]], rules: Rules) -> pd.DataFrame:
    """One row per accepted row: source_file, source_sheet, source_row, and the clean value of each
    column a table has: text, whole number, "YYYY-MM-DD" or None.

    Education level and ownership keep the sender's standard writing; other spellings follow the
    way most of that column is written.
    """
    column = _Columns(tables, kept)
    names = [
        n
        for n, c in rules.columns.items()
        if c.kind != "mark" and any(n in t.columns for t in tables)
    ]
    frame: dict[str, Any] = column.sources()
    for name in names:
        kind = rules.columns[name].kind
        values = column(name)
        if name in _SPELLED:
            values = _as_written(tables, kept, name, rules)
        elif kind == "date":
            values = [d.date.isoformat() if isinstance(d, Day) else None for d in values]
        elif kind == "level":
            raw = column.raw(name)
            values = [_level_value(w, cell) for w, cell in zip(values, raw, strict=True)]
        frame[name] = pd.Series(values, dtype=object)
    return pd.DataFrame(frame)


def _level_value(word: Any, cell: Any) -> int | None:
    """The level; a 0 typed for "none" stays a 0."""
    if isinstance(word, str) and word.isdecimal():
        return int(word)
    return 0 if word == "not_reached" and cell == 0 else None


def _as_written(
    tables: list[CleanTable], kept: list[list[int]], name: str, rules: Rules
) -> list[Any]:
    shown: list[Any] = []
    standard = rules.standard[name]
    for t, rows in zip(tables, kept, strict=True):
        raw = t.table.cells.get(name) or [None] * len(t.table.rows)
        codes = t.column(name)
        style = Counter("code" if raw[i] == codes[i] else "word" for i in rows if raw[i])
        by_code = style["code"] > style["word"]
        for i in rows:
            code = codes[i]
            usual = standard.get(str(code), code)
            shown.append(raw[i] if raw[i] in (code, usual) else code if by_code else usual)
    return shown
