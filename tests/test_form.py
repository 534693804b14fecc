"""The form schools fill in: what is known stands there, every answer it takes is read as it was
given, and what it should refuse is refused, by rules that a second program evaluates."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from analysis import load_year
from analysis.cli import main
from analysis.notebook.school_year import SchoolYear
from analysis.reference import read_rules
from analysis.work.blanks import open_blanks
from analysis.work.headings import open_headings
from tests.offices import LEVELS, Office, make_home
from tests.sixth_year import INTO, RENAMED, ROOT, change_directory
from tests.test_office_opens import OFFICE, convert

YEAR, AS_OF = "2026-2027", dt.date(2027, 5, 31)
LAST_KDCLGD = dt.date(2026, 7, 6)
TOP = 5
INSTEAD = {"Chưa đạt": "not_reached", "Chưa đánh giá ngoài": "not_evaluated", "Hết hạn": "expired",
           "Đang đề nghị": "pending", "Bị thu hồi": "withdrawn"}  # fmt: skip
Answers = dict[int, dict[str, Any]]
needs_office = pytest.mark.skipif(not OFFICE, reason="needs LibreOffice")


class Form:
    """A form as a person sees it: cells by row and heading."""

    def __init__(self, path: Path) -> None:
        self.book: Workbook = load_workbook(path)
        self.sheet = self.book.worksheets[0]
        headings = (str(cell.value) for cell in self.sheet[TOP])
        self.places = {heading: c for c, heading in enumerate(headings, 1)}

    def at(self, row: int, heading: str) -> Any:
        return self.sheet.cell(row, self.places[heading])

    @property
    def known(self) -> list[int]:
        rows = range(TOP + 1, self.sheet.max_row + 1)
        return [row for row in rows if self.at(row, "Tên trường").value]

    @property
    def spare(self) -> list[int]:
        return [*range(self.known[-1] + 1, self.sheet.max_row + 1)]

    def fill(self, answers: Answers) -> None:
        for row, values in answers.items():
            for heading, value in values.items():
                self.at(row, heading).value = value

    def checks(self) -> Iterator[tuple[Any, Any]]:
        """Each cell that is not blank, with what is asked of it."""
        for check in self.sheet.data_validations.dataValidation:
            for area in check.sqref.ranges:
                for row, column in area.cells:
                    if check.type and self.sheet.cell(row, column).value is not None:
                        yield self.sheet.cell(row, column), check


def of_office(home: Path) -> None:
    office = Office("form", 300, ("2025-2026",), units=12, levels=[*LEVELS], sessions=True)
    make_home(office, home)
    (home / "data" / "years" / f"{YEAR}.toml").write_text(
        f'school_year = "{YEAR}"\nas_of = {AS_OF}\n', encoding="utf-8"
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office of 300 schools, with its form in both languages."""
    folder = tmp_path_factory.mktemp("form") / "home"
    of_office(folder)
    for lang in ("vi", "en"):
        assert main(["form", YEAR, "--home", str(folder), "--lang", lang]) == 0
    return folder


def blank_form(home: Path, lang: str = "vi") -> Path:
    return home / "forms" / YEAR / f"{'bieu' if lang == 'vi' else 'form'}_{YEAR}.xlsx"


