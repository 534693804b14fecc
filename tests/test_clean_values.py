"""One cell at a time: what is read, what is repaired, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.certificate_cells import ANY_DAY, read_both, read_decision, read_level
from analysis.clean.codes import own_codes
from analysis.clean.dates import Bounds, Day, read_date
from analysis.clean.numbers import read_count
from analysis.clean.values import (
    Value,
    read_code,
    read_name,
    read_unit,
    read_word,
)
from analysis.raw import ErrorCell, LogicalCell
from analysis.reference import read_rules

RULES = read_rules()
PUPILS = RULES.columns["pupils"]
BOUNDS = Bounds(dt.date(2000, 1, 1), dt.date(2026, 8, 31))
PARTIAL = BOUNDS._replace(partial=True)
CELLS = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False),
    st.datetimes(),
    st.builds(ErrorCell, st.sampled_from(["#N/A", "#REF!"])),
    st.builds(LogicalCell, st.booleans()),
)


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("46480101", "46480101"),
        (46480101, "46480101"),
        (1480101, "01480101"),
        ("Mã: 46480101", "46480101"),
        ("46 480 101", "46480101"),
        ("46480101.0", "46480101"),
        ("４６４８０１０１", "46480101"),
    ],
)
def test_codes(cell: Any, clean: str) -> None:
    value = read_code(cell, RULES)
    assert value.clean == clean and not value.fault
    assert bool(value.rule) == (cell != clean)


@pytest.mark.parametrize("cell", ["46480A1", "464801019", 480101, "4,648E+07", 46480101.5, "abc"])
def test_codes_that_lost_their_form(cell: Any) -> None:
    assert read_code(cell, RULES) == Value(fault="code_form")


@pytest.mark.parametrize("code", ["19000E05", "46000A01", "464801N1", "4648010001"])
def test_codes_of_every_form_the_sector_issues(code: str) -> None:
    assert read_code(code, RULES, "moet") == read_code(code, RULES) == Value(code)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        (2, "2"),
        ("2", "2"),
        ("II", "2"),
        ("Ⅱ", "2"),
        ("CĐ2", "2"),
        ("Đạt cấp độ 2", "2"),
        ("Mức độ 3", "3"),
        ("kiểm định chất lượng giáo dục mức độ 3", "3"),
        ("2,0", "2"),
        (0, "not_reached"),
        ("-", "not_reached"),
        ("Chưa đạt", "not_reached"),
        ("chưa ĐGN", "not_evaluated"),
        ("Hết hạn", "expired"),
        ("Thu hồi", "withdrawn"),
        ("Đạt", "unknown_level"),
        ("đang đề nghị", "pending"),
        ("Chờ quyết định", "pending"),
    ],
)
def test_levels(cell: Any, word: str) -> None:
    assert read_level(cell, RULES, "kdclgd")[:3:2] == (word, "")


@pytest.mark.parametrize(
    ("cell", "scheme", "fault"),
    [
        (5, "kdclgd", "level_range"),
        (3, "cqg", "level_range"),
        (-1, "kdclgd", "level_range"),
        ("Cấp độ -2", "kdclgd", "level_range"),
        ("1-2", "cqg", "level_several"),
        ("có lẽ đạt", "kdclgd", "level_words"),
        (1.5, "kdclgd", "level_wrong_kind"),
        (dt.datetime(2021, 2, 1), "kdclgd", "level_wrong_kind"),
        (LogicalCell(True), "cqg", "cell_logical"),
        (ErrorCell("#N/A"), "cqg", "cell_failed"),
        ("#N/A", "cqg", "cell_failed"),
    ],
)
def test_levels_that_are_refused(cell: Any, scheme: str, fault: str) -> None:
    value = read_level(cell, RULES, scheme)
    assert value._replace(word="") == Value(fault=fault)


def test_code_3_of_the_export_is_minimum_quality_and_not_a_level() -> None:
    assert read_level(3, RULES, "cqg", "moet") == Value("not_reached", "minimum_quality")
    assert [read_level(n, RULES, "cqg", "moet").clean for n in (1, 2, 0, -1)] == [
        "1", "2", "not_reached", "not_reached",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("780/QĐ-UBND", "780/QĐ-UBND"),
        ("1479/ QĐ-SGDĐT", "1479/QĐ-SGDĐT"),
        ("QĐ số 725/QĐ- UBND", "725/QĐ-UBND"),
        ("12/QD-UBND", "12/QĐ-UBND"),
        ("780-783/QĐ-UBND", "780-783/QĐ-UBND"),
        ("27/2001/QĐ-BGD&ĐT", "27/2001/QĐ-BGD&ĐT"),
    ],
)
def test_decisions(cell: str, clean: str) -> None:
    assert read_decision(cell, RULES).clean == clean


@pytest.mark.parametrize("cell", ["UBND", 780, "780", dt.datetime(2021, 4, 9), "số 5 ngày 3"])
def test_what_is_no_decision_number(cell: Any) -> None:
    assert read_decision(cell, RULES).fault == "decision_form"


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (345, 345),
        ("345", 345),
        ("1.145", 1145),
        ("1 145", 1145),
        ("12.345.0", None),
        ("1.145.678", None),
        ("450 em", 450),
        ("12 lớp", 12),
        ("12,0", 12),
        ("３４５", 345),
        ("'345", 345),
        (0, 0),
    ],
)
def test_counts(cell: Any, number: int | None) -> None:
    value = read_count(cell, PUPILS, RULES)
    assert value.clean == number and bool(value.fault) == (number is None)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (-45, "count_negative"),
        ("-45", "count_negative"),
        (12.5, "count_fraction"),
        (1.145, "count_fraction"),
        ("12,5", "count_fraction"),
        ("khoảng 450", "count_words"),
        (10**6, "count_absurd"),
        (dt.datetime(2021, 1, 1), "count_wrong_kind"),
        (LogicalCell(False), "cell_logical"),
    ],
)
def test_counts_that_are_refused(cell: Any, fault: str) -> None:
    assert read_count(cell, PUPILS, RULES) == Value(fault=fault)


@pytest.mark.parametrize(
    "cell",
    [
        dt.datetime(2021, 4, 9),
        dt.datetime(2021, 4, 9, 13, 30),
        44295,
        "44295",
        "9/4/2021",
        "09/04/2021",
        "09-04-2021",
        "09.04.2021",
        "9/4/21",
        "2021-04-09",
        "2021-04-09 00:00:00",
        "ngày 9 tháng 4 năm 2021",
        "'09/04/2021",
    ],
)
def test_dates(cell: Any) -> None:
    assert read_date(cell, BOUNDS)[:3:2] == (Day(dt.date(2021, 4, 9)), "")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("31/02/2021", "date_impossible"),
        ("05/13/2021", "date_impossible"),
        ("29/02/2023", "date_impossible"),
        ("12/05/2204", "date_future"),
        (dt.datetime(2026, 9, 1), "date_future"),
        ("15/08/0219", "date_too_early"),
        ("12/05/98", "date_future"),
        ("01/01/1900", "date_too_early"),
        ("tháng 5/2021", "date_partial"),
        ("2021", "date_partial"),
        (2021, "date_partial"),
        (999999, "date_form"),
        ("hôm qua", "date_form"),
        (ErrorCell("#REF!"), "cell_failed"),
    ],
)
def test_dates_that_are_refused(cell: Any, fault: str) -> None:
    assert read_date(cell, BOUNDS) == Value(fault=fault)


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2022-06", dt.date(2022, 6, 1), "month"),
        ("tháng 11/2024", dt.date(2024, 11, 1), "month"),
        ("11-2017", dt.date(2017, 11, 1), "month"),
        ("năm 2014", dt.date(2014, 1, 1), "year"),
        (2020, dt.date(2020, 1, 1), "year"),
    ],
)
def test_lists_keep_the_precision_they_have(cell: Any, day: dt.date, precision: str) -> None:
    assert read_date(cell, PARTIAL).clean == Day(day, precision)


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("P. Tứ Hạ", "Phường Tứ Hạ"),
        ("xã Hương Toàn", "Xã Hương Toàn"),
        ("Phường Kim Trà", "Phường Kim Trà"),
        ("Phú Lộc", "Phú Lộc"),
        ("X.Bình Điền", "Xã Bình Điền"),
    ],
)
def test_units(cell: str, clean: str) -> None:
    value = read_unit(cell, RULES)
    assert value.clean == clean and bool(value.rule) == (cell != clean)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Tiêu học", "TH"),
        ("mam non", "MN"),
        ("T.H.C.S", "THCS"),
        ("TH và THCS", "TH&THCS"),
        ("Mần non", "MN"),
    ],
)
def test_education_levels(cell: str, code: str) -> None:
    assert read_word(cell, RULES, "education_level").clean == code


def test_a_name_must_hold_letters() -> None:
    assert read_name("12345").fault == "name_no_letters"
    assert read_name("Trường  TH Số 1 ") == Value("Trường TH Số 1", "text_tidied")


@given(CELLS)
def test_no_cell_raises_and_none_is_both_clean_and_faulty(cell: Any) -> None:
    readings = [
        read_code(cell, RULES),
        read_level(cell, RULES, "kdclgd"),
        read_level(cell, RULES, "cqg"),
        read_decision(cell, RULES),
        read_count(cell, PUPILS, RULES),
        read_date(cell, BOUNDS),
        read_word(cell, RULES, "ownership"),
        read_name(cell),
    ]
    for value in readings:
        assert not (value.fault and (value.rule or value.clean is not None))


@given(st.integers(0, 15000))
def test_thousands_read_back(number: int) -> None:
    assert read_count(f"{number:,}".replace(",", "."), PUPILS, RULES).clean == number


@given(st.dates(dt.date(2000, 1, 1), dt.date(2026, 8, 31)))
def test_every_writing_of_a_day_gives_the_day(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    for cell in (
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d.%m.%Y}",
        day.isoformat(),
        serial,
    ):
        assert read_date(cell, BOUNDS).clean == Day(day)


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("725/qđ-sgdđt", "725/QĐ-SGDĐT"),
        ("725/QD-SGDDT", "725/QĐ-SGDĐT"),
        ("725/QÐ-SGDÐT", "725/QĐ-SGDĐT"),
    ],
)
def test_issuers_in_other_letters(cell: str, clean: str) -> None:
    assert read_decision(cell, RULES) == Value(clean, "decision_tidied")


def test_letters_of_other_alphabets_among_ours_are_mended() -> None:
    assert read_name("Trường Тiểu học А") == Value("Trường Tiểu học A", "text_tidied")
    assert read_level("СĐ 2", RULES, "kdclgd").clean == "2"
    assert read_name("Школа") == Value(fault="name_no_letters")
    assert read_code("464801О1", RULES).fault == "code_form", "a letter is never taken for a zero"


@pytest.mark.parametrize("cell", ["2?", "II ?", "Cấp độ 2?"])
def test_a_doubt_about_a_level_is_not_a_level(cell: str) -> None:
    assert read_level(cell, RULES, "kdclgd").fault


@pytest.mark.parametrize("cell", ["Tr\ufffdng A", "Tr??ng Ti?u h?c A"])
def test_damaged_text_is_refused(cell: str) -> None:
    assert read_name(cell) == Value(fault="text_damaged")


def test_signs_alone_are_no_unit() -> None:
    assert read_unit("?", RULES) == Value(None, "blank_word")
    assert read_name("A" * 600).fault == "text_too_long"


WORDS = """
    CĐ MĐ cấp_độ 2 3 II 9 đạt KĐCLGD CQG đang_đề_nghị kế_hoạch năm 2023 12/5/2023 hết_hạn ( ) , - /
    725/QĐ-SGDĐT chu_kỳ hoặc chưa_đạt lần công_nhận_lại → ? tháng 2022-2023 x
