"""The tables of words and rules hold together."""

from __future__ import annotations

import datetime as dt
import itertools
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from analysis.reference import SCHEMES, SuiteError, read_reference, read_rules, rules, say
from analysis.reference.kinds import checked_kinds

RULES = read_rules()
LABELS = Path(__file__).parents[1] / "analysis" / "reference" / "labels"
ENTRIES = {
    key: entry
    for path in sorted(LABELS.glob("*.toml"))
    for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
}


def test_every_label_stands_once_and_in_both_languages() -> None:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in LABELS.glob("*.toml")]
    assert sum(map(len, files)) == len(ENTRIES)
    assert [key for key, entry in ENTRIES.items() if {*entry} != {"vi", "en"}] == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_ask_for_the_same_facts() -> None:
    differing = [key for key, e in ENTRIES.items() if fields(e["vi"]) != fields(e["en"])]
    assert differing == []
    assert [key for key, e in ENTRIES.items() if not all(text.strip() for text in e.values())] == []


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("KĐCLGD - Cấp độ", "kdclgd_level"),
        ("CQG - Mức độ", "cqg_level"),
        ("Đạt chuẩn quốc gia", "cqg_level"),
        ("Kiểm định chất lượng giáo dục Số QĐ", "kdclgd_decision"),
        ("Ngày ký CQG", "cqg_date"),
        ("MA_TRUONG *", "school_code"),
        ("xã,  phường, thị trấn", "unit"),
        ("SỐ HỌC SINH", "pupils"),
    ],
)
def test_headings_mean_their_column(heading: str, column: str) -> None:
    found = RULES.meaning(heading)
    assert found is not None and found.column == column


def test_a_scheme_and_what_is_said_of_it_may_stand_in_any_order() -> None:
    path = Path(rules.__file__).with_name("columns.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for scheme, s in tables["schemes"].items():
        for attribute, t in tables["attributes"].items():
            for over, under in itertools.product(s["words"], t["words"]):
                for heading in (f"{over} {under}", f"{under} {over}"):
                    found = RULES.meaning(heading)
                    assert found and found.column == f"{scheme}_{attribute}", heading


def test_an_office_may_name_its_own_headings() -> None:
    own = RULES.with_headings({"Xếp loại kiểm định": "kdclgd_level", "Tên gọi": "Tên trường"})
    assert own.meaning("xếp loại  KIỂM ĐỊNH") is not None
    meant = own.meaning("Tên gọi")
    assert meant is not None and meant.column == "school_name"
    with pytest.raises(SuiteError, match="Xếp loại"):
        RULES.with_headings({"Xếp loại": "kdclgd_lvl"})


def test_every_level_and_school_kind_has_a_label() -> None:
    for level in RULES.education_levels:
        assert say(f"level_{level}") and say(f"level_{level}", "en")
    for scheme in SCHEMES:
        assert say(f"standing_{scheme}_level", level=1)


def test_the_day_of_a_school_year() -> None:
    assert RULES.as_of("2024-2025") == dt.date(2025, 5, 31)


def test_an_unknown_year_names_those_there_are() -> None:
    with pytest.raises(SuiteError) as error:
        read_reference().year("1999-2000")
    assert "2024-2025" in error.value.text("vi") and "1999-2000" in error.value.text("en")


def test_a_faulty_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data" / "years").mkdir(parents=True)
    (tmp_path / "data" / "years" / "2024-2025.toml").write_text("as_of = ", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"2024-2025\.toml"):
        read_reference(tmp_path)


def test_an_unknown_setting_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "years"
    folder.mkdir(parents=True)
    text = 'school_year = "2024-2025"\nas_of = 2025-05-31\ntarget_set = "x"\nsynthetc = true\n'
    (folder / "2024-2025.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match="synthetc"):
        read_reference(tmp_path)


def test_a_word_with_two_meanings_is_named_with_its_file() -> None:
    from analysis.reference import rules

    with pytest.raises(SuiteError, match=r"spellings\.toml.*mn.*MN.*TH"):
        rules._spelling_keys("education_level", {"MN": ["MN"], "TH": ["M.N"]})


def test_a_place_in_the_grammar_of_names_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SuiteError, match=r"kinds\.toml.*\{nursery\}"):
        checked_kinds(kinds_toml(site={"begins": ["{nursery} {number}"]}))


def test_a_list_that_the_grammar_of_names_lacks_is_named() -> None:
    with pytest.raises(SuiteError, match=r"kinds\.toml.*\[notes\] planned"):
        checked_kinds(kinds_toml(notes={"planned": None}))


def kinds_toml(**changes: dict[str, Any]) -> dict[str, Any]:
    """The tables of kinds.toml with some lists changed; None takes one away."""
    path = Path(rules.__file__).with_name("kinds.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, lists in changes.items():
        told = tables[name] | lists
        tables[name] = {key: value for key, value in told.items() if value is not None}
    return tables
