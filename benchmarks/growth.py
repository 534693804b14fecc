"""How does the cost of every public function grow from 4,500 to 45,000 schools?

    python benchmarks/growth.py [FOLDER] [--least 4500] [--most 45000] [-n ROUNDS] [--only NAME ...]

Makes an office of either size with two school years, and prints for each function CPU seconds at
both sizes and the exponent between them: 1 is in proportion, 2 the trap. Functions that do not
depend on the number of schools are named with the reason. Ends with 1 if one that takes more than a
moment is above 1.15, or if a public function is neither timed nor named.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import tempfile
import time
from pathlib import Path

from check_national import ROOT
from rerun import YEARS, make_office

sys.path.insert(0, str(ROOT))
from public_functions import APART, Work, unnamed, works

MOST, MOMENT = 1.15, 0.05


def cpu(work: Work, rounds: int) -> float:
    """The least CPU time of some rounds: what the others took more was the machine."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def office(folder: Path, schools: int) -> Path:
    """A made-up office with so many schools in each of two years, made if it is not there."""
    place = folder / str(schools)
    if not place.exists():
        make_office(place, schools, YEARS[-2:])
    return place


def measure(offices: list[Path], out: Path, rounds: int, only: list[str]) -> dict[str, list[float]]:
    """For each function its cost in each office; one office after the other, to spare memory."""
    costs: dict[str, list[float]] = {}
    for place in offices:
        timed = works(place, out)
        if missing := unnamed(timed):
            raise SystemExit(f"neither timed nor named: {', '.join(missing)}")
        for name, work in timed.items():
            if only and name not in only:
                continue
            costs.setdefault(name, []).append(cpu(work, rounds))
    return costs


def main() -> None:
    """Make both sizes, time every function at both, tell the exponents."""
    parser = argparse.ArgumentParser(description="Measure how cost grows with the schools.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--least", type=int, default=4_500)
    parser.add_argument("--most", type=int, default=45_000)
    parser.add_argument("-n", "--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder, sizes = options.folder or Path(made), (options.least, options.most)
        offices = [office(folder, size) for size in sizes]
        costs, steep = measure(offices, Path(made), options.rounds, options.only), []
        print(f"{'':32} {sizes[0]:>9,} {sizes[1]:>9,}  exponent")
        for name, (less, more) in costs.items():
            exponent = math.log(more / less) / math.log(sizes[1] / sizes[0])
            steep += [name] if exponent > MOST and more > MOMENT else []
            print(f"{name:32} {less:9.3f} {more:9.3f}  {exponent:8.2f}")
    print("not timed:", *(f"  {name}: {why}" for name, why in APART.items()), sep="\n")
    print("too steep:", ", ".join(steep) or "none")
    sys.exit(bool(steep))


if __name__ == "__main__":
    main()
