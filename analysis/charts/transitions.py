"""Who moved? Schools by what they held a year before (rows) and what they hold now (columns)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.grid import Cell, Head, Row, draw_grid, headings_fit, rows_that_fit
from analysis.charts.numbers import STANDINGS, check_values, of_year, only, text
from analysis.charts.rows import Name
from analysis.charts.sheet import Box, Legend, Sheet
from analysis.charts.style import Paint, palette
from analysis.charts.words import Words, scheme_short
from analysis.measure import BESIDE, MOVES
from analysis.reference import About, Number
from analysis.status import UNCLEAR

# The moves the headline names.
_TOLD = ("first_recognised", "raised", "renewed", "entered_late", "expired", "withdrawn", "lowered")
_MOST_IN_ALT = 4
_CODES = "ABCDEFGHIJKLMNOPQRST"
_WAYS = ("up", "down", "same", "other")
# Where there are more standings than rows: what stands for several, one after the other.
_FOLDS = {
    "unclear": UNCLEAR,
    "none_yet": ("not_reached", "pending", "not_evaluated"),
    "over": ("expired", "withdrawn"),
    "uncounted": BESIDE,
    "not_in_force": ("none_yet", "over"),
}
_ORDER = (*STANDINGS, *BESIDE, *_FOLDS)
# Standings that have no place between higher and lower.
_BESIDE = (*BESIDE, *UNCLEAR, "level_unknown", "unclear", "uncounted")


@dataclass(frozen=True)
class _Transitions:
    """Schools by standing in both years, and by what became of them (`moved`)."""

    scheme: str
    years: tuple[str, str]
    counts: Mapping[tuple[str, str], int]
    moved: Mapping[str, int]
    table: pd.DataFrame

    @property
    def standings(self) -> tuple[list[str], list[str]]:
        """The standings that occur in the first year and in the second, in their order."""
        before, after = (
            {pair[side] for pair, count in self.counts.items() if count} for side in (0, 1)
        )
        return _in_order(before), _in_order(after)

    @property
    def either(self) -> list[str]:
        """The standings that occur in the first year or in the second."""
        return _in_order({standing for side in self.standings for standing in side})

    @property
    def total(self) -> int:
        """All schools of either year."""
        return sum(self.counts.values())

    @property
    def total_now(self) -> int:
        """The schools that are counted in the second year."""
        return sum(count for (_, now), count in self.counts.items() if now not in BESIDE)

    @property
    def unclear(self) -> int:
        """The schools of which it cannot be told how they stand in the second year."""
        return sum(count for (_, now), count in self.counts.items() if now in UNCLEAR)

    def folded(self, most: int) -> _Transitions:
        """The same with so many standings at most, several of them in one where need be."""
        facts = self
        for name, several in _FOLDS.items():
            if len(facts.either) > most:
                counts: Counter[tuple[str, str]] = Counter()
                for pair, count in facts.counts.items():
                    before, after = (name if s in several else s for s in pair)
                    counts[before, after] += count
                facts = replace(facts, counts=counts)
        return facts

    def ways(self) -> Counter[str]:
        """How many schools stand higher, lower, as before, or cannot be compared."""
        found: Counter[str] = Counter()
        for (before, after), count in self.counts.items():
            found[_way(before, after)] += count
        return found


@or_nothing
def chart_transitions(
    transitions: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `measure_transitions`: one row per standing in the year before, one column
    per standing in the year of `about`, in each cell the schools that went this way.

    Columns: school_year_from, school_year_to, scheme, standing_from, standing_to, move,
    schools_count. Colour and pattern say who stands higher or lower; the headline tells by the
    moves what became of the schools; the sums stand at the edges.
    """
    w = Words.of(about, lang, transitions)
    facts = _read(transitions, about.school_year)
    words: dict[str, object] = {"scheme": scheme_short(facts.scheme)}
    words |= dict(zip(("first", "second"), facts.years, strict=True))
    words |= {"rank": w.say(f"rank_{facts.scheme}"), "total": Number(facts.total_now)}
    told = {
        "headline": _headline(facts, words, w),
        "subtitle": w.say("transitions_subtitle", **words, **w.place),
        "alt": _alt(facts, words, w),
    }

    return drawn("transitions", w, preset, facts.table, told, partial(_draw, facts, w))


def _read(table: pd.DataFrame, school_year: str) -> _Transitions:
    """The pair of school years that ends in the one of the chart."""
    rows = of_year(table, "transitions", school_year, "school_year_to")
    for column in ("standing_from", "standing_to"):
        check_values(rows, column, [*STANDINGS, *BESIDE])
    check_values(rows, "move", ["", *MOVES])
    years = only(rows, "school_year_from"), school_year
    counts: Counter[tuple[str, str]] = Counter()
    moved: Counter[str] = Counter()
    for row in rows.to_dict("records"):
        number = int(row["schools_count"])
        counts[text(row["standing_from"]), text(row["standing_to"])] += number
        moved[text(row["move"])] += number
    return _Transitions(only(rows, "scheme"), years, counts, moved, rows)


def _in_order(standings: Collection[str]) -> list[str]:
    return [standing for standing in _ORDER if standing in standings]


