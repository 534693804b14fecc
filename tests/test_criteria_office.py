"""Results by criterion among the workbooks of an office: what is read, refused, counted, shown."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import analysis as an
from analysis import criteria
from analysis.charts import NothingToDraw
from analysis.criteria.structure import CONDITIONS
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import SuiteError, say
from tests.criteria_office import PART, SHARE, Truth, make, rows_of, truths
from tests.test_criteria_rule import law

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> SchoolYear:
    return load_year(home=make(tmp_path_factory.mktemp("office") / "home"))


def completions(truth: Truth) -> list[tuple[int, tuple[bool, ...]]]:
    """Every way the mức and the four conditions may turn out."""
    levels = itertools.product(*([v] if v is not None else [0, 1, 2] for v in truth.levels))
    data = None if truth.data_years is None else truth.data_years >= 3
    stated = [
        [a] if a is not None else [True, False] for a in (truth.cohort, data, truth.facilities)
    ]
    reached = {law(one) for one in levels}
    return [
        (level, (cohort, enough, level > 0, facilities))
        for level in reached
        for cohort, enough, facilities in itertools.product(*stated)
    ]


def groups(truth: Truth, by: str) -> tuple[str, str]:
    return getattr(truth, by), "all"


@pytest.mark.parametrize("by", ["unit", "education_level"])
def test_conditions_are_counted_as_every_completion_says(year: SchoolYear, by: str) -> None:
    wanted: Counter[Any] = Counter()
    for truth in truths():
        every = [answers for _, answers in completions(truth)]
        told = {c: {one[i] for one in every} for i, c in enumerate(CONDITIONS)}
        only = {
            c: {not one[i] and sum(one) == 3 for one in every} for i, c in enumerate(CONDITIONS)
        }
        told["all"], only["all"] = {all(o) for o in every}, {sum(o) == 3 for o in every}
        for name, group in itertools.product(told, groups(truth, by)):
            if truth.education_level != "GDTX":  # for which there is no recognition
                wanted[group, name, "schools_total"] += 1
                wanted[group, name, "schools_count"] += told[name] == {True}
                wanted[group, name, "unclear_count"] += len(told[name]) > 1
                wanted[group, name, "only_count"] += only[name] == {True}
                wanted[group, name, "only_unclear_count"] += len(only[name]) > 1
    table = criteria.measure_conditions(year, by=by)
    found: Counter[Any] = Counter()
    for row in table.to_dict("records"):
        for column in ("schools_total", "schools_count", "unclear_count"):
            found[row["group"], row["condition"], column] = row[column]
        for column in ("only_count", "only_unclear_count"):
            found[row["group"], row["condition"], column] = row[column]
    assert +found == +wanted
    assert all(wanted["all", "all", c] for c in ("schools_count", "unclear_count", "only_count"))


def test_levels_are_counted_as_every_completion_says(year: SchoolYear) -> None:
    wanted: Counter[Any] = Counter()
    for truth, level in itertools.product(truths(), (1, 2)):
        reached = {found >= level for found, _ in completions(truth)}
        for group in groups(truth, "education_level"):
            wanted[group, level, "k"] += reached == {True}
            wanted[group, level, "u"] += len(reached) > 1
    table = criteria.measure_criteria_levels(year)
    found: Counter[Any] = Counter()
    for row in table.to_dict("records"):
        found[row["group"], row["criterion_level"], "k"] = row["schools_count"]
        found[row["group"], row["criterion_level"], "u"] = row["unclear_count"]
        assert row["schools_total"] == (60 if row["group"] == "all" else 15)
    assert +found == +wanted


def test_facts_of_each_school_are_listed_without_a_verdict(year: SchoolYear) -> None:
    table = criteria.list_conditions(year).set_index("school_code")
    for truth in truths():
        if truth.education_level != "GDTX":
            every = [answers for _, answers in completions(truth)]
            told = [{one[i] for one in every} for i in range(4)]
            row = table.loc[truth.code]
            assert row["lacking_count"] == told.count({False}), truth
            assert row["open_count"] == sum(len(one) > 1 for one in told), truth
    assert len(table) == 45


def test_quantities_have_their_schools_median_and_sum(year: SchoolYear) -> None:
    table = criteria.measure_quantities(year)
    assert Counter(table["annex"]) == {"I": 31, "II": 37}
    row = table[table["quantity"].eq(SHARE) & table["annex"].eq("II")].iloc[0]
    values = [90 + i % 11 for i in range(60) if i % 4 in (1, 2)]
    assert [row["stated_count"], row["rows_count"]] == [30, 30]
    assert row["quantity_median"] == sorted(values)[14:16][0] / 2 + sorted(values)[15] / 2
    assert row[["quantity_sum", "quantity_whole"]].isna().all()  # shares are not added up
    row = table[table["quantity"].eq(PART) & table["annex"].eq("II")].iloc[0]
    assert [row["stated_count"], row["quantity_sum"], row["quantity_whole"]] == [15, 120, 150]
    assert (table["stated_count"] == 0).sum() == 66


def test_part_of_the_schools_is_counted_as_part(year: SchoolYear) -> None:
    part = year.narrow(education_level="TH")
    whole = criteria.measure_conditions(year).query("group == 'TH'")
    own = criteria.measure_conditions(part).query("group == 'all'")
    columns = ["condition", "schools_count", "schools_total", "only_count"]
    assert own[columns].values.tolist() == whole[columns].values.tolist()


def test_the_chart_tells_what_is_stated(year: SchoolYear) -> None:
    table = criteria.measure_conditions(year)
    row = table.query("group == 'all' and condition == 'all'").iloc[0]
    chart = an.chart(table)
    assert chart.headline.startswith(f"{row['schools_count']}/{row['schools_total']} trường (")
    assert f"{row['unclear_count']} trường chưa rõ" in chart.headline
    assert "Điều 27" in chart.remark and "Dữ liệu minh họa" in chart.alt
    assert "bốn điều kiện" in str(an.tell(table))
    assert an.chart(table, group="TH", lang="en").headline != an.chart(table, lang="en").headline


FAULTS: dict[str, tuple[str, int, int, Any]] = {
    "criteria_no_school": ("criteria", 0, 0, "99999"),
    "criteria_no_code": ("criteria", 20, 0, None),
    "criteria_unknown": ("criteria", 3, 1, "5.1"),
    "criteria_level": ("criteria", 4, 2, 3),
    "criteria_twice": ("criteria", 6, 1, "1.2"),
    "criteria_blank": ("conditions", 0, 1, "có lẽ"),
    "criteria_not_recognised": ("conditions", 2, 0, truths()[3].code),
    "criteria_no_indicator": ("quantities", 0, 2, "Số lần họp"),
    "criteria_number_bad": ("quantities", 1, 3, 101),
}


def test_every_fault_is_named_at_once_with_its_cell(tmp_path: Path) -> None:
    rows = rows_of(truths())
    for sheet, row, column, value in FAULTS.values():
        rows[sheet][row][column] = value
    found = load_year(home=make(tmp_path / "home", rows))
    with pytest.raises(SuiteError) as caught:
        criteria.measure_conditions(found)
    for key, (sheet, row, column, value) in FAULTS.items():
        place = f"tieu_chi.xlsx, {sheet} {'ABCDE'[column]}{row + 3}"
        place += f": “{value}”" if value is not None else ""
        assert say(key, "vi", count=1, example=place) in caught.value.text("vi"), key
        assert say(key, "en", count=1, example=place) in caught.value.text("en"), key


def test_where_nothing_is_stated_there_is_one_sentence() -> None:
    year = load_year("2024-2025", home=ROOT)
    makers: Any = (
        *(criteria.measure_conditions, criteria.measure_criteria_levels, criteria.list_conditions),
        *(criteria.measure_holding_back, criteria.measure_quantities),
    )
    said = say("nothing_criteria", "vi", school_year="2024-2025")
    for make_table in makers:
        table = make_table(year)
        assert table.empty and list(an.tell(table).lines) == [said]
        assert not an.show_table(table).rows
    drawn = an.chart(criteria.measure_conditions(year))
    assert isinstance(drawn, NothingToDraw)
