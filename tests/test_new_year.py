"""A new school year from `new-year` over `check` to the numbers and what changed."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import load_year, measure_levels
from analysis.cli import main
from analysis.raw import read_raw
from analysis.reference import SuiteError, read_reference, read_rules
from analysis.work.headings import open_headings, settle_headings, suggestions, write_columns
from analysis.work.new_year import next_settings
from tests.sixth_year import (
    FILE,
    INTO,
    INTO_ID,
    LAST,
    NEW_HEADINGS,
    RENAMED,
    ROOT,
    SIXTH,
    change_directory,
)

MEANT = {"Khối chủ quản": "Loại hình", "Quy mô người học": "Số học sinh"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What an office has at the end of its last school year."""
    folder = tmp_path / "office"
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def sixth(home: Path, sixth_workbooks: Path) -> Path:
    """The office with the new year made and its workbooks copied in."""
    assert call(home, "new-year", SIXTH) == 0
    shutil.copy(sixth_workbooks / FILE, home / "data" / "raw" / SIXTH)
    return home


def call(home: Path, *words: str) -> int:
    return main([*words, "--home", str(home)])


def settings(home: Path, school_year: str = SIXTH) -> Path:
    return home / "data" / "years" / f"{school_year}.toml"


def test_it_makes_folder_settings_and_checklist(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "new-year", SIXTH) == 0
    made = tomllib.loads(settings(home).read_text(encoding="utf-8"))
    last = tomllib.loads(settings(home, LAST).read_text(encoding="utf-8"))
    assert made.pop("school_year") == SIXTH and made.pop("as_of").isoformat() == "2027-05-31"
    assert made == {k: v for k, v in last.items() if k not in ("school_year", "as_of")}
    assert "# The three units together" in settings(home).read_text(encoding="utf-8")
    checklist = settings(home).with_suffix(".md").read_text(encoding="utf-8")
    assert checklist.count("- [ ] ") == 10 and "31/05/2027" in checklist
    assert "chỉ còn để tham khảo" in checklist  # the targets ended in 2025
    assert (home / "data" / "raw" / SIXTH).is_dir()
    assert f"data/raw/{SIXTH}" in capsys.readouterr().out
    assert read_reference(home).latest_year == SIXTH


