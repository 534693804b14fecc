"""The charts of a year as one collection, and the years a register looks back on."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from analysis.charts import tell_chart, tell_smallest_set
from analysis.compare import find_smallest_set
from analysis.reference import SuiteError
from analysis.register import Register, load_register
from analysis.shown_year import ShownYear, show_year
from tests.charts import CONCLUDES

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register("2024-2025", home=ROOT)


@pytest.fixture(scope="module")
def shown(register: Register) -> ShownYear:
    return show_year(register)


def test_a_register_ends_with_the_year_asked_for(register: Register) -> None:
    assert max(register.years) == register.latest.school_year == "2024-2025"
    assert set(register.held["school_year"]) == set(register.years)
    assert max(load_register(home=ROOT).years) > "2024-2025"


def test_every_chart_of_the_notebooks_is_shown(shown: ShownYear) -> None:
    saved = {
        name
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for name in re.findall(r'save_chart\(chart, \\"([^"\\]+)', path.read_text(encoding="utf-8"))
    }
    assert set(shown.charts) == saved


def test_the_list_names_each_chart_with_its_finding(shown: ShownYear) -> None:
    findings = dict(zip(shown.listed["name"], shown.listed["headline"], strict=True))
    assert findings == {name: chart.headline for name, chart in shown.charts.items()}
    assert findings["kdclgd-theo-cap-hoc"].startswith(
        "33/37 trường đủ điều kiện đánh giá ngoài (89,2%)"
    )
    assert findings["cqg-theo-cap-hoc"].startswith("34/38 trường (89,5%)")


def test_charts_are_chosen_by_name_in_the_order_asked_for(shown: ShownYear) -> None:
    chosen = shown.choose("cqg-qua-cac-nam, so-voi-chi-tieu")
    assert list(chosen.charts) == ["cqg-qua-cac-nam", "so-voi-chi-tieu"]
    assert shown.choose("").charts == shown.charts
    assert list(shown.choose(["so-voi-chi-tieu"]).charts) == ["so-voi-chi-tieu"]


@pytest.mark.parametrize(
    ("name", "key"), [("so-voi-chi-teu", "shown_unknown_near"), ("zzz", "shown_unknown")]
)
def test_a_name_there_is_not_is_answered_with_those_there_are(
    shown: ShownYear, name: str, key: str
) -> None:
    with pytest.raises(SuiteError) as caught:
        shown.choose(name)
    assert caught.value.key == key
    for lang in ("vi", "en"):
        assert "so-voi-chi-tieu" in caught.value.text(lang)


def test_a_notebook_shows_the_charts_small_with_their_alt_text(shown: ShownYear) -> None:
    one = shown.choose("so-voi-chi-tieu")
    page = one._repr_html_()
    assert page.count("<img") == 1 and "so-voi-chi-tieu</figcaption>" in page
    alt = re.search(r'alt="([^"]*)"', page)
    assert alt and unescape(alt[1]) == one.charts["so-voi-chi-tieu"].alt
    assert "so-voi-chi-tieu" in repr(one)


def test_a_chart_is_told_by_its_finding_and_its_numbers(shown: ShownYear) -> None:
    chart = shown.charts["cqg-qua-cac-nam"]
    told = str(tell_chart(chart))
    assert told.startswith(f"{chart.headline}. ") and told.endswith(chart.alt)


def test_a_deadline_that_has_passed_is_said_to_have_passed() -> None:
    year = load_register("2025-2026", home=ROOT).latest
    rules = year.reference.rules
    found = find_smallest_set(year.schools, year.targets, rules=rules)
    told = str(tell_smallest_set(found, about=year.about))
    assert told == (
        "Ngày 31/05/2026 đã qua thời hạn của chỉ tiêu, nên các số này chỉ để tham khảo."
    )


def test_after_the_last_day_every_chart_and_sentence_on_targets_says_so() -> None:
    for lang, word in (("vi", "tham khảo"), ("en", "for reference")):
        late = show_year(load_register("2025-2026", home=ROOT, lang=lang), lang=lang)
        on_targets = [one for one in late if "target_id" in one.chart.table]
        assert len(on_targets) == 7
        for one in on_targets:
            for said in (one.chart.headline, one.chart.alt, str(one.told)):
                assert word in said, (one.name, said)
                assert not re.search(CONCLUDES, said), (one.name, said)
