"""This room answers: how many? Counts and shares of schools by level, exact and "or higher"."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.reference import SCHEMES, SuiteError, read_rules

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BASES = ("eligible", "evaluated", "all")
GROUPINGS = ("education_level", "unit", "ownership")
_NOT_STATED, _ALL = "unknown", "all"

# Vietnamese order: base letters first; the tones (none, grave, hook, tilde, acute, dot) break ties.
_LETTERS = {c: 0x10000 + i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = "\u0300\u0309\u0303\u0301\u0323"


def measure_levels(
    held: pd.DataFrame,
    *,
    scheme: str,
    by: str | None = None,
    base: str = "all",
    kept_out: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How many schools stand where, from the table `status_on` gives.

    One row per school_year x group x standing, also where nobody stands there; groups in their
    order ("unknown": not stated, "all": the total, last), standings from the least to the highest
    level. Groups are those with a school in scope in any of the years, so every year and every base
    has the same ones.

    - `schools_count`: schools at exactly this standing; those of a group add up to `schools_total`;
    - `schools_total`: the base: "all" schools in scope; "eligible": not stated to be ineligible for
      external evaluation; "evaluated": externally evaluated, or, where a year says so of no school,
      with a result;
    - `schools_percent`: 0-100, missing where the base is empty;
    - `reached_count`, `reached_percent`: at this level or higher, missing where the standing is no
      level. A recognised school of unknown level counts as reached at level 1, at no exact level.

    With `kept_out` (the rows set aside) also `set_aside_count`, the schools that may be missing in
    the group, and how far they could move each share: `schools_percent_low`, `_high`,
    `reached_percent_low`, `_high`.
    """
    check_choice("scheme", scheme, SCHEMES)
    check_choice("base", base, BASES)
    if by is not None:
        check_choice("by", by, GROUPINGS)
    standing = _standings(held, scheme)
    in_scope = _true(held["in_scope"]) & _asked_of(held, scheme)
    years, year = _ordered(held["school_year"], sorted)
    groups, group = _groups(held, by, in_scope)
    counted = in_scope & _in_base(held, scheme, base)
    shape = (len(years), len(groups), len(standing.categories))
    counts = count_places([year, group, standing.codes], counted, shape)
    if by is not None:
        counts = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
        groups = [*groups, _ALL]
    keys = {"scheme": scheme, "base": base, "by": by or ""}
    table = _table(counts, years, groups, standing.categories, keys)
    return table if kept_out is None else _with_bounds(table, kept_out)


def count_places(places: Sequence[Counts], counted: Flags, shape: tuple[int, ...]) -> Counts:
    """How many of the counted rows have each combination of places."""
    at = np.ravel_multi_index([place[counted] for place in places], shape)
    return np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)


def reached_counts(counts: Counts, standings: Sequence[str]) -> tuple[Counts, Flags]:
    """Schools at each level or higher (standings along the last axis), and which are levels."""
    is_level = np.array([name.isdecimal() for name in standings])
    reached = np.where(is_level, counts, 0)[..., ::-1].cumsum(axis=-1)[..., ::-1]
    # Whoever is recognised without a known level holds at least the lowest one.
    reached[..., is_level.argmax()] += counts[..., list(standings).index("level_unknown")]
    return reached, np.broadcast_to(is_level, counts.shape)


def _with_bounds(levels: pd.DataFrame, kept_out: pd.DataFrame) -> pd.DataFrame:
    missing = count_kept_out(levels, kept_out)
    bounds = {"set_aside_count": missing}
    for what in ("schools", "reached"):
        low, high = share_bounds(levels[f"{what}_count"], levels["schools_total"], missing)
        bounds |= {f"{what}_percent_low": low, f"{what}_percent_high": high}
    return levels.assign(**bounds)


