"""Counts that were printed elsewhere and cannot be are named, whatever their percentage says."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.cli import main
from analysis.compare import recompute_published
from analysis.compare.impossible import impossible_counts
from analysis.export import show_table
from analysis.tables.words import tell_impossible

SHARED = Path(__file__).parents[2] / "shared" / "data"
SAME = {"table_id": "T", "area": "Huyện A", "as_of": "2025", "measure": "CQG", "scope": "all"}


def printed(**facts: Any) -> dict[str, str]:
    """One printed row; what is not given is blank."""
    blank = {f"level{level}": "" for level in (1, 2, 3, 4)}
    row = SAME | blank | {"phase": "ALL", "total_schools": "", "achieved": ""}
    return row | {name: str(value) for name, value in facts.items()}


def told(*rows: dict[str, str]) -> list[str]:
    return impossible_counts(pd.DataFrame(rows))


def real(name: str) -> pd.DataFrame:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the published figures (../shared/data) are not beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(csv.DictReader(file))


# --- one row -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"total_schools": 50, "achieved": 50}, ""),
        ({"total_schools": 50, "achieved": 51}, "achieved_over achieved=51 total=50"),
        ({"total_schools": 0, "achieved": 0}, ""),
        ({"total_schools": 0, "achieved": 1}, "achieved_over achieved=1 total=0"),
        ({"total_schools": 50, "achieved": -5}, "negative count=achieved value=-5"),
        ({"level1": "-1"}, "negative count=level1 value=-1"),
        ({"total_schools": "1.003", "achieved": 352}, "not_whole count=total_schools value=1.003"),
        ({"achieved": "12,5 "}, "not_whole count=achieved value=12,5"),
        ({"total_schools": "50.0", "achieved": "1E+1"}, ""),
        ({"total_schools": "?", "achieved": 60}, ""),  # nothing is known of the whole
        ({"total_schools": 50, "achieved": "1E+999999999"}, ""),  # no number that counts schools
    ],
)
def test_a_count_is_a_whole_number_within_its_total(facts: dict[str, Any], reason: str) -> None:
    assert told(printed(**facts)) == [reason]


SHORT = "levels_short levels={} whole=achieved schools={}"
OVER = "levels_over levels={} whole={} schools={}"


@pytest.mark.parametrize(
    ("measure", "levels", "counts", "reason"),
    [
        ("CQG", [50, 30], {"achieved": 80}, ""),
        ("CQG", [50, 29], {"achieved": 80}, SHORT.format(79, 80)),
        ("CQG", [50, 31], {"achieved": 80}, OVER.format(81, "achieved", 80)),
        ("Chuẩn quốc gia", [30, 20], {"achieved": 80}, SHORT.format(50, 80)),
        # Some of the levels only: they may not exceed the whole, the rest is not printed.
        ("CQG", [50], {"achieved": 80}, ""),
        ("CQG", ["", 20], {"achieved": 80}, ""),
        ("CQG", [81], {"achieved": 80}, OVER.format(81, "achieved", 80)),
        ("KĐCLGD", [1, 39, 24], {"achieved": 65}, ""),
        ("KĐCLGD", [1, 39, 24, 0], {"achieved": 65}, SHORT.format(64, 65)),
        ("KDCLGD-batch", [1, 39, 24, 0], {"achieved": 64}, ""),
        ("KDCLGD-batch", [1, 39, 24, 0], {"achieved": 63}, OVER.format(64, "achieved", 63)),
        # Not known of which levels the whole is: only the schools there are set a bound.
        ("KDCLGD>=2", [5, 10], {"achieved": 10, "total_schools": 20}, ""),
        ("KDCLGD>=2", [5, 16], {"achieved": 16, "total_schools": 20},
         OVER.format(21, "total_schools", 20)),
        ("PCGD", [5, 10], {"achieved": 10}, ""),
        ("", [5, 10], {"achieved": 10}, OVER.format(15, "achieved", 10)),
        ("", [5, 3], {"achieved": 10}, ""),
        ("CQG", [5, 3], {"total_schools": 10}, ""),
        ("CQG", [5, 6], {"total_schools": 10}, OVER.format(11, "total_schools", 10)),
    ],
)  # fmt: skip
def test_levels_add_up_to_those_achieved(
    measure: str, levels: list[Any], counts: dict[str, Any], reason: str
) -> None:
    printed_levels = {f"level{i}": count for i, count in enumerate(levels, 1)}
    assert told(printed(measure=measure, **printed_levels, **counts)) == [reason]


def test_a_faulty_count_is_no_part_of_a_sum() -> None:
    row = printed(achieved=80, level1=-5, level2=90)
    assert told(row) == [
        "negative count=level1 value=-5; " + OVER.format(90, "achieved", 80),
    ]


# --- rows by education level against the row ALL -------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"MN": 40, "TH": 40}, ""),  # fewer: nobody says that all levels are printed
        ({"MN": 40, "TH": 40, "THCS": 20}, ""),
        ({"MN": 40, "TH": 40, "THCS": 21}, "MN+TH+THCS sum=101"),
        ({"Mầm non": 60, "Tiểu học": 60}, "MN+TH sum=120"),
        ({"MN": 101}, "MN sum=101"),
        ({"MN": 60, "ALL-PT": 60}, ""),  # not an education level: may hold others
        ({"MN": 60, "TH": "?"}, ""),
    ],
)
@pytest.mark.parametrize("count", ["total_schools", "achieved", "level2"])
def test_education_levels_are_no_more_than_all(
    count: str, parts: dict[str, Any], reason: str
) -> None:
    rows = [printed(phase=phase, **{count: schools}) for phase, schools in parts.items()]
    whole = f"parts_over count={count} parts={reason} schools=100" if reason else ""
    assert told(*rows, printed(**{count: 100})) == [*[""] * len(rows), whole]


@pytest.mark.parametrize("column", [*SAME, "province", "source_file"])
def test_only_rows_about_the_same_schools_are_added(column: str) -> None:
    parts = [printed(phase=phase, achieved=60) | {column: "x"} for phase in ("MN", "TH")]
    assert told(*parts, printed(achieved=100) | {column: "y"}) == ["", "", ""]
    assert told(*parts, printed(achieved=100) | {column: "X"})[-1] != ""


def test_a_level_printed_twice_is_at_least_the_smaller_count() -> None:
    parts = [printed(phase="MN", achieved=n) for n in (60, 30)] + [printed(phase="TH", achieved=60)]
    assert told(*parts, printed(achieved=90))[-1] == ""
    assert told(*parts, printed(achieved=89))[-1].endswith("parts=MN+TH sum=90 schools=89")


def test_without_the_columns_that_tell_what_rows_are_about_none_are_added() -> None:
    rows = [printed(phase=phase, achieved=n) for phase, n in (("MN", 60), ("ALL", 50))]
    frame = pd.DataFrame(rows)
    assert impossible_counts(frame)[-1] != ""
    for column in [*SAME, "phase"]:
        assert impossible_counts(frame.drop(columns=column)) == ["", ""]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=4),
    st.integers(0, 30),
)
def test_a_table_that_was_counted_is_never_named(levels: list[tuple[int, int]], more: int) -> None:
    """Schools at CQG mức độ 1 and 2 by education level, and schools without any."""
    phases = dict(zip(("MN", "TH", "THCS", "THPT"), levels, strict=True))
    phases["ALL"] = (sum(one for one, _ in levels), sum(two for _, two in levels))
    rows = [
        printed(phase=p, level1=a, level2=b, achieved=a + b, total_schools=a + b + more * 4)
        for p, (a, b) in phases.items()
    ]
    rows[-1]["total_schools"] = str(sum(int(row["total_schools"]) for row in rows[:-1]))
    assert told(*rows) == [""] * 5


# --- beside the percentage -----------------------------------------------------------------------


def test_a_percentage_that_agrees_does_not_make_counts_possible() -> None:
    rows = [
        printed(total_schools=50, achieved=60, pct_published="120.0", pct_qualifier="exact"),
        printed(total_schools=50, achieved=60, pct_published="90", pct_qualifier="exact"),
        printed(total_schools=50, achieved=40, pct_published="80", pct_qualifier="exact"),
        printed(total_schools=50, achieved=-5, pct_published="", pct_qualifier=""),
    ]
    found = recompute_published(pd.DataFrame(rows))
    assert found.check.tolist() == ["impossible", "impossible", "ok", "impossible"]
    assert found.recomputed_percent[:3].tolist() == [120, 120, 80]
    assert found.impossible.tolist() == [
        "achieved_over achieved=60 total=50",
        "achieved_over achieved=60 total=50; percent printed=90 recomputed=120.00",
        "",
        "negative count=achieved value=-5",
    ]


def test_only_counts_and_percentage_are_needed() -> None:
    frame = pd.DataFrame({"total_schools": [50, 10], "achieved": [60, 5], "pct_published": "50"})
    assert recompute_published(frame).check.tolist() == ["impossible", "ok"]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, ""])
def test_what_is_missing_is_blank(missing: Any) -> None:
    rows = [printed(phase=phase, achieved=n) for phase, n in (("MN", 60), ("ALL", 50))]
    blank = {"as_of": missing, "scope": missing, "level1": missing, "pct_published": missing}
    found = recompute_published(pd.DataFrame([row | blank for row in rows], dtype=object))
    assert found.check.tolist() == ["", "impossible"]


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reasons", "vietnamese", "english"),
    [
        ("", "", ""),
        ("achieved_over achieved=1060 total=1050",
         "1.060 trường đạt, nhiều hơn tổng số 1.050 trường",
         "1,060 schools hold it, more than the 1,050 there are"),
        ("levels_short levels=50 whole=achieved schools=80",
         "đã in đủ các mức mà cộng lại chỉ là 50, ít hơn 80 (số trường đạt)",
         "every level is printed, and they add up to 50, less than 80 (schools that hold it)"),
        ("levels_over levels=81 whole=total_schools schools=80",
         "các mức cộng lại là 81, nhiều hơn 80 (tổng số trường)",
         "the levels add up to 81, more than 80 (all schools)"),
        ("parts_over count=level1 parts=MN+TH&THCS sum=9 schools=8",
         "Mầm non, TH&THCS cộng lại là 9, nhiều hơn 8 của mọi cấp học (số trường mức 1)",
         "Preschool, Primary & lower secondary add up to 9, more than 8 of all levels"
         " (schools at level 1)"),
        ("negative count=achieved value=-5; percent printed=41.60 recomputed=-10.00",
         "số âm, -5 (số trường đạt); tỷ lệ in là 41,60%, tính lại là -10,00%",
         "a negative number, -5 (schools that hold it); 41.60% is printed, -10.00% recomputed"),
        ("not_whole count=level4 value=1.003",
         "không phải số nguyên, 1.003 (số trường mức 4)",
         "no whole number, 1.003 (schools at level 4)"),
    ],
)  # fmt: skip
def test_reasons_in_words(reasons: str, vietnamese: str, english: str) -> None:
    assert tell_impossible(reasons) == vietnamese
    assert tell_impossible(reasons, "en") == english


# --- what `check` says and writes ----------------------------------------------------------------

HEAD = [*SAME, "phase", "total_schools", "achieved", "level1", "level2", "pct_published"]
PRINTED = [
    ["T1", "Huyện A", "2025", "CQG", "all", "ALL", 100, 80, 30, 20, "80.0"],
    ["T1", "Huyện A", "2025", "CQG", "all", "MN", 40, 30, "", "", "75.0"],
    ["T1", "Huyện A", "2025", "CQG", "all", "TH", 70, 30, "", "", "42.8"],
    ["T2", "Huyện B", "2025", "CQG", "all", "ALL", 50, 60, "", "", "120.0"],
    ["T3", "Huyện C", "2025", "CQG", "all", "ALL", 50, 40, "", "", "81"],
    ["T4", "Huyện D", "2025", "CQG", "all", "ALL", "", 40, "", "", "81"],
]
LINES = {
    "vi": [
        "2 tỷ lệ khớp với số đếm, 1 tỷ lệ mâu thuẫn, 2 hàng có số đếm không thể có, "
        "1 không đủ số đếm.",
        "  Hàng 2: Huyện A ALL 2025: đã in đủ các mức mà cộng lại chỉ là 50, ít hơn 80 "
        "(số trường đạt); Mầm non, Tiểu học cộng lại là 110, nhiều hơn 100 của mọi cấp học "
        "(tổng số trường)",
        "  Hàng 5: Huyện B ALL 2025: 60 trường đạt, nhiều hơn tổng số 50 trường",
        "  Hàng 6: Huyện C ALL 2025: in 81%, tính lại 40/50 = 80,00%",
    ],
    "en": [
        "2 percentages agree with their counts, 1 contradict them, 2 have counts that cannot be, "
        "1 lack counts.",
        "  Row 2: Huyện A ALL 2025: every level is printed, and they add up to 50, less than 80 "
        "(schools that hold it); Preschool, Primary add up to 110, more than 100 of all levels "
        "(all schools)",
        "  Row 5: Huyện B ALL 2025: 60 schools hold it, more than the 50 there are",
        "  Row 6: Huyện C ALL 2025: printed 81%, recomputed 40/50 = 80.00%",
    ],
}


def checked(folder: Path, name: str, rows: list[list[Any]], *options: str) -> None:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert main(["check", str(folder), "--school-year", "2024-2025", *options]) == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_check_names_the_row_what_and_both_numbers(
    lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(tmp_path, "a.csv", [HEAD, *PRINTED], "--lang", lang)
    said = capsys.readouterr().out.splitlines()
    at = next(i for i, line in enumerate(said) if line.endswith(LINES[lang][0]))
    assert said[at + 1 :] == LINES[lang][1:]


def test_of_several_files_the_file_is_named_and_no_column_need_be_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare: list[list[Any]] = [
        ["total_schools", "achieved", "pct_published"],
        [50, 60, 120],
        [50, 40, 81],
    ]
    checked(tmp_path, "b.csv", bare)
    said = capsys.readouterr().out
    assert "  Hàng 2: 60 trường đạt, nhiều hơn tổng số 50 trường\n" in said
    assert "  Hàng 3: in 81%, tính lại 40/50 = 80,00%\n" in said
    checked(tmp_path, "a.csv", [HEAD, *PRINTED])
    said = capsys.readouterr().out
    assert "  Hàng 5: a.csv a Huyện B ALL 2025: 60 trường đạt" in said
    assert "  Hàng 2: b.csv b: 60 trường đạt" in said


@pytest.mark.parametrize(
    ("lang", "headings", "verdicts"),
    [
        ("vi", ["So với số đếm", "Vì sao số đếm không thể có"],
         ["số đếm không thể có", "khớp", "khớp khi cắt bớt", "số đếm không thể có", "mâu thuẫn",
          "không đủ số đếm"]),
        ("en", ["Against the counts", "Why the counts cannot be"],
         ["the counts cannot be", "agrees", "agrees when cut", "the counts cannot be",
          "contradicts them", "counts are missing"]),
    ],
)  # fmt: skip
def test_the_tables_say_it_in_words(
    lang: str, headings: list[str], verdicts: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (tmp_path / "in").mkdir()
    checked(tmp_path / "in", "a.csv", [HEAD, *PRINTED], "--out", str(out), "--lang", lang)
    reasons = [tell_impossible(reason, lang) for reason in told_of(PRINTED)]
    with (out / "published.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [*csv.DictReader(file)]
    assert [line["impossible"] for line in lines] == told_of(PRINTED)
    shown = show_table(pd.DataFrame(lines), lang=lang)
    assert list(shown.headings[-2:]) == headings
    said = [*zip(verdicts, reasons, strict=True)]
    assert [row[-2:] for row in shown.rows] == said
    page = (out / "bao_cao.html").read_text(encoding="utf-8")
    assert all(reason in page for reason in reasons) and headings[1] in page
    sheet = load_workbook(out / "bang_so_lieu.xlsx").worksheets[-1]
    ends = [tuple(cell or "" for cell in row[-2:]) for row in sheet.values]
    assert ends[ends.index(tuple(headings)) + 1 :] == said
    codes = {"ALL", "MN", "TH", "all", "impossible", "contradicts", "ok", "ok-truncated"}
    assert not codes & {cell for row in shown.rows for cell in row}


def told_of(rows: list[list[Any]]) -> list[str]:
    return impossible_counts(pd.DataFrame(rows, columns=HEAD))


# --- as published --------------------------------------------------------------------------------


def test_the_case_of_sums_is_named() -> None:
    found = recompute_published(real("cases/published_sums.csv"))
    assert [*zip(found.area, found.phase, found.check, found.impossible, strict=True)] == [
        ("Huyện A", "ALL", "impossible", "levels_short levels=50 whole=achieved schools=80"),
        ("Huyện A", "MN", "ok", ""),
        ("Huyện A", "TH", "ok", ""),
        ("Huyện B", "ALL", "impossible", "achieved_over achieved=60 total=50"),
    ]


def test_no_count_of_the_real_tables_cannot_be() -> None:
    """Looked at in the file: no row prints more schools achieved than there are. Levels: A01 prints
    them in five rows and A28 (691 + 99) and A37 (1 + 39 + 24 + 0, and so by education level) in
    theirs; each adds up. Education levels add up to the row ALL in A05, A07, A13, A22, A30, A37,
    A44, and for those achieved in A01, whose totals (9 + 14 + 10) lack three of 36; A18 and A42
    have no row ALL. So none is named, and the file's own column `check` stays as it is."""
    counts = real("vn_published_counts.csv")
    found = recompute_published(counts)
    assert found[found.impossible != ""].empty
    assert found.check.tolist() == counts.check.tolist()


