"""Is a published folder whole and current? On a small folder with the office's own sources."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analysis.cli import main
from analysis.export.checking import SECOND_COUNT
from analysis.export.manifest import write_manifest
from analysis.export.places import published_folder
from analysis.export.tables import export_csv
from analysis.export.versions import add_version
from analysis.measure import list_counted, measure_levels
from analysis.reference import read_reference
from analysis.work.sources import sources
from tests.frames import held, school

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
OUTPUTS = ("index.html", "trinh_chieu.pptx", "bang_so_lieu.xlsx", "bao_cao.docx")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("data", "notebooks"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    reference = read_reference(tmp_path)
    year = reference.year(YEAR)
    folder = published_folder(tmp_path, YEAR, "vi")
    fill(folder)
    write_manifest(folder, {"counts": {"set_aside": 2}} | sources(reference, year, "vi"))
    return tmp_path


def fill(folder: Path) -> None:
    """A list of schools, a table of them, the second count, and another file."""
    schools = held(school(cqg=1), school(cqg=2))
    export_csv(list_counted(schools), folder / "so_lieu" / "truong.csv")
    export_csv(measure_levels(schools, scheme="cqg"), folder / "so_lieu" / "cqg.csv")
    shutil.copyfile(SECOND_COUNT, folder / SECOND_COUNT.name)
    for name in ("a.csv", *OUTPUTS):
        (folder / name).write_text("a\n1\n", encoding="utf-8")


def verify(home: Path, capsys: pytest.CaptureFixture[str], lang: str = "vi") -> tuple[int, str]:
    code = main(["verify", YEAR, "--home", str(home), "--lang", lang])
    screen = capsys.readouterr()
    return code, screen.out + screen.err


@pytest.mark.parametrize(("lang", "word"), [("vi", "nguyên vẹn"), ("en", "whole and current")])
def test_whole_and_current(
    home: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    code, told = verify(home, capsys, lang)
    assert code == 0 and word in told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"figures/{YEAR}/a.csv", "tệp đã xuất bản: a.csv – đã thay đổi"),
        (f"figures/{YEAR}/b.csv", "tệp đã xuất bản: b.csv – mới thêm"),
        *((f"figures/{YEAR}/{name}", f"{name} – đã thay đổi") for name in OUTPUTS),
        ("data/targets/huong-tra-2022-2025.toml", "bộ chỉ tiêu: huong-tra-2022-2025 – đã thay đổi"),
        ("data/schools.csv", "dữ liệu và thiết lập: data/schools.csv – đã thay đổi"),
        (f"data/raw/{YEAR}/moi.xlsx", f"data/raw/{YEAR}/moi.xlsx – mới thêm"),
        ("notebooks/02_phan_bo_cap_do.ipynb", "sổ ghi chép: notebooks/02_phan_bo_cap_do.ipynb"),
    ],
)
def test_what_changed_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], path: str, told: str
) -> None:
    with (home / path).open("a", encoding="utf-8") as file:
        file.write("\n# x\n")
    code, said = verify(home, capsys)
    assert code == 2 and told in said and f"accreditation run {YEAR}" in said


def test_both_languages_stand_side_by_side_and_are_both_looked_at(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = read_reference(home)
    folder = published_folder(home, YEAR, "en")
    fill(folder)
    write_manifest(folder, sources(reference, reference.year(YEAR), "en"))
    code, told = verify(home, capsys)
    assert code == 0 and f"figures/{YEAR} " in told and f"figures/{YEAR}-en " in told
    (folder / "a.csv").write_text("a\n2\n", encoding="utf-8")
    code, told = verify(home, capsys)
    assert code == 2 and "a.csv – đã thay đổi" in told and f"figures/{YEAR} nguyên vẹn" in told


def test_sheets_are_of_the_published_version_and_as_they_were_made(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, reference = home / "figures" / YEAR, read_reference(home)
    made = sources(reference, reference.year(YEAR), "vi")
    make = ["sheets", YEAR, "--home", str(home), "--by", "unit"]
    add_version(folder, 1, made, b"")
    write_manifest(folder, made)
    assert main(make) == 0
    (sheet,) = folder.with_name(f"{YEAR}-phieu-xa").glob("1-*.html")
    whole = sheet.read_bytes()
    assert "số liệu đã xuất bản, phiên bản 1." in whole.decode()
    assert verify(home, capsys)[0] == 0, "a first page without a place for them stays as it is"
    (folder / "index.html").write_text('<p><div id="further"></div></p>', "utf-8")
    (folder / "a.csv").write_text("a\n2\n", "utf-8")
    assert main(make) == 0 and main(make) == 0
    assert (folder / "index.html").read_text("utf-8").count(
        f"../{sheet.parent.name}/index.html"
    ) == 1
    assert "a.csv – đã thay đổi" in verify(home, capsys)[1], "what was damaged stays so"
    (folder / "a.csv").write_text("a\n1\n", "utf-8")
    sheet.write_bytes(whole + b" ")
    code, told = verify(home, capsys)
    assert code == 2 and f"{sheet.name} – đã thay đổi" in told
    assert f"accreditation sheets {YEAR} --by unit" in told
    sheet.write_bytes(whole)
    add_version(folder, 2, made, b"")
    write_manifest(folder, made)
    code, told = verify(home, capsys)
    assert code == 2 and "không ghi phiên bản đang xuất bản (2)" in told
    (home / "notebooks" / "02_phan_bo_cap_do.ipynb").unlink()
    assert main(make) == 0 and "phiên bản 2" in sheet.read_text("utf-8")
    assert f"Phiếu trong figures/{YEAR}-phieu-xa nguyên vẹn" in verify(home, capsys)[1]
    (home / "data" / "raw" / YEAR / "moi.xlsx").write_bytes(b"x")
    told = verify(home, capsys)[1].partition("phieu-xa")[2]
    assert "moi.xlsx – mới thêm" in told and "ipynb" not in told
    (sheet.parent / "manifest.json").write_text("[1", encoding="utf-8")
    code, told = verify(home, capsys)
    assert code == 2 and f"accreditation sheets {YEAR} --by unit" in told


def test_a_later_year_does_not_make_an_older_one_outdated(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "data" / "raw" / "2025-2026" / "moi.xlsx").write_bytes(b"x")
    (home / "data" / "raw" / YEAR / "~$mo.xlsx").write_bytes(b"Excel holds it open")
    assert verify(home, capsys)[0] == 0


def test_a_file_that_went_away(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "figures" / YEAR / "a.csv").unlink()
    code, told = verify(home, capsys)
    assert code == 2 and "a.csv – không còn" in told


def test_what_was_never_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(home / "figures")
    code, told = verify(home, capsys)
    assert code == 2 and f"accreditation run {YEAR}" in told


def test_a_manifest_nobody_can_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "figures" / YEAR / "manifest.json").write_text("[1", encoding="utf-8")
    code, told = verify(home, capsys)
    assert code == 2 and "manifest.json" in told and "Traceback" not in told


def test_the_rules_in_force_stand_in_the_manifest() -> None:
    reference = read_reference()
    found = sources(reference, reference.year(YEAR), "vi")
    assert found["rules_in_force"]["validity"] == "2018-10-10"
    assert set(found["rules"]) >= {"regulations.toml", "spellings.toml", "columns.toml"}
    assert found["code"]["pandas"] and len(found["code"]["analysis"]) == 64


def test_numbers_are_counted_again_though_the_manifest_knows_them(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "figures" / YEAR
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    table, script = folder / "so_lieu" / "cqg.csv", folder / SECOND_COUNT.name
    whole = table.read_text("utf-8-sig")
    table.write_text(whole.replace(",all,1,1,2,", ",all,1,2,2,"), "utf-8-sig")
    write_manifest(folder, manifest)
    code, said = verify(home, capsys)
    assert code == 2 and "cột schools_count: đã công bố “2”, đếm lại “1”" in said
    table.write_text(whole, "utf-8-sig")
    script.write_text("print('khớp hết')\n", "utf-8")
    write_manifest(folder, manifest)
    code, said = verify(home, capsys)
    assert code == 2 and f"{SECOND_COUNT.name} không phải bản của phần mềm này" in said
