"""The numbers of three school years, school by school and together (Biểu 1, Phụ lục V)."""

from __future__ import annotations

import pandas as pd

from analysis.measure.counting import ALL
from analysis.measure.totals import schools_in_scope
from analysis.reference import Rules, vietnamese_key
from analysis.tables import columns_of, makes

_YEARS = 3
_WHO = ["school_id", "school_code", "school_name", "unit", "education_level"]


@makes("three_years", aside=False)
def measure_three_years(held: pd.DataFrame, *, rules: Rules) -> pd.DataFrame:
    """Classes, pupils, staff, rooms and what else the lists count, over the last three school years
    there are, as Biểu 1 of Phụ lục V asks for it (Thông tư 57/2026): of each school, and of all.

    One row per school x number x school_year, all schools together last (`group` "all", no
    school_id), else `group` is what the school is called now; `column` is what was counted:

    - `amount_count`: as stated, summed for all; a blank is never a zero, so it is missing where no
      school states it;
    - `schools_stated` of `schools_total`: how many schools in scope it rests on.

    Of a number that none of the three years states there is no row; which numbers are told stands
    under [three_years] in regulations.toml.

    >>> years = load_register("2024-2025")
    >>> told = measure_three_years(years).query("group == 'all' and column == 'classes'")
    >>> told[["school_year", "amount_count", "schools_stated", "schools_total"]].values.tolist()[-1]
    ['2024-2025', 535, 38, 38]
    """
    schools = schools_in_scope(held)
    newest = sorted(schools["school_year"].unique())[-_YEARS:]
    schools = schools[schools["school_year"].isin(newest)]
    wanted = rules.regulations["three_years"]["columns"]
    told = [name for name in wanted if name in schools and schools[name].notna().any()]
    newest_first = schools.sort_values("school_year", ascending=False, kind="stable")
    called = newest_first.drop_duplicates("school_id").set_index("school_id")["school_name"]
    schools = schools.assign(group=schools["school_id"].map(called).astype("str"))
    parts = [_rows(schools, name, place) for place, name in enumerate(told)]
    columns = columns_of("three_years")
    if not parts:
        return pd.DataFrame(columns=columns)
    table = pd.concat(parts, ignore_index=True)
    keys = {"all": table["group"].eq(ALL), "name": table["group"].map(vietnamese_key)}
    order = ["all", "name", "school_id", "place", "school_year"]
    table = table.assign(**keys).sort_values(order, ignore_index=True)
    return table[columns]


def _rows(schools: pd.DataFrame, name: str, place: int) -> pd.DataFrame:
    """One number of each school and of all of them, year by year."""
    amount = schools[name].astype("Int64")
    rows = schools[["school_year", "group", *_WHO]].assign(
        amount_count=amount,
        schools_stated=amount.notna().astype("int64"),
        schools_total=1,
    )
    numbers = ["amount_count", "schools_stated", "schools_total"]
    whole = rows.groupby("school_year", observed=True)[numbers].sum(min_count=1).reset_index()
    whole = whole.assign(group=ALL, **dict.fromkeys(_WHO, ""))
    return pd.concat([rows, whole], ignore_index=True).assign(column=name, place=place)
