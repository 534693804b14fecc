"""Which charts of PowerPoint stand for which of ours. What is not named here goes as a picture."""

from __future__ import annotations

from collections.abc import Callable

from analysis.charts import Described
from analysis.charts.style import own_colours
from analysis.reference import SuiteError
from analysis.slides import counts, courses, shares
from analysis.slides.native import Native

KINDS: dict[str, Callable[[Described], Native | list[Native]]] = {
    "levels": counts.levels,
    "expiries": counts.expiries,
    "bridge": counts.bridge,
    "targets": shares.targets,
    "progress": shares.progress,
    "gaps": shares.gaps,
    "sessions": shares.sessions,
    "change": courses.change,
    "path": courses.path,
}


def natives_of(chart: object) -> tuple[Native, ...]:
    """The charts of PowerPoint that show the same; none where there is no form for it, or where the
    table is no longer the one that was drawn."""
    if not isinstance(chart, Described) or chart.kind not in KINDS or chart.table.empty:
        return ()
    with own_colours(chart.kind, chart.colours):
        try:
            made = KINDS[chart.kind](chart)
        except (SuiteError, KeyError):
            return ()
    return tuple(made) if isinstance(made, list) else (made,)
