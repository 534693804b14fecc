"""What is taken as sound by the column is what reading cell by cell gives back unchanged."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clean.columns import _reader
from analysis.clean.sound import sound_cells
from analysis.clean.values import Value
from analysis.raw import Cell, Table
from analysis.raw.headings import Header
from analysis.reference import fold, fold_tidy, read_rules, tidy
from analysis.reference.damage import is_damaged, is_plain

RULES = read_rules()
NAMES = [
    *("school_code", "school_name", "unit", "district", "note", "order", "kdclgd_decision"),
    *("classes", "area_m2"),
]
WORDS = (
    "Trường Tiểu học Phường Xã TT. không rõ n/a - 46480001 ４ 725/QĐ-UBND 12/2023/QĐ-SGDĐT số P. "
    "Hoà Hòa tạ́ Đ Ð ê ế Taân PhÊn Tr\xadêng ? = & < m² &amp; #N/A Số 0 1 ( ) , \u200b \u3000 \n "
    "Ti?u áº½ â€ 5.0 Μ А 00000001"
)
PIECES = st.sampled_from(WORDS.split(" "))
TEXTS = st.builds(
    "".join, st.lists(st.one_of(PIECES, st.sampled_from([" ", " ", "  "])), max_size=9)
)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    TEXTS,
    TEXTS.map(tidy),
    PIECES,
    st.text(max_size=6),
    st.integers(-2, 10**7),
    st.sampled_from([None, 1.0, True, dt.datetime(2024, 5, 31)]),
)


def one_by_one(name: str, cell: Cell) -> Value:
    table = Table("a.xlsx", "A", Header(0, 0, {name: 0}))
    return _reader(table, RULES.columns[name], RULES, dt.date(2025, 8, 31))(cell)


@settings(max_examples=300)
@given(st.sampled_from(NAMES), st.lists(CELLS, max_size=8))
def test_sound_cells_are_given_back_as_they_are(name: str, cells: list[Cell]) -> None:
    sound = sound_cells(RULES.columns[name], RULES)
    assert sound is not None
    for cell, is_sound in zip(cells, sound(cells), strict=True):
        if is_sound:
            assert one_by_one(name, cell) == Value(cell), (name, cell)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("school_code", "46480001"),
        ("school_name", "Trường Tiểu học Số 1 Hương Văn"),
        ("unit", "Phường Tứ Hạ"),
        ("district", "Thị xã Hương Trà"),
        ("kdclgd_decision", "725/QĐ-SGDĐT"),
        ("kdclgd_decision", "725-1/2023/QĐ-UBND"),
        ("classes", 12),
        ("classes", 0),
        ("classes", 300),
        ("school_name", "A" * 500),
        ("order", 7),
        ("note", "Trường mới thành lập"),
    ],
)
def test_usual_cells_are_sound(name: str, cell: Any) -> None:
    sound = sound_cells(RULES.columns[name], RULES)
    assert sound is not None and sound([None, cell, cell]) == [False, True, True]


@given(st.lists(TEXTS.map(tidy), max_size=6))
def test_keys_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    assert fold_tidy(texts) == [fold(text) for text in texts]


@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), min_size=1, max_size=5))
def test_a_text_of_plain_words_is_whole_and_tidy(words: list[str]) -> None:
    text = " ".join(words)
    if all(map(is_plain, words)):
        assert tidy(text) == text and not is_damaged(text)
