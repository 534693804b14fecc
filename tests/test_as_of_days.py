"""As-of days of 31/5, 30/6 and 30/9 in one project: each year is judged by its own, and who
compares years says so where they lie otherwise than whole years apart."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

import analysis as an
from analysis.clean import clean_schools
from analysis.cli import main
from analysis.raw import read_raw
from analysis.reference import differ_in_season, read_reference, read_rules
from analysis.status import list_certificates, status_from_register
from tests.frames import held, school
from tests.workbooks import save
from tests.workbooks import school as in_workbook

ROOT = Path(__file__).parents[1]
RULES = read_rules()


@pytest.mark.parametrize(
    ("days", "differ"),
    [
        ({"2024-2025": "2025-05-31", "2025-2026": "2026-05-31"}, False),
        ({"2022-2023": "2023-06-30", "2025-2026": "2026-06-30"}, False),
        ({"2024-2025": "2025-05-31", "2025-2026": "2026-06-30"}, True),
        ({"2025-2026": "2025-09-30", "2026-2027": "2026-09-30"}, False),
        ({"2025-2026": "2026-05-31", "2026-2027": "2026-09-30"}, True),
        ({"2023-2024": "2024-02-29", "2024-2025": "2025-02-28"}, False),
        ({"2025-2026": "2026-05-31"}, False),
        ({}, False),
    ],
)
def test_days_differ_unless_they_are_whole_years_apart(days: dict[str, str], differ: bool) -> None:
    assert differ_in_season({y: dt.date.fromisoformat(d) for y, d in days.items()}) is differ


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three years: 31 May, 30 June, and 30 September at the start of the last."""
    home = tmp_path_factory.mktemp("days")
    for name in ("targets", "office.toml", "units.csv", "schools.csv"):
        place = ROOT / "data" / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, _made(home / "data") / name)
    for year, day in (("2024-2025", "2025-05-31"), ("2025-2026", "2026-06-30"),
                      ("2026-2027", "2026-09-30")):  # fmt: skip
        text = (ROOT / "data/years/2024-2025.toml").read_text("utf-8")
        text = text.replace("2024-2025", year).replace("2025-05-31", day)
        _made(home / "data" / "years").joinpath(f"{year}.toml").write_text(text, "utf-8")
        dates = {"cqg_date": "01/06/2026"} if year > "2025" else {}
        rows = [in_workbook(n, **(dates if n == 1 else {})) for n in (1, 2, 3)]
        save(_made(home / "data" / "raw" / year) / f"{year}.xlsx", rows)
    return home


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_each_year_is_judged_and_named_by_its_own_day(home: Path) -> None:
    reference = read_reference(home)
    assert reference.latest_year == "2026-2027"
    for year, day in (("2024-2025", "31/05/2025"), ("2026-2027", "30/09/2026")):
        levels = an.measure_levels(an.load_year(year, home=home), scheme="cqg")
        assert day in an.chart(levels).alt and "tròn năm" not in an.chart(levels).alt
    year = an.load_year("2026-2027", home=home)
    compared = an.compare_to_targets(year)
    assert {*compared["verdict"]} == {"reference"}, "the targets ended on 31/12/2025"
    before = an.compare_to_targets(an.load_year("2024-2025", home=home))
    assert "reference" not in {*before["verdict"]}


@pytest.mark.parametrize(("lang", "words"), [("vi", "không cách nhau tròn năm"),
                                            ("en", "not whole years apart")])  # fmt: skip
def test_who_compares_years_says_that_the_days_differ(
    home: Path, lang: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    register = an.load_register("2026-2027", home=home, lang=lang)
    levels = an.measure_levels(register, scheme="cqg", by="education_level")
    moved = an.measure_transitions(register, scheme="cqg")
    bridge = an.measure_bridge(register, scheme="cqg", by="education_level")
    past = an.compare_to_targets(register, by="education_level")
    drawn = [an.chart(levels, kind="change"), an.chart(moved), an.chart(bridge)]
    drawn += [an.chart(past, kind="progress", target_id="Q")]
    for chart in drawn:
        assert words in chart.alt and words in str(an.tell(chart)) and "30/09/2026" in chart.alt
        assert words in chart.remark
    capsys.readouterr()
    assert main(["diff", "2025-2026", "2026-2027", "--home", str(home), "--lang", lang]) == 0
    assert words in capsys.readouterr().out


def test_the_register_ends_a_certificate_on_the_day_of_the_year_that_says_so() -> None:
    """Said to be withdrawn in a year that is counted on 30/9, it is so on that day."""
    facts = {"school_id": "A", "cqg_date": "2023-04-12"}
    rows = held(
        school(school_year="2025-2026", cqg=1, **facts),
        school(school_year="2026-2027", cqg="withdrawn", **(facts | {"cqg_date": None})),
        as_of={"2025-2026": dt.date(2026, 6, 30), "2026-2027": dt.date(2026, 9, 30)},
    )
    days = {"2025-2026": dt.date(2026, 6, 30), "2026-2027": dt.date(2026, 9, 30)}
    told = status_from_register(list_certificates(rows, RULES), rows, days, RULES)
    assert told["cqg_state"].tolist() == ["in_force", "withdrawn"]


def test_a_day_up_to_the_as_of_date_is_no_slip(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [in_workbook(1, cqg_date="15/09/2027")])
    for as_of, doubts in ((dt.date(2027, 9, 30), 0), (dt.date(2027, 5, 31), 1)):
        found = clean_schools(
            read_raw(tmp_path, RULES), RULES, school_year="2026-2027", as_of=as_of
        )
        assert found.doubtful == doubts


def test_a_new_year_carries_the_day_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-year", "2027-2028", "--home", str(home), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "as_of = 2027-09-30" in told and "30/09/2027" in told
