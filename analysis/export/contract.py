"""What `accreditation check` answers to machines: one JSON document about every row.

Rows are put together from pieces of JSON, one for each distinct value of a column: a national
workbook repeats few values a million times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from analysis.clean import (
    Cleaned,
    Finding,
    Repairs,
    Rows,
    concerned_by,
    remark_texts,
    shown_columns,
)
from analysis.clean.findings import show
from analysis.raw import Coded, Places, Raw, column_letters
from analysis.reference import InputError, Rules, say
from analysis.workbooks.grid import joined
from analysis.workbooks.opening import ARCHIVES, is_passed_over

_TOGETHER = 1000
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


class Counting(Protocol):
    """What is counted of the rows of a school year."""

    def figures(self) -> Iterable[dict[str, Any]]: ...
    def verdicts(self) -> Iterable[dict[str, Any]]: ...


def contract(
    raw: Raw,
    cleaned: Cleaned | None,
    rules: Rules,
    counted: Counting | None = None,
    lang: str = "vi",
) -> Iterator[str]:
    """The answer as JSON text, piece by piece: as one text it would take more memory than the rows.

    status: "ok", "error" (a file could not be trusted, or nothing could be read) or "skip" (only
    files that are passed over). Each row that holds a value stands in exactly one of accepted (rows
    of schools; those of one school share its key), quarantined (nobody can tell which school it
    is), ignored. doubts: the cells of accepted rows that could not be read, or are contradicted,
    and the figures each concerns.
    """
    parts = ("accepted", "doubts", "quarantined", "ignored", "repairs", "figures", "verdicts")
    answer: dict[str, Iterable[str]] = {
        "errors": (_json(_error(e, lang)) for e in raw.errors),
        "warnings": map(_json, _warnings(raw, cleaned, lang)),
        **dict.fromkeys(parts, ()),
    }
    if cleaned:
        findings = cleaned.findings
        answer |= {
            "accepted": chain(_accepted(cleaned, rules), map(_json, _plain_rows(raw, cleaned))),
            "doubts": (_json(_doubt(f, rules, lang)) for f in findings.of("doubt")),
            "quarantined": (_json(_fault(f, lang)) for f in findings.of("set_aside")),
            "ignored": (_json(_ignored(f, lang)) for f in findings.of("ignored")),
            "repairs": _repairs(cleaned, rules),
        }
    if counted:
        answer |= {"figures": map(_json, counted.figures())}
        answer |= {"verdicts": map(_json, counted.verdicts())}
    yield f'{{"status": "{status(raw)}"'
    for key, entries in answer.items():
        yield f', "{key}": ['
        yield from _with_commas(iter(entries))
        yield "]"
    yield "}\n"


def _with_commas(entries: Iterator[str]) -> Iterator[str]:
    before = ""
    while some := list(islice(entries, _TOGETHER)):
        yield before + ", ".join(some)
        before = ", "


def _warnings(raw: Raw, cleaned: Cleaned | None, lang: str) -> Iterator[str]:
    """Files passed over (locks and hidden ones need no word), and what cleaning warns of."""
    for name in raw.passed_over:
        if not is_passed_over(Path(name)):
            packed = Path(name).suffix.casefold() in ARCHIVES
            key = "archive_passed_over" if packed else "file_passed_over"
            yield say(key, lang, file=name)
    if cleaned:
        yield from remark_texts(cleaned, lang)


def status(raw: Raw) -> str:
    """ "ok", "error" or "skip"; see `contract`."""
    if raw.errors:
        return "error"
    return "ok" if raw.tables else "skip"


def write_contract(answer: Iterable[str], path: Path) -> None:
    """Write the answer in one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.writelines(piece.encode() for piece in answer)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _json(value: object) -> str:
    return encode_basestring(value) if type(value) is str else _ENCODER.encode(value)


def _error(error: InputError, lang: str) -> dict[str, str]:
    entry = {"message": error.text(lang), "file": error.file}
    return entry | {k: v for k, v in (("sheet", error.sheet), ("cell", error.cell)) if v}


def _accepted(cleaned: Cleaned, rules: Rules) -> Iterator[str]:
    """The rows of schools, their values under the standard headings."""
    for rows, columns in _shown(cleaned, rules):
        pieces = [_pieces(rules.columns[name].heading, c) for name, c in columns.items()]
        keys = map(_json, cleaned.keys(rows))
        told = zip(_places(rows), keys, zip(*pieces, strict=True), strict=True) if len(rows) else ()
        for place, key, values in told:
            yield f'{{{place}, "school": {key}, "values": {{{", ".join(values)}}}}}'


def _shown(cleaned: Cleaned, rules: Rules) -> Iterator[tuple[Rows, Mapping[str, Coded[Any]]]]:
    """The rows that are accepted, and what is told of them: those that stand for a school, then
    those that speak of one once more."""
    yield cleaned.rows, cleaned.shown
    if len(cleaned.retold):
        yield cleaned.retold, shown_columns(cleaned.retold, rules)


def _pieces(heading: str, column: Coded[Any]) -> Coded[str]:
    key = _json(heading)
    return column.map(lambda value: f"{key}: {_json(value)}")


