"""What offices write into the cells of a certificate: words round a level, number and day in one
cell, both schemes in one, marks by level, and dates of which the column tells the order."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.corpus.case import OUT, Case, Cases, Must, Rows, doubted, one, roster, took
from tests.workbooks import HEADINGS, school

NO_DECISION: Mapping[str, Any] = {"kdclgd_decision": None, "kdclgd_date": None}
NO_CQG: Mapping[str, Any] = {"cqg": None, "cqg_decision": None, "cqg_date": None}
NOTHING: Mapping[str, Any] = {"kdclgd": None, **NO_DECISION, **NO_CQG}

# Beside decision and date of 12/04/2023 in their own cells.
_WORDS: Mapping[str, tuple[Any, ...]] = {
    "which cycle": ("Cấp độ 2 (chu kỳ 2)", took(2)),
    "which cycle, short": ("CĐ2 CK 2", took(2)),
    "which time": ("Cấp độ 2 lần thứ hai", took(2)),
    "the year": ("Đạt CĐ2 năm 2023", took(2)),
    "the year in brackets": ("2 (2023)", took(2)),
    "the school year": ("Đạt mức 2 (năm học 2022-2023)", took(2)),
    "another school year": ("CĐ 2, năm học 2019-2020", doubted("kdclgd_date")),
    "month and year": ("Cấp độ 2, tháng 4/2023", took(2)),
    "the year before, as of a school year": ("CĐ 2 năm 2022", took(2, "I3"), OUT),
    "another year": ("CĐ 2 (2019)", doubted("kdclgd_date")),
    "decision and day": ("Đạt CĐ 2 (QĐ số 725/QĐ-SGDĐT ngày 12/4/2023)", took(2)),
    "decision and day in words": (
        "Đạt KĐCLGD cấp độ 2 theo Quyết định số 725/QĐ-SGDĐT ngày 12 tháng 4 năm 2023",
        took(2),
    ),
    "another decision": ("Đạt CĐ 2 (QĐ 99/QĐ-SGDĐT)", doubted("kdclgd_decision")),
    "another day": ("CĐ 2 ngày 13/4/2023", doubted("kdclgd_date")),
    "two decisions": ("CĐ 2 (725/QĐ-SGDĐT, 726/QĐ-SGDĐT)", OUT),
    "recognised anew": ("Công nhận lại CĐ 2 năm 2023", took(2)),
    "star": ("CĐ 2*", took(2)),
    "a higher one asked for": ("CĐ 2, đang đề nghị CĐ 3", took(2)),
    "a higher one asked for, in brackets": ("Cấp độ 2 (đang đề nghị công nhận cấp độ 3)", took(2)),
    "a higher one planned": ("CĐ 2, kế hoạch 2027: CĐ 3", took(2), OUT),
    "a lower one asked for": ("CĐ 2, đang đề nghị CĐ 1", OUT),
    "asked for beside it": ("CĐ 2, đang đề nghị", OUT),
    "asked for anew": ("CĐ 2 (đang đề nghị công nhận lại)", OUT),
    "arrow": ("CĐ 2 → CĐ 3", OUT),
    "or": ("1 hoặc 2", OUT),
    "at least": ("≥ 2", OUT),
    "own judgement and plan": ("Mức 2 tự đánh giá / kế hoạch CĐ 3", OUT),
    "not reached, a level": ("Chưa đạt CĐ 2", OUT),
    "a word nobody knows": ("CĐ 2 có điều kiện", OUT),
    "CQG in the column of KĐCLGD": ("CQG mức độ 1", OUT),
    "letters run together": ("KĐCLGDCĐ2", took(2)),
    "beyond the scale, with words": ("Đạt cấp độ 5 năm 2023", OUT),
    "a month or a level": ("4/2023", OUT),
}
# With nothing in the cells of decision and date.
_NOT_HELD: Mapping[str, str] = {
    "planned": "Kế hoạch CĐ 3",
    "planned for a year": "Phấn đấu đạt CĐ 2 năm 2027",
    "registered": "Đăng ký CĐ 2",
    "own judgement": "Tự đánh giá mức 2",
    "asked for": "Đang đề nghị công nhận CĐ 2",
    "asked for, behind": "CĐ 2 (đang đề nghị)",
    "waiting": "Chờ QĐ công nhận cấp độ 1",
    "not the first": "Chưa đạt CĐ 1",
    "not reached, asked for": "Chưa đạt, đang đề nghị",
}
_TOGETHER: Mapping[str, str] = {
    "number, then day": "725/QĐ-SGDĐT ngày 12/4/2023",
    "day, then number": "12/4/2023 - 725/QĐ-SGDĐT",
    "two lines": "725/QĐ-SGDĐT\n12/04/2023",
    "words of a decision": "QĐ số 725/QĐ-SGDĐT, ngày 12/4/2023",
    "brackets": "725/QĐ-SGDĐT (12.4.2023)",
    "day in words": "Số 725/QĐ-SGDĐT ngày 12 tháng 4 năm 2023",
}
_BOTH: Mapping[str, tuple[str, int | None, int | None]] = {
    "named": ("KĐCLGD CĐ 2 - CQG MĐ 1", 2, 1),
    "named, other order": ("CQG mức độ 1; KĐCLGD cấp độ 2", 2, 1),
    "by their words": ("CĐ 2, MĐ 1", 2, 1),
    "by their words, slash": ("Cấp độ 3/Mức độ 2", 3, 2),
    "names behind": ("Cấp độ 2 KĐCLGD, mức độ 1 CQG", 2, 1),
    "one only": ("KĐCLGD CĐ 1", 1, None),
    "the other only": ("MĐ 1", None, 1),
    "named, with mức": ("KĐCLGD mức 2, CQG mức 1", 2, 1),
    "one asked for": ("KĐCLGD CĐ 2, đang đề nghị CQG MĐ 1", 2, None),
    "blank": ("", None, None),
}
_BOTH_UNSURE = ("2/1", "Mức 2, mức 1", "KĐCLGD 2, 1", "CĐ 2 và CQG", "CĐ 2, CĐ 3", "Đạt")
BOTH = [*HEADINGS[:6], "Kết quả KĐCLGD, CQG", *HEADINGS[12:]]
MARKS = [*HEADINGS[:6], "CĐ 1", "CĐ 2", "CĐ 3", *HEADINGS[9:]]
_MARKS: Mapping[str, tuple[tuple[Any, Any, Any], int | None]] = {
    "ticks": ((None, "✓", None), 2),
    "boxes": (("☐", "☑", "☐"), 2),
    "true and false as text": (("FALSE", "TRUE", "FALSE"), 2),
    "boxes with a cross": (("☐", "☐", "☒"), 3),
    "true and false": ((False, True, False), 2),
    "ones and zeros": ((0, 1, 0), 2),
    "a year": ((None, 2023, None), 2),
    "a year as text": ((None, "năm 2023", None), 2),
    "a school year": ((None, "2022-2023", None), 2),
    "a decision": ((None, "725/QĐ-SGDĐT", None), 2),
    "a decision and its day": ((None, None, "725/QĐ-SGDĐT ngày 12/4/2023"), 3),
    "a day": ((None, dt.datetime(2023, 4, 12), None), 2),
    "a day as text": (("12/04/2023", None, None), 1),
    "the number itself": ((None, 2, None), 2),
    "an earlier year at a lower level": ((2018, 2023, None), 2),
    "asked for": ((None, None, "đang đề nghị"), None),
    "nothing": ((None, None, None), None),
    "no box ticked": ((False, False, False), None),
}
_MARKS_UNSURE: Mapping[str, tuple[Any, Any, Any]] = {
    "two ticks": ("✓", "✓", None),
    "an earlier year at a higher level": (2023, 2019, None),
    "one year at two levels": (2023, 2023, None),
    "a tick and a year": ("x", 2023, None),
    "another number": (None, 3, None),
    "a word": (None, "xem lại", None),
}


def cases() -> Cases:
    """All cases of certificates and of the order of dates."""
    found = [one(name, "kdclgd", value, *ends) for name, (value, *ends) in _WORDS.items()]
    found += [
        one(name, "kdclgd", value, took(None), **NO_DECISION, **NO_CQG)
        for name, value in _NOT_HELD.items()
    ]
    found += [case for name, value in _TOGETHER.items() for case in _together(name, value)]
    return [
        *found,
        *_filled(),
        *_both(),
        *_by_marks(),
        *_recognised_early(),
        *_orders(),
        *_two_columns(),
    ]


def _filled() -> Cases:
    """What the level's cell says fills the blank cells of its row."""
    cell = "Đạt CĐ 2 (QĐ số 2101/QĐ-SGDĐT ngày 12/5/2023)"
    given = {"kdclgd": 2, "kdclgd_decision": "2101/QĐ-SGDĐT", "kdclgd_date": "2023-05-12"}
    must = Must(accepted={2: {}, 3: given, 4: {}}, aside={}, repaired=("G3", "H3", "I3"))
    rows = [school(1), school(2, kdclgd=cell, **NO_DECISION), school(3)]
    alone = [[*row[:7], *row[9:]] for row in rows]
    columns = [*HEADINGS[:7], *HEADINGS[9:]]
    without = Must(accepted={2: {}, 3: given, 4: {}}, aside={}, repaired=("G3",))
    day = school(2, kdclgd_decision=None, kdclgd_date="725/QĐ-SGDĐT ngày 12/4/2023")
    told = Must(accepted={2: {}, 3: {"kdclgd_decision": "725/QĐ-SGDĐT"}, 4: {}}, aside={})
    year = school(2, kdclgd="CĐ 2 (2023)", kdclgd_decision="725/QĐ-SGDĐT ngày 12/4/2023")
    until = school(2, kdclgd="CĐ 2 (giá trị đến 12/4/2028)")
    return [
        roster("all in the level's cell, others blank", rows, must),
        roster("all in the level's cell, no other column", alone, without, columns),
        _as_csv("all in the level's cell", alone, without, columns),
        roster(
            "the year beside the level, the day beside the number",
            [[*year[:8], *year[9:]]],
            Must(accepted={2: {"kdclgd": 2, "kdclgd_date": "2023-04-12"}}, aside={}),
            [*HEADINGS[:8], *HEADINGS[9:]],
        ),
        roster("number in the cell of the day", [school(1), day, school(3)], told),
        roster(
            "until when, beside the level",
            [school(1), until, school(3)],
            Must(accepted={2: {}, 3: {"kdclgd": 2}, 4: {}}, aside={}),
        ),
    ]


