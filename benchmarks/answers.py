"""Write what `accreditation check` makes of workbooks as four plain tables, for a judge of answers.

    python benchmarks/answers.py FOLDER OUT

FOLDER holds `truong_YYYY-YYYY.xlsx` and `targets.csv` (level, measure such as "kd>=1", target as a
share of 1). OUT gets clean.csv (the schools of which nothing is in doubt, with short names),
quarantine.csv (year and sheet row of all others), distribution.csv and gaps.csv. A level is the one
stated, whether still in force or not. The judge counts whole rows only, as we did once; the figures
of `check` count every school.
"""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from check_national import ROOT

from analysis.reference import bare, read_rules

COLUMNS = {
    "code": "school_code",
    "name": "school_name",
    "ward": "unit",
    "district": "district",
    "province": "province",
    "level": "education_level",
    "ownership": "ownership",
    "kd_level": "kdclgd_level",
    "kd_decision": "kdclgd_decision",
    "kd_date": "kdclgd_date",
    "cqg_level": "cqg_level",
    "cqg_decision": "cqg_decision",
    "cqg_date": "cqg_date",
    "classes": "classes",
    "pupils": "pupils",
    "girls": "girls",
    "managers": "managers",
    "teachers": "teachers",
    "qualified_teachers": "qualified_teachers",
    "staff": "staff",
    "rooms": "rooms",
    "solid_rooms": "solid_rooms",
    "area_m2": "area_m2",
    "note": "note",
}
LEVELS = range(5)
Row = dict[str, Any]


def check(workbook: Path) -> dict[str, Any]:
    """The answer of the command about one workbook."""
    years = workbook.stem.partition("_")[2]
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "answer.json")
        run = [sys.executable, "-m", "analysis.cli", "check", str(workbook), "--school-year", years]
        subprocess.run(
            [*run, "--json", str(answer)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        return dict(json.loads(answer.read_text(encoding="utf-8")))


def clean_rows(answer: dict[str, Any], year: str) -> Iterable[Row]:
    """The accepted rows with short names: codes for kinds of schools, 0 for no level."""
    rules = read_rules()
    headings = {short: rules.columns[name].heading for short, name in COLUMNS.items()}
    words = {
        n: {w: c for c, w in rules.standard[n].items()} for n in ("education_level", "ownership")
    }
    counted_as = rules.regulations["ownership"]["counted_as"]
    doubtful = doubtful_schools(answer)
    for row in answer["accepted"]:
        if row["school"] in doubtful:
            continue
        given = {short: row["values"].get(heading) for short, heading in headings.items()}
        given["level"] = words["education_level"].get(given["level"], given["level"])
        kind = words["ownership"].get(given["ownership"], given["ownership"])
        given["ownership"] = counted_as.get(kind, kind)
        levels = {name: given[name] or 0 for name in ("kd_level", "cqg_level")}
        yield {"year": year, **given, **levels}


def doubtful_schools(answer: dict[str, Any]) -> set[str]:
    """The schools of which some cell is in doubt, or says that a level is asked for: to the judge
    that is no value."""
    spellings, rows = read_rules().spellings["level"], {doubt["row"] for doubt in answer["doubts"]}
    for repair in answer["repairs"]:
        if spellings.get(bare(repair["raw"])) == "pending":
            rows.add(int(repair["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    return {row["school"] for row in answer["accepted"] if row["row"] in rows}


def quarantine_rows(answer: dict[str, Any], year: str) -> Iterable[Row]:
    """Each row of a school with a doubt, or set aside, once."""
    doubtful = doubtful_schools(answer)
    rows = {row["row"] for row in answer["accepted"] if row["school"] in doubtful}
    for row in sorted(rows | {fault["row"] for fault in answer["quarantined"]}):
        yield {"year": year, "sheet_row": row}


def distribution(rows: list[Row]) -> Iterable[Row]:
    """How many schools of each year and education level are at each level of KĐCLGD."""
    count = Counter((r["year"], r["level"], r["kd_level"]) for r in rows)
    total = Counter((r["year"], r["level"]) for r in rows)
    for year, level in sorted(total):
        for rank in LEVELS:
            n = count[year, level, rank]
            share = n / total[year, level]
            yield {"year": year, "level": level, "kd_level": rank, "n": n, "share": share}


def gaps(rows: list[Row], targets: list[Row]) -> Iterable[Row]:
    """The share at a level or higher against its target: points, and schools still needed."""
    for year in sorted({r["year"] for r in rows}):
        for target in targets:
            scheme, _, least = target["measure"].partition(">=")
            group = [r for r in rows if (r["year"], r["level"]) == (year, target["level"])]
            have = sum(r[f"{scheme}_level"] >= int(least) for r in group)
            wanted = float(target["target"])
            needed = math.ceil(wanted * len(group) - 1e-9)
            yield {
                "year": year,
                "level": target["level"],
                "measure": target["measure"],
                "actual": have / len(group),
                "gap_pp": 100 * (have / len(group) - wanted),
                "gap_schools": max(0, needed - have),
            }


def _save(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Check every workbook of a folder and write the four tables."""
    folder, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    accepted: list[Row] = []
    set_aside: list[Row] = []
    for workbook in sorted(folder.glob("truong_*.xlsx")):
        answer, year = check(workbook), workbook.stem[7:11]
        accepted += clean_rows(answer, year)
        set_aside += quarantine_rows(answer, year)
    with (folder / "targets.csv").open(encoding="utf-8", newline="") as file:
        targets = list(csv.DictReader(file))
    _save(out / "clean.csv", accepted)
    _save(out / "quarantine.csv", set_aside)
    _save(out / "distribution.csv", list(distribution(accepted)))
    _save(out / "gaps.csv", list(gaps(accepted, targets)))


if __name__ == "__main__":
    main()
