"""Tables for charts, and what can be measured on a drawn chart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from analysis.charts import Chart
from analysis.compare import compare_to_targets
from analysis.reference import About, Target
from tests.frames import held, school

ABOUT = About(
    "Phòng GDĐT thị xã Hương Trà",
    "Hương Trà Education Office",
    "2024-2025",
    dt.date(2025, 5, 31),
    True,
    "tổng hợp từ báo cáo của các trường",
    "reports of the schools",
    "Phạm vi: 9 phường, xã của thị xã Hương Trà",
    "Scope: 9 wards and communes of Hương Trà",
)
PARTS = tuple(
    Target(part, scheme, level, reading, base, low, high, decimals, f"{vi}", f"{en}")
    for part, scheme, level, reading, base, low, high, decimals, vi, en in [
        ("K1", "kdclgd", 1, "at_least", "all", 100.0, 100.0, 0, "KĐCLGD từ cấp độ 1", "Level 1 up"),
        ("K2", "kdclgd", 2, "exact", "all", 80.0, 90.0, 0, "KĐCLGD cấp độ 2", "Level 2"),
        ("K3", "kdclgd", 3, "exact", "all", 5.0, 8.0, 0, "KĐCLGD cấp độ 3", "Level 3"),
        ("Q", "cqg", 1, "at_least", "all", 89.5, 100.0, 1, "CQG mức độ 1, 2", "CQG level 1, 2"),
    ]
)

# Words that say a target is reached or missed, or how many schools are lacking.
CONCLUDES = re.compile(
    r"đạt chỉ tiêu|chưa đạt|dưới chỉ tiêu|trên khoảng|trong khoảng|làm tròn|đều đạt|thiếu \d"
    r"|vừa khoảng|reached|not met|below the|above the|within the range|fits the|\d schools? short",
    re.IGNORECASE,
)

# Per group: (KĐCLGD, CQG, number of schools). 38 schools, 34 of them with a KĐCLGD level.
Office = Mapping[str, Sequence[tuple[Any, Any, int]]]
PLAUSIBLE: Office = {
    "MN": [(3, 2, 1), (2, 1, 7), (1, "not_reached", 1), ("not_evaluated", "not_evaluated", 3)],
    "TH": [(3, 2, 1), (2, 1, 13), (1, 1, 1)],
    "THCS": [(3, 2, 1), (2, 1, 7), (1, "not_reached", 1)],
    "TH&THCS": [(2, 1, 1), ("not_reached", "not_reached", 1)],
}


def office(groups: Office, by: str = "education_level", **day: Any) -> pd.DataFrame:
    """The schools of an office as they stand on the day, named T0, T1, ..."""
    rows = (
        school(**{by: group}, kdclgd=kdclgd, cqg=cqg)
        for group, kinds in groups.items()
        for kdclgd, cqg, count in kinds
        for _ in range(count)
    )
    return held(*(row | {"school_name": f"T{i}"} for i, row in enumerate(rows)), **day)


def compared(schools: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """The schools against the four parts of the targets."""
    targets: Any = SimpleNamespace(parts=PARTS, last_day=dt.date(2025, 12, 31))
    table = compare_to_targets(schools, targets, by=by)
    labels = {part.id: part for part in PARTS}
    return table.assign(
        label_vi=table.target_id.map(lambda part: labels[part].label_vi),
        label_en=table.target_id.map(lambda part: labels[part].label_en),
    )


def texts(chart: Chart) -> list[str]:
    """Every text of the chart."""
    return [artist.get_text() for artist in _artists(chart)]


def crowded(chart: Chart) -> list[Any]:
    """Texts that leave the picture, and pairs of texts whose letters touch. Wanted: none."""
    boxes = [(artist.get_text(), _ink(chart, artist)) for artist in _artists(chart)]
    width, height = chart.preset.width, chart.preset.height
    faults: list[Any] = [
        text for text, b in boxes if b[0] < 0 or b[1] < 0 or b[2] > width or b[3] > height
    ]
    for i, (text, a) in enumerate(boxes):
        for other, b in boxes[i + 1 :]:
            across = min(a[2], b[2]) - max(a[0], b[0])
            down = min(a[3], b[3]) - max(a[1], b[1])
            if across > 0.2 and down > 0.2:
                faults.append((text, other))
    return faults


def _artists(chart: Chart) -> list[Text]:
    assert not chart.legends and not any(a.axison or a.get_legend() for a in chart.axes), "by hand"
    found = [a for part in (chart, *chart.axes) for a in part.get_children()]
    return [a for a in found if isinstance(a, Text) and a.get_visible() and a.get_text()]


@cache
def _size(words: str, font: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Width, height and descent of words, in pixels."""
    return RendererAgg(1, 1, dpi).get_text_width_height_descent(words, font, ismath=False)


def _ink(chart: Chart, artist: Text) -> tuple[float, float, float, float]:
    """The box of the letters themselves, in pixels."""
    assert artist.get_verticalalignment() == "baseline"
    width, height, descent = _size(artist.get_text(), artist.get_fontproperties(), chart.dpi)
    x, y = artist.get_transform().transform(artist.get_position())
    x -= {"left": 0, "center": width / 2, "right": width}[str(artist.get_horizontalalignment())]
    return x, y - descent, x + width, y - descent + height


def struck(chart: Chart) -> list[str]:
    """Texts that a ruled line runs through. Wanted: none."""
    lines = [np.asarray(line.get_transform().transform(line.get_xydata())) for line in chart.lines]
    return [
        artist.get_text()
        for artist in _artists(chart)
        for line in lines
        if _crosses(line, _ink(chart, artist))
    ]


def _crosses(line: Any, box: tuple[float, float, float, float]) -> bool:
    """Whether a straight line enters a box made a pixel smaller on every side."""
    steps = np.linspace(line[0], line[-1], 200)
    left, low, right, high = box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1
    x, y = steps[:, 0], steps[:, 1]
    return bool(((x > left) & (x < right) & (y > low) & (y < high)).any())


def smallest_letters(chart: Chart) -> float:
    """The smallest letters, in points."""
    return min(float(artist.get_fontsize()) for artist in _artists(chart))


def contrasts(chart: Chart) -> list[tuple[str, float]]:
    """Each text with its contrast (WCAG 2) to the ground it stands on, measured on the picture."""
    artists = _artists(chart)
    boxes = [_ink(chart, artist) for artist in artists]
    for artist in artists:
        artist.set_visible(False)
    try:
        assert isinstance(chart.canvas, FigureCanvasAgg)
        chart.canvas.draw()
        bare = np.asarray(chart.canvas.buffer_rgba())[::-1, :, :3] / 255
    finally:
        for artist in artists:
            artist.set_visible(True)
    found = []
    for artist, box in zip(artists, boxes, strict=True):
        left, low, right, high = (round(edge) for edge in box)
        ground = bare[max(low, 0) : high + 1, max(left, 0) : right + 1].reshape(-1, 3)
        ink = luminance(np.array(to_rgb(artist.get_color())))
        found.append((artist.get_text(), float(contrast(np.median(luminance(ground)), ink))))
    return found


def luminance(rgb: Any) -> Any:
    """Relative luminance as WCAG 2 defines it, of colours from 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: Any, other: Any) -> Any:
    """The contrast of two luminances, 1 to 21."""
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
