"""A published figure is not silently replaced: twenty corrections planted in twenty reruns."""

from __future__ import annotations

import csv
import io
import random
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from analysis.cli import main
from analysis.compare import list_revisions
from analysis.export.tables import export_csv
from analysis.export.versions import is_revised, kept_versions, take_over_versions
from analysis.notebook.school_year import load_year
from analysis.reference import SuiteError, read_reference
from analysis.work.measured import measured_tables
from analysis.work.revisions import keep_version
from analysis.work.sources import sources

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
BOOKS = ("truong_mam_non", "truong_tieu_hoc", "truong_thcs_va_th-thcs")
CODE, NAME, UNIT, LEVEL, OWNERSHIP, ELIGIBLE, CQG, CQG_DATE, KDCLGD, DECISION, DATE = "BCDEFGIKLMN"
# By what a row of each published table is known, for whoever reads the CSV without the package.
KEYS = {
    "truong": ("school_id",),
    "kdclgd_theo": ("school_year", "scheme", "base", "by", "group", "standing"),
    "cqg_theo": ("school_year", "scheme", "base", "by", "group", "standing"),
    "so_voi": ("target_id", "group"),
    "khoang_cach": ("target_id", "group"),
    "chi_tieu": ("target_id", "measure_id"),
    "so_kiem": ("source_file", "source_sheet"),
    "ba_nam": ("school_year", "school_id", "column"),
}

TEXTS = ("label_vi", "label_en")  # words beside the numbers
PLACES = ("source_file", "source_sheet", "source_row")  # where a school stands is no figure


class Place(NamedTuple):
    """A row of a school in a workbook, and what the notice shall say of a change in it."""

    book: Path
    row: int
    code: str

    def write(self, cells: dict[str, object]) -> str:
        """Change cells; gives the first."""
        workbook = openpyxl.load_workbook(self.book)
        sheet = workbook.worksheets[0]
        for column, value in cells.items():
            sheet[f"{column}{self.row}"] = value
        workbook.save(self.book)
        return f"{next(iter(cells))}{self.row} “"

    def remove(self) -> str:
        """The row of the school is deleted, so all below it stand a row higher."""
        workbook, sheet = self._unmerged()
        sheet.delete_rows(self.row)
        workbook.save(self.book)
        return ""

    def add(self) -> str:
        """A new school is inserted above it, of its kind; it stands a row lower with all below."""
        workbook, sheet = self._unmerged()
        sheet.insert_rows(self.row)
        for cell in sheet[self.row + 1]:
            sheet.cell(self.row, cell.column, cell.value)
        sheet[f"{CODE}{self.row}"] = f"47{self.code[2:]}"
        sheet[f"{NAME}{self.row}"] = f"{sheet[f'{NAME}{self.row}'].value} Mới"
        workbook.save(self.book)
        return ""

    def _unmerged(self) -> tuple[Any, Any]:
        """Its workbook, in which rows can be shifted."""
        workbook = openpyxl.load_workbook(self.book)
        sheet = workbook.worksheets[0]
        for merged in [*sheet.merged_cells.ranges]:
            if merged.min_row > 9:
                sheet.unmerge_cells(str(merged))
        return workbook, sheet

    def merge(self) -> str:
        """The school went into one that is new."""
        self.write({CODE: "46480999", NAME: "Trường Tiểu học Hợp Nhất", "S": None})
        return ""


def office(folder: Path) -> Path:
    for name in ("data", "notebooks"):
        shutil.copytree(PROJECT / name, folder / name)
    return folder


def rows_of(home: Path) -> list[Place]:
    """Every row of a school of the year."""
    found = []
    for name in BOOKS:
        book = home / "data" / "raw" / YEAR / f"{name}_{YEAR}.xlsx"
        sheet = openpyxl.load_workbook(book).worksheets[0]
        codes = ((row, str(sheet[f"{CODE}{row}"].value or "")) for row in range(1, 60))
        found += [Place(book, row, code) for row, code in codes if code.isdecimal()]
    return found


