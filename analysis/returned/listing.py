"""The first sheet of a returned workbook: what to mend, one row each, with a way to the cell.

No row of it looks like the headings of a list of schools, so that readers pass it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.reference import Number, say
from analysis.returned.faults import Fault
from analysis.returned.marking import place_of
from analysis.returned.styles import FAULT, Styles
from analysis.returned.workbook import quoted
from analysis.returned.writing import (
    blank_cell,
    number_cell,
    row_xml,
    sheet_xml,
    text_cell,
)
from analysis.workbooks.offsets import escaped

HEADING_ROW = 7  # as the sheet counts, from 1; the lines above are always there
PRINT_TITLES = f"${HEADING_ROW}:${HEADING_ROW}"
MOST_LINKS = 20_000  # programs stop at 65,530 a sheet and are slow long before
HEADINGS = ("number", "kind", "sheet", "cell", "value", "cause", "remedy")
LOOK_COLUMN = len(HEADINGS)
_WIDTHS = (6, 10, 16, 9, 24, 46, 42)
_LINE, _MARGIN = 13.5, 5  # points: programs do not make rows as high as their texts by themselves
_LANDSCAPE = (
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;C&amp;P/&amp;N</oddFooter></headerFooter>"
)


@dataclass(frozen=True)
class Told:
    """What is said above the list."""

    file: str
    most_notes: int  # how many notes a sheet has at most; 0 where all have one
    copied: str  # the kind of file the sender's was, where a new one had to be made
    office: str
    lang: str


def list_sheet(
    faults: Sequence[Fault], told: Told, looks_before: Mapping[tuple[str, str], int], styles: Styles
) -> bytes:
    """The sheet. `looks_before`: (sheet, cell) -> the look a marked cell had. It is kept in a
    hidden column, so that a later return can take marks off again."""
    looks = _Looks(styles)
    at = HEADING_ROW - 1
    headings = [say(f"returned_head_{name}", told.lang) for name in HEADINGS]
    cells = [text_cell(at, c, text, looks.heading) for c, text in enumerate(headings)]
    rows = [*_head(faults, told, looks), row_xml(at, cells, height=_LINE + 2 * _MARGIN)]
    links: list[str] = []
    for number, fault in enumerate(faults, 1):
        before = looks_before.get((fault.sheet, fault.cell))
        linked = before is not None and len(links) < MOST_LINKS
        r = at + number
        cells = _cells(r, number, fault, told.lang, looks, linked, before)
        rows.append(row_xml(r, cells, height=_height(fault)))
        if linked:
            links.append(_link(f"D{r + 1}", fault))
    block = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return sheet_xml(_before(), rows, block + _LANDSCAPE)


def _head(faults: Sequence[Fault], told: Told, looks: _Looks) -> list[str]:
    styles = [looks.title, looks.strong, looks.line, looks.line, looks.line]
    lines = zip(_lines(faults, told), styles, strict=True)
    return [
        row_xml(r, [text_cell(r, 0, text, look)], height=26 if not r else 17)
        for r, (text, look) in enumerate(lines)
    ]


def _height(fault: Fault) -> float:
    """Points for the longest of the texts, broken into lines."""
    texts = (fault.sheet, fault.value, fault.cause, fault.remedy)
    widths = (_WIDTHS[2], *_WIDTHS[4:])
    lines = max(-(-len(t) // w) for t, w in zip(texts, widths, strict=True))
    return max(lines, 1) * _LINE + _MARGIN


def _lines(faults: Sequence[Fault], told: Told) -> list[str]:
    """The lines above the list: what it is, how much, how to mend, how to send it back."""
    limits = [say("returned_copied", told.lang, kind=told.copied)] if told.copied else []
    if told.most_notes:
        most = Number(told.most_notes)
        limits.append(say("returned_most", told.lang, most=most))
    office = told.office or say("returned_office", told.lang)
    return [
        say("returned_title", told.lang, file=told.file),
        _counts(faults, told.lang),
        say("returned_how", told.lang),
        say("returned_send", told.lang, office=office),
        " ".join(limits),
    ]


def _counts(faults: Sequence[Fault], lang: str) -> str:
    """How much there is to mend, and what is counted all the same."""
    wrong = [f for f in faults if f.kind == FAULT]
    rows = {(f.sheet, f.row) for f in wrong}
    aside = {(f.sheet, f.row) for f in wrong if f.aside}
    counts = {"faults": len(wrong), "rows": len(rows), "warnings": len(faults) - len(wrong)}
    lines = [say("returned_counts", lang, **{n: Number(c) for n, c in counts.items()})]
    if aside:
        lines.append(say("returned_aside", lang, count=Number(len(aside))))
    if rows - aside:
        lines.append(say("returned_doubts", lang))
    return " ".join(lines)


def _cells(
    r: int, number: int, fault: Fault, lang: str, looks: _Looks, linked: bool, before: int | None
) -> list[str]:
    kind = say(f"returned_{fault.kind}", lang)
    cells = [
        number_cell(r, 0, number, looks.middle),
        text_cell(r, 1, kind, looks.kinds[fault.kind]),
        text_cell(r, 2, fault.sheet, looks.text),
        text_cell(r, 3, fault.cell, looks.link if linked else looks.text),
        text_cell(r, 4, fault.value, looks.text),
        text_cell(r, 5, fault.cause, looks.text),
        text_cell(r, 6, fault.remedy, looks.text),
    ]
    return cells if before is None else [*cells, blank_cell(r, LOOK_COLUMN, before)]


def _link(at: str, fault: Fault) -> str:
    """A way to a cell of this workbook; it can lead nowhere else, whatever the sheet is called."""
    return f'<hyperlink ref="{at}" location="{escaped(quoted(fault.sheet))}!{fault.cell}"/>'


def _before() -> str:
    columns = "".join(
        f'<col min="{c}" max="{c}" width="{width}" customWidth="1"/>'
        for c, width in enumerate(_WIDTHS, 1)
    )
    look = LOOK_COLUMN + 1
    below = f"A{HEADING_ROW + 1}"
    return (
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane'
        f' ySplit="{HEADING_ROW}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="14"/><cols>{columns}'
        f'<col min="{look}" max="{look}" width="4" hidden="1" customWidth="1"/></cols>'
    )


def in_order(faults: Iterable[Fault], sheets: Sequence[str]) -> list[Fault]:
    """Faults before warnings, each in the order of the sheets, rows and columns."""
    position = {name: i for i, name in enumerate(sheets)}

    def key(fault: Fault) -> tuple[bool, int, int, int]:
        place = place_of(fault.cell)
        column = place[1] if place else 0
        return fault.kind != FAULT, position.get(fault.sheet, -1), fault.row, column

    return sorted(faults, key=key)


class _Looks:
    """The looks of the cells of the list."""

    def __init__(self, styles: Styles) -> None:
        arial = '<name val="Arial"/><family val="2"/>'
        plain = styles.add("fonts", f'<font><sz val="10"/>{arial}</font>')
        bold = styles.add("fonts", f'<font><b/><sz val="10"/>{arial}</font>')
        large = styles.add("fonts", f'<font><b/><sz val="16"/>{arial}</font>')
        white = styles.add(
            "fonts", f'<font><b/><sz val="10"/><color rgb="FFFFFFFF"/>{arial}</font>'
        )
        blue = styles.add("fonts", f'<font><u/><sz val="10"/><color rgb="FF0563C1"/>{arial}</font>')
        dark = styles.add("fills", _fill("FF12436D"))
        rose, cream = (styles.add("fills", _fill(c)) for c in ("FFFBE4E4", "FFFFF8DC"))
        frame = styles.add("borders", _frame())
        self.title = styles.add("cellXfs", _look(large))
        self.strong = styles.add("cellXfs", _look(bold))
        self.line = styles.add("cellXfs", _look(plain))
        self.heading = styles.add("cellXfs", _look(white, dark, frame, "center"))
        self.text = styles.add("cellXfs", _look(plain, 0, frame, "left", quoted=True))
        self.link = styles.add("cellXfs", _look(blue, 0, frame, "left", quoted=True))
        self.middle = styles.add("cellXfs", _look(plain, 0, frame, "center"))
        kinds = {kind: styles.add("cellXfs", _look(bold, fill, frame, "left"))
                 for kind, fill in (("fault", rose), ("warning", cream))}  # fmt: skip
        self.kinds = kinds


def _look(font: int, fill: int = 0, border: int = 0, side: str = "", quoted: bool = False) -> str:
    """A format; in the list texts are broken into lines."""
    indent = ' indent="1"' if side == "left" else ""
    lines = (
        f'<alignment horizontal="{side}" vertical="center" wrapText="1"{indent}/>' if side else ""
    )
    return (
        f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
        f'{QUOTED if quoted else ""} applyFont="1" applyFill="1" applyBorder="1"'
        f' applyAlignment="1">{lines}</xf>'
    )


QUOTED = ' quotePrefix="1"'  # stays text also when somebody goes into the cell and out again


def _fill(colour: str) -> str:
    solid = f'<fgColor rgb="{colour}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{solid}</patternFill></fill>'


def _frame() -> str:
    edge = ' style="thin"><color rgb="FFBFBFBF"/></'
    edges = "".join(f"<{side}{edge}{side}>" for side in ("left", "right", "top", "bottom"))
    return f"<border>{edges}<diagonal/></border>"
