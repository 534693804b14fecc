"""Names of a room that are loaded when they are first used: a command needs few of them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def find_later(room: str) -> Callable[[str], Any]:
    """The `__getattr__` of a room. Which names others may ask for and where each comes from stands
    once, in the imports that the face of the room has for the type checker."""

    @cache
    def homes() -> dict[str, str]:
        spec: Any = find_spec(room)
        face = ast.walk(ast.parse(spec.loader.get_source(room)))
        imports = (n for n in face if isinstance(n, ast.ImportFrom) and n.module)
        return {one.name: str(n.module) for n in imports for one in n.names}

    def find(name: str) -> Any:
        if name not in homes():
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        found = getattr(import_module(homes()[name]), name)
        setattr(sys.modules[room], name, found)
        return found

    return find
