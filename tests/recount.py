"""A second count of the example office, straight from its workbooks.

Written to be believed without the package: openpyxl opens the cells, the rest is plain Python and
the tables of words below. It knows only what occurs in these workbooks and stops at anything else.
`python -m tests.recount` prints what it finds; `recount` hands it over.

A cell that cannot be true is a doubt of its school and column, and the school stays. What is
unclear is never guessed but completed in every way there is; only where all completions agree is
there a verdict.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import partial
from math import floor, inf
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

LEVELS = {"kdclgd": (1, 2, 3, 4), "cqg": (1, 2)}  # Thông tư 17, 18, 19/2018
LEVELS_SINCE = dt.date(2018, 10, 10)  # before, lower secondary schools had CQG without a level
BASES = ("eligible", "evaluated", "all")
GROUPINGS = ("education_level", "unit", "ownership")
READINGS = ("exact", "at_least")
UNCLEAR = ("in_doubt", "not_stated")
STATES = (*UNCLEAR, "not_evaluated", "pending", "not_reached", "withdrawn", "expired",
          "level_unknown")  # fmt: skip
ALL, NOT_KNOWN = "all", "unknown"


class Unknown(ValueError):
    """The workbooks say something this count was not written for."""


class Doubt(Exception):
    """A cell cannot be true, or is blank where it must not be."""


# --- What the words of these workbooks mean ---


def tidy(cell: object) -> str:
    """A cell as text: composed letters, single spaces; "" where nothing stands."""
    return "" if cell is None else " ".join(unicodedata.normalize("NFC", str(cell)).split())


def fold(cell: object) -> str:
    return tidy(cell).casefold()


def spelled(meanings: Mapping[Any, str]) -> dict[str, Any]:
    """Words by meaning, turned to meanings by word."""
    return {fold(w): meaning for meaning, words in meanings.items() for w in words.split("|")}


HEADINGS = spelled(
    {
        "order": "TT|STT|Số TT",
        "school_code": "Mã trường|Mã CSDL|Mã định danh",
        "school_name": "Tên trường|Tên đơn vị|Trường|Cơ sở giáo dục",
        "unit": "Xã/phường|Địa bàn|Xã, phường|Xã/ Phường|Phường/xã",
        "education_level": "Cấp học|Bậc học|Loại trường|Ngành học",
        "ownership": "Loại hình|CL/NCL|Công lập/Tư thục",
        "eligible": "Đủ điều kiện ĐGN|Đủ ĐK ĐGN|Đủ điều kiện đánh giá ngoài|Đủ ĐK đánh giá ngoài",
        "externally_evaluated": "Đã ĐGN|Được ĐGN|Đã đánh giá ngoài",
        "kdclgd": "KĐCLGD|Kiểm định chất lượng giáo dục|Kiểm định CLGD",
        "cqg": "CQG|Chuẩn quốc gia|Chuẩn quốc gia (CQG)|Đạt chuẩn quốc gia",
        "classes": "Số lớp|Tổng số lớp",
        "classes_two_sessions": "Số lớp học 2 buổi/ngày|Lớp học 2 buổi/ngày|Số lớp 2 buổi/ngày",
        "pupils": "Số học sinh|Tổng số HS|Số HS",
        "pupils_two_sessions": "Số HS học 2 buổi/ngày|HS học 2 buổi/ngày|Số học sinh 2 buổi/ngày",
        "note": "Ghi chú",
    }
)
# Under the two schemes stands a second line of headings.
ATTRIBUTES = spelled(
    {
        "level": "Cấp độ|Đạt cấp độ|Mức độ|Đạt mức độ",
        "decision": "Số quyết định|Quyết định số|Số QĐ",
        "date": "Ngày ký|Ngày cấp",
    }
)
TOTALS = {"cộng", "tổng cộng"}
FOOT = ("ghi chú:", "(*)")

WARDS = ("Tứ Hạ", "Hương Văn", "Hương Vân", "Hương Xuân", "Hương Chữ", "Hương Trà", "Kim Trà")
COMMUNES = ("Hương Toàn", "Bình Thành", "Bình Tiến", "Hương Bình", "Bình Điền")
UNITS = spelled(
    {f"Phường {name}": f"Phường {name}|P. {name}|P.{name}" for name in WARDS}
    | {f"Xã {name}": f"Xã {name}|X. {name}|X.{name}" for name in COMMUNES}
)
EDUCATION_LEVELS = spelled(
    {
        "MN": "MN|Mầm non",
        "TH": "TH|Tiểu học",
        "THCS": "THCS|T.H.C.S|Trung học cơ sở",
        "TH&THCS": "TH&THCS|TH & THCS|TH và THCS|TH-THCS|Tiểu học và THCS",
    }
)
OWNERSHIPS = spelled({"CL": "CL|Công lập", "NCL": "Ngoài công lập"})
ELIGIBLE = spelled({True: "Có|Đủ", False: "Chưa"})
EVALUATED = spelled({True: "Có|Đã ĐGN|x", False: "Chưa", None: ""})
LEVEL = r"(?:(?:đạt )?(?:cấp độ|mức độ)|cđ|mđ|) ?(\d|i{1,3})"
NO_LEVEL = spelled(
    {
        None: "",
        "not_reached": "Chưa đạt|Không đạt|-",
        "not_evaluated": "Chưa ĐGN|Chưa đánh giá ngoài",
        "pending": "đang đề nghị",
        "level_unknown": "Đạt chuẩn quốc gia|Đạt CQG",
    }
)
# No note says that a school is closed or merged, no name is that of a group, a site or a centre:
# every school here is in scope and may ask for both certificates.
NOTES = spelled({None: "|Có quyết định trong năm học|Trường mới, chưa đủ điều kiện ĐGN"})
NAME = r"(trường )?(mầm non|mn|tiểu học|th|thcs|th&thcs) .+"


def meaning(words: Mapping[str, Any], cell: object) -> Any:
    if fold(cell) not in words:
        raise Unknown(f"word {cell!r}")
    return words[fold(cell)]


def matched(pattern: str, text: str) -> re.Match[str]:
    if not (found := re.fullmatch(pattern, text)):
        raise Unknown(f"{text!r} is not written as {pattern!r}")
    return found


def read_code(cell: object) -> str:
    if not tidy(cell):
        raise Doubt
    return matched(r"\d{8}", tidy(cell).replace(" ", ""))[0]


def read_name(cell: object) -> str:
    if not tidy(cell):
        raise Doubt
    matched(NAME, fold(cell))
    return tidy(cell)


def read_level(levels: Sequence[int], cell: object) -> int | str | None:
    """The number of a level, or one of STATES in its place, or None for a blank."""
    if fold(cell) in NO_LEVEL:
        return str(NO_LEVEL[fold(cell)]) if fold(cell) else None
    figure = matched(LEVEL, fold(cell))[1]
    level = int(figure) if figure.isdecimal() else len(figure)
    if level not in levels:
        raise Doubt
    return level


def read_decision(cell: object) -> str | None:
    text = tidy(cell).replace(" ", "")
    return None if text in ("", "-") else matched(r"\d+/QĐ-(SGDĐT|UBND)", text)[0]


def read_date(cell: object) -> dt.date | None:
    """A day, written day first as the sheets ask for."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if tidy(cell) in ("", "-"):
        return None
    day, month, year = map(int, matched(r"(\d+)[./-](\d+)[./-](\d{4})", tidy(cell)).groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Doubt from None


def read_count(cell: object) -> int:
    """A number of classes or pupils; "1.053" is a thousand and fifty-three."""
    number = int(matched(r"-?\d+", re.sub(r"\.(\d{3})$", r"\1", tidy(cell)))[0])
    if number < 0:
        raise Doubt
    return number


READERS: dict[str, Callable[[Any], Any]] = {
    "order": tidy,
    "school_code": read_code,
    "school_name": read_name,
    "unit": partial(meaning, UNITS),
    "education_level": partial(meaning, EDUCATION_LEVELS),
    "ownership": partial(meaning, OWNERSHIPS),
    "eligible": partial(meaning, ELIGIBLE),
    "externally_evaluated": partial(meaning, EVALUATED),
    "kdclgd_level": partial(read_level, LEVELS["kdclgd"]),
    "kdclgd_decision": read_decision,
    "kdclgd_date": read_date,
    "cqg_level": partial(read_level, LEVELS["cqg"]),
    "cqg_decision": read_decision,
    "cqg_date": read_date,
    "classes": read_count,
    "classes_two_sessions": read_count,
    "pupils": read_count,
    "pupils_two_sessions": read_count,
    "note": partial(meaning, NOTES),
}


# --- From workbooks to rows ---


class Row(NamedTuple):
    """A row with any value: where it stands, what it is (title, heading, group, school, total,
    foot, unread), and the cells of a school by column."""

    file: str
    sheet: str
    number: int
    kind: str
    cells: Mapping[str, object]


def read_lists(folder: Path) -> Iterator[Row]:
    """Every row of the school lists; the office's own figures (chi_tieu_...) are no list."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("chi_tieu_co_quan_"):
            continue
        if path.suffix != ".xlsx":
            raise Unknown(f"format of {path.name}")
        for sheet in openpyxl.load_workbook(path):
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
            filled = {number: cells for number, cells in rows if any(map(tidy, cells))}
            for number, kind, cells in rows_by_kind(filled, sheet.title):
                yield Row(path.name, sheet.title, number, kind, cells)


def rows_by_kind(
    rows: Mapping[int, Sequence[object]], sheet: str
) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Titles, two lines of headings, schools among groups and totals; from the first note on the
    foot. A sheet without headings is the guide and is not read."""
    heading = next((n for n, cells in rows.items() if HEADINGS.get(fold(cells[0])) == "order"), 0)
    if not heading and sheet != "Hướng dẫn":
        raise Unknown(f"sheet {sheet!r} without a heading")
    columns = columns_of(rows[heading], rows[heading + 1]) if heading else []
    notes = [n for n, cells in rows.items() if n > heading and fold(cells[0]).startswith(FOOT)]
    foot = min(notes, default=inf)
    for number, cells in rows.items():
        if not heading:
            yield number, "unread", {}
        elif number <= heading + 1:
            yield number, "title" if number < heading else "heading", {}
        elif number >= foot:
            yield number, "foot", {}
        else:
            by_column = dict(zip(columns, cells, strict=True))
            kind = kind_of(cells, by_column["school_name"])
            yield number, kind, by_column if kind == "school" else {}


def columns_of(upper: Sequence[object], lower: Sequence[object]) -> list[str]:
    """The columns under two lines of headings, where "KĐCLGD" spans level, number and date."""
    names, above = [], ""
    for high, low in zip(upper, lower, strict=True):
        above = meaning(HEADINGS, high) if high else above
        names.append(f"{above}_{meaning(ATTRIBUTES, low)}" if low else above)
    if sorted(names) != sorted(READERS):
        raise Unknown(f"columns {names}")
    return names


def kind_of(cells: Sequence[object], name: object) -> str:
    """A numbered row is a school's; "II. TIỂU HỌC" or "II | XÃ BÌNH TIẾN" begins a group."""
    if isinstance(cells[0], int):
        return "school"
    if cells[0] is None and fold(name) in TOTALS:
        return "total"
    matched(r"[IVX]+(\. .+)?", tidy(cells[0]))
    if sum(c is not None for c in cells) > 2:
        raise Unknown(f"row {cells}")
    return "group"


# --- From rows to schools ---


@dataclass(frozen=True)
class School:
    """A school and what its row says: clean values by column (None: blank or in doubt), the
    columns in doubt, and where it stands in each scheme. `aside`: why nobody can tell which school
    it is, or whether it is one; "" for a school."""

    row: Row
    clean: Mapping[str, Any]
    doubts: tuple[str, ...]
    standing: Mapping[str, str]
    aside: str = ""


def read_school(row: Row, marks_only: bool, as_of: dt.date) -> School:
    """A row cell by cell, then the cells against each other, then where the school stands."""
    clean, doubts = {}, set()
    for column, cell in row.cells.items():
        try:
            clean[column] = READERS[column](cell)
        except Doubt:
            doubts.add(column)
        except Unknown as unknown:
            raise Unknown(f"{row.file}, {row.sheet}, row {row.number}, {column}") from unknown
    clean |= dict.fromkeys(doubts)
    if marks_only and clean["externally_evaluated"] is None:
        clean["externally_evaluated"] = False
    doubts |= set(contradictions(clean, doubts))
    clean |= dict.fromkeys(doubts)
    standing = {scheme: stands(scheme, clean, doubts, as_of) for scheme in LEVELS}
    nobody = clean["school_name"] is None and clean["school_code"] is None
    in_doubt = tuple(column for column in READERS if column in doubts)
    return School(row, clean, in_doubt, standing, "neither name nor code" if nobody else "")


def contradictions(clean: Mapping[str, Any], doubts: set[str]) -> Iterator[str]:
    """Columns in doubt because of another: level, number and date of a certificate belong
    together, and no part is larger than its whole."""
    for scheme in LEVELS:
        level, number, signed = (f"{scheme}_{a}" for a in ("level", "decision", "date"))
        if {level, number, signed} & doubts:
            continue
        if isinstance(clean[level], int):
            yield from (column for column in (number, signed) if clean[column] is None)
        elif clean[level] == "level_unknown":
            if clean[signed] is None or clean[signed] >= LEVELS_SINCE:
                yield level
        elif clean[number] or clean[signed]:
            yield level
    for whole in ("classes", "pupils"):
        part = f"{whole}_two_sessions"
        if None not in (clean[part], clean[whole]) and clean[part] > clean[whole]:
            yield part


def stands(scheme: str, clean: Mapping[str, Any], doubts: set[str], as_of: dt.date) -> str:
    """One of STATES, or the level in force on the day."""
    level, signed = clean[f"{scheme}_level"], clean[f"{scheme}_date"]
    if doubts & {f"{scheme}_level", f"{scheme}_date"}:
        return "in_doubt"
    if level in (None, "not_reached") and clean["externally_evaluated"] is False:
        return "not_evaluated"  # nobody can have been recognised then
    if level is None or (signed and signed > as_of):
        return "not_stated"
    return "expired" if signed and last_day(signed) < as_of else str(level)


def last_day(signed: dt.date) -> dt.date:
    """The fifth anniversary, on which a certificate still holds; of 29 February it is the 28th."""
    day = 28 if (signed.month, signed.day) == (2, 29) else signed.day
    return dt.date(signed.year + 5, signed.month, day)


def read_schools(rows: Iterable[Row], as_of: dt.date) -> list[School]:
    """The schools of a year, each once, and after them the rows set aside."""
    sheets = defaultdict(list)
    for row in rows:
        if row.kind == "school":
            sheets[row.file, row.sheet].append(row)
    different: dict[tuple[str, ...], School] = {}
    for of_sheet in sheets.values():
        # Where a column of answers holds nothing but "x", a blank says no.
        marks_only = {fold(row.cells["externally_evaluated"]) for row in of_sheet} == {"", "x"}
        for row in of_sheet:
            said = tuple(tidy(row.cells[column]) for column in READERS if column != "order")
            different.setdefault(said, read_school(row, marks_only, as_of))  # else a copy
    same: defaultdict[object, list[School]] = defaultdict(list)
    for school in different.values():
        clean = school.clean
        same[clean["school_code"] or (clean["school_name"], clean["unit"])].append(school)
    held = [school for alike in same.values() for school in identified(alike)]
    return sorted(held, key=lambda school: bool(school.aside))


def identified(alike: list[School]) -> list[School]:
    """Different rows of one code: under different names nobody can tell which school they are."""
    if len(alike) == 1 or alike[0].aside:
        return alike
    if len({fold(school.clean["school_name"]) for school in alike}) < len(alike):
        raise Unknown(f"several rows of one school: {[school.row for school in alike]}")
    return [replace(school, aside="one code, different names") for school in alike]


# --- Counting, with every completion of what is unclear ---


class Answer(NamedTuple):
    """An answer that counts by definition, and whether it is certain."""

    yes: bool
    certain: bool = True

    def possible(self) -> set[bool]:
        return {self.yes} if self.certain else {True, False}


class Selection(NamedTuple):
    """Which schools are counted: of a base, and of a group ("all": the office) of a grouping."""

    scheme: str
    base: str
    by: str
    group: str


def belongs(school: School, chosen: Selection) -> Answer:
    """Is the school among those? Certainly not where one answer is certainly no."""
    clean, doubts, evaluated = school.clean, school.doubts, school.clean["externally_evaluated"]
    answers = [
        Answer(not school.aside, not school.aside),
        Answer(
            chosen.group in (ALL, clean[chosen.by] or NOT_KNOWN),
            chosen.group == ALL or chosen.by not in doubts,
        ),
        {
            "all": Answer(True),
            "eligible": Answer(clean["eligible"] is not False, "eligible" not in doubts),
            "evaluated": Answer(evaluated is True, evaluated is not None),
        }[chosen.base],
    ]
    certainly_not = any(answer.certain and not answer.yes for answer in answers)
    certain = certainly_not or all(answer.certain for answer in answers)
    return Answer(all(answer.yes for answer in answers), certain)


def reaches(school: School, scheme: str, reading: str, level: int) -> Answer:
    """Does the school count at exactly this level, or at it or higher? One that is unclear may,
    unless the level it states does not: it holds that level or none."""
    standing = school.standing[scheme]
    if standing in UNCLEAR:
        stated = school.clean[f"{scheme}_level"] if standing == "in_doubt" else None
        if not isinstance(stated, int):
            return Answer(False, certain=False)
        may = stated == level if reading == "exact" else stated >= level
        return Answer(False, certain=not may)
    if reading == "exact":
        return Answer(standing == str(level))
    # Recognised without a level is at least the lowest one.
    lowest = min(LEVELS[scheme]) if standing == "level_unknown" else 0
    return Answer((int(standing) if standing.isdecimal() else lowest) >= level)


@dataclass(frozen=True)
class Tally:
    """Of how many schools how many count: k, n, u (unclear among the n), of how many schools and
    rows it is unclear whether they belong, and (k, n) of every completion."""

    schools_count: int
    schools_total: int
    unclear_count: int
    base_unclear_count: int
    completions: frozenset[tuple[int, int]]

    @property
    def shares(self) -> tuple[Fraction, Fraction] | None:
        """The least and the greatest share, 0 to 1; None where there is none."""
        shares = [Fraction(k, n) for k, n in self.completions if n]
        return (min(shares), max(shares)) if shares else None


def tally(held: Iterable[School], chosen: Selection, reading: str, level: int) -> Tally:
    """Count, and complete what is unclear school by school in every way there is."""
    answers = [(belongs(s, chosen), reaches(s, chosen.scheme, reading, level)) for s in held]
    inside = [counted for belonging, counted in answers if belonging.yes]
    found = {(0, 0)}
    for belonging, counted in answers:
        both = [(b, c) for b in belonging.possible() for c in counted.possible()]
        found = {(k + (b and c), n + b) for k, n in found for b, c in both}
    return Tally(
        sum(counted.yes for counted in inside),
        len(inside),
        sum(not counted.certain for counted in inside),
        sum(not belonging.certain for belonging, _ in answers),
        frozenset(found),
    )


@dataclass(frozen=True)
class Count:
    """How many schools stand where, and how many count at each level in each reading."""

    standings: Mapping[str, int]
    levels: Mapping[tuple[str, int], Tally]


def count(held: Sequence[School], chosen: Selection) -> Count:
    stand = Counter(
        school.standing[chosen.scheme] for school in held if belongs(school, chosen).yes
    )
    names = [*STATES, *map(str, LEVELS[chosen.scheme])]
    asked = [(reading, level) for reading in READINGS for level in LEVELS[chosen.scheme]]
    return Count({name: stand[name] for name in names}, {a: tally(held, chosen, *a) for a in asked})


def groups_of(held: Iterable[School], by: str) -> list[str]:
    """The groups with a school, in the order of the words above, and the office."""
    words = {"education_level": EDUCATION_LEVELS, "unit": UNITS, "ownership": OWNERSHIPS}[by]
    found = {school.clean[by] or NOT_KNOWN for school in held if not school.aside}
    return [g for g in dict.fromkeys([*words.values(), NOT_KNOWN]) if g in found] + [ALL]


# --- Verdicts ---


@dataclass(frozen=True)
class Part:
    """A part of a target, as its file has it: the corridor in percent, compared at the decimals it
    is printed with."""

    id: str
    scheme: str
    level: int
    reading: str
    base: str
    from_percent: Fraction | int
    to_percent: Fraction | int
    decimals: int

    def place(self, k: int, n: int) -> int:
        """-1 below the corridor, 0 within, 1 above; rounding never makes all of nearly all."""
        units = 10**self.decimals
        printed = Fraction(floor(Fraction(100 * k, n) * units + Fraction(1, 2)), units)
        if printed < self.from_percent or (self.from_percent == 100 and k < n):
            return -1
        return int(printed > self.to_percent)

    def fitting(self, n: int) -> list[int]:
        """The numbers of schools, of so many, whose share lies in the corridor."""
        return [k for k in range(n + 1) if n and self.place(k, n) == 0]

    def verdict(self, k: int, n: int) -> str:
        """Of one completion."""
        if not n:
            return "no_schools"
        if not self.fitting(n):
            return "not_attainable"
        return "not_met" if self.place(k, n) < 0 else "met"

    def needed(self, k: int, n: int) -> int:
        """Further schools that bring a completion into the corridor; 0 within and above."""
        return max(0, self.fitting(n)[0] - k)


@dataclass(frozen=True)
class Result:
    """A part of a target in a group: the tally, what all completions agree on (else "open"), the
    verdict ("reference" past the last day of the targets), and how many further schools are
    needed, the least and the most over the completions in which any number fits."""

    part: Part
    group: str
    tally: Tally
    agreed: str
    verdict: str
    needed: tuple[int, int] | None


def judge(part: Part, group: str, found: Tally, *, past: bool) -> Result:
    verdicts = {part.verdict(k, n) for k, n in found.completions}
    agreed = verdicts.pop() if len(verdicts) == 1 else "open"
    verdict = "reference" if past and agreed != "no_schools" else agreed
    steps = [part.needed(k, n) for k, n in found.completions if part.fitting(n)]
    return Result(part, group, found, agreed, verdict, (min(steps), max(steps)) if steps else None)


def read_parts(target_set: Mapping[str, Any]) -> Iterator[Part]:
    """The parts about schools; one about single education levels does not occur."""
    for part in (p for target in target_set["target"] for p in target.get("part", [])):
        if {"level_target", "education_levels"} & set(part):
            raise Unknown(f"education levels of {part['id']}")
        yield Part(**{field.name: part[field.name] for field in fields(Part)})


# --- A year ---


@dataclass(frozen=True)
class Recount:
    """A school year counted. `fates`: by file and sheet, how many rows with any value are "of
    schools", "set aside" or "ignored"."""

    school_year: str
    as_of: dt.date
    rows: Sequence[Row]
    fates: Mapping[tuple[str, str], Counter[str]]
    schools: Sequence[School]
    set_aside: Sequence[School]
    counts: Mapping[Selection, Count]
    results: Sequence[Result]


def recount(school_year: str, home: Path) -> Recount:
    """Count a school year of the office whose folder `data` lies in `home`."""
    data = home / "data"
    year = read_toml(data / "years" / f"{school_year}.toml")
    targets = read_toml(data / "targets" / f"{year['target_set']}.toml")
    rows = list(read_lists(data / "raw" / school_year))
    held = read_schools(rows, year["as_of"])
    if "blank" in year or all(s.clean["externally_evaluated"] is None for s in held):
        raise Unknown("what a blank means, or who was evaluated")
    asked = [
        Selection(scheme, base, by, group)
        for scheme in LEVELS
        for base in BASES
        for by in GROUPINGS
        for group in groups_of(held, by)
    ]
    counts = {chosen: count(held, chosen) for chosen in asked}
    past = year["as_of"] > targets["deadline"]
    results = [
        judge(part, chosen.group, counts[chosen].levels[part.reading, part.level], past=past)
        for part in read_parts(targets)
        for chosen in asked
        if chosen[:3] == (part.scheme, part.base, "education_level")
    ]
    schools, aside = ([s for s in held if bool(s.aside) == apart] for apart in (False, True))
    fates = fates_of(rows, held)
    return Recount(school_year, year["as_of"], rows, fates, schools, aside, counts, results)


def read_toml(path: Path) -> dict[str, Any]:
    """Numbers as they are written: 89.5 is 179/2."""
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Fraction)


