"""From the clean schools of the example office to its counts and gaps, against its ground truth."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.compare import compare_indicators, compare_to_targets
from analysis.measure import BASES, measure_levels
from analysis.reference import SCHEMES, read_reference
from analysis.status import status_on
from tests.frames import school, schools

pytestmark = pytest.mark.truth

TRUTH = Path(__file__).parent / "truth" / "example"
REFERENCE = read_reference(Path(__file__).parents[1])
TARGETS = REFERENCE.targets("huong-tra-2022-2025")


def truth(name: str) -> pd.DataFrame:
    return pd.read_csv(TRUTH / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def held() -> pd.DataFrame:
    rows = [{k: v or None for k, v in r.items()} for r in truth("schools").to_dict("records")]
    names = [name for name in school() if name in rows[0]]
    flags = {"true": True, "false": False, None: None}
    maybe = ("eligible", "externally_evaluated")
    numbers = [f"{s}_level" for s in SCHEMES] + ["classes", "pupils", "source_row"]
    numbers += ["classes_two_sessions", "pupils_two_sessions"]
    table = schools(
        *[
            school(**{n: row[n] for n in names if row[n] is not None})
            | {"school_id": row["school_id"]}
            | {n: flags[row[n]] for n in maybe}
            | {n: int(row[n] or 0) if row[n] else None for n in numbers}
            for row in rows
        ]
    )
    days = {name: year.as_of for name, year in REFERENCE.years.items()}
    return status_on(table, days, REFERENCE.rules)


def test_standings_and_last_days(held: pd.DataFrame) -> None:
    wanted = truth("schools")
    for scheme in SCHEMES:
        assert (
            held[f"{scheme}_standing"].astype(str).tolist() == wanted[f"{scheme}_standing"].tolist()
        )
        ends = held[f"{scheme}_expires"].dt.strftime("%Y-%m-%d").fillna("")
        assert ends.tolist() == wanted[f"{scheme}_expires"].tolist()


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_level_distribution(held: pd.DataFrame, scheme: str, base: str) -> None:
    keys = ["school_year", "group", "standing"]
    found = measure_levels(held, scheme=scheme, by="education_level", base=base)
    wanted = truth("distribution").query("scheme == @scheme and base == @base")
    columns = [*keys, "schools_count", "schools_total", "unclear_count"]
    assert found[columns].astype(str).values.tolist() == wanted[columns].values.tolist()
    for name in ("percent", "percent_low", "percent_high"):
        same_numbers(found[f"schools_{name}"], wanted[name])


def same_numbers(found: pd.Series, wanted: pd.Series) -> None:
    numbers = pd.to_numeric(wanted).tolist()
    assert found.astype(float).tolist() == pytest.approx(numbers, abs=1e-6, nan_ok=True)


def test_targets(held: pd.DataFrame) -> None:
    found = compare_to_targets(held, TARGETS, by="education_level")
    wanted = truth("targets")
    same = ["school_year", "group", "unclear_count", "verdict", "position"]
    same += ["needed_least", "schools_needed"]
    pairs = [("target_id", "part"), ("schools_count", "count"), ("schools_total", "total")]
    for column, name in [*zip(same, same, strict=True), *pairs]:
        texts = found[column].astype("string").fillna("").tolist()
        assert texts == wanted[name].tolist(), column
    assert found.attainable.astype(str).str.lower().tolist() == wanted.attainable.tolist()
    same_numbers(found["schools_percent"], wanted["percent"])
    for name in ("percent_low", "percent_high", "gap_points"):
        same_numbers(found[name], wanted[name])


def test_office_indicators_are_judged() -> None:
    sheet = truth("indicators").rename(columns={"measure_id": "target_id"})
    found = compare_indicators(sheet, TARGETS)
    verdicts = found[found.school_year == "2024-2025"].set_index("measure_id").met
    short = ["CT04", "CT05", "CT06", "CT10b", "CT10c", "CT11"]
    assert verdicts[verdicts == "not_met"].index.tolist() == short
    assert set(found[found.school_year == "2025-2026"].target_met) == {"met"}
