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
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

Line = dict[str, str]
ALL, UNKNOWN, YES, NO = "all", "unknown", "True", "False"
UNCLEAR = ("in_doubt", "not_stated")
NO_RESULT = (*UNCLEAR, "not_evaluated", "pending")
# What each column to be counted again stands for is told by the table it is in: these tell which.
TABLES = {
    "levels": "scheme base by group standing schools_count schools_total unclear_count",
    "targets": "target_id scheme level reading base by group target_from verdict gap_points",
    "sessions": "by group measure two_sessions_count whole_count schools_stated schools_total",
    "expiries": "scheme quarter by group level schools_count",
}
# The same wherever a target is judged.
WANTED = ("scheme", "level", "target_from", "target_to", "decimals", "for_reference")
NEEDED = ("school_year", "as_of", "in_scope", "education_level", "eligible", "doubts")
# Of these no year's list can tell.
LEFT = {
    "school_year_from": "several",
    "years_past": "several",
    "scenario": "outlook",
    "smallest_count": "outlook",
}
# From this day no such certificate is issued (Thông tư 57/2026/TT-BGDĐT), so none can be needed.
ISSUED_UNTIL = {"kdclgd": "2026-07-07"}
SAYS = {
    "vi": {
        "equal": "{table}: đếm lại {count} số, khớp hết.",
        "differ": "{table}: đếm lại {count} số, {wrong} số không khớp:",
        "number": "  dòng {line} ({row}), cột {column}: đã công bố “{published}”, đếm lại “{own}”",
        "unreadable": "  dòng {line}: không đọc được ({cause})",
        "more": "  … và {count} số khác",
        "left": "Không đếm lại được từ danh sách trường của một năm: {tables}.",
        "several": "nhiều năm",
        "part": "một phần của năm",
        "own": "hình tự vẽ",
        "joined": "chia theo nhiều cách cùng lúc",
        "outlook": "triển vọng",
        "other": "các cột không cho biết đếm những trường nào",
        "file": "Không đọc được {file}: {cause}. Hãy chạy lại `accreditation run` rồi đếm lại.",
        "lacks": "thiếu cột {columns}",
        "none": "Trong so_lieu không có bảng nào để đếm lại.",
        "good": "Đã đếm lại {count} số trong {tables} bảng từ {schools} trường: khớp hết.",
        "bad": "Có {wrong} số không khớp trong {count} số đã đếm lại. Không dùng các số này; "
        "hãy chạy lại `accreditation run` rồi đếm lại.",
    },
    "en": {
        "equal": "{table}: {count} numbers counted again, all equal.",
        "differ": "{table}: {count} numbers counted again, {wrong} differ:",
        "number": "  line {line} ({row}), column {column}: published “{published}”, "
        "counted “{own}”",
        "unreadable": "  line {line}: cannot be read ({cause})",
        "more": "  … and {count} more",
        "left": "Not to be counted from one year's list of schools: {tables}.",
        "several": "several years",
        "part": "a part of the year",
        "own": "a figure of one's own",
        "joined": "several groupings at once",
        "outlook": "outlook",
        "other": "its columns do not tell which schools count",
        "file": "{file} cannot be read: {cause}. Run `accreditation run` again, then count again.",
        "lacks": "column {columns} is missing",
        "none": "There is no table in so_lieu to count again.",
        "good": "{count} numbers in {tables} tables counted again from {schools} schools: "
        "all equal.",
        "bad": "{wrong} of {count} numbers counted again differ. Do not use them: run "
        "`accreditation run` again, then count again.",
    },
}


class Unreadable(Exception):
    """What cannot be read, for the sentence that tells it."""


# --- Schools: who belongs, where a school stands ---


class Belongs(NamedTuple):
    """A school of a group: counted there as it stands, and whether that is certain."""

    school: Line
    counted: bool
    certain: bool


def doubts(school: Line) -> list[str]:
    return school["doubts"].replace(",", ";").replace(";", " ").split()


