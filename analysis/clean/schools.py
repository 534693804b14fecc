"""The two tables that leave this room: schools in our words, and the same rows in the sheet's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.clean.dates import Day
from analysis.clean.rows import Rows, day_numbers, results, scope_reasons
from analysis.clean.values import is_ranked
from analysis.raw import Coded
from analysis.reference import SCHEMES, Column, Rules, fold
from analysis.workbooks.grid import joined, paired

_TEXTS = ("school_code", "school_name", "unit", "district", "province", "note")
# Kinds of columns of which each one is a column of the schools, whichever they are.
_MORE: dict[str, Any] = {"text": "str", "count": "Int64"}
_IDENTITY = ("school_name", "unit", "district", "education_level")
_SPELLED = ("education_level", "ownership")
_GROUPS = ("education_level", "unit", "ownership")


def schools_frame(rows: Rows, school_year: str, rules: Rules) -> pd.DataFrame:
    """One row per school of the year, in the order of files and rows.

    school_year, school_id, school_code, school_name, unit, district, province, note: text;
    education_level, ownership: codes; in_scope, scope_reason; eligible, externally_evaluated:
    boolean, missing where not stated; for s in kdclgd, cqg: s_result (recognised, level_unknown,
    expired, withdrawn, not_reached, pending, not_evaluated, not_stated, in_doubt; missing where no
    list of the year has a column for the scheme), s_level, s_decision, s_date, s_date_precision,
    s_expiry; every column of counts or text that columns.toml names; `doubts`: the columns of which
    a value is in doubt, with a space between them; source_file, source_sheet, source_row.
    """
    frame: dict[str, Any] = {n: _words(rows.text(n)) for n in (*_TEXTS, "education_level")}
    frame["ownership"] = _words(_ownership(rows, rules))
    reasons = scope_reasons(rows)
    frame |= {"in_scope": ~reasons.where(bool), "scope_reason": _words(reasons)}
    for name in ("eligible", "externally_evaluated"):
        answers = rows.column(name).map(lambda v: None if v is None else v == "yes")
        frame[name] = pd.array(list(answers), dtype="boolean")
    for scheme in SCHEMES:
        frame |= _certificate(rows, scheme, rules)
    for name, column in rules.columns.items():
        if column.kind in _MORE and name not in frame:
            values: Any = rows.text(name) if column.kind == "text" else list(rows.column(name))
            frame[name] = pd.array(values, dtype=_MORE[column.kind])
    file, sheet, row = rows.sources().values()
    frame |= {"doubts": _words(rows.doubts())}
    frame |= {"source_file": _words(file), "source_sheet": _words(sheet)}
    schools = pd.DataFrame(frame | {"source_row": pd.array(row, dtype="int64")})
    schools.insert(0, "school_year", school_year)
    schools.insert(1, "school_id", _words(school_keys(rows)))
    return schools


def _words(texts: Iterable[str | None]) -> Any:
    """Texts as a column, of one type also where there are none."""
    return pd.array([*texts], dtype="str")


def set_aside_frame(barred: Rows, school_year: str, rules: Rules) -> pd.DataFrame:
    """One row per row set aside, with the columns of `schools_frame`: what can be read of where it
    belongs. Whether it is a (further) school is not known (`in_scope` missing), nor what it holds;
    its place names it (`school_id`)."""
    rows = schools_frame(barred, school_year, rules)
    places = zip(rows["source_file"], rows["source_sheet"], rows["source_row"], strict=True)
    facts = (rows[name] for name in ("doubts", *_GROUPS))
    unsure = [_also_unsure(*row) for row in zip(*facts, strict=True)]
    told: dict[str, Any] = {
        "school_id": _words("|".join(map(str, place)) for place in places),
        "in_scope": pd.array([None] * len(rows), dtype="boolean"),
        "doubts": _words(unsure),
    }
    for scheme in SCHEMES:
        stated = rows[f"{scheme}_result"].notna()
        told[f"{scheme}_result"] = rows[f"{scheme}_result"].mask(stated, "in_doubt")
        told[f"{scheme}_level"] = pd.array([None] * len(rows), dtype="Int64")
    return rows.assign(**told)


def _also_unsure(doubts: str, *groups: str) -> str:
    """The columns in doubt, and the groups that a row set aside does not tell."""
    silent = [name for name, value in zip(_GROUPS, groups, strict=True) if not value]
    return " ".join(dict.fromkeys([*doubts.split(), *silent]))


def _ownership(rows: Rows, rules: Rules) -> list[str]:
    counted_as = rules.regulations["ownership"]["counted_as"]
    return list(rows.column("ownership").map(lambda kind: counted_as.get(kind, "")))


def _certificate(rows: Rows, scheme: str, rules: Rules) -> dict[str, Any]:
    levels, dates = rows.column(f"{scheme}_level"), rows.column(f"{scheme}_date")
    said = list(results(rows, scheme, rules)) if rows.states(scheme) else [None] * len(rows)
    ranks = levels.map(lambda level: int(level) if is_ranked(level) else None)
    precisions = dates.map(lambda day: day.precision if isinstance(day, Day) else "")
    return {
        f"{scheme}_result": _words(said),
        f"{scheme}_level": pd.array(list(ranks), dtype="Int64"),
        f"{scheme}_decision": _words(rows.text(f"{scheme}_decision")),
        f"{scheme}_date": _days(dates),
        f"{scheme}_date_precision": _words(precisions),
        f"{scheme}_expiry": _days(rows.column(f"{scheme}_expiry")),
    }


def _days(days: Coded[Any]) -> Any:
    return pd.array(day_numbers(days).astype("datetime64[s]"))


def school_keys(rows: Rows) -> list[str]:
    """The code; without one a key of name, place and level, numbered where nothing else tells two
    schools apart."""
    codes = rows.text("school_code")
    if all(codes):
        return codes
    told = zip(*(rows.text(n) for n in _IDENTITY), strict=True)
    keys = [code or "|".join(map(fold, key)) for code, key in zip(codes, told, strict=True)]
    met: Counter[str] = Counter()
    for at, key in enumerate(keys):
        met[key] += 1
        keys[at] = f"{key}|{met[key]}" if met[key] > 1 else key
    return keys


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
    """The column as the senders write it; what stands in no cell of it follows the writing most
    cells of all tables have, so that one answer has one way of writing."""
    cells = [paired(*pair) for pair in zip(rows.raw_parts(name), rows.parts(name), strict=True)]
    style: Counter[bool] = Counter()
    for part in cells:
        counts = np.bincount(part.codes, minlength=len(part.values)).tolist()
        for (cell, code), count in zip(part.values, counts, strict=True):
            style[cell == code] += count * bool(cell)
    standard, by_code = rules.standard[name], style[True] > style[False]

    def shown(pair: tuple[Any, Any]) -> Any:
        cell, code = pair
        usual = standard.get(str(code), code)
        return cell if cell in (code, usual) else code if by_code else usual

    return joined([part.map(shown) for part in cells])
