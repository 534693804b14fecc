"""Offices that are not the example: each publishes, and every published number is counted anew from
what is true of its schools, by `tests/recount.py`, which shares no code with the package."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analysis.cli import main
from tests.offices import Office, held_by, make_home, part, target_set
from tests.recount import ALL, LEVELS, Part, School, Selection, Tally, count, judge, read_toml

pytestmark = pytest.mark.slow
OFFICES = [
    Office(
        "one school", 1, ["2024-2025"], levels=["TH"],
        targets=target_set([part("K1", "kdclgd", 1, (80, 100))]),
    ),
    Office(
        "preschools of one scheme", 20, ["2023-2024", "2024-2025"], units=4, levels=["MN"],
        schemes=["kdclgd"], targets=target_set(
            [part("chinh", "kdclgd", 1, (60, 100)), part("cao", "kdclgd", 2, (30, 50), "exact")]
        ),
    ),
    Office(
        "a province", 160, ["2023-2024", "2024-2025"], units=40, districts=9, sessions=True,
        levels=["MN", "TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "TH&THCS&THPT", "GDTX"],
        targets=target_set(
            [
                part("K1", "kdclgd", 1, (80, 100), base="eligible"),
                part("Q", "cqg", 1, (65, 100), own="TH"),
            ]
        ),
    ),
    Office("no targets, nobody named", 12, ["2024-2025"], units=3, named=False),
    Office("two schools without a unit", 2, ["2023-2024", "2024-2025"], targets=target_set([])),
    Office(
        "one scheme, many years", 24, [f"{y}-{y + 1}" for y in range(2018, 2025)], units=6,
        schemes=["cqg"], targets=target_set(
            [part("1a", "cqg", 1, (50, 100)), part("cqg2", "cqg", 2, (10, 30), "exact")]
        ),
    ),
]  # fmt: skip
LATEST = "2024-2025"
BY = ("education_level", "unit", "ownership", "district")
DEFAULT_BASE = {"kdclgd": "eligible", "cqg": "all"}


@pytest.fixture(scope="module", params=OFFICES, ids=lambda office: office.name)
def office(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def published(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its newest year."""
    home = make_home(office, tmp_path_factory.mktemp("home") / "office")
    assert main(["run", "--home", str(home)]) == 0
    return home / "figures" / LATEST


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def held(office: Office, scheme: str) -> list[School]:
    """The schools a scheme is meant for: no centre of continuing education can reach CQG."""
    return [
        school
        for school in held_by(office, LATEST)
        if scheme == "kdclgd" or school.clean["education_level"] != "GDTX"
    ]


def of_level(schools: list[School], levels: list[str]) -> list[School]:
    return [s for s in schools if not levels or s.clean["education_level"] in levels]


def equal(text: str, wanted: Fraction | None) -> bool:
    if wanted is None or not text:
        return wanted is None and not text
    return abs(Fraction(text) - wanted) < Fraction(1, 10**9)


def check_tally(row: dict[str, str], found: Tally) -> None:
    low, high = found.shares or (None, None)
    assert int(row["base_unclear_count"]) == found.base_unclear_count
    assert equal(row["percent_low"], None if low is None else 100 * low)
    assert equal(row["percent_high"], None if high is None else 100 * high)


def test_every_share_of_every_group_is_right(office: Office, published: Path) -> None:
    schools = held_by(office, LATEST)
    stated = [by for by in BY if any(school.clean[by] for school in schools)]
    names = {f"{scheme}_theo_{by}" for scheme in office.schemes for by in stated}
    made = {p.stem for p in (published / "so_lieu").glob("*_theo_*.csv")} - {
        "khoang_cach_theo_cap_hoc"
    }
    assert made == names
    for name in names:
        scheme, _, by = name.partition("_theo_")
        for row in lines(published / "so_lieu" / f"{name}.csv"):
            own = count(
                held(office, scheme), Selection(scheme, DEFAULT_BASE[scheme], by, row["group"])
            )
            total = own.levels["exact", 1].schools_total
            assert (row["school_year"], row["base"]) == (LATEST, DEFAULT_BASE[scheme])
            counted = int(row["schools_count"]), int(row["schools_total"])
            assert counted == (own.standings[row["standing"]], total), row
            if row["standing"].isdigit():
                higher = own.levels["at_least", int(row["standing"])]
                assert int(row["reached_count"]) == higher.schools_count, row
                assert int(row["reached_unclear_count"]) == higher.unclear_count, row


