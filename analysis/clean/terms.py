"""How long a certificate runs, and what is odd about its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from analysis.clean.columns import CleanTable, places
from analysis.clean.dates import Day
from analysis.clean.values import is_ranked
from analysis.raw import Coded
from analysis.raw.grid import paired
from analysis.reference import Rules, last_day, validity_years

_MONTH_OF_GRACE = dt.timedelta(days=31)  # some terms run from the day the decision takes effect


class Note(NamedTuple):
    """One thing that is odd: the attribute whose cell it is about, the message, its facts."""

    attribute: str
    rule: str
    facts: dict[str, object]


Notes = tuple[Note, ...]


def check_terms(cleaned: CleanTable, scheme: str, as_of: dt.date, rules: Rules) -> None:
    """The dates of a certificate against each other and the as-of date; each pair once."""
    signed, ends = cleaned.column(f"{scheme}_date"), cleaned.column(f"{scheme}_expiry")
    notes = paired(signed, ends).map(lambda pair: judge_term(*pair, scheme, as_of, rules))
    heading = rules.columns[f"{scheme}_level"].heading.partition(" - ")[0]
    for attribute, rule in sorted({(n.attribute, n.rule) for some in notes.values for n in some}):
        found = notes.map(partial(_facts, attribute, rule, {"scheme": heading}))
        _tell(cleaned, f"{scheme}_{attribute}", rule, found)


def _facts(
    attribute: str, rule: str, more: dict[str, object], notes: Notes
) -> dict[str, object] | None:
    """What a rule has to say of an attribute, None where nothing."""
    of_rule = (n.facts | more for n in notes if (n.attribute, n.rule) == (attribute, rule))
    return next(of_rule, None)


def _tell(
    cleaned: CleanTable, name: str, rule: str, found: Coded[dict[str, object] | None]
) -> None:
    """Set aside what cannot be, warn of the rest; only a level that is stated can have expired."""
    rows = found.where(lambda facts: facts is not None)
    if rule == "expiry_before_date":
        for i in places(rows):
            cleaned.set_aside(i, name, rule, **(found[i] or {}))
        return
    if rule == "certificate_expired":
        rows &= cleaned.column(f"{name.partition('_')[0]}_level").where(is_ranked)
    if rows.any():
        cleaned.warn_of(rows, name, rule, lambda i: found[i] or {})


def judge_term(signed: object, end: object, scheme: str, as_of: dt.date, rules: Rules) -> Notes:
    """What is odd about the date signed and the printed expiry of one certificate (a Day each, or
    None): signed after the as-of date, ended before it began, too long a term, expired."""
    return tuple(_notes(signed, end, scheme, as_of, rules))


def _notes(
    signed: object, end: object, scheme: str, as_of: dt.date, rules: Rules
) -> Iterator[Note]:
    last = end.date if isinstance(end, Day) else None
    if isinstance(signed, Day):
        usual = last_day(signed.date, scheme, rules) if signed.precision == "day" else None
        began: dict[str, object] = {"signed": _shown(signed.date)}
        if signed.date > as_of:
            yield Note("date", "date_after_as_of", {"as_of": _shown(as_of)})
        if last and last < signed.date:
            yield Note("expiry", "expiry_before_date", began)
            return
        if last and usual and last > usual + _MONTH_OF_GRACE:
            years = validity_years(signed.date, scheme, rules)
            yield Note("expiry", "term_too_long", {**began, "years": years})
        last = last or usual
    if last and last < as_of:
        attribute = "expiry" if isinstance(end, Day) else "date"
        facts: dict[str, object] = {"last": _shown(last), "as_of": _shown(as_of)}
        yield Note(attribute, "certificate_expired", facts)


def _shown(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
