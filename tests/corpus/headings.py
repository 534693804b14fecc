"""Headings: spelled otherwise, on several rows, missing, doubled, additional."""

from __future__ import annotations

from typing import Any

from tests.corpus.case import Cases, Must, Rows, all_of, refused, roster
from tests.corpus.layouts import FINE, SCHOOLS, changed, laid, warned
from tests.workbooks import HEADINGS, school

TWO_ROWS = [
    [
        "STT",
        "Mã trường",
        "Tên trường",
        "Xã/phường",
        "Cấp học",
        "Loại hình",
        "KĐCLGD",
        None,
        None,
        "CQG",
        None,
        None,
        "Số lớp",
        "Số học sinh",
    ],
    [
        None,
        None,
        None,
        None,
        None,
        None,
        "Cấp độ",
        "Số quyết định",
        "Ngày",
        "Mức độ",
        "Số quyết định",
        "Ngày",
        None,
        None,
    ],
]


def cases() -> Cases:
    """Headings: all cases."""
    return [*_headings(), *_columns()]


def _headings() -> Cases:
    spelled = [
        "Số TT",
        "MÃ TRƯỜNG",
        " Tên  trường ",
        "Xã, phường",
        "Bậc học",
        "Công lập/Tư thục",
        "Đạt KĐCLGD cấp độ",
        "Số QĐ KĐCLGD",
        "Ngày KĐCLGD",
        "CQG mức độ",
        "Số QĐ CQG",
        "Ngày CQG",
        "Tổng số lớp",
        "Tổng số HS",
    ]
    broken = [h.replace(" ", "\n") for h in HEADINGS]
    scheme_only = [
        *HEADINGS[:6],
        "Cấp độ",
        "Số QĐ",
        "Ngày ký",
        "Mức độ",
        "Số QĐ",
        "Ngày ký",
        "Số lớp",
        "Số HS",
    ]
    plain = [
        "stt",
        "ma truong",
        "ten truong",
        "xa/phuong",
        "cap hoc",
        "loai hinh",
        "kdclgd - cap do",
        "kdclgd - so quyet dinh",
        "kdclgd - ngay",
        "cqg - muc do",
        "cqg - so quyet dinh",
        "cqg - ngay",
        "so lop",
        "so hoc sinh",
    ]
    typo = [*HEADINGS]
    typo[2] = "Tên trườg"
    three = [["Thông tin", *[None] * 5, "Công nhận", *[None] * 5, "Quy mô", None], *TWO_ROWS]
    return [
        roster("headings in capitals", SCHOOLS, FINE, [h.upper() for h in HEADINGS]),
        roster("headings without marks", SCHOOLS, FINE, plain),
        roster("headings spelled otherwise", SCHOOLS, FINE, spelled),
        roster("headings with line breaks", SCHOOLS, FINE, broken),
        roster("headings with colons and stars", SCHOOLS, FINE, [f"{h} (*):" for h in HEADINGS]),
        roster(
            "headings with dashes of typography",
            SCHOOLS,
            FINE,
            [h.replace("-", "–") for h in HEADINGS],
        ),
        roster(
            "headings without spaces at dashes",
            SCHOOLS,
            FINE,
            [h.replace(" - ", "-") for h in HEADINGS],
        ),
        roster("headings of attributes alone", SCHOOLS, FINE, scheme_only),
        laid("header on two rows", [*TWO_ROWS, *SCHOOLS], all_of(3, 4, 5, 6)),
        laid("header on three rows", [*three, *SCHOOLS], all_of(4, 5, 6, 7)),
        changed("header on two rows, merged", _merge_header, all_of(3, 4, 5, 6)),
        roster(
            "the needed heading with a slip", SCHOOLS, [refused("Tên trườg|Tên trường"), FINE], typo
        ),
        roster("marks under levels", *_marks()),
    ]


def _merge_header(sheet: Any) -> None:
    sheet.insert_rows(1)
    for c, (above, below) in enumerate(zip(*TWO_ROWS, strict=True), 1):
        sheet.cell(1, c).value, sheet.cell(2, c).value = above, below
    for ref in ("G1:I1", "J1:L1", "A1:A2", "B1:B2", "C1:C2", "M1:M2"):
        sheet.merge_cells(ref)


def _marks() -> tuple[Rows, Must, list[str]]:
    headings = [*HEADINGS[:6], "KĐCLGD - Cấp độ 1", "KĐCLGD - Cấp độ 2", "KĐCLGD - Cấp độ 3"]
    rows = [[*school(n)[:6], *("x" if n == k else None for k in (1, 2, 3))] for n in (1, 2, 3)]
    rows.append([*school(4)[:6], "x", "x", None])
    wanted: dict[int, Any] = {n + 1: {"kdclgd": n} for n in (1, 2, 3)} | {5: {"kdclgd": None}}
    return rows, Must(accepted=wanted, aside={}, doubts={5: "H5"}), headings


def _columns() -> Cases:
    def without(*names: str) -> tuple[Rows, list[str]]:
        keep = [i for i, h in enumerate(HEADINGS) if h not in names]
        return [[r[i] for i in keep] for r in SCHOOLS], [HEADINGS[i] for i in keep]

    doubled_same = [[*r, r[13]] for r in SCHOOLS]
    doubled_other = [[*r, 7] for r in SCHOOLS]
    more = [[*r, "x@y.vn", "Nguyễn Văn A", 3] for r in SCHOOLS]
    back = [r[::-1] for r in SCHOOLS]
    nameless = [[*r, "gì đó"] for r in SCHOOLS]
    blank_between = [[*r[:3], None, *r[3:]] for r in SCHOOLS]
    found = [
        roster(
            "a heading twice, same values",
            doubled_same,
            [FINE, refused("hai lần")],
            [*HEADINGS, "Số học sinh"],
        ),
        roster(
            "a heading twice, other values",
            doubled_other,
            refused("hai lần"),
            [*HEADINGS, "Số học sinh"],
        ),
        roster(
            "columns more",
            more,
            warned("điểm trường"),
            [*HEADINGS, "Email", "Hiệu trưởng", "Số điểm trường"],
        ),
        roster("columns the other way round", back, FINE, HEADINGS[::-1]),
        roster("a column without heading", nameless, warned("O")),
        roster("a blank column between", blank_between, FINE, [*HEADINGS[:3], None, *HEADINGS[3:]]),
    ]
    for names, musts in (
        (("Tên trường",), [refused("Tên trường")]),
        (("Mã trường",), [warned("Mã trường"), refused("Mã trường")]),
        (
            ("Cấp học",),
            [warned("Cấp học"), refused("Cấp học"), Must(accepted={}, warned=("Cấp học",))],
        ),
        (("Số lớp", "Số học sinh"), [warned("Số lớp", "Số học sinh"), refused("Số lớp")]),
        (
            ("KĐCLGD - Cấp độ",),
            [refused("Cấp độ"), warned("Cấp độ")],
        ),
        (("KĐCLGD - Cấp độ", "CQG - Mức độ"), [refused("Cấp độ|Mức độ")]),
        (("KĐCLGD - Số quyết định",), [warned("Số quyết định"), refused("")]),
        (("STT",), [FINE]),
        (("Loại hình",), [warned("Loại hình"), refused("")]),
    ):
        rows, headings = without(*names)
        found.append(roster(f"without {', '.join(names)}", rows, musts, headings))
    return found
