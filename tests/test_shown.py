"""Tables in words: headings, codes, numbers of either language, and signs that stay signs."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

from analysis.compare import compare_groups, compare_indicators, compare_to_targets
from analysis.export.shown import ShownTable, show_table
from analysis.measure import measure_levels
from analysis.notebook.school_year import load_year
from analysis.reference import TargetSet, read_reference
from tests.frames import held, school

TARGETS = read_reference().targets("huong-tra-2022-2025")
SCHOOLS = held(
    *[school(education_level="MN", kdclgd=2, cqg=1)] * 10,
    school(education_level="MN", kdclgd="not_reached", cqg="not_reached"),
    *[school(education_level="TH", kdclgd=3, cqg=2)] * 2,
    school(education_level="TH", kdclgd=1, cqg="not_evaluated"),
)


def cells(table: ShownTable) -> list[dict[str, str]]:
    """Its rows by heading."""
    return [dict(zip(table.headings, row, strict=True)) for row in table.rows]


def test_levels_stand_in_one_row_per_group_with_counts_and_shares() -> None:
    levels = measure_levels(SCHOOLS, scheme="kdclgd", by="education_level")
    table = show_table(levels)
    assert table.headings == (
        *("Nhóm", "Cấp độ 3", "Cấp độ 2", "Cấp độ 1", "Chưa đạt", "Tổng số trường (n)"),
    )
    assert table.rows == (
        ("Mầm non", "0", "10 (90,9%)", "0", "1 (9,1%)", "11"),
        ("Tiểu học", "2 (66,7%)", "0", "1 (33,3%)", "0", "3"),
        ("Toàn ngành", "2 (14,3%)", "10 (71,4%)", "1 (7,1%)", "1 (7,1%)", "14"),
    )
    assert table.numeric == (False, True, True, True, True, True)
    assert table.totals == (False, False, True)
    assert table.frame is levels
    english = show_table(levels, lang="en")
    assert english.headings[:2] == ("Group", "Level 3")
    assert english.rows[0][2] == "10 (90.9%)"


def test_levels_of_several_years_and_of_wards_keep_their_order() -> None:
    rows = [school(unit=unit, school_year=y, kdclgd=1)
            for y in ("2023-2024", "2024-2025") for unit in ("Xã B", "Phường A")]  # fmt: skip
    table = held(*rows, as_of={y: dt.date(int(y[5:]), 5, 31) for y in ("2023-2024", "2024-2025")})
    shown = show_table(measure_levels(table, scheme="kdclgd", by="unit"))
    assert [row[:2] for row in shown.rows] == [
        (year, group)
        for year in ("2023-2024", "2024-2025")
        for group in ("Phường A", "Xã B", "Toàn ngành")
    ]


def test_a_comparison_shows_what_is_wanted_and_how_far_it_is() -> None:
    table = compare_to_targets(SCHOOLS, TARGETS, by="education_level")
    rows = cells(show_table(table[table["target_id"] == "Q"]))
    assert [row["Nhóm"] for row in rows] == ["Mầm non", "Tiểu học", "Toàn ngành"]
    assert rows[0]["Khoảng chỉ tiêu"] == "≥ 89,5%"
    assert [row["Khoảng cách (điểm phần trăm)"] for row in rows] == ["0,0", "−22,8", "−3,8"]
    assert [row["Số trường còn thiếu"] for row in rows] == ["0", "1", "1"]
    assert [row["Kết luận"] for row in rows] == [
        *("đạt chỉ tiêu", "chưa đạt chỉ tiêu", "chưa đạt chỉ tiêu"),
    ]
    whole = show_table(compare_to_targets(SCHOOLS, TARGETS))
    assert "Nhóm" not in whole.headings  # one group only
    assert not any(whole.totals)


def test_a_comparison_says_what_is_unclear_and_how_many_schools_that_leaves_open() -> None:
    some = [*[school(cqg=1)] * 6, school(cqg="expired"), *[school(cqg="in_doubt")] * 2]
    (row,) = cells(show_table(compare_to_targets(held(*some), of("Q"))))
    assert (row["Chưa rõ (trường trong n)"], row["Số trường còn thiếu"]) == ("2", "1–3")
    open_ = [*[school(cqg=1)] * 6, school(cqg="not_stated")]
    (row,) = cells(show_table(compare_to_targets(held(*open_), of("Q"))))
    assert (row["Kết luận"], row["Số trường còn thiếu"]) == ("chưa kết luận được", "–")
    later = held(*some, as_of=dt.date(2026, 5, 31))
    (row,) = cells(show_table(compare_to_targets(later, of("Q"))))
    assert row["Kết luận"] == "tham khảo, chỉ tiêu đã qua ngày cuối"
    assert row["Số trường còn thiếu"] == "–"


def of(part: str) -> TargetSet:
    """One part of the targets."""
    return replace(TARGETS, parts=tuple(p for p in TARGETS.parts if p.id == part))


def test_a_number_that_does_not_exist_is_a_dash() -> None:
    table = compare_to_targets(held(school(kdclgd=2)), TARGETS, by="education_level")
    rows = cells(show_table(table[table["target_id"] == "K3"]))
    assert rows[0]["Số trường còn thiếu"] == "–"  # no number of one school lies in the range


def test_the_spread_names_all_groups_that_are_level() -> None:
    both = held(school(education_level="TH", cqg=1), school(education_level="MN", cqg=1))
    spread = compare_groups(compare_to_targets(both, TARGETS, by="education_level"))
    (row,) = [r for r in cells(show_table(spread)) if r["Chênh lệch (điểm phần trăm)"] == "0,0"][
        -1:
    ]
    assert row["Nhóm thấp nhất"] == row["Nhóm cao nhất"] == "Mầm non, Tiểu học"


def test_indicators_come_with_their_verdict() -> None:
    columns = ["school_year", "target_id", "numerator", "denominator", "value"]
    sheet = pd.DataFrame([["2024-2025", "CT07", 214, 396, None]], columns=columns)
    table = show_table(compare_indicators(sheet, TARGETS))
    (row,) = [row for row in cells(table) if row["Số"] == "7"]
    assert row["Kết quả"] == "214/396 (54,0%)"
    assert row["So với mức cần đạt"] == "đạt"
    assert {row["So với mức cần đạt"] for row in cells(table)} == {"đạt", "chưa có số liệu"}


@pytest.mark.parametrize(
    ("lang", "yes", "heading"), [("vi", "có", "Tên trường"), ("en", "yes", "School")]
)
def test_any_other_table_is_shown_whole(lang: str, yes: str, heading: str) -> None:
    day = pd.Timestamp(2025, 5, 31)
    frame = pd.DataFrame(
        {"school_name": ["Trường A", None], "x": [1234.5, None], "n": [1, 2], "b": [True, False],
         "day": [day, pd.NaT]}
    )  # fmt: skip
    table = show_table(frame, lang=lang)
    assert table.headings == (heading, "x", "n", "b", "day")
    number = "1.234,5" if lang == "vi" else "1,234.5"
    assert table.rows[0] == ("Trường A", number, "1", yes, "31/05/2025")
    assert table.rows[1][:2] == ("–", "–") and table.rows[1][4] == "–"
    assert table.numeric == (False, True, True, False, False)


def test_signs_of_the_data_stand_for_themselves() -> None:
    evil = "<img src=x onerror=alert(1)> & 'Đồng \"Xuân'"
    html = show_table(pd.DataFrame({"school_name": [evil], evil: [1]}))._repr_html_()
    assert "<img" not in html
    assert unescape(re.sub(r"<[^>]+>", "", html)).count(evil) == 2


def test_long_tables_say_how_long_they_are_and_empty_ones_that_they_are() -> None:
    long = show_table(pd.DataFrame({"n": range(1500)}), most=10)
    assert len(long.rows) == 10
    assert long.note == "Hiện 10 trong 1.500 dòng." and long.note in long._repr_html_()
    empty = show_table(pd.DataFrame({"n": []}), lang="en")
    assert empty._repr_html_() == "<p>There are no rows.</p>"
    assert repr(empty).endswith("There are no rows.")


def test_levels_of_both_schemes_have_a_dash_where_one_has_no_such_level() -> None:
    levels = [measure_levels(SCHOOLS, scheme=scheme, by="unit") for scheme in ("kdclgd", "cqg")]
    shown = show_table(pd.concat(levels, ignore_index=True))
    by_scheme = {row[0]: dict(zip(shown.headings, row, strict=True)) for row in shown.rows}
    assert by_scheme["CQG"]["Cấp độ 3"] == "–"
    assert {row["Tổng số trường (n)"] for row in by_scheme.values()} == {"14"}


def test_the_total_of_a_group_stays_when_some_standings_are_picked_out() -> None:
    levels = measure_levels(SCHOOLS, scheme="kdclgd", by="education_level")
    table = show_table(levels[levels["standing"].eq("2")])
    assert table.rows[0] == ("Mầm non", "10 (90,9%)", "11")


def test_changes_of_schools_tell_standings_and_education_levels_in_words() -> None:
    change = ["level_kdclgd", "level_cqg", "other_level", "renamed", "gone"]
    told = {"before": ["2", "in_doubt", "TH", "2", ""], "after": ["expired", "1", "THCS", "3", ""]}
    same = dict.fromkeys(("school_id", "school_code", "school_name", "unit", "education_level"), "")
    table = show_table(pd.DataFrame({"change": change} | same | told))
    assert [row[-2:] for row in table.rows] == [
        *(("Cấp độ 2", "Hết hạn"), ("Còn nghi vấn", "Mức độ 1")),
        *(("Tiểu học", "THCS"), ("2", "3"), ("", "")),
    ]


def test_the_total_of_a_part_of_the_schools_is_called_like_the_part() -> None:
    year = load_year("2024-2025").narrow(education_level="THCS")
    table = show_table(measure_levels(year, scheme="cqg", by="unit"))
    assert table.rows[-1][0] == "THCS" and table.totals[-1]
    assert not any("Toàn ngành" in row for row in table.rows)
