"""Results by criterion: what is taken in, what is refused, and the answers, on DuckDB and Spark.

Needs the extra `[criteria]`, and `[spark]` with Java for the part on Spark. The wanted answers are
worked out in plain Python.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.criteria.structure import read_structure, sets_of
from analysis.reference import SuiteError

HAS_IBIS = all(map(importlib.util.find_spec, ("ibis", "duckdb")))
needs_ibis = pytest.mark.skipif(
    not HAS_IBIS, reason='needs the extra: pip install -e ".[criteria]"'
)
needs_spark = pytest.mark.skipif(
    not (HAS_IBIS and importlib.util.find_spec("pyspark") and shutil.which("java")),
    reason='needs the extra [spark] and Java: pip install -e ".[spark]", default-jre-headless',
)
SCHOOLS = [("mn1", "MN"), ("mn2", "MN"), ("mn3", "MN"), ("th1", "TH")]
YEARS = ["2023-2024", "2024-2025"]
INDICATORS = "abc"


def is_met(school: str, year: str, criterion: str, indicator: str) -> bool:
    """mn1 meets everything; mn2 misses one indicator of 2.1; mn3 all of 1.1 and one of 5.1; th1
    nothing in the first year, everything in the second."""
    missed = {
        "mn2": {("2.1", "b")},
        "mn3": {*(("1.1", i) for i in INDICATORS), ("5.1", "c")},
    }
    if school == "th1":
        return year == YEARS[1]
    return (criterion, indicator) not in missed.get(school, set())


def tidy() -> pd.DataFrame:
    rows = [
        (school, year, name[0], name, i, 1, int(is_met(school, year, name, i)))
        for year in YEARS
        for school, level in SCHOOLS
        for name in sets_of(year, level)[0].criterion_names()
        for i in INDICATORS
    ]
    names = ["school_id", "school_year", "standard", "criterion", "indicator", "level", "met"]
    return pd.DataFrame(rows, columns=names)


def schools() -> pd.DataFrame:
    rows = [(school, year, level) for year in YEARS for school, level in SCHOOLS]
    return pd.DataFrame(rows, columns=["school_id", "school_year", "education_level"])


def take_in(folder: Path, rows: pd.DataFrame, ending: str = "csv") -> Any:
    from analysis.criteria import import_criteria

    path = folder / f"tieu_chi.{ending}"
    writers: dict[str, Callable[..., Any]] = {
        "csv": rows.to_csv,
        "xlsx": rows.to_excel,
        "parquet": rows.to_parquet,
    }
    writers[ending](path, index=False)
    return import_criteria(path, schools(), folder / "criteria")


def test_the_sets_are_those_of_the_circulars() -> None:
    sets = read_structure()
    counts = {name: (s.standards, s.criteria) for name, s in sets.items()}
    assert counts == {
        "TT19-2018": (5, 25),
        "TT17-2018": (5, 27),
        "TT18-2018": (5, 28),
        "TT57-2026": (4, 15),
    }
    assert len(sets["TT57-2026"].mandatory) == 8
    assert [s.id for s in sets_of("2025-2026", "MN")] == ["TT19-2018"]
    assert [s.id for s in sets_of("2026-2027", "MN")] == ["TT57-2026"]
    assert sets_of("2024-2025", "GDTX") == []


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return take_in(tmp_path_factory.mktemp("criteria"), tidy())


@needs_ibis
def test_everything_is_taken_in(imported: Any) -> None:
    assert imported.rows_in == imported.accepted == len(tidy())
    assert imported.set_aside == 0 and imported.incomplete.empty


@needs_ibis
@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_other_files_give_the_same_tables(tmp_path: Path, imported: Any, ending: str) -> None:
    other = take_in(tmp_path, tidy(), ending)
    pd.testing.assert_frame_equal(other.tables.facts.execute(), imported.tables.facts.execute())


@needs_ibis
@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("met", "có lẽ", "criteria_blank"),
        ("school_id", "mn9", "criteria_no_school"),
        ("level", 7, "criteria_level"),
        ("standard", "4", "criteria_number"),
        ("criterion", "1.99", "criteria_unknown"),
        ("indicator", "b", "criteria_twice"),
    ],
)
def test_a_row_that_cannot_be_right_stops_the_import(
    tmp_path: Path, column: str, value: object, key: str
) -> None:
    from analysis.reference import say

    rows = tidy().astype(object)
    rows[column] = [value, *rows[column].iloc[1:]]
    with pytest.raises(SuiteError) as caught:
        take_in(tmp_path, rows)
    assert say(key, count=1, example="x").partition("(")[0] in caught.value.text()
    assert not (tmp_path / "criteria").exists()


@needs_ibis
def test_a_missing_column_is_named_with_what_is_near(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"criterion \(criterion_no\?\)"):
        take_in(tmp_path, tidy().rename(columns={"criterion": "criterion_no"}))


@needs_ibis
def test_a_school_that_lacks_criteria_is_set_aside_whole(tmp_path: Path) -> None:
    rows = tidy()
    lacks = (rows["school_id"] == "mn2") & (rows["criterion"] == "3.4")
    found = take_in(tmp_path, rows[~lacks])
    assert found.rows_in == found.accepted + found.set_aside
    assert found.incomplete["school_id"].tolist() == ["mn2", "mn2"]
    assert found.incomplete["criteria_stated"].tolist() == [24, 24]
    assert "mn2" not in set(found.tables.facts.execute()["school_id"])


def by_criterion() -> Iterator[tuple[str, str, str, str, list[bool]]]:
    for (year, school, name), rows in tidy().groupby(["school_year", "school_id", "criterion"]):
        yield str(year), dict(SCHOOLS)[str(school)], str(school), str(name), list(rows["met"] == 1)


def wanted_shares() -> dict[tuple[Any, ...], tuple[int, int]]:
    found: dict[tuple[Any, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for year, level, _, name, met in by_criterion():
        k, n = found[year, level, name]
        found[year, level, name] = (k + sum(met), n + len(met))
    return dict(found)


def wanted_schools() -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], dict[str, list[bool]]] = defaultdict(
        lambda: defaultdict(lambda: [True, True])
    )
    for year, level, school, _, met in by_criterion():
        flags = found[year, level][school]
        flags[0] &= all(met)
        flags[1] &= 3 * sum(met) >= 2 * len(met)
    return {
        key: [len(each), sum(f[0] for f in each.values()), sum(f[1] for f in each.values())]
        for key, each in found.items()
    }


def check_answers(tables: Any) -> None:
    from analysis.criteria import holding_back, near_misses, schools_meeting, share_met

    shares = share_met(tables.facts, tables.schools).execute()
    found = {
        (r["school_year"], r["education_level"], r["criterion"]): (
            int(r["indicators_met"]),
            int(r["indicators_total"]),
        )
        for r in shares.to_dict("records")
    }
    assert found == wanted_shares()
    meeting = schools_meeting(tables.facts, tables.schools).execute()
    counts = ["schools_total", "all_met_count", "two_thirds_count"]
    assert {
        (r["school_year"], r["education_level"]): [int(r[c]) for c in counts]
        for r in meeting.to_dict("records")
    } == wanted_schools()
    back = holding_back(tables.facts, tables.schools).execute()
    rows = {
        (r["education_level"], r["criterion"]): (int(r["failing_count"]), int(r["only_count"]))
        for r in back[back["school_year"] == YEARS[1]].to_dict("records")
    }
    assert {k: v for k, v in rows.items() if v != (0, 0)} == {
        ("MN", "1.1"): (1, 0),
        ("MN", "2.1"): (1, 1),
        ("MN", "5.1"): (1, 0),
    }
    near = near_misses(tables.facts, tables.schools).execute()
    assert near[["school_id", "criterion"]].values.tolist() == [["mn2", "2.1"]] * 2
    assert near["indicators_met"].astype(int).tolist() == [2, 2]


@needs_ibis
def test_the_answers_on_duckdb(imported: Any) -> None:
    check_answers(imported.tables)


@needs_spark
def test_the_same_questions_on_spark_give_the_same_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ibis
    from pyspark.sql import SparkSession

    from analysis.criteria import open_criteria

    take_in(tmp_path, tidy())
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path / "warehouse"))
        .getOrCreate()
    )
    try:
        check_answers(open_criteria(tmp_path / "criteria", ibis.pyspark.connect(session)))
    finally:
        session.stop()


@pytest.mark.skipif(HAS_IBIS, reason="the extra is there")
def test_without_the_extra_it_says_what_to_install() -> None:
    import analysis.criteria as criteria

    with pytest.raises(SuiteError, match=r"\[criteria\]"):
        _ = criteria.share_met
