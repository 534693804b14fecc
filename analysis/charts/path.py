"""Which way to the target? Small charts, one a group: the shares so far, and three ways on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.charts.drawing import Drawing, Mark, Panel, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import (
    NothingStated,
    TargetRow,
    check_values,
    chosen,
    drawable,
    target_row,
    text,
)
from analysis.charts.style import palette
from analysis.charts.words import TOTAL, Words, day, in_sentence
from analysis.reference import About, Number, Share, SuiteError

SCENARIOS = ("none", "past_rate", "all_renew")
# More panels than these are too small to be read.
MOST_PANELS = 9


@dataclass(frozen=True)
class _Point:
    """A share at a time, which is a year with its fraction."""

    time: float
    row: TargetRow


_Line = Sequence[_Point]


@dataclass(frozen=True)
class _Path:
    """One target: the way so far of each group, and what each scenario makes of it; the total
    last. `names` are those of the scenarios that occur, in their order."""

    target: TargetRow
    until: dt.date
    past: Mapping[str, _Line]
    ways: Mapping[str, Mapping[str, _Line]]
    names: Mapping[str, str]
    table: pd.DataFrame

    @property
    def last(self) -> Mapping[str, TargetRow]:
        """Where each scenario ends for the last group, which is all schools if they are there."""
        return {name: points[-1].row for name, points in self.ways[[*self.ways][-1]].items()}


@or_nothing
def chart_path(
    scenarios: pd.DataFrame,
    *,
    about: About,
    past: pd.DataFrame | None = None,
    lang: str = "vi",
    target_id: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `compare_scenarios(..., by=...)`: one small chart per group, with the share
    of schools in each scenario, the corridor of the target, and k/n at the end of each line.

    `past`, a table of `compare_to_targets` by the same groups, gives the years so far. `target_id`
    may be left out where the table has one target only. Up to nine groups.
    """
    w = Words.of(about, lang, scenarios)
    facts = _read(scenarios, past, target_id, w)
    target = facts.target
    words = {"label": target.label, "corridor": target.corridor, "until": day(facts.until)}
    items = (
        w.say(
            "path_alt_item",
            scenario=in_sentence(w.say(f"scenario_{name}")),
            share=f"{row.amount.text(lang)}, {row.off(w)}",
        )
        for name in facts.names
        if (row := facts.last.get(name))
    )
    group = w.in_text(target.by, [*facts.ways][-1])
    alt = {"kind": w.kind(target.by), "group": group, "list": "; ".join(items)}
    how = {"counted": target.counted(w), "base": target.of(w)}
    told = {
        "headline": _headline(facts, words, w),
        "subtitle": w.say("path_subtitle", **how, **words, **w.place),
        "alt": w.say("path_alt", **words, **alt),
    }
    return drawn("path", w, preset, facts.table, told, _describe(facts, w))


def _read(table: pd.DataFrame, past: pd.DataFrame | None, target_id: str | None, w: Words) -> _Path:
    """One target; the years of `past` up to the one of the chart."""
    if nothing := nothing_ahead(table, w.about.school_year, target_id):
        raise nothing
    rows = chosen(drawable(table, "scenarios"), "target_id", target_id)
    check_values(rows, "scenario", SCENARIOS)
    records = rows.to_dict("records")
    target = target_row(records[0], w.lang)
    points: dict[str, dict[str, list[_Point]]] = {}
    for record in sorted(records, key=lambda record: record["as_of"]):
        row, date = target_row(record, w.lang), pd.Timestamp(record["as_of"]).date()
        # The as-of date stands at the year in which its school year ends.
        time = _year(w.about.school_year) + (date - w.about.as_of).days / 365.25
        lines = points.setdefault(row.group, {})
        lines.setdefault(text(record["scenario"]), []).append(_Point(time, row))
    groups = sorted(points, key=lambda group: group == TOTAL)
    if len(groups) > MOST_PANELS:
        raise SuiteError("chart_too_many_groups", count=len(groups), most=MOST_PANELS)
    there = {name for lines in points.values() for name in lines}
    names = {name: _name(name, rows, w) for name in SCENARIOS if name in there}
    until = pd.Timestamp(rows["as_of"].max()).date()
    before = _past(past, target.target_id, w)
    return _Path(target, until, before, {g: points[g] for g in groups}, names, rows)


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


