"""How an analyst's script cleans each column of the national workbook, and what it counts then.

A function a column, from the cell as a library gives it to the clean value; `BAD` where nobody can
repair it. The libraries apply them to the distinct values of a column, which is the fast way.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from check_national import WORDS

COLUMNS = list(WORDS["columns"])
BAD, NONE = "bad", None
TEXTS = ("school_name", "unit", "district", "province", "note")
SPELLED = ("education_level", "ownership", "kdclgd_level", "cqg_level")
SCHEMES = ("kdclgd", "cqg")
LEVELS = ["scheme", "education_level", "standing", "schools"]
GAPS = [
    *("scheme", "education_level", "at_least", "schools", "reached"),
    *("gap_points", "schools_needed"),
]


def text(value: Any) -> str:
    """A cell as text: composed, without spaces too many; a number that came as text "5.0" is 5."""
    words = " ".join(unicodedata.normalize("NFC", "" if value is None else str(value)).split())
    return re.sub(r"^(\d+)\.0$", r"\1", words)


def school_code(value: Any) -> Any:
    """Eight digits, however they are written."""
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
    """A whole number, also with a point between the thousands."""
    digits = re.sub(r"(?<=\d)\.(?=\d{3}$)", "", text(value))
    return int(digits) if digits.isdecimal() else BAD


def decision(value: Any) -> Any:
    """The number of a decision begins with digits and a stroke."""
    return text(value) if not text(value) or re.match(r"\d+/", text(value)) else BAD


def cleaner(name: str) -> Callable[[Any], Any]:
    """The function for a column."""
    if name == "school_code":
        return school_code
    if name in SPELLED:
        return word(name)
    if name in TEXTS:
        return text
    return {"date": date, "decision": decision}.get(name.rpartition("_")[2], count)


CLEAN: dict[str, Callable[[Any], Any]] = {name: cleaner(name) for name in COLUMNS[1:]}


def cleaned(name: str, values: Iterable[Any]) -> dict[Any, Any]:
    """Each distinct value once: what a library can look up for all its rows."""
    return {v: CLEAN[name](v) for v in values}


def gaps(counts: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each target for each education level: schools, how many reached it, points, still needed."""
    total: Counter[tuple[str, str]] = Counter()
    at: Counter[tuple[str, str, str]] = Counter()
    for scheme, level, standing, schools in counts:
        total[scheme, level] += int(schools)
        at[scheme, level, standing] = int(schools)
    rows = []
    for (scheme, level), n in sorted(total.items()):
        for least, wanted in WORDS["targets"][scheme].items():
            reached = sum(at[scheme, level, str(k)] for k in range(int(least), 5))
            points, needed = 100 * reached / n - wanted, max(0, -(-wanted * n // 100) - reached)
            rows.append((scheme, level, least, n, reached, f"{points:.2f}", needed))
    return rows


def write_csv(path: Path, names: list[str], rows: Iterable[Iterable[Any]]) -> Path:
    """A plain table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    return path
