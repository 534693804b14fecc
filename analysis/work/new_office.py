"""`accreditation new-office`: every file of `data/` of an office, from a few answers and its first
workbooks."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.clean import clean_schools
from analysis.raw import read_raw
from analysis.reference import SuiteError, read_reference, read_rules, say
from analysis.reference.schema import described, is_school_year, school_year_of
from analysis.reference.settings import READY_TARGETS
from analysis.work.new_targets import Answers, asked_drafts, period_end, write_targets

_OURS = Path(__file__).parents[2]
_YEAR = re.compile(r"(20\d\d)\s*[-–_]\s*(20\d\d)")


def new_office(options: argparse.Namespace) -> int:
    """Ask, write, and read what was written as every command will; nothing there is overwritten."""
    lang = options.lang
    home = Path(options.home or os.environ.get("ACCREDITATION_HOME") or Path.cwd())
    if (home / "data" / "office.toml").exists():
        raise SuiteError("office_exists", folder=str(home))
    answers = Answers(options, lang)
    books = _by_year(Path(options.folder), home) if options.folder else {}
    name = answers.text("office", "name", None)
    rules = read_rules()
    usual = rules.as_of(max(books, default="") or school_year_of(dt.date.today()))
    as_of = answers.day("as_of", usual)
    year = max(books, default="") or school_year_of(as_of)
    if not dt.date(int(year[:4]), 7, 1) <= as_of <= dt.date(int(year[5:]), 12, 31):
        raise SuiteError("office_day", day=as_of, year=year)
    told = options.units if options.folder else answers.text("units", "units")
    drafts = asked_drafts(answers, rules)
    document = answers.text("document", "document", f"{name}") if drafts else ""

    made = home / "data"
    made.mkdir(parents=True, exist_ok=True)
    facts = {"name": json.dumps(name, ensure_ascii=False)}
    _write(made / "office.toml", say("office_file", lang, **facts))
    ready = ", ".join(sorted(path.stem for path in READY_TARGETS.glob("*.toml")))
    ids = {"target_set": "chi-tieu" if drafts else "", "ready": ready}
    for known in sorted({*books, year}):
        day = as_of if known == year else rules.as_of(known)
        facts |= {"year": json.dumps(known), "as_of": day.isoformat(), **ids}
        kept = say("office_year_targets" if drafts else "office_year_no_targets", lang, **facts)
        text = say("office_year", lang, targets=kept, **facts)
        _write(made / "years" / f"{known}.toml", text)
        _copy(books.get(known, ()), Path(options.folder or home), made / "raw" / known)
    schools, found = _schools_of(made / "raw" / year, year, as_of) if books else ([], [])
    chosen = found if told is None else _listed(told)
    _write_csv(made / "schools.csv", "schools", schools)
    _write_csv(made / "units.csv", "units", [{"unit": unit} for unit in chosen])
    if not (home / "notebooks").exists() and (_OURS / "notebooks").is_dir():
        leave = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(_OURS / "notebooks", home / "notebooks", ignore=leave)
    reference = read_reference(home)
    if drafts:
        last_day = max(period_end(as_of), as_of)
        write_targets(reference, ids["target_set"], document, last_day, drafts, (), lang)
    _tell(home, year, len(schools), len(chosen), options)
    return 0


def _listed(text: str) -> list[str]:
    return [unit.strip() for unit in re.split("[,;]", text) if unit.strip() and text != "none"]


def _by_year(folder: Path, home: Path) -> Mapping[str, list[Path]]:
    """The workbooks of a folder by the school year their name, or that of their folder, tells; the
    rest with the newest."""
    if not folder.is_dir():
        raise SuiteError("file_missing", file=str(folder))
    ours = [home / name for name in ("data", "notebooks", "figures")]
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if not path.name.startswith((".", "~")) and not any(path.is_relative_to(o) for o in ours):
            told = _YEAR.findall(path.relative_to(folder).as_posix())
            years = ["-".join(pair) for pair in told if is_school_year("-".join(pair))]
            found[years[-1] if years else ""].append(path)
    rest = found.pop("", [])
    if rest:
        found[max(found, default=school_year_of(dt.date.today()))] += rest
    return found


def _schools_of(folder: Path, year: str, as_of: dt.date) -> tuple[list[dict[str, str]], list[str]]:
    """The schools of the workbooks as rows of the directory, and the units they lie in."""
    rules = read_rules()
    raw = read_raw(folder, rules)
    if not raw.of_kind("schools"):
        return [], []
    frame = clean_schools(raw, rules, school_year=year, as_of=as_of).schools
    names = ["school_code", "school_name", "education_level", "unit"]
    rows: dict[str, dict[str, str]] = {}
    for row in frame[names].astype("str").fillna("").to_dict("records"):
        known = {str(name): "" if text in ("nan", "<NA>") else text for name, text in row.items()}
        if known["school_name"] and known["education_level"] in rules.education_levels:
            own = known["school_code"] or f"T{len(rows) + 1:04}"
            rows.setdefault(own, {"school_id": own, **known})
    return [*rows.values()], sorted({row["unit"] for row in rows.values() if row["unit"]})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_csv(path: Path, table: str, rows: Iterable[Mapping[str, str]]) -> None:
    """A table by the schema; with a byte-order mark, so that Excel shows the Vietnamese letters."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*described(table)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _copy(paths: Iterable[Path], source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        copied = folder / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copied)


def _tell(home: Path, year: str, schools: int, units: int, options: argparse.Namespace) -> None:
    made = sorted(path for path in (home / "data").rglob("*") if path.is_file())
    print(say("office_made", options.lang, schools=schools, units=units))
    print(*(f"  {path.relative_to(home).as_posix()}" for path in made), sep="\n")
    where = f' --home "{options.home}"' if options.home else ""
    folder = (home / "data" / "raw" / year).as_posix()
    print(say("office_next", options.lang, year=year, folder=folder, home=where))
