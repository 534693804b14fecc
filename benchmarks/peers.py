"""The national workbook as a competent analyst's script would read it, in other libraries.

    python benchmarks/peers.py FOLDER [-n ROUNDS] [--libraries DIR]
    python benchmarks/peers.py one (ours | pandas-openpyxl | pandas-calamine | polars) WORKBOOK OUT

Each script cleans the columns the counts need and counts the schools of each education level by
standing; `peers.R` does it with readxl and dplyr. Ours cleans all 25 columns, keeps the reason of
every row set aside and every cell changed, and counts from that. All answers are compared with the
truth before the ratios are printed. DIR: where `pip install --target DIR polars fastexcel` put
them; a library that is not there is left out.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from check_national import ROOT, WORDS, workbook
from make_national import standing
from side_by_side import show, side_by_side

COLUMNS = list(WORDS["columns"])
NEEDED = ["school_code", "education_level", "kdclgd_level", "kdclgd_date", "cqg_level", "cqg_date"]
LIBRARIES = {"pandas-openpyxl": "pandas", "pandas-calamine": "pandas", "polars": "fastexcel"}
TIDYVERSE = ("readxl", "stringi", "dplyr", "tidyr")
BAD, NONE = "bad", None


def text(value: Any) -> str:
    """A cell as text: composed, without spaces too many; a number that came as text "5.0" is 5."""
    words = " ".join(unicodedata.normalize("NFC", "" if value is None else str(value)).split())
    return re.sub(r"^(\d+)\.0$", r"\1", words)


def school_code(value: Any) -> Any:
    digits = text(value).replace(" ", "").zfill(8)
    return digits if re.fullmatch(r"\d{8}", digits) else BAD


def word(table: str) -> Callable[[Any], Any]:
    """A code by any of its writings."""
    codes = {text(w).casefold(): c for c, f in WORDS[table].items() for w in f["written"]}
    codes |= {c.casefold(): c for c in WORDS[table]}
    return lambda value: codes.get(text(value).casefold(), BAD)


def date(value: Any) -> Any:
    """A date, whether a date cell, a serial number or typed."""
    if isinstance(value, dt.datetime):
        return value.date()
    written = text(value)
    if not written:
        return NONE
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)( 00:00:00)?", written):
        return dt.date(*map(int, found.groups()[:3]))
    if re.fullmatch(r"\d{5}", written):
        return dt.date(1899, 12, 30) + dt.timedelta(int(written))
    try:
        day, month, year = map(int, re.split(r"[/.]", written))
        return dt.date(year, month, day) if year > 1990 else BAD
    except ValueError:
        return BAD


def count(value: Any) -> Any:
    digits = re.sub(r"(?<=\d)\.(?=\d{3}$)", "", text(value))
    return int(digits) if digits.isdecimal() else BAD


def decision(value: Any) -> Any:
    return text(value) if not text(value) or re.match(r"\d+/", text(value)) else BAD


CLEAN: dict[str, Callable[[Any], Any]] = {
    "school_code": school_code,
    "education_level": word("education_level"),
    "kdclgd_level": word("kdclgd_level"),
    "cqg_level": word("cqg_level"),
    "kdclgd_date": date,
    "cqg_date": date,
    "classes": count,
    "pupils": count,
    "kdclgd_decision": decision,
    "cqg_decision": decision,
}


def cleaned(name: str, values: Iterable[Any]) -> dict[Any, Any]:
    """Each distinct value once: what a library can look up for all its rows."""
    return {v: CLEAN[name](v) for v in values}


def with_pandas(path: Path, engine: str) -> Iterable[tuple[Any, ...]]:
    import pandas as pd

    frame = pd.read_excel(
        path, header=None, names=COLUMNS, dtype=object, engine=engine, keep_default_na=False
    )
    frame = frame[frame["order"].map(lambda v: text(v).isdecimal())]
    for name in CLEAN:
        frame[name] = frame[name].map(cleaned(name, frame[name].unique()))
    frame = frame[~frame[list(CLEAN)].eq(BAD).any(axis=1)].drop_duplicates([*CLEAN])
    frame = frame[~frame["school_code"].duplicated(keep=False)]
    return frame[NEEDED].itertuples(index=False)


def with_polars(path: Path) -> Iterable[tuple[Any, ...]]:
    import polars as pl

    frame = pl.read_excel(path, engine="calamine", has_header=False, infer_schema_length=0)
    frame = frame.rename(dict(zip(frame.columns, COLUMNS, strict=True)))
    frame = frame.filter(pl.col("order").str.contains(r"^\d+(\.0)?$"))
    for name in CLEAN:
        new = {
            v: str(c) if c is not None else ""
            for v, c in cleaned(name, frame[name].unique()).items()
        }
        frame = frame.with_columns(pl.col(name).replace_strict(new, return_dtype=pl.String))
    frame = frame.filter(~pl.any_horizontal(pl.col(list(CLEAN)) == BAD)).unique([*CLEAN])
    frame = frame.filter(~pl.col("school_code").is_duplicated())
    days = [pl.col(n).str.to_date(strict=False) for n in ("kdclgd_date", "cqg_date")]
    return frame.with_columns(days).select(NEEDED).iter_rows()


def count_ours(path: Path, year: str, as_of: dt.date) -> Iterable[tuple[Any, ...]]:
    import analysis as an

    rules = an.read_reference(ROOT).rules
    cleaned = an.clean_schools(an.read_raw([path], rules), rules, school_year=year, as_of=as_of)
    held = an.status_on(cleaned.schools, as_of, rules)
    for scheme in ("cqg", "kdclgd"):
        table = an.measure_levels(held, scheme=scheme, by="education_level", base="all")
        table = table[table["group"].ne("all") & table["schools_count"].gt(0)]
        names = ["scheme", "group", "standing", "schools_count"]
        yield from table[names].itertuples(index=False, name=None)


def count_one(library: str, path: Path, out: Path) -> None:
    """Read, clean and count with one library, and write the counts."""
    year = path.stem.removeprefix("schools_")
    as_of = dt.date(int(year[-4:]), 5, 31)
    write_counts(
        count_ours(path, year, as_of) if library == "ours" else count_theirs(library, path, as_of),
        out,
    )


def count_theirs(library: str, path: Path, as_of: dt.date) -> Iterable[tuple[Any, ...]]:
    kind, _, engine = library.partition("-")
    rows = with_polars(path) if kind == "polars" else with_pandas(path, engine)
    counts: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        school = dict(zip(NEEDED, row, strict=True))
        for scheme in ("kdclgd", "cqg"):
            school[f"{scheme}_level"] = int(school[f"{scheme}_level"])
            counts[scheme, school["education_level"], standing(school, scheme, as_of)] += 1
    return ((*key, number) for key, number in counts.items())


def write_counts(counts: Iterable[tuple[Any, ...]], out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["scheme", "education_level", "standing", "schools"])
        writer.writerows(sorted(counts))


def write_words(path: Path) -> Path:
    """Every column, and for columns of words every writing with its code: for the script in R."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["column", "written", "code"])
        for column in COLUMNS:
            found = WORDS[column] if column in NEEDED and column in WORDS else {"": {"written": []}}
            for code, facts in found.items():
                written = dict.fromkeys(text(w).casefold() for w in [code, *facts["written"]])
                writer.writerows([column, word, code] for word in written)
    return path


