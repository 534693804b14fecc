"""Target files: targets of single education levels, words that are checked, and the last day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from analysis.compare import compare_to_targets
from analysis.reference import SuiteError, TargetSet, read_reference
from tests.frames import held, school

HOME = Path(__file__).parents[1]
RESOLUTION = read_reference(HOME).targets("huong-tra-2022-2025")
HEAD = """
id = "x"
title_vi = "Chỉ tiêu"
title_en = "Targets"
document = "Nghị quyết"
period_from = "2022-2023"
period_to = "2024-2025"
deadline = 2025-12-31
regime = "2018"
regime_vi = "Thông tư"
regime_en = "Circular"
[[target]]
id = "cqg"
number = 1
"""
PART = """
[[target.part]]
id = "Q"
scheme = "cqg"
level = 1
reading = "at_least"
base = "all"
from_percent = 87
to_percent = 100
decimals = 0
label_vi = "CQG"
label_en = "National standard"
"""
LEVELS = """
[[target.part.level_target]]
id = "Q-MN"
education_levels = ["MN"]
from_percent = 80
label_vi = "CQG mầm non"
label_en = "National standard, preschool"
[[target.part.level_target]]
id = "Q-THCS"
education_levels = ["THCS", "TH&THCS"]
from_percent = 95
to_percent = 99
label_vi = "CQG THCS"
label_en = "National standard, lower secondary"
"""


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read a target set from the text of its file."""

    def reading(text: str) -> TargetSet:
        folder = tmp_path / "data" / "targets"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "x.toml").write_text(text, encoding="utf-8")
        return read_reference(tmp_path).targets("x")

    return reading


def test_a_part_has_one_reading_and_one_base_unless_it_shows_more(read: Any) -> None:
    (part,) = read(HEAD + PART).parts
    assert (part.readings_shown, part.bases_shown) == (("at_least",), ("all",))
    assert part.education_levels == ()
    shown = {p.id: (p.readings_shown, p.bases_shown) for p in RESOLUTION.parts}
    assert shown["K2"] == (("exact", "at_least"), ("eligible", "evaluated", "all"))
    assert shown["Q"] == (("at_least", "evaluated"), ("all", "evaluated"))


def test_education_levels_may_have_targets_of_their_own(read: Any) -> None:
    targets = read(HEAD + PART + LEVELS)
    corridors = [
        (p.id, p.education_levels, p.from_percent, p.to_percent, p.level) for p in targets.parts
    ]
    assert corridors == [
        ("Q", (), 87, 100, 1),
        ("Q-MN", ("MN",), 80, 100, 1),
        ("Q-THCS", ("THCS", "TH&THCS"), 95, 99, 1),
    ]
    assert [p.label("vi") for p in targets.parts] == ["CQG", "CQG mầm non", "CQG THCS"]


def test_there_may_be_targets_of_levels_only(read: Any) -> None:
    whole = PART.replace("from_percent = 87\nto_percent = 100\n", "")
    levels = LEVELS.replace("from_percent = 80", "from_percent = 80\nto_percent = 100")
    assert [p.id for p in read(HEAD + whole + levels).parts] == ["Q-MN", "Q-THCS"]


def test_a_target_of_one_level_counts_the_schools_of_that_level(read: Any) -> None:
    table = held(
        *[school(education_level="MN", cqg=1, unit="A")] * 3,
        *[school(education_level="MN", cqg="not_reached", unit="B")] * 2,
        *[school(education_level="TH", cqg=1, unit="A")] * 7,
        school(education_level="THCS", cqg=1),
        school(education_level="TH&THCS", cqg=2),
    )
    targets = read(HEAD + PART + LEVELS)
    found = compare_to_targets(table, targets).set_index("target_id")
    counts = found[["schools_count", "schools_total", "schools_needed", "position", "verdict"]]
    assert counts.fillna(-1).to_numpy().tolist() == [
        [12, 14, 1, "below", "not_met"],  # 85,7% is shown as 86%
        [3, 5, 1, "below", "not_met"],
        [2, 2, -1, "above", "not_attainable"],  # no whole number of 2 schools is 95 to 99%
    ]
    by_unit = compare_to_targets(table, targets, by="unit")
    preschools = by_unit[by_unit.target_id == "Q-MN"].set_index("group")
    assert preschools.schools_count.to_dict() == {"A": 3, "B": 0, "all": 3}
    assert preschools.schools_total.to_dict() == {"A": 3, "B": 2, "all": 5}