class Schools:
    """The list of schools of the year, and the rows set aside below it (`in_scope` blank)."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.years = {line["school_year"] for line in lines}
        self.as_of = max((line["as_of"] for line in lines), default="")
        in_scope = [line for line in lines if line["in_scope"] == YES]
        # Where a year says of no school whether it was evaluated, those with a result were.
        self.nobody_says = not any(line.get("externally_evaluated") for line in in_scope)
        self.of_base = lru_cache(None)(self._of_base)
        self.tally = lru_cache(None)(self._tally)
        self.groups = lru_cache(None)(self._groups)

    def _of_base(self, scheme: str, base: str) -> list[Belongs]:
        found = []
        for line in self.lines:
            answers = list(self._answers(line, scheme, base))
            counted, certain = all(yes for yes, _ in answers), all(sure for _, sure in answers)
            if not any(sure and not yes for yes, sure in answers):
                found.append(Belongs(line, counted, certain))
        return found

    def _answers(self, line: Line, scheme: str, base: str) -> Iterator[tuple[bool, bool]]:
        """What makes it one of the schools of a base: each by what is stated, and if certain."""
        in_doubt, aside = doubts(line), line["in_scope"] == ""
        yield line["in_scope"] == YES, not aside and "operating_status" not in in_doubt
        yield line["in_scope"] != NO, True
        if scheme == "cqg":  # for some education levels there is no such certificate
            yield line["cqg_counted"] != NO, "education_level" not in in_doubt
        if base == "eligible":
            yield line["eligible"] != NO, "eligible" not in in_doubt
        if base == "evaluated":
            yield self.evaluated(line, scheme)

    def evaluated(self, line: Line, scheme: str) -> tuple[bool, bool]:
        said, standing = line["externally_evaluated"], line[f"{scheme}_standing"]
        if self.nobody_says:
            return standing not in NO_RESULT, standing not in UNCLEAR
        return said == YES, said != ""

    def members(self, scheme: str, base: str, by: str, group: str) -> list[Belongs]:
        """Where nobody can tell of which group a school is, it may be of any."""
        if group == ALL or not by:
            return self.of_base(scheme, base)
        groups = self.groups(scheme, base, by)
        loose = [one._replace(counted=False) for one in groups[""]]
        return groups[group] + (groups[""] if group == UNKNOWN else loose)

    def _groups(self, scheme: str, base: str, by: str) -> defaultdict[str, list[Belongs]]:
        groups = defaultdict(list)
        for one in self.of_base(scheme, base):
            own = one.school[by]
            groups[own].append(one if own else one._replace(certain=False))
        return groups

    def _tally(
        self, of: tuple[str, str, str, str], asked: str, reading: str, only: str = ""
    ) -> Tally:
        """Of a scheme, base, grouping and group; `only`: of some education levels."""
        scheme, levels = of[0], only.split(",")
        members = self.members(*of)
        if only:
            members = [
                one if level else one._replace(counted=False, certain=False)
                for one in members
                for level in [one.school["education_level"]]
                if not level or level in levels
            ]
        if reading == "evaluated":
            return Tally([(one, self.evaluated(one.school, scheme)) for one in members])
        return Tally([(one, stands(one.school, scheme, asked, reading)) for one in members])


def stands(school: Line, scheme: str, asked: str, reading: str) -> tuple[bool, bool]:
    """Does it stand there ("exact") or at that level or higher, and is that certain?"""
    standing = school[f"{scheme}_standing"]
    if standing in UNCLEAR and asked not in UNCLEAR:
        stated = school[f"{scheme}_stated_level"] if standing == "in_doubt" else ""
        if not stated.isdigit() or not (asked.isdigit() or asked == "level_unknown"):
            return False, False
        # Its level is known, its date is not: it is at that level, or at none.
        may = stated == asked if reading == "exact" else int(stated) >= int(asked)
        return False, not may
    if reading == "exact":
        return standing == asked, True
    level = 1 if standing == "level_unknown" else int(standing) if standing.isdigit() else 0
    return level >= int(asked), True


class Tally:
    """k of n as they stand, how many are unclear, and for every n there can be the least and the
    most that can count."""

    def __init__(self, answers: list[tuple[Belongs, tuple[bool, bool]]]) -> None:
        found = [(one, yes, sure) for one, (yes, sure) in answers]
        inside = [(yes, sure) for one, yes, sure in found if one.counted]
        self.k, self.n = sum(yes for yes, _ in inside), len(inside)
        self.unclear = sum(not sure for _, sure in inside)
        self.base_unclear = sum(not one.certain for one, _, _ in found)
        firm = [(yes, sure) for one, yes, sure in found if one.certain]
        loose = [(yes, sure) for one, yes, sure in found if not one.certain]
        least, most = sum(yes for yes, _ in firm), sum(yes or not sure for yes, sure in firm)
        may, must = sum(yes or not sure for yes, sure in loose), sum(yes for yes, _ in loose)
        self.ways = [
            (len(firm) + t, least + max(0, t - (len(loose) - must)), most + min(t, may))
            for t in range(len(loose) + 1)
        ]

    def range(self) -> tuple[Fraction | None, Fraction | None]:
        lows = [Fraction(100 * low, n) for n, low, _ in self.ways if n]
        highs = [Fraction(100 * high, n) for n, _, high in self.ways if n]
        return (min(lows), max(highs)) if lows else (None, None)


def number(text: str) -> Fraction:
    return Fraction(str(float(text or 0)))


def share(k: int, n: int) -> Fraction | None:
    return Fraction(100 * k, n) if n else None


# --- Targets ---


class Corridor:
    """What a target wants: a share at the decimals it is printed with, or a number of schools."""

    def __init__(self, line: Line) -> None:
        self.low, self.high = (number(line[end]) for end in ("target_from", "target_to"))
        self.units = 10 ** min(int(line["decimals"]), 9)
        self.is_limit = self.low == 0 and self.high < 100
        self.exclusive = line.get("exclusive", "").split()  # "over 93%": 93,0% is not enough
        self.schools = line.get("wanted_schools", "")
        if self.schools:
            least, most = self.schools.split("-")
            self.least, self.most = int(least or 0), int(most) if most else None
            self.is_limit = not self.least and self.most is not None

    def place(self, k: int, n: int) -> int:
        """-1 below, 0 within, 1 above. Rounding makes neither all nor none of nearly all."""
        printed = Fraction(floor(Fraction(100 * k, n) * self.units + Fraction(1, 2)), self.units)
        short = printed < self.low or (printed == self.low and "from" in self.exclusive)
        if short or (self.low == 100 and k < n):
            return -1
        beyond = printed > self.high or (printed == self.high and "to" in self.exclusive)
        return int(beyond or (self.high == 0 and k > 0))

    @lru_cache(None)  # noqa: B019
    def fitting(self, n: int) -> tuple[int, int]:
        """The least and the greatest number of schools within; the first is more where none is."""
        if self.schools:
            return self.least, n if self.most is None else min(self.most, n)
        return (self._first(n, 0), self._first(n, 1) - 1) if n else (0, 0)

    def _first(self, n: int, place: int) -> int:
        low, high = 0, n + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.place(middle, n) >= place else (middle + 1, high)
        return low

    def verdicts(self, n: int, low: int, high: int) -> Iterator[str]:
        """Of every number of schools from `low` to `high`, of n."""
        least, most = self.fitting(n)
        if not n:
            yield "no_schools"
        elif least > most:
            yield "not_attainable"
        elif self.is_limit:
            yield from ["not_met"] * (high > most) + ["met"] * (low <= most)
        else:
            yield from ["not_met"] * (low < least) + ["met"] * (high >= least)

    def needed(self, n: int, low: int, high: int) -> list[int]:
        """How many further schools bring them within, the least and the most; of a limit that is
        passed no number does."""
        least, most = self.fitting(n)
        if not n or least > most or (self.is_limit and low > most):
            return []
        return [max(0, least - k) for k in (low, high)]


# --- The tables: what each row should say ---

Counted = dict[str, object]


def levels(schools: Schools, line: Line) -> Counted:
    of, asked = (line["scheme"], line["base"], line["by"], line["group"]), line["standing"]
    found = counts(schools.tally(of, asked, "exact"), "schools_percent_")
    higher = schools.tally(of, asked, "at_least") if asked.isdigit() else None
    low, high = higher.range() if higher else (None, None)
    return {
        **found,
        "reached_count": higher.k if higher else None,
        "reached_percent": share(higher.k, higher.n) if higher else None,
        "reached_unclear_count": higher.unclear if higher else None,
        "reached_percent_low": low,
        "reached_percent_high": high,
    }


def counts(own: Tally, ends: str) -> Counted:
    low, high = own.range()
    return {
        "schools_count": own.k,
        "schools_total": own.n,
        "schools_percent": share(own.k, own.n),
        "unclear_count": own.unclear,
        "base_unclear_count": own.base_unclear,
        f"{ends}low": low,
        f"{ends}high": high,
    }


def targets(schools: Schools, line: Line) -> Counted:
    reading = line["reading"]
    base = "all" if reading == "evaluated" else line["base"]
    of = (line["scheme"], base, line["by"], line["group"])
    own = schools.tally(of, line["level"], reading, line.get("education_levels", ""))
    issued = schools.as_of < ISSUED_UNTIL.get(line["scheme"], "9")
    over = "reference" if line["for_reference"] == YES else ""
    if not issued and line["verdict"] != "reference":  # else the last day of the targets has passed
        over = "not_issued"
    judgement = judged(own, Corridor(line), over)
    if not issued:
        judgement.update(needed_least=None, schools_needed=None, for_reference=YES)
    return {**counts(own, "percent_"), **judgement}


def judged(own: Tally, wanted: Corridor, over: str) -> Counted:
    """`over`: what is said in place of a verdict, where there can be none any more."""
    said = {verdict for way in own.ways for verdict in wanted.verdicts(*way)}
    verdict = said.pop() if len(said) == 1 else "open"
    needed = [schools for way in own.ways for schools in wanted.needed(*way)]
    (least, most), percent = wanted.fitting(own.n), share(own.k, own.n)
    place = "below" if own.k < least else "above" if own.k > most else "within"
    ends = {"below": wanted.low, "above": wanted.high, "within": percent}
    none = percent is None
    return {
        "verdict": over if over and verdict != "no_schools" else verdict,
        "position": "no_schools" if none else place,
        "gap_points": None if percent is None else percent - (ends[place] or 0),
        "needed_least": min(needed) if needed else None,
        "schools_needed": max(needed) if needed else None,
        "attainable": str(not none and least <= most),
        "schools_over": None if none else max(0, own.k - most),
    }


def sessions(schools: Schools, line: Line) -> Counted:
    whole, part = line["measure"], f"{line['measure']}_two_sessions"
    inside = [m.school for m in schools.members("", "all", line["by"], line["group"]) if m.counted]
    stated = [school for school in inside if school[whole] and school[part]]
    k, n = (sum(int(number(school[c])) for school in stated) for c in (part, whole))
    return {
        "two_sessions_count": k if stated else None,
        "whole_count": n if stated else None,
        "two_sessions_percent": share(k, n),
        "schools_stated": len(stated),
        "schools_total": len(inside),
    }


def expiries(schools: Schools, line: Line) -> Counted:
    scheme, at = line["scheme"], Counter()  # type: ignore[var-annotated]
    for one in schools.members(scheme, "all", line["by"], line["group"]):
        day = one.school[f"{scheme}_expires"]
        quarter = f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" if day else ""
        if one.counted:
            at[one.school[f"{scheme}_standing"], quarter] += 1
    return {"schools_count": at[line["level"], line["quarter"]]}


COUNTED = {"levels": levels, "targets": targets, "sessions": sessions, "expiries": expiries}


# --- Files, and what is told of them ---


def read(path: Path, name: str) -> tuple[list[str], list[Line]]:
    """The columns of a file and its lines; text for every column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = list(reader.fieldnames or ())
            return columns, [{c: line.get(c) or "" for c in columns} for line in reader]
    except (OSError, ValueError, csv.Error) as error:
        cause = getattr(error, "strerror", None) or type(error).__name__
        raise Unreadable(name, cause) from None


