"""The sender's workbook returned: every fault is listed, marked and noted, and once mended it is
read as if there had been none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.styles import Font

from analysis.clean import Finding
from analysis.raw import read_raw
from analysis.reference import say
from analysis.returned import return_workbooks
from analysis.returned.sheets import MOST_NOTES
from tests.returning import (
    LIST,
    RULES,
    accepted,
    faults,
    listed,
    mended,
    parts_of,
    read,
    returned,
    sheets,
)
from tests.workbooks import HEADINGS, SIGNED, save, school

# The rule and what is changed in a faultless row so that a cell of it is in doubt.
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("cell_failed", {"pupils": "#N/A"}),
    ("cell_logical", {"pupils": True}),
    ("text_wrong_kind", {"name": SIGNED}),
    ("name_no_letters", {"name": "123"}),
    ("school_name_missing", {"name": None}),
    ("school_code_missing", {"code": None}),
    ("code_form", {"code": "12-x"}),
    ("word_unknown", {"ownership": "???"}),
    ("education_level_missing", {"level": None}),
    ("level_wrong_kind", {"kdclgd": SIGNED}),
    ("level_range", {"kdclgd": 6}),
    ("level_words", {"kdclgd": "có lẽ đạt"}),
    ("level_not_stated", {"cqg": "Đạt"}),
    ("certificate_incomplete", {"kdclgd_decision": None}),
    ("certificate_without_level", {"kdclgd": None}),
    ("certificate_contradicts", {"kdclgd": "Chưa đạt"}),
    ("decision_form", {"kdclgd_decision": "abc"}),
    ("count_negative", {"pupils": -1}),
    ("count_fraction", {"pupils": 2.5}),
    ("count_words", {"pupils": "nhiều"}),
    ("count_wrong_kind", {"pupils": SIGNED}),
    ("count_absurd", {"pupils": 99_999_999}),
    ("date_form", {"cqg_date": "abc"}),
    ("date_partial", {"cqg_date": "4/2023"}),
    ("date_impossible", {"cqg_date": "31/02/2024"}),
    ("date_too_early", {"cqg_date": "12/04/1950"}),
    ("date_future", {"cqg_date": "12/04/2099"}),
]
WIDE = [*HEADINGS, "Số lớp học 2 buổi/ngày"]


def faultless(count: int) -> list[list[Any]]:
    return [[*school(n), 10] for n in range(1, count + 1)]


def faulty() -> list[list[Any]]:
    """One row for each kind of fault, then a part larger than its whole, and a school twice."""
    rows = [[*school(n, **changes), 10] for n, (_, changes) in enumerate(KINDS, 1)]
    last = len(rows)
    twice = [*school(last + 3, code=f"46480{last + 2:03d}"), 10]
    return [*rows, [*school(last + 1), 99], [*school(last + 2), 10], twice]


def right(sheet: str, cell: str) -> Any:
    """What stands in a cell of the faultless workbook."""
    row = int("".join(c for c in cell if c.isdigit()))
    return [*school(row - 1), 10][ord(cell[0]) - ord("A")]


def test_each_kind_of_fault_is_marked_and_mended(tmp_path: Path) -> None:
    wrong = sheets(tmp_path / "a.xlsx", [WIDE, *faulty()])
    (back,) = returned(wrong)
    _, cleaned = read(wrong)
    expected = [rule for rule, _ in KINDS] + ["part_exceeds", *["duplicate_differs"] * 2]
    assert sorted(rule for _, rule in faults(cleaned)) == sorted(expected)
    book = load_workbook(back)
    for cell, _ in faults(cleaned):
        marked = book["Bảng 1"][cell]
        assert marked.fill.patternType == "lightUp" and marked.border.left.style == "medium"
        assert marked.comment.author == "Kiểm tra số liệu" and marked.comment.text
    _, again = read(mended(back, right))
    _, never = read(sheets(tmp_path / "b.xlsx", [WIDE, *faultless(len(faulty()))]))
    assert not faults(again)
    assert accepted(again) == accepted(never)


def test_the_list_says_where_what_why_and_what_to_write(tmp_path: Path) -> None:
    rows = [school(1, kdclgd=7), school(2, code=None), school(3, kdclgd=1)]
    (back,) = returned(save(tmp_path / "a.xlsx", rows), office="Phòng GD&ĐT")
    assert back.name == "a_can_sua.xlsx"
    cause = "KĐCLGD - Cấp độ: “7” nằm ngoài thang (KĐCLGD cấp độ 1-4, CQG mức độ 1-2)."
    assert listed(back) == [
        [1, "Sửa", "Sheet", "G2", "7", cause, "Hãy kiểm tra quyết định và ghi lại."],
        [2, "Sửa", "Sheet", "B3", "(trống)", "Mã trường: thiếu mã trường.",
         "Hãy ghi mã trường gồm 8 chữ số."],
        [3, "Xem lại", "Sheet", "J4", "1", "CQG - Mức độ: CQG mức độ 1 cần kết quả đánh giá cấp độ"
         " 2 trở lên, bảng ghi KĐCLGD 1.", "Hãy kiểm tra; trường vẫn được tính."],
    ]  # fmt: skip
    book = load_workbook(back)
    top = [book[LIST].cell(row, 1).value for row in range(1, 6)]
    assert top[0] == "Những chỗ cần sửa trong tệp a.xlsx"
    assert top[1] == (
        "2 lỗi ở 2 hàng; 1 chỗ cần xem lại."
        " Trường có ô cần sửa vẫn được tính ở mọi số liệu không cần ô đó."
    )
    assert "gửi về Phòng GD&ĐT" in top[3]
    assert book.active.title == LIST and book[LIST]["D8"].hyperlink.location == "'Sheet'!G2"
    assert book["Sheet"]["J4"].fill.patternType == "gray125"
    note = book["Sheet"]["B3"].comment.text
    assert note == "Mã trường: thiếu mã trường.\nHãy ghi mã trường gồm 8 chữ số."


def test_it_says_which_rows_are_not_counted(tmp_path: Path) -> None:
    nobody = {"code": None, "name": None}
    rows = [school(1, **nobody, pupils=-1), school(2, **nobody), school(3)]
    (back,) = returned(save(tmp_path / "a.xlsx", rows), lang="en")
    name = "To be mended"
    assert load_workbook(back)[name]["A2"].value == (
        "3 faults in 2 rows; 0 places to look at again. 2 rows are not counted yet."
    )
    assert [row[3] for row in listed(back, name)] == ["C2", "N2", "C3"]
    (both,) = returned(save(tmp_path / "b.xlsx", [*rows, school(4, pupils=-1)]))
    told = load_workbook(both)[LIST]["A2"].value
    assert "2 hàng chưa được tính" in told and "vẫn được tính" in told


def test_a_contradiction_names_the_other_cell(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1), school(1, pupils=90), school(2)])
    (back,) = returned(path)
    ((_, what, _, cell, value, cause, remedy),) = listed(back)
    assert (what, cell, value) == ("Sửa", "N2", "345")
    assert "hàng 3 (ô N3)" in cause and "“90”" in cause and remedy.startswith("Hãy giữ")
    _, again = read(mended(back, lambda *_: 90))
    assert not faults(again) and list(again.schools["pupils"]) == [90, 345]


def test_the_list_in_english(tmp_path: Path) -> None:
    (back,) = returned(save(tmp_path / "a.xlsx", [school(1, pupils=-3)]), lang="en")
    (row,) = listed(back, "To be mended")
    assert row[1:] == ["Mend", "Sheet", "N2", "-3", "Pupils: “-3” is negative.",
                       "Write the real number (0 or more)."]  # fmt: skip


def test_only_workbooks_with_faults_are_returned(tmp_path: Path) -> None:
    good = save(tmp_path / "good.xlsx", [school(1), school(2, kdclgd=1)])
    bad = save(tmp_path / "bad.xlsx", [school(3, pupils=-1)])
    before = bad.read_bytes()
    assert [p.name for p in returned(good, bad)] == ["bad_can_sua.xlsx"]
    assert bad.read_bytes() == before


def test_the_same_workbook_gives_the_same_bytes(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, pupils=-1)])
    first = returned(path)[0].read_bytes()
    assert returned(path)[0].read_bytes() == first


def test_files_of_one_name_and_those_that_were_read_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    first = save(tmp_path / "a.xlsx", [school(1, pupils=-1)])
    second = save(tmp_path / "a_can_sua.xlsx", [school(2, pupils=-1)])
    raw, cleaned = read(first, second)
    before = second.read_bytes()
    written = return_workbooks(raw.books, cleaned.findings, tmp_path)
    assert [p.name for p in written] == ["a_can_sua_2.xlsx", "a_can_sua_3.xlsx"]
    assert second.read_bytes() == before


def test_readers_pass_the_list_over(tmp_path: Path) -> None:
    names = ("Tên trường", "Mã trường")
    rows = [school(n, kdclgd=w, code=None) for n, w in enumerate(HEADINGS, 1)]
    (back,) = returned(sheets(tmp_path / "a.xlsx", [HEADINGS, *rows], [["x"]], names=names))
    raw, again = read(back)
    assert {g.reason for g in raw.ignored if g.sheet == LIST} == {"sheet_not_read"}
    assert {t.sheet for t in raw.tables} == {"Tên trường"}
    assert LIST not in {r.facts.get("sheet") for r in again.remarks}


def test_a_workbook_that_comes_back_with_faults_loses_the_earlier_marks(tmp_path: Path) -> None:
    rows = [school(1, pupils=-1), school(2, kdclgd=7), school(3)]
    path = save(tmp_path / "a.xlsx", rows)
    book = load_workbook(path)
    book["Sheet"]["N2"].font = Font(bold=True)
    book.save(path)
    (back,) = returned(path)
    book = load_workbook(back)
    book["Sheet"]["N2"].value = 300
    book.save(back)
    (again,) = returned(back)
    book = load_workbook(again)
    assert again.name == "a_can_sua.xlsx" and book.sheetnames == [LIST, "Sheet"]
    assert book["Sheet"]["N2"].fill.patternType is None and book["Sheet"]["N2"].comment is None
    assert book["Sheet"]["N2"].font.bold and book["Sheet"]["N2"].border.left.style is None
    assert [row[3] for row in listed(again)] == ["G3"]
    assert book["Sheet"]["G3"].fill.patternType == "lightUp" and book["Sheet"]["G3"].comment
    _, cleaned = read(mended(again, lambda *_: 2))
    assert not faults(cleaned) and len(cleaned.schools) == 3


HOSTILE = [
    '=HYPERLINK("http://evil.example","x")', "+1+1", "@SUM(A1)", "-2+3|cmd", "<script>&amp;</c>",
    "{source_value} {0} %s", "_x0041_ _x000D_", "]]>", "a\tb\nc", "Tên trường", "x" * 32_767,
    "\ud7ff￼\U0001f600", "'=1", "Hàng 1. Hãy xóa: hết",
]  # fmt: skip


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    name = "=x'!A1 & <b>"
    rows = [school(n, pupils=text) for n, text in enumerate(HOSTILE, 1)]
    path = sheets(tmp_path / "a.xlsx", [HEADINGS, *rows], [["x"]], names=[name, "cần sửa"])
    (back,) = returned(path)
    book = load_workbook(back)
    first = book.worksheets[0]
    assert first.title == "Cần sửa (2)"
    assert {c.data_type for row in first for c in row if c.value is not None} == {"s", "n"}
    links = [c.hyperlink for c in first["D"] if c.hyperlink]
    assert {h.location.partition("!A1 & <b>'!")[0] for h in links} == {"'=x''"}
    assert not any(h.target for h in links)
    part = parts_of(back)["xl/worksheets/sheet3.xml"]
    assert b"<f>" not in part and b"quotePrefix" in parts_of(back)["xl/styles.xml"]
    texts = [[c.value for c in b[name]["N"]] for b in (book, load_workbook(path))]
    assert texts[0] == texts[1]
    _, again = read(back)
    assert faults(again) == faults(read(path)[1])


def test_many_faults_are_all_listed_and_marked_the_first_are_noted(tmp_path: Path) -> None:
    numbers = range(1, MOST_NOTES + 11)
    rows = [school(n, code=f"{n:08d}", pupils=-n) for n in numbers]
    (back,) = returned(save(tmp_path / "a.xlsx", rows))
    book = load_workbook(back)
    cells = [row[13] for row in book["Sheet"].iter_rows(min_row=2)]
    assert all(cell.fill.patternType == "lightUp" for cell in cells)
    assert sum(cell.comment is not None for cell in cells) == MOST_NOTES
    assert len(listed(back)) == len(rows) and "2.000 ghi chú" in book[LIST]["A5"].value


def test_a_fault_of_a_whole_row_marks_its_first_cell(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [school(1)])
    fault = Finding("set_aside", "a.xlsx", "Sheet", 2, "", "", "", "", "duplicate_differs",
                    {"other_file": "b", "other_sheet": "c", "other_row": 3})  # fmt: skip
    (back,) = return_workbooks({"a.xlsx": path}, [fault], tmp_path / "back")
    assert load_workbook(back)["Sheet"]["A2"].comment.text.startswith("Cùng mã với b")


def test_cause_and_remedy_are_parted_before_values_come_in() -> None:
    value = "A: b. Hãy c. D"
    facts = Finding("set_aside", "x: y.xlsx", "S. T", 2, "C2", "pupils", value, "", "count_words")
    from analysis.returned.faults import faults_by_file

    (fault,) = faults_by_file([facts], [], "vi")["x: y.xlsx"]
    assert fault.cause == f"Số học sinh: “{value}” không phải số."
    assert fault.remedy == "Hãy ghi bằng chữ số."
    assert f"{fault.cause} {fault.remedy}" in say(
        "returned_cause", heading="Số học sinh", cause=facts.text().partition("C2: ")[2]
    )


CELL = st.one_of(
    st.none(),
    st.integers(-5, 60000),
    st.sampled_from(["Cấp độ 2", "x", "Tổng cộng", "I. Mầm non", "#N/A", "12/5/2024", "Trường"]),
    st.sampled_from(HEADINGS),
    st.text("aăâ1/- =", max_size=6),
)
ROW = st.one_of(
    st.builds(
        lambda n, v, at: [*school(n)[:at], v, *school(n)[at + 1 :]],
        st.integers(1, 9),
        CELL,
        st.integers(0, 13),
    ),
    st.lists(CELL, max_size=14),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROW, max_size=8))
def test_returned_and_not_mended_it_is_read_as_before(tmp_path: Path, rows: list[Any]) -> None:
    path = save(tmp_path / "a.xlsx", rows)
    assume(not read_raw(path, RULES).errors)
    _, before = read(path)
    for back in returned(path):
        _, again = read(back)
        assert faults(again) == faults(before) and accepted(again) == accepted(before)
