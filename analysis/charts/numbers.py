"""The rows a chart draws, taken from the tables of `measure` and `compare` and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts.figure import one_line
from analysis.charts.reading import NothingStated, Shape, only, text
from analysis.reference import Corridor, Points, Share, SuiteError

LEVELS = Shape("levels")
COMPARISON = Shape("comparison")

# The highest level first, so that in a bar the end of each level's segment is the share at that
# level or higher; then what is recognised without a level, and what is not in force.
_NOT_LEVELS = (
    *("level_unknown", "pending", "expired", "withdrawn", "not_reached", "not_evaluated"),
    *("not_stated", "in_doubt"),
)
STANDINGS = ("4", "3", "2", "1", *_NOT_LEVELS)


@dataclass(frozen=True)
class LevelRow:
    """One group: its schools by standing, and those that hold the level asked or a higher one."""

    group: str
    standings: Mapping[str, int]
    reached: Share


@dataclass(frozen=True)
class Levels:
    """The groups of one table of levels, the total (group "all") last."""

    scheme: str
    base: str
    by: str
    level: int
    rows: tuple[LevelRow, ...]
    table: pd.DataFrame
    part: str = ""

    @property
    def total(self) -> LevelRow | None:
        """The row of all groups together, if the table has it."""
        return next((row for row in self.rows if row.group == "all"), None)

    @property
    def groups(self) -> tuple[LevelRow, ...]:
        """The rows without the total."""
        return tuple(row for row in self.rows if row.group != "all")

    @property
    def clear(self) -> bool:
        """Whether nothing is unclear, so that groups may be set one against the other."""
        doubtful = any(row.reached.unclear for row in self.rows)
        return not doubtful and not self.table["base_unclear_count"].any()

    @property
    def complete(self) -> bool:
        """Whether no group was filtered away: only then the groups say where all schools are."""
        schools = sum(row.reached.total for row in self.groups)
        return self.total is not None and schools == self.total.reached.total


@dataclass(frozen=True)
class TargetRow:
    """One target part in one group, how far the group is from the corridor, and what can be said
    of it (`verdict`); `needed`: the least and the greatest number of schools lacking, `undecided`
    those it hangs on."""

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
    amount: Share
    position: str
    gap: float
    verdict: str
    needed: tuple[int, int] | None
    over: int
    base_unclear: int
    undecided: tuple[str, ...]
    part: str = ""
    wanted: object = ""

    @property
    def corridor(self) -> Corridor:
        """What the target wants."""
        return Corridor.of(self.low, self.high, self.decimals, self.wanted)

    @property
    def points(self) -> Points:
        """The distance to the target."""
        return Points(self.gap, max(1, self.decimals))

    @property
    def certain(self) -> bool:
        """Whether nothing of it is unclear, so that where the share lies is where it will lie."""
        return not self.amount.unclear and not self.base_unclear

    @property
    def above(self) -> bool:
        """Whether the verdict and nothing unclear let one say that it is above the corridor."""
        return self.verdict == "met" and self.certain and self.position == "above"

    @property
    def is_off(self) -> bool:
        """Whether there is a distance to tell; of a share that is open there is none."""
        return self.position in ("below", "above") and self.verdict != "open"

    @property
    def side(self) -> str:
        """below, within or above the corridor as far as the verdict lets one say; "silent" where it
        does not."""
        return self.position if self.concluded else "silent"

    @property
    def concluded(self) -> bool:
        """Whether anything may be said of the target being met or missed."""
        return self.verdict in ("met", "not_met", "not_attainable")


def read_levels(table: pd.DataFrame, school_year: str, level: int, part: str = "") -> Levels:
    """The rows of one school year of a `measure_levels` table; `part`: of which schools, "" all."""
    rows = LEVELS.of_year(table, school_year)
    scheme, base, by = (only(rows, column) for column in ("scheme", "base", "by"))
    known = sorted(s for s in rows["standing"].astype(str).unique() if s.isdigit())
    if str(level) not in known:
        raise SuiteError("chart_unknown_level", level=level, known=", ".join(known))
    found = _level_rows(rows, str(level))
    found.sort(key=lambda row: row.group == "all")
    return Levels(scheme, base, by, level, tuple(found), rows, part)


def _level_rows(rows: pd.DataFrame, level: str) -> list[LevelRow]:
    """The rows of each group of one year in one; pandas would take longer for many groups."""
    names = ("group", "standing", "schools_count")
    counts: dict[str, dict[str, int]] = {}
    for group, standing, count in zip(*(rows[n] for n in names), strict=True):
        counts.setdefault(str(group), {})[str(standing)] = int(count)
    at_level = rows[rows["standing"].astype("str") == level].to_dict("records")
    reached = {str(row["group"]): _reached(row) for row in at_level}
    return [LevelRow(group, counts[group], reached[group]) for group in counts]


def _reached(row: Mapping[Any, Any]) -> Share:
    ends = (_percent(row["reached_percent_low"]), _percent(row["reached_percent_high"]))
    counts = int(row["reached_count"]), int(row["schools_total"])
    return Share(*counts, int(row["reached_unclear_count"]), *ends)


def _percent(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def read_targets(
    table: pd.DataFrame, school_year: str, lang: str, part: str = ""
) -> tuple[list[TargetRow], pd.DataFrame]:
    """The whole office's row of each target part, and the frame they stand in."""
    rows = COMPARISON.of_year(table, school_year)
    rows = rows[rows["group"].astype(str) == "all"].drop_duplicates("target_id", keep="last")
    if rows.empty:
        raise SuiteError("chart_no_total", school_year=school_year)
    return [target_row(row, lang, part) for row in rows.to_dict("records")], rows


