"""Publish a folder in one step: everything is made beside it and checked, then takes its place."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.export.switching import recover, switch
from analysis.reference import SuiteError

_STAGING, _MARK = ".making-", 8  # letters behind the name, so that no other folder's is meant
_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


@contextmanager
def publishing(folder: Path, check: Callable[[Path], object] | None = None) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it becomes `folder`, else it goes.

    `check` sees the filled folder before it takes its place, and raises where it is not right.
    What stood there before is replaced whole: old and new are never mixed, wherever the run is
    stopped, and what a killed run left is cleared away first. One run at a time may publish.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.parent):
            clear_leftovers(folder)
            yield from _staged(folder, check)
    except OSError as error:
        key = "publish_full" if error.errno in _FULL else "publish_failed"
        raise SuiteError(key, folder=folder.name, cause=_cause(error, folder)) from error


def _staged(folder: Path, check: Callable[[Path], object] | None) -> Iterator[Path]:
    staging = folder.parent / f"{_STAGING}{folder.name}-{uuid.uuid4().hex[:_MARK]}"
    staging.mkdir()
    try:
        yield staging
        if check:
            check(staging)
        switch(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def clear_leftovers(folder: Path) -> None:
    """After a run that was killed: put back what stood there, drop what was being made."""
    recover(folder)
    for left in folder.parent.glob(f"{_STAGING}{folder.name}-{'?' * _MARK}"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold `place` for this run; the system lets go of it when the run ends, however it ends."""
    held = _hold(place)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def _hold(place: Path) -> int | None:
    """The descriptor that holds the lock; None on file systems that know no locks."""
    if sys.platform == "win32":
        # Gone when it is closed, and no second run can open it while it is held.
        path, flags = place / ".publishing", os.O_CREAT | os.O_EXCL | os.O_TEMPORARY
        try:
            return os.open(path, flags)
        except (FileExistsError, PermissionError):
            raise SuiteError("publish_busy") from None
    import fcntl

    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise SuiteError("publish_busy") from None
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _cause(error: OSError, folder: Path) -> str:
    """The reason, and the published file that another program holds open (on Windows)."""
    reason = error.strerror or str(error)
    if isinstance(error, PermissionError):
        held = [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if _is_held(p)]
        reason = ", ".join([reason, *held])
    return reason


def _is_held(path: Path) -> bool:
    """Does Excel or another program keep this file from being replaced?"""
    if not path.is_file():
        return False
    with suppress(FileNotFoundError):
        try:
            path.open("r+b").close()
        except PermissionError:
            return True
    return False
