"""How many schools meet each condition of recognition? A bar for each, cut by what is known."""

from __future__ import annotations

import pandas as pd

from analysis.charts.drawing import Drawing, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import of_year, only, text
from analysis.charts.style import Paint, colour, standing_paint
from analysis.charts.words import TOTAL, Words
from analysis.reference import About, Share, sentence

_ALL = "all"


@or_nothing
def chart_conditions(
    conditions: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    group: str = TOTAL,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_conditions`: a bar for each condition of recognition and one for all
    four, cut into the schools that meet it, those of which it is not clear, and the others.

    `group`: which group of schools is drawn; without it all of them.
    """
    w = Words.of(about, lang, conditions)
    rows = of_year(conditions, "conditions", about.school_year)
    rows = rows[rows["group"].map(text) == group]
    by = only(rows, "by")
    shares = {
        text(r["condition"]): Share(
            int(r["schools_count"]), int(r["schools_total"]), int(r["unclear_count"])
        )
        for r in rows.to_dict("records")
    }
    alone = {text(r["condition"]): int(r["only_count"]) for r in rows.to_dict("records")}
    names = {code: w.say(f"condition_{code}") for code in shares}
    items = [
        w.say("conditions_alt_item", group=names[code], share=share)
        for code, share in shares.items()
    ]
    one = alone.pop(_ALL)
    every = shares[_ALL]
    headline = w.say("conditions_headline", share=every)
    if every.unclear:
        headline += w.say("conditions_unclear_count", count=every.unclear)
    told = {
        "headline": headline + (w.say("conditions_one", count=one) if one else ""),
        "subtitle": w.say("conditions_subtitle", group=w.group(by, group), **w.place),
        "alt": w.say("conditions_alt", date=w.date, list="; ".join(items)),
        "remark": w.say("conditions_remark"),
    }
    return drawn("conditions", w, preset, rows, told, _describe(shares, alone, names, w))


def _describe(
    shares: dict[str, Share], alone: dict[str, int], names: dict[str, str], w: Words
) -> Drawing:
    """A row for each condition, with the schools that lack only this one below it."""
    rows = tuple(
        Row(
            sentence(names[code]),
            under=w.say("conditions_only", count=alone[code]) if alone.get(code) else "",
            bold=code == _ALL,
            total=code == _ALL,
            amount=share,
        )
        for code, share in shares.items()
    )
    parts = (
        ("met", Paint(colour("bar.measure")), [share.count for share in shares.values()]),
        ("unclear", standing_paint("cqg", "not_stated"), [s.unclear for s in shares.values()]),
        ("lacking", standing_paint("cqg", "not_reached"), [s.rest for s in shares.values()]),
    )
    series = tuple(
        Series(w.say(f"conditions_{name}"), tuple(counts), paint)
        for name, paint, counts in parts
        if any(counts)
    )
    none = w.say("no_schools")
    return Drawing("stack", w.lang, rows, series, heading=w.say("conditions_met"), none=none)