def publish(home: Path, folder: Path, before: Path | None) -> Path:
    """The tables and the notice of a run, without its notebooks."""
    reference = read_reference(home)
    year = load_year(YEAR, home=home)
    folder.mkdir()
    if before:
        take_over_versions(before, folder)
    for name, table in measured_tables(year, "vi").values():
        export_csv(table, folder / "so_lieu" / f"{name}.csv")
    keep_version(folder, year, sources(reference, reference.year(YEAR), "vi"))
    return folder


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def cells(path: Path) -> dict[Any, str]:
    """What a CSV says, by row and column; of a list of rows that have no key their number."""
    rows = lines(path.read_text("utf-8"))
    keys = next((k for start, k in KEYS.items() if path.stem.startswith(start)), None)
    if keys is None or path.stem == "truong_de_rieng":
        return {("", "rows_in"): str(len(rows))}
    return {
        (tuple(row[k] for k in keys), column): value
        for row in rows
        for column, value in row.items()
        if column not in (*keys, *TEXTS, *(PLACES if path.stem == "truong" else ()))
        and (path.stem != "ba_nam_hoc" or column.startswith(("amount_", "schools_")))
    }


def moved(before: Path, after: Path) -> Counter[tuple[str, ...]]:
    """The numbers that differ between two folders, read without the package: table, column, old and
    new; of a school that came or went its name."""
    found = Counter[tuple[str, ...]]()
    for path in sorted((after / "so_lieu").glob("*.csv")):
        old, new = cells(before / "so_lieu" / path.name), cells(path)
        rows = [{row for row, _ in side} for side in (old, new)]
        for row, column in {**old, **new}:
            pair = old.get((row, column), ""), new.get((row, column), "")
            alone = (row in rows[0]) != (row in rows[1])
            listed = path.stem in ("truong", "ba_nam_hoc") and column != "school_name"
            if pair[0] != pair[1] and not (alone and (listed or {*pair} == {"", "0"})):
                found[path.stem, column, *pair] += 1
    return found


Plant = Callable[[Place], str]


def corrections(draw: random.Random) -> Iterator[tuple[Plant, str, str]]:
    """Twenty of them: how it is planted, which gives the cell the notice has to name, the
    column of the list that shows it, and what must not stand there yet."""

    def into(column: str, value: object) -> Plant:
        return lambda place: place.write({column: value})

    day = f"{draw.randint(1, 28)}/{draw.randint(1, 12)}/2018"
    for level in "13":
        yield into(KDCLGD, f"Cấp độ {level}"), "kdclgd_standing", level
    for level in "12":
        yield into(CQG, f"Mức độ {level}"), "cqg_standing", level
    yield into(KDCLGD, "Chưa đạt"), "kdclgd_standing", "not_reached"
    yield into(KDCLGD, "Cấp độ 7"), "kdclgd_standing", "in_doubt"
    yield into(CQG, "Chưa đạt"), "cqg_standing", "not_reached"
    yield into(DATE, day), "kdclgd_date", ""
    yield into(DATE, "3/3/2023"), "kdclgd_date", "2023-03-03"
    yield into(CQG_DATE, day), "cqg_date", ""
    yield into(DECISION, "9999/QĐ-SGDĐT"), "kdclgd_decision", "9999/QĐ-SGDĐT"
    for unit in ("Xã Bình Điền", "Phường Kim Trà"):
        yield into(UNIT, unit), "unit", unit
    yield into(OWNERSHIP, "Ngoài công lập"), "ownership", "NCL"
    yield into(ELIGIBLE, "Chưa"), "eligible", "False"
    yield into(NAME, "Trường Tiểu học Tên Khác"), "school_name", ""
    other: dict[str, object] = {LEVEL: "TH & THCS", NAME: "Trường TH&THCS Đã Đổi"}
    yield lambda place: place.write(other), "education_level", "TH&THCS"
    yield Place.merge, "school_name", ""
    yield Place.add, "school_name", ""
    yield Place.remove, "school_name", ""


