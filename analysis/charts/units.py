"""Which ward? A table of units with the schools that reach each level, shaded by their share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from analysis.charts.blocks import draw_blocks, most_rows
from analysis.charts.figure import Chart
from analysis.charts.findings import of_base, reached
from analysis.charts.frame import framed
from analysis.charts.grid import Cell, Head, Row
from analysis.charts.legend import Legend
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import LEVELS, LevelRow, Levels, read_levels
from analysis.charts.reading import check_language
from analysis.charts.rows import Name
from analysis.charts.scope import total_of
from analysis.charts.shades import shade_entries, share_cell
from analysis.charts.sheet import Box, Sheet
from analysis.charts.unclear import schemes_remark
from analysis.charts.words import (
    TOTAL,
    day,
    group_in_text,
    group_name,
    kind_of,
    place,
    scheme_short,
    schools,
)
from analysis.reference import SCHEMES, About, Share, say

# Units named one by one in the alt text, the total first.
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class UnitRow:
    """One unit: per column the schools that reach its level."""

    group: str
    amounts: tuple[Share, ...]
    rest: int


@dataclass(frozen=True)
class Units:
    """The columns (scheme, level) that somebody reaches, and the units, the total last; `wholes`:
    per scheme the level that is spoken of."""

    first: Levels
    columns: tuple[tuple[str, int], ...]
    bases: tuple[tuple[str, str], ...]
    rows: tuple[UnitRow, ...]
    table: pd.DataFrame
    wholes: tuple[Levels, ...]


def read_units(table: pd.DataFrame, school_year: str, level: int, part: str = "") -> Units:
    """One or both schemes of `measure_levels`, laid below one another."""
    rows = LEVELS.of_year(table, school_year)
    schemes = [s for s in SCHEMES if s in set(rows["scheme"].astype(str))]
    found = {}
    for scheme in schemes:
        of_scheme = rows[rows["scheme"].astype(str) == scheme]
        for number in sorted({int(s) for s in of_scheme["standing"].astype(str) if s.isdigit()}):
            facts = read_levels(of_scheme, school_year, number, part)
            if number == 1 or any(row.reached.count for row in facts.rows):
                found[scheme, number] = facts
    first = read_levels(rows[rows["scheme"].astype(str) == schemes[0]], school_year, level, part)
    bases = tuple((s, found[s, 1].base) for s in schemes)
    wholes = (first, *(found[s, 1] for s in schemes[1:]))
    side_by_side = _side_by_side(first, list(found.values()))
    return Units(first, tuple(found), bases, side_by_side, rows, wholes)


def _side_by_side(first: Levels, all_levels: Sequence[Levels]) -> tuple[UnitRow, ...]:
    """The units of any scheme; one that a scheme does not know has no schools there."""
    by_group: list[dict[str, LevelRow]] = [{r.group: r for r in f.rows} for f in all_levels]
    groups = list(dict.fromkeys(r.group for f in all_levels for r in f.rows if r.group != TOTAL))
    groups += [TOTAL] if first.total else []
    rest = {row.group: row.reached.rest for row in first.rows}
    none = LevelRow("", {}, Share(0, 0))
    return tuple(
        UnitRow(g, tuple(rows.get(g, none).reached for rows in by_group), rest.get(g, 0))
        for g in groups
    )


def about_units(facts: Units, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    first = facts.first
    kinds = {"kind": kind_of(first.by, lang), "kinds": kind_of(first.by, lang, "kinds")}

    def name(row: LevelRow) -> str:
        return group_name(first.by, row.group, lang, first.part)

    items = [
        say("alt_item", lang, group=name(r), share=r.reached)
        for r in _weakest_first(first)[:_MOST_IN_ALT]
    ]
    told = {"reached": reached(first, lang), "date": day(about.as_of), "list": "; ".join(items)}
    bases = _bases(facts, lang)
    return {
        "headline": _headline(first, kinds, lang),
        "subtitle": say("units_subtitle", lang, bases=bases, **kinds, **place(about, lang)),
        "alt": say("units_alt", lang, **told, **kinds),
    }


def _bases(facts: Units, lang: str) -> str:
    """What n is: said once where both schemes have the same base."""
    words = {scheme: say(f"base_{base}", lang) for scheme, base in facts.bases}
    if len(set(words.values())) == 1:
        return say("units_base_same", lang, base=words[facts.bases[0][0]])
    said = (say("units_base", lang, scheme=scheme_short(s), base=b) for s, b in words.items())
    return " ".join(said)


def _weakest_first(first: Levels) -> list[LevelRow]:
    """The total, then the units with the most schools to do."""
    groups = sorted(first.groups, key=lambda row: -row.reached.rest)
    return [*([first.total] if first.total else []), *groups]


def _headline(first: Levels, kinds: dict[str, str], lang: str) -> str:
    """Where the schools without the level are; neutral unless all units and a total are there."""
    total = first.total.reached if first.total else Share(0, 0)
    if not first.complete or not total.total:
        return say("units_headline_plain", lang, scheme=scheme_short(first.scheme), **kinds)
    facts = {"reached": reached(first, lang), "all": len(first.groups), "total": total.total}
    facts |= {"of": of_base(first, lang)}
    left = [r for r in _weakest_first(first) if r.reached.rest and r.group != TOTAL]
    unclear = ""
    if total.unclear:
        unclear = say("levels_unclear", lang, schools=schools(total.unclear, lang))
    if not left:
        key = "units_headline_all" if total.ends[0] == 100 else "units_headline_plain"
        scheme = scheme_short(first.scheme)
        return say(key, lang, scheme=scheme, **facts, **kinds) + unclear
    start = say("units_headline", lang, rest=total.rest, units=len(left), **facts, **kinds)
    start += unclear
    tied = len(left) > 1 and left[0].reached.rest == left[1].reached.rest
    if tied or not first.clear or len(first.groups) < 2:
        return start
    most = left[0]
    name = group_in_text(first.by, most.group, lang)
    amount = {"rest": most.reached.rest, "total": most.reached.total}
    return start + say("units_headline_most", lang, group=name, **amount)


@or_nothing
def chart_units(
    levels: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: int = 1,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_levels(..., by="unit")`, of one scheme or of both, one below the
    other: one row per unit, one column per level, in each cell k of n schools at that level or
    higher.

    The headline is about `level` of the first scheme. Where there are more units than the picture
    holds, those with the fewest schools to do are added up in one row. Of several school years the
    one of `about` is drawn.
    """
    facts = read_units(levels, about.school_year, level, total_of(about, levels, lang))
    words = about_units(facts, about, check_language(lang))
    remark = schemes_remark(facts.wholes, lang)
    chart = Chart(
        preset, **words, table=facts.table, about=about, lang=lang, remark=remark, kind="units"
    )
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Units, lang: str) -> None:
    legend = Legend(sheet, room, shade_entries(lang))
    size = sheet.preset.label
    body = Box(room.left, legend.bottom + 0.6 * size, room.right, room.bottom - 0.4 * size)
    head = _head(facts, lang)
    named = _fitting(facts, most_rows(sheet, body, head, _widest(facts, lang)), lang)
    rows = [Row(name, tuple(_cells(row, lang))) for name, row in named]
    total = facts.rows[-1].group == TOTAL
    plot = draw_blocks(sheet, body, head, rows, total_last=total)
    legend.write(plot)


