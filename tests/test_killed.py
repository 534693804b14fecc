"""A run killed anywhere while it publishes: the old folder or the new one, and nothing left.

The child counts everything it asks of the system (files, folders, renames) and is killed by SIGKILL
at one of them, a later one each time, until it gets through.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.export import switching
from analysis.export.checking import check_folder
from analysis.export.manifest import write_manifest
from analysis.export.publishing import publishing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
FILES = 24
OLD, NEW = ({f"{i}.txt": f"{word} {i}\n" for i in range(FILES)} for word in ("old", "new"))


def publish(folder: Path, files: dict[str, str]) -> None:
    with publishing(folder, check=check_folder) as staging:
        (staging / "so_lieu").mkdir()
        for name, text in files.items():
            (staging / "so_lieu" / name).write_text(text, encoding="utf-8")
        write_manifest(staging, {})


def contents(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in (folder / "so_lieu").iterdir()}


def killed_at(number: int, work: Callable[[], None]) -> bool:
    """Do the work in a child that is killed at its so-and-so-many-th step; was it?"""
    child = os.fork()
    if not child:
        left = number

        def count(event: str, _: object) -> None:
            nonlocal left
            left -= event.startswith(("open", "os.", "shutil.", "ctypes.", "fcntl."))
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(count)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def rounds(folder: Path, *, gap: bool) -> int:
    """Kill at every step; how many there were. `gap`: the folder may be away for a moment."""
    number = 1
    while killed_at(number, lambda: publish(folder, NEW)):
        if not gap or folder.exists():
            check_folder(folder)
            assert contents(folder) in (OLD, NEW), number
        publish(folder, OLD)
        assert contents(folder) == OLD, number
        assert [p.name for p in folder.parent.iterdir()] == [folder.name], number
        number += 1
    assert contents(folder) == NEW
    return number - 1


def test_old_or_new_in_one_step(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    if not switching.exchange(one, other):
        pytest.skip("this file system cannot let two folders change names in one step")
    folder = tmp_path / "figures" / "2024-2025"
    publish(folder, OLD)
    assert rounds(folder, gap=False) >= 100


def test_old_or_new_after_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switching, "exchange", lambda *_: False)
    folder = tmp_path / "figures" / "2024-2025"
    publish(folder, OLD)
    assert rounds(folder, gap=True) >= 100


@pytest.mark.parametrize("exchanging", [True, False])
def test_killed_while_it_clears_up_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanging: bool
) -> None:
    """Each kill is followed by a clearing up that is killed in turn, one step later each time."""
    if not exchanging:
        monkeypatch.setattr(switching, "exchange", lambda *_: False)
    folder = tmp_path / "figures" / "2024-2025"
    publish(folder, OLD)
    for number in range(1, 60):
        for _ in range(3):
            killed_at(number, lambda: publish(folder, NEW))
    publish(folder, OLD)
    assert contents(folder) == OLD
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
