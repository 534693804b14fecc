"""What may be written in each column of the form: lists, limits and dates, as spreadsheets ask for
them, and the words beside a cell."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from analysis.reference import SCHEMES, Rules, is_issued, last_day, rules_on, say

FORM = tomllib.loads(Path(__file__).with_name("form.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Asked:
    """What a form is about, and for whom. `units`: the wards and communes to choose from; `codes`:
    the school codes that are known; `stated`: the columns last year's lists stated."""

    school_year: str
    as_of: dt.date
    office: str
    contact: str
    rules: Rules
    units: Sequence[str] = ()
    codes: Sequence[str] = ()
    stated: Sequence[str] = ()
    synthetic: bool = False
    lang: str = "vi"

    @cached_property
    def terms(self) -> Mapping[str, Term]:
        """By scheme, when its certificates may have been signed."""
        return {scheme: _term(scheme, self.as_of, self.rules) for scheme in SCHEMES}

    @property
    def day(self) -> str:
        """The as-of date, as it is written."""
        return _shown(self.as_of)

    def heading(self, name: str) -> str:
        """What a column is called: read back, so the same in every language."""
        own = FORM["columns"][name].get("heading")
        return str(own or self.rules.columns[name].heading)


class Field(NamedTuple):
    """A column of the form: what it is called, what its cells are, how it is filled in."""

    name: str
    heading: str
    kind: str
    scheme: str
    how: Mapping[str, Any]


class Limit(NamedTuple):
    """What a spreadsheet checks: the kind of check and its formula ("" for none), what it says
    where the check fails, and whether it then insists."""

    type: str = ""
    formula: str = ""
    error: str = ""
    insists: bool = True


class Term(NamedTuple):
    """The days a certificate may have been signed on, since when one signed is still in force on
    the as-of date (None where none can be), and the levels of those."""

    first: dt.date
    last: dt.date
    in_force: dt.date | None
    levels: Sequence[int]


def fields_of(asked: Asked) -> list[Field]:
    """The columns of the form, in their order."""
    found = []
    for name, how in FORM["columns"].items():
        column = asked.rules.columns.get(name)
        if not how.get("if_stated") or name in asked.stated:
            kind, scheme = (column.kind, column.scheme) if column else ("text", "")
            kind = "expiry" if name.endswith("_expiry") else kind
            found.append(Field(name, asked.heading(name), kind, scheme, how))
    return found


def _term(scheme: str, as_of: dt.date, rules: Rules) -> Term:
    """When certificates were signed by the law: a scheme that is issued no more has a last day, so
    far as the law does not let those count that were begun before."""
    first = rules.regulations["dates"]["earliest_decision"]
    late = rules.regimes["transition"]["begun_before"]
    counts = late["scheme"] == scheme and late["read_as"] == "counts"
    days = [first + dt.timedelta(n) for n in range((as_of - first).days + 1)]
    issued = [day for day in days if counts or is_issued(day, scheme, rules)]
    holds = [day for day in issued if (last_day(day, scheme, rules) or day) >= as_of]
    laws = rules_on("issued", holds, rules)
    levels = sorted({level for law in laws for level in law.get(scheme, ())})
    return Term(first, issued[-1], holds[0] if holds else None, levels)


def choices_of(field: Field, asked: Asked) -> list[str | int]:
    """What can be chosen in a column, or who can have issued a decision; nothing elsewhere."""
    words = asked.rules.standard
    if field.kind == "unit":
        return list(asked.units)
    if field.kind == "decision":
        return list(asked.rules.regulations["decision"]["issuers"])
    if field.kind == "education_level":
        return [words[field.kind][level] for level in asked.rules.education_levels]
    if field.kind == "level":
        said = [words["certificate"][word] for word in FORM["instead_of_level"]]
        return [*asked.terms[field.scheme].levels, *said]
    closed = ("ownership", "operating_status", "yes_no")
    return list(words[field.kind].values()) if field.kind in closed else []


def limit_of(field: Field, refs: Mapping[str, str], chosen: str, asked: Asked) -> Limit:
    """The check of a column. `refs`: the cells of the first row; `chosen`: where its list stands.

    Formulas are written for that row; spreadsheets move them along."""
    cell = refs[field.name]
    if field.kind == "decision":
        issuer = f'MID({cell},FIND("/QĐ-",{cell})+4,99)'
        formula = _all([f"ISNUMBER(-LEFT({cell},1))", f"ISNUMBER(MATCH({issuer},{chosen},0))"])
        return Limit("custom", formula, say("form_error_decision", asked.lang), insists=False)
    if chosen:
        return Limit("list", chosen, say("form_error_list", asked.lang))
    if field.kind == "code":
        return _code(cell, asked)
    if field.kind == "count":
        return _count(field.name, refs, asked)
    if field.kind == "expiry":
        return _expiry(field, refs, asked)
    return _date(field, refs, asked) if field.kind == "date" else Limit()


