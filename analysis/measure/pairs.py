"""The same school in the lists of two years: where it stands in each, and what the lists say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure.from_frame import in_doubt, members_of
from analysis.measure.groups import asked_of, group_places, standings_of, stated_true
from analysis.status.judging import signed_between
from analysis.status.standing import imprecise

# Where a school stands in a list in whose denominator it is not: on the list, but counted nowhere;
# somewhere on the list, but nobody can tell which row it is; truly not on it.
OUTSIDE, SET_ASIDE, ABSENT = "outside", "set_aside", "absent"
BESIDE = (OUTSIDE, SET_ASIDE, ABSENT)
COUNTED = "counted"
# States of a school that holds a certificate, or did.
HELD = ("withdrawn", "expired", "level_unknown", "in_force")
_ID = ["school_id", "copy"]


@dataclass(frozen=True)
class Lists:
    """The lists of several years (`held_years`), for one scheme: `rows` of schools, one per school
    of a year that states the scheme; by year the ids of the schools whose code a row set aside has
    (`aside`), and the as-of date (`days`).

    Of each row: `place` ("counted" or one of BESIDE), `standing`, `state`, `level` (counted from
    the lowest standing that counts, 0: none), `group`; decision, `first` and `last` day it can have
    been signed on, `expires`; `since`: the place of the first year in which the school held a
    certificate; `unidentified`: its code is in doubt.
    """

    scheme: str
    held_years: tuple[str, ...]
    rows: pd.DataFrame
    aside: dict[str, set[str]]
    days: dict[str, pd.Timestamp]

    @property
    def years(self) -> list[str]:
        """The years that state the scheme, oldest first."""
        return [*self.days]

    def told(self, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """What a table of these pairs says of the years that are in none."""
        later = {following for _, following in pairs}
        unpaired = tuple(year for year in self.days if year not in later)
        return {"scheme": self.scheme, "school_years": self.held_years, "unpaired": unpaired}

    def pair(self, one: str, following: str) -> pd.DataFrame:
        """One row per school of either list, with what each says of it (`_a`, `_b`), and whether it
        held a certificate in a year before both (`before`)."""
        sides = [self._of(year) for year in (one, following)]
        pair = sides[0].merge(sides[1], on=_ID, how="outer", suffixes=("_a", "_b"))
        for side in "ab":
            pair = _filled(pair, side)
        pair = _not_identified(self._known_by_code(pair, one, following))
        since = np.fmin(pair["since_a"], pair["since_b"])
        days = {"as_of_a": self.days[one], "as_of_b": self.days[following]}
        return pair.assign(before=since < self.years.index(one), **days)

    def _of(self, year: str) -> pd.DataFrame:
        return self.rows[self.rows["school_year"] == year].drop(columns="school_year")

    def _known_by_code(self, pair: pd.DataFrame, one: str, following: str) -> pd.DataFrame:
        """Not on the list but for a row set aside that has its code."""
        for side, year in (("a", one), ("b", following)):
            place = pair[f"place_{side}"]
            aside = place.eq(ABSENT) & pair["school_id"].isin(self.aside.get(year, ()))
            pair[f"place_{side}"] = place.mask(aside, SET_ASIDE)
        return pair


def read_lists(held: pd.DataFrame, scheme: str, by: str | None = None, base: str = "all") -> Lists:
    """What the lists of each year that states the scheme say of each school. Who is in scope and
    not in the base stands outside, for the reason "base"."""
    standing = standings_of(held, scheme)
    stated = np.asarray(standing.codes >= 0)
    counted = in_scope = stated_true(held["in_scope"]) & asked_of(held, scheme)
    if base != "all":
        counted = in_scope & members_of(held, scheme, base).counted
    aside = held["in_scope"].isna().to_numpy(dtype=bool)
    first = list(standing.categories).index("level_unknown") - 1
    years = sorted(held["school_year"][stated].unique())
    days = {str(year): held["as_of"][held["school_year"] == year].max() for year in years}
    rows = held[["school_year", "school_id", "unit", "education_level"]].assign(
        scope_reason=held["scope_reason"].mask(in_scope & ~counted, "base"),
        copy=held.groupby(["school_year", "school_id"]).cumcount(),
        place=np.where(counted, COUNTED, OUTSIDE),
        group=_groups(held, by, counted),
        standing=np.asarray(standing.astype(object)),
        level=np.where(counted, np.maximum(standing.codes - first, 0), 0),
        since=_since(held, scheme, years),
        unidentified=_unidentified(held),
        **_certificate(held, scheme),
    )
    every = tuple(map(str, sorted({*held["school_year"]})))
    return Lists(scheme, every, rows[stated & ~aside], _set_aside(held, aside), days)


def _certificate(held: pd.DataFrame, scheme: str) -> dict[str, Any]:
    """What is stated of the certificate, with the days it can have been signed on."""
    signed = held[f"{scheme}_date"].to_numpy("datetime64[D]")
    first, last = signed_between(signed, *imprecise(held[f"{scheme}_date_precision"]))
    return {
        "state": held[f"{scheme}_state"],
        "decision": held[f"{scheme}_decision"].fillna(""),
        "first": first.astype("datetime64[us]"),
        "last": last.astype("datetime64[us]"),
        "expires": held[f"{scheme}_expires"],
    }


def _groups(held: pd.DataFrame, by: str | None, counted: Any) -> Any:
    names, place = group_places(held, by, counted)
    return np.array([*names, ""], dtype=object)[np.where(counted, place, -1)]


def _since(held: pd.DataFrame, scheme: str, years: list[str]) -> Any:
    """The place of the first year in which each school held a certificate; NaN where in none."""
    place = held["school_year"].map({year: at for at, year in enumerate(years)})
    had = place.where(held[f"{scheme}_state"].isin(HELD)).astype("float64")
    return had.groupby(held["school_id"]).transform("min")


def _unidentified(held: pd.DataFrame) -> Any:
    """The schools whose code is in doubt, and that were not found by their name."""
    if "matched_by" not in held:
        return in_doubt(held, "school_code")
    return in_doubt(held, "school_code") & held["matched_by"].eq("").to_numpy(dtype=bool)


def _set_aside(held: pd.DataFrame, aside: Any) -> dict[str, set[str]]:
    """By year the ids of the schools whose code a row set aside has."""
    columns = ["school_id", "school_code"]
    coded = held["school_code"].fillna("").ne("")
    schools = held.loc[coded & ~aside, columns].drop_duplicates()
    rows = held.loc[coded & aside, ["school_year", "school_code"]]
    known = rows.merge(schools, on="school_code")
    return {str(y): set(ids) for y, ids in known.groupby("school_year")["school_id"]}


def _filled(pair: pd.DataFrame, side: str) -> pd.DataFrame:
    """The columns of one side, also where the school is not in its list."""
    blank: dict[str, Any] = {"place": ABSENT, "level": 0, "unidentified": False}
    blank |= dict.fromkeys(["group", "state", "standing", "decision", "scope_reason"], "")
    types = {"level": "int64", "unidentified": "bool"}
    new = {f"{name}_{side}": value for name, value in blank.items()}
    filled = {name: pair[name].astype(object).fillna(value) for name, value in new.items()}
    return pair.assign(**filled).astype({f"{n}_{side}": t for n, t in types.items()})


def _not_identified(pair: pd.DataFrame) -> pd.DataFrame:
    """A school whose code is in doubt and that the other list does not have may be one that the
    other list has and this one seems not to: of the same unit and education level."""
    absent = {side: pair[f"place_{side}"].eq(ABSENT) for side in "ab"}
    kind = {
        side: pair[f"unit_{side}"].astype("str") + "|" + pair[f"education_level_{side}"]
        for side in "ab"
    }
    found = {side: pd.Series(False, index=pair.index) for side in "ab"}
    for own, other in ("ab", "ba"):
        lone = absent[other] & pair[f"unidentified_{own}"]
        maybe = absent[own] & kind[other].isin(kind[own][lone])
        found[other], found[own] = found[other] | lone, found[own] | maybe
    places = {f"place_{s}": pair[f"place_{s}"].mask(found[s], SET_ASIDE) for s in "ab"}
    return pair.assign(**places)
