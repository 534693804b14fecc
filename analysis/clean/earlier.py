"""Is a second row of a school its earlier state? A certificate is an event: who renews it or earns
a higher one is no second school. The rule is narrow on purpose, see decision 0020."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from analysis.clean.dates import Day
from analysis.clean.values import is_ranked
from analysis.reference import SCHEMES

Content = Mapping[str, object]


def later_certificate(earlier: Content, later: Content, differing: Collection[str]) -> str | None:
    """The level column of the scheme whose certificate was renewed or raised between two rows that
    differ in the columns named; None where that does not explain all of the difference."""
    for scheme in SCHEMES:
        level, decision, date = (f"{scheme}_{a}" for a in ("level", "decision", "date"))
        parts = [level, decision, date]
        if set(differing) <= {*parts} <= set(later):
            before, after = ([row[name] for name in parts] for row in (earlier, later))
            return level if _precedes(before, after) else None
    return None


def _precedes(before: list[object], after: list[object]) -> bool:
    """Was one certificate, or having none, certainly before the other? A blank gives way to a
    stated "none" as well."""
    if before[0] in (None, "not_reached") and before[1:] == [None, None]:
        return _is_complete(after) or (before[0] is None and after == ["not_reached", None, None])
    if not (_is_complete(before) and _is_complete(after)) or before[1] == after[1]:
        return False
    (level, _, day), (next_level, _, next_day) = before, after
    assert isinstance(day, Day) and isinstance(next_day, Day)
    return day.date < next_day.date and int(str(level)) <= int(str(next_level))


def _is_complete(certificate: list[object]) -> bool:
    """A level, the number of the decision and the day it was signed on."""
    level, decision, day = certificate
    return is_ranked(level) and bool(decision) and isinstance(day, Day) and day.precision == "day"
