"""This room answers: how many? Counts and shares of schools, exact and "or higher"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.measure.bridge import list_changes, measure_bridge
    from analysis.measure.causes import MOVES
    from analysis.measure.changes import STEPS
    from analysis.measure.completeness import measure_completeness
    from analysis.measure.counting import (
        ALL,
        BASES,
        NOT_STATED,
        Counts,
        Facts,
        Flags,
        Groups,
        Members,
        Standings,
        Tally,
        count_standings,
        evaluated,
        holding,
        is_unclear,
        members,
        share_ends,
        tally,
    )
    from analysis.measure.expiries import (
        IDENTITY,
        list_expiries,
        measure_expiries,
        measure_renewals,
        schools_in_force,
    )
    from analysis.measure.from_frame import YearOf, each_year, in_doubt, members_of
    from analysis.measure.from_rows import CountedRows
    from analysis.measure.groups import (
        GROUPINGS,
        check_choice,
        check_grouping,
        groups_of,
    )
    from analysis.measure.levels import measure_levels
    from analysis.measure.pairs import BESIDE, SET_ASIDE
    from analysis.measure.rates import CAUSES, measure_rate_changes
    from analysis.measure.sessions import measure_sessions
    from analysis.measure.three_years import measure_three_years
    from analysis.measure.totals import (
        in_denominator,
        list_counted,
        schools_in_scope,
        with_totals,
    )
    from analysis.measure.transitions import list_moves, measure_transitions

__getattr__ = find_later(__name__)
