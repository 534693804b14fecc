"""Everything that is measured, in one command: the data, ours and the peers, ratios and answers.

    python benchmarks/all.py FOLDER [--quick] [-n ROUNDS] [--criteria PYTHON]

FOLDER is filled with made-up data (about 200 MB; `--quick`: a province instead of a country, and
three years instead of ten) and with the libraries of the peers, which are not the project's own:
polars, fastexcel, papermill. What cannot be installed or is not on the machine (R) is left out
with a reason; so is `criteria.py` without PYTHON, that of an environment with the extra
`[criteria]`. Each part judges the answers before it measures. Exit status 1 where an answer is not
right.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PEERS = {"tables": ["polars", "fastexcel"], "chain": ["papermill"]}


def install(folder: Path) -> dict[str, list[str]]:
    """The options by which the parts are told where the peers' libraries lie."""
    options = {}
    for name, option in {"tables": "--libraries", "chain": "--papermill"}.items():
        place = folder / "libraries" / name
        if (
            not place.exists()
            and subprocess.run([*_installer(), str(place), *PEERS[name]]).returncode
        ):
            print(f"{', '.join(PEERS[name])}: left out, not installed")
            shutil.rmtree(place, ignore_errors=True)
        options[name] = [option, str(place)] if place.exists() else []
    return options


def _installer() -> list[str]:
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--target"]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--target"]


def parts(folder: Path, quick: bool, rounds: int, criteria: str | None) -> list[list[str]]:
    """The scripts with their options, in order; each begins with the Python that runs it."""
    more, country = install(folder), str(folder / "country")
    schools, years = ("2000", "3") if quick else ("45000", "10")
    often, office = ["-n", str(rounds)], str(folder / "office")
    found = [
        ["make_national.py", country, "--schools", schools],
        ["side_by_side.py", country, *often],
        ["peers.py", country, *often, *more["tables"]],
        ["country.py", str(folder / "years"), "--schools", schools, "--years", years],
        ["rerun.py", office, "--schools", "600", *often, *more["chain"]],
        ["charts.py", *often],
        ["growth.py", *(["--least", "450", "--most", "4500"] if quick else [])],
    ]
    commands = [[sys.executable, *one] for one in found]
    if criteria:
        size = ["--schools", schools, "--years", "3" if quick else "20"]
        commands.append([criteria, "criteria.py", str(folder / "criteria"), *size, *often])
    else:
        print("criteria.py: left out, --criteria names no Python")
    return commands


def main() -> None:
    """Run every part, then say which were not right."""
    parser = argparse.ArgumentParser(description="Measure everything beside the peers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--criteria", metavar="PYTHON")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    asked = (options.quick, options.rounds, options.criteria)
    for python, script, *given in parts(options.folder.resolve(), *asked):
        print(f"\n== {script} {' '.join(given)}", flush=True)
        if subprocess.run([python, str(HERE / script), *given]).returncode:
            wrong.append(script)
    print("\nnot right: " + ", ".join(wrong) if wrong else "\nall answers right")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
