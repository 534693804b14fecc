#!/usr/bin/env python3
"""Đếm lại các số đã xuất bản, chỉ từ so_lieu/truong.csv:  python dem_lai.py [--lang en]

Count the published numbers again, from so_lieu/truong.csv alone. This file needs Python 3.9 or
newer and nothing else, and shares no code with the program that published the folder. It ends with
0 where all numbers agree, else with 2.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from pathlib import Path
from typing import Any, NamedTuple

Line = dict[str, str]  # of a table: what stands in each column
Counted = dict[str, Any]  # what each column should say
SAYS = {
    "vi": {
        "table": "{table}: đếm lại {count} số, không khớp: {wrong}.",
        "number": "  dòng {line} ({row}), cột {column}: đã công bố “{published}”, đếm lại “{own}”",
        "left": "Không đếm lại được từ danh sách trường của một năm: {tables}.",
        "years": "{count} dòng của năm khác",
        "several": "nhiều năm",
        "part": "một phần của năm",
        "own": "hình tự vẽ",
        "outlook": "triển vọng",
        "other": "các cột không cho biết đếm những trường nào",
        "file": "Không đọc được {file}: {cause}. Hãy chạy lại `accreditation run` rồi đếm lại.",
        "lacks": "thiếu cột {column}",
        "line": "dòng {line}, {cause}",
        "none": "Trong so_lieu không có bảng nào để đếm lại.",
        "good": "Đã đếm lại {count} số trong {tables} bảng từ {schools} trường: khớp hết.",
        "bad": "Có {wrong} số không khớp trong {count} số đã đếm lại. Không dùng các số này; "
        "hãy chạy lại `accreditation run` rồi đếm lại.",
    },
    "en": {
        "table": "{table}: {count} numbers counted again, {wrong} differ.",
        "number": "  line {line} ({row}), column {column}: published “{published}”, "
        "counted “{own}”",
        "left": "Not to be counted from one year's list of schools: {tables}.",
        "years": "{count} rows of other years",
        "several": "several years",
        "part": "a part of the year",
        "own": "a figure of one's own",
        "outlook": "outlook",
        "other": "its columns do not tell which schools count",
        "file": "{file} cannot be read: {cause}. Run `accreditation run` again, then count again.",
        "lacks": "column {column} is missing",
        "line": "line {line}, {cause}",
        "none": "There is no table in so_lieu to count again.",
        "good": "{count} numbers in {tables} tables counted again from {schools} schools: "
        "all equal.",
        "bad": "{wrong} of {count} numbers counted again differ. Do not use them: run "
        "`accreditation run` again, then count again.",
    },
}

# --- A school: is it counted, and where does it stand? Both may be open. ---

OPEN = ("in_doubt", "not_stated")
NO_RESULT = (*OPEN, "not_evaluated", "pending")
NEEDED = ("school_year", "as_of", "in_scope", "education_level", "eligible", "doubts")


class Answer(NamedTuple):
    """What the list states, and whether it can turn out no other way."""

    yes: bool
    sure: bool


class Schools:
    """The schools of the year, and the rows set aside below them, whose `in_scope` is blank."""

    def __init__(self, columns: list[str], lines: list[Line]) -> None:
        if lacking := [column for column in NEEDED if column not in columns]:
            raise KeyError(", ".join(lacking))
        self.lines, self.years = lines, {line["school_year"] for line in lines}
        self.as_of = max((line["as_of"] for line in lines), default="")
        stated = [s.get("externally_evaluated") for s in lines if s["in_scope"] == "True"]
        self.nobody_says = not any(stated)  # which school was evaluated
        self.groups = lru_cache(None)(self._groups)

    def of(self, line: Line, base: str) -> list[tuple[Line, Answer]]:
        """The schools that are or may be among those a row of a table counts."""
        scheme, by, group = line.get("scheme", ""), line["by"], line["group"]
        whole = group == "all" or not by
        groups = self.groups(scheme, base, "" if whole else by)
        found = groups["" if whole else group]
        if not whole:  # of a school without this entry nobody can tell to which group it belongs
            found = found + [
                (s, Answer(it.yes and group == "unknown", False)) for s, it in groups[""]
            ]
        if only := line.get("education_levels"):
            levels = ("", *only.split(","))
            found = [(s, it) for s, it in found if s["education_level"] in levels]
            return [(s, it if s["education_level"] else Answer(False, False)) for s, it in found]
        return found

    def _groups(self, scheme: str, base: str, by: str) -> dict[str, list[tuple[Line, Answer]]]:
        groups = defaultdict(list)
        for school in self.lines:
            every = [*self.conditions(school, scheme, base)]
            if all(one.yes or not one.sure for one in every):
                own = Answer(all(one.yes for one in every), all(one.sure for one in every))
                groups[school[by] if by else ""].append((school, own))
        return groups

    def conditions(self, school: Line, scheme: str, base: str) -> Iterator[Answer]:
        """What must hold for a school to be counted."""
        said, doubts = school["in_scope"], school["doubts"]
        stated = said != "" and "operating_status" not in doubts
        yield Answer(said == "True", stated or said == "False")
        if scheme == "cqg":  # for some education levels there is no such certificate
            yield Answer(school["cqg_counted"] != "False", "education_level" not in doubts)
        if base == "eligible":
            yield Answer(school["eligible"] != "False", "eligible" not in doubts)
        if base == "evaluated":
            yield self.stands(school, scheme, "", "evaluated")

    def stands(self, school: Line, scheme: str, asked: str, reading: str) -> Answer:
        """Does it stand there ("exact"), there or higher ("at_least"), or was it evaluated?"""
        standing = school[f"{scheme}_standing"]
        if reading == "evaluated":  # where nobody says so, those with a result were
            said = school["externally_evaluated"]
            mute = Answer(standing not in NO_RESULT, standing not in OPEN)
            return mute if self.nobody_says else Answer(said == "True", said != "")
        if standing in OPEN and asked not in OPEN:
            stated = school[f"{scheme}_stated_level"] if standing == "in_doubt" else ""
            if not stated.isdigit() or not (asked.isdigit() or asked == "level_unknown"):
                return Answer(False, False)
            # Its level is known, its date is not: it is at that level, or at none.
            may = stated == asked if reading == "exact" else int(stated) >= int(asked)
            return Answer(False, not may)
        if reading == "exact":
            return Answer(standing == asked, True)
        level = 1 if standing == "level_unknown" else int(standing) if standing.isdigit() else 0
        return Answer(level >= int(asked), True)


# --- A share: k of n as stated, and between which ends it lies ---


def share(k: int, n: int) -> Fraction | None:
    return Fraction(100 * k, n) if n else None


class Tally:
    """The schools of a row: how many stand where it asks, in what reading."""

    def __init__(self, schools: Schools, line: Line, asked: str, reading: str) -> None:
        base, scheme = "all" if reading == "evaluated" else line["base"], line["scheme"]
        found = [
            (it, schools.stands(s, scheme, asked, reading)) for s, it in schools.of(line, base)
        ]
        inside = [there for counted, there in found if counted.yes]
        self.k, self.n = sum(there.yes for there in inside), len(inside)
        self.percent = share(self.k, self.n)
        self.unclear = sum(not there.sure for there in inside)
        firm = [there for counted, there in found if counted.sure]
        loose = [there for counted, there in found if not counted.sure]
        self.base_unclear = len(loose)
        # For every n there can be the least and the most that can stand there.
        must, can = sum(t.yes for t in loose), sum(t.yes or not t.sure for t in loose)
        least, most = sum(t.yes for t in firm), sum(t.yes or not t.sure for t in firm)
        self.ways = [
            (len(firm) + t, least + max(0, t - len(loose) + must), most + min(t, can))
            for t in range(len(loose) + 1)
        ]
        self.low = min((Fraction(100 * low, n) for n, low, _ in self.ways if n), default=None)
        self.high = max((Fraction(100 * high, n) for n, _, high in self.ways if n), default=None)

    def columns(self, ends: str) -> Counted:
        found = {"schools_count": self.k, "schools_total": self.n, "schools_percent": self.percent}
        found |= {"unclear_count": self.unclear, "base_unclear_count": self.base_unclear}
        return {**found, f"{ends}low": self.low, f"{ends}high": self.high}


def levels(schools: Schools, line: Line) -> Counted:
    asked = line["standing"]
    higher = Tally(schools, line, asked, "at_least") if asked.isdigit() else None
    return {
        **Tally(schools, line, asked, "exact").columns("schools_percent_"),
        "reached_count": higher and higher.k,
        "reached_percent": higher and higher.percent,
        "reached_unclear_count": higher and higher.unclear,
        "reached_percent_low": higher and higher.low,
        "reached_percent_high": higher and higher.high,
    }


def sessions(schools: Schools, line: Line) -> Counted:
    whole, part = line["measure"], f"{line['measure']}_two_sessions"
    inside = [school for school, counted in schools.of(line, "all") if counted.yes]
    stated = [school for school in inside if school[whole] and school[part]]
    k, n = (sum(int(float(school[c])) for school in stated) for c in (part, whole))
    found = {"two_sessions_count": k if stated else None, "whole_count": n if stated else None}
    found |= {"schools_stated": len(stated), "schools_total": len(inside)}
    return {**found, "two_sessions_percent": share(k, n)}


def expiries(schools: Schools, line: Line) -> Counted:
    scheme, level, quarter = line["scheme"], line["level"] or "level_unknown", line["quarter"]
    ends = []
    for school, counted in schools.of(line, "all"):
        if counted.yes and school[f"{scheme}_standing"] == level:
            day = school[f"{scheme}_expires"]
            ends.append(f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" if day else "")
    later = sum(end > quarter for end in ends) if quarter else None
    return {"schools_count": ends.count(quarter), "left_count": later}


# --- A target: what it wants, and what follows, however the open answers turn out ---

# From this day no such certificate is issued (Thông tư 57/2026/TT-BGDĐT), so none can be needed.
ISSUED_UNTIL = {"kdclgd": "2026-07-07"}


class Target:
    """A share at the decimals it is printed with, or a number of schools."""

    def __init__(self, line: Line) -> None:
        self.low, self.high = (Fraction(line[end] or 0) for end in ("target_from", "target_to"))
        self.is_limit = self.low == 0 and self.high < 100
        self.units = 10 ** min(int(line["decimals"]), 9)
        over = line.get("exclusive", "").split()  # "over 93%": 93,0% is not enough
        low, high = self.low * self.units, self.high * self.units
        self.first = floor(low) + 1 if "from" in over else ceil(low)
        self.last = ceil(high) - 1 if "to" in over else floor(high)
        self.schools = line.get("wanted_schools", "")
        if self.schools:
            least, most = self.schools.split("-")
            self.least, self.most = int(least or 0), int(most) if most else None
            self.is_limit = not self.least and self.most is not None

    @lru_cache(None)  # noqa: B019
    def fitting(self, n: int) -> tuple[int, int]:
        """The least and the greatest number of schools within; the first is more where none is."""
        if self.schools:
            return self.least, n if self.most is None else min(self.most, n)
        printed = [(200 * k * self.units + n) // (2 * n) for k in range(n + 1)] if n else [0]
        below = sum(one < self.first for one in printed)
        within = sum(one <= self.last for one in printed) - 1
        # Rounding makes neither all nor none of nearly all.
        return max(below, n if self.low == 100 else 0), min(within, n if self.high else 0)

    def follows(self, n: int, low: int, high: int) -> tuple[list[str], list[int]]:
        """With `low` to `high` schools of n: the verdicts, and how many further ones it takes."""
        least, most = self.fitting(n)
        if not n or least > most:
            return ["not_attainable" if n else "no_schools"], []
        met, not_met = (low <= most, high > most) if self.is_limit else (high >= least, low < least)
        passed = self.is_limit and low > most
        needed = [] if passed else [max(0, least - k) for k in (low, high)]
        return ["met"] * met + ["not_met"] * not_met, needed


def targets(schools: Schools, line: Line) -> Counted:
    own, target = Tally(schools, line, line["level"], line["reading"]), Target(line)
    ways = [target.follows(*way) for way in own.ways]
    verdicts, needed = {v for of, _ in ways for v in of}, [count for _, of in ways for count in of]
    verdict = verdicts.pop() if len(verdicts) == 1 else "open"
    least, most = target.fitting(own.n)
    place = "below" if own.k < least else "above" if own.k > most else "within"
    percent = own.percent or Fraction(0)
    edge = {"below": target.low, "above": target.high, "within": percent}[place]
    found = {
        **own.columns("percent_"),
        "verdict": verdict,
        "position": place if own.n else "no_schools",
        "gap_points": percent - edge if own.n else None,
        "needed_least": min(needed, default=None),
        "schools_needed": max(needed, default=None),
        "attainable": str(own.n > 0 and least <= most),
        "schools_over": max(0, own.k - most) if own.n else None,
    }
    instead = "reference" if line["for_reference"] == "True" else ""
    if schools.as_of >= ISSUED_UNTIL.get(line["scheme"], "9"):
        found |= {"needed_least": None, "schools_needed": None, "for_reference": "True"}
        # Whether the last day of the targets has passed as well no table tells.
        instead = instead if line["verdict"] == "reference" else "not_issued"
    return {**found, "verdict": instead} if instead and verdict != "no_schools" else found


# --- The files: which table each is, told by its columns, and what differs in it ---

Count = Callable[[Schools, Line], Counted]
TABLES: list[tuple[Count, str]] = [
    (levels, "scheme base by group standing schools_count schools_total unclear_count"),
    (targets, "target_id scheme level reading base by group target_from verdict gap_points"),
    (sessions, "by group measure two_sessions_count whole_count schools_stated schools_total"),
    (expiries, "scheme quarter by group level schools_count"),
]
LEFT = {"school_year_from": "several", "scenario": "outlook", "smallest_count": "outlook"}
# The same in whatever table a target is judged.
WANTED = ("scheme", "level", "target_from", "target_to", "decimals", "for_reference")
KEYS = ("target_id", "scheme", "group", "standing", "measure", "quarter", "level")


def read(path: Path) -> tuple[list[str], list[Line]]:
    """The columns of a table and its lines; text for every column."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = list(reader.fieldnames or ())
        return columns, [{c: line.get(c) or "" for c in columns} for line in reader]