def fates_of(rows: Iterable[Row], held: Iterable[School]) -> dict[tuple[str, str], Counter[str]]:
    """What became of each row; a copy of a row that is counted is ignored."""
    fate = {s.row[:3]: "set aside" if s.aside else "of schools" for s in held}
    fates: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        fates[row.file, row.sheet][fate.get(row[:3], "ignored")] += 1
    return dict(fates)


def main() -> None:
    home = Path(__file__).parents[1]
    for path in sorted((home / "data" / "years").glob("*.toml")):
        year = recount(path.stem, home)
        fates = dict(sum(year.fates.values(), Counter()))
        print(f"{year.school_year} on {year.as_of}: {len(year.schools)} schools; rows: {fates}")
        for s in year.schools:
            if s.doubts or {"pending", *UNCLEAR} & set(s.standing.values()):
                print(f"  {s.clean['school_name']}: {s.standing}, in doubt: {s.doubts}")
        for r in year.results:
            k, n, u = r.tally.schools_count, r.tally.schools_total, r.tally.unclear_count
            share = " to ".join(f"{float(100 * share):.2f}" for share in r.tally.shares or ())
            print(f"  {r.part.id:3}{r.group:8}{k:3} of {n:2}, u {u}  {share:17}", end="")
            print(f"{r.agreed:15}{r.verdict:15}needed {r.needed}")


if __name__ == "__main__":
    main()
