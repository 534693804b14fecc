"""A school year in short: what each sentence says is what the tables and the verdicts say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import analysis as an
from analysis.export.saved import SavedCharts
from analysis.export.summary import Summary, summarize
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import LANGUAGES
from tests.test_recount import YEARS

ROOT = Path(__file__).parents[1]

SAYS_SHORT = {"vi": "Xa chỉ tiêu nhất", "en": "Furthest from its target"}


def of(school_year: str, lang: str = "vi") -> tuple[SchoolYear, Summary]:
    year = load_year(school_year, home=ROOT, lang=lang)
    return year, summarize(year, SavedCharts((), year.about, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("school_year", YEARS)
def test_a_sentence_claims_only_what_a_verdict_says(school_year: str, lang: str) -> None:
    year, short = of(school_year, lang)
    gaps = an.compare_to_targets(year, by="education_level").query("group != 'all'")
    found = set(gaps["verdict"])
    assert (SAYS_SHORT[lang] in short.told["gaps"]) == ("not_met" in found)
    if "not_met" in found:
        least = gaps[gaps["verdict"].eq("not_met")]["gap_points"].astype(float).min()
        share = f"{abs(least):.1f}".replace(".", "," if lang == "vi" else ".")
        assert f"−{share}" in short.told["gaps"]
    assert short.told["targets"] == an.tell(an.compare_to_targets(year)).lines[0]
    assert len(short.told) == 5 and all(short.told.values())


@pytest.mark.parametrize("school_year", YEARS)
def test_the_schools_are_those_the_levels_leave_over(school_year: str) -> None:
    year, short = of(school_year)
    for scheme, word in (("kdclgd", "KĐCLGD"), ("cqg", "CQG")):
        levels = an.measure_levels(year, scheme=scheme).query("group == 'all'")
        counts = levels.set_index("standing")["schools_count"].fillna(0).astype(int)
        unclear = int(counts.get("in_doubt", 0) + counts.get("not_stated", 0))
        held = sum(n for name, n in counts.items() if str(name).isdecimal() or "unknown" in name)
        lacking = int(levels["schools_total"].max()) - held - unclear
        more = rf" \(chưa rõ thêm {unclear}\)" if unclear else r"(?! \()"
        assert re.search(rf"{word} {lacking} trường{more}", short.told["schools"])
    ending = [an.list_expiries(year, scheme=scheme) for scheme in year.schemes]
    soon = [int(table["stage"].isin(["alert", "overdue"]).sum()) for table in ending]
    assert len(short.ending) == sum(soon)
    assert short.ending["expires"].is_monotonic_increasing
    for word, count in zip(("KĐCLGD", "CQG"), soon, strict=True):
        assert f"{word} {count} trường" in short.told["ends"]


def test_what_a_verdict_hangs_on_and_what_is_in_doubt_are_the_first_steps() -> None:
    year, short = of("2024-2025")
    steps = short.steps.iloc[:, 0].tolist()
    assert f"Sửa {len(year.doubts)} ô" in steps[0] and steps[0] in short.told["next"]
    whole = an.compare_to_targets(year)
    (names,) = whole[whole["verdict"].eq("open")]["undecided"]
    assert all(name in steps[1] for name in names)
    assert str(len(steps)) in short.told["next"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_five_sentences_whatever_is_missing(lang: str) -> None:
    year, _ = of("2024-2025", lang)
    none = replace(year, targets=replace(year.targets, parts=(), targets=()))
    empty = replace(year, held=year.held[:0])
    for case in (none, empty, year.narrow(education_level="THCS")):
        short = summarize(case, SavedCharts((), case.about, lang))
        assert len(short.told) == 5 and all(short.told.values())
        assert not short.leading
    without = summarize(none, SavedCharts((), none.about, lang))
    assert "2024-2025" in without.told["targets"] and not re.search(r"\d%", str(without))
