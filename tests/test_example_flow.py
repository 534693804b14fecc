"""From the example office's messy workbooks to clean schools, against its ground truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.notebook.school_year import SchoolYear, read_years
from analysis.reference import read_reference

pytestmark = pytest.mark.truth

TRUTH = Path(__file__).parent / "truth" / "example"
HOME = Path(__file__).parents[1]
SAME = [
    *("school_year", "school_id", "school_code", "unit", "education_level", "ownership"),
    *("eligible", "externally_evaluated", "kdclgd_result", "kdclgd_level", "kdclgd_decision"),
    *("kdclgd_date", "kdclgd_standing", "cqg_result", "cqg_level", "cqg_decision", "cqg_date"),
    *("cqg_standing", "classes", "classes_two_sessions", "pupils", "pupils_two_sessions"),
    *("doubts", "source_file", "source_sheet", "source_row"),
]


def truth(name: str) -> pd.DataFrame:
    return pd.read_csv(TRUTH / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def years() -> list[SchoolYear]:
    return read_years(read_reference(HOME), "vi")


def as_text(column: pd.Series) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%Y-%m-%d").fillna("").tolist()
    if column.dtype == "boolean":
        return column.map({True: "true", False: "false"}).fillna("").tolist()
    return column.astype("string").fillna("").tolist()


@pytest.mark.parametrize("column", SAME)
def test_every_cell_of_a_school_is_the_true_one(years: list[SchoolYear], column: str) -> None:
    place = ["school_year", "source_file", "source_row"]
    found = pd.concat([y.identified for y in years]).sort_values(place)
    true = truth("schools").astype({"source_row": int}).sort_values(place)
    if column == "school_id":  # who is known by the code only stays unknown without it
        known = (true["doubts"] != "school_code").tolist()
        found, true = found[known], true[known]
    assert as_text(found[column]) == as_text(true[column])


def test_names_are_the_sheets_own(years: list[SchoolYear]) -> None:
    found = pd.concat([y.identified for y in years])
    place = ["source_file", "source_sheet", "source_row"]
    true = truth("schools").set_index(place)["name_in_sheet"].to_dict()
    keys = [tuple(map(str, key)) for key in found[place].itertuples(index=False)]
    assert found["school_name"].tolist() == [true[k] for k in keys]


def test_the_cells_in_doubt_are_the_bad_ones_and_no_row_is_set_aside(
    years: list[SchoolYear],
) -> None:
    columns = ["source_file", "source_sheet", "source_row", "cell", "column"]
    found = pd.concat([y.doubts for y in years])[columns].astype(str)
    true = truth("doubts")[columns]
    assert sorted(map(tuple, found.to_numpy())) == sorted(map(tuple, true.to_numpy()))
    assert not any(len(y.set_aside) for y in years)
    assert all(len(y.held) == len(y.identified) for y in years)


KINDS = {
    "row_title": {"title"},
    "row_header": {"header"},
    "row_group": {"group"},
    "row_total": {"total"},
    "row_note": {"note", "signature"},
    "row_sheet_not_read": {"guide"},
    "row_sheet_example": {"guide"},
    "duplicate_same": {"duplicate"},
}


def test_every_row_that_is_no_school_is_known_for_what_it_is(years: list[SchoolYear]) -> None:
    rows = truth("rows").set_index(["source_file", "source_sheet", "source_row"])
    kinds: dict[Any, str] = rows["kind"].to_dict()
    issues = pd.concat([y.issues for y in years])
    ignored = issues[issues["outcome"] == "ignored"]
    ignored = ignored[ignored["source_file"].isin({file for file, _, _ in kinds})]
    for row in ignored.itertuples():
        true = kinds[row.source_file, row.source_sheet, str(row.source_row)]
        assert true in KINDS[str(row.rule)], (row.source_file, row.source_row)
    assert len(ignored) == sum(kind != "school" for kind in kinds.values())


def test_the_example_says_that_it_is_made_up(years: list[SchoolYear]) -> None:
    assert all(y.raw.synthetic and y.about.synthetic for y in years)
