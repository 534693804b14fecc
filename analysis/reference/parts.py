"""Names of a room that are loaded when they are first used: a command needs few of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any


def find_later(room: str, parts: Sequence[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a room: a name from the first of its `parts` that has it, so the
    lightest come first. Which names others may ask for, its imports for the type checker say."""

    def find(name: str) -> Any:
        for part in parts if not name.startswith("__") else ():
            found = getattr(import_module(f"{room}.{part}"), name, None)
            if found is not None and not isinstance(found, ModuleType):
                setattr(sys.modules[room], name, found)
                return found
        raise AttributeError(f"module {room!r} has no attribute {name!r}")

    return find
