"""A sheet of our own, written as XML: texts are texts whatever they begin with."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from analysis.export.safe_text import printable
from analysis.raw import Cell, ErrorCell, LogicalCell, address
from analysis.workbooks.offsets import Element, escaped
from analysis.workbooks.parts import DECLARATION

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LONGEST_TEXT = 32_767
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
_FIRST_DAY = dt.datetime(1899, 12, 30)
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def in_main(element: str, root: Element) -> bytes:
    """An element of the main namespace, for a part whose own elements may have a prefix."""
    if root.prefix:
        name = re.match(r"<\w+", element)
        assert name is not None
        element = f'{name[0]} xmlns="{MAIN}"{element[name.end() :]}'
    return element.encode()


def text_element(tag: str, text: str) -> str:
    """A text of a cell or a note, with its spaces and line ends. Open XML writes signs that XML
    cannot hold as _x000D_, so that a text which looks like one must be written the same way."""
    shown = escaped(printable(_ESCAPED.sub("_x005F_", text).replace("\r", "_x000D_")))
    return f'<{tag} xml:space="preserve">{shown}</{tag}>'


def sheet_xml(before: str, rows: Iterable[str], after: str = "") -> bytes:
    """A worksheet: what stands before its rows, the rows, what stands after them."""
    data = f"<sheetData>{''.join(rows)}</sheetData>"
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{before}{data}{after}</worksheet>'.encode()


def row_xml(row: int, cells: Iterable[str], *, hidden: bool = False, height: float = 0) -> str:
    """A row (counted from 0); `height` in points, where it is not the usual one."""
    high = f' ht="{height:g}" customHeight="1"' if height else ""
    unseen = ' hidden="1"' if hidden else ""
    return f'<row r="{row + 1}"{high}{unseen}>{"".join(cells)}</row>'


def text_cell(row: int, column: int, text: str, look: int) -> str:
    """A cell that holds a text."""
    cut = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    inside = f"<is>{text_element('t', cut)}</is>"
    return f'<c r="{address(row, column)}" s="{look}" t="inlineStr">{inside}</c>'


def number_cell(row: int, column: int, value: float, look: int) -> str:
    """A cell that holds a number."""
    return f'<c r="{address(row, column)}" s="{look}"><v>{value!r}</v></c>'


def blank_cell(row: int, column: int, look: int) -> str:
    """A cell that has only a look."""
    return f'<c r="{address(row, column)}" s="{look}"/>'


def serial(value: dt.datetime | dt.time | dt.timedelta) -> float | None:
    """A date or time as spreadsheets count it; None for a day they do not know."""
    if isinstance(value, dt.datetime):
        days = (value - _FIRST_DAY) / dt.timedelta(days=1)
        days -= value < dt.datetime(1900, 3, 1)  # they count a 29 February 1900
        return days if days >= 1 else None
    if isinstance(value, dt.time):
        value = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    days = value / dt.timedelta(days=1)
    return days if days >= 0 else None


def other_cell(row: int, column: int, value: Cell, look: int) -> str:
    """A failed formula or a logical value."""
    kind, text = "e", "#N/A"
    if isinstance(value, LogicalCell):
        kind, text = "b", str(int(value.value))
    elif isinstance(value, ErrorCell) and value.text in _ERRORS:
        text = value.text
    return f'<c r="{address(row, column)}" s="{look}" t="{kind}"><v>{text}</v></c>'
