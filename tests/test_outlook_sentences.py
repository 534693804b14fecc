"""What is told of readings, feasibility, scenarios and smallest sets."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.charts import (
    Sentences,
    tell_feasibility,
    tell_outlook,
    tell_readings,
    tell_smallest_set,
)
from analysis.compare import (
    check_coherence,
    check_feasibility,
    compare_readings,
    compare_scenarios,
    find_smallest_set,
)
from analysis.reference import SuiteError, read_reference, read_rules
from tests.frames import held, school

RULES = read_rules()
REFERENCE = read_reference()
TARGETS = REFERENCE.targets("huong-tra-2022-2025")
PARTS = {part.id: part for part in TARGETS.parts}
ABOUT = REFERENCE.about("2024-2025")
SEED = [school(kdclgd=2, cqg=1)] * 31 + [school(kdclgd=3, cqg=2)] * 3 + [school(kdclgd=1)] * 4


def readings(*rows: dict[str, Any], lang: str = "vi", about: Any = ABOUT, **days: Any) -> str:
    return str(
        tell_readings(compare_readings(held(*rows, **days), TARGETS), about=about, lang=lang)
    )


def test_when_no_verdict_depends_on_the_reading_that_is_all() -> None:
    assert readings(*SEED) == (
        "Đến ngày 31/05/2025, cả 4 chỉ tiêu đều giữ nguyên kết luận, dù hiểu theo cách nào trong "
        "những cách mà văn bản còn để ngỏ."
    )


def test_the_reading_in_force_comes_first_then_what_another_would_say() -> None:
    rows = [school(kdclgd=2)] * 29 + [school(kdclgd=3)] * 4 + [school(kdclgd=1)] * 5
    told = readings(*rows)
    assert "có 1 trong 4 chỉ tiêu mà kết luận tùy thuộc cách hiểu" in told
    assert "KĐCLGD cấp độ 2 (80–90%): 29/38 (76,3%), chưa đạt chỉ tiêu" in told
    assert told.index("đúng cấp độ 2") < told.index("33/38 (86,8%), đạt chỉ tiêu")
    english = readings(*rows, lang="en")
    assert "29/38 (76.3%), not met" in english and "1 of 4 targets" in english


def test_what_is_open_in_every_reading_is_no_verdict_that_stays() -> None:
    told = readings(*SEED, *[school(kdclgd=2, cqg="not_stated")] * 4)
    assert "giữ nguyên kết luận" not in told
    assert told.endswith("chưa kết luận được vì còn trường chưa rõ: CQG mức độ 1, 2.")


def test_after_the_last_day_it_is_said_to_be_for_reference() -> None:
    about = replace(ABOUT, as_of=dt.date(2026, 5, 31))
    assert "chỉ để tham khảo" in readings(*SEED, about=about, as_of=dt.date(2026, 5, 31))
    assert "tham khảo" not in readings(*SEED)
    rows = [school(kdclgd=2)] * 29 + [school(kdclgd=3)] * 4 + [school(kdclgd=1)] * 5
    told = readings(*rows, about=about, as_of=dt.date(2026, 5, 31))
    assert "29/38 (76,3%) (tính trường đạt đúng cấp độ 2" in told and "33/38 (86,8%)" in told
    assert "đạt chỉ tiêu" not in told and "tùy thuộc" not in told


def test_a_year_there_is_not_is_refused() -> None:
    about = replace(ABOUT, school_year="2019-2020")
    with pytest.raises(SuiteError, match="2019-2020"):
        readings(*SEED, about=about)


def feasibility(totals: Any, lang: str = "vi", sizes: Any = None) -> str:
    coherence = None if sizes is None else check_coherence(TARGETS, RULES, sizes)
    return str(tell_feasibility(check_feasibility(TARGETS, totals), coherence, lang=lang))


def test_corridors_are_told_in_schools() -> None:
    told = feasibility({"all": 38})
    assert "KĐCLGD cấp độ 2 (80–90%): 31–34 trong 38 trường" in told
    assert "CQG mức độ 1, 2 (≥ 89,5%): 34–38 trong 38 trường" in told
    assert "KĐCLGD từ cấp độ 1 (100%): 38 trong 38 trường" in told
    assert "Không có số trường" not in told


def test_a_band_without_a_solution_is_told_with_what_lies_beside_it() -> None:
    told = feasibility({"THCS": 9})
    assert told == (
        "Không có số trường nào rơi đúng vào khoảng chỉ tiêu: KĐCLGD cấp độ 3 (5–8%) với 9 trường "
        "(THCS): 0 trường là 0,0%, 1 trường là 11,1%."
    )
    assert "9 schools: 0 schools: 0.0%, 1 school: 11.1%" in feasibility({"all": 9}, "en")
    assert "(Phường X)" in feasibility({"Phường X": 9})


@pytest.mark.parametrize(("lang", "told"), [("vi", "1.599–1.800"), ("en", "1,599–1,800")])
def test_thousands_are_written_with_their_sign_in_ranges_too(lang: str, told: str) -> None:
    words = feasibility({"all": 2000}, lang)
    assert told in words and not re.search(r"(?<![\d.,])\d{4}(?!\d)", words)


def test_what_the_law_asks_for_beyond_the_targets_is_told() -> None:
    told = feasibility({"all": 38}, sizes=38)
    assert "ít nhất 34 trong 38 trường từ cấp độ 2 trở lên, nhiều hơn con số 33" in told
    assert "chỉ còn đúng 34 trong 38 trường, thay vì 31–34 trường" in told
    assert "Không thể đạt cùng lúc" not in told


def test_a_contradiction_is_told_once_with_those_that_clash() -> None:
    told = feasibility({"all": 38}, sizes={"all": 38, "eligible": 36})
    assert told.count("Không thể đạt cùng lúc") == 1
    assert "KĐCLGD cấp độ 2 (tính trường đạt từ cấp độ 2 trở lên); CQG mức độ 1, 2" in told
    assert "CQG đòi hỏi kết quả đánh giá từ mức 2" in told


def outlook(*rows: dict[str, Any], until: dt.date = dt.date(2026, 5, 31), **options: Any) -> str:
    days = {y: dt.date(int(y[5:]), 5, 31) for y in ("2023-2024", "2024-2025")}
    table = held(*rows, as_of=days)
    found = compare_scenarios(table, TARGETS, rules=RULES, until=until)
    return str(tell_outlook(found, **options))


def test_the_scenarios_of_the_last_day_are_told() -> None:
    past = {"cqg": 1, "cqg_expiry": pd.Timestamp(2024, 12, 1)}
    now = {"cqg": 1, "cqg_expiry": pd.Timestamp(2026, 1, 1)}
    rows = [
        *[school(school_id=f"A{i}", school_year="2023-2024", **past) for i in range(2)],
        *[school(school_id=f"B{i}", **now) for i in range(4)],
        school(school_id="A0", cqg=2, cqg_expiry=pd.Timestamp(2029, 12, 1)),
        school(school_id="A1", cqg="expired"),
    ]
    told = outlook(*rows, target_id="Q")
    assert "CQG mức độ 1, 2 đến ngày 31/05/2026" in told
    assert "còn 1/6 (16,7%)" in told and "thì là 5/6 (83,3%) (chỉ tiêu ≥ 89,5%)" in told
    assert "4 trường có thời hạn kết thúc trước ngày đó" in told
    assert "(1 trong 2 trường hết hạn được công nhận lại): 3/6 (50,0%)" in told
    assert "không phải dự báo" in told and "chỉ để tham khảo" in told
    assert outlook(*rows).startswith("KĐCLGD từ cấp độ 1")
    assert "1 of 2 schools" in outlook(*rows, target_id="Q", lang="en")


def test_without_renewals_or_days_that_is_told() -> None:
    dated = school(cqg=1, cqg_expiry=pd.Timestamp(2029, 12, 1))
    told = outlook(dated, target_id="Q")
    assert "chưa có tỷ lệ công nhận lại" in told
    assert outlook(dated, until=dt.date(2025, 6, 1)) == (
        "Chưa có ngày chốt số liệu nào trong thời gian được hỏi."
    )


def test_an_end_nobody_knows_is_told_with_the_share() -> None:
    dated = school(cqg=1, cqg_expiry=pd.Timestamp(2029, 12, 1))
    told = outlook(dated, dated, school(cqg=1), target_id="Q")
    assert "còn 2/3 (66,7%; chưa rõ 1)" in told and "thì là 3/3 (100%)" in told
    part = replace(ABOUT, part_vi="Phường Tứ Hạ")
    assert outlook(dated, target_id="Q", about=part).startswith("Phường Tứ Hạ: CQG mức độ 1, 2")


def smallest(*rows: dict[str, Any], lang: str = "vi") -> str:
    found = find_smallest_set(held(*rows), TARGETS, rules=RULES)
    return str(tell_smallest_set(found, about=ABOUT, lang=lang))


def test_the_smallest_set_is_told_as_a_number_and_never_as_a_verdict() -> None:
    rows = [school(cqg=1, kdclgd=2)] * 6 + [school(cqg="not_reached", kdclgd=2)] * 3
    told = smallest(*rows)
    assert "CQG mức độ 1, 2: cần thêm ít nhất 3 trường; 3 trường chưa thấy vướng" in told
    assert "KĐCLGD cấp độ 3: với 9 trường, không có số trường nào rơi đúng vào khoảng" in told
    assert "không xếp hạng và không kết luận về trường nào" in told
    assert "phải công nhận lại" not in told
    assert "at least 3 schools more" in smallest(*rows, lang="en")


def test_too_few_candidates_and_renewals_are_told() -> None:
    ending = school(cqg=1, kdclgd=2, cqg_expiry=pd.Timestamp(2025, 11, 30))
    told = smallest(ending, school(cqg="not_reached", eligible=False, kdclgd=2))
    assert "CQG mức độ 1, 2: cần thêm 1 trường, nhưng chỉ 0 trường còn kịp" in told
    assert "1 trường đang được tính phải công nhận lại trước ngày 31/12/2025" in told
    assert "không có trường để tính" in smallest(school(in_scope=False), school(eligible=False))


def test_when_every_target_is_met_that_is_told() -> None:
    assert smallest(*SEED[:34], *[school(kdclgd=1, cqg=1)] * 4).startswith(
        "Không chỉ tiêu nào còn thiếu trường."
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sentences_show_as_paragraphs(lang: str) -> None:
    told = tell_feasibility(check_feasibility(TARGETS, {"all": 38}), lang=lang)
    assert isinstance(told, Sentences)
    with pytest.raises(SuiteError):
        tell_feasibility(check_feasibility(TARGETS, {"all": 38}), lang="fr")
