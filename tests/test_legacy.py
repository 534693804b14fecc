"""Vietnamese text in another encoding: turned when that is certain, left alone when it is not."""

from __future__ import annotations

import csv
import pickle
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import Cleaned, clean_schools
from analysis.raw import read_raw
from analysis.raw.texts import convert_legacy
from analysis.reference import read_rules, say
from analysis.reference.damage import is_damaged, undo_entities, undo_lost, undo_utf8
from analysis.reference.legacy_fonts import BYTES_OF_1252, legacy_fonts, mend_capitals
from analysis.reference.syllables import is_syllable
from analysis.workbooks.cells import Converted, Sheet
from tests.workbooks import HEADINGS, save, school

RULES = read_rules()
FONTS = legacy_fonts()
DATA = Path(__file__).parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the published files (../shared/data) are not on this machine"
)
_WESTERN = {byte: chr(code) for code, byte in BYTES_OF_1252.items()}


def taken_for_1252(text: str) -> str:
    """UTF-8 bytes taken for Windows-1252, as Windows does: five bytes stay control characters."""
    return text.encode().decode("latin-1").translate(_WESTERN)


def typed_in_tcvn3(text: str) -> str:
    """As typing programs write TCVN3: the byte of the small letter, for capitals with tones too."""
    letters = FONTS["tcvn3"].letters
    return "".join(letters.get(c, c)[-1] for c in text)


WAYS: dict[str, Callable[[str], str]] = {
    **{key: font.write for key, font in FONTS.items()},
    "utf-8 as 1252": taken_for_1252,
    "utf-8 as latin-1": lambda t: t.encode().decode("latin-1"),
    "utf-8 as 1258": lambda t: taken_for_1252(t).replace("Ã", "Ă"),
    "utf-8 as 1252 twice": lambda t: taken_for_1252(taken_for_1252(t)),
    "entities": lambda t: "".join(c if c.isascii() else f"&#{ord(c)};" for c in t),
}


# --- the letters -----------------------------------------------------------------------------


def published_letters() -> list[dict[str, str]]:
    with (DATA / "vn_legacy_encodings.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@needs_data
@pytest.mark.parametrize(
    ("key", "column"),
    [("tcvn3", "tcvn3_hex"), ("vni", "vni_win_hex"), ("viscii", "viscii_hex")],
)
def test_the_134_letters_both_ways(key: str, column: str) -> None:
    table = published_letters()
    assert len(table) == len(FONTS[key].letters) == 134
    for line in table:
        code = bytes.fromhex(line[column]).decode("latin-1")
        assert FONTS[key].write(line["unicode"]) == code
        assert FONTS[key].read(code) == line["unicode"]


def iconv(content: bytes, encoding: str) -> str | None:
    command = ["iconv", "-f", encoding, "-t", "UTF-8"]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else None


@pytest.mark.parametrize(("key", "encoding"), [("tcvn3", "TCVN5712-1"), ("viscii", "VISCII")])
def test_single_bytes_agree_with_iconv(key: str, encoding: str) -> None:
    import unicodedata

    if not shutil.which("iconv") or iconv(b"a", encoding) is None:
        pytest.skip(f"iconv with {encoding} is not on this machine")
    for letter, code in FONTS[key].letters.items():
        if len(code) == 1:
            other = iconv(code.encode("latin-1"), encoding)
            assert other is not None and unicodedata.normalize("NFC", other) == letter


def test_a_capital_with_a_small_mark_is_read_too() -> None:
    assert FONTS["vni"].read("Aùnh Döông") == "Ánh Dương"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("TRƯờNG TIểU HọC", "TRƯỜNG TIỂU HỌC"),
        ("TRƯờNG Hà NộI", "TRƯỜNG HÀ NỘI"),
        ("TRƯờNG THCS Hà Hải Nam", "TRƯỜNG THCS Hà Hải Nam"),
        ("Trường THCS Hà Đô", "Trường THCS Hà Đô"),
        ("THCS Bà Tó", "THCS Bà Tó"),
        ("ủY BAN", "ỦY BAN"),
        ("SGDĐT", "SGDĐT"),
    ],
)
def test_capitals_of_a_font_of_capitals(text: str, mended: str) -> None:
    assert mend_capitals(text) == mended


# --- syllables -------------------------------------------------------------------------------

