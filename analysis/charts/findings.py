"""What a chart says: its headline, subtitle and alt text, computed from the rows it draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.charts.numbers import LevelRow, Levels, TargetRow
from analysis.charts.words import (
    TOTAL,
    day,
    distance,
    group_in_text,
    group_name,
    kind_of,
    needed,
    place,
    schools,
    standing_of,
)
from analysis.reference import About, say, sentence

# Groups named one by one in an alt text, and in a headline.
_MOST_IN_ALT, _MOST_IN_HEADLINE = 9, 3
_VERDICTS = ("met", "not_met", "open", "not_attainable", "reference", "no_schools", "not_stated")


def about_levels(facts: Levels, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text of the chart of levels."""
    scheme = say(f"scheme_{facts.scheme}", lang)
    named = [
        say(
            "alt_item",
            lang,
            group=group_name(facts.by, r.group, lang, facts.part),
            share=r.reached,
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
            base=base,
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
    amount, words = total.reached, {"reached": reached(facts, lang), "of": of_base(facts, lang)}
    least, most = amount.ends
    if most == 0:
        return say("levels_headline_none", lang, total=amount.total, **words)
    if least == 100 and amount.total > 1:
        return say("levels_headline_all", lang, total=amount.total, **words)
    start = say("levels_headline", lang, **words, share=amount)
    if amount.unclear:
        start += say("levels_unclear", lang, schools=schools(amount.unclear, lang))
    return start + _rest(facts, amount.rest, lang)


def of_base(facts: Levels, lang: str) -> str:
    """The schools of the denominator: "trường", "trường đủ điều kiện đánh giá ngoài"."""
    return say(f"schools_of_{facts.base}", lang)


def _rest(facts: Levels, rest: int, lang: str) -> str:
    """Where the other schools are: all of them, or the group with the most if there is one."""
    others = sorted((r for r in facts.groups if r.reached.rest), key=lambda r: -r.reached.rest)
    if not others or not facts.complete:
        return ""
    if len(others) <= _MOST_IN_HEADLINE:
        items = ", ".join(rest_items(others, facts.by, lang))
        return say("levels_rest" if rest > 1 else "levels_rest_one", lang, rest=rest, list=items)
    if others[0].reached.rest == others[1].reached.rest or not facts.clear:
        return ""
    return say("levels_rest_most", lang, rest=rest, item=rest_items(others[:1], facts.by, lang)[0])


def rest_items(rows: Iterable[LevelRow], by: str, lang: str) -> list[str]:
    """Per group the schools that do not hold the level: "3 mầm non"."""
    return [
        say(
            f"rest_{'unit' if ',' in by else by}",
            lang,
            count=r.reached.rest,
            group=group_in_text(by, r.group, lang),
        )
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
        counted=say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level),
        base=say(f"base_{row.base}", lang),
        share=row.amount,
        corridor=row.corridor,
        off=standing_of(row, lang),
    )


def _targets_headline(rows: Sequence[TargetRow], lang: str) -> str:
    """What the verdicts say: first which are open, then which no number of schools could meet, and
    only then which are missed; where one is open or for reference, nobody is said to lack schools.
    """
    of = {v: [row for row in rows if row.verdict == v] for v in _VERDICTS}
    if of["reference"]:
        single = rows[0] if len(rows) == 1 else None
        if single:
            return target_item("targets_headline_reference_one", single, lang)
        return say("targets_headline_reference", lang, total=len(rows))
    if of["no_schools"] and not any(of[v] for v in ("not_met", "open", "not_attainable")):
        return say("targets_headline_plain", lang)
    below, open_ = of["not_met"], of["open"]
    said = []
    if open_:
        facts = {"open": len(open_), "total": len(rows), "list": _labels(open_)}
        said.append(say("targets_headline_open", lang, **facts))
    if of["not_attainable"]:
        said.append(say("targets_headline_unattainable", lang, list=_labels(of["not_attainable"])))
    if below and (open_ or len(below) > 1):
        key = "targets_headline_below" if open_ else "targets_headline_some"
        said.append(say(key, lang, below=len(below), total=len(rows), list=_labels(below)))
    elif below:
        said.append(target_item("targets_headline_one", below[0], lang))
    if not said:
        above = [row for row in rows if row.above]
        said.append(say("targets_headline_all", lang, total=len(rows)))
        if above:
            said.append(say("targets_headline_above", lang, list=_labels(above)))
    return sentence("; ".join(said))


def _labels(rows: Iterable[TargetRow]) -> str:
    return ", ".join(row.label for row in rows)


def about_gaps(rows: Sequence[TargetRow], about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text of the chart of gaps."""
    first = rows[0]
    counted = say(f"asked_{first.scheme}_{first.reading}", lang, level=first.level)
    facts = {
        "label": first.label,
        "corridor": first.corridor,
        "kind": kind_of(first.by, lang),
        "kinds": kind_of(first.by, lang, "kinds"),
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
        "alt": say(
            "gaps_alt",
            lang,
            date=day(about.as_of),
            list=_some(items, lang),
            counted=counted,
            base=say(f"base_{first.base}", lang),
            **facts,
        ),
    }


def gap_item(key: str, row: TargetRow, lang: str) -> str:
    """A group with its distance, in the words of a label."""
    return say(
        key,
        lang,
        group=group_name(row.by, row.group, lang, row.part),
        distance=distance(row, lang),
        share=row.amount,
    )


def all_groups(rows: Sequence[TargetRow]) -> bool:
    """Whether no group was filtered away: only then may be said that none of them is below."""
    totals = [row.amount.total for row in rows if row.group == TOTAL]
    return totals == [sum(row.amount.total for row in rows if row.group != TOTAL)]


def _gaps_headline(rows: Sequence[TargetRow], facts: dict[str, object], lang: str) -> str:
    """Which groups are below, by what the verdicts say: first where nothing can be concluded, then
    where no number of schools would do, and only then who is below."""
    groups = [row for row in rows if row.group != TOTAL]
    if any(row.verdict == "reference" for row in rows):
        return say("gaps_headline_reference", lang, **facts)
    if not any(row.amount.total for row in groups) or not all_groups(rows):
        return say("gaps_headline_plain", lang, **facts)
    of = {v: [row for row in groups if row.verdict == v] for v in _VERDICTS}
    said = []
    if of["open"]:
        said.append(say("gaps_headline_open", lang, list=_named(of["open"], lang), **facts))
    if of["not_attainable"]:
        names = _named(of["not_attainable"], lang)
        said.append(say("gaps_headline_unattainable", lang, list=names))
    if of["not_met"]:
        alone = not of["open"] and not of["not_attainable"]
        said.append(_below(of["not_met"], len(groups), facts, lang, alone=alone))
    if not said:
        return say("gaps_headline_none", lang, **facts)
    return say("gaps_headline", lang, said="; ".join(said), **facts)


def _below(
    below: Sequence[TargetRow], groups: int, facts: dict[str, object], lang: str, *, alone: bool
) -> str:
    """The groups below the target; `alone`: all others have reached it, so that one can say "only",
    and which lacks most."""
    if len(below) == 1 and alone:
        return say("gaps_headline_one", lang, **facts, **_group_facts(below[0], lang))
    most = sorted(below, key=lambda row: -row.needed[0] if row.needed else 0)
    numbers = [row.needed for row in most if row.needed]
    single = len(numbers) > 1 and numbers[0][0] > max(highest for _, highest in numbers[1:])
    if alone and single and len(numbers) == len(below):
        return say("gaps_headline_most", lang, below=len(below), **facts, **_most(most[0], lang))
    if len(below) > _MOST_IN_HEADLINE:
        return say("gaps_headline_count", lang, below=len(below), all=groups, **facts)
    names = _named(below, lang)
    if len(below) == 1:
        return say("gaps_headline_some_one", lang, group=names, **facts)
    return say("gaps_headline_some", lang, below=len(below), list=names, **facts)


def _named(rows: Iterable[TargetRow], lang: str) -> str:
    names = [group_in_text(row.by, row.group, lang) for row in rows]
    if len(names) <= _MOST_IN_HEADLINE:
        return ", ".join(names)
    return say("groups_counted", lang, count=len(names))


def _most(row: TargetRow, lang: str) -> dict[str, object]:
    group = group_in_text(row.by, row.group, lang)
    lacking = needed(row.needed or (0, 0), lang)
    return {"group": group, "schools": lacking, "share": row.amount}


def _group_facts(row: TargetRow, lang: str) -> dict[str, object]:
    return {
        "group": group_in_text(row.by, row.group, lang),
        "share": row.amount,
        "off": standing_of(row, lang),
    }


def _some(items: Sequence[str], lang: str) -> str:
    """The items in a row; of very many the first ones and the last one, which is the total."""
    if len(items) <= _MOST_IN_ALT:
        return "; ".join(items)
    left_out = say("alt_more", lang, count=len(items) - _MOST_IN_ALT)
    return "; ".join([*items[: _MOST_IN_ALT - 1], left_out, items[-1]])
