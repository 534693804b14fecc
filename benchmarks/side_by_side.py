"""How much computing does reading and checking a national workbook take, beside a bare reading?

    python benchmarks/side_by_side.py FOLDER [-n ROUNDS] [WORKBOOK ...]

FOLDER is one that make_national.py filled; its answers are judged first, for a fast wrong answer
is worth nothing. Then whole processes run in turn, so that the ratios hold on a machine that is
busy with other things, and the medians are printed: CPU seconds (user and system), wall seconds,
the largest memory, and each against the base, which reads all cells with python-calamine and does
nothing with them. WORKBOOKs named are read as well (the same data saved by other programs).
Needs a system that tells what a process used (Linux, macOS).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from check_national import ROOT, command, workbook

BARE = """
import sys
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
cells = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
"""
START = """
import sys
from pathlib import Path
import numpy
from analysis.workbooks import open_book
"""
READ = START + "book = open_book(Path(sys.argv[1]))"


class Used(NamedTuple):
    """What one process used: seconds of CPU, seconds that passed, megabytes at most."""

    cpu: float
    wall: float
    peak: float


def contenders(path: Path, answer: Path) -> dict[str, list[str]]:
    """The commands to run, by the name to show."""
    python = sys.executable
    return {
        "bare python-calamine": [python, "-c", BARE, str(path)],
        "read only": [python, "-c", READ, str(path)],
        "  of which start and imports": [python, "-c", START],
        "accreditation check": command(path),
        "accreditation check --json": command(path, "--json", str(answer)),
        "import pandas": [python, "-c", "import pandas"],
        "import numpy": [python, "-c", "import numpy"],
        "import analysis": [python, "-c", "import analysis"],
        "accreditation --help": [python, "-m", "analysis.cli", "--help"],
        "python -c pass": [python, "-c", "pass"],
    }


def run_once(run: list[str], environment: dict[str, str]) -> Used:
    """Run one process to its end."""
    start = time.monotonic()
    child = subprocess.Popen(run, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"failed: {run}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Used(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / unit)


def side_by_side(commands: dict[str, list[str]], rounds: int) -> dict[str, list[Used]]:
    """Each command once a round, in turn; the round before the first is not counted.

    Byte code is kept for the rounds, as it is on the machine of somebody who works with it.
    """
    used: dict[str, list[Used]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as kept:
        places = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        environment = dict(os.environ, PYTHONPATH=places, PYTHONPYCACHEPREFIX=kept)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(rounds + 1):
            for name, run in commands.items():
                once = run_once(run, environment)
                if number:
                    used[name].append(once)
    return used


def show(used: dict[str, list[Used]]) -> None:
    """A line for each command; the first one is the base of the ratios."""
    base = next(iter(used.values()))
    print(f"{'':28} {'CPU s':>7} {'wall s':>7} {'MiB':>5} {'CPU':>6} {'wall':>6} {'memory':>6}")
    for name, runs in used.items():
        cpu, wall, peak = (statistics.median(values) for values in zip(*runs, strict=True))
        ratios = [
            statistics.median(one / other for one, other in zip(mine, theirs, strict=True))
            for mine, theirs in zip(zip(*runs, strict=True), zip(*base, strict=True), strict=True)
        ]
        told = " ".join(f"{ratio:6.2f}" for ratio in ratios)
        print(f"{name:28} {cpu:7.3f} {wall:7.3f} {peak:5.0f} {told}")


def main() -> None:
    """Judge, then measure."""
    parser = argparse.ArgumentParser(description="Measure reading and checking side by side.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("workbooks", nargs="*", type=Path)
    parser.add_argument("-n", "--rounds", type=int, default=7)
    options = parser.parse_args()
    folder = options.folder.resolve()
    # In a process of its own: what this one holds would count as memory of those it starts.
    judge = [sys.executable, str(Path(__file__).with_name("check_national.py")), str(folder)]
    if subprocess.run(judge, env=dict(os.environ, PYTHONPATH=str(ROOT))).returncode:
        raise SystemExit("The answers are not all right, so their speed is not measured.")
    with tempfile.TemporaryDirectory() as out:
        show(side_by_side(contenders(workbook(folder), Path(out, "answer.json")), options.rounds))
        for path in options.workbooks:
            both = list(contenders(path.resolve(), Path(out)).items())[:3]
            print(f"\n{path.name}")
            show(side_by_side(dict(both), options.rounds))


if __name__ == "__main__":
    main()
