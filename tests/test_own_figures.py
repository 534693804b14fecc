"""Figures of one's own: the house style on seaborn and matplotlib, and the page of examples."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.text import Text
from PIL import Image

import analysis as an
from analysis.charts import OwnFigure
from analysis.charts.house import colours_of
from analysis.charts.own import numbers_written
from analysis.charts.words import Words
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import SuiteError
from tests.charts import ABOUT
from tests.test_docs import links, make_images
from tests.test_save_chart import chart

ROOT = Path(__file__).parents[1]
LANGUAGES = ("vi", "en")


@pytest.fixture(scope="module")
def year() -> SchoolYear:
    return load_year("2024-2025", home=ROOT)


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Own figures warn of nothing, and no test leaves its style to the next."""
    monkeypatch.setenv("ACCREDITATION_HOME", str(ROOT))
    plt.switch_backend("agg")
    with an.style(), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")


def bars(**how: Any) -> Any:
    table = pd.DataFrame({"unit": ["Phường Tứ Hạ", "Xã Hương Toàn"], "schools_percent": [12.5, 90]})
    plt.figure()
    return sns.barplot(table, x="unit", y="schools_percent", saturation=1, **how)


def written(axes: Any) -> list[str]:
    """Every text of a drawn figure that says something."""
    axes.figure.canvas.draw()
    return [text.get_text() for text in axes.figure.findobj(Text) if text.get_text()]


def test_headings_letters_and_the_decimal_comma_are_on_every_figure() -> None:
    axes = bars()
    axes.bar_label(axes.containers[0], fmt="%.1f%%")
    axes.annotate("2/3 (66.7%)", (0, 50))
    axes.set_yticks([0, 12.5, 50])
    texts = written(axes)
    assert {"Xã/phường", "Tỷ lệ (%)", "12,5%", "90,0%", "2/3 (66,7%)", "12,5"} <= set(texts)
    assert {text.get_fontname() for text in axes.figure.findobj(Text)} == {"Be Vietnam Pro"}
    assert mpl.colors.to_hex(axes.patches[0].get_facecolor()).upper() == "#12436D"


def test_in_english_numbers_stay_and_headings_are_english() -> None:
    with an.style(lang="en"):
        axes = bars()
        axes.bar_label(axes.containers[0], fmt="%.1f%%")
        assert {"Ward or commune", "Share (%)", "12.5%"} <= set(written(axes))


def test_matplotlib_alone_is_dressed_too() -> None:
    figure, axes = plt.subplots(1, 2)
    axes[0].plot([0.5, 1.5], [2000, 4000])
    axes[1].set_xscale("log")
    axes[1].plot([1, 1000], [0, 1])
    texts = written(axes[0])
    assert isinstance(figure, OwnFigure)
    assert {"4.000", "0,4"} <= set(texts)
    assert not [text for text in texts if "$" in text]


def test_a_second_drawing_changes_nothing() -> None:
    axes = bars()
    axes.bar_label(axes.containers[0], fmt="{:.2f}")
    axes.bar_label(axes.containers[0], labels=["0.125", "1,250"])
    once = written(axes)
    assert written(axes) == once and {"12,50", "0,125", "1.250"} <= set(once)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.5", "0,5"),
        ("-12.25%", "-12,25%"),
        ("34/38 (89.5%)", "34/38 (89,5%)"),
        ("1,234", "1.234"),
        ("1.234", "1.234"),  # thousands as the language writes them
        ("1.234,5", "1.234,5"),
        ("12,5", "12,5"),
        ("31.05.2025", "31.05.2025"),
        ("Điều 3.1", "Điều 3.1"),
        ("2024-2025", "2024-2025"),
        ("10/12\n83.3%", "10/12\n83,3%"),
    ],
)
def test_only_numbers_get_the_comma(text: str, wanted: str) -> None:
    assert numbers_written(text, "vi") == wanted
    assert numbers_written(text, "en") == text


def test_years_on_an_axis_are_no_thousands() -> None:
    axes = sns.lineplot(x=[2021, 2022, 2023], y=[1000, 2000, 3000])
    axes.set_xticks([2021, 2022, 2023])
    assert {"2022", "2.000"} <= set(written(axes))