@pytest.mark.slow
def test_twenty_corrections_in_twenty_reruns_give_twenty_complete_notices(tmp_path: Path) -> None:
    """Each notice names every number that moved, the school and its cell, and nothing else."""
    home, draw = office(tmp_path / "office"), random.Random(17)
    planned, used = [*corrections(draw)], set[str]()
    assert len(planned) == 20
    draw.shuffle(planned)
    folder, ever = publish(home, tmp_path / "0", None), set[str]()
    assert not [*folder.glob("dinh_chinh*")] and len(kept_versions(folder)) == 1
    for number, (plant, column, value) in enumerate(planned, 1):
        listed = {row["school_code"]: row for row in schools(folder)}
        holds = str.isdecimal if column.endswith("_standing") else bool
        now = {code: row[column] for code, row in listed.items()}
        fit = [p for p in rows_of(home) if p.code not in used and holds(now[p.code])]
        place = draw.choice([p for p in fit if now[p.code] != value])
        used.add(place.code)
        cell, school = plant(place), listed[place.code]["school_id"]
        kind = number, column, value
        before, folder = folder, publish(home, tmp_path / str(number), folder)
        wanted = moved(before, folder)
        notice = lines((folder / "dinh_chinh.csv").read_text("utf-8")) if wanted else []
        newest = [row for row in notice if row["version"] == str(len(kept_versions(folder)))]
        told = Counter((r["figure"], r["column"], r["before"], r["after"]) for r in newest)
        assert told == wanted and wanted, kind
        shown = [r for r in newest if r["figure"] == "truong" and r["column"] == column]
        old, new = ({r["school_id"]: r for r in schools(side)} for side in (before, folder))
        others = {*new} - {*old} | ({school} if plant != Place.add else set())
        assert {r["row"].split(" ")[0] for r in shown} == others, kind
        named = {one.split(" ")[0] for r in newest for one in r["moved_by"].split("; ") if one}
        assert named == others, kind
        assert all(r["moved_by"] for r in newest if "_theo" in r["figure"]), kind
        told_cells = [r["cells"] for r in shown if school in r["row"] and cell]
        assert all(cell in told and place.book.name in told for told in told_cells), kind
        causes = {r["reason_moved"] for r in newest}
        assert all(place.book.name in cause for cause in causes), (kind, causes)
        ever |= {figure for figure, *_ in wanted}
        for path in (folder / "so_lieu").glob("*.csv"):
            revised = is_revised(folder, path.stem, path.read_bytes())
            assert not revised or path.stem in ever, (kind, path.stem)
            assert revised or not any(path.stem == figure for figure, *_ in wanted)
    versions = [int(r["version"]) for r in lines((folder / "dinh_chinh.csv").read_text("utf-8"))]
    assert versions == sorted(versions, reverse=True) and {*versions} == {*range(2, 22)}


def schools(folder: Path) -> list[dict[str, str]]:
    return lines((folder / "so_lieu" / "truong.csv").read_text("utf-8"))


def changed(home: Path) -> None:
    """One level, pupils of another school (in charts only), and a year before (in trends only)."""
    level, pupils = rows_of(home)[4:6]
    level.write({KDCLGD: "Cấp độ 3"})
    pupils.write({"P": 999, "R": 1})
    (book,) = (home / "data" / "raw" / "2023-2024").glob("*.xlsx")
    workbook = openpyxl.load_workbook(book)
    for cell in (cell for row in workbook.worksheets[0].iter_rows() for cell in row):
        if str(cell.value).startswith(("MĐ", "I", "Cấp độ", "CĐ")) and cell.row > 12:
            cell.value = "Chưa đạt"
    workbook.save(book)


def run(home: Path, *more: str) -> dict[str, bytes]:
    assert main(["run", YEAR, "--home", str(home), *more]) == 0
    folder = home / "figures" / YEAR
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


