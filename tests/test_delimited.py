"""Text files: encodings, separators, quotation marks, ragged rows; no row lost, none merged."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clean import Cleaned, clean_schools
from analysis.raw import read_raw
from analysis.reference import InputError, read_rules
from analysis.reference.legacy_fonts import legacy_fonts
from analysis.workbooks.cells import Book
from analysis.workbooks.delimited import LONGEST_CELL, decode_text, read_delimited
from tests.workbooks import HEADINGS, school

RULES = read_rules()
NAMES = [
    "Trường Tiểu học Số 1 Hương Văn",
    "Trường THCS Nguyễn Đình Chiểu",
    "Trường Mầm non Bé Ngoan",
]


def cells(row: list[Any]) -> list[str]:
    shown = (v.strftime("%d/%m/%Y") if isinstance(v, dt.datetime) else v for v in row)
    return ["" if v is None else str(v) for v in shown]


def roster(separator: str = ",", end: str = "\r\n") -> str:
    """A heading and three schools."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(HEADINGS)
    for number, name in enumerate(NAMES, 1):
        writer.writerow(cells(school(number, name=name, unit="Phường Tứ Hạ")))
    return out.getvalue()


def book(folder: Path, content: bytes | str) -> Book:
    path = folder / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_delimited(path.read_bytes(), path.name, path.stem)


def cleaned(folder: Path, content: bytes | str) -> Cleaned:
    path = folder / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    raw = read_raw(path, RULES)
    assert not raw.errors, [e.text() for e in raw.errors]
    return clean_schools(raw, RULES, school_year="2025-2026")


def refusal(folder: Path, content: bytes | str) -> tuple[str, object]:
    with pytest.raises(InputError) as error:
        book(folder, content)
    assert "a.csv" in error.value.text("vi") and "a.csv" in error.value.text("en")
    return error.value.key, error.value.facts.get("line")


def one_byte(name: str) -> bytes:
    return legacy_fonts()[name].write(roster()).encode("latin-1")


def windows_1258(text: str) -> bytes:
    """Letters of page 1258; the tones it has no letters for stand behind them."""
    import unicodedata

    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = parts[-1] if parts[-1] in "\u0300\u0301\u0303\u0309\u0323" else parts[1]
            base = unicodedata.normalize("NFC", parts.replace(tone, "", 1))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out


ONCE = roster().encode().decode("latin-1").encode()
ENCODED = {
    "utf-8": roster().encode(),
    "utf-8 with its mark": roster().encode("utf-8-sig"),
    "utf-16 with its mark": roster().encode("utf-16"),
    "utf-16-le": roster().encode("utf-16-le"),
    "utf-16-be": roster().encode("utf-16-be"),
    "utf-16-be with its mark": b"\xfe\xff" + roster().encode("utf-16-be"),
    "utf-32": roster().encode("utf-32"),
    "windows-1258": windows_1258(roster()),
    "tcvn3": one_byte("tcvn3"),
    "vni": one_byte("vni"),
    "viscii": one_byte("viscii"),
    "utf-8 taken for latin-1": ONCE,
    "utf-8 taken for latin-1 twice": ONCE.decode("latin-1").encode(),
    "tcvn3 saved as utf-8": legacy_fonts()["tcvn3"].write(roster()).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODED)
def test_every_encoding_gives_the_same_table(tmp_path: Path, name: str) -> None:
    expected = cleaned(tmp_path, roster()).values
    got = cleaned(tmp_path, ENCODED[name])
    assert got.values.equals(expected)
    assert list(got.values["school_name"]) == NAMES


def test_an_encoding_found_out_is_told(tmp_path: Path) -> None:
    found = {name: book(tmp_path, content).remarks for name, content in ENCODED.items()}
    told = {name: facts["encoding"] for name, [*r] in found.items() for _, facts in r}
    assert told == {
        "utf-16-le": "UTF-16-LE",
        "utf-16-be": "UTF-16-BE",
        "windows-1258": "Windows-1258",
        "tcvn3": "TCVN3 (ABC)",
        "vni": "VNI Windows",
        "viscii": "VISCII",
    }


def test_western_names_on_their_own_page(tmp_path: Path) -> None:
    text = "Code,Name,Town\n1,Café Müller,Orléans\n2,École Noël,Besançon\n"
    found = book(tmp_path, text.encode("cp1252"))
    assert found.sheets[0].rows[1] == ["1", "Café Müller", "Orléans"]
    assert found.remarks[0][1]["encoding"] == "Windows-1252"


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(128, 256)) * 3 + b",a,b\n1,2,3\n",
        roster().encode("cp1258", "replace") + "Trường,Tiểu,học\n".encode() * 3,
        "名前,学校,都市\nあ,い,う\n".encode("shift_jis"),
    ],
)
def test_bytes_no_encoding_explains_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content)[0] == "text_encoding_unknown"


