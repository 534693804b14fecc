"""Three school years in a table: counted one by one, blanks no zeros, each school and the sum."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measure import measure_three_years
from analysis.reference import read_rules
from tests.frames import held, school

RULES = read_rules()
YEARS = ("2022-2023", "2023-2024", "2024-2025", "2025-2026")
NUMBER = st.one_of(st.none(), st.integers(0, 40))
ROWS = st.lists(
    st.tuples(st.sampled_from(YEARS), st.sampled_from("ABC"), NUMBER, NUMBER, st.booleans()),
    min_size=1, max_size=9, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_each_number_is_what_the_lists_say_and_their_sum(rows: list[tuple[Any, ...]]) -> None:
    table = held(
        *(
            school(school_year=y, school_id=s, school_name=f"{s} {y}", classes=c, pupils=p,
                   in_scope=scope)
            for y, s, c, p, scope in rows
        )
    )  # fmt: skip
    found = measure_three_years(table, rules=RULES)
    inside = [row for row in rows if row[4]]
    newest = sorted({row[0] for row in inside})[-3:]
    inside = [row for row in inside if row[0] in newest]
    wanted = []
    for name, at in (("classes", 2), ("pupils", 3)):
        if all(row[at] is None for row in inside):
            continue
        for year in newest:
            own = [row for row in inside if row[0] == year]
            wanted += [(row[1], name, year, row[at], int(row[at] is not None), 1) for row in own]
            stated = [row[at] for row in own if row[at] is not None]
            wanted.append(("", name, year, sum(stated) if stated else None, len(stated), len(own)))
    keys = ["school_id", "column", "school_year", "amount_count", "schools_stated"]
    told = [
        tuple(None if pd.isna(value) else value for value in row)
        for row in found[[*keys, "schools_total"]].itertuples(index=False)
    ]
    assert sorted(told, key=str) == sorted(wanted, key=str)
    now = {row[1]: f"{row[1]} {max(r[0] for r in inside if r[1] == row[1])}" for row in inside}
    assert {*found["group"]} <= {*now.values(), "all"}, "by the name it has now"
    assert not len(found) or found["group"].iloc[-1] == "all"