def _together(name: str, cell: str) -> Cases:
    """Number and day in one cell: alone, beside a column for the day, and against it."""
    given = {"kdclgd_decision": "725/QĐ-SGDĐT", "kdclgd_date": "2023-04-12"}
    rows = [school(n, kdclgd_decision=cell) for n in (1, 2, 3)]
    joint = [[*row[:8], *row[9:]] for row in rows]
    columns = [*HEADINGS[:7], "QĐ công nhận KĐCLGD", *HEADINGS[9:]]
    every = Must(accepted=dict.fromkeys((2, 3, 4), given), aside={})
    moved = [[*row[:6], *row[9:12], *row[6:9], *row[12:]] for row in rows]
    order = [*HEADINGS[:6], *HEADINGS[9:12], *HEADINGS[6:9], *HEADINGS[12:]]
    differs = [rows[0], school(2, kdclgd_decision=cell, kdclgd_date="13/4/2023"), rows[2]]
    third = Must(accepted={2: given, 3: {}, 4: given}, aside={}, doubts={3: "I3"})
    return [
        roster(f"in one cell: {name}", joint, every, columns),
        roster(f"in one cell, beside the day: {name}", moved, every, order),
        roster(f"in one cell, against the day: {name}", differs, third),
    ]


def _both() -> Cases:
    found: Cases = []
    for name, (cell, kdclgd, cqg) in _BOTH.items():
        rows = [_in_one(1, "KĐCLGD CĐ 2 - CQG MĐ 1"), _in_one(2, cell), _in_one(3, None)]
        told: dict[Any, Any] = {2: {"kdclgd": 2, "cqg": 1}, 3: {"kdclgd": kdclgd, "cqg": cqg}}
        none = {4: {"kdclgd": None, "cqg": None}}
        must = Must(accepted=told | none, aside={})
        found.append(roster(f"both in one cell: {name}", rows, must, BOTH))
        if cell:
            found.append(_as_csv(f"both in one cell: {name}", rows, must, BOTH))
    for cell in _BOTH_UNSURE:
        rows = [_in_one(1, "KĐCLGD CĐ 2 - CQG MĐ 1"), _in_one(2, cell), _in_one(3, None)]
        must = Must(accepted={2: {}, 3: {"kdclgd": None, "cqg": None}, 4: {}}, doubts={3: "G3"})
        found.append(roster(f"both in one cell, unsure: {cell}", rows, must, BOTH))
    whole = (
        "Đạt KĐCLGD CĐ 2 (QĐ 101/QĐ-SGDĐT ngày 12/5/2023), CQG MĐ 1 (QĐ 201/QĐ-UBND ngày 20/6/2023)"
    )
    cells = {
        "kdclgd": 2,
        "kdclgd_decision": "101/QĐ-SGDĐT",
        "kdclgd_date": "2023-05-12",
        "cqg": 1,
        "cqg_decision": "201/QĐ-UBND",
        "cqg_date": "2023-06-20",
    }
    must = Must(accepted={2: cells}, aside={})
    return [*found, roster("both in one cell: decisions and days", [_in_one(1, whole)], must, BOTH)]


