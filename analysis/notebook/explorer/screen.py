"""The explorer on the screen: controls, chart, and the way down to schools and cells.

Without ipywidgets, and while a run executes the notebook, a static view is shown instead.
"""

from __future__ import annotations

import os
import time
from functools import cached_property
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.export.pictures import save_chart
from analysis.export.shown import ShownTable, show_table
from analysis.notebook.explorer.controls import Controls
from analysis.notebook.explorer.taken import code_of, name_of
from analysis.notebook.explorer.view import Asked, View, list_cells, list_schools, view
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import LANGUAGES, SuiteError, read_reference, say
from analysis.tables import stacked

_KEPT = 24  # views to go back to without counting and drawing anew
_RUN = "ACCREDITATION_OUTPUT"  # set by the run that executes the notebooks for publishing


class Explorer:
    """What `explore_schools` gives: shown by a notebook, and used in code as well.

    `choose(...)` changes the choice as the controls do; `shown` is the view of it, `schools` the
    schools of the group chosen, `cells` the cells of the school chosen; `code` the lines that make
    table and chart, `save_chart()` keeps the chart; `seconds` how long the last change took.
    """

    def __init__(self, school_year: str, *, home: Any = None, lang: str = "vi", **asked: str):
        self.home, self.lang = home, lang
        self._years: dict[str, SchoolYear] = {}
        self._views: dict[tuple[str, Asked], View] = {}
        self._controls: Controls | None = None
        self._table: ShownTable | None = None
        self.seconds = 0.0
        self.year = self._year(school_year)
        self.shown = view(self.year, Asked(**asked), lang=lang)
        self.asked = self.shown.asked
        self.group, self.school_name = "all", ""
        self.schools, self.cells = pd.DataFrame(), pd.DataFrame()
        self.pick_group("all")

    @cached_property
    def school_years(self) -> list[str]:
        """The years with workbooks, the newest first."""
        return read_reference(self.home).years_with_workbooks[::-1]

    def choose(self, school_year: str = "", **asked: str) -> Explorer:
        """Change some of the choices; chart, table and schools follow."""
        started = time.perf_counter()
        year = self._year(school_year) if school_year else self.year
        now = Asked(**{**vars(self.asked), **asked})
        key = (year.school_year, now)
        if key not in self._views:
            self._views[key] = view(year, now, lang=self.lang)
        if len(self._views) > _KEPT:
            del self._views[next(iter(self._views))]
        self.year, self.shown = year, self._views[key]
        self.asked = self.shown.asked
        self.pick_group("all")
        self.shown.chart.png()
        if self._controls is not None:
            self._controls.fill()
        self.seconds = time.perf_counter() - started
        return self

    def pick_group(self, group: str) -> pd.DataFrame:
        """From a bar to its schools: see `list_schools`."""
        self.group, self.cells = group, pd.DataFrame()
        self.schools = list_schools(self.shown, group)
        return self.schools

    def pick_school(self, school_id: str = "") -> pd.DataFrame:
        """From a school, or the first one listed, to its cells: see `list_cells`."""
        if not school_id:
            if self.schools.empty:
                return stacked("cells", [])
            school_id = str(self.schools["school_id"].iloc[0])
        self.cells = list_cells(self.year, school_id)
        held = self.year.held
        self.school_name = str(held.loc[held["school_id"].eq(school_id), "school_name"].iloc[0])
        return self.cells

    @property
    def code(self) -> str:
        """The lines of code that make the table and the chart shown."""
        return code_of(self.shown, self.lang, self.home)

    def save_chart(self, folder: str | Path | None = None) -> list[Path]:
        """Keep the chart shown as `save_chart` does, at the size of a slide; its name is made of
        the choice."""
        chart = self.shown.chart
        screen, chart.dpi = chart.dpi, chart.preset.dpi
        try:
            return save_chart(chart, name_of(self.shown), folder)
        finally:
            chart.dpi = screen

    def _year(self, school_year: str) -> SchoolYear:
        if school_year not in self._years:
            year = load_year(school_year, home=self.home, lang=self.lang)
            self._years[school_year] = self._years[year.school_year] = year
        return self._years[school_year]

    @property
    def table(self) -> ShownTable:
        """The table of the view in words, with every group."""
        if self._table is None or self._table.frame is not self.shown.table:
            frame = self.shown.table
            self._table = show_table(frame, lang=self.lang, most=len(frame))
        return self._table

    # -- as HTML

    def chart_html(self) -> str:
        """The chart with its alt text, no wider than there is room."""
        picture = self.shown.chart._repr_mimebundle_()["text/html"]
        return picture.replace("<img ", "<img style='max-width: 100%; height: auto' ", 1)

    def table_html(self) -> str:
        """Sentences and table of the view."""
        told = "".join(f"<p>{escape(line)}</p>" for line in self.shown.told.lines)
        return told + self.table._repr_html_()

    def cells_html(self) -> str:
        """Where a school stands, and its cells."""
        if self.cells.empty:
            return ""
        first = self.cells.iloc[0]
        place = {name: first[f"source_{name}"] for name in ("file", "sheet", "row")}
        head = say("explore_cells", self.lang, school=self.school_name, **place)
        table = show_table(self.cells, lang=self.lang)._repr_html_()
        return f"<p><strong>{escape(head)}</strong></p>{table}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Controls where they work; the static view for everything else."""
        static = f"{self.chart_html()}{self.table_html()}"
        if os.environ.get(_RUN) or find_spec("ipywidgets") is None:
            note = escape(say("explore_static", self.lang))
            return {"text/html": f"{static}<p><em>{note}</em></p>", "text/plain": repr(self)}
        self._controls = self._controls or Controls(self)
        bundle: dict[str, Any] = self._controls.box._repr_mimebundle_()
        return bundle | {"text/html": static, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Explorer: {self.year.school_year}, {self.shown.chart.headline}>"


def explore_schools(
    school_year: str = "", *, lang: str = "vi", home: Any = None, **asked: str
) -> Explorer:
    """Look around in the schools: `an.explore_schools()` in the last line of a cell.

    Begins with the newest school year and the levels by education level; `asked` are other choices
    to begin with: scheme, by, target_id, education_level, unit, ownership, reading, base.

    >>> explorer = explore_schools("2024-2025", scheme="cqg")
    >>> len(explorer.pick_group("TH"))
    15
    >>> explorer.pick_school(explorer.schools["school_id"].iloc[0])["cell"].iloc[0]
    'A11'
    """
    if lang not in LANGUAGES:
        raise SuiteError("chart_unknown_language", language=lang, known=", ".join(LANGUAGES))
    return Explorer(school_year, home=home, lang=lang, **asked)
