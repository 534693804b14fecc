"""Labels in Vietnamese and English, and numbers as each language writes them."""

from __future__ import annotations

import sys
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")
_FOLDER = Path(__file__).with_name("labels")


@cache
def _labels() -> dict[str, dict[str, str]]:
    """All labels; a key that stands in two files, or lacks a language, is a fault of the data."""
    labels: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in labels or set(entry) != set(LANGUAGES):
                raise ValueError(f"{path.name}: label {key!r} is doubled or lacks a language")
            labels[key] = entry
    return labels


def say(key: str, lang: str = "vi", **facts: object) -> str:
    """The label or message `key` in `lang`, with its {facts} filled in.

    Facts are inserted as they are: a brace in a school's name stays a brace.
    """
    return _labels()[key][lang].format(**facts)


def language_of_notebook() -> str:
    """What the parameter `lang` of the notebook that calls says; elsewhere Vietnamese."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    lang = shell.user_ns.get("lang") if shell is not None else None
    return str(lang) if lang in LANGUAGES else "vi"


def decimal(value: float | Fraction, decimals: int = 1, lang: str = "vi") -> str:
    """A number as it is written: "1.234,5" in Vietnamese, "1,234.5" in English."""
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
