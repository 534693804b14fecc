"""From tables to schools: every row accepted, set aside or ignored, and the account adds up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from analysis.clean.checks import check_rows
from analysis.clean.columns import CleanTable, clean_columns
from analysis.clean.duplicates import settle_duplicates
from analysis.clean.findings import IGNORED, SET_ASIDE, Finding
from analysis.clean.plain import clean_indicators
from analysis.clean.schools import accepted_values, kept_out_frame, schools_frame
from analysis.clean.totals import check_totals
from analysis.raw import Raw, Remark
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


@dataclass(frozen=True)
class Cleaned:
    """What came of the rows.

    `schools`: one row per school, see `schools_frame`. `values`: the same rows as the sheets have
    them, with clean values. `indicators`: the office's own figures, see `clean_indicators`.
    `kept_out`: one row per row set aside, see `kept_out_frame`.
    `findings`: repairs, rows set aside (one for each fault), ignored rows
    and warnings. `remarks`: what a person should look at in a file as a whole.
    """

    schools: pd.DataFrame
    values: pd.DataFrame
    indicators: pd.DataFrame
    kept_out: pd.DataFrame
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]
    ledger: pd.DataFrame

    def issues(self, lang: str = "vi") -> pd.DataFrame:
        """One row per finding: outcome, place, values, rule, and the message in words."""
        records = [
            [f.outcome, f.file, f.sheet, f.row, f.cell, f.column, f.source_value, f.clean_value,
             f.rule, f.text(lang)]
            for f in self.findings
        ]  # fmt: skip
        return pd.DataFrame(records, columns=[*ISSUE_COLUMNS, "message"])

    @property
    def schools_set_aside(self) -> int:
        """How many rows are kept out because of a fault."""
        return int(self.ledger["set_aside"].sum())


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
    copies = settle_duplicates(tables)
    kept = [_kept(c, copies.get(t, set())) for t, c in enumerate(tables)]
    indicators, faults = clean_indicators(raw, school_year)
    findings = _findings(raw, tables) + faults
    return Cleaned(
        schools=schools_frame(tables, kept, school_year, rules),
        values=accepted_values(tables, kept, rules),
        indicators=indicators,
        kept_out=kept_out_frame(tables, school_year, rules),
        findings=tuple(findings),
        remarks=tuple(remarks),
        ledger=_ledger(raw, tables, kept, findings),
    )


def _kept(cleaned: CleanTable, copies: set[int]) -> list[int]:
    left_out = cleaned.barred | copies
    return [i for i in range(len(cleaned.table.rows)) if i not in left_out]


def _findings(raw: Raw, tables: list[CleanTable]) -> list[Finding]:
    ignored = [
        Finding(IGNORED, g.file, g.sheet, g.row, "", "", "", "", f"row_{g.reason}")
        for g in raw.ignored
    ]
    return ignored + [f for t in tables for f in t.findings]


def _ledger(
    raw: Raw, tables: list[CleanTable], kept: list[list[int]], findings: list[Finding]
) -> pd.DataFrame:
    """Rows in = accepted + set aside + ignored, sheet by sheet."""
    accepted: Counter[tuple[str, str]] = Counter()
    for cleaned, rows in zip(tables, kept, strict=True):
        accepted[cleaned.table.file, cleaned.table.sheet] += len(rows)
    set_aside = _rows(findings, SET_ASIDE)
    ignored = _rows(findings, IGNORED)
    for table in raw.tables:
        if table.kind != "schools":
            place = (table.file, table.sheet)
            accepted[place] += len(table.rows) - set_aside[place]
    records = [
        [*place, rows, accepted[place], set_aside[place], ignored[place]]
        for place, rows in raw.rows_in.items()
    ]
    columns = ["source_file", "source_sheet", "rows_in", "accepted", SET_ASIDE, IGNORED]
    ledger = pd.DataFrame(records, columns=columns)
    broken = ledger[ledger["rows_in"] != ledger[["accepted", SET_ASIDE, IGNORED]].sum(axis=1)]
    if len(broken):
        first = broken.iloc[0]
        raise SuiteError("ledger_broken", file=first["source_file"], sheet=first["source_sheet"])
    return ledger


def _rows(findings: list[Finding], outcome: str) -> Counter[tuple[str, str]]:
    """How many rows of each sheet have this outcome; a row with two faults is one row."""
    rows = {(f.file, f.sheet, f.row) for f in findings if f.outcome == outcome}
    return Counter((file, sheet) for file, sheet, _ in rows)


def remark_texts(cleaned: Cleaned, lang: str = "vi") -> list[str]:
    """Remarks about files and warnings about cells, in words."""
    files = [say(r.key, lang, **r.facts) for r in cleaned.remarks]
    return files + [f.text(lang) for f in cleaned.findings if f.outcome == "warning"]
