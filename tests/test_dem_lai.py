"""The second count that lies in every published folder: it agrees with what is published, finds
what anybody changes there, and stands alone. `run` publishes nothing it does not agree with, so
every test that publishes, `test_any_office.py` above all, asks it too."""

from __future__ import annotations

import ast
import contextlib
import csv
import datetime as dt
import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import compare_readings, compare_to_targets
from analysis.export import dem_lai
from analysis.export.checking import SECOND_COUNT, count_again
from analysis.export.tables import export_csv
from analysis.measure import list_counted, measure_expiries, measure_levels, measure_sessions
from analysis.notebook.school_year import load_year
from analysis.work.measured import measured_tables
from tests.frames import held, school
from tests.test_verdicts import EXAMPLES, RESOLUTION, YEARS, Row, offices, target_set, targets

PROJECT = Path(__file__).parents[1]
DAYS = [dt.date(y, m, d) for y in (2019, 2020, 2023) for m, d in ((2, 28), (5, 31), (11, 1))]
STATES = (1, 2, "in_doubt")
SIZES = ("classes", "classes_two_sessions", "pupils", "pupils_two_sessions")


def told(folder: Path) -> tuple[int, str]:
    with contextlib.redirect_stdout(io.StringIO()) as screen:
        code = dem_lai.Recount(folder, "vi").run()
    return code, screen.getvalue()


def publish(rows: list[Row], part: Any, folder: Path, by: str = "unit") -> None:
    """Every kind of table it counts, of one year."""
    table, numbers = held(*rows, as_of=YEARS), folder / "so_lieu"
    parts = target_set(part)
    made = {
        "truong": list_counted(table),
        "kdclgd": measure_levels(table, scheme="kdclgd", by=by, base=part.base),
        "cqg": measure_levels(table, scheme="cqg", by=by),
        "ends": measure_expiries(table, scheme="cqg", by=by),
        "sessions": measure_sessions(table, by=by),
        "readings": compare_readings(table, parts, by=by),
        "targets": compare_to_targets(table, parts),
    }
    for name, own in made.items():
        export_csv(own, numbers / f"{name}.csv")


# --- It agrees ---


@st.composite
def years(draw: Any) -> list[Row]:
    """A year of an office whose certificates have days, and whose schools have classes."""
    year = draw(st.sampled_from([*YEARS]))
    rows = [row for row in draw(offices()) if row["school_year"] == year]
    for row in rows:
        for scheme in ("kdclgd", "cqg"):
            day = draw(st.sampled_from([None, *DAYS]))
            row[f"{scheme}_date"], row[f"{scheme}_date_precision"] = day, "day" if day else ""
        row |= {column: draw(st.sampled_from([None, 1, 2, 20])) for column in SIZES}
    return rows


