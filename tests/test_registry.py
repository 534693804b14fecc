"""Every table has a name: the registry, what it says of frames, and what follows from one entry."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as an
from analysis.export.checking import _table
from analysis.export.tables import export_csv
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import SCHEMES, SuiteError
from analysis.tables import BETWEEN, COUNTED, about_of, find_table, known, lang_of, table_of, tables
from analysis.work.measured import measured_tables
from tests.workbooks import HEADINGS, save, school

ROOT = Path(__file__).parents[1]
YEAR = "2024-2025"
# What makers are asked, beside a year or register.
ASKED: dict[str, dict[str, Any]] = {
    **{name: {"scheme": "cqg"} for name in ("levels", "expiries", "transitions")},
    **{name: {"scheme": "cqg"} for name in ("bridge", "rate_changes")},
    **{name: {"scheme": "kdclgd"} for name in ("renewals", "expiry_list", "upgrades")},
    "scenarios": {"until": 2},
    "what_if": {"scheme": "cqg", "more": -1},
}
OVER_YEARS = {
    *("transitions", "bridge", "rate_changes", "renewals", "scenarios"),
    *("certificates", "differences", "inherited"),
}
ELSEWHERE = {
    *(
        "explored_schools",
        "cells",
        "deck_changes",
        "shown_charts",
        "recomputed",
        "merger_effects",
        "revisions",
    ),
}


@pytest.fixture(scope="module")
def year() -> SchoolYear:
    return load_year(YEAR, home=ROOT)


@pytest.fixture(scope="module")
def made(year: SchoolYear) -> dict[str, pd.DataFrame]:
    """Every table of the registry, from the example office."""
    register = an.load_register(YEAR, home=ROOT)
    gaps = an.compare_to_targets(year, by="education_level")
    of_two = {
        "spread": lambda: an.compare_groups(gaps),
        "unevenness": lambda: an.compare_unevenness(gaps),
        "school_changes": lambda: an.compare_schools(load_year("2023-2024", home=ROOT), year),
        "explained": lambda: an.explain(year.schools),
    }
    found = {}
    for name, entry in tables().items():
        source = register if name in OVER_YEARS else year
        room, _, maker = entry.maker.rpartition(".")
        if name in of_two:
            found[name] = of_two[name]()
        elif name not in ELSEWHERE and not room:
            found[name] = getattr(source, maker)
        elif name not in ELSEWHERE:
            found[name] = getattr(import_module(f"analysis.{room}"), maker)(
                source, **ASKED.get(name, {})
            )
    return found


def test_every_table_has_the_columns_its_entry_names(made: dict[str, pd.DataFrame]) -> None:
    for name, table in made.items():
        assert list(table.columns) == list(tables()[name].columns), name
        assert table_of(table) is tables()[name], name
        assert {*tables()[name].drawn} <= {*table.columns}


def test_every_table_says_its_office_and_language(made: dict[str, pd.DataFrame]) -> None:
    for name, table in made.items():
        about = about_of(table)
        assert about is not None and about.school_year == YEAR, name
        assert lang_of(table) == "vi"
        json.dumps(table.attrs["about"])  # plain, so that a file can keep it


def test_the_key_of_a_table_names_one_row(made: dict[str, pd.DataFrame]) -> None:
    for name, table in made.items():
        key = [column for column in tables()[name].key if column in table]
        if name not in ("issues", "remarks", "kept_out"):  # two may be of one cell
            assert not table[key].astype("str").duplicated().any(), name


def test_no_8_bit_column_leaves_the_package(
    made: dict[str, pd.DataFrame], year: SchoolYear
) -> None:
    frames = {**made, "held": year.held, "identified": year.identified}
    narrow = {
        (name, column)
        for name, table in frames.items()
        for column in table
        if str(table[column].dtype).casefold() in ("int8", "uint8", "int16", "uint16")
    }
    assert not narrow
    assert (100 * year.schools["cqg_level"]).max() == 200


def test_every_table_is_shown_and_told_in_both_languages(made: dict[str, pd.DataFrame]) -> None:
    for (name, table), lang in itertools.product(made.items(), ("vi", "en")):
        shown = an.show_table(table, lang=lang)
        assert len(shown.rows) == min(len(table), 100) or name == "levels"
        raw = [h for h in shown.headings if "_" in h]
        assert not raw, (name, raw)
        told = {"target_id": "Q"} if name == "scenarios" else {}
        assert an.tell(table, lang=lang, **told).lines, name


def test_what_hangs_together_is_checked(made: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    """Each sum of the registry, broken in one row, is found in the file."""
    broken = 0
    for name, table in made.items():
        path = export_csv(table, tmp_path / f"{name}.csv")
        _table(path)
        lines = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        if find_table(lines.columns) is not tables()[name]:
            continue  # a narrower table of the same columns is known as the wider one
        for column, sign, others in tables()[name].checks():
            whole = (lines[[column, *others]] != "").all(axis=1)
            if whole.any():
                row = whole.idxmax()
                wrong = lines.copy()
                wrong.loc[row, column] = "99999" if sign == "<=" else "0.123"
                wrong.to_csv(path, index=False)
                with pytest.raises(ValueError, match=f"{column} = "):
                    _table(path)
                broken += 1
    assert broken > 12


def test_a_frame_is_known_by_its_name_while_it_has_its_columns(year: SchoolYear) -> None:
    levels = an.measure_levels(year, scheme="cqg", by="education_level")
    assert table_of(levels.query("standing == '1'")) is tables()["levels"]
    renamed = levels.rename(columns={"standing": "a"})
    assert table_of(renamed) is None
    plain = pd.DataFrame(levels.to_dict("list"))
    assert not plain.attrs and table_of(plain) is tables()["levels"]
    assert table_of(known(pd.DataFrame({"a": [1]}), "levels")) is None


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda year: an.chart(pd.DataFrame({"a": [1]})), "table_unknown"),
        (lambda year: an.tell(pd.DataFrame({"a": [1]})), "table_unknown"),
        (lambda year: an.tell(3), "table_not_frame"),
        (lambda year: an.chart(year.ledger), "table_without_chart"),
        (lambda year: an.measure_levels(year.schools, scheme="cqg"), "maker_needs_year"),
        (lambda year: an.measure_levels(3, scheme="cqg"), "maker_needs_year"),
        (lambda year: an.compare_to_targets(year.held), "maker_needs"),
        (lambda year: an.chart(an.compare_to_targets(year), kind="levels"), "chart_other_kind"),
        (lambda year: an.chart(an.compare_to_targets(year), level=3), "chart_unknown_option"),
        (lambda year: an.chart(an.measure_sessions(year), colours=["no"]), "chart_own_colours"),
        (
            lambda year: an.chart(pd.DataFrame(an.measure_sessions(year).to_dict("list"))),
            "table_of_no_year",
        ),
        (lambda year: an.measure_levels(year, scheme="cqg", by=["unit", "a"]), "unknown_choice"),
        (lambda year: an.what_if(year, scheme="cqg", more=999), "what_if_too_few"),
        (lambda year: an.list_candidates(year, "X"), "unknown_choice"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(year: SchoolYear, ask: Any, key: str) -> None:
    with pytest.raises(SuiteError) as caught:
        ask(year)
    assert caught.value.key.startswith(key)
    assert all(len(caught.value.text(lang)) > 30 for lang in ("vi", "en"))


def test_the_public_face_is_small() -> None:
    assert len(an.__all__) <= 40
    assert not [name for name in an.__all__ if name.startswith(("chart_", "tell_"))]


def test_what_is_narrowed_is_said_by_its_tables_only(year: SchoolYear) -> None:
    part = year.narrow(education_level="TH", base="evaluated")
    assert "Tiểu học" in an.chart(an.measure_levels(part, scheme="cqg")).headline
    for table in (year.held, year.ledger):
        whole = about_of(table)
        assert whole is not None and whole.part_vi == ""


# -- a second way of counting


def members(held: pd.DataFrame, **of: str) -> list[dict[str, Any]]:
    """The rows of schools in scope, as plain records."""
    rows = held[held["in_scope"].fillna(False)].to_dict("records")
    return [
        {str(k): v for k, v in row.items()}
        for row in rows
        if all(row[name] == value for name, value in of.items())
    ]


@pytest.mark.parametrize("by", [["unit", "education_level"], ["ownership", "unit"]])
def test_two_groupings_at_once_count_each_school_in_its_cell(
    year: SchoolYear, by: list[str]
) -> None:
    for scheme in SCHEMES:
        levels = an.measure_levels(year, scheme=scheme, base="all", by=by)
        counted = Counter(
            (BETWEEN.join(row[name] for name in by), row[f"{scheme}_standing"])
            for row in members(year.held)
        )
        cells = levels[levels["group"] != "all"]
        found = {
            (group, standing): count
            for group, standing, count in zip(
                cells["group"], cells["standing"], cells["schools_count"], strict=True
            )
            if count
        }
        assert found == dict(counted)
        assert (cells["group"] == cells[by[0]] + BETWEEN + cells[by[1]]).all()
        single = an.measure_levels(year, scheme=scheme, base="all", by=by[0])
        both = cells.groupby([by[0], "standing"], observed=True)["schools_count"].sum()
        own = single[single["group"] != "all"].set_index(["group", "standing"])["schools_count"]
        assert both.sort_index().tolist() == own.sort_index().tolist()


PARTS = st.sampled_from(["", "MN", "TH"])


@given(more=st.integers(-12, 3), level=st.sampled_from([1, 2]), of=PARTS)
@settings(max_examples=40)
def test_what_if_moves_counts_by_as_many_schools(more: int, level: int, of: str) -> None:
    year = load_year(YEAR, home=ROOT)
    part = {"education_level": of} if of else {}
    without = ("not_reached", "not_evaluated", "expired", "withdrawn", "pending")
    there = [
        row["cqg_state"] in without if more > 0 else row["cqg_level_held"] == level
        for row in members(year.held, **part)
    ]
    asked = {"scheme": "cqg", "level": level, "more": more, **part}
    if sum(there) < abs(more):
        with pytest.raises(SuiteError):
            an.what_if(year, **asked)
        return
    try:
        then = an.what_if(year, **asked).set_index("target_id")
    except SuiteError as error:  # some of them are not in every base for certain
        assert int(str(error.facts["count"])) < abs(more) <= sum(there)
        return
    told = then.loc["Q"]
    assert told["then_count"] - told["schools_count"] == more
    assert told["then_total"] == told["schools_total"] == 38
    share = round(1000 * told["then_count"] / 38 + 1e-9) / 10
    assert told["then_verdict"] == ("met" if share >= 89.5 else "not_met")
    others = then[then["scheme"] == "kdclgd"]
    assert (others["then_count"] == others["schools_count"]).all() and not others["turns"].any()


# -- what follows from one entry

COLUMN = """
[columns.wells]
heading = "Số giếng nước"
en = "Wells"
kind = "count"
also = ["Giếng"]
"""
TABLE = """
[class_sizes]
vi = "Số học sinh mỗi lớp"
en = "Pupils per class"
maker = "measure.class_sizes.measure_class_sizes"
needs = ["by", "group", "class_pupils"]
key = ["school_year", "by", "group"]
columns = ["school_year", "by", "group", "schools_count", "schools_total", "class_pupils"]