def _places(rows: Rows) -> Iterator[str]:
    heads: dict[tuple[str, str], str] = {}
    for file, sheet, row in zip(*rows.sources().values(), strict=True):
        if (file, sheet) not in heads:
            heads[file, sheet] = f'"file": {_json(file)}, "sheet": {_json(sheet)}'
        yield f'{heads[file, sheet]}, "row": {row}'


def _plain_rows(raw: Raw, cleaned: Cleaned) -> Iterator[dict[str, Any]]:
    """Rows of the small tables beside the rosters; they are of no school."""
    barred = {(f.file, f.sheet, f.row) for f in cleaned.findings.of("set_aside")}
    for table in raw.tables:
        if table.kind == "schools":
            continue
        for i, row in enumerate(table.rows):
            if (table.file, table.sheet, row) not in barred:
                given = {n: _plain(cells[i]) for n, cells in table.cells.items()}
                place = {"file": table.file, "sheet": table.sheet, "row": row}
                yield place | {"school": None, "values": given}


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int) else str(cell)


def _fault(f: Finding, lang: str) -> dict[str, Any]:
    return _place(f) | {"cell": f.cell, "value": f.source_value or None, "reason": f.text(lang)}


def _doubt(f: Finding, rules: Rules, lang: str) -> dict[str, Any]:
    """A cell in doubt, under the standard heading of its column."""
    told: dict[str, Any] = {"column": rules.columns[f.column].heading}
    told |= {"value": f.source_value or None}
    told |= {"reason": f.text(lang), "concerns": concerned_by(f.column, rules)}
    return _place(f) | {"cell": f.cell} | told


def _ignored(f: Finding, lang: str) -> dict[str, Any]:
    return _place(f) | {"reason": f.text(lang)}


def _place(f: Finding) -> dict[str, Any]:
    return {"file": f.file, "sheet": f.sheet, "row": f.row}


def _repairs(cleaned: Cleaned, rules: Rules) -> Iterator[str]:
    """Raw and clean value of each cell that was changed; the clean one as it stands in accepted."""
    told = [*_shown(cleaned, rules)]
    shown = {name: joined([columns[name] for _, columns in told]) for name in cleaned.shown}
    single = [part for part in cleaned.findings.parts if isinstance(part, Finding)]
    yield from _of_cells([f for f in single if f.outcome == "repaired"], told, shown)
    tables = [id(t.table) for t in cleaned.rows.tables]
    positions = dict(zip(tables, _positions([rows for rows, _ in told]), strict=True))
    for part in cleaned.findings.parts:
        if isinstance(part, Repairs):
            at = positions[id(part.table)][part.rows]
            yield from _of_column(part, at, shown.get(part.column, Coded.blank(0)))


def _positions(parts: Sequence[Rows]) -> list[Places]:
    """Table by table the position of each row among several parts of them, one below the other."""
    first, *more = parts
    found = first.positions()
    for rows in more:
        own = zip(found, rows.positions(), strict=True)
        found = [np.where(at < 0, before, at + len(first)) for before, at in own]
    return found


def _of_cells(
    repairs: list[Finding],
    told: Sequence[tuple[Rows, Mapping[str, Coded[Any]]]],
    shown: Mapping[str, Coded[Any]],
) -> Iterator[str]:
    parts = [rows.sources().values() for rows, _ in told] if repairs else []
    sources = chain.from_iterable(zip(*columns, strict=True) for columns in parts)
    places = {place: i for i, place in enumerate(sources)}
    for f in repairs:
        at = places.get((f.file, f.sheet, f.row))
        known = at is not None and f.column in shown
        clean = shown[f.column][at or 0] if known else f.clean_value
        place = f'"file": {_json(f.file)}, "sheet": {_json(f.sheet)}, "cell": "{f.cell}"'
        yield f"{{{place}, {_change(f.source_value, clean, f.rule)}}}"


def _of_column(repairs: Repairs, at: Places, column: Coded[Any]) -> Iterator[str]:
    """`at`: the positions of the rows among the accepted ones, -1 for a row set aside; `column` as
    it stands in accepted, empty where it does not."""
    table = repairs.table
    cells = table.cells[repairs.column]
    codes = np.where(at < 0, -1, column.codes[at] if len(column) else -1)

    def change(pair: tuple[int, int]) -> str:
        code, shown = pair
        clean = repairs.clean(code) if shown < 0 else column.values[shown]
        return _change(show(cells.values[code]), clean, repairs.values[code].rule)

    pairs = zip(cells.codes[repairs.rows].tolist(), codes.tolist(), strict=True)
    both = Coded.of(pairs).map(change)
    letters = column_letters(table.header.columns[repairs.column])
    head = f'"file": {_json(table.file)}, "sheet": {_json(table.sheet)}, "cell": "{letters}'
    for row, piece in zip(repairs.rows.tolist(), both, strict=True):
        yield f'{{{head}{table.rows[row]}", {piece}}}'


def _change(raw: str, clean: object, rule: str) -> str:
    text = None if clean is None or clean == "" else str(clean)
    return f'"raw": {_json(raw)}, "clean": {_json(text)}, "rule": {_json(rule)}'
