"""Inputs made to take time or memory: crafted texts in every field, odd structures, every format.

`INPUTS` has one maker for each: from a size (1: as large as a sender could make it) to the ending
of the file and its bytes. `tests/test_hanging.py` tries them small; run as a program it tries them
large: python -m tests.hanging [SIZE [WORD]].
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter

from tests import binary_workbooks as make
from tests.corpus.foreign import page, xml2003
from tests.workbooks import HEADINGS, NAMES, school

Made = tuple[str, bytes]
Rows = Sequence[Sequence[Any]]
LETTERS = 32_000
# Pieces of what people write, repeated without an end.
PIECES = (
    "a", "a ", " ", "1", "1 ", "01/", "1.", "- ", "(", "()", "((a ", "[1]", "/QĐ-", "1/QĐ-UBND ",
    "QĐ", "ngày ", "ngày 1 tháng ", "1/1/2023 ", "2023", "Trường ", "Trường Tiểu học ", "số ",
    "và ", ", ", "; ", ":", ". ", "\n", "\t", "=", '"', "'", "&", "&amp;", "<b>", "*", "_", "|",
    "mức độ ", "cấp độ 1, ", "đạt ", "không đạt ", "chưa ", "kế hoạch ", "đã ", "KĐCLGD ", "CQG ",
    "Phường ", "Xã A, ", "Huyện ", "TP. ", "TH&", "TH, ", "I.", "IV ", "x", "X ", "✓", "N.",
    "Nguyễn Văn A ", "Người lập ", "K/T. ", "tổng ", "đ", "Đ1", "à", "\u0300", "\ufffd", "Ã¡", "T­r",
    "sáp nhập ", "giải thể ", "2024-2025 ", "1,", "1.000", "%", "#N/A ", "http://a", "a@b.",
)  # fmt: skip


def long(piece: str, size: float) -> str:
    """The piece again and again, and an end that fits nothing."""
    return (piece * LETTERS)[: max(300, int(LETTERS * size))] + "!\x7f"


def many(size: float, most: int, least: int = 20) -> int:
    return max(least, int(most * size))


def plain(rows: Rows) -> list[list[Any]]:
    """Days as text."""
    return [[f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else v for v in row] for row in rows]


def csv(rows: Rows, separator: str = ";") -> Made:
    lines = (separator.join("" if v is None else str(v) for v in row) for row in plain(rows))
    return "csv", "\n".join(lines).encode()


def xlsx(*sheets: Rows, more: Callable[[Any, Any], object] | None = None) -> Made:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False,
                                     "strings_to_urls": False, "strings_to_numbers": False,
                                     "default_date_format": "dd/mm/yyyy"})  # fmt: skip
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(f"S{number}")
        for r, row in enumerate(rows):
            sheet.write_row(r, 0, row)
        if more:
            more(book, sheet)
    book.close()
    return "xlsx", out.getvalue()


def xls(*sheets: Rows, **more: Any) -> Made:
    cells = {
        f"S{n}": {
            (r, c): float(v) if isinstance(v, int) else v
            for r, row in enumerate(plain(rows))
            for c, v in enumerate(row)
            if v is not None
        }
        for n, rows in enumerate(sheets)
    }
    return "xls", make.xls(cells, **more)


def escaped(value: Any) -> Any:
    import html

    return html.escape(value).replace("\x7f", "") if isinstance(value, str) else value


def ods(*tables: str) -> Made:
    return "ods", make.ods("".join(tables))


def ods_rows(rows: Rows) -> str:
    return make.ods_table(*[[escaped("" if v is None else v) for v in r] for r in plain(rows)])


def html(rows: Rows, **more: Any) -> Made:
    return "xls", page(plain(rows), **more).encode()


def xml(rows: Rows, **more: Any) -> Made:
    return "xml", xml2003(plain(rows), **more).replace("\x7f", "").encode()


FORMATS: dict[str, Callable[[Rows], Made]] = {
    "xlsx": xlsx, "xls": xls, "ods": lambda rows: ods(ods_rows(rows)), "html": html, "xml": xml,
    "csv": lambda rows: csv([[str(v).replace(";", ",").replace("\n", " ").replace('"', "'")
                              for v in row] for row in plain(rows)]),
}  # fmt: skip


def field(name: str, form: str) -> Callable[[float], Made]:
    """Each crafted text once in one column."""

    def made(size: float) -> Made:
        rows = (school(n, **{name: long(p, size)}) for n, p in enumerate(PIECES, 1))
        return FORMATS[form]([HEADINGS, *rows])

    return made


def beside(above: bool) -> Callable[[float], Made]:
    """Crafted texts as titles or as notes below the table."""

    def made(size: float) -> Made:
        texts = [[None, long(p, size)] for p in PIECES]
        rows = [list(HEADINGS), *(school(n) for n in range(1, 6))]
        return xlsx([*texts, *rows] if above else [*rows, *texts])

    return made


def headings(size: float) -> Made:
    names = [*HEADINGS, *(long(p, size) for p in PIECES)]
    return xlsx([names, *([*school(n), *["x"] * len(PIECES)] for n in range(1, 6))])


def deep_headings(size: float) -> Made:
    """Headings on many rows, merged one below the other."""
    wide, down = 200, 30
    head = [[f"{HEADINGS[c % 14]} {r} {c}" for c in range(wide)] for r in range(down)]
    return xlsx([*head, *([*school(n)] for n in range(1, many(size, 2000)))])


def blocks(size: float, form: str) -> Made:
    rows: list[list[Any]] = []
    for n in range(many(size, 6000)):
        rows += [[f"Phường {n}"], HEADINGS if n % 2 else HEADINGS[::-1]]
        rows += [school(n % 900) if n % 2 else school(n % 900)[::-1]]
    return FORMATS[form](rows)


def alternating(size: float) -> Made:
    """Nothing but headings, in two orders."""
    three = ["Mã trường", "Tên trường", "KĐCLGD - Cấp độ"]
    other = [three[1], three[0], three[2]]
    return csv([other if n % 2 else three for n in range(many(size, 100_000))], ",")


def merges(size: float, nested: bool) -> Made:
    def more(book: Any, sheet: Any) -> None:
        for n in range(1, many(size, 20_000)):
            r = n * 2
            sheet.merge_range(r, 2, r + 1, 2, f"Trường {n}")

    made = xlsx([HEADINGS, *(school(n % 900) for n in range(1, many(size, 40_000)))], more=more)
    if not nested:
        return made
    all_over = "".join(f'<mergeCell ref="A1:N{n}"/>' for n in range(2, many(size, 20_000)))
    return "xlsx", replaced(made[1], "xl/worksheets/sheet1.xml", "</mergeCells>",
                            all_over + "</mergeCells>")  # fmt: skip


def replaced(content: bytes, part: str, old: str, new: str) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    return make.zipped(parts | {part: parts[part].replace(old.encode(), new.encode(), 1)})


def comments(size: float) -> Made:
    def more(book: Any, sheet: Any) -> None:
        for n in range(many(size, 3000)):
            piece = PIECES[n % len(PIECES)]
            sheet.write_comment(n, n % 14, long(piece, size / 4)[:8000], {"visible": False})

    return xlsx([HEADINGS, *(school(n % 900) for n in range(1, many(size, 3000)))], more=more)


def formats(size: float) -> Made:
    def more(book: Any, sheet: Any) -> None:
        for n, piece in enumerate(['"', "[", "0", "\\", "_", "*", ";", "dd", '"a"', "@", "[h]"]):
            look = book.add_format({"num_format": (piece * 255 * 100)[: many(size, 25_000, 255)]})
            for r in range(1, 200):
                sheet.write(r, n, 45000 + r, look)

    return xlsx([HEADINGS], more=more)


def rich(size: float) -> Made:
    def more(book: Any, sheet: Any) -> None:
        struck = book.add_format({"font_strikeout": True})
        for r in range(1, 1 + many(size, 100, 3)):
            runs = itertools.islice(itertools.cycle([struck, "a", "b "]), many(size, 24_000, 300))
            sheet.write_rich_string(r, 2, *runs)

    return xlsx([HEADINGS, *(school(n) for n in range(1, 101))], more=more)


def defined(size: float) -> Made:
    def more(book: Any, sheet: Any) -> None:
        for n in range(many(size, 30_000)):
            book.define_name(f"Ten_{n}", f"='[{n}'!$A$1")

    return xlsx([HEADINGS, *(school(n) for n in range(1, 20))], more=more)


def different(name: str, text: Callable[[int], Any]) -> Callable[[float], Made]:
    """As many rows as a sender has patience for, each another."""

    def made(size: float) -> Made:
        rows = (school(n % 900, **{name: text(n)}) for n in range(1, many(size, 30_000)))
        return xlsx([HEADINGS, *rows])

    return made


def nameless(size: float) -> Made:
    """Schools without codes whose names are nearly the same."""
    rows = (
        school(n, code=None, name=f"Trường Tiểu học Số {n % 97} {'a' * (n % 50)}")
        for n in range(many(size, 20_000))
    )
    return xlsx([HEADINGS, *rows])


def same(size: float) -> Made:
    return xlsx([HEADINGS, *(school(1, pupils=n) for n in range(many(size, 30_000)))])


def unknown_headings(size: float) -> Made:
    names = [*HEADINGS, *(f"Số lượng thứ {n} {PIECES[n % 60]}" for n in range(many(size, 240)))]
    return xlsx(*[[names, school(1), school(2)]] * many(size, 100, 3))


def groups(size: float) -> Made:
    rows: list[Any] = [HEADINGS]
    for n in range(many(size, 30_000)):
        rows += [[None, f"{n}. Xã A {n}"], school(n % 900), [None, "Cộng", None, n]]
    return xlsx(rows)


def nested_tables(size: float) -> Made:
    body = "<table><tr><td>" * many(size, 200_000) + "x"
    return "xls", (page([HEADINGS, school(1)]) + body).encode()


def signs(sign: str) -> Callable[[float], Made]:
    def made(size: float) -> Made:
        return "xls", (page([HEADINGS, school(1)]) + sign * many(size, 3_000_000)).encode()

    return made


def spans(size: float) -> Made:
    cell = 'td rowspan="65000" colspan="250"'
    return html([HEADINGS, *(school(n) for n in range(1, many(size, 3000)))], cell=cell)


def repeats(size: float) -> Made:
    cells = f'<table:table-cell table:number-columns-repeated="{many(size, 250)}" ' \
            'office:value-type="string"><text:p>x</text:p></table:table-cell>'  # fmt: skip
    row = f'<table:table-row table:number-rows-repeated="{many(size, 11_000)}">{cells}'
    return ods(make.ods_table(*[escaped_row(r) for r in plain([HEADINGS, school(1)])],
                              row + "</table:table-row>"))  # fmt: skip


def escaped_row(row: Sequence[Any]) -> list[Any]:
    return [escaped("" if v is None else v) for v in row]


def deep(size: float, form: str) -> Made:
    """Elements within elements."""
    down = many(size, 1800)
    if form == "ods":
        inner = "<text:span>" * down + "a" + "</text:span>" * down
        cell = f'<table:table-cell office:value-type="string"><text:p>{inner}</text:p>'
        row = f"<table:table-row>{(cell + '</table:table-cell>') * 14}</table:table-row>"
        return ods(make.ods_table(escaped_row(HEADINGS), *[row] * many(size, 200)))
    inner = "<B>" * down + "a" + "</B>" * down
    made = xml2003([HEADINGS, *(school(n) for n in range(1, many(size, 200)))])
    return "xml", made.replace("Trường Tiểu học", inner).encode()


def biff_texts(size: float) -> Made:
    """A table of texts in pieces of one letter."""
    count = many(size, 200_000)
    body = struct_pack(count) + b"".join(make.wide("a") for _ in range(2))
    more = b"".join(make.record(0x003C, b"\1" + b"a\0") for _ in range(count))
    return xls([HEADINGS, school(1)], extra=make.record(0x00FC, body) + more)


def struct_pack(count: int) -> bytes:
    import struct

    return struct.pack("<II", count, count)


def quotes(size: float) -> Made:
    line = '"a";"b""c";"' * 3
    return "csv", (";".join(HEADINGS) + "\n" + (line + "\n") * many(size, 200_000)).encode()


def separators(size: float) -> Made:
    line = ";" * many(size, 5000)
    return "csv", (";".join(HEADINGS) + "\n" + (line + "\n") * many(size, 900)).encode()


def sheets(size: float, form: str) -> Made:
    count = many(size, 1500)
    rows = [HEADINGS, school(1), school(2)]
    if form == "xlsx":
        return xlsx(*[rows] * count)
    if form == "xls":
        return xls(*[rows] * count)
    if form == "ods":
        table = ods_rows(rows)
        return ods(*(table.replace("Bảng", f"B{n}", 1) for n in range(count)))
    made = xml2003(plain(rows))
    sheet = made[made.index("<Worksheet") : made.index("</Workbook>")]
    return "xml", made.replace(
        "</Workbook>",
        "".join(sheet.replace('"Bảng"', f'"B{n}"') for n in range(count)) + "</Workbook>",
    ).encode()


def large(size: float) -> Made:
    rows = (school(n % 900) for n in range(many(size, 700_000)))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for r, row in enumerate(itertools.chain([HEADINGS], rows)):
        sheet.write_row(r, 0, row)
    book.close()
    return "xlsx", out.getvalue()


def letters(size: float) -> Made:
    """2,400 cells of 32,000 letters, each other ones."""
    count = many(size, 2400)
    rows = [school(n, name=f"{n} " + long("Trường Tiểu học ", size),
                   unit=f"{n} " + long("xã ", size), level=f"{n} " + long("TH ", size))
            for n in range(1, count // 3 + 1)]  # fmt: skip
    return xlsx([HEADINGS, *rows])


def wide_rows(size: float) -> Made:
    return xlsx([HEADINGS + [f"x{n}" for n in range(many(size, 16_000))],
                 *([*school(n)] + ["x"] * many(size, 16_000) for n in range(1, 100))])  # fmt: skip


def digits(size: float) -> Made:
    figures = {"pupils": "9" * many(size, 32_000), "classes": "1e" + "9" * 300}
    figures["code"] = "1" * many(size, 32_000)
    return xlsx([HEADINGS, *(school(n, **figures) for n in range(1, 200))])


SIGNS = ("<", "<a ", "<td", "&", "&#", "<!--", '<td x="', "<p>")
INPUTS: dict[str, Callable[[float], Made]] = {
    **{f"texts in {name}, {form}": field(name, form) for name, form in zip(
        [n for n in NAMES if n != "order"], itertools.cycle(FORMATS), strict=False)},
    **{f"names, {form}": field("name", form) for form in FORMATS},
    "titles": beside(above=True),
    "notes": beside(above=False),
    "headings": headings,
    "headings on many rows": deep_headings,
    **{f"blocks, {form}": partial(blocks, form=form) for form in FORMATS},
    "alternating headings": alternating,
    "merged": partial(merges, nested=False),
    "merged over each other": partial(merges, nested=True),
    "comments": comments,
    "number formats": formats,
    "rich text": rich,
    "defined names": defined,
    "levels": different("level", lambda n: f"Cấp {n} bậc {n * 7}"),
    "wards": different("unit", lambda n: f"Phường Tứ Hạ {n}"),
    "decisions": different("kdclgd_decision", lambda n: f"{n} / QĐ - SGD {n}"),
    "dates": different("kdclgd_date", lambda n: f"{n % 40} tháng {n % 17} năm {n}"),
    "held levels": different("kdclgd", lambda n: f"Đạt {n} cấp độ {n % 9}, {n % 7}"),
    "near names": nameless,
    "one school many times": same,
    "unknown headings": unknown_headings,
    "groups and totals": groups,
    "tables in tables": nested_tables,
    **{f"page of {s!r}": signs(s) for s in SIGNS},
    "spans": spans,
    "repeats": repeats,
    **{f"deep, {form}": partial(deep, form=form) for form in ("ods", "xml")},
    "pieces of text, xls": biff_texts,
    "quotes": quotes,
    "separators": separators,
    **{f"sheets, {form}": partial(sheets, form=form) for form in ("xlsx", "xls", "ods", "xml")},
    "700,000 rows": large,
    "2,400 cells of 32,000 letters": letters,
    "wide rows": wide_rows,
    "digits": digits,
}  # fmt: skip


def answered(path: Path) -> str:
    """What reading and cleaning say of a file."""
    from analysis.clean import clean_schools
    from analysis.raw import read_raw
    from analysis.reference import read_rules

    rules = read_rules()
    raw = read_raw(path, rules)
    if raw.errors:
        return raw.errors[0].key
    cleaned = clean_schools(raw, rules, school_year="2025-2026")
    return f"{len(cleaned.schools)} schools"


def main(size: float, words: Iterable[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in (n for n in INPUTS if all(word in n for word in words)):
            ending, content = INPUTS[name](size)
            path = Path(folder, f"a.{ending}")
            path.write_bytes(content)
            started = time.monotonic()
            child = os.fork()
            if not child:
                try:
                    print(answered(path), end=" ", flush=True)
                except BaseException as error:
                    print(getattr(error, "key", repr(error)[:80]), end=" ", flush=True)
                os._exit(0)
            _, status, used = os.wait4(child, 0)
            took, memory = time.monotonic() - started, used.ru_maxrss // 1024
            cpu = used.ru_utime + used.ru_stime
            flag = "SLOW " * (cpu > 5) + "LARGE" * (memory > 700) + f" {status}" * bool(status)
            print(f"{name}: {len(content):,} B, {cpu:.1f} s CPU, {took:.1f} s, {memory} MB {flag}",
                  flush=True)  # fmt: skip


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, sys.argv[2:])
