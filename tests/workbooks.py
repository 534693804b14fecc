"""Small workbooks for tests: the usual roster, written with one thing changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADINGS = [
    "STT",
    "Mã trường",
    "Tên trường",
    "Xã/phường",
    "Cấp học",
    "Loại hình",
    "KĐCLGD - Cấp độ",
    "KĐCLGD - Số quyết định",
    "KĐCLGD - Ngày",
    "CQG - Mức độ",
    "CQG - Số quyết định",
    "CQG - Ngày",
    "Số lớp",
    "Số học sinh",
]
SIGNED = dt.datetime(2023, 4, 12)


def school(number: int = 1, **changes: Any) -> list[Any]:
    """A faultless row; `changes` by heading, with "_" for the spaces around a dash."""
    row: list[Any] = [
        number,
        f"46480{number:03d}",
        f"Trường Tiểu học Số {number}",
        "Phường Tứ Hạ",
        "Tiểu học",
        "Công lập",
        2,
        "725/QĐ-SGDĐT",
        SIGNED,
        1,
        "780/QĐ-UBND",
        SIGNED,
        12,
        345,
    ]
    for heading, value in changes.items():
        row[HEADINGS.index(NAMES[heading])] = value
    return row


NAMES = {
    "order": "STT",
    "code": "Mã trường",
    "name": "Tên trường",
    "unit": "Xã/phường",
    "level": "Cấp học",
    "ownership": "Loại hình",
    "kdclgd": "KĐCLGD - Cấp độ",
    "kdclgd_decision": "KĐCLGD - Số quyết định",
    "kdclgd_date": "KĐCLGD - Ngày",
    "cqg": "CQG - Mức độ",
    "cqg_decision": "CQG - Số quyết định",
    "cqg_date": "CQG - Ngày",
    "classes": "Số lớp",
    "pupils": "Số học sinh",
}


def save(path: Path, rows: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS) -> Path:
    """One sheet: the headings, then the rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [headings, *rows]:
        sheet.append(list(row))
    book.save(path)
    return path
