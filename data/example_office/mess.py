"""The cells as people type them: the same facts in the spellings and slips of a school year."""

from __future__ import annotations

import datetime as dt
import tomllib
import unicodedata
from typing import Any

from example_office.simulate import HERE, Row, draw, pick

SPELLINGS: dict[str, Any] = tomllib.loads((HERE / "spellings.toml").read_text(encoding="utf-8"))
RATES: dict[str, float] = SPELLINGS["rates"]
ROMAN = ["", "I", "II", "III", "IV"]
SHORT_NAMES = {"Mầm non": "MN", "Tiểu học": "TH", "THCS": "THCS", "TH&THCS": "TH&THCS"}
NO_BREAK_SPACE = "\u00a0"

Layout = dict[str, Any]


def typed_cells(row: Row, layout: Layout, slips: dict[str, str]) -> dict[str, Any]:
    """Column to cell value (text, number, date or None) of a school; slips replace whole cells."""
    cells = {column: _cell(column, row, layout) for column, *_ in layout["columns"]}
    cells |= {column: _slip(value) for column, value in slips.items()}
    if _departs("decomposed_row", row, ""):
        cells = {name: _decomposed(value) for name, value in cells.items()}
    return cells


def _cell(column: str, row: Row, layout: Layout) -> Any:
    kind = column.split("_")[-1]
    if column in ("eligible", "externally_evaluated"):
        return _yes_no(column, row, layout)
    if column in ("education_level", "ownership"):
        written = [layout["written"][row[column]]] if row[column] in layout["written"] else []
        return _spelled(written + SPELLINGS[column][row[column]], column, column, row)
    if column in ("kdclgd_level", "cqg_level"):
        return _level(column, row, layout)
    if kind in ("decision", "date") and row[column] is None:
        return "-" if _departs("dash", row, column) else None
    special = {"school_code": _code, "school_name": _name, "unit": _unit, "note": _note}
    if column in special:
        return special[column](row, layout)
    if column == "order":
        return None  # numbered where the row is placed
    return {"decision": _decision, "date": _date}.get(kind, _count)(column, row)


def _departs(rate: str, row: Row, column: str) -> bool:
    return draw(row["school_year"], row["school_id"], column, rate, "departs") < RATES[rate]


def _spelled(options: list[str], rate: str, column: str, row: Row) -> str:
    """The usual spelling, which stands first, or at the given rate any of them."""
    if not _departs(rate, row, column):
        return options[0]
    return pick(options, row["school_year"], row["school_id"], column)


def _slip(value: str) -> Any:
    return int(value) if value.lstrip("-").isdigit() else value or None


def _decomposed(value: Any) -> Any:
    return unicodedata.normalize("NFD", value) if isinstance(value, str) else value


def _yes_no(column: str, row: Row, layout: Layout) -> str | None:
    if column == "externally_evaluated" and layout.get("marks"):
        return layout["marks"] if row[column] else None
    return _spelled(SPELLINGS[column]["yes" if row[column] else "no"], "yes_no", column, row)


def _level(column: str, row: Row, layout: Layout) -> Any:
    result = row[column.replace("level", "result")]
    rate = "level" if result == "recognised" else "status"
    options = SPELLINGS[column][result]
    if layout.get("marks"):  # a blank mark says "not evaluated" only beside a cell that does, too
        options = [option for option in options if option != "-"]
    usual = [layout["usual"][column]] if rate == "level" else []
    text, level = _spelled(usual + options, rate, column, row), row[column]
    text = text.format(n=level, roman=ROMAN[level or 0])
    return int(text) if text.isdigit() else text


def _code(row: Row, layout: Layout) -> Any:
    code = row["school_code"]
    if not _departs("school_code", row, "school_code"):
        return code
    slips = [int(code), f"{code} ", f"{code[:2]} {code[2:5]} {code[5:]}"]
    return pick(slips, code, row["school_year"])


def _name(row: Row, layout: Layout) -> str:
    name = row["school_name"]
    if layout["names"] == "short":
        for long, short in SHORT_NAMES.items():
            name = name.replace(f"Trường {long} ", f"{short} ")
    if not _departs("school_name", row, "school_name"):
        return str(name)
    slips = [f"{name} ", f" {name}"]
    slips += [name.replace(" ", space, 1) for space in ("  ", NO_BREAK_SPACE)]
    return pick(slips, name, row["school_year"], "name")


def _unit(row: Row, layout: Layout) -> str:
    unit: str = row["unit"]
    if not _departs("unit", row, "unit"):
        return unit
    kind, name = unit.split(" ", 1)
    short = f"P. {name}" if kind == "Phường" else f"X. {name}"
    slips = [f"{kind.lower()} {name}", short, short.replace(". ", "."), f"{unit} "]
    return pick(slips, unit, row["school_id"], row["school_year"])


def _decision(column: str, row: Row) -> str:
    decision: str = row[column]
    if not _departs("decision", row, column):
        return decision
    slips = [decision.replace("QĐ-", "QĐ- "), decision.replace("/", "/ "), f"{decision} "]
    return pick(slips, decision, row["school_year"])


def _date(column: str, row: Row) -> dt.date | str:
    day: dt.date = row[column]
    if not _departs("date", row, column):
        return day
    forms = [f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}"]
    forms += [f"{day.day}-{day.month}-{day.year}"]
    return pick(forms, row["school_id"], column, row["school_year"])


def _count(column: str, row: Row) -> Any:
    number: int = row[column]
    if number >= 1000 and _departs("thousands", row, column):
        return f"{number:,}".replace(",", ".")
    return str(number) if _departs("number_as_text", row, column) else number


def _note(row: Row, layout: Layout) -> str | None:
    year = row["school_year"][:4]
    if not row["eligible"]:
        return "Trường mới, chưa đủ điều kiện ĐGN"
    signed = [row[f"{scheme}_date"] for scheme in ("kdclgd", "cqg") if row[f"{scheme}_date"]]
    if any(day >= dt.date(int(year), 6, 1) for day in signed):
        return "Có quyết định trong năm học"
    return None
