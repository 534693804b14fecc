"""The law on certificates over time: which rule holds on a day, and the dates it leads to.

All of it is data (regimes.toml, with article and how sure we are); dates are arguments. A term of
months or years ends on the corresponding day, or on the last day of a month that has no such day
(Bộ luật Dân sự 2015 Điều 147, 148): a year from 29/02/2024 ends on 28/02/2025.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analysis.reference.trouble import SuiteError

if TYPE_CHECKING:
    from analysis.reference.rules import Rules

# Rules with a day they hold from; each is a list, oldest first.
DATED = (
    *("regime", "validity", "issued", "renewal", "waiting", "signer", "cqg_asks"),
    "eligibility",
    "merger",
)
_OF_REGIME = {"id", "ladder", "vi", "en"}


@dataclass(frozen=True)
class Regime:
    """A body of rules and the days it is in force; `ladder`: same ladder, same meaning of Mức."""

    id: str
    ladder: str
    start: dt.date
    end: dt.date
    vi: str
    en: str
    source: str
    sure: str

    def name(self, lang: str) -> str:
        """The regime as one calls it."""
        return self.en if lang == "en" else self.vi


def checked_regimes(tables: dict[str, Any], file: str = "regimes.toml") -> Mapping[str, Any]:
    """The tables of regimes.toml, if every dated rule has its source, is in order, and names
    signers there are; else SuiteError with all faults."""
    faults = [f for name in DATED for f in _faults(name, tables.get(name, []))]
    named = {entry[s] for entry in tables["signer"] for s in ("kdclgd", "cqg") if s in entry}
    faults += [f"signer: {who!r}" for who in sorted(named - set(tables["signers"]))]
    if (way := tables["transition"]["begun_before"]["read_as"]) not in ("doubt", "counts"):
        faults.append(f"transition.begun_before: read_as = {way!r}")
    if faults:
        raise SuiteError("bad_settings", file=file, cause="; ".join(faults))
    return tables


def _faults(name: str, entries: list[dict[str, Any]]) -> list[str]:
    needs = {"source", "sure"} | (_OF_REGIME if name == "regime" else set())
    faults = [f"{name} {i + 1}: {sorted(needs - set(e))}" for i, e in enumerate(entries)
              if needs - set(e)]  # fmt: skip
    days = [_start(entry) for entry in entries]
    if not days or days[0] != dt.date.min or days != sorted(set(days)):
        faults.append(f"{name}: from = {[str(d) for d in days]}")
    return faults


def _start(entry: Mapping[str, Any]) -> dt.date:
    start: dt.date = entry.get("from", dt.date.min)
    return start


def _ends(entries: list[Mapping[str, Any]]) -> list[dt.date]:
    """The last day of each: the day before the next begins."""
    return [_start(e) - dt.timedelta(1) for e in entries[1:]] + [dt.date.max]


def rule_on(name: str, day: dt.date, rules: Rules) -> Mapping[str, Any]:
    """The entry of a dated rule (one of DATED) that holds on a day."""
    (entry,) = rules_on(name, [day], rules)
    return entry


def rules_on(name: str, days: Iterable[dt.date], rules: Rules) -> list[Mapping[str, Any]]:
    """For each day the entry of a dated rule that holds on it."""
    entries: list[Mapping[str, Any]] = rules.regimes[name]
    return [entries[bisect_right(entries, day, key=_start) - 1] for day in days]


def since_when(day: dt.date, rules: Rules, *names: str) -> dt.date:
    """The first day from which on all these dated rules held as they do on this day; on it they
    hold as well, so that what depends on nothing else need be asked once of each such day."""
    return max(_start(rule_on(name, day, rules)) for name in names)


def list_regimes(rules: Rules) -> list[Regime]:
    """All regimes, oldest first; the last has no end yet."""
    entries = rules.regimes["regime"]
    return [
        Regime(e["id"], e["ladder"], _start(e), end, e["vi"], e["en"], e["source"], e["sure"])
        for e, end in zip(entries, _ends(entries), strict=True)
    ]


def regime_on(day: dt.date, rules: Rules) -> Regime:
    """The regime in force on a day."""
    return [r for r in list_regimes(rules) if r.start <= day][-1]


def validity_years(day: dt.date, scheme: str, rules: Rules) -> int | None:
    """For how many years a certificate signed on this day runs."""
    return rule_on("validity", day, rules).get(scheme)


def signer_on(day: dt.date, scheme: str, rules: Rules) -> str | None:
    """Who signs a certificate on this day: "director" of the Sở or "chairman" of the province.

    KĐCLGD: the director. CQG: the chairman to 24/01/2025, then the director (Thông tư 22/2024).
    """
    return rule_on("signer", day, rules).get(scheme)


def signer_of(decision: str, rules: Rules) -> str | None:
    """Who signed, by the end of the decision's number: "780/QĐ-UBND" is "chairman"; None where the
    letters do not tell."""
    issuer = decision.rpartition("-")[2]
    signers = rules.regimes["signers"]
    return next((name for name, s in signers.items() if issuer in s["issuers"]), None)


def comparable(one: dt.date, other: dt.date, rules: Rules) -> bool:
    """Whether "Mức 2" means the same on two days: they are on one ladder."""
    first, second = rules_on("regime", [one, other], rules)
    return bool(first["ladder"] == second["ladder"])


def cqg_asks(day: dt.date, level: int, rules: Rules) -> int | None:
    """The KĐCLGD level a CQG level asks for by the law of this day: 2 and 3 under the circulars of
    2018; none before them, and none since 07/7/2026: the result that Thông tư 57/2026 asks for
    ([[cqg_asks]]) is certified by no KĐCLGD certificate any more."""
    if not is_issued(day, "kdclgd", rules):
        return None
    return rule_on("cqg_asks", day, rules).get(str(level))


def is_issued(day: dt.date, scheme: str, rules: Rules) -> bool:
    """Whether certificates of a scheme are issued on this day: of KĐCLGD none is any more since
    07/7/2026 (Thông tư 57/2026)."""
    return scheme in rule_on("issued", day, rules)


def is_recognised_unranked(day: dt.date, scheme: str, rules: Rules) -> bool:
    """Whether some schools are recognised without a level on this day: as CQG to 09/10/2018 (Thông
    tư 47/2012)."""
    return scheme in rule_on("issued", day, rules).get("unranked", {})


def term_end(day: dt.date, months: int) -> dt.date:
    """The day a term of so many months from this day ends on; a negative one counts back."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if day.day <= 28:  # in every month
        return day.replace(year, month + 1)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def differ_in_season(days: Mapping[str, dt.date]) -> bool:
    """Whether the as-of days of school years that are compared lie otherwise than whole years
    apart: 31/05/2026 and 30/09/2026, though their school years follow each other."""
    return any(
        term_end(days[one], 12 * (int(other[:4]) - int(one[:4]))) != days[other]
        for one, other in pairwise(sorted(days))
    )


