"""The register's tables in words, in both languages."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from analysis.export.shown import show_table
from analysis.measure import BESIDE, MOVES, STEPS, measure_bridge, measure_transitions
from analysis.reference import read_rules, say
from analysis.status import STATES, list_certificates, reconcile, status_from_register
from analysis.status.by_register import KINDS
from tests.frames import held, school, schools

DAYS = {"2023-2024": dt.date(2024, 5, 31), "2024-2025": dt.date(2025, 5, 31)}
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
    table = show_table(measure_transitions(held(*ROWS, as_of=DAYS), scheme="cqg"), lang=lang)
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
