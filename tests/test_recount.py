"""The example office counted twice: by the package, and by `tests/recount.py` without it.

All five years: which schools there are and where they stand, every k, n, u, range, verdict and
number of further schools, for every scheme, base, grouping, group and target, in the tables, in
`check`, `check --json` and `years`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.cli import main
from analysis.compare import compare_readings, compare_to_targets
from analysis.measure import GROUPINGS, measure_levels
from analysis.notebook.school_year import SchoolYear, load_year
from tests.recount import (
    BASES,
    LEVELS,
    READINGS,
    Part,
    Recount,
    Result,
    Selection,
    Tally,
    judge,
    read_parts,
    read_toml,
    recount,
)

pytestmark = pytest.mark.truth

HOME = Path(__file__).parents[1]
YEARS = ("2021-2022", "2022-2023", "2023-2024", "2024-2025", "2025-2026")
TARGETS = read_toml(HOME / "data" / "targets" / "huong-tra-2022-2025.toml")
PARTS = {part.id: part for part in read_parts(TARGETS)}
DEFAULT_BASE = {"kdclgd": "eligible", "cqg": "all"}
BY = "education_level"


@pytest.fixture(scope="module", params=YEARS)
def counted(request: pytest.FixtureRequest) -> Recount:
    return recount(request.param, HOME)


@pytest.fixture(scope="module")
def year(counted: Recount) -> SchoolYear:
    return load_year(counted.school_year, home=HOME)


@pytest.fixture(scope="module")
def answer(counted: Recount, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `check` tells machines."""
    file = tmp_path_factory.mktemp("check") / "answer.json"
    folder = HOME / "data" / "raw" / counted.school_year
    asked = ["check", str(folder), "--school-year", counted.school_year, "--json", str(file)]
    assert main([*asked, "--home", str(HOME)]) == 0
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The tables that `years` writes."""
    out = tmp_path_factory.mktemp("years")
    assert main(["years", "--home", str(HOME), "--out", str(out)]) == 0
    files = {name: out / f"{name}.csv" for name in ("levels", "gaps")}
    return {name: pd.read_csv(file, encoding="utf-8-sig") for name, file in files.items()}


# --- Equal numbers ---


def equal(found: Any, wanted: float | Fraction | None) -> bool:
    """A number of the package and an exact one; nothing is nothing."""
    if wanted is None or pd.isna(found):
        return wanted is None and bool(pd.isna(found))
    return abs(Fraction(float(found)) - Fraction(wanted)) < Fraction(1, 10**9)


def percent(k: int, n: int) -> Fraction | None:
    return Fraction(100 * k, n) if n else None


def check_tally(row: dict[Any, Any], tally: Tally, name: str) -> None:
    """Range and number unclear; `name` says how the columns begin."""
    unclear = "unclear_count" if name in ("schools", "") else f"{name}_unclear_count"
    assert row[unclear] == tally.unclear_count
    assert row["base_unclear_count"] == tally.base_unclear_count
    low, high = tally.shares or (None, None)
    before = f"{name}_" if name else ""
    assert equal(row[f"{before}percent_low"], None if low is None else 100 * low)
    assert equal(row[f"{before}percent_high"], None if high is None else 100 * high)


def check_level(row: dict[Any, Any], counted: Recount, chosen: Selection) -> None:
    """A row of where schools stand."""
    own, standing = counted.counts[chosen], str(row["standing"])
    total = own.levels["exact", 1].schools_total
    assert (row["schools_count"], row["schools_total"]) == (own.standings[standing], total)
    assert equal(row["schools_percent"], percent(own.standings[standing], total))
    if not standing.isdecimal():
        assert all(pd.isna(row[column]) for column in row if str(column).startswith("reached"))
        return
    exact, higher = (own.levels[reading, int(standing)] for reading in READINGS)
    assert row["schools_count"] == exact.schools_count
    assert row["reached_count"] == higher.schools_count
    assert equal(row["reached_percent"], percent(higher.schools_count, total))
    check_tally(row, exact, "schools")
    check_tally(row, higher, "reached")


def judged(counted: Recount, part: Part, chosen: Selection) -> Result:
    tally = counted.counts[chosen].levels[part.reading, part.level]
    past = counted.as_of > TARGETS["deadline"]
    return judge(part, chosen.group, tally, past=past)


def check_target(row: dict[Any, Any], counted: Recount, part: Part, chosen: Selection) -> None:
    """A row of a target against the schools of a group."""
    result = judged(counted, part, chosen)
    k, n = result.tally.schools_count, result.tally.schools_total
    assert (row["schools_count"], row["schools_total"]) == (k, n)
    assert equal(row["schools_percent"], percent(k, n))
    check_tally(row, result.tally, "")
    assert row["verdict"] == result.verdict
    assert row["for_reference"] == (counted.school_year == "2025-2026")
    least, most = result.needed or (None, None)
    assert equal(row["needed_least"], least) and equal(row["schools_needed"], most)
    assert (row["target_from"], row["target_to"]) == (part.from_percent, part.to_percent)
    position = {-1: "below", 0: "within", 1: "above"}
    assert row["position"] == (position[part.place(k, n)] if n else "no_schools")
    if n:
        own = Fraction(100 * k, n)
        edge = {"below": part.from_percent, "above": part.to_percent}.get(row["position"], own)
        assert equal(row["gap_points"], own - edge)


def selections(counted: Recount, scheme: str, base: str, by: str) -> set[Selection]:
    return {chosen for chosen in counted.counts if chosen[:3] == (scheme, base, by)}


# --- The tables ---


def test_the_schools_are_the_same_ones_and_stand_where_they_stand(
    counted: Recount, year: SchoolYear
) -> None:
    columns = ["source_file", "source_sheet", "source_row", "doubts"]
    columns += [f"{scheme}_standing" for scheme in LEVELS]
    found = {
        (file, sheet, row): (set(doubts.split()), standings)
        for file, sheet, row, doubts, *standings in year.identified[columns].itertuples(index=False)
    }
    assert found == {
        school.row[:3]: (set(school.doubts), [school.standing[scheme] for scheme in LEVELS])
        for school in counted.schools
    }
    assert len(year.held) == len(counted.schools) + len(counted.set_aside)


def test_every_row_has_the_same_fate(counted: Recount, year: SchoolYear) -> None:
    fates = {"accepted": "of schools", "set_aside": "set aside", "ignored": "ignored"}
    places = [*zip(year.ledger["source_file"], year.ledger["source_sheet"], strict=True)]
    lists = [at for at, place in enumerate(places) if place in counted.fates]
    assert len(lists) == len(counted.fates)
    for at in lists:
        row, own = year.ledger.iloc[at], counted.fates[places[at]]
        assert {name: row[name] for name in fates} == {n: own[f] for n, f in fates.items()}
        assert row["rows_in"] == own.total()


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("scheme", LEVELS)
def test_every_level(counted: Recount, year: SchoolYear, scheme: str, base: str, by: str) -> None:
    rows = measure_levels(year.held, scheme=scheme, base=base, by=by).to_dict("records")
    seen = set()
    for row in rows:
        chosen = Selection(scheme, base, by, row["group"])
        check_level(row, counted, chosen)
        seen.add(chosen)
    assert seen == selections(counted, scheme, base, by)
    assert len(rows) == len(seen) * len(counted.counts[chosen].standings)
    office = measure_levels(year.held, scheme=scheme, base=base).to_dict("records")
    told = [{**row, "by": ""} for row in rows if row["group"] == "all"]
    assert [str(row) for row in office] == [str(row) for row in told]


@pytest.mark.parametrize("by", [None, *GROUPINGS])
def test_every_target_in_every_reading(counted: Recount, year: SchoolYear, by: str | None) -> None:
    grouping = by or BY
    usual = compare_to_targets(year.held, year.targets, by=by).to_dict("records")
    for row in usual:
        part = PARTS[row["target_id"]]
        chosen = Selection(part.scheme, part.base, grouping, row["group"])
        check_target(row, counted, part, chosen)
    groups = {chosen.group for chosen in counted.counts if chosen.by == grouping}
    assert len(usual) == len(PARTS) * (len(groups) if by else 1)
    readings = compare_readings(year.held, year.targets, by=by)
    seen = 0
    for row in readings[readings["reading"] != "evaluated"].to_dict("records"):
        part = replace(PARTS[row["target_id"]], reading=row["reading"], base=row["base"])
        chosen = Selection(part.scheme, part.base, grouping, row["group"])
        check_target(row, counted, part, chosen)
        seen += 1
    assert seen == len(usual) * len(BASES) * len(READINGS)
    for row in readings[readings["reading"] == "evaluated"].to_dict("records"):
        check_activity(row, counted, by)


def check_activity(row: dict[Any, Any], counted: Recount, by: str | None) -> None:
    """Given external evaluation, of all schools: nothing is unclear in these workbooks but who
    left the cell blank."""
    part = PARTS[row["target_id"]]
    of = [s.clean for s in counted.schools if row["group"] in ("all", s.clean[by or BY])]
    evaluated = [clean["externally_evaluated"] for clean in of]
    k, n, unclear = evaluated.count(True), len(of), evaluated.count(None)
    assert (row["schools_count"], row["schools_total"], row["unclear_count"]) == (k, n, unclear)
    completions = frozenset((k + more, n) for more in range(unclear + 1))
    result = judge(part, row["group"], Tally(k, n, unclear, 0, completions),
                   past=counted.as_of > TARGETS["deadline"])  # fmt: skip
    assert row["verdict"] == result.verdict


def test_open_verdicts_name_the_schools_that_decide(counted: Recount, year: SchoolYear) -> None:
    rows = compare_to_targets(year.held, year.targets, by=BY).to_dict("records")
    for row in rows:
        part = PARTS[row["target_id"]]
        result = judged(counted, part, Selection(part.scheme, part.base, BY, row["group"]))
        assert len(row["undecided"]) == result.tally.unclear_count
        if result.agreed == "open":
            assert row["undecided"]


# --- What is counted without a table ---


def test_years_says_the_same(counted: Recount, lines: dict[str, pd.DataFrame]) -> None:
    own = {
        name: table[table["school_year"] == counted.school_year] for name, table in lines.items()
    }
    seen = set()
    for row in own["levels"].to_dict("records"):
        chosen = Selection(row["scheme"], row["base"], BY, row["group"])
        assert row["base"] == DEFAULT_BASE[row["scheme"]]
        check_level(row, counted, chosen)
        seen.add((*chosen, row["standing"]))
    assert seen == {
        (*chosen, standing)
        for scheme, base in DEFAULT_BASE.items()
        for chosen in selections(counted, scheme, base, BY)
        for standing in counted.counts[chosen].standings
    }
    gaps = own["gaps"].to_dict("records")
    told = {(row["target_id"], row["group"]) for row in gaps}
    assert told == {(result.part.id, result.group) for result in counted.results}
    assert len(gaps) == len(counted.results)
    for row in gaps:
        part = PARTS[row["target_id"]]
        assert (row["reading"], row["base"]) == (part.reading, part.base)
        check_target(row, counted, part, Selection(part.scheme, part.base, BY, row["group"]))


def figures(counted: Recount) -> Iterator[dict[str, Any]]:
    for scheme, base in DEFAULT_BASE.items():
        for chosen in selections(counted, scheme, base, BY):
            tally = counted.counts[chosen].levels["at_least", 1]
            numbers = {"k": tally.schools_count, "unclear": tally.unclear_count}
            numbers["n"] = tally.schools_total
            yield {"scheme": scheme, "base": base, "group": chosen.group, **numbers}


def verdicts(counted: Recount) -> Iterator[dict[str, Any]]:
    for result in counted.results:
        tally, asked = result.tally, {"target_set": TARGETS["id"], "target": result.part.id}
        yield {
            **asked,
            "group": result.group,
            "k": tally.schools_count,
            "unclear": tally.unclear_count,
            "n": tally.schools_total,
            "verdict": result.verdict,
            "needed": [*(result.needed or (None, None))],
        }


def in_order(entries: Any) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


def test_check_answers_machines_the_same(counted: Recount, answer: dict[str, Any]) -> None:
    assert in_order(answer["figures"]) == in_order(figures(counted))
    assert in_order(answer["verdicts"]) == in_order(verdicts(counted))
    doubted = {(e["file"], e["sheet"], e["row"]) for e in answer["doubts"]}
    assert doubted == {school.row[:3] for school in counted.schools if school.doubts}
    assert len(answer["doubts"]) == sum(len(school.doubts) for school in counted.schools)
    assert len(answer["accepted"]) >= len(counted.schools)


def test_nothing_can_be_concluded_after_the_last_day_and_some_things_before() -> None:
    """So that the comparisons above are about something."""
    found = {name: {result.verdict for result in recount(name, HOME).results} for name in YEARS}
    assert found["2025-2026"] == {"reference"}
    before = set.union(*(found[name] for name in YEARS[:-1]))
    assert before == {"met", "not_met", "open", "not_attainable"}
