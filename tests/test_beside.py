"""Work beside the notebooks: done whole, told of as ever when it fails, and gone with its run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from analysis.reference import SuiteError
from analysis.work.processes import beside
from tests.test_notebook_runner import is_gone

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@linux
def test_the_work_is_done_once_by_another_process(tmp_path: Path) -> None:
    note = tmp_path / "note"
    with beside(lambda: note.open("a").write(str(os.getpid()))):
        pass
    assert note.read_text().isdecimal() and int(note.read_text()) != os.getpid()


def test_what_is_wrong_with_the_work_is_raised_here() -> None:
    def fail() -> None:
        raise SuiteError("publish_busy")

    with pytest.raises(SuiteError) as caught, beside(fail):
        pass
    assert caught.value.key == "publish_busy"


@linux
def test_a_block_that_fails_ends_the_work(tmp_path: Path) -> None:
    note, started = tmp_path / "note", time.monotonic()
    with pytest.raises(ValueError, match="block"), beside(lambda: _write_late(note)):
        raise ValueError("block")
    assert time.monotonic() - started < 20 and not note.exists()


def _write_late(note: Path) -> None:
    time.sleep(60)
    note.touch()


@linux
def test_a_killed_run_takes_the_work_along(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"""
        import os, pathlib, time
        from analysis.work.processes import beside
        def work():
            pathlib.Path({str(note)!r}).write_text(str(os.getpid()))
            time.sleep(60)
        with beside(work):
            time.sleep(60)
    """
    run = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=Path.cwd())
    while not (note.exists() and note.read_text()):
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert is_gone(int(note.read_text()))
