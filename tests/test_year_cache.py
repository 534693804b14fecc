"""What is kept of a school year: the same as if read anew, and never trusted blindly."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.notebook import school_year
from analysis.notebook.school_year import load_year
from analysis.notebook.year_cache.values import NotStorable, from_stored, to_stored
from analysis.raw import Coded, ErrorCell, LogicalCell, read_raw
from analysis.workbooks.cells import Converted

PROJECT = Path(__file__).parents[1]
YEARS = sorted(p.stem for p in (PROJECT / "data" / "years").glob("*.toml"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    return tmp_path


class Readings:
    """The folders that are really read, in whatever process."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes

    def __len__(self) -> int:
        return len(self.notes.read_text("utf-8").splitlines()) if self.notes.exists() else 0

    def read(self, folder: Any, rules: Any) -> Any:
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(f"{folder}\n")
        return read_raw(folder, rules)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Readings:
    done = Readings(tmp_path / "readings.txt")
    monkeypatch.setattr("analysis.notebook.school_year.read_raw", done.read)
    return done


def forget() -> None:
    """As in another process."""
    school_year._JUDGED.clear()


def same(one: Any, other: Any) -> bool:
    """Alike in type and content, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Coded):
        return one.codes.tolist() == other.codes.tolist() and same(one.values, other.values)
    if dataclasses.is_dataclass(one):
        names = [f.name for f in dataclasses.fields(one)]
        return all(same(getattr(one, n), getattr(other, n)) for n in names)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@pytest.mark.parametrize("name", YEARS)
def test_what_is_kept_is_the_same(home: Path, readings: Readings, name: str) -> None:
    first = load_year(name, home=home)
    forget()
    second = load_year(name, home=home)
    assert len(readings) == 1 and first.raw is not second.raw
    assert same(first.raw, second.raw)
    for table in ("held", "schools", "issues", "ledger", "indicators"):
        pd.testing.assert_frame_equal(getattr(first, table), getattr(second, table))


def test_a_changed_workbook_or_another_heading_is_read_again_another_day_not(
    home: Path, readings: Readings
) -> None:
    load_year("2024-2025", home=home)
    book = next((home / "data" / "raw" / "2024-2025").glob("truong_mam*"))
    book.write_bytes(book.read_bytes() + b"\0")
    load_year("2024-2025", home=home)
    load_year("2024-2025", home=home, as_of=dt.date(2025, 1, 1))
    settings = home / "data" / "years" / "2024-2025.toml"
    settings.write_text(
        settings.read_text("utf-8") + '\n[columns]\n"Số lớp" = "classes"\n', "utf-8"
    )
    load_year("2024-2025", home=home)
    assert len(readings) == 3
    assert len(list((home / ".cache" / "school_years").iterdir())) == 1  # older ones are cleared


@pytest.mark.parametrize("damage", [b"", b"x\ny", None])
def test_a_damaged_file_is_worked_out_anew(
    home: Path, readings: Readings, damage: bytes | None
) -> None:
    first = load_year("2024-2025", home=home)
    (kept,) = (home / ".cache" / "school_years").iterdir()
    kept.write_bytes(kept.read_bytes()[:-9] if damage is None else damage)
    forget()
    second = load_year("2024-2025", home=home)
    assert len(readings) == 2 and same(first.raw, second.raw)
    forget()
    load_year("2024-2025", home=home)
    assert len(readings) == 2


def test_a_place_that_cannot_be_written_is_no_fault(home: Path, readings: Readings) -> None:
    (home / ".cache").write_text("a file where the folder would be")
    load_year("2024-2025", home=home)
    forget()
    load_year("2024-2025", home=home)
    assert len(readings) == 2


def test_what_this_process_read_is_as_it_was_and_only_for_what_has_not_changed(
    home: Path, readings: Readings
) -> None:
    first = load_year("2024-2025", home=home)
    schools = first.held.copy(deep=True)
    first.held["unit"] = "sửa trong sổ tính"
    del first.ledger["rows_in"]
    second = load_year("2024-2025", home=home, lang="en")
    assert second.raw is first.raw and second.lang == second.held.attrs["lang"] == "en"
    pd.testing.assert_frame_equal(second.held, schools, check_flags=False)
    assert "rows_in" in second.ledger
    listed = home / "data" / "schools.csv"
    listed.write_text(
        listed.read_text("utf-8").replace(second.held["unit"][0], "Phường Mới"), "utf-8"
    )
    assert load_year("2024-2025", home=home).cleaned is not first.cleaned
    assert len(readings) == 1


@pytest.mark.parametrize(
    "value",
    [
        [1, "1", 1.5, True, None],
        {"a": (1, [None, dt.datetime(2025, 5, 31, 7)]), 2: {3}},
        [dt.time(7, 30), dt.timedelta(1, 2, 3), dt.date(2025, 5, 31)],
        [ErrorCell("#N/A"), LogicalCell(True), Path("a") / "b"],
        frozenset({"x"}),
        Coded.of([None, 1, 1.0, True, "a", dt.date(2025, 5, 31)]),
    ],
)
def test_values_come_back_as_they_were(value: Any) -> None:
    assert same(from_stored(to_stored(value)), value)


def test_a_converted_text_keeps_where_it_came_from() -> None:
    back = from_stored(to_stored(Converted("Hà", "Hµ", "tcvn3")))
    assert (back, back.original, back.rule) == ("Hà", "Hµ", "tcvn3")


def test_what_is_not_known_is_not_kept() -> None:
    with pytest.raises(NotStorable):
        to_stored([object()])


def test_a_workbook_saved_while_it_is_read_is_not_kept_as_the_one_before(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = next((home / "data" / "raw" / "2024-2025").glob("truong_mam*"))

    def saving(folder: Any, rules: Any) -> Any:
        book.write_bytes(book.read_bytes() + b"\0")
        return read_raw(folder, rules)

    monkeypatch.setattr("analysis.notebook.school_year.read_raw", saving)
    year = load_year("2024-2025", home=home)
    now = hashlib.sha256(book.read_bytes()).hexdigest()
    assert year.raw.digests[book.name] == now, "what was read is what is named"
    assert not (home / ".cache" / "school_years").exists()
