"""Names of a room that are loaded when they are first used: a command needs few of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import Any


def find_later(room: str, parts: Sequence[str], names: Collection[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a room: its public `names`, each from the first of its `parts` that has
    it, so the lightest come first."""

    def find(name: str) -> Any:
        for part in parts if name in names else ():
            module = import_module(f"{room}.{part}")
            if hasattr(module, name):
                setattr(sys.modules[room], name, getattr(module, name))
                return getattr(module, name)
        raise AttributeError(f"module {room!r} has no attribute {name!r}")

    return find