def _widest(facts: Units, lang: str) -> str:
    """The widest number of a cell: the one of the most schools."""
    amounts = (amount for row in facts.rows for amount in row.amounts)
    return max(amounts, key=lambda a: (a.total, a.count)).text(lang, "short")


def _head(facts: Units, lang: str) -> Head:
    spans = [(s, len(list(c))) for s, c in groupby(scheme for scheme, _ in facts.columns)]
    return Head(
        [str(level) for _, level in facts.columns],
        [(say(f"units_span_{scheme}", lang), count) for scheme, count in spans],
    )


def _cells(row: UnitRow, lang: str) -> Iterator[Cell]:
    return (share_cell(amount, lang, bold=row.group == TOTAL) for amount in row.amounts)


def _fitting(facts: Units, most: int, lang: str) -> list[tuple[Name, UnitRow]]:
    """The rows with their names; if they are too many, the others are added up before the total."""
    by = facts.first.by
    rows = list(facts.rows)
    others: list[UnitRow] = []
    if len(rows) > most:
        units = [row for row in rows if row.group != TOTAL]
        order = sorted(units, key=lambda row: -row.rest)
        kept = {row.group for row in order[: max(most - 2, 1)]} | {TOTAL}
        others = [row for row in rows if row.group not in kept]
        rows = [row for row in rows if row.group in kept]
    named = [
        (Name(group_name(by, row.group, lang, facts.first.part), bold=row.group == TOTAL), row)
        for row in rows
    ]
    if others:
        words = say("units_others", lang, count=len(others), kinds=kind_of(by, lang, "kinds"))
        at = len(named) - (rows[-1].group == TOTAL)
        named.insert(at, (Name(words), _together(others)))
    return named


def _together(rows: Sequence[UnitRow]) -> UnitRow:
    columns = zip(*(row.amounts for row in rows), strict=True)
    sums = (Share(sum(a.count for a in c), sum(a.total for a in c)) for c in columns)
    return UnitRow("", tuple(sums), 0)
