"""A whole country over ten years: from workbooks to distributions, targets and gaps.

    python benchmarks/country.py FOLDER [--schools 45000] [--years 10] [--again]

makes FOLDER/office with one national workbook a year (if it is not there), then in one process for
each year in turn: reads, cleans, judges, measures both schemes by education level and compares with
the targets. Prints CPU seconds, seconds that passed and the largest memory, and how many counts are
those of the truth; before that what python-calamine takes to read the same workbooks and do nothing
with them. `--again` does it a second time, when nothing has to be read. Exit status 1 where a count
is not right.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
from pathlib import Path

from rerun import make_office
from side_by_side import run_once

ROOT = Path(__file__).parents[1]
BARE = """
import sys
from python_calamine import CalamineWorkbook
for path in sys.argv[1:]:
    book = CalamineWorkbook.from_path(path)
    cells = [book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names]
"""
MEASURE = """
import sys
import pandas as pd
import analysis as an
home, out = sys.argv[1:]
levels, gaps = [], []
for name in sorted(an.read_reference(home).years):
    year = an.load_year(name, home=home)
    by = {"by": "education_level", "kept_out": year.kept_out}
    levels += [an.measure_levels(year.schools, scheme=s, **by) for s in ("kdclgd", "cqg")]
    gaps.append(an.compare_to_targets(year.schools, year.targets, **by))
pd.concat(levels).to_csv(out, index=False)
assert len(pd.concat(gaps))
"""


def judge(home: Path, found: Path) -> str:
    """How many counts of all years are those of the truth."""
    truth = {}
    for path in sorted((home / "made").glob("*/truth/levels.csv")):
        with path.open(encoding="utf-8") as file:
            for r in csv.DictReader(file):
                year = path.parent.parent.name
                truth[year, r["scheme"], r["education_level"], r["standing"]] = r["schools"]
    with found.open(encoding="utf-8") as file:
        ours = {
            (r["school_year"], r["scheme"], r["group"], r["standing"]): r["schools_count"]
            for r in csv.DictReader(file)
            if r["group"] != "all" and r["schools_count"] != "0"
        }
    return f"{sum(ours.get(k) == n for k, n in truth.items())}/{len(truth.keys() | ours.keys())}"


def main() -> None:
    """Make, measure, judge."""
    parser = argparse.ArgumentParser(description="Measure a whole country over years.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schools", type=int, default=45_000)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    home, found = options.folder.resolve() / "office", options.folder.resolve() / "levels.csv"
    if not home.exists():
        years = [f"{y}-{y + 1}" for y in range(2025 - options.years, 2025)]
        make_office(home, options.schools, years)
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    books = [str(path) for path in sorted((home / "data" / "raw").rglob("*.xlsx"))]
    bare = run_once([sys.executable, "-c", BARE, *books], environment)
    print(f"bare python-calamine: {bare.cpu:.1f} s CPU, {bare.wall:.1f} s, {bare.peak:.0f} MiB")
    shutil.rmtree(home / ".cache", ignore_errors=True)  # what an earlier call has kept
    right = True
    for times in range(1 + options.again):
        used = run_once([sys.executable, "-c", MEASURE, str(home), str(found)], environment)
        name = "again, nothing to read" if times else "from workbooks"
        counts = judge(home, found)
        part, _, whole = counts.partition("/")
        right &= part == whole
        told = f"{used.cpu:.1f} s CPU, {used.wall:.1f} s, {used.peak:.0f} MiB"
        print(f"{name}: {told}, {used.cpu / bare.cpu:.1f} x bare CPU; counts right: {counts}")
    sys.exit(not right)


if __name__ == "__main__":
    main()