def test_a_level_without_schools_is_said_to_have_none(read: Any) -> None:
    found = compare_to_targets(held(school(education_level="TH")), read(HEAD + PART + LEVELS))
    assert found.position.tolist() == ["below", "no_schools", "no_schools"]
    assert found.verdict.tolist() == ["open", "no_schools", "no_schools"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('reading = "at_least"', 'reading = "atleast"', "Q: reading = .*atleast"),
        ('base = "all"', 'base = "each"', "Q: base = .*each"),
        ('base = "all"', 'base = "all"\nbases_shown = ["eligible"]', "base in force"),
        ('base = "all"', 'base = "all"\nreadings_shown = ["exact"]', "reading .* in force"),
        ('base = "all"', 'base = "all"\nbases_shown = ["all", "most"]', "bases_shown = .*most"),
        ('scheme = "cqg"', 'scheme = "qcg"', "Q: scheme = .*qcg"),
        ("level = 1", "level = 3", "cqg has no level 3"),
        ("from_percent = 87", "from_percent = 87.5", "87.5 has more decimals"),
        ("to_percent = 100", "to_percent = 101", "87 to 101 is no corridor"),
        ("to_percent = 100", "to_percent = 86", "87 to 86 is no corridor"),
        ("from_percent = 87", "from_percent = -1", "-1 to 100 is no corridor"),
        ("from_percent = 87", "", "from_percent"),
        ("decimals = 0", 'decimals = 0\ndecimal = "x"', "Q: unknown decimal"),
        ('"Q-MN"', '"Q"', "two parts are called Q"),
        ('education_levels = ["MN"]', 'education_levels = ["Mầm"]', "Mầm"),
        ('education_levels = ["MN"]', "education_levels = []", "education_levels"),
        ('education_levels = ["MN"]', "", "education_levels"),
        ('label_vi = "CQG mầm non"', "", "label_vi"),
        ('regime = "2018"', 'regime = "2019"', "regime = '2019', not of 2012, 2018, 2026"),
        ('base = "all"', 'base = "each"', r"\['each'\], not of eligible, evaluated, all"),
        ("decimals = 0", "decimals = 0\nb = 1\na = 2", "Q: unknown a, b"),
    ],
)
def test_faulty_target_files_are_named(read: Any, old: str, new: str, says: str) -> None:
    text = HEAD + PART + LEVELS
    assert old in text
    with pytest.raises(SuiteError, match=says) as error:
        read(text.replace(old, new, 1))
    assert "x.toml" in str(error.value)


def test_all_names_given_twice_are_named(read: Any) -> None:
    second = PART.replace('id = "Q"', 'id = "R"')
    with pytest.raises(SuiteError, match="two parts are called Q, R"):
        read(HEAD + PART + second + PART + second)


def test_a_target_set_is_what_its_file_says(read: Any) -> None:
    found = read(HEAD + PART + '[[target]]\nid = "roads"\nnumber = 2\n')
    assert found.period == ("2022-2023", "2024-2025")
    assert [target["id"] for target in found.targets] == ["cqg", "roads"]
    assert [part.id for part in found.parts] == ["Q"], "a target need not be about schools"
    assert (found.title("vi"), found.title("en")) == ("Chỉ tiêu", "Targets")
    assert (found.regime("vi"), found.regime("en")) == ("Thông tư", "Circular")
    assert found.parts[0].label("en") == "National standard"


@pytest.mark.parametrize(
    ("edges", "decimals"), [((0, 100), 0), ((87, 87), 0), ((100, 100), 0), ((87.5, 99.9), 1)]
)
def test_a_corridor_may_be_one_number_or_begin_at_nought(
    read: Any, edges: tuple[float, float], decimals: int
) -> None:
    text = PART.replace("= 87\n", f"= {edges[0]}\n").replace("= 100\n", f"= {edges[1]}\n")
    (part,) = read(HEAD + text.replace("decimals = 0", f"decimals = {decimals}")).parts
    assert (part.from_percent, part.to_percent) == edges


def test_the_last_day_is_the_deadline_or_the_end_of_the_ladder(read: Any) -> None:
    assert RESOLUTION.last_day == dt.date(2025, 12, 31)
    late = read((HEAD + PART).replace("2025-12-31", "2026-12-31"))
    assert late.last_day == dt.date(2026, 7, 6)
    new = read((HEAD + PART).replace('"2018"', '"2026"').replace("2025-12-31", "2030-12-31"))
    assert new.last_day == dt.date(2030, 12, 31)


@pytest.mark.parametrize(
    ("deadline", "as_of", "for_reference"),
    [
        ("2025-12-31", dt.date(2025, 12, 31), False),
        ("2025-12-31", dt.date(2026, 1, 1), True),
        ("2026-12-31", dt.date(2026, 7, 6), False),
        ("2026-12-31", dt.date(2026, 7, 7), True),
    ],
)
def test_after_the_last_day_a_figure_is_for_reference(
    read: Any, deadline: str, as_of: dt.date, for_reference: bool
) -> None:
    targets = read((HEAD + PART).replace("2025-12-31", deadline))
    table = held(school(cqg=1), as_of=as_of)
    assert compare_to_targets(table, targets).for_reference.tolist() == [for_reference]
