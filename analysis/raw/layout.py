"""From sheets to tables: every row that holds a value gets exactly one kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.raw.cells import Cell, Row, Sheet, holds, is_blank
from analysis.raw.grid import Coded, Flags, Places, narrowed
from analysis.raw.headings import Header, find_header
from analysis.reference import Rules, bare, tidy

_TOTAL = re.compile(r"^(tổng|cộng)( |$|:)|^tổng cộng|^(tong|cong)( cong)?($|:)")
_NUMBERING = re.compile(r"^([ivx]+|[a-zđ]|\d+(\.\d+)*)\s*[.)/:-]\s*")
_SIGNATURE = re.compile(
    r"^(\(?\*+\)?|ghi chú|nguồn|lưu ý|chú thích|người lập|thủ trưởng|hiệu trưởng|trưởng phòng|"
    r"giám đốc|kế toán|nơi nhận|kt\.|tm\.|tl\.|\(?ký|ngày \d+|.*, ngày .* tháng .* năm)"
)
_NUMBER_LINE = re.compile(r"\(?(\d{1,2})\)?")


@dataclass
class Table:
    """One table of one sheet: its data rows by column, and where each row stands (1-based).

    `kind` is "schools", or the name of a small table of another kind (columns.toml [tables]).
    `totals`: total rows with their cells; `breaks`: group and total rows, between which they sum.
    `filled`: (column, place of the row) of cells that have the value of a merged cell above.
    """

    file: str
    sheet: str
    header: Header
    rows: list[int] = field(default_factory=list)
    cells: dict[str, Coded[Cell]] = field(default_factory=dict)
    group_level: Sequence[str] = field(default_factory=list)
    totals: list[tuple[int, Row]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    kind: str = "schools"
    ragged: set[int] = field(default_factory=set)
    filled: set[tuple[str, int]] = field(default_factory=set)
    epoch_1904: bool = False


@dataclass(frozen=True)
class Ignored:
    """A row that is not a school: its place (1-based) and why."""

    file: str
    sheet: str
    row: int
    reason: str


def find_tables(file: str, sheet: Sheet, rules: Rules) -> tuple[list[Table], list[Ignored]]:
    """The tables of a sheet, one below the other, and the rows that belong to none."""
    tables: list[Table] = []
    ignored: list[Ignored] = []
    header = find_header(sheet, rules)
    if header is None:
        return [], all_ignored(file, sheet, "sheet_not_read")
    start = 0
    while header is not None:
        ignored += _above(file, sheet, start, header)
        following = _next_header(sheet, rules, header)
        end = following.top if following else len(sheet.rows)
        table, passed = _read_table(file, sheet, header, end, rules)
        table.epoch_1904 = sheet.epoch_1904
        table.ragged = {r + 1 for r in sheet.ragged} & set(table.rows)
        tables.append(table)
        ignored += passed
        start, header = end, following
    ignored += [Ignored(file, sheet.name, r + 1, "stray") for r in far_rows(sheet)]
    return tables, ignored


def all_ignored(file: str, sheet: Sheet, reason: str) -> list[Ignored]:
    """Every row of a sheet that is not read."""
    rows = {*np.flatnonzero(sheet.grid.holding(holds)).tolist(), *far_rows(sheet)}
    return [Ignored(file, sheet.name, r + 1, reason) for r in sorted(rows)]


def far_rows(sheet: Sheet) -> list[int]:
    """The rows (0-based) that hold nothing but cells far from all others."""
    rows = {r for r, _ in sheet.far_cells}
    held = sheet.grid.holding(holds)
    return sorted(r for r in rows if r >= len(held) or not held[r])


def _above(file: str, sheet: Sheet, start: int, header: Header) -> list[Ignored]:
    return [
        Ignored(file, sheet.name, r + 1, "header" if r >= header.top else "title")
        for r in _rows_between(sheet, start, header.bottom + 1).tolist()
    ]


def _rows_between(sheet: Sheet, start: int, end: int) -> Places:
    """The rows of a stretch that hold a value."""
    return np.flatnonzero(sheet.grid.holding(holds)[start:end]) + start


def _next_header(sheet: Sheet, rules: Rules, header: Header) -> Header | None:
    """A later header block of another table; a repeat of this one is not another table."""
    first = header.bottom + 1
    while found := find_header(sheet, rules, first):
        if found.columns != header.columns:
            return found
        first = found.bottom + 1
    return None


def _read_table(
    file: str, sheet: Sheet, header: Header, end: int, rules: Rules
) -> tuple[Table, list[Ignored]]:
    """The table below a header. Most rows have a code and are a school's without a further look."""
    table = Table(file, sheet.name, header)
    ignored: list[Ignored] = []
    rows = _rows_between(sheet, header.bottom + 1, end)
    schools = _with_code(sheet, header, rows)
    last = _last_school(sheet, header, end)
    levels = {header.bottom: ""}
    for i in np.flatnonzero(~schools).tolist():
        r, row = int(rows[i]), sheet.rows[rows[i]]
        kind = _kind(row, header, rules, after_last=r > last)
        if kind == "data":
            schools[i] = True
            continue
        if kind == "group":
            levels[r] = _group_level(row, rules) or [*levels.values()][-1]
        elif kind == "total":
            table.totals.append((r + 1, row))
        if kind in ("group", "total"):
            table.breaks.append(r + 1)
        ignored.append(Ignored(file, sheet.name, r + 1, kind))
    _take_rows(table, sheet, rows[schools], levels, end)
    return table, ignored


