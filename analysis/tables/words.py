"""How a cell of a table is written: codes in words, numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.compare.impossible import tell_impossible
from analysis.reference import corridor, decimal, percent, points, read_rules, say

_MISSING = "–"


def count_and_share(count: Any, share: Any, lang: str) -> str:
    """A count with its share: "9 (81,8%)"; a bare 0; a dash where nothing is counted."""
    if pd.isna(count):
        return _MISSING
    shown = decimal(int(count), 0, lang)
    return shown if pd.isna(share) or not count else f"{shown} ({percent(share, 1, lang)})"


def texts_of(table: pd.DataFrame, name: Any, lang: str) -> list[str]:
    """The cells of a column as text."""
    if name == "target_id" and f"label_{lang}" in table:
        return list(table[f"label_{lang}"])
    if name == "corridor":
        edges = zip(table["target_from"], table["target_to"], table["decimals"], strict=True)
        return [corridor(low, high, int(places), lang) for low, high, places in edges]
    if name == "needed":
        asked = zip(table["verdict"], table["needed_least"], table["schools_needed"], strict=True)
        return [_needed(*row, lang) for row in asked]
    if name == "message" and "source_file" in table:
        return [*map(_without_place, table["message"], table["source_file"])]
    if name == "impossible" or (name in _CODES and "scheme" in table):
        return worded(table, name, lang)
    scheme = "cqg" if str(name).startswith("cqg") else "kdclgd"
    write = _writer(str(name), lang, scheme)
    return [write(value) for value in table[name]]


def _needed(verdict: str, least: Any, most: Any, lang: str) -> str:
    """How many schools are lacking, where the verdict says that some are, or that none is."""
    if verdict not in ("met", "not_met") or pd.isna(most):
        return _MISSING
    if least == most:
        return decimal(int(most), 0, lang)
    return f"{decimal(int(least), 0, lang)}–{decimal(int(most), 0, lang)}"


def _writer(name: str, lang: str, scheme: str) -> Callable[[Any], str]:
    """How the cells of a column are written."""
    if name in _CODES:
        return lambda value: in_word(value, _CODES[name], lang, scheme)
    if name == "column":
        return lambda value: _column_name(value, lang)
    if name in ("gives", "contradicts"):
        return lambda names: ", ".join(_column_name(n, lang) for n in names.split()) or _MISSING
    if name == "gap_points":
        return lambda value: _MISSING if pd.isna(value) else points(value, 1, lang)
    return lambda value: _plain(value, lang)


_CODES = {
    "scheme": ("scheme",),
    "by": ("by",),
    "part": ("part",),
    "change": ("change",),
    "step": ("step",),
    "move": ("moved", "step"),
    "level": ("bridge_level",),
    "kind": ("reconcile",),
    "ended": ("ended",),
    "unit_by": ("unit_by",),
    "roster_standing": ("standing",),
    "register_standing": ("standing",),
    "base": ("base",),
    "reading": ("reading",),
    "position": ("position",),
    "verdict": ("verdict",),
    "undecided": ("school",),
    "group": ("group", "level", "ownership"),
    "lowest_groups": ("group", "level", "ownership"),
    "highest_groups": ("group", "level", "ownership"),
    "education_level": ("level",),
    "ownership": ("ownership",),
    "outcome": ("outcome",),
    "check": ("published",),
    "pct_qualifier": ("qualifier",),
    "phase": ("phase", "level"),
    "scope": ("scope",),
    "met": ("met",),
    "target_met": ("met",),
    "rule": ("rule", ""),
    "joined_by": ("joined",),
    "clean_value": ("standing", "shown", "level", "ownership"),
    "example_after": ("standing", "shown", "level", "ownership"),
    "scope_reason": ("reason",),
    "standing": ("standing",),
    "kdclgd_standing": ("standing",),
    "cqg_standing": ("standing",),
    "standing_from": ("standing",),
    "standing_to": ("standing",),
    "scenario": ("scenario",),
    "role": ("role",),
    "obstacles": ("obstacle",),
    "upgrade": ("upgrade",),
    "stage": ("stage",),
    "measure": ("measure",),
    "conflict": ("conflict",),
    "candidates": ("school",),
    "renewals": ("school",),
}


def worded(table: pd.DataFrame, name: Any, lang: str) -> list[Any]:
    """The values of a column with their codes in words; what is no code stays what it is."""
    if name == "target_id" and f"label_{lang}" in table:
        return list(table[f"label_{lang}"])
    if name == "impossible":
        return [tell_impossible(reasons, lang) for reasons in table[name]]
    if name not in _CODES:
        return list(table[name])
    schemes = table["scheme"] if "scheme" in table else [str(name).partition("_")[0]] * len(table)
    pairs = zip(table[name], schemes, strict=True)
    return [in_word(value, _CODES[name], lang, scheme) for value, scheme in pairs]


def in_word(value: Any, prefixes: Sequence[str], lang: str, scheme: str) -> str:
    """A code in words; one that has none stays as it is, for example the name of a ward."""
    if isinstance(value, tuple):
        return ", ".join(in_word(v, prefixes, lang, scheme) for v in value)
    if prefixes == ("standing",) and str(value).isdecimal():
        return say(f"standing_{scheme}_level", lang, level=value)
    found = (_label("_".join(filter(None, (p, str(value)))), lang) for p in prefixes)
    return next((text for text in found if text), _plain(value, lang))


def heading_of(name: Any, table: pd.DataFrame, lang: str) -> str:
    """The heading of a column in words."""
    if name == "target_id" and f"label_{lang}" in table:
        name = "label"
    if name == "measure" and "pct_published" in table:  # what was counted, not classes or pupils
        name = "scheme"
    return _label(f"column_{name}", lang) or _column_name(name, lang)


def _column_name(name: Any, lang: str) -> str:
    """A column of a school list by the heading it should have."""
    column = read_rules().columns.get(str(name))
    if column is None:
        return str(name)
    return column.heading_en if lang == "en" else column.heading


def _label(key: str, lang: str) -> str:
    """The label of a key, or "" where there is none that can stand without facts."""
    try:
        return say(key, lang)
    except KeyError:
        return ""


def _without_place(message: str, file: str) -> str:
    """A message without the "file, sheet, cell: " at its start: those have their own columns."""
    if not message.startswith(f"{file}, "):
        return message
    text = message.partition(": ")[2]
    return text[:1].upper() + text[1:]


def _plain(value: Any, lang: str) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return _MISSING
    if isinstance(value, bool):
        return say("shown_yes" if value else "shown_no", lang)
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return value
    if hasattr(value, "item"):
        return _plain(value.item(), lang)
    return decimal(value, 0 if isinstance(value, int) else 1, lang)
