"""The right answers for the example office, worked out plainly from the clean rows.

Written without the analysis package, so that it can serve as its judge.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from openpyxl.utils import get_column_letter

from example_office.simulate import HERE, Row, as_of, read_csv
from example_office.workbook import INDICATORS, LAYOUTS, Places

GROUPS = ["MN", "TH", "THCS", "TH&THCS", "all"]
STANDINGS = ["unknown", "not_evaluated", "not_reached", "expired", "level_unknown"]
LEVELS = {"kdclgd": ["1", "2", "3", "4"], "cqg": ["1", "2"]}
BASES = ["eligible", "evaluated", "all"]
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


def accepted_rows(places: Places) -> list[Row]:
    """One row per school that can be counted: its values, its standing, where it was found."""
    rows = []
    for (file, sheet), placed in places.items():
        for number, kind, school in placed.rows:
            if kind == "school" and school is not None:
                where = {"source_file": file, "source_sheet": sheet, "source_row": number}
                name = placed.typed[school["school_id"]]["school_name"]
                rows.append(school | _standings(school) | where | {"name_in_sheet": _tidy(name)})
    return rows


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _standings(row: Row) -> Row:
    found: Row = {}
    for scheme in LEVELS:
        signed, level = row[f"{scheme}_date"], row[f"{scheme}_level"]
        ends = anniversary(signed) if signed else None
        standing = row[f"{scheme}_result"]
        if ends and as_of(row["school_year"]) > ends:
            standing = "expired"
        elif standing == "recognised":
            standing = str(level)
        found |= {f"{scheme}_expires": ends, f"{scheme}_standing": standing}
    return found


def set_aside_lines(school_year: str, places: Places) -> list[Row]:
    """One line per fault: the cell that keeps a school out of the counts."""
    columns = [column for column, *_ in LAYOUTS[school_year]["columns"]]
    faults = [line for line in read_csv(HERE / "bad_rows.csv") if line["fault"]]
    faults = [line for line in faults if line["school_year"] == school_year]
    lines = []
    for (file, sheet), placed in places.items():
        for number, kind, school in placed.rows:
            if kind != "set_aside" or school is None:
                continue
            for fault in (x for x in faults if x["school_id"] == school["school_id"]):
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
                found = [row[f"{scheme}_standing"] for row in _members(rows, base, group)]
                for standing in STANDINGS + levels:
                    line = {"school_year": school_year, "scheme": scheme, "base": base}
                    line |= {"group": group, "standing": standing}
                    counts = {"schools_count": found.count(standing), "schools_total": len(found)}
                    lines.append(line | counts)
    return lines


def target_lines(school_year: str, rows: list[Row]) -> list[Row]:
    """Each part of the school targets against the counts, by education level."""
    lines = []
    for part, scheme, counted, base, low, high, decimals in PARTS:
        for group in GROUPS:
            found = [row[f"{scheme}_standing"] for row in _members(rows, base, group)]
            count = sum(standing in counted for standing in found)
            line = {"school_year": school_year, "part": part, "group": group, "count": count}
            lines.append(line | _against(count, len(found), low, high, decimals))
    return lines


def _against(count: int, total: int, low: Fraction, high: Fraction, decimals: int) -> Row:
    if total == 0:
        return {"total": 0, "position": "no_schools", "attainable": False}
    percent = Fraction(100 * count, total)
    shown = [_half_up(Fraction(100 * k, total), decimals) for k in range(total + 1)]
    within = [k for k in range(total + 1) if low <= shown[k] <= high]
    row: Row = {"total": total, "percent": round(float(percent), 6), "attainable": bool(within)}
    if shown[count] < low:
        further = [k - count for k in within if k > count]
        gap, row["position"] = percent - low, "below"
        row["schools_needed"] = further[0] if further else None
    elif shown[count] > high:
        gap, row["position"], row["schools_needed"] = percent - high, "above", 0
    else:
        gap, row["position"], row["schools_needed"] = Fraction(0), "within", 0
    return row | {"gap_points": round(float(gap), 6)}


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
