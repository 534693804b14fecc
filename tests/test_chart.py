"""Charts: true words, nothing crowded, nothing by colour alone, text stays text."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import quoteattr

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from analysis.charts import Chart, chart_gaps, chart_levels, chart_targets
from analysis.charts.numbers import in_order
from analysis.charts.style import Paint, colour, ink_on, standing_paint
from analysis.measure import measure_levels
from analysis.reference import SCHEMES, SuiteError
from tests.chart_frames import made_once
from tests.charts import (
    ABOUT,
    CONCLUDES,
    PLAUSIBLE,
    Office,
    compared,
    crowded,
    office,
    texts,
)
from tests.frames import held, school

pytestmark = pytest.mark.slow

ODD_NAMES = [
    "Xã $x^2$ và $y$",
    "Phường _a_ {b} %s \\alpha",
    "<script>alert(1)</script>",
    "Thị trấn có tên rất dài để xem cột tên có xuống dòng cho gọn hay không, kể cả khi hết chỗ",
    "Xãkhôngcókhoảngtrắng" * 4,
]
_ALL = [
    *[(4, 2, 1), (3, 2, 2), (2, 1, 5), (1, "not_reached", 2)],
    *[("level_unknown", "level_unknown", 1), ("not_reached", "not_reached", 1)],
    *[("not_evaluated", "not_evaluated", 2), ("in_doubt", "in_doubt", 1)],
]
_EVERY = [
    *_ALL,
    *[("pending", "expired", 1), ("expired", "withdrawn", 1), ("withdrawn", "pending", 1)],
    *[("not_stated", "not_stated", 2)],
]
OTHERS = [
    *("level_unknown", "pending", "expired", "withdrawn", "not_reached", "not_evaluated"),
    *("not_stated", "in_doubt"),
]
LEVELS = ["MN", "TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "TH&THCS&THPT", "GDTX"]
SHAPES: dict[str, Office] = {
    "plausible": PLAUSIBLE,
    "eight groups": dict.fromkeys(LEVELS, _ALL),
    "every standing": dict.fromkeys(LEVELS[:4], _EVERY),
    "one group": {"MN": [(2, 1, 3)]},
    "all at one level": {"MN": [(1, 1, 5)], "TH": [(1, 1, 9)]},
    "none": {"MN": [("not_evaluated", "not_evaluated", 5)], "TH": [("expired", "pending", 1)]},
    "nothing clear": {"MN": [("not_stated", "in_doubt", 5)], "TH": [("in_doubt", "not_stated", 1)]},
    "large": {
        "MN": [(3, 2, 2), (2, 1, 150), (1, 1, 40), ("not_reached", "not_reached", 1)],
        "TH": [(4, 2, 1), (2, 1, 190), ("level_unknown", 1, 1), ("in_doubt", "in_doubt", 1)],
    },
}
LONG = replace(
    ABOUT,
    office_vi="Phòng Văn hóa - Xã hội phường Hương Trà và các xã, phường lân cận thuộc thành phố "
    "Huế sau sắp xếp đơn vị hành chính",
    source_vi="báo cáo của các trường, danh sách công nhận của Sở Giáo dục và Đào tạo, kho dữ liệu "
    "ngành và các quyết định công nhận lại được cập nhật đến hết tháng 5 năm 2025",
)


@made_once
def levels(groups: Office = PLAUSIBLE, scheme: str = "kdclgd", **how: Any) -> pd.DataFrame:
    by = how.pop("of", "education_level")
    return measure_levels(office(groups, by), scheme=scheme, **{"by": by} | how)


@made_once
def against(groups: Office, of: str = "education_level", by: str | None = None) -> pd.DataFrame:
    return compared(office(groups, of), by)


def every_chart(groups: Office, by: str = "education_level", **how: Any) -> list[Chart]:
    tables = [levels(groups, s, of=by, by=b) for s in SCHEMES for b in (by, None)]
    gaps = against(groups, by, by)
    return [
        *(chart_levels(table, **how) for table in tables),
        chart_targets(against(groups, by), **how),
        *(chart_gaps(gaps, target_id=part, **how) for part in gaps.target_id.unique()),
    ]


@pytest.mark.parametrize("preset", ["slide", "half", "page"])
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_cut_off_and_nothing_overlaps(shape: str, preset: str) -> None:
    for lang in ("vi", "en"):
        for chart in every_chart(SHAPES[shape], about=ABOUT, lang=lang, preset=preset):
            assert crowded(chart) == [], (chart, lang)


@pytest.mark.parametrize("preset", ["slide", "half", "page"])
def test_long_and_odd_names_find_room_and_stay_text(preset: str) -> None:
    groups = dict.fromkeys(ODD_NAMES, PLAUSIBLE["MN"])
    for chart in every_chart(groups, "unit", about=LONG, preset=preset):
        assert crowded(chart) == [], chart
        written = [a for a in chart.findobj(Text) if isinstance(a, Text) and a.get_text()]
        assert not any(artist.get_parse_math() or artist.get_usetex() for artist in written)
    chart = chart_levels(
        measure_levels(office(groups, "unit"), scheme="cqg", by="unit"), about=LONG
    )
    shown = " ".join(texts(chart))
    assert "Xã $x^2$ và $y$" in shown and "<script>alert(1)</script>" in shown


def test_fourteen_groups_fit_a_slide_and_far_too_many_are_refused() -> None:
    many: Office = {f"Phường Hương Thủy Dương {i}": [(2, 1, 2)] for i in range(13)}
    chart = chart_levels(measure_levels(office(many, "unit"), scheme="cqg", by="unit"), about=LONG)
    assert crowded(chart) == []
    more: Office = {f"Xã {i}": [(2, 1, 1)] for i in range(60)}
    with pytest.raises(SuiteError) as caught:
        chart_levels(measure_levels(office(more, "unit"), scheme="cqg", by="unit"), about=ABOUT)
    assert caught.value.key == "chart_too_many_groups"
    assert "61" in caught.value.text("vi") and "61" in caught.value.text("en")


def test_works_with_the_font_every_matplotlib_has(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.charts import lettering, style

    style._settings.cache_clear()
    lettering._width_of_word.cache_clear()
    for room in (style, lettering):
        monkeypatch.setattr(room, "families", lambda: ["DejaVu Sans"])
    try:
        for chart in every_chart(PLAUSIBLE, about=ABOUT):
            assert crowded(chart) == []
    finally:
        monkeypatch.undo()
        style._settings.cache_clear()
        lettering._width_of_word.cache_clear()


def test_segments_add_up_and_the_highest_level_comes_first() -> None:
    chart = chart_levels(levels(), about=ABOUT)
    bars: dict[float, list[Rectangle]] = {}
    for patch in chart.axes[0].patches:
        assert isinstance(patch, Rectangle)
        if patch.get_x() >= -0.5 and patch.get_width() > 0 and patch.get_zorder() == 2:
            bars.setdefault(round(patch.get_y(), 3), []).append(patch)
    rows = [sorted(bar, key=lambda p: p.get_x()) for y, bar in sorted(bars.items()) if len(bar) > 1]
    first = rows[-1]  # the total: 3 at level 3, 28 at 2, 3 at 1, then 1 and 3 without a level
    shares = [patch.get_width() for patch in first]
    assert shares == pytest.approx([100 * k / 38 for k in (3, 28, 3, 1, 3)], abs=0.6)
    assert sum(shares) == pytest.approx(100, abs=2)


def test_order_of_standings() -> None:
    assert in_order(["in_doubt", "1", "not_stated", "4", *OTHERS[:6], "2"]) == [
        *("4", "2", "1"),
        *OTHERS,
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_two_standings_differ_by_hue_alone(scheme: str) -> None:
    names = {"kdclgd": "1234", "cqg": "12"}[scheme]
    paints = [standing_paint(scheme, name) for name in (*names, *OTHERS)]
    for i, a in enumerate(paints):
        assert _contrast(a.fill, ink_on(a.fill)) >= 4.5
        for b in paints[i + 1 :]:
            assert a.pattern != b.pattern or _contrast(a.fill, b.fill) >= 1.25, (a, b)
    assert all(p.outline for p in paints if _contrast(p.fill, "#FFFFFF") < 1.7), "pale: outlined"


def _contrast(a: str, b: str) -> float:
    from analysis.charts.style import _luminance

    light, dark = sorted((_luminance(a) + 0.05, _luminance(b) + 0.05), reverse=True)
    return light / dark


def test_nothing_is_red_or_green() -> None:
    from analysis.charts.style import _toml

    palette = _toml("palette.toml")
    for name in ("below", "above", "measure", "corridor"):
        red, green, blue = to_rgb(palette["bar"][name])
        assert blue >= max(red, green)


def test_the_frame_says_over_which_schools() -> None:
    shown = " ".join(texts(chart_levels(levels(base="eligible"), about=ABOUT)))
    assert "năm học 2024-2025" in shown and "Mầm non (n\u00a0=\u00a012)" in shown
    assert "các trường đủ điều kiện đánh giá ngoài" in shown


def test_headlines_of_levels() -> None:
    def headline(groups: Office, lang: str = "vi", **how: Any) -> str:
        return chart_levels(levels(groups, **how), about=ABOUT, lang=lang).headline

    eligible = "trường đủ điều kiện đánh giá ngoài"
    assert headline(PLAUSIBLE) == (
        f"34/38 {eligible} (89,5%) đạt KĐCLGD từ cấp độ 1 trở lên; "
        "4 trường còn lại: 3 mầm non, 1 TH&THCS"
    )
    assert headline(PLAUSIBLE, base="all").startswith("34/38 trường (89,5%) đạt KĐCLGD")
    assert headline(PLAUSIBLE, base="evaluated").startswith("34/35 trường đã đánh giá ngoài (")
    assert headline(PLAUSIBLE, "en").startswith(
        "34/38 schools eligible for external evaluation (89.5%) are accredited"
    )
    reached = "đạt KĐCLGD từ cấp độ 1 trở lên"
    assert headline({"MN": [(1, 1, 2)]}) == f"Cả 2 {eligible} đều {reached} (2/2)"
    assert headline(SHAPES["none"]) == f"Trong 6 {eligible}, chưa có trường nào {reached} (0/6)"
    one: Office = {"MN": [(1, 1, 2)], "TH": [("expired", 1, 1)]}
    assert headline(one).endswith("; còn lại: 1 tiểu học")
    tied: Office = {level: [(1, 1, 1), ("pending", 1, 1)] for level in LEVELS[:4]}
    assert headline(tied) == f"4/8 {eligible} (50,0%) {reached}"
    most: Office = {**tied, "GDTX": [("withdrawn", 1, 2)]}
    assert headline(most).endswith("; trong 6 trường còn lại, nhiều nhất: 2 GDTX")
    assert "còn lại" not in headline(PLAUSIBLE, by=None)


def test_headlines_of_levels_where_something_is_unclear() -> None:
    def headline(groups: Office) -> str:
        return chart_levels(levels(groups, scheme="cqg"), about=ABOUT).headline

    reached = "đạt chuẩn quốc gia từ mức độ 1 trở lên"
    assert headline(SHAPES["nothing clear"]) == f"0/6 trường (0%) {reached}; 6 trường chưa rõ"
    some: Office = {"MN": [(1, 1, 3), (1, "in_doubt", 1)], "TH": [(1, "expired", 2)]}
    assert headline(some) == (
        f"3/6 trường (50,0%) {reached}; 1 trường chưa rõ; 2 trường còn lại: 2 tiểu học"
    )
    shown = " ".join(texts(chart_levels(levels(some, scheme="cqg"), about=ABOUT)))
    assert "Còn 1 trường chưa rõ, nên tỷ lệ chung từ 50,0% đến 66,7%." in shown
    tied: Office = {name: [(1, 1, 1), (1, "expired", 1)] for name in LEVELS[:4]}
    most: Office = {**tied, "THPT": [(1, "expired", 2)], "TH&THCS&THPT": [(1, "not_stated", 2)]}
    assert "nhiều nhất" not in headline(most), "the two that are unclear could be as many"


def test_of_a_row_that_is_set_aside_nobody_says_all_or_none() -> None:
    """It may be a further school, with or without a level."""
    aside = school(school_name="", cqg="not_stated", in_scope=None)
    for cqg, words in ((1, "3/3 trường (100%)"), ("expired", "0/3 trường (0%)")):
        clear = [school(cqg=cqg)] * 3
        table = measure_levels(held(*clear, aside), scheme="cqg", by="education_level")
        chart = chart_levels(table, about=ABOUT)
        assert chart.headline.startswith(words)
        assert "Còn 1 trường chưa rõ" in chart.remark
        certain = measure_levels(held(*clear), scheme="cqg", by="education_level")
        assert words not in chart_levels(certain, about=ABOUT).headline


def test_headline_without_a_total_or_without_schools_says_what_is_shown() -> None:
    table = levels()
    no_total = chart_levels(table[table.group != "all"], about=ABOUT)
    assert no_total.headline == "Các trường theo kết quả KĐCLGD"
    none = {f"reached_percent_{end}": float("nan") for end in ("low", "high")}
    empty = table.assign(schools_count=0, schools_total=0, reached_count=0, **none)
    chart = chart_levels(empty, about=ABOUT)
    assert chart.headline == "Các trường theo kết quả KĐCLGD"
    assert texts(chart).count("không có trường") == 5
    assert crowded(chart) == []


def test_nothing_is_claimed_of_groups_that_were_filtered_away() -> None:
    table = levels()
    chart = chart_levels(table[table.group.isin(["TH", "TH&THCS", "all"])], about=ABOUT)
    words = "34/38 trường đủ điều kiện đánh giá ngoài (89,5%) đạt KĐCLGD từ cấp độ 1 trở lên"
    assert chart.headline == words
    gaps = compared(office(PLAUSIBLE), "education_level")
    some = chart_gaps(gaps[gaps.group.isin(["TH", "all"])], about=ABOUT, target_id="Q")
    assert some.headline == "CQG mức độ 1, 2: khoảng cách đến chỉ tiêu ≥ 89,5%"


def test_another_level_can_be_asked_for() -> None:
    chart = chart_levels(levels(), about=ABOUT, level=2)
    words = "31/38 trường đủ điều kiện đánh giá ngoài (81,6%) đạt KĐCLGD từ cấp độ 2 trở lên"
    assert chart.headline.startswith(words)
    assert "31/38 (81,6%)" in texts(chart)


def test_headlines_of_targets() -> None:
    def headline(groups: Office, lang: str = "vi") -> str:
        return chart_targets(compared(office(groups)), about=ABOUT, lang=lang).headline

    assert headline(PLAUSIBLE) == (
        "3 trong 4 chỉ tiêu chưa đạt: KĐCLGD từ cấp độ 1, KĐCLGD cấp độ 2, CQG mức độ 1, 2"
    )
    good: Office = {"MN": [(3, 2, 3), (2, 1, 33), (1, 1, 2)]}
    assert headline(good) == "Cả 4 chỉ tiêu về trường học đều đạt"
    above: Office = {"MN": [(3, 2, 3), (2, 1, 35)]}
    expected = "Cả 4 chỉ tiêu về trường học đều đạt; trên khoảng: KĐCLGD cấp độ 2"
    assert headline(above) == expected
    one: Office = {"MN": [(3, 2, 3), (2, 1, 33), (1, "expired", 1), ("expired", 1, 1)]}
    assert headline(one) == "KĐCLGD từ cấp độ 1 chưa đạt chỉ tiêu: 37/38 (97,4%), thiếu 1 trường"


def test_headlines_of_targets_where_something_is_unclear() -> None:
    def headline(groups: Office, lang: str = "vi") -> str:
        return chart_targets(compared(office(groups)), about=ABOUT, lang=lang).headline

    good = [(3, 2, 3), (2, 1, 33), (1, 1, 1)]
    assert headline({"MN": [*good, ("not_stated", 1, 1)]}) == (
        "Chưa kết luận được 1 trong 4 chỉ tiêu vì còn trường chưa rõ: KĐCLGD từ cấp độ 1"
    )
    assert headline({"MN": [*good, ("in_doubt", "expired", 6)]}, "en") == (
        "2 of 4 targets open, as schools are unclear: Level 1 up, Level 2; "
        "below the target: CQG level 1, 2"
    )
    every = chart_targets(compared(office({"MN": [*good, (2, "in_doubt", 1)]})), about=ABOUT)
    assert every.headline == "Cả 4 chỉ tiêu về trường học đều đạt", "whatever turns out"
    assert "rõ ra thế nào thì các kết luận vẫn vậy" in every.remark
    assert "đạt chỉ tiêu" in texts(every), "not within, not by rounding: only reached"


def test_after_the_last_day_everything_is_for_reference() -> None:
    later = dt.date(2026, 5, 31)
    about = replace(ABOUT, as_of=later)
    for groups in (PLAUSIBLE, SHAPES["all at one level"], SHAPES["nothing clear"]):
        late = compared(office(groups, as_of=later), "education_level")
        for lang, word in (("vi", "tham khảo"), ("en", "for reference")):
            how: Any = {"about": about, "lang": lang}
            charts = [chart_targets(late, **how)]
            charts += [chart_gaps(late, target_id=part, **how) for part in ["K1", "K2", "K3", "Q"]]
            for chart in charts:
                shown = " ".join(texts(chart))
                assert word in chart.headline and word in chart.alt and word in shown
                said = f"{chart.headline} {chart.alt} {shown}"
                assert not re.search(CONCLUDES, said), re.search(CONCLUDES, said)


def test_rounding_that_decides_is_said() -> None:
    groups: Office = {"MN": [(2, 1, 34), (2, "expired", 4)]}
    table = compared(office(groups), "education_level")
    shown = texts(chart_gaps(table, about=ABOUT, target_id="Q"))
    assert "đạt khi làm tròn" in shown and "34/38 (89,5%)" in shown


def test_labels_of_gaps() -> None:
    table = compared(office(PLAUSIBLE), "education_level")
    chart = chart_gaps(table, about=ABOUT, target_id="Q")
    shown = texts(chart)
    assert "−22,8 điểm; thiếu 3 trường" in shown and "8/12 (66,7%)" in shown
    assert "đạt chỉ tiêu" in shown and "15/15 (100%)" in shown
    assert "Chỉ tiêu ≥ 89,5%" in shown
    assert "−22.8 points; 3 schools short" in texts(
        chart_gaps(table, about=ABOUT, target_id="Q", lang="en")
    )
    unattainable = texts(chart_gaps(table, about=ABOUT, target_id="K2"))
    assert "không số trường nào vừa khoảng; 1/2 (50,0%)" in unattainable


def test_headlines_of_gaps() -> None:
    def headline(groups: Office, part: str = "Q") -> str:
        table = compared(office(groups), "education_level")
        return chart_gaps(table, about=ABOUT, target_id=part).headline

    most = "CQG mức độ 1, 2: 3 cấp học dưới chỉ tiêu ≥ 89,5%; mầm non thiếu nhiều nhất: 3 trường"
    assert headline(PLAUSIBLE) == f"{most} (8/12)"
    assert (
        headline({"MN": [(2, 1, 3)]}) == "CQG mức độ 1, 2: không cấp học nào dưới chỉ tiêu ≥ 89,5%"
    )
    one: Office = {"MN": [(2, 1, 3)], "TH": [(2, 1, 1), (2, "expired", 1)]}
    expected = "CQG mức độ 1, 2: chỉ tiểu học dưới chỉ tiêu ≥ 89,5%: 1/2 (50,0%), thiếu 1 trường"
    assert headline(one) == expected
    tied: Office = {level: [("expired", "expired", 1)] for level in LEVELS[:3]}
    listed = "CQG mức độ 1, 2: 3 cấp học dưới chỉ tiêu ≥ 89,5%: mầm non, tiểu học, THCS"
    assert headline(tied) == listed
    many: Office = {level: [("expired", "expired", 1)] for level in LEVELS[:7]}
    assert headline(many) == "CQG mức độ 1, 2: 7 trong 7 cấp học dưới chỉ tiêu ≥ 89,5%"
    beside: Office = {"MN": [(2, 1, 7), (3, 1, 4)], "THCS": [(1, 1, 9)]}
    assert headline(beside, "K3") == (
        "KĐCLGD cấp độ 3: không số trường nào vừa khoảng ở mầm non, THCS"
    )
    fits: Office = {"TH": [(2, 1, 15)], "THCS": [(1, 1, 9)]}
    assert headline(fits, "K3") == (
        "KĐCLGD cấp độ 3: không số trường nào vừa khoảng ở THCS; tiểu học dưới chỉ tiêu 5–8%"
    ), "not only: the other has none either"


def test_headlines_of_gaps_where_something_is_unclear() -> None:
    def headline(groups: Office, part: str = "Q") -> str:
        table = compared(office(groups), "education_level")
        return chart_gaps(table, about=ABOUT, target_id=part).headline

    one: Office = {"MN": [(2, 1, 3)], "TH": [(2, 1, 1), (2, "in_doubt", 1)]}
    assert headline(one) == "CQG mức độ 1, 2: chưa kết luận được ở tiểu học"
    both: Office = {**one, "THCS": [(2, 1, 1), (2, "expired", 3)]}
    assert headline(both) == (
        "CQG mức độ 1, 2: chưa kết luận được ở tiểu học; THCS dưới chỉ tiêu ≥ 89,5%"
    )
    ranged: Office = {"MN": [(2, 1, 1), (2, "expired", 1), (2, "in_doubt", 2)]}
    assert headline(ranged) == (
        "CQG mức độ 1, 2: chỉ mầm non dưới chỉ tiêu ≥ 89,5%: 1/4 (25,0%; chưa rõ 2), "
        "thiếu 1 đến 3 trường"
    )
    most: Office = {**ranged, "TH": [(2, 1, 2), (2, "expired", 4)]}
    assert headline(most).endswith("; tiểu học thiếu nhiều nhất: 4 trường (2/6)")
    tied: Office = {**ranged, "TH": [(2, 1, 2), (2, "expired", 3)]}
    assert headline(tied).endswith(": mầm non, tiểu học"), "both may lack three"


def test_what_is_open_is_drawn_pale_and_named() -> None:
    groups: Office = {"MN": [(2, 1, 3), (2, "expired", 1)], "TH": [(2, 1, 1), (2, "in_doubt", 1)]}
    table = compared(office(groups), "education_level")
    chart = chart_gaps(table, about=ABOUT, target_id="Q")
    bars = [p for p in chart.axes[0].patches if isinstance(p, Rectangle)]
    fills = [to_hex(bar.get_facecolor()).upper() for bar in bars]
    assert fills == [colour("bar.below"), colour("bar.silent"), colour("bar.below")]
    shown = texts(chart)
    assert shown.count("chưa kết luận được") == 1 and "1/2 (50,0%; chưa rõ 1)" in shown
    assert not any("thiếu" in text and "1/2" in text for text in shown)
    assert "Dưới chỉ tiêu" in shown, "one of them is"


def test_of_several_years_the_one_asked_for_is_drawn() -> None:
    table = levels()
    both = pd.concat([table.assign(school_year="2023-2024", reached_count=0), table])
    chart = chart_levels(both, about=ABOUT)
    assert set(chart.table.school_year) == {"2024-2025"}
    assert chart.headline.startswith("34/38")


def test_what_cannot_be_drawn_is_refused_with_a_reason() -> None:
    table = levels()
    gaps = compared(office(PLAUSIBLE), "education_level")
    two = pd.concat([table, levels(scheme="cqg")])
    next_year = replace(ABOUT, school_year="2025-2026")
    refused: list[tuple[str, Any]] = [
        ("chart_no_rows", lambda: chart_levels(table, about=next_year)),
        ("chart_no_rows", lambda: chart_gaps(gaps, about=next_year, target_id="Q")),
        ("chart_missing_columns", lambda: chart_levels(pd.DataFrame(), about=ABOUT)),
        ("chart_missing_columns", lambda: chart_targets(table, about=ABOUT)),
        ("chart_mixed", lambda: chart_levels(two, about=ABOUT)),
        ("chart_mixed", lambda: chart_gaps(gaps, about=ABOUT)),
        ("chart_unknown_level", lambda: chart_levels(table, about=ABOUT, level=7)),
        ("chart_unknown_target", lambda: chart_gaps(gaps, about=ABOUT, target_id="K9")),
        ("chart_unknown_preset", lambda: chart_levels(table, about=ABOUT, preset="poster")),
        ("chart_unknown_language", lambda: chart_levels(table, about=ABOUT, lang="fr")),
        ("chart_no_total", lambda: chart_targets(gaps[gaps.group != "all"], about=ABOUT)),
    ]
    for key, draw in refused:
        with pytest.raises(SuiteError) as caught:
            draw()
        assert caught.value.key == key
        assert caught.value.text("vi") != caught.value.text("en")


def test_pyplot_is_never_used() -> None:
    code = (
        "import sys; from tests.charts import *; from tests.test_chart import *;"
        "every_chart(PLAUSIBLE, about=ABOUT)[0].png();"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_drawn_once_until_it_is_changed() -> None:
    chart = chart_levels(levels(), about=ABOUT)
    first = chart.png()
    chart.svg()
    assert chart.png() is first
    assert isinstance(chart.canvas, FigureCanvasAgg) and chart.dpi == 144
    chart.axes[0].axvline(89.5, color="black")
    assert chart.png() != first


def test_a_notebook_shows_the_saved_picture_with_its_alt_text() -> None:
    import base64

    chart = chart_levels(levels(), about=ABOUT)
    shown = chart._repr_mimebundle_()["text/html"]
    picture = re.search(r'src="data:image/png;base64,([^"]+)" width="960"', shown)
    assert picture and len(picture[1]) < 0.6 * len(chart.png()), "a page holds many"
    with Image.open(io.BytesIO(base64.b64decode(picture[1]))) as light:
        assert light.size == Image.open(io.BytesIO(chart.png())).size
    assert f"alt={quoteattr(chart.alt)}" in shown


def test_the_inline_backend_does_not_draw_it_again() -> None:
    shells = pytest.importorskip("IPython.core.interactiveshell")
    tools = pytest.importorskip("IPython.core.pylabtools")
    if shells.InteractiveShell.initialized():
        pytest.skip("another shell is at work")
    shell = shells.InteractiveShell.instance()
    try:
        tools.select_figure_formats(shell, {"png"})
        chart = chart_levels(levels(), about=ABOUT)
        data, _ = shell.display_formatter.format(chart)
        assert data["text/html"] == chart._repr_mimebundle_()["text/html"]
        assert "image/png" not in data
    finally:
        shells.InteractiveShell.clear_instance()


def test_paint_is_data() -> None:
    assert standing_paint("kdclgd", "3") == Paint("#12436D")
    assert standing_paint("cqg", "expired").pattern == "rising"