"""


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12))
def test_a_cell_of_known_words_is_read_or_in_doubt(words: list[str]) -> None:
    text = " ".join(words).replace("_", " ")
    for scheme in ("kdclgd", "cqg"):
        value = read_level(text, RULES, scheme)
        assert bool(value.fault) == (value.clean is None)
        assert value.clean not in ("1", "2", "3", "4") or value.clean in {"1", "2", "3", "4"} & {
            {"II": "2"}.get(word, word) for word in words
        }
    for other in (read_decision(text, RULES, "cqg"), read_both(text, RULES, ANY_DAY)):
        assert not (other.fault and (other.clean or other.also))


def test_every_writing_of_a_level_that_stood_in_the_list_is_read() -> None:
    before = ("", "Đạt ", "KĐCLGD ", "Đạt KĐCLGD ", "Kiểm định chất lượng giáo dục ")
    words = ("", "Cấp độ ", "CĐ ", "CĐ", "Mức độ ", "MĐ ", "Mức ", "Cấp ")
    numbers = {"1": "1 I một", "2": "2 II hai", "3": "3 III ba", "4": "4 IV bốn"}
    for level, writings in numbers.items():
        for text in (f"{b}{w}{n}" for b in before for w in words for n in writings.split()):
            assert read_level(text, RULES, "kdclgd").clean == level, text
            assert read_level(text.upper(), RULES, "kdclgd").clean == level, text


@pytest.mark.parametrize(
    ("cells", "accepted"),
    [
        (["HT01", "HT02", "ht12"], ["HT01", "HT02", "HT12"]),
        (["01", "02", "115"], ["01", "02", "115"]),
        (["MN-01", "MN-02", "x"], []),
        (["46480001", "46480002", "HT01"], []),
        (["HT01"], []),
        (["4648001", "4648002", "4648003"], []),
    ],
)
def test_an_office_may_have_codes_of_its_own(cells: list[str], accepted: list[str]) -> None:
    assert [value.clean for value in own_codes(cells, RULES).values()] == accepted