def _in_one(number: int, cell: str | None) -> list[Any]:
    row = school(number)
    return [*row[:6], cell or None, *row[12:]]


def _by_marks() -> Cases:
    found: Cases = []
    told: dict[Any, Any]
    for name, (marks, level) in _MARKS.items():
        rows = [_marked(1, None, "x", None), _marked(2, *marks), _marked(3, "x", None, None)]
        told = {2: {"kdclgd": 2}, 3: {"kdclgd": level}, 4: {"kdclgd": 1}}
        found.append(roster(f"marks: {name}", rows, Must(accepted=told, aside={}), MARKS))
    for name, marks in _MARKS_UNSURE.items():
        rows = [_marked(1, None, "x", None), _marked(2, *marks), _marked(3, "x", None, None)]
        told = {2: {"kdclgd": 2}, 3: {"kdclgd": None}, 4: {"kdclgd": 1}}
        must = Must(accepted=told, aside={}, doubts={3: ""})
        found.append(roster(f"marks, unsure: {name}", rows, must, MARKS))
    years = [_marked(n, None, 2022 + n, None) for n in (1, 2)]
    other = [[*row[9:12], *row[:9], *row[12:]] for row in years]
    order = [*MARKS[9:12], *MARKS[:9], *MARKS[12:]]
    every = Must(accepted={2: {"kdclgd": 2}, 3: {"kdclgd": 2}}, aside={})
    return [*found, roster("marks: years, other order", other, every, order)]


