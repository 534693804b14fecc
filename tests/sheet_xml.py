"""Sheet XML as programs write it, and as no program would: made up for tests of the readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from analysis.reference import InputError
from analysis.workbooks.cells import Sheet, column_letters
from analysis.workbooks.formats import Formats, shown_as
from analysis.workbooks.package import DocumentTypeFound
from analysis.workbooks.rich_text import RichText, Run

REFUSALS = (InputError, DocumentTypeFound, expat.ExpatError, UnicodeError, LookupError)
STRINGS = ["Mã trường", "", " Xã A ", "x_y", "12", "Trường TH&THCS", "#N/A"]
STRINGS += [
    RichText("12", [Run("1", struck=True), Run("2", struck=False)]),
    RichText("Số 2", [Run("Số ", struck=False), Run("2")]),
]
_FORMATS = {4: "00000000", 12: "000", 13: '"Cấp độ "0;;"Chưa"', 14: '@" (cũ)"'}
SHOWN = {style: found for style, code in _FORMATS.items() if (found := shown_as(code))}
# Style 3 shows dates, 4 codes of eight digits, 5 is struck through, 11 and 123 show dates as well;
# 13 and 14 add words.
STYLES = Formats(dates={3, 11, 123}, shown=SHOWN, struck={5, 123})

_BEHIND = ["", '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>']
_TYPES = ["n", "s", "str", "b", "e", "d", "inlineStr", "z"]
_WORDS = ["1", "TRUE", "true", "0", "#N/A", "#REF!", "2024-05-31"]
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x7f\ufffe\uffff"
)
TEXTS = st.one_of(
    st.sampled_from(["Trường Tiểu học Số 1", "  hai  ", "", "_x000D_", "a\nb", "]]", "&", "<&>"]),
    st.text(_LETTERS.filter(lambda c: c >= " " or c in "\t\n"), max_size=12),
)
NUMBERS = st.one_of(
    st.integers(0, 99).map(str),
    st.integers(0, 10**9).map(str),
    st.integers(-(10**17), 10**17).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(
        ["45465", "45465.5", "0.1", "2958466", "007", "1E3", "-0", "1e400", "60", "5."]
    ),
)
ODD_NUMBERS = st.sampled_from([" 5 ", "1_000", "nan", "INF", "٣", "", "0x1", "1,5", "--1", "+7"])


@dataclass(frozen=True)
class Plain:
    """Settings of one writer: what all of its cells have in common."""

    space: str = ""  # before the end of an empty element
    number: str = ""  # the type it writes for numbers
    late_style: bool = False
    keeps_spaces: bool = False
    inline: bool = False


WRITERS = st.builds(
    Plain,
    space=st.sampled_from(["", " "]),
    number=st.sampled_from(["", ' t="n"']),
    late_style=st.booleans(),
    keeps_spaces=st.booleans(),
    inline=st.booleans(),
)
STYLE_NUMBERS = st.sampled_from(
    ["", "0", "3", "4", "5", "11", "12", "13", "14", "99", "123", "999"]
)


@st.composite
def plain_cells(draw: st.DrawFn, writer: Plain, address: str) -> str:
    """A cell as programs write most of them."""
    style = draw(STYLE_NUMBERS)
    kind = draw(st.sampled_from(["empty", "number", "text"]))
    said = f' s="{style}"' if style else ""
    if kind == "empty":
        return f'<c r="{address}"{said}{writer.space}/>'
    if kind == "number":
        content, typed = f"<v>{draw(NUMBERS)}</v>", writer.number
    elif writer.inline:
        kept = ' xml:space="preserve"' if writer.keeps_spaces else ""
        content = f"<is><t{kept}>{escape(draw(TEXTS))}</t></is>"
        typed = ' t="inlineStr"'
    else:
        content, typed = f"<v>{draw(st.integers(0, len(STRINGS) - 1))}</v>", ' t="s"'
    attributes = f"{typed}{said}" if writer.late_style else f"{said}{typed}"
    return f'<c r="{address}"{attributes}>{content}</c>'


@st.composite
def odd_cells(draw: st.DrawFn, address: str) -> str:
    """A cell as some programs write it, or none."""
    text, number = escape(draw(TEXTS)), draw(st.one_of(NUMBERS, ODD_NUMBERS))
    pieces = {
        "r": draw(
            st.sampled_from([f' r="{address}"'] * 12 + ["", ' r="$B$2"', ' r="b2"', ' r="?"'])
        ),
        "s": draw(st.sampled_from(["", ' s="3"', ' s="1500"', ' s=""', ' s="x"', " s='4'"])),
        "t": draw(st.sampled_from(["", *(f' t="{t}"' for t in _TYPES)])),
        "other": draw(st.sampled_from(["", "", ' cm="1"', ' x14ac:dyDescent="0.25"'])),
    }
    order = draw(st.permutations(sorted(pieces)))
    content = draw(
        st.sampled_from([
            f"<v>{number}</v>",
            f"<v>{text}</v>",
            f"<v>{draw(st.integers(-1, 9))}</v>",
            f"<f>SUM(A1:A3)</f><v>{number}</v>",
            f'<f t="shared" si="0" ref="A1:A9"/><v>{number}</v>',
            "<f>1+1</f>",
            "<f>1+1</f><v></v>",
            "<v/>",
            "<v></v>",
            f"<is><t>{text}</t></is>",
            f"<is><t/></is><v>{number}</v>",
            f"<is><r><rPr><b/></rPr><t>{text}</t></r><r><t> hai</t></r></is>",
            f"<is><r><rPr><strike/></rPr><t>1</t></r><r><t>{text}</t></r></is>",
            f'<f t="shared" si="1" ref="A1:A9">[1]S!A1</f><v>{number}</v>',
            f'<f t="shared" si="1"/><v>{number}</v>',
            f'<is><t>{text}</t><rPh sb="0" eb="1"><t>kana</t></rPh></is>',
            f"<is><t>{text}</t><t>nữa</t></is>",
            f"<v><![CDATA[{draw(st.sampled_from(['5', '<c>', 'x']))}]]></v>",
            f"<!-- <c r='A1'/> --><v>{number}</v>",
            f"<v>{draw(st.sampled_from(_WORDS))}</v>",
            "<v>&#49;&#x32;</v>",
            "<is><t>m&#7897;t&#10;hai&#13;</t></is>",
            f"<extLst><ext/></extLst><v>{number}</v>",
            " ",
            "",
        ])
    )  # fmt: skip
    return f"<c{''.join(pieces[name] for name in order)}>{content}</c>"


@st.composite
def sheets(draw: st.DrawFn, odd: bool = True) -> str:
    """A worksheet: a few rows of a few cells, most of them written by one program."""
    writer = draw(WRITERS)
    prefix = draw(st.sampled_from(["", "", "", "x:"])) if odd else ""
    rows, number = [], 0
    for _ in range(draw(st.integers(0, 6))):
        number += draw(st.sampled_from([1, 1, 1, 2, 40]))
        rows.append(draw(_rows(writer, number, odd)))
    between = draw(st.sampled_from(["", "", "", "\n", "\n  "] if odd else ["", "", "\n"]))
    xml = (
        f'<worksheet xmlns{prefix and ":x"}="{_SPACE}"><dimension ref="A1:C9"/>'
        '<cols><col min="2" max="3" hidden="1"/></cols>'
        f"<sheetData>{between}{between.join(rows)}{between}</sheetData>"
        f"{draw(st.sampled_from(_BEHIND))}"
        "</worksheet>"
    )
    if prefix:
        xml = xml.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        xml = xml.replace("<x:!", "<!")
    return draw(st.sampled_from(['<?xml version="1.0" encoding="UTF-8"?>\r\n', "", "\ufeff"])) + xml


@st.composite
def _rows(draw: st.DrawFn, writer: Plain, number: int, odd: bool) -> str:
    columns = sorted(draw(st.sets(st.sampled_from([0, 1, 2, 3, 25, 26, 255, 256]), max_size=5)))
    cells = []
    for column in columns:
        address = f"{column_letters(column)}{number}"
        is_odd = odd and draw(st.integers(0, 3)) == 0
        cells.append(draw(odd_cells(address) if is_odd else plain_cells(writer, address)))
    said = draw(st.sampled_from(["", ' spans="1:3"', ' hidden="1" ht="9"', ' hidden="false"']))
    stated = draw(st.sampled_from([f' r="{number}"'] * 9 + [""])) if odd else f' r="{number}"'
    if not cells and draw(st.booleans()):
        return f"<row{stated}{said}{writer.space}/>"
    return f"<row{stated}{said}>{''.join(cells)}</row>"


def alike(one: Sheet | None, other: Sheet | None) -> bool:
    """Equal in all, and each cell of the same type: 1 is not 1.0."""
    return one == other and (one is None or other is None or repr(one.rows) == repr(other.rows))


TOKEN = re.compile(rb"<[^<>]*>|[^<>]+")
PIECES = [
    b"<",
    b">",
    b'"',
    b"/",
    b" ",
    b"&",
    b"]]>",
    b"\0",
    b"\xff",
    b"</c>",
    b"<v>",
    b"<c ",
    b"A1",
]
PIECES += [b"<row>", b"</row>", b"<!-- ", b" -->", b"<![CDATA[", b"<?x?>", b"</sheetData>", b"\r\n"]
PIECES += [
    b'<!DOCTYPE a [<!ENTITY b "5">]>',
    b"&b;",
    b'<c r="A1" s="1"><v>1</v></c>',
    b'<c r="C1"/>',
]


def mutated(draw: Callable[[st.SearchStrategy[Any]], Any], xml: bytes) -> bytes:
    """One thing taken out, doubled, exchanged or put in: a byte, an element or a piece of one."""
    kind = draw(st.sampled_from(["byte", "drop", "double", "swap", "insert"]))
    at = draw(st.integers(0, len(xml)))
    if kind == "byte":
        return xml[:at] + bytes([draw(st.integers(0, 255))]) + xml[at + 1 :]
    if kind == "insert":
        return xml[:at] + draw(st.sampled_from(PIECES)) + xml[at:]
    tokens = TOKEN.findall(xml)
    i, j = (draw(st.integers(0, len(tokens) - 1)) for _ in range(2))
    if kind == "drop":
        del tokens[i]
    elif kind == "double":
        tokens.insert(j, tokens[i])
    else:
        tokens[i], tokens[j] = tokens[j], tokens[i]
    return b"".join(tokens)
