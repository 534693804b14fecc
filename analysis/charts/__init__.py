"""This room answers: how does it look, and what does it say? `chart` draws any table, `tell` puts
it into sentences; which of the functions of single kinds draws and tells it, the registry says.
"""

from __future__ import annotations

from analysis.charts.bridge import chart_bridge, tell_rate_changes
from analysis.charts.change import chart_change
from analysis.charts.completeness import chart_completeness
from analysis.charts.conditions import chart_conditions
from analysis.charts.drawing import Drawing
from analysis.charts.expiries import chart_expiries
from analysis.charts.figure import Chart, Described, NothingToDraw, png_bytes, svg_bytes
from analysis.charts.foremost import foremost_groups
from analysis.charts.gaps import chart_gaps, tell_gaps
from analysis.charts.levels import chart_levels, tell_levels
from analysis.charts.own import OwnFigure
from analysis.charts.pace import chart_pace, tell_pace
from analysis.charts.path import chart_path
from analysis.charts.progress import chart_progress
from analysis.charts.readings import (
    tell_feasibility,
    tell_outlook,
    tell_readings,
    tell_smallest_set,
    tell_what_if,
)
from analysis.charts.sentences import (
    Sentences,
    tell_chart,
    tell_data,
    tell_groups,
    tell_indicators,
    tell_period,
)
from analysis.charts.sessions import chart_sessions
from analysis.charts.targets import chart_targets, tell_targets
from analysis.charts.transitions import chart_transitions
from analysis.charts.units import chart_units
from analysis.charts.verbs import chart, tell
from analysis.charts.words import one_line
