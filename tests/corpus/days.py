"""Dates, and what must hold between the cells of a certificate."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.corpus.case import OUT, Case, Cases, Must, doubted, one, roster, took
from tests.workbooks import HEADINGS, school

DAY = "2023-04-12"
NO_CQG: dict[str, Any] = {"cqg": None, "cqg_decision": None, "cqg_date": None}

_DATES: dict[str, tuple[Any, ...]] = {
    "day/month/year": ("12/04/2023", took(DAY)),
    "no zero": ("12/4/2023", took(DAY)),
    "dashes": ("12-04-2023", took(DAY)),
    "dots": ("12.04.2023", took(DAY)),
    "spaces between": ("12 / 4 / 2023", took(DAY), OUT),
    "year first": ("2023-04-12", took(DAY)),
    "in words": ("ngày 12 tháng 4 năm 2023", took(DAY)),
    "in words, short": ("12 tháng 4 năm 2023", took(DAY)),
    "capital word": ("Ngày 12/04/2023", took(DAY)),
    "capital words": ("Ngày 12 tháng 04 năm 2023", took(DAY)),
    "NFD words": ("nga\u0300y 12 tha\u0301ng 4 na\u0306m 2023", took(DAY)),
    "apostrophe": ("'12/04/2023", took(DAY)),
    "no-break spaces": ("\u00a012/04/2023\u00a0", took(DAY)),
    "full width": ("１２/０４/２０２３", took(DAY), OUT),
    "time behind": ("12/04/2023 10:30", took(DAY), OUT),
    "iso with time": ("2023-04-12T00:00:00", took(DAY), OUT),
    "day first": ("01/02/2023", took("2023-02-01")),
    "two digits": ("12/4/23", took(DAY), OUT),
    "two digits of before": ("12/4/98", OUT),
    "serial": (45028, took(DAY), OUT),
    "serial with time": (45028.5, took(DAY), OUT),
    "serial as text": ("45028", took(DAY), OUT),
    "with time": (dt.datetime(2023, 4, 12, 9, 30), took(DAY)),
    "a date": (dt.date(2023, 4, 12), took(DAY)),
    "leap day": ("29/02/2024", took("2024-02-29")),
    "no leap day": ("29/02/2023", OUT),
    "31 February": ("31/02/2024", OUT),
    "day 32": ("32/01/2023", OUT),
    "month 13": ("13/13/2023", OUT),
    "month first": ("04/25/2023", OUT),
    "day 0": ("00/01/1900", OUT),
    "serial 0": (0, OUT),
    "serial 1": (1, OUT),
    "negative": (-1, OUT),
    "future": ("12/04/2032", OUT),
    "future date": (dt.datetime(2031, 1, 1), OUT),
    "last day there is": (dt.datetime(9999, 12, 31), OUT),
    "after the as-of date": (dt.datetime(2026, 6, 20), took("2026-06-20", "I3"), OUT),
    "on the as-of date": (dt.datetime(2026, 5, 31), took("2026-05-31")),
    "very old": ("12/04/1923", OUT),
    "year 23": ("12/04/0023", OUT),
    "five digits": ("12/04/20223", OUT),
    "month and year": ("4/2023", OUT),
    "month in words": ("tháng 4/2023", OUT),
    "month dash": ("04-2023", OUT),
    "year": ("2023", OUT),
    "year number": (2023, OUT),
    "year in words": ("năm 2023", OUT),
    "quarter": ("Quý II/2023", OUT),
    "school year": ("2022-2023", OUT),
    "two dates": ("12/04/2023 và 15/05/2024", OUT),
    "span": ("12/04/2023 - 12/04/2028", OUT),
    "remark": ("12/04/2023 (lần 2)", took(DAY)),
    "words": ("đang chờ", OUT),
    "dash beside a level": ("-", OUT),
    "blank beside a level": (None, OUT),
    "logical": (True, OUT),
    "time": (dt.time(10, 30), OUT),
    "duration": (dt.timedelta(days=3), OUT),
    "error": ("#N/A", OUT),
    "eight digits": ("12042023", OUT, took(DAY)),
    "eight digits as a number": (20230412, OUT, took(DAY)),
    "English": ("April 12, 2023", OUT, took(DAY)),
    "roman month": ("12/IV/2023", OUT, took(DAY)),
    "question mark": ("12/04/202?", OUT),
}

_DECISIONS: dict[str, tuple[Any, ...]] = {
    "spaces": ("725 / QĐ - SGDĐT", took("725/QĐ-SGDĐT")),
    "stray space": ("725/ QĐ-SGDĐT", took("725/QĐ-SGDĐT")),
    "plain D": ("725/QD-SGDDT", took("725/QĐ-SGDĐT"), OUT),
    "eth": ("725/QÐ-SGDÐT", took("725/QĐ-SGDĐT")),
    "small letters": ("725/qđ-sgdđt", took("725/QĐ-SGDĐT")),
    "long dash": ("725/QĐ–SGDĐT", took("725/QĐ-SGDĐT")),
    "words before": ("Quyết định số 725/QĐ-SGDĐT", took("725/QĐ-SGDĐT")),
    "số before": ("Số: 725/QĐ-SGDĐT", took("725/QĐ-SGDĐT")),
    "other issuer": ("725/QĐ-UBND", took("725/QĐ-UBND")),
    "with year": ("725/2023/QĐ-UBND", took("725/2023/QĐ-UBND")),
    "strange issuer": ("725/QĐ-ABC", OUT, took("725/QĐ-ABC", "H3")),
    "number only": ("725", OUT),
    "number cell": (725, OUT),
    "no number": ("/QĐ-SGDĐT", OUT),
    "no issuer": ("725/QĐ", OUT),
    "another document": ("725/KH-SGDĐT", OUT),
    "two numbers": ("725/QĐ-SGDĐT, 726/QĐ-SGDĐT", OUT),
    "date within": ("725/QĐ-SGDĐT ngày 12/4/2023", OUT, took("725/QĐ-SGDĐT")),
    "letters in number": ("72A/QĐ-SGDĐT", OUT),
    "words": ("có quyết định", OUT),
    "date": (dt.datetime(2023, 4, 12), OUT),
    "logical": (True, OUT),
    "blank": (None, OUT),
    "dash": ("-", OUT),
    "error": ("#REF!", OUT),
    "negative": ("-725/QĐ-SGDĐT", OUT),
}

TERM = [*HEADINGS[:9], "KĐCLGD - Hết hạn", *HEADINGS[9:]]


def cases() -> Cases:
    """All cases of dates, decisions and rules."""
    found = [one(n, "kdclgd_date", value, *ends) for n, (value, *ends) in _DATES.items()]
    found += [one(n, "kdclgd_decision", value, *ends) for n, (value, *ends) in _DECISIONS.items()]
    return [*found, *_rules(), *_terms(), _mixed()]


def _rules() -> Cases:
    none: dict[str, Any] = {"kdclgd": None, "kdclgd_decision": None, "kdclgd_date": None}
    old = {f"{s}_date": dt.datetime(2019, 4, 12) for s in ("kdclgd", "cqg")}
    return [
        one("1 with cấp độ 1", "cqg", 1, took(1, "J3", "G3"), kdclgd=1),
        one("2 with cấp độ 2", "cqg", 2, took(2, "J3", "G3"), kdclgd=2),
        one("2 with cấp độ 1", "cqg", 2, took(2, "J3", "G3"), kdclgd=1),
        one("1 without KĐCLGD", "cqg", 1, took(1, "J3", "G3"), **none),
        one("2 with cấp độ 3", "cqg", 2, took(2), kdclgd=3),
        one("2 with cấp độ 4", "cqg", 2, took(2), kdclgd=4),
        one("expired", "kdclgd", 2, took(2, "I3"), **old),
        one("expired CQG", "cqg", 1, took(1, "L3"), cqg_date=dt.datetime(2021, 5, 30)),
        one("last day today", "cqg", 1, took(1), cqg_date=dt.datetime(2021, 5, 31)),
        one(
            "nothing at all",
            "kdclgd",
            None,
            took(None),
            kdclgd_decision=None,
            kdclgd_date=None,
            **NO_CQG,
        ),
        one(
            "decision alone",
            "kdclgd_decision",
            "725/QĐ-SGDĐT",
            doubted("kdclgd"),
            kdclgd=None,
            kdclgd_date=None,
        ),
        one(
            "date alone",
            "kdclgd_date",
            dt.datetime(2023, 4, 12),
            doubted("kdclgd"),
            kdclgd=None,
            kdclgd_decision=None,
        ),
        one(
            "level alone",
            "kdclgd",
            2,
            doubted("kdclgd_decision", "kdclgd_date"),
            kdclgd_decision=None,
            kdclgd_date=None,
        ),
        one("decision and date, no level", "cqg", None, OUT),
        one("not reached with decision", "cqg", "Không đạt", OUT),
        one("zero with decision", "kdclgd", 0, OUT),
        one("one decision for many", "cqg_decision", "1912/QĐ-UBND", took("1912/QĐ-UBND")),
    ]


def _term(number: int, expiry: Any) -> list[Any]:
    row = school(number)
    return [*row[:9], expiry, *row[9:]]


def _terms() -> Cases:
    good = dt.datetime(2028, 4, 12)
    found: list[Case] = []
    for name, expiry, musts in (
        ("five years", good, [Must(accepted={2: {}, 3: {}, 4: {}}, aside={})]),
        (
            "expiry before signing",
            dt.datetime(2022, 4, 12),
            [
                Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, doubts={3: "J3"}),
                Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("J3",)),
            ],
        ),
        (
            "expiry after ten years",
            dt.datetime(2033, 4, 12),
            [
                Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("J3",)),
                Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, doubts={3: "J3"}),
            ],
        ),
        ("expiry blank", None, [Must(accepted={2: {}, 3: {}, 4: {}}, aside={})]),
        (
            "expired as printed",
            dt.datetime(2025, 4, 12),
            [Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, warned=("J3",))],
        ),
    ):
        rows = [_term(1, good), _term(2, expiry), _term(3, good)]
        found.append(roster(f"term: {name}", rows, musts, TERM))
    return found


def _mixed() -> Case:
    values = [
        dt.datetime(2023, 4, 12),
        "12/04/2023",
        45028,
        "ngày 12 tháng 4 năm 2023",
        dt.datetime(2023, 4, 12, 8),
        "2023-04-12",
    ]
    rows = [school(n, cqg_date=value) for n, value in enumerate(values, 1)]
    wanted = {n + 1: {"cqg_date": DAY} for n in range(1, 7)}
    must = Must(accepted=wanted, aside={}, repaired=("L3", "L5"))
    return roster("dates of every kind in one column", rows, must)
