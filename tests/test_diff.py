"""What changed between two school years, and between two runs of one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import load_year
from analysis.cli import main
from analysis.compare import SCHOOL_COLUMNS, compare_schools, compare_tables
from analysis.export.tables import export_csv
from analysis.reference import read_rules
from analysis.work.diff import charts_of, compare_charts
from analysis.work.measured import measured_tables

ROOT = Path(__file__).parents[1]
YEARS = ("2024-2025", "2025-2026")


def schools(**changed: Any) -> pd.DataFrame:
    """One school that holds level 2, with some columns changed."""
    row = dict.fromkeys(SCHOOL_COLUMNS, "") | {
        "school_id": "A",
        "school_code": "01",
        "school_name": "Trường Tiểu học Số 1 Lúa Vàng",
        "unit": "Xã A",
        "education_level": "TH",
        "kdclgd_standing": "2",
        "cqg_standing": "not_reached",
        "kdclgd_decision": "1/QĐ-SGDĐT",
        "kdclgd_date": "2024-01-02",
    }
    return pd.DataFrame([row | changed])


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({}, []),
        ({"school_name": "trường tiểu học số 1 lúa vàng"}, []),
        ({"school_name": "TH Số 1 Lúa Vàng"}, []),
        ({"school_name": "Trường Tiểu học Số 2 Lúa Vàng"}, ["renamed"]),
        ({"unit": "Xã B"}, ["moved"]),
        ({"education_level": "TH&THCS"}, ["other_level"]),
        ({"kdclgd_standing": "3", "kdclgd_decision": "9/QĐ-SGDĐT"}, ["level_kdclgd"]),
        ({"kdclgd_date": "2024-01-03"}, ["certificate_kdclgd"]),
        ({"cqg_standing": "1"}, ["level_cqg"]),
        ({"school_id": "B"}, []),  # another id, but plainly the same school
        ({"school_id": "B", "unit": "Xã B"}, ["new", "gone"]),
    ],
)
def test_each_kind_of_change(changed: dict[str, str], kinds: list[str]) -> None:
    words = read_rules().spellings["education_level"]
    found = compare_schools(schools(), schools(**changed), level_words=words)
    assert list(found["change"]) == kinds


def test_a_school_set_aside_is_not_gone() -> None:
    nobody = schools().iloc[:0]
    aside = compare_schools(schools(), nobody, kept_out=((), {"01"}))
    back = compare_schools(nobody, schools(), kept_out=({"01"}, ()))
    assert list(aside["change"]) == ["set_aside"] and list(back["change"]) == ["back"]


def test_two_schools_of_one_name_are_not_guessed_at() -> None:
    two = pd.concat([schools(school_id="X"), schools(school_id="Y")], ignore_index=True)
    found = compare_schools(two, schools(school_id="Z"))
    assert sorted(found["change"]) == ["gone", "gone", "new"]


def test_numbers_are_compared_by_what_they_are_of() -> None:
    before = {"t": pd.DataFrame({"group": ["TH", "MN"], "schools_count": ["3", "4"]})}
    after = {
        "t": pd.DataFrame({"group": ["MN", "TH"], "schools_count": ["4", "5"]}),
        "u": before["t"],
    }
    found = compare_tables(before, after)
    changed = found[found["changed"]].iloc[0]
    assert len(found) == 2 and found["changed"].sum() == 1
    assert [changed["row"], changed["before"], changed["after"]] == ["group=TH", "3", "5"]


def published(folder: Path, school_year: str) -> Path:
    """The tables and one chart as a run leaves them."""
    year = load_year(school_year, home=ROOT)
    for name, table in measured_tables(year, "vi").values():
        export_csv(table, folder / "so_lieu" / f"{name}.csv")
    (folder / "bieu_do").mkdir()
    (folder / "bieu_do" / "so-voi-chi-tieu.png").write_bytes(b"picture")
    numbers = folder / "so_lieu"
    shutil.copy(numbers / "so_voi_chi_tieu.csv", numbers / "so-voi-chi-tieu.csv")
    return folder


def test_a_run_does_not_differ_from_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = published(tmp_path / "first", YEARS[0])
    second = Path(shutil.copytree(first, tmp_path / "second"))
    assert main(["diff", str(first), str(second), "--home", str(ROOT)]) == 0
    told = capsys.readouterr().out
    assert "không số nào thay đổi" in told and "không thay đổi" in told and "giữ nguyên: 1" in told
    (second / "bieu_do" / "so-voi-chi-tieu.png").write_bytes(b"another picture")
    assert main(["diff", str(first), str(second), "--home", str(ROOT), "--lang", "en"]) == 0
    assert "with another look only: 1" in capsys.readouterr().out


def test_a_mended_row_is_seen_between_two_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = published(tmp_path / "first", YEARS[0])
    second = Path(shutil.copytree(first, tmp_path / "second"))
    for name in ("truong", "so-voi-chi-tieu", "so_voi_chi_tieu"):
        path = second / "so_lieu" / f"{name}.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        column = "kdclgd_standing" if name == "truong" else "schools_count"
        table.loc[0, column] = "1"
        export_csv(table, path)
    answer = tmp_path / "answer.json"
    words = ["diff", str(first), str(second), "--home", str(ROOT), "--json", str(answer)]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "đổi tình trạng KĐCLGD: 1" in told and "đổi số liệu: 1" in told
    parts = json.loads(answer.read_text(encoding="utf-8"))
    assert set(parts) == {"before", "after", "truong", "so_lieu", "bieu_do"}
    assert sum(number["changed"] for number in parts["so_lieu"]) == 1
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"truong.csv", "so_lieu.csv", "bieu_do.csv"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_two_years_are_told_in_a_minute(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *YEARS, "--home", str(ROOT), "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert len(told.splitlines()) <= 35
    assert "34/38 (89" in told and "32/37 (86" in told  # counts beside every share
    unclear = {"vi": "; chưa rõ 1), tham khảo", "en": "; 1 unclear), for reference"}
    assert unclear[lang] in told
    merged = [line for line in told.splitlines() if "TH&THCS Suối Trong" in line]
    assert len(merged) == 3  # the new school, and two that went into it


def test_charts_come_go_and_change(tmp_path: Path) -> None:
    for side, names in (("old", "abc"), ("new", "bcd")):
        for name in names:
            folder = tmp_path / side
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.png").write_bytes(b"%s" % side.encode())
            rows = [["2024" if side == "old" else "2025", "5" if name == side[0] else "4"]]
            frame = pd.DataFrame(rows, columns=["school_year", "schools_count"])
            export_csv(frame, folder / f"{name}.csv")
    found = compare_charts(charts_of(tmp_path / "old"), charts_of(tmp_path / "new"), looks=False)
    assert dict(zip(found["chart"], found["change"], strict=True)) == {
        "a": "gone",
        "b": "same",
        "c": "same",
        "d": "new",
    }


@pytest.mark.parametrize(
    ("sides", "wanted"),
    [
        (("2024-2025", "2030-2031"), "2030-2031"),
        (("2024-2025", "nowhere"), "2021-2022"),
        (("2024-2025", "FOLDER"), "hai năm học, hoặc hai thư mục"),
    ],
)
def test_sides_that_cannot_be_compared_are_answered(
    sides: tuple[str, str], wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "so_lieu").mkdir()
    named = [str(tmp_path) if side == "FOLDER" else side for side in sides]
    assert main(["diff", *named, "--home", str(ROOT)]) == 2
    assert wanted in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    words = ["diff", *YEARS, "--home", str(ROOT), "--json", str(tmp_path / "file" / "a.json")]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "a.json" in told and "Traceback" not in told
