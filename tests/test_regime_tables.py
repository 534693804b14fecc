"""The tables of the law: what each must state, and switches that no date of today turns."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.clean import clean_schools
from analysis.raw import read_raw
from analysis.reference import (
    Rules,
    SuiteError,
    earliest_upgrade,
    read_rules,
    signer_of,
)
from analysis.reference.regimes import DATED, checked_regimes
from analysis.status import status_on
from tests.frames import school, schools
from tests.workbooks import save
from tests.workbooks import school as workbook_school

RULES = read_rules()


def tables() -> dict[str, Any]:
    return copy.deepcopy(dict(RULES.regimes))


def refused(changed: dict[str, Any]) -> str:
    with pytest.raises(SuiteError) as error:
        checked_regimes(changed)
    assert error.value.facts["file"] == "regimes.toml"
    return str(error.value.facts["cause"])


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize("key", ["source", "sure"])
def test_every_rule_states_its_source_and_how_sure_it_is(name: str, key: str) -> None:
    changed = tables()
    del changed[name][0][key]
    assert refused(changed) == f"{name} 1: {[key]}"


@pytest.mark.parametrize("key", ["id", "ladder", "vi", "en"])
def test_a_regime_has_a_name_and_a_ladder(key: str) -> None:
    changed = tables()
    del changed["regime"][0][key]
    assert refused(changed) == f"regime 1: {[key]}"


@pytest.mark.parametrize(
    "days",
    [
        ["2018-10-10", "2025-01-25"],  # nothing holds before the first day
        [None, "2025-01-25", "2018-10-10"],
        [None, "2018-10-10", "2018-10-10"],
        [],
    ],
)
def test_rules_begin_with_no_day_and_follow_each_other(days: list[str | None]) -> None:
    changed = tables()
    usual = {"source": "x", "sure": "K"}
    changed["waiting"] = [
        usual if d is None else usual | {"from": dt.date.fromisoformat(d)} for d in days
    ]
    assert refused(changed).startswith("waiting: from = [")


def test_a_rule_that_is_missing_altogether_is_named() -> None:
    changed = tables()
    del changed["renewal"]
    assert refused(changed) == "renewal: from = []"


@pytest.mark.parametrize("scheme", ["kdclgd", "cqg"])
def test_a_signer_there_is_not_is_named(scheme: str) -> None:
    changed = tables()
    changed["signer"][0][scheme] = "mayor"
    assert refused(changed) == "signer: 'mayor'"


def test_all_faults_are_named_at_once() -> None:
    changed = tables()
    changed["signer"][0]["cqg"] = "mayor"
    del changed["validity"][0]["sure"]
    assert refused(changed) == "validity 1: ['sure']; signer: 'mayor'"


def switched(name: str, on: bool) -> Rules:
    changed = tables()
    changed["calendar"][name] = on
    return replace(RULES, regimes=changed)


def test_a_certificate_of_a_procedure_begun_before_may_be_read_to_count(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [workbook_school(1, kdclgd_date="10/08/2026")])
    states = []
    for way in ("doubt", "counts"):
        changed = tables()
        changed["transition"]["begun_before"]["read_as"] = way
        rules = replace(RULES, regimes=checked_regimes(changed))
        found = clean_schools(
            read_raw(tmp_path, rules), rules, school_year="2026-2027", as_of=dt.date(2027, 5, 31)
        )
        states.append(status_on(found.schools, dt.date(2027, 5, 31), rules)["kdclgd_standing"][0])
    assert states == ["in_doubt", "2"]
    changed["transition"]["begun_before"]["read_as"] = "maybe"
    assert refused(changed) == "transition.begun_before: read_as = 'maybe'"


def test_a_wait_may_be_read_to_end_a_day_later() -> None:
    signed = dt.date(2020, 3, 10)
    assert earliest_upgrade(signed, "cqg", 1, RULES) == dt.date(2022, 3, 10)
    late = switched("upgrade_on_anniversary", False)
    assert earliest_upgrade(signed, "cqg", 1, late) == dt.date(2022, 3, 11)


def test_the_signer_stands_behind_the_last_dash() -> None:
    assert signer_of("12-13/QĐ-UBND", RULES) == "chairman"


def test_a_certificate_runs_as_long_as_the_law_of_its_day_says() -> None:
    changed = tables()
    changed["validity"][1]["cqg"] = 3
    rules = replace(RULES, regimes=changed)
    days = ["2018-10-09", "2018-10-10", "2026-07-07"]
    rows = schools(*[school(cqg=1, cqg_date=pd.Timestamp(day)) for day in days])
    ends = status_on(rows, dt.date(2027, 1, 1), rules)["cqg_expires"]
    assert [f"{end:%Y-%m-%d}" for end in ends] == ["2023-10-09", "2021-10-10", "2031-07-07"]
