"""This room answers: what do the words mean here? Headings, spellings, rules, labels, settings.

Names are loaded when first used: a message needs no rules.
"""

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
    from analysis.reference.text import bare, fold, tidy
    from analysis.reference.trouble import InputError, SuiteError

# Where the names below come from, each in the first that has it.
_PARTS = ("trouble", "labels", "text", "rules", "settings")
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
    "heading_key",
    "percent",
    "points",
    "read_reference",
    "read_rules",
    "say",
    "tidy",
]


def __getattr__(name: str) -> Any:
    for part in _PARTS if name in __all__ else ():
        module = import_module(f"analysis.reference.{part}")
        if hasattr(module, name):
            globals()[name] = getattr(module, name)
            return globals()[name]
    raise AttributeError(f"module 'analysis.reference' has no attribute {name!r}")
