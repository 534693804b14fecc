"""Results by criterion: what is taken in, what is refused, and the answers, on DuckDB and Spark.

Needs the extra `[criteria]`, and `[spark]` with Java for the part on Spark. The wanted answers are
worked out in plain Python, completion by completion of what is not stated.
"""

from __future__ import annotations

import importlib.util
import itertools
import random
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.criteria.structure import CONDITIONS, set_of
from analysis.reference import SuiteError, say
from tests.test_criteria_rule import TT57, law, states

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
CONDITION_COLUMNS = ["cohort", "data_years", "facilities"]
COLUMNS = ["school_id", "school_year", "standard", "criterion", "indicator", "level", "met"]


def tidy() -> pd.DataFrame:
    rows = [
        (school, year, name[0], name, i, 1, int((school, name, i) != ("mn2", "2.1", "b")))
        for year in YEARS
        for school, level in SCHOOLS
        for name in getattr(set_of(year, level), "names", ())
        for i in INDICATORS
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


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


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return take_in(tmp_path_factory.mktemp("criteria"), tidy())


@needs_ibis
def test_everything_is_taken_in(imported: Any) -> None:
    assert imported.rows == len(tidy()) and imported.incomplete.empty
    assert imported.tables.conditions.count().execute() == 0


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
        ("criterion", None, "criteria_blank"),
    ],
)
def test_a_row_that_cannot_be_right_stops_the_import(
    tmp_path: Path, column: str, value: object, key: str
) -> None:
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
def test_conditions_that_cannot_be_right_stop_the_import(tmp_path: Path) -> None:
    from analysis.criteria import import_criteria

    tidy().to_csv(tmp_path / "a.csv", index=False)
    rows = [("mn1", YEARS[0], "x", "hai", ""), ("mn9", YEARS[0], "1", "3", "0")] * 2
    stated = pd.DataFrame(rows, columns=["school_id", "school_year", *CONDITION_COLUMNS])
    with pytest.raises(SuiteError) as caught:
        import_criteria(tmp_path / "a.csv", schools(), tmp_path / "c", conditions=stated)
    for key in ("criteria_blank", "criteria_no_school", "criteria_twice"):
        assert say(key, count=2, example="x").partition("(")[0] in caught.value.text(), key


@needs_ibis
def test_who_lacks_criteria_is_named_and_open(tmp_path: Path) -> None:
    from analysis.criteria import schools_meeting

    rows = tidy()
    lacks = rows["criterion"].eq("3.4") & rows["school_id"].isin(["mn1", "mn2"])
    found = take_in(tmp_path, rows[~lacks])
    assert found.incomplete["school_id"].tolist() == ["mn1", "mn1", "mn2", "mn2"]
    assert found.incomplete["criteria_stated"].tolist() == [24] * 4
    meeting = schools_meeting(found.tables.facts, found.tables.schools).execute()
    preschools = meeting[meeting["education_level"] == "MN"]
    counts = preschools[["schools_total", "met_count", "unclear_count"]]
    assert counts.astype(int).values.tolist() == [[3, 1, 1]] * 2  # mn2 misses 2.1 whatever 3.4 is


# --- every answer, against every completion of what is not stated


Cells = dict[tuple[str, int], list[bool | None]]  # what a school states, by criterion and mức
KINDS = [("2025-2026", "MN"), ("2026-2027", "MN"), ("2026-2027", "THCS"), ("2026-2027", "GDTX")]


def made_up(seed: int = 57, count: int = 60) -> dict[tuple[str, str, str], Cells]:
    """Schools near the edge, by id, school year and education level: a few criteria are not met, a
    few not stated. The old sets say something of mức 2 in every second criterion only."""
    chance, found = random.Random(seed), {}
    for number, (year, education_level) in itertools.product(range(count), KINDS):
        cells: Cells = {}
        asked = set_of(year, education_level)
        assert asked
        for place, name in enumerate(asked.names):
            for level in (1, 2):
                if level <= asked.whole_to or (place % 2 and number % 5):
                    likely = (0.97, 0.9)[level - 1] if asked is TT57 else 0.98
                    cells[name, level] = [chance.random() < likely for _ in "ab"]
        for key in chance.sample([*cells], chance.choice([0, 0, 1, 2])):
            cells[key] = chance.choice([[], [None, None], [*cells[key][:1], None]])
        found[f"s{number}-{education_level}", year, education_level] = cells
    return found


def facts_of(found: dict[tuple[str, str, str], Cells]) -> pd.DataFrame:
    rows = [
        (school, year, int(name[0]), name, indicator, level, met)
        for (school, year, _), cells in found.items()
        for (name, level), several in cells.items()
        for indicator, met in zip("ab", several, strict=False)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"met": "boolean", "standard": "int8", "level": "int8"})


