"""How are the schools spread over the levels? Stacked bars, one per group, the total last."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.charts.drawing import Drawing, Row
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import (
    LevelRow,
    Levels,
    NothingStated,
    in_order,
    read_levels,
    standing_series,
)
from analysis.charts.sentences import Sentences, nobody, remarked, scoped
from analysis.charts.words import TOTAL, Words
from analysis.measure import GROUPINGS
from analysis.reference import About, Share
from analysis.tables.words import in_word

_MOST_IN_HEADLINE = 3


@or_nothing
def chart_levels(
    levels: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: int = 1,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_levels`: one bar of 100% per group, cut by standing.

    The numbers in the bars are schools; n is the base. The column at the right has the schools at
    `level` or higher. Of several school years the one of `about` is drawn.

    >>> year = load_year("2024-2025")
    >>> levels = measure_levels(year.held, scheme="cqg", by="education_level")
    >>> chart_levels(levels, about=year.about).headline
    '34/38 trường (89,5%) đạt chuẩn quốc gia từ mức độ 1 trở lên...'
    """
    w = Words.of(about, lang, levels)
    facts = read_levels(levels, about.school_year, level)
    base, scheme = w.base(facts.base), w.say(f"scheme_{facts.scheme}")
    items = [w.say("alt_item", group=w.group(facts.by, r.group), share=r.reached)
             for r in facts.rows]  # fmt: skip
    alt = {"date": w.date, "base": base, "list": w.some(items), **facts.words(w)}
    told = {
        "headline": _headline(facts, w),
        "subtitle": w.say(f"levels_subtitle_{facts.scheme}", base=base, **w.place),
        "alt": w.say("levels_alt", scheme=scheme, **alt),
        "remark": facts.remark(w),
    }
    return drawn("levels", w, preset, facts.table, told, _describe(facts, w))


def _describe(facts: Levels, w: Words) -> Drawing:
    """A row for each group, a series for each standing that occurs."""
    rows = []
    for row in facts.rows:
        name, total = w.group(facts.by, row.group), row.group == TOTAL
        full = w.say("group_with_n", group=name, total=row.reached.total)
        rows.append(Row(name, full, bold=total, total=total, amount=row.reached))
    series = standing_series(facts.scheme, [row.standings for row in facts.rows], w)
    none = w.say("no_schools")
    return Drawing("stack", w.lang, tuple(rows), series, heading=facts.column(w), none=none)


def _headline(facts: Levels, w: Words) -> str:
    total = facts.total
    if total is None or not total.reached.total:
        return w.say("levels_headline_plain", scheme=w.say(f"scheme_{facts.scheme}"))
    amount, words = total.reached, facts.words(w)
    least, most = amount.ends
    if most == 0:
        return w.say("levels_headline_none", total=amount.total, **words) + _split(facts, w)
    if least == 100 and amount.total > 1:
        return w.say("levels_headline_all", total=amount.total, **words) + _split(facts, w)
    start = w.say("levels_headline", **words, share=amount)
    if amount.unclear:
        start += w.say("levels_unclear", schools=w.schools(amount.unclear))
    return start + (_rest(facts, amount.rest, w) or _split(facts, w))


def _split(facts: Levels, w: Words) -> str:
    """By what the bars are split, where the headline does not tell of any of them: that of another
    splitting would say the same."""
    keys = [key for key in facts.by.split(",") if key in GROUPINGS and key != GROUPINGS[0]]
    by = in_word(",".join(keys), ("by",), w.lang, "")
    return w.say("levels_split", by=by) if keys else ""


def _rest(facts: Levels, rest: int, w: Words) -> str:
    """Where the other schools are: all of them, or the group with the most if there is one."""
    others = sorted((r for r in facts.groups if r.reached.rest), key=lambda r: -r.reached.rest)
    if not others or not facts.complete:
        return ""
    if len(others) <= _MOST_IN_HEADLINE:
        if len(others) > 5:
            others.sort(key=lambda row: -row.reached.rest)
        items = w.names(_rest_items(others, facts.by, w))
        return w.say("levels_rest" if rest > 1 else "levels_rest_one", rest=rest, list=items)
    if others[0].reached.rest == others[1].reached.rest or not facts.clear:
        return ""
    return w.say("levels_rest_most", rest=rest, item=_rest_items(others[:1], facts.by, w)[0])


def _rest_items(rows: Iterable[LevelRow], by: str, w: Words) -> list[str]:
    """Per group the schools that do not hold the level: "3 mầm non"."""
    key = f"rest_{'unit' if ',' in by else by}"
    return [w.say(key, count=r.reached.rest, group=w.in_text(by, r.group)) for r in rows]


def tell_levels(
    levels: pd.DataFrame, *, about: About, lang: str = "vi", level: int = 1
) -> Sentences:
    """How many schools hold the level or a higher one, which levels, and where the others are.

    >>> year = load_year("2024-2025")
    >>> levels = measure_levels(year.held, scheme="cqg", by="education_level")
    >>> print(tell_levels(levels, about=year.about, lang="en").lines[0])
    On 31/05/2025, 34/38 schools (89.5%) are at national standard level 1 or higher.
    """
    w = Words.of(about, lang, levels)
    try:
        facts = read_levels(levels, about.school_year, level)
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    total = facts.total
    if total is None or not total.reached.total:
        return Sentences((nobody(facts.table, w),))
    counts, told = total.standings, {"date": w.date, "share": total.reached, **facts.words(w)}
    exact = (
        w.say(
            "levels_told_item",
            standing=w.standing(facts.scheme, standing),
            share=Share(counts[standing], total.reached.total),
        )
        for standing in in_order(counts)
        if counts[standing]
    )
    lines = [w.say("levels_told", **told), w.say("levels_told_exact", list="; ".join(exact))]
    others = [row for row in facts.groups if row.reached.rest]
    if others and facts.complete:
        items = ", ".join(_rest_items(others, facts.by, w))
        rest = {"rest": total.reached.rest, "kind": w.kind(facts.by), "list": items}
        lines.append(w.say("levels_told_rest", **rest))
    return scoped(w, levels, *lines, *remarked(facts.remark(w)))