def test_the_settings_come_back(tmp_path: Path) -> None:
    with mpl.rc_context({"font.size": 7, "figure.hooks": []}):
        before = mpl.rcParams.copy()
        with an.style(lang="en") as house:
            assert house.lang == "en" and mpl.rcParams["font.size"] != 7
        assert mpl.rcParams.copy() == before
        assert not isinstance(plt.figure(), OwnFigure)


def test_a_theme_that_seaborn_sets_by_default_does_not_undo_it() -> None:
    settings = [mpl.rcParams[name] for name in ("axes.facecolor", "font.size", "axes.prop_cycle")]
    sns.set_theme()
    axes = bars()
    again = [mpl.rcParams[name] for name in ("axes.facecolor", "font.size", "axes.prop_cycle")]
    assert again == settings and "12,5" in [*written(axes), "12,5"]
    assert mpl.colors.to_hex(axes.patches[0].get_facecolor()).upper() == "#12436D"
    assert {text.get_fontname() for text in axes.figure.findobj(Text)} == {"Be Vietnam Pro"}
    sns.set_theme(style="whitegrid", palette="colorblind")
    assert mpl.colors.to_hex(bars().patches[-1].get_facecolor()).upper() != "#12436D", "as chosen"


def test_the_charts_of_the_package_are_drawn_as_ever() -> None:
    styled = chart().png(), chart().svg()
    with mpl.rc_context(mpl.rcParamsDefault):
        assert (chart().png(), chart().svg()) == styled
    assert chart().png(300) == chart().png(300)


def test_a_level_has_one_colour_in_every_figure(year: SchoolYear) -> None:
    for lang, scheme in itertools.product(LANGUAGES, ("kdclgd", "cqg")):
        house, column = an.style(year, lang=lang), f"{scheme}_standing"
        schools = house.words(year.identified)
        named = house.palette(schools, column)
        assert list(named) == list(schools[column].cat.categories)
        coded = colours_of(year.identified, column, Words(lang))
        assert named.items() <= house.palette(year.schools, column).items() or lang == "en"
        levels = house.words(an.measure_levels(year.held, scheme=scheme))
        assert set(named.values()) <= set(coded.values())
        assert named.items() <= house.palette(levels, "standing").items()
        assert len(set(named.values())) == len(named), "each its own"


def test_words_come_in_order_and_the_table_stays(year: SchoolYear) -> None:
    before = year.identified.copy()
    words = an.style(year).words(year.identified)
    pd.testing.assert_frame_equal(year.identified, before)
    levels = words["education_level"].cat
    assert levels.ordered and [*levels.categories] == ["Mầm non", "Tiểu học", "THCS", "TH&THCS"]
    pd.testing.assert_frame_equal(an.style(year).words(words), words)


def test_shares_are_those_of_the_published_tables(year: SchoolYear) -> None:
    levels = an.measure_levels(year, scheme="cqg", by=["unit", "education_level"])
    shares = an.style(year).shares(levels)
    total = an.measure_levels(year.held, scheme="cqg").query("standing == '1'").iloc[0]
    assert shares.table["reached_count"].sum() == total["reached_count"]
    assert shares.total["share"].tolist() == ["34/38"]
    assert shares.percents.loc["Xã Hương Toàn", "Tiểu học"] == pytest.approx(200 / 3)
    assert shares.texts.loc["Xã Hương Toàn", "Tiểu học"] == "2/3"
    empty = shares.percents.isna()
    assert empty.to_numpy().sum() == 10 and (shares.texts[empty].stack().dropna() == "–").all()
    assert "không có trường" in shares.title and "34/38 (89,5%)" in shares.alt