@pytest.mark.parametrize(
    ("table_id", "phase", "count", "schools", "named", "reason"),
    [
        ("A01", "ALL", "achieved", "37", "ALL", "achieved_over achieved=37 total=36"),
        ("A01", "THCS", "level2", "1", "THCS", OVER.format(4, "achieved", 3)),
        ("A28", "ALL", "level1", "690", "ALL", SHORT.format(789, 790)),
        ("A30", "MN", "achieved", "60", "ALL",
         "parts_over count=achieved parts=MN+TH+THCS+THPT sum=353 schools=352"),
        ("A37", "TH", "level4", "1", "TH", OVER.format(21, "achieved", 20)),
        ("A22", "ALL", "achieved", "223", "ALL",
         "parts_over count=achieved parts=MN+TH+THCS+THPT sum=224 schools=223"),
    ],
)  # fmt: skip
def test_one_slip_in_the_real_tables_is_named(
    table_id: str, phase: str, count: str, schools: str, named: str, reason: str
) -> None:
    counts = real("vn_published_counts.csv")
    at = counts.index[(counts.table_id == table_id) & (counts.phase == phase)][0]
    counts.loc[at, count] = schools
    found = recompute_published(counts)
    wrong = found[(found.impossible != "") & (found.phase == named)]
    assert wrong.table_id.tolist() == [table_id] and reason in wrong.impossible.iloc[0].split("; ")


@pytest.mark.parametrize("printed", ["120", "-3", "100,1%"])
def test_a_percentage_that_cannot_be_is_named_without_counts(printed: str) -> None:
    rows = [{"total_schools": None, "achieved": None, "pct_published": printed}]
    (why,) = impossible_counts(pd.DataFrame(rows))
    assert why.startswith("percent_beyond") and "0-100%" in tell_impossible(why)
