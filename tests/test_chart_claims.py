"""Headlines say only what the table proves, and the plain title where nothing is proven."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import analysis.chart as charts
from analysis.reference import SuiteError
from tests.chart_frames import (
    YEARS,
    both_schemes,
    bridge,
    change,
    completeness,
    expiries,
    path,
    progress,
    schools,
    sessions,
    transitions,
    units,
)
from tests.charts import ABOUT, texts


def redrawn(kind: str, table: pd.DataFrame, **how: Any) -> str:
    """The headline over another table."""
    drawn: str = getattr(charts, f"chart_{kind}")(table, about=ABOUT, **how).headline
    return drawn


def test_bridge_tells_start_end_and_the_one_largest_change() -> None:
    up = "Số trường có chứng nhận KĐCLGD còn hiệu lực tăng từ 25 lên 32"
    assert bridge().headline == f"{up}; thay đổi lớn nhất: công nhận mới (+9)"
    assert bridge(25, {"new": 9, "expired": -9}).headline.endswith("25 ở cả hai năm học")
    assert "giảm từ 25 xuống 20" in bridge(25, {"expired": -5}).headline
    tied = bridge(25, {"new": 9, "expired": -2, "upgraded": 9}).headline
    assert "lớn nhất" not in tied


def test_a_bridge_that_does_not_add_up_is_refused() -> None:
    table = bridge().table
    table.loc[table.step == "end", "schools_count"] += 1
    with pytest.raises(SuiteError) as caught:
        redrawn("bridge", table)
    assert caught.value.key == "chart_bridge_open"


def test_the_bars_of_a_bridge_hang_together_and_begin_at_nought() -> None:
    axes = bridge().axes[0]
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches]  # type: ignore[attr-defined]
    edges = [tuple(round(edge) for edge in bar) for bar in bars]
    assert edges == [(0, 25), (25, 34), (34, 36), (33, 36), (32, 33), (0, 32)]
    assert axes.get_xlim()[0] == 0


def test_sessions_name_the_lowest_group_only_if_it_is_one_alone() -> None:
    assert sessions().headline.endswith("; thấp nhất: TH&THCS, 70/100 lớp (70,0%)")
    eight = sessions(("MN", "TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "GDTX", "TH&THCS&THPT"))
    assert "thấp nhất" not in eight.headline
    assert sessions(("MN",)).headline.startswith("Tất cả 100/100 lớp (100%)")
    assert sessions(size=0).headline == "Dạy học 2 buổi/ngày theo cấp học"
    assert "chưa có số liệu" in texts(sessions(size=0))


def test_expiries_name_the_fullest_quarter_only_if_it_is_one_alone() -> None:
    assert expiries().headline == "Chứng nhận KĐCLGD của 90 trường hết hạn theo quý"
    table = expiries(6).table
    table.loc[table.quarter == "2026-Q3", "schools_count"] += 9
    counts = table[table.quarter != ""].groupby("quarter").schools_count.sum()
    expected = f"vào quý III/2026: {counts['2026-Q3']}/{counts.sum()} trường"
    assert redrawn("expiries", table).endswith(expected)
    assert "Không có chứng nhận" in expiries(0).headline
    assert "Chưa rõ ngày hết hạn: 3 trường" in " ".join(" ".join(texts(expiries())).split())


def test_transitions_count_each_school_once() -> None:
    chart = transitions()
    numbers = chart.table.set_index(["standing_from", "standing_to"]).schools_count
    levels = ["1", "2", "3", "4"]
    up = sum(numbers[a, b] for a in levels for b in levels if a < b)
    up += sum(numbers[a, b] for a in ("not_reached", "not_evaluated", "expired") for b in levels)
    same = sum(numbers[a, a] for a in {a for a, _ in numbers.index})
    assert f"{up}/{numbers.sum()} trường nâng cấp độ" in chart.headline
    assert f"{same}/{numbers.sum()} giữ nguyên" in chart.headline
    new = chart.table.assign(standing_from="absent").drop_duplicates("standing_to")
    assert redrawn("transitions", new.assign(schools_count=3)).startswith("KĐCLGD: kết quả của")


def test_units_say_where_the_schools_to_do_are() -> None:
    head = "8 trong 38 trường chưa đạt KĐCLGD từ cấp độ 1 trở lên, ở 7 trong 9 đơn vị"
    assert units().headline == f"{head}; nhiều nhất: Phường Tứ Hạ (2/5)"
    table = both_schemes(schools(), "unit")
    some = table[table.group.isin(["Phường Tứ Hạ", "all"])]
    assert redrawn("units", some) == "Kết quả KĐCLGD theo đơn vị", "wards were filtered away"
    done = table.assign(reached_count=table.schools_total)
    assert redrawn("units", done).startswith("Ở cả 9 đơn vị, mọi trường đều đạt")


def test_completeness_names_the_emptiest_column_only_if_it_is_one_alone() -> None:
    assert completeness().headline.endswith("; thiếu nhiều nhất: KĐCLGD - Cấp độ (33/38)")
    table = completeness().table
    assert "thiếu nhiều nhất" not in redrawn("completeness", table.assign(stated_count=5))
    full = redrawn("completeness", table.assign(stated_count=table.rows_count))
    assert full == "Năm học 2024-2025: 6/6 cột có số liệu của mọi trường được hỏi"


def test_change_tells_the_way_and_the_largest_rise() -> None:
    assert "tăng từ 14/38 (36,8%) lên 30/38 (78,9%); tăng nhiều nhất: tiểu học" in change().headline
    table = change().table
    first = table.school_year == YEARS[0]
    fell = table.assign(reached_count=table.schools_total.where(first, 0))
    assert "giảm từ 38/38 (100%) xuống 0/38 (0%)" in redrawn("change", fell)
    assert "không đổi, 0/38 (0%)" in redrawn("change", table.assign(reached_count=0))


def test_progress_counts_what_rose_and_what_is_not_reached() -> None:
    expected = "4 trong 4 tỷ lệ tăng so với năm học 2020-2021; 3 chỉ tiêu chưa đạt"
    assert progress().headline == expected
    assert progress(years=YEARS[-1:]).headline == "Hiện nay so với chỉ tiêu"
    one = progress(target_id="Q").headline
    assert one == "CQG mức độ 1, 2 tăng từ 11/38 (28,9%) lên 26/38 (68,4%): thiếu 8 trường"


def test_path_says_what_renewal_decides() -> None:
    table = path().table
    ends = {name: table.scenario == name for name in ("none", "all_renew")}

    def headline(none: str, whole: str) -> str:
        position = table.position.mask(ends["none"], none).mask(ends["all_renew"], whole)
        return redrawn("path", table.assign(position=position))

    assert "không công nhận lại còn 2/38 (5,3%), dưới chỉ tiêu" in headline("below", "within")
    assert "công nhận lại hết vẫn dưới chỉ tiêu, 26/38 (68,4%)" in headline("below", "below")
    assert "dù không trường nào công nhận lại" in headline("within", "within")
    no_total = table[table.group != "all"]
    assert redrawn("path", no_total) == "CQG mức độ 1, 2: đường đến chỉ tiêu ≥ 89,5%"


def test_wanted_group_level_and_measure_are_checked() -> None:
    for draw in (
        lambda: bridge(group="Xã không có"),
        lambda: bridge(level="9"),
        lambda: expiries(group="Xã không có"),
        lambda: sessions(measure="rooms"),
        lambda: progress(since="1999-2000"),
    ):
        with pytest.raises(SuiteError) as caught:
            draw()
        assert caught.value.key == "chart_unknown_value"
        assert caught.value.text("vi") != caught.value.text("en")