[[class_sizes.published]]
file = "hoc_sinh_moi_lop"
vi = "Số học sinh mỗi lớp theo cấp học"
en = "Pupils per class by education level"
given = { by = "education_level" }
"""
WORDS = 'class_pupils = { kind = "number", vi = "Học sinh mỗi lớp", en = "Pupils a class" }\n'
MAKER = '''"""Pupils a class."""

import pandas as pd

from analysis.measure.totals import schools_in_scope, with_totals
from analysis.tables import makes


@makes("class_sizes")
def measure_class_sizes(held, *, by=None):
    """Pupils a class, over the schools that state both."""
    schools = with_totals(schools_in_scope(held), by)
    schools["stated"] = schools["pupils"].notna() & schools["classes"].gt(0)
    rows = []
    for (year, group), of in schools.groupby(["school_year", "group"], observed=True):
        own = of[of["stated"]]
        share = own["pupils"].sum() / own["classes"].sum() if len(own) else pd.NA
        rows.append([year, by or "", str(group), len(own), len(of), share])
    columns = ["school_year", "by", "group", "schools_count", "schools_total", "class_pupils"]
    return pd.DataFrame(rows, columns=columns)
'''
PROGRAM = """
import csv, io, json, sys
from pathlib import Path
import openpyxl
import pandas as pd
import analysis as an
from analysis.compare import compare_tables
from analysis.export.checking import _table
from analysis.export.tables import export_csv
from analysis.work.published_numbers import find_number
from analysis.work.measured import measured_tables
from analysis.work.trace_tellers import Sources, teller

