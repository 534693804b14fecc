"""Read workbooks, or folders of them, into tables; a file that cannot be trusted gives no row."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analysis.raw.headings import Header, find_header, looks_transposed
from analysis.raw.layout import Ignored, Table, all_ignored, find_plain_table, find_tables
from analysis.raw.remarks import (
    Remark,
    outside_remarks,
    sheet_remarks,
    together,
    unread_schools,
)
from analysis.raw.texts import convert_legacy, mend_headings, take_equals
from analysis.reference import (
    SCHEMES,
    Column,
    InputError,
    Rules,
    bare,
    fold,
    heading_key,
    is_recognised_unranked,
    spaced,
)
from analysis.reference.damage import is_damaged
from analysis.workbooks import is_passed_over, list_folder, open_book
from analysis.workbooks.cells import Book, Sheet, address, column_letters, holds, is_blank
from analysis.workbooks.grid import GridTooLarge
from analysis.workbooks.limits import bounds

_OF_SCHOOLS = {"school_code", "education_level"}
_ONE_EACH = 0.8
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TOLD_APART = ("code", "name", "unit", "text", "education_level", "ownership", "order")
_NEAR = 0.8  # how much alike a slip of the keyboard leaves two headings
ENDINGS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt"}

# Rows of a sheet that hold a value: a whole country has 45,000 schools.
MAX_ROWS = 300_000
_DAMAGED_HEADINGS = 3


@dataclass
class Raw:
    """What was read: tables, rows that are no schools, files refused or passed over, remarks.

    `rows_in` counts the rows that hold a value, sheet by sheet, straight from the cells: the
    number every later account of the rows must come to. `digests`: the sha256 of what was read of
    each file, whatever stands there by now. `synthetic`: a title says
    "dữ liệu minh họa".
    """

    tables: list[Table] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    books: dict[str, Path] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    rows_in: dict[tuple[str, str], int] = field(default_factory=dict)
    synthetic: bool = False
    # Lists of schools that say nothing of levels, until it is known whether another list does.
    without_levels: list[tuple[Raw, InputError]] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Table]:
        """The tables of one kind: "schools", "indicators", "published_counts"."""
        return [t for t in self.tables if t.kind == kind]

    def add(self, other: Raw) -> None:
        """Take in what another reading found."""
        for name in ("tables", "ignored", "errors", "passed_over", "remarks", "without_levels"):
            getattr(self, name).extend(getattr(other, name))
        self.books |= other.books
        self.digests |= other.digests
        self.rows_in |= other.rows_in
        self.synthetic |= other.synthetic


def read_raw(inputs: str | Path | Iterable[str | Path], rules: Rules) -> Raw:
    """Read the workbooks named, and those in the folders named (in the order of their names).

    Nothing is raised for a bad file: its reason stands in `errors` and none of its rows is used.
    """
    raw = Raw()
    for path, name in _files([inputs] if isinstance(inputs, str | Path) else inputs, raw):
        try:
            with bounds(name):
                _read_book(path, name, rules, raw)
        except InputError as error:
            raw.errors.append(error)
    _take_lists_without_levels(raw)
    return raw


def _take_lists_without_levels(raw: Raw) -> None:
    """A list of schools that says nothing of levels completes those that do; where none does, it is
    refused like any table that lacks them."""
    levels = {f"{scheme}_level" for scheme in SCHEMES}
    wanted = any(table.header.has & levels for table in raw.of_kind("schools"))
    lists, raw.without_levels = raw.without_levels, []
    for found, error in lists:
        if wanted:
            raw.add(found)
        elif found.books:
            raw.errors.append(error)
        else:
            raw.remarks.append(Remark("sheet_without_levels", error.facts))
            raw.ignored += [
                Ignored(t.file, t.sheet, row, "sheet_not_read")
                for t in found.tables
                for row in t.rows
            ]
            raw.ignored += found.ignored


def _files(inputs: Iterable[str | Path], raw: Raw) -> Iterable[tuple[Path, str]]:
    """Each file with the name it goes by: its own, behind its folders within the one asked for. A
    name that was used already stands with its whole path, for rows are told by it."""
    used: set[str] = set()
    for path, name in _found(inputs, raw):
        name = path.as_posix() if name in used else name
        used.add(name)
        yield path, name


def _found(inputs: Iterable[str | Path], raw: Raw) -> Iterable[tuple[Path, str]]:
    for path in map(Path, inputs):
        if path.is_dir():
            listing = list_folder(path)
            raw.passed_over += listing.passed_over
            raw.errors += listing.errors
            inside = (p for p in listing.files if not _passes_over(p, raw, in_folder=True))
            yield from ((p, p.relative_to(path).as_posix()) for p in inside)
        elif not path.exists():
            raw.errors.append(InputError("file_missing", file=path.name))
        elif not _passes_over(path, raw, in_folder=False):
            yield path, path.name


def _passes_over(path: Path, raw: Raw, in_folder: bool) -> bool:
    passed = is_passed_over(path) or (in_folder and path.suffix.casefold() not in ENDINGS)
    if passed:
        raw.passed_over.append(path.name)
    return passed


def _read_book(path: Path, name: str, rules: Rules, raw: Raw) -> None:
    """Read one file; what it gives is added only when the whole of it can be trusted."""
    book = open_book(path, name)
    found = Raw(remarks=[Remark(key, facts) for key, facts in book.remarks])
    for sheet in _examples_last(book, rules):
        _read_sheet(book.file, sheet, rules, found)
        found.remarks += outside_remarks(book.file, sheet)
        rows = set(np.flatnonzero(sheet.grid.holding(holds)).tolist())
        found.rows_in[book.file, sheet.name] = len(rows | {r for r, _ in sheet.far_cells})
        found.synthetic |= _says_synthetic(sheet, rules)
    found.books[book.file], found.digests[book.file] = path, book.digest
    if not found.tables and found.without_levels:
        _wait_for_levels(found, raw)
        return
    if not found.tables:
        raise _no_table(book, rules, found.errors)
    found.remarks += [Remark("sheet_without_levels", e.facts) for e in found.errors]
    found.errors.clear()
    raw.add(found)


def _wait_for_levels(found: Raw, raw: Raw) -> None:
    """A file with nothing but lists without levels: it is used only as a whole."""
    lists, found.without_levels = found.without_levels, []
    for one, error in lists:
        found.add(one)
        found.errors.append(error)
    error = found.errors[0]
    found.errors.clear()
    raw.without_levels.append((found, error))


def _says_synthetic(sheet: Sheet, rules: Rules) -> bool:
    """Does a line above the table say that the data is made up?"""
    marks = [fold(m) for m in rules.regulations["synthetic"]["marks"]]
    texts = [fold(c[:500]) for row in sheet.rows[:12] for c in row if isinstance(c, str)]
    return any(mark in text for mark in marks for text in texts)


def _examples_last(book: Book, rules: Rules) -> list[Sheet]:
    return sorted(book.sheets, key=lambda sheet: _is_example(sheet, rules))


def _is_example(sheet: Sheet, rules: Rules) -> bool:
    """Does a visible sheet show how to fill in the form, by its name or its title?"""
    if not sheet.visible:
        return False
    name, kinds = spaced(sheet.name), rules.kinds
    texts = (c for row in sheet.rows[:12] for c in row if isinstance(c, str) and c.strip())
    return (
        name in kinds.example_sheets
        or bool(kinds.begins["example_sheet"].match(name))
        or bool(kinds.example_titles.match(spaced(next(texts, ""))))
    )


def _read_sheet(file: str, sheet: Sheet, rules: Rules, found: Raw) -> None:
    if _is_example(sheet, rules):
        key = "sheet_example" if found.tables else "sheet_example_read"
        found.remarks.append(Remark(key, {"file": file, "sheet": sheet.name}))
        if found.tables:
            found.ignored += all_ignored(file, sheet, "sheet_example")
            return
    try:
        take_equals(sheet)
        found.remarks += convert_legacy(file, sheet)
        found.remarks += mend_headings(file, sheet, rules)
    except GridTooLarge:
        raise InputError("sheet_too_large", file=file, sheet=sheet.name) from None
    if np.count_nonzero(sheet.grid.holding(holds)) > MAX_ROWS:
        raise InputError("sheet_too_large", file=file, sheet=sheet.name)
    if not sheet.visible:
        found.ignored += all_ignored(file, sheet, "sheet_not_read")
        found.remarks.append(Remark("sheet_hidden", {"file": file, "sheet": sheet.name}))
    elif plain := find_plain_table(file, sheet, rules):
        found.tables.append(plain[0])
        found.ignored += plain[1]
    else:
        _read_rosters(file, sheet, rules, found)


def _read_rosters(file: str, sheet: Sheet, rules: Rules, found: Raw) -> None:
    """The tables of schools on a sheet. One that says nothing of levels is not read; why is kept,
    in case the whole book turns out to have no other."""
    tables, ignored = find_tables(file, sheet, rules)
    key = "schools_above" if tables else "sheet_without_header"
    unread = [g.row for g in ignored if g.reason in ("title", "sheet_not_read")]
    near = (r for r in unread if r <= len(sheet.rows))
    found.remarks += unread_schools(file, sheet, key, near, rules)
    lacks = [f for t in tables if (f := _lacks(t, file, sheet.name, rules))]
    if lacks and not all(_lists_schools(t, rules) for t in tables):
        found.errors += lacks
        found.ignored += all_ignored(file, sheet, "sheet_not_read")
        return
    remarks: list[Remark] = []
    for table in tables:
        remarks += _settle_doubled(table, sheet, rules)
        remarks += sheet_remarks(file, sheet, table, rules)
    read = Raw(tables, ignored, remarks=together(remarks))
    if lacks:
        found.without_levels.append((read, lacks[0]))
    else:
        found.add(read)


def _lists_schools(table: Table, rules: Rules) -> bool:
    """Is a table without levels a list of schools all the same: one line for each, with its code or
    education level? A list of persons is none, though it names schools."""
    has, header = table.header.has, table.header
    if has & {f"{s}_{a}" for s in SCHEMES for a in ("level", "decision", "date")}:
        return False
    if any(rules.words.of_persons("names", text) for text in header.shown.values()):
        return False
    if "school_name" not in has or not has & _OF_SCHOOLS:
        return False
    keys = ["school_code"] if "school_code" in has else ["school_name", "unit", "education_level"]
    cells = (table.cells[key] for key in keys if key in table.cells)
    named = [told for told in zip(*cells, strict=True) if told[0] is not None]
    return len(named) > 0 and len({*named}) >= _ONE_EACH * len(named)


def _lacks(table: Table, file: str, sheet: str, rules: Rules) -> InputError | None:
    """The needed heading that is missing, or None: the name, a level, or the level of a scheme
    whose decision or date is there."""
    header = table.header
    if header.persons:
        return InputError("list_of_persons", file=file, sheet=sheet, row=header.bottom + 1)
    has = header.has | _recognised_early(table, rules)
    missing = [c.heading for c in rules.columns.values() if c.required and c.name not in has]
    levels = [f"{s}_level" for s in SCHEMES]
    if not has & set(levels):
        missing += [" / ".join(rules.columns[name].heading for name in levels)]
    missing += [
        rules.columns[f"{s}_level"].heading
        for s in SCHEMES
        if has & {f"{s}_decision", f"{s}_date"} and f"{s}_level" not in has
    ]
    if not missing:
        return None
    if header.apart and not has & set(levels) and missing[0] not in _headings(rules, "required"):
        listed = ", ".join(
            f"{address(header.bottom, c)} “{header.shown[c]}”" for c in sorted(header.apart)
        )
        return InputError("levels_not_reached", file=file, sheet=sheet, listed=listed)
    near = _nearest(missing[0], header, rules) if missing[0] in _headings(rules) else ""
    facts: dict[str, object] = {"heading": missing[0], "row": header.bottom + 1, "near": near}
    facts["unknown"] = {address(header.bottom, c): text for c, text in header.unknown.items()}
    cell = f"A{header.bottom + 1}"
    key = "heading_missing_near" if near else "heading_missing"
    return InputError(key, file=file, sheet=sheet, cell=cell, **facts)


def _recognised_early(table: Table, rules: Rules) -> set[str]:
    """The levels that no column has to tell: decisions of a time when there were none."""
    for scheme in SCHEMES:
        names = [n for n in (f"{scheme}_decision", f"{scheme}_date") if n in table.cells]
        told = " ".join(str(cell) for name in names for cell in table.cells[name].values)
        firsts = [dt.date(int(year), 1, 1) for year in _YEARS.findall(told)]
        early = any(is_recognised_unranked(day, scheme, rules) for day in firsts)
        if early and f"{scheme}_decision" in names:
            return {f"{scheme}_level"}
    return set()


def _headings(rules: Rules, flag: str = "name") -> list[str]:
    return [c.heading for c in rules.columns.values() if getattr(c, flag)]


def _settle_doubled(table: Table, sheet: Sheet, rules: Rules) -> list[Remark]:
    """A heading that stands twice over the same values, or over one column that holds any, is one
    column; over other values nobody can say which is meant: the file is refused where the column is
    needed, else the column is not used."""
    header, remarks = table.header, []
    rows = np.array(table.rows, np.intp) - 1
    for name in sorted({*header.doubled, *header.wide} - {"note"}):
        if name == "school_name" and name not in header.doubled:
            continue
        columns = sorted({*header.doubled.get(name, []), *header.wide.get(name, [])})
        cells = [f"{column_letters(c)}{header.bottom + 1}" for c in columns]
        heading = rules.columns[name].heading
        place: dict[str, Any] = {"file": table.file, "sheet": sheet.name}
        place["cell"] = ", ".join(cells)
        parts = {c: sheet.grid.column(c, rows) for c in columns}
        held = [c for c, part in parts.items() if not all(map(is_blank, part.values))]
        told = {c: list(parts[c]) for c in held}
        if any(told[c] != told[held[0]] for c in held):
            if (first := _likeliest(held, table, rules.columns[name])) is not None:
                facts = {**place, "heading": heading, "used": header.shown[first]}
                remarks.append(Remark("heading_several", facts))
                header.columns[name], table.cells[name] = first, parts[first]
                header.codings[name] = rules.of_path((header.shown[first],)).coding
                continue
            if name in rules.needed:
                raise InputError("heading_doubled", **place, heading=heading)
            remarks.append(Remark("heading_doubled_unused", {**place, "heading": heading}))
            del header.columns[name], table.cells[name]
        else:
            kept = held[0] if held else columns[0]
            if name not in header.wide or name in header.doubled:
                remarks.append(Remark("heading_repeated", {**place, "heading": heading}))
            if kept != header.columns[name]:
                header.columns[name], table.cells[name] = kept, parts[kept]
    return remarks


def _likeliest(places: Sequence[int], table: Table, column: Column) -> int | None:
    """Of several columns that tell which school it is, each by another name, the one with the name
    listed first; None where that tells nothing."""
    keys = [heading_key(table.header.shown[c].rpartition(" - ")[2]) for c in places]
    if column.scheme or column.kind not in _TOLD_APART or len(set(keys)) < len(keys):
        return None
    ranks = {
        column.names.index(k): c for k, c in zip(keys, places, strict=True) if k in column.names
    }
    return ranks[min(ranks)] if ranks else None


def _nearest(heading: str, header: Header, rules: Rules) -> str:
    """The unknown heading that is nearly one of a column's own, as by a slip of the keyboard."""
    names = [c.name for c in rules.columns.values() if c.heading == heading]
    known = [key for key, meant in rules.headings.items() if meant.column in names]
    best, shown = _NEAR, ""
    for text in header.unknown.values():
        for key in difflib.get_close_matches(bare(text), known, n=1, cutoff=best):
            best, shown = difflib.SequenceMatcher(None, bare(text), key).ratio(), text
    return shown


