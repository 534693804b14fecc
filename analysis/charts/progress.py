"""From where to where, and how far to the target? Dumbbells: baseline, now, wanted corridor."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.lettering import Line, block_height, width_of, wrap
from analysis.charts.marks import Mark, draw_marks
from analysis.charts.nothing import or_nothing
from analysis.charts.numbers import COMPARISON, TargetRow, of_target, read_gaps, read_targets
from analysis.charts.plot import SHARES, Plot
from analysis.charts.reading import check_language, year_before
from analysis.charts.rows import Name, place_rows
from analysis.charts.scope import total_of
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.charts.unclear import gaps_remark, targets_remark
from analysis.charts.words import TOTAL, group_name, place, standing_of, total_told
from analysis.reference import About, Percent, Share, say

_MOST_IN_ALT = 4


@dataclass(frozen=True)
class ProgressRow:
    """One row: the target part now, and the amount before; None where it was not counted."""

    now: TargetRow
    before: Share | None
    base_unclear_before: int = 0

    @property
    def way(self) -> str:
        """rose, fell, same; "" where there is nothing to compare, or where that is unclear."""
        return "" if self.before is None else self.before.way_to(self.now.amount)

    def total_told(self, lang: str) -> str:
        """How the number of schools changed, where that moved the share."""
        if self.before is None:
            return ""
        is_clear = not self.now.base_unclear and not self.base_unclear_before
        return total_told(self.before, self.now.amount, self.now.base, lang, is_clear=is_clear)


@dataclass(frozen=True)
class Progress:
    """One row per target, or per group of one target."""

    by_target: bool
    first: str
    rows: tuple[ProgressRow, ...]
    table: pd.DataFrame


def read_progress(
    table: pd.DataFrame,
    school_year: str,
    since: str | None,
    target_id: str | None,
    lang: str,
    part: str = "",
) -> Progress:
    """This year beside the first one; without a target asked for, all targets of all schools."""
    if target_id is not None:
        table = of_target(table, target_id, school_year)
    COMPARISON.of_year(table, school_year)
    first = year_before(table["school_year"], school_year, since)
    years = {}
    for year in filter(None, (first, school_year)):
        if target_id is None:
            years[year] = read_targets(table, year, lang, part)
        else:
            years[year] = read_gaps(table, year, target_id, lang, part)
    before = {(r.target_id, r.group): r for r in years[first][0]} if first else {}
    now = years[school_year][0]
    found = tuple(_row(row, before.get((row.target_id, row.group))) for row in now)
    return Progress(target_id is None, first, found, pd.concat([t for _, t in years.values()]))


def _row(now: TargetRow, before: TargetRow | None) -> ProgressRow:
    return (
        ProgressRow(now, before.amount, before.base_unclear) if before else ProgressRow(now, None)
    )


def row_name(row: TargetRow, facts: Progress, lang: str) -> str:
    """The label of the target, or the name of the group."""
    return row.label if facts.by_target else group_name(row.by, row.group, lang, row.part)


def about_progress(facts: Progress, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle, alt text and remark."""
    rows = sorted(facts.rows, key=lambda row: row.now.group != TOTAL)[:_MOST_IN_ALT]
    items = (
        say(
            "progress_alt_item",
            lang,
            label=row_name(row.now, facts, lang),
            before=row.before or Share(0, 0),
            now=f"{row.now.amount.text(lang)}, {standing_of(row.now, lang)}",
        )
        for row in rows
    )
    years = {"first": facts.first or about.school_year, "second": about.school_year}
    return {
        "headline": _headline(facts, lang),
        "subtitle": _subtitle(facts, about, years["first"], lang),
        "alt": say("progress_alt", lang, list="; ".join(items), **years),
        "remark": _remark(facts, lang),
    }


def _remark(facts: Progress, lang: str) -> str:
    """What is unclear now."""
    rows = [row.now for row in facts.rows]
    return targets_remark(rows, lang) if facts.by_target else gaps_remark(rows, lang)


def _subtitle(facts: Progress, about: About, first: str, lang: str) -> str:
    row = facts.rows[0].now
    measure, base = say("progress_measure", lang), ""
    if not facts.by_target:
        counted = say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level)
        words = {"label": row.label, "counted": counted, "corridor": row.corridor}
        measure = say("progress_measure_one", lang, **words)
        base = say("progress_base", lang, base=say(f"base_{row.base}", lang))
    where = place(about, lang)
    return say("progress_subtitle", lang, measure=measure, first=first, base=base, **where)


def _headline(facts: Progress, lang: str) -> str:
    """The way of all schools together for one target, or how many of the targets rose."""
    total = [row for row in facts.rows if row.now.group == TOTAL and row.before]
    if facts.first and not facts.by_target and total and total[0].now.amount.total:
        return _told(total[0], lang)
    ended = any(row.now.verdict == "reference" for row in facts.rows)
    return _counted(facts, lang) + (say("reference_tail", lang) if ended else "")


def _counted(facts: Progress, lang: str) -> str:
    """How many of the targets rose, how many schools there are now where that moved one of the
    shares, and how many of the targets are not reached."""
    if not facts.first:
        return say("progress_headline_now", lang)
    compared = [row for row in facts.rows if row.way]
    if not compared or not facts.by_target or len(compared) < len(facts.rows):
        return say("progress_headline_plain", lang, first=facts.first)
    verdicts = [row.now.verdict for row in compared]
    counts = {"rose": sum(row.way == "rose" for row in compared), "total": len(compared)}
    key = "progress_headline_only"
    if all(verdict == "met" for verdict in verdicts):
        key = "progress_headline_count_all"
    elif all(row.now.concluded for row in compared):
        key = "progress_headline_count"
    said = say(key, lang, below=verdicts.count("not_met"), first=facts.first, **counts)
    numbers = dict.fromkeys(filter(None, (row.total_told(lang) for row in compared)))
    return "; ".join([said, *numbers])


def _told(row: ProgressRow, lang: str) -> str:
    said = say(
        f"progress_headline_{row.way}",
        lang,
        label=row.now.label,
        before=row.before or Share(0, 0),
        now=row.now.amount,
        off=standing_of(row.now, lang),
    )
    return "; ".join(filter(None, (said, row.total_told(lang))))


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
    plot.ticks(SHARES, lambda value: Percent(value, 0).text(lang))
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
    under = say("progress_target", lang, corridor=row.now.corridor)
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
    lines = [Line(row.now.amount.text(lang, "plain"), letters, True)]
    if row.before is not None:
        ways = (
            say("progress_before", lang, school_year=facts.first, share=row.before.text(lang, form))
            for form in ("plain", "short")
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