def answers_for(form: Form, seed: int) -> Answers:
    """What 300 schools and three new ones write, each cell that can be written."""
    luck, found = random.Random(seed), dict[int, dict[str, Any]]()
    for row in [*form.known, *form.spare[:3]]:
        classes = luck.randrange(301)
        pupils = luck.randint(classes, 15000)
        given: dict[str, Any] = {
            "Trạng thái": luck.choice(["Đang hoạt động"] * 30 + ["Sáp nhập", "Giải thể"]),
            "Đủ điều kiện đánh giá ngoài": luck.choice(["Có", "Không"]),
            "Đã đánh giá ngoài": luck.choice(["Có", "Không"]),
            "Số lớp": classes,
            "Số lớp học 2 buổi/ngày": luck.randint(0, classes),
            "Số học sinh": pupils,
            "Số học sinh học 2 buổi/ngày": luck.randint(0, pupils),
            "Số học sinh nữ": luck.choice([None, luck.randint(0, pupils)]),
            "Ghi chú": luck.choice([None, "Đã đối chiếu với quyết định"]),
        }
        held = 0
        for scheme, rank, top in (("KĐCLGD", "Cấp độ", 4), ("CQG", "Mức độ", 2)):
            level: Any = luck.choice([*range(1, top + 1), *INSTEAD])
            if scheme == "CQG" and isinstance(level, int) and held < level + 1:
                level = "Chưa đạt"  # else the two certificates do not go together
            held = level if isinstance(level, int) else 0
            last = min(AS_OF, LAST_KDCLGD) if scheme == "KĐCLGD" else AS_OF
            signed = last - dt.timedelta(luck.randrange(1480))
            issuer = luck.choice(["UBND", "SGDĐT"])
            given |= {
                f"{scheme} - {rank}": level,
                f"{scheme} - Số quyết định": f"{1 + luck.randrange(9999)}/QĐ-{issuer}"
                if held else None,
                f"{scheme} - Ngày": dt.datetime(*signed.timetuple()[:3]) if held else None,
            }  # fmt: skip
        if "Chưa đạt" in given.values():
            given["Đã đánh giá ngoài"] = "Có"  # who was not evaluated has missed nothing
        if row in form.spare:
            given |= {"Mã trường": f"4699{row:04d}", "Tên trường": f"Trường Mầm non Mới {row}",
                      "Xã/phường": "Xã Đồng 3", "Cấp học": "Mầm non", "Loại hình": "Tư thục",
                      "STT": None}  # fmt: skip
        open_ = (h for h in given if not form.at(row, h).protection.locked)
        found[row] = {heading: given[heading] for heading in open_}
    return found


def read_back(home: Path, path: Path, folder: Path) -> SchoolYear:
    """The workbook as the office reads it: dropped into the folder of its year."""
    shutil.copytree(home / "data", folder / "data")
    (folder / "data" / "raw" / YEAR).mkdir()
    shutil.copy(path, folder / "data" / "raw" / YEAR / "gui_ve.xlsx")
    return load_year(YEAR, home=folder)


def nothing_to_ask(year: SchoolYear) -> dict[str, int]:
    """How much of each kind there is to ask, mend or look at; empty where there is nothing."""
    told = {
        name: len(getattr(year, name))
        for name in ("doubts", "set_aside", "warnings", "remarks", "gathered")
    }
    # A word in place of a level is shown as no level, and that is always told.
    told["repairs"] = int(year.repairs["rule"].ne("status_word").sum())
    told["headings"] = len(open_headings(year.raw, year.reference.rules))
    told["blanks"] = len(open_blanks(year.cleaned, {}))
    return {name: count for name, count in told.items() if count}


def differing(form: Form, answers: Answers, year: SchoolYear) -> list[object]:
    """Each answer that was not read as it was given."""
    columns = {c.heading: n for n, c in read_rules().columns.items()}
    words = {"Có": True, "Không": False, "Tư thục": "NCL", "Mầm non": "MN"}
    by_code = {row["school_code"]: row for row in year.identified.to_dict("records")}
    assert len(by_code) == len(answers) == len(year.identified)
    wrong: list[object] = []
    for row, given in answers.items():
        read = by_code[form.at(row, "Mã trường").value]
        for heading, value in given.items():
            name, held = columns[heading], read.get(columns[heading])
            if value in INSTEAD:
                value, held = INSTEAD[value], read[name.replace("level", "result")]
            if name == "operating_status":
                value, held = value == "Đang hoạt động", bool(read["in_scope"])
            value, empty = words.get(value, value), held is None or held == "" or pd.isna(held)
            if not (empty if value is None else not empty and held == value):
                wrong.append((row, heading, value, held))
    return wrong


def through_office(path: Path, folder: Path) -> Path:
    """The file as LibreOffice saves it."""
    folder.mkdir(exist_ok=True)
    return convert(path, "xlsx", folder)