def kind_of(path: Path, columns: list[str], lines: list[Line]) -> Count | str:
    """How a table is counted, or why it is not: a figure of one's own counts schools somebody
    chose, and a chart says of itself if it is about a part of the year."""
    if left := [why for column, why in LEFT.items() if column in columns]:
        return left[0]
    own = [count for count, needs in TABLES if {*needs.split()} <= {*columns}]
    if not own or any("," in line["by"] or line["by"] == "regime" for line in lines):
        return "other"
    try:
        told = json.loads(path.with_suffix(".json").read_text("utf-8"))
        return (
            "own" if told.get("kind") == "own" else "part" if told["about"]["part_vi"] else own[0]
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return own[0]


def equal(published: str, own: object) -> bool:
    try:
        if isinstance(own, (int, Fraction)):
            return abs(float(published) - own) < 1e-9
        return published == (own or "")
    except ValueError:
        return False


class Recount:
    """A published folder counted again; prints every sentence on it."""

    def __init__(self, folder: Path, lang: str, *, brief: bool = False) -> None:
        self.numbers, self.says, self.brief = folder / "so_lieu", SAYS[lang], brief
        self.count = self.wrong = self.tables = self.at = 0
        self.wanted: dict[tuple[str, str], str] = {}  # what the first table says of each target

    def say(self, key: str, **facts: object) -> None:
        print(self.says[key].format(**facts))

    def run(self) -> int:
        first, left = self.numbers / "truong.csv", []
        for path in [first, *(p for p in sorted(self.numbers.glob("*.csv")) if p != first)]:
            self.at = 0
            try:
                if path == first:
                    schools = Schools(*read(path))
                elif why := self.table(path, schools):
                    left.append(f"{path.name} ({why})")
            except (OSError, ValueError, LookupError, ArithmeticError, csv.Error) as error:
                cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
                if isinstance(error, KeyError):
                    cause = self.says["lacks"].format(column=error.args[0])
                cause = self.says["line"].format(line=self.at, cause=cause) if self.at else cause
                self.say("file", file=f"so_lieu/{path.name}", cause=cause)
                return 2
        if left and not self.brief:
            self.say("left", tables=", ".join(left))
        listed = sum(school["in_scope"] != "" for school in schools.lines)
        facts = {"count": self.count, "wrong": self.wrong, "tables": self.tables}
        self.say(
            "bad" if self.wrong else "good" if self.tables else "none", schools=listed, **facts
        )
        return 2 if self.wrong else 0

    def table(self, path: Path, schools: Schools) -> str:
        """Count a table again; gives what of it cannot be counted."""
        columns, lines = read(path)
        kind = kind_of(path, columns, lines)
        if isinstance(kind, str):
            return self.says[kind]
        others = sum(line["school_year"] not in schools.years for line in lines)
        if lines and others == len(lines):
            return self.says["several"]
        before, told = self.count, []
        for self.at, line in enumerate(lines, 2):
            if line["school_year"] in schools.years:
                told += [{"line": self.at, **one} for one in self.line(line, kind(schools, line))]
        self.tables, self.wrong = self.tables + 1, self.wrong + len(told)
        if told or not self.brief:
            self.say("table", table=path.name, count=self.count - before, wrong=len(told))
        for one in told[:20]:
            self.say("number", **one)
        return self.says["years"].format(count=others) if others else ""

    def line(self, line: Line, found: Counted) -> Iterator[dict[str, object]]:
        """What a line of a table says otherwise."""
        for column in WANTED if "target_id" in line and not line.get("wanted_schools") else ():
            of = "" if column == "for_reference" else line["target_id"]
            found[column] = self.wanted.setdefault((of, column), line[column])
        row = ", ".join(line[key] for key in KEYS if line.get(key))
        for column, own in found.items():
            if column in line:
                self.count += 1
                if not equal(line[column], own):
                    own = round(float(own), 6) if isinstance(own, Fraction) else own
                    own = "" if own is None else own
                    yield {"row": row, "column": column, "published": line[column], "own": own}


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").strip())
    here = Path(__file__).resolve().parent
    asked.add_argument("folder", nargs="?", type=Path, default=here, help="figures/2024-2025")
    asked.add_argument("--lang", choices=("vi", "en"), default="vi")
    asked.add_argument("--brief", action="store_true", help="tell only what differs")
    given = asked.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    return Recount(given.folder, given.lang, brief=given.brief).run()


if __name__ == "__main__":
    sys.exit(main())