def _with_code(sheet: Sheet, header: Header, rows: Places) -> Flags:
    """Which of these rows have a school code for certain."""
    place = header.columns.get("school_code")
    if place is None:
        return np.zeros(len(rows), np.bool_)
    return sheet.grid.column(place, rows).where(_is_code)


def _take_rows(
    table: Table, sheet: Sheet, rows: Places, levels: Mapping[int, str], end: int
) -> None:
    """The data rows column by column, each below the group row that stands over it."""
    table.rows = (rows + 1).tolist()
    groups = np.searchsorted(list(levels), rows) - 1
    table.group_level = Coded(groups.astype(np.int32), [*levels.values()])
    columns = table.header.columns.items()
    table.cells = {name: sheet.grid.column(c, rows) for name, c in columns}
    _fill_down(table, sheet, rows, end)


def _fill_down(table: Table, sheet: Sheet, rows: Places, end: int) -> None:
    """A value merged over several rows of one column belongs to each of them."""
    grid, header = sheet.grid, table.header
    names = {c: name for name, c in header.columns.items() if c in grid.columns}
    spans = [
        s
        for s in sheet.merged
        if s.left == s.right and s.left in names and header.bottom < s.top < s.bottom < end
    ]
    for c in {s.left for s in spans}:
        codes = grid.columns[c].copy()
        for span in spans:
            if span.left == c:
                below = codes[span.top + 1 : span.bottom + 1]
                below[below == 0] = codes[span.top]
        name, filled = names[c], np.flatnonzero((codes != grid.columns[c])[rows])
        table.cells[name] = narrowed(codes[rows], grid.values)
        table.filled |= {(name, i) for i in filled.tolist()}


def _last_school(sheet: Sheet, header: Header, end: int) -> int:
    """The last row with a code (a signature has no digit), or with half of the columns filled."""
    code = header.columns.get("school_code", -1)
    columns = list(header.columns.values())
    for r in range(end - 1, header.bottom, -1):
        row = sheet.rows[r]
        filled = sum(c < len(row) and not is_blank(row[c]) for c in columns)
        numbered = 0 <= code < len(row) and any(map(str.isdigit, str(row[code] or "")))
        full = 2 * filled >= len(columns) or numbered
        if full and not _TOTAL.match(_words(row)):
            return r
    return end


