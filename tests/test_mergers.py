"""Merged schools: what becomes of their certificates, and what of a rate is better, what fewer."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.charts import tell_rate_changes
from analysis.measure import (
    BASES,
    CAUSES,
    GROUPINGS,
    measure_bridge,
    measure_levels,
    measure_rate_changes,
)
from analysis.notebook.register import load_register
from analysis.notebook.school_year import load_year
from analysis.reference import SCHEMES, Directory, Period, read_reference, read_rules
from analysis.status import inherit
from tests.charts import ABOUT
from tests.frames import held, school
from tests.lineage import directory
from tests.test_bridge import CLOSED, LIVES, SILENT
from tests.test_bridge import lineages as of_lives

ROOT = Path(__file__).parents[1]
ONE, NEXT = "2024-2025", "2025-2026"
DAYS = {ONE: dt.date(2025, 5, 31), NEXT: dt.date(2026, 5, 31)}
MERGED = dt.date(2025, 7, 31)
VALID = {"cqg": 1, "cqg_date": "2022-01-15", "cqg_decision": "7/QĐ-UBND"}  # to 15/01/2027
HIGHER = {"cqg": 2, "cqg_date": "2021-09-01", "cqg_decision": "9/QĐ-UBND"}  # to 01/9/2026
ENDING = {"cqg": 1, "cqg_date": "2020-09-01"}  # to 01/9/2025: in force when merged, not a year on
NONE, BLANK = {"cqg": "not_reached"}, {"cqg": "not_stated"}
AWAY = CLOSED | {"scope_reason": "other_territory"}
ABOUT_NEXT = replace(ABOUT, school_year=NEXT, as_of=DAYS[NEXT])


def lines(*merged: str, case: str = "", into: str = "TH,X,2025-08-01") -> list[str]:
    """The schools A, B ... that became N."""
    ended = f"TH,X,2020-01-01,{MERGED},merged_into,N,12/QĐ-UBND,2025-07-15,{case},"
    return [*(f"{name},,Trường {name},{ended}" for name in merged), f"N,,Trường N,{into},,,"]


def merged(
    folder: Path, *had: dict[str, Any] | None, own: Any = None, becomes: Any = "carried", **of: Any
) -> tuple[str, list[tuple[str, str]]]:
    """How N stands after schools that held so were merged into it, and what is told of each."""
    names = "ABC"[: len(had)]
    rows = [
        school(school_id=name, school_year=ONE, **facts)
        for name, facts in zip(names, had, strict=True)
        if facts is not None
    ]
    rows += [school(school_id="Z", school_year=year, cqg=1) for year in DAYS]
    rows += [school(school_id="N", school_year=NEXT, school_name="Trường N", **(own or BLANK))]
    by_case = dict.fromkeys(("renamed", "all_hold", "other"), becomes)
    by_case = becomes if isinstance(becomes, dict) else by_case
    now, told = inherit(
        held(*rows, as_of=DAYS),
        directory(folder, *lines(*names, **of)),
        lambda case, day, year: by_case[case],
        read_rules(),
    )
    (new,) = now[now["school_id"].eq("N")].to_dict("records")
    of_cqg = told[told["scheme"].eq("cqg")]
    expires = new["cqg_expires"]
    facts = new["cqg_standing"] + ("" if pd.isna(expires) else f" {expires:%d/%m/%Y}")
    return facts, [*zip(of_cqg["merger_case"], of_cqg["becomes"], strict=True)]


@pytest.mark.parametrize(
    ("had", "case", "expected", "told"),
    [
        # The lowest level and the earliest end.
        ([VALID, HIGHER], "", "1 01/09/2026", [("all_hold", "carried")] * 2),
        ([VALID, VALID], "all_hold", "1 15/01/2027", [("all_hold", "carried")] * 2),
        ([HIGHER, NONE], "", "2 01/09/2026", [("other", "carried")]),
        ([HIGHER, NONE], "other", "2 01/09/2026", [("other", "carried")]),
        ([HIGHER, VALID | {"cqg": "level_unknown"}], "", "level_unknown 01/09/2026",
         [("all_hold", "carried")] * 2),
        # In force on the day of the merger, over a year later.
        ([ENDING, VALID], "", "expired 01/09/2025",
         [("all_hold", "ended"), ("all_hold", "carried")]),
        # One that is alone is renamed; nobody holds anything.
        ([VALID], "", "1 15/01/2027", [("renamed", "carried")]),
        ([NONE, NONE], "", "not_stated", []),
        # It is not known what the other held: the case is not certain, nothing is carried.
        ([VALID, BLANK], "", "not_stated", [("", "undeclared")]),
        ([VALID, {"cqg": "pending"}], "", "not_stated", [("", "undeclared")]),
        ([VALID, None], "", "not_stated", [("", "undeclared")]),
        ([VALID, BLANK], "all_hold", "1 15/01/2027", [("all_hold", "carried")]),
        # Declared, but a list says otherwise.
        ([VALID, NONE], "all_hold", "not_stated", [("all_hold", "contradicted")]),
    ],
)  # fmt: skip
def test_what_a_merged_school_keeps(
    tmp_path: Path, had: list[Any], case: str, expected: str, told: list[Any]
) -> None:
    assert merged(tmp_path, *had, case=case) == (expected, told)
    told = [(of, "not_carried" if word == "carried" else word) for of, word in told]
    assert merged(tmp_path, *had, case=case, becomes="not_carried") == ("not_stated", told)


@pytest.mark.parametrize(
    "own",
    [NONE, {"cqg": "expired"}, {"cqg": "in_doubt"}, {"cqg": "not_evaluated"}, {"cqg": 2}, HIGHER],
)
def test_what_its_own_list_says_is_never_touched(tmp_path: Path, own: dict[str, Any]) -> None:
    (alone,) = held(school(**own), as_of=DAYS[NEXT]).to_dict("records")
    found, told = merged(tmp_path, VALID, VALID, own=own)
    assert found.split()[0] == alone["cqg_standing"]
    assert told == [("all_hold", "own")] * 2


def test_a_school_that_others_join_is_one_of_those_that_are_merged(tmp_path: Path) -> None:
    """N was there before, and nobody knows what it held."""
    there = {"into": "TH,X,2020-01-01"}
    assert merged(tmp_path, VALID, **there) == ("not_stated", [("", "undeclared")])
    assert merged(tmp_path, VALID, NONE, **there) == ("1 15/01/2027", [("other", "carried")])


def test_a_single_school_of_another_level_is_not_taken_for_renamed(tmp_path: Path) -> None:
    found = merged(tmp_path, VALID, into="TH&THCS,X,2025-08-01")
    assert found == ("1 15/01/2027", [("all_hold", "carried")])


def test_each_case_has_its_own_switch(tmp_path: Path) -> None:
    switch = {"renamed": "carried", "all_hold": "carried", "other": "not_carried"}
    assert merged(tmp_path, VALID, VALID, becomes=switch)[0].startswith("1")
    assert merged(tmp_path, VALID, NONE, becomes=switch)[0] == "not_stated"


def test_a_certificate_goes_through_several_mergers(tmp_path: Path) -> None:
    """A became B, of which no list tells, and B became N."""
    rows = [school(school_id="A", school_year=ONE, **VALID),
            school(school_id="N", school_year=NEXT, **BLANK)]  # fmt: skip
    own = directory(
        tmp_path,
        "A,,Một,TH,X,2020-01-01,2025-07-31,merged_into,B",
        "B,,Hai,TH,X,2025-08-01,2025-12-31,merged_into,N",
        "N,,Ba,TH,X,2026-01-01,,,",
    )
    now, _ = inherit(held(*rows, as_of=DAYS), own, lambda *_: "carried", read_rules())
    assert now["cqg_standing"].tolist() == ["1", "1"]


def test_the_law_and_the_office_say_what_becomes_of_certificates(tmp_path: Path) -> None:
    reference = read_reference(ROOT)
    cases = ("renamed", "all_hold", "other")
    usual = [reference.becomes(case, MERGED, NEXT) for case in cases]
    assert usual == ["carried", "not_carried", "not_carried"]


# What changed a rate ------------------------------------------------------------------------------

Changes = dict[str, tuple[int, int]]


def changes(table: pd.DataFrame, group: str = "all", **asked: Any) -> Changes:
    """What each cause that did something changed of k and n; it adds up."""
    found = measure_rate_changes(table, scheme="cqg", **asked)
    adds_up(found)
    rows = found[found["group"].eq(group) & ~found["cause"].isin(["start", "end"])]
    counts = zip(rows["cause"], rows["changed_count"], rows["changed_total"], strict=True)
    return {cause: (k, n) for cause, k, n in counts if k or n}


def adds_up(found: pd.DataFrame) -> None:
    """k, n and points, in every group."""
    keys = ["school_year_to", "group"]
    ends = {end: found[found["cause"].eq(end)].set_index(keys) for end in ("start", "end")}
    parts = found[~found["cause"].isin([*ends])].groupby(keys, sort=False)
    for column in ("changed_count", "changed_total"):
        assert (ends["start"][column] + parts[column].sum()).eq(ends["end"][column]).all()
    k, n = ([ends[e][f"changed_{c}"] for e in ends] for c in ("count", "total"))
    known = n[0].gt(0) & n[1].gt(0)
    rose = 100 * (k[1] / n[1] - k[0] / n[0])[known]
    told = parts["points"].sum(min_count=len(CAUSES))
    assert told.isna().eq(~known).all()
    assert (told[known].astype(float) - rose).abs().lt(0.0501).all()
    assert parts["points"].apply(lambda p: (p * 10 % 1).eq(0).all()).where(known, True).all()


@pytest.mark.parametrize(
    ("one", "following", "expected"),
    [
        (NONE, VALID | {"cqg_date": "2025-11-20"}, {"better": (1, 0)}),
        ({"cqg": "expired"}, VALID | {"cqg_date": "2025-11-20"}, {"better": (1, 0)}),
        (NONE, VALID, {"unclear": (1, 0)}),  # signed by the first day: its list was late
        (ENDING, ENDING, {"ended": (-1, 0)}),
        (VALID, {"cqg": "withdrawn"}, {"ended": (-1, 0)}),
        (VALID, BLANK, {"unclear": (-1, 0)}),
        (VALID, None, {"unclear": (-1, -1)}),
        (None, NONE, {"unclear": (0, 1)}),
        (NONE, CLOSED, {"schools": (0, -1)}),
        (VALID, VALID | CLOSED, {"schools": (-1, -1)}),
        (VALID | CLOSED, VALID, {"schools": (1, 1)}),
        (VALID, VALID | AWAY, {"boundary": (-1, -1)}),
        (VALID, VALID | {"education_level": "GDTX"}, {"boundary": (-1, -1)}),
        (VALID, VALID, {}),
    ],
)
def test_what_a_school_does_to_a_rate(one: Any, following: Any, expected: Changes) -> None:
    facts = {ONE: one, NEXT: following}
    rows = [school(school_id="A", school_year=y, **f) for y, f in facts.items() if f is not None]
    rows += [school(school_id="Z", school_year=year, cqg=1) for year in facts]
    assert changes(held(*rows, as_of=DAYS)) == expected


def test_each_level_and_reading_has_a_rate_of_its_own() -> None:
    later = HIGHER | {"cqg_date": "2025-11-20", "cqg_decision": "3/QĐ-SGDĐT"}
    rows = [school(school_id="A", school_year=ONE, **VALID),
            school(school_id="A", school_year=NEXT, **later)]  # fmt: skip
    risen = held(*rows, as_of=DAYS)
    assert changes(risen) == {}
    assert changes(risen, level=2) == {"better": (1, 0)}
    assert changes(risen, reading="exact") == {"better": (-1, 0)}, "risen past it"
    lower = VALID | {"cqg_date": "2025-09-05", "cqg_decision": "3/QĐ-SGDĐT"}
    rows = [school(school_id="A", school_year=ONE, **HIGHER | {"cqg_date": "2020-06-15"}),
            school(school_id="A", school_year=NEXT, **lower)]  # fmt: skip
    assert changes(held(*rows, as_of=DAYS), reading="exact") == {"ended": (1, 0)}


def test_a_school_that_may_be_evaluated_now_is_one_more_of_the_base() -> None:
    rows = [school(school_id="A", school_year=year, kdclgd="not_evaluated", eligible=eligible)
            for year, eligible in ((ONE, False), (NEXT, True))]  # fmt: skip
    rows += [school(school_id="Z", school_year=year, kdclgd=1) for year in DAYS]
    found = measure_rate_changes(held(*rows, as_of=DAYS), scheme="kdclgd")
    row = found[found["cause"].eq("schools")]
    assert [*row["changed_count"], *row["changed_total"], *row["points"]] == [0, 1, -50.0]


def test_better_is_told_from_fewer(tmp_path: Path) -> None:
    """A and B, one of which holds a certificate, become N; N is recognised anew, or keeps it."""
    rows = [school(school_id="A", school_year=ONE, **VALID),
            school(school_id="B", school_year=ONE, **NONE)]  # fmt: skip
    own = directory(tmp_path, *lines("A", "B"))
    anew = VALID | {"cqg_date": "2025-11-20", "cqg_decision": "3/QĐ-SGDĐT"}
    for facts, expected in (
        (anew, {"better": (1, 0), "schools": (-1, -1)}),
        (VALID, {"schools": (0, -1)}),
        (NONE, {"schools": (-1, -1)}),
    ):
        table = held(*rows, school(school_id="N", school_year=NEXT, **facts), as_of=DAYS)
        assert changes(table, directory=own) == expected
    split = measure_rate_changes(table, scheme="cqg", directory=own)
    said = str(tell_rate_changes(split, about=ABOUT_NEXT))
    assert "1/2 (50,0%) đến 0/1 (0,0%)" in said and "tiến bộ" in said
    first = measure_rate_changes(held(*rows, as_of=DAYS), scheme="cqg")
    assert "nothing to compare with" in str(tell_rate_changes(first, about=ABOUT, lang="en"))
    table = held(*rows, school(school_id="N", school_year=NEXT, **VALID), as_of=DAYS)
    bridge = measure_bridge(table, scheme="cqg", directory=own)
    steps = bridge[bridge["level"].eq("any")].set_index("step")["schools_count"]
    assert (steps["merged_away"], steps["merged_in"], steps["other"]) == (-1, 1, 0)


@settings(max_examples=40, deadline=None)
@given(
    lives=LIVES,
    by=st.sampled_from([None, *GROUPINGS]),
    silent=SILENT,
    base=st.sampled_from(BASES),
    asked=st.sampled_from([(1, "at_least"), (2, "exact")]),
)
def test_whatever_happens_the_parts_of_a_rate_add_up(
    lives: Any, by: str | None, silent: set[str], base: str, asked: tuple[int, str]
) -> None:
    table, (level, reading) = of_lives(lives, silent), asked
    found = measure_rate_changes(
        table, scheme="cqg", by=by, base=base, level=level, reading=reading
    )
    if found.empty:
        return
    adds_up(found)
    levels = measure_levels(table, scheme="cqg", by=by, base=base)
    levels = levels[levels["standing"].eq(str(level))].set_index(["school_year", "group"])
    column = "schools_count" if reading == "exact" else "reached_count"
    for end, year in (("start", "school_year_from"), ("end", "school_year_to")):
        own = found[found["cause"].eq(end)]
        for row in own.to_dict("records"):
            counted = levels.loc[(row[year], row["group"])]
            assert [row[c] for c in ("changed_count", "changed_total")] == [
                counted[column], counted["schools_total"],
            ]  # fmt: skip


# Every lineage of twelve schools ------------------------------------------------------------------

Block = tuple[int, int]  # so many schools become one, so many of them hold a certificate
SWITCHES = [(a, o) for a in ("carried", "not_carried") for o in ("carried", "not_carried")]


@cache
def lineages(schools: int, most: Block = (99, 99)) -> list[tuple[Block, ...]]:
    """All ways in which schools become fewer, whoever they are: what they hold, who joins whom."""
    if not schools:
        return [()]
    blocks = [(n, k) for n in range(schools, 0, -1) for k in range(n, -1, -1) if (n, k) <= most]
    return [(b, *rest) for b in blocks for rest in lineages(schools - b[0], b)]


def merged_on(place: int) -> dt.date:
    return MERGED - dt.timedelta(place % 4)


def one_office(several: list[tuple[Block, ...]]) -> tuple[pd.DataFrame, Directory]:
    """Each lineage in a commune of its own: before, and a year later with blank new schools."""
    rows, periods = [], list[Period]()
    for place, lineage in enumerate(several):
        for block, (size, holding) in enumerate(lineage):
            new = f"{place}.{block}"
            for n in range(size):
                own = f"{new}.{n}" if size > 1 else new
                facts = VALID if n < holding else NONE
                rows.append(dict(school_id=own, school_year=ONE, unit=f"Xã {place}", **facts))
                if size > 1:
                    told = {"school_name": own, "education_level": "TH", "decision": "", "case": ""}
                    end = (dt.date(2020, 1, 1), merged_on(place), "merged_into", (new,), 1, told)
                    periods.append(Period(own, *end))
            facts = BLANK if size > 1 else rows[-1]
            facts = {k: v for k, v in facts.items() if k.startswith("cqg")}
            rows.append(dict(school_id=new, school_year=NEXT, unit=f"Xã {place}", **facts))
            if size > 1:
                told = {"school_name": new, "education_level": "TH"}
                start = (merged_on(place) + dt.timedelta(1), dt.date.max, "", (), 1, told)
                periods.append(Period(new, *start))
    return held(*(school(**row) for row in rows), as_of=DAYS), Directory(tuple(periods))


@cache
def expected_count(lineage: tuple[Block, ...], all_hold: str, other: str) -> tuple[int, int]:
    """Schools in force, and schools, counted by hand."""
    hold = 0
    for size, holding in lineage:
        carried = all_hold if size == holding else other
        hold += holding > 0 and (size == 1 or carried == "carried")
    return hold, len(lineage)


def wrongly_counted(several: list[tuple[Block, ...]], turn: int) -> list[Any]:
    """Lineages whose new year is not what it should be; each is judged by the switch of its day,
    which is another from one lineage to the next."""
    before, own = one_office(several)

    def becomes(case: str, day: dt.date, year: str) -> str:
        return SWITCHES[(day.day + turn) % 4][case == "other"]

    now, _ = inherit(before, own, becomes, read_rules())
    levels = measure_levels(now, scheme="cqg", by="unit")
    rows = levels[levels["school_year"].eq(NEXT) & levels["standing"].eq("1")]
    found = rows.set_index("group")[["reached_count", "schools_total"]].T.to_dict("list")
    split = measure_rate_changes(now, scheme="cqg", by="unit", directory=own)
    adds_up(split)
    assert set(split[split[["changed_count", "changed_total"]].ne(0).any(axis=1)]["cause"]) == {
        *("start", "schools", "end")
    }, "nobody became better, or worse"
    return [
        (lineage, switch, found[f"Xã {place}"])
        for place, lineage in enumerate(several)
        for switch in [SWITCHES[(merged_on(place).day + turn) % 4]]
        if tuple(found[f"Xã {place}"]) != expected_count(lineage, *switch)
    ]


@pytest.mark.parametrize("turn", range(4))
def test_what_is_counted_after_every_merger_of_eight_schools(turn: int) -> None:
    """A lineage of fewer schools is one of eight with schools that nothing happens to."""
    assert not wrongly_counted(lineages(8), turn)


@pytest.mark.slow
def test_what_is_counted_after_mergers_of_twelve_schools() -> None:
    """Every eighth; to be sure, without the steps."""
    assert len(lineages(12)) == 7199
    assert not wrongly_counted(lineages(12)[::8], 0)


def test_every_figure_of_a_year_follows_the_switch_of_its_settings(tmp_path: Path) -> None:
    """The example office, with the new school's own certificates blanked."""
    home = tmp_path / "home"
    shutil.copytree(ROOT / "data", home / "data")
    (path,) = (home / "data" / "raw" / NEXT).glob("tong_hop*.xlsx")
    book = load_workbook(path)
    (row,) = [r for r in book.worksheets[0].iter_rows() if r[1].value == "46480939"]
    for column in range(11, 20):
        book.worksheets[0].cell(row[0].row, column).value = None
    book.save(path)
    year = load_year(NEXT, home=home)
    new = year.held[year.held["school_id"].eq("HT-LC-03")]
    assert [*new["kdclgd_state"], *new["cqg_state"]] == ["not_stated"] * 2
    file = home / "data" / "years" / f"{NEXT}.toml"
    file.write_text(file.read_text("utf-8") + '[mergers]\nall_hold = "carried"\n', "utf-8")
    register = load_register(home=home)
    for found in (load_year(NEXT, home=home).held, register.held, register.by_register):
        (kept,) = found[found["school_id"].eq("HT-LC-03")].to_dict("records")
        assert [kept[f"{s}_standing"] for s in SCHEMES] == ["2", "1"]
        ends = [kept[f"{s}_expires"].strftime("%d/%m/%Y") for s in SCHEMES]
        assert ends == ["10/11/2026", "09/12/2026"]
    assert set(register.inherited["becomes"]) == {"carried"}
    counted = measure_levels(load_year(NEXT, home=home), scheme="cqg")
    without = measure_levels(year, scheme="cqg")
    at = counted["standing"].eq("1")
    assert int(counted[at]["schools_count"].iloc[0] - without[at]["schools_count"].iloc[0]) == 1
