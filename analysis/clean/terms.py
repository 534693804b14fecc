"""How long a certificate runs, and what is odd about its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from analysis.clean.dates import Day
from analysis.reference import Rules

# The attribute whose cell it is about, the message, its facts.
Note = tuple[str, str, dict[str, object]]
_MONTH_OF_GRACE = dt.timedelta(days=31)  # some terms run from the day the decision takes effect


def judge_term(signed: object, end: object, as_of: dt.date, rules: Rules) -> list[Note]:
    """What is odd about the date signed and the printed expiry of one certificate (a Day each, or
    None): signed after the as-of date, ended before it began, too long a term, expired."""
    return list(_notes(signed, end, as_of, rules))


def _notes(signed: object, end: object, as_of: dt.date, rules: Rules) -> Iterator[Note]:
    last = end.date if isinstance(end, Day) else None
    if isinstance(signed, Day):
        usual = _anniversary(signed, rules)
        began: dict[str, object] = {"signed": _shown(signed.date)}
        if signed.date > as_of:
            yield "date", "date_after_as_of", {"as_of": _shown(as_of)}
        if last and last < signed.date:
            yield "expiry", "expiry_before_date", began
            return
        if last and usual and last > usual + _MONTH_OF_GRACE:
            years = rules.regulations["validity"]["years"]
            yield "expiry", "term_too_long", {**began, "years": years}
        last = last or usual
    if last and last < as_of:
        attribute = "expiry" if isinstance(end, Day) else "date"
        yield attribute, "certificate_expired", {"last": _shown(last), "as_of": _shown(as_of)}


def _anniversary(signed: Day, rules: Rules) -> dt.date | None:
    """The last day by the law; None where the day of signing is not known."""
    if signed.precision != "day":
        return None
    validity = rules.regulations["validity"]
    year = signed.date.year + validity["years"]
    try:
        day = signed.date.replace(year=year)
    except ValueError:  # 29 February
        day = signed.date.replace(year=year, day=28)
    return day if validity["anniversary_in_force"] else day - dt.timedelta(days=1)


def _shown(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
