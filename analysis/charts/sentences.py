"""Two or three sentences on a table, computed, so that they stay true when the data change."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis.charts.findings import (
    all_groups,
    gap_item,
    of_base,
    reached,
    rest_items,
    target_item,
)
from analysis.charts.numbers import (
    Levels,
    TargetRow,
    in_order,
    read_gaps,
    read_levels,
    read_targets,
)
from analysis.charts.reading import NothingStated, check_language
from analysis.charts.scope import said_before, total_of
from analysis.charts.unclear import gaps_remark, levels_remark, some_names, targets_remark
from analysis.charts.words import (
    TOTAL,
    day,
    group_name,
    kind_of,
    schools,
    standing_name,
    standing_of,
)
from analysis.reference import About, Share, say

# Verdicts in the order they are told.
_TOLD = ("reference", "not_attainable", "not_met", "open", "met", "no_schools")
# Those that come with a number of schools lacking, or above the range.
_WITH_SCHOOLS = ("not_met", "above")
# Signs that Markdown, HTML, mathematics or automatic links would take for more than they are; and
# at the start of a line those of lists.
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>#!|~&$^=@]|:(?=//)|(?<=www)\.|^[-+]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"
)


@dataclass(frozen=True, repr=False)
class Sentences:
    """Sentences that show as a paragraph in a notebook and as text elsewhere."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.lines)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        """As Markdown in which every sign stands for itself."""
        return _MARKUP.sub(_as_sign, str(self))


def _as_sign(found: re.Match[str]) -> str:
    """A sign as a character reference; a dollar alone in an element never begins a formula."""
    sign = f"&#{ord(found[0])};"
    return f"<span>{sign}</span>" if found[0] == "$" else sign


def tell_levels(
    levels: pd.DataFrame, *, about: About, lang: str = "vi", level: int = 1
) -> Sentences:
    """How many schools hold the level or a higher one, which levels, and where the others are.

    >>> year = load_year("2024-2025")
    >>> levels = measure_levels(year.held, scheme="cqg", by="education_level")
    >>> print(tell_levels(levels, about=year.about, lang="en").lines[0])
    On 31/05/2025, 34/38 schools (89.5%) are at national standard level 1 or higher.
    """
    check_language(lang)
    try:
        facts = read_levels(levels, about.school_year, level, total_of(about, levels, lang))
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    total = facts.total
    if total is None or not total.reached.total:
        return Sentences((nothing_told(about, facts.table, lang),))
    amount = total.reached
    told = {"reached": reached(facts, lang), "of": of_base(facts, lang), "share": amount}
    return scoped(
        about,
        levels,
        lang,
        say("levels_told", lang, date=day(about.as_of), **told),
        say("levels_told_exact", lang, list=_standings(facts, lang)),
        *_others(facts, amount.rest, lang),
        *_sentence(levels_remark(facts, lang)),
    )


def scoped(about: About, table: pd.DataFrame, lang: str, *lines: str) -> Sentences:
    """Sentences on a table that say of which part of the schools they are, and how targets are
    read, where that is not the usual."""
    scope = said_before(about, table, lang)
    return Sentences((f"{scope}: {lines[0]}", *lines[1:]) if scope and lines else lines)


def _standings(facts: Levels, lang: str) -> str:
    """Every standing that occurs, the highest level first."""
    assert facts.total is not None
    counts = facts.total.standings
    return "; ".join(
        say(
            "levels_told_item",
            lang,
            standing=standing_name(facts.scheme, standing, lang),
            share=Share(counts[standing], facts.total.reached.total),
        )
        for standing in in_order(counts)
        if counts[standing]
    )


def _others(facts: Levels, rest: int, lang: str) -> list[str]:
    others = [row for row in facts.groups if row.reached.rest]
    if not others or not facts.complete:
        return []
    others = sorted(others, key=lambda row: -row.reached.rest) if len(others) > 5 else others
    items = some_names(rest_items(others, facts.by, lang), lang)
    kind = kind_of(facts.by, lang)
    return [say("levels_told_rest", lang, rest=rest, kind=kind, list=items)]


def tell_targets(comparison: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """Which targets are reached, which are not, and how many schools are lacking; where nothing can
    be concluded, which schools it hangs on."""
    check_language(lang)
    try:
        rows, _ = read_targets(
            comparison, about.school_year, lang, total_of(about, comparison, lang)
        )
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    of = {v: [r for r in rows if r.verdict == v] for v in _TOLD}
    facts = {"date": day(about.as_of), "total": len(rows)}
    one = "_one" if len(rows) == 1 else ""
    if of["reference"]:
        lines = [say(f"targets_told_reference{one}", lang, **facts)]
    else:
        counts = [say(f"targets_count_{v}", lang, count=len(s)) for v, s in of.items() if s]
        lines = [say(f"targets_told{one}", lang, counts=", ".join(counts), **facts)]
    above = [row for row in of["met"] if row.above]
    listed = of | {"met": [row for row in of["met"] if row not in above], "above": above}
    for key, some in listed.items():
        if some:
            item = "targets_told_item" if key in _WITH_SCHOOLS else "targets_told_item_plain"
            items = "; ".join(target_item(item, row, lang) for row in some)
            lines.append(say(f"targets_told_{key}_list", lang, list=items))
    return scoped(about, comparison, lang, *lines, *_sentence(targets_remark(rows, lang)))


def _sentence(remark: str) -> list[str]:
    return [f"{remark}."] if remark else []


def tell_gaps(
    comparison: pd.DataFrame, *, about: About, lang: str = "vi", target_id: str | None = None
) -> Sentences:
    """Where all schools together stand, and which groups are below or above the corridor.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year.held, year.targets, by="education_level")
    >>> print(tell_gaps(gaps, about=year.about, target_id="Q", lang="en").lines[0])
    CQG level 1 or 2 on 31/05/2025: All schools 34/38 (89.5%) against ...
    """
    check_language(lang)
    try:
        part = total_of(about, comparison, lang)
        rows, table = read_gaps(comparison, about.school_year, target_id, lang, part)
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    groups = [row for row in rows if row.group != TOTAL]
    if not any(row.amount.total for row in rows):
        return Sentences((nothing_told(about, table, lang),))
    lines = [_whole(row, about, lang) for row in rows if row.group == TOTAL]
    of = {
        "open": [r for r in groups if r.verdict == "open"],
        "unattainable": [r for r in groups if r.verdict == "not_attainable"],
        "below": [r for r in groups if r.verdict == "not_met"],
        "above": [r for r in groups if r.above],
        "reference": [r for r in groups if r.verdict == "reference"],
    }
    for key, some in of.items():
        if some:
            far = sorted(some, key=lambda row: row.gap) if len(some) > 5 else some
            items = some_names([gap_item("gaps_item_points", r, lang) for r in far], lang, "; ")
            lines.append(say(f"gaps_told_{key}", lang, list=items))
    if groups and all_groups(rows) and all(r.verdict in ("met", "no_schools") for r in groups):
        facts = {"kind": kind_of(rows[0].by, lang), "corridor": rows[0].corridor}
        lines.append(say("gaps_told_below_none", lang, **facts))
    return scoped(about, comparison, lang, *lines, *_sentence(gaps_remark(rows, lang)))


def _whole(row: TargetRow, about: About, lang: str) -> str:
    return say(
        "gaps_told_total",
        lang,
        label=row.label,
        date=day(about.as_of),
        group=group_name(row.by, row.group, lang, row.part),
        share=row.amount,
        corridor=row.corridor,
        off=standing_of(row, lang),
    )


def nothing_told(about: About, table: pd.DataFrame, lang: str) -> str:
    """No school is in the base, or it is unclear whether one is."""
    unclear = int(table["base_unclear_count"].max()) if "base_unclear_count" in table else 0
    facts = {"school_year": about.school_year, "schools": schools(unclear, lang)}
    return say("told_nothing_unsure" if unclear else "told_nothing", lang, **facts)