def read_gaps(
    table: pd.DataFrame, school_year: str, target_id: str | None, lang: str, part: str = ""
) -> tuple[list[TargetRow], pd.DataFrame]:
    """The groups of one target part, the total last, and the frame they stand in."""
    if target_id is not None:
        table = of_target(table, target_id, school_year)
    rows = COMPARISON.of_year(table, school_year)
    for column in ("target_id", "by"):
        only(rows, column)
    found = [target_row(row, lang, part) for row in rows.to_dict("records")]
    found.sort(key=lambda row: row.group == "all")
    return found, rows


def of_target(table: pd.DataFrame, target_id: str, school_year: str) -> pd.DataFrame:
    """The rows of one target part in all years; NothingStated where no year states it."""
    if target_id in table.attrs.get("not_stated", ()):
        raise NothingStated(school_year)
    rows = COMPARISON.rows(table)
    found = rows[rows["target_id"] == target_id]
    if found.empty and len(rows):
        known = ", ".join(map(str, rows["target_id"].unique()))
        raise SuiteError("chart_unknown_target", target_id=target_id, known=known)
    return found


def target_row(row: Mapping[Any, Any], lang: str, part: str = "") -> TargetRow:
    """A record of `compare_to_targets` as a chart draws it."""
    counts = int(row["schools_count"]), int(row["schools_total"]), int(row["unclear_count"])
    least, most = row["needed_least"], row["schools_needed"]
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
        amount=Share(*counts, _percent(row["percent_low"]), _percent(row["percent_high"])),
        position=str(row["position"]),
        gap=0.0 if pd.isna(row["gap_points"]) else float(row["gap_points"]),
        verdict=str(row["verdict"]),
        needed=None if pd.isna(most) or pd.isna(least) else (int(least), int(most)),
        over=0 if pd.isna(row.get("schools_over")) else int(row["schools_over"]),
        base_unclear=int(row["base_unclear_count"]),
        undecided=tuple(row.get("undecided") or ()),
        part=part,
        wanted=row.get("wanted_schools"),
    )


def in_order(standings: Iterable[str]) -> list[str]:
    """Standings in the order they are drawn and told."""
    known = list(standings)
    levels = sorted((s for s in known if s.isdigit()), key=int, reverse=True)
    return levels + [s for s in _NOT_LEVELS if s in known]
