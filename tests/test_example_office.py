"""The example office: its files are what the script makes, readable, and tell one certain story."""

from __future__ import annotations

import csv
import subprocess
import sys
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

HOME = Path(__file__).parents[1]
DATA = HOME / "data"
TRUTH = HOME / "tests" / "truth" / "example"
YEARS = ["2021-2022", "2022-2023", "2023-2024", "2024-2025", "2025-2026"]
WORKBOOKS = sorted(path for year in YEARS for path in (DATA / "raw" / year).glob("*.xlsx"))


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def truth(name: str, **wanted: str) -> list[dict[str, str]]:
    lines = read_csv(TRUTH / f"{name}.csv")
    return [line for line in lines if wanted.items() <= line.items()]


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    script = DATA / "make_example_office.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True)
    return folder


def test_the_script_makes_the_same_bytes(made_again: Path) -> None:
    made = {p.relative_to(made_again) for p in made_again.rglob("*") if p.is_file()}
    kept = {p.relative_to(HOME) for p in [*WORKBOOKS, *TRUTH.glob("*.csv")]}
    assert made == kept
    differing = [
        p for p in sorted(made) if (made_again / p).read_bytes() != (HOME / p).read_bytes()
    ]
    assert not differing


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_every_sheet_says_that_it_is_synthetic(path: Path) -> None:
    for sheet in openpyxl.load_workbook(path):
        words = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
        assert "minh họa" in words.lower(), f"{path.name}, {sheet.title}"


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_every_formula_carries_its_value(path: Path) -> None:
    formulas = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value = values[sheet.title][cell.coordinate].value
                    assert value == sum_of(values[sheet.title], cell.value), cell.coordinate


def sum_of(sheet: openpyxl.worksheet.worksheet.Worksheet, formula: str) -> int:
    """What a spreadsheet makes of =SUM(A1:A3) or =SUM(A1,A5): text does not count."""
    total = 0
    for part in formula.removeprefix("=SUM(").removesuffix(")").split(","):
        found = sheet[part]
        cells = [row[0] for row in found] if isinstance(found, tuple) else [found]
        total += sum(cell.value for cell in cells if isinstance(cell.value, int))
    return total


@pytest.mark.parametrize(("year", "schools"), list(zip(YEARS, [38, 38, 38, 38, 37], strict=True)))
def test_each_school_stands_in_the_year_once(year: str, schools: int) -> None:
    kinds = Counter(line["kind"] for line in truth("rows", school_year=year))
    accepted = truth("schools", school_year=year)
    assert kinds["school"] == len({line["school_id"] for line in accepted}) == len(accepted)
    assert len(accepted) == schools
    assert kinds["duplicate"] == (year == "2024-2025")


@pytest.mark.parametrize("year", YEARS)
def test_a_cell_nobody_can_believe_is_a_doubt_of_its_school(year: str) -> None:
    doubts = truth("doubts", school_year=year)
    schools = {line["school_id"]: line for line in truth("schools", school_year=year)}
    assert 1 <= len(doubts) <= 3
    told = sorted((line["school_id"], line["column"]) for line in doubts)
    assert told == [
        (name, column) for name, s in sorted(schools.items()) for column in s["doubts"].split()
    ]
    for name, column in told:
        scheme = column.partition("_")[0]
        in_doubt = column in (f"{scheme}_level", f"{scheme}_date")
        assert schools[name][column] == ""
        assert not in_doubt or schools[name][f"{scheme}_standing"] == "in_doubt"


def test_a_bad_cell_holds_what_the_truth_says() -> None:
    for line in truth("doubts"):
        book = openpyxl.load_workbook(DATA / "raw" / line["school_year"] / line["source_file"])
        value = book[line["source_sheet"]][line["cell"]].value
        assert str(value if value is not None else "") == line["value"]


def test_the_two_equal_rows_are_equal_but_for_their_number() -> None:
    (second,) = truth("rows", kind="duplicate")
    path = DATA / "raw" / second["school_year"] / second["source_file"]
    sheet = openpyxl.load_workbook(path)[second["source_sheet"]]
    rows = [[cell.value for cell in row][1:] for row in sheet.iter_rows()]
    assert rows.count(rows[int(second["source_row"]) - 1]) == 2


def test_the_directory_has_no_gap_and_no_overlap() -> None:
    versions: dict[str, list[dict[str, str]]] = {}
    for line in read_csv(DATA / "schools.csv"):
        versions.setdefault(line["school_id"], []).append(line)
    assert len(versions) == 39  # 38, and the one that two of them became
    for lines in versions.values():
        assert all(old["valid_to"] < new["valid_from"] for old, new in pairwise(lines))
        assert all(old["event"] for old in lines[:-1])
        assert all(bool(line["event"]) == bool(line["valid_to"]) for line in lines)
        assert {line["successor_id"] for line in lines} <= {"", *versions}


def test_the_target_set_has_its_eleven_targets() -> None:
    path = DATA / "targets" / "huong-tra-2022-2025.toml"
    targets = tomllib.loads(path.read_text(encoding="utf-8"))["target"]
    assert [target["number"] for target in targets] == list(range(1, 12))
    assert all(target["quote"] for target in targets)
    parts = [part["id"] for target in targets for part in target.get("part", [])]
    measures = {part["id"] for target in targets for part in target.get("measure", [])}
    assert parts == ["K1", "K2", "K3", "Q"]
    assert measures == {line["measure_id"] for line in truth("indicators")}


@pytest.mark.parametrize(
    ("year", "count", "total"),
    [
        (YEARS[0], 23, 38),
        (YEARS[1], 25, 38),
        (YEARS[2], 29, 38),
        (YEARS[3], 34, 38),
        (YEARS[4], 32, 37),
    ],
)
def test_national_standard_rises(year: str, count: int, total: int) -> None:
    (line,) = truth("targets", school_year=year, part="Q", group="all")
    assert (line["count"], line["total"]) == (str(count), str(total))


def test_the_last_day_in_force_is_the_fifth_anniversary() -> None:
    def standing(year: str, school_id: str) -> str:
        (line,) = truth("schools", school_year=year, school_id=school_id)
        return line["cqg_standing"]

    assert standing("2023-2024", "HT-TH-03") == "expired"  # signed 30/5/2019, counted on 31/5/2024
    assert standing("2024-2025", "HT-TH-04") == "1"  # signed 01/6/2020, counted on 31/5/2025
    (leap,) = truth("schools", school_year="2023-2024", school_id="HT-CS-02")
    assert (leap["kdclgd_date"], leap["kdclgd_expires"]) == ("2024-02-29", "2029-02-28")


def test_no_band_fits_where_one_school_is_too_much_of_the_whole() -> None:
    (line,) = truth("targets", school_year="2024-2025", part="K3", group="THCS")
    assert (line["count"], line["total"], line["attainable"]) == ("0", "9", "false")
    assert (line["position"], line["schools_needed"]) == ("below", "")
    assert line["verdict"] == "not_attainable"


def test_what_one_school_could_turn_is_open() -> None:
    (line,) = truth("targets", school_year="2024-2025", part="K2", group="all")
    assert (line["count"], line["total"], line["unclear_count"]) == ("29", "37", "1")
    assert (line["verdict"], line["needed_least"], line["schools_needed"]) == ("open", "0", "1")
    past = truth("targets", school_year="2025-2026", group="all")
    assert {line["verdict"] for line in past} == {"reference"}
