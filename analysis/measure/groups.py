"""Who is counted, in which group: groups and years in their order, and the bases."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.counting import ALL, NOT_STATED, Counts, Flags
from analysis.reference import SuiteError, read_rules

GROUPINGS = ("education_level", "unit", "ownership")

# Vietnamese order: base letters first; the tones (none, grave, hook, tilde, acute, dot) break ties.
_LETTERS = {c: 0x10000 + i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = "\u0300\u0309\u0303\u0301\u0323"


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


def group_places(held: pd.DataFrame, by: str | None, in_scope: Flags) -> tuple[list[str], Counts]:
    """The groups that have schools, in their order, and the place of each row's group; -1 where it
    is none of them."""
    if by is None:
        return [ALL], np.zeros(len(held), dtype=np.int64)
    stated = held[by].notna() & held[by].ne("")
    names = held[by].astype("str").where(stated, NOT_STATED)
    known = _sorter(by)(names[in_scope].unique())
    places = {name: place for place, name in enumerate(known)}
    return known, names.map(places).fillna(-1).to_numpy(dtype=np.int64).astype(np.int64)


def _sorter(by: str) -> Callable[[Iterable[str]], list[str]]:
    """How groups are sorted: codes as the regulations have them, names as a dictionary has them."""
    lists = {"education_level": "education_levels", "ownership": "ownership"}
    codes = read_rules().regulations[lists[by]]["order"] if by in lists else []
    rank = {code: place for place, code in enumerate(codes)} | {NOT_STATED: len(codes) + 1}
    return lambda names: sorted(names, key=lambda n: (rank.get(n, len(codes)), vietnamese_key(n)))


def vietnamese_key(text: str) -> tuple[object, ...]:
    """A key for the order of a Vietnamese dictionary: D, Đ, E; and "Số 2" before "Số 10"."""
    letters = unicodedata.normalize("NFD", text.casefold())
    tones = tuple(_TONES.index(c) for c in letters if c in _TONES)
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    return tuple(map(_place, re.findall(r"\d+|\D", plain))), tones, text


@lru_cache(maxsize=4096)
def _place(part: str) -> tuple[int, int]:
    """A number counts as one character that is sorted by its size."""
    return (ord("0"), int(part)) if part.isdecimal() else (_LETTERS.get(part, ord(part)), 0)
