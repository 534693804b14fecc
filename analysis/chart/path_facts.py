"""The shares so far and in each scenario, group by group, and the finding in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.chart.numbers import COMPARISON, Amount, TargetRow, target_row
from analysis.chart.reading import Shape, check_values, chosen, text
from analysis.chart.words import TOTAL, corridor, day, group_in_text, place, share
from analysis.reference import About, SuiteError, decimal, say

SCENARIOS = ("none", "past_rate", "all_renew")
PATHS = Shape(
    "compare_scenarios",
    (
        *("scenario", "as_of", "target_id", "scheme", "level", "reading", "base", "by", "group"),
        *("target_from", "target_to", "decimals", "schools_count", "schools_total", "position"),
        *("gap_points", "schools_needed"),
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
    rows = chosen(PATHS.rows(table), "target_id", target_id)
    if rows.empty:
        raise SuiteError("chart_no_rows", school_year=about.school_year)
    check_values(rows, "scenario", SCENARIOS)
    records = rows.to_dict("records")
    target = target_row(records[0], lang)
    points: dict[str, dict[str, list[Point]]] = {}
    for record in sorted(records, key=lambda record: record["as_of"]):
        row = target_row(record, lang)
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
    rows = chosen(COMPARISON.rows(table), "target_id", target_id)
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
            scenario=_lower(say(f"scenario_{name}", lang)),
            share=share(last.scenarios[name][-1].row.amount, lang),
        )
        for name in facts.scenarios
        if name in last.scenarios
    )
    told = {
        "kind": say(f"kind_{target.by}", lang),
        "group": group_in_text(target.by, last.group, lang),
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


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _headline(last: Panel, words: dict[str, str], lang: str) -> str:
    """What renewal decides for all schools together: whether the target is missed at the end."""
    ends = {name: points[-1].row for name, points in last.scenarios.items()}
    none, whole = ends.get("none"), ends.get("all_renew")
    if last.group != TOTAL or not none or not whole or not none.amount.total:
        return say("path_headline_plain", lang, **words)
    shares = {"none": share(none.amount, lang), "all": share(whole.amount, lang)}
    if none.position != "below":
        return say("path_headline_holds", lang, **shares, **words)
    if whole.position == "below":
        return say("path_headline_short", lang, **shares, **words)
    off = say(f"position_{whole.position}", lang)
    return say("path_headline_falls", lang, off=off, **shares, **words)
