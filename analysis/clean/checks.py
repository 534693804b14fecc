"""What must hold between the cells of one row, whether the row tells which school it is,
and the rows a person should look at though nothing is wrong for certain."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.clean.certificates import span_of
from analysis.clean.columns import CleanTable, places
from analysis.clean.dates import Day
from analysis.clean.findings import Warnings, listed
from analysis.clean.kinds import GONE, check_kinds
from analysis.clean.names import level_in_name
from analysis.clean.notes import check_notes
from analysis.clean.rows import Rows
from analysis.clean.terms import check_issued, check_terms
from analysis.clean.values import is_ranked, issuer_known
from analysis.raw import Coded, Flags, Remark
from analysis.reference import (
    SCHEMES,
    Rules,
    comparable,
    cqg_asks,
    is_recognised_unranked,
    since_when,
    term_end,
    validity_years,
)
from analysis.workbooks.grid import merged, paired

_BETWEEN_NAMES = re.compile(r"[\n;]+")


def check_rows(cleaned: CleanTable, rules: Rules, as_of: dt.date) -> None:
    """Run every check: what contradicts itself is a doubt of its cell, remarks are kept beside the
    row, and only a row without any identity is barred."""
    _check_width(cleaned)
    _check_identity(cleaned, rules)
    _check_education_level(cleaned, rules)
    check_kinds(cleaned, rules)
    check_notes(cleaned, rules, as_of)
    _take_unit(cleaned)
    for scheme in SCHEMES:
        if f"{scheme}_level" in cleaned.columns:
            _check_issuer(cleaned, scheme, rules)
            _check_certificate(cleaned, scheme, rules)
            check_terms(cleaned, scheme, as_of, rules)
            check_issued(cleaned, scheme, as_of, rules)
    _check_parts(cleaned, rules)
    _doubt_misplaced(cleaned)


def is_none(value: object) -> bool:
    """Nothing stands there."""
    return value is None


def _check_width(cleaned: CleanTable) -> None:
    """A row of a text file with more or fewer cells than its heading: which is which is unsure."""
    ragged = cleaned.table.ragged
    for i, row in enumerate(cleaned.table.rows if ragged else []):
        if row in ragged:
            cleaned.set_aside(i, "order", "row_ragged")


def _doubt_misplaced(cleaned: CleanTable) -> None:
    """No value of such a row is believed: it may stand in the wrong column."""
    misplaced = np.isin(cleaned.table.rows, [*cleaned.table.ragged])
    for name in cleaned.columns if misplaced.any() else ():
        cleaned.faulty[name] |= misplaced


def _check_identity(cleaned: CleanTable, rules: Rules) -> None:
    """A school is known by its code or by its name; a row with neither is nobody's, and one with
    several of both is that of several schools."""
    names = [name for name in ("school_code", "school_name") if name in cleaned.columns]
    for i in places(cleaned.faults_in("school_code") & ~cleaned.barred):
        if _is_several(cleaned, i, rules):
            cleaned.set_aside(i, "school_code", "several_schools")
    lacking = {name: cleaned.columns[name].where(is_none) for name in names}
    for i in places(np.logical_and.reduce([*lacking.values()]) & ~cleaned.barred):
        cleaned.set_aside(i, names[-1], "school_not_identified")
    for name, blank in lacking.items():
        _check_filled(cleaned, name, blank)


def _is_several(cleaned: CleanTable, i: int, rules: Rules) -> bool:
    """Do several codes stand in one cell, and several names beside them?"""
    table = cleaned.table
    code = rules.code_pattern(table.header.codings.get("school_code", "")).pattern
    told, names = (cleaned.raw(i, name) for name in ("school_code", "school_name"))
    codes = set(re.findall(rf"(?<!\w)(?:{code})(?!\w)", told))
    return len(codes) > 1 and len(_BETWEEN_NAMES.split(names.strip())) > 1


def _check_filled(cleaned: CleanTable, name: str, blank: Flags) -> None:
    for i in places(blank & ~cleaned.faults_in(name) & ~cleaned.barred):
        cleaned.doubt(i, name, f"{name}_missing")


def _check_education_level(cleaned: CleanTable, rules: Rules) -> None:
    """From the cell; where there is no such column, from the group row above or the name."""
    table, name = cleaned.table, "education_level"
    if name in cleaned.columns:
        _check_filled(cleaned, name, cleaned.columns[name].where(is_none))
        _check_centres(cleaned, rules)
        return
    names = cleaned.column("school_name")
    said = names.map(lambda text: level_in_name(text, rules))
    levels = []
    for own, group in zip(said, table.group_level, strict=True):
        is_more = {*group.split("&")} < {*own.split("&")}  # TH&THCS in the group TH
        levels.append(own if is_more else group or own)
    cleaned.columns[name] = Coded.of([level or None for level in levels])
    for i, level in enumerate(levels):
        if not level and not cleaned.barred[i]:
            cleaned.doubt(i, name, "education_level_missing", at="school_name")


def _take_unit(cleaned: CleanTable) -> None:
    """Where there is no such column, the ward or commune of the group row, the sheet or the title
    above."""
    units = cleaned.table.group_unit
    if "unit" not in cleaned.columns and any(units):
        cleaned.columns["unit"] = Coded.of([unit or None for unit in units])


def _check_centres(cleaned: CleanTable, rules: Rules) -> None:
    """A centre of continuing education is not called a school of another level."""
    centres = rules.regulations["centres"]["education_levels"]
    names = cleaned.column("school_name")
    for i in places(cleaned.columns["education_level"].where(lambda level: level in centres)):
        if level_in_name(names[i], rules) not in ("", *centres):
            cleaned.doubt(i, "education_level", "centre_named_school", name=names[i])


def _check_certificate(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    """A level, its decision number and its date belong together."""
    names = [f"{scheme}_{attribute}" for attribute in ("level", "decision", "date")]
    level, decision, date = map(cleaned.column, names)
    stated = ~(decision.where(is_none) & date.where(is_none))
    read = ~_level_unread(cleaned, scheme)
    ranked, over = level.where(is_ranked), level.where(lambda v: v in ("expired", "withdrawn"))
    unranked = level.where(lambda v: v == "unknown_level")
    dated = date.where(lambda day: _without_level(day, rules)) | cleaned.faults_in(names[2])
    for i in places(read & unranked & ~dated):
        cleaned.doubt(i, names[0], "level_not_stated")
    for name, column in zip(names[1:], (decision, date), strict=True):
        if name in cleaned.columns and name not in cleaned.gathered and not _is_list(cleaned):
            blank = column.where(is_none) & ~cleaned.faults_in(name)
            for i in places(read & ranked & blank):
                cleaned.doubt(i, name, "certificate_incomplete", level=level[i])
    silent = level.where(is_none) | (names[0] not in cleaned.table.cells)  # or nothing is marked
    for i in places(read & silent & ~ranked & (stated | cleaned.faults_in(*names[1:]))):
        cleaned.doubt(i, names[0], "certificate_without_level")
    for i in places(read & stated & ~(silent | ranked | over | unranked)):
        cleaned.doubt(i, names[0], "certificate_contradicts")


def _level_unread(cleaned: CleanTable, scheme: str) -> Flags:
    """Rows in which the cells that tell the level cannot be read."""
    marks = [name for name in cleaned.columns if name.startswith(f"{scheme}_mark_")]
    return cleaned.faults_in(f"{scheme}_level", *marks)


def _check_issuer(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    decision = cleaned.column(f"{scheme}_decision")
    unusual = decision.where(lambda number: number and not issuer_known(str(number), rules))
    for i in places(unusual & ~cleaned.barred):
        cleaned.warn(i, f"{scheme}_decision", "issuer_unknown", clean=decision[i])


def _is_list(cleaned: CleanTable) -> bool:
    """Lists of recognised schools come without codes, and often without number or day."""
    return "school_code" not in cleaned.columns


def _without_level(date: object, rules: Rules) -> bool:
    """Was it a time in which some schools were recognised without a level?"""
    return isinstance(date, Day) and any(
        is_recognised_unranked(date.date, scheme, rules) for scheme in SCHEMES
    )


def _check_parts(cleaned: CleanTable, rules: Rules) -> None:
    for part, whole in rules.regulations["part_of"].items():
        if part in cleaned.columns and whole in cleaned.columns:
            less, more = cleaned.columns[part], cleaned.columns[whole]
            for i in places(_exceeds(less, more)):
                heading = rules.columns[whole].heading
                cleaned.doubt(i, part, "part_exceeds", whole=heading, total=more[i])


def _exceeds(part: Coded[object], whole: Coded[object]) -> Flags:
    """Where both are stated and the part is the larger one."""
    less = part.each(lambda n: n if isinstance(n, int) else -1, np.int64)
    more = whole.each(lambda n: n if isinstance(n, int) else np.iinfo(np.int64).max, np.int64)
    return np.greater(less, more)


def check_schemes(rows: Rows, as_of: dt.date, rules: Rules) -> None:
    """CQG asks for an evaluation result, not for the KĐCLGD certificate: a warning only. The two
    may stand in different lists."""
    if not (rows.states("cqg") and rows.states("kdclgd")):
        return
    cqg, kdclgd = rows.column("cqg_level"), rows.column("kdclgd_level")
    days = [_days(rows, scheme, as_of) for scheme in ("cqg", "kdclgd")]
    asked = _asked_levels(cqg, rows.column("cqg_date"), as_of, rules)
    held = kdclgd.each(lambda level: int(level) if is_ranked(level) else 0, np.int64)
    marks = [f"kdclgd_mark_{n}" for n in rules.levels("kdclgd")]
    short = ~rows.in_doubt(["kdclgd_level", *marks]) & (held < asked)
    some = np.flatnonzero(short & (held > 0))
    both = paired(*(column.rows(some) for column in days))
    short[some] = both.where(lambda pair: comparable(*pair, rules))
    found: dict[int, dict[int, dict[str, object]]] = defaultdict(dict)
    tables = {id(table): table for table in rows.tables}
    for at in np.flatnonzero(short).tolist():
        table, i = rows.origin("cqg_level", at)
        needed = {"needed": int(asked[at]), "held": int(held[at]) or "—"}
        other = _told_as(rows.origin("kdclgd_level", at), table)
        found[id(table)][i] = {"other": other, "cqg": cqg[at]} | needed
    for number, facts in found.items():
        told = Warnings(tables[number].table, "cqg_level", "cqg_needs_kdclgd",
                        np.array([*facts], np.intp), facts.__getitem__)  # fmt: skip
        tables[number].notes.append(told)


def _told_as(place: tuple[CleanTable, int], beside: CleanTable) -> str:
    """The cell of the KĐCLGD level in a message about another cell; the row where the table has no
    such column."""
    table, i = place
    cell = table.cell(i, "kdclgd_level") or f"{table.table.rows[i]}:{table.table.rows[i]}"
    same = table.table.file == beside.table.file and table.table.sheet == beside.table.sheet
    return cell if same else f"{table.table.file} / {table.table.sheet} / {cell}"


def _days(rows: Rows, scheme: str, as_of: dt.date) -> Coded[dt.date]:
    """When each certificate was signed; without a date it is read by the law of the as-of date."""
    dates = rows.column(f"{scheme}_date")
    return dates.map(lambda day: day.date if isinstance(day, Day) else as_of)


def _asked_levels(
    cqg: Coded[Any], signed: Coded[Any], as_of: dt.date, rules: Rules
) -> npt.NDArray[np.int64]:
    """The KĐCLGD level each CQG level asks for by the law of its day; 0 where none. Where the day
    is not known, or not exactly, the least that any day it can be asks for: from one term before
    the as-of date on."""
    earliest = term_end(as_of, -12 * (validity_years(as_of, "cqg", rules) or 0))

    def since(day: object) -> tuple[dt.date, ...]:
        ends = span_of(day) if isinstance(day, Day) else (earliest, as_of)
        return tuple(since_when(end, rules, "issued", "cqg_asks") for end in ends)

    def asked(level: object, days: tuple[dt.date, ...]) -> int:
        if not is_ranked(level):
            return 0
        return min(cqg_asks(day, int(str(level)), rules) or 0 for day in days)

    laws = merged(signed.codes, [since(day) for day in signed.values])
    return paired(cqg, laws).each(lambda pair: asked(*pair), np.int64)


def odd_rows(cleaned: CleanTable) -> list[Remark]:
    """A remark for each kind: rows that are no schools, schools without pupils, with more classes
    than pupils, and without a ward where others have one."""
    classes, pupils = (_counts(cleaned, name) for name in ("classes", "pupils"))
    outside = cleaned.outside.where(bool) & ~cleaned.barred
    status = cleaned.column("operating_status")
    counted = ~(cleaned.barred | outside | status.where(lambda word: word in GONE))
    kinds = {
        "rows_no_schools": outside,
        "rows_no_pupils": counted & (pupils == 0),
        "rows_more_classes": counted & (classes > pupils) & (pupils > 0),
        "rows_without_unit": counted & _without_unit(cleaned),
    }
    table = cleaned.table
    place: dict[str, object] = {"file": table.file, "sheet": table.sheet}
    return [
        Remark(key, {**place, "listed": listed(table.rows[i] for i in np.flatnonzero(rows))})
        for key, rows in kinds.items()
        if rows.any()
    ]


def _counts(cleaned: CleanTable, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A column of counts; -1 where none is stated."""
    column = cleaned.column(name)
    return column.each(lambda n: n if isinstance(n, int) else -1, np.int64)


def _without_unit(cleaned: CleanTable) -> Flags:
    """Rows whose ward is blank, where some are filled."""
    blank = cleaned.column("unit").where(lambda unit: unit is None)
    return blank & ~cleaned.faults_in("unit") & (not blank.all())
