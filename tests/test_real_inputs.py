"""Real files, as they were published. They are not part of the project, so the tests are skipped
where they are absent."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64decode
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from PIL import Image

from analysis.cli import main
from analysis.compare import compare_to_targets
from analysis.measure import measure_levels
from analysis.notebook.school_year import held_on
from analysis.raw import read_raw
from analysis.reference import fold, read_reference

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = [
    pytest.mark.truth,
    pytest.mark.skipif(
        not DATA.exists(), reason="the published files (../shared/data) are not on this machine"
    ),
]
THAI_NGUYEN = DATA / "thai_nguyen_schools_2025-06.xlsx"
REFERENCE = read_reference(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def held() -> pd.DataFrame:
    from analysis.clean import clean_schools

    raw = read_raw(THAI_NGUYEN, REFERENCE.rules)
    cleaned = clean_schools(raw, REFERENCE.rules, school_year="2024-2025")
    return held_on(cleaned, REFERENCE.rules.as_of("2024-2025"), REFERENCE)


LEVELS = {"45": "MN", "1": "TH", "2": "THCS", "3": "THPT", "12": "TH&THCS", "6": "GDTX"}
GROUPS = ("nhóm trẻ", "nhóm tư thục", "mầm non độc lập", "lớp mầm non độc lập")
# Independent groups in other writings, by their whole names.
MORE_GROUPS = (
    "Cơ sở Giáo dục Mầm non Phương Anh II",
    "Cơ sở mầm non Sunkids",
    "CSMN độc lập Hoa Mai",
)


def counted_by_hand() -> tuple[Counter[str], Counter[str]]:
    """The filter in plain words: TRANG_THAI is 1 (open), and the name is not that of an
    independent group ("nhóm trẻ ...", "... mầm non độc lập ...", and three that are written in
    other ways), and it is no continuing education centre (CQG is not for them). CQG counts when
    CHUAN_QUOC_GIA is 1 or 2; 3 is "mức chất lượng tối thiểu", 0 and -1 say that nothing is
    recorded."""
    sheet = load_workbook(THAI_NGUYEN, read_only=True)["Sheet1"]
    all_schools: Counter[str] = Counter()
    with_cqg: Counter[str] = Counter()
    for row in sheet.iter_rows(min_row=5, max_row=202, values_only=True):
        name, status, cqg = str(row[1]), row[4], row[12]
        level = LEVELS[str(row[3])]
        is_group = name in MORE_GROUPS or any(fold(g) in fold(name) for g in GROUPS)
        if status == 1 and level != "GDTX" and not is_group:
            all_schools[level] += 1
            with_cqg[level] += cqg in (1, 2)
    return all_schools, with_cqg


def test_the_hand_count_itself() -> None:
    """Stated once more as numbers, so that a slip in the filter above is seen."""
    schools, cqg = counted_by_hand()
    assert schools == {"MN": 57, "TH": 60, "THCS": 50, "TH&THCS": 2, "THPT": 8}
    assert cqg == {"MN": 52, "TH": 51, "THCS": 46, "TH&THCS": 2, "THPT": 7}


def test_cqg_by_education_level_equals_the_hand_count(held: pd.DataFrame) -> None:
    table = measure_levels(held, scheme="cqg", by="education_level", base="all")
    first = table[table["standing"] == "1"].set_index("group")
    schools, cqg = counted_by_hand()
    assert first["reached_count"].drop("all").to_dict() == dict(cqg)
    assert first["schools_total"].drop("all").to_dict() == dict(schools)
    assert first.loc["all", "reached_count"] == 158 and first.loc["all", "schools_total"] == 177


def test_the_gap_to_the_target_of_cqg(held: pd.DataFrame) -> None:
    targets = REFERENCE.targets("huong-tra-2022-2025")
    gaps = compare_to_targets(held, targets, by="education_level")
    assert set(gaps["target_id"]) == {"Q"}, "of KĐCLGD nothing is stated"
    row = gaps[gaps["group"] == "all"].iloc[0]
    assert row["verdict"] == "not_met"
    assert row["gap_points"] == pytest.approx(100 * 158 / 177 - 89.5)
    assert row["schools_needed"] == 1, "158/177 is 89,3%, 159/177 is 89,8%"


def test_each_row_has_one_fate_and_closed_schools_say_why(held: pd.DataFrame) -> None:
    assert len(held) == 198
    reasons = held["scope_reason"].value_counts().to_dict()
    assert reasons == {"": 179, "independent_group": 13, "closed": 5, "merged": 1}
    assert (held["cqg_level"].isna() == ~held["cqg_result"].eq("recognised")).all()


def test_what_is_perhaps_no_school_is_warned_of(tmp_path: Path) -> None:
    """A private "nhà trẻ" is counted, and a level that is not that of the name stays as stated."""
    told = answer(tmp_path, THAI_NGUYEN.name)["warnings"]
    assert any("ô B17" in w and "Nhà trẻ tư thục Hali" in w for w in told)
    assert any("ô D179" in w and "TH&THCS" in w for w in told)
    (groups,) = [w for w in told if "không tính là trường" in w]
    assert "hàng 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, … (18)" in groups


# -- the export has no column for KĐCLGD: nothing is said of it but that it is not stated
OF_KDCLGD = re.compile(r"kdclgd|KĐCLGD|kiểm định|accredit", re.IGNORECASE)
NOT_STATED = {
    "vi": "KĐCLGD: không danh sách nào của năm học 2024-2025 có cột, nên không tính gì.",
    "en": "Accreditation (KĐCLGD): no list of school year 2024-2025 has a column for it, so nothing"
    " is counted.",
}


def texts(path: Path) -> list[str]:
    """What a file says, text by text: lines, cells, what a picture says of itself."""
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        cells = (c.value for s in book for row in s.iter_rows() for c in row)
        return [*book.sheetnames, *(str(value) for value in cells if value is not None)]
    if path.suffix == ".png":
        with Image.open(path) as picture:
            return [str(value) for value in picture.info.values()]
    if path.suffix in (".html", ".svg"):
        text = path.read_text(encoding="utf-8")
        pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", text)
        inside = [b64decode(picture).decode() for picture in pictures]
        return [part for page in (text, *inside) for part in re.split("[<>]", page)]
    return path.read_text(encoding="utf-8-sig").splitlines()


def said_of_kdclgd(folder: Path) -> dict[str, list[str]]:
    """File by file the texts that speak of KĐCLGD."""
    found = {
        p.relative_to(folder).as_posix(): [t.strip() for t in texts(p) if OF_KDCLGD.search(t)]
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
    return {name: told for name, told in found.items() if told}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_check_says_nothing_of_kdclgd_but_that_it_is_not_stated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    given = ["check", str(THAI_NGUYEN), "--school-year", "2024-2025", "--lang", lang]
    places = {"--json": "a.json", "--csv": "csv", "--out": "out"}
    for option, name in places.items():
        given += [option, str(tmp_path / "made" / name)]
    assert main(given) == 0
    screen = [line for line in capsys.readouterr().out.splitlines() if OF_KDCLGD.search(line)]
    (told,) = [line for line in screen if str(tmp_path) not in line]
    assert told.startswith(("KĐCLGD: không", "Accreditation (KĐCLGD): no list"))
    assert not any(OF_KDCLGD.search(Path(line).name) for line in screen if line != told)
    assert said_of_kdclgd(tmp_path / "made") == {
        "out/bang_so_lieu.xlsx": [NOT_STATED[lang]],
        "out/bao_cao.html": [NOT_STATED[lang]],
    }
    answer = json.loads((tmp_path / "made" / "a.json").read_text(encoding="utf-8"))
    assert {f["scheme"] for f in answer["figures"]} == {"cqg"}
    assert {v["target"] for v in answer["verdicts"]} == {"Q"}


def test_years_says_nothing_of_kdclgd_but_that_it_is_not_stated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, own = tmp_path / "home", Path(__file__).parents[1] / "data"
    raw = home / "data" / "raw" / "2024-2025"
    raw.mkdir(parents=True)
    shutil.copy(THAI_NGUYEN, raw / "truong.xlsx")
    shutil.copy(own / "office.toml", home / "data")
    for name in ("years/2024-2025.toml", "targets/huong-tra-2022-2025.toml"):
        (home / "data" / name).parent.mkdir()
        shutil.copy(own / name, home / "data" / name)
    assert main(["years", "--home", str(home), "--out", str(tmp_path / "out")]) == 0
    screen = [line for line in capsys.readouterr().out.splitlines() if OF_KDCLGD.search(line)]
    assert [line.strip() for line in screen] == [
        "KĐCLGD: không danh sách nào của năm học này có cột, nên không tính gì."
    ]
    assert said_of_kdclgd(tmp_path / "out") == {}
    levels = pd.read_csv(tmp_path / "out" / "levels.csv")
    assert set(levels["scheme"]) == {"cqg"} and len(levels)


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
