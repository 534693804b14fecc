"""The controls of the explorer, made of ipywidgets; each change asks the explorer anew."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.measure import BASES, GROUPINGS
from analysis.notebook.choices import READINGS
from analysis.reference import SCHEMES, SuiteError, say

if TYPE_CHECKING:
    from analysis.explore.explorer import Explorer

_FIRST = ("school_year", "scheme", "target_id", "by")
_SECOND = ("education_level", "unit", "ownership", "base", "reading")


class Controls:
    """Boxes to choose from, above the chart; beside it the groups, below the schools and cells."""

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets as widgets

        self.explorer, self.lang = explorer, explorer.lang
        self.boxes: dict[str, Any] = {
            name: widgets.Dropdown(
                description=say(f"explore_{name}", self.lang),
                style={"description_width": "initial"},
                layout={"width": "auto", "margin": "2px 12px 2px 0"},
            )
            for name in (*_FIRST, *_SECOND)
        }
        self.message, self.chart, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.heading, self.cells = widgets.HTML(), widgets.HTML()
        tall = {"width": "98%", "height": "240px"}
        self.groups = widgets.Select(layout=tall)
        self.schools = widgets.Select(layout={"width": "98%", "height": "150px"})
        for name, widget in (("groups", self.groups), ("schools", self.schools)):
            widget.add_class(f"explore-{name}")
        self.chart.add_class("explore-chart")
        self.cells.add_class("explore-cells")
        self.box = widgets.VBox(
            [
                *self._rows(widgets),
                *(self.message, self._middle(widgets), self.heading),
                *(self.schools, self.cells, self.table),
            ]
        )
        self._busy = False
        self.fill()
        for box in self.boxes.values():
            box.observe(self._asked, names="value")
        self.groups.observe(self._group, names="value")
        self.schools.observe(self._school, names="value")

    def _rows(self, widgets: Any) -> list[Any]:
        wrap = {"flex_flow": "row wrap"}
        return [
            widgets.HBox([self.boxes[name] for name in names], layout=wrap)
            for names in (_FIRST, _SECOND)
        ]

    def _middle(self, widgets: Any) -> Any:
        hint = widgets.HTML(f"<b>{escape(say('explore_groups', self.lang))}</b>")
        self.chart.layout = widgets.Layout(flex="1 1 480px", min_width="0")
        side = widgets.VBox([hint, self.groups], layout={"width": "290px", "flex": "0 0 auto"})
        return widgets.HBox([self.chart, side])

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
            self.groups.options = self.explorer.shown.groups(self.lang)
            self._fill_schools()
        finally:
            self._busy = False

    def _fill_schools(self) -> None:
        rows = self.explorer.schools
        self.groups.value = self.explorer.group
        names = {group: words for words, group in self.groups.options}
        facts = {"group": names[self.explorer.group], "count": len(rows)}
        head = say("explore_schools_count", self.lang, **facts)
        hint = say("explore_schools", self.lang)
        self.heading.value = f"<b>{escape(head)}</b> {escape(hint)}"
        self.schools.options = [(_named(row), row.school_id) for row in rows.itertuples()]
        self.schools.value = None
        self.cells.value = self.explorer.cells_html()

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
            return [(say(f"by_{g}", lang), g) for g in GROUPINGS]
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
        held = self.explorer.year.identified
        there = dict.fromkeys(held.loc[held["in_scope"], name])
        if name == "unit":
            return [(unit, unit) for unit in sorted(there) if unit]
        prefix = "level" if name == "education_level" else name
        order = self.explorer.year.reference.rules.education_levels
        codes = sorted(filter(None, there), key=lambda c: order.index(c) if c in order else -1)
        return [(say(f"{prefix}_{code}", self.lang), code) for code in codes]


def _named(row: Any) -> str:
    """ "Trường Tiểu học Sông Xanh · Phường Tứ Hạ"."""
    return " · ".join(str(part) for part in (row.school_name, row.unit) if not pd.isna(part))
