"""This room answers: what do the words mean here? Headings, spellings, rules, labels, settings."""

from __future__ import annotations

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
