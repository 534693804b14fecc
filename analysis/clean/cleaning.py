"""From tables to schools: every row of a school, set aside or ignored, and the account adds up."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import pandas as pd

from analysis.clean.certificate_rows import gather_certificates
from analysis.clean.checks import check_rows, check_schemes, odd_rows
from analysis.clean.columns import CleanTable, clean_columns
from analysis.clean.findings import (
    DOUBT,
    IGNORED,
    REPAIRED,
    SET_ASIDE,
    WARNING,
    Finding,
    Findings,
    Part,
    Repairs,
)
from analysis.clean.gathering import GATHERED, Joined, gather, joined_rows, place_of
from analysis.clean.places import settle_units
from analysis.clean.plain import INDICATORS, indicator_rows
from analysis.clean.rows import Rows, blank_levels, complete, fill_blanks
from analysis.clean.schools import (
    accepted_values,
    school_keys,
    schools_frame,
    set_aside_frame,
    shown_columns,
)
from analysis.clean.totals import check_totals
from analysis.raw import Coded, Flags, Raw, Remark
from analysis.reference import SCHEMES, Reference, Rules, SuiteError, Units, say
from analysis.reference.units import TWO_TIERS
from analysis.workbooks.limits import bounds

ISSUE_COLUMNS = [
    "outcome",
    "source_file",
    "source_sheet",
    "source_row",
    "cell",
    "column",
    "source_value",
    "clean_value",
    "rule",
]
LEDGER_COLUMNS = ["source_file", "source_sheet", "rows_in", "accepted", SET_ASIDE, IGNORED]
LEDGER_COLUMNS += ["schools", "doubts"]


@dataclass(frozen=True)
class Cleaned:
    """What came of the rows.

    `rows`: the rows of schools, one for each; `retold`: further rows of the same schools; `barred`:
    rows of which nobody can tell which school they are. `findings`: repairs, doubts, rows set
    aside, ignored rows and warnings. `remarks`: what a person should look at in a file as a whole.
    `account`: rows in = accepted + set aside + ignored, sheet by sheet, and how many schools these
    are. `blanks`: by scheme the schools whose level is blank where a list has a column for it.
    `joined`: what was joined to the rows that stand for a school, and why.
    The tables are made when they are first asked for.
    """

    school_year: str
    rules: Rules
    rows: Rows
    retold: Rows
    barred: Rows
    findings: Findings
    remarks: tuple[Remark, ...]
    account: tuple[Mapping[str, Any], ...]
    indicator_rows: Sequence[Sequence[Any]]
    blanks: Mapping[str, int] = field(default_factory=dict)
    joined: Sequence[Joined] = ()

    @property
    def schemes(self) -> list[str]:
        """The schemes the lists of the year have a column for."""
        return [scheme for scheme in SCHEMES if self.rows.states(scheme)]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The office's own figures, see `indicator_rows`."""
        return pd.DataFrame(self.indicator_rows, columns=INDICATORS)

    @cached_property
    def schools(self) -> pd.DataFrame:
        """One row per school, see `schools_frame`."""
        return schools_frame(self.rows, self.school_year, self.rules)

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row per school as the sheets have them, with clean values: see `accepted_values`."""
        return accepted_values(self.rows.as_they_stand(), self.rules)

    @cached_property
    def told(self) -> pd.DataFrame:
        """The same for every row of a school, those that were joined to others below."""
        more = accepted_values(self.retold, self.rules) if len(self.retold) else None
        return self.values if more is None else pd.concat([self.values, more], ignore_index=True)

    @cached_property
    def shown(self) -> Mapping[str, Coded[Any]]:
        """The columns of `values`, each with its distinct values."""
        return shown_columns(self.rows.as_they_stand(), self.rules)

    @cached_property
    def kept_out(self) -> pd.DataFrame:
        """One row per row set aside, see `schools_frame`."""
        return set_aside_frame(self.barred, self.school_year, self.rules)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row per sheet: source_file, source_sheet, rows_in, accepted, set_aside, ignored (the
        first is the sum of the other three), and of the accepted ones how many `schools` they are,
        and how many cells of them are in doubt (`doubts`)."""
        return pd.DataFrame(self.account, columns=LEDGER_COLUMNS)

    def issues(self, lang: str = "vi") -> pd.DataFrame:
        """One row per finding: outcome, place, values, rule, and the message in words."""
        if lang not in self._issues:
            records = [
                [f.outcome, f.file, f.sheet, f.row, f.cell, f.column, f.source_value, f.clean_value,
                 f.rule, f.text(lang)]
                for f in self.findings
            ]  # fmt: skip
            self._issues[lang] = pd.DataFrame(records, columns=[*ISSUE_COLUMNS, "message"])
        return self._issues[lang]

    def keys(self, rows: Rows) -> list[str]:
        """The key of the school each row speaks of: its code, else its name and place. A row that
        tells of a school once more has the key of the row that stands for it."""
        own = school_keys(rows)
        stands = {place: key for table in rows.tables for place, key in table.stands_for.items()}
        if not stands:
            return own
        places = [rows.place(at) for at in range(len(rows))]
        found = [stands.get((id(table), i)) for table, i in places]
        return [self._key_of.get(f, k) if f else k for f, k in zip(found, own, strict=True)]

    @cached_property
    def _key_of(self) -> dict[tuple[int, int], str]:
        """The key of the school each row stands for, by its table and its place there."""
        places = map(self.rows.place, range(len(self.rows)))
        keys = school_keys(self.rows)
        return {(id(table), i): key for (table, i), key in zip(places, keys, strict=True)}

    @cached_property
    def gathered(self) -> pd.DataFrame:
        """One row per row that speaks of a school another row stands for: school_id, school_name;
        where it stands (source_file, source_sheet, source_row) and where the other does
        (stands_file, stands_sheet, stands_row); joined_by: code, name or directory; gives,
        contradicts: the columns it completes, and those it says otherwise, by our names."""
        rows = joined_rows(self.joined, self._key_of) if self.joined else []
        return pd.DataFrame(rows, columns=GATHERED)

    def rows_of_school(self, file: str, sheet: str, row: int) -> list[tuple[str, str, int]]:
        """Where the rows of a school stand: the one that stands for it first."""
        return [(file, sheet, row), *self._joined_to.get((file, sheet, row), ())]

    @cached_property
    def _joined_to(self) -> dict[tuple[str, str, int], list[tuple[str, str, int]]]:
        found: dict[tuple[str, str, int], list[tuple[str, str, int]]] = defaultdict(list)
        for one in self.joined:
            found[place_of(one.stands)].append(place_of(one.row))
        return found

    @property
    def doubtful(self) -> int:
        """How many cells of schools are in doubt."""
        return self.findings.count(DOUBT)

    @cached_property
    def _issues(self) -> dict[str, pd.DataFrame]:
        return {}

    @property
    def rows_set_aside(self) -> int:
        """How many rows are kept out because nobody can tell which school they are."""
        return sum(sheet[SET_ASIDE] for sheet in self.account)


