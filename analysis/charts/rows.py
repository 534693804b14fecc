"""Rows with their names at the left, as many as fit, with names as large as fit; and the marks that
stand in them, painted from a description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.charts.drawing import Drawing, Mark, Row
from analysis.charts.lettering import PITCH, Line, apart, block_height, fits, width_of, wrap
from analysis.charts.sheet import SHARES, Align, Box, Legend, Plot, Sheet, draw_marks, whole_values
from analysis.charts.style import Paint, colour
from analysis.reference import Corridor, Number, Percent, Points, SuiteError

# How far the total is set apart, and how high a row may be, as shares of a row and of a letter.
_APART, _TALLEST, _LOWEST = 0.35, 7.0, PITCH


@dataclass(frozen=True)
class Name:
    """What stands at the left of a row: a name, and a quieter line below it."""

    text: str
    under: str = ""
    bold: bool = False


@dataclass(frozen=True)
class _Column:
    """Names in lines, in letters of a size, with the width they take."""

    size: float
    names: tuple[Name, ...]
    width: float


def place_rows(
    sheet: Sheet,
    room: Box,
    names: Sequence[Name],
    *,
    total_last: bool,
    above: float = 0,
    lines: int = 1,
) -> tuple[list[Box], float]:
    """Write the names and give the box of each row (right of its name), and the size of letters.

    The last row is set apart where it is the total. `above` points are kept free on top of each
    row where the rows are high enough. Each row holds at least so many `lines` of the smallest
    letters; too many rows for the picture are an error.
    """
    apart = _APART if total_last and len(names) > 1 else 0.0
    pitch = min(room.height / (len(names) + apart), _TALLEST * sheet.preset.label)
    lowest = lines * _LOWEST * sheet.preset.least
    if pitch < lowest:
        most = int(room.height / lowest - _APART)
        raise SuiteError("chart_too_many_groups", count=len(names), most=max(most, 1))
    free = above if pitch - above >= 1.5 * sheet.preset.label else 0
    column = _fitted(sheet, room.width, pitch - free, names)
    if free and any(name.text.endswith("…") for name in column.names):
        free, column = 0, _fitted(sheet, room.width, pitch, names)
    tops = [room.top + free + pitch * i for i in range(len(names))]
    tops[-1] += apart * pitch
    if apart:
        y = tops[-1] - free - apart * pitch / 2
        sheet.rule((room.left, room.right), (y, y), colour("ink.rule"), 0.8)
    for top, name in zip(tops, column.names, strict=True):
        sheet.write_block(room.left, top + (pitch - free) / 2, _block(sheet, name, column.size))
    left = room.left + column.width + sheet.preset.label
    return [Box(left, top, room.right, top + pitch - free) for top in tops], column.size


def _fitted(sheet: Sheet, width: float, pitch: float, names: Sequence[Name]) -> _Column:
    """The names in the largest letters and the narrowest column that hold them."""
    for column in _columns(sheet, width, names):
        blocks = [_block(sheet, name, column.size) for name in column.names]
        if all(block_height(block) <= 0.97 * pitch for block in blocks):
            return column
    size = sheet.preset.least
    lines = max(1, int(pitch / (_LOWEST * size)))
    cut = tuple(Name(_cut(name.text, lines), "", name.bold) for name in column.names)
    return _Column(size, cut, column.width)


def _columns(sheet: Sheet, width: float, names: Sequence[Name]) -> Iterator[_Column]:
    label, least = sheet.preset.label, sheet.preset.least
    large = [(share, label) for share in (0.2, 0.26, 0.32)]
    shares = [*large, *((share, least) for share in (0.32, 0.4, 0.46))]
    plain = [Name(name.text, "", name.bold) for name in names]
    if any(name.under for name in names):
        for share, size in shares[2:]:
            yield _column(sheet, share * width, size, names)
    for share, size in shares:
        yield _column(sheet, share * width, size, plain)


def _column(sheet: Sheet, width: float, size: float, names: Sequence[Name]) -> _Column:
    least = sheet.preset.least
    wrapped = tuple(
        Name(
            wrap(name.text, width, size, name.bold),
            "\n".join(wrap(line, width, least) for line in name.under.split("\n")),
            name.bold,
        )
        for name in names
    )
    widths = [width_of(n.text, size, n.bold) for n in wrapped]
    widths += [width_of(n.under, least) for n in wrapped if n.under]
    return _Column(size, wrapped, max(widths))


def _block(sheet: Sheet, name: Name, size: float) -> list[Line]:
    block = [Line(name.text, size, name.bold)]
    if name.under:
        block.append(Line(name.under, sheet.preset.least, ink=colour("ink.quiet")))
    return block


def _cut(text: str, lines: int) -> str:
    kept = text.split("\n")
    return "\n".join(kept) if len(kept) <= lines else "\n".join(kept[:lines])[:-1] + "…"


def paint_stack(sheet: Sheet, room: Box, d: Drawing) -> None:
    """Bars of 100% cut into segments, with the share of each row in a column at the right."""
    size = sheet.preset.label
    shares = [row.amount.text(d.lang, "plain") for row in d.rows]
    column = max(width_of(text, size, bold=True) for text in shares)
    legend = Legend(sheet, room, d.legend)
    heads = legend.bottom_beside(width_of(d.heading, sheet.preset.least))
    body = Box(room.left, heads + 0.4 * size, room.right, _above_scale(sheet, room))
    above = _room_for_numbers(sheet, 0.55 * room.width, d)
    boxes, letters = place_rows(sheet, body, _full_names(d), total_last=d.total_last, above=above)
    plot = _share_plot(sheet, boxes, room.right - column - 1.2 * size, d.lang)
    legend.write(plot)
    quiet: Any = {"size": sheet.preset.least, "ink": colour("ink.quiet")}
    sheet.write(room.right, heads - 0.6 * size, d.heading, align="right", level="digits", **quiet)
    for i, (row, box, text) in enumerate(zip(d.rows, boxes, shares, strict=True)):
        if row.amount.total:
            _stack(plot, box, d, i, boxes[0].top - body.top)
        else:
            x = plot.box.left + 0.5 * sheet.preset.least
            sheet.write(x, box.middle, d.none, level="digits", **quiet)
        how: Any = {"size": letters, "bold": row.bold}
        sheet.write(room.right, box.middle, text, align="right", level="digits", **how)


def _full_names(d: Drawing) -> list[Name]:
    return [Name(row.full or row.name, row.under, row.bold) for row in d.rows]


def _above_scale(sheet: Sheet, room: Box) -> float:
    """The y above the writing of a scale at the foot."""
    return room.bottom - 1.7 * sheet.preset.note


def _share_plot(sheet: Sheet, boxes: Sequence[Box], right: float, lang: str) -> Plot:
    """A plot over the rows from 0 to 100%."""
    plot = Plot(sheet, Box(boxes[0].left, boxes[0].top, right, boxes[-1].bottom), 0, 100)
    plot.ticks(SHARES, lambda value: Percent(value, 0).text(lang))
    return plot


def _room_for_numbers(sheet: Sheet, width: float, d: Drawing) -> float:
    """Points to keep free above the rows: some where a bar this wide has too narrow segments."""
    size = sheet.preset.label
    narrow = any(
        0 < width * count < (width_of(str(count), size) + 0.3 * size) * row.amount.total
        for series in d.series
        for row, count in zip(d.rows, series.values, strict=True)
        if count
    )
    return 0.95 * sheet.preset.least if narrow else 0.0


def _stack(plot: Plot, box: Box, d: Drawing, row: int, free: float) -> None:
    """One bar, the highest level first; numbers that have no room stand above it."""
    half = min(0.32 * box.height, 1.7 * plot.sheet.preset.label)
    start, narrow = 0.0, []
    for series in d.series:
        count, paint = series.values[row] or 0, series.look
        if count and isinstance(paint, Paint):
            total = d.rows[row].amount.total
            left, right = (plot.x(100 * edge / total) for edge in (start, start + count))
            air = min(0.9, 0.12 * (right - left))
            segment = Box(left + air, box.middle - half, right - air, box.middle + half)
            plot.fill(segment, paint)
            if not _number(plot, segment, str(count), paint):
                narrow.append((segment, str(count)))
        start += count
    if narrow:
        _numbers_above(plot, narrow, box.top - free)


def _number(plot: Plot, segment: Box, text: str, paint: Paint) -> bool:
    """Write a number inside its segment, if there is room for it."""
    size = min(plot.sheet.preset.label, 0.9 * segment.height)
    width = width_of(text, size)
    if width + 0.3 * size > segment.width:
        return False
    plot.write_in(segment, text, paint, size)
    return True


def _numbers_above(plot: Plot, narrow: list[tuple[Box, str]], top: float) -> None:
    """Numbers of segments too narrow for them: above the bar, moved apart, each with a line.

    Where the rows stand too close for that they are left out; the table has them.
    """
    sheet, size, ink = plot.sheet, plot.sheet.preset.least, colour("ink.quiet")
    if narrow[0][0].top - top < 1.3 * size:
        return
    middles = [(segment.left + segment.right) / 2 for segment, _ in narrow]
    widths = [width_of(text, size) + 0.35 * size for _, text in narrow]
    places = apart(middles, widths, plot.box.left, plot.box.right + 0.5 * size)
    for (segment, text), middle, x in zip(narrow, middles, places, strict=True):
        foot = segment.top - 0.35 * size
        sheet.rule((middle, x), (segment.top, foot), ink, 0.8)
        sheet.write(x, foot - 0.45 * size, text, size=size, align="center", level="digits")


def paint_bullets(sheet: Sheet, room: Box, d: Drawing) -> None:
    """The share of each row before the range that is wanted, and what came of it at the right."""
    size, least = sheet.preset.label, sheet.preset.least
    shares = [row.amount.text(d.lang, "plain") for row in d.rows]
    widest = max(width_of(text, size, bold=True) for text in shares)
    longest = max(width_of(row.labels[0][0], least) for row in d.rows)
    width = max(widest, min(0.2 * room.width, longest))
    body = Box(room.left, room.top, room.right, _above_scale(sheet, room))
    boxes, _ = place_rows(sheet, body, _full_names(d), total_last=False)
    plot = _share_plot(sheet, boxes, room.right - width - 1.4 * size, d.lang)
    for row, box, text in zip(d.rows, boxes, shares, strict=True):
        _bullet(plot, box, row, d)
        off = Line(wrap(row.labels[0][0], width, least), least, ink=colour("ink.quiet"))
        ways = [[Line(text, size, True), off], [Line(text, least, True), off]]
        ways.append([Line(text, least, True)])
        fit = (block for block in ways if fits(block, width, 0.97 * box.height))
        sheet.write_block(room.right - width, box.middle, next(fit, ways[-1]))


def _bullet(plot: Plot, box: Box, row: Row, d: Drawing) -> None:
    """Track, range with its edges, and the share; what is wanted stands above the range."""
    assert row.band is not None
    sheet, least = plot.sheet, plot.sheet.preset.least
    band = min(box.height - 1.5 * least, 2.4 * least)
    top = box.middle - band / 2 + 0.55 * least
    middle, bottom = top + band / 2, top + band
    plot.bar(0, 100, middle - 0.34 * band, middle + 0.34 * band, Paint(colour("bar.track")))
    _range(plot, row.band, top, bottom, 2.2)
    (series,) = d.series
    if row.amount.total and isinstance(series.look, Paint):
        value = float(row.amount.percent)
        plot.bar(0, value, middle - 0.17 * band, middle + 0.17 * band, series.look)
    half = width_of(row.wanted, least) / 2
    wanted = plot.x((row.band.low + row.band.high) / 2)
    x = min(max(wanted, plot.box.left + half), plot.box.right - half)
    sheet.write(x, top - 0.65 * least, row.wanted, size=least, align="center", level="digits")


def _range(plot: Plot, band: Corridor, top: float, bottom: float, width: float) -> None:
    """What is wanted, with its edges; there is none at 100%."""
    plot.bar(band.low, band.high, top, bottom, Paint(colour("bar.corridor")))
    for edge in {band.low, band.high} if band.high < 100 else {band.low}:
        plot.line(edge, top, bottom, colour("bar.edge"), width)


def paint_gaps(sheet: Sheet, room: Box, d: Drawing) -> None:
    """Bars from the nearest edge of what is wanted to both sides, and words opposite of each."""
    size, note = sheet.preset.label, sheet.preset.note
    body = Box(room.left, room.top + 1.9 * size, room.right, _above_scale(sheet, room))
    boxes, _ = place_rows(sheet, body, _full_names(d), total_last=d.total_last)
    left, right, *values = d.span
    places = 0 if all(value == int(value) for value in values) else 1
    half = width_of(Points(-max(left, right), places).text(d.lang), note) / 2
    sides = Box(boxes[0].left + half, boxes[0].top, room.right - half, boxes[-1].bottom)
    middle, unit = (sides.left + sides.right) / 2, sides.width / 2 / max(left, right)
    place = Box(middle - left * unit, sides.top, middle + right * unit, sides.bottom)
    plot = Plot(sheet, place, -left, right)
    ticks = [-value for value in reversed(values[1:]) if value <= left]
    ticks += [value for value in values if value <= right]
    ends = sorted({ticks[0], 0.0, ticks[-1]})
    plot.ticks([ticks, ends, [0]], lambda value: Points(value, places).text(d.lang))
    _sides(plot, sides.width / 2, room.top, d)
    for i, (row, box) in enumerate(zip(d.rows, boxes, strict=True)):
        half = min(0.28 * box.height, 1.2 * size)
        for series in d.series:
            value = series.values[i]
            if value and isinstance(series.look, Paint):
                start, end = min(0.0, value), max(0.0, value)
                plot.bar(start, end, box.middle - half, box.middle + half, series.look)
        if row.position == "within":
            ink = colour("bar.measure" if not row.silent else "ink.rule")
            plot.ring(0, box.middle, 0.62 * size, ink)
    _write_labels(plot, sides.width / 2, boxes, d)
    plot.line(0, place.top - 0.3 * size, place.bottom, colour("bar.edge"), 1.6)


def _sides(plot: Plot, wide: float, top: float, d: Drawing) -> None:
    """Where the line stands, and what left and right of it mean, if bars can stand there and
    there is room to say so."""
    row, sheet, size = d.rows[0], plot.sheet, plot.sheet.preset.least
    middle, y = plot.x(0), top + 0.6 * sheet.preset.label
    half = width_of(row.wanted, size, bold=True) / 2 + size
    sheet.write(middle, y, row.wanted, size=size, bold=True, align="center", level="digits")
    left, right = d.sides
    if max(width_of(side, size) for side in d.sides) > wide - half:
        return
    ink = colour("ink.quiet")
    if plot.low:
        sheet.write(middle - half, y, left, size=size, ink=ink, align="right", level="digits")
    if plot.high and row.band and row.band.high < 100:
        sheet.write(middle + half, y, right, size=size, ink=ink, level="digits")


def _write_labels(plot: Plot, wide: float, boxes: list[Box], d: Drawing) -> None:
    """Distance and share, on the other side of the line, where there is always room.

    All rows are written alike: in the fullest way that fits every one of them.
    """
    sheet, air = plot.sheet, 0.9 * plot.sheet.preset.label
    width = wide - air
    written = [_ways(sheet, row, width, d.lang) for row in d.rows]
    for way in zip(*written, strict=True):
        if all(fits(b, width, 0.97 * box.height) for b, box in zip(way, boxes, strict=True)):
            break
    for row, block, box in zip(d.rows, way, boxes, strict=True):
        side: Align = "right" if row.position == "above" else "left"
        x = plot.x(0) + (-air if side == "right" else air)
        sheet.write_block(x, box.middle, block, align=side, ground=colour("ink.paper"))


def _ways(sheet: Sheet, row: Row, width: float, lang: str) -> list[list[Line]]:
    """The label in several ways, the fullest first."""
    label, least, quiet = sheet.preset.label, sheet.preset.least, colour("ink.quiet")
    (head, shortest), (tail,) = row.labels
    large, small = (Line(wrap(head, width, s, True), s, True) for s in (label, least))
    below, share = Line(wrap(tail, width, least), least, ink=quiet), row.amount.text(lang, "plain")
    return [
        [large, below],
        [small, below],
        [Line(f"{head}; {share}", least)],
        [Line(head, least, True)],
        [Line(share, least)],
        [Line(shortest, least)],
    ]


def paint_dumbbells(sheet: Sheet, room: Box, d: Drawing) -> None:
    """Where each row stood before and where it stands now, before the range that is wanted."""
    size = sheet.preset.label
    band = (d.band, Paint(colour("bar.corridor"), colour("bar.edge")))
    # The ring is larger than the dot, so that both are seen where nothing has changed.
    looks = [
        replace(s.look, width=0, size=(0.95 if s.look.hollow else 0.72) * size)
        for s in d.series
        if isinstance(s.look, Mark)
    ]
    legend = Legend(sheet, room, [*zip((s.name for s in d.series), looks, strict=True), band])
    body = Box(room.left, legend.bottom + 0.3 * size, room.right, _above_scale(sheet, room))
    boxes, letters = place_rows(sheet, body, _full_names(d), total_last=d.total_last)
    blocks = _blocks(sheet, d, letters, 0.3 * room.width, boxes[0].height)
    width = max(width_of(line.text, line.size, line.bold) for block in blocks for line in block)
    plot = _share_plot(sheet, boxes, room.right - width - 1.2 * size, d.lang)
    for i, (row, box, block) in enumerate(zip(d.rows, boxes, blocks, strict=True)):
        assert row.band is not None
        half = min(0.4 * box.height, 1.2 * sheet.preset.least)
        _range(plot, row.band, box.middle - half, box.middle + half, 1.8)
        found = [(s.values[i], look) for s, look in zip(d.series, looks, strict=True)]
        ends = [((value, box.middle), look) for value, look in found if value is not None]
        if len(ends) == 2:
            way = Mark(looks[0].ink, "", width=0.14 * sheet.preset.least)
            draw_marks(plot, [end for end, _ in ends], way)
        for end, look in ends:
            draw_marks(plot, [end], look)
        sheet.write_block(room.right - width, box.middle, block)
    legend.write(plot)


def _blocks(
    sheet: Sheet, d: Drawing, letters: float, width: float, height: float
) -> list[list[Line]]:
    """The numbers at the right of each row, in the fullest way for which there is height."""
    least, quiet = sheet.preset.least, colour("ink.quiet")
    full = [[Line(row.amount.text(d.lang, "plain"), letters, True)] for row in d.rows]
    for row, block in zip(d.rows, full, strict=True):
        *past, (off,) = row.labels
        for ways in past:
            words = next((text for text in ways if width_of(text, least) <= width), "")
            block.append(Line(words, least, ink=quiet))
        block.append(Line(wrap(off, width, least), least, ink=quiet))
    for lines in (3, 2, 1):
        blocks = [block[:lines] for block in full]
        if max(map(block_height, blocks)) <= 0.97 * height:
            break
    return blocks


def paint_bars(sheet: Sheet, room: Box, d: Drawing) -> None:
    """A bar for each series in every row, each on its pale track, with its words at the right."""
    size, least = sheet.preset.label, sheet.preset.least
    legend = Legend(sheet, room, d.legend)
    body = Box(room.left, legend.bottom + 0.4 * size, room.right, _above_scale(sheet, room))
    labels = [_in_lines(sheet, body, d, i) for i in range(len(d.rows))]
    lines = len(labels[0])
    names = _full_names(d)
    boxes, letters = place_rows(sheet, body, names, total_last=d.total_last, lines=lines)
    letters = min(letters, max(least, boxes[0].height / lines / 1.3))
    widest = max(width_of(text, letters, bold=True) for row in labels for text in row)
    right = room.right - widest - 0.8 * least
    plot = _share_plot(sheet, boxes, right, d.lang)
    for i, (row, box, words) in enumerate(zip(d.rows, boxes, labels, strict=True)):
        pitch = min(box.height / len(d.series), 2.2 * size)
        top, half = box.middle - pitch * len(d.series) / 2, 0.36 * pitch
        for j, series in enumerate(d.series):
            y, value = top + (j + 0.5) * pitch, series.values[i]
            plot.bar(0, 100, y - half, y + half, Paint(colour("bar.track")))
            if value and isinstance(series.look, Paint):
                plot.bar(0, value, y - half, y + half, series.look)
        for j, line in enumerate(words):
            y = box.middle + (j - (lines - 1) / 2) * pitch
            how: Any = {"size": letters, "bold": row.bold}
            sheet.write(right + 0.8 * least, y, line, level="digits", **how)
    legend.write(plot)


def _in_lines(sheet: Sheet, body: Box, d: Drawing, row: int) -> list[str]:
    """The words of a row, one line a series; on one line where rows are low and it has room."""
    words = [series.texts[row] for series in d.series]
    needed = 1.31 * sheet.preset.least * len(words) * (len(d.rows) + 0.35)
    joined = "; ".join(words)
    wide = width_of(joined, sheet.preset.label, bold=True) > 0.45 * body.width
    return words if wide or needed <= body.height else [joined]


def paint_steps(sheet: Sheet, room: Box, d: Drawing) -> None:
    """Bars that hang where the last one ended: the first series holds up what is seen."""
    size, (held, *seen) = sheet.preset.label, d.series
    body = Box(room.left, room.top, room.right, _above_scale(sheet, room))
    boxes, letters = place_rows(sheet, body, _full_names(d), total_last=False)
    label = max(width_of(text, letters, bold=True) for text in held.texts)
    spans = [
        (low or 0, (low or 0) + sum(series.values[i] or 0 for series in seen))
        for i, low in enumerate(held.values)
    ]
    most = int(max(1, *(high for _, high in spans)))
    values = whole_values(most)
    right = room.right - label - 0.8 * size
    plot = Plot(sheet, Box(boxes[0].left, boxes[0].top, right, boxes[-1].bottom), 0, most)
    plot.ticks([values, [0, values[-1]]], lambda value: Number(value).text(d.lang))
    for i, ((low, high), box) in enumerate(zip(spans, boxes, strict=True)):
        half = min(0.32 * box.height, 1.5 * size)
        top, bottom = box.middle - half, box.middle + half
        paint = next((series.look for series in seen if series.values[i]), None)
        if isinstance(paint, Paint):
            plot.bar(low, high, top, bottom, paint)
        else:  # where there is no school a stroke keeps its place
            plot.line(low, top, bottom, colour("ink.rule"), 2)
        if i + 1 < len(boxes):
            x = plot.x(low if seen[-1].values[i] else high)
            end = boxes[i + 1].middle - (bottom - top) / 2
            sheet.rule((x, x), (bottom, end), colour("ink.rule"), 1)
        x = plot.x(high) + 0.4 * size
        sheet.write(x, box.middle, held.texts[i], size=letters, bold=True, level="digits")
