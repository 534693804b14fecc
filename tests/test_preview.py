"""A small picture of a chart: the width asked for, the same each time, and the chart unchanged."""

from __future__ import annotations

import io

from PIL import Image

from tests.chart_frames import units


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
