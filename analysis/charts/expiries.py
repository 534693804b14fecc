"""When do certificates end? One column a quarter, with the dates by which to act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd

from analysis.charts.drawing import Drawing, Row, Series, Stroke
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import NothingStated, chosen, of_year, only, standing_series
from analysis.charts.style import colour, standing_paint
from analysis.charts.words import TOTAL, Words, day, scheme_short
from analysis.reference import (
    SCHEMES,
    About,
    Number,
    is_issued,
    list_regimes,
    read_rules,
    rule_on,
    sentence,
    term_end,
)

_MOST_IN_ALT = 4
# Certificates that end before these dates: too late to register, and to be prepared.
_STROKES = ("lead", "alert")


# Steps of the palette for the laws certificates were issued under, the oldest darkest.
_OF_REGIMES = ("4", "3", "2", "1")


@dataclass(frozen=True)
class _Quarter:
    """One quarter: its first day and the schools by the level, or the law, of the certificate that
    ends."""

    start: dt.date
    levels: Mapping[str, int]

    @property
    def count(self) -> int:
        """All schools whose certificate ends in it."""
        return sum(self.levels.values())

    def short(self, w: Words) -> str:
        """As it stands below its column: "II"."""
        return w.say(f"quarter_{(self.start.month + 2) // 3}")

    def told(self, w: Words) -> dict[str, object]:
        """As it stands in a sentence, "quý II/2026", with its schools."""
        name = w.say("quarter", quarter=self.short(w), year=self.start.year)
        return {"quarter": name, "count": Number(self.count)}


@dataclass(frozen=True)
class _Expiries:
    """Every quarter from the first to the last, also where nothing ends. `soon`: how many end
    within the `months` of alert, from the least to the most, where the table tells the quarters
    only, and one of them reaches beyond these months."""

    scheme: str
    by: str
    quarters: tuple[_Quarter, ...]
    undated: int
    months: int
    soon: tuple[int, int]
    table: pd.DataFrame

    @property
    def total(self) -> int:
        """The schools whose certificate has a known end."""
        return sum(quarter.count for quarter in self.quarters)

    @property
    def ranked(self) -> list[_Quarter]:
        """The fullest quarter first."""
        return sorted(self.quarters, key=lambda quarter: -quarter.count)


@or_nothing
def chart_expiries(
    expiries: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    group: str = TOTAL,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_expiries`: one column per quarter, cut by the level that ends, from
    the quarter of the as-of date on. Two lines mark the certificates that end within 5 months, for
    which the day to register has passed, and within 12 months, which are to be prepared.

    Columns: school_year, scheme, quarter, quarter_from, by, group, level (missing: not known),
    schools_count. The total is drawn, or the `group` asked for. Certificates without a known end
    are counted below the picture. By "regime" the columns are cut by the law the certificates were
    issued under, which is drawn once a kind of certificate is issued no more; that one has nothing
    to be prepared for, and so no lines: it runs off.
    """
    w = Words.of(about, lang, expiries)
    facts = _read(expiries, about, group)
    scheme, total = scheme_short(facts.scheme), Number(facts.total)
    of = "" if group == TOTAL else f", {w.in_text(facts.by, group)}"
    soon = {"schools": w.between(facts.soon), "months": facts.months}
    rank = w.say("expiries_held", rank=w.say(f"rank_{facts.scheme}"))
    rank = w.say("expiries_regime") if facts.by == "regime" else rank
    ends = {"scheme": scheme, "rank": rank, "group": of, "dated": total}
    undated = w.say("expiries_undated", schools=w.schools(facts.undated))
    items = [w.say("expiries_alt_soon", **soon)] if facts.total else []
    for quarter in facts.ranked[:_MOST_IN_ALT]:
        if quarter.count:
            items.append(w.say("expiries_alt_item", **quarter.told(w)))
    if facts.by == "regime":
        for law in _of_regimes([q.levels for q in facts.quarters], w):
            count = Number(sum(int(value or 0) for value in law.values))
            items.append(w.say("expiries_alt_item", quarter=law.name, count=count))
    items.append(w.say("expiries_alt_total", total=total))
    told = {
        "headline": _headline(facts, {"scheme": scheme, "total": total}, soon, w),
        "subtitle": w.say("expiries_subtitle", **ends, **w.place),
        "alt": w.say("expiries_alt", scheme=scheme, date=w.date, list="; ".join(items)),
        "remark": undated if facts.undated else "",
    }
    return drawn("expiries", w, preset, facts.table, told, _describe(facts, w))


