"""Do the tests notice when the code is changed? Mutation testing, group by group.

    pip install mutmut==3.8.1
    python benchmarks/mutation.py FOLDER [GROUP ...]

Groups stand in mutation.toml. Each is copied into FOLDER, where mutmut (Linux, macOS) changes the
code a little in every place it can and runs the tests of the group; a change no test notices has
survived. Prints killed and survived of each group; `mutmut show NAME` in the copy shows a change.
Searches that take long are left out and the others try few examples, so a figure can only be too
low.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
NEEDED = ["analysis", "tests", "data", "benchmarks", "pyproject.toml"]
SLOW = [
    "tests/test_outlook.py::test_the_smallest_set_equals_brute_force",
    "tests/test_outlook.py::test_every_single_set_of_candidates_was_tried",
    "tests/test_readings.py::test_unevenness_equals_brute_force",
    "tests/test_compare.py::test_gaps_equal_brute_force",
    "tests/test_clean.py::test_rows_are_conserved",
    "tests/test_measure.py::test_counts_equal_a_plain_count",
    "tests/test_measure.py::test_sums_shares_and_order_hold",
    "tests/test_measure.py::test_the_order_of_rows_changes_nothing",
    "tests/test_unclear.py::test_a_table_and_the_rows_of_workbooks_are_counted_alike",
    "tests/test_bridge.py::test_start_and_all_steps_are_end_for_each_group_and_level",
]
# What pytest collects at the end of each run takes three times as long as a small test.
FAST = [
    "--hypothesis-profile=mutation",
    *(f"-pno:{name}" for name in ("unraisableexception", "threadexception", "cacheprovider")),
]


def main(folder: Path, names: list[str]) -> None:
    """Run the groups named, or all of them."""
    groups = tomllib.loads((HERE / "mutation.toml").read_text(encoding="utf-8"))
    for name in names or groups:
        copy = copied(folder / name, groups[name])
        subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2"], cwd=copy)
        print(told(name, copy, groups[name]["wanted"]), flush=True)


def copied(copy: Path, group: dict[str, Any]) -> Path:
    """The project in a folder of its own, with the settings of the group."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in NEEDED:
        make = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        make(ROOT / name, copy / name)
    settings = {
        "source_paths": ["analysis"],
        "only_mutate": group["code"],
        "also_copy": ["data", "benchmarks"],
        "pytest_add_cli_args_test_selection": group["tests"],
        "pytest_add_cli_args": [*FAST, *(f"--deselect={test}" for test in SLOW)],
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", "[tool.mutmut]", *lines, ""]))
    return copy


def told(name: str, copy: Path, wanted: int) -> str:
    """Killed of all, and what survived, by name."""
    command = [sys.executable, "-m", "mutmut", "results", "--all", "true"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True)
    lines = [line.strip().split(": ") for line in done.stdout.splitlines() if ": " in line]
    counts = Counter(status for _, status in lines)
    killed = counts["killed"] + counts["timeout"]
    total = sum(counts.values()) - counts["not checked"]
    share = f"{100 * killed / total:.1f}%" if total else "none"
    left = sorted(mutant for mutant, status in lines if status not in ("killed", "timeout"))
    head = f"{name}: {killed}/{total} killed ({share}, wanted {wanted}%), {dict(counts)}"
    return "\n".join([head, *(f"  {mutant}" for mutant in left)])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
