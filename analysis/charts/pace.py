"""Where does each group stand, and where is it going? Names in a grid: how far from the target in
rows, the change since the year before in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.grid import shade
from analysis.charts.lettering import height_of, width_of, wrap
from analysis.charts.numbers import (
    NothingStated,
    TargetRow,
    gaps_remark,
    of_target,
    of_year,
    only,
    target_row,
    text,
)
from analysis.charts.sentences import Sentences, remarked, scoped
from analysis.charts.sheet import Box, Plot, Sheet
from analysis.charts.style import Paint, colour, ink_on
from analysis.charts.targets import readings
from analysis.charts.words import TOTAL, Words, in_sentence
from analysis.reference import About, Number, Share

_STATUS = ("at", "near", "below", "far", "very_far", "untold")
_CHANGE = ("fell_much", "fell", "same", "rose", "rose_much", "untold")
# Those of who still needs schools; and all of them, from the slowest.
_NEEDING = ("backwards", "standstill", "slow", "on_track")
_PACES = (*_NEEDING, "reached", "ended", "untold")
_MOST_NAMES, _MOST_IN_ALT = 3, 5
_RISING = ("rose", "rose_much")
Placed = tuple[TargetRow, str, str]


@or_nothing
def chart_pace(
    pace: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    target_id: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw one target of `compare_pace(..., by=...)`: five rows from at the target to very far,
    five columns from fell much to rose much, and in each cell how many groups stand there and, as
    far as there is room, which. What cannot be told has a row and a column of its own.

    Without groups the one of all schools is placed.
    """
    w = Words.of(about, lang, pace)
    table = _of_year(pace, about.school_year, target_id)
    only(table, "target_id")
    by = only(table, "by")
    rows = [*_placed(table, lang)]
    whole = next((row for row, _, _ in rows if row.group == TOTAL), rows[0][0])
    groups = [one for one in rows if one[0].group != TOTAL and one[0].amount.total] or rows[-1:]
    facts = {"label": whole.label, "corridor": whole.corridor, "counted": whole.counted(w)}
    facts |= {
        "group": groups[0][0].name(w),
        "base": whole.of(w),
        "kind": w.kind(by),
        "kinds": w.kind(by, "kinds"),
    }
    cells = {(s, c): _names(groups, s, c, w) for s in _STATUS for c in _CHANGE}
    largest = sorted(filter(cells.get, cells), key=lambda at: -len(cells[at]))[:_MOST_IN_ALT]
    items = [
        w.say(
            "pace_alt_item",
            status=w.say(f"status_class_{status}"),
            change=in_sentence(w.say(f"change_class_{change}")),
            count=Number(len(cells[status, change])),
        )
        for status, change in largest
    ]
    told = {
        "headline": _headline(groups, facts, w),
        "subtitle": w.say("pace_subtitle", **facts, **w.place),
        "alt": w.say(
            "pace_alt",
            date=w.date,
            total=Number(len(groups)),
            list="; ".join(items) + (w.say("reference_tail") if _is_late(groups) else ""),
            **facts,
        ),
        "remark": gaps_remark([whole], w),
        "readings": readings([whole], w),
    }

    return drawn("pace", w, preset, table, told, partial(_draw, groups, w))


def _of_year(pace: pd.DataFrame, school_year: str, target_id: str | None) -> pd.DataFrame:
    if target_id is not None:
        pace = of_target(pace, target_id, school_year, "pace")
    return of_year(pace, "pace", school_year)


def _in_brackets(names: Sequence[str], w: Words) -> str:
    return w.say("pace_names", list=", ".join(names)) if 0 < len(names) <= _MOST_NAMES else ""


def _placed(table: pd.DataFrame, lang: str) -> list[Placed]:
    records = table.to_dict("records")
    return [
        (target_row(row, lang), text(row["status_class"]), text(row["change_class"]))
        for row in records
    ]


def _names(groups: Sequence[Placed], status: str, change: str, w: Words) -> list[str]:
    return [row.name(w) for row, *place in groups if place == [status, change]]


