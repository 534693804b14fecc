"""The register: every certificate as a dated event, from rosters of all years and from lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.reference import SCHEMES, Rules, list_regimes
from analysis.status.judging import last_days, signed_between
from analysis.status.standing import imprecise

_PLACE = ["source_file", "source_sheet", "source_row"]
_OF = ["school_id", "scheme"]
_CERTIFIED = ["recognised", "level_unknown", "expired"]
COLUMNS = [
    *_OF, "regime", "level", "decision", "signed", "signed_precision", "effective", "expires",
    "expiry_derived", "ended", "ended_seen", "source", *_PLACE, "first_seen", "last_seen",
    "in_roster", "in_list",
]  # fmt: skip


def list_certificates(schools: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Every certificate that rosters of any years, and lists of recognised schools, speak of.

    `schools`: rows as cleaning gives them, of all years one below the other, matched to the
    directory. A row without a school code is of a list, unless a column `source` ("roster",
    "list") says otherwise.

    One row per certificate, by school, scheme and day:

    - `school_id`, `scheme`, `level` (missing: recognised without one), `decision`;
    - `regime`: of the day it was signed; "" where no day is stated, or the month or year leaves it
      open;
    - `signed`, `signed_precision` (day, month, year, school_year, ""), `effective`: the first day
      it can count from; `expires`: the last day in force, printed, else derived (`expiry_derived`);
    - `ended` ("", "expired", "withdrawn"): a source says that it holds no longer, since the school
      year `ended_seen`;
    - `source` (roster or list), `source_file`, `source_sheet`, `source_row`: where it was seen
      first; `first_seen`, `last_seen`: the school years (of a list, the one it is read with);
      `in_roster`, `in_list`.

    The same certificate in several years is one event: the same school, scheme, level, decision and
    day. Numbers start anew each year, so a number alone is no key: it is number, signer and year. A
    row that lacks the number or the day takes it from the others when only one can be meant, and
    "780-783" in a list is the number of the school's own decision of that day.
    """
    schools = schools.reset_index(drop=True)
    days = as_of_of(schools, rules)
    seen = pd.concat([_statements(schools, s) for s in SCHEMES], ignore_index=True)
    seen = _as_one_writing(seen).sort_values([*_OF, "first_seen"], kind="stable")
    return _ended(_with_terms(_events(seen), rules), days)[COLUMNS]


