"""Who moved up, down or not at all, and the finding in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.chart.numbers import STANDINGS, in_order
from analysis.chart.reading import Shape, check_values, only, text
from analysis.chart.words import place, scheme_short, standing_name
from analysis.reference import About, decimal, say

ABSENT = "absent"
TRANSITIONS = Shape(
    "measure_transitions",
    (
        *("school_year_from", "school_year_to", "scheme"),
        *("standing_from", "standing_to", "schools_count"),
    ),
)
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class Transitions:
    """Schools by standing in both years."""

    scheme: str
    years: tuple[str, str]
    counts: Mapping[tuple[str, str], int]
    table: pd.DataFrame

    @property
    def standings(self) -> tuple[list[str], list[str]]:
        """The standings that occur in the first year and in the second, in their order."""
        found: list[list[str]] = []
        for side in (0, 1):
            there = {pair[side] for pair, count in self.counts.items() if count}
            found.append(in_order(there) + [ABSENT] * (ABSENT in there))
        return found[0], found[1]

    @property
    def either(self) -> list[str]:
        """The standings that occur in the first year or in the second."""
        there = {standing for side in self.standings for standing in side}
        return in_order(there) + [ABSENT] * (ABSENT in there)

    @property
    def total(self) -> int:
        """All schools of either year."""
        return sum(self.counts.values())

    def moves(self) -> Counter[str]:
        """How many schools went up, down, stayed, or changed in a way without a direction."""
        found: Counter[str] = Counter()
        for (before, after), count in self.counts.items():
            found[move(before, after)] += count
        return found


def read_transitions(table: pd.DataFrame, school_year: str) -> Transitions:
    """The pair of school years that ends in the one of the chart."""
    rows = TRANSITIONS.of_year(table, school_year, "school_year_to")
    for column in ("standing_from", "standing_to"):
        check_values(rows, column, [*STANDINGS, ABSENT])
    years = only(rows, "school_year_from"), school_year
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows.to_dict("records"):
        counts[text(row["standing_from"]), text(row["standing_to"])] += int(row["schools_count"])
    return Transitions(only(rows, "scheme"), years, counts, rows)


def move(before: str, after: str) -> str:
    """up, down, same or other. A school that is absent in one year has no direction."""
    if before == after:
        return "same"
    ranks = [_rank(before), _rank(after)]
    if None in ranks or ranks[0] == ranks[1]:
        return "other"
    return "up" if (ranks[0] or 0) < (ranks[1] or 0) else "down"


def _rank(standing: str) -> int | None:
    """The level, or 0 without one in force; None where a school is absent or its level unknown."""
    if standing in (ABSENT, "level_unknown", "unknown"):
        return None
    return int(standing) if standing.isdigit() else 0


def about_transitions(facts: Transitions, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    first, second = facts.years
    words = {"scheme": scheme_short(facts.scheme), "first": first, "second": second}
    words["rank"] = say(f"rank_{facts.scheme}", lang)
    total = decimal(facts.total, 0, lang)
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("transitions_subtitle", lang, total=total, **words, **place(about, lang)),
        "alt": _alt(facts, words | {"total": total}, lang),
    }


def _headline(facts: Transitions, words: Mapping[str, str], lang: str) -> str:
    """Neutral where most schools have no direction, as in the first year of a list."""
    moves = facts.moves()
    if not facts.total or moves["other"] > facts.total / 2:
        return say("transitions_headline_plain", lang, **words)
    counts = {name: decimal(moves[name], 0, lang) for name in ("up", "down", "same")}
    key = "transitions_headline" if moves["up"] or moves["down"] else "transitions_headline_none"
    return say(key, lang, total=decimal(facts.total, 0, lang), **counts, **words)


def _alt(facts: Transitions, words: Mapping[str, str], lang: str) -> str:
    largest = [(pair, count) for pair, count in Counter(facts.counts).most_common() if count]
    if not largest:
        return say("transitions_alt_none", lang, **words)
    items = [
        say(
            "transitions_alt_item",
            lang,
            before=standing_name(facts.scheme, before, lang),
            after=standing_name(facts.scheme, after, lang),
            count=decimal(count, 0, lang),
        )
        for (before, after), count in largest[:_MOST_IN_ALT]
    ]
    return say("transitions_alt", lang, list="; ".join(items), **words)
