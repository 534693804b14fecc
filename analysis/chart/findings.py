"""What a chart says: its headline, subtitle and alt text, computed from the rows it draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.chart.numbers import LevelRow, Levels, TargetRow
from analysis.chart.words import (
    TOTAL,
    corridor,
    day,
    distance,
    group_in_text,
    group_name,
    parts,
    place,
    schools,
    share,
    standing_of,
)
from analysis.reference import About, say

# Groups named one by one in an alt text, and in a headline.
_MOST_IN_ALT, _MOST_IN_HEADLINE = 9, 3


def about_levels(facts: Levels, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text of the chart of levels."""
    scheme = say(f"scheme_{facts.scheme}", lang)
    named = [
        say(
            "alt_item",
            lang,
            group=group_name(facts.by, r.group, lang),
            share=share(r.reached, lang),
        )
        for r in facts.rows
    ]
    base = say(f"base_{facts.base}", lang)
    return {
        "headline": _levels_headline(facts, lang),
        "subtitle": say(f"levels_subtitle_{facts.scheme}", lang, base=base, **place(about, lang)),
        "alt": say(
            "levels_alt",
            lang,
            scheme=scheme,
            date=day(about.as_of),
            reached=reached(facts, lang),
            list=_some(named, lang),
        ),
    }


def reached(facts: Levels, lang: str) -> str:
    """The level asked for in words: "đạt KĐCLGD từ cấp độ 1 trở lên"."""
    return say(f"reached_{facts.scheme}", lang, level=facts.level)


def _levels_headline(facts: Levels, lang: str) -> str:
    total = facts.total
    if total is None or not total.reached.total:
        return say("levels_headline_plain", lang, scheme=say(f"scheme_{facts.scheme}", lang))
    amount, words = total.reached, reached(facts, lang)
    if not amount.count:
        return say("levels_headline_none", lang, reached=words, total=amount.total)
    if not amount.rest and amount.total > 1:
        return say("levels_headline_all", lang, reached=words, total=amount.total)
    start = say("levels_headline", lang, reached=words, **parts(amount, lang))
    return start + _rest(facts, amount.rest, lang)


def _rest(facts: Levels, rest: int, lang: str) -> str:
    """Where the other schools are: all of them, or the group with the most if there is one."""
    others = sorted((r for r in facts.groups if r.reached.rest), key=lambda r: -r.reached.rest)
    if not others or not facts.complete:
        return ""
    if len(others) <= _MOST_IN_HEADLINE:
        items = ", ".join(rest_items(others, facts.by, lang))
        return say("levels_rest" if rest > 1 else "levels_rest_one", lang, rest=rest, list=items)
    if others[0].reached.rest == others[1].reached.rest:
        return ""
    return say("levels_rest_most", lang, rest=rest, item=rest_items(others[:1], facts.by, lang)[0])


def rest_items(rows: Iterable[LevelRow], by: str, lang: str) -> list[str]:
    """Per group the schools that do not hold the level: "3 mầm non"."""
    return [
        say(f"rest_{by}", lang, count=r.reached.rest, group=group_in_text(by, r.group, lang))
        for r in rows
    ]


