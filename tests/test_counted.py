"""What `check` and `years` count is what the tables say, without loading a package for it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clean import Cleaned, clean_schools
from analysis.compare import compare_to_targets
from analysis.measure import ALL, BASES, CountedRows, measure_levels
from analysis.notebook.school_year import held_on
from analysis.raw import read_raw
from analysis.reference import SCHEMES, TargetSet, read_reference
from analysis.tables import tables
from analysis.work.counted import YearCounted, gap_line, gap_lines, level_lines
from tests.clean_roster import COUNTS, roster

pytestmark = pytest.mark.truth

LEVELS = tables()["levels"].lines
GAPS = tables()["comparison"].lines

ROOT = Path(__file__).parents[1]
REFERENCE = read_reference(ROOT)
RULES = REFERENCE.rules
YEARS = sorted(REFERENCE.years)
YEAR = "2024-2025"
RESOLUTION = REFERENCE.targets("huong-tra-2022-2025")


def cleaned(year: str, blank: Mapping[str, str] | None = None) -> Cleaned:
    raw = read_raw(ROOT / "data" / "raw" / year, RULES)
    return clean_schools(raw, RULES, school_year=year, blank=blank)


def counted(result: Cleaned, targets: TargetSet | None, day: dt.date) -> YearCounted:
    rows = CountedRows(result.rows, result.barred, day, RULES)
    return YearCounted(result.school_year, rows, targets)


def every_reading() -> Iterator[TargetSet]:
    """The targets in every reading and on every base, of all schools and of some levels."""
    for base in BASES:
        for reading in ("exact", "at_least"):
            for levels in ((), ("MN",), ("TH", "GDTX")):
                changes: Any = {"base": base, "reading": reading, "education_levels": levels}
                parts = tuple(replace(part, **changes) for part in RESOLUTION.parts)
                yield replace(RESOLUTION, parts=parts)


def same(lines: Iterable[list[Any]], table: pd.DataFrame, names: list[str]) -> None:
    """Lines are those of a table, in every column; shares to the last bit."""
    rows = table.reindex(columns=names).astype(object)
    wanted = rows.where(rows.notna(), None).to_numpy().tolist()
    found = list(lines)
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours == theirs, dict(zip(names, zip(ours, theirs, strict=True), strict=True))


def agree(result: Cleaned, day: dt.date, sets: Iterable[TargetSet]) -> None:
    """Everything that is counted, by rows and by tables."""
    held = held_on(result, day, REFERENCE)
    for scheme in result.schemes:
        table = measure_levels(held, scheme=scheme, by="education_level")
        year = counted(result, None, day)
        same(level_lines(year, scheme), table, LEVELS)
        shares = [[*row] for row in year.reached(scheme)]
        names = ["group", "reached_count", "schools_total", "reached_unclear_count"]
        assert shares == table.loc[table["standing"] == "1", names].to_numpy().tolist()
    for targets in sets:
        year = counted(result, targets, day)
        table = compare_to_targets(held, targets, by="education_level")
        for target in year.targets:
            rows = table[table["target_id"] == target.id]
            same(gap_lines(year, target), rows, GAPS)
            (named,) = rows.loc[rows["group"] == ALL, "undecided"]
            assert year.rows.named(year.undecided(target)) == [*named]


@pytest.mark.parametrize("year", YEARS)
def test_what_is_counted_of_the_example_is_what_the_tables_say(year: str) -> None:
    settings = REFERENCE.years[year]
    agree(cleaned(year), settings.as_of, [REFERENCE.targets(settings.target_set)])


@pytest.mark.parametrize("year", YEARS[-2:])
def test_so_it_is_in_every_reading_and_on_every_base(year: str) -> None:
    agree(cleaned(year), REFERENCE.years[year].as_of, every_reading())


@pytest.mark.parametrize("year", YEARS)
def test_whoever_is_outside_says_why(year: str) -> None:
    result = cleaned(year)
    reasons = [*counted(result, None, REFERENCE.years[year].as_of).rows.reasons]
    assert reasons == result.schools["scope_reason"].tolist()


# A row, one thing after the other: what it says of a scheme, who it is, and whether it belongs.
DAYS = st.sampled_from(["12/04/2023", "31/05/2024", "01/06/2025", "01/09/2018", "31/02/2023", None])
LEVEL = st.sampled_from([1, 2, 3, 9, "Đạt", "Chưa đạt", "Chưa ĐGN", "Đang đề nghị", "Hết hạn",
                         "Thu hồi", None, None])  # fmt: skip
ANSWER = st.sampled_from(["Có", "Không", "có lẽ", None])
NUMBER = st.sampled_from(["725/QĐ-SGDĐT", "725", None])


def certificates() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for scheme in SCHEMES:
        made[f"{scheme}_level"], made[f"{scheme}_decision"] = LEVEL, NUMBER
        made[f"{scheme}_date"], made[f"{scheme}_expiry"] = DAYS, st.just(None) | DAYS
    return made


ROW = st.fixed_dictionaries(
    {},
    optional={
        "school_code": st.sampled_from([None, "x", "46480001", "46480002"]),
        "school_name": st.sampled_from([None, "Trường Hoa", "Trường Mai", "Nhóm trẻ Hoa"]),
        "education_level": st.sampled_from(["MN", "TH", "THCS", "GDTX", "Đại học", None]),
        "operating_status": st.sampled_from(["Giải thể", "Sáp nhập", "không rõ lắm", None]),
        "eligible": ANSWER,
        "externally_evaluated": ANSWER,
        **certificates(),
    },
)
DROPPED = st.sets(
    st.sampled_from([
        ("cqg_level", "cqg_decision", "cqg_date", "cqg_expiry"),
        ("kdclgd_level", "kdclgd_decision", "kdclgd_date", "kdclgd_expiry"),
        ("eligible",), ("externally_evaluated",), ("operating_status",), ("unit", "district"),
        ("school_code",), ("kdclgd_date",), ("cqg_expiry",), ("education_level",),
    ])
)  # fmt: skip
AS_OF = [dt.date(2025, 5, 31), dt.date(2026, 5, 31)]


def text(rows: list[dict[str, Any]], dropped: Iterable[tuple[str, ...]], ragged: set[int]) -> str:
    """The rows as CSV; those that are ragged have a cell too many."""
    sheet = roster(rows, [*COUNTS, *(name for names in dropped for name in names)])
    out = io.StringIO()
    for n, row in enumerate(sheet, -1):
        shown = [f"{c:%d/%m/%Y}" if isinstance(c, dt.datetime) else c for c in row]
        csv.writer(out).writerow([*shown, "thừa"] if n in ragged else shown)
    return out.getvalue()


@settings(
    # 3,000 were run by hand: COUNTED_ALIKE=3000 pytest tests/test_counted.py -k any_rows
    max_examples=int(os.environ.get("COUNTED_ALIKE", min(60, settings().max_examples))),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(ROW, min_size=1, max_size=9),
    dropped=DROPPED,
    ragged=st.sets(st.integers(0, 8), max_size=2),
    blank=st.dictionaries(st.sampled_from(SCHEMES), st.sampled_from(["none", "not_stated"])),
    day=st.sampled_from(AS_OF),
    base=st.sampled_from(BASES),
    reading=st.sampled_from(["exact", "at_least"]),
    levels=st.sampled_from([(), ("MN",), ("TH", "GDTX")]),
)
def test_what_is_counted_of_any_rows_is_what_the_tables_say(
    tmp_path: Path,
    rows: list[dict[str, Any]],
    dropped: set[tuple[str, ...]],
    ragged: set[int],
    blank: dict[str, str],
    day: dt.date,
    base: str,
    reading: str,
    levels: tuple[str, ...],
) -> None:
    """Doubts, blanks, rows set aside, rows of one school, columns that are not there."""
    (tmp_path / "a.csv").write_text(text(rows, dropped, ragged), encoding="utf-8")
    raw = read_raw(tmp_path / "a.csv", RULES)
    if raw.errors:  # neither scheme is left: nothing to count
        return
    result = clean_schools(raw, RULES, school_year=YEAR, as_of=day, blank=blank)
    changes: Any = {"base": base, "reading": reading, "education_levels": levels}
    parts = tuple(replace(part, **changes) for part in RESOLUTION.parts)
    agree(result, day, [replace(RESOLUTION, parts=parts)])


def test_no_schools_are_at_no_distance() -> None:
    nothing = clean_schools(read_raw([], RULES), RULES, school_year=YEARS[0])
    year = counted(nothing, RESOLUTION, REFERENCE.years[YEARS[0]].as_of)
    assert year.schemes == [] and year.targets == []
    assert [*year.figures()] == [*year.verdicts()] == []
    (row,) = year.judged(RESOLUTION.parts[0])
    assert (row.verdict, row.points, row.needed, row.total) == ("no_schools", None, None, 0)


def test_of_no_school_nothing_is_said(tmp_path: Path) -> None:
    sheet = roster([{"operating_status": "Giải thể"}], [*COUNTS])
    (tmp_path / "a.csv").write_text(
        "\n".join(",".join("" if c is None else str(c) for c in row) for row in sheet), "utf-8"
    )
    result = clean_schools(read_raw(tmp_path / "a.csv", RULES), RULES, school_year=YEAR)
    year = counted(result, RESOLUTION, AS_OF[0])
    assert [(r.group, r.schools, r.total) for r in year.reached("cqg")] == [(ALL, 0, 0)]
    for target in year.targets:
        (row,) = year.judged(target)
        assert (row.verdict, row.position) == ("no_schools", "no_schools")
        assert (row.points, row.needed, row.low, row.high, row.total) == (None, None, None, None, 0)
        assert gap_line(year, target, "vi") == ""


def test_every_share_lies_between_its_ends() -> None:
    for year in YEARS:
        for scheme in SCHEMES:
            for line in level_lines(counted(cleaned(year), None, AS_OF[0]), scheme):
                row = dict(zip(LEVELS, line, strict=True))
                low, high = row["schools_percent_low"], row["schools_percent_high"]
                share = row["schools_percent"]
                assert low - 1e-9 <= share <= high + 1e-9 or math.isnan(share)


def test_checking_loads_no_pandas() -> None:
    code = (
        "import sys; from analysis.cli import main; main(sys.argv[1:]);"
        "print([m for m in sys.modules if m.startswith('pandas.')])"
    )
    folder = str(ROOT / "data" / "raw" / YEARS[-1])
    run = [sys.executable, "-c", code, "check", folder, "--home", str(ROOT)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_package_that_waits_is_there_when_it_is_used() -> None:
    code = (
        "from analysis.work.processes import load_later; load_later('decimal');"
        "import decimal, sys;"
        "waits = 'Decimal' not in vars(decimal); one = decimal.Decimal('1.5') + 1;"
        "from decimal import Decimal; print(waits, one, Decimal is decimal.Decimal)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "2.5", "True"], done.stderr
