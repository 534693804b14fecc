"""Two or three sentences on a table, computed, so that they stay true when the data change."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis.chart.findings import all_groups, gap_item, reached, rest_items, target_item
from analysis.chart.kept_out import gaps_remark, levels_remark, targets_remark
from analysis.chart.numbers import (
    Amount,
    Levels,
    TargetRow,
    in_order,
    read_gaps,
    read_levels,
    read_targets,
)
from analysis.chart.reading import check_language
from analysis.chart.words import (
    TOTAL,
    corridor,
    day,
    group_name,
    parts,
    share,
    standing_name,
    standing_of,
)
from analysis.reference import About, say

# Signs that Markdown, HTML, mathematics or automatic links would take for more than they are; and
# at the start of a line those of lists.
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>#!|~&$^=@]|:(?=//)|(?<=www)\.|^[-+]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"
)


@dataclass(frozen=True)
class Sentences:
    """Sentences that show as a paragraph in a notebook and as text elsewhere."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.lines)

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
    >>> levels = measure_levels(year.schools, scheme="cqg", by="education_level")
    >>> print(tell_levels(levels, about=year.about, lang="en").lines[0])
    On 31/05/2025, 32/36 schools (88.9%) are at national standard level 1 or higher.
    """
    facts = read_levels(levels, about.school_year, level)
    total = facts.total
    check_language(lang)
    if total is None or not total.reached.total:
        return _nothing(about, lang)
    amount = total.reached
    return Sentences(
        (
            say(
                "levels_told",
                lang,
                date=day(about.as_of),
                reached=reached(facts, lang),
                **parts(amount, lang),
            ),
            say("levels_told_exact", lang, list=_standings(facts, lang)),
            *_others(facts, amount.rest, lang),
            *_sentence(levels_remark(facts.table, level, lang)),
        )
    )


def _standings(facts: Levels, lang: str) -> str:
    """Every standing that occurs, the highest level first."""
    assert facts.total is not None
    counts = facts.total.standings
    return "; ".join(
        say(
            "levels_told_item",
            lang,
            standing=standing_name(facts.scheme, standing, lang),
            share=share(Amount(counts[standing], facts.total.reached.total), lang),
        )
        for standing in in_order(counts)
        if counts[standing]
    )


def _others(facts: Levels, rest: int, lang: str) -> list[str]:
    others = [row for row in facts.groups if row.reached.rest]
    if not others or not facts.complete:
        return []
    items = ", ".join(rest_items(others, facts.by, lang))
    kind = say(f"kind_{facts.by}", lang)
    return [say("levels_told_rest", lang, rest=rest, kind=kind, list=items)]


def tell_targets(comparison: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """Which targets are reached, which are not, and how many schools are lacking."""
    rows, table = read_targets(comparison, about.school_year, check_language(lang))
    at = {
        p: [r for r in rows if r.position == p] for p in ("below", "above", "within", "no_schools")
    }
    counted = len(rows) - len(at["no_schools"])
    lines = []
    if counted:
        done = counted - len(at["below"])
        facts = {"date": day(about.as_of), "reached": done, "total": len(rows)}
        lines.append(say("targets_told", lang, below=len(at["below"]), **facts))
    for position, item in (
        ("below", "targets_told_item"),
        ("within", "targets_told_item_plain"),
        ("above", "targets_told_item"),
    ):
        if at[position]:
            items = "; ".join(target_item(item, row, lang) for row in at[position])
            lines.append(say(f"targets_told_{position}", lang, list=items))
    if at["no_schools"]:
        names = "; ".join(row.label for row in at["no_schools"])
        lines.append(say("targets_told_none", lang, list=names))
    return Sentences((*lines, *_sentence(targets_remark(table, lang))))


def _sentence(remark: str) -> list[str]:
    return [f"{remark}."] if remark else []


def tell_gaps(
    comparison: pd.DataFrame, *, about: About, lang: str = "vi", target_id: str | None = None
) -> Sentences:
    """Where all schools together stand, and which groups are below or above the corridor.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year.schools, year.targets, by="education_level")
    >>> print(tell_gaps(gaps, about=year.about, target_id="Q", lang="en").lines[0])
    CQG level 1 or 2 on 31/05/2025: All schools 32/36 (88.9%) against ...
    """
    rows, table = read_gaps(comparison, about.school_year, target_id, check_language(lang))
    groups = [row for row in rows if row.group != TOTAL]
    if not any(row.amount.total for row in rows):
        return _nothing(about, lang)
    lines = [_whole(row, about, lang) for row in rows if row.group == TOTAL]
    below = [gap_item("gaps_item_points", r, lang) for r in groups if r.position == "below"]
    above = [gap_item("gaps_item_points", r, lang) for r in groups if r.position == "above"]
    if below:
        lines.append(say("gaps_told_below", lang, list="; ".join(below)))
    elif groups and all_groups(rows):
        facts = {"kind": say(f"kind_{rows[0].by}", lang), "corridor": corridor(rows[0], lang)}
        lines.append(say("gaps_told_below_none", lang, **facts))
    if above:
        lines.append(say("gaps_told_above", lang, list="; ".join(above)))
    return Sentences((*lines, *_sentence(gaps_remark(table, lang))))


def _whole(row: TargetRow, about: About, lang: str) -> str:
    return say(
        "gaps_told_total",
        lang,
        label=row.label,
        date=day(about.as_of),
        group=group_name(row.by, row.group, lang),
        share=share(row.amount, lang),
        corridor=corridor(row, lang),
        off=standing_of(row, lang),
    )


def _nothing(about: About, lang: str) -> Sentences:
    return Sentences((say("told_nothing", lang, school_year=about.school_year),))