SYLLABLES = """trường tiểu học hòa hoà thủy thuỷ quý quyết giếng gì gìn nghĩa nghiêng khuya khuỷu
ngoằn huỳnh oanh yên yết ưu ở ý Phú Đắk ĐỒNG xoong quờ quốc kế ghế cá duyệt thuở loan tuấn"""
NO_SYLLABLES = """Tr\u00adêng TiÓu häc tröôøng tieåu hoïc truờng hộp̀ cế kạ nghá gé hòc hạch̃ êng
müller café noël québec straße ñandú båt œuvre Ti?u Tr\ufffdng b x 1 ab1"""


def test_possible_syllables_and_words_that_are_none() -> None:
    words = [form for word in SYLLABLES.split() for form in (word, word.upper())]
    assert [word for word in words if not is_syllable(word)] == []
    assert [word for word in NO_SYLLABLES.split() if is_syllable(word)] == []


def names(path: str, columns: list[str]) -> set[str]:
    table = pd.read_csv(DATA / path, dtype=str)
    return {name for c in columns for name in table[c].dropna()}


def wards() -> set[str]:
    return names("vn_wards_old_to_new_2025.csv", ["ward", "newWard", "district", "province"])


def schools() -> set[str]:
    listed = ["school_name_as_printed", "commune_as_printed", "district_as_printed"]
    thai_nguyen = pd.read_excel(
        DATA / "thai_nguyen_schools_2025-06.xlsx", header=3, engine="openpyxl"
    )
    return names("vn_school_lists.csv", listed) | set(thai_nguyen.iloc[:, 1].dropna())


def marked_words(texts: set[str]) -> set[str]:
    import re

    words = {w.casefold() for t in texts for w in re.findall(r"[^\W\d_]+", t)}
    return {w for w in words if not w.isascii()}


@needs_data
def test_words_of_real_names_are_accepted() -> None:
    """Of the wards all (their words from other languages stand in the list), of the schools all
    but one invented by its owner."""
    assert not [w for w in marked_words(wards()) if not is_syllable(w)]
    assert {w for w in marked_words(schools()) if not is_syllable(w)} <= {"đôrêmon"}


@needs_data
@pytest.mark.parametrize(
    ("way", "most"),
    [("tcvn3", 0.13), ("vni", 0.08), ("utf-8 as 1252", 0.0), ("utf-8 as 1252 twice", 0.0)],
)
def test_words_in_another_encoding_are_refused(way: str, most: float) -> None:
    """What little is left looks Vietnamese both ways ("Phú" is "Phó" in TCVN3)."""
    changed = [WAYS[way](w) for w in marked_words(wards()) if WAYS[way](w) != w]
    accepted = [w for w in changed if is_syllable(w)]
    assert len(accepted) <= most * len(changed)


# --- columns ---------------------------------------------------------------------------------

SOME = """trường tiểu học mầm non phường xã hương trà tứ hạ phú lộc bình điền nguyễn đình chiểu quý
đôn thủy thuận hóa quảng trị đắk lắk yết kiêu lý thường kiệt bế văn đàn huế ngữ ỷ ỹ ẳng"""
WORDS = st.sampled_from(SOME.split())
TITLE = WORDS.map(str.capitalize)
TEXT = st.lists(WORDS | TITLE | st.sampled_from(["Số", "1", "THCS", "TH&THCS", "QĐ", "-"]),
                min_size=1, max_size=6).map(" ".join)  # fmt: skip
SURE = ["Trường Tiểu học Nguyễn Đình Chiểu", "Phường Hương Chữ, thị xã Hương Trà"]


def column(texts: list[str]) -> Sheet:
    return Sheet("s", [[t] for t in texts])


def turned(texts: list[str]) -> list[str]:
    sheet = column(texts)
    convert_legacy("a.xlsx", sheet)
    return [str(row[0]) for row in sheet.rows]


@pytest.mark.parametrize("way", [w for w in WAYS if w != "viscii"])
@given(texts=st.lists(TEXT, max_size=6))
def test_a_column_comes_back(way: str, texts: list[str]) -> None:
    texts = SURE + texts
    assert turned([WAYS[way](t) for t in texts]) == texts


@given(texts=st.lists(TEXT | TEXT.map(str.upper), max_size=6))
def test_vietnamese_in_unicode_is_left_alone(texts: list[str]) -> None:
    assert turned(texts) == texts
    assert not any(isinstance(row[0], Converted) for row in column(texts).rows)


@given(texts=st.lists(TEXT, max_size=6))
def test_typed_text_comes_back_but_for_the_case_of_capitals(texts: list[str]) -> None:
    texts = SURE + texts
    back = turned([typed_in_tcvn3(t) for t in texts])
    assert [t.casefold() for t in back] == [t.casefold() for t in texts]


def test_capital_fonts_are_mended() -> None:
    assert turned([typed_in_tcvn3(t.upper()) for t in SURE]) == [t.upper() for t in SURE]