@pytest.mark.slow
def test_a_run_marks_what_was_revised_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = office(tmp_path)
    folder, first = home / "figures" / YEAR, run(home)
    assert "phien_ban/1.zip" in first and "dinh_chinh.html" not in first
    assert not any(b'"revised"' in c for name, c in first.items() if name.endswith(".json"))
    changed(home)
    second = run(home)
    numbers = {name: text for name, text in second.items() if name.startswith("so_lieu/")}
    others = {Path(n).stem for n, text in numbers.items()
              if n.endswith(".csv") and text != first[n]}  # fmt: skip
    charts = {Path(n).stem for n in numbers if n.endswith(".json")}
    marked = {Path(n).stem for n, text in numbers.items() if b'"revised": true' in text}
    assert marked == others & charts
    assert {"hai-buoi-theo-cap-hoc", "cqg-chuyen-cap-do"} <= marked < charts
    notice = lines(second["dinh_chinh.csv"].decode())
    assert {row["figure"] for row in notice} == others - {"o_da_sua"} | marked
    report, deck = second["bao_cao.html"].decode(), Presentation(str(folder / "trinh_chieu.pptx"))
    for name in charts:
        alt = second[f"bieu_do/{name}.txt"].decode().strip()
        assert alt.endswith("Đã đính chính.") == (name in marked) and escape(alt) in report
        (slide,) = [s for s in deck.slides if any(x.name == f"acc:{name}" for x in s.shapes)]
        said = [x.text_frame.text for x in slide.shapes if x.name == f"acc:{name}:tag"]
        assert ["Đã đính chính" in text for text in said] == [name in marked]
    page = second["index.html"].decode()
    for link in ("dinh_chinh.html", "dinh_chinh.csv", "phien_ban/1.zip", "phien_ban/2.zip"):
        assert f'href="{link}"' in page
    book = openpyxl.load_workbook(folder / "bang_so_lieu.xlsx", read_only=True)
    noted = [s.title for s in book if any("dinh_chinh" in str(v) for r in s.iter_rows(
        max_row=5, values_only=True) for v in r)]  # fmt: skip
    assert 0 < len(noted) < len(book.sheetnames)
    assert run(home, "--force") == second
    assert main(["verify", YEAR, "--home", str(home)]) == 0
    capsys.readouterr()
    sides = [f"{YEAR}@{number}" for number in (1, 2)]
    assert main(["diff", *sides, "--home", str(home)]) == 0
    assert f"đổi số liệu: {len(marked)}" in capsys.readouterr().out
    assert main(["diff", sides[0], f"{YEAR}@3", "--home", str(home)]) == 2
    assert f"{YEAR}@1, {YEAR}@2" in capsys.readouterr().err


def revisions(*sides: pd.DataFrame) -> list[dict[str, Any]]:
    """Between two versions of a table."""
    old, new = ({"t": side.to_dict("records")} for side in sides)
    return list_revisions(old, new)  # type: ignore[arg-type]


def test_a_new_order_or_column_is_no_revision_and_a_number_is() -> None:
    rows = pd.DataFrame({"group": ["TH", "MN"], "schools_count": ["3", "4"]})
    more = rows.assign(schools_total=["5", "6"])[::-1]
    assert revisions(rows, more) == [] and revisions(rows[:0], rows[:0]) == []
    twice = pd.concat([rows, rows.assign(schools_count=["7", "8"])])
    assert revisions(twice, twice[::-1]) == []
    assert len(revisions(rows[:0], rows)) == len(revisions(rows, rows[:0])) == 2
    (one,) = revisions(rows, rows.assign(schools_count=["3", "9"]))
    assert (one["key"], one["before"], one["after"]) == ({"group": "MN"}, "4", "9")
    years = pd.concat([rows.assign(school_year=year) for year in ("2023-2024", YEAR)])
    (one,) = revisions(years, years.assign(schools_count=[*"3934"]))
    assert one["key"] == {"group": "MN", "school_year": "2023-2024"}


def test_a_method_that_changed_is_told_as_the_cause(tmp_path: Path) -> None:
    home = office(tmp_path / "office")
    first = publish(home, tmp_path / "1", None)
    (targets,) = (home / "data" / "targets").glob("*.toml")
    lower = targets.read_text("utf-8").replace("from_percent = 80", "from_percent = 60")
    targets.write_text(lower, "utf-8")
    second = publish(home, tmp_path / "2", first)
    told = lines((second / "dinh_chinh.csv").read_text("utf-8"))
    assert {row["reason_moved"] for row in told} == {"cách tính đã thay đổi (bộ chỉ tiêu)"}
    assert "cách tính đã thay đổi" in (second / "dinh_chinh.html").read_text("utf-8")
    third = publish(home, tmp_path / "3", second)
    assert len(kept_versions(third)) == 2  # the same numbers again
    assert (third / "dinh_chinh.csv").read_bytes() == (second / "dinh_chinh.csv").read_bytes()


def test_a_damaged_version_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "phien_ban").mkdir()
    path = tmp_path / "phien_ban" / "1.zip"
    for content in (b"", b"no archive", _archive({}), _archive({"nguon.json": "["})):
        path.write_bytes(content)
        with pytest.raises(SuiteError) as told:
            take_over_versions(tmp_path, tmp_path / "staging")
        assert "phien_ban/1.zip" in told.value.text("vi") and "sao lưu" in told.value.text("vi")


def _archive(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()
