"""What foreign workbooks make a process do is done apart, within limits: the kernel lives on."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.cli import main
from analysis.notebook.school_year import load_year
from analysis.raw import reading
from analysis.reference import InputError, SuiteError
from analysis.workbooks import apart, confined
from analysis.workbooks.apart import made_apart
from tests.hanging import xls
from tests.workbooks import HEADINGS, school

PROJECT = Path(__file__).parents[1]


def hangs(*_: Any, **__: Any) -> None:
    re.match(r"(a+)+b", "a" * 60)


def sleeps_deaf(*_: Any, **__: Any) -> None:
    """Longer than any clock of its own can stop it."""
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(60)


def eats(*_: Any, **__: Any) -> None:
    bytearray(4 * 2**30)


def aborts(*_: Any, **__: Any) -> None:
    os.abort()


@pytest.mark.parametrize(
    ("does", "says"),
    [(hangs, "clock_over"), (sleeps_deaf, "clock_over"), (eats, "reader_memory"),
     (aborts, "reader_died")],
)  # fmt: skip
@pytest.mark.parametrize("where", ["raw.reading._read_book", "clean.cleaning.clean_columns"])
def test_a_kernel_lives_on_whatever_reading_and_cleaning_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    does: Callable[..., None],
    says: str,
    where: str,
) -> None:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    monkeypatch.setenv("ACCREDITATION_SECONDS", "1")
    monkeypatch.setattr(apart, "_SPARE", 1)
    monkeypatch.setattr(f"analysis.{where}", does)
    started = time.monotonic()
    with pytest.raises(InputError) as refused:
        load_year("2024-2025", home=tmp_path)
    assert refused.value.key == says and ".xlsx" in refused.value.text()
    assert time.monotonic() - started < 15
    monkeypatch.undo()
    assert len(load_year("2024-2025", home=tmp_path).schools) == 38


def test_a_fork_that_dies_names_the_file_it_was_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    read = reading._read_book

    def dies_at_one(path: Path, *given: Any) -> None:
        os.abort() if path.name.startswith("truong_thcs") else read(path, *given)

    monkeypatch.setattr(reading, "_read_book", dies_at_one)
    with pytest.raises(InputError) as refused:
        load_year("2024-2025", home=tmp_path)
    assert refused.value.facts["file"] == "truong_thcs_va_th-thcs_2024-2025.xlsx"


def test_a_fork_starts_no_process_for_an_old_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    folder = tmp_path / "data" / "raw" / "2024-2025"
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "a.xls").write_bytes(xls([HEADINGS, school(1), school(2)])[1])
    monkeypatch.setattr(confined, "CHILD", tmp_path / "nowhere.py")
    assert len(load_year("2024-2025", home=tmp_path).schools) == 2


@pytest.mark.parametrize("place", ["raw.reading._read_book", "clean.cleaning.clean_columns"])
def test_check_has_a_limit_of_memory(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = next((PROJECT / "data" / "raw" / "2024-2025").glob("truong_mam*"))
    before = resource.getrlimit(resource.RLIMIT_AS)
    monkeypatch.setattr(f"analysis.{place}", eats)
    assert main(["check", str(book), "--home", str(PROJECT)]) == 2
    told = "".join(capsys.readouterr())
    assert book.name in told and "448 MB" in told
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_check_has_a_clock_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = next((PROJECT / "data" / "raw" / "2024-2025").glob("truong_mam*"))
    monkeypatch.setenv("ACCREDITATION_SECONDS", "1")
    for place in ("raw.reading._read_book", "clean.cleaning.clean_columns"):
        with monkeypatch.context() as patched:
            patched.setattr(f"analysis.{place}", hangs)
            assert main(["check", str(book), "--home", str(PROJECT)]) == 2
        told = "".join(capsys.readouterr())
        assert book.name in told and "quá 1 giây" in told and "ACCREDITATION_SECONDS" in told


def test_a_child_has_no_more_of_the_environment_than_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET", "x")
    told = made_apart(lambda: json.dumps({**os.environ}).encode())
    assert told is not None and json.loads(told).keys() <= {"PATH", "LD_LIBRARY_PATH"}
    assert os.environ["SECRET"] == "x"


def test_what_is_refused_there_is_refused_here() -> None:
    def refuse() -> bytes:
        raise SuiteError("year_without_workbooks", year="2024-2025", folder=Path("x"))

    with pytest.raises(SuiteError) as refused:
        made_apart(refuse)
    assert (refused.value.key, refused.value.facts["folder"]) == ("year_without_workbooks", "x")
    assert made_apart(lambda: b"a\0b") == b"a\0b"
    assert made_apart(lambda: None) is None