def clean_schools(
    raw: Raw,
    rules: Rules,
    *,
    school_year: str,
    as_of: dt.date | None = None,
    blank: Mapping[str, str] | None = None,
    office: Reference | None = None,
    events: bool = False,
) -> Cleaned:
    """Clean the rosters of one school year.

    Dates after 31 August that ends the school year, and after the as-of date, are slips. `blank`
    says by scheme what a blank level means, "not_stated" (if nothing is said) or "none"; `office`
    has the places and schools the office knows. `events`: each row is a recognition of its own, and
    is not gathered with others of its school. Raises SuiteError if the account of the rows does not
    add up, which would be a fault of this package; InputError if it takes longer than allowed.
    """
    with bounds(*raw.books):
        return _cleaned(raw, rules, school_year, as_of, blank or {}, office, events)


def _cleaned(
    raw: Raw,
    rules: Rules,
    school_year: str,
    as_of: dt.date | None,
    blank: Mapping[str, str],
    office: Reference | None,
    events: bool,
) -> Cleaned:
    day = as_of or rules.as_of(school_year)
    latest = max(dt.date(int(school_year[5:9]), 8, 31), day)
    tables = [clean_columns(t, rules, latest) for t in raw.of_kind("schools")]
    units = office.units if office else Units()

    @cache
    def restate(unit: str, district: str, province: str) -> Sequence[str]:
        before, where = TWO_TIERS - dt.timedelta(1), {"district": district, "province": province}
        return units.restated(unit, before, day, **where) or ()

    for cleaned in tables:
        gather_certificates(cleaned, rules)
    remarks = [*_not_found(raw, tables, rules)]
    for cleaned in tables:
        check_rows(cleaned, rules, day)
        remarks += [*check_totals(cleaned, rules), *odd_rows(cleaned)]
        cleaned.blank_doubts()
    remarks += settle_units(tables, units, day, rules)
    gathered = gather(tables, rules, office.directory if office else None, restate, events)
    for cleaned in tables:
        cleaned.blank_doubts()
    copies = gathered.copies
    kept = [~(c.barred | copied) for c, copied in zip(tables, copies, strict=True)]
    rows = Rows(tables, [k & ~t.retold for t, k in zip(tables, kept, strict=True)])
    complete(rows, gathered.lent)
    check_schemes(rows, day, rules)
    blanks = {scheme: int(blank_levels(rows, scheme, rules).sum()) for scheme in SCHEMES}
    for scheme, means in blank.items():
        if means == "none":
            fill_blanks(rows, scheme)
    indicators, faults = indicator_rows(raw, school_year)
    notes = [_settled(t, copied) for t, copied in zip(tables, copies, strict=True)]
    findings = Findings([*_ignored(raw), *(n for some in notes for n in some), *faults])
    return Cleaned(
        school_year=school_year,
        rules=rules,
        rows=rows,
        retold=Rows(tables, [k & t.retold for t, k in zip(tables, kept, strict=True)]),
        barred=Rows(tables, [t.barred for t in tables]),
        findings=findings,
        remarks=tuple(remarks),
        account=tuple(_account(raw, tables, kept, findings)),
        indicator_rows=indicators,
        blanks=blanks,
        joined=tuple(gathered.joined),
    )


