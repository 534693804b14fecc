"""How long a certificate runs, and what is odd about its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import methodcaller
from typing import Any

from analysis.clean.certificates import span_of
from analysis.clean.columns import CleanTable, places
from analysis.clean.dates import Day
from analysis.clean.values import is_ranked
from analysis.raw import Coded
from analysis.reference import Rules, is_issued, last_day, rules_on, since_when, validity_years
from analysis.workbooks.grid import merged, paired

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
    # What ended when it could not be renewed any more is nothing to look into: the stock runs off.
    if last and last < as_of and is_issued(last, scheme, rules):
        attribute = "expiry" if isinstance(end, Day) else "date"
        yield (attribute, "certificate_expired"), {"last": _shown(last), "as_of": _shown(as_of)}


def check_issued(cleaned: CleanTable, scheme: str, as_of: dt.date, rules: Rules) -> None:
    """A certificate that was not to be had on its day ([[issued]] of regimes.toml) is in doubt: its
    day, where no such certificate was issued any more, else its level. One that has ended holds at
    no level: there the level is for a person to look at and moves no figure."""
    ends = cleaned.column(f"{scheme}_expiry")
    names = [f"{scheme}_level", f"{scheme}_date", "education_level"]
    level, signed, kind = map(cleaned.column, names)
    held = merged(level.codes, [v if _is_held(v) else None for v in level.values])
    since = merged(signed.codes, [_held_since(day, as_of, rules) for day in signed.values])
    told = paired(paired(held, since), kind).map(lambda c: _not_issued(*c[0], c[1], scheme, rules))
    sure = ~cleaned.faults_in(*names)
    for i in places(told.where(bool) & sure & ~cleaned.barred):
        attribute, rule, facts = told[i] or ("", "", {})
        other = names[0] if attribute == "date" else names[1]
        shown = rules.columns[names[0]].heading.partition(" - ")[0]
        never = rule == "scheme_not_for"  # whatever its day
        day = {} if never else {"signed": _shown(signed[i].date)}
        facts = day | facts | {"scheme": shown, "other": cleaned.cell(i, other) or "–"}
        # No figure counts what a scheme is not for, so there is nothing to doubt but to look at.
        is_moot = never or (
            attribute == "level" and _has_ended(signed[i], ends[i], scheme, as_of, rules)
        )
        note = cleaned.warn if is_moot else cleaned.doubt
        note(i, f"{scheme}_{attribute}", rule, **facts)


def _has_ended(signed: object, end: object, scheme: str, as_of: dt.date, rules: Rules) -> bool:
    if isinstance(end, Day):
        return end.date < as_of
    last = last_day(span_of(signed)[1], scheme, rules) if isinstance(signed, Day) else None
    return last is not None and last < as_of


def _is_held(level: object) -> bool:
    return is_ranked(level) or level == "unknown_level"


def _held_since(signed: object, as_of: dt.date, rules: Rules) -> tuple[dt.date, ...]:
    """Since when the laws hold that a certificate may be of; () where no day is stated, or one
    after the as-of date, which says nothing of it and was told already."""
    if not isinstance(signed, Day) or signed.date > as_of:
        return ()
    return tuple(since_when(day, rules, "issued") for day in span_of(signed))


def _not_issued(
    level: object, since: tuple[dt.date, ...], kind: object, scheme: str, rules: Rules
) -> tuple[str, str, Facts] | None:
    """Why there can be no such certificate by any of the laws that hold since then: the attribute
    to look at, the message and its facts."""
    if level is None:
        return None
    not_for = rules.regulations["not_for"]
    if kind in not_for[scheme]:
        return "level", "scheme_not_for", {"kind": kind, "source": not_for["source"]}
    if not since:
        return None
    laws = rules_on("issued", since, rules)
    law: Facts = {"source": laws[0]["source"]}
    if not any(scheme in law for law in laws):
        late = rules.regimes["transition"]["begun_before"]
        counts = late["scheme"] == scheme and late["read_as"] == "counts"
        law["since"] = _shown(laws[0]["from"]) if "from" in laws[0] else "–"
        return None if counts else ("date", "scheme_not_issued", law)
    if not is_ranked(level):
        return None
    if not any(int(str(level)) in law.get(scheme, ()) for law in laws):
        known = ", ".join(map(str, laws[0][scheme]))
        return "level", "level_not_issued", law | {"known": known}
    if all(kind in law.get("unranked", {}).get(scheme, ()) for law in laws):
        return "level", "level_not_ranked", law | {"kind": kind}
    return None


def _shown(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
