"""How does the cost of every public function grow from 4,500 to 45,000 schools?

    python benchmarks/growth.py [FOLDER] [--least 4500] [--most 45000] [-n ROUNDS]

Prints, for each function, CPU seconds at both sizes and the exponent between them: 1 is in
proportion, 2 the trap. Ends with 1 if one that takes more than a moment is above 1.15.
"""

from __future__ import annotations

import argparse
import gc
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
MOST, MOMENT = 1.15, 0.05
YEAR = "2024-2025"
Work = Callable[[], Any]


def works(book: Path, out: Path) -> dict[str, Work]:
    """Each public function with the arguments an analyst would give it, by its name."""
    import analysis as an
    from analysis.export.tables import export_csv, export_tables

    reference = an.read_reference()
    rules, targets = reference.rules, next(iter(reference.target_sets.values()))
    about, day = reference.about(YEAR), reference.rules.as_of(YEAR)
    raw = an.read_raw(book, rules)
    cleaned = an.clean_schools(raw, rules, school_year=YEAR)
    held = an.status_on(cleaned.schools, day, rules)
    issues = cleaned.issues()
    levels = an.measure_levels(held, scheme="cqg", by="unit", kept_out=cleaned.kept_out)
    by_level = an.measure_levels(held, scheme="cqg", by="education_level")
    gaps = an.compare_to_targets(held, targets, by="education_level")
    tables = {"levels": by_level, "gaps": gaps}
    whole: dict[str, Work] = {
        "read_raw": lambda: an.read_raw(book, rules),
        "clean_schools": lambda: an.clean_schools(raw, rules, school_year=YEAR),
        "Cleaned.issues": cleaned.issues,
        "count_repairs": lambda: an.count_repairs(issues[issues["outcome"] == "repaired"]),
        "list_remarks": lambda: an.list_remarks(cleaned.remarks),
        "status_on": lambda: an.status_on(cleaned.schools, day, rules),
        "compare_to_targets": lambda: an.compare_to_targets(
            held, targets, kept_out=cleaned.kept_out
        ),
        "compare_groups": lambda: an.compare_groups(gaps),
        "foremost_groups": lambda: an.foremost_groups(levels),
        "chart_levels": lambda: an.chart_levels(by_level, about=about),
        "chart_targets": lambda: an.chart_targets(
            an.compare_to_targets(held, targets), about=about
        ),
        "chart_gaps": lambda: an.chart_gaps(gaps, about=about, target_id="K1"),
        "tell_levels": lambda: an.tell_levels(by_level, about=about),
        "tell_targets": lambda: an.tell_targets(an.compare_to_targets(held, targets), about=about),
        "show_table": lambda: an.show_table(levels)._repr_html_(),
        "export_csv": lambda: export_csv(held, out / "schools.csv"),
        "export_tables": lambda: export_tables(tables, out / "tables.xlsx", about=about),
    }
    for by in (None, "education_level", "unit", "ownership"):
        whole[f"measure_levels by {by}"] = lambda by=by: an.measure_levels(
            held, scheme="kdclgd", by=by, base="eligible", kept_out=cleaned.kept_out
        )
    return whole


def cpu(work: Work, rounds: int) -> float:
    """The least CPU time of some rounds: what the others took more was the machine."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def workbook(folder: Path, schools: int) -> Path:
    """A made-up national workbook of so many schools, made if it is not there."""
    place = folder / str(schools)
    book = place / f"schools_{YEAR}.xlsx"
    if not book.exists():
        maker = Path(__file__).with_name("make_national.py")
        run = [sys.executable, str(maker), str(place), "--schools", str(schools)]
        subprocess.run(run, check=True)
    return book


def main() -> None:
    """Make both sizes, time every function at both, tell the exponents."""
    parser = argparse.ArgumentParser(description="Measure how cost grows with the schools.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--least", type=int, default=4_500)
    parser.add_argument("--most", type=int, default=45_000)
    parser.add_argument("-n", "--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        sizes = (options.least, options.most)
        small, large = (works(workbook(folder, size), Path(made)) for size in sizes)
        steep = []
        print(f"{'':28} {sizes[0]:>9,} {sizes[1]:>9,}  exponent")
        for name, work in small.items():
            less, more = cpu(work, options.rounds), cpu(large[name], options.rounds)
            exponent = math.log(more / less) / math.log(sizes[1] / sizes[0])
            steep += [name] if exponent > MOST and more > MOMENT else []
            print(f"{name:28} {less:9.3f} {more:9.3f}  {exponent:8.2f}")
    print("too steep:", ", ".join(steep) or "none")
    sys.exit(bool(steep))


if __name__ == "__main__":
    main()
