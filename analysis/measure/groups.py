"""Who is counted, in which group: groups and years in their order, and the bases."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.counting import ALL, NOT_STATED, Counts, Flags
from analysis.reference import SuiteError, list_regimes, read_rules, vietnamese_key
from analysis.tables import BETWEEN

GROUPINGS = ("education_level", "unit", "ownership", "district")


def check_choice(name: str, value: object, known: Sequence[str]) -> None:
    """Stop at a word that is none of ours, and name the nearest."""
    if value in known:
        return
    near = difflib.get_close_matches(str(value), known, 1)
    key = "unknown_choice_near" if near else "unknown_choice"
    facts = {"near": repr(near[0])} if near else {}
    raise SuiteError(key, name=name, value=repr(value), known=", ".join(known), **facts)


def standings_of(held: pd.DataFrame, scheme: str) -> pd.Categorical:
    """Where each school stands; a table that was not judged is an error."""
    column = f"{scheme}_standing"
    if column not in held or not isinstance(held[column].dtype, pd.CategoricalDtype):
        raise SuiteError("not_judged", column=column)
    return held[column].array


def stated_true(flags: pd.Series[Any]) -> Flags:
    """Stated to be true; not stated is not true."""
    return flags.astype("boolean").to_numpy(dtype=bool, na_value=False)


def asked_of(held: pd.DataFrame, scheme: str) -> Flags:
    """The schools a scheme is meant for and of which something is known of it: continuing education
    centres cannot reach CQG, and a year whose lists have no column for a scheme says nothing."""
    left_out = read_rules().regulations["not_for"][scheme]
    meant = ~held["education_level"].isin(left_out).to_numpy(dtype=bool)
    return meant & (standings_of(held, scheme).codes >= 0)


def check_grouping(by: str, also: Sequence[str] = ()) -> None:
    """Stop at a grouping there is not; several stand with a comma between them."""
    for one in by.split(","):
        check_choice("by", one, (*GROUPINGS, *also))


def groups_of(held: pd.DataFrame, by: str) -> tuple[pd.Series[str], Flags]:
    """The group of each row ("unknown": not stated; of several groupings "Phường A × TH"), and
    whether all of it is stated."""
    parts, whole = [], np.ones(len(held), np.bool_)
    for column in by.split(","):
        values = held[column] if column in held else pd.Series("", held.index, dtype="str")
        stated = values.notna() & values.ne("")
        parts.append(values.astype("str").where(stated, NOT_STATED))
        whole &= stated.to_numpy(dtype=bool)
    if parts[1:]:
        parts = [part.str.replace(BETWEEN, " x ", regex=False) for part in parts]
        names: Any = parts[0].str.cat(pd.concat(parts[1:], axis=1), sep=BETWEEN)
        return names, whole
    return parts[0], whole


def group_places(held: pd.DataFrame, by: str | None, in_scope: Flags) -> tuple[list[str], Counts]:
    """The groups that have schools, in their order, and the place of each row's group; -1 where it
    is none of them."""
    if by is None:
        return [ALL], np.zeros(len(held), dtype=np.int64)
    names, _ = groups_of(held, by)
    known = _sorted(by, names[in_scope].unique())
    places = {name: place for place, name in enumerate(known)}
    return known, names.map(places).fillna(-1).to_numpy(dtype=np.int64).astype(np.int64)


def _sorted(by: str, names: Iterable[str]) -> list[str]:
    """Groups in their order: codes as the regulations have them, names as a dictionary has them."""
    keys = [_key(column) for column in by.split(",")]
    if not keys[1:]:
        return sorted(names, key=keys[0])
    return sorted(
        names, key=lambda n: [k(part) for k, part in zip(keys, n.split(BETWEEN), strict=True)]
    )


def _key(column: str) -> Callable[[str], tuple[object, ...]]:
    lists = {"education_level": "education_levels", "ownership": "ownership"}
    rules = read_rules()
    codes = rules.regulations[lists[column]]["order"] if column in lists else []
    codes = [regime.id for regime in list_regimes(rules)] if column == "regime" else codes
    rank = {code: place for place, code in enumerate(codes)} | {NOT_STATED: len(codes) + 1}
    return lambda name: (rank.get(name, len(codes)), vietnamese_key(name))
