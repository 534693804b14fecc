"""Which school of the office's directory a row is: by code, then by name; else only suggested."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import Any

import pandas as pd

from analysis.clean import NameKey, name_key
from analysis.reference import Directory, Rules, fold

_LEAST_ALIKE, _MOST_SUGGESTED = 0.75, 3
_PLACE = ["source_file", "source_sheet", "source_row"]
_NAMED = ["school_name", "unit", "education_level"]

# A name, the unit, and the education level.
Key = tuple[NameKey, str, str]


def match_schools(schools: pd.DataFrame, directory: Directory, rules: Rules) -> pd.DataFrame:
    """The same rows with the `school_id` of the directory and how it was found.

    `matched_by`: "code"; "name" (the same name in the same unit and education level, whatever way
    it is spelled, of one school only); "" where the directory does not tell: the row keeps the id
    it has. A name that is merely alike is never matched, see `suggest_matches`.
    """
    if not directory.periods:
        return schools.assign(matched_by=pd.array([""] * len(schools), dtype="str"))
    rows = schools.reset_index(drop=True)
    code = _by_code(rows, directory, rules)
    name = _by_name(rows[code.isna()], directory, rules).reindex(rows.index)
    by = pd.Series("", index=rows.index, dtype="str")
    by = by.mask(name.notna(), "name").mask(code.notna(), "code")
    school_id = code.fillna(name).fillna(rows["school_id"])
    return schools.assign(school_id=school_id.array, matched_by=by.array)


def _by_code(schools: pd.DataFrame, directory: Directory, rules: Rules) -> pd.Series[Any]:
    """The id that has a code in the school year; a code can pass on to a successor."""
    owners: dict[str, list[Any]] = defaultdict(list)
    for period in directory.periods:
        if code := period.facts["school_code"]:
            owners[code].append(period)
    keys = schools[["school_code", "school_year"]].drop_duplicates()
    found = {}
    for code, year in keys.itertuples(index=False):
        if periods := owners.get(code, []):
            day = rules.as_of(year)
            found[code, year] = next((p.key for p in periods if p.holds(day)), periods[-1].key)
    pairs = zip(schools["school_code"], schools["school_year"], strict=True)
    return pd.Series([found.get(pair) for pair in pairs], index=schools.index, dtype=object)


def _by_name(schools: pd.DataFrame, directory: Directory, rules: Rules) -> pd.Series[Any]:
    ids: dict[Key, set[str]] = defaultdict(set)
    for period in directory.periods:
        ids[_key(rules, *(period.facts[name] for name in _NAMED))].add(period.key)
    rows = zip(*(schools[name].tolist() for name in _NAMED), strict=True)
    keys = [_key(rules, *row) for row in rows]
    only = [next(iter(ids[k])) if k[1] and len(ids.get(k, ())) == 1 else None for k in keys]
    return pd.Series(only, index=schools.index, dtype=object)


def _key(rules: Rules, name: str, unit: str, education_level: str) -> Key:
    return name_key(name, education_level, rules), fold(unit), education_level


def know_again(held: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The same rows of several years; one without a readable code, that the directory does not know
    either, has the `school_id` of the school of the same name, unit and education level in the
    lists of the other years, where that is one school only."""
    bare = held["school_code"].eq("") & held["matched_by"].eq("") & held["in_scope"].notna()
    places = held["unit"].astype("str") + "|" + held["education_level"].astype("str")
    rows = held.assign(bare=bare)[held["in_scope"].notna() & places.isin(places[bare])]
    columns = (rows[name].tolist() for name in _NAMED)
    keys = [_key(rules, *row) for row in zip(*columns, strict=True)]
    rows = rows.assign(key=pd.factorize(pd.Series(keys, dtype=object))[0])
    found = _only_id(rows)
    taken = pd.MultiIndex.from_frame(held[["school_id", "school_year"]])
    there = pd.MultiIndex.from_arrays([found, rows["school_year"]]).isin(taken)
    found = found[rows["bare"] & found.notna() & ~there]
    return held.assign(school_id=found.reindex(held.index).fillna(held["school_id"]).astype("str"))


def _only_id(rows: pd.DataFrame) -> pd.Series[Any]:
    """For each row the id that the schools of its key have: that of those with a code, else of the
    first; missing where they have several, or where a year has several rows of the key."""
    known = rows["school_id"].where(~rows["bare"])
    ids = known.groupby(rows["key"]).transform("nunique")
    first = rows["school_id"].groupby(rows["key"]).transform("first")
    several = rows.duplicated(["key", "school_year"], keep=False).groupby(rows["key"])
    only = known.groupby(rows["key"]).transform("first").fillna(first)
    return only.where((ids < 2) & ~several.transform("any"))


def suggest_matches(matched: pd.DataFrame, directory: Directory, rules: Rules) -> pd.DataFrame:
    """Schools of the directory a person might recognise in the rows that were not matched.

    One row per row and suggestion, the most alike first: school_year, school_name, unit,
    education_level, source_file, source_sheet, source_row, suggested_id, suggested_name,
    suggested_unit, alike_percent (0-100, of the letters). Only schools of the same education level,
    and with the same numbers in their name: "Số 1" is never "Số 2". Whoever agrees writes the name
    or the code into data/schools.csv; nothing is matched here.
    """
    columns = ["school_year", "school_name", "unit", "education_level", *_PLACE]
    unmatched = matched.loc[matched["matched_by"].eq(""), columns]
    rows = [
        [*row, *found]
        for row in unmatched.itertuples(index=False)
        for found in _alike(row, directory, rules)
    ]
    new = ["suggested_id", "suggested_name", "suggested_unit", "alike_percent"]
    return pd.DataFrame(rows, columns=[*columns, *new])


def _alike(row: Any, directory: Directory, rules: Rules) -> list[tuple[str, str, str, int]]:
    key = name_key(row.school_name, row.education_level, rules)
    found: list[tuple[str, str, str, int]] = []
    for rows in directory.schools.values():
        of_level = [p.facts for p in rows if p.facts["education_level"] == row.education_level]
        keys = [name_key(f["school_name"], row.education_level, rules) for f in of_level]
        shares = [_share(key, other) for other in keys]
        if max(shares, default=0) >= _LEAST_ALIKE:
            facts = of_level[shares.index(max(shares))]
            names = facts["school_id"], facts["school_name"], facts["unit"]
            found.append((*names, round(100 * max(shares))))
    return sorted(found, key=lambda f: (-f[3], f[0]))[:_MOST_SUGGESTED]


def _share(one: NameKey, other: NameKey) -> float:
    same_number = one.number == other.number
    return difflib.SequenceMatcher(None, one.own, other.own).ratio() if same_number else 0.0