def scripts(path: Path, folder: Path) -> dict[str, list[str]]:
    """The command of each library that is there; what is not there is said."""
    found = {"ours": [sys.executable, __file__, "one", "ours", str(path)]}
    for library, needs in LIBRARIES.items():
        if subprocess.run(
            [sys.executable, "-c", f"import {needs}"], capture_output=True
        ).returncode:
            print(f"{library}: left out, {needs} is not installed")
            continue
        found[library] = [sys.executable, __file__, "one", library, str(path)]
    wanted = f"stopifnot({', '.join(f'requireNamespace({p!r})' for p in TIDYVERSE)})"
    if not shutil.which("Rscript"):
        print("R: left out, there is no Rscript")
    elif subprocess.run(["Rscript", "-e", wanted], capture_output=True).returncode:
        print(f"R: left out, it needs {', '.join(TIDYVERSE)}")
    else:
        script = str(Path(__file__).with_suffix(".R"))
        found["R tidyverse"] = [
            "Rscript",
            script,
            str(path),
            str(write_words(folder / "words.csv")),
        ]
    return found


def lines(path: Path) -> set[str]:
    return set(path.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Judge each script, then run all in turn with ours."""
    if sys.argv[1] == "one":
        count_one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description="Measure other libraries on the same workbook.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--libraries", type=Path)
    options = parser.parse_args()
    path, right = workbook(options.folder.resolve()), True
    if options.libraries:
        os.environ["PYTHONPATH"] = str(options.libraries.resolve())
    truth = lines(options.folder / "truth" / "levels.csv")
    with tempfile.TemporaryDirectory() as out:
        commands: dict[str, list[str]] = {}
        for library, run in scripts(path, Path(out)).items():
            answer = Path(out, f"{library}.csv")
            commands[library] = [*run, str(answer)]
            subprocess.run(commands[library], check=True)
            found = lines(answer)
            right &= found == truth
            print(f"{library}: {len(truth & found) - 1}/{len(truth | found) - 1} counts right")
        show(side_by_side(commands, options.rounds))
    sys.exit(not right)


if __name__ == "__main__":
    main()