def last_day(signed: dt.date, scheme: str, rules: Rules) -> dt.date | None:
    """The last day in force of a certificate without a printed expiry."""
    years = validity_years(signed, scheme, rules)
    if years is None:
        return None
    ends_that_day = rules.regimes["calendar"]["anniversary_in_force"]
    return term_end(signed, 12 * years) - dt.timedelta(0 if ends_that_day else 1)


def earliest_upgrade(
    signed: dt.date,
    scheme: str,
    level: int,
    rules: Rules,
    *,
    not_before: dt.date = dt.date.min,
) -> dt.date | None:
    """The first day a school may ask for a level above `level`, held since `signed`.

    The law of the day of asking decides, so a later law can shorten the wait or lengthen it again.
    CQG signed 01/8/2025: one year would have ended on 01/8/2026, but since 07/7/2026 it takes two,
    so 01/8/2027. `not_before` leaves out days that have passed. None where there is no higher
    level, or no law in sight that leads to it.
    """
    if level >= max(rules.levels(scheme)):
        return None
    entries = rules.regimes["waiting"]
    for entry, end in zip(entries, _ends(entries), strict=True):
        if scheme in entry:
            day = max(_start(entry), not_before, _after_waiting(signed, entry[scheme], rules))
            if day <= end:
                return day
    return None


def _after_waiting(signed: dt.date, years: int, rules: Rules) -> dt.date:
    on_anniversary = rules.regimes["calendar"]["upgrade_on_anniversary"]
    return term_end(signed, 12 * years) + dt.timedelta(0 if on_anniversary else 1)


def renewal_due(expires: dt.date, rules: Rules) -> dt.date:
    """The last day to register for renewal: 5 months before the certificate ends."""
    return term_end(expires, -rule_on("renewal", expires, rules)["lead_months"])


def alert_from(expires: dt.date, rules: Rules) -> dt.date:
    """From when the end of a certificate is pointed out: 12 months before."""
    return term_end(expires, -rule_on("renewal", expires, rules)["alert_months"])
