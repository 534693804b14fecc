"""Every kind of chart: true words, room for all of them, readable by everyone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import combinations, pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from analysis.charts import Chart
from analysis.charts.frame import mark_revised
from analysis.charts.numbers import STANDINGS
from analysis.charts.style import palette
from analysis.measure import STEPS
from analysis.reference import SuiteError
from analysis.tables import tables
from tests.chart_frames import (
    FRAMES,
    YEARS,
    bridge,
    change,
    completeness,
    conditions,
    every_move,
    expiries,
    pace,
    path,
    progress,
    sessions,
    transitions,
    units,
)
from tests.charts import (
    ABOUT,
    contrast,
    contrasts,
    crowded,
    luminance,
    smallest_letters,
    struck,
    texts,
)
from tests.colour_vision import VISIONS, difference
from tests.test_chart import LONG, ODD_NAMES

pytestmark = pytest.mark.slow

PRESETS = ("slide", "half", "page")
ALL_LEVELS = ("MN", "TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "TH&THCS&THPT", "GDTX")
LONG_WARDS = [
    "Xã Quảng Phú Thượng Nguyên sau sắp xếp đơn vị hành chính",
    "Phường Hương Thủy Dương Bình Thành",
    "Đặc khu Cô Tô",
    *ODD_NAMES,
]
FORTY = [f"Phường Hương Thủy Dương {i}" for i in range(40)]
COLUMNS = ["school_code", "unit", "education_level", "classes", "pupils", "kdclgd_decision"] * 6

# What an office may send: no school, one school, very many, many groups, one year, long names.
EXTREMES: dict[str, Callable[..., Chart]] = {
    "pace: one school": partial(pace, 1),
    "pace: three units": partial(pace, 9, units=LONG_WARDS[:3], about=LONG),
    "pace: 40 wards": partial(pace, 600, units=FORTY),
    "pace: no groups": partial(pace, 38, by=None),
    "units: one school": partial(units, 1),
    "units: 600 schools": partial(units, 600),
    "units: 40 wards": partial(units, 600, FORTY),
    "units: long names": partial(units, 38, LONG_WARDS, about=LONG),
    "transitions: no school": partial(transitions, 0),
    "transitions: one school": partial(transitions, 1),
    "transitions: 600 schools": partial(transitions, 600, about=LONG),
    "transitions: CQG": partial(transitions, 38, "cqg"),
    "transitions: every standing": every_move,
    "completeness: nothing": partial(completeness, 0),
    "completeness: one year": partial(completeness, 600, years=YEARS[-1:]),
    "completeness: 36 columns": partial(
        completeness, 600, [f"{c}_{i}" for i, c in enumerate(COLUMNS)], about=LONG
    ),
    "bridge: no school": partial(bridge, 0, {"renewed": 0, "expired": 0}),
    "bridge: all expire": partial(bridge, 600, {"renewed": 0, "expired": -600}, about=LONG),
    "bridge: one of 600": partial(bridge, 600, {"first_recognised": 1, "upgraded": 0}),
    "bridge: ten steps": partial(bridge, 60, dict.fromkeys(STEPS[-11:-1], -2), about=LONG),
    "bridge: CQG": partial(bridge, scheme="cqg"),
    "conditions: one school": partial(conditions, 1),
    "conditions: a country": partial(conditions, 45_000),
    "conditions: long names": partial(conditions, group=LONG_WARDS[0], about=LONG),
    "sessions: nothing": partial(sessions, size=0),
    "sessions: eight levels": partial(sessions, ALL_LEVELS, 1234, measure="pupils", about=LONG),
    "sessions: long names": partial(sessions, LONG_WARDS[:5], 9, by="unit"),
    "sessions: one measure": partial(sessions, ALL_LEVELS, measure="pupils"),
    "expiries: one quarter": partial(expiries, 1),
    "expiries: seven years": partial(expiries, 28, times=40, about=LONG),
    "expiries: unknown level": partial(expiries, levels=(None, 1, 2, 3, 4)),
    "progress: one school": partial(progress, 1),
    "progress: one year": partial(progress, years=YEARS[-1:]),
    "progress: 600 schools": partial(progress, 600, about=LONG),
    "progress: one target": partial(progress, target_id="Q"),
    "change: two years": partial(change, 600, YEARS[-2:], about=LONG),
    "change: eight levels": partial(change, 64, levels=ALL_LEVELS),
    "change: CQG": partial(change, scheme="cqg"),
    "path: six panels": partial(path, 64, levels=ALL_LEVELS[:5]),
    "path: one level": partial(path, 5, levels=("MN",), about=LONG),
    "path: one year": partial(path, 600, YEARS[-1:]),
    "path: corridor": partial(path, target_id="K2"),
}


@pytest.fixture(scope="module")
def drawn() -> Iterator[Callable[..., Chart]]:
    """A chart of a kind, on a slide, drawn once for all tests that only look at it."""
    once = cache(lambda kind, lang="vi": FRAMES[kind](lang=lang))
    yield once
    once.cache_clear()  # each of them is a picture of some megabytes


@pytest.mark.parametrize(("preset", "least"), [("slide", 14), ("half", 14), ("page", 8)])
@pytest.mark.parametrize("kind", FRAMES)
def test_nothing_is_cut_off_or_overlaps_and_letters_are_for_a_hall(
    kind: str, preset: str, least: float
) -> None:
    for lang in ("vi", "en"):
        chart = FRAMES[kind](lang=lang, preset=preset)
        assert (crowded(chart), struck(chart)) == ([], []), lang
        assert smallest_letters(chart) >= least - 0.05, lang


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_data_and_long_names_find_room(name: str, preset: str) -> None:
    for lang in ("vi", "en"):
        chart = EXTREMES[name](lang=lang, preset=preset)
        assert (crowded(chart), struck(chart)) == ([], []), lang


@pytest.mark.parametrize("kind", FRAMES)
def test_every_text_stands_out_from_its_ground(drawn: Callable[..., Chart], kind: str) -> None:
    weak = [(text, ratio) for text, ratio in contrasts(drawn(kind)) if ratio < 4.5]
    assert weak == []


@pytest.mark.parametrize("vision", VISIONS)
def test_neighbours_stay_apart_for_every_vision(vision: str) -> None:
    levels = [palette("standings")["kdclgd"][n]["fill"] for n in "4321"]
    shades = [step["fill"] for step in palette("shades")]
    change = [palette("change")[n]["fill"] for n in ("up", "down", "same", "whole")]
    ways = [palette("scenarios")[n]["ink"] for n in ("none", "past_rate", "all_renew")]
    bars = [palette("bar")[n] for n in ("measure", "second")]
    for row in (levels, shades, change, ways, bars):
        for one, other in pairwise(row):
            assert difference(one, other, vision) > 9, (one, other)
    up, down = palette("change")["up"], palette("change")["down"]
    assert difference(up["fill"], down["fill"], vision) > 25 and down["pattern"]


@pytest.mark.parametrize("vision", VISIONS)
def test_standings_and_gaps_stay_apart_for_every_vision(vision: str) -> None:
    """Those of one pattern, or of none, differ in colour as it is seen."""
    paints = [palette("standings")["other"][name] for name in STANDINGS if not name.isdigit()]
    for i, one in enumerate(paints):
        for other in paints[i + 1 :]:
            alike = one.get("pattern") == other.get("pattern")
            assert not alike or difference(one["fill"], other["fill"], vision) > 9, (one, other)
    bars = [palette("bar")[name] for name in ("below", "above", "silent")]
    for bar, other in combinations(bars, 2):
        assert difference(bar, other, vision) > 15, (bar, other)


def test_standings_and_gaps_stay_apart_in_grey() -> None:
    def grey(colour: str) -> Any:
        return luminance(np.array(to_rgb(colour)))

    paints = [palette("standings")["other"][name] for name in STANDINGS if not name.isdigit()]
    for one, other in combinations(paints, 2):
        if one.get("pattern") == other.get("pattern"):
            assert contrast(grey(one["fill"]), grey(other["fill"])) >= 1.25, (one, other)
    for line in (paint for paint in paints if paint.get("pattern")):
        assert contrast(grey(line["line"]), grey(line["fill"])) >= 1.35, "the pattern is seen"
    below, above, silent = (palette("bar")[name] for name in ("below", "above", "silent"))
    assert contrast(grey(below), grey(silent)) > 3 and contrast(grey(above), grey(silent)) > 1.35


def test_scenarios_and_moves_differ_by_more_than_colour() -> None:
    ways = palette("scenarios").values()
    assert len({w["shape"] for w in ways}) == len({str(w.get("dash")) for w in ways}) == len(ways)
    moves = [palette("change")[n] for n in ("up", "down", "same", "other")]
    assert len({(m.get("pattern"), bool(m.get("outline")), m["fill"]) for m in moves}) == 4


@pytest.mark.parametrize("kind", FRAMES)
def test_alt_text_tells_the_numbers_and_is_not_the_title(
    drawn: Callable[..., Chart], kind: str
) -> None:
    tells_every_row = kind in ("levels", "targets", "gaps")
    for lang, tag in (("vi", "Dữ liệu minh họa."), ("en", "Illustrative data.")):
        chart = drawn(kind, lang)
        assert chart.alt not in (chart.headline, chart.subtitle)
        assert 80 <= len(chart.alt) <= (520 if tells_every_row else 300), len(chart.alt)
        assert re.search(r"\d", chart.alt.split(":", 1)[1]) and chart.alt.endswith(tag)


@pytest.mark.parametrize("kind", FRAMES)
def test_each_language_is_complete_and_writes_its_own_numbers(
    drawn: Callable[..., Chart], kind: str
) -> None:
    vi, en = drawn(kind), drawn(kind, "en")
    for chart, foreign in ((vi, r"\d\.\d(?!\d\d)"), (en, r"\d,\d(?!\d\d)")):
        shown = " ".join([*texts(chart), chart.headline, chart.subtitle, chart.alt])
        assert not re.search(foreign, shown), re.search(foreign, shown)
    foreign_words = re.compile(r"trường|cấp độ|mức|chỉ tiêu|năm học|tháng|dưới|từ\b", re.IGNORECASE)
    assert not foreign_words.search(" ".join([*texts(en), en.alt]))
    assert vi.headline != en.headline and vi.alt != en.alt and vi.subtitle != en.subtitle


@pytest.mark.parametrize("kind", FRAMES)
def test_the_frame_says_place_date_source_and_that_data_are_illustrative(
    drawn: Callable[..., Chart], kind: str
) -> None:
    shown = " ".join(" ".join(texts(drawn(kind))).split())
    assert "Phòng GDĐT thị xã Hương Trà" in shown and "31/05/2025" in shown
    assert "Nguồn: tổng hợp từ báo cáo của các trường." in shown
    assert shown.casefold().count("dữ liệu minh họa") == 1
    real = " ".join(texts(FRAMES[kind](about=replace(ABOUT, synthetic=False))))
    assert "minh họa" not in real.casefold()


@pytest.mark.parametrize("kind", FRAMES)
def test_same_table_same_bytes_whatever_the_settings_of_the_session(kind: str) -> None:
    before, first = dict(mpl.rcParams), FRAMES[kind]()
    pictures = first.png(), first.svg()
    assert dict(mpl.rcParams) == before
    odd: Any = {"font.size": 30, "axes.facecolor": "red", "font.family": "serif"}
    with mpl.rc_context({**odd, "lines.linewidth": 9, "text.color": "red", "figure.dpi": 50}):
        second = FRAMES[kind]()
        assert (second.png(), second.svg()) == pictures


@pytest.mark.parametrize("kind", FRAMES)
def test_a_missing_column_is_named_with_those_that_are_needed(
    drawn: Callable[..., Chart], kind: str
) -> None:
    import analysis.charts as room

    draw, table = getattr(room, f"chart_{kind}"), drawn(kind).table
    (entry,) = (one for one in tables().values() if kind in one.charts)
    for column in entry.drawn:
        with pytest.raises(SuiteError) as caught:
            draw(table.drop(columns=column), about=ABOUT)
        assert caught.value.key == "chart_missing_columns"
        for lang in ("vi", "en"):
            said = caught.value.text(lang)
            assert f": {column}. " in said or f" {column}. " in said
            assert entry.maker.partition(".")[2] in said


def test_names_with_signs_stay_text() -> None:
    for chart in (units(38, LONG_WARDS), sessions(LONG_WARDS[:5], by="unit")):
        shown = " ".join(texts(chart))
        assert "<script>alert(1)</script>" in shown or "$x^2$" in shown


def test_too_many_groups_are_refused_with_a_way_on() -> None:
    refused: list[tuple[str, Callable[[], Chart]]] = [
        ("chart_too_many_lines", lambda: change(200, levels=FORTY, by="unit")),
        ("chart_too_many_groups", lambda: path(80, levels=[f"X{i}" for i in range(12)])),
        ("chart_too_many_groups", lambda: sessions(FORTY, by="unit")),
        ("chart_no_room", lambda: sessions(("MN",), 10**14, preset="half")),
    ]
    for key, draw in refused:
        with pytest.raises(SuiteError) as caught:
            draw()
        assert caught.value.key == key
        assert caught.value.text("vi") != caught.value.text("en")


def test_both_measures_of_eight_levels_fit_a_slide_and_a_page() -> None:
    for preset in ("slide", "page"):
        chart = sessions(ALL_LEVELS, 99, preset=preset)
        assert (crowded(chart), struck(chart)) == ([], [])
    with pytest.raises(SuiteError):
        sessions(ALL_LEVELS, 99, preset="half")


def test_wards_that_do_not_fit_are_added_up() -> None:
    chart = units(600, FORTY, preset="half")
    shown = texts(chart)
    others = next(text for text in shown if "đơn vị khác" in text)
    count = int(others.split()[0])
    wards = sum(text.startswith("Phường Hương") for text in shown)
    assert wards + count == 40 and "480/600" in shown
    assert sum(text == "480/600" for text in shown) >= 1
    assert set(chart.table.group) == {*FORTY, "all"}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", FRAMES)
def test_a_chart_that_is_drawn_has_room_for_the_mark_of_revised_numbers(
    name: str, preset: str
) -> None:
    """Whatever its headline, beside the tag of illustrative data or in its place; nothing else
    moves. Only half a slide may then have a headline in letters smaller than for a hall."""
    least = {"slide": 14, "half": 10.5, "page": 8}[preset]
    real = replace(ABOUT, synthetic=False)
    for lang, mark, about in (("vi", "Đã đính chính", ABOUT), ("en", "Revised", real)):
        chart = FRAMES[name](lang=lang, preset=preset, about=about)
        others = [t for t in chart.findobj(Text) if chart.head and t not in chart.head.lines]
        before = [(t.get_text(), t.get_position()) for t in others]
        smallest = smallest_letters(chart) if texts(chart) else least
        mark_revised(chart)
        assert chart.alt.endswith(f"{mark}.") and chart.revised
        if chart.head is not None:  # there is something to draw
            assert mark in texts(chart)
            assert (crowded(chart), struck(chart)) == ([], []), lang
            assert smallest_letters(chart) >= min(smallest, least) - 0.05
            assert [(t.get_text(), t.get_position()) for t in others] == before
