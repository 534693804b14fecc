"""The shares so far and in each scenario, group by group, and the finding in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.charts.numbers import COMPARISON, Amount, TargetRow, target_row
from analysis.charts.reading import NothingStated, Shape, check_values, chosen, text
from analysis.charts.scope import total_of
from analysis.charts.words import (
    TOTAL,
    corridor,
    day,
    group_in_text,
    in_sentence,
    place,
    share_told,
    standing_of,
)
from analysis.reference import About, SuiteError, decimal, say

SCENARIOS = ("none", "past_rate", "all_renew")
PATHS = Shape(
    "compare_scenarios",
    (
        *("scenario", "as_of", "target_id", "scheme", "level", "reading", "base", "by", "group"),
        *("target_from", "target_to", "decimals", "schools_count", "schools_total", "position"),
        *("gap_points", "schools_needed", "needed_least", "verdict"),
        *("unclear_count", "base_unclear_count", "percent_low", "percent_high"),
    ),
)
# More panels than these are too small to be read.
MOST_PANELS = 9


@dataclass(frozen=True)
class Point:
    """A share at a time, which is a year with its fraction."""

    time: float
    row: TargetRow


@dataclass(frozen=True)
class Panel:
    """One group: the way so far, and what each scenario makes of it."""

    group: str
    past: tuple[Point, ...]
    scenarios: Mapping[str, tuple[Point, ...]]

    @property
    def now(self) -> tuple[Point, ...]:
        """The last point of the way so far, from which all scenarios begin."""
        return self.past[-1:]

    @property
    def total(self) -> int:
        """The schools of the group, now or in the first point there is."""
        points = self.now or next(iter(self.scenarios.values()))
        return points[-1].row.amount.total


@dataclass(frozen=True)
class Path:
    """The panels of one target, the total last."""

    target: TargetRow
    until: dt.date
    panels: tuple[Panel, ...]
    seen: Mapping[str, Amount]
    table: pd.DataFrame

    @property
    def scenarios(self) -> list[str]:
        """The scenarios that occur, in their order."""
        there = {name for panel in self.panels for name in panel.scenarios}
        return [name for name in SCENARIOS if name in there]


def read_path(
    table: pd.DataFrame, past: pd.DataFrame | None, about: About, target_id: str | None, lang: str
) -> Path:
    """One target; the years of `past` up to the one of the chart."""
    if nothing := nothing_ahead(table, about.school_year, target_id):
        raise nothing
    rows = chosen(PATHS.rows(table), "target_id", target_id)
    check_values(rows, "scenario", SCENARIOS)
    records = rows.to_dict("records")
    part = total_of(about, table, lang)
    target = target_row(records[0], lang, part)
    points: dict[str, dict[str, list[Point]]] = {}
    for record in sorted(records, key=lambda record: record["as_of"]):
        row = target_row(record, lang, part)
        time = _time(pd.Timestamp(record["as_of"]).date(), about)
        points.setdefault(row.group, {}).setdefault(text(record["scenario"]), []).append(
            Point(time, row)
        )
    before = _past(past, target.target_id, about, lang)
    groups = sorted(points, key=lambda group: group == TOTAL)
    if len(groups) > MOST_PANELS:
        raise SuiteError("chart_too_many_groups", count=len(groups), most=MOST_PANELS)
    panels = (
        Panel(g, before.get(g, ()), {name: tuple(p) for name, p in points[g].items()})
        for g in groups
    )
    until = pd.Timestamp(rows["as_of"].max()).date()
    return Path(target, until, tuple(panels), _seen(rows), rows)


def nothing_ahead(
    table: pd.DataFrame, school_year: str, target_id: str | None
) -> NothingStated | None:
    """Why a table of `compare_scenarios` says nothing of a target, or of any; None if it does."""
    no_end, silent = table.attrs.get("no_end", {}), table.attrs.get("not_stated", ())
    if target_id in silent:
        return NothingStated(school_year)
    if target_id in no_end or (table.empty and no_end):
        scheme = no_end.get(target_id, next(iter(no_end.values())))
        return NothingStated(school_year, scheme, "nothing_no_end")
    if table.empty:
        return NothingStated(school_year, key="" if silent else "outlook_told_nothing")
    return None


def _time(date: dt.date, about: About) -> float:
    """The as-of date stands at the year in which its school year ends."""
    return _year(about.school_year) + (date - about.as_of).days / 365.25


def _year(school_year: str) -> int:
    return int(school_year[-4:])


def _past(
    table: pd.DataFrame | None, target_id: str, about: About, lang: str
) -> dict[str, tuple[Point, ...]]:
    """Per group the years so far in which it has schools."""
    if table is None:
        return {}
    rows = COMPARISON.rows(table)
    rows = rows[rows["target_id"].eq(target_id)]
    rows = rows[rows["school_year"].astype(str) <= about.school_year]
    found: dict[str, list[Point]] = {}
    for record in rows.sort_values("school_year", kind="stable").to_dict("records"):
        row = target_row(record, lang)
        if row.amount.total:
            point = Point(_year(text(record["school_year"])), row)
            found.setdefault(row.group, []).append(point)
    return {group: tuple(points) for group, points in found.items()}


def _seen(rows: pd.DataFrame) -> dict[str, Amount]:
    """How many certificates were renewed of those that ended, if the table tells."""
    if not {"renewed_count", "ended_count"} <= set(rows.columns):
        return {}
    last = rows[rows["scenario"].astype(str) == "past_rate"].tail(1)
    if last.empty:
        return {}
    renewed, ended = (int(last[c].iloc[0]) for c in ("renewed_count", "ended_count"))
    return {"past_rate": Amount(renewed, ended)}


def scenario_name(facts: Path, scenario: str, lang: str) -> str:
    """A scenario with the observed rate it rests on."""
    seen = facts.seen.get(scenario)
    if seen is None:
        return say(f"scenario_{scenario}", lang)
    counts = {"renewed": decimal(seen.count, 0, lang), "ended": decimal(seen.total, 0, lang)}
    return say(f"scenario_{scenario}_seen", lang, **counts)


def about_path(facts: Path, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    target, last = facts.target, facts.panels[-1]
    words = {
        "label": target.label,
        "corridor": corridor(target, lang),
        "until": day(facts.until),
    }
    items = (
        say(
            "path_alt_item",
            lang,
            scenario=in_sentence(say(f"scenario_{name}", lang)),
            share=_told(last.scenarios[name][-1].row, lang),
        )
        for name in facts.scenarios
        if name in last.scenarios
    )
    told = {
        "kind": say(f"kind_{target.by}", lang),
        "group": group_in_text(target.by, last.group, lang, target.part),
        "list": "; ".join(items),
    }
    counted = say(f"asked_{target.scheme}_{target.reading}", lang, level=target.level)
    base = say(f"base_{target.base}", lang)
    where = place(about, lang)
    return {
        "headline": _headline(last, words, lang),
        "subtitle": say("path_subtitle", lang, counted=counted, base=base, **words, **where),
        "alt": say("path_alt", lang, **words, **told),
    }


def _told(row: TargetRow, lang: str) -> str:
    """A share and what can be said of it: "30/37 (81,1%), chưa rõ 2, thiếu 2 đến 4 trường"."""
    return f"{share_told(row.amount, lang)}, {standing_of(row, lang)}"


def _headline(last: Panel, words: dict[str, str], lang: str) -> str:
    """What renewal decides for all schools together: whether the target is missed at the end. Only
    shares, where the verdicts are open or for reference."""
    ends = {name: points[-1].row for name, points in last.scenarios.items()}
    none, whole = ends.get("none"), ends.get("all_renew")
    if last.group != TOTAL or not none or not whole or not none.amount.total:
        ended = any(row.verdict == "reference" for row in ends.values())
        tail = say("reference_tail", lang) if ended else ""
        return say("path_headline_plain", lang, **words) + tail
    shares = {"none": share_told(none.amount, lang), "all": share_told(whole.amount, lang)}
    verdicts = {none.verdict, whole.verdict}
    if none.verdict == "met":
        return say("path_headline_holds", lang, **shares, **words)
    if whole.verdict == "not_met":
        return say("path_headline_short", lang, **shares, **words)
    if none.verdict == "not_met" and whole.verdict == "met":
        off = standing_of(whole, lang)
        return say("path_headline_falls", lang, off=off, **shares, **words)
    silent = next((v for v in ("reference", "not_attainable") if verdicts == {v}), "open")
    return say("path_headline_silent", lang, off=say(f"off_{silent}", lang), **shares, **words)
