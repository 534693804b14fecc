"""How long a certificate runs, and what is odd about its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import methodcaller
from typing import Any

from analysis.clean.columns import CleanTable, places
from analysis.clean.dates import Day
from analysis.clean.values import is_ranked
from analysis.raw import Coded
from analysis.reference import Rules, last_day, validity_years
from analysis.workbooks.grid import paired

_MONTH_OF_GRACE = dt.timedelta(days=31)  # some terms run from the day the decision takes effect

Facts = dict[str, Any]
# By the attribute whose cell it is about and the message.
Notes = dict[tuple[str, str], Facts]


def check_terms(cleaned: CleanTable, scheme: str, as_of: dt.date, rules: Rules) -> None:
    """The dates of a certificate against each other and the as-of date; each pair once."""
    signed, ends = cleaned.column(f"{scheme}_date"), cleaned.column(f"{scheme}_expiry")
    notes = paired(signed, ends).map(lambda pair: judge_term(*pair, scheme, as_of, rules))
    for attribute, rule in sorted({key for some in notes.values for key in some}):
        found: Coded[Facts | None] = notes.map(methodcaller("get", (attribute, rule)))
        _tell(cleaned, f"{scheme}_{attribute}", rule, found, rules)


def _tell(
    cleaned: CleanTable, name: str, rule: str, found: Coded[Facts | None], rules: Rules
) -> None:
    """Doubt what cannot be, warn of the rest; only a level that is stated can have expired."""
    rows = found.where(lambda facts: facts is not None)
    if rule == "expiry_before_date":
        for i in places(rows):
            cleaned.doubt(i, name, rule, **(found[i] or {}))
        return
    level = f"{name.partition('_')[0]}_level"
    shown: Facts = {"scheme": rules.columns[level].heading.partition(" - ")[0]}
    if rule == "certificate_expired":
        rows &= cleaned.column(level).where(is_ranked)
    cleaned.warn_of(rows, name, rule, lambda i: shown | (found[i] or {}))


def judge_term(signed: object, end: object, scheme: str, as_of: dt.date, rules: Rules) -> Notes:
    """What is odd about the date signed and the printed expiry of one certificate (a Day each, or
    None): signed after the as-of date, ended before it began, too long a term, expired."""
    return dict(_notes(signed, end, scheme, as_of, rules))


def _notes(
    signed: object, end: object, scheme: str, as_of: dt.date, rules: Rules
) -> Iterator[tuple[tuple[str, str], Facts]]:
    last = end.date if isinstance(end, Day) else None
    if isinstance(signed, Day):
        usual = last_day(signed.date, scheme, rules) if signed.precision == "day" else None
        if signed.date > as_of:
            yield ("date", "date_after_as_of"), {"as_of": _shown(as_of)}
        if last and last < signed.date:
            yield ("expiry", "expiry_before_date"), {"signed": _shown(signed.date)}
            return
        if last and usual and last > usual + _MONTH_OF_GRACE:
            years = validity_years(signed.date, scheme, rules)
            yield ("expiry", "term_too_long"), {"signed": _shown(signed.date), "years": years}
        last = last or usual
    if last and last < as_of:
        attribute = "expiry" if isinstance(end, Day) else "date"
        yield (attribute, "certificate_expired"), {"last": _shown(last), "as_of": _shown(as_of)}


def _shown(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
