"""Headlines say only what the table proves, and the plain title where nothing is proven."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis.charts as charts
from analysis.reference import Percent, Share, SuiteError
from analysis.work.diff import _Figure, _line
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
from tests.charts import ABOUT, compared, texts


def ends(low: float, high: float | None = None) -> dict[str, float]:
    """From where to where the share of a table of levels can be."""
    return {"reached_percent_low": low, "reached_percent_high": low if high is None else high}


def redrawn(kind: str, table: pd.DataFrame, **how: Any) -> str:
    """The headline over another table."""
    drawn: str = getattr(charts, f"chart_{kind}")(table, about=ABOUT, **how).headline
    return drawn


def test_bridge_tells_start_end_and_the_one_largest_change() -> None:
    up = "Số trường có chứng nhận KĐCLGD còn hiệu lực tăng từ 25 lên 32"
    assert bridge().headline == f"{up}; thay đổi lớn nhất: công nhận lần đầu (+9)"
    assert bridge(25, {"renewed": 9, "expired": -9}).headline.endswith("25 ở cả hai năm học")
    assert "giảm từ 25 xuống 20" in bridge(25, {"expired": -5}).headline
    tied = bridge(25, {"renewed": 9, "expired": -2, "first_recognised": 9}).headline
    assert "lớn nhất" not in tied


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({"unclear_before": 2}, "25 năm trước, 27 năm nay; còn 2 trường chưa rõ"),
        ({"unclear_before": 2, "renewed": 1}, "tăng từ 25 lên 28"),  # at least one more
        ({"unclear_now": -2}, "25 năm trước, 23 năm nay; còn 2 trường chưa rõ"),
        ({"unclear_now": -2, "expired": -1}, "giảm từ 25 xuống 22"),
        ({"unclear_now": -2, "renewed": 3}, "tăng từ 25 lên 26"),
        ({"unclear_now": -2, "renewed": 2}, "25 năm trước, 25 năm nay; còn 2 trường chưa rõ"),
        ({"unclear_before": 1, "unclear_now": -1}, "còn 2 trường chưa rõ ở một trong hai năm"),
    ],
)
def test_a_rise_that_depends_on_what_is_unclear_is_not_told(
    changes: dict[str, int], way: str
) -> None:
    assert way in bridge(25, changes).headline


def test_a_bridge_shows_the_steps_that_occur() -> None:
    shown = texts(bridge(25, {"renewed": 2, "withdrawn": 0, "set_aside": -1}))
    assert {"Công nhận lại", "Chưa đối chiếu được"} <= {*shown}
    assert not {"Thu hồi, không còn được ghi", "Đổi địa bàn"} & {*shown}


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


def test_expiries_tell_what_ends_within_12_months_and_then_the_one_fullest_quarter() -> None:
    start = "Trong 90 trường rõ ngày hết hạn, 18 đến 24 trường hết hạn KĐCLGD trong 12 tháng tới"
    assert expiries().headline == start, "of the last quarter a part, which the table does not tell"
    table = expiries(6).table
    table.loc[table.quarter == "2026-Q3", "schools_count"] += 9
    counts = table[table.quarter != ""].groupby("quarter").schools_count.sum()
    expected = f"; nhiều nhất: quý III/2026, {counts['2026-Q3']}/{counts.sum()} trường"
    assert redrawn("expiries", table).endswith(expected)
    assert "Chưa rõ ngày hết hạn: 3 trường" in " ".join(" ".join(texts(expiries())).split())
    table.attrs["alert"] = {"2024-2025": {"until": "2026-05-31", "ending": [["all", 2, 1]]}}
    assert " 19 trường hết hạn KĐCLGD trong 12 tháng tới;" in redrawn("expiries", table)
    dated = table[table.quarter > "2026-Q2"].copy()
    dated = pd.concat([dated, dated.assign(quarter_from=pd.Timestamp(2026, 10, 1)).head(1)])
    assert redrawn("expiries", dated) == "Không trường nào hết hạn KĐCLGD trong 12 tháng tới" + (
        f"; nhiều nhất: quý III/2026, {counts['2026-Q3']}/{dated.schools_count.sum()} trường"
    )
    none = redrawn("expiries", dated, lang="en")
    assert none.startswith("No certificate (KĐCLGD) ends within the next 12 months; most in Q3")


def test_axes_end_where_the_figure_can_end() -> None:
    columns, bars = expiries(6), bridge(25, {"first_recognised": 8})
    assert bars.axes[0].get_xlim() == (0, 33) and "40" not in texts(bars)
    counts = columns.table[columns.table.quarter != ""].groupby("quarter").schools_count.sum()
    most = max(int(text) for text in texts(columns) if text.isdigit() and len(text) < 3)
    assert most == counts.max()
    gaps = compared(schools(), by="education_level")
    for target, right in (("Q", 0), ("K1", 0), ("K3", 92)):
        drawn = charts.chart_gaps(gaps, about=ABOUT, target_id=target)
        low, high = drawn.axes[0].get_xlim()
        assert low >= -gaps.target_from[gaps.target_id == target].max() and high <= right
        assert ("Trên khoảng" in texts(drawn)) == (high > 0)


def test_transitions_count_each_school_once() -> None:
    chart = transitions()
    kinds = chart.table.groupby("move").schools_count.sum()
    now = chart.table[~chart.table.standing_to.isin(["outside", "set_aside", "absent"])]
    total = now.schools_count.sum()
    assert total == 38 + 3 and kinds.sum() == total + 1
    assert chart.headline == (
        f"KĐCLGD: {kinds['first_recognised']}/{total} trường được công nhận lần đầu, "
        f"{kinds['raised']} nâng cấp độ, {kinds['renewed']} công nhận lại"
    )
    new = chart.table.assign(standing_from="absent").drop_duplicates("standing_to")
    assert redrawn("transitions", new.assign(schools_count=3)).startswith("KĐCLGD: kết quả của")


def moved(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    columns = ["standing_from", "standing_to", "move", "schools_count"]
    years = {"school_year_from": "2023-2024", "school_year_to": "2024-2025"}
    return pd.DataFrame(rows, columns=columns).assign(scheme="kdclgd", **years)


def test_transitions_name_each_kind_apart() -> None:
    table = moved(
        ("2", "2", "unchanged", 26),
        ("not_reached", "1", "first_recognised", 3),
        ("1", "2", "raised", 2),
        ("2", "2", "renewed", 3),
        ("expired", "2", "renewed", 1),
        ("2", "expired", "expired", 1),
        ("2", "in_doubt", "became_unclear", 2),
        ("1", "absent", "left", 1),
    )
    assert redrawn("transitions", table) == (
        "KĐCLGD: 3/38 trường được công nhận lần đầu, 2 nâng cấp độ, 4 công nhận lại, 1 hết hạn, "
        "2 chưa rõ kết quả"
    )
    assert redrawn("transitions", table, lang="en") == (
        "KĐCLGD: 3/38 schools recognised for the first time, 2 raised to a higher level, "
        "4 renewed, 1 expired, 2 unclear now"
    )
    late = moved(("2", "2", "unchanged", 30), ("not_reached", "1", "entered_late", 2))
    told = redrawn("transitions", late)
    assert told == "KĐCLGD: 2/32 trường có quyết định cũ, nay mới ghi"
    still = moved(("2", "2", "unchanged", 30))
    assert redrawn("transitions", still) == "KĐCLGD: 30/30 trường giữ nguyên kết quả"


def test_a_school_on_the_list_is_not_called_not_on_the_list() -> None:
    rows = [("outside", "1", "reopened", 1), ("set_aside", "1", "set_aside", 1)]
    chart = charts.chart_transitions(moved(*rows, ("1", "1", "unchanged", 9)), about=ABOUT)
    shown = " ".join(texts(chart)).replace("\n", " ")
    assert "Không thuộc diện tính" in shown and "Chưa đối chiếu được" in shown
    assert "Không có trong danh sách" not in shown


def test_units_say_where_the_schools_to_do_are() -> None:
    eligible = "trường đủ điều kiện đánh giá ngoài"
    head = f"8 trong 38 {eligible} chưa đạt KĐCLGD từ cấp độ 1 trở lên, ở 7 trong 9 đơn vị"
    assert units().headline == f"{head}; nhiều nhất: Phường Tứ Hạ (2/5)"
    table = both_schemes(schools(), "unit")
    some = table[table.group.isin(["Phường Tứ Hạ", "all"])]
    assert redrawn("units", some) == "Kết quả KĐCLGD theo đơn vị", "wards were filtered away"
    done = table.assign(reached_count=table.schools_total, **ends(100))
    assert redrawn("units", done).startswith(f"Ở cả 9 đơn vị, mọi {eligible} đều đạt")
    aside = done.assign(**ends(90, 100), base_unclear_count=1)
    assert redrawn("units", aside) == "Kết quả KĐCLGD theo đơn vị", "a row set aside may lack it"
    unclear = redrawn("units", table.assign(base_unclear_count=1))
    assert unclear == head, "whose it is decides where there are most"


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
    share = pd.Series(100.0, table.index).where(first, 0)
    low_high = dict.fromkeys(ends(0), share)
    fell = table.assign(reached_count=table.schools_total.where(first, 0), **low_high)
    assert "giảm từ 38/38 (100%) xuống 0/38 (0%)" in redrawn("change", fell)
    same = table.assign(reached_count=0, **ends(0))
    assert "không đổi, 0/38 (0%)" in redrawn("change", same)
    open_ = redrawn("change", table.assign(**ends(10, 90), reached_unclear_count=3))
    assert "từ 14/38 (36,8%; chưa rõ 3) đến 30/38 (78,9%; chưa rõ 3)" in open_
    assert "tăng" not in open_, "which way it went depends on what is unclear"
    aside = redrawn("change", table.assign(base_unclear_count=1))
    assert "tăng từ" in aside and "nhiều nhất" not in aside, "whose it is is not known"


def fewer(table: pd.DataFrame, now: tuple[int, int], before: tuple[int, int]) -> pd.DataFrame:
    """Only the row of all schools, so many of so many now and before."""
    rows = table[table.group.eq("all") & table.school_year.isin([YEARS[0], YEARS[-1]])]
    first = rows.school_year == YEARS[0]
    k = pd.Series(now[0], rows.index).mask(first, before[0])
    n = pd.Series(now[1], rows.index).mask(first, before[1])
    some = {"reached_count": k} if "standing" in rows else {"schools_count": k}
    start = "reached_" if "standing" in rows else ""
    ends = {f"{start}percent_{end}": 100 * k / n for end in ("low", "high")}
    return rows.assign(schools_total=n, **some, **ends)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((22, 35), (4, 6), "; số trường từ 35 còn 6"),  # fewer hold it, and the share rose
        ((4, 6), (22, 35), "; số trường từ 6 lên 35"),
        ((10, 20), (5, 10), "; số trường từ 20 còn 10"),  # the same share of half the schools
        ((20, 40), (30, 38), ""),  # ten more hold it, two schools fewer
        ((20, 40), (21, 38), "; số trường từ 40 còn 38"),  # one more, two schools fewer
        ((30, 35), (10, 12), "; số trường từ 35 còn 12"),  # 20 fewer, of 23 schools fewer
        ((35, 35), (6, 6), "; số trường từ 35 còn 6"),
        ((20, 40), (22, 38), ""),
        ((0, 35), (0, 6), "; số trường từ 35 còn 6"),
        ((5, 38), (7, 38), ""),
    ],
)
def test_the_number_of_schools_is_told_where_it_moved_the_share(
    before: tuple[int, int], now: tuple[int, int], told: str
) -> None:
    levels, targets = change(base="all").table, progress(target_id="Q").table
    said = redrawn("change", fewer(levels, now, before))
    assert said.endswith(f"{now[0]}/{now[1]} ({Percent(100 * now[0] / now[1]).text()}){told}")
    said = redrawn("progress", fewer(targets, now, before), target_id="Q")
    assert said.endswith(told) if told else "số trường" not in said
    one = fewer(levels, now, before).assign(base_unclear_count=1)
    assert "số trường" not in redrawn("change", one), "how many there are is unclear"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_word_of_a_change_leaves_out_that_the_number_of_schools_changed_more(data: Any) -> None:
    """In headline and alt text of every chart of a change, and in the line of `diff`; counted anew:
    how many schools came or went, and how many of those that count."""
    n, m = (data.draw(st.integers(1, 60)) for _ in range(2))
    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    came, gained = abs(m - n), abs(j - k)
    told = came > gained or (came > 0 and k * m == j * n)
    words = f"số trường từ {n} {'còn' if m < n else 'lên'} {m}"
    levels, targets = change(base="all").table, progress(target_id="Q").table
    for drawn in (
        charts.chart_change(fewer(levels, (j, m), (k, n)), about=ABOUT),
        charts.chart_progress(fewer(targets, (j, m), (k, n)), about=ABOUT, target_id="Q"),
    ):
        assert (words in drawn.headline) is told
        assert (f"({words})" in drawn.alt) is told
    old, new = (_Figure("", Share(*pair), "all", True) for pair in ((k, n), (j, m)))
    assert (f"({words})" in _line("CQG", old, new, "vi")) is told


def test_of_schools_in_a_base_it_is_the_base_that_changed() -> None:
    said = redrawn("change", fewer(change().table, (4, 6), (22, 35)), lang="en")
    assert said.endswith("up from 22/35 (62.9%) to 4/6 (66.7%); a base of 6 schools now, 35 before")
    every = redrawn("progress", fewer(progress().table, (4, 6), (22, 35)).assign(verdict="not_met"))
    assert every == (
        "4 trong 4 tỷ lệ tăng so với năm học 2020-2021; 4 chỉ tiêu chưa đạt; số trường từ 35 còn 6"
    )


def test_progress_counts_what_rose_and_what_is_not_reached() -> None:
    expected = "4 trong 4 tỷ lệ tăng so với năm học 2020-2021; 3 chỉ tiêu chưa đạt"
    assert progress().headline == expected
    assert progress(years=YEARS[-1:]).headline == "Hiện nay so với chỉ tiêu"
    one = progress(target_id="Q").headline
    assert one == "CQG mức độ 1, 2 tăng từ 11/38 (28,9%) lên 26/38 (68,4%): thiếu 8 trường"
    table = progress().table
    rose = "4 trong 4 tỷ lệ tăng so với năm học 2020-2021"
    assert redrawn("progress", table.assign(verdict="met")) == f"{rose}; mọi chỉ tiêu đều đạt"
    assert redrawn("progress", table.assign(verdict="open")) == rose
    late = table.assign(verdict="reference")
    tail = "; chỉ để tham khảo, vì chỉ tiêu đã qua ngày cuối"
    assert redrawn("progress", late) == f"{rose}{tail}"
    now = late[late.school_year == "2024-2025"]
    assert redrawn("progress", now) == f"Hiện nay so với chỉ tiêu{tail}"
    unclear = table.assign(percent_low=0.0, percent_high=100.0, unclear_count=38)
    assert "tăng" not in redrawn("progress", unclear)


def test_path_says_what_renewal_decides() -> None:
    table = path().table
    ways = {name: table.scenario == name for name in ("none", "all_renew")}

    def headline(none: str, whole: str) -> str:
        verdict = table.verdict.mask(ways["none"], none).mask(ways["all_renew"], whole)
        return redrawn("path", table.assign(verdict=verdict))

    falls = headline("not_met", "met")
    assert "không công nhận lại còn 2/38 (5,3%), dưới chỉ tiêu" in falls
    assert falls.endswith("công nhận lại hết 26/38 (68,4%), đạt khi làm tròn")
    assert "công nhận lại hết vẫn dưới chỉ tiêu, 26/38 (68,4%)" in headline("not_met", "not_met")
    assert "dù không trường nào công nhận lại" in headline("met", "met")
    both = "không công nhận lại còn 2/38 (5,3%); công nhận lại hết 26/38 (68,4%)"
    for verdict, words in (
        ("open", "chưa kết luận được"),
        ("reference", "tham khảo"),
        ("not_attainable", "không số trường nào vừa khoảng"),
    ):
        said = headline(verdict, verdict)
        assert said == f"CQG mức độ 1, 2 đến 31/05/2028, {words}: {both}"
    assert "chưa kết luận được" in headline("not_met", "open")
    no_total = table[table.group != "all"]
    plain = "CQG mức độ 1, 2: đường đến chỉ tiêu ≥ 89,5%"
    assert redrawn("path", no_total) == plain
    ended = redrawn("path", no_total.assign(verdict="reference"))
    assert ended == f"{plain}; chỉ để tham khảo, vì chỉ tiêu đã qua ngày cuối"


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
