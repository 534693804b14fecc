"""The controls of the explorer, made of ipywidgets; each change asks the explorer anew;
with the style sheet beside it, in the colours and letters of the charts."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.font_manager import FontProperties, findfont

from analysis.charts.style import colour, families, house_style
from analysis.measure import BASES, GROUPINGS
from analysis.notebook.choices import READINGS
from analysis.notebook.explorer.taken import code_of, copy_html, table_text
from analysis.reference import SCHEMES, SuiteError, say, vietnamese_key
from analysis.tables.words import in_word

if TYPE_CHECKING:
    from analysis.notebook.explorer.screen import Explorer

_BOXES = (
    *("school_year", "scheme", "target_id", "by"),
    *("education_level", "unit", "ownership", "base", "reading"),
)


class Controls:
    """Boxes to choose from, above the chart; beside it the groups, below what can be taken along,
    the schools and cells. How it looks stands in explorer.css, by the classes given here."""

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets as widgets

        self.explorer, self.lang = explorer, explorer.lang
        self.boxes: dict[str, Any] = {
            name: widgets.Dropdown(description=say(f"explore_{name}", self.lang)) for name in _BOXES
        }
        shown = ("message", "chart", "taken", "said", "heading", "cells", "table")
        parts: dict[str, Any] = {name: widgets.HTML() for name in shown}
        parts |= {name: widgets.Select(rows=5) for name in ("groups", "schools")}
        parts["save"] = widgets.Button(description=say("explore_save", self.lang))
        for name, widget in parts.items():
            widget.add_class(f"explore-{name}")
        self.message, self.chart, self.table = (parts[n] for n in ("message", "chart", "table"))
        self.groups, self.schools, self.save = (parts[n] for n in ("groups", "schools", "save"))
        self.heading, self.cells, self.said = (parts[n] for n in ("heading", "cells", "said"))
        self.taken = parts["taken"]
        self.box = _row(widgets.VBox, "explore", self._parts_of_box(widgets))
        self._busy = False
        self.fill()
        for box in self.boxes.values():
            box.observe(self._asked, names="value")
        self.groups.observe(self._group, names="value")
        self.schools.observe(self._school, names="value")
        self.save.on_click(self._save)

    def _parts_of_box(self, widgets: Any) -> list[Any]:
        """From top to bottom."""
        hint = widgets.HTML(_heading(say("explore_groups", self.lang)))
        side = _row(widgets.VBox, "explore-side", [hint, self.groups])
        return [
            widgets.HTML(style_html()),
            _row(widgets.HBox, "explore-choices", [*self.boxes.values()]),
            self.message,
            _row(widgets.HBox, "explore-middle", [self.chart, side]),
            _row(widgets.HBox, "explore-tools", [self.save, self.taken, self.said]),
            *(self.heading, self.schools, self.cells, self.table),
        ]

    def fill(self) -> None:
        """Write the options of every box and what is shown, without asking anew."""
        self._busy = True
        try:
            values = {"school_year": self.explorer.year.school_year, **vars(self.explorer.asked)}
            for name, box in self.boxes.items():
                box.options = self._options(name)
                box.value = values[name]
            self.chart.value = self.explorer.chart_html()
            self.table.value = self.explorer.table_html()
            shown = self.explorer.shown
            code = code_of(shown, self.lang, self.explorer.home)
            text = table_text(self.explorer.table, self.lang)
            self.said.value = ""
            self.taken.value = copy_html(table=text, code=code, lang=self.lang)
            self.groups.options = shown.groups(self.lang)
            self._fill_schools()
        finally:
            self._busy = False

    def _fill_schools(self) -> None:
        rows = self.explorer.schools
        self.groups.value = self.explorer.group
        names = {group: words for words, group in self.groups.options}
        facts = {"group": names[self.explorer.group], "count": len(rows)}
        head = say("explore_schools_count", self.lang, **facts)
        self.heading.value = _heading(head, say("explore_schools", self.lang))
        self.schools.options = list(zip(self._lines(rows), rows["school_id"], strict=True))
        self.schools.value = None
        self.cells.value = self.explorer.cells_html()

    def _lines(self, rows: pd.DataFrame) -> list[str]:
        """ "Trường Tiểu học Sông Xanh · Phường Tứ Hạ · Cấp độ 2", school by school."""
        scheme, kinds = self.explorer.asked.scheme, rows["standing"].unique()
        held = {kind: in_word(kind, ("standing",), self.lang, scheme) for kind in kinds}
        parts = (rows["school_name"], rows["unit"], rows["standing"].astype("object").map(held))
        lines = zip(*(part.fillna("") for part in parts), strict=True)
        return [" · ".join(filter(None, line)) for line in lines]

    def _save(self, _: Any) -> None:
        try:
            self.said.value = escape(self._where(self.explorer.save_chart()))
        except SuiteError as error:
            self.said.value = f"<span role='alert'>{escape(error.text(self.lang))}</span>"

    def _where(self, files: list[Path]) -> str:
        """Where the files of a chart are, as one reads it: "figures/nhap/NAME.png, .svg"."""
        if not files:
            return say("explore_nothing_saved", self.lang)
        home = self.explorer.year.reference.home.resolve()
        first = files[0].resolve()
        if first.is_relative_to(home):
            first = first.relative_to(home)
        kinds = ", ".join(file.suffix for file in files[1:])
        return say("explore_saved", self.lang, file=first.as_posix(), kinds=kinds)

    def _asked(self, _: Any) -> None:
        """A box was changed."""
        if self._busy:
            return
        values = {name: box.value for name, box in self.boxes.items()}
        if values["scheme"] != self.explorer.asked.scheme:
            values["target_id"] = ""  # a target belongs to one scheme
        if values["school_year"] != self.explorer.year.school_year:
            values |= {"unit": "", "target_id": ""}  # another year has other wards and targets
        self.message.value = ""
        try:
            self.explorer.choose(**values)
        except SuiteError as error:
            self.message.value = f"<p role='alert'>{escape(error.text(self.lang))}</p>"

    def _group(self, change: Any) -> None:
        if not self._busy and change["new"] is not None:
            self.explorer.pick_group(change["new"])
            self._busy = True
            self._fill_schools()
            self._busy = False

    def _school(self, change: Any) -> None:
        if not self._busy and change["new"] is not None:
            self.explorer.pick_school(change["new"])
            self.cells.value = self.explorer.cells_html()

    def _options(self, name: str) -> list[tuple[str, str]]:
        """(words, value) of one box, the open choice first."""
        lang, explorer = self.lang, self.explorer
        if name == "school_year":
            return [(year, year) for year in explorer.school_years]
        if name == "scheme":
            return [(say(f"scheme_{s}", lang), s) for s in SCHEMES]
        if name == "by":
            stated = [g for g in GROUPINGS if explorer.year.held[g].fillna("").ne("").any()]
            return [(say(f"by_{g}", lang), g) for g in stated or GROUPINGS[:1]]
        if name == "target_id":
            mine = (p for p in explorer.year.targets.parts if p.scheme == explorer.asked.scheme)
            told = [(say("explore_target", lang, label=p.label(lang)), p.id) for p in mine]
            return [(say("explore_levels", lang), ""), *told]
        if name in ("base", "reading"):
            words = BASES if name == "base" else READINGS
            return [
                (say("explore_usual", lang), ""),
                *((say(f"{name}_{w}", lang), w) for w in words),
            ]
        return [(say("explore_any", lang), ""), *self._parts(name)]

    def _parts(self, name: str) -> Iterable[tuple[str, str]]:
        """The values of a column that schools in scope have."""
        held = self.explorer.year.held
        there = held.loc[held["in_scope"].fillna(False).astype(bool), name].dropna().unique()
        if name == "unit":
            return [(unit, unit) for unit in sorted(there, key=vietnamese_key) if unit]
        prefix = "level" if name == "education_level" else name
        order = self.explorer.year.reference.rules.education_levels
        codes = sorted(filter(None, there), key=lambda c: order.index(c) if c in order else -1)
        return [(say(f"{prefix}_{code}", self.lang), code) for code in codes]


def _row(kind: Any, name: str, widgets: list[Any]) -> Any:
    """Widgets in a row or column of that class."""
    box = kind(widgets)
    box.add_class(name)
    return box


def _heading(head: str, hint: str = "") -> str:
    return f"<div class='explore-heading'><b>{escape(head)}</b> {escape(hint)}</div>"


_KEEP_KEYS = (
    "this.closest('.explore').addEventListener('focusin', event =>"
    " event.target.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)
_WEIGHTS = {400: "normal", 700: "bold"}


@cache
def style_html() -> str:
    """The style sheet as an element that also keeps the keys of JupyterLab out of the controls:
    there an arrow chooses and a letter looks for a name, and none may cut or leave the cell."""
    sheet = Path(__file__).with_name("explorer.css").read_text(encoding="utf-8")
    filled = _Sheet(sheet).substitute(_Colours(), faces=_faces(), family=f'"{families()[0]}"')
    return f'<style onload="{_KEEP_KEYS}">{filled}</style>'


class _Sheet(Template):
    idpattern = r"[a-z]+(?:\.[a-z_]+)?"  # $ink.text


class _Colours(dict[str, str]):
    """The palette by the names of its colours."""

    def __missing__(self, name: str) -> str:
        return colour(name)


def _faces() -> str:
    """The letters of the charts, so that no machine needs them installed."""
    with house_style():
        files = {
            number: findfont(FontProperties(family=families()[0], weight=weight))
            for number, weight in _WEIGHTS.items()
        }
    return "\n".join(_face(number, Path(file)) for number, file in files.items())


def _face(weight: int, file: Path) -> str:
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return (
        f'@font-face {{ font-family: "{families()[0]}"; font-weight: {weight};'
        f" src: url(data:font/ttf;base64,{data}); }}"
    )