def _not_found(raw: Raw, tables: Sequence[CleanTable], rules: Rules) -> Iterator[Remark]:
    """The remarks on files, without the columns that are missing by their headings there, and have
    one in another table or stand in the cells of others."""
    elsewhere = {rules.columns[n].heading for t in raw.of_kind("schools") for n in t.header.columns}
    held = {
        (c.table.file, c.table.sheet, rules.columns[name].heading)
        for c in tables
        for name in c.columns
    }
    for remark in raw.remarks:
        if remark.key != "columns_missing":
            yield remark
            continue
        place = remark.facts["file"], remark.facts["sheet"]
        names = str(remark.facts["listed"]).split(", ")
        missing = [n for n in names if n not in elsewhere and (*place, n) not in held]
        if missing:
            yield Remark(remark.key, {**remark.facts, "listed": ", ".join(missing)})


def _settled(cleaned: CleanTable, copied: Flags) -> Iterator[Part]:
    """The notes on a table, now that the fate of each row is known.

    A copy has no doubts of its own, nor has a row whose cells may stand in the wrong columns; what
    else cannot be read of a row set aside is one more reason. A cell in doubt was not repaired.
    """
    single = [note for note in cleaned.notes if isinstance(note, Finding)]
    barring = {(note.row, note.column) for note in single if note.outcome == SET_ASIDE}
    at = {note.row: bisect_left(cleaned.table.rows, note.row) for note in single}
    more = []
    for note in cleaned.notes:
        if isinstance(note, Repairs):
            if len(rows := note.rows[~cleaned.faults_in(note.column)[note.rows]]):
                yield replace(note, rows=rows)
        elif not isinstance(note, Finding) or note.outcome not in (DOUBT, REPAIRED):
            yield note
        elif note.outcome == REPAIRED:
            if not cleaned.is_faulty(at[note.row], note.column):
                yield note
        elif not cleaned.barred[at[note.row]]:
            if not copied[at[note.row]]:
                yield note
        elif note.row not in cleaned.table.ragged and (note.row, note.column) not in barring:
            more.append(replace(note, outcome=SET_ASIDE))
    yield from more


def _ignored(raw: Raw) -> Iterator[Finding]:
    for g in raw.ignored:
        yield Finding(IGNORED, g.file, g.sheet, g.row, "", "", "", "", f"row_{g.reason}")


def _account(
    raw: Raw, tables: list[CleanTable], kept: list[Flags], findings: Findings
) -> Iterator[dict[str, Any]]:
    """Rows in = accepted + set aside + ignored, sheet by sheet."""
    accepted: Counter[tuple[str, str]] = Counter()
    schools: Counter[tuple[str, str]] = Counter()
    for cleaned, rows in zip(tables, kept, strict=True):
        accepted[cleaned.table.file, cleaned.table.sheet] += int(rows.sum())
        schools[cleaned.table.file, cleaned.table.sheet] += int((rows & ~cleaned.retold).sum())
    doubts = Counter((f.file, f.sheet) for f in findings.of(DOUBT))
    set_aside, ignored = _rows(findings.of(SET_ASIDE)), _rows(findings.of(IGNORED))
    for table in raw.tables:
        if table.kind != "schools":
            place = (table.file, table.sheet)
            accepted[place] += len(table.rows) - set_aside[place]
    for place, rows_in in raw.rows_in.items():
        fates = accepted[place], set_aside[place], ignored[place]
        if rows_in != sum(fates):
            raise SuiteError("ledger_broken", file=place[0], sheet=place[1])
        told = (*place, rows_in, *fates, schools[place], doubts[place])
        yield dict(zip(LEDGER_COLUMNS, told, strict=True))


def _rows(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """How many rows of each sheet the findings are about; a row with two faults is one row."""
    rows = {(f.file, f.sheet, f.row) for f in findings}
    return Counter((file, sheet) for file, sheet, _ in rows)


def remark_texts(cleaned: Cleaned, lang: str = "vi") -> Iterator[str]:
    """Remarks about files and warnings about cells, in words."""
    for remark in cleaned.remarks:
        yield say(remark.key, lang, **remark.facts)
    for warning in cleaned.findings.of(WARNING):
        yield warning.text(lang)
