"""What `check` shows is what the tables say, and it loads no package it does not use."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.clean import Cleaned, clean_schools
from analysis.compare import compare_to_targets
from analysis.jobs.figures import Figures
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
        rows = table.loc[table["standing"] == "1", ["group", "reached_count", "schools_total"]]
        shares = [[s.group, s.count, s.total] for s in figures.reached(scheme)]
        assert shares == rows.to_numpy().tolist()


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("reading", ["exact", "at_least"])
@pytest.mark.parametrize("year", YEARS[-2:])
def test_the_gaps_shown_are_those_of_the_tables(year: str, base: str, reading: str) -> None:
    result, day = cleaned(year), REFERENCE.years[year].as_of
    held = status_on(result.schools, day, REFERENCE.rules)
    figures = Figures(result.rows, day, REFERENCE.rules)
    for targets in REFERENCE.target_sets.values():
        parts = tuple(replace(p, base=base, reading=reading) for p in targets.parts)
        table = compare_to_targets(held, replace(targets, parts=parts))
        for target, row in zip(parts, table.to_dict("records"), strict=True):
            found = figures.distance(target)
            assert found is not None and target.id == row["target_id"]
            assert (found.share.count, found.share.total) == (
                row["schools_count"],
                row["schools_total"],
            )
            assert found.share.percent == row["schools_percent"]
            assert found.points == row["gap_points"]
            assert (found.needed is None) == pd.isna(row["schools_needed"])
            assert found.needed in (None, row["schools_needed"])


def test_no_schools_are_at_no_distance() -> None:
    nothing = clean_schools(read_raw([], REFERENCE.rules), REFERENCE.rules, school_year=YEARS[0])
    figures = Figures(nothing.rows, REFERENCE.years[YEARS[0]].as_of, REFERENCE.rules)
    assert [(s.group, s.count, s.total) for s in figures.reached("cqg")] == [("all", 0, 0)]
    targets = next(iter(REFERENCE.target_sets.values()))
    assert figures.distance(targets.parts[0]) is None


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
