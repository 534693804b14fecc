"""Is this a table the chart can draw? And its rows, as charts and sentences take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts.drawing import Band, Series
from analysis.charts.style import standing_paint
from analysis.charts.words import TOTAL, Words, one_line
from analysis.reference import Corridor, Points, Share, SuiteError, say, sentence
from analysis.tables import tables


class NothingStated(Exception):
    """The lists of the year say nothing of what the chart is about; `scheme`, where that is known.
    No fault: there is one sentence to say."""

    def __init__(self, school_year: str, scheme: str = "", key: str = "") -> None:
        super().__init__(school_year)
        self.school_year, self.scheme = school_year, scheme
        self.key = key or ("nothing_stated_scheme" if scheme else "nothing_stated")

    def told(self, lang: str) -> str:
        """The sentence."""
        scheme = say(f"scheme_{self.scheme}", lang) if self.scheme else ""
        return say(self.key, lang, school_year=self.school_year, scheme=scheme)


def drawable(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table as it is, if it has the columns that charts of this table of the registry need."""
    known = tables()[name]
    missing = [column for column in known.drawn if column not in table.columns]
    if missing:
        facts = {"columns": ", ".join(missing), "needed": ", ".join(known.drawn)}
        maker = known.maker.rpartition(".")[2]
        raise SuiteError("chart_missing_columns", maker=maker, **facts)
    return table


def of_year(
    table: pd.DataFrame, name: str, school_year: str, column: str = "school_year"
) -> pd.DataFrame:
    """The rows of one school year. NothingStated where the table was made from this year and has
    none of it; an error where it was not."""
    rows = drawable(table, name)
    found = rows[rows[column].astype(str) == school_year]
    if len(found):
        return found
    scheme = rows.attrs.get("scheme", "")
    if school_year in rows.attrs.get("none_in_force", ()):
        raise NothingStated(school_year, scheme, "nothing_in_force")
    if school_year in rows.attrs.get("unpaired", ()):
        raise NothingStated(school_year, scheme, "nothing_before")
    if rows.empty or school_year in rows.attrs.get("school_years", ()):
        raise NothingStated(school_year, scheme, rows.attrs.get("nothing", ""))
    raise SuiteError("chart_no_rows", school_year=school_year)


def only(rows: pd.DataFrame, column: str) -> str:
    """The one value of a column; two tables laid over one another would count schools twice."""
    values = [text(value) for value in rows[column].unique()]
    if len(values) > 1:
        raise SuiteError("chart_mixed", column=column, values=", ".join(values))
    return values[0]


def chosen(rows: pd.DataFrame, column: str, value: str | None) -> pd.DataFrame:
    """The rows with a value asked for; without one the table must not have several."""
    if value is None:
        only(rows, column)
        return rows
    found = rows[rows[column].astype(str) == value]
    if found.empty:
        known = [text(v) for v in rows[column].unique()]
        unknown_value(column, [value], known)
    return found


def check_values(rows: pd.DataFrame, column: str, known: Collection[str]) -> None:
    """Stop at values of a column that the chart cannot draw."""
    strange = [v for v in map(text, rows[column].unique()) if v not in known]
    if strange:
        unknown_value(column, strange, known)


