"""What the table of units says: the rows of both schemes side by side, and the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.charts.findings import of_base, reached
from analysis.charts.numbers import LEVELS, Amount, LevelRow, Levels, read_levels
from analysis.charts.words import (
    TOTAL,
    day,
    group_in_text,
    group_name,
    place,
    scheme_short,
    schools,
    share_told,
)
from analysis.reference import SCHEMES, About, say

# Units named one by one in the alt text, the total first.
_MOST_IN_ALT = 4


@dataclass(frozen=True)
class UnitRow:
    """One unit: per column the schools that reach its level."""

    group: str
    amounts: tuple[Amount, ...]
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
    none = LevelRow("", {}, Amount(0, 0))
    return tuple(
        UnitRow(g, tuple(rows.get(g, none).reached for rows in by_group), rest.get(g, 0))
        for g in groups
    )


def about_units(facts: Units, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    first = facts.first
    kinds = {"kind": say(f"kind_{first.by}", lang), "kinds": say(f"kinds_{first.by}", lang)}

    def name(row: LevelRow) -> str:
        return group_name(first.by, row.group, lang, first.part)

    items = [
        say("alt_item", lang, group=name(r), share=share_told(r.reached, lang))
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
    total = first.total.reached if first.total else Amount(0, 0)
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
