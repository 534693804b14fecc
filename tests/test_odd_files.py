"""Odd names, pipes, links, folders and texts: what stands around workbooks on a disk."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from analysis.raw import read_raw
from analysis.reference import InputError, read_rules
from analysis.workbooks import list_folder, open_book
from tests import binary_workbooks as make
from tests.test_container import key
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()


@pytest.mark.parametrize("line", [b",,\n", b"\r", b"," * 100 + b"\n"])
def test_texts_of_nothing_but_lines_and_separators(tmp_path: Path, line: bytes) -> None:
    assert key(tmp_path / "a.csv", b"a,b,c\n" + line * 400_000) in (
        "sheet_too_large",
        "file_too_large",
    )


NAMES = [
    "tên có dấu cách.xlsx",
    unicodedata.normalize("NFD", "Biểu tổng hợp đợt 2.xlsx"),
    "-rf.xlsx",
    "a" * 200 + ".xlsx",
    "a%00b%n%s{0}.xlsx",
    "'; drop table--.xlsx",
    "a\nb.xlsx",
    "=1+1.xlsx",
    "A.XLSX",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forbids some of these names")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_odd_names_are_read_like_any(tmp_path: Path, name: str, form: str) -> None:
    path = tmp_path / (name[:-4] + form)
    path.write_bytes(
        save(tmp_path / "x", [school(1)]).read_bytes()
        if form == "xlsx"
        else make.xls({"A": dict(_numbered(HEADINGS))})
    )
    assert open_book(path).file == path.name


def _numbered(texts: list[str]) -> list[tuple[tuple[int, int], str]]:
    return [((0, c), text) for c, text in enumerate(texts)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are always text")
def test_a_name_in_no_encoding_is_told(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/tr\xff\xfe.xlsx"
    Path(os.fsdecode(path)).write_bytes(b"x")
    with pytest.raises(InputError) as caught:
        open_book(Path(os.fsdecode(path)))
    assert caught.value.key == "file_name_unreadable"
    assert "tr??.xlsx" in caught.value.text().encode("utf-8").decode()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    assert key(tmp_path / "a.xlsx") == "file_not_regular"
    assert key(Path("/dev/zero")) == "file_not_regular"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="for root all is readable")
def test_a_file_without_the_right_to_read(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1)])
    path.chmod(0)
    assert key(path) == "file_unreadable"


def test_a_folder_by_the_name_of_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    save(tmp_path / "a.xlsx" / "b.xlsx", [school(1)])
    assert len(read_raw(tmp_path, RULES).tables) == 1
    assert key(tmp_path / "a.xlsx") == "file_not_regular"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own on Windows")
def test_links_in_a_folder_lead_nowhere_else(tmp_path: Path) -> None:
    outside = save(tmp_path / "outside.xlsx", [school(9)])
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    save(folder / "a.xlsx", [school(1)])
    (folder / "deep" / "loop").symlink_to(folder)
    (folder / "self.xlsx").symlink_to("self.xlsx")
    (folder / "gone.xlsx").symlink_to("nowhere.xlsx")
    (folder / "out.xlsx").symlink_to(outside)
    (folder / "twin.xlsx").symlink_to("a.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    listing = list_folder(folder)
    assert [p.name for p in listing.files] == ["a.xlsx", "twin.xlsx"]
    assert listing.passed_over == ["gone.xlsx", "loop", "out.xlsx", "pipe.xlsx", "self.xlsx"]
    assert not listing.errors


def test_files_of_a_folder_come_in_order(tmp_path: Path) -> None:
    for name in ("b/2.csv", "b/1.csv", "a.csv", "c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    names = [p.relative_to(tmp_path).as_posix() for p in list_folder(tmp_path).files]
    assert names == ["a.csv", "b/1.csv", "b/2.csv", "c.csv"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="for root all is readable")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert [e.key for e in list_folder(tmp_path).errors] == ["file_unreadable"]