def _marked(number: int, *marks: Any) -> list[Any]:
    row = school(number, **NO_CQG)
    return [*row[:6], *marks, *row[9:]]


def _recognised_early() -> Cases:
    """Before 10/10/2018 CQG was recognised without a level."""
    early = school(2, cqg=None, cqg_date=dt.datetime(2017, 5, 20))
    late = school(2, cqg=None, cqg_date=dt.datetime(2019, 5, 20))
    other = school(2, kdclgd=None, kdclgd_date=dt.datetime(2017, 5, 20))
    cells = {"cqg": None, "cqg_decision": "780/QĐ-UBND", "cqg_date": "2017-05-20"}
    return [
        roster(
            "CQG of 2017 by decision and day",
            [school(1), early, school(3)],
            Must(accepted={2: {}, 3: cells, 4: {}}, aside={}),
        ),
        roster(
            "CQG of 2019 by decision and day",
            [school(1), late, school(3)],
            Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, doubts={3: "J3"}),
        ),
        roster(
            "KĐCLGD of 2017 by decision and day",
            [school(1), other, school(3)],
            Must(accepted={2: {}, 3: {}, 4: {}}, aside={}, doubts={3: "G3"}),
        ),
    ]


def _orders() -> Cases:
    """Day and month of a column."""
    month_first = ["05/12/2023", "11/03/2022", "01/15/2024", "12/30/2022"]
    read = ["2023-05-12", "2022-11-03", "2024-01-15", "2022-12-30"]
    day_first = ["12/05/2023", "03/11/2022", "15/01/2024", "30/12/2022"]
    mixed = ["05/12/2023", "15/01/2024", "12/30/2022", "08/03/2024"]
    swapped: list[Any] = [dt.datetime(2023, m, d) for m, d in ((12, 5), (9, 4), (5, 10))]
    left = ["30/11/2022", "18/03/2025"]
    real: list[Any] = [*swapped[:2], dt.datetime(2023, 5, 20), *left]
    same = [dt.datetime(2023, 5, 5), *swapped, *left]
    found = []
    for name, days, wanted in (
        ("month first", month_first, dict(enumerate(read, 2))),
        ("day first", day_first, dict(enumerate(read, 2))),
        ("a real date above 12", real, {2: "2023-12-05", 3: "2023-09-04", 5: "2022-11-30"}),
    ):
        must = Must(accepted={n: {} for n in range(2, len(days) + 2)} | _dated(wanted), aside={})
        found.append(roster(f"order of dates: {name}", _with_days(days), must))
    found.append(
        _as_csv(
            "order of dates: month first",
            _with_days(month_first),
            Must(accepted=_dated(dict(enumerate(read, 2))), aside={}),
        )
    )
    for name, days, doubts, warned in (
        ("both orders", mixed, {2: "I2", 5: "I5"}, ()),
        ("exchanged by Excel", [*swapped, *left], {2: "I2", 3: "I3", 4: "I4"}, ("I2",)),
        ("exchanged, day is month", same, {3: "I3", 4: "I4", 5: "I5"}, ("đổi chỗ",)),
    ):
        accepted: dict[Any, Any] = {n: {} for n in range(2, len(days) + 2)}
        must = Must(accepted=accepted, aside={}, doubts=doubts, warned=warned)
        found.append(roster(f"order of dates: {name}", _with_days(days), must))
    return found


