"""How long a choice in the explorer takes until its chart is there, in a province of 600 schools.

    python benchmarks/explorer.py [-n ROUNDS]

The schools are those of the example office, seventeen times over in forty-five wards. Prints the
median of the seconds that passed and of those the processor worked; wanted are at most 0.3.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import explore_schools, load_year
from analysis.reference import SCHEMES
from analysis.school_year import SchoolYear

ROOT = Path(__file__).parents[1]
YEAR, COPIES, WARDS = "2024-2025", 17, 5
CHOICES = ({"by": "unit"}, {"by": "unit", "target_id": "K2"}, {"by": "education_level"})


def province(year: SchoolYear) -> SchoolYear:
    """A school year with many more schools and wards."""
    copies = []
    for n in range(COPIES):
        schools = year.schools.copy()
        schools["school_id"] += f"-{n}"
        schools["unit"] += f" {n % WARDS}"
        copies.append(schools)
    whole = pd.concat(copies, ignore_index=True)
    for scheme in SCHEMES:
        name = f"{scheme}_standing"
        whole[name] = pd.Categorical(whole[name], year.schools[name].cat.categories, ordered=True)
    return replace(year, schools=whole)


def main(rounds: int) -> None:
    """Time each choice anew."""
    explorer = explore_schools(YEAR, home=ROOT)
    explorer.year = explorer._years[YEAR] = province(load_year(YEAR, home=ROOT))
    print(f"{len(explorer.year.schools)} schools, {explorer.year.schools['unit'].nunique()} wards")
    for asked in CHOICES:
        passed, worked = [], []
        for _ in range(rounds):
            explorer._views.clear()
            wall, cpu = time.perf_counter(), time.process_time()
            explorer.choose(**asked)
            passed.append(time.perf_counter() - wall)
            worked.append(time.process_time() - cpu)
        times = f"{statistics.median(passed):.2f} s, processor {statistics.median(worked):.2f} s"
        print(f"{asked}: {times}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=5, metavar="ROUNDS")
    main(parser.parse_args().n)
