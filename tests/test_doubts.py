"""What a fault in a cell touches: the figures that need the cell, and no others."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clean import Cleaned, clean_schools
from analysis.cli import main
from analysis.measure import CountedRows
from analysis.raw import read_raw
from analysis.reference import SCHEMES, read_reference, read_rules
from analysis.status import UNCLEAR as UNCLEAR_STATES
from analysis.tables import tables
from analysis.work.blanks import settle_blanks, write_blank
from analysis.work.counted import Judged, YearCounted, level_lines
from analysis.work.new_year import next_settings
from tests.workbooks import HEADINGS, NAMES, save, school

LEVELS = tables()["levels"].lines

ROOT = Path(__file__).parents[1]
RULES = read_rules()
TARGETS = ROOT / "data" / "targets" / "huong-tra-2022-2025.toml"
YEAR, AS_OF = "2024-2025", dt.date(2025, 5, 31)
PERIOD = ["--school-year", YEAR, "--as-of", AS_OF.isoformat(), "--targets", str(TARGETS)]
NO_CQG: dict[str, Any] = {"cqg": None, "cqg_decision": None, "cqg_date": None}
NOBODY: dict[str, Any] = {"code": None, "name": None}
CASES = ROOT.parent / "shared" / "data" / "cases"
with_cases = pytest.mark.skipif(
    not CASES.exists(), reason="the small inputs (../shared/data/cases) are not on this machine"
)


def cleaned(path: Path, blank: Mapping[str, str] | None = None) -> Cleaned:
    return clean_schools(read_raw(path, RULES), RULES, school_year=YEAR, as_of=AS_OF, blank=blank)


def counted(result: Cleaned) -> YearCounted:
    rows = CountedRows(result.rows, result.barred, AS_OF, RULES)
    return YearCounted(YEAR, rows, read_reference(ROOT).targets("huong-tra-2022-2025"))


def of_all(year: YearCounted, target: str) -> Judged:
    """All schools against a target."""
    (part,) = [part for part in year.targets if part.id == target]
    *_, last = year.judged(part)
    return last


def figures(path: Path) -> dict[str, tuple[int, int, int]]:
    """Of each scheme the schools in force, those unclear, and all: k, u, n."""
    told = [f for f in counted(cleaned(path)).figures() if f["group"] == "all"]
    return {f["scheme"]: (f["k"], f["unclear"], f["n"]) for f in told}


# -- cell by cell: KĐCLGD, CQG of three schools (k, u, n); the fault is in the first
SOUND = (3, 0, 3)
UNCLEAR = (2, 1, 3)


@pytest.mark.parametrize(
    ("fault", "kdclgd", "cqg", "concerns"),
    [
        ({"pupils": -402}, SOUND, SOUND, ["sessions"]),
        ({"classes": "hai"}, SOUND, SOUND, ["sessions"]),
        ({"code": None}, SOUND, SOUND, []),
        ({"code": "12-x"}, SOUND, SOUND, []),
        ({"name": None}, SOUND, SOUND, []),
        ({"name": "123"}, SOUND, SOUND, []),
        ({"unit": 7.5}, SOUND, SOUND, ["kdclgd", "cqg", "sessions"]),
        ({"ownership": "???"}, SOUND, SOUND, ["kdclgd", "cqg", "sessions"]),
        ({"cqg_decision": None}, SOUND, SOUND, []),
        ({"cqg_decision": "725"}, SOUND, SOUND, []),
        ({"cqg_date": None}, SOUND, UNCLEAR, ["cqg"]),
        ({"cqg_date": "31/02/2024"}, SOUND, UNCLEAR, ["cqg"]),
        ({"cqg": 9}, SOUND, UNCLEAR, ["cqg"]),
        ({"cqg": None}, SOUND, UNCLEAR, ["cqg"]),
        ({"cqg": "Chưa đạt"}, SOUND, UNCLEAR, ["cqg"]),
        ({"cqg": "Đạt"}, SOUND, UNCLEAR, ["cqg"]),
        ({"kdclgd": "#N/A"}, UNCLEAR, SOUND, ["kdclgd"]),
        ({"kdclgd_date": "mai"}, UNCLEAR, SOUND, ["kdclgd"]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_only_what_needs_the_cell_feels_it(
    tmp_path: Path,
    fault: dict[str, Any],
    kdclgd: tuple[int, int, int],
    cqg: tuple[int, int, int],
    concerns: list[str],
) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, **fault), school(2), school(3)])
    assert figures(path) == {"kdclgd": kdclgd, "cqg": cqg}
    out = tmp_path / "a.json"
    assert main(["check", str(path), "--json", str(out), *PERIOD]) == 0
    (doubt,) = json.loads(out.read_text(encoding="utf-8"))["doubts"]
    assert doubt["concerns"] == concerns


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Đang đề nghị", "pending"),
        ("chờ quyết định", "pending"),
        ("Chưa đạt", "not_reached"),
        ("Chưa ĐGN", "not_evaluated"),
    ],
)
def test_a_word_that_says_there_is_none_is_clear(tmp_path: Path, said: str, state: str) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, **NO_CQG | {"cqg": said}), school(2), school(3)])
    assert figures(path)["cqg"] == (2, 0, 3)
    assert cleaned(path).schools["cqg_result"][0] == state


def test_a_level_whose_date_is_in_doubt_is_that_level_or_none(tmp_path: Path) -> None:
    """Exactly level 3 it is not, whatever its date; level 2 it may be."""
    rows = [school(1, kdclgd_date="31/02/2024"), school(2, kdclgd=3), school(3)]
    year = counted(cleaned(save(tmp_path / "a.xlsx", rows)))
    for target, wanted in (("K1", (2, 1)), ("K2", (1, 1)), ("K3", (1, 0))):
        row = of_all(year, target)
        assert (row.schools, row.unclear) == wanted, target


def test_an_expiry_before_its_signing_leaves_the_level_or_none(tmp_path: Path) -> None:
    rows = [[*school(1), "01/01/2020"], [*school(2), None], [*school(3), "12/04/2028"]]
    path = save(tmp_path / "a.xlsx", rows, [*HEADINGS, "CQG - Hết hạn"])
    assert figures(path) == {"kdclgd": SOUND, "cqg": UNCLEAR}
    (doubt,) = [f for f in cleaned(path).findings if f.outcome == "doubt"]
    assert (doubt.rule, doubt.cell, doubt.column) == ("expiry_before_date", "O2", "cqg_expiry")


def test_marks_in_two_columns_are_no_level(tmp_path: Path) -> None:
    head = [*HEADINGS[:9], "CQG mức độ 1", "CQG mức độ 2", *HEADINGS[10:]]
    marks = [("x", "x"), ("x", None), (None, "x")]
    rows = [[*(row := school(n))[:9], *m, *row[10:]] for n, m in enumerate(marks, 1)]
    path = save(tmp_path / "a.xlsx", rows, head)
    assert figures(path) == {"kdclgd": SOUND, "cqg": UNCLEAR}
    assert cleaned(path).schools["cqg_level"].isna().tolist() == [True, False, False]


def test_without_a_date_column_a_level_counts_as_it_is_stated(tmp_path: Path) -> None:
    drop = [HEADINGS.index("CQG - Ngày"), HEADINGS.index("CQG - Số quyết định")]
    head, *rows = [
        [c for i, c in enumerate(row) if i not in drop]
        for row in (HEADINGS, *(school(n) for n in (1, 2, 3)))
    ]
    assert figures(save(tmp_path / "a.xlsx", rows, head))["cqg"] == SOUND


def test_a_school_whose_level_of_education_is_in_doubt_may_be_one_cqg_is_not_for(
    tmp_path: Path,
) -> None:
    """Whether the denominator has it is not certain: 2 of 2, or 3 of 3."""
    rows = [school(1, level="Đại học"), school(2), school(3)]
    year = counted(cleaned(save(tmp_path / "a.xlsx", rows)))
    row = of_all(year, "Q")
    assert (row.schools, row.total, row.unclear, row.base_unclear) == (3, 3, 0, 1)
    assert (row.low, row.high, row.verdict) == (100, 100, "met")
    groups = {g.group: (g.schools, g.total) for g in year.reached("cqg")}
    assert groups == {"TH": (2, 2), "unknown": (1, 1), "all": (3, 3)}


# -- rows of which nobody can tell which school they are
@pytest.mark.parametrize(
    "rows",
    [
        [school(1, **NOBODY)],
        [school(1), school(1, name="Trường Tiểu học Khác")],
        [school(1, code=None), school(1), school(4, name=school(1)[2])],
    ],
    ids=["neither name nor code", "one code, two names", "one of two of its name"],
)
def test_a_row_set_aside_may_be_a_further_school(tmp_path: Path, rows: list[list[Any]]) -> None:
    """It holds nothing that is counted, and may turn out anywhere."""
    sound = [school(n) for n in (2, 3)]
    result = cleaned(save(tmp_path / "a.xlsx", [*rows, *sound]))
    aside, kept = len(result.barred), len(result.rows)
    assert aside and aside + kept == len(rows) + 2
    row = of_all(counted(result), "Q")
    assert (row.schools, row.total, row.base_unclear) == (kept, kept, aside)
    assert row.low == pytest.approx(100 * kept / (kept + aside)) and row.high == 100
    assert row.verdict == "open"
    held = result.kept_out
    assert held["cqg_level"].isna().all() and set(held["cqg_result"]) == {"in_doubt"}


def test_the_group_of_a_row_set_aside_is_known_where_its_level_is(tmp_path: Path) -> None:
    rows = [school(1, **NOBODY), school(2, level="Mầm non"), school(3)]
    year = counted(cleaned(save(tmp_path / "a.xlsx", rows)))
    (part,) = [part for part in year.targets if part.id == "Q"]
    found = {row.group: (row.total, row.base_unclear) for row in year.judged(part)}
    assert found == {"MN": (1, 0), "TH": (1, 1), "all": (2, 1)}


def test_a_ragged_row_may_be_a_school_of_any_group(tmp_path: Path) -> None:
    table = [HEADINGS, school(1), [*school(2), "thừa"], school(3, level="Mầm non")]
    lines = [",".join(f"{c:%d/%m/%Y}" if isinstance(c, dt.datetime) else str(c) for c in row)
             for row in table]  # fmt: skip
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    year = counted(cleaned(tmp_path / "a.csv"))
    (part,) = [part for part in year.targets if part.id == "Q"]
    found = {row.group: (row.schools, row.total, row.base_unclear) for row in year.judged(part)}
    assert found == {"MN": (1, 1, 1), "TH": (1, 1, 1), "all": (2, 2, 1)}
    assert year.rows.named(year.undecided(part)) == ["a.csv / a / 3"]


# -- rows of one school
def test_rows_that_contradict_each_other_in_one_cell_are_one_school_with_one_doubt(
    tmp_path: Path,
) -> None:
    rows = [school(1), school(1, cqg=2, name="TH SỐ 1"), school(2), school(3)]
    path, out = save(tmp_path / "a.xlsx", rows), tmp_path / "a.json"
    assert main(["check", str(path), "--json", str(out), *PERIOD]) == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert [row["school"] for row in answer["accepted"]] == [
        *("46480001", "46480002", "46480003", "46480001")
    ]
    (doubt,) = answer["doubts"]
    assert (doubt["cell"], doubt["concerns"]) == ("J2", ["cqg"]) and "J3" in doubt["reason"]
    assert figures(path) == {"kdclgd": SOUND, "cqg": UNCLEAR}


def test_a_row_without_its_code_meets_the_school_of_its_name(tmp_path: Path) -> None:
    rows = [school(1, code=None), school(1), school(2), school(3)]
    assert figures(save(tmp_path / "a.xlsx", rows)) == {"kdclgd": SOUND, "cqg": SOUND}


def test_where_nothing_tells_two_schools_of_one_name_apart_both_count(tmp_path: Path) -> None:
    drop = [HEADINGS.index(name) for name in ("Mã trường", "Xã/phường")]
    table = [HEADINGS, school(1), school(1, **NO_CQG | {"cqg": "Chưa đạt"}), school(2)]
    head, *rows = [[c for i, c in enumerate(row) if i not in drop] for row in table]
    path, out = save(tmp_path / "a.xlsx", rows, head), tmp_path / "a.json"
    assert figures(path)["cqg"] == (2, 0, 3)
    assert main(["check", str(path), "--json", str(out), *PERIOD]) == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert len({row["school"] for row in answer["accepted"]}) == 3
    assert any("hai trường" in warning for warning in answer["warnings"])


def test_the_ledger_adds_up_in_rows_and_in_schools(tmp_path: Path) -> None:
    rows = [school(1), school(1, pupils=9), school(2), school(2), school(3, **NOBODY),
            school(4, pupils=-1, cqg=9), ["Cộng"]]  # fmt: skip
    (told,) = cleaned(save(tmp_path / "a.xlsx", rows)).ledger.to_dict("records")
    fates = {name: told[name] for name in ("rows_in", "accepted", "set_aside", "ignored")}
    assert fates == {"rows_in": 8, "accepted": 4, "set_aside": 1, "ignored": 3}
    assert (told["schools"], told["doubts"]) == (3, 3)


# -- blanks: what the office says they mean
BLANKS = [school(1), school(2), school(3, **NO_CQG)]


def test_a_blank_is_not_stated_until_the_office_says_that_it_means_none(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", BLANKS)
    for blank, standing, unclear in (
        ({}, "not_stated", 1),
        ({"cqg": "not_stated"}, "not_stated", 1),
        ({"kdclgd": "none"}, "not_stated", 1),
        ({"cqg": "none"}, "not_reached", 0),
    ):
        result = cleaned(path, blank)
        assert result.schools["cqg_result"][2] == standing
        assert of_all(counted(result), "Q").unclear == unclear
        assert result.blanks == {"kdclgd": 0, "cqg": 1}


def test_none_fills_no_cell_that_is_in_doubt(tmp_path: Path) -> None:
    rows = [school(1, cqg=None), school(2, **NO_CQG | {"cqg_decision": "725"})]
    save(tmp_path / "a.xlsx", [*rows, school(3, **NO_CQG)])
    save(tmp_path / "b.xlsx", [school(4)[:9]], HEADINGS[:9])
    result = cleaned(tmp_path, {"cqg": "none"})
    said = ["in_doubt", "in_doubt", "not_reached", "not_reached"]
    assert list(result.schools["cqg_result"]) == said
    assert result.blanks["cqg"] == 2, "who stands in no list of the scheme leaves it blank too"


def test_check_takes_what_blanks_mean_for_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path / "a.xlsx", BLANKS)
    unclear, clear = "2/3 (66,7%), chưa rõ 1\n", "2/3 (66,7%)\n"
    for more, k in ((["none"], clear), (["not_stated"], unclear), ([], unclear)):
        given = ["--blank", *more] if more else []
        assert main(["check", str(path), *PERIOD, *given]) == 0
        told = capsys.readouterr().out
        assert k in told and ("--blank none" in told) == (not more)
        assert "data/years" not in told, "the file is none of the year's own"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office with one school year and one workbook in it."""
    home = tmp_path / "home"
    raw = home / "data" / "raw" / YEAR
    raw.mkdir(parents=True)
    save(raw / "truong.xlsx", BLANKS)
    shutil.copy(ROOT / "data" / "office.toml", home / "data")
    for name in (f"years/{YEAR}.toml", f"targets/{TARGETS.name}"):
        (home / "data" / name).parent.mkdir()
        shutil.copy(ROOT / "data" / name, home / "data" / name)
    return home