@pytest.mark.parametrize(
    ("lang", "seed", "saved_by"),
    [("vi", 1, "openpyxl"), ("en", 2, "openpyxl"),
     pytest.param("vi", 2, "LibreOffice", marks=[pytest.mark.slow, needs_office])],
)  # fmt: skip
def test_what_300_schools_answer_is_read_without_a_question(
    home: Path, tmp_path: Path, lang: str, seed: int, saved_by: str
) -> None:
    form = Form(blank_form(home, lang))
    answers = answers_for(form, seed)
    assert len(form.known) == 300
    form.fill(answers)
    path = tmp_path / "a.xlsx"
    form.book.save(path)
    if saved_by == "LibreOffice":
        path = through_office(path, tmp_path / "saved")
    year = read_back(home, path, tmp_path / "office")
    assert nothing_to_ask(year) == {}
    assert differing(form, answers, year) == []


def test_check_prints_nothing_to_look_at(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = Form(blank_form(home))
    form.fill(answers_for(form, 3))
    form.book.save(tmp_path / "a.xlsx")
    read_back(home, tmp_path / "a.xlsx", tmp_path / "office")
    folder = tmp_path / "office" / "data" / "raw" / YEAR
    assert main(["check", str(folder), "--home", str(tmp_path / "office"), "--strict"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert not any(word in said.out for word in ("nghi vấn", "xem lại", "để trống", "Trang tính"))


# Each fault of a kind, in a row of its own: where, and what is written there. `told`: pasted past
# the spreadsheet's check, reading tells of it.
FAULTS: list[tuple[str, Any, bool]] = [
    ("Số lớp", "mười hai", True),
    ("Số lớp", -3, True),
    ("Số lớp", 12.5, True),
    ("Số lớp", 301, True),
    ("Số học sinh", 15001, True),
    ("Số học sinh", "khoảng trăm", True),
    ("Số lớp học 2 buổi/ngày", 300, True),
    ("Số học sinh học 2 buổi/ngày", 15000, True),
    ("Số học sinh nữ", 15000, True),
    ("Số lớp", 0, True),
    ("Số học sinh", 0, True),
    ("Số học sinh", 19, True),
    ("KĐCLGD - Cấp độ", 5, True),
    ("KĐCLGD - Cấp độ", "Tốt", True),
    ("CQG - Mức độ", 3, True),
    ("KĐCLGD - Số quyết định", "quyết định của Sở", True),
    ("KĐCLGD - Ngày", "đầu năm", True),
    ("KĐCLGD - Ngày", "31/02/2025", True),
    ("KĐCLGD - Ngày", dt.datetime(1999, 1, 1), True),
    ("KĐCLGD - Ngày", LAST_KDCLGD + dt.timedelta(1), True),
    ("KĐCLGD - Ngày", dt.datetime(2021, 5, 30), True),
    ("CQG - Ngày", dt.datetime(2027, 6, 1), True),
    ("CQG - Ngày", dt.datetime(2031, 1, 1), True),
    ("Đã đánh giá ngoài", "Có lẽ", True),
    ("Trạng thái", "Nghỉ hè", True),
    ("Mã trường", "46480000", False),
]
NEW_FAULTS: list[tuple[str, Any, bool]] = [
    ("Mã trường", "123", True),
    ("Mã trường", "24000001", True),
    ("Cấp học", "Đại học", True),
    ("Loại hình", "Của tôi", True),
    ("Xã/phường", "Xã Không Có", False),
]
USUAL = {"Số lớp": 20, "Số lớp học 2 buổi/ngày": 10, "Số học sinh": 600, "Số học sinh nữ": 300,
         "Số học sinh học 2 buổi/ngày": 300, "Trạng thái": "Đang hoạt động",
         "Đủ điều kiện đánh giá ngoài": "Có", "Đã đánh giá ngoài": "Có",
         "KĐCLGD - Cấp độ": 3, "KĐCLGD - Số quyết định": "12/QĐ-SGDĐT",
         "KĐCLGD - Ngày": dt.datetime(2025, 3, 1), "CQG - Mức độ": 1,
         "CQG - Số quyết định": "13/QĐ-UBND", "CQG - Ngày": dt.datetime(2025, 4, 1)}  # fmt: skip


def broken(home: Path) -> tuple[Form, dict[tuple[int, str], bool]]:
    """A form in which each fault stands in a row of its own, all else as it should be."""
    form = Form(blank_form(home))
    rows = [row for row in form.known if form.at(row, "Cấp học").value == "Tiểu học"]
    answers: Answers = {row: dict(USUAL) for row in rows[: len(FAULTS)]}
    faults: dict[tuple[int, str], bool] = {}
    for row, (heading, value, told) in zip(answers, FAULTS, strict=True):
        answers[row][heading] = value
        faults[row, heading] = told
    for row, (heading, value, told) in zip(form.spare, NEW_FAULTS, strict=False):
        new = {"Mã trường": f"4699{row:04d}", "Tên trường": f"Trường Tiểu học {row}",
               "Xã/phường": "Xã Đồng 3", "Cấp học": "Tiểu học",
               "Loại hình": "Công lập"}  # fmt: skip
        answers[row] = USUAL | new | {heading: value}
        faults[row, heading] = told
    form.fill(answers)
    return form, faults


@pytest.mark.slow
@needs_office
def test_the_spreadsheet_refuses_what_cannot_be_and_nothing_else(
    home: Path, tmp_path: Path
) -> None:
    """LibreOffice computes each check as a formula beside the cell: it enforces none on files that
    come from elsewhere, as no spreadsheet does."""
    form, faults = broken(home)
    beside: dict[str, Any] = {}
    for cell, check in form.checks():
        far = f"{get_column_letter(cell.column + 60)}{cell.row}"
        if check.type == "list":
            test = f"=ISNUMBER(MATCH({cell.coordinate},{check.formula1},0))"
        else:
            first = f"{get_column_letter(cell.column + 60)}{TOP + 1}"
            test = Translator(f"={check.formula1}", origin=first).translate_formula(far)
        beside[far] = cell
        form.sheet[far] = f"=IF(ISERROR({test[1:]}),FALSE,{test[1:]})"
    form.book.save(tmp_path / "a.xlsx")
    saved = load_workbook(through_office(tmp_path / "a.xlsx", tmp_path / "saved"), data_only=True)
    results = {far: saved.worksheets[0][far].value for far in beside}
    headings = {c: heading for heading, c in form.places.items()}
    refused = {(c.row, headings[c.column]) for far, c in beside.items() if not results[far]}
    locked = {place for place in faults if form.at(*place).protection.locked}
    assert {type(value) for value in results.values()} == {bool} and len(results) > 1500
    assert refused | locked >= {*faults}
    assert {row for row, _ in refused} <= {row for row, _ in faults}
    saved_form = Form(tmp_path / "saved" / "a.xlsx")
    assert saved_form.sheet.protection.sheet and [*saved_form.checks()]


def test_what_was_pasted_past_the_checks_is_told(home: Path, tmp_path: Path) -> None:
    form, faults = broken(home)
    form.book.save(tmp_path / "a.xlsx")
    issues = read_back(home, tmp_path / "a.xlsx", tmp_path / "office").issues
    told = {int(row) for row in issues["source_row"][issues["outcome"].ne("ignored")]}
    assert {row for (row, _), is_told in faults.items() if is_told} <= told


def test_what_is_known_is_locked_and_what_is_asked_is_open(home: Path) -> None:
    form = Form(blank_form(home))
    assert form.sheet.protection.sheet and not form.sheet.protection.password
    fixed = ("Mã trường", "Tên trường", "Xã/phường", "Cấp học", "Loại hình")
    asked = ("Số lớp", "Số học sinh", "KĐCLGD - Cấp độ", "KĐCLGD - Ngày", "Ghi chú")
    for row in form.known:
        assert all(form.at(row, heading).protection.locked for heading in fixed)
        assert not any(form.at(row, heading).protection.locked for heading in asked)
        assert form.at(row, "Số lớp").value is None and form.at(row, "Số học sinh").value is None
        is_centre = form.at(row, "Cấp học").value == "GDTX"
        assert form.at(row, "CQG - Mức độ").protection.locked == is_centre
    assert len(form.spare) >= 10
    for row in form.spare:
        assert not any(form.at(row, heading).protection.locked for heading in (*fixed, *asked))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_beside_cells_are_whole(home: Path, lang: str) -> None:
    form = Form(blank_form(home, lang))
    assert form.sheet.freeze_panes and form.sheet.print_title_rows
    for check in form.sheet.data_validations.dataValidation:
        assert check.prompt.endswith(".") and len(check.promptTitle) <= 32
        assert not check.type or check.error.endswith((".", "?"))
        assert len(check.formula1 or "") <= 255  # longer ones Excel takes for damage


def offered(form: Form, heading: str) -> list[Any]:
    """What can be chosen in a column."""
    letter = get_column_letter(form.places[heading])
    checks = form.sheet.data_validations.dataValidation
    check = next(c for c in checks if str(c.sqref).startswith(f"{letter}{TOP + 1}:"))
    name, area = str(check.formula1).split("!")
    return [row[0].value for row in form.book[name.strip("'")][area.replace("$", "")]]


@pytest.mark.parametrize(("school_year", "levels"), [("2027-2028", 4), ("2031-2032", 0)])
def test_a_level_that_no_certificate_in_force_can_have_is_not_offered(
    home: Path, school_year: str, levels: int
) -> None:
    assert main(["form", school_year, "--home", str(home)]) == 0
    form = Form(home / "forms" / school_year / f"bieu_{school_year}.xlsx")
    assert offered(form, "KĐCLGD - Cấp độ") == [*range(1, levels + 1), *offered_words()]
    assert offered(form, "CQG - Mức độ") == [1, 2, *offered_words()]


def offered_words() -> list[str]:
    return ["Chưa đạt", "Chưa đánh giá ngoài", "Đang đề nghị", "Hết hạn", "Bị thu hồi"]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example office, with a new name and a merger in its directory, and its forms by unit."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("__pycache__"))
    change_directory(folder / "data" / "schools.csv")
    assert main(["form", "2027-2028", "--home", str(folder), "--by", "unit"]) == 0
    return folder


def forms_of(example: Path) -> list[Form]:
    return [Form(path) for path in sorted((example / "forms" / "2027-2028").iterdir())]


def test_schools_that_ended_are_left_out_and_those_that_follow_them_are_in(example: Path) -> None:
    forms = forms_of(example)
    names = [form.at(row, "Tên trường").value for form in forms for row in form.known]
    units = {form.at(row, "Xã/phường").value for form in forms for row in form.known}
    files = [path.name for path in (example / "forms" / "2027-2028").iterdir()]
    assert len(files) == len(units) == 3 and all(map(str.isascii, files))
    assert INTO in names and {*RENAMED.values()} <= {*names} and not {*RENAMED} & {*names}
    directory = load_year(home=example).reference.directory
    still = [f["school_name"] for one in directory.schools
             if (f := directory.school_on(one, dt.date(2028, 5, 31)))]  # fmt: skip
    assert sorted(names) == sorted(still)


def test_a_certificate_that_ends_before_the_day_is_told_and_not_written(example: Path) -> None:
    of = {f.at(row, "Tên trường").value: (f, row) for f in forms_of(example) for row in f.known}
    form, held = of["Trường Mầm non Hoa Sen"]
    assert form.at(held, "KĐCLGD - Cấp độ").value == 3
    assert form.at(held, "KĐCLGD - Số quyết định").value == "98/QĐ-SGDĐT"
    assert form.at(held, "KĐCLGD - Ngày").value == dt.datetime(2026, 1, 14)
    assert "đến hết 14/01/2031" in form.at(held, "Chứng nhận đã biết").value
    form, ended = of["Trường THCS Hàng Tre"]
    assert form.at(ended, "KĐCLGD - Cấp độ").value is None
    assert "hết hạn 20/10/2025" in form.at(ended, "Chứng nhận đã biết").value


def test_a_form_that_is_there_is_not_overwritten(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, before = blank_form(home), blank_form(home).read_bytes()
    assert main(["form", YEAR, "--home", str(home)]) == 2
    assert path.name in capsys.readouterr().err and path.read_bytes() == before
    path.unlink()
    assert main(["form", YEAR, "--home", str(home)]) == 0
    assert path.read_bytes() == before  # the same schools give the same bytes


def test_without_an_earlier_year_nobody_knows_the_schools(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["form", "2025-2026", "--home", str(home)]) == 2
    assert "2025-2026" in capsys.readouterr().err
