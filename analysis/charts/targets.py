"""Is the target met? Bullet bars: the share, the wanted corridor, and how many schools off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.charts.drawing import Drawing, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import NothingStated, TargetRow, read_targets, split, targets_remark
from analysis.charts.sentences import Sentences, remarked, scoped
from analysis.charts.style import Paint, colour
from analysis.charts.words import Words
from analysis.reference import About, Number, sentence

# Those that come with a number of schools lacking, or above the range.
_WITH_SCHOOLS = ("not_met", "above")


@or_nothing
def chart_targets(
    comparison: pd.DataFrame, *, about: About, lang: str = "vi", preset: str = "slide"
) -> Chart:
    """Draw a table of `compare_to_targets`: one row per target part, for all schools together.

    The pale band is the corridor the target asks for, the dark bar the share of schools. Of several
    school years the one of `about` is drawn.
    """
    w = Words.of(about, lang, comparison)
    rows, table = read_targets(comparison, about.school_year, lang)
    items = "; ".join(row.item("targets_alt_item", w) for row in rows)
    told = {
        "headline": _headline(rows, w),
        "subtitle": w.say("targets_subtitle", **w.place),
        "alt": w.say("targets_alt", date=w.date, list=items),
        "remark": targets_remark(rows, w),
        "readings": readings(rows, w),
    }
    return drawn("targets", w, preset, table, told, _describe(rows, w))


def _describe(rows: Sequence[TargetRow], w: Words) -> Drawing:
    """A row for each target, with its share."""
    found = (
        Row(
            row.label,
            under=row.asked(w),
            bold=True,
            amount=row.amount,
            labels=((row.off(w),),),
            band=row.band,
            wanted=w.say("targets_band", corridor=row.corridor),
        )
        for row in rows
    )
    shares = tuple(float(r.amount.percent) if r.amount.total else None for r in rows)
    series = Series(w.say("deck_share"), shares, Paint(colour("bar.measure")))
    return Drawing("bullets", w.lang, tuple(found), (series,), band=w.say("progress_band"))


def readings(rows: Iterable[TargetRow], w: Words) -> tuple[str, ...]:
    """How each target is read, and over which schools."""
    return tuple(
        w.say(
            "notes_target",
            label=row.label,
            corridor=row.corridor,
            counted=row.counted(w),
            base=row.of(w),
            total=Number(row.amount.total),
            off=row.off(w),
        )
        for row in rows
    )


def _headline(rows: Sequence[TargetRow], w: Words) -> str:
    """What the verdicts say: first which are open, then which no number of schools could meet, and
    only then which are missed; where one is open or for reference, nobody is said to lack schools.
    """
    of, over = split(rows), split(rows)["not_issued"]
    if of["reference"]:
        if len(rows) == 1:
            return rows[0].item("targets_headline_reference_one", w)
        return w.say("targets_headline_reference", total=len(rows))
    total = len(rows) - len(over)
    below, open_, beyond = of["not_met"], of["open"], of["not_attainable"]
    if of["no_schools"] and not (below or open_ or beyond):
        return w.say("targets_headline_plain")
    said = []
    if open_:
        facts = {"open": len(open_), "total": total, "list": _labels(open_)}
        said.append(w.say("targets_headline_open", **facts))
    if beyond:
        said.append(w.say("targets_headline_unattainable", list=_labels(beyond)))
    if below and (open_ or len(below) > 1):
        key = "targets_headline_below" if open_ else "targets_headline_some"
        said.append(w.say(key, below=len(below), total=total, list=_labels(below)))
    elif below:
        said.append(below[0].item("targets_headline_one", w))
    if not said and total:
        said.append(w.say("targets_headline_all", total=total))
        if above := [row for row in rows if row.above]:
            said.append(w.say("targets_headline_above", list=_labels(above)))
    if over:
        said.append(w.say("told_not_issued", list=_labels(over)))
    return sentence("; ".join(said))


def _labels(rows: Iterable[TargetRow]) -> str:
    return ", ".join(row.label for row in rows)


def tell_targets(comparison: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """Which targets are reached, which are not, and how many schools are lacking; where nothing can
    be concluded, which schools it hangs on."""
    w = Words.of(about, lang, comparison)
    try:
        rows, _ = read_targets(comparison, about.school_year, lang)
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    of, facts = split(rows), {"date": w.date, "total": len(rows)}
    one = "_one" if len(rows) == 1 else ""
    if of["reference"]:
        lines = [w.say(f"targets_told_reference{one}", **facts)]
    else:
        counts = [w.say(f"targets_count_{v}", count=len(some)) for v, some in of.items() if some]
        lines = [w.say(f"targets_told{one}", counts=", ".join(counts), **facts)]
    above = [row for row in of["met"] if row.above]
    listed = of | {"met": [row for row in of["met"] if row not in above], "above": above}
    for key, some in listed.items():
        if some:
            item = "targets_told_item" if key in _WITH_SCHOOLS else "targets_told_item_plain"
            items = "; ".join(row.item(item, w) for row in some)
            lines.append(w.say(f"targets_told_{key}_list", list=items))
    return scoped(w, comparison, *lines, *remarked(targets_remark(rows, w)))