def _headline(groups: Sequence[Placed], facts: Mapping[str, object], w: Words) -> str:
    """How many are at the target, how many short and rising, or not rising, which that is; neutral
    after the last day, when nobody is said to be short."""
    late = _is_late(groups)
    if len(groups) == 1 or late:
        return w.say(f"pace_headline_{'reference' if late else 'plain'}", **facts)
    found: dict[str, list[str]] = {key: [] for key in ("at", "rising", "stuck", "short", "untold")}
    for row, status, change in groups:
        way = "rising" if change in _RISING else "short" if change == "untold" else "stuck"
        found[status if status in found else way].append(row.name(w))
    facts = {"total": Number(len(groups)), "names": _in_brackets(found["stuck"], w), **facts}
    said = [
        w.say(f"pace_count_{key}", count=Number(len(names)), **facts)
        for key, names in found.items()
        if names or key == "at"
    ]
    return w.say("pace_headline", list="; ".join(said), **facts)


def _is_late(groups: Sequence[Placed]) -> bool:
    return any(row.verdict in ("reference", "not_issued") for row, *_ in groups)


def _draw(groups: Sequence[Placed], w: Words, sheet: Sheet, room: Box) -> None:
    """The grid: columns and rows in which nobody stands give room to the others."""
    size, least = sheet.preset.label, sheet.preset.least
    rows, columns = (
        [one for one in known if one != "untold" or any(g[place] == one for g in groups)]
        for place, known in ((1, _STATUS), (2, _CHANGE))
    )
    names = {(r, c): _names(groups, r, c, w) for r in rows for c in columns}
    heads = [w.say(f"status_class_{one}") for one in rows]
    left = room.left + min(max(width_of(h, size) for h in heads), 0.2 * room.width) + size
    told = [w.say(f"change_class_{one}") for one in columns]
    # A heading has room for its longest word; what is left goes to where names stand.
    least_widths = [max(width_of(n, least) for n in head.split()) + 0.8 * least for head in told]
    full = [1.0 if any(names[row, c] for row in rows) else 0.2 for c in columns]
    spare = max(0.0, room.right - left - sum(least_widths)) / sum(full)
    edges = _edges(
        left, room.right, [n + spare * f for n, f in zip(least_widths, full, strict=True)]
    )
    over = [
        wrap(head, right - start - 0.3 * size, least)
        for head, (start, right) in zip(told, edges, strict=True)
    ]
    top = room.top + max(height_of(words, least) for words in over) + 0.4 * size
    lowest, pad = height_of("1", size) + 0.7 * least, 0.35 * least
    wanted = [
        lowest + max(_height(names[row, c], end - start - 2 * pad, least) for c, (start, end)
                     in zip(columns, edges, strict=True))
        for row in rows
    ]  # fmt: skip
    bottom = room.bottom - 0.4 * size
    heights = _heights(wanted, lowest, bottom - top)
    plot = Plot(sheet, Box(left, top, room.right, bottom), left, room.right)
    for (start, end), words in zip(edges, over, strict=True):
        middle, y, ink = (start + end) / 2, top - 0.2 * size, colour("ink.quiet")
        sheet.write(middle, y, words, size=least, ink=ink, align="center", level="bottom")
    lines = _edges(top, bottom, heights)
    for row, head, (start, end) in zip(rows, heads, lines, strict=True):
        words = wrap(head, left - room.left - 0.6 * size, size)
        sheet.write(room.left, (start + end) / 2, words, size=size, level="center")
        for column, (x, right) in zip(columns, edges, strict=True):
            cell = Box(x + 1.2, start + 1.2, right - 1.2, end - 1.2)
            _cell(plot, cell, names[row, column], len(groups), w)


def _heights(wanted: Sequence[float], lowest: float, room: float) -> list[float]:
    """Rows that together fill a room: those that want little have it, the others share what is
    left; what nobody wants is shared by all."""
    heights = [lowest] * len(wanted)
    spare = room - sum(heights)
    for left, row in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        more = max(min(wanted[row] - lowest, spare / (len(wanted) - left)), 0)
        heights[row] += more
        spare -= more
    return [height + spare / len(wanted) for height in heights]


def _edges(start: float, end: float, weights: Sequence[float]) -> list[tuple[float, float]]:
    """Where each of some parts begins and ends."""
    sums = [sum(weights[:place]) for place in range(len(weights) + 1)]
    at = [start + (end - start) * part / sums[-1] for part in sums]
    return [*pairwise(at)]


