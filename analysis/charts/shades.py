"""Shares as shades of one colour, in a few steps that can be told apart; the number is printed."""

from __future__ import annotations

from typing import Any

from analysis.charts.grid import Cell
from analysis.charts.numbers import Amount
from analysis.charts.style import Paint, palette
from analysis.charts.words import share_short
from analysis.reference import percent, say


def share_cell(amount: Amount, lang: str, *, bold: bool = False) -> Cell:
    """A cell "k/n", shaded by the share; without schools a dash on the bare paper."""
    return Cell(share_short(amount, lang), shade(amount) if amount.total else None, bold)


def shade(amount: Amount) -> Paint:
    """The step a share falls into: none at all, all, or one of those between."""
    return _paint(next(step for step in palette("shades") if _holds(step, amount)))


def shade_entries(lang: str) -> list[tuple[str, Paint]]:
    """The steps with their words, for the legend."""
    low, entries = 0.0, []
    for step in palette("shades"):
        facts = {"low": percent(low, 0, lang), "high": percent(step.get("below", 100), 0, lang)}
        entries.append((say(f"shade_{step['name']}", lang, **facts), _paint(step)))
        low = step.get("below", low)
    return entries


def _holds(step: dict[str, Any], amount: Amount) -> bool:
    if step["name"] == "none":
        return not amount.count
    return amount.percent < step["below"] if "below" in step else not amount.rest


def _paint(step: dict[str, Any]) -> Paint:
    return Paint(step["fill"], step.get("outline", ""))
