"""The tables on readings and the outlook as people read them: all headings and codes in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

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
from analysis.export import show_table
from analysis.measure import (
    list_expiries,
    measure_completeness,
    measure_expiries,
    measure_renewals,
    measure_sessions,
    measure_transitions,
)
from analysis.reference import read_reference, read_rules
from tests.frames import held, school

RULES = read_rules()
TARGETS = read_reference().targets("huong-tra-2022-2025")
SIGNED = pd.Timestamp(2021, 3, 1)
DAYS = {y: dt.date(int(y[5:]), 5, 31) for y in ("2023-2024", "2024-2025")}


def tables() -> dict[str, pd.DataFrame]:
    certificate = {"cqg": 1, "cqg_date": SIGNED, "kdclgd": 2, "kdclgd_date": SIGNED}
    rows = [
        *[school(school_id=f"A{i}", school_year="2023-2024", **certificate) for i in range(3)],
        *[
            school(school_id=f"A{i}", classes=5, classes_two_sessions=4, **certificate)
            for i in (1, 2)
        ],
        school(school_id="B", cqg="not_reached", eligible=False),
    ]
    both = held(*rows, as_of=DAYS)
    now = both[both["school_year"] == "2024-2025"]
    part = next(p for p in TARGETS.parts if p.id == "Q")
    compared = compare_to_targets(now, TARGETS, by="education_level")
    until = dt.date(2026, 5, 31)
    low = replace(part, id="P", to_percent=90)
    return {
        "readings": compare_readings(now, TARGETS),
        "scenarios": compare_scenarios(both, TARGETS, rules=RULES, until=until),
        "unevenness": compare_unevenness(compared),
        "feasibility": check_feasibility(TARGETS, compared),
        "coherence": check_coherence(replace(TARGETS, parts=(part, low)), RULES, 9),
        "smallest": find_smallest_set(now, TARGETS, rules=RULES),
        "candidates": list_candidates(now, part, deadline=TARGETS.deadline, rules=RULES),
        "upgrades": list_upgrades(now, scheme="cqg", rules=RULES),
        "expiries": measure_expiries(now, scheme="cqg"),
        "expiry list": list_expiries(now, scheme="cqg", rules=RULES),
        "sessions": measure_sessions(now),
        "transitions": measure_transitions(both, scheme="cqg"),
        "renewals": measure_renewals(both, scheme="cqg"),
        "completeness": measure_completeness(now),
    }


TABLES = tables()
# A date that ends a certificate has its heading where the lists of schools are explored.
ELSEWHERE = {"expires"}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_shown_without_a_code(name: str, lang: str) -> None:
    table = TABLES[name]
    shown = show_table(table, lang=lang)
    assert shown.rows and all(shown.headings)
    assert not set(shown.headings) & set(table.columns) - ELSEWHERE - {"Column"}
    codes = {"past_rate", "all_renew", "not_reached", "not_eligible", "gain", "keep", "classes"}
    words = {cell for row in shown.rows for cell in row}
    assert not words & (codes if lang == "vi" else codes - {"classes"})


def test_a_reading_shows_what_makes_it_one() -> None:
    shown = show_table(TABLES["readings"])
    assert {"Cách hiểu", "Mẫu số", "Cách hiểu đang dùng"} <= set(shown.headings)
    assert "Chỉ để tham khảo" not in shown.headings  # alike in all rows
    assert any("không kể kết quả" in cell for row in shown.rows for cell in row)


def test_lists_of_schools_and_obstacles_are_words() -> None:
    shown = show_table(TABLES["candidates"])
    assert "chưa đủ điều kiện đánh giá ngoài" in shown.rows[-1]
    assert show_table(TABLES["coherence"]).rows[0][2]
