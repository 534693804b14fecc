"""This room answers: against what? Counts against targets, indicators, printed percentages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.compare.changes import (
        SCHOOL_COLUMNS,
        compare_schools,
        compare_tables,
        list_revisions,
    )
    from analysis.compare.coherence import check_coherence
    from analysis.compare.corridors import attainable_counts
    from analysis.compare.feasibility import check_feasibility
    from analysis.compare.groups import compare_groups, compare_unevenness
    from analysis.compare.indicators import compare_indicators
    from analysis.compare.mergers import Merger, compare_mergers
    from analysis.compare.outlook import (
        compare_scenarios,
        find_smallest_set,
        list_candidates,
        list_upgrades,
    )
    from analysis.compare.pace import compare_pace
    from analysis.compare.published import recompute_published
    from analysis.compare.readings import compare_readings
    from analysis.compare.targets import compare_to_targets
    from analysis.compare.what_if import what_if

__getattr__ = find_later(__name__)
