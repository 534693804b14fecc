"""Small true tables for every chart, by the contract of the room that makes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.chart import Chart, chart_completeness, chart_transitions, chart_units
from analysis.chart.numbers import STANDINGS
from analysis.measure import measure_levels
from tests.charts import ABOUT
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
                kdclgd=_standing(i + 2 * later),
                cqg=min(_standing(i + 2 * later, 2), 2) if i % 5 else "not_reached",
            )
            for later, year in enumerate(years)
            for i in range(count)
        ),
        as_of={year: dt.date(int(year[-4:]), 5, 31) for year in years},
    )


def _standing(i: int, least: int = 1) -> Any:
    kinds = [2, 2, 1, 2, 3, "not_evaluated", 2, 1, "not_reached", 2]
    kind = kinds[(7 * i) % 10]
    return kind if isinstance(kind, int) or least == 1 else 1


def both_schemes(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Levels of both schemes, one below the other."""
    return pd.concat([measure_levels(table, scheme=s, by=by) for s in ("kdclgd", "cqg")])


def units(count: int = 38, wards: Sequence[str] = WARDS, **how: Any) -> Chart:
    return chart_units(both_schemes(schools(count, wards), "unit"), **({"about": ABOUT} | how))


def transitions(count: int = 38, scheme: str = "kdclgd", **how: Any) -> Chart:
    """Every school before and now; two more are new and one is gone."""
    years = ("2023-2024", "2024-2025")
    table = schools(count, years=years)
    column = table[f"{scheme}_standing"].astype(str).to_numpy()
    before, now = [*column[:count], *["absent"] * 2, "2"], [*column[count:], "1", "2", "absent"]
    pairs = pd.crosstab(pd.Series(before[: 3 + count] if count else []), pd.Series(now))
    standings = ["1", "2", "3", "4", *STANDINGS[4:], "absent"]
    whole = pairs.reindex(index=standings, columns=standings, fill_value=0)
    frame = pd.DataFrame(
        [(a, b, int(whole.loc[a, b])) for a in standings for b in standings],
        columns=["standing_from", "standing_to", "schools_count"],
    )
    frame = frame.assign(school_year_from=years[0], school_year_to=years[1], scheme=scheme)
    return chart_transitions(frame, **({"about": ABOUT} | how))


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


FRAMES: dict[str, Callable[..., Chart]] = {
    "units": units,
    "transitions": transitions,
    "completeness": completeness,
}
