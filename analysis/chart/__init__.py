"""This room answers: how does it look? One function a question, each takes a table, gives a Chart.

Where things stand: `chart_levels`, `chart_targets`, `chart_gaps`, `chart_units`, `chart_sessions`,
`chart_completeness`. What changed: `chart_progress`, `chart_change`, `chart_bridge`,
`chart_transitions`. What is to come: `chart_path`, `chart_expiries`. `tell_levels`, `tell_targets`,
`tell_gaps` say the same in sentences.
"""

from __future__ import annotations

from analysis.chart.bridge import chart_bridge
from analysis.chart.change import chart_change
from analysis.chart.completeness import chart_completeness
from analysis.chart.expiries import chart_expiries
from analysis.chart.figure import Chart, one_line, png_bytes, svg_bytes
from analysis.chart.foremost import foremost_groups
from analysis.chart.gaps import chart_gaps
from analysis.chart.levels import chart_levels
from analysis.chart.notes import tell_chart, tell_data, tell_groups, tell_indicators, tell_period
from analysis.chart.nothing import NothingToDraw
from analysis.chart.outlook_sentences import tell_outlook, tell_smallest_set
from analysis.chart.own import OwnFigure
from analysis.chart.path import chart_path
from analysis.chart.progress import chart_progress
from analysis.chart.reading_sentences import tell_feasibility, tell_readings
from analysis.chart.sentences import Sentences, tell_gaps, tell_levels, tell_targets
from analysis.chart.sessions import chart_sessions
from analysis.chart.targets import chart_targets
from analysis.chart.transitions import chart_transitions
from analysis.chart.units import chart_units

__all__ = [
    "Chart",
    "NothingToDraw",
    "OwnFigure",
    "Sentences",
    "chart_bridge",
    "chart_change",
    "chart_completeness",
    "chart_expiries",
    "chart_gaps",
    "chart_levels",
    "chart_path",
    "chart_progress",
    "chart_sessions",
    "chart_targets",
    "chart_transitions",
    "chart_units",
    "foremost_groups",
    "one_line",
    "png_bytes",
    "svg_bytes",
    "tell_chart",
    "tell_data",
    "tell_feasibility",
    "tell_gaps",
    "tell_groups",
    "tell_indicators",
    "tell_levels",
    "tell_outlook",
    "tell_period",
    "tell_readings",
    "tell_smallest_set",
    "tell_targets",
]