def test_a_large_heat_map_has_room_for_its_words(year: SchoolYear, tmp_path: Path) -> None:
    units = [f"Xã {number % 12:03}" for number in range(len(year.held) * 4)]
    held = pd.concat([year.held] * 4, ignore_index=True).assign(unit=units)
    levels = an.measure_levels(held, scheme="cqg", by=["unit", "education_level"])
    rest = levels["schools_total"] - levels["reached_count"]
    shares = an.style(year).shares(levels.assign(reached_unclear_count=rest))
    told = {text for text in shares.texts.to_numpy().ravel() if "/" in text}
    assert {text for text in told if "*" in text} and not any("(" in text for text in told)
    assert shares.title.endswith("*: còn trường chưa rõ")
    axes = sns.heatmap(shares.percents, annot=shares.texts, fmt="")
    names = ["Tiểu học và trung học cơ sở", "Trung học phổ thông", "Mầm non", "THCS"]
    axes.set_xticks(axes.get_xticks(), names, rotation="vertical")
    axes.set(title=f"{'Một tên dài ' * 12}hết\nDòng hai")
    written(axes)
    again = [(text.get_text(), text.get_rotation()) for text in axes.get_xticklabels()]
    assert [turned for _, turned in again] == [0] * 4 and "\n" in again[0][0]
    assert " ".join(again[0][0].split()) == names[0]
    with Image.open(an.save_chart(axes, "a", tmp_path, alt="A.")[0]) as picture:
        assert picture.info["Title"] == f"{'Một tên dài ' * 12}hết. Dòng hai"


def test_level_names_wider_than_their_places_are_broken_where_levels_are_joined() -> None:
    with an.style():
        names = [
            "MN",
            "TH",
            "THCS&THPT",
            "TH&THCS&THPT",
            "THPT",
            "GDTX",
            "Primary & lower secondary",
        ]
        axes = sns.heatmap(pd.DataFrame([range(7)], columns=names))
        written(axes)
        shown = [text.get_text() for text in axes.get_xticklabels()]
    assert "&\n" in shown[3] and shown[3].replace("\n", "") == names[3]
    assert shown[6].replace("\n", " ") == names[6]


def test_of_many_units_those_with_most_to_do_are_shown(year: SchoolYear) -> None:
    units = [f"Xã {number % 200:03}" for number in range(len(year.held) * 20)]
    held = pd.concat([year.held] * 20, ignore_index=True).assign(unit=units)
    levels = an.measure_levels(held, scheme="cqg", by=["unit", "education_level"])
    shares = an.style(year).shares(levels)
    assert len(shares.percents) == 15 and "15/200" in shares.title
    assert shares.table["unit"].nunique() == 200, "the table has them all"


