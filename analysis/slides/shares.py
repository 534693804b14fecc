"""Shares: against their targets, and of two-session days."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.charts import Described
from analysis.charts.gaps import side_paint
from analysis.charts.lettering import width_of, wrap
from analysis.charts.marks import Mark
from analysis.charts.numbers import TargetRow, read_gaps, read_targets
from analysis.charts.progress import Progress, read_progress, row_name
from analysis.charts.sessions import PAINTS, read_sessions
from analysis.charts.style import Paint, colour
from analysis.charts.words import asked, group_name, label_lines, standing_of
from analysis.reference import Share, say
from analysis.slides.counts import named
from analysis.slides.fitting import HEIGHT, SIZE, WIDTH, above, below, in_rows
from analysis.slides.fitting import beside as side
from analysis.slides.native import PERCENT, POINTS, Native, Series, Value

_MOST_LINES = 4  # above a row
_WHOLE = '0"%"'


def targets(chart: Described) -> Native:
    """Per target a bar with the share, before the band of what is wanted, and what came of it."""
    lang = chart.lang
    rows, _ = read_targets(chart.table, chart.about.school_year, lang, chart.part)
    lines = in_rows(len(rows))
    names = [f"{row.label}\n{asked(row, lang)}" if lines > 1 else row.label for row in rows]
    told = [[row.amount.text(lang, "plain"), standing_of(row, lang)] for row in rows]
    texts = [_joined(words, lines) for words in told]
    wanted = [say("targets_band", lang, corridor=row.corridor) for row in rows]
    shares = [_percent(row.amount) for row in rows]
    paint, all_of = Paint(colour("bar.measure")), [100] * len(rows)
    series = [
        *_bands(rows, lang, wanted if lines > 1 else ()),
        Series(say("deck_share", lang), shares, paint, PERCENT, plot="front"),
        Series(say("deck_result", lang), all_of, None, PERCENT, "end", texts, "front"),
    ]
    legend = above([s.name for s in series if s.paint])
    margins = (side(_lines(names)), legend, side(_lines(texts)), below())
    return Native(
        "bars", names, series, _WHOLE, "stacked", 100, (300, 100), low=0, high=100, step=25,
        margins=margins, beside=_amounts(rows, lang),
    )  # fmt: skip


def progress(chart: Described) -> Native:
    """A ring for the first school year, a dot for the last and the way between them, before the
    bands of what is wanted; the numbers stand above."""
    lang, about = chart.lang, chart.about
    one = chart.table["target_id"].nunique() == 1
    target = str(chart.table["target_id"].iloc[0]) if one else None
    facts = read_progress(chart.table, about.school_year, None, target, lang, chart.part)
    rows, before = [row.now for row in facts.rows], [row.before for row in facts.rows]
    names = [row_name(row, facts, lang) for row in rows]
    if facts.by_target:
        wanted = [say("progress_target", lang, corridor=row.corridor) for row in rows]
        names = [f"{name}\n{words}" for name, words in zip(names, wanted, strict=True)]
    room, ink = 0.94 * WIDTH / len(rows), colour("bar.measure")
    told = _above(facts, lang, room)
    shares, series = [_percent(row.amount) for row in rows], _bands(rows, lang)
    if facts.first:
        # Pale, not hollow: some programs draw no edge around a point without a line.
        ring, was = Mark(colour("bar.second"), width=0, size=13), [_percent(a) for a in before]
        paint = Paint(ring.ink)
        series.append(Series(facts.first, was, paint, PERCENT, plot="lines", mark=ring))
    ways = [
        float(row.amount.percent - was.percent) if was and was.total and row.amount.total else 0
        for row, was in zip(rows, before, strict=True)
    ]
    dot = Mark(ink, width=0, size=10)
    now = Series(about.school_year, shares, Paint(ink), PERCENT, plot="lines", mark=dot, drops=ways)
    result = Series(
        say("deck_result", lang), [100] * len(rows), None, PERCENT, "above", told, "lines",
        moved=[-0.03] * len(rows),
    )  # fmt: skip
    height = 1 + max(text.count("\n") for text in told)
    head = above([s.name for s in [*series, now] if s.paint]) + below(height) + 0.02
    lowest = 1 + max(wrap(name, room, SIZE).count("\n") for name in names)
    return Native(
        "columns", names, [*series, now, result], _WHOLE, "stacked", 60, low=0, high=100, step=25,
        margins=(0.06, head, 0.01, below(lowest)), beside=_amounts(rows, lang),
    )  # fmt: skip


def _above(facts: Progress, lang: str, room: float) -> list[str]:
    """The numbers of each row in the fullest way for which there is room."""
    rows = []
    for row in facts.rows:
        was = row.before
        ways = [
            say("progress_before", lang, school_year=facts.first, share=was.text(lang, form))
            for form in ("plain", "short")
            if was
        ]
        fitting = [way for way in ways if width_of(way, SIZE) <= room]
        past = (fitting or ways[-1:])[:1]
        amount = row.now.amount.text(lang, "plain")
        if width_of(amount, SIZE, bold=True) > room:
            amount = amount.replace(" (", "\n(")
        rows.append([amount, *past, standing_of(row.now, lang)])
    for parts in (3, 2, 1):
        told = [
            "\n".join([lines[0], *(wrap(line, room, SIZE) for line in lines[1:parts])])
            for lines in rows
        ]
        if max(text.count("\n") for text in told) < _MOST_LINES:
            break
    return told


def _bands(rows: list[TargetRow], lang: str, words: Sequence[str] = ()) -> list[Series]:
    """What is wanted, from its lower edge on; `words` stand over each band."""
    name = say("progress_band", lang)
    if len({row.corridor for row in rows}) == 1:
        name = say("targets_band", lang, corridor=rows[0].corridor)
    lift = (-0.8 * HEIGHT / len(rows) / 4 - 0.6 * SIZE) / HEIGHT
    paint = Paint(colour("bar.corridor"), colour("bar.edge"))
    return [
        Series(say("deck_from", lang), [row.low for row in rows], None, PERCENT),
        Series(
            name, [row.high - row.low for row in rows], paint, PERCENT,
            "middle" if words else "", words, moved=[lift] * len(rows), bold=False,
        ),
    ]  # fmt: skip


def gaps(chart: Described) -> Native:
    """Bars from the nearest edge of the corridor, those below and those above in two colours; what
    is wanted stands at 0, with the distance and the share on the other side of each bar."""
    lang = chart.lang
    rows, _ = read_gaps(chart.table, chart.about.school_year, None, lang, chart.part)
    lines = in_rows(len(rows))
    series = [
        Series(
            say(f"deck_gap_{way}", lang),
            [row.gap if row.side == way and row.position != "within" else None for row in rows],
            side_paint(way),
            POINTS,
        )
        for way in ("below", "above", "silent")
        if any(row.side == way for row in rows)
    ]
    target = say("targets_band", lang, corridor=rows[0].corridor)
    names = [
        say("group_with_n", lang, group=group, total=row.amount.total)
        for row in rows
        for group in [group_name(row.by, row.group, lang, chart.part)]
    ]
    margins = (side(names), above([*(s.name for s in series), target]), 0.03, below())
    half = WIDTH * (1 - margins[0] - margins[2]) / 2 - SIZE
    texts = [_gap_text(row, lines > 1, half, lang) for row in rows]
    # So little that it only says on which side the words stand.
    edge = [-1e-9 if row.position == "above" else 0 for row in rows]
    ink = Paint(colour("bar.edge"))
    series.append(Series(target, edge, ink, "0", "end", texts, bold=lines > 1))
    most = max([1.0, *(abs(row.gap) for row in rows)])
    step = next(s for s in (1, 2, 5, 10, 25) if most / s <= 4 or s == 25)
    end = math.ceil(most / step) * step
    over = "+0" if rows[0].high < 100 else '""'  # beyond 100% nothing can be
    return Native(
        "bars", names, series, f'{over};"−"0;0', gap=60, low=-end, high=end, step=step,
        margins=margins, beside=_amounts(rows, lang),
    )  # fmt: skip


def sessions(chart: Described) -> Native:
    """Bars of the share of classes, and of pupils, with two sessions a day."""
    lang, year = chart.lang, chart.about.school_year
    facts = read_sessions(chart.table, year, None, chart.part)
    series, beside = [], dict[str, Sequence[Value]]()
    for measure in facts.measures:
        amounts = [row.amounts[measure] for row in facts.rows]
        name, none = say(f"sessions_{measure}", lang), say("sessions_not_stated", lang)
        texts = [a.text(lang, "plain") if a.total else none for a in amounts]
        shares = [float(amount.percent) for amount in amounts]
        series.append(Series(name, shares, Paint(colour(PAINTS[measure])), PERCENT, "end", texts))
        beside[f"{name} (k)"] = [amount.count for amount in amounts]
        beside[f"{name} (n)"] = [amount.total for amount in amounts]
    stated = [max(row.stated.values(), key=lambda a: a.count) for row in facts.rows]
    groups = [group_name(facts.by, row.group, lang, chart.part) for row in facts.rows]
    told = (say("sessions_stated", lang, stated=amount) for amount in stated)
    names = named([*zip(groups, told, strict=True)])
    texts = [text for one in series for text in one.texts]
    margins = (side(_lines(names)), above([s.name for s in series]), side(texts), below())
    return Native(
        "bars", names, series, _WHOLE, gap=50, low=0, high=100, step=25,
        margins=margins, beside=beside,
    )  # fmt: skip


def _gap_text(row: TargetRow, has_lines: bool, room: float, lang: str) -> str:
    """Distance and share of a group, as much of it as there is room for between 0 and the names or
    the edge; headline and notes say the rest."""
    head, detail = label_lines(row, lang)
    shares = (detail, row.amount.text(lang), row.amount.text(lang, "plain"))
    for text in (_joined([head, share], 2 if has_lines else 1) for share in shares):
        if max(width_of(line, SIZE, has_lines) for line in text.split("\n")) <= room:
            return text
    return head


def _joined(lines: list[str], most: int) -> str:
    """What stands beside a row: on lines of its own as far as there is height, what is first first;
    on one line all of it."""
    return "\n".join(lines[:most]) if most > 1 else "; ".join(lines)


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n")]


def _percent(amount: Share | None) -> float | None:
    return float(amount.percent) if amount and amount.total else None


def _amounts(rows: list[TargetRow], lang: str) -> dict[str, Sequence[Value]]:
    return {
        say("deck_count", lang): [row.amount.count for row in rows],
        say("deck_total", lang): [row.amount.total for row in rows],
    }