@pytest.mark.truth
@settings(EXAMPLES, max_examples=EXAMPLES.max_examples // 10)
@given(rows=years(), part=targets(), by=st.sampled_from(["education_level", "unit"]))
def test_it_agrees_on_any_office(rows: list[Row], part: Any, by: str) -> None:
    part = replace(part, is_limit=not part.from_percent and part.to_percent < 100)
    with TemporaryDirectory() as folder:
        publish(rows, part, Path(folder), by)
        code, screen = told(Path(folder))
        assert code == 0, screen


@pytest.mark.truth
@pytest.mark.parametrize("name", sorted(p.stem for p in (PROJECT / "data/years").glob("*.toml")))
def test_it_agrees_on_the_example(name: str, tmp_path: Path) -> None:
    for file, table in measured_tables(load_year(name, home=PROJECT), "vi").values():
        export_csv(table, tmp_path / "so_lieu" / f"{file}.csv")
    agrees, said = count_again(tmp_path, "vi")
    assert agrees, said
    assert said.startswith("Đã đếm lại") and "\n" not in said


def test_a_target_of_a_number_of_schools_and_of_one_education_level(tmp_path: Path) -> None:
    rows = [school(education_level=own, cqg=at) for own in ("MN", "TH", "") for at in STATES]
    usual = next(part for part in RESOLUTION.parts if part.id == "Q")
    for wanted in ((2, None), (0, 1), (4, 5), (1, 1)):
        for only in ((), ("MN",), ("MN", "TH")):
            low, high = wanted
            limit = not low and high is not None
            own = replace(usual, from_schools=low, to_schools=high, education_levels=only)
            publish(rows, replace(own, is_limit=limit), tmp_path)
            code, screen = told(tmp_path)
            assert code == 0, (wanted, only, screen)


# --- It finds what was changed ---

OFFICE = [
    school(school_name=f"Trường {n}", unit=f"Xã {n % 3}", education_level=("MN", "TH")[n % 2],
           kdclgd=(1, 2, "in_doubt", "pending")[n % 4],
           cqg=(2, "not_reached", 1, "level_unknown")[n % 4],
           classes=n, classes_two_sessions=n // 2, kdclgd_date=None if n % 4 > 1 else DAYS[7],
           cqg_date=DAYS[6 + n % 3] if n % 4 != 1 else None)
    for n in range(2, 14)
]  # fmt: skip
COUNTED = {
    *("schools_count", "schools_total", "schools_percent", "unclear_count", "base_unclear_count"),
    *("schools_percent_low", "schools_percent_high", "percent_low", "percent_high", "verdict"),
    *("reached_count", "reached_percent", "reached_unclear_count", "reached_percent_low"),
    *("reached_percent_high", "position", "gap_points", "needed_least", "schools_needed"),
    *("attainable", "schools_over", "two_sessions_count", "whole_count", "two_sessions_percent"),
    *("schools_stated", "left_count"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("published")
    publish(OFFICE, RESOLUTION.parts[1], made)
    assert told(made)[0] == 0
    return made


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def changed(folder: Path, name: str, line: int, column: int, value: str) -> tuple[int, str]:
    """What is told of the folder while one cell of a table says something else."""
    path = folder / "so_lieu" / f"{name}.csv"
    before, lines = path.read_bytes(), read(path)
    lines[line][column] = value
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)
    try:
        return told(folder)
    finally:
        path.write_bytes(before)


@settings(max_examples=60)
@given(data=st.data())
def test_any_published_number_or_verdict_that_was_changed_is_named(
    folder: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["kdclgd", "cqg", "ends", "sessions", "readings", "targets"]))
    lines = read(folder / "so_lieu" / f"{name}.csv")
    line = data.draw(st.integers(1, len(lines) - 1))
    own = [at for at, column in enumerate(lines[0]) if column in COUNTED]
    column = data.draw(st.sampled_from(own))
    said = lines[line][column]
    others = ["met", "open", "within", "", "0", "1", "100.0", "7", "x", "nan", "True", said + "1"]
    value = data.draw(st.sampled_from([o for o in others if o not in (said, f"{said}.0")]))
    if said and value:
        with contextlib.suppress(ValueError):
            value = "-3" if float(value) == float(said) else value
    code, screen = changed(folder, name, line, column, value)
    assert code == 2
    assert f"{name}.csv" in screen and f"dòng {line + 1} " in screen, screen
    assert f"cột {lines[0][column]}: đã công bố “{value}”, đếm lại “" in screen


@pytest.mark.parametrize("column", ["target_from", "target_to", "decimals", "for_reference"])
def test_what_a_target_wants_is_the_same_in_every_table(folder: Path, column: str) -> None:
    at = read(folder / "so_lieu" / "targets.csv")[0].index(column)
    assert f"cột {column}: " in changed(folder, "targets", 1, at, "79")[1]


@settings(max_examples=40)
@given(data=st.data())
def test_a_school_that_was_changed_is_felt(folder: Path, data: st.DataObject) -> None:
    lines = read(folder / "so_lieu" / "truong.csv")
    line = data.draw(st.integers(1, len(lines) - 1))
    values = {
        "kdclgd_standing": ["1", "3", "expired", "not_stated", "in_doubt"],
        "cqg_standing": ["1", "2", "not_reached", "pending"],
        "in_scope": ["False", ""],
        "unit": ["Xã 0", "Xã 1", ""],
        "classes": ["", "1000"],
    }
    name = data.draw(st.sampled_from([*values]))
    column = lines[0].index(name)
    value = data.draw(st.sampled_from([v for v in values[name] if v != lines[line][column]]))
    assert changed(folder, "truong", line, column, value)[0] == 2


# --- What it cannot read, and what it needs ---


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("truong", None, "so_lieu/truong.csv"),
        ("truong", b"", "thiếu cột school_year"),
        ("truong", b"\xff\xfe\x00\x01", "so_lieu/truong.csv"),
        ("truong", b"school_year,in_scope\n2024-2025,True\n", "education_level"),
        ("targets", b"\x80abc", "so_lieu/targets.csv"),
        ("cqg", b'"' + b"x" * 200_000, "so_lieu/cqg.csv"),
    ],
)
def test_a_damaged_file_gives_a_sentence(
    folder: Path, tmp_path: Path, name: str, content: bytes | None, cause: str
) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "so_lieu" / f"{name}.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    agrees, said = count_again(tmp_path, "vi")
    assert not agrees and cause in said and "Traceback" not in said
    assert "accreditation run" in said