def about_targets(rows: Sequence[TargetRow], about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text of the chart of targets."""
    items = [target_item("targets_alt_item", row, lang) for row in rows]
    return {
        "headline": _targets_headline(rows, lang),
        "subtitle": say("targets_subtitle", lang, **place(about, lang)),
        "alt": say("targets_alt", lang, date=day(about.as_of), list="; ".join(items)),
    }


def target_item(key: str, row: TargetRow, lang: str) -> str:
    """A target part with its numbers, in the words of a label."""
    return say(
        key,
        lang,
        label=row.label,
        share=share(row.amount, lang),
        corridor=corridor(row, lang),
        off=standing_of(row, lang),
    )


def _targets_headline(rows: Sequence[TargetRow], lang: str) -> str:
    below = [row for row in rows if row.position == "below"]
    above = [row for row in rows if row.position == "above"]
    if any(row.position == "no_schools" for row in rows) and not below:
        return say("targets_headline_plain", lang)
    if len(below) == 1:
        return target_item("targets_headline_one", below[0], lang)
    if below:
        names = ", ".join(row.label for row in below)
        return say("targets_headline_some", lang, below=len(below), total=len(rows), list=names)
    start = say("targets_headline_all", lang, total=len(rows))
    if not above:
        return start
    return start + say("targets_headline_above", lang, list=", ".join(r.label for r in above))


def about_gaps(rows: Sequence[TargetRow], about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text of the chart of gaps."""
    first = rows[0]
    counted = say(f"asked_{first.scheme}_{first.reading}", lang, level=first.level)
    facts = {
        "label": first.label,
        "corridor": corridor(first, lang),
        "kind": say(f"kind_{first.by}", lang),
        "kinds": say(f"kinds_{first.by}", lang),
    }
    items = [gap_item("gaps_item_points", row, lang) for row in rows]
    return {
        "headline": _gaps_headline(rows, facts, lang),
        "subtitle": say(
            "gaps_subtitle",
            lang,
            measure=say(f"gaps_measure{'' if first.high < 100 else '_least'}", lang, **facts),
            counted=counted,
            base=say(f"base_{first.base}", lang),
            **place(about, lang),
        ),
        "alt": say("gaps_alt", lang, date=day(about.as_of), list=_some(items, lang), **facts),
    }


def gap_item(key: str, row: TargetRow, lang: str) -> str:
    """A group with its distance, in the words of a label."""
    return say(
        key,
        lang,
        group=group_name(row.by, row.group, lang),
        distance=distance(row, lang),
        share=share(row.amount, lang),
    )


def all_groups(rows: Sequence[TargetRow]) -> bool:
    """Whether no group was filtered away: only then may be said that none of them is below."""
    totals = [row.amount.total for row in rows if row.group == TOTAL]
    return totals == [sum(row.amount.total for row in rows if row.group != TOTAL)]


def _gaps_headline(rows: Sequence[TargetRow], facts: dict[str, str], lang: str) -> str:
    groups = [row for row in rows if row.group != TOTAL]
    below = [row for row in groups if row.position == "below"]
    if not any(row.amount.total for row in groups) or not all_groups(rows):
        return say("gaps_headline_plain", lang, **facts)
    if not below:
        return say("gaps_headline_none", lang, **facts)
    if len(below) == 1:
        return say("gaps_headline_one", lang, **facts, **_group_facts(below[0], lang))
    needed = sorted((row.needed or 0 for row in below), reverse=True)
    if needed[0] > needed[1] and all(row.needed is not None for row in below):
        most = next(row for row in below if row.needed == needed[0])
        return say("gaps_headline_most", lang, below=len(below), **facts, **_most(most, lang))
    if len(below) > _MOST_IN_HEADLINE:
        counts = {"below": len(below), "all": len(groups)}
        return say("gaps_headline_count", lang, **counts, **facts)
    names = ", ".join(group_in_text(row.by, row.group, lang) for row in below)
    return say("gaps_headline_some", lang, below=len(below), list=names, **facts)


def _most(row: TargetRow, lang: str) -> dict[str, str]:
    group = group_in_text(row.by, row.group, lang)
    return {"group": group, "schools": schools(row.needed or 0, lang), **parts(row.amount, lang)}


def _group_facts(row: TargetRow, lang: str) -> dict[str, str]:
    return {
        "group": group_in_text(row.by, row.group, lang),
        "share": share(row.amount, lang),
        "off": standing_of(row, lang),
    }


def _some(items: Sequence[str], lang: str) -> str:
    """The items in a row; of very many the first ones and the last one, which is the total."""
    if len(items) <= _MOST_IN_ALT:
        return "; ".join(items)
    left_out = say("alt_more", lang, count=len(items) - _MOST_IN_ALT)
    return "; ".join([*items[: _MOST_IN_ALT - 1], left_out, items[-1]])
