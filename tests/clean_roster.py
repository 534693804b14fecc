"""A list of schools with a column of every kind, faultless but for the cells a test changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from analysis.reference import read_rules

COLUMNS = read_rules().columns
SIGNED = dt.datetime(2023, 4, 12)
COUNTS = {
    "classes": 12,
    "classes_two_sessions": 12,
    "pupils": 345,
    "pupils_two_sessions": 300,
    "girls": 170,
    "managers": 2,
    "teachers": 20,
    "qualified_teachers": 19,
    "staff": 4,
    "rooms": 14,
    "solid_rooms": 13,
    "area_m2": 9000,
}
FAULTLESS: dict[str, Any] = {
    "unit": "Phường Tứ Hạ",
    "district": "Thị xã Hương Trà",
    "province": "Thành phố Huế",
    "education_level": "Tiểu học",
    "ownership": "Công lập",
    "operating_status": "Đang hoạt động",
    "eligible": "Có",
    "externally_evaluated": "Có",
    "kdclgd_level": 2,
    "kdclgd_decision": "725/QĐ-SGDĐT",
    "kdclgd_date": SIGNED,
    "kdclgd_expiry": dt.datetime(2028, 4, 12),
    "cqg_level": 1,
    "cqg_decision": "780/QĐ-UBND",
    "cqg_date": SIGNED,
    "cqg_expiry": dt.datetime(2028, 4, 12),
    **COUNTS,
    "founded": dt.datetime(1995, 9, 5),
    "note": None,
}
NO_KDCLGD = dict.fromkeys([f"kdclgd_{a}" for a in ("level", "decision", "date", "expiry")])
NO_CQG = dict.fromkeys([f"cqg_{a}" for a in ("level", "decision", "date", "expiry")])
NEITHER = NO_KDCLGD | NO_CQG

Changes = dict[str, Any]


def roster(rows: Iterable[Changes], drop: Sequence[str] = (), first: int = 1) -> list[list[Any]]:
    """A sheet with a column of every kind: the headings, then faultless rows with some changes."""
    names = ["order", "school_code", "school_name", *FAULTLESS]
    names = [name for name in names if name not in drop]
    sheet: list[list[Any]] = [[COLUMNS[name].heading for name in names]]
    for n, changes in enumerate(rows, first):
        usual = {"order": n, "school_code": f"46480{n:03d}", "school_name": f"Trường Số {n}"}
        row = usual | FAULTLESS | changes
        sheet.append([row[name] for name in names])
    return sheet
