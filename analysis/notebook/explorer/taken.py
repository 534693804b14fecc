"""What is taken along from the explorer: its table for a spreadsheet, its code for a cell."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from analysis.export.safe_text import csv_text
from analysis.export.shown import ShownTable
from analysis.notebook.explorer.view import View
from analysis.reference import Number, say, slug

_GROUP_MARKS = {"vi": ".", "en": ","}
_COPY = (
    "const all = this.closest('.explore-copied'), said = all.querySelector('[role=status]'),"
    " box = all.querySelector('textarea[name=' + this.name + ']');"
    " const byHand = () => {box.hidden = false; box.focus(); box.select();"
    " said.textContent = said.dataset.hand;};"
    " if (navigator.clipboard) navigator.clipboard.writeText(box.value)"
    ".then(() => {said.textContent = said.dataset.done;}, byHand); else byHand();"
)


def table_text(shown: ShownTable, lang: str) -> str:
    """A table in words as text that a spreadsheet takes: tabs between, numbers as they are shown
    but bare; a share stands in a column of its own behind its count."""
    columns: list[tuple[str, Sequence[str]]] = []
    texts = zip(shown.headings, shown.numeric, zip(*shown.rows, strict=True), strict=False)
    for heading, is_number, cells in texts:
        if not is_number:
            columns.append((heading, cells))
            continue
        columns.append((heading, [_bare(cell.partition(" (")[0], lang) for cell in cells]))
        if any(" (" in cell for cell in cells):
            totals = [_bare(row[-1], lang) for row in shown.rows]
            shares = [_share(*both, lang) for both in zip(cells, totals, strict=True)]
            columns.append((f"{heading} (%)", shares))
    lines = [[heading for heading, _ in columns], *zip(*(c for _, c in columns), strict=True)]
    return "\n".join("\t".join(map(_cell, line)) for line in lines)


def _bare(number: str, lang: str) -> str:
    """ "1.013" as "1013", "−2,5" as "-2,5"; a dash as nothing."""
    return number.replace(_GROUP_MARKS[lang], "").replace("−", "-").strip("–+%")


def _share(cell: str, total: str, lang: str) -> str:
    """ "9 (86,7%)" as "86,7"; that of none is told where there are schools at all."""
    share = cell.partition(" (")[2].rstrip("%)")
    return share or ("" if total in ("", "0") else Number(0, 1).text(lang))


def _cell(text: str) -> str:
    """One cell: no tab or line break of the data may end it, and none of it is a formula."""
    return csv_text(" ".join(text.split()))


def code_of(shown: View, lang: str, home: Path | str | None = None) -> str:
    """The lines of code that make the table and the chart of a view."""
    asked, part = shown.asked, {}
    for name in ("education_level", "unit", "ownership"):
        part[name] = getattr(asked, name)
    how = {"scheme": asked.scheme, "by": asked.by, "base": asked.base}
    measure, drawn = "measure_levels", {}
    if asked.target_id:
        part |= {"reading": asked.reading, "base": asked.base}
        measure, how, drawn = "compare_to_targets", {"by": asked.by}, {"target_id": asked.target_id}
    place = {"home": str(home) if home else "", "lang": lang if lang != "vi" else ""}
    year = _call("an.load_year", repr_of(shown.year.school_year), **place)
    year += _call(".narrow", **part) if any(part.values()) else ""
    return "\n".join(
        [
            f"year = {year}",
            f"table = {_call(f'an.{measure}', 'year', **how)}",
            f"chart = {_call('an.chart', 'table', **drawn)}",
        ]
    )


def _call(name: str, *first: str, **named: str) -> str:
    told = [f"{key}={repr_of(value)}" for key, value in named.items() if value]
    return f"{name}({', '.join([*first, *told])})"


def repr_of(text: str) -> str:
    """A text as the notebooks write it: in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def name_of(shown: View) -> str:
    """The name of a view's files: "kham-pha-cqg-theo-cap-hoc-2024-2025"."""
    asked = shown.asked
    what = asked.target_id or asked.scheme
    by = say(f"by_{asked.by}", "vi")
    return slug(f"kham pha {what} theo {by} {shown.year.school_year}")


def copy_html(*, table: str, code: str, lang: str) -> str:
    """Buttons that put table and code into the clipboard, and both in boxes, that of the table
    hidden: where a browser gives no clipboard the text is shown there, selected, to be copied with
    the keyboard."""
    done, hand = (escape(say(f"explore_{key}", lang)) for key in ("copied", "copy_by_hand"))
    return (
        f'<div class="explore-copied">{_button("table", lang)}{_button("code", lang)}'
        f'<span role="status" data-done="{done}" data-hand="{hand}"></span>'
        f"{_box('code', code, lang)}{_box('table', table, lang, ' hidden')}</div>"
    )


def _button(name: str, lang: str) -> str:
    words = escape(say(f"explore_copy_{name}", lang))
    return f'<button type="button" name="{name}" onclick="{escape(_COPY)}">{words}</button>'


def _box(name: str, text: str, lang: str, hidden: str = "") -> str:
    words = escape(say(f"explore_box_{name}", lang))
    rows = min(text.count("\n") + 1, 8)
    return (
        f'<textarea readonly name="{name}" rows="{rows}" spellcheck="false"'
        f' aria-label="{words}"{hidden}>\n{escape(text)}</textarea>'
    )