def beside(path: Path) -> str:
    """Why a table cannot be counted by what its chart says of itself: a figure of one's own, of
    schools somebody chose, or about a part of the year."""
    try:
        told = json.loads(path.with_suffix(".json").read_text("utf-8"))
        return "own" if told.get("kind") == "own" else "part" if told["about"]["part_vi"] else ""
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""


def kind_of(columns: list[str]) -> str:
    """Which of the tables it is by its columns, or why none is counted."""
    left = [why for column, why in LEFT.items() if column in columns]
    kinds = [kind for kind, needs in TABLES.items() if set(needs.split()) <= set(columns)]
    return [*left, *kinds, "other"][0]


def equal(published: str, own: object) -> bool:
    if isinstance(own, (int, Fraction)):
        try:
            return abs(float(published) - own.numerator / own.denominator) < 1e-9
        except ValueError:
            return False
    return published == (own or "")


def shown(value: object) -> object:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else round(float(value), 6)
    return "" if value is None else value


class Recount:
    """A published folder counted again; `tell` hands on each sentence."""

    def __init__(self, folder: Path, lang: str, *, brief: bool = False) -> None:
        self.folder, self.says, self.brief = folder, SAYS[lang], brief
        self.count = self.wrong = self.tables = 0
        self.wanted: dict[tuple[str, str], str] = {}  # what the first table says of each target

    def say(self, key: str, **facts: object) -> None:
        print(self.says[key].format(**facts))

    def run(self) -> int:
        numbers = self.folder / "so_lieu"
        try:
            schools, left = self.schools(numbers / "truong.csv"), []
            for path in sorted(numbers.glob("*.csv")):
                if path.name != "truong.csv":
                    why = self.table(path, schools)
                    left += [f"{path.name} ({self.says[why]})"] if why else []
        except Unreadable as error:
            file, cause = error.args
            self.say("file", file=file, cause=cause)
            return 2
        if left and not self.brief:
            self.say("left", tables=", ".join(left))
        key = "bad" if self.wrong else "good" if self.tables else "none"
        listed = sum(line["in_scope"] != "" for line in schools.lines)
        self.say(key, count=self.count, wrong=self.wrong, tables=self.tables, schools=listed)
        return 2 if self.wrong else 0

    def schools(self, path: Path) -> Schools:
        columns, lines = read(path, "so_lieu/truong.csv")
        lacking = [column for column in NEEDED if column not in columns]
        if lacking:
            cause = self.says["lacks"].format(columns=", ".join(lacking))
            raise Unreadable("so_lieu/truong.csv", cause)
        return Schools(lines)

    def table(self, path: Path, schools: Schools) -> str:
        """Count a table again; or why it cannot be."""
        columns, lines = read(path, f"so_lieu/{path.name}")
        kind = kind_of(columns)
        if kind not in COUNTED:
            return kind
        if any("," in line.get("by", "") for line in lines):
            return "joined"
        if any(line.get("by", "") == "regime" for line in lines):
            return "other"
        if {line.get("school_year", "") for line in lines} - schools.years:
            return "several"
        if why := beside(path):
            return why
        self.tables, before = self.tables + 1, self.count
        each = (self.line(n, line, COUNTED[kind], schools) for n, line in enumerate(lines, 2))
        told = [wrong for line in each for wrong in line]
        facts = {"table": path.name, "count": self.count - before, "wrong": len(told)}
        if told or not self.brief:
            self.say("differ" if told else "equal", **facts)
        for key, more in told[:20]:
            self.say(key, **more)
        if len(told) > 20:
            self.say("more", count=len(told) - 20)
        self.wrong += len(told)
        return ""

    def line(self, number: int, line: Line, counted: Any, schools: Schools) -> Iterator[Any]:
        try:
            found = counted(schools, line)
        except (ValueError, LookupError, ArithmeticError) as error:
            self.count += 1
            lacks = isinstance(error, KeyError)
            cause = self.says["lacks"].format(columns=error.args[0]) if lacks else error
            yield "unreadable", {"line": number, "cause": cause}
            return
        for column in WANTED if "target_id" in line and not line.get("wanted_schools") else ():
            if column in line:
                of = "" if column == "for_reference" else line["target_id"]
                found[column] = self.wanted.setdefault((of, column), line[column])
        keys = ("target_id", "scheme", "group", "standing", "measure", "quarter", "level")
        row = ", ".join(line[key] for key in keys if line.get(key))
        for column, own in found.items():
            if column in line:
                self.count += 1
                if not equal(line[column], own):
                    facts = {"published": line[column], "own": shown(own)}
                    yield "number", {"line": number, "row": row, "column": column, **facts}


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
