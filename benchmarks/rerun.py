"""The year's rerun: how long does `accreditation run` take beside the usual chain?

    python benchmarks/rerun.py FOLDER [--papermill DIR] [--schools 600] [-n ROUNDS]

makes an office with five school years in FOLDER (if it is not there), then runs in turn: ours, ours
with nothing changed, and the usual chain: papermill on the same notebooks one after the other,
nbconvert for the pages, and a script that writes the same tables. DIR: where `pip install
--target DIR papermill` put it; without it only ours is run. First the counts are compared with the
truth, and last the charts and tables of the two ways with each other.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

from check_national import ROOT
from side_by_side import show, side_by_side

YEARS = ["2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025"]
YEAR = YEARS[-1]
SETTINGS = """school_year = "{year}"
as_of = {end}-05-31
target_set = "huong-tra-2022-2025"
synthetic = true
"""
CHAIN = """
import os, subprocess, sys
from pathlib import Path
home, out, year = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
quiet = {"check": True, "stderr": subprocess.DEVNULL}
(out / "notebooks").mkdir(parents=True, exist_ok=True)
os.environ.update(ACCREDITATION_HOME=str(home), ACCREDITATION_OUTPUT=str(out))
os.environ["PYTHONPATH"] += os.pathsep + sys.argv[4]
for path in sorted((home / "notebooks").glob("[0-9][0-9]_*.ipynb")):
    made = out / "notebooks" / path.name
    run = [sys.executable, "-m", "papermill", str(path), str(made), "-p", "school_year", year]
    subprocess.run([*run, "-k", "python3", "--no-progress-bar"], **quiet)
    page = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", str(made)]
    subprocess.run([*page, "--output-dir", str(out)], **quiet)
from analysis.export.saved import SavedCharts
from analysis.export.summary import summarize
from analysis.work.measured import write_tables
from analysis.notebook.school_year import load_year
read = load_year(year, home=home)
write_tables(out, read, summarize(read, SavedCharts((), read.about)))
"""


def make_office(home: Path, schools: int, years: list[str]) -> None:
    """School years of made-up schools, with the notebooks and targets of the project."""
    for name in ("notebooks", "data/targets"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "data" / "office.toml", home / "data")
    (home / "data" / "years").mkdir()
    maker = [sys.executable, str(Path(__file__).with_name("make_national.py"))]
    for year in years:
        made, raw = home / "made" / year, home / "data" / "raw" / year
        more = ["--schools", str(schools), "--school-year", year]
        subprocess.run([*maker, str(made), *more], check=True)
        raw.mkdir(parents=True)
        shutil.move(next(made.glob("*.xlsx")), raw)
        text = SETTINGS.format(year=year, end=year[5:])
        (home / "data" / "years" / f"{year}.toml").write_text(text, encoding="utf-8")


def judge(home: Path) -> bool:
    """Are the published counts those of the truth?"""
    with (home / "made" / YEAR / "truth" / "levels.csv").open(encoding="utf-8") as file:
        truth = {
            (r["scheme"], r["education_level"], r["standing"]): r["schools"]
            for r in csv.DictReader(file)
        }
    found = {}
    for path in (home / "figures" / YEAR / "so_lieu").glob("*_theo_education_level.csv"):
        with path.open(encoding="utf-8-sig") as file:
            for r in csv.DictReader(file):
                if r["group"] != "all" and r["schools_count"] != "0":
                    found[r["scheme"], r["group"], r["standing"]] = r["schools_count"]
    print(f"counts right: {sum(found.get(k) == n for k, n in truth.items())}/{len(truth | found)}")
    return found == truth


def same(home: Path, out: Path) -> bool:
    """Do both ways give the same charts and tables?"""
    ours = home / "figures" / YEAR
    names = [p.relative_to(ours) for p in ours.rglob("*") if p.suffix in (".png", ".svg", ".csv")]
    equal = [
        n
        for n in names
        for made in [out / n if (out / n).exists() else out / n.name]  # a chain puts all in one
        if made.exists() and made.read_bytes() == (ours / n).read_bytes()
    ]
    print(f"charts and tables alike: {len(equal)}/{len(names)}")
    return len(equal) == len(names)


def main() -> None:
    """Make, judge, run in turn, compare."""
    parser = argparse.ArgumentParser(description="Measure the rerun of a school year.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papermill", type=Path)
    parser.add_argument("--schools", type=int, default=600)
    parser.add_argument("-n", "--rounds", type=int, default=5)
    options = parser.parse_args()
    home, out = options.folder.resolve() / "office", options.folder.resolve() / "chain"
    if not home.exists():
        make_office(home, options.schools, YEARS)
    os.environ["TQDM_DISABLE"] = "1"  # bars of progress do not belong among the figures
    run = [sys.executable, "-m", "analysis.cli", "run", YEAR, "--home", str(home)]
    subprocess.run(run, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    right = judge(home)
    commands = {"accreditation run --force": [*run, "--force"], "nothing changed": run}
    if options.papermill:
        chain = [sys.executable, "-c", CHAIN, str(home), str(out), YEAR]
        commands["usual chain"] = [*chain, str(options.papermill.resolve())]
    commands["python -c pass"] = [sys.executable, "-c", "pass"]
    show(side_by_side(commands, options.rounds))
    right &= not options.papermill or same(home, out)
    sys.exit(not right)


if __name__ == "__main__":
    main()
