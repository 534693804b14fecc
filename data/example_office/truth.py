"""The right answers for the example office, worked out plainly from the clean rows.

Written without the analysis package, so that it can serve as its judge.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from openpyxl.utils import get_column_letter

from example_office.simulate import DATA, HERE, Row, as_of, read_csv
from example_office.workbook import INDICATORS, LAYOUTS, Places

GROUPS = ["MN", "TH", "THCS", "TH&THCS", "all"]
STANDINGS = ["in_doubt", "not_stated", "not_evaluated", "pending", "not_reached", "withdrawn"]
STANDINGS += ["expired", "level_unknown"]
WAITING = "đang đề nghị"  # asked for: holds nothing yet, and nothing of it is in doubt
LEVELS = {"kdclgd": ["1", "2", "3", "4"], "cqg": ["1", "2"]}
BASES = ["eligible", "evaluated", "all"]
TARGETS = DATA / "targets" / "huong-tra-2022-2025.toml"
# part, scheme, standings that count, base, from and to (percent), printed decimals
ANY_LEVEL = {"level_unknown", "1", "2", "3", "4"}
PARTS: list[tuple[str, str, set[str], str, Fraction, Fraction, int]] = [
    ("K1", "kdclgd", ANY_LEVEL, "eligible", Fraction(100), Fraction(100), 1),
    ("K2", "kdclgd", {"2"}, "eligible", Fraction(80), Fraction(90), 1),
    ("K3", "kdclgd", {"3"}, "eligible", Fraction(5), Fraction(8), 1),
    ("Q", "cqg", ANY_LEVEL, "all", Fraction("89.5"), Fraction(100), 1),
]


def anniversary(day: dt.date, years: int = 5) -> dt.date:
    """The last day on which a certificate is in force; of 29 February it is the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 2, 28)


def accepted_rows(school_year: str, places: Places) -> list[Row]:
    """One row per school: its values, its standing, where it was found, and what of it is in
    doubt."""
    rows = []
    for (file, sheet), placed in places.items():
        for number, kind, school in placed.rows:
            if kind == "school" and school is not None:
                where = {"source_file": file, "source_sheet": sheet, "source_row": number}
                name = placed.typed[school["school_id"]]["school_name"]
                stated = _as_stated(school, slips_of(school_year, school["school_id"]))
                rows.append(stated | _standings(stated) | where | {"name_in_sheet": _tidy(name)})
    return rows


def slips_of(school_year: str, school_id: str) -> list[Row]:
    """The cells of a school that hold something else than what is the case."""
    found = (school_year, school_id)
    lines = read_csv(HERE / "bad_rows.csv")
    return [line for line in lines if (line["school_year"], line["school_id"]) == found]


def _as_stated(school: Row, slips: list[Row]) -> Row:
    """What the sheet says of a school: a cell with a fault says nothing, and where that cell tells
    of a scheme nobody knows what the school holds."""
    row, doubts = dict(school), []
    for line in slips:
        column, scheme = line["column"], line["column"].partition("_")[0]
        if line["value"] == WAITING:
            row |= {column: None, f"{scheme}_result": "pending"}
        elif line["fault"]:
            row[column] = None
            doubts.append(column)
            if column in (f"{scheme}_level", f"{scheme}_date"):
                row[f"{scheme}_result"] = "in_doubt"
    return row | {"doubts": " ".join(doubts)}


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _standings(row: Row) -> Row:
    found: Row = {}
    for scheme in LEVELS:
        signed, level = row[f"{scheme}_date"], row[f"{scheme}_level"]
        ends = anniversary(signed) if signed else None
        standing = row[f"{scheme}_result"]
        if standing in ("in_doubt", "pending"):
            ends = None
        elif ends and as_of(row["school_year"]) > ends:
            standing = "expired"
        elif standing == "recognised":
            standing = str(level)
        found |= {f"{scheme}_expires": ends, f"{scheme}_standing": standing}
    return found


def doubt_lines(school_year: str, places: Places) -> list[Row]:
    """One line per fault: the cell nobody can believe. Its school stays."""
    columns = [column for column, *_ in LAYOUTS[school_year]["columns"]]
    lines = []
    for (file, sheet), placed in places.items():
        for number, kind, school in placed.rows:
            if kind != "school" or school is None:
                continue
            slips = slips_of(school_year, school["school_id"])
            for fault in (slip for slip in slips if slip["fault"]):
                cell = f"{get_column_letter(1 + columns.index(fault['column']))}{number}"
                line = {"school_year": school_year, "source_file": file, "source_sheet": sheet}
                line |= {"source_row": number, "cell": cell, "column": fault["column"]}
                lines.append(line | {k: fault[k] for k in ("value", "fault", "school_id")})
    return lines


def row_lines(school_year: str, places: Places) -> list[Row]:
    """One line per sheet row that holds anything: what kind of row it is."""
    return [
        {"school_year": school_year, "source_file": file, "source_sheet": sheet}
        | {"source_row": number, "kind": kind}
        for (file, sheet), placed in places.items()
        for number, kind, _ in placed.rows
    ]


