"""CSV: encodings, separators, quotes, ragged rows, control bytes."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import unicodedata
from typing import Any

from analysis.reference.legacy_fonts import legacy_fonts
from tests.corpus.case import (
    OUT,
    Case,
    Cases,
    Must,
    Rows,
    all_of,
    content,
    letter,
    refused,
    second_doubted,
    took,
)
from tests.workbooks import HEADINGS, school

FINE = all_of(2, 3, 4)
REFUSED = refused("")
# The second row has its cells in the wrong columns, or its name cannot be read.
WITHOUT_2 = Must(accepted={2: {}, 4: {}}, aside={3: ""})
UNNAMED_2 = second_doubted("name")


def text(rows: Rows | None = None, separator: str = ",", end: str = "\r\n") -> str:
    """The usual roster of three schools."""
    out = io.StringIO()
    table = [HEADINGS, *(rows or [school(n) for n in (1, 2, 3)])]
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(map(_shown, table))
    return out.getvalue()


def _shown(row: Any) -> list[Any]:
    return [f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else v for v in row]


def cases() -> Cases:
    """All cases of CSV."""
    return [
        *_encodings(),
        *_separators(),
        *_quotes(),
        *_ragged(),
        *_controls(),
        *_cells(),
        *_around(),
    ]


def file(name: str, made: str | bytes, *musts: Must, ending: str = "csv", **more: Any) -> Case:
    """A text file."""
    body = made.encode() if isinstance(made, str) else made
    return content(f"csv: {name}", f"a.{ending}", body, *musts, quick=True, **more)


def _encodings() -> Cases:
    plain = text()
    named = {n: {"name": f"Trường Tiểu học Số {n - 1}", "unit": "Phường Tứ Hạ"} for n in (2, 3, 4)}
    exact = Must(accepted=named, aside={})
    marked = {
        "UTF-8": plain.encode(),
        "UTF-8 with mark": plain.encode("utf-8-sig"),
        "UTF-16": plain.encode("utf-16"),
        "UTF-16, big end first": codecs.BOM_UTF16_BE + plain.encode("utf-16-be"),
        "UTF-16 without mark": plain.encode("utf-16-le"),
        "UTF-32": plain.encode("utf-32"),
        "NFD": unicodedata.normalize("NFD", plain).encode(),
    }
    found = [file(n, b, exact, rows=4) for n, b in marked.items()]
    found[5] = file("UTF-32", marked["UTF-32"], exact, REFUSED)
    for key in ("tcvn3", "vni", "viscii"):
        found.append(file(key, legacy_fonts()[key].write(plain).encode("latin-1"), exact, REFUSED))
    page = _windows_1258(plain)
    lost = plain.encode("cp1252", "replace")
    twice = plain.encode().decode("latin-1").encode()
    broken = plain.encode().replace("Số 2".encode(), b"S\xff 2")
    mixed = plain.replace("Số 2", "@").encode().replace(b"@", _windows_1258("Số 2"))
    return [
        *found,
        file("Windows-1258", page, exact, rows=4),
        file(
            "letters lost as question marks",
            lost,
            REFUSED,
            Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, doubts={2: "", 3: "", 4: ""}),
        ),
        file("UTF-8 taken for Latin-1", twice, exact, REFUSED),
        file("a byte that is no UTF-8", broken, UNNAMED_2, REFUSED),
        file("two encodings", mixed, UNNAMED_2, REFUSED),
        file("UTF-16 cut in a letter", plain.encode("utf-16")[:-1], REFUSED, exact),
        file("UTF-7", plain.encode("utf-7"), REFUSED, Must(accepted={}, aside={})),
    ]


def _windows_1258(plain: str) -> bytes:
    """Letters of the page, tones behind them, as a Vietnamese Windows writes them."""
    out = bytearray()
    for letter_ in unicodedata.normalize("NFC", plain):
        try:
            out += letter_.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter_)
            tone = next(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", parts.replace(tone, ""))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return bytes(out)


def _separators() -> Cases:
    found = [
        file(f"separator {s!r}", text(separator=s), FINE, rows=4) for s in (",", ";", "\t", "|")
    ]
    named = "sep=;\r\n" + text(separator=";")
    wrong = text().replace(",", ";", 20)
    return [
        *found,
        file("tab in tsv", text(separator="\t"), FINE, ending="tsv"),
        file("semicolons in txt", text(separator=";"), FINE, ending="txt"),
        file("line that names the separator", named, all_of(3, 4, 5), FINE),
        file("no separator", "Mã trường\r\n46480001\r\n", REFUSED),
        file("separator changes", wrong, REFUSED, Must(accepted={}), Must(accepted={4: {}})),
        file("colons", text(separator=":"), REFUSED, FINE),
        file("lines end with LF", text(end="\n"), FINE, rows=4),
        file("lines end with CR", text(end="\r"), FINE, rows=4),
        file("no end of the last line", text().rstrip(), FINE, rows=4),
        file("blank lines between", text(end="\r\n\r\n"), all_of(3, 5, 7), FINE, rows=4),
        file("separators at the ends", text().replace("\r\n", ",,,\r\n"), FINE, rows=4),
    ]


def _quotes() -> Cases:
    comma = [school(1), school(2, name="Trường Tiểu học A, B và C"), school(3)]
    quoted = [school(1), school(2, name='Trường "Hoa Sen"'), school(3)]
    lined = [school(1), school(2, name="Trường Tiểu học\nSố 2"), school(3)]
    name = {3: {"name": "Trường Tiểu học A, B và C"}, 2: {}, 4: {}}
    all_quoted = io.StringIO()
    csv.writer(all_quoted, quoting=csv.QUOTE_ALL).writerows(
        map(_shown, [HEADINGS, *(school(n) for n in (1, 2, 3))])
    )
    plain = text()
    opened = plain.replace("Trường Tiểu học Số 2", '"Trường Tiểu học Số 2')
    stray = plain.replace("Trường Tiểu học Số 2", 'Trường "Tiểu học" Số 2')
    behind = plain.replace("Trường Tiểu học Số 2", '"Trường" Tiểu học Số 2')
    one_name = {2: {}, 3: {"name": "Trường Tiểu học Số 2"}, 4: {}}
    return [
        file("separator in quotes", text(comma), Must(accepted=name, aside={}), rows=4),
        file(
            "quotes in quotes",
            text(quoted),
            Must(accepted={2: {}, 3: {"name": 'Trường "Hoa Sen"'}, 4: {}}, aside={}),
            rows=4,
        ),
        file(
            "line break in quotes",
            text(lined),
            Must(accepted=one_name, aside={}),
            Must(accepted={2: {}, 3: {}, 5: {}}, aside={}),
            rows=4,
        ),
        file("all in quotes", all_quoted.getvalue(), FINE, rows=4),
        file("quotes in the middle", stray, FINE, WITHOUT_2, REFUSED),
        file("letters behind quotes", behind, REFUSED, WITHOUT_2),
        file("a quote that is not closed", opened, REFUSED),
        file("a quote that is not closed at the end", plain.rstrip() + ',"x', REFUSED),
        file(
            "single quotes", plain.replace("Trường Tiểu học Số 2", "'Trường Tiểu học Số 2'"), FINE
        ),
        file("curly quotes", plain.replace("Số 2", "“Số 2”"), FINE),
    ]


def _ragged() -> Cases:
    lines = text(end="\n").splitlines()
    longer = [*lines[:2], lines[2] + ",99", lines[3]]
    shorter = [*lines[:2], lines[2].rsplit(",", 4)[0], lines[3]]
    shifted = [*lines[:2], lines[2].replace("Trường", "Trường,", 1), lines[3]]
    only = [lines[0], *(line.rsplit(",", 1)[0] for line in lines[1:])]
    return [
        file(
            "a cell more",
            "\n".join(longer),
            WITHOUT_2,
            Must(accepted={2: {}, 3: {}, 4: {}}, warned=("",)),
        ),
        file("cells missing", "\n".join(shorter), WITHOUT_2),
        file("a separator in a name", "\n".join(shifted), WITHOUT_2),
        file(
            "all rows one cell short",
            "\n".join(only),
            Must(accepted={2: {}, 3: {}, 4: {}}),
            Must(accepted={}, aside={2: "", 3: "", 4: ""}),
            REFUSED,
        ),
    ]


def _controls() -> Cases:
    plain = text()
    table: dict[str, tuple[str, str]] = {
        "NUL in a name": ("Trường Tiểu học Số 2", "Trường\0 Tiểu học Số 2"),
        "bell in a name": ("Trường Tiểu học Số 2", "Trường\x07 Tiểu học Số 2"),
        "escape sequence in a name": ("Trường Tiểu học Số 2", "\x1b[31mTrường\x1b[0m Số 2"),
        "vertical tab in a name": ("Trường Tiểu học Số 2", "Trường\x0b Tiểu học Số 2"),
    }
    found = [
        file(n, plain.replace(old, new), UNNAMED_2, REFUSED, FINE)
        for n, (old, new) in table.items()
    ]
    zero = {2: {}, 3: {"name": "Trường Tiểu học Số 2"}, 4: {}}
    found[3] = file(
        "vertical tab in a name",
        plain.replace("Trường Tiểu học Số 2", "Trường\x0bTiểu học Số 2"),
        UNNAMED_2,
        REFUSED,
        Must(accepted=zero, aside={}),
    )
    return [
        *found,
        file("end of file sign of DOS", plain + "\x1a", FINE, rows=4),
        file("only NUL", bytes(2000), REFUSED),
        file("binary", bytes(range(256)) * 20, REFUSED),
        file("empty", b"", REFUSED),
        file("only a mark", b"\xef\xbb\xbf", REFUSED),
        file("only line ends", "\r\n" * 50, REFUSED),
        file("only separators", ",,,,\r\n" * 5, REFUSED),
        file("a line of two million letters", "x" * 2_000_000, REFUSED),
        file("ten million separators", "," * 10_000_000, REFUSED),
        file(
            "a cell of forty thousand letters",
            plain.replace("Số 2", "a" * 40_000),
            REFUSED,
            UNNAMED_2,
        ),
    ]


_CELLS: dict[str, tuple[str, Any, tuple[Any, ...]]] = {
    "date": ("kdclgd_date", "12/04/2023", (took("2023-04-12"),)),
    "date of ISO": ("kdclgd_date", "2023-04-12", (took("2023-04-12"),)),
    "short year": ("kdclgd_date", "12/4/23", (took("2023-04-12"), OUT)),
    "serial": ("kdclgd_date", "45028", (took("2023-04-12"), OUT)),
    "month first": ("kdclgd_date", "04/25/2023", (OUT,)),
    "code as a formula": ("code", '="46480002"', (took("46480002"), OUT)),
    "code in scientific form": ("code", "4.648E+07", (OUT,)),
    "code with apostrophe": ("code", "'46480002", (took("46480002"),)),
    "zero lost": ("code", "1480002", (OUT, took("01480002"))),
    "zero kept": ("code", "01480002", (took("01480002"),)),
    "thousands": ("pupils", "1.145", (took(1145),)),
    "thousands with comma": ("pupils", "1,145", (took(1145), OUT)),
    "fraction": ("pupils", "345,5", (OUT,)),
    "negative": ("pupils", "-345", (OUT,)),
    "formula": ("pupils", "=300+45", (OUT,)),
    "error": ("pupils", "#N/A", (OUT,)),
    "logical": ("pupils", "TRUE", (OUT,)),
    "null": ("pupils", "NULL", (took(None), OUT)),
    "nan": ("pupils", "nan", (took(None), OUT)),
    "level float": ("kdclgd", "2.0", (took(2),)),
    "five": ("kdclgd", "5", (OUT,)),
    "formula name": (
        "name",
        '=HYPERLINK("http://x","Trường")',
        (took('=HYPERLINK("http://x","Trường")'), OUT),
    ),
    "spaces": ("name", "  Trường Tiểu học Số 2 ", (took("Trường Tiểu học Số 2"),)),
}


def _cells() -> Cases:
    found = []
    for name, (what, value, ends) in _CELLS.items():
        made = text([school(1), school(2, **{what: value}), school(3)])
        musts = [_must(what, end) for end in ends]
        found.append(file(f"{what}, {name}", made, *musts, rows=4, exports=name == "formula name"))
    return found


def _must(what: str, end: tuple[Any, ...]) -> Must:
    assert letter(what)
    if end[0] == "doubted":
        return second_doubted(what)
    return Must(accepted={2: {}, 3: {what: end[1]}, 4: {}}, aside={})


def _around() -> Cases:
    titled = "DANH SÁCH TRƯỜNG,,,\r\nNăm học 2025-2026\r\n\r\n" + text()
    total = text() + "Tổng cộng" + "," * 12 + "36,1035\r\n"
    doubled = text().replace("Số học sinh", "Số lớp")
    return [
        file("titles above", titled, all_of(5, 6, 7), rows=6),
        file("a total below", total.replace("36,1035", "36,1035"), FINE, rows=5),
        file(
            "only a header",
            text().splitlines()[0],
            REFUSED,
            Must(accepted={}, aside={}, warned=("",)),
        ),
        file("without header", text().partition("\r\n")[2], REFUSED),
        file("a heading twice", doubled, refused("hai lần")),
        file("a file of notes", "Ghi chú,về,số liệu\r\nxem,tệp,khác\r\n", REFUSED),
    ]
