"""Which files stand in a folder, none of them outside it, and nothing followed in circles."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from analysis.reference import InputError


@dataclass
class Listing:
    """`files`: ordinary files, by path. `passed_over`: names of what is no ordinary file, or only a
    link to something outside. `errors`: folders that may not be read."""

    files: list[Path] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)


def list_folder(folder: Path) -> Listing:
    """The files of a folder and of the folders in it. Links to folders are not followed, for they
    may lead in a circle; links to files only where the file stands in the folder too."""
    listing = Listing()
    root = folder.resolve()

    def unreadable(error: OSError) -> None:
        name = Path(error.filename or folder).name
        cause = error.strerror or ""
        listing.errors.append(InputError("file_unreadable", file=name, cause=cause))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders.sort()
        listing.passed_over += [n for n in folders if Path(here, n).is_symlink()]
        for name in names:
            path = Path(here, name)
            if _is_inside(path, root):
                listing.files.append(path)
            else:
                listing.passed_over.append(name)
    listing.files.sort()
    listing.passed_over.sort()
    return listing


def _is_inside(path: Path, root: Path) -> bool:
    """Is this an ordinary file, and does it stand below the root, links followed?"""
    try:
        return stat.S_ISREG(path.stat().st_mode) and path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to nothing, or to itself
        return False