def _in_base(row: Row, base: str) -> bool:
    return base == "all" or row["eligible" if base == "eligible" else "externally_evaluated"]


def _members(rows: list[Row], base: str, group: str) -> list[Row]:
    return [r for r in rows if _in_base(r, base) and group in ("all", r["education_level"])]


def distribution_lines(school_year: str, rows: list[Row]) -> list[Row]:
    """How many schools stand where, by scheme, base and education level; zeros included."""
    lines = []
    for scheme, levels in LEVELS.items():
        for base in BASES:
            for group in GROUPS:
                found = _members(rows, base, group)
                for standing in STANDINGS + levels:
                    line = {"school_year": school_year, "scheme": scheme, "base": base}
                    line |= {"group": group, "standing": standing}
                    count = sum(row[f"{scheme}_standing"] == standing for row in found)
                    unclear = sum(_may_stand(row, scheme, {standing}) for row in found)
                    lines.append(line | _share("schools_", count, unclear, len(found)))
    return lines


def _may_stand(row: Row, scheme: str, standings: set[str]) -> bool:
    """A school in doubt may stand anywhere but as unclear; one whose level is stated (its date is
    in doubt) at this level, or without any."""
    if row[f"{scheme}_standing"] != "in_doubt":
        return False
    ranked = {*LEVELS[scheme], "level_unknown"}
    level = row[f"{scheme}_level"]
    can = {*STANDINGS, *ranked} - {"in_doubt", "not_stated"}
    return bool(standings & (can if level is None else can - ranked | {str(level)}))


def _share(name: str, count: int, unclear: int, total: int) -> Row:
    """So many of so many; their share, and from where to where it can be."""
    row: Row = {f"{name}count": count, f"{name}total": total, "unclear_count": unclear}
    ends = {"percent": count, "percent_low": count, "percent_high": count + unclear}
    shares = {end: Fraction(100 * k, total) for end, k in ends.items() if total}
    return row | {end: round(float(share), 6) for end, share in shares.items()}


def target_lines(school_year: str, rows: list[Row]) -> list[Row]:
    """Each part of the school targets against the counts, by education level."""
    lines = []
    deadline = tomllib.loads(TARGETS.read_text(encoding="utf-8"))["deadline"]
    for part, scheme, counted, base, low, high, decimals in PARTS:
        for group in GROUPS:
            found = _members(rows, base, group)
            count = sum(row[f"{scheme}_standing"] in counted for row in found)
            unclear = sum(_may_stand(row, scheme, counted) for row in found)
            line = {"school_year": school_year, "part": part, "group": group}
            line |= _share("", count, unclear, len(found))
            against = _against(count, unclear, len(found), low, high, decimals)
            if as_of(school_year) > deadline and against["verdict"] != "no_schools":
                against["verdict"] = "reference"
            lines.append(line | against)
    return lines


def _against(
    count: int, unclear: int, total: int, low: Fraction, high: Fraction, decimals: int
) -> Row:
    """A count against a corridor; the verdict is what holds whatever becomes of the unclear."""
    if total == 0:
        return {"position": "no_schools", "attainable": False, "verdict": "no_schools"}
    shown = [_half_up(Fraction(100 * k, total), decimals) for k in range(total + 1)]
    within = [k for k in range(total + 1) if low <= shown[k] <= high]
    percent, gap, position = Fraction(100 * count, total), Fraction(0), "within"
    if shown[count] < low:
        gap, position = percent - low, "below"
    elif shown[count] > high:
        gap, position = percent - high, "above"
    row: Row = {"position": position, "gap_points": round(float(gap), 6)}
    if not within:
        return row | {"attainable": False, "verdict": "not_attainable"}
    verdicts = {shown[k] >= low for k in range(count, count + unclear + 1)}
    verdict = "open" if len(verdicts) == 2 else "met" if verdicts == {True} else "not_met"
    needed = [max(0, within[0] - k) for k in (count + unclear, count)]
    row |= dict(zip(("needed_least", "schools_needed"), needed, strict=True))
    return row | {"attainable": True, "verdict": verdict}


def _half_up(number: Fraction, decimals: int) -> Fraction:
    scale = 10**decimals
    return Fraction(int(number * scale + Fraction(1, 2)), scale)


def indicator_lines() -> list[Row]:
    """The office's own figures as they stand in its small workbooks."""
    lines = []
    for school_year, plan in INDICATORS.items():
        for measure, *counts, source in plan["measures"]:
            names = ["numerator", "denominator"] if len(counts) == 2 else ["value"]
            line = {"school_year": school_year, "measure_id": measure, "source": source}
            lines.append(line | dict(zip(names, counts, strict=True)))
    return lines


def as_csv(columns: Iterable[str], lines: list[Row]) -> bytes:
    """The lines as CSV; nothing where a value is missing, true and false in small letters."""
    text = io.StringIO()
    names = list(columns)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(line.get(name)) for name in names] for line in lines)
    return text.getvalue().encode()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