def settings_of(home: Path, school_year: str = YEAR) -> Path:
    return home / "data" / "years" / f"{school_year}.toml"


@pytest.mark.parametrize("line", ['blank = "none"', 'blank = { cqg = "none" }'])
def test_the_settings_of_the_year_say_it(
    home: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    raw = home / "data" / "raw" / YEAR
    for jobs in (["check", str(raw)], ["years"]):
        assert main([*jobs, "--home", str(home)]) == 0
        assert "từ 66,7% đến 100,0%" in capsys.readouterr().out
    with settings_of(home).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    for jobs in (["check", str(raw)], ["years"]):
        assert main([*jobs, "--home", str(home)]) == 0
        told = capsys.readouterr().out
        assert "2/3 (66,7%), −22,8 điểm: chưa đạt chỉ tiêu" in told and "để trống" not in told


def test_in_a_script_it_is_said_and_not_asked(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = settings_of(home).read_bytes()
    assert main(["check", str(home / "data" / "raw" / YEAR), "--home", str(home)]) == 0
    told = capsys.readouterr().out
    assert f'data/years/{YEAR}.toml: blank = {{ cqg = "none" }}' in told
    assert settings_of(home).read_bytes() == before


def answers(*given: str) -> Any:
    """Somebody who answers one question after the other."""
    left: Iterator[str] = iter(given)
    return lambda prompt: next(left)


@pytest.mark.parametrize(("given", "means"), [("1", "none"), ("2", "not_stated"), ("", None)])
def test_it_is_asked_once_and_kept_with_the_year(
    home: Path, capsys: pytest.CaptureFixture[str], given: str, means: str | None
) -> None:
    reference = read_reference(home)
    result = cleaned(home / "data" / "raw" / YEAR)
    found = settle_blanks(result, {}, reference, "vi", ask=answers("có", given))
    assert found == ({"cqg": means} if means else {})
    assert "CQG: 1 trường để trống" in capsys.readouterr().out
    said = read_reference(home).year(YEAR).blank
    assert said == found
    if means:
        again = settle_blanks(result, said, reference, "vi", ask=answers())
        assert again == {}, "nothing is left to ask"
    kept, before = (p.read_text("utf-8") for p in (settings_of(home), settings_of(ROOT)))
    assert kept.replace(f'blank = {{ cqg = "{means}" }}\n', "") == before


def test_what_is_answered_holds_for_the_same_check(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from analysis.work import blanks

    monkeypatch.setattr(blanks, "is_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", answers("1"))
    given = ["check", str(home / "data" / "raw" / YEAR), "--home", str(home)]
    assert main(given) == 0
    assert "2/3 (66,7%), −22,8 điểm: chưa đạt chỉ tiêu" in capsys.readouterr().out
    foreign = save(home / "khac.xlsx", BLANKS)
    settings_of(home).write_text(settings_of(ROOT).read_text("utf-8"), "utf-8")
    assert main(["check", str(foreign), "--school-year", YEAR, "--home", str(home)]) == 0, "unasked"


def test_new_year_carries_the_answer_on(home: Path) -> None:
    write_blank(settings_of(home), {"cqg": "none"})
    following = next_settings(settings_of(home).read_text("utf-8"), "2025-2026")
    assert tomllib.loads(following)["blank"] == {"cqg": "none"}
    assert main(["new-year", "2025-2026", "--home", str(home)]) == 0
    assert read_reference(home).year("2025-2026").blank == {"cqg": "none"}


@pytest.mark.parametrize(
    "before",
    ["", 'blank = "none"\n', 'blank.cqg = "none"\n', "[blank]\n# vì sao\ncqg = 'none'\n"],
)
@pytest.mark.parametrize("behind", ["", '\n[columns]\n"Khối" = "Loại hình"\nblank = "-"\n'])
def test_an_answer_replaces_what_was_said_however_it_was_written(
    tmp_path: Path, before: str, behind: str
) -> None:
    path = tmp_path / "y.toml"
    path.write_text(f"# năm học\nas_of = 2025-05-31\n{before}{behind}", encoding="utf-8")
    write_blank(path, {"cqg": "not_stated", "kdclgd": "none"})
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    assert told.pop("blank") == {"cqg": "not_stated", "kdclgd": "none"}
    assert told == tomllib.loads(f"as_of = 2025-05-31\n{behind}")
    assert path.read_text(encoding="utf-8").startswith("# năm học\n")


# -- the inputs in which these things were found wrong
@with_cases
@pytest.mark.parametrize(
    ("name", "more", "counts", "verdict", "ends"),
    [
        ("fault_elsewhere", (), (9, 0, 10), "met", (90, 90)),
        ("dang_de_nghi", (), (8, 0, 10), "not_met", (80, 80)),
        ("blanks_10_schools", (), (6, 4, 10), "open", (60, 100)),
        ("blanks_10_schools", ("--blank", "none"), (6, 0, 10), "not_met", (60, 60)),
    ],
)
def test_the_inputs_that_were_told_wrongly(
    tmp_path: Path,
    name: str,
    more: tuple[str, ...],
    counts: tuple[int, int, int],
    verdict: str,
    ends: tuple[int, int],
) -> None:
    out, tables = tmp_path / "a.json", tmp_path / "csv"
    given = ["check", str(CASES / f"{name}.xlsx"), "--json", str(out), "--csv", str(tables)]
    assert main([*given, *PERIOD, *more]) == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert len(answer["accepted"]) == 10 and not answer["quarantined"]
    (figure,) = [f for f in answer["figures"] if f["group"] == "all"]
    (told,) = [v for v in answer["verdicts"] if v["group"] == "all"]
    assert {(x["k"], x["unclear"], x["n"]) for x in (figure, told)} == {counts}
    assert (told["target"], told["verdict"]) == ("Q", verdict)
    blank = dict.fromkeys(SCHEMES, more[1]) if more else {}
    row = of_all(counted(cleaned(CASES / f"{name}.xlsx", blank)), "Q")
    assert (row.low, row.high) == ends
    standings = (tables / "schools.csv").read_text(encoding="utf-8-sig")
    assert standings.count(",pending,") == 2 * 2 * (name == "dang_de_nghi")


# -- any faults in any rows: what is told holds the truth, whatever it is
WRONG: dict[str, list[Any]] = {
    "code": [None, "x"],
    "name": [None, "12"],
    "unit": [7.5],
    "level": ["Đại học", None],
    "ownership": ["???"],
    "kdclgd": [9, "tốt", "Đạt"],
    "kdclgd_decision": ["725"],
    "kdclgd_date": ["31/02/2024", "mai"],
    "cqg": [7, "có lẽ"],
    "cqg_decision": [725],
    "cqg_date": ["31/02/2024", "5/2023"],
    "pupils": [-1, "nhiều"],
}
FAULT = st.sampled_from([(name, value) for name, values in WRONG.items() for value in values])
CERTIFICATE = st.sampled_from([1, 2, None, "Chưa đạt", "Đang đề nghị", "Hết hạn"])
# No day after the one asked: of a level whose date is in doubt it is held that the school stands at
# that level or at none, while one signed later says nothing of the day.
DAY = st.sampled_from([dt.datetime(2023, 4, 12), dt.datetime(2019, 1, 1)])
TRUTH = st.fixed_dictionaries(
    {
        "level": st.sampled_from(["Mầm non", "Tiểu học", "GDTX"]),
        **dict.fromkeys(SCHEMES, CERTIFICATE),
        **{f"{name}_date": DAY for name in SCHEMES},
    }
)


def whole(number: int, said: dict[str, Any]) -> list[Any]:
    """A faultless row: whoever holds no level has neither number nor day."""
    name = f"Trung tâm GDTX Số {number}" if said["level"] == "GDTX" else f"Trường Số {number}"
    none = [s for s in SCHEMES if said[s] in (None, "Chưa đạt", "Đang đề nghị")]
    blank = {f"{s}_{part}": None for s in none for part in ("decision", "date")}
    return school(number, name=name, **said | blank)


def ends(path: Path) -> dict[tuple[str, ...], tuple[float, float]]:
    """The least and the greatest share by scheme, group, standing, and "or higher"."""
    year = counted(cleaned(path))
    found: dict[tuple[str, ...], tuple[float, float]] = {}
    for scheme in year.schemes:
        for line in level_lines(year, scheme):
            _, _, _, group, standing, *_ = line
            row = dict(zip(LEVELS, line, strict=True))
            for kind in ("schools", "reached") if standing not in UNCLEAR_STATES else ():
                low, high = row[f"{kind}_percent_low"], row[f"{kind}_percent_high"]
                if low is not None:
                    found[scheme, group, standing, kind] = (low, high)
    return found


@pytest.mark.truth
@settings(
    # 2,000 were run by hand: DOUBTS=2000 pytest tests/test_doubts.py -k holds_the_truth
    max_examples=int(os.environ.get("DOUBTS", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(TRUTH, min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), FAULT), min_size=1, max_size=4),
)
def test_the_range_with_faults_holds_the_truth(
    tmp_path: Path, said: list[dict[str, Any]], faults: list[tuple[int, tuple[str, Any]]]
) -> None:
    """Whatever cells of right rows become unreadable, no share leaves the range that is told."""
    sheets = [whole(n, row) for n, row in enumerate(said, 1)]
    right = ends(save(tmp_path / "right.xlsx", sheets))
    for at, (name, value) in faults:
        if at < len(sheets):
            sheets[at][HEADINGS.index(NAMES[name])] = value
    told = ends(save(tmp_path / "wrong.xlsx", sheets))
    for key, (low, high) in right.items():
        if key in told:
            assert told[key][0] <= low + 1e-9 and high - 1e-9 <= told[key][1], key