def test_a_dry_run_writes_nothing_and_shows_everything(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(home.rglob("*"))
    assert call(home, "new-year", SIXTH, "--dry-run", "--lang", "en") == 0
    told = capsys.readouterr().out
    assert sorted(home.rglob("*")) == before
    assert 'school_year = "2026-2027"' in told and "as_of = 2027-05-31" in told
    assert "# School year 2026-2027: what to do" in told


@pytest.mark.parametrize(
    ("year", "lang", "wanted"),
    [
        ("2025-2026", "vi", "đã có cài đặt"),
        ("2025-2026", "en", "The next year is 2026-2027"),
        ("2027-2028", "vi", "accreditation new-year 2026-2027"),
        ("2020-2021", "en", "does not follow the newest year, 2025-2026"),
        ("2026-2028", "vi", "không phải năm học"),
        ("26-27", "en", "is not a school year"),
    ],
)
def test_a_year_that_is_there_or_does_not_follow_is_refused(
    home: Path, year: str, lang: str, wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(home.rglob("*"))
    assert call(home, "new-year", year, "--lang", lang) == 2
    assert wanted in capsys.readouterr().err
    assert sorted(home.rglob("*")) == before


def test_every_date_moves_a_year_and_words_stay() -> None:
    text = (
        '# as_of = 2024-02-29 stays a remark\nschool_year = "2023-2024"\nas_of = 2024-02-29\n'
        'next_look = 2023-12-01\n\n[columns]\n"Xếp hạng" = "KĐCLGD - Cấp độ"  # asked for once\n'
    )
    moved = next_settings(text, "2024-2025")
    assert moved == text.replace('"2023-2024"', '"2024-2025"').replace(
        "\nas_of = 2024-02-29", "\nas_of = 2025-02-28"
    ).replace("2023-12-01", "2024-12-01")


def test_a_year_without_workbooks_does_not_stop_the_others(home: Path) -> None:
    assert call(home, "new-year", SIXTH) == 0
    from analysis.notebook.school_year import read_years

    assert [year.school_year for year in read_years(read_reference(home), "vi")][-1] == LAST


def test_the_newest_year_is_the_newest_with_workbooks(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "new-year", SIXTH) == 0
    assert read_reference(home).year().school_year == LAST
    workbooks = str(home / "data" / "raw" / LAST)
    capsys.readouterr()
    assert call(home, "check", workbooks) == 0
    told = capsys.readouterr().out
    assert f"{SIXTH} chưa có sổ tính" in told and f"năm học {LAST}" in told


def test_without_a_terminal_the_lines_to_write_are_shown(
    sixth: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = settings(sixth).read_text(encoding="utf-8")
    assert call(sixth, "check", str(sixth / "data" / "raw" / SIXTH)) == 0
    told = capsys.readouterr().err
    assert settings(sixth).read_text(encoding="utf-8") == before
    lines = tomllib.loads(told[told.index("[columns]") :])["columns"]
    assert lines == dict.fromkeys(NEW_HEADINGS.values(), "?")  # a guess is not filled in
    assert all(f'"{meant}"' in told for meant in MEANT.values())
    text = before + "\n" + told[told.index("[columns]") :]
    settings(sixth).write_text(text, encoding="utf-8")
    assert call(sixth, "check", str(sixth / "data" / "raw" / SIXTH)) == 2
    assert "“?”" in capsys.readouterr().err
    for heading, meant in MEANT.items():
        text = text.replace(f'"{heading}" = "?"', f'"{heading}" = "{meant}"')
    settings(sixth).write_text(text, encoding="utf-8")
    assert call(sixth, "check", str(sixth / "data" / "raw" / SIXTH)) == 0
    assert "[columns]" not in capsys.readouterr().err


def test_a_foreign_workbook_is_not_asked_about(
    sixth: Path, sixth_workbooks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(sixth, "check", str(sixth_workbooks / FILE), "--school-year", SIXTH) == 0
    assert "[columns]" not in capsys.readouterr().err
    empty = sixth_workbooks.parent / "empty.xlsx"
    empty.write_bytes(b"")
    assert call(sixth, "check", str(empty), "--school-year", SIXTH) == 2
    assert "[columns]" not in capsys.readouterr().err


def test_workbooks_that_lie_there_already_are_looked_at(
    home: Path, sixth_workbooks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = home / "data" / "raw" / SIXTH
    raw.mkdir()
    shutil.copy(sixth_workbooks / FILE, raw)
    assert call(home, "new-year", SIXTH, "--lang", "en") == 0
    told = capsys.readouterr()
    assert "2 columns are not known" in told.err and "is prepared from" in told.out


def answering(*answers: str) -> Iterator[str]:
    yield from answers
    raise EOFError


def ask(home: Path, *answers: str) -> dict[str, str]:
    reference = read_reference(home)
    rules = reference.rules.with_headings(reference.year(SIXTH).columns)
    raw = read_raw(home / "data" / "raw" / SIXTH, rules)
    given = answering(*answers)
    return settle_headings(raw, rules, settings(home), "vi", ask=lambda _: next(given))


def test_headings_are_asked_for_by_name_and_once(
    sixth: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = read_reference(sixth)
    raw = read_raw(sixth / "data" / "raw" / SIXTH, reference.rules)
    found = {one.heading: one for one in open_headings(raw, reference.rules)}
    assert set(found) == set(MEANT)
    assert all(meant in found[heading].suggestions for heading, meant in MEANT.items())
    number = found["Quy mô người học"].suggestions.index("Số học sinh") + 1
    # An unknown word, then a near one, are answered; the question stays.
    given = ask(sixth, "xyz", "loai hinhh", "Loại hình", str(number))
    assert given == MEANT
    told = capsys.readouterr().out
    assert "“Khối chủ quản” là cột nào?" in told and "Có phải ý bạn là “Loại hình”?" in told
    assert ask(sixth) == {}
    assert tomllib.loads(settings(sixth).read_text(encoding="utf-8"))["columns"] == MEANT


def test_later_is_asked_again_and_not_needed_is_not(sixth: Path) -> None:
    assert ask(sixth, "", "0") == {"Quy mô người học": "-"}
    assert ask(sixth, "1") != {}
    assert ask(sixth) == {}
    remarks = load_year(SIXTH, home=sixth).cleaned.remarks
    assert not [r for r in remarks if r.key.startswith("heading_unknown")]


def test_a_table_that_lacks_its_name_column_is_asked_about(sixth: Path) -> None:
    """Without its name column a list cannot be read at all: all the more must one be asked."""
    from openpyxl import load_workbook

    path = sixth / "data" / "raw" / SIXTH / FILE
    book = load_workbook(path)
    cell = next(c for r in book["Tổng hợp"].iter_rows() for c in r if c.value == "Cơ sở giáo dục")
    cell.value = "Danh tính đơn vị"
    book.save(path)
    with pytest.raises(SuiteError):
        load_year(SIXTH, home=sixth)
    answers = MEANT | {"Danh tính đơn vị": "Tên trường"}
    ask(sixth, *(answers[heading] for heading in names_in_order(sixth)))
    assert len(load_year(SIXTH, home=sixth).schools) > 30


def test_answers_go_into_the_settings_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "2026-2027.toml"
    path.write_text('a = 1  # why\n\n[columns]\n"x" = "y"\n\n[later]\nb = 2\n', encoding="utf-8")
    write_columns(path, {'"quoted" \\ heading': "Số lớp"})
    text = path.read_text(encoding="utf-8")
    assert text.startswith("a = 1  # why\n") and text.endswith("\n[later]\nb = 2\n")
    assert tomllib.loads(text)["columns"] == {"x": "y", '"quoted" \\ heading': "Số lớp"}
    with pytest.raises(SuiteError):
        write_columns(path, {"x": "z"})  # a heading has one meaning
    assert path.read_text(encoding="utf-8") == text


def test_suggestions_are_columns_the_table_lacks() -> None:
    rules = read_rules()
    assert suggestions("Số lượng học sinh", {"school_name"}, rules)[0] == "Số học sinh"
    assert "Số học sinh" not in suggestions("Số lượng học sinh", {"pupils"}, rules)


def test_the_whole_way_from_new_year_to_what_changed(
    sixth: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """new-year, check, answers, diff; the run between them is that of the guide (test_guides)."""
    ask(sixth, *(MEANT[heading] for heading in names_in_order(sixth)))
    change_directory(sixth / "data" / "schools.csv")
    assert call(sixth, "check", str(sixth / "data" / "raw" / SIXTH)) == 0
    assert "[columns]" not in capsys.readouterr().err
    ownership = measure_levels(load_year(SIXTH, home=sixth), scheme="kdclgd", by="ownership")
    assert "unknown" not in set(ownership["group"])  # the first new heading was understood
    answer = tmp_path / "diff.json"
    assert call(sixth, "diff", LAST, SIXTH, "--json", str(answer), "--out", str(tmp_path)) == 0
    screen = capsys.readouterr().out
    assert len(screen.splitlines()) <= 40 and all(new in screen for new in RENAMED.values())
    changes = pd.DataFrame(json.loads(answer.read_text(encoding="utf-8"))["truong"])
    kinds = changes.groupby("change")["school_name"].agg(set)
    assert kinds["renamed"] == set(RENAMED.values()) and kinds["new"] == {INTO}
    gone = changes[changes["change"] == "gone"]
    assert len(gone) == 2 and set(gone["after"]) == {INTO}
    assert INTO_ID in set(changes["school_id"])
    written = pd.read_csv(tmp_path / "truong.csv", encoding="utf-8-sig")
    assert len(written) == len(changes)


def names_in_order(home: Path) -> list[str]:
    rules = read_reference(home).rules
    found = open_headings(read_raw(home / "data" / "raw" / SIXTH, rules), rules)
    return [one.heading for one in found]
