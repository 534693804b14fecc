"""Packages that are loaded when something of them is used, not when a module names them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a package until something of it is asked for."""

    def __getattr__(self, attribute: str) -> Any:
        name = self.__name__
        if sys.modules.get(name) is self:
            del sys.modules[name]
        return getattr(import_module(name), attribute)


def load_later(name: str) -> None:
    """Let a heavy package wait: `import NAME` costs nothing from now on, its first use loads it."""
    sys.modules.setdefault(name, _Later(name))
