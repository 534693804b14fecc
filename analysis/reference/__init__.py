"""This room answers: what do the words mean here? Headings, spellings, rules, labels, settings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.reference.labels import LANGUAGES, corridor, decimal, percent, points, say
    from analysis.reference.rules import SCHEMES, Column, Rules, heading_key, read_rules
    from analysis.reference.settings import (
        About,
        Reference,
        Target,
        TargetSet,
        YearSettings,
        read_reference,
    )
    from analysis.reference.text import bare, fold, fold_tidy, tidy
    from analysis.reference.trouble import InputError, SuiteError

__all__ = [
    "LANGUAGES",
    "SCHEMES",
    "About",
    "Column",
    "InputError",
    "Reference",
    "Rules",
    "SuiteError",
    "Target",
    "TargetSet",
    "YearSettings",
    "bare",
    "corridor",
    "decimal",
    "fold",
    "fold_tidy",
    "heading_key",
    "percent",
    "points",
    "read_reference",
    "read_rules",
    "say",
    "tidy",
]

# Where the names are looked for, the lightest first: a message needs no rules, and help comes at
# once. Each is loaded when one of its names is first used.
_MODULES = ("labels", "trouble", "text", "rules", "settings")


def __getattr__(name: str) -> Any:
    for module in map(_module, _MODULES if name in __all__ else ()):
        if hasattr(module, name):
            globals()[name] = value = getattr(module, name)
            return value
    raise AttributeError(f"module 'analysis.reference' has no attribute {name!r}")


def _module(name: str) -> Any:
    return import_module(f"analysis.reference.{name}")
