"""The example office without any mess: its schools and what each of them holds in a school year."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

HERE = Path(__file__).parent
DATA = HERE.parent
SEED = 20220624

SCHEMES = {"K": "kdclgd", "Q": "cqg"}
# Until this day the chairman of the province signed recognitions as CQG, then the director of the
# department (Thông tư 22/2024/TT-BGDĐT, in force 25/01/2025).
LAST_DAY_OF_UBND = dt.date(2025, 1, 24)
PUPILS_PER_CLASS = {"MN": 26, "TH": 30, "THCS": 36, "TH&THCS": 27}

T = TypeVar("T")
Row = dict[str, Any]


def draw(*key: object) -> float:
    """A number in [0, 1) that depends on the seed and the key alone, on every machine."""
    text = "|".join(str(part) for part in (SEED, *key))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def pick(options: Sequence[T], *key: object) -> T:
    """One of the options, drawn by the key."""
    return options[int(draw(*key) * len(options))]


@dataclass(frozen=True)
class Certificate:
    """One decision; level None: recognised without a level, 0: evaluated and not reached."""

    scheme: str
    level: int | None
    signed: dt.date
    decision: str


def read_csv(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_of(school_year: str) -> dt.date:
    """The date the counts of a school year refer to, from its settings."""
    text = (DATA / "years" / f"{school_year}.toml").read_text(encoding="utf-8")
    day: dt.date = tomllib.loads(text)["as_of"]
    return day


def clean_rows(school_year: str) -> list[Row]:
    """One row per school that exists on the as-of date, in the order of the directory."""
    day = as_of(school_year)
    plans = {plan["school_id"]: plan for plan in read_csv(HERE / "histories.csv")}
    directory = [line for line in read_csv(DATA / "schools.csv") if _valid(line, day)]
    return [_row(line, plans[line["school_id"]], school_year, day) for line in directory]


def _valid(line: dict[str, str], day: dt.date) -> bool:
    return line["valid_from"] <= day.isoformat() <= (line["valid_to"] or "9999")


def _row(line: dict[str, str], plan: dict[str, str], school_year: str, day: dt.date) -> Row:
    row: Row = {"school_year": school_year}
    row |= {name: line[name] for name in ("school_id", "school_code", "school_name")}
    row |= {name: line[name] for name in ("unit", "education_level")}
    row["ownership"] = plan["ownership"]
    row["eligible"] = plan["eligible_from"] <= school_year
    held = [c for c in _certificates(plan) if c.signed <= day]
    row["externally_evaluated"] = any(c.scheme == "kdclgd" for c in held)
    for scheme in SCHEMES.values():
        row |= _latest(scheme, held, row["externally_evaluated"])
    return row | _sizes(row, plan)


def _certificates(plan: dict[str, str]) -> list[Certificate]:
    """`K2:2018-11` is KĐCLGD cấp độ 2 signed in November 2018, `Q?` a CQG without its level."""
    return [_certificate(word, plan["school_id"]) for word in plan["history"].split()]


def _certificate(word: str, school_id: str) -> Certificate:
    kind, when = word.split(":")
    signed = dt.date.fromisoformat(when) if len(when) == 10 else _working_day(when, school_id)
    level = None if kind[1] == "?" else int(kind[1])
    number = 7 * signed.timetuple().tm_yday + int(7 * draw(school_id, word, "number"))
    by_ubnd = kind[0] == "Q" and signed <= LAST_DAY_OF_UBND
    return Certificate(
        SCHEMES[kind[0]], level, signed, f"{number}/QĐ-{'UBND' if by_ubnd else 'SGDĐT'}"
    )


def _working_day(month: str, school_id: str) -> dt.date:
    first = dt.date.fromisoformat(f"{month}-01")
    days = [first + dt.timedelta(n) for n in range(4, 27)]
    days = [day for day in days if day.weekday() < 5 and not _around_tet(day)]
    return pick(days, school_id, month, "day")


def _around_tet(day: dt.date) -> bool:
    return (1, 16) <= (day.month, day.day) <= (2, 19)


def _latest(scheme: str, held: list[Certificate], evaluated: bool) -> Row:
    """What a list of 31 May shows of a scheme: the last decision, be it in force or expired."""
    row: Row = {f"{scheme}_result": "not_reached" if evaluated else "not_evaluated"}
    row |= {f"{scheme}_{name}": None for name in ("level", "decision", "date")}
    mine = [c for c in held if c.scheme == scheme]
    last = max(mine, key=lambda certificate: certificate.signed, default=None)
    if last is None or last.level == 0:
        return row
    row[f"{scheme}_result"] = "level_unknown" if last.level is None else "recognised"
    row[f"{scheme}_level"] = last.level
    row[f"{scheme}_decision"], row[f"{scheme}_date"] = last.decision, last.signed
    return row


def _sizes(row: Row, plan: dict[str, str]) -> Row:
    """Classes and pupils; teaching in two sessions a day grows by a few points each year."""
    key = (row["school_id"], row["school_year"])
    classes = int(plan["classes"]) + pick([-1, 0, 0, 1], *key, "classes")
    fullness = 0.9 + 0.16 * draw(row["school_id"], "fullness") + 0.04 * draw(*key, "fullness")
    pupils = round(classes * PUPILS_PER_CLASS[row["education_level"]] * fullness)
    share = int(plan["two_sessions_percent"])
    if 0 < share < 100:
        share = min(100, share + 3 * (int(row["school_year"][:4]) - 2021))
    two_sessions = round(classes * share / 100)
    return {
        "classes": classes,
        "classes_two_sessions": two_sessions,
        "pupils": pupils,
        "pupils_two_sessions": round(pupils * two_sessions / classes),
    }
