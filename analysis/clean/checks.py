"""What must hold between the cells of one row."""

from __future__ import annotations

import datetime as dt

from analysis.clean.columns import CleanTable
from analysis.clean.dates import Day
from analysis.clean.findings import WARNING, finding
from analysis.clean.terms import judge_term
from analysis.clean.values import issuer_known
from analysis.raw import address
from analysis.reference import SCHEMES, Rules, bare


def check_rows(cleaned: CleanTable, rules: Rules, as_of: dt.date) -> None:
    """Run every check; faults bar the row, remarks are kept beside it."""
    _check_width(cleaned)
    _check_present(cleaned, rules)
    _check_education_level(cleaned, rules)
    for scheme in SCHEMES:
        if f"{scheme}_level" in cleaned.columns:
            _check_certificate(cleaned, scheme, rules)
            _check_dates(cleaned, scheme, as_of, rules)
    _check_parts(cleaned, rules)
    _check_cqg_against_kdclgd(cleaned, rules)


def _check_width(cleaned: CleanTable) -> None:
    """A row of a text file with more or fewer cells than its heading: which is which is unsure."""
    ragged = cleaned.table.ragged
    for i, row in enumerate(cleaned.table.rows if ragged else []):
        if row in ragged:
            cleaned.set_aside(i, "order", "row_ragged")


def _check_present(cleaned: CleanTable, rules: Rules) -> None:
    for name in ("school_code", "school_name"):
        if name in cleaned.columns:
            known = cleaned.faults_in(name)
            for i, value in enumerate(cleaned.columns[name]):
                if value is None and i not in known:
                    cleaned.set_aside(i, name, f"{name}_missing")


def _check_education_level(cleaned: CleanTable, rules: Rules) -> None:
    """From the cell; where there is no such column, from the group row above or the name."""
    table, name = cleaned.table, "education_level"
    if name in cleaned.columns:
        known = cleaned.faults_in(name)
        for i, value in enumerate(cleaned.columns[name]):
            if value is None and i not in known:
                cleaned.set_aside(i, name, "education_level_missing")
        return
    names = cleaned.column("school_name")
    levels = [g or _level_in_name(n, rules) for g, n in zip(table.group_level, names, strict=True)]
    cleaned.columns[name] = list(levels)
    for i, level in enumerate(levels):
        if not level:
            cleaned.set_aside(i, "school_name", "education_level_missing")


def _level_in_name(name: object, rules: Rules) -> str:
    """The level a name begins with ("Trường Tiểu học ..."): the longest known words win."""
    words = str(name or "").split()
    known = rules.spellings["education_level"]
    for count in range(min(len(words), 8), 0, -1):
        key = bare(" ".join(words[:count]))
        if len(key) > 1 and key in known:
            return known[key]
    return ""


def _check_certificate(cleaned: CleanTable, scheme: str, rules: Rules) -> None:
    """A level, its decision number and its date belong together."""
    names = [f"{scheme}_{a}" for a in ("level", "decision", "date")]
    marks = [n for n in cleaned.columns if n.startswith(f"{scheme}_mark_")]
    known = cleaned.faults_in(*names, *marks)
    has = [n in cleaned.columns for n in names]
    rows = zip(*(cleaned.column(n) for n in names), strict=True)
    for i, (level, decision, date) in enumerate(rows):
        if i in known:
            continue
        ranked = isinstance(level, str) and level.isdecimal()
        if level == "unknown_level":
            if not _before_levels(date, rules):
                cleaned.set_aside(i, names[0], "level_not_stated")
        elif ranked:
            for name, value, present in zip(names[1:], (decision, date), has[1:], strict=True):
                if present and value is None and not _is_list(cleaned):
                    cleaned.set_aside(i, name, "certificate_incomplete", level=level)
        elif (decision or date) and level not in ("expired", "withdrawn"):
            rule = "certificate_without_level" if level is None else "certificate_contradicts"
            cleaned.set_aside(i, names[0], rule)
        if decision and not issuer_known(str(decision), rules):
            cleaned.findings.append(
                finding(WARNING, cleaned.table, i, names[1], "issuer_unknown", clean=decision)
            )


def _is_list(cleaned: CleanTable) -> bool:
    """Lists of recognised schools come without codes, and often without number or day."""
    return "school_code" not in cleaned.columns


def _before_levels(date: object, rules: Rules) -> bool:
    until = rules.regulations["level_without_rank"]["until"]
    return isinstance(date, Day) and date.date < until


def _check_dates(cleaned: CleanTable, scheme: str, as_of: dt.date, rules: Rules) -> None:
    """The dates of a certificate against each other and the as-of date; each pair once."""
    heading = rules.columns[f"{scheme}_level"].heading.partition(" - ")[0]
    names = (f"{scheme}_date", f"{scheme}_expiry", f"{scheme}_level")
    signed, ends, levels = map(cleaned.column, names)
    pairs = list(zip(signed, ends, strict=True))
    noted = {pair: found for pair in set(pairs) if (found := judge_term(*pair, as_of, rules))}
    for i, pair in enumerate(pairs) if noted else ():
        for attribute, rule, facts in noted.get(pair, ()):
            if rule == "expiry_before_date":
                cleaned.set_aside(i, f"{scheme}_{attribute}", rule, **facts)
            elif rule != "certificate_expired" or str(levels[i]).isdecimal():
                facts = {**facts, "scheme": heading}
                name = f"{scheme}_{attribute}"
                cleaned.findings.append(finding(WARNING, cleaned.table, i, name, rule, **facts))


def _check_parts(cleaned: CleanTable, rules: Rules) -> None:
    for part, whole in rules.regulations["part_of"].items():
        if part in cleaned.columns and whole in cleaned.columns:
            heading = rules.columns[whole].heading
            pairs = zip(cleaned.columns[part], cleaned.columns[whole], strict=True)
            for i, (less, more) in enumerate(pairs):
                if isinstance(less, int) and isinstance(more, int) and less > more:
                    cleaned.set_aside(i, part, "part_exceeds", whole=heading, total=more)


def _check_cqg_against_kdclgd(cleaned: CleanTable, rules: Rules) -> None:
    """CQG asks for an evaluation result, not for the KĐCLGD certificate: a warning only."""
    if not {"cqg_level", "kdclgd_level"} <= set(cleaned.columns):
        return
    asks = rules.regulations["cqg_asks"]
    place = cleaned.table.header.columns["kdclgd_level"]
    pairs = zip(cleaned.columns["cqg_level"], cleaned.columns["kdclgd_level"], strict=True)
    for i, (cqg, kdclgd) in enumerate(pairs):
        if i in cleaned.barred or not (isinstance(cqg, str) and cqg in asks):
            continue
        held = int(kdclgd) if isinstance(kdclgd, str) and kdclgd.isdecimal() else 0
        if held < asks[cqg]:
            other = address(cleaned.table.rows[i] - 1, place)
            cleaned.findings.append(
                finding(
                    WARNING,
                    cleaned.table,
                    i,
                    "cqg_level",
                    "cqg_needs_kdclgd",
                    other=other,
                    cqg=cqg,
                    needed=asks[cqg],
                    held=held or "—",
                )
            )