FOREIGN = [
    "Café Müller",
    "École française Saint-Exupéry, près de l'hôpital",
    "Lycée français Alexandre Yersin à Hanoï",
    "Noël, Loïc et Zoë vont à l'été",
    "Schöne Grüße aus Köln und Düsseldorf",
    "Año nuevo, São Paulo, Curaçao",
    "Smörgåsbord på Åland",
    "25 °C ± 1, ½ m², 3 × 4, § 5",
    "© 2025 – “quoted”, ‘so’ … «zitiert»",
    "Kindergarten №1 • A&B; C",
    "Trường Quốc tế Pháp-Việt Antoine de Saint-Exupéry",
    "Xã Ea H'leo, K'Bang, Y Ngông Niê Kđăm",
    "X\u00c3\u00a0H\u01af\u01a0NG, Hòa\u00a0Bình",
    "AT&T, R&D; TH&THCS",
]


def test_other_languages_are_left_alone() -> None:
    for text in FOREIGN:
        assert turned([text] * 3 + ["Trường Tiểu học Hương Văn"])[:3] == [text] * 3
    assert turned(FOREIGN * 2) == FOREIGN * 2


def test_too_little_proof_changes_nothing() -> None:
    assert turned(["HuÕ", "abc"]) == ["HuÕ", "abc"]
    assert turned(["Loïc"] * 9) == ["Loïc"] * 9


def test_a_pasted_row_is_turned_with_the_cells_that_look_proper() -> None:
    """ "Phó Léc" could be Unicode; beside "Tr­êng" it is "Phú Lộc"."""
    proper = ["Trường Tiểu học Số 1", "Xã Tân An", "Công lập"]
    other = ["Trường THCS Nguyễn Huệ", "Phú Lộc", "Công lập"]
    sheet = Sheet("s", [list(proper), [FONTS["tcvn3"].write(t) for t in other], list(proper)])
    remarks = convert_legacy("a.xlsx", sheet)
    assert sheet.rows == [proper, other, proper]
    assert [r.key for r in remarks] == ["converted_tcvn3"]
    assert remarks[0].facts["count"] == 3


def test_columns_in_different_encodings() -> None:
    names = [f"Trường Tiểu học {n}" for n in ("Hương Văn", "Bình Điền", "Tứ Hạ")]
    rows = [[FONTS["tcvn3"].write(n), FONTS["vni"].write(n), taken_for_1252(n), n] for n in names]
    sheet = Sheet("s", [list(r) for r in rows])
    convert_legacy("a.xlsx", sheet)
    assert sheet.rows == [[n] * 4 for n in names]


def test_a_row_of_both_kinds_keeps_what_nobody_can_tell() -> None:
    rows: list[list[Any]] = [
        [FONTS["tcvn3"].write("Trường Tiểu học"), "Phó Léc", "Tiểu học"],
        ["Trường Mầm non", "Phường Tứ Hạ", "Mầm non"],
    ]
    sheet = Sheet("s", rows)
    remarks = convert_legacy("a.xlsx", sheet)
    assert sheet.rows[0] == ["Trường Tiểu học", "Phó Léc", "Tiểu học"]
    assert remarks[-1].key == "legacy_doubtful" and remarks[-1].facts["cells"] == "B1"


def test_a_turned_cell_remembers_what_stood_there() -> None:
    sheet = column([FONTS["vni"].write(t) for t in SURE])
    convert_legacy("a.xlsx", sheet)
    cell = sheet.rows[0][0]
    assert isinstance(cell, Converted) and cell == SURE[0]
    assert (cell.rule, cell.original) == ("vni", FONTS["vni"].write(SURE[0]))
    again = pickle.loads(pickle.dumps(cell))
    assert (again, again.original, again.rule) == (cell, cell.original, cell.rule)


def test_an_ordinary_sheet_keeps_its_very_rows() -> None:
    sheet = column(["Trường Tiểu học", "TH&THCS; Số 1", "Hòa\u00a0Bình", "Nguyê\u0303n"])
    before = [row[0] for row in sheet.rows]
    assert not convert_legacy("a.xlsx", sheet)
    assert all(new[0] is old for new, old in zip(sheet.rows, before, strict=True))


@needs_data
@pytest.mark.parametrize("way", WAYS)
def test_the_names_of_all_wards_and_schools_come_back(way: str) -> None:
    texts = sorted(n for n in wards() | schools() if not n.isascii())
    back = turned([WAYS[way](t) for t in texts])
    assert {t for t, b in zip(texts, back, strict=True) if t != b} <= {
        t for t in texts if "Đôrêmon" in t
    }


