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
from analysis.clean.values import (
    Value,
    read_code,
    read_count,
    read_name,
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


def test_unusual_writings_that_may_be_asked_for_are_read() -> None:
    """Where the corpus takes a doubt too."""
    codes = ("46 480 101", "Mã: 46480101", "46480101.0", "４６４８０１０１")
    assert {read_code(cell, RULES).clean for cell in codes} == {"46480101"}
    assert {read_level(c, RULES, "kdclgd").clean for c in ("Ⅱ", "２", "2,0", "02")} == {"2"}
    assert {read_count(c, PUPILS, RULES).clean for c in ("３４５", "'345", "345,0")} == {345}
    days = ("9/4/21", 44295, "44295", "44295,5", "2021-04-09 00:00:00")
    assert {read_date(cell, BOUNDS).clean for cell in days} == {Day(dt.date(2021, 4, 9))}


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


def test_letters_of_other_alphabets_among_ours_are_mended() -> None:
    assert read_name("Trường Тiểu học А") == Value("Trường Tiểu học A", "text_tidied")
    assert read_level("СĐ 2", RULES, "kdclgd").clean == "2"
    assert read_name("Школа") == Value(fault="name_no_letters")
    assert read_code("464801О1", RULES).fault == "code_form", "a letter is never taken for a zero"


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
