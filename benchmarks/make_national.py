"""Make one workbook with the schools of a whole country, as messy as an office's, and its truth.

    python benchmarks/make_national.py FOLDER [--schools 45000] [--school-year 2024-2025]

writes FOLDER/schools_2024-2025.xlsx and, in FOLDER/truth/, what a faultless reading of it gives:
accepted.csv (each row that counts, with its values), set_aside.csv (each row with a cell that
nobody can repair), ignored.csv (all other rows that hold a value) and levels.csv (how many schools
of each education level stand where). The same bytes come out each time; no school in it is real.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

HERE = Path(__file__).parent
WORDS: dict[str, Any] = tomllib.loads((HERE / "national.toml").read_text(encoding="utf-8"))
COLUMNS = list(WORDS["columns"])
RATES: dict[str, float] = WORDS["rates"]
SCHEMES = {"kdclgd": "SGDĐT", "cqg": "UBND"}
COUNTS = COLUMNS[COLUMNS.index("classes") : COLUMNS.index("note")]
PROVINCES = 63
YEARS_IN_FORCE = 5
NO_BREAK_SPACE = "\u00a0"

Row = dict[str, Any]


@dataclass
class Country:
    """The schools in the order of the sheet, and what each row of the sheet is."""

    school_year: str
    dice: random.Random
    schools: list[Row] = field(default_factory=list)

    @property
    def as_of(self) -> dt.date:
        """31 May of the year in which the school year ends."""
        return dt.date(int(self.school_year[-4:]), 5, 31)

    def happens(self, rate: str) -> bool:
        """Draw whether something with this rate happens."""
        return self.dice.random() < RATES[rate]


def make_country(school_year: str, count: int) -> Country:
    """Schools by education level, province by province; some stand twice, some have a bad cell."""
    country = Country(school_year, random.Random(45_000))
    for level, facts in WORDS["education_level"].items():
        mine = round(count * facts["share"])
        for number in range(mine):
            school = _school(country, level, number, 1 + number * PROVINCES // mine)
            country.schools += _with_copies(country, school)
    return country


def _school(country: Country, level: str, number: int, province: int) -> Row:
    dice, names = country.dice, WORDS["names"]
    place = f"{dice.choice(names['first'])} {dice.choice(names['second'])}"
    name = WORDS["education_level"][level]["name"].format(f"{place} {number % 97 + 1}")
    rank = list(WORDS["education_level"]).index(level) + 1
    row: Row = {"school_code": f"{province:02d}{rank}{number:05d}", "school_name": name}
    row["unit"] = names["unit"][number % 2].format(place)
    row["district"] = names["district"][number % 3].format(names["first"][number % 30])
    row["province"] = f"Tỉnh {names['first'][province % 30]} {names['second'][province // 30]}"
    row |= {"education_level": level, "ownership": _drawn(dice, WORDS["ownership"])}
    for scheme in SCHEMES:
        row |= _certificate(country, scheme)
    row |= _counts(dice)
    row["note"] = dice.choice(names["notes"]) if dice.random() < 0.1 else None
    return row


def _drawn(dice: random.Random, table: dict[str, Any]) -> str:
    return dice.choices(list(table), [facts["share"] for facts in table.values()])[0]


def _certificate(country: Country, scheme: str) -> Row:
    level = int(_drawn(country.dice, WORDS[f"{scheme}_level"]))
    signed, decision = None, None
    if level:
        signed = country.as_of - dt.timedelta(days=country.dice.randrange(7 * 365))
        decision = f"{country.dice.randrange(1, 5000)}/QĐ-{SCHEMES[scheme]}"
    return {f"{scheme}_level": level, f"{scheme}_decision": decision, f"{scheme}_date": signed}


def _counts(dice: random.Random) -> Row:
    classes = dice.randrange(5, 40)
    pupils = classes * dice.randrange(20, 40)
    teachers, rooms = classes * 2, classes + dice.randrange(5)
    values = [classes, pupils, pupils // 2 - dice.randrange(9), dice.randrange(1, 4), teachers]
    values += [teachers - dice.randrange(5), dice.randrange(2, 9), rooms, rooms - dice.randrange(5)]
    return dict(zip(COUNTS, [*values, dice.randrange(800, 20_000)], strict=True))


def _with_copies(country: Country, school: Row) -> Iterable[Row]:
    """The school as it is typed, and once more where it stands twice; `fate` says what comes of it.

    A row that repeats another is ignored; rows that contradict each other are all set aside.
    """
    typed = _typed(country, school)
    if country.happens("copied"):
        return [_told(school, typed, "accepted"), _told(school, typed, "ignored")]
    if country.happens("contradicting"):
        other = typed | {"classes": school["classes"] + 1}
        return [_told(school, typed, "set_aside"), _told(school, other, "set_aside")]
    if country.happens("bad"):
        column = country.dice.choice(list(WORDS["bad"]))
        cell = country.dice.choice(WORDS["bad"][column])
        cell = cell.format(school[column]) if isinstance(cell, str) else cell
        return [_told(school, typed | {column: cell}, "set_aside")]
    return [_told(school, typed, "accepted")]


def _told(school: Row, typed: Row, fate: str) -> Row:
    return {"school": school, "typed": typed, "fate": fate}


def _typed(country: Country, school: Row) -> Row:
    """The cells of a school as somebody types them."""
    typed = {name: _cell(country, name, school[name]) for name in COLUMNS[1:]}
    if country.happens("decomposed"):
        return {n: _decomposed(v) for n, v in typed.items()}
    return typed


def _cell(country: Country, name: str, value: Any) -> Any:
    dice, varies = country.dice, country.happens("spelling")
    if name in WORDS and name in COLUMNS:
        written = WORDS[name][str(value)]["written"]
        return dice.choice(written) if varies else written[0]
    if value is None or not varies:
        return value
    if name == "school_code":
        return dice.choice([int(value), f"{value} ", f"{value[:2]} {value[2:5]} {value[5:]}"])
    if isinstance(value, dt.date):
        serial = (value - dt.date(1899, 12, 30)).days
        return dice.choice([serial, f"{value:%d/%m/%Y}", f"{value.day}.{value.month}.{value.year}"])
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    spaces = [f"{value} ", f" {value}", str(value).replace(" ", NO_BREAK_SPACE, 1)]
    return dice.choice(spaces)


def _decomposed(value: Any) -> Any:
    return unicodedata.normalize("NFD", value) if isinstance(value, str) else value


class Sheet:
    """Writes the rows of the sheet from the top down and notes what each of them is."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.sheet = book.add_worksheet("Biểu tổng hợp")
        self.date = book.add_format({"num_format": "dd/mm/yyyy"})
        self.row, self.number = 0, 0
        self.fates: list[tuple[int, str, Row | None]] = []

    def write(self, values: Iterable[Any], fate: str, school: Row | None = None) -> None:
        """One row; numbers it as the sheet does, from 1."""
        for column, value in enumerate(values):
            if isinstance(value, dt.date):
                self.sheet.write_datetime(self.row, column, value, self.date)
            elif isinstance(value, str):
                self.sheet.write_string(self.row, column, value)
            elif value is not None:
                self.sheet.write_number(self.row, column, value)
        self.row += 1
        self.fates.append((self.row, fate, school))

    def total(self, label: str, schools: list[Row]) -> None:
        """A line of sums, as formulas with their results."""
        first, last = self.row - len(schools) + 1, self.row
        self.write([None, None, label], "ignored")
        for name in COUNTS[:-1]:
            column = COLUMNS.index(name)
            letter = xlsxwriter.utility.xl_col_to_name(column)
            result = sum(s["school"][name] for s in schools)
            formula = f"=SUM({letter}{first}:{letter}{last})"
            self.sheet.write_formula(self.row - 1, column, formula, None, result)


