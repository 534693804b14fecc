"""Which way to the target? Small charts, one a group: the shares so far, and three ways on."""

from __future__ import annotations

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.frame import framed
from analysis.charts.legend import Legend
from analysis.charts.marks import Mark
from analysis.charts.nothing import or_nothing
from analysis.charts.panels import Panels, scenario_mark
from analysis.charts.path_facts import (
    Path,
    about_path,
    read_path,
    scenario_name,
)
from analysis.charts.reading import check_language
from analysis.charts.sheet import Box, Sheet
from analysis.charts.style import Paint, colour
from analysis.reference import About, say


@or_nothing
def chart_path(
    scenarios: pd.DataFrame,
    *,
    about: About,
    past: pd.DataFrame | None = None,
    lang: str = "vi",
    target_id: str | None = None,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `compare_scenarios(..., by=...)`: one small chart per group, with the share
    of schools in each scenario, the corridor of the target, and k/n at the end of each line.

    `past`, a table of `compare_to_targets` by the same groups, gives the years so far. `target_id`
    may be left out where the table has one target only. Up to nine groups.
    """
    facts = read_path(scenarios, past, about, target_id, check_language(lang))
    words = about_path(facts, about, lang)
    chart = Chart(preset, **words, table=facts.table, about=about, lang=lang, kind="path")
    chart.asked["past"] = {
        panel.group: [[int(p.time), p.row.amount.count, p.row.amount.total] for p in panel.past]
        for panel in facts.panels
    }
    with framed(chart) as (sheet, room):
        _draw(sheet, room, facts, lang)
    return chart


def _draw(sheet: Sheet, room: Box, facts: Path, lang: str) -> None:
    size = sheet.preset.label
    target = say("path_band", lang, corridor=facts.target.corridor)
    entries: list[tuple[str, Paint | Mark]] = [
        *(
            (scenario_name(facts, name, lang), scenario_mark(sheet, name))
            for name in (*(["past"] if any(p.past for p in facts.panels) else []), *facts.scenarios)
        ),
        (target, Paint(colour("bar.corridor"), colour("bar.edge"))),
    ]
    legend = Legend(sheet, room, entries)
    body = Box(room.left, legend.bottom + 0.4 * size, room.right, room.bottom)
    grid = Panels(sheet, body, facts, lang)
    plots = [grid.draw(i, panel) for i, panel in enumerate(facts.panels)]
    legend.write(plots[0])
