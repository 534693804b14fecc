"""Which ward? A table of units with the schools that reach each level, shaded by their share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import pandas as pd

from analysis.charts.drawing import NONE
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.grid import (
    Head,
    Row,
    draw_blocks,
    most_rows,
    shade_entries,
    share_cell,
    together,
)
from analysis.charts.numbers import LevelRow, Levels, of_year, read_levels
from analysis.charts.rows import Name
from analysis.charts.sheet import Box, Legend, Sheet
from analysis.charts.words import TOTAL, Words, in_sentence, scheme_short
from analysis.reference import SCHEMES, About, Share

# Units named one by one in the alt text, the total first.
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class _Unit:
    """One unit: per column the schools that reach its level."""

    group: str
    amounts: tuple[Share, ...]
    rest: int


@dataclass(frozen=True)
class _Units:
    """The columns (scheme, level) that somebody reaches, and the units, the total last; `wholes`:
    per scheme the level that is spoken of."""

    columns: tuple[tuple[str, int], ...]
    rows: tuple[_Unit, ...]
    wholes: tuple[Levels, ...]

    @property
    def first(self) -> Levels:
        """What the headline speaks of."""
        return self.wholes[0]


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
    w = Words.of(about, lang, levels)
    table = of_year(levels, "levels", about.school_year)
    facts = _read(table, about.school_year, level)
    first = facts.first
    kinds = {"kind": w.kind(first.by), "kinds": w.kind(first.by, "kinds")}
    items = [
        w.say("alt_item", group=w.group(first.by, row.group), share=row.reached)
        for row in _weakest_first(first)[:_MOST_IN_ALT]
    ]
    alt = {"reached": first.words(w)["reached"], "date": w.date, "list": "; ".join(items)}
    told = {
        "headline": _headline(first, kinds, w),
        "subtitle": w.say("units_subtitle", bases=_bases(facts, w), **kinds, **w.place),
        "alt": w.say("units_alt", **alt, **kinds),
        "remark": _remark(facts.wholes, w),
    }

    return drawn("units", w, preset, table, told, partial(_draw, facts, w))


def _read(rows: pd.DataFrame, school_year: str, level: int) -> _Units:
    """One or both schemes of `measure_levels`, laid below one another."""
    schemes = [s for s in SCHEMES if s in set(rows["scheme"].astype(str))]
    found = {}
    for scheme in schemes:
        of_scheme = rows[rows["scheme"].astype(str) == scheme]
        for number in sorted({int(s) for s in of_scheme["standing"].astype(str) if s.isdigit()}):
            facts = read_levels(of_scheme, school_year, number)
            if number == 1 or any(row.reached.count for row in facts.rows):
                found[scheme, number] = facts
    first = read_levels(rows[rows["scheme"].astype(str) == schemes[0]], school_year, level)
    wholes = (first, *(found[s, 1] for s in schemes[1:]))
    return _Units(tuple(found), _side_by_side(first, list(found.values())), wholes)


def _side_by_side(first: Levels, all_levels: Sequence[Levels]) -> tuple[_Unit, ...]:
    """The units of any scheme; one that a scheme does not know has no schools there."""
    by_group: list[dict[str, LevelRow]] = [{r.group: r for r in f.rows} for f in all_levels]
    groups = list(dict.fromkeys(r.group for f in all_levels for r in f.rows if r.group != TOTAL))
    groups += [TOTAL] if first.total else []
    rest = {row.group: row.reached.rest for row in first.rows}
    none = LevelRow("", {}, NONE)
    return tuple(
        _Unit(g, tuple(rows.get(g, none).reached for rows in by_group), rest.get(g, 0))
        for g in groups
    )


def _bases(facts: _Units, w: Words) -> str:
    """What n is: said once where both schemes have the same base."""
    words = {whole.scheme: w.base(whole.base) for whole in facts.wholes}
    if len(set(words.values())) == 1:
        return w.say("units_base_same", base=words[facts.first.scheme])
    said = (w.say("units_base", scheme=scheme_short(s), base=b) for s, b in words.items())
    return " ".join(said)


def _remark(several: Sequence[Levels], w: Words) -> str:
    """What is unclear of each scheme, by its name."""
    told = ((facts, facts.remark(w)) for facts in several)
    return ". ".join(
        w.say(
            "unclear_of_scheme",
            scheme=scheme_short(facts.scheme),
            level=in_sentence(facts.column(w)),
            remark=in_sentence(remark),
        )
        for facts, remark in told
        if remark
    )


def _weakest_first(first: Levels) -> list[LevelRow]:
    """The total, then the units with the most schools to do."""
    groups = sorted(first.groups, key=lambda row: -row.reached.rest)
    return [*([first.total] if first.total else []), *groups]


def _headline(first: Levels, kinds: dict[str, str], w: Words) -> str:
    """Where the schools without the level are; neutral unless all units and a total are there."""
    total, scheme = first.total.reached if first.total else NONE, scheme_short(first.scheme)
    if not first.complete or not total.total:
        return w.say("units_headline_plain", scheme=scheme, **kinds)
    facts = {"all": len(first.groups), "total": total.total, **first.words(w), **kinds}
    left = [r for r in _weakest_first(first) if r.reached.rest and r.group != TOTAL]
    unclear = ""
    if total.unclear:
        unclear = w.say("levels_unclear", schools=w.schools(total.unclear))
    if not left:
        key = "units_headline_all" if total.ends[0] == 100 else "units_headline_plain"
        return w.say(key, scheme=scheme, **facts) + unclear
    start = w.say("units_headline", rest=total.rest, units=len(left), **facts) + unclear
    tied = len(left) > 1 and left[0].reached.rest == left[1].reached.rest
    if tied or not first.clear or len(first.groups) < 2:
        return start
    most, name = left[0].reached, w.in_text(first.by, left[0].group)
    return start + w.say("units_headline_most", group=name, rest=most.rest, total=most.total)


def _draw(facts: _Units, w: Words, sheet: Sheet, room: Box) -> None:
    legend = Legend(sheet, room, shade_entries(w.lang))
    size = sheet.preset.label
    body = Box(room.left, legend.bottom + 0.6 * size, room.right, room.bottom - 0.4 * size)
    spans = [(s, len(list(c))) for s, c in groupby(scheme for scheme, _ in facts.columns)]
    head = Head(
        [str(level) for _, level in facts.columns],
        [(w.say(f"units_span_{scheme}"), count) for scheme, count in spans],
    )
    amounts = (amount for row in facts.rows for amount in row.amounts)
    widest = max(amounts, key=lambda a: (a.total, a.count)).text(w.lang, "short")
    named = _fitting(facts, most_rows(sheet, body, head, widest), w)
    rows = [
        Row(name, tuple(share_cell(a, w.lang, bold=row.group == TOTAL) for a in row.amounts))
        for name, row in named
    ]
    total = facts.rows[-1].group == TOTAL
    legend.write(draw_blocks(sheet, body, head, rows, total_last=total))


def _fitting(facts: _Units, most: int, w: Words) -> list[tuple[Name, _Unit]]:
    """The rows with their names; if they are too many, the others are added up before the total."""
    by, rows, others = facts.first.by, list(facts.rows), list[_Unit]()
    if len(rows) > most:
        units = [row for row in rows if row.group != TOTAL]
        order = sorted(units, key=lambda row: -row.rest)
        kept = {row.group for row in order[: max(most - 2, 1)]} | {TOTAL}
        others = [row for row in rows if row.group not in kept]
        rows = [row for row in rows if row.group in kept]
    named = [(Name(w.group(by, row.group), bold=row.group == TOTAL), row) for row in rows]
    if others:
        words = w.say("units_others", count=len(others), kinds=w.kind(by, "kinds"))
        at = len(named) - (rows[-1].group == TOTAL)
        columns = zip(*(row.amounts for row in others), strict=True)
        named.insert(at, (Name(words), _Unit("", tuple(map(together, columns)), 0)))
    return named
