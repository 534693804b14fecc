"""Sentences on the data and the targets as a whole, computed like those on the charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.reading import NothingStated, check_language
from analysis.charts.sentences import Sentences
from analysis.charts.unclear import some_names
from analysis.charts.words import day, group_in_text, kind_of
from analysis.reference import SCHEMES, About, Number, Percent, TargetSet, say


class YearTables(Protocol):
    """What a school year has to say of its data."""

    @property
    def identified(self) -> pd.DataFrame: ...
    @property
    def ledger(self) -> pd.DataFrame: ...
    @property
    def issues(self) -> pd.DataFrame: ...
    @property
    def about(self) -> About: ...
    @property
    def schemes(self) -> list[str]: ...


def tell_data(year: YearTables, *, lang: str = "vi") -> Sentences:
    """How many rows came in and what became of them; how many schools they are."""
    check_language(lang)
    ledger, schools = year.ledger, year.identified
    fates = ("rows_in", "accepted", "set_aside", "ignored", "doubts")
    rows = {c: int(ledger[c].sum()) for c in fates}
    outcomes = year.issues["outcome"].value_counts()
    found = {c: int(outcomes.get(c, 0)) for c in ("repaired", "warning")}
    counts = {"schools": len(schools), "in_scope": int(schools["in_scope"].sum())}
    lines = [
        say("data_told_place", lang, office=year.about.office(lang), **_when(year.about)),
        say("data_told_rows", lang, files=ledger["source_file"].nunique(), **_whole(rows)),
        say("data_told_cells", lang, **_whole({"doubts": rows["doubts"], **found})),
        say("data_told_schools", lang, **_whole(counts)),
    ]
    for scheme in (s for s in SCHEMES if s not in year.schemes):
        lines.append(NothingStated(year.about.school_year, scheme).told(lang))
    scope = year.about.note(lang)
    return Sentences((*lines, f"{scope}.") if scope else tuple(lines))


def tell_period(targets: TargetSet, *, about: About, lang: str = "vi") -> Sentences:
    """Which targets these are, and whether they are in force or reference on the as-of date."""
    check_language(lang)
    if not targets.parts:
        return Sentences((say("period_told_none", lang, **_when(about)),))
    facts = {"title": targets.title(lang), "deadline": day(targets.deadline), **_when(about)}
    lines = [say("period_told", lang, document=targets.document, **facts)]
    if about.as_of > targets.last_day:
        lines.append(say("period_told_after", lang, **facts))
    elif about.school_year < targets.period[0]:
        lines.append(say("period_told_before", lang, first=targets.period[0], **facts))
    return Sentences((*lines, targets.regime(lang)))


def tell_indicators(indicators: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """How many of the office's other targets are met, and which are not or are not stated."""
    check_language(lang)
    rows = indicators[indicators["school_year"] == about.school_year]
    titles = rows.drop_duplicates("target_id").groupby("target_met")["title"].agg(list)
    found = {v: titles.get(v, []) for v in ("met", "not_met", "not_stated")}
    counts = {name: len(names) for name, names in found.items()}
    lines = [say("indicators_told", lang, total=sum(counts.values()), **counts)]
    for verdict in ("not_met", "not_stated"):
        if found[verdict]:
            lines.append(say(f"indicators_told_{verdict}", lang, list="; ".join(found[verdict])))
    return Sentences(tuple(lines))


def tell_chart(chart: Chart) -> Sentences:
    """What a chart shows: its finding, then its numbers as they are told to who cannot see it."""
    end = "" if chart.headline.endswith((".", "!", "?")) else "."
    return Sentences(tuple(filter(None, (f"{chart.headline}{end}", chart.alt))))


def tell_groups(spread: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """At which target the groups differ most and least, from a table of `compare_groups`."""
    check_language(lang)
    rows = spread[(spread["school_year"] == about.school_year) & spread["groups_count"].gt(1)]
    rows = rows.sort_values("spread_points", ascending=False, kind="stable")
    if rows.empty:
        return Sentences((say("groups_told_none", lang),))
    lines = [_spread("groups_told_most", rows.iloc[0], lang)]
    if len(rows) > 1:
        lines.append(_spread("groups_told_least", rows.iloc[-1], lang))
    return Sentences(tuple(lines))


def _spread(key: str, row: Any, lang: str) -> str:
    return say(
        key,
        lang,
        label=row.get(f"label_{lang}") or row["target_id"],
        kind=kind_of(row["by"], lang),
        points=Number(row["spread_points"], 1),
        lowest=_names(row["by"], row["lowest_groups"], lang),
        lowest_percent=Percent(row["lowest_percent"], 1),
        highest=_names(row["by"], row["highest_groups"], lang),
        highest_percent=Percent(row["highest_percent"], 1),
    )


def _names(by: str, groups: Sequence[str], lang: str) -> str:
    return some_names([group_in_text(by, group, lang) for group in groups], lang)


def _when(about: About) -> dict[str, str]:
    return {"school_year": about.school_year, "date": day(about.as_of)}


def _whole(counts: dict[str, int]) -> dict[str, Number]:
    return {name: Number(count) for name, count in counts.items()}
