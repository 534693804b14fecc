"""How much computing do the twelve charts take, beside the way notebooks usually draw them?

    python benchmarks/charts.py [-n ROUNDS]

The same twelve tables of the example office are drawn to PNG (1920 x 1080) and SVG by two
processes in turn: ours, and seaborn with pyplot as a notebook does it, one `savefig` a file with
bbox_inches="tight". What importing and reading the tables takes is measured by itself and taken
off, so that the ratio is of drawing alone. Needs a system that tells what a process used (Linux,
macOS).
"""

from __future__ import annotations

import argparse
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
_START = """
import pickle, sys
sys.path[:0] = [{images!r}, {here!r}]
"""
_OURS = _START + "import analysis.charts\nfrom example_tables import CHARTS, draw\n"
_USUAL = _START + "import matplotlib; matplotlib.use('agg')\nimport seaborn_charts\n"
_READ = "tables = pickle.load(open(sys.argv[1], 'rb'))\n"
_DRAW_OURS = """
for name in CHARTS:
    chart = draw(name, tables)
    open(f"{sys.argv[2]}/{name}.png", "wb").write(chart.png())
    open(f"{sys.argv[2]}/{name}.svg", "wb").write(chart.svg())
"""
_DRAW_USUAL = "seaborn_charts.draw_all(tables, sys.argv[2])\n"


def main() -> None:
    """Print the medians of the rounds, and the ratio of what is above the imports."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", "--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder, "tables.pickle")
        tables.write_bytes(pickle.dumps(_tables()))
        programs = {
            "ours, imports": _OURS + _READ,
            "ours, twelve charts": _OURS + _READ + _DRAW_OURS,
            "usual, imports": _USUAL + _READ,
            "usual, twelve charts": _USUAL + _READ + _DRAW_USUAL,
        }
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(rounds):
            for name, program in programs.items():
                seconds[name].append(_cpu(program, tables, folder))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        print(f"{name:22} {median:6.2f} CPU s")
    ours, usual = (
        medians[f"{who}, twelve charts"] - medians[f"{who}, imports"] for who in ("ours", "usual")
    )
    print(f"above imports: {ours:.2f} / {usual:.2f} = {ours / usual:.2f}")


def _tables() -> object:
    sys.path.insert(0, str(ROOT / "docs" / "images"))
    from example_tables import read_tables

    return read_tables()


def _cpu(program: str, tables: Path, folder: str) -> float:
    """User and system seconds of a process that runs the program."""
    places = {"images": str(ROOT / "docs" / "images"), "here": str(Path(__file__).parent)}
    code = program.replace("{images!r}", repr(places["images"]))
    code = code.replace("{here!r}", repr(places["here"]))
    before = os.times()
    subprocess.run([sys.executable, "-c", code, str(tables), folder], check=True, cwd=ROOT)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


if __name__ == "__main__":
    main()
