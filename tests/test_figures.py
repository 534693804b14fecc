"""What `check` shows is what the tables say, and it loads no package it does not use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.clean import Cleaned, clean_schools
from analysis.compare import compare_to_targets
from analysis.jobs.figures import Distance, Figures
from analysis.measure import BASES, measure_levels
from analysis.raw import read_raw
from analysis.reference import SCHEMES, read_reference
from analysis.status import status_on

ROOT = Path(__file__).parents[1]
REFERENCE = read_reference(ROOT)
YEARS = sorted(REFERENCE.years)


def cleaned(year: str) -> Cleaned:
    raw = read_raw(ROOT / "data" / "raw" / year, REFERENCE.rules)
    return clean_schools(raw, REFERENCE.rules, school_year=year)


@pytest.mark.parametrize("year", YEARS)
def test_the_figures_shown_are_those_of_the_tables(year: str) -> None:
    result, day = cleaned(year), REFERENCE.years[year].as_of
    held = status_on(result.schools, day, REFERENCE.rules)
    figures = Figures(result.rows, day, REFERENCE.rules)
    assert figures.outside() == held.loc[~held["in_scope"], "scope_reason"].value_counts().to_dict()
    for scheme in SCHEMES:
        table = measure_levels(held, scheme=scheme, by="education_level")
        names = ["group", "standing", "schools_count", "reached_count", "schools_total"]
        rows = table[names].astype(object).where(table[names].notna(), None)
        assert [list(s) for s in figures.standings(scheme)] == rows.to_numpy().tolist()
        first = table[table["standing"] == "1"]
        shares = [[s.group, s.count, s.total] for s in figures.reached(scheme)]
        assert shares == first[["group", "reached_count", "schools_total"]].to_numpy().tolist()


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("reading", ["exact", "at_least"])
@pytest.mark.parametrize("year", YEARS[-2:])
def test_the_gaps_shown_are_those_of_the_tables(year: str, base: str, reading: str) -> None:
    result, day = cleaned(year), REFERENCE.years[year].as_of
    held = status_on(result.schools, day, REFERENCE.rules)
    figures = Figures(result.rows, day, REFERENCE.rules, result.barred)
    for targets in REFERENCE.target_sets.values():
        parts = tuple(replace(p, base=base, reading=reading) for p in targets.parts)
        table = compare_to_targets(
            held, replace(targets, parts=parts), by="education_level", kept_out=result.kept_out
        )
        rows = table.to_dict("records")
        for target in parts:
            found = list(figures.distances(target))
            wanted = [row for row in rows if row["target_id"] == target.id]
            assert [d.share.group for d in found] == [row["group"] for row in wanted]
            for distance, row in zip(found, wanted, strict=True):
                _same(distance, row)
                missing = figures.set_aside(distance.share.group, target.education_levels)
                assert missing == row["set_aside_count"]


def _same(found: Distance, row: Mapping[Any, Any]) -> None:
    share = found.share
    assert (share.count, share.total) == (row["schools_count"], row["schools_total"])
    assert found.position == row["position"]
    if found.points is None:
        assert pd.isna(row["gap_points"]) and pd.isna(row["schools_percent"])
    else:
        assert (found.points, share.percent) == (row["gap_points"], row["schools_percent"])
    assert (found.needed is None) == pd.isna(row["schools_needed"])
    assert found.needed in (None, row["schools_needed"])


def test_no_schools_are_at_no_distance() -> None:
    nothing = clean_schools(read_raw([], REFERENCE.rules), REFERENCE.rules, school_year=YEARS[0])
    figures = Figures(nothing.rows, REFERENCE.years[YEARS[0]].as_of, REFERENCE.rules)
    assert [(s.group, s.count, s.total) for s in figures.reached("cqg")] == [("all", 0, 0)]
    targets = next(iter(REFERENCE.target_sets.values()))
    (distance,) = figures.distances(targets.parts[0])
    assert distance.position == "no_schools"
    assert (distance.points, distance.needed, distance.share.total) == (None, None, 0)


def test_checking_loads_no_pandas() -> None:
    code = (
        "import sys; from analysis.cli import main; main(sys.argv[1:]);"
        "print([m for m in sys.modules if m.startswith('pandas.')])"
    )
    folder = str(ROOT / "data" / "raw" / YEARS[-1])
    run = [sys.executable, "-c", code, "check", folder, "--home", str(ROOT)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_package_that_waits_is_there_when_it_is_used() -> None:
    code = (
        "from analysis.jobs.later import load_later; load_later('decimal'); import decimal, sys;"
        "waits = 'Decimal' not in vars(decimal); one = decimal.Decimal('1.5') + 1;"
        "from decimal import Decimal; print(waits, one, Decimal is decimal.Decimal)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "2.5", "True"], done.stderr