def completions(year: str, education_level: str, cells: Cells) -> Iterator[dict[str, int]]:
    """What each criterion may reach."""
    asked = set_of(year, education_level)
    assert asked
    whole = {key: several or [None] for key, several in cells.items()}
    if asked is not TT57:  # of mức 2 nothing has to be stated
        whole = {key: s for key, s in whole.items() if key[1] == 1 or cells[key]}
    open_cells = [
        (k, i) for k, several in whole.items() for i, v in enumerate(several) if v is None
    ]
    for values in itertools.product([True, False], repeat=len(open_cells)):
        filled = {key: [*several] for key, several in whole.items()}
        for (key, i), value in zip(open_cells, values, strict=True):
            filled[key][i] = value
        held = {key: all(several) for key, several in filled.items()}
        yield {n: held[n, 1] + (held[n, 1] and held.get((n, 2), True)) for n in asked.names}


def at_level(asked: Any, state: dict[str, int], level: int) -> bool:
    if asked is TT57:
        return law([*state.values()]) >= level
    return min(state.values()) >= level


def wanted(level: int) -> tuple[Counter[Any], Counter[Any], list[Any], dict[str, str]]:
    """What schools_meeting, holding_back and near_misses have to answer, and each verdict."""
    meeting: Counter[Any] = Counter()
    back: Counter[Any] = Counter()
    near, verdicts = [], {}
    for (school, year, education_level), cells in made_up().items():
        asked = set_of(year, education_level)
        every = [*completions(year, education_level, cells)]
        states_level = any(v for (_, n), v in cells.items() if n == level)
        outcomes = {at_level(asked, one, level) for one in every}
        outcomes |= set() if states_level else {False}
        verdict = "unclear" if len(outcomes) > 1 else "met" if True in outcomes else "missed"
        verdicts[school + year] = verdict
        meeting[year, education_level, verdict] += 1
        for name in every[0]:
            fails = {one[name] < level for one in every} == {True}
            back[year, education_level, name, "failing"] += fails
            alone = [at_level(asked, one | {name: max(one[name], level)}, level) for one in every]
            if verdict == "missed" and all(alone) and states_level:
                near.append((school, year, name))
                back[year, education_level, name, "only"] += 1
    return meeting, back, sorted(near), verdicts


def conditions_of() -> pd.DataFrame:
    chance, answers, numbers = random.Random(16), [1, 1, 1, 0, None], [5, 3, 3, 2, None]
    rows = [
        (school, year, chance.choice(answers), chance.choice(numbers), chance.choice(answers))
        for school, year, _ in made_up()
    ][3:]  # of three schools nothing is stated
    frame = pd.DataFrame(rows, columns=["school_id", "school_year", *CONDITION_COLUMNS])
    types = {"cohort": "boolean", "data_years": "Int8", "facilities": "boolean"}
    return frame.astype(types)


def wanted_conditions() -> Counter[Any]:
    """Counted over every completion of the four answers of each school."""
    stated = {
        (row["school_id"], row["school_year"]): {k: v for k, v in row.items() if not pd.isna(v)}
        for row in conditions_of().astype(object).to_dict("records")
    }
    found: Counter[Any] = Counter()
    verdicts = wanted(1)[3]
    for school, year, education_level in made_up():
        if set_of(year, education_level) is not TT57 or education_level == "GDTX":
            continue
        row = stated.get((school, year), {})
        years = row.get("data_years")
        answers = [
            row.get("cohort"),
            None if years is None else years >= 3,
            {"met": True, "missed": False}.get(verdicts[school + year]),
            row.get("facilities"),
        ]
        every = [*itertools.product(*([a] if a is not None else [True, False] for a in answers))]
        for place, name in enumerate(CONDITIONS):
            met = {one[place] for one in every}
            only = {not one[place] and sum(one) == 3 for one in every}
            found[education_level, name, "k"] += met == {True}
            found[education_level, name, "u"] += len(met) > 1
            found[education_level, name, "only"] += only == {True}
            found[education_level, name, "may"] += len(only) > 1
        met, only = {all(one) for one in every}, {sum(one) == 3 for one in every}
        found[education_level, "all", "only"] += only == {True}
        found[education_level, "all", "may"] += len(only) > 1
        found[education_level, "all", "k"] += met == {True}
        found[education_level, "all", "u"] += len(met) > 1
    return +found


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from analysis.criteria import import_criteria

    folder = tmp_path_factory.mktemp("edge")
    facts_of(made_up()).to_parquet(folder / "facts.parquet")
    names = ["school_id", "school_year", "education_level"]
    listed = pd.DataFrame([*made_up()], columns=names)
    found = import_criteria(
        folder / "facts.parquet", listed, folder / "made", conditions=conditions_of()
    )
    return found.tables, folder / "made"


