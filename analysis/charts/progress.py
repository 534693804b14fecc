"""From where to where, and how far to the target? Dumbbells: baseline, now, wanted corridor."""

from __future__ import annotations

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import Line, block_height, width_of, wrap
from analysis.charts.marks import Mark, draw_marks
from analysis.charts.nothing import or_nothing
from analysis.charts.plot import SHARES, Plot
from analysis.charts.progress_facts import (
    Progress,
    ProgressRow,
    about_progress,
    read_progress,
    row_name,
)
from analysis.charts.reading import check_language
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.charts.words import TOTAL, corridor, share, share_short, standing_of
from analysis.reference import About, percent, say


@or_nothing
def chart_progress(
    comparison: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    since: str | None = None,
    target_id: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `compare_to_targets` with several school years: an open ring for the share
    in the year `since` (the first of the table), a dot for the year of `about`, the pale band for
    the corridor.

    One row per target part, for all schools together; with a `target_id` one row per group.
    """
    year = about.school_year
    facts = read_progress(
        comparison, year, since, target_id, lang, total_of(about, comparison, check_language(lang))
    )
    words = about_progress(facts, about, lang)
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="progress")
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, year, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Progress, year: str, lang: str) -> None:
    size = sheet.preset.label
    marks = _marks(sheet)
    entries: list[tuple[str, Paint | Mark]] = [(year, marks["now"])]
    if facts.first:
        entries.insert(0, (facts.first, marks["before"]))
    entries.append((say("progress_band", lang), Paint(colour("bar.corridor"), colour("bar.edge"))))
    legend = Legend(sheet, room, entries)
    bottom = room.bottom - 1.7 * sheet.preset.note
    body = Box(room.left, legend.bottom + 0.3 * size, room.right, bottom)
    names = [_name(row, facts, lang) for row in facts.rows]
    total = not facts.by_target and facts.rows[-1].now.group == TOTAL
    boxes, letters = place_rows(sheet, body, names, total_last=total)
    blocks = _blocks(sheet, facts, letters, 0.3 * room.width, boxes[0].height, lang)
    width = max(width_of(line.text, line.size, line.bold) for block in blocks for line in block)
    right = room.right - width - 1.2 * size
    plot = Plot(sheet, Box(boxes[0].left, boxes[0].top, right, boxes[-1].bottom), 0, 100)
    plot.ticks(SHARES, lambda value: percent(value, 0, lang))
    for row, box, block in zip(facts.rows, boxes, blocks, strict=True):
        _dumbbell(plot, box, row, marks)
        sheet.write_block(room.right - width, box.middle, block)
    legend.write(plot)


def _marks(sheet: Sheet) -> dict[str, Mark]:
    """The ring is larger than the dot, so that both are seen where nothing has changed."""
    ink, size = colour("bar.measure"), sheet.preset.label
    return {
        "before": Mark(ink, hollow=True, width=0, size=0.95 * size),
        "now": Mark(ink, width=0, size=0.72 * size),
    }


def _name(row: ProgressRow, facts: Progress, lang: str) -> Name:
    under = say("progress_target", lang, corridor=corridor(row.now, lang))
    name = row_name(row.now, facts, lang)
    bold = facts.by_target or row.now.group == TOTAL
    return Name(name, under if facts.by_target else "", bold)


def _blocks(
    sheet: Sheet, facts: Progress, letters: float, width: float, height: float, lang: str
) -> list[list[Line]]:
    """The numbers at the right of each row, in the fullest way for which there is height."""
    full = [_lines(sheet, row, facts, letters, width, lang) for row in facts.rows]
    for lines in (3, 2, 1):
        blocks = [block[:lines] for block in full]
        if max(map(block_height, blocks)) <= 0.97 * height:
            break
    return blocks


def _lines(
    sheet: Sheet, row: ProgressRow, facts: Progress, letters: float, width: float, lang: str
) -> list[Line]:
    least, quiet = sheet.preset.least, colour("ink.quiet")
    lines = [Line(share(row.now.amount, lang), letters, True)]
    if row.before is not None:
        ways = (
            say("progress_before", lang, school_year=facts.first, share=way(row.before, lang))
            for way in (share, share_short)
        )
        words = next((text for text in ways if width_of(text, least) <= width), "")
        lines.append(Line(words, least, ink=quiet))
    lines.append(Line(wrap(standing_of(row.now, lang), width, least), least, ink=quiet))
    return lines


def _dumbbell(plot: Plot, box: Box, row: ProgressRow, marks: dict[str, Mark]) -> None:
    """Corridor with its edges, a line from then to now, a ring and a dot at its ends."""
    least = plot.sheet.preset.least
    half = min(0.4 * box.height, 1.2 * least)
    top, bottom = box.middle - half, box.middle + half
    plot.bar(row.now.low, row.now.high, top, bottom, Paint(colour("bar.corridor")))
    for edge in {row.now.low, row.now.high} if row.now.high < 100 else {row.now.low}:
        plot.line(edge, top, bottom, colour("bar.edge"), 1.8)
    amounts = {"before": row.before, "now": row.now.amount}
    ends = {k: (float(a.percent), box.middle) for k, a in amounts.items() if a and a.total}
    if len(ends) == 2:
        draw_marks(plot, [*ends.values()], Mark(colour("bar.measure"), "", width=0.14 * least))
    for name, end in ends.items():
        draw_marks(plot, [end], marks[name])
