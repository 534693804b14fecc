"""The gate before any reader: each kind of file that is no workbook, or no safe one, is named."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.reference import InputError, read_rules
from analysis.workbooks import open_book
from tests import binary_workbooks as make
from tests.workbooks import save, school

RULES = read_rules()
CELLS = {(0, 0): "a", (0, 1): 1.0}
TYPES = "[Content_Types].xml"


def key(path: Path, content: bytes | None = None) -> str:
    """The reason for refusing a file; the message names the file in both languages."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_book(path)
    for lang in ("vi", "en"):
        assert path.name in caught.value.text(lang)
    return caught.value.key


FOREIGN = {
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "file_is_picture"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), "file_is_picture"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "file_is_picture"),
    "pdf": (b"%PDF-1.7\n", "file_is_pdf"),
    "pdf behind blanks": (b"\xef\xbb\xbf\n %PDF-1.7\n", "file_is_pdf"),
    "rar": (b"Rar!\x1a\x07\x01\0", "file_is_archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "file_is_archive"),
    "gzip": (b"\x1f\x8b\x08\0" + bytes(30), "file_is_archive"),
    "sqlite": (b"SQLite format 3\0" + bytes(84), "file_is_database"),
    "access": (b"\0\x01\0\0Standard ACE DB\0", "file_is_database"),
    "rtf": (rb"{\rtf1\ansi xin ch\'e0o}", "file_is_word"),
    "html": ("<html><body><p>Trường</p></body></html>".encode(), "file_is_html"),
    "html wide": ("\ufeff<HTML><p>".encode("utf-16-le"), "file_is_html"),
    "mht": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "file_is_mail"),
    "xml": (b"<?xml version='1.0'?><schools/>", "file_is_html"),
    "xml 2003": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "file_damaged",
    ),
    "flat ods": (
        b'<?xml version="1.0"?><office:document xmlns:office='
        b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
        "file_is_flat_ods",
    ),
    "excel 2": (struct.pack("<HHHH", 9, 4, 2, 16), "file_too_old"),
    "excel 4": (struct.pack("<HHHHH", 0x0409, 6, 0, 16, 0), "file_too_old"),
    "json": (b'{"schools": []}', "file_foreign"),
    "text": ("Mã trường;Tên trường\n1;2\n".encode(), "file_foreign"),
    "bytes": (bytes(range(256)), "file_foreign"),
    "zeros": (bytes(5000), "file_foreign"),
    "nothing": (b"", "file_empty"),
    "word 97": (make.ole({"WordDocument": b"x"}), "file_is_word"),
    "slides 97": (make.ole({"PowerPoint Document": b"x"}), "file_is_slides"),
    "mail": (make.ole({"__properties_version1.0": b"x"}), "file_foreign"),
    "password": (make.ole({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "file_password"),
    "container cut": (make.xls({"A": CELLS})[:900], "file_damaged"),
    "container head only": (bytes.fromhex("d0cf11e0a1b11ae1"), "file_damaged"),
    "word": (make.zipped({TYPES: "", "word/document.xml": "<d/>"}), "file_is_word"),
    "slides": (make.zipped({TYPES: "", "ppt/presentation.xml": "<d/>"}), "file_is_slides"),
    "numbers": (make.zipped({"Index/Document.iwa": b"x"}), "file_is_numbers"),
    "zip": (make.zipped({"a.txt": "x"}), "file_is_archive"),
    "zip in zip": (make.zipped({"a.xlsx": make.zipped({TYPES: "x"})}), "file_is_archive"),
    "zip without parts": (make.zipped({}), "file_is_archive"),
    "zip head only": (b"PK\x03\x04" + bytes(200), "file_damaged"),
    "zip behind bytes": (b"xx" + make.zipped({TYPES: "x"}), "file_foreign"),
    "odt": (make.ods("", mimetype="text"), "file_is_word"),
    "odp": (make.ods("", mimetype="presentation"), "file_is_slides"),
    "odg": (make.ods("", mimetype="graphics"), "file_foreign"),
    "odt without type": (
        make.zipped({"content.xml": "<office:document-content xmlns:office='o'><office:text/>"
                     "</office:document-content>"}),
        "file_is_word",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_workbook_is_named(tmp_path: Path, kind: str) -> None:
    content, expected = FOREIGN[kind]
    for ending in ("xlsx", "xls", "ods"):
        assert key(tmp_path / f"a.{ending}", content) == expected, ending


def workbook(path: Path) -> dict[str, bytes]:
    """The parts of a faultless workbook."""
    with zipfile.ZipFile(save(path, [school(1)])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_entry(path: Path, name: str, change: Callable[[zipfile.ZipInfo], None]) -> Path:
    """A faultless workbook with one more entry, its description changed."""
    save(path, [school(1)])
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        change(info)
        archive.writestr(info, "x")
    return path


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/x", "\\x", "..\\x", "xl\\workbook.xml", "C:x", "XL/WORKBOOK.XML"],
)
def test_names_that_lead_elsewhere_or_stand_twice(tmp_path: Path, name: str) -> None:
    path = with_entry(tmp_path / "a.xlsx", name, lambda info: None)
    assert key(path) == "file_unsafe_archive"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice(tmp_path: Path) -> None:
    path = with_entry(tmp_path / "a.xlsx", "xl/workbook.xml", lambda info: None)
    assert key(path) == "file_unsafe_archive"


def test_a_link_within_an_archive(tmp_path: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16

    assert key(with_entry(tmp_path / "a.xlsx", "xl/x", link)) == "file_unsafe_archive"


def test_an_encrypted_entry(tmp_path: Path) -> None:
    content = bytearray(save(tmp_path / "a.xlsx", [school(1)]).read_bytes())
    place = content.index(b"PK\x01\x02") + 8
    content[place] |= 1
    assert key(tmp_path / "a.xlsx", bytes(content)) == "file_password"


def test_entries_that_share_their_bytes(tmp_path: Path) -> None:
    content = bytearray(make.zipped({TYPES: "x" * 500, "a": "y" * 500}))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)
    assert key(tmp_path / "a.xlsx", bytes(content)) == "file_unsafe_archive"


def test_an_archive_behind_another(tmp_path: Path) -> None:
    """Readers that start at the front and those that start at the end see different workbooks."""
    whole = save(tmp_path / "a.xlsx", [school(1)]).read_bytes()
    assert key(tmp_path / "b.xlsx", whole + whole) == "file_unsafe_archive"


def test_bytes_behind_the_archive_do_no_harm(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.xlsx", [school(1)]).read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole + bytes(100))
    assert open_book(tmp_path / "a.xlsx").sheets[0].rows


def test_a_large_archive_format_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    parts = workbook(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
    assert len(open_book(path).sheets[0].rows) == 2


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_no_spreadsheet_program_uses(tmp_path: Path, packing: int) -> None:
    path = tmp_path / "a.xlsx"
    parts = workbook(path)
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert key(path) == "file_part_damaged"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", TYPES])
def test_bytes_changed_on_the_way(tmp_path: Path, part: str) -> None:
    """The sums of the parts tell; parts that hold no cells may pass."""
    path = tmp_path / "a.xlsx"
    save(path, [school(n) for n in range(1, 200)])
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(part)
    content = bytearray(path.read_bytes())
    content[info.header_offset + 30 + len(part) + info.compress_size // 2] ^= 0x55
    path.write_bytes(content)
    assert part == TYPES or key(path) == "file_part_damaged"


WIDE = "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>"


@pytest.mark.parametrize("part", ["docProps/app.xml", "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_in_any_part(tmp_path: Path, part: str, encoding: str) -> None:
    path = tmp_path / "a.xlsx"
    parts = workbook(path) | {part: WIDE.encode(encoding)}
    assert key(path, make.zipped(parts)) == "file_doctype"


def test_a_part_that_unpacks_to_far_too_much(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    save(path, [school(1)])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/big.xml", "w") as stream,
    ):
        for _ in range(60):
            stream.write(bytes(2**20))
    tracemalloc.start()
    assert key(path) == "file_bomb"
    assert tracemalloc.get_traced_memory()[1] < 2**23
    tracemalloc.stop()


def test_sizes_that_lie_are_not_believed(tmp_path: Path) -> None:
    """The archive says 100 bytes; unpacking stops there, and the sum does not fit."""
    out = io.BytesIO(make.ods(make.ods_table(*[["x" * 50]] * 2000)))
    content = bytearray(out.getvalue())
    for sign, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.index(b"content.xml", content.index(sign)) - (46 if offset == 24 else 30)
        content[place + offset : place + offset + 4] = struct.pack("<I", 100)
    assert key(tmp_path / "a.ods", bytes(content)) in ("file_damaged", "file_part_damaged")


def test_too_many_entries(tmp_path: Path) -> None:
    parts = {TYPES: b"x"} | {f"x/{i}": b"" for i in range(6000)}
    assert key(tmp_path / "a.xlsx", make.zipped(parts)) == "file_unsafe_archive"


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.xlsx", make.xls({"A": CELLS}), "xls"),
        ("a.xls", make.ods(make.ods_table(["a", 1])), "ods"),
    ],
)
def test_content_decides_and_the_ending_is_told(
    tmp_path: Path, name: str, content: bytes, form: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    book = open_book(path)
    assert (book.format, book.sheets[0].rows) == (form, [["a", 1]])
    assert [k for k, _ in book.remarks] == ["file_mislabelled"]


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_the_right_ending_needs_no_remark(tmp_path: Path, form: str) -> None:
    table = make.ods(make.ods_table(["a", 1]))
    (tmp_path / f"a.{form}").write_bytes(
        table if form == "ods" else getattr(make, form)({"A": CELLS})
    )
    assert open_book(tmp_path / f"a.{form}").remarks == []


def test_macros_of_old_workbooks_are_said(tmp_path: Path) -> None:
    content = make.ole({"Workbook": make.biff8({"A": CELLS}), "_VBA_PROJECT_CUR": b"x"})
    (tmp_path / "a.xls").write_bytes(content)
    assert [k for k, _ in open_book(tmp_path / "a.xls").remarks] == ["macros_ignored"]
