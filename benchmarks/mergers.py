"""What does it take to tell what a plan of mergers does: 1,153 schools that become 628?

    python benchmarks/mergers.py [FOLDER] [--schools 1153] [--merged 628] [-n ROUNDS]

Makes an office and a plan, runs `accreditation plan-mergers` as a process of its own, judges the
number of schools it tells, and prints the medians of CPU seconds and the largest memory. At most
5 s and 300 MB are wanted: ends with 1 where it takes more. Needs a system that tells what a process
used (Linux, macOS).
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from check_national import ROOT
from rerun import YEAR, make_office
from side_by_side import run_once

MOST_CPU, MOST_MB = 5, 300


def make_plan(home: Path, path: Path, merged: int) -> int:
    """Neighbours of one education level become one, two and three in turn, until so many schools
    are left; gives how many."""
    sys.path.insert(0, str(ROOT))
    from analysis.notebook.school_year import load_year

    year = load_year(YEAR, home=home)
    rows = year.identified[year.identified["in_scope"]].sort_values(["education_level", "unit"])
    levels: dict[str, list[str]] = defaultdict(list)
    for level, code in zip(rows["education_level"], rows["school_code"].astype("str"), strict=True):
        levels[level] += [code] if code else []
    left = len(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Mã trường", "Trường mới", "Mã mới", "Cấp học mới"])
        for level, codes in levels.items():
            while len(codes) > 1 and left > merged:
                own = [codes.pop() for _ in range(min(2 + left % 2, len(codes), left - merged + 1))]
                left -= len(own) - 1
                writer.writerows([code, f"Trường {left}", f"9{left:07d}", level] for code in own)
    return left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--schools", type=int, default=1153)
    parser.add_argument("--merged", type=int, default=628)
    parser.add_argument("-n", "--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        home = (options.folder or Path(made)) / "office"
        if not home.exists():
            make_office(home, options.schools, [YEAR])
        plan = home / "plan.csv"
        left = make_plan(home, plan, options.merged)
        call = [sys.executable, "-m", "analysis.cli", "plan-mergers", str(plan)]
        call += ["--home", str(home), "--year", YEAR]
        told = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
        if f"/{left} (" not in told.stdout:
            print(f"wrong: {left} schools are not told")
            return 1
        used = [run_once(call, {**os.environ}) for _ in range(options.rounds)]
    cpu, peak = (statistics.median(getattr(u, name) for u in used) for name in ("cpu", "peak"))
    print(f"{options.schools} schools become {left}: {cpu:.2f} s CPU, {peak:.0f} MB")
    return int(cpu > MOST_CPU or peak > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