def write_workbook(country: Country, path: Path) -> Sheet:
    """The sheet: title, header of two rows, the schools by education level, totals, signatures."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": dt.datetime(country.as_of.year, 6, 1)})
        sheet = Sheet(book)
        _write_head(sheet, country)
        for level, facts in WORDS["education_level"].items():
            sheet.write([facts["group"]], "ignored")
            mine = [s for s in country.schools if s["school"]["education_level"] == level]
            _write_provinces(sheet, mine)
        sheet.row += 1
        for text in WORDS["signature"]:
            sheet.write([None, None, text], "ignored")
    return sheet


def _write_head(sheet: Sheet, country: Country) -> None:
    for text in WORDS["title"]:
        end = country.as_of.year
        sheet.write([text.format(school_year=country.school_year, end=end)], "ignored")
    top = [headings[-1] for headings in WORDS["columns"].values()]
    above = [None if i and text == top[i - 1] else text for i, text in enumerate(top)]
    low = [headings[0] if len(headings) > 1 else None for headings in WORDS["columns"].values()]
    sheet.write(above, "ignored")
    sheet.write(low, "ignored")
    for scheme in SCHEMES:
        column = COLUMNS.index(f"{scheme}_level")
        text = WORDS["columns"][f"{scheme}_level"][1]
        sheet.sheet.merge_range(sheet.row - 2, column, sheet.row - 2, column + 2, text)


def _write_provinces(sheet: Sheet, schools: list[Row]) -> None:
    by_province: dict[str, list[Row]] = {}
    for school in schools:
        by_province.setdefault(school["school"]["province"], []).append(school)
    for members in by_province.values():
        for school in members:
            sheet.number += 1
            cells = [sheet.number, *(school["typed"][name] for name in COLUMNS[1:])]
            sheet.write(cells, school["fate"], school["school"])
        sheet.total("Cộng", members)


def write_truth(country: Country, sheet: Sheet, folder: Path) -> None:
    """What a faultless reading gives."""
    folder.mkdir(parents=True, exist_ok=True)
    accepted = [(row, s) for row, fate, s in sheet.fates if fate == "accepted" and s]
    names = COLUMNS[1:]
    _save(folder / "accepted.csv", ["row", *names], ([r, *map(s.get, names)] for r, s in accepted))
    for kind in ("set_aside", "ignored"):
        rows = ([row] for row, fate, _ in sheet.fates if fate == kind)
        _save(folder / f"{kind}.csv", ["row"], rows)
    levels = Counter(
        (scheme, s["education_level"], standing(s, scheme, country.as_of))
        for _, s in accepted
        for scheme in SCHEMES
    )
    lines = ([*key, count] for key, count in sorted(levels.items()))
    _save(folder / "levels.csv", ["scheme", "education_level", "standing", "schools"], lines)


def standing(school: Row, scheme: str, as_of: dt.date) -> str:
    """The level in force on a day, or what is said instead."""
    level, signed = school[f"{scheme}_level"], school[f"{scheme}_date"]
    if not level:
        return "not_reached"
    ends = signed.year + YEARS_IN_FORCE, signed.month, signed.day
    return str(level) if ends >= (as_of.year, as_of.month, as_of.day) else "expired"


def _save(path: Path, names: list[str], rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(["" if v is None else v for v in row] for row in rows)


def main() -> None:
    """Make the workbook and its truth."""
    parser = argparse.ArgumentParser(description="Make a national workbook and its truth.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schools", type=int, default=45_000)
    parser.add_argument("--school-year", default="2024-2025")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    country = make_country(options.school_year, options.schools)
    sheet = write_workbook(country, options.folder / f"schools_{options.school_year}.xlsx")
    write_truth(country, sheet, options.folder / "truth")


if __name__ == "__main__":
    main()
