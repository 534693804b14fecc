"""What the notebooks saved is what deck and report are composed of: charts read back, not drawn."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

import analysis as an
from analysis.charts import tell_chart
from analysis.export.saved import SavedChart, SavedCharts, saved_charts
from analysis.notebook.register import Register, load_register
from analysis.reference import SuiteError
from analysis.slides.forms import natives_of
from analysis.slides.slide import messages_of

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "images"))

LANGUAGES = ("vi", "en")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register("2024-2025", home=ROOT)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    from example_tables import NAMES, draw, read_tables  # type: ignore[import-not-found]

    tables = read_tables()
    return {f"{name}-{lang}": draw(name, tables, lang=lang) for name in NAMES for lang in LANGUAGES}


@pytest.fixture(scope="module")
def folder(drawn: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("saved")
    for name, chart in drawn.items():
        an.save_chart(chart, name, place)
    return place


@pytest.fixture(scope="module")
def shown(register: Register, tmp_path_factory: pytest.TempPathFactory) -> SavedCharts:
    place = tmp_path_factory.mktemp("year")
    gaps = an.compare_to_targets(register.latest, by="education_level")
    levels = an.measure_levels(register.latest, scheme="cqg", by="education_level")
    figure = Figure()
    figure.suptitle("Một hình\nriêng")
    figure.subplots().plot([1, 2])
    an.save_chart(figure, "hinh-rieng", place, alt="Một hình.", table=gaps, about=register)
    an.save_chart(an.chart(gaps), "so-voi-chi-tieu", place)
    an.save_chart(an.chart(levels), "cqg-theo-cap-hoc", place)
    return saved_charts(register, place)


def test_what_is_read_back_is_what_was_saved(drawn: dict[str, Any], folder: Path) -> None:
    for name, chart in drawn.items():
        saved = SavedChart(folder / f"{name}.json")
        assert saved.description() == chart.description(), name
        assert (saved.part, saved.variant) == (chart.part, chart.variant)
        assert saved.png() == chart.png() and saved.svg() == chart.svg()
        before = chart.table.astype("str").replace({"nan": "", "NaT": "", "<NA>": "", "None": ""})
        after = saved.table.astype("str").replace({"nan": "", "NaT": "", "<NA>": "", "None": ""})
        pd.testing.assert_frame_equal(after, before, check_dtype=False)
        kept = {str(c): str(chart.table[c].dtype) for c in chart.table}
        assert {str(c): str(saved.table[c].dtype) for c in saved.table} == kept, name


def test_a_chart_is_drawn_once_as_png_and_once_as_svg(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawings: list[str] = []
    draw = Figure.draw

    def counted(figure: Figure, renderer: Any) -> None:
        drawings.append(type(figure.canvas).__name__)
        draw(figure, renderer)

    monkeypatch.setattr(Figure, "draw", counted)
    chart = an.chart(an.measure_levels(register.latest, scheme="cqg", by="education_level"))
    an.save_chart(chart, "cqg", tmp_path)
    chart._repr_mimebundle_()
    assert sorted(drawings) == ["FigureCanvasAgg", "FigureCanvasSVG"]
    shown = saved_charts(register, tmp_path)
    shown._repr_html_()
    an.export_deck(shown, tmp_path / "bai.pptx")
    assert len(drawings) == 2


def test_its_slide_is_that_of_the_chart_it_was(drawn: dict[str, Any], folder: Path) -> None:
    for name, chart in drawn.items():
        saved = SavedChart(folder / f"{name}.json")
        told = [list(messages_of({"a": one}, None, chart.lang)) for one in (saved, chart)]
        assert [m.texts for m in told[0]] == [m.texts for m in told[1]], name
        assert natives_of(saved) == natives_of(chart), name


def test_the_order_is_that_of_the_notebooks_and_ones_own_come_last(shown: SavedCharts) -> None:
    assert list(shown.charts) == ["cqg-theo-cap-hoc", "so-voi-chi-tieu", "hinh-rieng"]
    own = shown.charts["hinh-rieng"]
    assert (own.kind, own.headline, own.subtitle) == ("own", "Một hình", "riêng")
    assert own.alt.startswith("Một hình.") and len(own.table) == 20


def test_charts_of_another_year_language_or_part_are_left_out(
    register: Register, tmp_path: Path
) -> None:
    year = register.latest
    for other, name in (
        (an.load_year("2023-2024", home=ROOT), "a"),
        (an.load_year("2024-2025", home=ROOT, lang="en"), "b"),
        (year.narrow(education_level="TH"), "c"),
        (year, "d"),
    ):
        an.save_chart(an.chart(an.measure_levels(other, scheme="cqg")), name, tmp_path)
    (tmp_path / "d.png").write_bytes(b"")
    assert list(saved_charts(year, tmp_path).charts) == ["d"]


def test_the_list_names_each_chart_with_its_finding(shown: SavedCharts) -> None:
    findings = dict(zip(shown.listed["name"], shown.listed["headline"], strict=True))
    assert findings == {name: chart.headline for name, chart in shown.charts.items()}
    assert findings["cqg-theo-cap-hoc"].startswith("34/38 trường (89,5%)")


def test_charts_are_chosen_by_name_in_the_order_asked_for(shown: SavedCharts) -> None:
    chosen = shown.choose("so-voi-chi-tieu, cqg-theo-cap-hoc")
    assert list(chosen.charts) == ["so-voi-chi-tieu", "cqg-theo-cap-hoc"]
    assert shown.choose("").charts == shown.charts
    assert list(shown.choose(["so-voi-chi-tieu"]).charts) == ["so-voi-chi-tieu"]


@pytest.mark.parametrize(
    ("name", "key"), [("so-voi-chi-teu", "shown_unknown_near"), ("zzz", "shown_unknown")]
)
def test_a_name_there_is_not_is_answered_with_those_there_are(
    shown: SavedCharts, name: str, key: str
) -> None:
    with pytest.raises(SuiteError) as caught:
        shown.choose(name)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert "so-voi-chi-tieu" in caught.value.text(lang)


def test_a_notebook_shows_the_charts_small_with_their_alt_text(shown: SavedCharts) -> None:
    one = shown.choose("so-voi-chi-tieu")
    page = one._repr_html_()
    assert page.count("<img") == 1 and "so-voi-chi-tieu</figcaption>" in page
    alt = re.search(r'alt="([^"]*)"', page)
    assert alt and unescape(alt[1]) == one.charts["so-voi-chi-tieu"].alt
    assert "so-voi-chi-tieu" in repr(one)


def test_a_chart_is_told_by_its_finding_and_its_numbers(register: Register) -> None:
    chart = an.chart(an.measure_levels(register, scheme="cqg", by="education_level"))
    told = str(tell_chart(chart))
    assert told.startswith(f"{chart.headline}. ") and told.endswith(chart.alt)


def test_a_register_ends_with_the_year_asked_for(register: Register) -> None:
    assert max(register.years) == register.latest.school_year == "2024-2025"
    assert set(register.held["school_year"]) == set(register.years)
    assert max(load_register(home=ROOT).years) > "2024-2025"


def test_the_charts_of_the_parts_keep_the_order_of_the_targets(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCREDITATION_OUTPUT", str(tmp_path))
    year = register.latest
    turned = replace(year.targets, parts=year.targets.parts[::-1])
    gaps = an.compare_to_targets(year, turned, by="education_level")
    an.each_chart(gaps, "khoang-cach-{}-theo-cap-hoc")
    an.each_chart(
        an.measure_levels(year, scheme=year.schemes, by="education_level"), "{}-theo-cap-hoc"
    )
    parts = [f"khoang-cach-{part}-theo-cap-hoc" for part in ("q", "k3", "k2", "k1")]
    levels = [f"{scheme}-theo-cap-hoc" for scheme in year.schemes]
    assert list(saved_charts(register, tmp_path).charts) == [*levels, *parts]


def test_a_picture_of_more_groups_than_it_holds_says_how_many_it_has(register: Register) -> None:
    levels = an.measure_levels(register, scheme="cqg", by="unit")
    units = levels.loc[levels["school_year"].eq(register.about.school_year), "group"].nunique() - 1
    own, total = levels[levels["group"].ne("all")], levels[levels["group"].eq("all")]
    copies = [own.assign(group=own["group"] + letter) for letter in "ABCD"]
    crowded = pd.concat([*copies, total], ignore_index=True)
    crowded.attrs = levels.attrs
    chart = an.chart(crowded, kind="change")
    assert f"8 trong {4 * units} đơn vị" in chart.remark and chart.remark in chart.alt
    assert chart.table["group"].nunique() == 9
