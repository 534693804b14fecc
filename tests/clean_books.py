"""Workbooks in which every rule of cleaning is met at least once, by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.clean_roster import (
    COUNTS,
    NEITHER,
    NO_CQG,
    NO_KDCLGD,
    SIGNED,
    Changes,
    roster,
)

LONG = "Trường " + "A" * 494  # one letter more than a cell may have

Sheets = dict[str, list[list[Any]]]


def _cells() -> Sheets:
    """What a single cell may say, one column after the other; faults each in a row of their own."""
    repaired: list[Changes] = [
        {"school_code": 46480001, "order": "1 ", "note": "Trường  mới"},
        {"school_code": "Mã: 4648-0002", "note": 7, "girls": "n/a", "district": 17},
        {"school_code": 6480003, "school_name": " Trường  Số 3", "unit": "P. Tứ Hạ"},
        {"school_code": "46480004.0", "unit": "?", "kdclgd_level": "Cấp độ 2", "cqg_level": "1"},
        {"education_level": "tieu hoc", "ownership": "Tư thục", "unit": "Tứ Hạ"},
        {"education_level": "TH", "ownership": "CL", "operating_status": "Giải thể"},
        {"operating_status": "Sáp nhập", "eligible": "Không", "externally_evaluated": "x"},
        {"kdclgd_decision": "QĐ số 725/ QĐ-SGDĐT", "cqg_decision": "780/QD - ubnd"},
        {"kdclgd_date": "12/04/2023", "cqg_date": "12/4/23", "founded": 34947, "classes": "12 lớp"},
        {"cqg_date": SIGNED.replace(hour=9, minute=5), "area_m2": "9.000", "pupils": "345"},
        NO_CQG | {"cqg_level": "Chưa đạt", "note": dt.datetime(2024, 5, 31), "order": 11.5},
        NO_CQG | {"cqg_level": 0, "note": dt.datetime(2024, 5, 31, 7, 30), "unit": "Xã  Bình Điền"},
        NO_CQG | {"cqg_level": "-", "note": "#N/A", "founded": "1995", "eligible": None},
        NEITHER | {"kdclgd_level": "Chưa ĐGN", "cqg_level": "Thu hồi", "note": "-"},
        NEITHER | {"kdclgd_level": None, "externally_evaluated": "Không", "cqg_level": "chưa"},
        {"kdclgd_level": "Hết hạn", "cqg_level": "Thu hồi", "ownership": None},
        {"kdclgd_level": "Đạt", "kdclgd_date": dt.datetime(2018, 10, 9), "kdclgd_expiry": None},
        {"school_name": LONG[:500], "girls": "'170", "rooms": "14,0", "unit": "tt Phong Điền"},
    ]
    faults: list[Changes] = [
        *({"school_code": cell} for cell in (None, "n/a", "4648001", "464800011", 480101, 4.5)),
        *({"school_name": cell} for cell in (None, "12345", LONG, 7, "Tr\ufffdng A", True)),
        *({"unit": cell} for cell in (dt.datetime(2024, 1, 1), "=NA()", LONG)),
        *({"district": cell} for cell in (1.5, LONG)),
        *({"education_level": cell} for cell in (None, "Đại học", 5)),
        *({"ownership": cell} for cell in ("???", True)),
        *({"eligible": cell} for cell in ("có lẽ", 2, "#REF!")),
        *({"kdclgd_level": cell} for cell in (5, "Cấp độ 5", "tốt", 1.5, SIGNED, True, "#N/A")),
        *({"cqg_level": cell} for cell in (3, -1)),
        *({"kdclgd_decision": cell} for cell in ("725", 725, 7.5, "UBND")),
        *({"cqg_date": cell} for cell in ("31/02/2023", "5/2023", 2023, "mai", 999999, "#N/A")),
        *({"cqg_date": cell} for cell in ("31/12/1999", "01/09/2026", "12.5.99", "13-13-2023")),
        *({"kdclgd_expiry": cell} for cell in ("29/08/2036", "28/08/2036")),
        *({"founded": cell} for cell in ("31/12/1899", "01/01/1900")),
        *({"managers": cell} for cell in (-1, "-2", 1.5, "1,5", "ba", SIGNED, True, 5001, 5000)),
        *({"classes": cell} for cell in (301, "301")),
    ]
    return {"Cells": roster([*repaired, *faults])}


def _between() -> Sheets:
    """What must hold between the cells of a row."""
    day = dt.datetime
    rows: list[Changes] = [
        {part: COUNTS[whole] + 1}
        for part, whole in (
            ("girls", "pupils"),
            ("classes_two_sessions", "classes"),
            ("pupils_two_sessions", "pupils"),
            ("qualified_teachers", "teachers"),
            ("solid_rooms", "rooms"),
        )
    ]
    rows += [{"girls": 345}, {"girls": 1, "pupils": None}, {"girls": None, "pupils": 0,
             "pupils_two_sessions": 0}, {"pupils": 0}]  # fmt: skip
    rows += [
        {"kdclgd_level": None},
        {"kdclgd_level": None, "kdclgd_decision": None},
        {"kdclgd_level": "Chưa đạt", "kdclgd_date": None},
        {"kdclgd_decision": None},
        {"cqg_date": None},
        {"cqg_level": None, "cqg_decision": None, "cqg_date": None},
        {"cqg_level": "Đạt"},
        {"cqg_level": "Đạt", "cqg_date": day(2018, 10, 10), "cqg_expiry": None},
        {"cqg_level": "Đạt", "cqg_date": "x", "cqg_decision": None},
        {"cqg_level": 2},
        {"cqg_level": 2, "kdclgd_level": 3},
        {"kdclgd_level": 1},
        NO_KDCLGD,
        NO_KDCLGD | {"cqg_date": day(2018, 10, 9), "cqg_expiry": None},
        {"kdclgd_level": 1, "kdclgd_date": day(2018, 10, 9), "kdclgd_expiry": day(2026, 12, 1)},
        {"kdclgd_level": 1, "pupils": -1},
        {"cqg_decision": "780/QĐ-XYZ", "kdclgd_decision": "725/QĐ-ABC"},
        {"cqg_decision": "780/QĐ-XYZ", "cqg_level": 9},
        {"kdclgd_date": day(2026, 5, 31), "kdclgd_expiry": None},
        {"kdclgd_date": day(2026, 6, 1), "kdclgd_expiry": None},
        {"cqg_expiry": day(2023, 4, 11)},
        {"cqg_expiry": day(2023, 4, 12)},
        {"cqg_expiry": day(2028, 5, 13)},
        {"cqg_expiry": day(2028, 5, 14)},
        {"cqg_expiry": day(2026, 5, 30)},
        {"cqg_expiry": day(2026, 5, 31)},
        {"cqg_date": day(2021, 5, 30), "cqg_expiry": None},
        {"cqg_date": day(2021, 5, 31), "cqg_expiry": None},
        NO_CQG | {"cqg_level": "Chưa đạt", "cqg_expiry": day(2020, 1, 1)},
        {"education_level": "GDTX"},
        {"education_level": "GDTX", "school_name": "Trường THCS Hoa"},
        {"education_level": "GDTX", "school_name": "Trung tâm GDTX Hoa"},
        {"education_level": "MN", "school_name": "Nhóm trẻ Hoa"},
        {"education_level": "MN", "school_name": "Điểm trường Thôn 2"},
        {"school_name": "Trường Điểm trường"},
    ]
    return {"Between": roster(rows)}


def _named() -> Sheets:
    """Lists without codes: the level from the name or a group row, days less exact, no number."""
    drop = ["school_code", "education_level", *COUNTS, "eligible", "district"]
    names = [
        "Trường TH&THCS Số 1 Hương Văn",
        "Trường Tiểu học và trung học cơ sở Hoa",
        "Trường Trung học phổ thông Đặng Huy Trứ",
        "TH",
        "Trường Hoa Sen",
        "x",
        "Trường Mầm non Hoa",
        "Trường Mầm non HOA",
        "Trường Mầm non Hoa 2",
        None,
    ]
    rows: list[Changes] = [{"school_name": name, "order": None} for name in names]
    rows[0] |= {"cqg_date": "4/2023", "cqg_expiry": None, "kdclgd_decision": None}
    rows[1] |= {"cqg_date": 2023, "cqg_expiry": None, "founded": "năm 1995"}
    rows[2] |= {"kdclgd_date": None, "cqg_date": "13/2023"}
    rows[7] |= {"note": "như trên"}
    sheet = roster(rows, drop)
    group: list[list[Any]] = [["I", "Tiểu học"]]
    other = roster([{"school_name": "Trường Hoa Sen"}, {"school_name": "Hoa Ban"}], drop)
    return {"Named": sheet, "Grouped": [other[0], *group, *other[1:]]}


def _marked() -> Sheets:
    """A mark under each level, blanks that say no, a group row, totals right and wrong."""
    head = ["STT", "Mã trường", "Tên trường", "Đã ĐGN", "CĐ 1", "CĐ 2", "CĐ 3", "Số lớp", "Số HS"]
    x = "x"
    return {
        "Marked": [
            ["DANH SÁCH TRƯỜNG"],
            head,
            ["I", "TIỂU HỌC"],
            [1, "46480001", "Trường Số 1", x, None, x, None, 10, 300],
            [2, "46480002", "Trường Số 2", None, None, None, None, 11, 310],
            ["Cộng", *[None] * 6, 21, 611],
            ["II", "THCS"],
            [3, "46480003", "Trường Số 3", x, x, x, None, 12, 320],
            [4, "46480004", "Trường Số 4", "X", None, None, "có", 13, "?"],
            [5, "46480005", "Trường Số 5", x, x, None, None, 14, 340],
            ["Cộng", *[None] * 6, 40, 660],
            ["Tổng cộng", *[None] * 6, 61, 1],
            [6],
            ["Ghi chú: số liệu đến 31/5"],
        ],
        "Not read": [["Ghi chú"], ["không có bảng"]],
    }


def _twice() -> Sheets:
    """One school in several rows: copies, earlier states, contradictions, twins."""
    old = {"kdclgd_level": 1, "kdclgd_decision": "7/QĐ-SGDĐT", "kdclgd_expiry": None}
    new = {"kdclgd_expiry": None}
    ids = [f"4648010{n}" for n in range(8)]

    def rows(code: str, *changes: Changes) -> list[Changes]:
        usual = {"school_code": code, "school_name": f"Trường {code[-1]}"}
        return [usual | change for change in changes]

    before = {"kdclgd_date": dt.datetime(2022, 4, 12)}
    return {
        "One": roster(
            [
                *rows(ids[0], {}, {"order": 9, "note": "lặp"}),
                *rows(ids[1], old | before, new),
                *rows(ids[2], new, NO_KDCLGD),
                *rows(ids[3], {}, {"pupils": 346}, {}),
                *rows(ids[4], {"ownership": "Tư thục"}, {"ownership": "Ngoài công lập"}),
                *rows(ids[5], {"pupils": -1}, {}),
                *rows(ids[6], {"school_name": "Trường Hoà"}, {"school_name": "trường HÒA"}),
                {"school_name": "Trường Hòa", "school_code": "46480200"},
                {"school_name": "TRƯỜNG HOÀ", "school_code": "46480201"},
                {"school_name": "Trường Hòa", "school_code": "46480202", "unit": "Xã Bình Điền"},
            ]
        ),
        "Two": roster([*rows(ids[3], {}), *rows(ids[7], {}), *rows(ids[0], {})], ["area_m2"]),
    }


def _beside() -> Sheets:
    """The small tables: the office's indicators, and published counts."""
    head = ["STT", "Mã chỉ tiêu", "Chỉ tiêu", "Tử số", "Mẫu số", "Giá trị", "Nguồn số liệu"]
    title = "Tỷ lệ"
    published = ["table_id", "area", "total_schools", "achieved", "pct_published", "note"]
    return {
        "Indicators": [
            ["CHỈ TIÊU"],
            head,
            [1, " A1 ", title, 3, 4, "75%", "Phòng"],
            [2, "A2", title, 4, 4, None, None],
            [3, "A3", title, 5, 4, 125, "Phòng"],
            [4, "A4", title, -1, 4, 1, "Phòng"],
            [5, "A5", title, 0, "bốn", 1, "Phòng"],
            [6, "A6", title, 1.5, -2, "#N/A", "Phòng"],
            [7, "A7", title, None, None, "Đạt", "Phòng"],
            [8, "A8", title, 1, None, 2.5, "Phòng"],
            [None, None, "Ghi chú"],
        ],
        "Counts": [published, ["T1", "Huế", 10, 7, 70.5, None], ["T1", "Xã A", 3, None, "-", "x"]],
        "More counts": [published[1:], ["Huế", 11, 8, 72.7, None]],
    }


