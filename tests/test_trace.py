"""Every published number leads back to the schools it counts, and to their cells."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from analysis.cli import main
from analysis.export.tables import export_csv
from analysis.jobs.published_numbers import Line, Place, find_number, published_table
from analysis.jobs.run import measured_tables
from analysis.jobs.traced import counted_schools, ending_schools, source_cells, stating_schools
from analysis.measure import measure_expiries, measure_sessions
from analysis.reference import SuiteError
from analysis.school_year import SchoolYear, load_year

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
TRACED = ["kdclgd_theo_education_level", "cqg_theo_unit", "cqg_theo_ownership"]


@pytest.fixture(scope="module")
def year() -> SchoolYear:
    return load_year(YEAR)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, year: SchoolYear) -> Path:
    """The example office with its tables published, without the charts."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(PROJECT / "data", folder / "data")
    for name, table in measured_tables(year, "vi").values():
        export_csv(table, folder / "figures" / YEAR / "so_lieu" / f"{name}.csv")
    return folder


def table(home: Path, name: str) -> list[Line]:
    return published_table(home / "figures" / YEAR, name)


@pytest.mark.parametrize("name", [*TRACED, "khoang_cach_theo_cap_hoc"])
def test_every_count_is_that_many_schools(home: Path, year: SchoolYear, name: str) -> None:
    lines = table(home, name)
    for line in lines:
        counted, whole = counted_schools(Place(line, "schools_count"), year)
        assert (len(counted), len(whole)) == (
            int(line["schools_count"]),
            int(line["schools_total"]),
        )
        assert set(counted.index) <= set(whole.index)
        if line["group"] not in ("all", "unknown"):
            assert set(whole[line["by"]]) <= {line["group"]}
    assert len(lines) > 10


def test_schools_at_or_above_a_level(home: Path, year: SchoolYear) -> None:
    (line,) = [x for x in table(home, TRACED[0]) if x["group"] == "all" and x["standing"] == "2"]
    counted, _ = counted_schools(Place(line, "reached_percent"), year)
    assert len(counted) == int(line["reached_count"])
    assert set(counted["kdclgd_standing"].astype(str)) <= {"2", "3", "4"}


def test_the_cells_are_those_of_the_workbook(year: SchoolYear) -> None:
    school = year.schools[year.schools["school_code"] == "46480901"].iloc[0]
    where = school["source_file"], school["source_sheet"], int(school["source_row"])
    cells = {c.column: (c.cell, c.value) for c in source_cells(year, *where, ("kdclgd_level",))}
    sheet = load_workbook(year.raw.books[where[0]])[where[1]]
    assert cells == {"kdclgd_level": ("L11", sheet["L11"].value)}


@pytest.mark.parametrize("number", ["91,4", "91,4%", "91.43", "32", "32/35", "91"])
def test_a_number_is_found_as_it_is_printed(home: Path, number: str) -> None:
    found = find_number(table(home, "so_voi_chi_tieu"), number)
    assert "K1" in {p.line["target_id"] for p in found}


@pytest.mark.parametrize("number", ["-8,6", "−8,6", "−8.6%"])
def test_a_minus_is_typed_or_copied(
    home: Path, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["trace", "so_voi_chi_tieu", number, "--year", YEAR, "--home", str(home)]
    assert main(call) == 0
    assert "3 trường" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("figure", "number", "told"),
    [
        ("so_voi_chi_tieu.csv", "32", "46480901"),
        ("so_voi_chi_tieu", "2", "46480931"),
        ("chi_tieu_co_quan", "92,9", "D7 “39”"),
        ("so_kiem_dem", "26", "truong_mam_non_2024-2025.xlsx"),
        ("hang_de_rieng", "-402", "P14 “-402”"),
    ],
)
def test_the_answer_names_file_sheet_and_cell(
    home: Path, figure: str, number: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["trace", figure, number, "--year", YEAR, "--home", str(home)]
    assert main(call) == 0
    out = capsys.readouterr().out
    assert told in out and ".xlsx, trang tính “" in out


@pytest.mark.parametrize(
    ("figure", "number", "told"),
    [
        ("so_voi_chi_teu", "1", "so_voi_chi_tieu"),
        ("so_voi_chi_tieu", "12345", "32/35"),
        ("zzz", "1", "so_kiem_dem"),
    ],
)
def test_what_is_not_there_is_said(
    home: Path, figure: str, number: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["trace", figure, number, "--year", YEAR, "--home", str(home)]
    assert main(call) == 2
    assert told in capsys.readouterr().err


def test_a_number_that_is_another_today_is_not_explained_away(year: SchoolYear, home: Path) -> None:
    line = dict(table(home, TRACED[0])[0]) | {"schools_count": "99"}
    with pytest.raises(SuiteError) as caught:
        counted_schools(Place(line, "schools_count"), year)
    assert caught.value.key == "trace_differs"


def test_two_session_days_lead_back_to_the_schools_that_state_them(
    home: Path, year: SchoolYear
) -> None:
    path = home / "figures" / YEAR / "hai-buoi.csv"
    export_csv(measure_sessions(year.schools), path)
    for line in table(home, "hai-buoi"):
        schools, measure = stating_schools(line, year), line["measure"]
        assert len(schools) == int(line["schools_stated"])
        assert schools[f"{measure}_two_sessions"].sum() == int(line["two_sessions_count"] or 0)


@pytest.mark.parametrize("by", [None, "unit"])
def test_ends_of_certificates_lead_back_to_their_schools(
    home: Path, year: SchoolYear, by: str | None
) -> None:
    path = home / "figures" / YEAR / "het-han.csv"
    export_csv(measure_expiries(year.schools, scheme="cqg", by=by), path)
    lines = table(home, "het-han")
    assert all(len(ending_schools(x, year)) == int(x["schools_count"]) for x in lines)
    assert any(x["schools_count"] != "0" for x in lines)


def test_a_line_of_the_list_of_schools_leads_back_to_its_row(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = table(home, "truong")[0]
    call = ["trace", "truong", line["school_code"], "--year", YEAR, "--home", str(home)]
    assert main(call) == 0
    told = capsys.readouterr().out
    assert line["school_name"] in told and ".xls" in told
