"""Foreign offices, made up: their home folders, and what is true of them, kept apart from any
reading. A school is written to the workbooks and told to `tests/recount.py` from one record."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.recount import Row, School, last_day

PROJECT = Path(__file__).parents[1]
LEVELS = {
    "MN": ("Mầm non", "Trường Mầm non"),
    "TH": ("Tiểu học", "Trường Tiểu học"),
    "THCS": ("THCS", "Trường THCS"),
    "TH&THCS": ("TH&THCS", "Trường TH&THCS"),
    "THPT": ("THPT", "Trường THPT"),
    "THCS&THPT": ("THCS&THPT", "Trường THCS&THPT"),
    "TH&THCS&THPT": ("TH&THCS&THPT", "Trường TH, THCS và THPT"),
    "GDTX": ("GDTX", "Trung tâm GDNN-GDTX"),
}
_SCHEME = {"kdclgd": "KĐCLGD - Cấp độ", "cqg": "CQG - Mức độ"}


@dataclass(frozen=True)
class Office:
    """How large an office is and what its lists say. `targets` is the file of its target set, ""
    for none; without `named` no row says which school it is."""

    name: str
    schools: int
    years: Sequence[str]
    units: int = 1
    districts: int = 0
    levels: Sequence[str] = ("MN", "TH", "THCS")
    schemes: Sequence[str] = ("kdclgd", "cqg")
    targets: str = ""
    sessions: bool = False
    named: bool = True


def held_by(office: Office, school_year: str) -> list[School]:
    """Every school of a year as it truly stands on its last of May."""
    as_of, found = dt.date(int(school_year[5:]), 5, 31), []
    for number in range(office.schools):
        own = random.Random(f"{office.name} {school_year} {number}")
        level = office.levels[number % len(office.levels)]
        unit = number * 7 % office.units
        clean: dict[str, Any] = {
            "school_code": f"2400{number:04d}" if office.named else None,
            "school_name": f"{LEVELS[level][1]} số {number + 1}" if office.named else None,
            "unit": f"Xã Đồng {unit + 1}" if office.units > 1 else None,
            "district": f"Huyện Núi {unit % office.districts + 1}" if office.districts else None,
            "education_level": level,
            "ownership": "NCL" if number % 9 == 4 else "CL",
            "eligible": None,
            "externally_evaluated": None,
            "classes": 10 + number % 5,
            "classes_two_sessions": number % 7 if office.sessions else None,
        }
        standing = {}
        for scheme in ("kdclgd", "cqg"):
            reached = (
                own.choice([1, 1, 2, 2, "not_reached", None]) if scheme in office.schemes else None
            )
            signed = dt.date(int(school_year[:4]) - own.randrange(7), 10, 1 + own.randrange(28))
            clean |= {f"{scheme}_level": reached, f"{scheme}_date": None}
            standing[scheme] = str(reached or "not_stated")
            if isinstance(reached, int):
                clean[f"{scheme}_date"] = signed
                standing[scheme] = "expired" if last_day(signed) < as_of else str(reached)
        row = Row("", "", number, "school", {})
        found.append(School(row, clean, (), standing, "" if office.named else "nobody can tell"))
    return found


def make_home(office: Office, home: Path) -> Path:
    """Write the folder of an office."""
    shutil.copytree(PROJECT / "notebooks", home / "notebooks")
    for needed in ("targets", "years", "raw"):
        (home / "data" / needed).mkdir(parents=True)
    for name in ("units.csv", "schools.csv"):
        lines = (PROJECT / "data" / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (home / "data" / name).write_text("".join(lines[:1]), encoding="utf-8")
    told = 'name_vi = "Sở GD&ĐT tỉnh Thử"\nname_en = "Test province"\n'
    told += 'source_vi = "dữ liệu thử"\nsource_en = "made-up data"\n'
    (home / "data" / "office.toml").write_text(told, encoding="utf-8")
    settings = ""
    if office.targets:
        (home / "data" / "targets" / "rieng.toml").write_text(office.targets, encoding="utf-8")
        settings = 'target_set = "rieng"\n'
    for school_year in office.years:
        year = f'school_year = "{school_year}"\nas_of = {school_year[5:]}-05-31\nsynthetic = true\n'
        (home / "data" / "years" / f"{school_year}.toml").write_text(year + settings, "utf-8")
        folder = home / "data" / "raw" / school_year
        folder.mkdir()
        write_list(office, held_by(office, school_year), folder / "danh_sach.xlsx")
    return home


def write_list(office: Office, held: Sequence[School], path: Path) -> None:
    """The list of a year: one heading line, one row per school."""
    names = {"school_code": "Mã trường", "school_name": "Tên trường", "unit": "Xã/phường"}
    names |= {"district": "Quận/huyện", "education_level": "Cấp học", "ownership": "Loại hình"}
    names |= {"classes": "Số lớp"}
    if office.sessions:
        names["classes_two_sessions"] = "Số lớp học 2 buổi/ngày"
    for scheme in office.schemes:
        short = _SCHEME[scheme].partition(" ")[0]
        names |= {
            f"{scheme}_level": _SCHEME[scheme],
            f"{scheme}_decision": f"{short} - Số quyết định",
        }
        names |= {f"{scheme}_date": f"{short} - Ngày"}
    with xlsxwriter.Workbook(str(path)) as book:
        day, sheet = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, list(names.values()))
        for place, school in enumerate(held, 1):
            for at, column in enumerate(names):
                value = _written(school, column)
                if isinstance(value, dt.date):
                    sheet.write_datetime(place, at, dt.datetime(*value.timetuple()[:3]), day)
                elif value is not None:
                    sheet.write(place, at, value)


def _written(school: School, column: str) -> Any:
    clean = school.clean
    if column.endswith("_decision"):
        signed = clean[column.replace("decision", "date")]
        return f"{school.row.number + 1}/QĐ-UBND" if signed else None
    if column == "education_level":
        return LEVELS[clean[column]][0]
    words = {"CL": "Công lập", "NCL": "Tư thục", "not_reached": "Chưa đạt"}
    return words.get(clean[column], clean[column])


def target_set(parts: Sequence[str]) -> str:
    """The file of a target set with these parts."""
    head = """id = "rieng"