def _export() -> Sheets:
    """The Ministry's export: its headings, its codes for levels and kinds."""
    names = ["MA_TRUONG", "TEN_TRUONG_HOC", "CAP_HOC", "LOAI_HINH_DAO_TAO", "TRANG_THAI"]
    rows: list[list[Any]] = [
        ["46000701", "Trường Số 1", "1", "1", 1, 1],
        ["19000E05", "Trường Số 2", 2, "2", 0, 2],
        [46000703, "Trường Số 3", "45", 4, -1, 3],
        ["46000704", "Trường Số 4", "123", "5", "1", 0],
        ["1234567", "Trường Số 5", "12", "1", "1", -1],
        ["12345", "Trường Số 6", "12", "1", "1", 4],
        [1234567, "Trường Số 7", "9", "1", "2", "2"],
    ]
    return {"Export": [[*names, "CHUAN_QUOC_GIA"], *rows]}


def _old() -> Sheets:
    """Names typed in a font of before Unicode, and values merged over several rows."""
    names = ["TiÓu häc Sè 1", "MÇm non Hoa Hång", "TiÓu häc §«ng"]
    rows: list[Changes] = [{"school_name": f"Tr\u00adêng {n}", "unit": None} for n in names]
    rows[0] |= {"unit": "P. Tứ Hạ", "school_code": "x"}
    rows += [{"unit": 1.5}, {"unit": None}, {"unit": None, "pupils": None}]
    return {"Old": roster(rows)}


BOOKS: dict[str, Callable[[], Sheets]] = {
    "cells": _cells,
    "between": _between,
    "named": _named,
    "marked": _marked,
    "twice": _twice,
    "beside": _beside,
    "export": _export,
    "old": _old,
}
MERGED = {"Old": ["D2:D4", "D5:D6", "V6:V7"]}


def save_book(name: str, folder: Path) -> Path:
    """Write one of the workbooks."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in BOOKS[name]().items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in MERGED.get(title, []):
            sheet.merge_cells(cells)
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path
