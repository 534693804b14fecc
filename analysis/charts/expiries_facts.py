"""The certificates that end in each quarter, and the finding in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd

from analysis.charts.figure import sentence
from analysis.charts.numbers import in_order
from analysis.charts.reading import NothingStated, Shape, chosen, only
from analysis.charts.words import TOTAL, group_in_text, needed, place, scheme_short, schools
from analysis.reference import About, Number, read_rules, rule_on, say, term_end

EXPIRIES = Shape("expiries")
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
class Alert:
    """How many certificates end within so many months: from `least` to `most`, where the table
    tells the quarters only, and one of them reaches beyond these months."""

    months: int
    least: int
    most: int


@dataclass(frozen=True)
class Expiries:
    """Every quarter from the first to the last, also where nothing ends."""

    scheme: str
    by: str
    group: str
    quarters: tuple[Quarter, ...]
    undated: int
    alert: Alert
    table: pd.DataFrame

    @property
    def total(self) -> int:
        """The schools whose certificate has a known end."""
        return sum(quarter.count for quarter in self.quarters)

    @property
    def levels(self) -> list[str]:
        """The levels that occur, the highest first."""
        return in_order({s for q in self.quarters for s, count in q.levels.items() if count})


def read_expiries(table: pd.DataFrame, about: About, group: str) -> Expiries:
    """One group of one school year."""
    rows = chosen(EXPIRIES.of_year(table, about.school_year), "group", group)
    if rows["quarter_from"].isna().all():
        raise NothingStated(about.school_year, only(rows, "scheme"), "nothing_no_end")
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
    keys = only(rows, "scheme"), only(rows, "by"), group
    return Expiries(*keys, tuple(quarters), undated, _alert(rows, about, group), rows)


def _alert(rows: pd.DataFrame, about: About, group: str) -> Alert:
    """What ends within the months of alert: of the quarter in which these months end, as many as
    the table says beside its rows (`attrs["alert"]`); none to all of them where it does not."""
    months = int(rule_on("renewal", about.as_of, read_rules())["alert_months"])
    until = pd.Timestamp(term_end(about.as_of, months))
    starts, counts = pd.to_datetime(rows["quarter_from"]), rows["schools_count"].astype("int64")
    here = starts.eq(until.to_period("Q").start_time)
    least, most = int(counts[starts.le(until) & ~here].sum()), int(counts[here].sum())
    if until.is_quarter_end:
        return Alert(months, least + most, least + most)
    told = rows.attrs.get("alert", {}).get(about.school_year, {})
    levels = {*rows.loc[here, "level"].fillna(0).astype("int64")}
    ending = sum(n for of, level, n in told.get("ending", ()) if of == group and level in levels)
    if told.get("until") == until.date().isoformat() and ending <= most:
        return Alert(months, least + ending, least + ending)
    return Alert(months, least, least + most)


def quarter_name(quarter: Quarter, lang: str) -> str:
    """A quarter in a sentence: "quý II/2026"."""
    return say("quarter", lang, quarter=quarter_short(quarter, lang), year=quarter.start.year)


def quarter_short(quarter: Quarter, lang: str) -> str:
    """A quarter as it stands below its column: "II"."""
    return say(f"quarter_{quarter.number}", lang)


def about_expiries(facts: Expiries, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle, alt text, and a remark on certificates without a known end."""
    where = place(about, lang)
    words = {"scheme": scheme_short(facts.scheme), "total": Number(facts.total)}
    group = "" if facts.group == TOTAL else f", {group_in_text(facts.by, facts.group, lang)}"
    told = {"rank": say(f"rank_{facts.scheme}", lang), "group": group, "dated": words["total"]}
    missing = schools(facts.undated, lang)
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("expiries_subtitle", lang, scheme=words["scheme"], **told, **where),
        "alt": _alt(facts, words, where["date"], lang),
        "remark": say("expiries_undated", lang, schools=missing) if facts.undated else "",
    }


def _headline(facts: Expiries, words: dict[str, object], lang: str) -> str:
    """What ends within 12 months, or that nothing does; then the fullest quarter, if it is one
    alone. Where ends are not known, of how many they are known."""
    if not facts.total:
        return say("expiries_headline_none", lang, **words)
    start = _soon(facts, words, lang)
    if facts.undated:
        start = say("expiries_dated", lang, soon=start, **words)
    start = sentence(start)
    ranked = sorted(facts.quarters, key=lambda quarter: -quarter.count)
    named = {"quarter": quarter_name(ranked[0], lang), "count": Number(ranked[0].count)}
    if ranked[0].count == facts.total:
        return start + say("expiries_headline_one", lang, **named, **words)
    if ranked[0].count == ranked[1].count:
        return start
    return start + say("expiries_headline_most", lang, **named, **words)


def _soon(facts: Expiries, words: dict[str, object], lang: str) -> str:
    """How many certificates end within the months of alert, or that none does."""
    least, most = facts.alert.least, facts.alert.most
    way = "_none" if not most else "_one" if least == most == 1 else ""
    return say(f"expiries_soon{way}", lang, **words, **_counted(facts, lang))


def _counted(facts: Expiries, lang: str) -> dict[str, object]:
    alert = facts.alert
    return {"schools": needed((alert.least, alert.most), lang), "months": alert.months}


def _alt(facts: Expiries, words: dict[str, object], date: str, lang: str) -> str:
    ranked = sorted((q for q in facts.quarters if q.count), key=lambda quarter: -quarter.count)
    items = [
        say(
            "expiries_alt_item",
            lang,
            quarter=quarter_name(quarter, lang),
            count=Number(quarter.count),
        )
        for quarter in ranked[:_MOST_IN_ALT]
    ]
    ending = say("expiries_alt_soon", lang, **_counted(facts, lang))
    items = [ending, *items] if facts.total else items
    items.append(say("expiries_alt_total", lang, total=words["total"]))
    return say("expiries_alt", lang, scheme=words["scheme"], date=date, list="; ".join(items))