def _way(before: str, after: str) -> str:
    """up, down, same or other. Where one of the years does not tell there is no direction."""
    if before == after:
        return "same"
    ranks = [_rank(before), _rank(after)]
    if None in ranks or ranks[0] == ranks[1]:
        return "other"
    return "up" if (ranks[0] or 0) < (ranks[1] or 0) else "down"


def _rank(standing: str) -> int | None:
    """The level, or 0 without one in force; None where a year does not tell."""
    if standing in _BESIDE:
        return None
    return int(standing) if standing.isdigit() else 0


def _headline(facts: _Transitions, words: Mapping[str, object], w: Words) -> str:
    """What became of the schools that are counted now, each kind apart, and of how many that cannot
    be told; neutral where that is less than half of them."""
    found = {move: facts.moved.get(move, 0) for move in (*_TOLD, "unchanged")}
    if not facts.total_now or 2 * sum(found.values()) < facts.total_now:
        return w.say("transitions_headline_plain", **words)
    changed = any(found[move] for move in _TOLD)
    told = found | {"unchanged": 0 if changed else found["unchanged"], "unclear": facts.unclear}
    parts: list[str] = []
    for move, count in told.items():
        if count:
            what = w.say(f"transitions_told_{move}", rank=words["rank"])
            counts = {"count": Number(count), "total": words["total"], "what": what}
            parts.append(w.say(f"transitions_told_{'more' if parts else 'most'}", **counts))
    return w.say("transitions_headline", list=", ".join(parts), **words)


def _alt(facts: _Transitions, words: Mapping[str, object], w: Words) -> str:
    largest = [(pair, count) for pair, count in Counter(facts.counts).most_common() if count]
    if not largest:
        return w.say("transitions_alt_none", **words)
    items = []
    for pair, count in largest[:_MOST_IN_ALT]:
        before, after = (w.standing(facts.scheme, standing) for standing in pair)
        told = {"before": before, "after": after, "count": Number(count)}
        items.append(w.say("transitions_alt_item", **told))
    return w.say("transitions_alt", list="; ".join(items), **words)


def _draw(facts: _Transitions, w: Words, sheet: Sheet, room: Box) -> None:
    legend, body = _legend(sheet, room, facts, w)
    head, coded = _head(facts, w), False
    before, after = facts.standings
    if not headings_fit(sheet, body, head) or len(before) >= rows_that_fit(sheet, body, head):
        for _ in range(2):  # with larger numbers the legend may take another line
            facts = facts.folded(rows_that_fit(sheet, body, _coded_head(facts, w)) - 1)
            legend, body = _legend(sheet, room, facts, w)
        before = after = facts.either
        head, coded = _coded_head(facts, w), True
    rows = [_row(facts, standing, after, w, coded=coded) for standing in before]
    plot = draw_grid(sheet, body, head, [*rows, _sums(facts, after, w)], total_last=True)
    legend.write(plot)


def _legend(sheet: Sheet, room: Box, facts: _Transitions, w: Words) -> tuple[Legend, Box]:
    """The four ways with their sums, those that occur; and the room below."""
    found = facts.ways()
    entries = [
        (w.say("way_entry", way=w.say(f"way_{way}"), count=Number(found[way])), _paint(way))
        for way in _WAYS
        if found[way]
    ]
    legend, size = Legend(sheet, room, entries), sheet.preset.label
    top = legend.bottom + 0.6 * size
    return legend, Box(room.left, top, room.right, room.bottom - 0.4 * size)


def _head(facts: _Transitions, w: Words) -> Head:
    """The standings of the second year by their names, and the sum."""
    rows, names = (
        [w.standing(facts.scheme, standing) for standing in side] for side in facts.standings
    )
    return _with_sum(names, w.say("transitions_sum"), rows, facts, w)


def _coded_head(facts: _Transitions, w: Words) -> Head:
    """Letters that are explained at the rows, where columns are too narrow for names."""
    return _with_sum(_CODES[: len(facts.either)], "n", (), facts, w)


def _with_sum(
    names: Sequence[str], last: str, rows: Sequence[str], facts: _Transitions, w: Words
) -> Head:
    over = w.say("transitions_years", before=facts.years[0], after=facts.years[1])
    return Head([*names, last], [(over, max(len(names), 1)), ("", 1)], rows)


def _paint(way: str) -> Paint:
    return Paint(**palette("change")[way])


def _row(facts: _Transitions, before: str, after: Sequence[str], w: Words, *, coded: bool) -> Row:
    counts = [facts.counts.get((before, standing), 0) for standing in after]
    cells = [
        Cell(Number(count).text(w.lang), _paint(_way(before, standing)), bold=True)
        if count
        else Cell("·")
        for standing, count in zip(after, counts, strict=True)
    ]
    total = Cell(Number(sum(counts)).text(w.lang), bold=True)
    name = w.standing(facts.scheme, before)
    if coded:
        name = w.say("transitions_code", code=_CODES[after.index(before)], standing=name)
    return Row(Name(name), (*cells, total))


def _sums(facts: _Transitions, after: Sequence[str], w: Words) -> Row:
    sums = [sum(n for (_, to), n in facts.counts.items() if to == standing) for standing in after]
    cells = (Cell(Number(count).text(w.lang), bold=True) for count in [*sums, facts.total])
    return Row(Name(w.say("transitions_sum"), bold=True), tuple(cells))
