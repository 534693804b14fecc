"""Small true tables for every chart, by the contract of the room that makes them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from types import SimpleNamespace
from typing import Any

import pandas as pd

from analysis.charts import (
    Chart,
    chart_bridge,
    chart_change,
    chart_completeness,
    chart_conditions,
    chart_expiries,
    chart_gaps,
    chart_levels,
    chart_pace,
    chart_path,
    chart_progress,
    chart_sessions,
    chart_targets,
    chart_transitions,
    chart_units,
)
from analysis.charts.numbers import STANDINGS
from analysis.compare import compare_pace
from analysis.compare.targets import compare_counts
from analysis.measure import BESIDE, measure_levels
from analysis.reference import read_rules
from tests.charts import ABOUT, PARTS, PLAUSIBLE, compared, office
from tests.frames import held, school

LEVELS = ("MN", "TH", "THCS", "TH&THCS")
WARDS = (
    "Phường Tứ Hạ",
    "Phường Hương Vân",
    "Phường Hương Văn",
    "Phường Hương Xuân",
    "Phường Hương Chữ",
    "Xã Hương Toàn",
    "Xã Hương Bình",
    "Xã Bình Thành",
    "Xã Bình Tiến",
)


def made_once(make: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """The same table for the same words: charts only read it."""
    kept: dict[str, pd.DataFrame] = {}

    @wraps(make)
    def remembered(*args: Any, **how: Any) -> pd.DataFrame:
        key = repr((args, how))
        if key not in kept:
            kept[key] = make(*args, **how)
        return kept[key].copy(deep=False)

    return remembered


@made_once
def schools(
    count: int = 38,
    units: Sequence[str] = WARDS,
    years: Sequence[str] = ("2024-2025",),
    levels: Sequence[str] = LEVELS,
) -> pd.DataFrame:
    """So many schools, spread over units and education levels, a little better every year."""
    return held(
        *(
            school(
                school_year=year,
                school_id=f"S{i}",
                unit=units[i % len(units)],
                education_level=levels[i % len(levels)],
                kdclgd=_kdclgd((7 * i + i // 10) % 10 + later),
                cqg=_cqg((7 * i + i // 10) % 10 + later),
            )
            for later, year in enumerate(years, 5 - len(years))
            for i in range(count)
        ),
        as_of={year: dt.date(int(year[-4:]), 5, 31) for year in years},
    )


def _kdclgd(quality: int) -> Any:
    if quality < 6:
        return ("not_evaluated", "not_reached")[quality % 2]
    return 1 if quality < 8 else 2 if quality < 12 else 3


def _cqg(quality: int) -> Any:
    return "not_reached" if quality < 7 else 1 if quality < 11 else 2


def both_schemes(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Levels of both schemes, one below the other."""
    return pd.concat([measure_levels(table, scheme=s, by=by) for s in ("kdclgd", "cqg")])


@made_once
def by_ward(count: int, wards: Sequence[str]) -> pd.DataFrame:
    return both_schemes(schools(count, wards), "unit")


@made_once
def plausible(make: Callable[..., pd.DataFrame], **how: Any) -> pd.DataFrame:
    return make(office(PLAUSIBLE), **how)


@made_once
def compared_years(by: str | None, *words: Any, **how: Any) -> pd.DataFrame:
    return compared(schools(*words, **how), by)


def levels(**how: Any) -> Chart:
    table = plausible(measure_levels, scheme="kdclgd", by="education_level")
    return chart_levels(table, **({"about": ABOUT} | how))


def targets(**how: Any) -> Chart:
    return chart_targets(plausible(compared), **({"about": ABOUT} | how))


def gaps(**how: Any) -> Chart:
    table = plausible(compared, by="education_level")
    return chart_gaps(table[table.target_id == "Q"], **({"about": ABOUT} | how))


def units(count: int = 38, wards: Sequence[str] = WARDS, **how: Any) -> Chart:
    return chart_units(by_ward(count, wards), **({"about": ABOUT} | how))


