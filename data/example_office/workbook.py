"""Workbooks with the same bytes on every machine: fixed dates, no compression, stored results."""

from __future__ import annotations

import datetime as dt
import io
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from example_office.mess import Layout
from example_office.sheet import (
    BOX,
    CENTRE,
    GREY,
    LEFT,
    SYNTHETIC,
    Painter,
    Placed,
    Slips,
    font,
    grouped,
    print_on_one_width,
)
from example_office.simulate import DATA, HERE, Row, read_csv

Files = dict[str, bytes]
Places = dict[tuple[str, str], Placed]  # by file and sheet

LAYOUTS: dict[str, Layout] = tomllib.loads((HERE / "layouts.toml").read_text(encoding="utf-8"))
INDICATORS: dict[str, Any] = tomllib.loads((HERE / "indicators.toml").read_text(encoding="utf-8"))
INDICATOR_HEADINGS = ["Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính", "Tử số", "Mẫu số", "Giá trị"]
INDICATOR_HEADINGS += ["Nguồn số liệu"]

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_FORMULA = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*><f>[^<]*</f>)(?:<v ?/>|<v></v>)')


def slips_of(school_year: str) -> Slips:
    """The cells of a year that hold something impossible: school, column, what is typed there."""
    slips: Slips = {}
    for line in read_csv(HERE / "bad_rows.csv"):
        if line["school_year"] == school_year:
            slips.setdefault(line["school_id"], {})[line["column"]] = line["value"]
    return slips


def school_workbooks(school_year: str, rows: list[Row]) -> tuple[Files, Places]:
    """The workbooks of a year as bytes by name, and where each row of each sheet stands."""
    layout, slips = LAYOUTS[school_year], slips_of(school_year)
    files: Files = {}
    places: Places = {}
    for file in dict.fromkeys(sheet["file"] for sheet in layout["sheets"]):
        book = _new_book(layout["title"], school_year)
        painted: list[Placed] = []
        for plan in (sheet for sheet in layout["sheets"] if sheet["file"] == file):
            painter = Painter(book.create_sheet(plan["name"]), layout, school_year)
            painted.append(painter.paint(grouped(rows, layout, plan["levels"]), slips))
            places[file, plan["name"]] = painted[-1]
        if "guide" in layout:
            places[file, "Hướng dẫn"] = _guide(book.create_sheet("Hướng dẫn"), layout["guide"])
        files[file] = _bytes(book, [placed.formula_values for placed in painted])
    return files, places


def indicator_workbook(school_year: str) -> bytes:
    """The office's own figures for the targets that are not about schools."""
    plan = INDICATORS[school_year]
    book = _new_book("Chỉ tiêu của cơ quan", school_year)
    sheet = book.create_sheet("Chỉ tiêu")
    title = f"KẾT QUẢ THỰC HIỆN CHỈ TIÊU CỦA CƠ QUAN, NĂM HỌC {school_year}"
    for text in (title, f"({plan['as_of_text']})", SYNTHETIC):
        sheet.append([text])
        sheet.cell(sheet.max_row, 1).font = font(12, bold=True)
    sheet.append([])
    for line in [INDICATOR_HEADINGS, *_indicator_lines(plan["measures"])]:
        sheet.append(line)
        for cell in sheet[sheet.max_row]:
            heading = line is INDICATOR_HEADINGS
            cell.font, cell.border = font(bold=heading), BOX
            cell.alignment = CENTRE if heading or cell.column != 2 else LEFT
    for cell in sheet[5]:
        cell.fill = GREY
    for letter, width in zip("ABCDEFG", (12, 48, 13, 10, 10, 12, 32), strict=True):
        sheet.column_dimensions[letter].width = width
    print_on_one_width(sheet, "A4")
    return _bytes(book, [])


def _indicator_lines(measures: list[list[Any]]) -> list[list[Any]]:
    lines = []
    wanted = _measures()
    for measure, *counts, source in measures:
        share = counts if len(counts) == 2 else [None, None]
        value = counts[0] if len(counts) == 1 else None
        unit = wanted[measure].get("unit_vi", "Đạt/Chưa đạt")
        lines.append([measure, wanted[measure]["label_vi"], unit, *share, value, source])
    return lines


def _measures() -> dict[str, dict[str, Any]]:
    path: Path = DATA / "targets" / "huong-tra-2022-2025.toml"
    targets = tomllib.loads(path.read_text(encoding="utf-8"))["target"]
    return {measure["id"]: measure for target in targets for measure in target.get("measure", [])}


def _new_book(title: str, school_year: str) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.subject = title, SYNTHETIC
    book.properties.creator = "Dữ liệu minh họa"
    book.properties.created = dt.datetime(int(school_year[-4:]), 6, 3, 8, 0, 0)
    return book


def _guide(sheet: Worksheet, lines: list[str]) -> Placed:
    placed = Placed()
    for number, line in enumerate(lines, start=1):
        sheet.cell(number, 1, line).font = font(12, bold=number == 1)
        placed.rows.append((number, "guide", None))
    sheet.column_dimensions["A"].width = 90
    return placed


def _bytes(book: Workbook, formula_values: list[dict[str, int]]) -> bytes:
    """The saved workbook, with the result of each formula put in and nothing that tells the time.

    The parts are stored and not compressed: compression differs between machines, git packs anyway.
    """
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    stamp = book.properties.created
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if number and int(number[1]) <= len(formula_values):
                part = _with_results(part, formula_values[int(number[1]) - 1])
            entry = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            entry.create_system = 0
            new.writestr(entry, part)
    return fixed.getvalue()


def _with_results(part: bytes, values: dict[str, int]) -> bytes:
    return _FORMULA.sub(lambda found: found[1] + b"<v>%d</v>" % values[found[2].decode()], part)