@needs_data
@pytest.mark.parametrize("way", WAYS)
def test_of_mixed_sheets_no_wrong_cell_passes(way: str) -> None:
    """Rows of wards, some in another encoding: each cell comes back, or is told to be damaged."""
    table = pd.read_csv(DATA / "vn_wards_old_to_new_2025.csv", dtype=str)
    places = table[["ward", "district", "province"]].dropna().drop_duplicates()
    chance = random.Random(7)
    for sample in range(20):
        rows = places.sample(30, random_state=sample).to_numpy().tolist()
        rows = [[f"Trường Tiểu học {w}", w, d, p] for w, d, p in rows]
        other = {i for i in range(30) if chance.random() < 0.4}
        mixed = [[WAYS[way](t) for t in r] if i in other else list(r) for i, r in enumerate(rows)]
        sheet = Sheet("s", [list(r) for r in mixed])
        convert_legacy("a.xlsx", sheet)
        for row, wanted in zip(sheet.rows, rows, strict=True):
            assert row == wanted or any(is_damaged(str(t)) for t in row), (row, wanted)


# --- damaged text ----------------------------------------------------------------------------


DAMAGED = [
    "Tr\ufffdng Tiểu học", "Ti?u h?c", "Tr??ng Ti?u h?c", "H? Chí Minh", "?ông Hà", "Xã Na ?",
    "Trường Tiá»ƒu há»c", "HÆ°Æ¡ng VÄƒn", "HoÃ\xa0", "Sá»‘ 1", "Má»¹", "TrÃ¡Â»Â", "â€œHoaâ€",
    "Tr\u00adêng TiÓu häc", "H\u00ad¬ng Trµ", "§ång Híi", "Tröôøng Tieåu hoïc", "Ñoàng Hôùi",
    "Trß¶ng", "Tr¿¿ng", "Ti\x01ểu", "Tiểu\0", "Hư\x8dng", "\ue000", "Ti&#7875;u", "Ti\\u1ec3u",
    "Ti=E1=BB=83u", "Ti%E1%BB%83u",
]  # fmt: skip
NOT_DAMAGED = [
    *FOREIGN[:4], *FOREIGN[5:6], *FOREIGN[7:12],
    "Trường Tiểu học Số 1 Hương Văn", "TRƯỜNG THCS", "XÃ HƯƠNG VÂN", "VÕ THỊ SÁU", "Võ Thị Sáu",
    "Trường Tiểu học\nSố 1", "Hòa\u00a0Bình", "Tru\u031bo\u031b\u0300ng", "Trư\u00adờng",
    "«Lá»", "Mầm non Họa Mi – cơ sở 2", "100%", "A = B", "Ðông Hà", "truờng", "Lí Tự Trọng",
    "Qúy", "Nguỵên", "Trường MN 1/6", "Xã Đạ Tẻh", "Café", "₫", "m²", "?", "",
]  # fmt: skip


def test_damaged_text_and_text_that_is_not() -> None:
    assert [text for text in DAMAGED if not is_damaged(text)] == []
    assert [text for text in NOT_DAMAGED if is_damaged(text)] == []


@needs_data
def test_no_real_name_is_called_damaged() -> None:
    assert not [n for n in wards() | schools() if is_damaged(n)]


@needs_data
@pytest.mark.parametrize("way", [w for w in WAYS if w != "viscii"])
def test_real_names_in_another_encoding_are_called_damaged(way: str) -> None:
    texts = {n for n in wards() | schools() if WAYS[way](n) != n}
    missed = {t for t in texts if not is_damaged(WAYS[way](t))}
    assert missed <= {"TP Thanh Hóa", "TP. Thanh Hóa", "THCS Nam Hoà", "THCS Trung Nghĩa"}


def test_lost_bytes_are_not_guessed() -> None:
    lost = taken_for_1252("Trường Thọ").replace("\x8d", "").replace("\x9d", "")
    assert undo_utf8(lost) is None and turned([lost]) == [lost] and is_damaged(lost)


@pytest.mark.parametrize("sign", ["", "\ufffd", "?"])
def test_lost_bytes_that_can_only_be_one_are_told(sign: str) -> None:
    text = "Trường Tiểu học Đại Phú - KĐCLGD"
    lost = re.sub("[\x81\x8d\x8f\x90\x9d]", sign, taken_for_1252(text))
    assert undo_utf8(lost) is None and undo_lost(lost) == text and turned([lost]) == [text]


