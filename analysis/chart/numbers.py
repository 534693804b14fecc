"""The rows a chart draws, taken from the tables of `measure` and `compare` and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.chart.figure import one_line
from analysis.chart.reading import Shape, only, text
from analysis.reference import SuiteError

LEVELS = Shape(
    "measure_levels",
    (
        *("school_year", "scheme", "base", "by", "group", "standing"),
        *("schools_count", "schools_total", "reached_count"),
    ),
)
COMPARISON = Shape(
    "compare_to_targets",
    (
        *("school_year", "target_id", "scheme", "level", "reading", "base", "by", "group"),
        *("target_from", "target_to", "decimals", "schools_count", "schools_total", "position"),
        *("gap_points", "schools_needed", "attainable", "schools_over"),
    ),
)

# The highest level first, so that in a bar the end of each level's segment is the share at that
# level or higher; then what is recognised without a level, and what is not in force.
_NOT_LEVELS = ("level_unknown", "expired", "not_reached", "not_evaluated", "unknown")
STANDINGS = ("4", "3", "2", "1", *_NOT_LEVELS)


@dataclass(frozen=True)
class Amount:
    """So many of so many schools."""

    count: int
    total: int

    @property
    def percent(self) -> Fraction:
        """The exact share in percent; 0 where there are no schools."""
        return Fraction(100 * self.count, self.total) if self.total else Fraction(0)

    @property
    def rest(self) -> int:
        """The other schools."""
        return self.total - self.count


@dataclass(frozen=True)
class LevelRow:
    """One group: its schools by standing, and those that hold the level asked or a higher one."""

    group: str
    standings: Mapping[str, int]
    reached: Amount


@dataclass(frozen=True)
class Levels:
    """The groups of one table of levels, the total (group "all") last."""

    scheme: str
    base: str
    by: str
    level: int
    rows: tuple[LevelRow, ...]
    table: pd.DataFrame

    @property
    def total(self) -> LevelRow | None:
        """The row of all groups together, if the table has it."""
        return next((row for row in self.rows if row.group == "all"), None)

    @property
    def groups(self) -> tuple[LevelRow, ...]:
        """The rows without the total."""
        return tuple(row for row in self.rows if row.group != "all")

    @property
    def complete(self) -> bool:
        """Whether no group was filtered away: only then the groups say where all schools are."""
        schools = sum(row.reached.total for row in self.groups)
        return self.total is not None and schools == self.total.reached.total


@dataclass(frozen=True)
class TargetRow:
    """One target part in one group, and how far the group is from the corridor."""

    target_id: str
    label: str
    scheme: str
    level: int
    reading: str
    base: str
    by: str
    group: str
    low: float
    high: float
    decimals: int
    amount: Amount
    position: str
    gap: float
    needed: int | None
    over: int


def read_levels(table: pd.DataFrame, school_year: str, level: int) -> Levels:
    """The rows of one school year of a `measure_levels` table."""
    rows = LEVELS.of_year(table, school_year)
    scheme, base, by = (only(rows, column) for column in ("scheme", "base", "by"))
    known = sorted(s for s in rows["standing"].astype(str).unique() if s.isdigit())
    if str(level) not in known:
        raise SuiteError("chart_unknown_level", level=level, known=", ".join(known))
    found = _level_rows(rows, str(level))
    found.sort(key=lambda row: row.group == "all")
    return Levels(scheme, base, by, level, tuple(found), rows)


def _level_rows(rows: pd.DataFrame, level: str) -> list[LevelRow]:
    """The rows of each group of one year in one; pandas would take longer for many groups."""
    names = ("group", "standing", "schools_count", "reached_count", "schools_total")
    counts: dict[str, dict[str, int]] = {}
    reached: dict[str, Amount] = {}
    for group, standing, count, at_least, total in zip(*(rows[n] for n in names), strict=True):
        counts.setdefault(str(group), {})[str(standing)] = int(count)
        if str(standing) == level:
            reached[str(group)] = Amount(int(at_least), int(total))
    return [LevelRow(group, counts[group], reached[group]) for group in counts]


def read_targets(
    table: pd.DataFrame, school_year: str, lang: str
) -> tuple[list[TargetRow], pd.DataFrame]:
    """The whole office's row of each target part, and the frame they stand in."""
    rows = COMPARISON.of_year(table, school_year)
    rows = rows[rows["group"].astype(str) == "all"].drop_duplicates("target_id", keep="last")
    if rows.empty:
        raise SuiteError("chart_no_total", school_year=school_year)
    return [target_row(row, lang) for row in rows.to_dict("records")], rows


def read_gaps(
    table: pd.DataFrame, school_year: str, target_id: str | None, lang: str
) -> tuple[list[TargetRow], pd.DataFrame]:
    """The groups of one target part, the total last, and the frame they stand in."""
    rows = COMPARISON.of_year(table, school_year)
    if target_id is not None:
        chosen = rows[rows["target_id"] == target_id]
        if chosen.empty:
            known = ", ".join(map(str, rows["target_id"].unique()))
            raise SuiteError("chart_unknown_target", target_id=target_id, known=known)
        rows = chosen
    for column in ("target_id", "by"):
        only(rows, column)
    found = [target_row(row, lang) for row in rows.to_dict("records")]
    found.sort(key=lambda row: row.group == "all")
    return found, rows


def target_row(row: Mapping[Any, Any], lang: str) -> TargetRow:
    """A record of `compare_to_targets` as a chart draws it."""
    return TargetRow(
        target_id=str(row["target_id"]),
        label=one_line(str(row.get(f"label_{lang}") or row["target_id"])),
        scheme=str(row["scheme"]),
        level=int(row["level"]),
        reading=str(row["reading"]),
        base=str(row["base"]),
        by=text(row["by"]),
        group=text(row["group"]),
        low=float(row["target_from"]),
        high=float(row["target_to"]),
        decimals=int(row["decimals"]),
        amount=Amount(int(row["schools_count"]), int(row["schools_total"])),
        position=str(row["position"]),
        gap=0.0 if pd.isna(row["gap_points"]) else float(row["gap_points"]),
        needed=None if pd.isna(row["schools_needed"]) else int(row["schools_needed"]),
        over=0 if pd.isna(row.get("schools_over")) else int(row["schools_over"]),
    )


def in_order(standings: Iterable[str]) -> list[str]:
    """Standings in the order they are drawn and told."""
    known = list(standings)
    levels = sorted((s for s in known if s.isdigit()), key=int, reverse=True)
    return levels + [s for s in _NOT_LEVELS if s in known]
