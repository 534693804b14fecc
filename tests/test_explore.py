"""The explorer's numbers are those of the published tables, down to the cells they come from."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from analysis import compare_to_targets, explore_schools, load_year
from analysis.explore import Asked, list_cells, list_schools, view
from analysis.jobs.run import measured_tables
from analysis.measure import BASES, GROUPINGS, measure_levels
from analysis.reference import SCHEMES, SuiteError
from analysis.school_year import SchoolYear

ROOT = Path(__file__).parents[1]
YEAR = "2024-2025"


@pytest.fixture(scope="module")
def year() -> SchoolYear:
    return load_year(YEAR, home=ROOT)


@pytest.mark.parametrize(("scheme", "by"), [*itertools.product(SCHEMES, GROUPINGS)])
def test_its_levels_are_those_of_the_batch(year: SchoolYear, scheme: str, by: str) -> None:
    published = dict(measured_tables(year, "vi").values())
    shown = view(year, Asked(scheme=scheme, by=by))
    pd.testing.assert_frame_equal(shown.table, published[f"{scheme}_theo_{by}"])


def test_its_gaps_are_those_of_the_batch(year: SchoolYear) -> None:
    gaps = compare_to_targets(year.held, year.targets, by="education_level")
    for part in year.targets.parts:
        shown = view(year, Asked(scheme=part.scheme, target_id=part.id))
        mine = gaps[gaps["target_id"] == part.id].reset_index(drop=True)
        pd.testing.assert_frame_equal(shown.table, mine)


@pytest.mark.parametrize("level", ["MN", "TH", "THCS", "TH&THCS"])
def test_a_part_of_the_schools_has_the_numbers_of_its_bar(year: SchoolYear, level: str) -> None:
    whole = measure_levels(year.identified, scheme="cqg", by="education_level")
    bar = whole[whole["group"] == level]
    part = view(year, Asked(scheme="cqg", education_level=level)).table
    total = part[part["group"] == "all"]
    assert list(total["schools_count"]) == list(bar["schools_count"])
    assert list(total["schools_total"]) == list(bar["schools_total"])


@pytest.mark.parametrize(
    ("scheme", "base", "by"), [*itertools.product(SCHEMES, BASES, ("education_level", "unit"))]
)
def test_from_a_bar_to_its_schools(year: SchoolYear, scheme: str, base: str, by: str) -> None:
    shown = view(year, Asked(scheme=scheme, base=base, by=by))
    for group, rows in shown.table.groupby("group", sort=False):
        schools = list_schools(shown, str(group))
        assert len(schools) == rows["schools_total"].iloc[0]
        counted = schools["standing"].astype("str").value_counts()
        row: Any
        for row in rows.itertuples():
            assert counted.get(row.standing, 0) == row.schools_count
        assert schools["standing"].is_monotonic_decreasing


def test_the_groups_say_count_total_and_share(year: SchoolYear) -> None:
    shown = view(year, Asked(scheme="cqg"))
    words = {group: text for text, group in shown.groups("vi")}
    assert list(words) == ["MN", "TH", "THCS", "TH&THCS", "all"]
    assert re.fullmatch(r"Tiểu học: \d+/15 \(\d+,\d%\)", words["TH"])
    gaps = view(year, Asked(scheme="cqg", target_id="Q"))
    assert words["all"] in dict(gaps.groups("vi"))  # the target reads the same share


def test_every_school_leads_to_the_cells_it_was_read_from(year: SchoolYear) -> None:
    books: dict[str, Any] = {}
    school: Any
    cell: Any
    for school in year.identified.itertuples():
        cells = list_cells(year, school.school_id)
        file = school.source_file
        if file not in books:
            books[file] = load_workbook(ROOT / "data" / "raw" / YEAR / file)
        sheet = books[file][school.source_sheet]
        for cell in cells.itertuples():
            there = sheet[cell.cell].value
            assert there is None or cell.source_value, cell
            assert cell.cell.endswith(str(school.source_row))
        named = cells.set_index("clean_value")["source_value"]
        assert school.school_name in named.index
    repaired = year.repairs[year.repairs["column"] == "cqg_level"].iloc[0]
    place = ["source_file", "source_sheet", "source_row"]
    row = year.identified[(year.identified[place] == repaired[place]).all(axis=1)].iloc[0]
    cells = list_cells(year, row["school_id"]).set_index("cell")
    assert cells.loc[repaired["cell"], "message"] == repaired["message"]
    assert cells.loc[repaired["cell"], "source_value"] == repaired["source_value"].strip()


def test_a_choice_that_is_not_there_is_answered(year: SchoolYear) -> None:
    for wrong, wanted in (
        ({"by": "units"}, "'unit'"),
        ({"target_id": "K9"}, "K1"),
        ({"unit": "Phường Tứ Hạa"}, "Phường Tứ Hạ"),
        ({"reading": "atleast"}, "at_least"),
    ):
        with pytest.raises(SuiteError, match=wanted):
            view(year, Asked(**wrong))
    with pytest.raises(SuiteError, match="school_id"):
        list_cells(year, "HT-XX-99")


def test_the_controls_do_what_they_say() -> None:
    pytest.importorskip("ipywidgets")
    explorer = explore_schools(YEAR, home=ROOT, lang="en")
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle and "<img" in bundle["text/html"]
    controls = explorer._controls
    assert controls is not None
    controls.boxes["scheme"].value = "cqg"
    assert explorer.asked.scheme == "cqg" and "CQG" in controls.table.value + controls.chart.value
    controls.boxes["education_level"].value = "TH"
    controls.groups.value = "TH"
    assert len(controls.schools.options) == len(explorer.schools) == 15
    controls.schools.value = explorer.schools["school_id"].iloc[0]
    assert "<table>" in controls.cells.value and ".xlsx" in controls.cells.value
    before = controls.chart.value
    controls.boxes["unit"].value = "Xã Hương Toàn"
    controls.boxes["ownership"].value = "NCL"  # there is none
    assert "No school in scope fits" in controls.message.value and controls.chart.value != before
    controls.boxes["ownership"].value = ""
    controls.boxes["school_year"].value = "2025-2026"
    assert explorer.year.school_year == "2025-2026" and not controls.message.value
    assert controls.boxes["unit"].value == ""
    explorer.choose(scheme="kdclgd", by="ownership", education_level="")  # in code, and both agree
    assert controls.boxes["by"].value == "ownership" and controls.groups.options[0][1] == "CL"


def test_a_run_and_a_machine_without_widgets_have_the_static_view(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explorer = explore_schools(YEAR, home=ROOT)
    monkeypatch.setattr("analysis.explore.explorer.find_spec", lambda name: None)
    without = explorer._repr_mimebundle_()
    monkeypatch.undo()
    monkeypatch.setenv("ACCREDITATION_OUTPUT", "somewhere")
    for bundle in (without, explorer._repr_mimebundle_()):
        assert set(bundle) == {"text/html", "text/plain"}
        assert "<img" in bundle["text/html"] and "Bản tĩnh" in bundle["text/html"]
