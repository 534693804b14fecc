"""Labels in Vietnamese and English, and numbers as each language writes them."""

from __future__ import annotations

import os
import sys
import tomllib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

LANGUAGES = ("vi", "en")
_FOLDER = os.path.join(os.path.dirname(__file__), "labels")  # without pathlib help is quicker


@cache
def _texts() -> dict[str, str]:
    """The files as they are: reading them is nothing beside parsing them."""
    texts = {}
    for name in sorted(n for n in os.listdir(_FOLDER) if n.endswith(".toml")):
        with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
            texts[name] = file.read()
    return texts


@cache
def _places() -> dict[str, list[str]]:
    """The files in which a label stands, found by their headings."""
    places: dict[str, list[str]] = {}
    for name, text in _texts().items():
        for line in text.split("\n"):
            if line.startswith("["):
                places.setdefault(line.strip('[]"'), []).append(name)
    return places


@cache
def _file(name: str) -> dict[str, dict[str, str]]:
    """The labels of one file; one that lacks a language is a fault of the data."""
    labels: dict[str, dict[str, str]] = tomllib.loads(_texts()[name])
    for key, entry in labels.items():
        if set(entry) != set(LANGUAGES):
            raise ValueError(f"{name}: label {key!r} lacks a language")
    return labels


@cache
def _label(key: str) -> dict[str, str]:
    """A label, from the one file that has it; two that have it are a fault of the data."""
    found = _places().get(key, [])
    if len(found) > 1:
        raise ValueError(f"label {key!r} stands in {' and '.join(found)}")
    if not found:
        raise KeyError(key)
    return _file(found[0])[key]


def say(key: str, lang: str = "vi", **facts: object) -> str:
    """The label or message `key` in `lang`, with its {facts} filled in.

    Facts are inserted as they are: a brace in a school's name stays a brace.
    """
    return _label(key)[lang].format(**facts)


def language_of_notebook() -> str:
    """What the parameter `lang` of the notebook that calls says; elsewhere Vietnamese."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    lang = shell.user_ns.get("lang") if shell is not None else None
    return str(lang) if lang in LANGUAGES else "vi"


def decimal(value: float | Fraction, decimals: int = 1, lang: str = "vi") -> str:
    """A number as it is written: "1.234,5" in Vietnamese, "1,234.5" in English."""
    from decimal import ROUND_HALF_UP, Decimal  # words come without numbers: help should be quick
    from fractions import Fraction

    exact = Fraction(value).limit_denominator(10**9)
    rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP
    )
    text = f"{rounded + 0:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def percent(value: float | Fraction, decimals: int = 1, lang: str = "vi") -> str:
    """A percentage (0-100) as it is written: "89,5%"."""
    return f"{decimal(value, decimals, lang)}%"


def points(value: float | Fraction, decimals: int = 1, lang: str = "vi") -> str:
    """A difference in percentage points, with its sign: "−4,5" (a true minus), "+2,0"."""
    text = decimal(-value if value < 0 else value, decimals, lang)
    if not text.strip("0.,"):
        return text
    return f"{'−' if value < 0 else '+'}{text}"


def corridor(low: float, high: float, decimals: int = 1, lang: str = "vi") -> str:
    """A wanted range as it is written: "80–90%", "≥ 89,5%", "100%" (whole edges bare)."""
    edges = [decimal(edge, 0 if edge == int(edge) else decimals, lang) for edge in (low, high)]
    key = "corridor" if high < 100 else "corridor_least" if low < 100 else "corridor_full"
    return say(key, lang, low=edges[0], high=edges[1])
