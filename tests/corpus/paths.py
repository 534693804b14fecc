"""Paths of headings: every word of them counts, in whatever rows, groups, titles it stands.

Three schools have cấp độ 2, 1, none and mức độ 1, none, none; whatever else stands beside that was
planned, registered for, or is of another year. Each layout is written twice, as a workbook with its
headings merged, and as text without any merge, and both must give the same.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.corpus.case import Case, Cases, Must, refused

Row = Sequence[Any]
IDENTITY = ["STT", "Mã trường", "Tên trường", "Xã/phường", "Cấp học"]
SCHOOLS = [
    [1, "46480001", "Trường Mầm non Hoa Sen", "Phường Tứ Hạ", "Mầm non"],
    [2, "46480002", "Trường Tiểu học Số 2", "Phường Tứ Hạ", "Tiểu học"],
    [3, "46480003", "Trường THCS Lê Lợi", "Xã Bình Điền", "THCS"],
]
KDCLGD, CQG = [2, 1, None], [1, None, None]
PLAN_K, PLAN_C = [4, 3, 2], [2, 2, 1]
DAY = dt.datetime(2023, 5, 12)
SIGNED_K = ["12/QĐ-SGDĐT", "13/QĐ-SGDĐT", None]


def cases() -> Cases:
    """Paths of headings: all cases."""
    return [
        *_intents(),
        *_titles(),
        *_times(),
        *_spellings(),
        *_parts(),
        *_doubled(),
        *_groups(),
        *_units(),
        *_reasons(),
    ]


def rows(*columns: Sequence[Any], of: Sequence[Row] = SCHOOLS) -> list[list[Any]]:
    """The three schools with these columns behind them."""
    return [[*row, *more] for row, more in zip(of, zip(*columns, strict=True), strict=True)]


def told(first: int, *names: str, **also: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """What the rows from `first` on must give: the levels that were reached, and `also`."""
    known: dict[str, Sequence[Any]] = {"kdclgd": KDCLGD, "cqg": CQG}
    values = {name: known[name] for name in names} | also
    return {
        first + i: {name: some[i] for name, some in values.items()} for i in range(len(SCHOOLS))
    }


def must(first: int, *names: str, warned: Sequence[str] = (), **also: Sequence[Any]) -> Must:
    """All three schools are accepted with what was reached, no cell is in doubt."""
    return Must(accepted=told(first, *names, **also), aside={}, warned=tuple(warned), schools=3)


def both(
    name: str, lines: Sequence[Row], *musts: Must, merged: str = "", sheet: str = "DS"
) -> list[Case]:
    """The lines as a workbook with these ranges merged, and as text."""

    def as_workbook(folder: Path) -> Path:
        book = Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        for line in lines:
            page.append(list(line))
        for some in merged.split():
            page.merge_cells(some)
        book.save(folder / "a.xlsx")
        return folder / "a.xlsx"

    def as_text(folder: Path) -> Path:
        with (folder / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
            width = max(map(len, lines))
            for line in lines:
                told = [c.strftime("%d/%m/%Y") if isinstance(c, dt.datetime) else c for c in line]
                csv.writer(file, delimiter=";").writerow([*told, *[None] * (width - len(told))])
        return folder / "a.csv"

    found = [Case(f"path: {name}", as_workbook, musts, quick=True)]
    if sheet == "DS":
        count = None if musts[0].error else sum(any(c is not None for c in ln) for ln in lines)
        found.append(Case(f"path: {name}, as text", as_text, musts, rows=count, quick=True))
    return found


def _turned(lines: Sequence[Row]) -> list[list[Any]]:
    """The same table with its columns the other way round."""
    width = max(map(len, lines))
    return [[*line, *[None] * (width - len(line))][::-1] for line in lines]


def _intents() -> Cases:
    flat = [[*IDENTITY, "KĐCLGD hiện có", "KĐCLGD kế hoạch 2027", "CQG", "CQG đăng ký"]]
    flat += rows(KDCLGD, PLAN_K, CQG, PLAN_C)
    said = ("KĐCLGD kế hoạch 2027", "CQG đăng ký")
    found = [
        *both("plans beside results", flat, must(2, "kdclgd", "cqg", warned=said)),
        *both(
            "plans beside results, columns turned",
            _turned(flat),
            must(2, "kdclgd", "cqg", warned=said),
        ),
        *both(
            "groups of plan and result",
            [
                [*IDENTITY, "Phấn đấu năm 2026", None, "Đã được công nhận", None],
                [*[None] * 5, "Cấp độ", "Mức độ", "Cấp độ", "Mức độ"],
                *rows(PLAN_K, PLAN_C, KDCLGD, CQG),
            ],
            must(3, "kdclgd", "cqg", warned=("Phấn đấu năm 2026",)),
            merged="F1:G1 H1:I1 A1:A2 B1:B2 C1:C2 D1:D2 E1:E2",
        ),
        *both(
            "the intent below the scheme",
            [
                [*IDENTITY, "KĐCLGD", None, None, "CQG", None],
                [*[None] * 5, "Tự đánh giá", "Đạt", "Đề nghị", "Đạt", "Lộ trình 2028"],
                *rows(PLAN_K, KDCLGD, PLAN_K, CQG, PLAN_C),
            ],
            must(3, "kdclgd", "cqg", warned=("Tự đánh giá", "Đề nghị", "Lộ trình 2028")),
            merged="F1:H1 I1:J1",
        ),
        *both(
            "a date of a plan",
            [
                [*IDENTITY, "CQG - Mức độ", "CQG dự kiến", "Năm", "KĐCLGD"],
                *rows(CQG, PLAN_C, [2027, 2028, 2029], KDCLGD),
            ],
            must(2, "kdclgd", "cqg", warned=("CQG dự kiến", "“Năm”")),
        ),
    ]
    for word in ("tự đánh giá", "TĐG", "chỉ tiêu", "mục tiêu 2030", "đề xuất", "KH", "dự kiến"):
        lines = [[*IDENTITY, f"Cấp độ ({word})", "CQG"], *rows(PLAN_K, CQG)]
        found += both(
            f"level in brackets: {word}", lines, must(2, "cqg", warned=(f"Cấp độ ({word})",))
        )
    only = [[*IDENTITY, "Cấp độ phấn đấu", "Mức độ đăng ký"], *rows(PLAN_K, PLAN_C)]
    found += both("nothing but plans", only, refused("không phải kết quả"))
    unknown: list[Row] = [
        [*IDENTITY, "Rà soát lần 2", None, "Công nhận", None],
        [*[None] * 5, "Cấp độ", "Mức độ", "Cấp độ", "Mức độ"],
        *rows(PLAN_K, PLAN_C, KDCLGD, CQG),
    ]
    found += both(
        "a group nobody knows",
        unknown,
        must(3, "kdclgd", "cqg", warned=("Rà soát lần 2",)),
        merged="F1:G1 H1:I1",
    )
    return found


def _titles() -> Cases:
    head = [*IDENTITY, "CQG mức độ"]
    beside = [[*IDENTITY, "CQG mức độ", "CQG hiện có"], *rows(PLAN_C, CQG)]
    title = "DANH SÁCH TRƯỜNG ĐĂNG KÝ ĐẠT CHUẨN QUỐC GIA NĂM 2027"
    plan = "KẾ HOẠCH XÂY DỰNG TRƯỜNG CHUẨN QUỐC GIA GIAI ĐOẠN 2026-2030"
    fine = [
        "KẾT QUẢ THỰC HIỆN KẾ HOẠCH XÂY DỰNG TRƯỜNG CHUẨN QUỐC GIA NĂM 2025",
        "DANH SÁCH TRƯỜNG ĐẠT CHUẨN QUỐC GIA (Kèm theo Kế hoạch số 12/KH-UBND ngày 05/3/2026)",
        "PHÒNG KẾ HOẠCH - TÀI CHÍNH: DANH SÁCH TRƯỜNG",
    ]
    found = [
        *both("a title of registering", [[title], head, *rows(PLAN_C)], refused("đăng ký")),
        *both("a title of a plan", [[plan], [], head, *rows(PLAN_C)], refused("kế hoạch")),
        *both(
            "a title of registering, and what is there",
            [[title], *beside],
            must(3, "cqg", warned=("CQG mức độ",)),
            merged="A1:G1",
        ),
    ]
    for n, text in enumerate(fine):
        lines = [[text], head, *rows(CQG)]
        found += both(f"a title that only sounds so ({n})", lines, must(3, "cqg"))
    kdclgd: list[Row] = [
        ["KẾT QUẢ KIỂM ĐỊNH CHẤT LƯỢNG GIÁO DỤC"],
        [*IDENTITY, "Mức độ đạt", "Số QĐ", "Ngày ký"],
        *rows(KDCLGD, SIGNED_K, [DAY, DAY, None]),
    ]
    signed = [DAY.date().isoformat(), DAY.date().isoformat(), None]
    found += both(
        "the scheme in the title alone",
        kdclgd,
        must(3, "kdclgd", kdclgd_decision=SIGNED_K, kdclgd_date=signed),
    )
    return found


def _times() -> Cases:
    old = [1, None, None]
    groups: list[Row] = [
        [*IDENTITY, "Năm 2024", None, "Năm 2025", None],
        [*[None] * 5, "KĐCLGD", "CQG", "KĐCLGD", "CQG"],
        *rows(old, PLAN_C, KDCLGD, CQG),
    ]
    below: list[Row] = [
        [*IDENTITY, "KĐCLGD", None, "CQG", None],
        [*[None] * 5, 2024, 2025, 2024, 2025],
        *rows(old, KDCLGD, PLAN_C, CQG),
    ]
    flat = [
        [*IDENTITY, "CQG năm học 2023-2024", "CQG năm học 2025-2026", "KĐCLGD năm 2025"],
        *rows(PLAN_C, CQG, KDCLGD),
    ]
    later = [[*IDENTITY, "KĐCLGD 2028", "KĐCLGD 2025", "CQG"], *rows(PLAN_K, KDCLGD, CQG)]
    before = [[*IDENTITY, "CQG năm trước", "CQG", "KĐCLGD cũ", "KĐCLGD hiện nay"]]
    before += rows(PLAN_C, CQG, PLAN_K, KDCLGD)
    past = [[*IDENTITY, "CQG năm 2022", "KĐCLGD"], *rows(CQG, KDCLGD)]
    year = ("Năm 2024",)
    return [
        *both(
            "two years in groups",
            groups,
            must(3, "kdclgd", "cqg", warned=year),
            merged="F1:G1 H1:I1 A1:A2 B1:B2 C1:C2 D1:D2 E1:E2",
        ),
        *both("years below the scheme", below, must(3, "kdclgd", "cqg"), merged="F1:G1 H1:I1"),
        *both("two school years", flat, must(2, "kdclgd", "cqg", warned=("2023-2024",))),
        *both("two school years, turned", _turned(flat), must(2, "kdclgd", "cqg")),
        *both("a year to come", later, must(2, "kdclgd", "cqg", warned=("KĐCLGD 2028",))),
        *both("what was before", before, must(2, "kdclgd", "cqg", warned=("CQG năm trước",))),
        *both("one year, long past", past, must(2, "kdclgd", "cqg", warned=("2022",))),
    ]


def _spellings() -> Cases:
    numbered: list[Row] = [
        [f"({n}) {h}" for n, h in enumerate([*IDENTITY, "KĐCLGD - Cấp độ", "CQG: Mức độ *"], 1)],
        *rows(KDCLGD, CQG),
    ]
    roman: list[Row] = [
        ["I. Thông tin trường", *[None] * 4, "II. KĐCLGD", "III. CQG"],
        [f"1.{n}. {h}" for n, h in enumerate(IDENTITY, 1)] + ["2.1. Cấp độ", "3.1. Mức độ"],
        *rows(KDCLGD, CQG),
    ]
    asked = [
        [
            *IDENTITY,
            "Trường đã đạt KĐCLGD chưa? Cấp độ mấy?",
            "Trường đã được công nhận CQG chưa? Mức độ nào?",
        ],
        *rows(KDCLGD, CQG),
    ]
    whole = [
        [*IDENTITY, "Kết quả kiểm định chất lượng giáo dục và công nhận chuẩn quốc gia"],
        *rows(["CĐ 2", "CĐ 1", None]),
    ]
    ranged = [[*IDENTITY, "KĐCLGD (cấp độ 1-4)", "Đạt CQG (1, 2)"], *rows(KDCLGD, CQG)]
    three: list[Row] = [
        ["Thông tin chung", *[None] * 4, "Công nhận", None, None, None],
        [*IDENTITY, "KĐCLGD", None, "CQG", None],
        [*[None] * 5, "Hiện trạng", "Kế hoạch", "Hiện trạng", "Kế hoạch"],
        *rows(KDCLGD, PLAN_K, CQG, PLAN_C),
    ]
    marks: list[Row] = [
        [*IDENTITY, "7. Đạt KĐCLGD", None, None, "8. Đạt CQG", None],
        [*[None] * 5, 1, 2, 3, 1, 2],
        *rows([None, "x", None], ["x", None, None], [None] * 3, ["x", None, None], [None] * 3),
    ]
    none = Must(accepted={3: {"kdclgd": 2}, 4: {"kdclgd": 1}, 5: {}}, aside={}, schools=3)
    return [
        *both("numbers in brackets, stars", numbered, must(2, "kdclgd", "cqg")),
        *both("numbers over numbers", roman, must(3, "kdclgd", "cqg"), merged="A1:E1"),
        *both("questions of a form", asked, must(2, "kdclgd", "cqg")),
        *both("both schemes under one heading", whole, must(2)),
        *both("what may be filled in", ranged, must(2, "kdclgd", "cqg")),
        *both("three rows", three, must(4, "kdclgd", "cqg"), merged="A1:E1 F1:I1 F2:G2 H2:I2"),
        *both("levels as numbers below", marks, none, merged="F1:H1 I1:J1"),
    ]


def _parts() -> Cases:
    pupils, girls, classes = [310, 455, 598], [40, 41, 42], [12, 15, 16]
    head = [*IDENTITY, "KĐCLGD"]
    sides = {
        "girls first": ["Nữ", "Tổng số"],
        "girls last": ["Tổng số", "Nữ"],
        "in other words": ["Trong đó nữ", "TS"],
    }
    found: Cases = []
    for name, pair in sides.items():
        values = [pupils, girls] if pair[0] == "Tổng số" else [girls, pupils]
        lines = [
            [*head, "Số HS", None, "Số lớp"],
            [*[None] * 6, *pair, None],
            *rows(KDCLGD, *values, classes),
        ]
        wanted = must(3, "kdclgd", pupils=pupils, classes=classes)
        found += both(f"a count in parts, {name}", lines, wanted, merged="G1:H1 A1:A2 B1:B2")
    whole = [
        [*head, "Tổng số", None, "Khối 6", None],
        [*[None] * 6, "Lớp", "Học sinh", "Lớp", "Học sinh"],
        *rows(KDCLGD, classes, pupils, girls, girls),
    ]
    teachers = [
        [*head, "Giáo viên", None, "Số HS", None],
        [*[None] * 6, "Tổng số", "Nữ", "Tổng số", "Dân tộc"],
        *rows(KDCLGD, girls, girls, pupils, girls),
    ]
    found += both(
        "the whole and a grade", whole, must(3, "kdclgd", pupils=pupils, classes=classes),
        merged="G1:H1 I1:J1",
    )  # fmt: skip
    found += both(
        "parts of two counts", teachers, must(3, "kdclgd", pupils=pupils), merged="G1:H1 I1:J1"
    )
    return found


def _doubled() -> Cases:
    head = [*IDENTITY, "KĐCLGD"]
    names: list[Row] = [
        ["STT", "Mã trường", "Tên trường", None, "Cấp học", "KĐCLGD"],
        [1, "46480001", "Trường", "Mầm non Hoa Sen", "Mầm non", 2],
        [2, "46480002", "Trường", "Tiểu học Số 2", "Tiểu học", 1],
        [3, "46480003", "Trường", "THCS Lê Lợi", "THCS", None],
    ]
    whole = [row[2] for row in SCHOOLS]

    def of_names(folder: Path) -> Path:
        return both("", names, Must(), merged="C1:D1")[0].make(folder)

    return [
        Case("path: names in two columns", of_names, (must(2, "kdclgd", name=whole),), quick=True),
        *both(
            "a doubled heading nobody needs",
            [[*head, "Số phòng học", "Số phòng học"], *rows(KDCLGD, [1, 2, 3], [4, 5, 6])],
            must(2, "kdclgd", warned=("Số phòng học",)),
        ),
        *both(
            "two notes",
            [[*head, "Ghi chú", "Ghi chú"], *rows(KDCLGD, ["a", "b", "c"], ["d", None, "e"])],
            must(2, "kdclgd"),
        ),
        *both(
            "a doubled heading over a blank column",
            [[*head, "KĐCLGD"], *rows([None] * 3, KDCLGD)],
            must(2, "kdclgd"),
        ),
        *both(
            "a doubled level",
            [[*head, "KĐCLGD"], *rows(KDCLGD, PLAN_K)],
            refused("hai lần"),
        ),
        *both(
            "three codes of other names",
            [
                ["Mã", "Tên trường", "Mã Sở", "Mã CSDL ngành", "Mức CQG"],
                *([n, row[2], n, row[1], CQG[n - 1]] for n, row in enumerate(SCHOOLS, 1)),
            ],
            must(2, "cqg", warned=("Mã CSDL ngành",), code=[row[1] for row in SCHOOLS]),
        ),
        *both(
            "the old name and the new",
            [
                ["Mã trường", "Tên trường cũ", "Tên trường mới", "Cấp học", "CQG"],
                *([r[1], "Trường Cũ", r[2], r[4], c] for r, c in zip(SCHOOLS, CQG, strict=True)),
            ],
            must(2, "cqg", name=whole),
        ),
    ]


def _groups() -> Cases:
    head = ["STT", "Mã trường", "Tên trường", "CQG", "Số lớp", "Số học sinh"]

    def line(n: int) -> list[Any]:
        return [n, *SCHOOLS[n - 1][1:3], CQG[n - 1], 12, 345]

    def wanted(at: Sequence[int], **also: Sequence[Any]) -> Must:
        values = {"cqg": CQG} | also
        told = {row: {k: some[i] for k, some in values.items()} for i, row in enumerate(at)}
        return Must(accepted=told, aside={}, schools=3)

    levels = ["Mầm non", "Tiểu học", "THCS"]
    units = ["Phường Tứ Hạ", "Phường Tứ Hạ", "Xã Bình Điền"]
    sums: list[Row] = [
        head,
        ["I", None, "Mầm non: 1 trường", None, 12, 345],
        line(1),
        ["II", None, "Khối Tiểu học (1 trường)", 0, 12, 345],
        line(2),
        ["III", None, "CẤP THCS", None, 12, 345],
        line(3),
        ["*", None, "Toàn thị xã", 1, 36, 1035],
    ]
    nested: list[Row] = [
        head,
        ["A", None, "PHƯỜNG TỨ HẠ", None, 24, 690],
        ["I", None, "Mầm non", None, 12, 345],
        line(1),
        ["II", None, "Tiểu học", None, 12, 345],
        line(2),
        ["B", None, "XÃ BÌNH ĐIỀN: 1 trường", None, 12, 345],
        ["I", None, "Trung học cơ sở", None, 12, 345],
        line(3),
        [None, None, "Toàn ngành", 1, 36, 1035],
    ]
    owned: list[Row] = [
        [*head[:2], "Tên trường", "CQG", "Số lớp"],
        ["A", None, "Các trường công lập", None, 36],
        *([n, *SCHOOLS[n - 1][1:3], CQG[n - 1], 12] for n in (1, 2)),
        ["B", None, "Ngoài công lập", None, 12],
        [3, *SCHOOLS[2][1:3], None, 12],
        ["Cộng", None, None, 1, 48],
    ]
    without: list[Row] = [
        ["TT", "Tên trường", "Xã/phường", "CQG", "Số lớp"],
        ["I", "Bậc Mầm non", None, None, 12],
        [1, SCHOOLS[0][2], "Phường Tứ Hạ", 1, 12],
        ["II", "Bậc Tiểu học", None, None, 12],
        [1, SCHOOLS[1][2], "Phường Tứ Hạ", None, 12],
        ["III", "Bậc THCS", None, None, 12],
        [1, SCHOOLS[2][2], "Xã Bình Điền", None, 12],
    ]
    no_code = Must(
        accepted={n: {"level": level} for n, level in zip((3, 5, 7), levels, strict=True)},
        aside={},
        schools=3,
    )
    lettered: list[Row] = [
        [*IDENTITY, "CQG", "Số HS", None],
        [*[None] * 6, "Tổng", "Nữ"],
        ["A", "B", "C", "D", "E", 1, "(2)", "(3)"],
        [None, None, "Trong đó: Công lập", None, None, "1/3", 1363, None],
        *rows(CQG, [310, 455, 598], [40, 41, 42]),
    ]
    return [
        *both("letters and numbers of columns", lettered, wanted((5, 6, 7)), merged="G1:H1"),
        *both("group rows with sums", sums, wanted((3, 5, 7), level=levels)),
        *both("units and levels", nested, wanted((4, 6, 9), level=levels, unit=units)),
        *both("groups of ownership", owned, wanted((3, 4, 6))),
        *both("groups without codes", without, no_code),
    ]


def _units() -> Cases:
    head = ["STT", "Mã trường", "Tên trường", "CQG"]
    lines: list[Row] = [head, *([*row[:3], level] for row, level in zip(SCHOOLS, CQG, strict=True))]
    letterhead: list[Row] = [
        ["ỦY BAN NHÂN DÂN PHƯỜNG HƯƠNG TRÀ", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["PHÒNG VĂN HÓA - XÃ HỘI", None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
    ]
    sheet = must(2, "cqg", unit=["Xã Bình Điền"] * 3, warned=("Xã Bình Điền",))
    ward = ["Phường Hương Trà"] * 3
    said = ("Phường Hương Trà",)
    none = must(3, "cqg", unit=[None] * 3)
    return [
        *both("the unit as the name of the sheet", lines, sheet, sheet="Xã Bình Điền"),
        *both(
            "the unit in the title",
            [["DANH SÁCH TRƯỜNG PHƯỜNG HƯƠNG TRÀ NĂM HỌC 2025-2026"], *lines],
            must(3, "cqg", unit=ward, warned=said),
        ),
        *both("the unit in the letterhead", [*letterhead, *lines], must(5, "cqg", unit=ward)),
        *both(
            "several units in the title",
            [["CÁC TRƯỜNG CỦA PHƯỜNG HƯƠNG TRÀ VÀ XÃ BÌNH ĐIỀN"], *lines],
            none,
        ),
        *both("a town in the title", [["UBND THỊ XÃ HƯƠNG TRÀ"], *lines], none),
        *both(
            "the level as the name of the sheet",
            [
                head,
                [1, "46480001", "Hoa Sen", 1],
                [2, "46480002", "Hoa Mai", None],
                [3, "46480003", "Hoa Đào", None],
            ],
            must(2, "cqg", level=["Mầm non"] * 3),
            sheet="1. Mầm non",
        ),
    ]


def _reasons() -> Cases:
    persons: list[Row] = [
        ["STT", "Họ và tên", "Ngày sinh", "Đơn vị", "Trình độ", "Ghi chú"],
        [1, "Nguyễn Văn A", DAY, "Trường Tiểu học Số 2", "Đại học", None],
    ]
    graded: list[Row] = [
        ["STT", "Họ tên giáo viên", "Chức vụ", "Trường", "Cấp học", "Mức độ"],
        [1, "Nguyễn Văn A", "GV", "Trường Tiểu học Số 2", "Tiểu học", 2],
    ]
    heads: list[Row] = [
        [*IDENTITY, "CQG", "Hiệu trưởng", None],
        [*[None] * 6, "Họ và tên", "Số điện thoại"],
        *rows(CQG, ["A", "B", "C"], ["1", "2", "3"]),
    ]
    return [
        *both("a list of persons", persons, refused("danh sách người")),
        *both("a list of teachers by grade", graded, refused("danh sách người")),
        *both("the head of each school", heads, must(3, "cqg"), merged="G1:H1"),
        *both(
            "no name, and a sum",
            [["STT", "Tổng số", "Xã/phường", "Cấp học", "CQG"], [1, 5, "Xã A", "Tiểu học", 1]],
            refused("tiêu đề|Tên trường"),
        ),
    ]
