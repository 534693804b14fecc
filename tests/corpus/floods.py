"""Floods: more cells, rows, styles or names than any workbook has, and cells far away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests import binary_workbooks as make
from tests.corpus import packages as ooxml
from tests.corpus.case import Case, Cases, Must, all_of, content, refused
from tests.corpus.containers import plain_cells
from tests.corpus.packages import BOOK, SHEET, STRINGS, STYLES

FINE = all_of(2, 3, 4)
REFUSED = refused("")


def cases() -> Cases:
    """Floods: all cases."""
    return [*_floods(), *_far()]


def heavy(name: str, write: Callable[[], bytes], *musts: Must, file: str = "a.xlsx") -> Case:
    """A case that could hurt: run in a process of its own."""
    return content(name, file, write, *musts, confined=True)


def told(cell: str) -> Must:
    """All is read, and a warning names this cell."""
    return Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=(cell,))


def bomb(piece: bytes, count: int) -> bytes:
    """A sheet of one piece, again and again."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in ooxml.parts().items():
            if name != SHEET:
                archive.writestr(name, part)
        with archive.open(SHEET, "w", force_zip64=True) as stream:
            stream.write(f'<worksheet xmlns="{ooxml.MAIN}"><sheetData>'.encode())
            for _ in range(count):
                stream.write(piece)
            stream.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _rows_then(more: bytes) -> bytes:
    made: dict[str, str | bytes] = {**ooxml.parts()}
    head, sign, end = str(made[SHEET]).partition("</sheetData>")
    return make.zipped({**made, SHEET: head.encode() + more + (sign + end).encode()})


def _floods() -> Cases:
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(10, 300_000))
    styles = "<xf/>" * 3_000_000
    names = "".join(f'<definedName name="n{n}">A!$A$1</definedName>' for n in range(100_000))
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, 5000))
    near = b"".join(b'<row r="%d"><c r="B%d" s="1"/></row>' % (n, n) for n in range(5, 200_000))
    return [
        heavy(
            "a million nearly blank rows",
            lambda: _rows_then(
                b"".join(
                    b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(5, 1_048_577)
                )
            ),
            FINE,
            REFUSED,
        ),
        heavy("two hundred thousand blank rows", lambda: _rows_then(near), FINE, REFUSED),
        heavy("a hundred million blank cells", lambda: bomb(b"<c/>" * 2**16, 1500), REFUSED),
        heavy(
            "three hundred thousand merges",
            lambda: ooxml.book(behind=f"<mergeCells>{merges}</mergeCells>"),
            FINE,
            REFUSED,
        ),
        heavy(
            "three million styles",
            lambda: ooxml.replaced(STYLES, "<cellXfs", f"<cellXfs>{styles}</cellXfs><x"),
            FINE,
            REFUSED,
        ),
        heavy(
            "a hundred thousand names",
            lambda: ooxml.replaced(
                BOOK, "</sheets>", f"</sheets><definedNames>{names}</definedNames>"
            ),
            FINE,
            REFUSED,
        ),
        heavy(
            "five thousand sheets of one part",
            lambda: ooxml.replaced(BOOK, "</sheets>", f"{sheets}</sheets>"),
            REFUSED,
        ),
        heavy(
            "a hundred thousand nested elements",
            lambda: ooxml.replaced(
                SHEET, "<sheetData>", f"{'<a>' * 100_000}{'</a>' * 100_000}<sheetData>"
            ),
            FINE,
            REFUSED,
        ),
        heavy(
            "an attribute of fifty megabytes",
            lambda: ooxml.replaced(SHEET, "<sheetData>", f'<sheetData a="{"x" * 50_000_000}">'),
            REFUSED,
        ),
        heavy(
            "a text of fifty megabytes",
            lambda: ooxml.replaced(STRINGS, ">Công lập<", f">{'x' * 50_000_000}<"),
            REFUSED,
        ),
        heavy(
            "all columns hidden",
            lambda: ooxml.book(before='<cols><col min="1" max="999999999" hidden="1"/></cols>'),
            FINE,
            REFUSED,
        ),
        heavy(
            "a merge over all",
            lambda: ooxml.book(behind='<mergeCells><mergeCell ref="A20:XFD1048576"/></mergeCells>'),
            FINE,
            REFUSED,
        ),
        heavy(
            "texts of two million",
            lambda: ooxml.replaced(STRINGS, "</sst>", "<si><t>x</t></si>" * 2_000_000 + "</sst>"),
            FINE,
            REFUSED,
        ),
    ]


def _far() -> Cases:
    last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    wide = '<c r="XFD4"><v>1</v></c></row></sheetData>'
    deep = '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    beyond = '<row r="9999999"><c r="A9999999"><v>1</v></c></row></sheetData>'
    ods = make.ods(
        make.ods_table(
            *[[str(v) for v in r] for r in ooxml.ROWS],
            '<table:table-row table:number-rows-repeated="1000000000">'
            + make.ods_cell("x")
            + "</table:table-row>",
        )
    )
    repeated = make.ods(
        make.ods_table(
            "<table:table-row>"
            + make.ods_cell("x", 'table:number-columns-repeated="1000000000"')
            + "</table:table-row>"
        )
    )
    far_cells = {**plain_cells(), (65535, 255): 1.0}
    return [
        heavy(
            "a value in the last cell",
            lambda: ooxml.replaced(SHEET, "</sheetData>", last),
            told("XFD1048576"),
            REFUSED,
        ),
        heavy(
            "a value in the last column",
            lambda: ooxml.replaced(SHEET, "</row></sheetData>", wide),
            told("XFD4"),
            REFUSED,
        ),
        heavy(
            "a value in the last row",
            lambda: ooxml.replaced(SHEET, "</sheetData>", deep),
            told("A1048576"),
            REFUSED,
        ),
        heavy(
            "a row beyond the last", lambda: ooxml.replaced(SHEET, "</sheetData>", beyond), REFUSED
        ),
        content(
            "column ZZZ",
            "a.xlsx",
            ooxml.replaced(SHEET, 'r="N4"', 'r="ZZZ4"'),
            REFUSED,
            Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("ZZZ",)),
        ),
        heavy("a row a thousand million times", lambda: ods, REFUSED, file="a.ods"),
        heavy("a cell a thousand million times", lambda: repeated, REFUSED, file="a.ods"),
        heavy(
            "the last cell of an old workbook",
            lambda: make.xls({"Sheet": far_cells}),
            FINE,
            REFUSED,
            file="a.xls",
        ),
    ]
