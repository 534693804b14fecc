"""A plan of mergers: every fault at once, and what it does counted a second way."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from analysis.cli import main
from analysis.compare import Merger, compare_mergers
from analysis.reference import TargetSet, read_reference, read_rules
from tests.frames import held, school

ROOT = Path(__file__).parents[1]
RULES = read_rules()
TARGETS: TargetSet = read_reference(ROOT).targets("huong-tra-2022-2025")
HEADS = ["Mã trường", "Tên trường", "Xã/phường", "Trường mới", "Trường hợp", "Ngày", "Cấp học mới"]
SWITCHES = {"renamed": "carried", "all_hold": "not_carried", "other": "not_carried"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


def plan(folder: Path, *rows: Sequence[str], heads: Sequence[str] = HEADS) -> Path:
    path = folder / "ke_hoach.xlsx"
    book = Workbook()
    book.active.append(["KẾ HOẠCH SÁP NHẬP"])
    for row in (heads, *rows):
        book.active.append([*row])
    book.save(path)
    return path


def test_all_faults_of_a_plan_are_named_at_once_with_their_rows(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = plan(
        tmp_path,
        ["", "TH Sông Xanh", "", "Trường Tiểu học Mới", "mọi trường còn bằng", "2026-13-01"],  # 3
        ["46480914", "", "", "Trường Tiểu học Mới", "other"],
        ["", "Tiểu học Đồi Thong", "", "Trường Tiểu học Khác"],  # 5: no such school
        ["", "TH Sông Xanh", "", "Trường Tiểu học Khác"],  # 6: in two mergers
        ["", "Trường Mầm non Hoa Sen", "", ""],  # 7: into which?
        ["", "", "", "Trường Mầm non Mới"],  # 8: which?
        ["", "Trường Mầm non Họa Mi", "", "Trường Mầm non Sơn Ca"],  # 9: that goes on into ...
        ["", "Trường Mầm non Sơn Ca", "", "Trường Mầm non Vàng Anh"],
        ["", "Mầm non Ánh Dương", "", "Mầm non Hướng Dương"],  # 11: a circle
        ["", "Mầm non Hướng Dương", "", "Mầm non Ánh Dương"],
        ["", "Trường Mầm non Chim Non", "", "Trường Hợp Nhất", "renamed"],  # 13: two
        ["", "Trường THCS Suối Trong", "", "Trường Hợp Nhất"],  # 14: merged already
        ["", "Trường Tiểu học Mới", "", "Trường Tiểu học Cuối"],  # 15: made in row 3
        ["", "Trường Mầm non Nắng Mai", "", "Trường Hai", "", "", "Cấp 7"],  # 16
    )  # fmt: skip
    before = tree(home)
    assert main(["plan-mergers", str(path), "--home", str(home)]) == 2
    told = capsys.readouterr()
    assert not told.out and "ke_hoach.xlsx" in told.err
    lines = re.findall(r"^- Hàng (\d+): (.*)$", told.err, re.MULTILINE)
    numbers = [int(line) for line, _ in lines]
    assert numbers == sorted(numbers)
    assert {*numbers} >= {3, 5, 6, 7, 8, 9, 11, 14, 15, 16}, told.err
    assert numbers.count(3) == 2, "a case and a day"
    assert "Đồi Thông" in dict(lines)["5"], "the nearest name"
    assert main(["plan-mergers", str(path), "--home", str(home), "--lang", "en"]) == 2
    english = re.findall(r"^- Row (\d+): ", capsys.readouterr().err, re.MULTILINE)
    assert [*map(int, english)] == numbers
    assert tree(home) == before


def tree(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file() and ".cache" not in p.parts)
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_table_without_headings_says_which_are_needed(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = plan(tmp_path, ["a", "b", "c"], heads=["x", "y", "z"])
    assert main(["plan-mergers", str(path), "--home", str(home)]) == 2
    assert "Trường mới" in capsys.readouterr().err
    assert main(["plan-mergers", str(tmp_path / "không có.xlsx"), "--home", str(home)]) == 2


def test_what_a_plan_does_is_told_and_written(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = plan(
        tmp_path,
        ["", "TH Sông Xanh", "", "Trường Tiểu học Mới"],
        ["46480914", "", "", "Trường Tiểu học Mới"],
    )
    before, out = tree(home), tmp_path / "ra.xlsx"
    call = ["plan-mergers", str(path), "--home", str(home), "--out", str(out)]
    assert main([*call, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "All schools: 32/37 (86.5%; 1 unclear)" in told
    assert "no certificate kept (the switch in force): 30/36 (83.3%" in told
    assert "certificates kept when all hold one: 31/36 (86.1%" in told
    assert "Trường Tiểu học Sông Xanh (Phường Hương Trà): CQG 2, to 21/11/2029" in told
    assert tree(home) == before
    effects, stakes = load_workbook(out).worksheets[-2:]
    cells = [[cell.value for cell in row] for row in effects.iter_rows()]
    said = ["in no case", "yes", "CQG level 1 or 2"]
    (row,) = [line for line in cells if line[:3] == said and "All schools" in line]
    assert row[-7:-3] == [30, 36, 1, 100 * 30 / 36]
    assert stakes.max_row > 4
    assert main(call) == 0
    assert "không giữ chứng nhận nào (công tắc hiện hành): 30/36 (83,3%" in capsys.readouterr().out


def test_schools_of_several_communes_are_pointed_out(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = [["", "Trường Mầm non Hoa Sen", "", "Mầm non Một"],
           ["", "Trường Mầm non Chim Non", "", "Mầm non Một"]]  # fmt: skip
    there = [["", "Trường Mầm non Hoa Sen", "", "MN Chim Non"]]
    for rows in (new, there):
        assert main(["plan-mergers", str(plan(tmp_path, *rows)), "--home", str(home)]) == 0
        told = capsys.readouterr().out
        assert "Phường Hương Trà, Xã Bình Điền" in told and "gộp 2 trường thành 1" in told


# Counted a second way -----------------------------------------------------------------------------

HOLDS: dict[str, dict[str, Any]] = {
    "yes": {"cqg": 1, "cqg_date": "2022-01-15"},
    "no": {"cqg": "not_reached"},
}


def office(schools: int, merged: int, units: int) -> tuple[pd.DataFrame, list[list[int]]]:
    """So many schools, of which blocks of two to four in one unit and level become one."""
    levels = ("MN", "TH", "THCS")
    rows = [
        school(
            school_id=f"S{n}", school_name=f"Trường {n}", unit=f"Xã {n // 3 % units:03}",
            education_level=levels[n % 3], **HOLDS["yes" if n * 7 % 11 < 8 else "no"],
        )
        for n in range(schools)
    ]  # fmt: skip
    by_place: dict[Any, list[int]] = {}
    for n, row in enumerate(rows):
        by_place.setdefault((row["unit"], row["education_level"]), []).append(n)
    blocks, less = list[list[int]](), schools - merged
    while less:
        for turn, own in enumerate(by_place.values()):
            size = min(2 + turn % 3, len(own), less + 1)
            if size > 1:
                blocks.append([own.pop() for _ in range(size)])
                less -= size - 1
    return held(*rows), blocks


@pytest.mark.parametrize(("schools", "merged", "units"), [(40, 22, 4), (1153, 628, 60)])
def test_every_number_of_a_plan_counted_by_hand(schools: int, merged: int, units: int) -> None:
    table, blocks = office(schools, merged, units)
    cells = list(zip(table["unit"], table["education_level"], strict=True))
    mergers = [
        Merger(tuple(block), f"Mới {n}", "", cells[block[0]][1], cells[block[0]][0])
        for n, block in enumerate(blocks)
    ]
    effects, stakes = compare_mergers(table, mergers, SWITCHES, TARGETS, RULES)
    holds = [n * 7 % 11 < 8 for n in range(schools)]
    gone = {n for block in blocks for n in block}
    wanted = {}
    for all_hold, other in product((False, True), repeat=2):
        after = [(cells[n], holds[n]) for n in range(schools) if n not in gone]
        for block in blocks:
            had = [holds[n] for n in block]
            kept = all_hold if all(had) else other and any(had)
            after.append((cells[block[0]], kept))
        cases = ("all_hold",) * all_hold + ("other",) * other or ("none",)
        for group in ("all", *{c for cell in cells for c in cell}):
            own = [k for cell, k in after if group == "all" or group in cell]
            wanted[cases, group] = (sum(own), len(own))
    rates = effects[effects["target_id"].eq("") & effects["scheme"].eq("cqg")]
    found = {
        (row["kept"], row["group"]): (row["then_count"], row["then_total"])
        for row in rates.to_dict("records")
    }
    assert found == wanted
    assert found[("none",), "all"][1] == merged
    assert len(stakes) == sum(holds[n] for n in gone)
    of_target = effects[effects["target_id"].eq("Q") & effects["group"].eq("all")]
    for row in of_target.to_dict("records"):
        assert (row["then_count"], row["then_total"]) == wanted[row["kept"], "all"]
    assert set(effects[effects["own"]]["kept"]) == {("none",)}