def parts(published: Path) -> Iterator[tuple[Part, list[str]]]:
    """Each part with the education levels it is about."""
    for path in (published.parents[1] / "data" / "targets").glob("*.toml"):
        for told in (p for target in read_toml(path)["target"] for p in target["part"]):
            usual = {name: told[name] for name in Part.__dataclass_fields__}
            yield Part(**usual), []
            for own in told.get("level_target", []):
                yield (
                    Part(**usual | {n: own[n] for n in ("id", "from_percent")}),
                    own["education_levels"],
                )


def test_every_target_is_judged_rightly_in_every_group(office: Office, published: Path) -> None:
    known = {own.id: (own, levels) for own, levels in parts(published)}
    for name, by in (("so_voi_chi_tieu", ""), ("khoang_cach_theo_cap_hoc", "education_level")):
        rows = lines(published / "so_lieu" / f"{name}.csv")
        assert {row["target_id"] for row in rows} == {*known}
        for row in rows:
            own, levels = known[row["target_id"]]
            chosen = Selection(own.scheme, own.base, by or BY[0], row["group"])
            found = count(of_level(held(office, own.scheme), levels), chosen)
            result = judge(own, row["group"], found.levels[own.reading, own.level], past=False)
            tally = result.tally
            counted = (
                int(row["schools_count"]),
                int(row["schools_total"]),
                int(row["unclear_count"]),
            )
            assert counted == (tally.schools_count, tally.schools_total, tally.unclear_count), row
            assert row["verdict"] == result.verdict, row
            check_tally(row, tally)


def test_two_sessions_are_added_up(office: Office, published: Path) -> None:
    path = published / "so_lieu" / "hai-buoi-theo-cap-hoc.csv"
    assert path.exists() == office.sessions
    for row in lines(path) if office.sessions else []:
        schools = [
            s for s in held_by(office, LATEST) if row["group"] in (ALL, s.clean["education_level"])
        ]
        sums = [sum(s.clean[c] for s in schools) for c in ("classes_two_sessions", "classes")]
        assert [int(row["two_sessions_count"]), int(row["whole_count"])] == sums


def test_what_charts_show_stands_in_the_tables_and_what_they_leave_out_is_said(
    office: Office, published: Path
) -> None:
    for path in (published / "so_lieu").glob("*.json"):
        told = {} if path.stem == "manifest" else json.loads(path.read_text(encoding="utf-8"))
        table = path.with_suffix(".csv")
        if told.get("kind") not in ("levels", "gaps", "targets"):
            continue
        drawn = lines(table)
        whole = {
            "gaps": "khoang_cach_theo_cap_hoc",
            "targets": "so_voi_chi_tieu",
        }.get(told["kind"], f"{drawn[0].get('scheme')}_theo_{drawn[0]['by']}")
        ids = {row.get("target_id") for row in drawn}
        rows = lines(published / "so_lieu" / f"{whole}.csv")
        rows = [row for row in rows if row.get("target_id") in ids]
        assert all(row in rows for row in drawn), path.stem
        shown, there = ({row["group"] for row in some} - {ALL} for some in (drawn, rows))
        said = f"{len(shown)} trong {len(there)}"
        is_part = len(shown) < len(there)
        assert is_part == (said in told["remark"]) == (said in told["alt"]), path.stem
        assert is_part == (office.units > 13 and "xa-phuong" in path.stem)


def test_pages_tell_of_no_fault_and_of_no_office_but_their_own(
    office: Office, published: Path
) -> None:
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["faults"] == []
    assert {"trinh_chieu.pptx", "bao_cao.html", "bang_so_lieu.xlsx"} <= set(manifest["outputs"])
    pages = {p.stem: p.read_text(encoding="utf-8") for p in published.glob("*.html")}
    assert len(pages) == 10
    for name, page in pages.items():
        words = re.sub(r'"data:[^"]*"', "", page)
        assert not any(word in words for word in ("Error", "Hương Trà", "None", "nan%")), name
        assert len(page) < 2_000_000, name
    silent = {"kdclgd", "cqg"} - set(office.schemes)
    assert all(f"{scheme}-" not in name for scheme in silent for name in manifest["outputs"])
    assert set(LEVELS) - silent == set(office.schemes)