def _code(cell: str, asked: Asked) -> Limit:
    """A code nobody else has; of the sector's form, unless the office has codes of its own."""
    pattern, usual = asked.rules.code_pattern(), asked.rules.regulations["school_code"]["digits"]
    column = cell.lstrip("$").rstrip("0123456789")
    tests = [f"COUNTIF(${column}:${column},{cell})=1"]
    lengths = sorted({usual, *map(len, asked.codes)})
    if all(map(pattern.fullmatch, asked.codes)):
        tests.append(f"OR({','.join(f'LEN({cell})={n}' for n in lengths)})")
    digits = " / ".join(map(str, lengths))
    return Limit("custom", _all(tests), say("form_error_code", asked.lang, digits=digits))


def _count(name: str, refs: Mapping[str, str], asked: Asked) -> Limit:
    """A whole number that is neither more than what it is a part of, nor less than its parts."""
    pairs = [*asked.rules.regulations["part_of"].items(), *FORM["not_more_than"].items()]
    limit, cell = limit_for(name, asked.rules), refs[name]
    tests = [f"ISNUMBER({cell})", f"{cell}=INT({cell})", f"{cell}>=0", f"{cell}<={limit}"]
    parts = [part for part, whole in pairs if whole == name and part in refs]
    wholes = [whole for part, whole in pairs if part == name and whole in refs]
    tests += [f'OR({refs[whole]}="",{cell}<={refs[whole]})' for whole in wholes]
    tests += [f"{cell}>=MAX({','.join(refs[part] for part in parts)})"] if parts else []
    error = say("form_error_count", asked.lang, limit=limit)
    for key, names in (("part", wholes), ("whole", parts)):
        listed = "”, “".join(map(asked.heading, names))
        error += say(f"form_error_{key}", asked.lang, listed=listed) if names else ""
    return Limit("custom", _all(tests), f"{error}.")


def _date(field: Field, refs: Mapping[str, str], asked: Asked) -> Limit:
    """A real day within its range; beside a level the certificate has to be in force."""
    first, last = _range(field, asked)
    cell, rules = refs[field.name], asked.rules
    tests = [f"ISNUMBER({cell})", f"{cell}=INT({cell})"]
    tests += [f"{cell}>={_day(first)}", f"{cell}<={_day(last)}"]
    said = {"first": _shown(first), "last": _shown(last)}
    if not field.scheme:
        return Limit("custom", _all(tests), say("form_error_founded", asked.lang, **said))
    holds = asked.terms[field.scheme].in_force or asked.as_of + dt.timedelta(1)
    beside = [f"NOT(ISNUMBER({refs[f'{field.scheme}_level']}))", f"{cell}>={_day(holds)}"]
    if expiry := refs.get(f"{field.scheme}_expiry"):
        beside.append(f"{expiry}>={_day(asked.as_of)}")
    tests.append(f"OR({','.join(beside)})")
    words = rules.standard["certificate"]
    error = say("form_error_date", asked.lang, in_force=_shown(holds), expired=words["expired"],
                **said)  # fmt: skip
    if kinds := not_for(field.scheme, rules):
        tests += [f'{refs["education_level"]}<>"{kind}"' for kind in kinds]
        name = say(f"scheme_{field.scheme}", asked.lang)
        error += " " + say("form_error_no_scheme", asked.lang, scheme=name, kinds=", ".join(kinds))
    return Limit("custom", _all(tests), error)


def _expiry(field: Field, refs: Mapping[str, str], asked: Asked) -> Limit:
    cell, signed = refs[field.name], refs[f"{field.scheme}_date"]
    years = asked.rules.regimes["validity"][-1][field.scheme]
    tests = [f"ISNUMBER({cell})", f"{cell}=INT({cell})", f"{cell}>={signed}"]
    tests.append(f"{cell}<=EDATE({signed},{12 * years})")
    return Limit("custom", _all(tests), say("form_error_expiry", asked.lang, years=years),
                 insists=False)  # fmt: skip


def not_for(scheme: str, rules: Rules) -> list[str]:
    """The education levels, as they are written, that a scheme is not for."""
    return [rules.standard["education_level"][k] for k in rules.regulations["not_for"][scheme]]


def limit_for(name: str, rules: Rules) -> int:
    """The greatest count that can be of one school."""
    limits = rules.regulations["limits"]
    return int(limits.get(name, limits["other"]))


def help_of(field: Field, asked: Asked) -> str:
    """What to write in a column."""
    told = field.how.get("told", f"column_{field.name}")
    facts: dict[str, object] = {"as_of": asked.day, "note": asked.heading("note")}
    if field.kind == "count":
        facts["limit"] = limit_for(field.name, asked.rules)
    if field.kind == "date":
        facts["first"], facts["last"] = map(_shown, _range(field, asked))
    if field.kind == "level" and not asked.terms[field.scheme].levels:
        told += "_over"
    return say(f"form_{told}", asked.lang, **facts)


def _range(field: Field, asked: Asked) -> tuple[dt.date, dt.date]:
    if field.scheme in SCHEMES:
        term = asked.terms[field.scheme]
        return term.first, term.last
    return asked.rules.regulations["dates"]["earliest_founding"], asked.as_of


def _all(tests: Iterable[str]) -> str:
    return f"AND({','.join(tests)})"


def _day(day: dt.date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _shown(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")
