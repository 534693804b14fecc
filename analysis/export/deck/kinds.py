"""Which chart of PowerPoint stands for which of ours. What is not named here goes as a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from analysis.charts import Described
from analysis.charts.style import own_colours
from analysis.export.deck import counts, courses, shares
from analysis.export.deck.native import Native


class _Kind(NamedTuple):
    """How a kind of chart is made, and the columns its table must have for that."""

    make: Callable[[Described], Native]
    needs: frozenset[str]


def _kind(make: Callable[[Described], Native], needs: str) -> _Kind:
    return _Kind(make, frozenset(needs.split()))


_COMPARED = "scheme level target_from target_to schools_count schools_total position gap_points"
KINDS = {
    "levels": _kind(counts.levels, "scheme by group standing schools_count schools_total"),
    "expiries": _kind(counts.expiries, "scheme quarter group level schools_count"),
    "bridge": _kind(counts.bridge, "group step schools_count"),
    "targets": _kind(shares.targets, f"target_id group {_COMPARED}"),
    "progress": _kind(shares.progress, f"school_year by {_COMPARED} group target_id"),
    "gaps": _kind(shares.gaps, f"by group {_COMPARED}"),
    "sessions": _kind(shares.sessions, "by group measure two_sessions_count whole_count"),
    "completeness": _kind(shares.completeness, "column stated_count rows_count"),
    "change": _kind(courses.change, "school_year by group standing reached_count schools_total"),
    "path": _kind(courses.path, "scenario as_of schools_count schools_total schools_percent"),
}


def native_of(chart: object) -> Native | None:
    """The chart of PowerPoint that shows the same, or None where there is none."""
    if not isinstance(chart, Described):
        return None
    kind = KINDS.get(chart.kind)
    if kind is None or not kind.needs <= set(chart.table) or chart.table.empty:
        return None
    with own_colours(chart.kind, chart.colours):
        return kind.make(chart)
