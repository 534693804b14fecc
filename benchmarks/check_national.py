"""Is what `accreditation check` says of a national workbook true?

    python benchmarks/check_national.py FOLDER

FOLDER is one that make_national.py filled. Runs the command with --json and --csv and compares,
row by row: the values of the rows without a doubt, the rows of schools with one (and those set
aside), the rows ignored, and how many schools without a doubt stand where, by education level. Exit
status 0 only if all of it is right.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WORDS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("national.toml").read_text(encoding="utf-8")
)
# The answer gives each column by its standard heading; those below differ from the sheet's.
HEADINGS = {
    "unit": "Xã/phường",
    "district": "Quận/huyện",
    "province": "Tỉnh/thành phố",
    "girls": "Số học sinh nữ",
    "qualified_teachers": "Số giáo viên đạt chuẩn",
    "solid_rooms": "Số phòng học kiên cố",
    "kdclgd_decision": "KĐCLGD - Số quyết định",
    "cqg_decision": "CQG - Số quyết định",
}


def workbook(folder: Path) -> Path:
    """The workbook in a folder that make_national.py filled."""
    return next(folder.glob("schools_*.xlsx"))


def command(path: Path, *more: str) -> list[str]:
    """The command line that checks a workbook."""
    year = path.stem.removeprefix("schools_")
    return [sys.executable, "-m", "analysis.cli", "check", str(path), "--school-year", year, *more]


def judge(folder: Path) -> dict[str, str]:
    """For each thing compared, how many are right of how many; "12/12" where all are."""
    with tempfile.TemporaryDirectory() as out:
        more = ["--json", f"{out}/answer.json", "--csv", out]
        run = command(workbook(folder), *more)
        subprocess.run(run, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        answer = json.loads(Path(out, "answer.json").read_text(encoding="utf-8"))
        schools = [line for line in _read(Path(out, "schools.csv")) if not line["doubts"]]
    doubtful = doubtful_rows(answer)
    sure = [row for row in answer["accepted"] if row["row"] not in doubtful]
    truth = {p.stem: _read(p) for p in (folder / "truth").glob("*.csv")}
    return {
        "rows without a doubt, all values": _accepted(sure, truth["accepted"]),
        "rows with a doubt": _rows([{"row": row} for row in doubtful], truth["set_aside"]),
        "rows ignored": _rows(answer["ignored"], truth["ignored"]),
        "schools by level and standing": _levels(schools, truth["levels"]),
    }


def doubtful_rows(answer: dict[str, Any]) -> set[int]:
    """The rows of schools of which something is in doubt, and the rows set aside."""
    doubted = {doubt["row"] for doubt in answer["doubts"]}
    schools = {row["school"] for row in answer["accepted"] if row["row"] in doubted}
    found = {row["row"] for row in answer["accepted"] if row["school"] in schools}
    return found | {row["row"] for row in answer["quarantined"]}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _accepted(found: list[dict[str, Any]], truth: list[dict[str, str]]) -> str:
    by_row = {str(row["row"]): row["values"] for row in found}
    right = sum(_same(by_row.pop(line["row"], {}), line) for line in truth)
    return f"{right}/{len(truth) + len(by_row)}"


def _same(values: dict[str, Any], line: dict[str, str]) -> bool:
    return all(_said(values, name) == text for name, text in line.items() if name != "row")


def _said(values: dict[str, Any], name: str) -> str:
    """A value as the truth writes it; education level and ownership by their code."""
    above = WORDS["columns"][name][1:]
    heading = " - ".join([*above, WORDS["columns"][name][0]])
    value = values.get(HEADINGS.get(name, heading))
    if name in ("education_level", "ownership"):
        codes = {facts["written"][0]: code for code, facts in WORDS[name].items()}
        return codes.get(str(value), str(value))
    if name.endswith("_level"):
        return str(value or 0)  # "Chưa đạt" is no number; where such schools stand is in levels.csv
    return "" if value is None else str(value)


def _rows(found: list[dict[str, Any]], truth: list[dict[str, str]]) -> str:
    ours, right = {str(f["row"]) for f in found}, {line["row"] for line in truth}
    return f"{len(ours & right)}/{len(ours | right)}"


def _levels(found: list[dict[str, str]], truth: list[dict[str, str]]) -> str:
    schemes = ("kdclgd", "cqg")
    counted = Counter((s, line["education_level"], line[f"{s}_standing"])
                      for line in found for s in schemes)  # fmt: skip
    ours = {key: str(n) for key, n in counted.items()}
    names = ("scheme", "education_level", "standing")
    right = {tuple(line[k] for k in names): line["schools"] for line in truth}
    same = sum(ours.get(key) == n for key, n in right.items())
    return f"{same}/{len(ours.keys() | right.keys())}"


def all_right(verdict: dict[str, str]) -> bool:
    """Is everything that was compared right?"""
    return all(a == b != "0" for a, _, b in (text.partition("/") for text in verdict.values()))


if __name__ == "__main__":
    verdict = judge(Path(sys.argv[1]).resolve())
    print(*(f"{text:>15}  {name}" for name, text in verdict.items()), sep="\n")
    sys.exit(not all_right(verdict))
