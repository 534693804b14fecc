"""Tables as people read them: all headings and codes in words, in both languages."""

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
    BESIDE,
    MOVES,
    STEPS,
    list_expiries,
    measure_bridge,
    measure_completeness,
    measure_expiries,
    measure_renewals,
    measure_sessions,
    measure_transitions,
)
from analysis.reference import read_reference, read_rules, say
from analysis.status import STATES, list_certificates, reconcile, status_from_register
from analysis.status.by_register import KINDS
from tests.frames import held, school, schools

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


ROWS = [school(school_id="A", school_year=year, cqg=i + 1) for i, year in enumerate(DAYS)]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_code_has_its_word(lang: str) -> None:
    words = {
        "step": STEPS,
        "reconcile": KINDS,
        "standing": (*STATES[:-1], *BESIDE),
    }
    for prefix, codes in words.items():
        told = [say(f"{prefix}_{code}", lang) for code in codes]
        assert len({*told}) == len(told)
    moves = show_table(pd.DataFrame({"move": MOVES}), lang=lang)
    assert not {cell for (cell,) in moves.rows} & {*MOVES}
    assert len({*moves.rows}) == len(MOVES)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_moves_in_words(lang: str) -> None:
    moves = measure_transitions(held(*ROWS, as_of=DAYS), scheme="cqg")
    table = show_table(moves, lang=lang, most=len(moves))
    assert table.headings[-2] == {"vi": "Diễn biến", "en": "What became of it"}[lang]
    told = [row[-4:] for row in table.rows if row[-1] != "0"]
    level = {"vi": "Mức độ", "en": "Level"}[lang]
    raised = {"vi": "Nâng cấp độ (mức độ)", "en": "Raised"}[lang]
    assert told == [(f"{level} 1", f"{level} 2", raised, "1")]


def test_a_bridge_in_words() -> None:
    table = show_table(measure_bridge(held(*ROWS, as_of=DAYS), scheme="cqg"))
    assert table.headings[-2:] == ("Biến động", "Số trường (k)")
    shown = [row[-3:] for row in table.rows]
    assert ("2", "Nâng cấp độ (mức độ)", "1") in shown
    assert ("Mọi cấp độ (mức độ)", "Cuối kỳ", "1") in shown


def test_a_disagreement_in_words() -> None:
    table, day, rules = schools(ROWS[0]), DAYS["2023-2024"], read_rules()
    none = list_certificates(schools(), rules)
    by_register = status_from_register(none, table, day, rules)
    shown = show_table(reconcile(held(ROWS[0], as_of=day), by_register), lang="en")
    row = dict(zip(shown.headings, shown.rows[0], strict=True))
    assert row["By the roster"] == "Level 1" and row["By the register"] == "Not stated"
    assert row["Disagreement"] == "In force by the roster, the register has none"


def test_the_register_in_words() -> None:
    certificates = list_certificates(
        pd.concat([schools(ROWS[0]), schools(school(cqg="withdrawn", school_id="B"))]), read_rules()
    )
    shown = show_table(certificates)
    assert "Số quyết định" in shown.headings and "thu hồi" in shown.rows[1]