def transitions(count: int = 38, scheme: str = "kdclgd", **how: Any) -> Chart:
    """Every school before and now; two more are new, one is gone and one was closed before. Every
    fourth of those that stay at a level was renewed."""
    years = ("2023-2024", "2024-2025")
    table = schools(count, years=years)
    column = table[f"{scheme}_standing"].astype(str).tolist()
    before, now = [*column[:count], "absent", "absent", "2", "outside"], [*column[count:], *"12"]
    pairs = [*zip(before, [*now, "absent", "1"], strict=True)] if count else []
    moves = [_move(*pair, again=not i % 4) for i, pair in enumerate(pairs)]
    counts = Counter((*pair, kind) for pair, kind in zip(pairs, moves, strict=True))
    moved = {key[:2] for key in counts}
    names = (*STANDINGS, *BESIDE)
    empty = {(a, b, ""): 0 for a in names for b in names if (a, b) not in moved}
    frame = pd.DataFrame(
        [(*key, number) for key, number in (empty | counts).items()],
        columns=["standing_from", "standing_to", "move", "schools_count"],
    )
    frame = frame.assign(school_year_from=years[0], school_year_to=years[1], scheme=scheme)
    return chart_transitions(frame, **({"about": ABOUT} | how))


def every_move(**how: Any) -> Chart:
    """From every standing to every one."""
    names = (*STANDINGS, *BESIDE)
    pairs = [(a, b, _move(a, b, again=False), 9) for a in names for b in names]
    columns = ["standing_from", "standing_to", "move", "schools_count"]
    years = {"school_year_from": "2023-2024", "school_year_to": "2024-2025"}
    frame = pd.DataFrame(pairs, columns=columns).assign(scheme="kdclgd", **years)
    return chart_transitions(frame, **({"about": ABOUT} | how))


def _move(before: str, now: str, *, again: bool) -> str:
    if "absent" in (before, now):
        return "entered" if before == "absent" else "left"
    if before == now:
        return "renewed" if again and now.isdigit() else "unchanged"
    if before.isdigit():
        return ("raised" if before < now else "lowered") if now.isdigit() else "expired"
    kinds = {"outside": "reopened", "expired": "renewed"}
    return kinds.get(before, "first_recognised" if now.isdigit() else "other")


COLUMNS = ("school_code", "unit", "education_level", "classes", "pupils", "kdclgd_level")
YEARS = ("2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025")


