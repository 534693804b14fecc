"""A table of PowerPoint: the numbers behind a picture."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from analysis.charts.lettering import width_of, wrap
from analysis.charts.style import colour
from analysis.export.shown import ShownTable
from analysis.slides.fitting import HEIGHT, WIDTH
from analysis.slides.shapes import A, text_of, write_text

_LIGHT = "{3C2FFA5D-87B4-456A-9821-1D502468CF0F}"  # Light Style 1, Accent 1: lines, no boxes
_LETTERS, _ROW, _WIDEST = 14, 0.36, 260
_SIDES, _LINE, _AIR = 15, 17, 8  # points beside the words of a cell, of a line, above and below


def cells_of(table: ShownTable) -> list[list[str]]:
    """Headings and rows as they are written."""
    return [list(table.headings), *(list(row) for row in table.rows)]


def fits(table: ShownTable) -> bool:
    """Whether the table stays within the room of a slide once its cells are broken into lines."""
    rows = cells_of(table)
    widths = [WIDTH * share - _SIDES for share in _shares(rows)]
    lines = (
        max(
            1 + wrap(text, width, _LETTERS, bold=i == 0).count("\n")
            for text, width in zip(row, widths, strict=True)
        )
        for i, row in enumerate(rows)
    )
    return sum(max(72 * _ROW, _LINE * count + _AIR) for count in lines) <= HEIGHT


def add_table(slide: Any, table: ShownTable, room: tuple[int, ...], tag: str) -> Any:
    """Put a table into a room of the slide (left, top, width, height in EMU)."""
    rows = cells_of(table)
    left, top, width, height = room
    row_height = min(round(_ROW * 914400), height // len(rows))
    frame = slide.shapes.add_table(
        len(rows), len(rows[0]), left, top, width, row_height * len(rows)
    )
    style = frame._element.xpath(".//a:tableStyleId")[0]
    style.text = _LIGHT
    frame.table.horz_banding = False
    for i, share in enumerate(_shares(rows)):
        frame.table.columns[i].width = round(width * share)
    write_cells(frame._element, rows, table.numeric, tag)
    return frame


def write_cells(frame: Any, rows: list[list[str]], numeric: tuple[bool, ...], tag: str) -> None:
    """The words of a new table: headings bold, numbers at the right, totals as they come."""
    for line, element in zip(rows, frame.xpath(".//a:tr"), strict=True):
        for text, number, cell in zip(line, numeric, element.xpath("./a:tc"), strict=True):
            for old in cell.xpath("./a:tcPr"):
                cell.remove(old)
            write_text(cell.find(_BODY), text, tag, _LETTERS)
            for look in cell.xpath(".//a:p"):
                look.get_or_add_pPr().set("algn", "r" if number else "l")
            _rule(cell, "ink.rule" if line is rows[0] else "ink.grid")
    for run in frame.xpath(".//a:tr[1]//a:rPr"):
        run.set("b", "1")


def _rule(cell: Any, ink: str) -> None:
    """A line below a cell, and no ground."""
    from pptx.oxml import parse_xml

    rgb = colour(ink).lstrip("#")
    cell.append(
        parse_xml(
            f'<a:tcPr xmlns:a="{_MAIN}" anchor="ctr"><a:lnB w="9525"><a:solidFill>'
            f'<a:srgbClr val="{rgb}"/></a:solidFill></a:lnB><a:noFill/></a:tcPr>'
        )
    )


_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_BODY = f"{{{_MAIN}}}txBody"


def read_cells(frame: Any) -> list[list[str]]:
    """What the cells of a table say now."""
    return [
        [text_of(cell.find(_BODY)) for cell in row.iter(f"{A}tc")] for row in frame.iter(f"{A}tr")
    ]


def rewrite_cells(frame: Any, rows: list[list[str]], tag: str) -> None:
    """Other words in a table that stands; rows and columns come and go, the look of each stays."""
    table = next(frame.iter(f"{A}tbl"))
    _fit(table, f"{A}tr", len(rows))
    _fit(table.find(f"{A}tblGrid"), f"{A}gridCol", len(rows[0]))
    for line, row in zip(rows, table.iter(f"{A}tr"), strict=True):
        _fit(row, f"{A}tc", len(line))
        for text, cell in zip(line, row.iter(f"{A}tc"), strict=True):
            write_text(cell.find(_BODY), text, tag)


def _fit(parent: Any, kind: str, wanted: int) -> None:
    """As many children of a kind as wanted: the last but one is doubled, the last is a total."""
    children = parent.findall(kind)
    for child in children[wanted:]:
        parent.remove(child)
    for _ in range(wanted - len(children)):
        children[-2:][0].addnext(deepcopy(children[-2:][0]))


def _shares(rows: list[list[str]]) -> list[float]:
    """The widths of the columns, by their longest cell, within bounds; a heading may take two
    lines. Where that is more than there is, each gives of what its longest word does not need."""
    columns = [*zip(*rows, strict=True)]
    widths = [2 * _LETTERS + min(_width(*column), _WIDEST) for column in columns]
    least = [_SIDES + _widest(" ".join(column).split()) for column in columns]
    if sum(widths) > WIDTH > sum(least):
        part = (WIDTH - sum(least)) / (sum(widths) - sum(least))
        widths = [low + part * (width - low) for low, width in zip(least, widths, strict=True)]
    return [width / sum(widths) for width in widths]


def _widest(words: Sequence[str]) -> float:
    return max((width_of(word, _LETTERS, bold=True) for word in words), default=0.0)


def _width(heading: str, *cells: str) -> float:
    head = width_of(heading, _LETTERS, bold=True)
    return max(
        0.6 * head if " " in heading else head,
        _widest(heading.split()),
        *(width_of(cell, _LETTERS) for cell in cells),
    )