def unknown_value(column: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Say which values are unknown, and which may stand there."""
    facts = {"values": ", ".join(map(repr, values)), "known": ", ".join(known)}
    raise SuiteError("chart_unknown_value", column=column, **facts)


def text(value: Any) -> str:
    """A cell as text; "" where it is missing."""
    return "" if pd.isna(value) else str(value)


def year_before(years: Iterable[Any], school_year: str, since: str | None) -> str:
    """The year to compare with: the one asked for, else the first of the table; "" if none."""
    earlier = sorted({y for y in map(text, years) if y < school_year})
    if since is None:
        return earlier[0] if earlier else ""
    if since not in earlier:
        unknown_value("school_year", [since], earlier)
    return since


# The highest level first, so that in a bar the end of each level's segment is the share at that
# level or higher; then what is recognised without a level, and what is not in force.
_NOT_LEVELS = (
    *("level_unknown", "pending", "expired", "withdrawn", "not_reached", "not_evaluated"),
    *("not_stated", "in_doubt"),
)
STANDINGS = ("4", "3", "2", "1", *_NOT_LEVELS)
_VERDICTS = (
    *("reference", "not_attainable", "not_met", "open", "met", "no_schools", "not_issued"),
)


@dataclass(frozen=True)
class LevelRow:
    """One group: its schools by standing, and those that hold the level asked or a higher one."""

    group: str
    standings: Mapping[str, int]
    reached: Share


@dataclass(frozen=True)
class Levels:
    """The groups of one table of levels, the total (group TOTAL) last."""

    scheme: str
    base: str
    by: str
    level: int
    rows: tuple[LevelRow, ...]
    table: pd.DataFrame

    @property
    def total(self) -> LevelRow | None:
        """The row of all groups together, if the table has it."""
        return next((row for row in self.rows if row.group == TOTAL), None)

    @property
    def groups(self) -> tuple[LevelRow, ...]:
        """The rows without the total."""
        return tuple(row for row in self.rows if row.group != TOTAL)

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

    def words(self, w: Words) -> dict[str, str]:
        """The level asked for, "đạt KĐCLGD từ cấp độ 1 trở lên", and of which schools."""
        reached = w.say(f"reached_{self.scheme}", level=self.level)
        return {"reached": reached, "of": w.say(f"schools_of_{self.base}")}

    def column(self, w: Words) -> str:
        """The level asked for over a column: "Từ cấp độ 1"."""
        return w.say(f"levels_column_{self.scheme}", level=self.level)

    def remark(self, w: Words) -> str:
        """How many schools are unclear, and how far that could move the share of all schools."""
        if self.total is None:
            return ""
        rows = self.table[self.table["group"].astype("str") == TOTAL]
        return w.unclear(self.total.reached, int(rows["base_unclear_count"].max()))


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
    wanted: object = ""
    exclusive: str = ""
    levels: str = ""

    @property
    def band(self) -> Band:
        """What the target wants, as a share."""
        return Band(self.low, self.high)

    @property
    def corridor(self) -> Corridor:
        """What the target wants."""
        return Corridor.of(self.low, self.high, self.decimals, self.wanted, self.exclusive)

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
        """Whether there is a distance to tell; of a share that is open there is none, nor of what
        is not issued any more."""
        return self.position in ("below", "above") and self.verdict not in ("open", "not_issued")

    @property
    def side(self) -> str:
        """below, within or above the corridor as far as the verdict lets one say; "silent" where it
        does not."""
        return self.position if self.concluded else "silent"

    @property
    def concluded(self) -> bool:
        """Whether anything may be said of the target being met or missed."""
        return self.verdict in ("met", "not_met", "not_attainable")

    def name(self, w: Words) -> str:
        """The group, as it is headed; all schools of some education levels by what these are."""
        name = w.group(self.by, self.group)
        if self.group != TOTAL or not self.levels:
            return name
        return sentence(", ".join(filter(None, (w.part, w.levels(self.levels)))))

    def of(self, w: Words) -> str:
        """The schools that are counted."""
        return w.base(self.base, self.levels)

    def counted(self, w: Words) -> str:
        """What is counted for the target: "đúng cấp độ 2"."""
        return w.say(f"asked_{self.scheme}_{self.reading}", level=self.level)

    def asked(self, w: Words) -> str:
        """What is counted for the target, over which schools."""
        return w.say("asked", counted=self.counted(w), base=self.of(w))

    def off(self, w: Words) -> str:
        """What the verdict lets one say: "thiếu 1 đến 3 trường", "chưa kết luận được"."""
        if self.verdict == "not_met" and self.needed is not None:
            return w.say("off_below", schools=w.between(self.needed))
        if self.verdict != "met":
            return w.say(f"off_{self.verdict}")
        if self.above:
            return w.say("off_above", schools=w.schools(self.over))
        if not self.certain:  # within or above, whatever turns out: more cannot be said
            return w.say("off_reached")
        # Whether it takes the rounding of the target to be within: 34/38 (89,47%) for 89,5%.
        rounded = "" if self.low <= self.amount.percent <= self.high else "_rounded"
        return w.say(f"{'off_within' if self.high < 100 else 'off_reached'}{rounded}")

    def lines(self, w: Words) -> tuple[str, str]:
        """The distance, "−12,5 điểm; thiếu 2 trường", and what stands below it in figures."""
        off, amount = self.off(w), self.amount.text(w.lang)
        if not self.is_off:
            return off, amount
        if self.verdict == "not_attainable":
            return self.points.text(w.lang, "named"), f"{off}; {amount}"
        return w.say("distance", points=self.points, off=off), amount

    def item(self, key: str, w: Words) -> str:
        """The target part with its numbers, in the words of a label."""
        return w.say(
            key, label=self.label, counted=self.counted(w), base=self.of(w),
            share=self.amount, corridor=self.corridor, off=self.off(w),
        )  # fmt: skip

    def gap_item(self, w: Words) -> str:
        """The group with its distance: "Tiểu học: −12,5 điểm, thiếu 2 trường (5/8)"."""
        off = self.off(w)
        if self.is_off:
            off = w.say("distance_in_text", points=self.points, off=off)
        return w.say("gaps_item_points", group=self.name(w), distance=off, share=self.amount)


def read_levels(table: pd.DataFrame, school_year: str, level: int) -> Levels:
    """The rows of one school year of a `measure_levels` table."""
    rows = of_year(table, "levels", school_year)
    scheme, base, by = (only(rows, column) for column in ("scheme", "base", "by"))
    known = sorted(s for s in rows["standing"].astype(str).unique() if s.isdigit())
    if str(level) not in known:
        raise SuiteError("chart_unknown_level", level=level, known=", ".join(known))
    found = _level_rows(rows, str(level))
    found.sort(key=lambda row: row.group == TOTAL)
    return Levels(scheme, base, by, level, tuple(found), rows)


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
    table: pd.DataFrame, school_year: str, lang: str
) -> tuple[list[TargetRow], pd.DataFrame]:
    """The whole office's row of each target part, and the frame they stand in."""
    rows = of_year(table, "comparison", school_year)
    rows = rows[rows["group"].astype(str) == TOTAL].drop_duplicates("target_id", keep="last")
    if rows.empty:
        raise SuiteError("chart_no_total", school_year=school_year)
    return [target_row(row, lang) for row in rows.to_dict("records")], rows


def read_gaps(
    table: pd.DataFrame, school_year: str, target_id: str | None, lang: str
) -> tuple[list[TargetRow], pd.DataFrame]:
    """The groups of one target part, the total last, and the frame they stand in."""
    if target_id is not None:
        table = of_target(table, target_id, school_year)
    rows = of_year(table, "comparison", school_year)
    for column in ("target_id", "by"):
        only(rows, column)
    found = [target_row(row, lang) for row in rows.to_dict("records")]
    found.sort(key=lambda row: row.group == TOTAL)
    return found, rows


def of_target(
    table: pd.DataFrame, target_id: str, school_year: str, name: str = "comparison"
) -> pd.DataFrame:
    """The rows of one target part in all years; NothingStated where no year states it."""
    if target_id in table.attrs.get("not_stated", ()):
        raise NothingStated(school_year)
    rows = drawable(table, name)
    found = rows[rows["target_id"] == target_id]
    if found.empty and len(rows):
        known = ", ".join(map(str, rows["target_id"].unique()))
        raise SuiteError("chart_unknown_target", target_id=target_id, known=known)
    return found


def target_row(row: Mapping[Any, Any], lang: str) -> TargetRow:
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
        wanted=row.get("wanted_schools"),
        exclusive=text(row.get("exclusive")),
        levels=text(row.get("education_levels")),
    )