def _statements(schools: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """What each row says of a certificate of one scheme, under the names of the register."""
    result = schools[f"{scheme}_result"]
    withdrawn = result.eq("withdrawn")
    rows = schools[result.isin(_CERTIFIED) | withdrawn]
    ended = np.select([withdrawn[rows.index], rows[f"{scheme}_result"].eq("expired")],
                      ["withdrawn", "expired"], "")  # fmt: skip
    by_code = rows["school_code"].ne("").map({True: "roster", False: "list"})
    return pd.DataFrame(
        {
            "school_id": rows["school_id"],
            "scheme": scheme,
            "level": rows[f"{scheme}_level"],
            "decision": rows[f"{scheme}_decision"],
            "signed": rows[f"{scheme}_date"],
            "signed_precision": rows[f"{scheme}_date_precision"],
            "printed": rows[f"{scheme}_expiry"],
            "ended": pd.array(ended, dtype="str"),
            "source": rows.get("source", by_code).astype("str"),
            **{name: rows[name] for name in _PLACE},
            "first_seen": rows["school_year"],
        }
    )


def _as_one_writing(seen: pd.DataFrame) -> pd.DataFrame:
    """Fill what one row leaves out and another row of the same certificate states."""
    own = [seen["school_id"], seen["scheme"]]
    exact = seen["signed"].where(seen["signed_precision"].eq("day"))
    plain = seen["decision"].where(seen["decision"].ne("") & ~seen["decision"].str.contains("-.*/"))
    number = plain.fillna(_only(plain, *own, exact))
    day = exact.fillna(_only(exact, *own, number, seen["signed"].dt.year))
    day = day.fillna(_only(exact, *own, number).where(seen["signed"].isna()))
    level = seen["level"].fillna(_only(seen["level"], *own, number, day))
    return seen.assign(
        level=level,
        decision=number.fillna(seen["decision"]).astype("str"),
        signed=day.fillna(seen["signed"]),
        signed_precision=seen["signed_precision"].mask(day.notna(), "day"),
    )


def _only(values: pd.Series[Any], *keys: pd.Series[Any]) -> pd.Series[Any]:
    """For each row the one value that rows of the same keys have; missing where they have none or
    several, or where a key is missing."""
    codes, different = pd.factorize(values)
    code = pd.Series(codes, index=values.index, dtype="float64").where(codes >= 0)
    of_same = code.groupby([_codes(key) for key in keys])
    low = of_same.transform("min")
    only = low.where(low.eq(of_same.transform("max")))
    return pd.Series(different).reindex(only.to_numpy()).set_axis(values.index)


def _codes(values: pd.Series[Any]) -> pd.Series[Any]:
    """Numbers instead of values, missing where the value is: grouping by numbers is quick."""
    codes, _ = pd.factorize(values)
    return pd.Series(codes, index=values.index, dtype="float64").where(codes >= 0)


def _events(seen: pd.DataFrame) -> pd.DataFrame:
    """One row per certificate out of all that was said of it, oldest first."""
    key = [*_OF, "level", "decision", "signed", "signed_precision"]
    event = seen.groupby([_codes(seen[name]).fillna(-1) for name in key], sort=False).ngroup()
    stated_end = seen["ended"].ne("")
    first = seen.drop(columns="ended").groupby(event).nth(0).set_axis(range(event.nunique()))
    return first.assign(
        printed=seen["printed"].groupby(event).first(),
        last_seen=seen["first_seen"].groupby(event).last(),
        in_roster=seen["source"].eq("roster").groupby(event).any(),
        in_list=seen["source"].eq("list").groupby(event).any(),
        ended=seen["ended"].where(stated_end).groupby(event).last().fillna("").astype("str"),
        ended_seen=seen["first_seen"]
        .where(stated_end)
        .groupby(event)
        .first()
        .fillna("")
        .astype("str"),
    )


def _with_terms(events: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Regime, first and last day of each certificate."""
    signed = events["signed"].to_numpy("datetime64[D]")
    first, last = signed_between(signed, *imprecise(events["signed_precision"]))
    printed = events["printed"].to_numpy("datetime64[D]")
    derived = np.isnat(printed) & ~np.isnat(signed)
    expires = printed.copy()
    for scheme in SCHEMES:
        own = derived & events["scheme"].eq(scheme).to_numpy()
        expires[own] = last_days(last[own], scheme, rules)
    one, other = _regimes(first, rules), _regimes(last, rules)
    table = events.assign(
        regime=np.where(one == other, one, ""),
        effective=first.astype("datetime64[us]"),
        expires=expires.astype("datetime64[us]"),
        expiry_derived=derived,
    )
    return table.sort_values([*_OF, "effective", "level"], ignore_index=True)


def _regimes(days: np.ndarray[Any, Any], rules: Rules) -> np.ndarray[Any, Any]:
    regimes = list_regimes(rules)
    starts = np.array([r.start for r in regimes], dtype="datetime64[D]")
    names = np.array([r.id for r in regimes], dtype=object)
    found = names[np.searchsorted(starts, days, side="right") - 1]
    return np.where(np.isnat(days), "", found)


def as_of_of(schools: pd.DataFrame, rules: Rules) -> dict[str, dt.date]:
    """The as-of date of each school year: its own, else the Ministry's."""
    days = {str(year): rules.as_of(str(year)) for year in schools["school_year"].unique()}
    if "as_of" in schools:
        own = schools.groupby("school_year")["as_of"].max().dropna()
        days |= {str(year): day.date() for year, day in own.items()}
    return days


def _ended(events: pd.DataFrame, as_of: Mapping[str, dt.date]) -> pd.DataFrame:
    """A row that says "thu hồi" or "hết hạn" without number and day is about every certificate the
    school had until that year's day."""
    bare = events["ended"].ne("") & events["decision"].eq("") & events["signed"].isna()
    said = events[bare].sort_values("ended_seen").drop_duplicates(_OF).set_index(_OF)
    of_event = said[["ended", "ended_seen"]].reindex(pd.MultiIndex.from_frame(events[_OF]))
    year = of_event["ended_seen"].fillna("").set_axis(events.index)
    days = pd.to_datetime(year.map(as_of))
    had = (events["effective"] <= days) | (events["signed"].isna() & (events["first_seen"] < year))
    known = ~bare & events["ended"].eq("") & had
    return events.assign(
        ended=events["ended"].mask(known, of_event["ended"].set_axis(events.index)),
        ended_seen=events["ended_seen"].mask(known, year),
    )
