"""How long a choice in the explorer takes until its chart and lists are there, in a province of
2,000 schools.

    python benchmarks/explorer.py [-n ROUNDS]

The schools are those of the example office, fifty-three times over in 153 wards. Prints the median
of the seconds that passed and of those the processor worked; wanted are at most 0.3 of these.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import explore_schools, load_year
from analysis.notebook.explorer import Explorer
from analysis.notebook.school_year import SchoolYear
from analysis.reference import SCHEMES

ROOT = Path(__file__).parents[1]
YEAR, COPIES, PARTS = "2024-2025", 53, 17
CHOICES: tuple[dict[str, str], ...] = (
    {"by": "unit"},
    {"by": "unit", "target_id": "K2"},
    {"by": "education_level", "target_id": ""},
    {"scheme": "cqg", "by": "ownership"},
    {"education_level": "TH", "by": "unit"},
)


def province(year: SchoolYear) -> SchoolYear:
    """A school year with many more schools and wards."""
    copies = []
    for n in range(COPIES):
        held = year.held.copy()
        held["school_id"] += f"-{n}"
        held["unit"] += f" {n % PARTS}"
        copies.append(held)
    whole = pd.concat(copies, ignore_index=True)
    for scheme in SCHEMES:
        name = f"{scheme}_standing"
        whole[name] = pd.Categorical(whole[name], year.held[name].cat.categories, ordered=True)
    return replace(year, held=whole)


def timed(what: str, act: Callable[[], Any], prepare: Callable[[], Any], rounds: int) -> None:
    """Time something so often, each time prepared anew."""
    passed, worked = [], []
    for _ in range(rounds):
        prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        passed.append(time.perf_counter() - wall)
        worked.append(time.process_time() - cpu)
    times = f"{statistics.median(passed):.2f} s, processor {statistics.median(worked):.2f} s"
    print(f"{what}: {times}")


def large_explorer() -> Explorer:
    """The explorer with its controls, as a notebook shows it, looking at the province."""
    explorer = explore_schools(YEAR, home=ROOT)
    explorer._repr_mimebundle_()
    explorer.year = explorer._years[YEAR] = province(load_year(YEAR, home=ROOT))
    return explorer


def main(rounds: int) -> None:
    """Time each choice anew, then a group and a school."""
    explorer = large_explorer()
    schools = explorer.year.schools
    print(f"{len(schools)} schools, {schools['unit'].nunique()} wards")
    for asked in CHOICES:
        timed(str(asked), lambda a=asked: explorer.choose(**a), explorer._views.clear, rounds)  # type: ignore[misc]
    explorer.choose(education_level="")
    controls = explorer._controls
    assert controls is not None
    group, whole = controls.groups.options[0][1], "all"

    def pick(widget: Any, value: Any) -> Callable[[], None]:
        return lambda: setattr(widget, "value", value)

    timed("all schools", pick(controls.groups, whole), pick(controls.groups, group), rounds)
    first, second = explorer.schools["school_id"].iloc[:2]
    timed("a school", pick(controls.schools, first), pick(controls.schools, second), rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=5, metavar="ROUNDS")
    main(parser.parse_args().n)
