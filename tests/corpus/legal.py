"""Legal but unusual Open XML and OpenDocument."""

from __future__ import annotations

import io
import zipfile

from tests import binary_workbooks as make
from tests.corpus import packages as ooxml
from tests.corpus.case import Cases, content, refused
from tests.corpus.containers import FINE, ROWS, shown_texts
from tests.corpus.packages import BOOK, SHEET, STRINGS, STYLES


def cases() -> Cases:
    """Legal but unusual Open XML and OpenDocument: all cases."""
    return [*_unusual()]


def _unusual() -> Cases:
    table = {
        "strict": strict(),
        "prefixed names": prefixed(),
        "inline texts": ooxml.book(write=ooxml.inline),
        "rich texts": _rich(),
        "how to speak it": ooxml.replaced(
            STRINGS,
            "Trường Tiểu học Số 2</t>",
            'Trường Tiểu học Số 2</t><rPh sb="0" eb="1"><t>かな</t></rPh>',
        ),
        "absolute links": ooxml.replaced(
            "xl/_rels/workbook.xml.rels", '"worksheets', '"/xl/worksheets'
        ),
        "links to elsewhere and back": ooxml.replaced(
            "xl/_rels/workbook.xml.rels", '"worksheets/', '"./../xl/worksheets/'
        ),
        "wrong dimension": ooxml.book(before='<dimension ref="A1:B2"/>'),
        "dimension of a whole sheet": ooxml.book(before='<dimension ref="A1:XFD1048576"/>'),
        "dimension of nothing": ooxml.book(before='<dimension ref="A1"/>'),
        "count of texts too high": ooxml.replaced(STRINGS, 'count="', 'count="9'),
        "no count of texts": _without_counts(),
        "no styles": ooxml.book({STYLES: None}),
        "no addresses": _without_addresses(),
        "addresses with $": ooxml.replaced(SHEET, 'r="A2"', 'r="$A$2"'),
        "texts kept in UTF-16": _utf16(),
        "byte order marks": _marked(),
        "comments and instructions": ooxml.replaced(
            SHEET, "<sheetData>", "<!-- <c> --><?x y?><sheetData>"
        ),
        "CDATA": ooxml.replaced(STRINGS, ">Công lập<", "><![CDATA[Công lập]]><"),
        "numbers of characters": ooxml.replaced(STRINGS, ">Công lập<", ">C&#244;ng l&#x1EAD;p<"),
        "dates of type d": iso_dates(),
        "exponents in numbers": ooxml.replaced(SHEET, "<v>345</v>", "<v>3.45E2</v>"),
        "sizes behind the parts": with_descriptors(),
        "not packed": ooxml.stored(),
        "long sizes": zip64(),
        "unknown parts": ooxml.added(
            ooxml.book(), ("xl/odd.xml", b"<a/>"), ("docProps/x.bin", b"1")
        ),
        "thumbnail and custom XML": ooxml.added(
            ooxml.book(), ("docProps/thumbnail.jpeg", b"\xff\xd8"), ("customXml/item1.xml", b"<a/>")
        ),
        "bzip2 in a part beside": ooxml.added(
            ooxml.book(), ("media/a.png", b"x"), packed=zipfile.ZIP_BZIP2
        ),
        "link to outside": _with_external_link(),
        "names and validations": ooxml.book(
            behind='<dataValidations count="1"><dataValidation type="list" sqref="E2:E9"><formula1>'
            '"MN,TH"</formula1></dataValidation></dataValidations>'
        ),
        "hyperlink": ooxml.book(
            behind='<hyperlinks><hyperlink ref="C2" location="A1"/></hyperlinks>'
        ),
        "filter": ooxml.book(behind='<autoFilter ref="A1:N4"/>'),
        "extensions": ooxml.book(behind='<extLst><ext uri="{x}"><y xmlns="z"/></ext></extLst>'),
        "blank cells with styles": ooxml.replaced(
            SHEET, "</row></sheetData>", '<c r="T4" s="1"/></row></sheetData>'
        ),
        "rows out of order": _shuffled(),
        "bytes behind the archive": ooxml.book() + b"\0" * 20,
    }
    lenient = {
        "rows out of order",
        "bytes behind the archive",
        "no styles",
        "no addresses",
        "bzip2 in a part beside",
        "links to elsewhere and back",
    }
    found = [
        content(
            n,
            "a.xlsx",
            made,
            *([FINE, refused("")] if n in lenient else [FINE]),
            rows=None if n in lenient else 4,
        )
        for n, made in table.items()
    ]
    twice = ooxml.replaced(SHEET, "</row></sheetData>", '<c r="A4"><v>77</v></c></row></sheetData>')
    both_rows = ooxml.replaced(
        SHEET, "</sheetData>", '<row r="3"><c r="A3"><v>77</v></c></row></sheetData>'
    )
    found += [
        content("a cell twice", "a.xlsx", twice, refused("")),
        content("a row twice", "a.xlsx", both_rows, refused("")),
        content("comment in a cell of ods", "a.ods", _annotated(), FINE, rows=ROWS),
        content("ods of 1,048,576 blank rows", "a.ods", _padded(), FINE, rows=ROWS),
        content(
            "no name of the sheet",
            "a.xlsx",
            ooxml.replaced(BOOK, 'name="Sheet"', 'name=""'),
            FINE,
            refused(""),
            rows=4,
        ),
    ]
    return found