def test_a_cut_utf_16_file_is_damaged(tmp_path: Path) -> None:
    assert refusal(tmp_path, roster().encode("utf-16")[:-1])[0] == "file_damaged"


def test_a_damaged_byte_spoils_its_cell_only(tmp_path: Path) -> None:
    content = (
        roster()
        .encode()
        .replace("Tiểu học Số 1".encode(), "Ti\udce1u học Số 1".encode("utf-8", "surrogateescape"))
    )
    found = book(tmp_path, content)
    assert found.sheets[0].rows[1][2] == "Trường Ti\ufffdu học Số 1 Hương Văn"
    assert [key for key, _ in found.remarks] == ["text_bytes_damaged"]


@pytest.mark.parametrize("separator", list(",;\t|"))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, end: str) -> None:
    found = cleaned(tmp_path, roster(separator, end)).values
    assert list(found["school_name"]) == NAMES and list(found["source_row"]) == [2, 3, 4]


def test_decimal_commas_do_not_outweigh_the_separator(tmp_path: Path) -> None:
    text = "Mã;Tên;Tỉ lệ;Tỉ lệ 2\n" + "".join(f"{n};Hoa {n};89,5;12,25\n" for n in range(5))
    assert book(tmp_path, text).sheets[0].rows[1] == ["0", "Hoa 0", "89,5", "12,25"]


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\r\n", '"sep=;"\r\n'])
def test_the_line_that_names_the_separator_is_no_row(tmp_path: Path, first: str) -> None:
    found = cleaned(tmp_path, first + roster(";")).values
    assert list(found["source_row"]) == [2, 3, 4], "a spreadsheet does not show that line"


def test_titles_blank_lines_and_notes_keep_the_row_numbers(tmp_path: Path) -> None:
    text = "PHÒNG GIÁO DỤC\n\nBảng tổng hợp, năm học 2025-2026\n" + roster() + "\n\n\nGhi chú\n\n"
    found = cleaned(tmp_path, text)
    assert list(found.values["source_row"]) == [5, 6, 7]
    assert not book(tmp_path, text).sheets[0].ragged


def test_a_file_of_nothing_but_separators(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",,,,\n" * 20, encoding="utf-8")
    raw = read_raw(path, RULES)
    assert [e.key for e in raw.errors] == ["book_blank"]


def test_a_cell_of_several_lines_is_one_row(tmp_path: Path) -> None:
    text = roster().replace(NAMES[0], '"Trường Tiểu học\r\nSố 1 ""Hương Văn"""')
    found = book(tmp_path, text).sheets[0].rows
    assert len(found) == 4 and found[1][2] == 'Trường Tiểu học\r\nSố 1 "Hương Văn"'
    assert list(cleaned(tmp_path, text).values["source_row"]) == [2, 3, 4]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (NAMES[0], f'"{NAMES[0]}', 2),
        (NAMES[1], f'"{NAMES[1]}" Huế', 3),
        (NAMES[2], f'"{NAMES[2]}', 4),
    ],
)
def test_a_stray_mark_is_refused_by_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    assert refusal(tmp_path, roster().replace(old, new)) == ("text_quotes_line", line)


def test_two_stray_marks_never_merge_rows(tmp_path: Path) -> None:
    """A mark before a cell of one row and one behind a cell of the next make one cell of both."""
    for opening, closing in product(range(14), repeat=2):
        rows = [line.split(",") for line in roster(end="\n").splitlines()]
        rows[1][opening] = '"' + rows[1][opening]
        rows[2][closing] += '"'
        text = "".join(",".join(row) + "\n" for row in rows)
        assert refusal(tmp_path, text) == ("text_quotes_line", 2), (opening, closing)


def test_marks_within_a_cell_are_letters(tmp_path: Path) -> None:
    text = roster().replace(NAMES[0], 'Trường "Hương Văn" số 1')
    assert book(tmp_path, text).sheets[0].rows[1][2] == 'Trường "Hương Văn" số 1'


def test_a_note_with_separators_on_several_lines_is_kept(tmp_path: Path) -> None:
    text = (
        roster()
        .replace("\r\n", ',"Điểm lẻ: A, B,\nC, D và E"\r\n')
        .replace(',"Điểm lẻ: A, B,\nC, D và E"', ",Ghi chú", 1)
    )
    found = book(tmp_path, text).sheets[0]
    assert len(found.rows) == 4 and not found.ragged


