"""Saving charts: four files, the same bytes each time, whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from defusedxml import ElementTree
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis.charts import Chart, chart_gaps, chart_levels, lettering, style
from analysis.export import save_chart
from analysis.measure import measure_levels
from analysis.reference import SuiteError
from tests.chart_frames import units
from tests.charts import ABOUT, PLAUSIBLE, compared, office

SVG = "{http://www.w3.org/2000/svg}"


def chart(by: str = "education_level", **how: Any) -> Chart:
    return chart_levels(
        measure_levels(office(PLAUSIBLE, by), scheme="kdclgd", by=by), about=ABOUT, **how
    )


def test_files_with_the_chart_its_numbers_its_words_and_its_description(tmp_path: Path) -> None:
    drawn = chart()
    saved = save_chart(drawn, "phan-bo-cap-do", tmp_path / "new")
    assert [path.name for path in saved] == [
        f"phan-bo-cap-do.{e}" for e in ("png", "svg", "csv", "txt", "json")
    ]
    assert sorted(saved) == sorted((tmp_path / "new").iterdir()), "and nothing else is left"
    with Image.open(saved[0]) as picture:
        assert (picture.size, picture.mode) == ((1920, 1080), "RGB")
        assert picture.info["Title"] == drawn.headline
        assert picture.info["Description"] == drawn.alt
        assert "Software" not in picture.info
        assert picture.info["dpi"] == pytest.approx((144, 144), abs=0.1)
    assert saved[0].read_bytes() == drawn.png(), "the picture the notebook has shown"
    assert saved[3].read_text(encoding="utf-8") == drawn.alt + "\n"


@pytest.mark.parametrize(("preset", "size"), [("half", (960, 1080)), ("page", (2000, 1500))])
def test_other_presets_have_exactly_their_size(
    preset: str, size: tuple[int, int], tmp_path: Path
) -> None:
    path = save_chart(chart(preset=preset), "a", tmp_path)[0]
    with Image.open(path) as picture:
        assert picture.size == size


def test_the_svg_is_described_and_needs_no_font(tmp_path: Path) -> None:
    drawn = chart(lang="en")
    path = save_chart(drawn, "levels", tmp_path)[1]
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img" and root.get("aria-label") == drawn.alt
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert root.findtext(f"{SVG}title") == drawn.headline
    assert root.findtext(f"{SVG}desc") == drawn.alt
    assert (root.get("width"), root.get("height")) == ("960pt", "540pt")
    assert not root.findall(f".//{SVG}text"), "letters are outlines"
    assert "atplotlib" not in text and "DOCTYPE" not in text and "dc:date" not in text


def test_the_numbers_are_those_of_the_chart(tmp_path: Path) -> None:
    drawn = chart_gaps(compared(office(PLAUSIBLE), "education_level"), about=ABOUT, target_id="Q")
    path = save_chart(drawn, "gaps", tmp_path)[2]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    assert table.columns.tolist() == drawn.table.columns.tolist()
    assert table.schools_count.tolist() == drawn.table.schools_count.tolist() == [8, 15, 8, 1, 32]
    assert table.gap_points.iloc[0] == pytest.approx(-22.8333, abs=1e-4), "a number, not a text"


def test_the_same_chart_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in save_chart(chart(), "a", tmp_path / "1")]
    again = [path.read_bytes() for path in save_chart(chart(), "a", tmp_path / "2")]
    assert first == again


def test_words_are_drawn_alike_whatever_was_drawn_before(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in save_chart(chart(), "a", tmp_path)]
    lettering._laid_out.cache_clear()
    other = Figure()
    FigureCanvasAgg(other)
    for weight in ("regular", "semibold"):  # in the same fonts, in another size
        other.text(0.5, 0.5, "Số", family=style.families(), weight=weight, size=7)
    other.canvas.draw()
    assert [path.read_bytes() for path in save_chart(chart(), "b", tmp_path)] == first


def test_a_change_after_showing_is_saved(tmp_path: Path) -> None:
    drawn = chart()
    shown = drawn.png()
    drawn.axes[0].axvline(50, color="black")
    saved = save_chart(drawn, "a", tmp_path)
    assert saved[0].read_bytes() != shown
    assert saved[1].read_bytes() != chart().svg()


def test_an_alt_text_of_ones_own(tmp_path: Path) -> None:
    saved = save_chart(chart(), "a", tmp_path, alt="Thanh xếp chồng,\n 34/38 trường.")
    words = "Thanh xếp chồng, 34/38 trường."
    assert saved[3].read_text(encoding="utf-8") == f"{words}\n"
    assert f"<desc>{words}</desc>" in saved[1].read_text(encoding="utf-8")
    with Image.open(saved[0]) as picture:
        assert picture.info["Description"] == words


def test_the_analysts_own_figure(tmp_path: Path) -> None:
    figure = Figure(figsize=(4, 3), dpi=100)
    figure.subplots().plot([1, 2])
    canvas = FigureCanvasAgg(figure)
    with pytest.raises(SuiteError) as caught:
        save_chart(figure, "cua-toi", tmp_path)
    assert caught.value.key == "chart_no_alt" and not list(tmp_path.iterdir())
    table = pd.DataFrame({"a": [1, 2]})
    saved = save_chart(figure, "cua-toi", tmp_path, alt="Đường tăng từ 1 đến 2.", table=table)
    assert [path.suffix for path in saved] == [".png", ".svg", ".csv", ".txt"]
    assert figure.canvas is canvas and figure.dpi == 100
    with Image.open(saved[0]) as picture:
        assert picture.size == (400, 300) and picture.info["Title"] == "cua-toi"
    again = save_chart(figure, "cua-toi", tmp_path / "b", alt="Đường tăng từ 1 đến 2.")
    assert [path.suffix for path in again] == [".png", ".svg", ".txt"]
    assert again[1].read_bytes() == saved[1].read_bytes()


@pytest.mark.parametrize(
    "name", ["", "../a", "a/b", "Biểu đồ", "A", ".a", "a.png", "-a", "a b", "a\n"]
)
def test_names_that_would_make_trouble_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError) as caught:
        save_chart(chart(), name, tmp_path)
    assert caught.value.key == "chart_bad_name"


def test_where_it_goes_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCREDITATION_HOME", str(tmp_path))
    monkeypatch.delenv("ACCREDITATION_OUTPUT", raising=False)
    assert save_chart(chart(), "a")[0] == tmp_path / "figures" / "nhap" / "a.png"
    monkeypatch.setenv("ACCREDITATION_OUTPUT", str(tmp_path / "run"))
    assert save_chart(chart(), "a")[0] == tmp_path / "run" / "a.png"


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_text("old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("analysis.export.places.os.replace", refuse)
    with pytest.raises(SuiteError) as caught:
        save_chart(chart(), "a", tmp_path)
    assert caught.value.key == "chart_not_saved" and "a.png" in caught.value.text("vi")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_text() == "old"


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(SuiteError) as caught:
        save_chart(chart(), "a", tmp_path / "taken" / "below")
    assert caught.value.key == "chart_not_saved"


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
def test_a_fork_opens_the_fonts_anew() -> None:
    """A font that is open shares its place in the file with every fork, as kernels are."""
    lettering._laid_out("Trường", False)
    before = lettering._font(False)
    read, write = os.pipe()
    if not os.fork():
        os.write(write, b"1" if lettering._font(False) is before else b"0")
        os._exit(0)
    assert os.read(read, 1) == b"0"
    os.wait()


def test_a_small_picture_leaves_the_chart_as_it_was() -> None:
    chart = units()
    png, svg, dpi = chart.png(), chart.svg(), chart.dpi
    small = chart.preview(480)
    picture = Image.open(io.BytesIO(small))
    assert picture.width == 480
    assert picture.height == round(480 * chart.preset.height / chart.preset.width)
    assert chart.preview(480) == small
    assert (chart.png(), chart.svg(), chart.dpi) == (png, svg, dpi)
    assert chart.png() == units().png()
    fresh = units()
    assert fresh.preview(480) == small and fresh.png() == png