def strict() -> bytes:
    """A workbook saved as "Strict Open XML"."""
    made = {
        name: part.replace(ooxml.MAIN, ooxml.STRICT).replace(ooxml.OFFICE, ooxml.STRICT_OFFICE)
        for name, part in ooxml.parts().items()
    }
    return make.zipped(made)


def prefixed() -> bytes:
    """A workbook whose elements have a prefix."""
    made = ooxml.parts()
    for name in (SHEET, STRINGS):
        head, _, body = made[name].partition("?>")
        body = body.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        made[name] = f"{head}?>{body.replace('xmlns=', 'xmlns:x=')}"
    return make.zipped(made)


def iso_dates() -> bytes:
    """Dates as text of the type "d"."""
    made = ooxml.parts()
    made[SHEET] = made[SHEET].replace(' s="1"><v>45028</v>', ' t="d"><v>2023-04-12</v>')
    assert 't="d"' in made[SHEET]
    return make.zipped(made)


def with_descriptors() -> bytes:
    """An archive written to a pipe: sizes stand behind the parts."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in ooxml.parts().items():
            archive.writestr(name, part)
    return out.getvalue()


def zip64() -> bytes:
    """An archive with the long form of sizes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in ooxml.parts().items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(part.encode())
    return out.getvalue()


def _rich() -> bytes:
    made = ooxml.parts()
    old = '<t xml:space="preserve">Trường Tiểu học Số 2</t>'
    new = "<r><rPr><b/></rPr><t>Trường </t></r><r><t>Tiểu học</t></r><r><t> Số 2</t></r>"
    assert old in made[STRINGS]
    made[STRINGS] = made[STRINGS].replace(old, new)
    return make.zipped(made)


def _without_counts() -> bytes:
    made = ooxml.parts()
    start = made[STRINGS].index(' count="')
    made[STRINGS] = made[STRINGS][:start] + made[STRINGS][made[STRINGS].index(">", start) :]
    return make.zipped(made)


def _without_addresses() -> bytes:
    import re

    made = ooxml.parts()
    made[SHEET] = re.sub(r'(<c|<row) r="\w+"', r"\1", made[SHEET])
    return make.zipped(made)


def _utf16() -> bytes:
    made: dict[str, str | bytes] = {**ooxml.parts()}
    for name in (SHEET, STRINGS):
        made[name] = str(made[name]).replace("UTF-8", "UTF-16").encode("utf-16")
    return make.zipped(made)


def _marked() -> bytes:
    return make.zipped({n: b"\xef\xbb\xbf" + p.encode() for n, p in ooxml.parts().items()})


def _with_external_link() -> bytes:
    made = ooxml.parts()
    name = "xl/_rels/workbook.xml.rels"
    made[name] = made[name].replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{ooxml.OFFICE}/externalLink" Target="file:///c:/x.xlsx" '
        'TargetMode="External"/></Relationships>',
    )
    return make.zipped(made)


def _shuffled() -> bytes:
    made = ooxml.parts()
    head, *rows = made[SHEET].split("<row ")
    last, end = rows[-1].split("</sheetData>")
    made[SHEET] = (
        head + "".join("<row " + r for r in [*rows[:-1], last][::-1]) + "</sheetData>" + end
    )
    return make.zipped(made)


def _ods_rows() -> list[str]:
    rows = [shown_texts(r) for r in ooxml.ROWS]
    return [
        "<table:table-row>" + "".join(map(make.ods_cell, r)) + "</table:table-row>" for r in rows
    ]


def _annotated() -> bytes:
    rows = _ods_rows()
    note = "<office:annotation><text:p>ghi chú</text:p></office:annotation><text:p>"
    rows[2] = rows[2].replace("<text:p>", note, 1)
    return make.ods(make.ods_table(*rows, name="Sheet"))


def _padded() -> bytes:
    cells = '<table:table-cell table:number-columns-repeated="16384"/>'
    blank = f'<table:table-row table:number-rows-repeated="1048572">{cells}</table:table-row>'
    return make.ods(make.ods_table(*_ods_rows(), blank, name="Sheet"))