def in_order(standings: Iterable[str]) -> list[str]:
    """Standings in the order they are drawn and told."""
    known = list(standings)
    levels = sorted((s for s in known if s.isdigit()), key=int, reverse=True)
    return levels + [s for s in _NOT_LEVELS if s in known]


def standing_series(
    scheme: str, counts: Sequence[Mapping[str, int]], w: Words
) -> tuple[Series, ...]:
    """A series for each standing that occurs, with its schools in each row or place."""
    return tuple(
        Series(
            w.standing(scheme, standing),
            tuple(count.get(standing, 0) for count in counts),
            standing_paint(scheme, standing),
        )
        for standing in in_order({s for count in counts for s, schools in count.items() if schools})
    )


def split(rows: Sequence[TargetRow]) -> dict[str, list[TargetRow]]:
    """The rows by their verdict."""
    return {verdict: [row for row in rows if row.verdict == verdict] for verdict in _VERDICTS}


def all_groups(rows: Sequence[TargetRow]) -> bool:
    """Whether no group was filtered away: only then may be said that none of them is below."""
    totals = [row.amount.total for row in rows if row.group == TOTAL]
    return totals == [sum(row.amount.total for row in rows if row.group != TOTAL)]


def gaps_remark(rows: Sequence[TargetRow], w: Words) -> str:
    """What is unclear of one target, and the schools it hangs on where nothing can be concluded."""
    for row in rows:
        if row.group == TOTAL:
            said = w.unclear(row.amount, row.base_unclear)
            if not said or row.verdict != "open":
                return said
            return said + w.say(
                "unclear_hangs_on", names=w.names(row.undecided, more_of="more_schools")
            )
    return ""


def targets_remark(rows: Sequence[TargetRow], w: Words) -> str:
    """Which of several targets cannot be concluded on, and the schools they hang on."""
    unclear = [row for row in rows if row.amount.unclear + row.base_unclear]
    if not unclear:
        return ""
    open_ = [row for row in unclear if row.verdict == "open"]
    names = tuple(dict.fromkeys(name for row in open_ or unclear for name in row.undecided))
    told = {"names": w.names(names, more_of="more_schools"), "schools": w.schools(len(names))}
    if not open_:
        silent = any(row.verdict in ("reference", "not_issued") for row in unclear)
        return w.say("unclear_named" if silent else "unclear_same", **told)
    return w.say("unclear_open", targets=", ".join(row.label for row in open_), **told)
