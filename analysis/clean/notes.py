"""What notes and names say of a school beside its columns: closed, merged, suspended; its
certificate withdrawn or expired."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.clean.columns import CleanTable, places
from analysis.clean.findings import REPAIRED, finding
from analysis.clean.kinds import GONE
from analysis.clean.values import is_ranked
from analysis.raw import Coded, Flags
from analysis.reference import SCHEMES, Rules, spaced, tidy
from analysis.workbooks.grid import overlaid

_OF_SCHOOL = (*GONE, "suspended")
# "01/8/2025", "tháng 9/2025", "ngày 1 tháng 8 năm 2025", "năm 2025".
_DAY = re.compile(
    r"(?<!\d)(?:(\d{1,2})\s?(?:[/.-]|tháng)\s?)?(?:(\d{1,2})\s?(?:[/.-]|năm)\s?)?((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_BEHIND_NAME = re.compile(r"[-–(\[,;:*].*| (?:đã|bị) .*", re.IGNORECASE)
_NEAR = 30  # letters before or behind a word that belong to it


@dataclass(frozen=True)
class Said:
    """What a note says; `is_past`: it has happened for certain; `is_future`: not by that day."""

    kind: str
    is_past: bool
    is_future: bool


def read_note(text: object, as_of: dt.date, rules: Rules) -> Said | None:
    """What a text says that a column should say; None for nothing."""
    if not isinstance(text, str):
        return None
    kinds, words = rules.kinds, spaced(text)
    for found in kinds.notes.finditer(words):
        before, behind = words[: found.start()].rstrip(), words[found.end() :].lstrip()
        near = before[-_NEAR:]
        unless = kinds.notes_unless
        if unless["negated"].search(near):
            continue
        if unless["takes_in"].search(f"{near} {found[0]} {behind[:_NEAR]}"):
            continue
        kind, days = str(found.lastgroup), [*_days(text)]
        dated = bool(days) and max(last for _, last in days) <= as_of
        sure = kind != "merged" or not behind or bool(unless["followed"].match(behind))
        sure &= not unless["planned"].search(near)
        is_past = sure and (dated or (not days and bool(unless["done"].search(near))))
        return Said(kind, is_past, bool(days) and min(first for first, _ in days) > as_of)
    return None


def _days(text: str) -> Iterator[tuple[dt.date, dt.date]]:
    """The first and the last day of each date in a text."""
    for day, month, year in _DAY.findall(tidy(text)):
        day, month = (day, month) if month else ("", day)
        y, m = int(year), int(month or 1)
        if not 1 <= m <= 12:
            day, month, m = "", "", 1
        d = int(day) if day and 1 <= int(day) <= monthrange(y, m)[1] else 0
        last = m if month else 12
        yield dt.date(y, m, d or 1), dt.date(y, last, d or monthrange(y, last)[1])


def check_notes(cleaned: CleanTable, rules: Rules, as_of: dt.date) -> None:
    """A school that a note calls closed or merged is so where that is past and the row has neither
    classes nor pupils; whatever else a note says against the columns is warned of."""
    for name in ("note", "school_name"):
        said = _said(cleaned, name, rules, as_of)
        if said is not None:
            _weigh(cleaned, name, said)


def _said(
    cleaned: CleanTable, name: str, rules: Rules, as_of: dt.date
) -> Coded[Said | None] | None:
    """What a column says; None for nothing at all. Whole columns are asked first."""
    column = cleaned.column(name)
    if name == "school_name":
        column = column.map(_behind_name)
    together = "\n".join(v for v in column.values if isinstance(v, str)).casefold()
    if not any(word in together for word in rules.kinds.note_words):
        return None
    return column.map(lambda text: read_note(text, as_of, rules))


def _behind_name(name: object) -> str:
    """What stands behind a name and is none of it: "(đã giải thể)"."""
    found = _BEHIND_NAME.search(name) if isinstance(name, str) else None
    return found[0] if found else ""


def _weigh(cleaned: CleanTable, name: str, said: Coded[Said | None]) -> None:
    status = cleaned.column("operating_status")
    stands = said.where(lambda s: s is not None) & ~cleaned.barred & ~cleaned.outside.where(bool)
    gone = status.where(lambda word: word in GONE)
    of_school = said.where(lambda s: s is not None and s.kind in _OF_SCHOOL)
    told = stands & np.where(of_school, ~gone, _holds(cleaned))
    told &= ~said.where(lambda s: s is not None and s.kind == "expired" and s.is_future)
    past = said.where(lambda s: s is not None and s.kind in GONE and s.is_past)
    sure = told & past & _is_empty(cleaned) & status.where(lambda word: word is None)
    sure &= ~cleaned.faults_in("operating_status")
    _take_status(cleaned, name, said, sure)
    names = cleaned.column("school_name")
    kinds = said.map(lambda s: s.kind if s else "")
    for kind in sorted({*kinds.values} - {""}):
        rows = told & ~sure & kinds.where(kind.__eq__)
        cleaned.warn_or_list(rows, name, f"note_{kind}", lambda i: {"name": names[i] or "—"})


def _holds(cleaned: CleanTable) -> Flags:
    """Rows with a level of any scheme, which a note may take back."""
    levels = [cleaned.column(f"{scheme}_level").where(is_ranked) for scheme in SCHEMES]
    found: Flags = np.logical_or.reduce(levels)
    return found


def _is_empty(cleaned: CleanTable) -> Flags:
    """Rows with neither classes nor pupils, where others have some."""
    empty = np.ones(len(cleaned.table.rows), np.bool_)
    known = np.zeros(len(cleaned.table.rows), np.bool_)
    for name in ("classes", "pupils"):
        column = cleaned.column(name)
        some = column.where(lambda count: isinstance(count, int) and count > 0)
        empty &= ~some & ~cleaned.faults_in(name)
        known |= some.any() | column.where(lambda count: count == 0)
    return empty & known


def _take_status(cleaned: CleanTable, name: str, said: Coded[Said | None], rows: Flags) -> None:
    if not rows.any():
        return
    kinds = said.map(lambda s: s.kind if s else None)
    found = overlaid(cleaned.column("operating_status"), kinds, rows)
    cleaned.columns["operating_status"] = Coded.of([*found])
    for i in places(rows):
        note = finding(REPAIRED, cleaned.table, i, name, "status_by_note", clean=kinds[i])
        cleaned.notes.append(replace(note, column="operating_status"))