def check_answers(tables: Any, level: int) -> None:
    from analysis.criteria import conditions_met, holding_back, near_misses, schools_meeting

    meeting, back, near, _ = wanted(level)
    assert len(near) > 20 and len({*(key[2] for key in meeting)}) == 3
    answer = schools_meeting(tables.facts, tables.schools, level=level).execute()
    for row in answer.to_dict("records"):
        key = row["school_year"], row["education_level"]
        assert row["schools_total"] == 60
        assert row["met_count"] == meeting[(*key, "met")], key
        assert row["unclear_count"] == meeting[(*key, "unclear")], key
    answer = holding_back(tables.facts, tables.schools, level=level).execute()
    told: Counter[Any] = Counter()
    for row in answer.to_dict("records"):
        one = row["school_year"], row["education_level"], row["criterion"]
        told[(*one, "failing")], told[(*one, "only")] = row["failing_count"], row["only_count"]
        assert row["unclear_count"] + row["failing_count"] <= row["schools_total"] == 60
    assert +told == +back
    answer = near_misses(tables.facts, tables.schools, level=level).execute()
    rows = answer[["school_id", "school_year", "criterion"]].itertuples(index=False, name=None)
    assert sorted(rows) == near
    answer = conditions_met(tables.facts, tables.schools, tables.conditions).execute()
    found: Counter[Any] = Counter()
    for row in answer.to_dict("records"):
        assert row["schools_total"] == 60
        for short, column in (("k", "schools"), ("u", "unclear"), ("only", "only")):
            found[row["education_level"], row["condition"], short] = row[f"{column}_count"]
        found[row["education_level"], row["condition"], "may"] = row["only_unclear_count"]
    assert +found == wanted_conditions()


@needs_ibis
@pytest.mark.parametrize("level", [1, 2])
def test_the_answers_on_duckdb_are_those_of_every_completion(edge: Any, level: int) -> None:
    check_answers(edge[0], level)


@needs_ibis
def test_shares_of_indicators_leave_out_what_is_not_stated(edge: Any) -> None:
    from analysis.criteria import share_met

    counted: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for (_, year, education_level), cells in made_up().items():
        for (name, level), several in cells.items():
            counted[year, education_level, level, name][0] += several.count(True)
            counted[year, education_level, level, name][1] += len(several) - several.count(None)
    answer = share_met(edge[0].facts, edge[0].schools).execute()
    keys = ["school_year", "education_level", "level", "criterion"]
    numbers = answer[["indicators_met", "indicators_total"]].astype(int).values.tolist()
    told = zip(answer[keys].itertuples(index=False, name=None), numbers, strict=True)
    assert dict(told) == counted


@needs_ibis
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_an_office_in_pandas_counts_as_a_country_through_ibis(seed: int) -> None:
    """The same schools, from their workbook and from Parquet: every number of every group."""
    from tests.criteria_office import truths

    with tempfile.TemporaryDirectory() as folder:
        agree(Path(folder) / "home", truths(seed))


def agree(home: Path, found: Sequence[Any]) -> None:
    from analysis import criteria
    from analysis.notebook.school_year import load_year
    from tests.criteria_office import make, rows_of

    year = load_year(home=make(home, rows_of(found)))
    facts = [
        (t.code, "2026-2027", int(name[0]), name, "", level, value >= level)
        for t in found
        for name, value in zip(TT57.names, t.levels, strict=True)
        for level in (1, 2)
        if value is not None
    ]
    pd.DataFrame(facts, columns=COLUMNS).to_parquet(home / "facts.parquet")
    rows = [(t.code, "2026-2027", t.education_level, t.unit) for t in found]
    names = ["school_id", "school_year", "education_level", "unit"]
    stated = [(t.code, "2026-2027", t.cohort, t.data_years, t.facilities) for t in found]
    conditions = pd.DataFrame(stated, columns=[*names[:2], *CONDITION_COLUMNS])
    types = {"cohort": "boolean", "data_years": "Int8", "facilities": "boolean"}
    tables = criteria.import_criteria(
        home / "facts.parquet",
        pd.DataFrame(rows, columns=names),
        home / "made",
        conditions=conditions.astype(types),
    ).tables
    both = tables.facts, tables.schools
    counts = ["schools_total", "schools_count", "unclear_count", "only_count", "only_unclear_count"]
    for by in ("education_level", "unit"):
        many = criteria.conditions_met(*both, tables.conditions, by=[by]).execute()
        one = criteria.measure_conditions(year, by=by).rename(columns={"group": by})
        same(one[one[by] != "all"], many, [by, "condition"], counts)
    levels = criteria.measure_criteria_levels(year).rename(
        columns={"group": "education_level", "schools_count": "met_count"}
    )
    for level in (1, 2):
        one = levels[levels["criterion_level"].eq(level) & levels["education_level"].ne("all")]
        many = criteria.schools_meeting(*both, level=level).execute()
        same(one, many, ["education_level"], ["schools_total", "met_count", "unclear_count"])
        one = criteria.measure_holding_back(year, level=level)
        many = criteria.holding_back(*both, level=level).execute()
        same(one, many, ["education_level", "criterion"], ["failing_count", *counts[2:4]])


