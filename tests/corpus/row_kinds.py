"""What a row is, and what its name, its level, its note and its counts say together. Each list
stands in four layouts: as it is, with its columns turned round, as CSV, and as an old workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests import binary_workbooks as make
from tests.corpus.case import Case, Cases, Must, Rows
from tests.corpus.delimited import text
from tests.workbooks import HEADINGS, save, school

WITH_NOTE = [*HEADINGS, "Ghi chú"]
EMPTY: dict[str, Any] = {"classes": 0, "pupils": 0}
NOTHING: dict[str, Any] = dict.fromkeys(
    ["kdclgd", "kdclgd_decision", "kdclgd_date", "cqg", "cqg_decision", "cqg_date"]
)
PERHAPS, OUTSIDE, MANY = "có lẽ là nhóm", "không tính là trường", "… ("


def listed(name: str, rows: Rows, must: Must, headings: Sequence[Any] = HEADINGS) -> Cases:
    """One list in four layouts, which give the same."""
    turned = [row[::-1] for row in rows]
    layouts = {
        "": lambda folder: save(folder / "a.xlsx", rows, headings),
        ", columns turned round": lambda folder: save(folder / "a.xlsx", turned, headings[::-1]),
        ", as text": lambda folder: _written(folder / "a.csv", text_of(rows, headings).encode()),
        ", old workbook": lambda folder: _written(folder / "a.xls", old(rows, headings)),
    }
    return [Case(f"rows: {name}{how}", made, (must,), quick=True) for how, made in layouts.items()]


def text_of(rows: Rows, headings: Sequence[Any]) -> str:
    """The list as CSV."""
    return "\r\n".join(
        [",".join(f'"{heading}"' for heading in headings), *text(rows).splitlines()[1:]]
    )


def old(rows: Rows, headings: Sequence[Any]) -> bytes:
    """The list as Excel 97 kept it, its dates as text."""
    cells = {
        (r, c): f"{value:%d/%m/%Y}" if isinstance(value, dt.datetime) else value
        for r, row in enumerate([headings, *rows])
        for c, value in enumerate(row)
        if value is not None
    }
    return make.xls({"A": cells})


def _written(path: Path, made: bytes) -> Path:
    path.write_bytes(made)
    return path


def must(rows: Rows, counted: int, *warned: str, **more: Any) -> Must:
    """All rows are of schools or of what is counted nowhere, with no cell in doubt."""
    accepted: dict[Any, Any] = {row: {} for row in range(2, len(rows) + 2)}
    return Must(accepted=accepted, aside={}, counted=counted, warned=warned, **more)


def named(
    name: str, names: Mapping[str, bool], *warned: str, level: str = "Mầm non", **more: Any
) -> Cases:
    """Rows of these names; which of them are schools."""
    rows = [school(n, name=told, level=level) for n, told in enumerate(names, 1)]
    return listed(name, rows, must(rows, sum(names.values()), *warned, **more))


def schools(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, True)


def groups(*names: str) -> dict[str, bool]:
    return dict.fromkeys(names, False)


def cases() -> Cases:
    """All cases."""
    return [
        *_groups(),
        *_sites(),
        *_codes(),
        *_under_groups(),
        *_doubtful(),
        *_levels(),
        *_notes(),
        *_odd(),
        *_examples(),
    ]


def _groups() -> Cases:
    no_word: dict[str, Any] = {"unwarned": (PERHAPS,)}
    return [
        *named(
            "groups in full",
            groups(
                "Nhóm trẻ Tuổi Thơ",
                "Nhóm trẻ độc lập tư thục Hoa Mai",
                "Nhóm lớp mầm non Sóc Nhí",
                "Nhóm, lớp mẫu giáo độc lập Bé Ngoan",
                "Lớp mẫu giáo độc lập Hoa Sen",
                "Lớp mầm non Ước Mơ",
                "Cơ sở mầm non độc lập Ánh Dương",
                "Cơ sở giáo dục mầm non Phương Anh",
                "Cơ sở giữ trẻ Bà Tư",
                "Mầm non độc lập Ngân Khánh",
                "Mầm non tư thục độc lập Kim Đồng",
                "Mẫu giáo độc lập tư thục Họa Mi",
            ),
            OUTSIDE,
            **no_word,
        ),
        *named(
            "groups in short, written together",
            groups(
                "CSMNĐL Baby Shark",
                "CSMN Sơn Ca",
                "NTMG Hoa Sen",
                "MGĐL Hoa Mai",
                "LMGĐL Bé Yêu",
                "NTĐL Thỏ Ngọc",
                "MNĐL Bình Minh",
                "CSGDMNĐL Vàng Anh",
            ),
            OUTSIDE,
            **no_word,
        ),
        *named(
            "groups in short, written apart",
            groups(
                "CS MN ĐL Baby Shark",
                "CSMN độc lập Vàng Anh",
                "CS GDMN Sơn Ca",
                "NT MG Hoa Sen",
                "MG ĐL Hoa Mai",
                "Lớp MGĐL Bé Yêu",
                "Lớp MG Thỏ Ngọc",
                "Cơ sở GDMN độc lập Mây",
                "MN Đ.L Bống",
            ),
            OUTSIDE,
            **no_word,
        ),
        *named(
            "groups without marks, or with wrong ones",
            groups(
                "Nhom tre Tuoi Tho",
                "Co so mam non doc lap Anh Duong",
                "Cơ sở Mầm non độc lâp Sao Mai",
                "Lơp mẫu giáo Hoa Hồng",
                "NHÓM TRẺ ĐÔC LẬP MẶT TRỜI",
                "nhóm tre  Bi Bo",
            ),
            OUTSIDE,
            **no_word,
        ),
        *named(
            "groups told behind the name",
            groups(
                "Hoa Mai (nhóm trẻ độc lập)", "Ánh Dương - Lớp mẫu giáo độc lập", "Sao Mai, CSMNĐL"
            ),
            OUTSIDE,
            **no_word,
        ),
        *named(
            "schools called Độc Lập",
            schools(
                "Trường Mầm non Độc Lập",
                "Mầm non Độc Lập",
                "MG Độc Lập",
                "Trường MN Độc Lập 2",
                "MN Độc Lập số 1",
                "MẦM NON ĐỘC LẬP A",
                "Mầm non Độc Lập xã Bình Điền",
            ),
            unwarned=(PERHAPS, OUTSIDE),
        ),
        *named(
            "schools of any ownership",
            schools(
                "Trường Mầm non tư thục Hoa Mai",
                "Mầm non tư thục Sao Sáng",
                "MN TT Hương Sơn",
                "Trường Mẫu giáo Bình Minh",
                "MNTT Vàng Anh",
                "Nhà trẻ Hoa Hồng",
                "Trường Mầm non Việt - Hàn",
                "Trường Mầm non 3-2",
                "Trường mầm non Cổ Sở",
            ),
            unwarned=(PERHAPS, OUTSIDE),
        ),
        *named(
            "primary schools called Độc Lập",
            schools("Trường Tiểu học Độc Lập", "TH Độc Lập Hòa Bình", "Tiểu học Điềm Thụy"),
            level="Tiểu học",
            unwarned=(PERHAPS, OUTSIDE),
        ),
    ]


def _sites() -> Cases:
    return [
        *named(
            "sites by how they begin",
            groups(
                "Điểm trường Thôn 2",
                "Điểm lẻ Bản Khe",
                "Phân hiệu Trường Tiểu học An Hòa",
                "Cơ sở 2 Trường Tiểu học An Hòa",
                "Cơ sở II - TH Lê Lợi",
                "CS2 Trường TH Kim Đồng",
                "Điểm TH Bản Khe",
            ),
            OUTSIDE,
            level="Tiểu học",
        ),
        *named(
            "sites behind the name of the school",
            groups(
                "Trường Tiểu học An Hòa - Cơ sở 2",
                "Trường Tiểu học Lê Lợi (điểm trường Bản Khe)",
                "TH Kim Đồng, phân hiệu Thôn 3",
                "Trường TH Hoa Lư điểm lẻ Na Tủn",
                "Trường TH Ba Đình- CS2",
                "Trường TH Số 1 (khu lẻ)",
            ),
            OUTSIDE,
            level="Tiểu học",
        ),
        *named(
            "schools that have sites",
            schools(
                "Trường Tiểu học An Hòa (gồm 2 điểm trường)",
                "Trường Tiểu học Lê Lợi (cơ sở 1)",
                "TH Kim Đồng - cơ sở chính",
                "Trường TH Hoa Lư (có 3 điểm trường)",
                "Trường TH Hoa - Cơ sở Lê Lợi",
            ),
            level="Tiểu học",
            unwarned=(OUTSIDE,),
        ),
        *named(
            "lower secondary schools with a number",
            schools(
                "Trường Trung học cơ sở 2 Hoa Lư",
                "Trung học cơ sở Số 2 An Hòa",
                "Trường Trung học cơ sở I",
            ),
            level="THCS",
            unwarned=(OUTSIDE,),
        ),
        *named(
            "institutions of another kind",
            groups(
                "Trường Cao đẳng Sư phạm Huế",
                "Trường Trung cấp nghề Số 10",
                "Đại học Huế",
                "Phòng GD&ĐT Hương Trà",
                "UBND phường Tứ Hạ",
            )
            | schools("Trường THPT Đặng Huy Trứ", "Trường THPT chuyên Đại học Vinh"),
            OUTSIDE,
            level="THPT",
        ),
        *named(
            "a preschool of a college",
            schools(
                "Trường Mầm non Thực hành - Cao đẳng Sư phạm",
                "Trường MN thực hành Trường Đại học Hoa Lư",
            ),
            unwarned=(OUTSIDE, PERHAPS),
        ),
    ]


def _under_groups() -> Cases:
    at = HEADINGS.index("Cấp học")
    heads = [*HEADINGS[:at], *HEADINGS[at + 1 :]]

    def line(n: int, name: str) -> list[Any]:
        row = school(n, name=name)
        return [*row[:at], *row[at + 1 :]]

    grouped: list[list[Any]] = [
        ["I. Mầm non"],
        line(1, "Mầm non Hoa"),
        ["II. Nhóm trẻ, lớp mẫu giáo độc lập"],
        ["Phường Tứ Hạ"],
        line(2, "Mầm non Lá"),
        line(3, "Ánh Dương"),
        line(4, "Trường Mầm non Cây"),
        ["III. Tiểu học"],
        line(5, "Kim Đồng"),
        ["Nhóm 1: các trường khác"],
        line(6, "Trường Tiểu học Mây"),
    ]
    accepted: dict[Any, Any] = {row: {} for row in (3, 6, 7, 8, 10, 12)}
    warned = ("hàng 6, 7 là nhóm", f"“Trường Mầm non Cây” {PERHAPS}")
    under = Must(accepted=accepted, aside={}, counted=4, warned=warned, unwarned=("“Mầm non Hoa”",))

    def apart(folder: Path) -> Path:
        book = Workbook()
        book.remove(book.worksheets[0])
        for n, (title, name) in enumerate({"MN": "MN Hoa", "Nhóm trẻ độc lập": "MN Lá"}.items()):
            page = book.create_sheet(title)
            page.append(HEADINGS)
            page.append(school(n + 1, name=name, level="Mầm non"))
        book.save(folder / "a.xlsx")
        return folder / "a.xlsx"

    sheets: dict[Any, Any] = {("MN", 2): {}, ("Nhóm trẻ độc lập", 2): {}}
    return [
        *listed("groups below their group row", grouped, under, heads)[:1],
        *listed("groups below their group row", grouped, under, heads)[2:3],
        Case(
            "rows: groups on a sheet of their own",
            apart,
            (Must(accepted=sheets, aside={}, counted=1, warned=(OUTSIDE,)),),
            quick=True,
        ),
    ]


def _codes() -> Cases:
    def with_kind(heading: str, kinds: Sequence[Any]) -> tuple[list[list[Any]], list[Any]]:
        rows = [
            [
                *school(n, name=f"Hoa Mai {n}" if n > 1 else "Trường Mầm non Hoa", level="Mầm non"),
                kind,
            ]
            for n, kind in enumerate(kinds, 1)
        ]
        return rows, [*HEADINGS, heading]

    by_code, heads = with_kind("NHOM_CAP_HOC", ["01", "04", "05", "19"])
    by_number, number_heads = with_kind("MA_NHOM_CAP_HOC", [1, 4, 5, 19])
    in_words, word_heads = with_kind(
        "Nhóm cấp học",
        [
            "Mầm non",
            "Nhóm nhà trẻ độc lập",
            "Lớp mẫu giáo độc lập",
            "Nhóm trẻ, lớp mẫu giáo độc lập",
        ],
    )
    levels = ["Mầm non", "Nhóm trẻ độc lập", "Lớp mẫu giáo độc lập", "Mầm non độc lập"]
    owned = ["Tư thục", "Tư thục độc lập", "Nhóm trẻ độc lập tư thục", "Công lập"]
    by_level = [school(n, name=f"Mầm non Hoa {n}", level=told) for n, told in enumerate(levels, 1)]
    by_owner = [
        school(n, name=f"Mầm non Hoa {n}", level="MN", ownership=told)
        for n, told in enumerate(owned, 1)
    ]
    return [
        *listed("kinds by code of the sector", by_code, must(by_code, 1, OUTSIDE), heads),
        *listed("kinds by number of the sector", by_number, must(by_number, 1), number_heads),
        *listed("kinds in the sector's words", in_words, must(in_words, 1), word_heads),
        *listed("kinds in the column of levels", by_level, must(by_level, 1, OUTSIDE)),
        *listed("kinds in the column of ownership", by_owner, must(by_owner, 2, OUTSIDE)),
    ]


def _doubtful() -> Cases:
    doubtful = (
        "Ánh Dương",
        "Hoa Mai Kids",
        "NT Tuổi Thơ",
        "Nhà trẻ tư thục Hali",
        "Trường Mầm non độc lập Sóc Nhí",
        "Trường MG ĐL Bé Ngoan",
        "Trường MN Hoa Sen (nhóm trẻ)",
        "Trung tâm Sao Mai",
        "Cơ sở Bống Bang",
    )
    many = [f"Ngôi Nhà Trẻ Thơ {n}" for n in range(1, 13)]
    return [
        *named("perhaps groups", schools(*doubtful), *(f"“{name}” {PERHAPS}" for name in doubtful)),
        *named(
            "many that perhaps are groups", schools(*many), f"12) {PERHAPS}", unwarned=("Thơ 1”",)
        ),
        *named(
            "primary schools without their kind",
            schools("Kim Đồng", "Lê Lợi"),
            level="Tiểu học",
            unwarned=(PERHAPS,),
        ),
    ]


def _levels() -> Cases:
    def of(name: str, pairs: Sequence[tuple[str, str, str]], *warned: str, **more: Any) -> Cases:
        rows = [school(n, name=told, level=level) for n, (told, level, _) in enumerate(pairs, 1)]
        told = {row: {"level": level} for row, (*_, level) in enumerate(pairs, 2)}
        return listed(
            name, rows, Must(accepted=told, aside={}, counted=_for_cqg(told), warned=warned, **more)
        )

    both, lower = "TH&THCS", "THCS"
    agreeing = [
        ("Trường Tiểu học Hoa", "Tiểu học", "Tiểu học"),
        ("Trường TH, THCS và THPT Hoa", "TH&THCS&THPT", "TH&THCS&THPT"),
        ("Trường Tiểu học - THCS - THPT Lá", "TH&THCS&THPT", "TH&THCS&THPT"),
        ("Trường PTDTNT THCS & THPT Hoa", "THCS&THPT", "THCS&THPT"),
        ("Trường PTDT Nội trú THCS Đồng Hỷ", lower, lower),
        ("Trường PTDTBT TH và THCS Bản Khe", both, both),
        ("Trường Phổ thông Hermann Gmeiner", "TH&THCS&THPT", "TH&THCS&THPT"),
        ("Trung tâm GDNN - GDTX Hương Trà", "GDTX", "GDTX"),
        ("Kim Đồng", "Tiểu học", "Tiểu học"),
    ]
    contrary = [
        ("Trường TH&THCS Số 4", lower, lower),
        ("Trường Tiểu học Hoa", lower, lower),
        ("Trường THPT Lá", "THCS&THPT", "THCS&THPT"),
        ("Trường Mầm non Cây", "Tiểu học", "Tiểu học"),
        ("Trường Tiểu học và THCS Mây", "Tiểu học", "Tiểu học"),
        ("Trung tâm GDTX Hương Trà", "THPT", "THPT"),
    ]
    counted = Must(
        accepted={row: {} for row in range(2, 8)},
        aside={},
        counted=6,
        warned=tuple(f"“{name}”) là" for name, *_ in contrary),
    )
    rows = [school(n, name=name, level=level) for n, (name, level, _) in enumerate(contrary, 1)]
    many = [(f"Trường TH&THCS Số {n}", lower, lower) for n in range(1, 13)]
    of_two = [
        ("Trường TH&THCS Số 1", "PTCS", both),
        ("Trường TH và THCS Hoa", "Phổ thông cơ sở", both),
        ("Trường THCS Lá", "PTCS", lower),
    ]
    unclear = [
        ("Trường PTCS Hoa", "PTCS", lower),
        ("Kim Đồng", "PTCS", lower),
        ("Trường PTCS Lá", both, both),
        ("Trường PTCS Mây", lower, lower),
    ]
    at = HEADINGS.index("Cấp học")
    nameless = [
        [*row[:at], *row[at + 1 :]] for row in (school(1, name="Trường PTCS Hoa"), school(2))
    ]
    grouped: list[list[Any]] = [
        ["I. THCS"],
        [*school(1, name="Trường Tiểu học Hoa")[:at], *school(1)[at + 1 :]],
        [*school(2, name="Trường THCS Lá")[:at], *school(2)[at + 1 :]],
        [*school(3, name="Trường TH&THCS Mây")[:at], *school(3)[at + 1 :]],
    ]
    under = Must(
        accepted={3: {}, 4: {}, 5: {}},
        aside={},
        counted=3,
        warned=("“Trường Tiểu học Hoa” là TH, nhưng đứng dưới nhóm THCS",),
        unwarned=("“Trường THCS Lá”", "“Trường TH&THCS Mây”"),
    )
    heads = [*HEADINGS[:at], *HEADINGS[at + 1 :]]
    return [
        *of("levels that are those of the name", agreeing, unwarned=("cấp học ghi", "cấp học ở")),
        *listed("levels against the name", rows, counted),
        *of("many levels against the name", many, "12) khác với tên trường", unwarned=("Số 1”",)),
        *of(
            "a word for two levels, told by the name", of_two, unwarned=("cấp học ghi", "có thể là")
        ),
        *of(
            "a word for two levels that the name does not tell",
            unclear,
            "“PTCS” có thể là THCS hoặc TH&THCS",
            unwarned=("cấp học ghi",),
        ),
        *listed(
            "a name with a word for two levels",
            nameless,
            must(nameless, 2, "“Trường PTCS Hoa” có thể là"),
            heads,
        ),
        Case(
            "rows: a name against its group row",
            lambda folder: save(folder / "a.xlsx", grouped, heads),
            (under,),
            quick=True,
        ),
    ]


def _for_cqg(told: Mapping[int, Mapping[str, str]]) -> int:
    return sum(values["level"] != "GDTX" for values in told.values())


def _noted(
    name: str,
    notes: Mapping[str, bool],
    *warned: str,
    changes: Mapping[str, Any] = EMPTY | NOTHING,
    **more: Any,
) -> Cases:
    """Schools with these notes, and whether each is counted; two more have none."""
    rows = [[*school(n, **changes), note] for n, note in enumerate(notes, 1)]
    rows += [[*school(n), None] for n in (98, 99)]
    return listed(name, rows, must(rows, 2 + sum(notes.values()), *warned, **more), WITH_NOTE)


def _notes() -> Cases:
    gone = (
        "Đã giải thể",
        "Giải thể tháng 9/2025",
        "giai the tu 01/8/2025",
        "Đã đóng cửa từ năm 2024",
        "Ngừng hoạt động từ ngày 1 tháng 9 năm 2025",
        "Chấm dứt hoạt động theo QĐ 12/QĐ-UBND ngày 05/7/2025",
    )
    merged = (
        "Sáp nhập vào TH Lê Lợi từ 01/8/2025",
        "Đã sáp nhập vào Trường TH Số 9",
        "Đã hợp nhất với TH Hoa",
        "sát nhập về TH Lá tháng 7/2025",
    )
    waits = (
        "Dự kiến giải thể năm 2027",
        "Giải thể từ 01/9/2026",
        "Sẽ sáp nhập vào TH Hoa",
        "Đề nghị giải thể tháng 3/2026",
        "Giải thể",
        "Sáp nhập",
        "Tạm ngừng hoạt động",
        "Tạm đóng cửa từ 01/9/2025",
    )
    silent = (
        "Chưa giải thể",
        "Không sáp nhập",
        "Nhận sáp nhập Trường TH Hoa từ 01/8/2025",
        "Thành lập trên cơ sở sáp nhập TH Hoa và TH Lá",
        "Sau sáp nhập TH Hoa",
        "Sáp nhập xã Hoa vào xã Lá",
        "Mới xây",
        "Chưa hết hạn",
        "Nhà trường đang xây 2 phòng",
    )
    taken = (
        "QĐ đã bị thu hồi",
        "Thu hồi bằng CQG tháng 2/2026",
        "Hết hạn tháng 12/2025",
        "Quá hạn",
        "Đã hết hiệu lực",
    )
    kept = schools(*gone[:2], *merged[:1])
    withdrawn = schools(*taken)
    return [
        *_noted(
            "closed by the note, nobody left",
            groups(*gone),
            repaired_rules=("status_by_note",),
            unwarned=("cho biết",),
        ),
        *_noted(
            "merged by the note, nobody left",
            groups(*merged),
            repaired_rules=("status_by_note",),
            unwarned=("cho biết",),
        ),
        *_noted(
            "closed by the note, pupils left",
            kept,
            *(f"“{n}” cho biết Trường Tiểu học" for n in kept),
            changes={},
        ),
        *_noted(
            "closed by the note, classes left",
            kept,
            *(f"“{n}” cho biết" for n in kept),
            changes={"pupils": None},
        ),
        *_noted("not yet closed for certain", schools(*waits), *(f"“{n}” cho biết" for n in waits)),
        *_noted("notes of something else", schools(*silent), unwarned=("cho biết",), changes={}),
        *_noted(
            "certificates taken back by the note",
            withdrawn,
            *(f"“{n}” (Trường" for n in taken),
            changes={},
        ),
        *_noted(
            "certificates to end later",
            schools("Hết hạn 12/2028", "Còn hạn đến 2028"),
            unwarned=("cho biết",),
            changes={},
        ),
        *_noted(
            "taken back, and none is stated", withdrawn, unwarned=("cho biết",), changes=NOTHING
        ),
        *_noted(
            "many notes",
            schools(*(f"Giải thể tháng 9/2025 ({n})" for n in range(12))),
            "12) cho biết trường đã giải thể",
            unwarned=("(3)”",),
            changes={},
        ),
        *_in_names(),
        *_with_status(),
    ]


def _in_names() -> Cases:
    told = (
        "Trường Tiểu học Hoa (đã giải thể)",
        "Trường TH Lá - đã sáp nhập vào TH Mây",
        "TH Cây [giải thể tháng 8/2025]",
    )
    left = [school(n, name=name) for n, name in enumerate(told, 1)]
    empty = [school(n, name=name, **EMPTY, **NOTHING) for n, name in enumerate(told, 1)] + [
        school(9)
    ]
    own = [
        school(1, name="Trường Tiểu học Hợp Nhất"),
        school(2, name="Trường TH Mây (nhận sáp nhập TH Lá)"),
    ]
    return [
        *listed(
            "closed by the name, pupils left",
            left,
            must(left, 3, *(f"“{n}” cho biết" for n in told)),
        ),
        *listed(
            "closed by the name, nobody left",
            empty,
            must(empty, 1, repaired_rules=("status_by_note",)),
        ),
        *listed("a name like a note", own, must(own, 2, unwarned=("cho biết",))),
    ]


def _with_status() -> Cases:
    heads = [*WITH_NOTE, "Trạng thái"]
    note = "Giải thể tháng 9/2025"
    agrees = [[*school(1), note, "Giải thể"], [*school(2), None, "Đang hoạt động"]]
    against = [[*school(1, **EMPTY), note, "Đang hoạt động"], [*school(2), None, "Đang hoạt động"]]
    return [
        *listed("note and status agree", agrees, must(agrees, 1, unwarned=("cho biết",)), heads),
        *listed("note against the status", against, must(against, 2, f"“{note}” cho biết"), heads),
    ]


def _odd() -> Cases:
    none = [school(1, classes=0, pupils=0), school(2), school(3, pupils=0)]
    turned = [school(1, classes=45, pupils=12), school(2), school(3, classes=20, pupils=19)]
    blank = [school(1), school(2, unit=None), school(3), school(4, unit=None)]
    nowhere = [school(n, unit=None) for n in (1, 2, 3)]
    many = [school(n, pupils=0) for n in range(1, 13)] + [school(20)]
    return [
        *listed("schools without pupils", none, must(none, 3, "hàng 2, 4 có 0 học sinh")),
        *listed("many schools without pupils", many, must(many, 13, "11, … (12) có 0")),
        *listed("more classes than pupils", turned, must(turned, 3, "hàng 2, 4 có số lớp lớn hơn")),
        *listed(
            "no ward where others have one", blank, must(blank, 4, "hàng 3, 5 thiếu xã/phường")
        ),
        *listed("no ward anywhere", nowhere, must(nowhere, 3, unwarned=("thiếu xã/phường",))),
    ]


def _examples() -> Cases:
    rows = [
        school(1, name="Ví dụ: Trường Tiểu học A"),
        school(2, name="VD: Trường TH B"),
        school(3),
    ]
    aside = Must(accepted={4: {}}, aside={2: "", 3: ""}, counted=1)
    data, example = [school(1), school(2)], [school(51), school(52)]
    both: dict[Any, Any] = {("Số liệu", 2): {}, ("Số liệu", 3): {}}

    def sheets(name: str, title: str, *titles: str, read: bool, first: bool = False) -> Case:
        def write(folder: Path) -> Path:
            book = Workbook()
            book.remove(book.worksheets[0])
            made = {"Số liệu": data, title: example}
            for sheet in [title, "Số liệu"] if first else made:
                page = book.create_sheet(sheet)
                for line in titles if sheet == title else ():
                    page.append([line])
                for row in [HEADINGS, *made[sheet]]:
                    page.append(row)
            book.save(folder / "a.xlsx")
            return folder / "a.xlsx"

        start = len(titles) + 2
        rows = (start, start + 1) if read else ()
        more: dict[Any, Any] = {(title, row): {} for row in rows}
        must = Must(
            accepted=both | more,
            aside={},
            counted=4 if read else 2,
            warned=() if read else (f"“{title}”",),
            unwarned=("bảng mẫu",) if read else (),
        )
        return Case(f"rows: {name}", write, (must,), quick=True)

    def alone(folder: Path) -> Path:
        book = Workbook()
        page = book.worksheets[0]
        page.title = "Mẫu"
        for row in [HEADINGS, *data]:
            page.append(row)
        book.save(folder / "a.xlsx")
        return folder / "a.xlsx"

    kept = Must(accepted={2: {}, 3: {}}, aside={}, counted=2, warned=("bảng mẫu",))
    return [
        *listed("rows that are examples", rows, aside),
        sheets("a sheet of examples", "Ví dụ", read=False),
        sheets("a sheet of examples before the data", "Ví dụ", read=False, first=True),
        sheets("a sheet with a form", "Mẫu", read=False),
        sheets("a sheet with a form before the data", "Mau nhap lieu", read=False, first=True),
        sheets("a sheet of instructions", "Hướng dẫn nhập", read=False),
        sheets("a sheet called example", "Example", read=False),
        sheets("an example by its title", "Trang 2", "VÍ DỤ CÁCH GHI", read=False),
        sheets("a sheet of kindergartens", "Mẫu giáo", read=True),
        sheets("a form with a number", "Mẫu 2", read=True),
        sheets("a form with a number in its title", "Trang 2", "Biểu mẫu số 02", read=True),
        sheets("a guide line above the table", "Trang 2", "Hướng dẫn: ghi số", read=True),
        Case("rows: a form and nothing else", alone, (kept,), quick=True),
    ]