home, out = Path(sys.argv[1]), Path(sys.argv[2])
year = an.load_year("2024-2025", home=home)
told = {"wells": year.schools["wells"].tolist()}
meaning = an.explain(year.schools).set_index("column").loc["wells"]
told["explained"] = meaning.tolist()
told["headings"] = [an.show_table(year.schools[["school_name", "wells"]], lang=l).headings
                    for l in ("vi", "en")]
tables = measured_tables(year, "vi")
for title, (name, table) in tables.items():
    export_csv(table, out / "so_lieu" / f"{name}.csv")
an.export_tables({title: table for title, (_, table) in tables.items()}, out / "b.xlsx")
book = openpyxl.load_workbook(out / "b.xlsx")
told["workbook"] = [c.value for s in book for row in s.iter_rows() for c in row]
sizes = tables["Số học sinh mỗi lớp theo cấp học"][1]
told["shown"] = repr(an.show_table(sizes))
told["told"] = str(an.tell(sizes))
path = out / "so_lieu" / "hoc_sinh_moi_lop.csv"
_table(path)
lines = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
place = find_number(lines, "2", "all")[0]
told["traced"] = list(teller(place, "x")(place, Sources(home, "2024-2025", "vi"), "vi"))
old = {"t": pd.read_csv(path, dtype=str)}
new = {"t": old["t"].replace({"schools_count": {"2": "3"}})}
told["diff"] = int(compare_tables(old, new)["changed"].sum())
broken = pd.read_csv(path); broken.loc[0, "schools_count"] = 99; broken.to_csv(path, index=False)
try:
    _table(path)
    told["checked"] = False
