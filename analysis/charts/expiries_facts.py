"""The certificates that end in each quarter, and the finding in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd

from analysis.charts.numbers import in_order
from analysis.charts.reading import NothingStated, Shape, chosen, only
from analysis.charts.words import TOTAL, group_in_text, place, scheme_short, schools
from analysis.reference import About, decimal, say

EXPIRIES = Shape(
    "measure_expiries",
    (
        *("school_year", "scheme", "quarter", "quarter_from"),
        *("by", "group", "level", "schools_count"),
    ),
)
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class Quarter:
    """One quarter: its first day and the schools by the level of the certificate that ends."""

    start: dt.date
    levels: Mapping[str, int]

    @property
    def count(self) -> int:
        """All schools whose certificate ends in it."""
        return sum(self.levels.values())

    @property
    def number(self) -> int:
        """1 to 4."""
        return (self.start.month + 2) // 3


@dataclass(frozen=True)
class Expiries:
    """Every quarter from the first to the last, also where nothing ends."""

    scheme: str
    by: str
    group: str
    quarters: tuple[Quarter, ...]
    undated: int
    table: pd.DataFrame

    @property
    def total(self) -> int:
        """The schools whose certificate has a known end."""
        return sum(quarter.count for quarter in self.quarters)

    @property
    def levels(self) -> list[str]:
        """The levels that occur, the highest first."""
        return in_order({s for q in self.quarters for s, count in q.levels.items() if count})


def read_expiries(table: pd.DataFrame, school_year: str, group: str) -> Expiries:
    """One group of one school year."""
    rows = chosen(EXPIRIES.of_year(table, school_year), "group", group)
    if rows["quarter_from"].isna().all():
        raise NothingStated(school_year, only(rows, "scheme"), "nothing_no_end")
    levels = rows["level"].map(lambda level: "level_unknown" if pd.isna(level) else str(int(level)))
    starts = pd.to_datetime(rows["quarter_from"]).dt.to_period("Q")
    counts = rows["schools_count"].astype("int64").groupby([starts, levels]).sum()
    found: dict[pd.Period, dict[str, int]] = {}
    for key, count in counts.items():
        start, level = cast(tuple[pd.Period, str], key)
        found.setdefault(start, {})[level] = int(count)
    first, last = (min(found), max(found)) if found else (None, None)
    every = [*pd.period_range(first, last, freq="Q")] if found else []
    quarters = (Quarter(q.start_time.date(), found.get(q, {})) for q in every)
    undated = int(rows.loc[starts.isna(), "schools_count"].sum())
    return Expiries(only(rows, "scheme"), only(rows, "by"), group, tuple(quarters), undated, rows)


def quarter_name(quarter: Quarter, lang: str) -> str:
    """A quarter in a sentence: "quý II/2026"."""
    return say("quarter", lang, quarter=quarter_short(quarter, lang), year=quarter.start.year)


def quarter_short(quarter: Quarter, lang: str) -> str:
    """A quarter as it stands below its column: "II"."""
    return say(f"quarter_{quarter.number}", lang)


def about_expiries(facts: Expiries, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle, alt text, and a remark on certificates without a known end."""
    where = place(about, lang)
    words = {"scheme": scheme_short(facts.scheme), "total": decimal(facts.total, 0, lang)}
    group = "" if facts.group == TOTAL else f", {group_in_text(facts.by, facts.group, lang)}"
    told = {"rank": say(f"rank_{facts.scheme}", lang), "group": group, "dated": words["total"]}
    missing = schools(facts.undated, lang)
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("expiries_subtitle", lang, scheme=words["scheme"], **told, **where),
        "alt": _alt(facts, words, where["date"], lang),
        "remark": say("expiries_undated", lang, schools=missing) if facts.undated else "",
    }


def _headline(facts: Expiries, words: dict[str, str], lang: str) -> str:
    """The fullest quarter, if it is one alone."""
    ranked = sorted(facts.quarters, key=lambda quarter: -quarter.count)
    if not facts.total:
        return say("expiries_headline_none", lang, **words)
    if ranked[0].count == facts.total:
        return say("expiries_headline_one", lang, quarter=quarter_name(ranked[0], lang), **words)
    if ranked[0].count == ranked[1].count:
        return say("expiries_headline_plain", lang, **words)
    count = decimal(ranked[0].count, 0, lang)
    quarter = quarter_name(ranked[0], lang)
    return say("expiries_headline", lang, quarter=quarter, count=count, **words)


def _alt(facts: Expiries, words: dict[str, str], date: str, lang: str) -> str:
    ranked = sorted((q for q in facts.quarters if q.count), key=lambda quarter: -quarter.count)
    items = [
        say(
            "expiries_alt_item",
            lang,
            quarter=quarter_name(quarter, lang),
            count=decimal(quarter.count, 0, lang),
        )
        for quarter in ranked[:_MOST_IN_ALT]
    ]
    items.append(say("expiries_alt_total", lang, total=words["total"]))
    return say("expiries_alt", lang, scheme=words["scheme"], date=date, list="; ".join(items))