def completeness(
    count: int = 38, columns: Sequence[str] = COLUMNS, years: Sequence[str] = YEARS, **how: Any
) -> Chart:
    """Later columns are stated less often, later years state more."""
    rows = [
        (year, column, max(count - i * (len(years) - j) * count // 38, 0), count)
        for j, year in enumerate(years)
        for i, column in enumerate(columns)
    ]
    frame = pd.DataFrame(rows, columns=["school_year", "column", "stated_count", "rows_count"])
    return chart_completeness(frame, **({"about": ABOUT} | how))


CHANGES = {"first_recognised": 9, "upgraded": 2, "expired": -3, "withdrawn": 0, "merged_away": -1}


def bridge(
    start: int = 25, changes: Mapping[str, int] = CHANGES, scheme: str = "kdclgd", **how: Any
) -> Chart:
    """From the start through the changes to an end that adds up."""
    steps = {"start": start, "boundary": 0, **changes, "end": start + sum(changes.values())}
    frame = pd.DataFrame({"step": [*steps], "schools_count": [*steps.values()]})
    years = {"school_year_from": "2023-2024", "school_year_to": "2024-2025"}
    frame = frame.assign(scheme=scheme, level="any", by="", group="all", **years)
    return chart_bridge(frame, **({"about": ABOUT} | how))


def sessions(
    groups: Sequence[str] = LEVELS, size: int = 100, by: str = "education_level", **how: Any
) -> Chart:
    """Classes and pupils of each group; the total adds them up."""
    rows = []
    for measure, many in (("classes", size), ("pupils", 31 * size)):
        counted: list[Any] = [
            (g, many * (10 - i % 4) // 10, many, 9 - i % 3, 9) for i, g in enumerate(groups)
        ]
        whole = [sum(column) for column in [*zip(*counted, strict=True)][1:]] or [0] * 4
        rows += [(measure, *row) for row in [*counted, ("all", *whole)]]
    names = ["measure", "group", "two_sessions_count", "whole_count", "schools_stated"]
    frame = pd.DataFrame(rows, columns=[*names, "schools_total"])
    frame = frame.assign(school_year="2024-2025", by=by)
    return chart_sessions(frame, **({"about": ABOUT} | how))


def conditions(total: int = 45, group: str = "all", **how: Any) -> Chart:
    """So many schools meet each condition, of some it is not clear."""
    names = ("cohort", "data", "level", "facilities", "all")
    rows = [
        (name, total * (6 - i) // 9, total // 9, total * i // 30) for i, name in enumerate(names)
    ]
    frame = pd.DataFrame(
        rows, columns=["condition", "schools_count", "unclear_count", "only_count"]
    )
    frame = frame.assign(school_year="2024-2025", by="unit", group=group, schools_total=total)
    return chart_conditions(frame, group=group, **({"about": ABOUT} | how))


def progress(
    count: int = 38, years: Sequence[str] = YEARS, target_id: str | None = None, **how: Any
) -> Chart:
    """All targets of all schools, or one target by education level."""
    by = None if target_id is None else "education_level"
    table = compared_years(by, count, years=years)
    return chart_progress(table, target_id=target_id, **({"about": ABOUT} | how))


def pace(
    count: int = 38,
    years: Sequence[str] = YEARS,
    units: Sequence[str] = WARDS,
    by: str | None = "unit",
    target_id: str = "Q",
    **how: Any,
) -> Chart:
    """One target by ward: how far, and since when."""
    return chart_pace(
        paces(count, units, years, by), target_id=target_id, **({"about": ABOUT} | how)
    )


@made_once
def paces(count: int, units: Sequence[str], years: Sequence[str], by: str | None) -> pd.DataFrame:
    targets: Any = SimpleNamespace(parts=PARTS, last_day=dt.date(2025, 12, 31))
    return compare_pace(schools(count, units, years=years), targets, rules=read_rules(), by=by)


def change(
    count: int = 38,
    years: Sequence[str] = YEARS,
    levels: Sequence[str] = LEVELS,
    scheme: str = "kdclgd",
    by: str = "education_level",
    base: str | None = None,
    **how: Any,
) -> Chart:
    office = schools(count, years=years, levels=levels)
    table = measure_levels(office, scheme=scheme, by=by, base=base)
    return chart_change(table, **({"about": ABOUT} | how))


def expiries(
    quarters: int = 20, levels: Sequence[int | None] = (1, 2, 3), times: int = 1, **how: Any
) -> Chart:
    """From the quarter of the as-of date on; most certificates end in the sixth quarter."""
    starts = pd.period_range("2025-Q2", periods=quarters, freq="Q")
    rows: list[Any] = [
        (f"{q.year}-Q{q.quarter}", q.start_time, level, times * ((i * 5 + (level or 4)) % 4))
        for i, q in enumerate(starts)
        for level in levels
    ]
    rows += [("", pd.NaT, 2, 3)]
    frame = pd.DataFrame(rows, columns=["quarter", "quarter_from", "level", "schools_count"])
    frame = frame.astype({"level": "Int64"})
    frame = frame.assign(school_year="2024-2025", scheme="kdclgd", by="", group="all")
    return chart_expiries(frame, **({"about": ABOUT} | how))


def path(
    count: int = 38,
    years: Sequence[str] = YEARS,
    levels: Sequence[str] = LEVELS,
    target_id: str = "Q",
    **how: Any,
) -> Chart:
    """Past years, then three scenarios on three days to come."""
    past = compared_years("education_level", count, years=years, levels=levels)
    now = past[(past.school_year == "2024-2025") & (past.target_id == target_id)]
    parts = [
        judged(now.assign(schools_count=now.schools_count * (10 - less * later) // 10)).assign(
            scenario=name, as_of=pd.Timestamp(2025 + later, 5, 31)
        )
        for name, less in (("none", 3), ("past_rate", 1), ("all_renew", 0))
        for later in (1, 2, 3)
    ]
    frame = pd.concat(parts).assign(renewed_count=5, ended_count=9)
    return chart_path(frame, past=past, target_id=target_id, **({"about": ABOUT} | how))


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with what follows from their counts, of which all is clear."""
    (target,) = [part for part in PARTS if part.id == rows["target_id"].iloc[0]]
    rows = compare_counts(rows, target)
    verdict = rows["position"].map({"below": "not_met", "within": "met", "above": "met"})
    verdict = verdict.fillna(rows["position"]).mask(~rows["attainable"], "not_attainable")
    percent = 100 * rows["schools_count"] / rows["schools_total"]
    return rows.assign(
        verdict=verdict, needed_least=rows["schools_needed"], percent_low=percent,
        percent_high=percent,
    )  # fmt: skip


FRAMES: dict[str, Callable[..., Chart]] = {
    "levels": levels,
    "targets": targets,
    "gaps": gaps,
    "units": units,
    "transitions": transitions,
    "completeness": completeness,
    "bridge": bridge,
    "sessions": sessions,
    "conditions": conditions,
    "expiries": expiries,
    "path": path,
    "progress": progress,
    "pace": pace,
    "change": change,
}