def _kind(row: Row, header: Header, rules: Rules, after_last: bool) -> str:
    if all(map(is_blank, row)):
        return "blank"
    if _is_code(_at(row, header, "school_code")):
        return "data"
    if _repeats_header(row, header, rules):
        return "header"
    words = _words(row)
    texts = [c for c in row if not is_blank(c)]
    order = _at(row, header, "order")
    if _TOTAL.match(words) and not _is_number(order):  # "Cộng Hòa" is a name too
        return "total"
    if len(texts) == 1 and _is_number(order):
        return "numbered_blank"
    is_school = _is_number(order) or _says_school(row, header, rules)
    if (after_last and not is_school) or (len(texts) <= 2 and _SIGNATURE.match(words)):
        return "note"
    if len(texts) <= 2 and _is_group(row, header, rules):
        return "group"
    return "data"


def _says_school(row: Row, header: Header, rules: Rules) -> bool:
    """Does a row below the last code name a school all the same, or the level of one?"""
    level = bare(_text(_at(row, header, "education_level")))
    is_level = level in rules.spellings["education_level"]
    return is_level or _text(_at(row, header, "school_name")).startswith("trường")


def _is_code(cell: Cell) -> bool:
    """A school code for certain: four digits or more (a line of column numbers has one or two)."""
    text = str(cell)
    return (len(text) >= 4 and text.isdecimal()) or sum(c.isdigit() for c in text) >= 4


def _at(row: Row, header: Header, name: str) -> Cell:
    """The cell of a row in a column of ours; None where there is none."""
    place = header.columns.get(name, len(row))
    return row[place] if place < len(row) else None


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or _text(cell).isdecimal()


def _text(cell: Cell) -> str:
    return tidy(cell).casefold() if isinstance(cell, str) else ""


def _is_group(row: Row, header: Header, rules: Rules) -> bool:
    """A line between the schools: one text, perhaps behind a roman number or a letter. A line with
    a code or a school's name, or numbered like a school, is a school's."""
    order = header.columns.get("order", -1)
    marker, code = _at(row, header, "order"), _at(row, header, "school_code")
    texts = [c for i, c in enumerate(row) if i != order and not is_blank(c)]
    if len(texts) > 1 or not all(isinstance(c, str) for c in texts):
        return False
    if _is_number(marker) or any(c.isdigit() for c in str(code or "")):
        return False
    words = _words(row).removeprefix(_text(marker)).strip(" .)-")
    return bool(_group_level(row, rules)) or not words.startswith("trường ")


def _group_level(row: Row, rules: Rules) -> str:
    """The education level a group row names, "" where it names something else."""
    known = rules.spellings["education_level"]
    texts = [_NUMBERING.sub("", tidy(c).casefold()) for c in row if isinstance(c, str)]
    return next((known[bare(t)] for t in texts if bare(t) in known), "")


def _words(row: Row) -> str:
    """The texts of a row in small letters, without number cells."""
    texts = dict.fromkeys(tidy(c) for c in row if isinstance(c, str) and not is_blank(c))
    return " ".join(texts).casefold()


def _repeats_header(row: Row, header: Header, rules: Rules) -> bool:
    texts = {c: str(v) for c, v in enumerate(row) if not is_blank(v)}
    if not texts:
        return False
    shown = {c: bare(text) for c, text in header.shown.items()}
    same = sum(bool(bare(t)) and bare(t) in shown.get(c, "") for c, t in texts.items())
    if same >= 3 and 2 * same >= len(texts):
        return True
    marks = [_NUMBER_LINE.fullmatch(tidy(t)) for t in texts.values()]
    numbers = [int(m[1]) for m in marks if m]
    return len(numbers) == len(texts) >= 4 and numbers == list(
        range(numbers[0], numbers[0] + len(numbers))
    )
