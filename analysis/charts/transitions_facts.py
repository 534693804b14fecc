"""Who moved up, down or not at all, and the finding in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.charts.numbers import STANDINGS
from analysis.charts.reading import Shape, check_values, only, text
from analysis.charts.words import place, scheme_short, standing_name
from analysis.measure import BESIDE, MOVES
from analysis.reference import About, decimal, say
from analysis.status import UNCLEAR

TRANSITIONS = Shape(
    "measure_transitions",
    (
        *("school_year_from", "school_year_to", "scheme"),
        *("standing_from", "standing_to", "move", "schools_count"),
    ),
)
# The moves the headline names.
_TOLD = ("first_recognised", "raised", "renewed", "entered_late", "expired", "withdrawn", "lowered")
_MOST_IN_ALT = 4
# Where there are more standings than rows: what stands for several, one after the other.
_FOLDS = {
    "unclear": UNCLEAR,
    "none_yet": ("not_reached", "pending", "not_evaluated"),
    "over": ("expired", "withdrawn"),
    "uncounted": BESIDE,
    "not_in_force": ("none_yet", "over"),
}
_ORDER = (*STANDINGS, *BESIDE, *_FOLDS)
# Standings that have no place between higher and lower.
_BESIDE = (*BESIDE, *UNCLEAR, "level_unknown", "unclear", "uncounted")


@dataclass(frozen=True)
class Transitions:
    """Schools by standing in both years, and by what became of them (`moved`)."""

    scheme: str
    years: tuple[str, str]
    counts: Mapping[tuple[str, str], int]
    moved: Mapping[str, int]
    table: pd.DataFrame

    @property
    def standings(self) -> tuple[list[str], list[str]]:
        """The standings that occur in the first year and in the second, in their order."""
        before, after = (
            {pair[side] for pair, count in self.counts.items() if count} for side in (0, 1)
        )
        return _in_order(before), _in_order(after)

    @property
    def either(self) -> list[str]:
        """The standings that occur in the first year or in the second."""
        return _in_order({standing for side in self.standings for standing in side})

    @property
    def total(self) -> int:
        """All schools of either year."""
        return sum(self.counts.values())

    @property
    def total_now(self) -> int:
        """The schools that are counted in the second year."""
        return sum(count for (_, now), count in self.counts.items() if now not in BESIDE)

    @property
    def unclear(self) -> int:
        """The schools of which it cannot be told how they stand in the second year."""
        return sum(count for (_, now), count in self.counts.items() if now in UNCLEAR)

    def folded(self, most: int) -> Transitions:
        """The same with so many standings at most, several of them in one where need be."""
        facts = self
        for name, several in _FOLDS.items():
            if len(facts.either) > most:
                counts: Counter[tuple[str, str]] = Counter()
                for pair, count in facts.counts.items():
                    before, after = (name if s in several else s for s in pair)
                    counts[before, after] += count
                facts = replace(facts, counts=counts)
        return facts

    def ways(self) -> Counter[str]:
        """How many schools stand higher, lower, as before, or cannot be compared."""
        found: Counter[str] = Counter()
        for (before, after), count in self.counts.items():
            found[way(before, after)] += count
        return found


def read_transitions(table: pd.DataFrame, school_year: str) -> Transitions:
    """The pair of school years that ends in the one of the chart."""
    rows = TRANSITIONS.of_year(table, school_year, "school_year_to")
    for column in ("standing_from", "standing_to"):
        check_values(rows, column, [*STANDINGS, *BESIDE])
    check_values(rows, "move", ["", *MOVES])
    years = only(rows, "school_year_from"), school_year
    counts: Counter[tuple[str, str]] = Counter()
    moved: Counter[str] = Counter()
    for row in rows.to_dict("records"):
        number = int(row["schools_count"])
        counts[text(row["standing_from"]), text(row["standing_to"])] += number
        moved[text(row["move"])] += number
    return Transitions(only(rows, "scheme"), years, counts, moved, rows)


def _in_order(standings: Collection[str]) -> list[str]:
    return [standing for standing in _ORDER if standing in standings]


def way(before: str, after: str) -> str:
    """up, down, same or other. Where one of the years does not tell there is no direction."""
    if before == after:
        return "same"
    ranks = [_rank(before), _rank(after)]
    if None in ranks or ranks[0] == ranks[1]:
        return "other"
    return "up" if (ranks[0] or 0) < (ranks[1] or 0) else "down"


def _rank(standing: str) -> int | None:
    """The level, or 0 without one in force; None where a year does not tell."""
    if standing in _BESIDE:
        return None
    return int(standing) if standing.isdigit() else 0


def about_transitions(facts: Transitions, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    first, second = facts.years
    words = {"scheme": scheme_short(facts.scheme), "first": first, "second": second}
    words["rank"] = say(f"rank_{facts.scheme}", lang)
    total = decimal(facts.total_now, 0, lang)
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("transitions_subtitle", lang, total=total, **words, **place(about, lang)),
        "alt": _alt(facts, words | {"total": total}, lang),
    }


def _headline(facts: Transitions, words: Mapping[str, str], lang: str) -> str:
    """What became of the schools that are counted now, each kind apart, and of how many that cannot
    be told; neutral where that is less than half of them."""
    found = {move: facts.moved.get(move, 0) for move in (*_TOLD, "unchanged")}
    if not facts.total_now or 2 * sum(found.values()) < facts.total_now:
        return say("transitions_headline_plain", lang, **words)
    changed = any(found[move] for move in _TOLD)
    told = found | {"unchanged": 0 if changed else found["unchanged"], "unclear": facts.unclear}
    total = decimal(facts.total_now, 0, lang)
    parts: list[str] = []
    for move, count in told.items():
        if count:
            what = say(f"transitions_told_{move}", lang, rank=words["rank"])
            counts = {"count": decimal(count, 0, lang), "total": total, "what": what}
            parts.append(say(f"transitions_told_{'more' if parts else 'most'}", lang, **counts))
    return say("transitions_headline", lang, list=", ".join(parts), **words)


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
