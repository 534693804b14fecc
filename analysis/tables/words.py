"""How a cell of a table is written: codes in words, numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.reference import (
    SCHEMES,
    Corridor,
    Number,
    Percent,
    Points,
    Quantity,
    Span,
    say,
    sentence,
)
from analysis.tables import BETWEEN, Column, about_of, column_of, in_lists, table_of

_MISSING = "–"


def texts_of(table: pd.DataFrame, name: Any, lang: str) -> list[str]:
    """The cells of a column as text."""
    if name == "target_id" and f"label_{lang}" in table:
        return list(table[f"label_{lang}"])
    if name == "corridor":
        return [Corridor.of_row(row).text(lang) for row in table.to_dict("records")]
    if name == "needed":
        asked = zip(table["verdict"], table["needed_least"], table["schools_needed"], strict=True)
        return [_needed(*row, lang) for row in asked]
    if name == "message" and "source_file" in table:
        return [*map(_without_place, table["message"], table["source_file"])]
    column = column_in(table, name)
    told_by_row = name in ("impossible", "group") or _is_changed(table, name)
    if told_by_row or (column.codes and "scheme" in table):
        return worded(table, name, lang)
    own = column.name.partition("_")[0]
    scheme = own if own in SCHEMES else str(table.attrs.get("scheme") or "kdclgd")
    write = _writer(column, lang, scheme)
    return [write(value) for value in table[name]]


def column_in(table: pd.DataFrame, name: Any) -> Column:
    """What a column of a frame is: as in the table the frame is, else as anywhere."""
    known = table_of(table)
    return known.column(str(name)) if known else column_of(str(name))


def _needed(verdict: str, least: Any, most: Any, lang: str) -> str:
    """How many schools are lacking, where the verdict says that some are, or that none is."""
    if verdict not in ("met", "not_met") or pd.isna(most):
        return _MISSING
    return Span(int(least), int(most)).text(lang)


def _writer(column: Column, lang: str, scheme: str) -> Callable[[Any], str]:
    """How the cells of a column are written."""
    if column.codes:
        return lambda value: in_word(value, column.codes, lang, scheme)
    if column.kind == "columns":
        return lambda names: ", ".join(_column_name(n, lang) for n in names.split()) or _MISSING
    if column.signed:
        return lambda value: _MISSING if pd.isna(value) else Points(value).text(lang)
    return lambda value: _plain(value, lang)


def worded(table: pd.DataFrame, name: Any, lang: str) -> list[Any]:
    """The values of a column with their codes in words; what is no code stays what it is."""
    if name == "target_id" and f"label_{lang}" in table:
        return list(table[f"label_{lang}"])
    if name == "impossible":
        return [tell_impossible(reasons, lang) for reasons in table[name]]
    if _is_changed(table, name):
        return [_side(*row, lang) for row in zip(table["change"], table[name], strict=True)]
    codes = column_in(table, name).codes
    if not codes:
        return list(table[name])
    schemes = table["scheme"] if "scheme" in table else [str(name).partition("_")[0]] * len(table)
    pairs = zip(table[name], schemes, strict=True)
    words = [in_word(value, codes, lang, scheme) for value, scheme in pairs]
    if name != "group":
        return words
    total = total_word(table, lang)
    return [total if v == "all" else w for v, w in zip(table[name], words, strict=True)]


def total_word(table: pd.DataFrame, lang: str) -> str:
    """What all schools of a table together are called: the part that is looked at, else all."""
    about = about_of(table)
    part = about.part(lang) if about else ""
    return sentence(part) if part else say("group_all", lang)


def _is_changed(table: pd.DataFrame, name: Any) -> bool:
    """Whether a column is one side of the changes of schools, whose kind says what it holds."""
    return name in ("before", "after") and {"change", "school_id"} <= {*table}


def _side(change: str, value: str, lang: str) -> str:
    """What was there before or is there afterwards: standings and education levels in words."""
    is_standing = change.startswith("level_")
    codes = ("standing",) if is_standing else ("level",) if change == "other_level" else ()
    return in_word(value, codes, lang, change.removeprefix("level_"))


def tell_impossible(reasons: str, lang: str = "vi") -> str:
    """The reasons of `recompute_published` why counts cannot be, in words."""
    return "; ".join(_reason(one, lang) for one in reasons.split("; ") if one)


def _reason(one: str, lang: str) -> str:
    code, *pairs = one.split(" ")
    facts = dict(pair.split("=", 1) for pair in pairs)
    return say(f"impossible_{code}", lang, **{n: _fact(n, v, lang) for n, v in facts.items()})


def _fact(name: str, value: str, lang: str) -> Quantity | str:
    """A fact as it is said: columns and education levels by name, numbers as one writes them."""
    if name in ("count", "whole"):
        return say(f"count_{value}", lang)
    if name == "parts":
        return ", ".join(say(f"level_{part}", lang) for part in value.split("+"))
    if name in ("printed", "recomputed"):
        number = Decimal(value)
        places = max(0, -int(number.as_tuple().exponent))
        return Percent(Fraction(number), places)
    return value if name == "value" else Number(int(value))


def in_word(value: Any, prefixes: Sequence[str], lang: str, scheme: str) -> str:
    """A code in words; one that has none stays as it is, for example the name of a ward."""
    if isinstance(value, tuple):
        return ", ".join(in_word(v, prefixes, lang, scheme) for v in value)
    if isinstance(value, str) and BETWEEN in value:
        return ", ".join(in_word(part, prefixes, lang, scheme) for part in value.split(BETWEEN))
    if prefixes == ("by",) and "," in str(value):
        return " × ".join(in_word(part, prefixes, lang, scheme) for part in str(value).split(","))
    if prefixes == ("standing",) and str(value).isdecimal():
        return say(f"standing_{scheme}_level", lang, level=value)
    found = (_label("_".join(filter(None, (p, str(value)))), lang) for p in prefixes)
    return next((text for text in found if text), _plain(value, lang))


def title_of(table: pd.DataFrame, lang: str) -> str:
    """What the table a frame is, is called."""
    known = table_of(table)
    facts = {"scheme": "", "by": ""}
    for name in facts:
        values = [*map(str, table[name].unique())] if name in table else []
        facts[name] = ", ".join(in_word(v, (name,), lang, "") for v in values if v)
    return known.title(lang).format(**facts) if known else ""


def heading_of(name: Any, table: pd.DataFrame, lang: str) -> str:
    """The heading of a column in words."""
    if name == "target_id" and f"label_{lang}" in table:
        name = "label"
    return column_in(table, name).heading(lang)


def _column_name(name: str, lang: str) -> str:
    """A column of the school lists by its heading there, any other by its own."""
    return (in_lists(name) or column_of(name)).heading(lang)


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
    return sentence(message.partition(": ")[2])


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
    return Number(value, 0 if isinstance(value, int) else 1).text(lang)
