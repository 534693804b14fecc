"""This room answers: what do the words mean here? Headings, spellings, rules, labels, settings.

Names are loaded when first used: a message needs no rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.reference.directory import Directory, read_directory
    from analysis.reference.headings import Said, heading_key
    from analysis.reference.labels import LANGUAGES, Quantity, language_of_notebook, say
    from analysis.reference.periods import Period
    from analysis.reference.quantities import Corridor, Number, Percent, Points, Share, Span
    from analysis.reference.regimes import (
        DATED,
        Regime,
        alert_from,
        comparable,
        cqg_asks,
        differ_in_season,
        earliest_upgrade,
        is_issued,
        is_recognised_unranked,
        last_day,
        list_regimes,
        regime_on,
        renewal_due,
        rule_on,
        rules_on,
        signer_of,
        signer_on,
        since_when,
        term_end,
        validity_years,
    )
    from analysis.reference.rules import (
        NOT_NEEDED,
        SCHEMES,
        Column,
        Rules,
        read_rules,
    )
    from analysis.reference.settings import (
        About,
        Reference,
        YearSettings,
        read_reference,
        read_targets,
    )
    from analysis.reference.target_sets import Target, TargetSet
    from analysis.reference.text import (
        bare,
        fold,
        fold_tidy,
        sentence,
        slug,
        spaced,
        tidy,
        vietnamese_key,
    )
    from analysis.reference.trouble import FaultsError, InputError, SuiteError
    from analysis.reference.units import Units, find_wards, read_units, ward_of_code

__getattr__ = find_later(__name__)
