"""What is hashed is what was read, whenever a file is saved again.

A child counts each file it opens and puts another in the place of one at a random moment.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import sys
from pathlib import Path

import pytest

from analysis.notebook.school_year import SchoolYear, load_year
from analysis.raw import read_raw
from analysis.reference import InputError
from analysis.returned import return_workbooks
from analysis.work.headings import load_settled
from analysis.work.sources import read_once, sources
from tests.returning import read
from tests.workbooks import save, school

YEAR = "2025-2026"
MOMENTS = 20
NAMES = ("Trường Tiểu học Hoa Sen", "Trường Tiểu học Hoa Mai")
DAYS = (dt.date(2026, 5, 31), dt.date(2026, 6, 30))
OFFICE = """name_vi = "A"
name_en = "A"
source_vi = "a"
source_en = "a"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office with two workbooks."""
    raw = tmp_path / "data" / "raw" / YEAR
    raw.mkdir(parents=True)
    (tmp_path / "data" / "years").mkdir()
    (tmp_path / "data" / "office.toml").write_text(OFFICE, encoding="utf-8")
    (tmp_path / "data" / "years" / f"{YEAR}.toml").write_bytes(settings(0))
    save(raw / "b.xlsx", [school(2)])
    save(raw / "a.xlsx", [school(1, name=NAMES[0])])
    return tmp_path


def settings(version: int) -> bytes:
    return f'school_year = "{YEAR}"\nas_of = {DAYS[version]}\n'.encode()


def mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def one_whole_reading(year: SchoolYear, books: dict[str, int], said: dict[str, str]) -> None:
    """The school's name and the day are those of the bytes that are named."""
    (name,) = set(year.schools["school_name"]) & set(NAMES)
    assert books[said["a.xlsx"]] == NAMES.index(name)
    if "settings" in said:
        assert said["settings"] == mark(settings(DAYS.index(year.as_of)))


def read_all(home: Path, books: dict[str, int]) -> None:
    with read_once(home, home) as copy:
        own = home / "data" / "years" / f"{YEAR}.toml"
        year = load_settled(YEAR, home=copy, settings=own)
        inputs = sources(year.reference, year.reference.year(YEAR), "vi")["inputs"]
    said = {Path(name).name: digest for name, digest in inputs.items()}
    one_whole_reading(year, books, {**said, "settings": said[own.name]})
    for _ in range(2):  # as it is read, and as it was kept
        year = load_year(YEAR, home=home)
        one_whole_reading(year, books, year.raw.digests)
    now = home / "data" / "raw" / YEAR / "a.xlsx"
    assert year.raw.digests["a.xlsx"] == mark(now.read_bytes())


def opened(home: Path, books: dict[str, int], moment: int, file: Path, other: bytes) -> int:
    """How many files of the office are opened; before the `moment`-th the file becomes another.
    -1 where what was read is not what is named."""
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        count = 0

        def see(event: str, given: tuple[object, ...]) -> None:
            nonlocal count
            if event == "open" and "data" in Path(str(given[0])).parts:
                count += 1
                if count == moment:
                    new = file.with_name(".new")
                    new.write_bytes(other)
                    os.replace(new, file)

        done = False
        try:
            sys.addaudithook(see)
            read_all(home, books)
            done = True
        finally:
            os.write(tell, str(count if done else -1).encode())
            os._exit(0)
    os.close(tell)
    os.waitpid(child, 0)
    with os.fdopen(told) as answer:
        return int(answer.read() or -1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the moments are counted in a fork")
def test_what_is_named_is_what_was_read_whenever_a_file_is_saved(home: Path) -> None:
    book = home / "data" / "raw" / YEAR / "a.xlsx"
    own = home / "data" / "years" / f"{YEAR}.toml"
    before = book.read_bytes()
    after = save(home / "c.xlsx", [school(1, name=NAMES[1])]).read_bytes()
    books = {mark(before): 0, mark(after): 1}
    chance, wrong = random.Random(18), []
    count = opened(home, books, 0, book, after)
    assert count > MOMENTS
    for moment in chance.sample(range(1, count + 1), MOMENTS):
        file, other = chance.choice([(book, after), (own, settings(1))])
        if opened(home, books, moment, file, other) < 0:
            wrong.append((moment, file.name))
        book.write_bytes(before)
        own.write_bytes(settings(0))
    assert not wrong


def test_a_workbook_that_came_or_went_while_it_was_read_is_not_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = home / "data" / "raw" / YEAR

    def going(*given: object) -> object:
        (raw / "b.xlsx").rename(raw / ".away")
        found = read_raw(*given)  # type: ignore[arg-type]
        (raw / ".away").rename(raw / "b.xlsx")
        return found

    with monkeypatch.context() as patched:
        patched.setattr("analysis.notebook.school_year.read_raw", going)
        assert len(load_year(YEAR, home=home).schools) == 1
    assert len(load_year(YEAR, home=home).schools) == 2


def test_a_workbook_saved_since_is_not_returned_with_marks_of_another(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, kdclgd="9")])
    raw, cleaned = read(path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(InputError, match=r"a\.xlsx"):
        return_workbooks(raw.books, cleaned.findings, tmp_path / "back", digests=raw.digests)
    assert not (tmp_path / "back").exists()
