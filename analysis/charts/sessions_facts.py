"""Classes and pupils with two sessions a day, by group, and the finding in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts.numbers import Amount
from analysis.charts.reading import Shape, check_values, only, text, unknown_value
from analysis.charts.words import TOTAL, group_in_text, group_name, parts, place
from analysis.reference import About, say

MEASURES = ("classes", "pupils")
SESSIONS = Shape(
    "measure_sessions",
    (
        *("school_year", "by", "group", "measure", "two_sessions_count", "whole_count"),
        *("schools_stated", "schools_total"),
    ),
)
_MOST_IN_ALT = 5


@dataclass(frozen=True)
class SessionRow:
    """One group: per measure so many of so many, and the schools that state it."""

    group: str
    amounts: Mapping[str, Amount]
    stated: Mapping[str, Amount]


@dataclass(frozen=True)
class Sessions:
    """The groups, the total last, and the measures that are drawn."""

    by: str
    measures: tuple[str, ...]
    rows: tuple[SessionRow, ...]
    table: pd.DataFrame
    part: str = ""

    @property
    def total(self) -> SessionRow | None:
        """All schools together, if the table has them."""
        return next((row for row in self.rows if row.group == TOTAL), None)


def read_sessions(
    table: pd.DataFrame, school_year: str, measure: str | None, part: str = ""
) -> Sessions:
    """The groups of one school year; one measure, or those there are."""
    rows = SESSIONS.of_year(table, school_year)
    check_values(rows, "measure", MEASURES)
    there = tuple(m for m in MEASURES if m in set(rows["measure"].map(text)))
    if measure is not None and measure not in there:
        unknown_value("measure", [measure], there)
    measures = there if measure is None else (measure,)
    rows = rows[rows["measure"].isin(measures)]
    groups = rows.groupby(rows["group"].map(text), sort=False)
    found = [_row(str(group), part, measures) for group, part in groups]
    found.sort(key=lambda row: row.group == TOTAL)
    return Sessions(only(rows, "by"), measures, tuple(found), rows, part)


def _row(group: str, rows: pd.DataFrame, measures: Sequence[str]) -> SessionRow:
    counted = dict.fromkeys(measures, Amount(0, 0))
    stated = dict(counted)
    for row in rows.to_dict("records"):
        measure = text(row["measure"])
        counted[measure] = _amount(row["two_sessions_count"], row["whole_count"])
        stated[measure] = _amount(row["schools_stated"], row["schools_total"])
    return SessionRow(group, counted, stated)


def _amount(count: Any, total: Any) -> Amount:
    """Nothing of nothing where it is not stated."""
    return Amount(0, 0) if pd.isna(count) or pd.isna(total) else Amount(int(count), int(total))


def told(measure: str, amount: Amount, lang: str) -> str:
    """An amount with its unit: "450/500 lớp (90,0%)"."""
    if not amount.total:
        return say("sessions_not_stated", lang)
    return say(f"sessions_count_{measure}", lang, **parts(amount, lang))


def about_sessions(facts: Sessions, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    kind = say(f"kind_{facts.by}", lang)
    first = facts.measures[0]
    ordered = sorted(facts.rows, key=lambda row: row.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        say(
            "sessions_alt_item",
            lang,
            group=group_name(facts.by, row.group, lang, facts.part),
            amount=told(first, row.amounts[first], lang),
        )
        for row in ordered
    )
    where = place(about, lang)
    return {
        "headline": _headline(facts, kind, lang),
        "subtitle": say("sessions_subtitle", lang, **where),
        "alt": say("sessions_alt", lang, kind=kind, date=where["date"], list="; ".join(items)),
    }


def _headline(facts: Sessions, kind: str, lang: str) -> str:
    """All schools together, and the lowest group of the first measure if it is one alone."""
    total = facts.total
    amounts = [total.amounts[m] for m in facts.measures] if total else []
    if not amounts or not all(amount.total for amount in amounts):
        return say("sessions_headline_plain", lang, kind=kind)
    words = [told(m, a, lang) for m, a in zip(facts.measures, amounts, strict=True)]
    both = (
        words[0] if len(words) == 1 else say("sessions_and", lang, first=words[0], second=words[1])
    )
    if not any(amount.rest for amount in amounts):
        return say("sessions_headline_all", lang, amounts=both)
    return say("sessions_headline", lang, amounts=both) + _lowest(facts, lang)


def _lowest(facts: Sessions, lang: str) -> str:
    first = facts.measures[0]
    found = [(r.amounts[first], r.group) for r in facts.rows if r.group != TOTAL]
    found = sorted((pair for pair in found if pair[0].total), key=lambda pair: pair[0].percent)
    if len(found) < 2 or found[0][0].percent == found[1][0].percent:
        return ""
    group = group_in_text(facts.by, found[0][1], lang)
    amount = told(first, found[0][0], lang)
    return say("sessions_headline_least", lang, group=group, amount=amount)
