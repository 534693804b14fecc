"""One school in two rows: a copy, an earlier state, or a contradiction."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from analysis.clean import Cleaned, clean_schools
from analysis.export import show_table
from analysis.raw import read_raw
from analysis.reference import read_rules
from tests.workbooks import HEADINGS, SIGNED, save, school

RULES = read_rules()
EARLIER = SIGNED - dt.timedelta(days=1)
OLD = {"kdclgd": 1, "kdclgd_decision": "7/QĐ-SGDĐT", "kdclgd_date": EARLIER}
NONE = {"kdclgd": "Chưa đạt", "kdclgd_decision": None, "kdclgd_date": None}
BLANK = {"kdclgd": None, "kdclgd_decision": None, "kdclgd_date": None}


def cleaned(tmp_path: Path, *rows: list[Any]) -> Cleaned:
    raw = read_raw(save(tmp_path / "a.xlsx", rows), RULES)
    return clean_schools(raw, RULES, school_year="2025-2026")


def found(result: Cleaned, outcome: str) -> list[tuple[str, int]]:
    return [(f.rule, f.row) for f in result.findings if f.outcome == outcome and f.row > 1]


@pytest.mark.parametrize(
    "before",
    [
        OLD,
        OLD | {"kdclgd": 2},
        NONE,
        BLANK,
        {"cqg": "-", "cqg_decision": None, "cqg_date": None},
        {"cqg_date": EARLIER, "cqg_decision": "7/QĐ-UBND"},
    ],
    ids=["raised", "renewed", "none before", "blank before", "no cqg before", "cqg renewed"],
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["old first", "new first"])
def test_an_earlier_state_gives_way_to_the_later_one(
    tmp_path: Path, before: dict[str, Any], order: tuple[int, int]
) -> None:
    rows = [school(1, **before), school(1)]
    result = cleaned(tmp_path, *(rows[i] for i in order), school(2))
    old, new = order.index(0) + 2, order.index(1) + 2
    assert found(result, "ignored") == [("duplicate_earlier", old)]
    assert ("earlier_state", old) in found(result, "warning")
    assert list(result.values["source_row"]) == sorted([new, 4])
    told = next(f for f in result.findings if f.rule == "earlier_state")
    assert told.facts["other_row"] == new and f"hàng {new}" in told.text()


KDCLGD = ["G2", "H2", "I2"]


@pytest.mark.parametrize(
    ("other", "cells"),
    [
        (OLD | {"kdclgd_date": SIGNED}, ["G2", "H2"]),
        (OLD | {"kdclgd": 3}, KDCLGD),
        (OLD | {"pupils": 344}, [*KDCLGD, "N2"]),
        ({"kdclgd": 1}, ["G2"]),
        ({"kdclgd_date": EARLIER}, ["I2"]),
        (OLD | {"kdclgd_decision": school(1)[7]}, ["G2", "I2"]),
        (OLD | {"cqg_date": EARLIER, "cqg_decision": "7/QĐ-UBND"}, [*KDCLGD, "K2", "L2"]),
        ({"kdclgd": "Chưa ĐGN", "kdclgd_decision": None, "kdclgd_date": None}, ["G2"]),
        ({"kdclgd": "Thu hồi", "kdclgd_decision": None, "kdclgd_date": None}, ["G2"]),
    ],
    ids=[
        "same date",
        "higher level on the older date",
        "other pupils",
        "same date and number, other level",
        "older, same number and level",
        "older, same number",
        "both schemes",
        "not evaluated",
        "withdrawn",
    ],
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["as it is", "the other way round"])
def test_everything_else_is_a_contradiction(
    tmp_path: Path, other: dict[str, Any], cells: list[str], order: tuple[int, int]
) -> None:
    """One school; what its rows say differently is in doubt, whichever comes first."""
    rows = [school(1, **other), school(1)]
    result = cleaned(tmp_path, *(rows[i] for i in order), school(2))
    told = [f for f in result.findings if f.outcome == "doubt"]
    assert {f.rule for f in told} == {"values_contradict"}
    assert sorted(f.cell[0] for f in told) == [cell[0] for cell in cells]
    stands = result.schools["source_row"][0]
    assert {f.row for f in told} == {stands}
    assert [f.facts["other_cell"] for f in told] == [f"{f.cell[0]}{5 - stands}" for f in told]
    assert list(result.schools["school_code"]) == ["46480001", "46480002"]
    assert list(result.schools["kdclgd_result"]) == ["in_doubt", "recognised"]
    assert not found(result, "set_aside")


@pytest.mark.parametrize("name", ["Trường Tiểu học Khác", "Trường THCS Số 1"])
def test_one_code_with_two_names_is_nobody_knows_whose(tmp_path: Path, name: str) -> None:
    result = cleaned(tmp_path, school(1, name=name), school(1), school(2))
    assert found(result, "set_aside") == [("duplicate_differs", 2), ("duplicate_differs", 3)]
    assert list(result.schools["school_code"]) == ["46480002"]


@pytest.mark.parametrize("name", ["TH Số 1", "TRƯỜNG TIỂU HỌC SỐ 1", "Trường Số 1", None])
def test_one_code_with_one_name_in_other_writing_is_one_school(
    tmp_path: Path, name: str | None
) -> None:
    result = cleaned(tmp_path, school(1, name=name, pupils=1), school(1), school(2))
    assert list(result.schools["school_code"]) == ["46480001", "46480002"]
    doubts = [f.cell for f in result.findings if f.rule == "values_contradict"]
    stands = result.schools["source_row"][0]
    assert doubts == [f"N{stands}"]
    assert result.schools["school_name"].ne("").all(), "the row that has a name stands for both"
    assert result.keys(result.retold) == ["46480001"]


def test_a_cell_that_cannot_be_read_is_no_blank_that_was_filled_later(tmp_path: Path) -> None:
    """A blank gives way to a certificate; what nobody can read may be a later one."""
    unread = BLANK | {"kdclgd": "tốt"}
    result = cleaned(tmp_path, school(1, **unread), school(1))
    assert found(result, "ignored") == []
    assert list(result.schools["kdclgd_result"]) == ["in_doubt"]
    same = cleaned(tmp_path, school(1, **unread), school(1, **unread))
    assert found(same, "ignored") == [("duplicate_same", 3)]
    assert found(same, "doubt") == [("level_words", 2)]


def test_a_row_without_its_code_belongs_to_the_only_school_of_its_name(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, code=None, pupils=9), school(1), school(2))
    assert list(result.schools["school_id"]) == ["46480001", "46480002"]
    assert found(result, "doubt") == [("school_code_missing", 2), ("values_contradict", 3)]
    assert result.keys(result.retold) == ["46480001"]


def test_a_row_without_its_code_belongs_to_nobody_knows_which_of_several(tmp_path: Path) -> None:
    twin = school(2, name=school(1)[2])
    result = cleaned(tmp_path, school(1, code=None), school(1), twin)
    assert found(result, "set_aside") == [("school_which_of_several", 2)]
    assert list(result.schools["school_id"]) == ["46480001", "46480002"]
    (warned,) = [f for f in result.findings if f.rule == "name_twice"]
    assert (warned.row, warned.facts["other_row"]) == (4, 3)


def test_two_schools_that_only_their_rows_tell_apart_are_two(tmp_path: Path) -> None:
    drop = {HEADINGS.index("Mã trường"), HEADINGS.index("Xã/phường")}
    table = [HEADINGS, school(1), school(1, pupils=9)]
    head, *rows = [[c for i, c in enumerate(row) if i not in drop] for row in table]
    raw = read_raw(save(tmp_path / "a.xlsx", rows, head), RULES)
    result = clean_schools(raw, RULES, school_year="2025-2026")
    assert len(set(result.schools["school_id"])) == 2
    assert found(result, "warning") == [("name_twice_unplaced", 3)]
    assert not result.doubtful and not found(result, "set_aside")


def test_of_three_states_the_last_is_kept_and_a_copy_of_it_too_is_left_out(tmp_path: Path) -> None:
    oldest = OLD | {"kdclgd_date": EARLIER - dt.timedelta(days=9), "kdclgd_decision": "5/QĐ-SGDĐT"}
    rows = [school(1, **OLD), school(1), school(1, **oldest), school(1)]
    result = cleaned(tmp_path, *rows)
    rules = [("duplicate_earlier", 2), ("duplicate_earlier", 4), ("duplicate_same", 5)]
    assert found(result, "ignored") == rules
    assert list(result.values["source_row"]) == [3]


def test_a_renewal_of_each_scheme_is_no_chain(tmp_path: Path) -> None:
    """Three rows none of which comes after both others: nobody can say which holds."""
    cqg = {"cqg_date": EARLIER, "cqg_decision": "7/QĐ-UBND"}
    result = cleaned(tmp_path, school(1, **OLD), school(1, **cqg), school(1, **OLD, **cqg))
    assert len(result.schools) == 1 and not found(result, "ignored")
    states = result.schools[["kdclgd_result", "cqg_result"]].iloc[0].tolist()
    assert states == ["in_doubt", "in_doubt"]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_the_newer_certificate_holds_in_a_list_with_fewer_columns_too(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    save(tmp_path / f"{names[0]}.xlsx", [school(1, **OLD)])
    save(tmp_path / f"{names[1]}.xlsx", [school(1)[:-1]], HEADINGS[:-1])
    result = clean_schools(read_raw(tmp_path, RULES), RULES, school_year="2025-2026")
    held = result.schools[["kdclgd_level", "kdclgd_decision", "pupils"]].iloc[0].tolist()
    assert held == [2, school(1)[7], 345]
    assert not result.doubtful and ("earlier_state", 2) in found(result, "warning")


@pytest.mark.parametrize(
    "before",
    [
        {"cqg_date": "4/2022", "cqg_decision": "7/QĐ-UBND"},
        {"cqg_date": 2022, "cqg_decision": "7/QĐ-UBND"},
        {"cqg_date": None, "cqg_decision": "7/QĐ-UBND"},
        {"cqg_date": EARLIER, "cqg_decision": None},
    ],
)
def test_less_than_a_whole_certificate_proves_no_earlier_state(
    tmp_path: Path, before: dict[str, Any]
) -> None:
    at = HEADINGS.index("Mã trường")
    rows = [[*r[:at], *r[at + 1 :]] for r in (school(1, **before), school(1))]
    path = save(tmp_path / "a.xlsx", rows, [*HEADINGS[:at], *HEADINGS[at + 1 :]])
    result = clean_schools(read_raw(path, RULES), RULES, school_year="2025-2026")
    assert {rule for rule, _ in found(result, "doubt")} == {"values_contradict"}
    assert len(result.schools) == 1 and not found(result, "ignored")


@pytest.mark.parametrize("says", ["Thu hồi", "Hết hạn", "Chưa ĐGN"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_blank_is_completed_by_what_another_row_says(
    tmp_path: Path, says: str, order: tuple[int, int]
) -> None:
    said = {"kdclgd": says, "kdclgd_decision": None, "kdclgd_date": None}
    rows = [school(1, **BLANK, pupils=None), school(1, **said)]
    result = cleaned(tmp_path, *(rows[i] for i in order))
    assert not result.doubtful and len(result.schools) == 1
    assert result.schools["kdclgd_result"][0] not in ("not_stated", "in_doubt")
    assert result.schools["pupils"][0] == 345


def test_a_blank_gives_way_to_a_stated_none(tmp_path: Path) -> None:
    result = cleaned(tmp_path, school(1, **BLANK), school(1, **NONE))
    assert list(result.schools["kdclgd_result"]) == ["not_reached"]
    assert found(result, "ignored") == [("duplicate_earlier", 2)]


@pytest.mark.parametrize(
    ("one", "other", "doubts"),
    [
        ("Ngoài công lập", "Tư thục", ""),
        ("Dân lập", "Ngoài công lập", ""),
        ("Tư thục", "Dân lập", "ownership"),
    ],
)
def test_the_general_word_for_ownership_takes_in_the_particular_one(
    tmp_path: Path, one: str, other: str, doubts: str
) -> None:
    result = cleaned(tmp_path, school(1, ownership=one), school(1, ownership=other))
    assert list(result.schools["doubts"]) == [doubts]


@pytest.mark.parametrize(
    ("one", "other", "doubts"),
    [
        ("Ngoài công lập", "Dân lập", ""),
        ("Dân lập", "Ngoài công lập", ""),
        ("Tư thục", "Tư thục", ""),
        ("Tư thục", "Dân lập", "ownership"),
        ("Công lập", "Ngoài công lập", "ownership"),
    ],
)
def test_so_it_does_in_a_list_with_fewer_columns(
    tmp_path: Path, one: str, other: str, doubts: str
) -> None:
    save(tmp_path / "a.xlsx", [school(1, ownership=one)])
    save(tmp_path / "b.xlsx", [school(1, ownership=other)[:-1]], HEADINGS[:-1])
    result = clean_schools(read_raw(tmp_path, RULES), RULES, school_year="2025-2026")
    assert list(result.schools["source_file"]) == ["a.xlsx"]
    assert list(result.schools["doubts"]) == [doubts]


@pytest.mark.parametrize(
    ("name", "level"), [("Trường Tiểu học Hoa", ""), ("Trung tâm GDNN-GDTX Hoa", "GDTX")]
)
def test_a_school_is_no_centre(tmp_path: Path, name: str, level: str) -> None:
    """Whether the level or the name is the slip nobody can tell."""
    row = school(1, name=name, level="GDTX")
    result = cleaned(tmp_path, row, school(2))
    assert list(result.schools["education_level"]) == [level, "TH"]
    wanted = [] if level else [("centre_named_school", 2)]
    assert found(result, "doubt") == wanted


def test_rows_that_differ_in_their_note_are_no_copies(tmp_path: Path) -> None:
    rows = [[*school(1), "mới"], [*school(1), "cũ"], [*school(2), ""], [*school(2), ""]]
    raw = read_raw(save(tmp_path / "a.xlsx", rows, [*HEADINGS, "Ghi chú"]), RULES)
    result = clean_schools(raw, RULES, school_year="2025-2026")
    assert found(result, "ignored") == [("duplicate_same", 5)]
    assert len(result.schools) == 2 and not result.doubtful
    assert result.gathered["source_row"].tolist() == [3]


def test_columns_nobody_knows_tell_copies_from_schools(tmp_path: Path) -> None:
    rows = [["Trường TH Hòa Bình", "TH", 2, code] for code in ("123", "124", "124")]
    head = ["Tên trường", "Cấp học", "KĐCLGD - Cấp độ", "Mã huyện"]
    result = clean_schools(read_raw(save(tmp_path / "a.xlsx", rows, head), RULES), RULES,
                           school_year="2025-2026")  # fmt: skip
    assert len(result.schools) == 2
    assert found(result, "ignored") == [("duplicate_same", 4)]
    assert ("name_twice_unplaced", 3) in found(result, "warning")


def test_two_systems_of_codes_meet_by_name(tmp_path: Path) -> None:
    """The sector's code in one list, the office's own in another; in one list they are two."""
    save(tmp_path / "a.xlsx", [school(1)[:9], school(2)[:9]], HEADINGS[:9])
    heads = ["Mã trường", "Tên trường", "Xã/phường", "Cấp học", "CQG - Mức độ"]
    other = [["HT1", "TH Số I", "P. Tứ Hạ", "TH", 2], ["HT2", "TH Số II", "P. Tứ Hạ", "TH", 1]]
    save(tmp_path / "b.xlsx", other, heads)
    result = clean_schools(read_raw(tmp_path, RULES), RULES, school_year="2025-2026")
    assert result.schools[["kdclgd_level", "cqg_level"]].to_numpy().tolist() == [[2, 2], [2, 1]]
    assert result.gathered["joined_by"].tolist() == ["name", "name"]


def test_what_was_joined_is_shown_in_words(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [school(1)[:9]], HEADINGS[:9])
    save(tmp_path / "b.xlsx", [[*school(1, pupils=9)[1:6], *school(1)[9:]]],
         [*HEADINGS[1:6], *HEADINGS[9:]])  # fmt: skip
    result = clean_schools(read_raw(tmp_path, RULES), RULES, school_year="2025-2026")
    shown = show_table(result.gathered)
    assert shown.headings[-3:] == ("Nhận ra theo", "Bổ sung", "Trái nhau")
    assert shown.rows[0][-3] == "mã trường" and "KĐCLGD - Cấp độ" in shown.rows[0][-2]


def test_codes_of_the_list_of_wards_are_called_by_their_names(tmp_path: Path) -> None:
    rows = [
        school(1, unit="00004"),
        school(2, unit=4),
        school(3, unit="97000"),
        school(4, unit="097"),
    ]
    units = cleaned(tmp_path, *rows).schools["unit"].tolist()
    assert units == ["Phường Ba Đình", "4", "97000", "Phường Hồng Hà"]
