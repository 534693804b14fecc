"""Keys under which two writings are the same, and what they must not throw together."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reference import Number, Percent, Points, bare, fold, heading_key, tidy

VIETNAMESE = st.text("aàáảãạăằâấđeéẹêếiịoóơờôốuúưựyýỳ ABĐ0123456789-&/.,\u00a0\u200b", max_size=30)


@given(VIETNAMESE)
def test_tidy_is_composed_single_spaced_and_stable(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once == unicodedata.normalize("NFC", once)
    assert "  " not in once and once == once.strip()


@given(VIETNAMESE)
def test_the_unicode_form_changes_no_key(text: str) -> None:
    taken_apart = unicodedata.normalize("NFD", text)
    assert fold(taken_apart) == fold(text) and bare(taken_apart) == bare(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà Bình", "hòa  bình"), ("Thuỷ", "Thủy"), ("KĐCLGD–Cấp", "kđclgd-cấp"), ("ĐỖ", "đỗ")],
)
def test_fold_joins_writings_of_one_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Ba", "Bá"), ("Số 1", "Số 2"), ("Đa", "Da")])
def test_fold_keeps_other_words_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("T.H.C.S", "thcs"),
        ("TH & THCS", "ththcs"),
        ("-1", "-1"),
        ("Cấp độ -2", "capdo-2"),
        ("CĐ-2", "cd2"),
        ("２", "2"),
        ("Ⅱ", "ii"),
        ("²", "²"),
        ("½", "½"),
    ],
)
def test_bare_keeps_signs_and_odd_numbers(text: str, key: str) -> None:
    assert bare(text) == key


def test_export_headings_are_not_headings_in_prose() -> None:
    assert heading_key("MA_TRUONG *") != heading_key("Mã trường")


@pytest.mark.parametrize(
    ("number", "decimals", "vi", "en"),
    [
        (89.4736, 1, "89,5", "89.5"),
        (1234567.25, 1, "1.234.567,3", "1,234,567.3"),
        (0.05, 1, "0,1", "0.1"),
        (-0.04, 1, "0,0", "0.0"),
    ],
)
def test_numbers_as_they_are_written(number: float, decimals: int, vi: str, en: str) -> None:
    assert [Number(number, decimals).text(lang) for lang in ("vi", "en")] == [vi, en]


def test_percent_and_points() -> None:
    assert str(Percent(89.5)) == "89,5%"
    assert [*map(str, map(Points, (-4.54, 2, 0.01)))] == ["−4,5", "+2,0", "0,0"]