def test_a_row_with_a_cell_too_many_is_marked(tmp_path: Path) -> None:
    text = roster().replace("345\r\n", "1,345\r\n", 1)
    found = book(tmp_path, text).sheets[0]
    assert found.ragged == {1} and found.rows[1][-1] == "345", "its last cell is not lost"


def test_a_row_with_a_cell_too_few_is_marked(tmp_path: Path) -> None:
    text = roster().replace(",12,345\r\n", ",345\r\n", 1)
    assert book(tmp_path, text).sheets[0].ragged == {1}


def test_blank_cells_left_out_at_the_end_are_no_fault(tmp_path: Path) -> None:
    lines = roster(end="\n").splitlines()
    text = "\n".join([lines[0] + ",Ghi chú", lines[1] + ",mới", lines[2], lines[3] + ","])
    assert not book(tmp_path, text).sheets[0].ragged


def test_additional_blank_cells_and_short_totals_are_no_fault(tmp_path: Path) -> None:
    text = roster().replace("345\r\n", "345,,,\r\n") + "Cộng,3\r\n"
    assert not book(tmp_path, text).sheets[0].ragged


@pytest.mark.parametrize("control", ["\0", "\x01", "\x1b", "\x7f"])
def test_control_characters_stay_in_their_cell(tmp_path: Path, control: str) -> None:
    found = book(tmp_path, roster().replace("Hương", f"Hư{control}ơng")).sheets[0].rows
    assert len(found) == 4 and found[1][2] == NAMES[0].replace("Hương", f"Hư{control}ơng")


def test_a_mark_of_utf_8_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    lines = roster(end="\n").splitlines()
    text = "\n".join([*lines[:2], "\ufeff" + lines[2], lines[3]])
    found = cleaned(tmp_path, text).values
    assert list(found["school_name"]) == NAMES and list(found["source_row"]) == [2, 3, 4]


def test_the_end_mark_of_old_programs_is_no_row(tmp_path: Path) -> None:
    assert len(book(tmp_path, roster() + "\x1a").sheets[0].rows) == 4


@pytest.mark.parametrize("length", [LONGEST_CELL + 1, 200_000])
@pytest.mark.parametrize("mark", ["", '"'])
def test_a_huge_cell_is_refused_by_its_line(tmp_path: Path, length: int, mark: str) -> None:
    text = roster().replace(NAMES[1], mark + "a" * length + mark)
    assert refusal(tmp_path, text) == ("text_cell_huge", 3)


def test_line_numbers_count_the_line_that_names_the_separator(tmp_path: Path) -> None:
    text = "sep=,\r\n" + roster().replace(NAMES[1], f'"{NAMES[1]}" x')
    assert refusal(tmp_path, text) == ("text_quotes_line", 4)


CELL = st.text(st.sampled_from('aăđ1 ,;|\t"\n\r\0\ufeff\u2028\x85.-'), max_size=8)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=3, max_size=8),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_no_row_is_lost_or_merged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str, end: str
) -> None:
    """What a writer of such files wrote comes back row by row, or the file is refused."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["Mã", "Tên", "Xã", "Số"], *rows])
    folder = tmp_path_factory.mktemp("csv")
    try:
        found = book(folder, out.getvalue()).sheets[0].rows
    except InputError as error:
        assert error.key in {"text_quotes_line", "text_no_table"}
        return
    assert [[c or "" for c in row] for row in found[1:]] == rows


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from('aă1 ,"\n\r'), max_size=60).map(lambda t: "a,b,c\n1,2,3\n4,5,6\n" + t)
)
def test_each_line_is_a_row_or_part_of_a_cell(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Whatever stands in a file: its lines are the rows and the line breaks within their cells."""
    try:
        rows = book(tmp_path_factory.mktemp("csv"), text).sheets[0].rows
    except InputError as error:
        assert error.key in {"text_quotes_line", "text_no_table"}
        return
    lines = re.split("\r\n|\r|\n", text)
    within = sum(len(re.findall("\r\n|\r|\n", str(c))) for row in rows for c in row if c)
    assert len(rows) + within == len(lines) - (lines[-1] == "")


def test_an_unmarked_encoding_needs_more_than_a_few_bytes() -> None:
    assert decode_text(b"a,b,c\n", "a.csv").text == "a,b,c\n"
    assert decode_text("Trường".encode(), "a.csv").encoding == ""
