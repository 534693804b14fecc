"""The national workbook as a competent analyst's script would clean it, in other libraries.

    python benchmarks/peers.py FOLDER [-n ROUNDS] [--libraries DIR]
    python benchmarks/peers.py one LIBRARY WORKBOOK OUT

Each does the same job: clean all 24 columns (peer_cleaning.py, or peers.R with readxl and dplyr),
leave out copies of a row, set aside rows with a cell nobody can repair and schools that contradict
themselves, count the schools of each education level by standing, and compare with targets. OUT
gets clean.csv, quarantine.csv, distribution.csv and gaps.csv. All are compared with the truth
before the ratios are printed. DIR: where `pip install --target DIR polars fastexcel` put them; a
library that is not there is left out.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from check_national import ROOT, WORDS, command, doubtful_rows, workbook
from peer_cleaning import (
    BAD,
    CLEAN,
    COLUMNS,
    GAPS,
    LEVELS,
    SCHEMES,
    SPELLED,
    cleaned,
    gaps,
    text,
    write_csv,
)
from side_by_side import show, side_by_side

LIBRARIES = {
    "pandas-openpyxl-plain": "pandas",
    "pandas-openpyxl": "pandas",
    "pandas-calamine": "pandas",
    "polars": "fastexcel",
}
TIDYVERSE = ("readxl", "stringi", "dplyr", "tidyr")
ANSWERS = {
    "clean": "accepted",
    "quarantine": "set_aside",
    "distribution": "levels",
    "gaps": "gaps",
}
Counts = list[tuple[Any, ...]]


def with_pandas(path: Path, out: Path, as_of: dt.date, engine: str) -> Counts:
    """pandas, reading with openpyxl or calamine; "plain": each cell is cleaned, as most scripts do
    it, not each distinct value."""
    engine, _, is_plain = engine.partition("-")
    import numpy as np
    import pandas as pd

    frame = pd.read_excel(
        path, header=None, names=COLUMNS, dtype=object, engine=engine, keep_default_na=False
    )
    frame.insert(0, "row", frame.index + 1)
    frame = frame[frame["order"].map(lambda v: text(v).isdecimal())].drop(columns="order")
    for name in CLEAN:
        by = CLEAN[name] if is_plain else cleaned(name, frame[name].unique())
        frame[name] = frame[name].map(by)
    bad = frame[list(CLEAN)].eq(BAD).any(axis=1)
    good = frame[~bad].drop_duplicates(list(CLEAN))
    twice = good["school_code"].duplicated(keep=False)
    aside = pd.concat([frame.loc[bad, "row"], good.loc[twice, "row"]])
    aside.to_csv(out / "quarantine.csv", index=False)
    schools = good[~twice]
    schools.to_csv(out / "clean.csv", index=False)
    counts: Counts = []
    for scheme in SCHEMES:
        level = schools[f"{scheme}_level"]
        ends = pd.to_datetime(schools[f"{scheme}_date"]) + pd.DateOffset(years=5)
        held = np.where(ends >= pd.Timestamp(as_of), level, "expired")
        standing = pd.Series(np.where(level == "0", "not_reached", held), schools.index)
        found = schools.groupby(["education_level", standing]).size()
        counts += [(scheme, *key, n) for key, n in found.items()]
    return counts


def with_polars(path: Path, out: Path, as_of: dt.date) -> Counts:
    """polars, reading with fastexcel."""
    import polars as pl

    frame = pl.read_excel(
        path, engine="calamine", has_header=False, infer_schema_length=0, drop_empty_rows=False
    )
    frame = frame.rename(dict(zip(frame.columns, COLUMNS, strict=True))).with_row_index("row", 1)
    frame = frame.filter(pl.col("order").str.contains(r"^\d+(\.0)?$")).drop("order")
    for name in CLEAN:
        new = {
            v: None if c is None else str(c) for v, c in cleaned(name, frame[name].unique()).items()
        }
        frame = frame.with_columns(pl.col(name).replace_strict(new, return_dtype=pl.String))
    bad = pl.any_horizontal(pl.col(list(CLEAN)) == BAD).fill_null(False)
    good = frame.filter(~bad).unique([*CLEAN], keep="first", maintain_order=True)
    twice = pl.col("school_code").is_duplicated()
    aside = [frame.filter(bad).select("row"), good.filter(twice).select("row")]
    pl.concat(aside).write_csv(out / "quarantine.csv")
    schools = good.filter(~twice)
    schools.write_csv(out / "clean.csv")
    counts: Counts = []
    for scheme in SCHEMES:
        level, date = pl.col(f"{scheme}_level"), pl.col(f"{scheme}_date").str.to_date()
        held = pl.when(date.dt.offset_by("5y") >= as_of).then(level).otherwise(pl.lit("expired"))
        standing = pl.when(level == "0").then(pl.lit("not_reached")).otherwise(held)
        found = schools.group_by("education_level", standing.alias("standing")).len()
        counts += [(scheme, *row) for row in found.iter_rows()]
    return counts


def translated(path: Path, out: Path) -> None:
    """What `accreditation check --csv` wrote, under the names the other scripts use: for judging,
    after the time was taken. They set a row aside where ours has a doubt, so the schools without
    one are compared; its answer to machines says which rows these are."""
    run = [*command(path, "--json"), str(out / "answer.json")]
    subprocess.run(run, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    aside = doubtful_rows(json.loads((out / "answer.json").read_text(encoding="utf-8")))
    with (out / "schools.csv").open(encoding="utf-8-sig", newline="") as file:
        schools = [line for line in csv.DictReader(file) if not line["doubts"]]
    reached = {"not_reached": "0"}
    rows = [
        [s["source_row"], *(reached.get(s[n], s[n]) if n in SPELLED else s[n] for n in CLEAN)]
        for s in schools
    ]
    write_csv(out / "clean.csv", ["row", *CLEAN], rows)
    write_csv(out / "quarantine.csv", ["row"], [(row,) for row in sorted(aside)])
    places = ((scheme, s["education_level"], s[f"{scheme}_standing"]) for s in schools
              for scheme in SCHEMES)  # fmt: skip
    counts = [(*place, str(number)) for place, number in Counter(places).items()]
    write_csv(out / "distribution.csv", LEVELS, counts)
    write_csv(out / "gaps.csv", GAPS, gaps(counts))


def run_one(library: str, path: Path, out: Path) -> None:
    """The whole job with one library."""
    kind, _, engine = library.partition("-")
    out.mkdir(parents=True, exist_ok=True)
    as_of = dt.date(int(path.stem[-4:]), 5, 31)
    if kind == "pandas":
        counts = with_pandas(path, out, as_of, engine)
    else:
        counts = with_polars(path, out, as_of)
    write_csv(out / "distribution.csv", LEVELS, counts)
    write_csv(out / "gaps.csv", GAPS, gaps(counts))


def write_words(folder: Path) -> list[str]:
    """For the script in R: every column with the writings of its codes, and the targets."""
    words = [
        (column, written, code)
        for column in COLUMNS
        for code, facts in (WORDS[column] if column in SPELLED else {"": {"written": [""]}}).items()
        for written in dict.fromkeys(text(w).casefold() for w in [code, *facts["written"]])
    ]
    targets = [(s, k, w) for s in SCHEMES for k, w in WORDS["targets"][s].items()]
    tables = {
        "words": (["column", "written", "code"], words),
        "targets": (["scheme", "at_least", "wanted"], targets),
    }
    return [str(write_csv(folder / f"{n}.csv", *table)) for n, table in tables.items()]


def scripts(path: Path, folder: Path) -> dict[str, list[str]]:
    """The command of each library that is there; what is not there is said."""
    one = [sys.executable, __file__, "one"]
    found = {"ours": command(path, "--csv")}
    for library, needs in LIBRARIES.items():
        if subprocess.run(
            [sys.executable, "-c", f"import {needs}"], capture_output=True
        ).returncode:
            print(f"{library}: left out, {needs} is not installed")
        else:
            found[library] = [*one, library, str(path)]
    wanted = f"stopifnot({', '.join(f'requireNamespace({p!r})' for p in TIDYVERSE)})"
    if not shutil.which("Rscript"):
        print("R: left out, there is no Rscript")
    elif subprocess.run(["Rscript", "-e", wanted], capture_output=True).returncode:
        print(f"R: left out, it needs {', '.join(TIDYVERSE)}")
    else:
        script = str(Path(__file__).with_suffix(".R"))
        found["R tidyverse"] = ["Rscript", script, str(path), *write_words(folder)]
    return found


def _lines(path: Path, names: list[str]) -> set[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {tuple(line[name] for name in names) for line in csv.DictReader(file)}


def judge(out: Path, truth: Path) -> dict[str, str]:
    """For each of the four tables how many lines are right, of those wanted and those too many."""
    told = {}
    for answer, name in ANSWERS.items():
        with (truth / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        right, found = _lines(truth / f"{name}.csv", names), _lines(out / f"{answer}.csv", names)
        told[answer] = f"{len(right & found)}/{len(right | found)}"
    return told


def main() -> None:
    """Judge each script, then run all in turn with ours."""
    if sys.argv[1] == "one":
        run_one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description="Measure other libraries on the same workbook.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--libraries", type=Path)
    options = parser.parse_args()
    path, all_right = workbook(options.folder.resolve()), True
    if options.libraries:
        os.environ["PYTHONPATH"] = str(options.libraries.resolve())
    truth = options.folder / "truth"
    levels: Iterable[tuple[str, ...]] = _lines(truth / "levels.csv", LEVELS)
    write_csv(truth / "gaps.csv", GAPS, gaps(levels))
    with tempfile.TemporaryDirectory() as made:
        commands: dict[str, list[str]] = {}
        for library, run in scripts(path, Path(made)).items():
            out = Path(made, library)
            out.mkdir()
            commands[library] = [*run, str(out)]
            subprocess.run(
                commands[library], check=True, env=dict(os.environ, PYTHONPATH=_places())
            )
            if library == "ours":
                translated(path, out)
            told = judge(out, truth)
            all_right &= all(a == b for a, b in (t.split("/") for t in told.values()))
            print(f"{library}: {', '.join(f'{name} {text}' for name, text in told.items())}")
        show(side_by_side(commands, options.rounds))
    sys.exit(not all_right)


def _places() -> str:
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))


if __name__ == "__main__":
    main()
