"""What a text with runs says, what a number format shows, and what a comment says: any input."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.workbooks.formats import from_serial, shown_as
from analysis.workbooks.rich_text import RichText, Run, live_text, said

PIECES = st.one_of(
    st.sampled_from(["1", "2", " ", "Cấp độ ", "*", "(", ")", "\n", ""]), st.text(max_size=3)
)
HEIGHTS = st.sampled_from(["", "", "superscript", "subscript"])
RUNS = st.lists(st.builds(Run, PIECES, st.sampled_from([None, True, False]), HEIGHTS), max_size=6)


@given(RUNS, st.booleans())
def test_nothing_is_added_to_a_text(runs: list[Run], struck: bool) -> None:
    text = RichText("".join(run.text for run in runs), runs)
    found = live_text(text, struck)
    assert found.rule or found.text == text
    assert not (found.rule and not found.text.strip())
    left = iter("".join(text.split()))
    assert all(letter in left for letter in "".join(found.text.split()))


@given(RUNS, st.booleans())
def test_runs_cut_anywhere_say_the_same(runs: list[Run], struck: bool) -> None:
    text = RichText("".join(run.text for run in runs), runs)
    letters = [run._replace(text=c) for run in runs for c in run.text]
    assert live_text(text, struck) == live_text(RichText(text, letters), struck)


FORMATS = st.lists(
    st.sampled_from(
        ['"', "0", "#", ",", ".", ";", "\\", "[", "]", "=1", ">", "@", "_", "*", "General", "Cấp "]
    ),
    max_size=12,
).map("".join)


@given(FORMATS, st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e15, 1e15)))
def test_any_number_format_is_read(code: str, number: float) -> None:
    found = shown_as(code)
    said = found.of_number(number) if found else None
    assert said is None or said[1] in ("text_shown", "code_shown", "code_number")


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ('"Cấp độ "0', 2, "Cấp độ 2"),
        ('0" lớp"', 12, "12 lớp"),
        ("00000000", 4621101, "04621101"),
        ("[$-42A]00000000", 4621101, "04621101"),
        ('0"/QĐ-UBND"', 780, "780/QĐ-UBND"),
        ('[=1]"Đạt";[=0]"Chưa đạt"', 0, "Chưa đạt"),
        ('"Có";;"Không"', 0, "Không"),
        ('0"00"', 12, "1200"),
        ("#,##0", 1145, None),
        ("0.00", 1.5, None),
        ("0%", 1, None),
        (r"#,##0\ [$₫-42A]", 345, None),
        ('_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', 0, None),
        ("General", 7, None),
    ],
)
def test_what_a_format_shows(code: str, number: float, shown: str | None) -> None:
    found = shown_as(code)
    said = found.of_number(number) if found else None
    assert (said and said[0]) == shown


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Lê Thị B:\nSửa: Cấp độ 3", "Sửa: Cấp độ 3"),
        ("Sửa: Cấp độ 3", "Sửa: Cấp độ 3"),
        ("Sửa lại\n\t-Lê Thị B", "Sửa lại"),
        ("[Threaded comment]\n\nYour version.\n\nComment:\n    Sửa lại", "Sửa lại"),
        ("@Lê Thị B xem lại", "xem lại"),
        ("x" * 500, "x" * 119 + "…"),
        ("\n \n", ""),
    ],
)
def test_what_a_comment_says(text: str, short: str) -> None:
    assert said([text]) == short


def test_crafted_comments_cost_no_time() -> None:
    start = time.process_time()
    for text in ("[a]" + "\n" * 10**6, "[a] " + "\nComment" * 10**5, "@" + " A" * 10**6):
        said([text])
    assert time.process_time() - start < 1


@given(st.integers(61, 60_000), st.floats(0.0002, 86_399.9998))
def test_a_time_never_moves_a_day(day: int, seconds: float) -> None:
    moment = from_serial(day + seconds / 86_400)
    expected = from_serial(float(day))
    assert not isinstance(moment, float | int) and not isinstance(expected, float | int)
    assert moment.date() == expected.date()