@settings(max_examples=60)
@given(data=st.data())
def test_no_cell_makes_it_stumble(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["truong", "cqg", "ends", "sessions", "readings", "targets"]))
    lines = read(folder / "so_lieu" / f"{name}.csv")
    line = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[0]) - 1))
    value = data.draw(
        st.sampled_from(
            ["", "x", "-1", "²", "1e999", "nan", "0-0", "{x}", "2025-", "9" * 9, "1e999999999"]
        )
    )
    changed(folder, name, line, column, value)


def test_what_one_year_cannot_tell_is_named_and_the_rest_counted(
    folder: Path, tmp_path: Path
) -> None:
    numbers = tmp_path / "so_lieu"
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    lines = (numbers / "cqg.csv").read_text("utf-8-sig")
    before = lines.replace("2024-2025", "2019-2020")
    (numbers / "truoc.csv").write_text(before, "utf-8")
    (numbers / "ca_hai.csv").write_text(before + lines.partition("\n")[2], "utf-8")
    (numbers / "cqg.json").write_text('{"about": {"part_vi": "Xã 1"}}', "utf-8")
    code, screen = told(tmp_path)
    assert code == 0
    assert "truoc.csv (nhiều năm)" in screen and "cqg.csv (một phần của năm)" in screen
    assert f"ca_hai.csv ({lines.count(chr(10)) - 1} dòng của năm khác)" in screen
    last = lines.count("\n") * 2 - 2
    assert (
        changed(
            tmp_path, "ca_hai", last, read(numbers / "cqg.csv")[0].index("schools_count"), "99"
        )[0]
        == 2
    )


def test_where_no_table_can_be_counted_that_is_said(tmp_path: Path) -> None:
    export_csv(list_counted(held(school(kdclgd=None, cqg=None))), tmp_path / "so_lieu/truong.csv")
    assert told(tmp_path) == (0, "Trong so_lieu không có bảng nào để đếm lại.\n")


def test_it_needs_python_3_9_and_nothing_else() -> None:
    tree = ast.parse(SECOND_COUNT.read_text("utf-8"), feature_version=(3, 9))
    named = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    modules = {a.name for n in named if isinstance(n, ast.Import) for a in n.names}
    modules |= {str(n.module) for n in named if isinstance(n, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in modules} <= sys.stdlib_module_names