except ValueError:
    told["checked"] = True
print(json.dumps(told, ensure_ascii=False, default=str))
"""


def told_by(program: str, folder: Path, home: Path) -> dict[str, Any]:
    """What a program says with the package that lies in `folder`; it writes to `folder`/out."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(home), str(folder / "out")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the package says, with one more column of the lists and one more table."""
    folder = tmp_path_factory.mktemp("extended")
    package = folder / "analysis"
    shutil.copytree(ROOT / "analysis", package, ignore=shutil.ignore_patterns("__pycache__"))
    for place, more in (
        ("reference/columns.toml", COLUMN),
        ("tables/tables.toml", TABLE),
        ("tables/columns.toml", WORDS),
    ):
        path = package / place
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    (package / "measure" / "class_sizes.py").write_text(MAKER, encoding="utf-8")
    home = folder / "home"
    shutil.copytree(ROOT / "data", home / "data", ignore=shutil.ignore_patterns("raw"))
    rows = [[*school(i), i + 5] for i in (1, 2)]
    raw = home / "data" / "raw" / YEAR
    raw.mkdir(parents=True)
    save(raw / "a.xlsx", [[*HEADINGS, "Giếng"], *rows])
    return told_by(PROGRAM, folder, home)


def test_a_column_of_the_lists_needs_one_entry(extended: dict[str, Any]) -> None:
    assert extended["wells"] == [6, 7]
    assert extended["headings"] == [["Tên trường", "Số giếng nước"], ["School", "Wells"]]
    assert extended["explained"][0] == "Số giếng nước" and "giếng" in extended["explained"][2]
    assert {"Số giếng nước", 6, 7} <= set(extended["workbook"])


def test_a_table_needs_one_entry_and_its_maker(extended: dict[str, Any]) -> None:
    assert "Học sinh mỗi lớp" in extended["shown"] and "Toàn ngành" in extended["shown"]
    assert "2/2 (100%)" in extended["told"]
    assert any("a.xlsx" in line for line in extended["traced"])
    assert extended["diff"] > 0 and extended["checked"]


def test_what_a_run_publishes_is_what_the_registry_says(year: SchoolYear) -> None:
    names = [name for name, _ in measured_tables(year, "vi").values()]
    assert len(names) == len(set(names))
    assert {"truong", "so_kiem_dem", "so_voi_chi_tieu"} <= {*names}
    for _, table in measured_tables(year, "en").values():
        told = table_of(table)
        assert told is not None
        measured = [told.column(name) for name in told.measured(table.columns)]
        assert not {column.name for column in measured} & {*told.key}
        assert all(column.kind in COUNTED or column.compared for column in measured)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_levels_of_both_schemes_are_told_by_the_chart_that_shows_both(lang: str) -> None:
    year = load_year("2024-2025", lang=lang)
    both = an.measure_levels(year, scheme=list(SCHEMES), by="unit")
    assert an.tell(both).lines == an.tell(an.chart(both)).lines