def _read(table: pd.DataFrame, about: About, group: str) -> _Expiries:
    """One group of one school year."""
    every = of_year(table, "expiries", about.school_year)
    rows = chosen(every, "group", group)
    by_regime = only(rows, "by") == "regime"
    if by_regime and all(is_issued(about.as_of, scheme, read_rules()) for scheme in SCHEMES):
        raise NothingStated(about.school_year, key="nothing_all_issued")
    if rows["quarter_from"].isna().all():
        raise NothingStated(about.school_year, only(rows, "scheme"), "nothing_no_end")
    cut = every[every["group"].astype(str) != TOTAL] if by_regime and group == TOTAL else rows
    levels = cut["level"].map(lambda level: "level_unknown" if pd.isna(level) else str(int(level)))
    starts = pd.to_datetime(cut["quarter_from"]).dt.to_period("Q")
    parts = cut["group"].astype("str") if by_regime else levels
    counts = cut["schools_count"].astype("int64").groupby([starts, parts]).sum()
    found: dict[pd.Period, dict[str, int]] = {}
    for key, count in counts.items():
        start, level = cast(tuple[pd.Period, str], key)
        found.setdefault(start, {})[level] = int(count)
    span = pd.period_range(min(found), max(found), freq="Q")
    quarters = tuple(_Quarter(q.start_time.date(), found.get(q, {})) for q in span)
    undated = int(rows.loc[rows["quarter_from"].isna(), "schools_count"].sum())
    months = int(rule_on("renewal", about.as_of, read_rules())["alert_months"])
    soon = _soon(rows, about, group, months)
    return _Expiries(only(rows, "scheme"), only(rows, "by"), quarters, undated, months, soon, rows)


def _soon(rows: pd.DataFrame, about: About, group: str, months: int) -> tuple[int, int]:
    """What ends within the months of alert: of the quarter in which these months end, as many as
    the table says beside its rows (`attrs["alert"]`); none to all of them where it does not."""
    until = pd.Timestamp(term_end(about.as_of, months))
    starts, counts = pd.to_datetime(rows["quarter_from"]), rows["schools_count"].astype("int64")
    here = starts.eq(until.to_period("Q").start_time)
    least, most = int(counts[starts.le(until) & ~here].sum()), int(counts[here].sum())
    if until.is_quarter_end:
        return least + most, least + most
    told = rows.attrs.get("alert", {}).get(about.school_year, {})
    levels = {*rows.loc[here, "level"].fillna(0).astype("int64")}
    ending = sum(n for of, level, n in told.get("ending", ()) if of == group and level in levels)
    if told.get("until") == until.date().isoformat() and ending <= most:
        return least + ending, least + ending
    return least, least + most


def _describe(facts: _Expiries, w: Words) -> Drawing:
    """A place for each quarter, a series for each level, a stroke for each date."""
    counts = [quarter.levels for quarter in facts.quarters]
    series = _of_regimes(counts, w) if facts.by == "regime" else ()
    series = series or standing_series(facts.scheme, counts, w)
    rule, first = rule_on("renewal", w.about.as_of, read_rules()), facts.quarters[0].start
    strokes = []
    for name in _STROKES if is_issued(w.about.as_of, facts.scheme, read_rules()) else ():
        months = int(rule[f"{name}_months"])
        end = term_end(w.about.as_of, months)
        away = (end.year - first.year) * 12 + end.month - first.month
        column = sum(quarter.start <= end for quarter in facts.quarters) - 1
        words = tuple(
            w.say(f"expiries_{name}{way}", date=day(end), months=months) for way in ("", "_short")
        )
        tint = colour(f"bar.{name}")
        strokes.append(Stroke(away / 3 + end.day / 93, column, words, tint))
    rows = (Row(q.short(w), under=str(q.start.year)) for q in facts.quarters)
    return Drawing("columns", w.lang, tuple(rows), series, strokes=tuple(strokes))


def _of_regimes(counts: Sequence[Mapping[str, int]], w: Words) -> tuple[Series, ...]:
    """A series for each law certificates were issued under, the oldest first."""
    known = [regime.id for regime in list_regimes(read_rules())]
    paints = [*(standing_paint("kdclgd", step) for step in _OF_REGIMES)]
    looks = dict(zip(known, paints, strict=False)) | {
        "unknown": standing_paint("kdclgd", "level_unknown")
    }
    there = {name for count in counts for name, schools in count.items() if schools}
    return tuple(
        Series(w.group("regime", name), tuple(count.get(name, 0) for count in counts), paint)
        for name, paint in looks.items()
        if name in there
    )


def _headline(facts: _Expiries, words: dict[str, object], soon: dict[str, object], w: Words) -> str:
    """What ends within 12 months, or that nothing does; then the fullest quarter, if it is one
    alone. Where ends are not known, of how many they are known."""
    if not facts.total:
        return w.say("expiries_headline_none", **words)
    if not is_issued(w.about.as_of, facts.scheme, read_rules()):
        last = next(quarter for quarter in reversed(facts.quarters) if quarter.count)
        key = "expiries_headline_run_off" + ("_one" if facts.total == 1 else "")
        return w.say(key, **words, quarter=last.told(w)["quarter"])
    least, most = facts.soon
    way = "_none" if not most else "_one" if least == most == 1 else ""
    start = w.say(f"expiries_soon{way}", **words, **soon)
    if facts.undated:
        start = w.say("expiries_dated", soon=start, **words)
    start, (fullest, *others) = sentence(start), facts.ranked
    if fullest.count == facts.total:
        return start + w.say("expiries_headline_one", **fullest.told(w), **words)
    if fullest.count == others[0].count:
        return start
    return start + w.say("expiries_headline_most", **fullest.told(w), **words)