def share_bounds(
    count: pd.Series[Any], total: pd.Series[Any], missing: pd.Series[Any]
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The least and the greatest share (0-100) if the missing schools were counted too: none of
    them reaching, or all of them."""
    everyone = (total + missing).astype("Float64").where(lambda n: n > 0)
    return 100 * count / everyone, 100 * (count + missing) / everyone


def count_kept_out(table: pd.DataFrame, kept_out: pd.DataFrame) -> pd.Series[Any]:
    """For each row of a measured table the schools set aside that may belong to its group.

    Two rows with one code are one school; a row whose group could not be read may belong to any.
    """
    coded = kept_out["school_code"].ne("")
    schools = pd.concat(
        [kept_out[~coded], kept_out[coded].drop_duplicates(["school_year", "school_code"])]
    )
    counts: dict[tuple[str, str, str], int] = {}

    def count(year: str, by: str, group: str) -> int:
        of_year = schools[schools["school_year"] == year]
        if group == _ALL or not by:
            return len(of_year)
        return int(of_year[by].isin([group, ""]).sum())

    keys = list(zip(table["school_year"], table["by"], table["group"].astype(str), strict=True))
    for key in dict.fromkeys(keys):
        counts[key] = count(*key)
    return pd.Series([counts[key] for key in keys], index=table.index, dtype="Int64")


def check_choice(name: str, value: object, known: Sequence[str]) -> None:
    """Stop at a word that is none of ours, and name the nearest."""
    if value in known:
        return
    near = difflib.get_close_matches(str(value), known, 1)
    key = "unknown_choice_near" if near else "unknown_choice"
    facts = {"near": repr(near[0])} if near else {}
    raise SuiteError(key, name=name, value=repr(value), known=", ".join(known), **facts)


def _standings(held: pd.DataFrame, scheme: str) -> pd.Categorical:
    column = f"{scheme}_standing"
    if column not in held or not isinstance(held[column].dtype, pd.CategoricalDtype):
        raise SuiteError("not_judged", column=column)
    return held[column].array


def _true(flags: pd.Series[Any]) -> Flags:
    """Stated to be true; not stated is not true."""
    return flags.astype("boolean").to_numpy(dtype=bool, na_value=False)


def _asked_of(held: pd.DataFrame, scheme: str) -> Flags:
    """The schools a scheme is meant for: continuing education centres cannot reach CQG."""
    left_out = read_rules().regulations["not_for"][scheme]
    return ~held["education_level"].isin(left_out).to_numpy(dtype=bool)


def _in_base(held: pd.DataFrame, scheme: str, base: str) -> Flags:
    """The schools the denominator may hold, in scope or not."""
    if base == "eligible":
        return held["eligible"].astype("boolean").to_numpy(dtype=bool, na_value=True)
    if base == "all":
        return np.ones(len(held), dtype=bool)
    evaluated = held["externally_evaluated"].astype("boolean")
    said = evaluated.notna() & _true(held["in_scope"])
    stated = said.groupby(held["school_year"]).transform("any").to_numpy(dtype=bool)
    has_result = ~held[f"{scheme}_state"].isin(["not_evaluated", "unknown"]).to_numpy()
    return np.where(stated, _true(evaluated), has_result)


def _groups(held: pd.DataFrame, by: str | None, in_scope: Flags) -> tuple[list[str], Counts]:
    """The groups that have schools, in their order, and the place of each school's group."""
    if by is None:
        return [_ALL], np.zeros(len(held), dtype=np.int64)
    stated = held[by].notna() & held[by].ne("")
    names = held[by].astype("str").where(stated, _NOT_STATED)
    return _ordered(names.where(in_scope), _sorter(by))


def _ordered(
    values: pd.Series[Any], sort: Callable[[Iterable[str]], list[str]]
) -> tuple[list[str], Counts]:
    """The different values in order, and the place of each row's value; -1 where it is missing."""
    codes, found = pd.factorize(values)
    names = sort(found)
    places = np.array([*map({n: i for i, n in enumerate(names)}.get, found), -1], dtype=np.int64)
    return names, places[codes]


def _sorter(by: str) -> Callable[[Iterable[str]], list[str]]:
    """How groups are sorted: codes as the regulations have them, names as a dictionary has them."""
    lists = {"education_level": "education_levels", "ownership": "ownership"}
    codes = read_rules().regulations[lists[by]]["order"] if by in lists else []
    rank = {code: place for place, code in enumerate(codes)} | {_NOT_STATED: len(codes) + 1}
    return lambda names: sorted(names, key=lambda n: (rank.get(n, len(codes)), vietnamese_key(n)))


def vietnamese_key(text: str) -> tuple[object, ...]:
    """A key for the order of a Vietnamese dictionary: D, Đ, E; and "Số 2" before "Số 10"."""
    letters = unicodedata.normalize("NFD", text.casefold())
    tones = tuple(_TONES.index(c) for c in letters if c in _TONES)
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    return tuple(map(_place, re.findall(r"\d+|\D", plain))), tones, text


def _place(part: str) -> tuple[int, int]:
    """A number counts as one character that is sorted by its size."""
    return (ord("0"), int(part)) if part.isdecimal() else (_LETTERS.get(part, ord(part)), 0)


def _table(
    counts: Counts, years: list[str], groups: list[str], standings: pd.Index, keys: dict[str, str]
) -> pd.DataFrame:
    """The counts (year x group x standing) as one long table, with their shares."""
    totals = np.broadcast_to(counts.sum(axis=2, keepdims=True), counts.shape)
    reached, is_level = reached_counts(counts, list(standings))
    cells = pd.MultiIndex.from_product([years, groups, standings]).to_frame(index=False)
    return pd.DataFrame(
        {
            "school_year": cells[0].astype("str"),
            **keys,
            "group": cells[1].astype("str"),
            "standing": pd.Categorical(cells[2], categories=standings, ordered=True),
            "schools_count": counts.ravel(),
            "schools_total": totals.ravel(),
            "schools_percent": _percent(counts, totals, totals == 0),
            "reached_count": pd.arrays.IntegerArray(reached.ravel(), ~is_level.ravel()),
            "reached_percent": _percent(reached, totals, (totals == 0) | ~is_level),
        }
    )


def _percent(part: Counts, whole: Counts, missing: Flags) -> pd.arrays.FloatingArray:
    """0-100; the integers are divided once, so equal shares are equal numbers."""
    share = 100 * part / np.where(whole == 0, 1, whole)
    return pd.arrays.FloatingArray(share.ravel(), missing.ravel())
