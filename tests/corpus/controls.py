"""Controls: clean tables of several programs, unusual but right; refusing them is a fault too."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from openpyxl import Workbook

from tests.binary_workbooks import ods, ods_table, xls
from tests.corpus import packages as ooxml
from tests.corpus.case import Case, Cases, Must, Rows, content, roster
from tests.corpus.containers import plain_cells
from tests.workbooks import HEADINGS, save, school

NONE: dict[str, Any] = {
    "kdclgd": None,
    "kdclgd_decision": None,
    "kdclgd_date": None,
    "cqg": None,
    "cqg_decision": None,
    "cqg_date": None,
}

_NAMES = [
    "Trường Tiểu học Tổng Cọt",
    "Trường THCS Cộng Hòa",
    "Cộng Hòa",
    "Mầm non Tổng Hợp",
    "Trường Mầm non 1/6",
    "Trường Tiểu học 19/5",
    "Trường Mầm non 8-3",
    "Trường Tiểu học số 2 Kim Đồng",
    "Tiểu học Số 1",
    "Trường PTDTBT TH&THCS Trà Bui",
    "Trường TH Y Wang",
    "Trường Tiểu học H'Mông",
    "Trường Mẫu giáo K’Long",
    "Trường THCS Krông Pa",
    "Trường Tiểu học Đắk R'lấp",
    "Trường Quốc tế Việt - Úc",
    "Trường Tiểu học École",
    "Trường Mầm non Sao Mai #1",
    "Trường TH A+B",
    "Trường Mầm non Null",
    "Trường Mầm non Nguồn Sáng",
    "Trường Tiểu học Ghi Chú",
    "Trường Tiểu học Ngày Mới",
    "Trường THCS Lê Quý Đôn (cơ sở chính)",
    "Trường TH Nơ Trang Lơng",
    "TRƯỜNG MẦM NON HOA HỒNG",
    "trường mầm non hoa sen",
    "Trường Tiểu học Bình Hoà",
    "Trường Tiểu học Bình Thuỷ",
    "Trường Mầm non Ánh Dương, xã Hương Toàn",
    "Trường TH IV",
    "Trường Tiểu học X",
    "Trường Mầm non “Hoa Mai”",
    "Trường Tiểu học N’Thol Hạ",
    "Trường PTDTNT THCS Pi Năng Tắc",
    "Trường THCS Ký Phú",
    "Kế An",
    "Nguồn",
    "Trường Tiểu học Mẫu Sơn",
    "Trường Tiểu học Tỉnh Giang",
]


def table(count: int = 38, **changes: Any) -> Rows:
    """Schools of several kinds, none with a fault."""
    kinds = ["Mầm non", "Tiểu học", "THCS", "TH&THCS"]
    return [
        school(
            n, level=kinds[n % 4], kdclgd=n % 3 + 2, classes=5 + n % 20, pupils=100 + n, **changes
        )
        for n in range(1, count + 1)
    ]


def all_rows(count: int, first: int = 2, **values: Any) -> Must:
    """So many rows are accepted, from this one on."""
    return Must(accepted={first + i: values for i in range(count)}, aside={})


def cases() -> Cases:
    """All controls."""
    return [*_programs(), *_whole(), *_unusual()]


def _programs() -> Cases:
    rows = [HEADINGS, *table(12)]
    text = [
        [f"{v:%d/%m/%Y}" if isinstance(v, dt.datetime) else _escaped(v) for v in r] for r in rows
    ]
    made: dict[str, tuple[str, bytes]] = {
        "by hand": ("a.xlsx", ooxml.book(rows=rows)),
        "by hand, inline": ("a.xlsx", ooxml.book(rows=rows, write=ooxml.inline)),
        "old, by hand": ("a.xls", xls({"Sheet": plain_cells(rows)})),
        "open document, by hand": ("a.ods", ods(ods_table(*text, name="Sheet"))),
    }
    found = [content(f"control {n}", f, b, all_rows(12), rows=13) for n, (f, b) in made.items()]
    found.append(roster("control by openpyxl", table(12), all_rows(12), exports=True))
    found += [
        Case(f"control by xlsxwriter, {n}", _xlsxwriter(more), (all_rows(12),))
        for n, more in {"usual": {}, "constant memory": {"constant_memory": True}}.items()
    ]
    if shutil.which("soffice"):
        found += [_converted(ending) for ending in ("xlsx", "xls", "ods")]
    return found


def _escaped(value: Any) -> Any:
    return value.replace("&", "&amp;") if isinstance(value, str) else value


def _xlsxwriter(options: dict[str, Any]) -> Any:
    def make(folder: Path) -> Path:
        book = xlsxwriter.Workbook(
            folder / "a.xlsx", {"default_date_format": "dd/mm/yyyy", **options}
        )
        sheet = book.add_worksheet("Sheet")
        for r, row in enumerate([HEADINGS, *table(12)]):
            sheet.write_row(r, 0, row)
        book.close()
        return folder / "a.xlsx"

    return make


def _converted(ending: str) -> Case:
    def make(folder: Path) -> Path:
        made = Path(_by_libreoffice().name, "saved", f"roster.{ending}")
        return Path(shutil.copy(made, folder / f"a.{ending}"))

    return Case(f"control by LibreOffice, {ending}", make, (all_rows(12),), rows=13)


@cache
def _by_libreoffice() -> TemporaryDirectory[str]:
    """One roster in three formats; starting the program takes most of the time."""
    made = TemporaryDirectory()
    source = save(Path(made.name, "roster.xlsx"), table(12))
    home, saved = f"-env:UserInstallation=file://{made.name}/office", f"{made.name}/saved"
    for ending in ("xls", "ods", "xlsx"):
        call = ["soffice", home, "--headless", "--convert-to", ending, "--outdir", saved]
        subprocess.run([*call, str(source)], check=True, capture_output=True, timeout=180)
    return made


def _whole() -> Cases:
    nobody = {f"{s}": "Chưa đạt" for s in ("kdclgd", "cqg")}
    without = {k: v for k, v in NONE.items() if k not in nobody}
    no_cqg = {k: v for k, v in NONE.items() if k.startswith("cqg")}
    everybody: dict[str, Any] = {"kdclgd": 3, "cqg": 2}
    rows = [school(n, **everybody) for n in range(1, 39)]
    many = Case(
        "control: five thousand schools",
        _many,
        (all_rows(5000, kdclgd=2, cqg=1),),
        rows=5001,
        confined=True,
    )
    return [
        many,
        roster("control: everybody", rows, all_rows(38, kdclgd=3, cqg=2), exports=True),
        roster(
            "control: nobody",
            [school(n, **nobody, **without) for n in range(1, 39)],
            all_rows(38, kdclgd=None, cqg=None),
            exports=True,
        ),
        roster(
            "control: nothing is said",
            [school(n, **NONE) for n in range(1, 39)],
            all_rows(38),
            exports=True,
        ),
        roster("control: one school", [school(1)], all_rows(1), exports=True),
        roster(
            "control: one level",
            [school(n, level="GDTX", name=f"Trung tâm GDTX Số {n}", **no_cqg) for n in range(1, 9)],
            all_rows(8),
        ),
    ]


def _many(folder: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    sheet.append(HEADINGS)
    for n in range(5000):
        row = school(1, name=f"Trường Tiểu học Số {n}", code=f"{46480000 + n}", order=n + 1)
        sheet.append(row)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def _unusual() -> Cases:
    named = [school(n, name=name, unit=f"Xã {n}") for n, name in enumerate(_NAMES, 1)]
    wanted = {n + 1: {"name": name} for n, name in enumerate(_NAMES, 1)}
    alone = [
        roster(
            f"control: only {name}",
            [school(1, name=name)],
            Must(accepted={2: {"name": name}}, aside={}),
            quick=True,
        )
        for name in ("Cộng Hòa", "Nguồn", "Kế An", "Tổng Cọt", "Trường Tiểu học Tổng Cọt")
    ]
    bare = [[n, f"46480{n:03d}", name, "Xã A", "Tiểu học"] for n, name in enumerate(_NAMES, 1)]
    no_codes = [[n, name, "Xã A", "Tiểu học", 2] for n, name in enumerate(_NAMES, 1)]
    return [
        roster("control: unusual names", named, Must(accepted=wanted, aside={}), exports=True),
        roster(
            "control: unusual names, little else",
            [[*r, 2] for r in bare],
            Must(accepted=wanted, aside={}),
            [*HEADINGS[:5], "KĐCLGD - Cấp độ"],
        ),
        roster(
            "control: unusual names, no codes",
            no_codes,
            Must(accepted=wanted, aside={}),
            ["STT", "Tên trường", "Xã/phường", "Cấp học", "KĐCLGD - Cấp độ"],
        ),
        roster(
            "control: codes with zeros before",
            [school(n, code=f"0148000{n}") for n in range(1, 9)],
            all_rows(8),
        ),
        roster(
            "control: by codes",
            [school(n, level="TH", ownership="CL") for n in range(1, 9)],
            all_rows(8, level="TH", ownership="CL"),
        ),
        roster(
            "control: no order numbers", [school(n, order=None) for n in range(1, 9)], all_rows(8)
        ),
        *alone,
    ]