def same(one: pd.DataFrame, other: pd.DataFrame, keys: list[str], counts: list[str]) -> None:
    """Are these numbers of two tables equal, row by row?"""
    first, second = (
        {
            tuple(str(row[k]) for k in keys): [int(row[c]) for c in counts]
            for row in table.to_dict("records")
        }
        for table in (one, other)
    )
    assert first == second


def many() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A million rows: every 421st state of the fifteen criteria is a school, every seventh of which
    does not state its last criterion."""
    levels = states(range(0, 3**15, 421))
    ids, years = [f"s{i:05}" for i in range(len(levels))], "2026-2027"
    kinds = [("MN", "TH", "THCS", "THPT")[i % 4] for i in range(len(levels))]
    listed = pd.DataFrame({"school_id": ids, "school_year": years, "education_level": kinds})
    number = np.arange(len(levels))
    conditions = listed[["school_id", "school_year"]].assign(
        cohort=pd.array(number % 3 > 0, "boolean"),
        data_years=pd.array(number % 5 + 1, "Int8"),
        facilities=pd.array(number % 11 > 0, "boolean"),
    )
    place, level = np.tile(np.repeat(np.arange(15), 2), len(levels)), np.tile([1, 2], levels.size)
    school = np.repeat(number, 30)
    met = pd.Series(levels[school, place] >= level, dtype="boolean")
    names = pd.Series(TT57.names)
    facts = pd.DataFrame({"school_id": pd.Series(ids)[school].array, "school_year": years})
    facts["standard"] = names.str[0].astype("int8")[place].array
    facts = facts.assign(criterion=names[place].array, indicator="", level=level.astype("int8"))
    return facts.assign(met=met.mask((school % 7 == 0) & (place == 14))), listed, conditions


BOTH = ("facts", "schools")
ASKED: list[tuple[str, tuple[str, ...], dict[str, int]]] = [
    ("share_met", BOTH, {}),
    ("schools_meeting", BOTH, {"level": 1}),
    ("holding_back", BOTH, {"level": 2}),
    ("near_misses", BOTH, {"level": 2}),
    ("conditions_met", (*BOTH, "conditions"), {}),
]


@needs_spark
@pytest.mark.slow
def test_spark_answers_the_same_of_a_million_rows(
    tmp_path: Path, edge: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ibis
    from pyspark.sql import SparkSession

    from analysis import criteria
    from analysis.criteria import open_criteria

    tables, folder = zip(many(), ("facts", "schools", "conditions"), strict=True), edge[1]
    for frame, name in tables:
        small = pd.read_parquet(folder / f"{name}.parquet", dtype_backend="numpy_nullable")
        whole = pd.concat([frame, small.astype(dict(frame.dtypes))])
        whole.to_parquet(tmp_path / f"{name}.parquet")
    assert len(whole) and len(pd.read_parquet(tmp_path / "facts.parquet")) > 1_000_000
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", str(tmp_path / "warehouse"))
        .getOrCreate()
    )
    try:
        ways = [open_criteria(tmp_path, e) for e in (None, ibis.pyspark.connect(session))]
        for question, given, how in ASKED:
            one, other = (
                getattr(criteria, question)(*(getattr(tables, g) for g in given), **how).execute()
                for tables in ways
            )
            assert len(one)
            pd.testing.assert_frame_equal(one, other, check_dtype=False)
    finally:
        session.stop()


@pytest.mark.skipif(HAS_IBIS, reason="the extra is there")
def test_without_the_extra_it_says_what_to_install() -> None:
    import analysis.criteria as criteria

    with pytest.raises(SuiteError, match=r"\[criteria\]"):
        _ = criteria.share_met
