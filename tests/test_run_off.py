"""KĐCLGD after the end of its issuing: a stock that runs off, of which nothing is needed,
attainable or to be asked for; counted by quarter and by the law it was issued under."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.charts import chart_expiries, tell_feasibility, tell_readings, tell_smallest_set
from analysis.charts import tell_outlook as told_outlook
from analysis.charts.gaps import tell_gaps
from analysis.charts.targets import tell_targets
from analysis.compare import (
    check_coherence,
    check_feasibility,
    compare_readings,
    compare_scenarios,
    compare_to_targets,
    compare_unevenness,
    find_smallest_set,
    list_candidates,
    list_upgrades,
)
from analysis.measure import list_expiries, measure_expiries
from analysis.reference import list_regimes, read_reference, read_rules
from tests.frames import held, school

RULES = read_rules()
REFERENCE = read_reference()
TARGETS = replace(REFERENCE.targets("huong-tra-2022-2025"), deadline=dt.date(2030, 12, 31),
                  period=("2026-2027", "2029-2030"), regime_to=None)  # fmt: skip
END = dt.date(2026, 7, 7)
ABOUT = replace(REFERENCE.about("2024-2025"), school_year="2026-2027")
# What nobody may say of a certificate that is issued no more, in either language.
ASKED = re.compile(
    r"thiếu|cần thêm|kịp|đạt được|chưa đạt|phải công nhận lại|lack|more;|short|not met|can still|"
    r"must be recognised|not reached|below",
    re.IGNORECASE,
)


def schools(as_of: dt.date, **signed: Any) -> pd.DataFrame:
    days = {"kdclgd_date": "2024-03-10", "cqg_date": "2024-04-12"} | signed
    rows = [school(kdclgd=2, cqg=1, **days)] * 3 + [school(kdclgd=1, **days)] * 2
    rows += [school(kdclgd="not_reached", cqg="not_reached")] * 4
    return held(*(row | {"school_year": "2026-2027"} for row in rows), as_of=as_of)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("late", [False, True])
def test_nothing_is_asked_for_once_none_is_issued(lang: str, late: bool) -> None:
    """Neither of a set that is in force nor of one whose last day has passed."""
    as_of = dt.date(2027, 5, 31)
    about, table = replace(ABOUT, as_of=as_of), schools(as_of)
    parts = tuple(part for part in TARGETS.parts if part.scheme == "kdclgd")
    deadline = as_of - dt.timedelta(1) if late else TARGETS.deadline
    targets = replace(TARGETS, parts=parts, deadline=deadline)
    compared = compare_to_targets(table, targets)
    assert {*compared["verdict"]} == ({"reference"} if late else {"not_issued"})
    assert compared["schools_needed"].isna().all() and compared["for_reference"].all()
    gaps = compare_to_targets(table, targets, by="education_level")
    smallest = find_smallest_set(table, targets, rules=RULES)
    assert {*smallest["outcome"]} == {*compared["verdict"]}
    assert smallest["renewals_count"].eq(0).all() and smallest["candidates_count"].eq(0).all()
    ahead = compare_scenarios(table, targets, rules=RULES, until=2)
    assert {*ahead["scenario"]} == {"none"}
    how: dict[str, Any] = {"about": about, "lang": lang}
    said = [
        str(tell_targets(compared, **how)),
        *(str(tell_gaps(gaps, target_id=part.id, **how)) for part in parts),
        str(tell_smallest_set(smallest, **how)),
        str(tell_readings(compare_readings(table, targets), **how)),
        str(told_outlook(ahead, target_id=parts[0].id, **how)),
    ]
    assert [words for words in said if ASKED.search(words)] == []
    assert all(re.search("tham khảo|for reference", words) for words in said)
    if not late:
        fits = check_feasibility(targets, compared)
        assert fits.empty and str(tell_feasibility(fits, lang=lang)) == ""
        assert check_coherence(targets, totals=compared).empty
        assert compare_unevenness(gaps).empty


def test_the_day_before_all_is_as_it_was() -> None:
    day = END - dt.timedelta(1)
    compared = compare_to_targets(schools(day), TARGETS).set_index("target_id")
    assert compared.loc["K1", "verdict"] == "not_met" and not compared["for_reference"].any()
    found = list_candidates(schools(day), "K1", rules=RULES, target_set=TARGETS)
    assert found.loc[found["role"].eq("gain"), "can_reach"].all()
    found = list_candidates(schools(END), "K1", rules=RULES, target_set=TARGETS)
    assert {*found["role"]} == {"gain"} and not found["can_reach"].any()
    assert {*found["obstacles"]} == {("not_foreseen",)} and found["renewal_due"].isna().all()


def test_cqg_beside_it_is_judged_as_ever() -> None:
    as_of = dt.date(2027, 5, 31)
    compared = compare_to_targets(schools(as_of), TARGETS)
    verdicts = compared.set_index("target_id")["verdict"]
    assert verdicts[["K1", "Q"]].tolist() == ["not_issued", "not_met"]
    told = str(tell_targets(compared, about=replace(ABOUT, as_of=as_of)))
    assert "chưa đạt" in told and "không còn được cấp" in told.casefold()


def test_no_day_to_act_on_is_told_of_it() -> None:
    table = schools(dt.date(2027, 5, 31), kdclgd_date="2022-08-10")
    assert list_expiries(table, scheme="kdclgd", rules=RULES)["renewal_due"].isna().all()
    assert {*list_expiries(table, scheme="kdclgd", rules=RULES)["stage"]} == {"alert"}
    assert {*list_upgrades(table, scheme="kdclgd", rules=RULES)["upgrade"]} == {"not_foreseen"}
    assert list_expiries(table, scheme="cqg", rules=RULES)["renewal_due"].notna().all()


SIGNED = st.lists(st.dates(dt.date(2017, 1, 1), dt.date(2026, 7, 6)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(SIGNED, st.dates(END, dt.date(2030, 5, 31)))
def test_the_stock_by_quarter_and_law_is_what_is_counted_one_by_one(
    signed: list[dt.date], as_of: dt.date
) -> None:
    rows = [school(kdclgd=1, kdclgd_date=str(day), school_year="2026-2027") for day in signed]
    found = measure_expiries(held(*rows, as_of=as_of), scheme="kdclgd", by="regime", rules=RULES)
    for row in found.to_dict("records"):
        laws = {r.id: (r.start, r.end) for r in list_regimes(RULES)}
        first, last = laws.get(row["group"], (dt.date.min, dt.date.max))
        own = [_five_years_on(day) for day in signed if first <= day <= last]
        own = [end for end in own if end >= as_of]
        quarter = [f"{end.year}-Q{(end.month + 2) // 3}" for end in own]
        assert row["schools_count"] == quarter.count(row["quarter"])
        assert row["left_count"] == sum(q > row["quarter"] for q in quarter)


def _five_years_on(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 5)
    except ValueError:
        return day.replace(year=day.year + 5, day=28)


def test_it_is_drawn_by_law_only_where_something_runs_off() -> None:
    for as_of, drawn in ((END - dt.timedelta(1), False), (END, True)):
        table = schools(as_of, kdclgd_date="2023-03-10")
        ends = measure_expiries(table, scheme="kdclgd", by="regime", rules=RULES)
        about = replace(ABOUT, as_of=as_of)
        made = chart_expiries(ends, about=about)
        assert ("Thông tư 17, 18, 19/2018: 5" in str(made.alt)) is drawn
        assert ("không còn được cấp: 5 trường" in str(made.headline)) is drawn
