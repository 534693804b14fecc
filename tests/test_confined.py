"""Reading apart: what dies, grows or stalls in the child is a message here; nothing is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from analysis.raw import ErrorCell, LogicalCell
from analysis.reference import InputError
from analysis.workbooks import confined, witness
from analysis.workbooks.cells import Book
from analysis.workbooks.collected import Collected
from analysis.workbooks.confined import Limits, read_apart, read_confined
from analysis.workbooks.formats import Formats
from analysis.workbooks.limits import OUT_OF_MEMORY, extended_limits
from analysis.workbooks.xls import read_xls
from tests import binary_workbooks as make

SMALL = Limits(memory=300 * 2**20, seconds=20)
CELLS = {
    (0, 0): "Tên trường",
    (0, 1): True,
    (1, 0): make.Failed("#N/A"),
    (1, 2): 12.5,
    (3, 1): "Đường",
    (3, 2): 1,
}
ROWS = [
    ["Tên trường", LogicalCell(True)],
    [ErrorCell("#N/A"), None, 12.5],
    [],
    [None, "Đường", 1],
]


def read(path: Path, content: bytes, limits: Limits = SMALL) -> Book:
    path.write_bytes(content)
    return read_apart(content, path.suffix[1:], path.name, limits)


def refusal(path: Path, content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, content)
    assert path.name in caught.value.text("vi") and path.name in caught.value.text("en")
    return caught.value


DOWN = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
ACROSS = '<table:table-cell table:number-columns-repeated="16000"/>'
LAST = f"<table:table-row>{ACROSS}{make.ods_cell(1)}</table:table-row>"
FAR = {
    "xls": lambda: make.xls({"Bảng": {(0, 0): "a", (65_535, 255): 1}}),
    "ods": lambda: make.ods(make.ods_table(["a"], DOWN, LAST)),
}


@pytest.mark.parametrize("form", FAR)
def test_a_cell_at_the_far_corner_is_named(tmp_path: Path, form: str) -> None:
    error = refusal(tmp_path / f"a.{form}", FAR[form]())
    assert error.key == "cell_far_away" and error.cell in ("IV65536", "WQK1048572")


def altered(sheets: list[Collected], change: str) -> list[Collected]:
    rows = sheets[0].rows
    if change == "a row":
        del rows[3]
    elif change == "a cell":
        del rows[0][0]
    elif change == "a text":
        rows[0][0] = "khác"
    elif change == "a number":
        rows[1][2] = 12.6
    elif change == "too much":
        rows[9] = {0: "thừa"}
    else:
        sheets.append(Collected("thừa", Formats()))
    return sheets


@pytest.mark.parametrize("change", ["a row", "a cell", "a text", "a number", "too much", "a sheet"])
def test_two_readings_that_differ_are_refused(change: str) -> None:
    content = make.xls({"Bảng": CELLS})
    witness.confirm(content, read_xls(content))
    with pytest.raises(InputError) as caught:
        witness.confirm(content, altered(read_xls(content), change))
    assert caught.value.key.startswith("readings_differ")


def test_a_failed_formula_beyond_the_last_value_is_kept(tmp_path: Path) -> None:
    cells = {(0, 0): 1.0, (5, 5): make.Failed("#REF!")}
    book = read(tmp_path / "a.xls", make.xls({"A": cells}))
    assert book.sheets[0].rows[5][5] == ErrorCell("#REF!")


CHILDREN = {
    "abort": ("import os\nos.abort()", "reader_died"),
    "silent": ("", "reader_died"),
    "no answer": ("print('[' * 100000)", "reader_died"),
    "half": ("print('[1, 0, \"a\"', end='')", "reader_died"),
    "sleep": ("import time\ntime.sleep(60)", "reader_time"),
    "endless": ("while True: sys.stdout.write('[0,0,1]\\n' * 2**16)", "reader_memory"),
    "one line": ("import sys\nwhile True: sys.stdout.write('x' * 2**20)", "reader_memory"),
    "watched": (f"import os\nos._exit({OUT_OF_MEMORY})", "reader_memory"),
}


@pytest.mark.parametrize("kind", CHILDREN)
def test_whatever_the_child_does_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    code, key = CHILDREN[kind]
    script = tmp_path / "child.py"
    script.write_text(f"import sys\nsys.stdin.readline()\n{code}\n")
    monkeypatch.setattr(confined, "CHILD", script)
    limits = Limits(memory=2**28, seconds=1 if kind == "sleep" else 60, answer=2**20)
    content = bytes(2**21) if kind in ("abort", "silent") else b""  # more than a pipe takes
    with pytest.raises(InputError) as caught:
        list(read_confined(content, "xls", "a.xls", limits))
    assert caught.value.key == key


def test_a_child_that_cannot_start_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert refusal(tmp_path / "a.xls", make.xls({"A": CELLS})).key == "reader_died"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory by address space")
def test_the_child_takes_no_more_memory_than_allowed(tmp_path: Path) -> None:
    cells = {(r, c): f"chữ {r} {c}" for r in range(3000) for c in range(20)}
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.xls", make.xls({"A": cells}), Limits(memory=40 * 2**20))
    assert caught.value.key in ("reader_memory", "reader_died")


@pytest.mark.skipif(sys.platform == "win32", reason="the module resource is not there")
def test_the_watch_ends_a_process_that_grows() -> None:
    import subprocess

    code = "from analysis.workbooks.limits import watch; watch(1, 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1])
    assert done.returncode == OUT_OF_MEMORY


def test_the_layout_windows_expects_of_a_limit() -> None:
    import ctypes

    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(extended_limits()) == 144


@pytest.mark.skipif(sys.platform != "win32", reason="job objects are a matter of Windows")
def test_the_job_object_keeps_memory(tmp_path: Path) -> None:
    cells = {(r, c): f"chữ {r} {c}" for r in range(3000) for c in range(20)}
    with pytest.raises(InputError):
        read(tmp_path / "a.xls", make.xls({"A": cells}), Limits(memory=20 * 2**20))


def test_the_child_loads_little() -> None:
    """Its start is paid for each file."""
    import json
    import subprocess

    request = {"form": "xls", "memory": 2**29, "seconds": 20}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-I", "-B", str(confined.CHILD)],
        input=json.dumps(request).encode() + b"\n" + make.xls({"A": CELLS}),
        capture_output=True,
        check=True,
    )
    assert b'"done":true' in done.stdout
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    heavy = {"pandas", "numpy", "openpyxl", "analysis.reference.rules", "analysis.workbooks.xlsx"}
    assert not loaded & heavy and "python_calamine" in loaded