@pytest.mark.parametrize("text", ["Thọ", "Số Ố", "Hỏ", "Phường Đỏ"])
def test_lost_bytes_that_may_be_several_are_not(text: str) -> None:
    lost = re.sub("[\x81\x8d\x8f\x90\x9d]", "\ufffd", taken_for_1252(text))
    assert undo_lost(lost) is None


def test_words_of_another_old_encoding_are_damaged_and_not_turned() -> None:
    """In VPS "ï" is "ĩ", in VISCII "ỉ": three such words prove neither."""
    texts = ["Hà Tïnh", "Vïnh Hòa", "Phú Nghïa", "Yên Mÿ"]
    assert turned(texts) == texts and is_damaged(texts[0])


def test_words_of_every_list_prove_viscii() -> None:
    text = "Trường Tiểu học Hà Tĩnh"
    written = legacy_fonts()["viscii"].write(text)
    other = legacy_fonts()["viscii"].write("Phường Vĩnh Định")
    assert turned([written, other, written + " A"])[:2] == [text, "Phường Vĩnh Định"]


def test_a_space_that_was_a_letter_is_not_guessed() -> None:
    lost = taken_for_1252("Hà Nội").replace("\xa0", " ")
    assert turned([lost]) == [lost] and is_damaged(lost)


def test_web_codes() -> None:
    assert undo_entities("TH&amp;THCS H&ograve;a B&#236;nh") == "TH&THCS Hòa Bình"
    assert undo_entities("TH&THCS; R&D") is None
    assert undo_entities("Hoa &lt;b&gt; &#236;") is None, "no markup is made of text"


# --- through reading and cleaning ------------------------------------------------------------

NAMES = [
    "Trường Tiểu học Số 1 Hương Văn",
    "Trường THCS Nguyễn Đình Chiểu",
    "Trường Mầm non Ánh Dương",
    "Trường TH&THCS Phú Lộc",
]
UNITS = ["Phường Tứ Hạ", "Xã Bình Thành", "Xã Phú Vang", "Xã Phú Lộc"]
LEVELS = ["Tiểu học", "THCS", "Mầm non", "TH&THCS"]


def roster() -> list[list[Any]]:
    return [
        school(n, name=name, unit=unit, level=level)
        for n, (name, unit, level) in enumerate(zip(NAMES, UNITS, LEVELS, strict=True), 1)
    ]


def written(row: list[Any], way: str) -> list[Any]:
    return [WAYS[way](v) if isinstance(v, str) else v for v in row]


def cleaned(path: Path) -> Cleaned:
    raw = read_raw(path, RULES)
    assert not raw.errors, [e.text() for e in raw.errors]
    return clean_schools(raw, RULES, school_year="2025-2026")


def accepted(path: Path) -> pd.DataFrame:
    return cleaned(path).values.drop(columns="source_file")


@pytest.mark.parametrize("way", WAYS)
def test_a_roster_in_another_encoding_gives_the_same_table(tmp_path: Path, way: str) -> None:
    expected = accepted(save(tmp_path / "clean.xlsx", roster()))
    rows = [written(row, way) for row in roster()]
    path = save(tmp_path / "other.xlsx", rows, written(HEADINGS, way))
    pd.testing.assert_frame_equal(accepted(path), expected)


@pytest.mark.parametrize("way", [w for w in WAYS if w != "viscii"])
@pytest.mark.parametrize("pasted", range(4))
def test_a_row_in_another_encoding_gives_the_same_table(
    tmp_path: Path, way: str, pasted: int
) -> None:
    expected = accepted(save(tmp_path / "clean.xlsx", roster()))
    rows = [written(row, way) if n == pasted else row for n, row in enumerate(roster())]
    pd.testing.assert_frame_equal(accepted(save(tmp_path / "other.xlsx", rows)), expected)


def test_every_turned_cell_is_a_repair_with_what_stood_there(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [written(row, "tcvn3") for row in roster()])
    noted = {f.cell: f for f in cleaned(path).findings if f.rule == "tcvn3"}
    assert noted["C3"].source_value == FONTS["tcvn3"].write(NAMES[1])
    assert noted["C3"].clean_value == NAMES[1] and noted["C3"].outcome == "repaired"
    assert set(noted) == {f"{c}{r}" for c in "CDFHK" for r in range(2, 6)} | {"E2", "E4"}


def test_the_remark_names_columns_and_count(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [written(row, "vni") for row in roster()])
    (remark,) = read_raw(path, RULES).remarks
    assert remark.facts["columns"] == "C, D, E, F, H, K" and remark.facts["count"] == 22
    assert "VNI" in say(remark.key, "vi", **remark.facts)
