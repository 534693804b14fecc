"""This room answers: what holds on the date asked? Certificates in, one standing per school out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.status.by_register import reconcile, status_from_register
    from analysis.status.inherited import MAY_HOLD, inherit
    from analysis.status.judging import (
        STATES,
        UNCLEAR,
        Judged,
        Stated,
        judge,
        result_places,
        standing_names,
        standing_places,
    )
    from analysis.status.lawful import check_certificates
    from analysis.status.matching import know_again, match_schools, suggest_matches
    from analysis.status.register import list_certificates
    from analysis.status.standing import status_on
    from analysis.status.territory import restate_units

__getattr__ = find_later(__name__)
