"""From tables to schools: every row accepted, set aside or ignored, and the account adds up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.clean.checks import check_rows
from analysis.clean.columns import CleanTable, clean_columns
from analysis.clean.duplicates import settle_duplicates
from analysis.clean.findings import IGNORED, SET_ASIDE, WARNING, Finding, Findings
from analysis.clean.plain import INDICATORS, indicator_rows
from analysis.clean.rows import Rows
from analysis.clean.schools import accepted_values, kept_out_frame, schools_frame, shown_columns
from analysis.clean.totals import check_totals
from analysis.raw import Coded, Flags, Raw, Remark
from analysis.reference import Rules, SuiteError, say

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


@dataclass(frozen=True)
class Cleaned:
    """What came of the rows.

    `rows`: the accepted rows, and `barred` those set aside. `findings`: repairs, rows set aside
    (one for each fault), ignored rows and warnings. `remarks`: what a person should look at in a
    file as a whole. `account`: rows in = accepted + set aside + ignored, sheet by sheet.
    The tables are made when they are first asked for.
    """

    school_year: str
    rules: Rules
    rows: Rows
    barred: Rows
    findings: Findings
    remarks: tuple[Remark, ...]
    account: tuple[Mapping[str, Any], ...]
    indicator_rows: Sequence[Sequence[Any]]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The office's own figures, see `clean_indicators`."""
        return pd.DataFrame(self.indicator_rows, columns=INDICATORS)

    @cached_property
    def schools(self) -> pd.DataFrame:
        """One row per school, see `schools_frame`."""
        return schools_frame(self.rows, self.school_year, self.rules)

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row per school as the sheets have them, with clean values: see `accepted_values`."""
        return accepted_values(self.rows, self.rules)

    @cached_property
    def shown(self) -> Mapping[str, Coded[Any]]:
        """The columns of `values`, each with its distinct values."""
        return shown_columns(self.rows, self.rules)

    @cached_property
    def kept_out(self) -> pd.DataFrame:
        """One row per row set aside, see `kept_out_frame`."""
        return kept_out_frame(self.barred, self.school_year, self.rules)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row per sheet: source_file, source_sheet, rows_in, accepted, set_aside, ignored."""
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

    @cached_property
    def _issues(self) -> dict[str, pd.DataFrame]:
        return {}

    @property
    def schools_set_aside(self) -> int:
        """How many rows are kept out because of a fault."""
        return sum(sheet[SET_ASIDE] for sheet in self.account)


def clean_schools(
    raw: Raw, rules: Rules, *, school_year: str, as_of: dt.date | None = None
) -> Cleaned:
    """Clean the rosters of one school year.

    Dates after 31 August that ends the school year are slips. Raises SuiteError if the account of
    the rows does not add up, which would be a fault of this package.
    """
    day = as_of or rules.as_of(school_year)
    latest = dt.date(int(school_year[5:9]), 8, 31)
    tables = [clean_columns(t, rules, latest) for t in raw.of_kind("schools")]
    remarks = list(raw.remarks)
    for cleaned in tables:
        check_rows(cleaned, rules, day)
        remarks += check_totals(cleaned, rules)
    copies = settle_duplicates(tables, rules)
    kept = [~(c.barred | copied) for c, copied in zip(tables, copies, strict=True)]
    indicators, faults = indicator_rows(raw, school_year)
    findings = Findings([*_ignored(raw), *(n for t in tables for n in t.notes), *faults])
    return Cleaned(
        school_year=school_year,
        rules=rules,
        rows=Rows(tables, kept),
        barred=Rows(tables, [t.barred for t in tables]),
        findings=findings,
        remarks=tuple(remarks),
        account=tuple(_account(raw, tables, kept, findings)),
        indicator_rows=indicators,
    )


def _ignored(raw: Raw) -> Iterator[Finding]:
    for g in raw.ignored:
        yield Finding(IGNORED, g.file, g.sheet, g.row, "", "", "", "", f"row_{g.reason}")


def _account(
    raw: Raw, tables: list[CleanTable], kept: list[Flags], findings: Findings
) -> Iterator[dict[str, Any]]:
    """Rows in = accepted + set aside + ignored, sheet by sheet."""
    accepted: Counter[tuple[str, str]] = Counter()
    for cleaned, rows in zip(tables, kept, strict=True):
        accepted[cleaned.table.file, cleaned.table.sheet] += int(rows.sum())
    set_aside, ignored = _rows(findings.of(SET_ASIDE)), _rows(findings.of(IGNORED))
    for table in raw.tables:
        if table.kind != "schools":
            place = (table.file, table.sheet)
            accepted[place] += len(table.rows) - set_aside[place]
    for place, rows_in in raw.rows_in.items():
        fates = accepted[place], set_aside[place], ignored[place]
        if rows_in != sum(fates):
            raise SuiteError("ledger_broken", file=place[0], sheet=place[1])
        yield dict(zip(LEDGER_COLUMNS, (*place, rows_in, *fates), strict=True))


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
