"""A whole country over ten years: from workbooks to distributions, targets and gaps.

    python benchmarks/country.py FOLDER [--schools 45000] [--years 10] [-n ROUNDS]

makes FOLDER/office with one national workbook a year (if it is not there) and runs in turn: what
python-calamine takes to read the workbooks and do nothing with them, `accreditation years` in one
process and in two, then the same by way of tables (`load_year`), with what was read already kept.
Prints CPU seconds, seconds that passed and the largest memory of one process, and how many counts
are those of the truth. Exit status 1 where a count is not right.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from pathlib import Path

from rerun import make_office
from side_by_side import show, side_by_side

BARE = """
import sys
from python_calamine import CalamineWorkbook
for path in sys.argv[1:]:
    book = CalamineWorkbook.from_path(path)
    cells = [book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names]
"""
TABLES = """
import sys
import pandas as pd
import analysis as an
from analysis.reference import read_reference
home, out = sys.argv[1:]
levels = []
for name in sorted(read_reference(home).years):
    year = an.load_year(name, home=home)
    by = {"by": "education_level"}
    levels += [an.measure_levels(year, scheme=["kdclgd", "cqg"], **by)]
    assert len(an.compare_to_targets(year, **by))
pd.concat(levels).to_csv(out + "/levels.csv", index=False)
"""


def judge(home: Path, found: Path) -> str:
    """How many counts of all years are those of the truth."""
    truth = {}
    for path in sorted((home / "made").glob("*/truth/levels.csv")):
        with path.open(encoding="utf-8") as file:
            for r in csv.DictReader(file):
                year = path.parent.parent.name
                truth[year, r["scheme"], r["education_level"], r["standing"]] = r["schools"]
    with (found / "levels.csv").open(encoding="utf-8-sig") as file:
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
    parser.add_argument("-n", "--rounds", type=int, default=3)
    options = parser.parse_args()
    home = options.folder.resolve() / "office"
    if not home.exists():
        years = [f"{y}-{y + 1}" for y in range(2025 - options.years, 2025)]
        make_office(home, options.schools, years)
    books = [str(path) for path in sorted((home / "data" / "raw").rglob("*.xlsx"))]
    python, right = sys.executable, True
    with tempfile.TemporaryDirectory() as out:
        years_job = [python, "-m", "analysis.cli", "years", "--home", str(home), "--out", out]
        commands = {
            "bare python-calamine": [python, "-c", BARE, *books],
            "accreditation years, 1 process": [*years_job, "--processes", "1"],
            "accreditation years, 2 processes": [*years_job, "--processes", "2"],
        }
        show(side_by_side(commands, options.rounds))
        right &= told("accreditation years", judge(home, Path(out)))
        shutil.rmtree(home / ".cache", ignore_errors=True)  # what an earlier call has kept
        tables = [python, "-c", TABLES, str(home), out]
        commands = {"bare": commands["bare python-calamine"], "tables, nothing to read": tables}
        show(side_by_side(commands, 1))  # the round that is not counted reads and keeps
        right &= told("tables", judge(home, Path(out)))
    sys.exit(not right)


def told(name: str, counts: str) -> bool:
    """Say how many counts are right; all of them?"""
    print(f"{name}: counts right: {counts}")
    part, _, whole = counts.partition("/")
    return part == whole


if __name__ == "__main__":
    main()
