"""The sentences beside the charts: true on every table, every percentage with its counts."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.charts import Sentences, tell_gaps, tell_levels, tell_targets
from analysis.measure import measure_levels
from analysis.reference import SuiteError
from tests.charts import ABOUT, PLAUSIBLE, Office, compared, office

OTHERS = ["level_unknown", "pending", "expired", "withdrawn", "not_reached", "not_evaluated"]
UNCLEAR = ["not_stated", "in_doubt"]
STANDINGS = [1, 2, 3, 4, *OTHERS, *UNCLEAR]
CQG = [1, 2, *OTHERS, *UNCLEAR]
offices = st.dictionaries(
    st.sampled_from(["MN", "TH", "THCS", "TH&THCS"]),
    st.lists(
        st.tuples(st.sampled_from(STANDINGS), st.sampled_from(CQG), st.integers(1, 6)),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
)


def levels(groups: Office, **how: Any) -> Any:
    return measure_levels(office(groups), scheme="kdclgd", **{"by": "education_level"} | how)


def test_levels_told() -> None:
    told = tell_levels(levels(PLAUSIBLE), about=ABOUT)
    assert told.lines == (
        "Đến ngày 31/05/2025, 34/38 trường đủ điều kiện đánh giá ngoài (89,5%) đạt KĐCLGD từ cấp "
        "độ 1 trở lên.",
        "Mỗi trường tính một lần, theo kết quả cao nhất: Cấp độ 3: 3/38 (7,9%); Cấp độ 2: 28/38 "
        "(73,7%); Cấp độ 1: 3/38 (7,9%); Chưa đạt: 1/38 (2,6%); Chưa đánh giá ngoài: 3/38 (7,9%).",
        "4 trường còn lại, theo cấp học: 3 mầm non, 1 TH&THCS.",
    )
    assert str(told) == " ".join(told.lines)
    english = str(tell_levels(levels(PLAUSIBLE, base="all"), about=ABOUT, lang="en"))
    assert "34/38 schools (89.5%)" in english
    assert len(tell_levels(levels({"MN": [(1, 1, 3)]}), about=ABOUT).lines) == 2, "no others"
    some: Office = {"MN": [(1, 1, 3), ("in_doubt", 1, 1), ("expired", 1, 2)]}
    told = tell_levels(levels(some), about=ABOUT)
    assert "Còn nghi vấn: 1/6 (16,7%)" in told.lines[1]
    assert told.lines[2:] == (
        "2 trường còn lại, theo cấp học: 2 mầm non.",
        "Còn 1 trường chưa rõ, nên tỷ lệ chung từ 50,0% đến 66,7%.",
    )


def test_targets_told() -> None:
    told = tell_targets(compared(office(PLAUSIBLE)), about=ABOUT)
    assert told.lines[0] == "Đến ngày 31/05/2025, trong 4 chỉ tiêu: 3 chưa đạt, 1 đạt."
    assert "CQG mức độ 1, 2: 32/38 (84,2%) so với ≥ 89,5%, thiếu 2 trường" in told.lines[1]
    assert told.lines[2] == "Đã đạt: KĐCLGD cấp độ 3: 3/38 (7,9%) so với 5–8%."
    above = tell_targets(
        compared(office({"MN": [(2, 1, 9), (3, 2, 1)] * 2})), about=ABOUT, lang="en"
    )
    assert "above the range: Level 3: 2/20 (10.0%) against 5–8%, 1 school above" in str(above)


def test_targets_told_where_something_is_unclear() -> None:
    some: Office = {"MN": [(2, 1, 17), (3, 2, 1), ("in_doubt", "expired", 2)]}
    told = tell_targets(compared(office(some)), about=ABOUT)
    assert told.lines[0] == ("Đến ngày 31/05/2025, trong 4 chỉ tiêu: 1 chưa kết luận được, 3 đạt.")
    assert told.lines[1].startswith("Chưa kết luận được: KĐCLGD từ cấp độ 1: 18/20 (90,0%; chưa rõ")
    assert "KĐCLGD cấp độ 2: 17/20 (85,0%; chưa rõ 2) so với 80–90%;" in told.lines[2]
    assert told.lines[-1] == ("Chưa kết luận được ở KĐCLGD từ cấp độ 1: tùy vào T18, T19.")
    assert "thiếu" not in str(told) and "trên khoảng" not in str(told)


def test_gaps_told() -> None:
    table = compared(office(PLAUSIBLE), "education_level")
    told = tell_gaps(table, about=ABOUT, target_id="Q")
    assert told.lines[0] == (
        "CQG mức độ 1, 2, tính đến ngày 31/05/2025: Toàn ngành có 32/38 (84,2%) so với chỉ tiêu "
        "≥ 89,5%, thiếu 2 trường."
    )
    assert "Mầm non: 8/12 (66,7%), −22,8 điểm, thiếu 3 trường" in told.lines[1]
    fine = compared(office({"MN": [(3, 2, 1), (2, 1, 12), (1, 1, 2)]}), "education_level")
    assert tell_gaps(fine, about=ABOUT, target_id="Q").lines[1] == (
        "Không cấp học nào dưới chỉ tiêu ≥ 89,5%."
    )


def test_nothing_is_said_of_no_schools() -> None:
    table = levels(PLAUSIBLE).assign(schools_count=0, schools_total=0, reached_count=0)
    assert "không có trường nào trong mẫu số" in str(tell_levels(table, about=ABOUT))
    none = compared(office(PLAUSIBLE), "education_level")
    none = none.assign(schools_count=0, schools_total=0, position="no_schools")
    none = none.assign(verdict="no_schools", percent_low=None, percent_high=None)
    assert "không có trường nào trong mẫu số" in str(tell_gaps(none, about=ABOUT, target_id="Q"))
    assert "Không có trường để tính" in str(tell_targets(none, about=ABOUT))
    with pytest.raises(SuiteError):
        tell_levels(table, about=replace(ABOUT, school_year="2030-2031"))


@settings(max_examples=30)
@given(offices, st.sampled_from(["vi", "en"]))
def test_every_percentage_stands_with_its_counts_and_is_theirs(groups: Office, lang: str) -> None:
    schools = office(groups)
    table = measure_levels(schools, scheme="kdclgd", by="education_level")
    gaps = compared(schools, "education_level")
    said = [str(tell_levels(table, about=ABOUT, lang=lang))]
    said += [str(tell_targets(compared(schools), about=ABOUT, lang=lang))]
    for part in gaps.target_id.unique():
        said.append(str(tell_gaps(gaps, about=ABOUT, lang=lang, target_id=part)))
    for text in said:
        words = r"(?: trường[^\d:;]*| schools[^\d:;]*)? "
        found = re.findall(rf"(\d+)/(\d+){words}\((\d+(?:[.,]\d)?)%(?:; [^)]*)?\)", text)
        assert found and len(found) == len(re.findall(r"%\)|%; (?:chưa rõ|\d+ unclear)", text))
        for count, total, percent in found:
            exact = 100 * int(count) / int(total)
            assert abs(float(percent.replace(",", ".")) - exact) <= 0.05 + 1e-9
            assert (percent == "100") == (count == total)


def test_in_a_notebook_signs_stand_for_themselves() -> None:
    text = "Xã $x$ *a* _b_ <b> [l](http://x) www.x.vn a@b.vn `c` | & #5"
    shown = Sentences((text,))._repr_markdown_()
    assert not re.search(r"[*_<\[\]`|@]|://|www\.|&(?!#)", re.sub(r"</?span>", "", shown))
    assert "$" not in shown and "<span>&#36;</span>" in shown
    assert html.unescape(re.sub(r"</?span>", "", shown)) == text
    assert Sentences(("1. Xã A",))._repr_markdown_().startswith("1&#46;")
    assert Sentences(("- Xã A",))._repr_markdown_().startswith("&#45;")