def _no_table(book: Book, rules: Rules, errors: list[InputError]) -> InputError:
    """Why a book gives no table: the reason that is true of it, not the first that comes."""
    visible = [s for s in book.sheets if s.visible and len(s.rows)]
    hidden = [s for s in book.sheets if not s.visible and len(s.rows)]
    listed = ", ".join(f"“{s.name}”" for s in hidden)
    if not visible:
        return InputError("book_hidden" if hidden else "book_blank", file=book.file, listed=listed)
    if form := next((s for s in visible if _is_statistics(s, rules)), None):
        return InputError("statistics_form", file=book.file, sheet=form.name)
    if errors:
        return errors[0]
    if any(find_header(s, rules) for s in hidden):
        return InputError("table_hidden", file=book.file, listed=listed)
    if any(looks_transposed(s, rules) for s in visible):
        return InputError("table_transposed", file=book.file)
    sheet = max(visible, key=lambda s: len(s.rows))
    key = "header_damaged" if _damaged(sheet) >= _DAMAGED_HEADINGS else "header_not_found"
    return InputError(key, file=book.file, sheet=sheet.name)


def _is_statistics(sheet: Sheet, rules: Rules) -> bool:
    """Is it a form of figures, with its items below each other and a code for each?"""
    words = {bare(word) for word in rules.regulations["statistics_form"]["headings"]}
    rows = ([c for c in row if isinstance(c, str) and len(c) < 40] for row in sheet.rows[:40])
    return any(len(words & set(map(bare, texts))) == len(words) for texts in rows)


def _damaged(sheet: Sheet) -> int:
    """How many of the first texts lost letters on their way."""
    return sum(isinstance(c, str) and is_damaged(c) for row in sheet.rows[:30] for c in row[:60])