def _two_columns() -> Cases:
    """What a column that proves nothing owes to the other one of its table."""
    open_ = ["05/12/2023", "11/03/2022", "08/03/2024"]
    proofs = ["01/15/2024", "12/30/2022", "02/18/2025"]
    pairs = zip(open_, proofs, strict=True)
    rows = [school(n, kdclgd_date=a, cqg_date=b) for n, (a, b) in enumerate(pairs, 1)]
    unclear = Must(
        accepted={n: {"kdclgd_date": None} for n in (2, 3, 4)},
        aside={},
        doubts={2: "I2", 3: "I3", 4: "I4"},
    )
    days: list[Any] = [dt.datetime(2023, m, d) for m, d in ((12, 5), (9, 4), (5, 10))]
    left = [*days, "30/11/2022", "18/03/2025"]
    few = [dt.datetime(2023, 7, 3), dt.datetime(2022, 4, 11), "20/06/2023", None, None]
    more = [
        school(n, kdclgd_date=a, **({"cqg_date": b} if b else NO_CQG))
        for n, (a, b) in enumerate(zip(left, few, strict=True), 1)
    ]
    exchanged = Must(
        accepted={n: {} for n in range(2, 7)},
        aside={},
        doubts={2: "I2 L2", 3: "I3 L3", 4: "I4"},
        warned=("I2",),
    )
    return [
        roster("order of dates: the other column has the month first", rows, unclear),
        roster("order of dates: exchanged in the other column too", more, exchanged),
    ]


def _with_days(days: Sequence[Any]) -> list[list[Any]]:
    return [school(n, kdclgd_date=day, **NO_CQG) for n, day in enumerate(days, 1)]


def _dated(days: Mapping[int, str]) -> dict[Any, Any]:
    return {row: {"kdclgd_date": day} for row, day in days.items()}


def _as_csv(name: str, rows: Rows, must: Must, headings: Sequence[Any] = HEADINGS) -> Case:
    """The same list as a text file."""
    must = Must(accepted=must.accepted, aside=must.aside, doubts=must.doubts)

    def write(folder: Path) -> Path:
        path = folder / "a.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headings)
            writer.writerows([_typed(cell) for cell in row] for row in rows)
        return path

    return Case(f"csv: {name}", write, (must,), rows=len(rows) + 1, quick=True)


def _typed(cell: Any) -> Any:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, dt.datetime) else cell