def _year(school_year: str) -> int:
    return int(school_year[-4:])


def _past(table: pd.DataFrame | None, target_id: str, w: Words) -> dict[str, list[_Point]]:
    """Per group the years so far in which it has schools."""
    if table is None:
        return {}
    rows = drawable(table, "comparison")
    rows = rows[rows["target_id"].eq(target_id)]
    rows = rows[rows["school_year"].astype(str) <= w.about.school_year]
    found: dict[str, list[_Point]] = {}
    for record in rows.sort_values("school_year", kind="stable").to_dict("records"):
        row = target_row(record, w.lang)
        if row.amount.total:
            point = _Point(_year(text(record["school_year"])), row)
            found.setdefault(row.group, []).append(point)
    return found


def _name(scenario: str, rows: pd.DataFrame, w: Words) -> str:
    """A scenario; that of the rate seen so far with how many certificates were renewed of those
    that ended, if the table tells."""
    last = rows[rows["scenario"].astype(str) == scenario].tail(1)
    if scenario != "past_rate" or not {"renewed_count", "ended_count"} <= set(rows.columns):
        return w.say(f"scenario_{scenario}")
    renewed, ended = (int(last[c].iloc[0]) for c in ("renewed_count", "ended_count"))
    return w.say(f"scenario_{scenario}_seen", share=Share(renewed, ended))


def _describe(facts: _Path, w: Words) -> Drawing:
    """A panel for each group, a series for each way; they all begin where the past ends."""
    names = dict(facts.names)
    if any(facts.past.get(group) for group in facts.ways):
        names = {"past": w.say("scenario_past")} | names
    panels = []
    for group, ways in facts.ways.items():
        past, name = facts.past.get(group, ()), w.group(facts.target.by, group)
        total = (past or next(iter(ways.values())))[-1].row.amount.total
        full = w.say("path_panel", group=name, total=Number(total))
        lines = tuple(_series(way, names[way], points) for way, points in ways.items())
        so_far = _series("past", names["past"], past) if past else None
        panels.append(Panel(name, full, group == TOTAL, so_far, lines))
    return Drawing(
        "panels",
        w.lang,
        series=tuple(_series(name, words, ()) for name, words in names.items()),
        band=w.say("path_band", corridor=facts.target.corridor),
        wanted=facts.target.band,
        panels=tuple(panels),
    )


def _series(scenario: str, name: str, points: _Line) -> Series:
    look = palette("scenarios")[scenario]
    dash, hollow = tuple(look.get("dash", ())), bool(look.get("hollow"))
    amounts, times = tuple(p.row.amount for p in points), tuple(p.time for p in points)
    mark = Mark(look["ink"], look["shape"], hollow, dash)
    return Series(name, look=mark, amounts=amounts, times=times)


def _headline(facts: _Path, words: dict[str, object], w: Words) -> str:
    """What renewal decides for all schools together: whether the target is missed at the end. Only
    shares, where the verdicts are open or for reference."""
    ends = facts.last
    none, whole = ends.get("none"), ends.get("all_renew")
    if none and not whole and [*facts.ways][-1] == TOTAL:
        return w.say("path_headline_run_off", none=none.amount, **words)
    if [*facts.ways][-1] != TOTAL or not none or not whole or not none.amount.total:
        ended = any(row.verdict == "reference" for row in ends.values())
        return w.say("path_headline_plain", **words) + (w.say("reference_tail") if ended else "")
    told = {"none": none.amount, "all": whole.amount, **words}
    if none.verdict == "met":
        return w.say("path_headline_holds", **told)
    if whole.verdict == "not_met":
        return w.say("path_headline_short", **told)
    if none.verdict == "not_met" and whole.verdict == "met":
        return w.say("path_headline_falls", off=whole.off(w), **told)
    verdicts = {none.verdict, whole.verdict}
    alike = ("reference", "not_attainable", "not_issued")
    silent = next((v for v in alike if verdicts == {v}), "open")
    return w.say("path_headline_silent", off=w.say(f"off_{silent}"), **told)