title_vi = "Chỉ tiêu riêng"
title_en = "Own targets"
document = "Nghị quyết số 1-NQ/ĐH"
date = 2020-10-14
period = "2021-2030"
period_from = "2021-2022"
period_to = "2029-2030"
deadline = 2030-12-31
regime = "2018"
regime_vi = "Theo thông tư của năm ấy."
regime_en = "As in the circulars of that year."
"""
    whole = '[[target]]\nid = "t"\nnumber = 1\nkind = "schools"\ntitle_vi = "Trường"\n'
    whole += 'title_en = "Schools"\nquote = "Trường đạt"\n'
    return head + (whole + "\n".join(parts) if parts else "target = []\n")


def part(
    id_: str, scheme: str, level: int, edges: tuple[int, int], reading: str = "at_least", *,
    base: str = "all", own: str = "",
) -> str:  # fmt: skip
    """One part; `own`: an education level with a corridor of its own."""
    text = f"""[[target.part]]
id = "{id_}"
scheme = "{scheme}"
level = {level}
reading = "{reading}"
base = "{base}"
from_percent = {edges[0]}
to_percent = {edges[1]}
decimals = 1
label_vi = "Chỉ tiêu {id_}"
label_en = "Target {id_}"
"""
    if own:
        text += f'[[target.part.level_target]]\nid = "{id_}-{own}"\neducation_levels = ["{own}"]\n'
        text += (
            f'from_percent = {edges[0] - 10}\nlabel_vi = "{id_} {own}"\nlabel_en = "{id_} {own}"\n'
        )
    return text
