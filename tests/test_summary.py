"""A school year in short: what each sentence says is what the tables and the verdicts say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pptx import Presentation

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
    assert len(str(short).splitlines()) == len({*short.told.values()}), "none twice"


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


def tables_of(path: Path) -> dict[str, list[list[str]]]:
    shapes = [s for slide in Presentation(str(path)).slides for s in slide.shapes if s.has_table]
    return {s.name: [[c.text for c in row.cells] for row in s.table.rows] for s in shapes}


def test_next_year_the_slides_of_the_summary_are_refreshed_and_no_word_of_a_person_is_lost(
    tmp_path: Path,
) -> None:
    _, before = of("2023-2024")
    _, after = of("2024-2025")
    first = an.export_deck(before, tmp_path / "a.pptx").path
    deck = Presentation(str(first))
    named = {s.name: s for slide in deck.slides for s in slide.shapes}
    named["acc:deck.next"].table.cell(1, 0).text = "Họp ngày 3/6"
    named["acc:deck.schools:title"].text_frame.text = "Ba trường của chúng ta"
    deck.save(str(first))
    second = an.export_deck(after, tmp_path / "b.pptx", previous=first)
    told = second.changes.set_index(["slide", "part"])["change"]
    assert told["deck.summary", "body"] == "refreshed" and told["deck.next", "body"] == "edited"
    assert told["deck.schools", "title"] == "edited" and told["deck.schools", "body"] == "refreshed"
    found = tables_of(second.path)
    assert found["acc:deck.next"][1][0] == "Họp ngày 3/6"
    assert [row[1] for row in found["acc:deck.summary"][1:]] == [*after.told.values()]
    names = [row[0] for row in found["acc:deck.schools"][1:]]
    assert names == after.schools["school_name"].tolist()