def notebook_cells(*names: str) -> str:
    cells = nbformat.read(ROOT / "notebooks" / "07_kham_pha.ipynb", as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.id in names)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_list_states_the_standard_the_notebook_says_so(
    lang: str, year: SchoolYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCREDITATION_OUTPUT", str(tmp_path))
    silent = replace(
        year,
        held=year.held.assign(
            cqg_standing=year.held["cqg_standing"].where(year.held["cqg_standing"].isna())
        ),
    )
    monkeypatch.setattr(an, "load_register", lambda *_, **__: silent, raising=False)
    exec(
        notebook_cells("style", "crossed-chart", "strip-chart"),
        {"an": an, "year": silent, "lang": lang, "school_year": ""},
    )
    told = {path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt")}
    assert len(told) == 1 and "CQG" in told.pop()


def test_what_cannot_be_shown_is_refused_with_a_way_on(year: SchoolYear) -> None:
    house = an.style(year)
    asked: dict[str, Any] = {
        "figure_no_column": lambda: house.palette(year.schools, "colour"),
        "figure_too_many": lambda: house.palette(year.schools, "unit"),
        "figure_no_levels": lambda: house.shares(year.schools),
        "figure_no_groups": lambda: house.shares(an.measure_levels(year.held, scheme="cqg")),
        "figure_unknown": lambda: an.save_chart("a", "a", alt="A."),
        "figure_bad_dpi": lambda: an.save_chart(bars(), "a", alt="A.", dpi=0),
        "chart_no_alt": lambda: an.save_chart(bars(), "a"),
    }
    for key, ask in asked.items():
        with pytest.raises(SuiteError) as caught:
            ask()
        assert caught.value.key == key and caught.value.text("vi")


@pytest.mark.parametrize("kind", ["figure", "axes", "grid", "joint"])
def test_what_seaborn_gives_is_saved_like_a_chart(
    kind: str, year: SchoolYear, tmp_path: Path
) -> None:
    house = an.style(year)
    schools = house.words(year.schools).astype({"pupils": float, "classes": float})
    made = {
        "figure": lambda: bars().figure,
        "axes": bars,
        "grid": lambda: sns.catplot(schools, x="ownership", y="pupils", jitter=False),
        "joint": lambda: sns.jointplot(schools, x="pupils", y="classes"),
    }[kind]()
    how: dict[str, Any] = {"alt": "Hình thử", "table": pd.DataFrame({"a": [1]})}
    saved = an.save_chart(made, "a", tmp_path / "1", **how)
    again = an.save_chart(made, "a", tmp_path / "2", **how)
    assert [path.suffix for path in saved] == [".png", ".svg", ".csv", ".txt", ".json"]
    assert [path.read_bytes() for path in saved] == [path.read_bytes() for path in again]
    assert saved[3].read_text(encoding="utf-8") == "Hình thử. Dữ liệu minh họa.\n"
    with Image.open(saved[0]) as picture:
        assert picture.info["Description"] == "Hình thử. Dữ liệu minh họa."
        assert picture.mode == "RGB"


def test_source_and_mark_stand_below_and_leave_no_trace(tmp_path: Path) -> None:
    bare = an.save_chart(bars(), "bare", tmp_path, alt="A.")
    with an.style(ABOUT):
        axes = bars()
    texts = list(axes.figure.texts)
    saved = an.save_chart(axes, "a", tmp_path, alt="A.")
    assert list(axes.figure.texts) == texts and not axes.figure.artists
    with Image.open(bare[0]) as plain, Image.open(saved[0]) as picture:
        assert plain.size == (1920, 1080) and picture.width == 1920
        assert 1100 < picture.height < 1250
    figure = mpl.figure.Figure(figsize=(3, 3))
    figure.subplots()
    narrow = an.save_chart(figure, "narrow", tmp_path, alt="A.", about=ABOUT)
    with Image.open(narrow[0]) as picture:
        assert picture.height > picture.width == 300


def test_dpi_gives_the_same_picture_in_other_pixels(tmp_path: Path) -> None:
    drawn = chart(preset="half")
    shown = drawn.png()
    path = an.save_chart(drawn, "half", tmp_path, dpi=300)[0]
    assert path.read_bytes() == drawn.png(300)
    assert drawn.png() is shown, "and the one the notebook shows stays"
    with Image.open(path) as picture:
        assert picture.size == (2000, 2250)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        small = np.asarray(picture.resize((96, 108)).convert("L"), dtype=int)
    usual = an.save_chart(drawn, "usual", tmp_path)[0]
    with Image.open(usual) as picture:
        assert abs(small - np.asarray(picture.resize((96, 108)).convert("L"))).mean() < 3
    own = an.save_chart(bars(), "own", tmp_path, alt="A.", dpi=50)[0]
    with Image.open(own) as picture:
        assert picture.size == (480, 270)


def test_a_notebook_shows_it_once_with_its_words() -> None:
    with an.style(ABOUT):
        figure = bars().figure
        figure.alt = 'Hai "thanh"'
        shown = figure._repr_mimebundle_()
    assert list(shown) == ["text/html"] and "alt='Hai \"thanh\"'" in shown["text/html"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_example_of_the_page_is_drawn_and_fits(lang: str) -> None:
    images = make_images()
    shown = {to: words for mark, words, to in links(images.own_page(lang)) if mark}
    names = []
    for file, alt, figure in images.own_figures(lang):
        names.append(file)
        assert shown[file] == alt and figure.lang == lang and figure.about.synthetic
        figure.canvas.draw()
        inside = figure.bbox.padded(1)
        for axes in figure.axes:
            box = axes.get_tightbbox()
            assert inside.x0 <= box.x0 and box.x1 <= inside.x1, file
            assert inside.y0 <= box.y0 and box.y1 <= inside.y1, file
        with Image.open(ROOT / "docs" / file) as picture:
            assert picture.info["Description"] == alt
    assert names == list(shown) and len(names) == 10


def test_both_pages_hold_the_same_short_code() -> None:
    images = make_images()
    pages = {lang: images.examples(lang) for lang in LANGUAGES}
    assert pages["en"][0].replace(', lang="en"', "") == pages["vi"][0]
    codes = [[code for *_, code in found] for _, found in pages.values()]
    assert codes[0] == codes[1]
    assert max(code.count("\n") for code in codes[0]) <= 8
    assert all(len(line) <= 100 for code in codes[0] for line in code.split("\n"))
