"""Let a new folder take the place of an old one so that a reader meets one of the two, whole.

Linux and macOS can let two folders change names in one step. Elsewhere it takes two renames with a
moment between them in which the folder is away; what stands where then tells what to put back.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path

_HERE, _EXCHANGE, _SWAP = -100, 2, 2  # AT_FDCWD; RENAME_EXCHANGE of Linux; RENAME_SWAP of macOS
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_OLD = ".old-"


def switch(new: Path, folder: Path) -> None:
    """`new` becomes `folder`. What stood there is gone afterwards, or `recover` clears it away."""
    if not folder.exists():
        os.rename(new, folder)
    elif exchange(new, folder):
        shutil.rmtree(new, ignore_errors=True)
    else:
        _switch_by_two_renames(new, folder)


def _switch_by_two_renames(new: Path, folder: Path) -> None:
    old = _old(folder)
    os.rename(folder, old)
    try:
        os.rename(new, folder)
    except OSError:
        os.rename(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """After a switch that was cut short: put back what stood there, or clear what it left.

    The old folder has its name of passage from before the new one came until it is cleared away. So
    if `folder` is there it is whole, and if it is not, the old one is.
    """
    old = _old(folder)
    if old.exists() and not folder.exists():
        os.rename(old, folder)
    shutil.rmtree(old, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.parent / f"{_OLD}{folder.name}"


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False, and nothing done, where that cannot be."""
    names = os.fsencode(one), os.fsencode(other)
    ctypes.set_errno(0)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            failed = system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE)
        elif sys.platform == "darwin":
            failed = system.renamex_np(*names, _SWAP)
        else:
            return False
    except (AttributeError, OSError, TypeError):  # an old system library, or none to ask
        return False
    if failed and (number := ctypes.get_errno()) not in _CANNOT:
        raise OSError(number, os.strerror(number), str(other))
    return not failed
