"""A case of the corpus: an input, how it is made, and what must become of each of its rows.

What must hold is written from the contract and the rules of the domain, never from an answer of the
program. Where two answers can be defended, both are named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests.workbooks import HEADINGS, NAMES, save, school

Rows = Sequence[Sequence[Any]]
# A row number, with its sheet, or with file and sheet, where there are several.
Place = int | tuple[Any, ...]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Must:
    """What must hold of an answer; what is None may be anything.

    `accepted`: all rows that are, with some of their values by the short names of
    `tests.workbooks`; `aside`: all rows set aside, with the cell ("" for any). `doubts`: all rows
    with a cell in doubt, with these cells, a space between them ("" for any). `schools`: how many
    schools the accepted rows are, where several rows speak of one. `repaired`: cells that are
    repaired, maybe others; `repaired_rules`: rules of repairs. `warned`: words each of which some
    warning holds; `unwarned`: words that none holds. `counted`: how many schools there are that
    may have CQG. `error`: one of these words stands in the errors, split by "|".
    """

    status: str = "ok"
    accepted: Mapping[Any, Values] | None = None
    aside: Mapping[Any, str] | None = None
    doubts: Mapping[Any, str] | None = field(default_factory=dict)
    schools: int | None = None
    repaired: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    unwarned: tuple[str, ...] = ()
    repaired_rules: tuple[str, ...] = ()
    counted: int | None = None
    error: str = ""


@dataclass(frozen=True)
class Case:
    """`make` writes into a folder and gives the input. `rows`: how many rows hold a value, where
    openpyxl cannot count them. `confined`: run in a process of its own, with its memory watched.
    `exports`: with the exports, which are opened again. `quick`: the answer alone, not the screen.
    """

    name: str
    make: Callable[[Path], Path]
    musts: tuple[Must, ...]
    rows: int | None = None
    confined: bool = False
    exports: bool = False
    quick: bool = False


Cases = list[Case]


def took(clean: Any, *warned: str) -> tuple[Any, ...]:
    """The cell is accepted with this value."""
    return ("took", clean, warned)


def doubted(*names: str) -> tuple[Any, ...]:
    """The school counts, and the cells of these columns are in doubt (short names; none: the cell
    itself)."""
    return ("doubted", names)


# The cell cannot be read, or is contradicted.
OUT = doubted()


def one(name: str, what: str, value: Any, /, *ends: tuple[Any, ...], **also: Any) -> Case:
    """Three schools, the second with `what` holding `value` (and `also` other cells)."""
    rows = [school(1), school(2, **{what: value}, **also), school(3)]
    musts = tuple(_one(what, value, end) for end in ends)
    like_formula = any(isinstance(cell, str) and cell.startswith("=") for cell in rows[1])
    make = _typed_with_apostrophe if like_formula else save
    return Case(f"{what}: {name}", lambda folder: make(folder / "a.xlsx", rows), musts, quick=True)


def _typed_with_apostrophe(path: Path, rows: Rows) -> Path:
    """A workbook in which what looks like a formula is text."""
    book = load_workbook(save(path, rows))
    for cell in (c for sheet in book for line in sheet.iter_rows() for c in line):
        if cell.data_type == "f":
            cell.data_type = "s"
    book.save(path)
    return path


def letter(what: str) -> str:
    """The column of a short name in the usual roster."""
    return "ABCDEFGHIJKLMN"[HEADINGS.index(NAMES[what])]


def _one(what: str, value: Any, end: tuple[Any, ...]) -> Must:
    cell = f"{letter(what)}3"
    if end[0] == "doubted":
        return second_doubted(*(end[1] or (what,)))
    changed = plain(value) != end[1]
    return Must(
        accepted={2: {}, 3: {what: end[1]}, 4: {}},
        aside={},
        repaired=(cell,) if changed else (),
        warned=end[2],
    )


def second_doubted(*names: str) -> Must:
    """Of three schools the second has these cells in doubt, and no others."""
    cells = " ".join(f"{letter(name)}3" for name in names)
    unread: dict[str, Any] = dict.fromkeys(names)
    return Must(accepted={2: {}, 3: unread, 4: {}}, aside={}, doubts={3: cells})


def plain(value: Any) -> Any:
    """A value of a workbook as an answer tells it where nothing was changed."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def roster(
    name: str,
    rows: Rows,
    must: Must | Sequence[Must],
    headings: Sequence[Any] = HEADINGS,
    **more: Any,
) -> Case:
    """A workbook of one sheet, written by openpyxl."""
    musts = (must,) if isinstance(must, Must) else tuple(must)
    more = {"quick": True, **more}
    return Case(name, lambda folder: save(folder / "a.xlsx", rows, headings), musts, **more)


def all_of(*places: Place) -> Must:
    """These rows are accepted, none is set aside, and no cell is in doubt."""
    return Must(accepted={place: {} for place in places}, aside={})


def refused(words: str) -> Must:
    """Nothing is used; the message holds one of these words."""
    return Must(status="error", accepted={}, aside={}, error=words)


SKIPPED = Must(status="skip", accepted={}, aside={})


def content(
    name: str, file: str, make: bytes | Callable[[], bytes], *musts: Must, **more: Any
) -> Case:
    """A file of these bytes."""

    def write(folder: Path) -> Path:
        path = folder / file
        path.write_bytes(make if isinstance(make, bytes) else make())
        return path

    return Case(name, write, musts, **more)


def with_exports(case: Case) -> Case:
    """The same case, its exports looked at too."""
    return replace(case, exports=True)
