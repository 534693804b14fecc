"""Real files, as they were published. They are not part of the project, so the tests are skipped
where they are absent."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis.cli import main
from analysis.compare import compare_to_targets
from analysis.measure import measure_levels
from analysis.raw import read_raw
from analysis.reference import fold, read_reference
from analysis.status import status_on

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the published files (../shared/data) are not on this machine"
)
THAI_NGUYEN = DATA / "thai_nguyen_schools_2025-06.xlsx"
REFERENCE = read_reference(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def held() -> pd.DataFrame:
    from analysis.clean import clean_schools

    raw = read_raw(THAI_NGUYEN, REFERENCE.rules)
    cleaned = clean_schools(raw, REFERENCE.rules, school_year="2024-2025")
    return status_on(cleaned.schools, REFERENCE.rules.as_of("2024-2025"), REFERENCE.rules)


LEVELS = {"45": "MN", "1": "TH", "2": "THCS", "3": "THPT", "12": "TH&THCS", "6": "GDTX"}
GROUPS = ("nhóm trẻ", "nhóm tư thục", "mầm non độc lập", "lớp mầm non độc lập")


def counted_by_hand() -> tuple[Counter[str], Counter[str]]:
    """The filter in plain words: TRANG_THAI is 1 (open), and the name is not that of an
    independent group ("nhóm trẻ ...", "... mầm non độc lập ..."), and it is no continuing education
    centre (CQG is not for them). CQG counts when CHUAN_QUOC_GIA
    is 1 or 2; 3 is "mức chất lượng tối thiểu", 0 and -1 say that nothing is recorded."""
    sheet = load_workbook(THAI_NGUYEN, read_only=True)["Sheet1"]
    all_schools: Counter[str] = Counter()
    with_cqg: Counter[str] = Counter()
    for row in sheet.iter_rows(min_row=5, max_row=202, values_only=True):
        name, status, cqg = str(row[1]), row[4], row[12]
        level = LEVELS[str(row[3])]
        if status == 1 and level != "GDTX" and not any(fold(g) in fold(name) for g in GROUPS):
            all_schools[level] += 1
            with_cqg[level] += cqg in (1, 2)
    return all_schools, with_cqg


def test_the_hand_count_itself() -> None:
    """Stated once more as numbers, so that a slip in the filter above is seen."""
    schools, cqg = counted_by_hand()
    assert schools == {"MN": 60, "TH": 60, "THCS": 50, "TH&THCS": 2, "THPT": 8}
    assert cqg == {"MN": 52, "TH": 51, "THCS": 46, "TH&THCS": 2, "THPT": 7}


def test_cqg_by_education_level_equals_the_hand_count(held: pd.DataFrame) -> None:
    table = measure_levels(held, scheme="cqg", by="education_level", base="all")
    first = table[table["standing"] == "1"].set_index("group")
    schools, cqg = counted_by_hand()
    assert first["reached_count"].drop("all").to_dict() == dict(cqg)
    assert first["schools_total"].drop("all").to_dict() == dict(schools)
    assert first.loc["all", "reached_count"] == 158 and first.loc["all", "schools_total"] == 180


def test_the_gap_to_the_target_of_cqg(held: pd.DataFrame) -> None:
    targets = REFERENCE.targets("huong-tra-2022-2025")
    gaps = compare_to_targets(held, targets, by="education_level")
    row = gaps[(gaps["target_id"] == "Q") & (gaps["group"] == "all")].iloc[0]
    assert row["gap_points"] == pytest.approx(100 * 158 / 180 - 89.5)
    assert row["schools_needed"] == 4, "161/180 is 89,4%, 162/180 is 90,0%"


def test_each_row_has_one_fate_and_closed_schools_say_why(held: pd.DataFrame) -> None:
    assert len(held) == 198
    reasons = held["scope_reason"].value_counts().to_dict()
    assert reasons == {"": 182, "independent_group": 10, "closed": 5, "merged": 1}
    assert (held["cqg_level"].isna() == ~held["cqg_result"].eq("recognised")).all()


def answer(tmp_path: Path, name: str) -> dict[str, Any]:
    out = tmp_path / "answer.json"
    assert main(["check", str(DATA / name), "--school-year", "2024-2025", "--json", str(out)]) == 0
    return dict(json.loads(out.read_text(encoding="utf-8")))


def test_lists_of_recognised_schools(tmp_path: Path) -> None:
    got = answer(tmp_path, "vn_school_lists.csv")
    assert len(got["accepted"]) == 87 and not got["quarantined"]
    levels = Counter(row["values"]["CQG - Mức độ"] for row in got["accepted"])
    printed = pd.read_csv(DATA / "vn_school_lists.csv", dtype=str)["cqg_level"]
    assert levels == Counter(printed.astype(int))


def test_published_percentages_against_their_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    got = answer(tmp_path, "vn_published_counts.csv")
    assert len(got["accepted"]) == 70
    wrong = [r["row"] for r in got["accepted"] if r["values"]["check"] == "contradicts"]
    screen = capsys.readouterr().out
    assert wrong and all(f"Hàng {row}:" in screen for row in wrong)
    assert screen.count("Hàng ") == len(wrong)