def _height(names: Sequence[str], width: float, size: float) -> float:
    return height_of(wrap(", ".join(names), width, size), size) if names else 0.0


def _cell(plot: Plot, box: Box, names: Sequence[str], of: int, w: Words) -> None:
    """How many, and below it as many of the names as there is room for."""
    sheet, size, least = plot.sheet, plot.sheet.preset.label, plot.sheet.preset.least
    if not names:
        plot.fill(box, Paint(colour("ink.paper"), colour("ink.grid")))
        return
    paint = shade(Share(len(names), of))
    plot.fill(box, paint)
    ink, middle, pad = ink_on(paint.fill), (box.left + box.right) / 2, 0.35 * least
    number = Number(len(names)).text(w.lang)
    for count in range(len(names), 0, -1):
        rest = [w.say("pace_rest", count=Number(len(names) - count))] if count < len(names) else []
        block = wrap(", ".join([*names[:count], *rest]), box.width - 2 * pad, least)
        high = height_of(number, size) + height_of(block, least)
        if high <= box.height - 2:
            top = box.middle - high / 2
            put = sheet.write(middle, top, number, size=size, bold=True, ink=ink, align="center")
            sheet.write(middle, put.bottom, block, size=least, ink=ink, align="center")
            return
    plot.write_in(box, number, paint, size, bold=True)


def tell_pace(
    pace: pd.DataFrame, *, about: About, lang: str = "vi", target_id: str | None = None
) -> Sentences:
    """How fast each target comes nearer, and how fast it would have to; of one target which groups
    are slow, stand still or fall back.

    >>> pace = compare_pace(load_register("2024-2025"))
    >>> print(tell_pace(pace, about=load_year("2024-2025").about, lang="en").lines[0])
    KĐCLGD level 1 or higher: All schools 33/37 (89.2%; 1 unclear), 3 to 4 schools needed ...
    """
    w = Words.of(about, lang, pace)
    try:
        table = _of_year(pace, about.school_year, target_id)
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    lines: list[str] = []
    for record in table[table["group"].astype("str") == TOTAL].to_dict("records"):
        lines.append(_whole(record, w))
        was, now = record["past_total"], record["schools_total"]
        if not pd.isna(was) and was != now and record["pace"] in _NEEDING:
            facts = {"past_total": Number(int(was)), "total": Number(int(now))}
            lines.append(w.say("pace_told_total", **facts))
    groups = table[table["group"].astype("str") != TOTAL]
    if table["target_id"].nunique() == 1:
        for code in _PACES:
            own = groups[groups["pace"].eq(code) & groups["schools_total"].gt(0)]
            if len(own) and code != "ended":
                names = [target_row(row, lang).name(w) for row in own.to_dict("records")]
                told = {"pace": w.say(f"pace_{code}"), "list": w.names(names)}
                lines.append(w.say("pace_told_groups", **told))
    wholes = [target_row(row, lang) for row in table.to_dict("records")]
    return scoped(w, pace, *lines, *remarked(gaps_remark(wholes, w) if target_id else ""))


def _whole(record: Mapping[Any, Any], w: Words) -> str:
    """All schools together, by their pace."""
    row, code = target_row(record, w.lang), text(record["pace"])
    facts: dict[str, object] = {"label": row.label, "group": row.name(w), "share": row.amount}
    if code in _NEEDING:
        ends = [_schools(record, f"gained_{end}") for end in ("least", "most")]
        gained = sorted(map(abs, ends))
        yearly = _schools(record, "yearly_least"), _schools(record, "yearly_most")
        facts |= {"needed": w.between(row.needed or (0, 0)), "yearly": w.between(yearly)}
        facts |= {"gained": w.between((gained[0], gained[1]))}
        for name in ("left", "past"):
            count = _schools(record, f"years_{name}")
            key = "pace_year" if count == 1 else "pace_years"
            facts[name] = w.say(key, count=Number(count))
    return w.say(f"pace_told_{code}", corridor=row.corridor, **facts)


def _schools(record: Mapping[Any, Any], name: str) -> int:
    return int(str(record[name]))
