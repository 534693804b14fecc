"""The law to the day: around every day on which a rule of regimes.toml or regulations.toml changes,
what holds is what the table here says, written from the law notes and not from the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis.clean import clean_schools
from analysis.raw import read_raw
from analysis.reference import (
    SCHEMES,
    cqg_asks,
    is_issued,
    is_recognised_unranked,
    last_day,
    read_rules,
    regime_on,
    rule_on,
    signer_on,
    term_end,
    validity_years,
)
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
OLD, NEW, NOW = (2018, 10, 10), (2025, 1, 25), (2026, 7, 7)
UPPER = ("THCS", "TH&THCS", "THPT", "THCS&THPT", "TH&THCS&THPT")
# From which day: regime and ladder; levels issued (KĐCLGD, CQG); who is recognised without a level;
# years to wait; who signs; the KĐCLGD a CQG of 1 and 2 asks for; eligibility; figures only support.
LAW: dict[tuple[int, int, int], dict[str, Any]] = {
    (1, 1, 1): {
        "regime": ("before_2018", "2012"),
        "issued": ([1, 2, 3], [1, 2]),
        "unranked": True,
        "waits": (None, None),
        "signs": ("director", "chairman"),
        "asks": (None, None),
        "eligible": (None, None, False),
        "support": False,
    },
    OLD: {
        "regime": ("2018", "2018"),
        "issued": ([1, 2, 3, 4], [1, 2]),
        "unranked": False,
        "waits": (2, 2),
        "asks": (2, 3),
        "eligible": (5, None, True),
    },
    NEW: {"regime": ("2024", "2018"), "waits": (1, 1), "signs": ("director", "director")},
    NOW: {
        "regime": ("2026", "2026"),
        "issued": (None, [1, 2]),
        "waits": (None, 2),
        "signs": (None, "director"),
        "asks": (None, None),
        "eligible": (None, 3, True),
        "support": True,
    },
    (2029, 1, 1): {"support": False},
}


def expected(day: dt.date) -> dict[str, Any]:
    """What the table says of a day: each entry adds to those before it."""
    told: dict[str, Any] = {}
    for start, changes in LAW.items():
        if dt.date(*start) <= day:
            told |= changes
    return told


def holds(day: dt.date) -> dict[str, Any]:
    """What the suite says of it."""
    regime, issued = regime_on(day, RULES), rule_on("issued", day, RULES)
    eligible, waits = rule_on("eligibility", day, RULES), rule_on("waiting", day, RULES)
    support = RULES.regimes["transition"]["numbers_support"]
    years = eligible.get("years_in_operation", {}).get("MN")
    by_cohort = "TH" in eligible.get("finished_cohort", ())
    for scheme in SCHEMES:  # each is what it is called only as long as it is
        assert is_issued(day, scheme, RULES) is (issued.get(scheme) is not None)
        assert validity_years(day, scheme, RULES) == 5
        assert last_day(day, scheme, RULES) == term_end(day, 60)
    return {
        "regime": (regime.id, regime.ladder),
        "issued": tuple(issued.get(scheme) for scheme in SCHEMES),
        "unranked": is_recognised_unranked(day, "cqg", RULES),
        "waits": tuple(waits.get(scheme) for scheme in SCHEMES),
        "signs": tuple(signer_on(day, scheme, RULES) for scheme in SCHEMES),
        "asks": tuple(cqg_asks(day, level, RULES) for level in (1, 2)),
        "eligible": (years, eligible.get("years_of_data"), by_cohort),
        "support": support["from"] <= day <= support["until"],
    }


def days_in(table: Any, key: str = "") -> Iterator[tuple[str, dt.date]]:
    """Every day named in the tables of the law, with its key."""
    if isinstance(table, dt.date):
        yield key, table
    elif isinstance(table, Mapping | list):
        items = table.items() if isinstance(table, Mapping) else ((key, one) for one in table)
        for name, one in items:
            yield from days_in(one, str(name))


def changes() -> list[dt.date]:
    """The first day of every change: what ends on a day changes on the next."""
    rules = [t for name, t in RULES.regulations.items() if name != "dates"]  # limits of slips
    named = {*days_in(dict(RULES.regimes)), *days_in(rules)}
    return sorted({day + dt.timedelta(key == "until") for key, day in named})


AROUND = sorted({day + dt.timedelta(n) for day in changes() for n in (-1, 0, 1)})


@pytest.mark.parametrize("day", AROUND, ids=str)
def test_the_law_around_each_change_is_that_of_the_notes(day: dt.date) -> None:
    assert holds(day) == expected(day)


def test_the_files_name_every_change_of_the_notes() -> None:
    assert changes() == [dt.date(*start) for start in LAW][1:]


def rows_of(folder: Path, *rows: list[Any], as_of: dt.date = dt.date(2031, 5, 31)) -> Any:
    save(folder / "a.xlsx", [*rows])
    raw = read_raw(folder, RULES)
    year = f"{as_of.year - 1}-{as_of.year}" if as_of.month < 9 else f"{as_of.year}-{as_of.year + 1}"
    return clean_schools(raw, RULES, school_year=year, as_of=as_of)


@pytest.mark.parametrize("day", AROUND, ids=str)
def test_a_certificate_is_in_doubt_exactly_if_it_was_not_issued_on_its_day(
    day: dt.date, tmp_path: Path
) -> None:
    """Of a school of each kind and each level; the school stays, and so does the other scheme."""
    asked = [("kdclgd", "TH", 1), ("kdclgd", "TH", 4), ("cqg", "TH", 1), ("cqg", "MN", 2)]
    asked += [("cqg", kind, 1) for kind in UPPER]
    law = expected(day)
    issued = dict(zip(SCHEMES, law["issued"], strict=True))
    rows, wanted = [], []
    for n, (scheme, kind, level) in enumerate(asked, start=1):
        other = "cqg" if scheme == "kdclgd" else "kdclgd"
        blank = {f"{other}_{name}": None for name in ("decision", "date")}
        told = {f"{scheme}_date": f"{day:%d/%m/%Y}", scheme: level, other: "Chưa đạt"}
        rows.append(school(n, name=f"Trường Sao Mai {n}", level=kind, **blank, **told))
        known = level in (issued[scheme] or ())
        ranked = not (scheme == "cqg" and law["unranked"] and kind in UPPER)
        column = "date" if issued[scheme] is None else "level"
        wanted += [] if known and ranked else [(n + 1, f"{scheme}_{column}")]
    found = rows_of(tmp_path, *rows, as_of=day.replace(year=day.year + 1))
    doubts = [f for f in found.findings if f.outcome == "doubt"]
    assert [(f.row, f.column) for f in doubts] == wanted
    ended = rows_of(tmp_path, *rows, as_of=day.replace(year=day.year + 6))
    still = [(f.row, f.column) for f in ended.findings if f.outcome == "doubt"]
    assert still == [(row, column) for row, column in wanted if column.endswith("date")]
    moot = {(f.row, f.column) for f in ended.findings if f.outcome == "warning"}
    assert {*wanted} - {*still} <= moot
    assert all("Thông tư" in f.text("vi") and "Thông tư" in f.text("en") for f in doubts)
    assert len(found.schools) == len(asked)
    states = {f.row - 2: found.schools[f"{f.column.split('_')[0]}_result"] for f in doubts}
    assert all(of[at] == "in_doubt" for at, of in states.items())


@pytest.mark.parametrize("day", AROUND, ids=str)
def test_kdclgd_is_asked_of_cqg_by_the_law_of_the_day_it_was_signed(
    day: dt.date, tmp_path: Path
) -> None:
    """Whatever the as-of date: no warning nobody can act on."""
    none = {"kdclgd": "Chưa đạt", "kdclgd_decision": None, "kdclgd_date": None}
    found = rows_of(tmp_path, school(1, level="TH", cqg=1, cqg_date=f"{day:%d/%m/%Y}", **none))
    warned = [f.rule for f in found.findings if f.rule == "cqg_needs_kdclgd"]
    assert len(warned) == (expected(day)["asks"][0] is not None)


@pytest.mark.parametrize(
    ("signed", "as_of", "warned"),
    [
        ("Tháng 7/2026", (2027, 5, 31), 0),  # before or after the day
        ("Tháng 6/2026", (2027, 5, 31), 1),
        ("2026", (2027, 5, 31), 0),
        (None, (2027, 5, 31), 0),  # it may have been signed since
        (None, (2026, 7, 6), 1),
        (None, (2022, 5, 31), 0),  # or before CQG asked for anything
    ],
)
def test_a_day_that_is_not_known_is_read_for_the_school(
    signed: str | None, as_of: tuple[int, int, int], warned: int, tmp_path: Path
) -> None:
    rows = [school(1, level="TH", cqg=1, cqg_date=signed, kdclgd=1, kdclgd_date="01/06/2021")]
    heads = [name for name in HEADINGS if name != "Mã trường"]  # a list: days may be partial
    rows = [[value for name, value in zip(HEADINGS, rows[0], strict=True) if name in heads]]
    save(tmp_path / "a.xlsx", rows, headings=heads)
    found = clean_schools(
        read_raw(tmp_path, RULES), RULES, school_year="2026-2027", as_of=dt.date(*as_of)
    )
    assert sum(f.rule == "cqg_needs_kdclgd" for f in found.findings) == warned
