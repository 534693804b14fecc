"""A sheet for each school and for each commune: what stands on it is what the tables say, read a
second time, and every school has one."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pandas as pd
import pytest
from docx import Document

from analysis.cli import main
from analysis.export.checking import check_folder
from analysis.export.manifest import differences, hash_files, outputs, read_manifest
from analysis.export.sheets import school_sheets
from analysis.export.tables import export_csv
from analysis.measure import list_counted, list_expiries
from analysis.notebook.register import Register, load_register
from analysis.notebook.school_year import held_on
from analysis.tables.words import in_word
from tests.browser import FLAGS, chromium, open_page
from tests.offices import Office, held_by, make_home
from tests.test_office_opens import OFFICE, PDF, convert, printed_pages
from tests.workbooks import save, school

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
pytestmark = [pytest.mark.slow, pytest.mark.truth]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("office")
    shutil.copytree(PROJECT / "data", place / "data")
    for more in (["--by", "school"], ["--by", "unit"], ["--by", "school", "--docx", "--lang=en"]):
        assert main(["sheets", YEAR, "--home", str(place), *more]) == 0
    return place


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(YEAR, home=PROJECT)


def pages(folder: Path) -> dict[str, Any]:
    """The sheets of a folder by their file."""
    found = sorted(p for p in folder.glob("*.html") if p.name != "index.html")
    return {p.name: lxml.html.fromstring(p.read_text(encoding="utf-8")) for p in found}


def sections(page: Any) -> list[tuple[list[list[str]], str]]:
    """Of each section the rows of its tables without their heading, and all its words."""
    told = []
    for section in page.iter("section"):
        rows = [[c.text_content() for c in row.iter("td")] for row in section.iter("tr")]
        told.append(([row for row in rows if row], section.text_content()))
    return told


def truth(register: Register, folder: Path) -> dict[str, dict[str, str]]:
    """The published list of schools as a file, by name and code."""
    path = export_csv(list_counted(register.latest), folder / "truong.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {f"{r['school_name']} {r['school_code']}": r for r in csv.DictReader(lines)}


def word(code: str, scheme: str) -> str:
    return in_word(code, ("standing",), "vi", scheme)


def test_every_school_has_a_sheet_with_what_its_list_says(
    home: Path, register: Register, tmp_path: Path
) -> None:
    schools, found = truth(register, tmp_path), {}
    ends = {s: list_expiries(register.latest, scheme=s) for s in ("kdclgd", "cqg")}
    for page in pages(home / "figures" / f"{YEAR}-phieu-truong").values():
        (now, under), _, (past, _), (faults, words) = sections(page)
        code = under.split(" · ")[-1].split("\n")[0] if " · " in under else ""
        name = page.find(".//h1").text
        row = next(r for key, r in schools.items() if key.startswith(name) and r["school_code"] in
                   under and (r["school_code"] or not re.search(r"\d{8}", code)))  # fmt: skip
        found[row["school_id"]] = page
        assert row["unit"] in under
        for line, scheme in zip(now, ("kdclgd", "cqg"), strict=True):
            assert line[1] == word(row[f"{scheme}_standing"], scheme), name
            assert line[2] == (row[f"{scheme}_decision"] or "–"), name
            own = ends[scheme][ends[scheme]["school_id"].eq(row["school_id"])]
            for day in own["expires"].dropna():
                assert line[4] == f"{day:%d/%m/%Y}", name
        assert past[-1][:3] == [YEAR, *(line[1] for line in now)]
        unclear = register.latest.unclear
        mine = unclear[unclear["school_id"].eq(row["school_id"])]
        assert [r[:3] for r in faults] == mine[["source_file", "source_sheet", "cell"]].to_numpy(
        ).tolist()  # fmt: skip
        assert ("không phải là kết luận" in words) and "đạt chỉ tiêu" not in page.text_content()
    assert {*found} == {r["school_id"] for r in schools.values()}


def test_every_school_stands_on_the_sheet_of_its_commune(
    home: Path, register: Register, tmp_path: Path
) -> None:
    schools = pd.DataFrame(truth(register, tmp_path).values())
    told = pages(home / "figures" / f"{YEAR}-phieu-xa").values()
    due = {
        f"{scheme} {row.renewal_due:%d/%m/%Y}"
        for scheme, code in (("KĐCLGD", "kdclgd"), ("CQG", "cqg"))
        for row in list_expiries(register.latest, scheme=code).itertuples()
        if row.stage in ("alert", "overdue")
    }
    assert due == {c for p in told for r in sections(p)[0][0] for c in r[-1].split("\n")} - {"–"}
    assert sorted(p.find(".//h1").text for p in told) == sorted(schools["unit"].unique())
    for page in told:
        unit = page.find(".//h1").text
        own = schools[schools["unit"].eq(unit)]
        now, _, (past, _), _ = sections(page)
        assert sorted(r[0] for r in now[0]) == sorted(own["school_name"])
        by_name = own.set_index("school_name")
        comes_first = [row[-1] == "–" for row in now[0]]
        assert comes_first == sorted(comes_first), "what is due stands first"
        for name, _, kdclgd, _, cqg, *_ in now[0]:
            assert kdclgd in {*(word(s, "kdclgd") for s in by_name.loc[[name], "kdclgd_standing"])}
            assert cqg in {*(word(s, "cqg") for s in by_name.loc[[name], "cqg_standing"])}
        held = [
            str(int(own[f"{s}_standing"].str.fullmatch(r"\d+|level_unknown").sum()))
            for s in ("kdclgd", "cqg")
        ]
        assert past[-1] == [YEAR, str(len(own)), *held]


def test_word_says_what_the_page_says_in_the_other_language(home: Path) -> None:
    folder = home / "figures" / f"{YEAR}-en-phieu-truong"
    found = sorted(folder.glob("*.docx"))
    assert len(found) == 38
    for path, page in zip(
        found, pages(home / "figures" / f"{YEAR}-phieu-truong").values(), strict=True
    ):
        document = Document(str(path))
        assert document.core_properties.title == page.find(".//h1").text
        now = document.tables[0].rows[1:]
        days = [row.cells[4].text for row in now]
        assert days == [row[4] for row in sections(page)[0][0]]
        words = "".join(c.text for t in document.tables for r in t.rows for c in r.cells)
        assert ("Level" in words) == ("ấp độ" in page.text_content())


@pytest.mark.browser
@pytest.mark.skipif(not (OFFICE and PDF), reason="needs LibreOffice and poppler-utils")
@pytest.mark.parametrize(("schools", "most"), [(40, 1), (95, 2)])
def test_a_commune_is_one_page_or_says_which_of_how_many(
    tmp_path: Path, schools: int, most: int
) -> None:
    years = [f"{year}-{year + 1}" for year in range(2020, 2025)]
    levels = ["MN", "TH", "GDTX"]
    office = Office("large communes", 2 * schools, years, units=2, levels=levels)
    place = make_home(office, tmp_path / "office")
    silent = sum(
        s.standing["cqg"] == "not_stated" and s.clean["education_level"] != "GDTX"
        for s in held_by(office, YEAR)[::2]
    )
    for form in ("html", "docx"):
        made = [] if form == "html" else ["--docx"]
        assert main(["sheets", "--by", "unit", "--home", str(place), *made]) == 0
        path = next((place / "figures" / f"{YEAR}-phieu-xa").glob(f"1-*.{form}"))
        if form == "html":
            printed = tmp_path / "page.pdf"
            command = [chromium(), *FLAGS, "--headless", f"--print-to-pdf={printed}", path.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            found = printed_pages(printed)
        else:
            found = printed_pages(convert(path, "pdf", tmp_path / form))
        assert len(found) == most, form
        whole = "".join(found)
        assert all(f"số{number + 1}" in whole for number in range(0, 2 * schools, 2))
        assert f"CQG:danhsáchchưaghikếtquảcủa{silent}trường" in whole, "none is asked of GDTX"
        assert most == 1 or "XãĐồng1·trang2/2" in found[1]


@pytest.mark.browser
def test_no_sheet_is_wider_than_a_screen_or_a_phone(home: Path) -> None:
    chosen = [p for p in (home / "figures").rglob("*.html") if "Ai cần sửa" in p.read_text("utf-8")]
    assert chosen
    with open_page(chosen[0].as_uri()) as page:
        for path in chosen:
            page.goto(path.as_uri())
            for width in (1366, 900, 420):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name


def test_the_folder_is_whole_and_its_names_are_safe_everywhere(home: Path) -> None:
    for folder in (home / "figures").iterdir():
        check_folder(folder)
        manifest = read_manifest(folder)
        found = hash_files(folder, outputs(folder))
        assert differences("outputs", manifest["outputs"], found) == []
        names = [p.name for p in folder.iterdir() if p.name not in ("index.html", "manifest.json")]
        assert all(re.fullmatch(r"\d+-[a-z0-9-]{1,60}\.(html|docx)", name) for name in names)
        index = (folder / "index.html").read_text(encoding="utf-8")
        assert {*re.findall(r'href="(\d[^"]+)"', index)} == {*names}


@pytest.mark.parametrize("held", ["Chưa đạt", None, "Hết hạn", "Đang đề nghị"])
def test_schools_of_which_none_holds_anything_have_their_sheets(
    held: str | None, tmp_path: Path
) -> None:
    """Then there is no day, no upgrade and no end to look up."""
    for name in ("office.toml", f"years/{YEAR}.toml"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / "data" / name, tmp_path / "data" / name)
    shutil.copytree(PROJECT / "data" / "targets", tmp_path / "data" / "targets")
    facts = (f"{s}{part}" for s in ("kdclgd", "cqg") for part in ("", "_decision", "_date"))
    none = dict.fromkeys(facts) | {"kdclgd": held, "cqg": held}
    raw = tmp_path / "data" / "raw" / YEAR
    raw.mkdir(parents=True)
    save(raw / "truong.xlsx", [school(n, **none) for n in (1, 2)])
    for by in ("school", "unit"):
        assert main(["sheets", YEAR, "--home", str(tmp_path), "--by", by]) == 0
    assert [len(pages(p)) for p in sorted((tmp_path / "figures").iterdir())] == [2, 1]


def test_nothing_is_to_be_asked_for_after_the_law_has_ended(register: Register) -> None:
    """After 07/7/2026 no KĐCLGD certificate is issued, whatever a school holds."""
    year, day = register.latest, dt.date(2026, 7, 8)
    held = held_on(year.cleaned, day, year.reference)
    later: Any = replace(year, as_of=day, held=held, about=replace(year.about, as_of=day))
    for sheet in school_sheets({YEAR: later}):
        (_, now), (_, asks), *_ = sheet.sections
        kdclgd = dict(zip(asks[0].headings, asks[0].rows[0], strict=True))
        assert kdclgd["Sớm nhất theo quy định"] == "–", sheet.title
        assert kdclgd["Nâng mức"] in (
            "không còn cấp theo quy định hiện hành",
            "đang ở mức cao nhất",
            "chưa rõ đang ở mức nào",
            "chưa rõ mức hiện tại",
            "thiếu ngày ký",
        ), sheet.title
        assert now[0].rows[0][5] == "–", "nothing is to be registered for either"
