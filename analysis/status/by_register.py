"""Where each school stands by the register: the highest certificate in force on any date;
and where that differs from the lists of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.reference import SCHEMES, Rules, term_end
from analysis.status.register import as_of_of
from analysis.status.standing import as_of_days, status_on

_SOURCE = ["source", "source_file", "source_sheet", "source_row"]
Years = Mapping[str, dt.date]
_SAYS_NONE = ["not_evaluated", "pending", "not_reached"]


def status_from_register(
    certificates: pd.DataFrame,
    schools: pd.DataFrame,
    as_of: dt.date | Mapping[str, dt.date],
    rules: Rules,
) -> pd.DataFrame:
    """The schools as they stand on a day by the register (`list_certificates`) instead of by the
    one certificate their roster states.

    One row per row of `schools`, with the columns of `status_on`; `s_decision`, `s_date`,
    `s_expiry` and so on are those of the certificate that decides, and `s_source`,
    `s_source_file`, `s_source_sheet`, `s_source_row` say where that was seen (missing: none).

    The certificate that decides is the highest in force on the day; where none is, the last one
    that was. One that a source says is withdrawn counts as withdrawn from that school year's day
    on. A school of which the register knows nothing yet on that day stands as its roster says, if
    that is "not evaluated", "pending" or "not reached"; else its state is not stated. A certificate
    without any day counts in the school years that state it, and in no other.
    """
    days = as_of_days(schools["school_year"], as_of)
    seen = certificates[["first_seen", "last_seen", "ended_seen"]].to_numpy().ravel()
    years = {year: rules.as_of(year) for year in {*seen} - {""}} | as_of_of(schools, rules)
    years |= as_of if isinstance(as_of, Mapping) else {}
    told = schools.copy()
    for scheme in SCHEMES:
        own = certificates[certificates["scheme"] == scheme]
        told = told.assign(**_told(_deciding(own, schools["school_id"], days, years), told, scheme))
    return status_on(told, as_of, rules)


def _deciding(
    certificates: pd.DataFrame, school_ids: pd.Series[Any], days: pd.Series[Any], years: Years
) -> pd.DataFrame:
    """For each school, in their order, the certificate that decides on its day; a row of missing
    values where there is none. `holds`: it is in force. `years`: the as-of date of each."""
    asked = pd.DataFrame({"place": range(len(days)), "school_id": school_ids.array})
    found = asked.assign(day=days.array).merge(certificates, on="school_id")
    found = found[_begun(found, years)]
    over = (found["expires"] < found["day"]) | _end_stated(found, years)
    found = found.assign(holds=~over, rank=found["level"].fillna(0).where(~over, 0))
    order = ["place", "holds", "rank", "expires", "effective"]
    last = found.sort_values(order, na_position="first").drop_duplicates("place", keep="last")
    return last.set_index("place").reindex(range(len(days)))


def _begun(found: pd.DataFrame, years: Years) -> pd.Series[Any]:
    """Certificates that can count on the day: signed by then; one without a day of signing counts
    from the first school year that states it, and to the last one unless its end is known."""
    day, undated = found["day"], found["signed"].isna()
    stated_from = _days_of(found["first_seen"], years, years_before=1)
    stated_to = _days_of(found["last_seen"], years)
    stated = (stated_from < day) & ((day <= stated_to) | found["expires"].notna())
    return (found["effective"] <= day) | (undated & stated)


def _end_stated(found: pd.DataFrame, years: Years) -> pd.Series[Any]:
    """A source said by the day asked that the certificate holds no longer."""
    return found["ended"].ne("") & (_days_of(found["ended_seen"], years) <= found["day"])


def _days_of(
    school_years: pd.Series[Any], years: Years, *, years_before: int = 0
) -> pd.Series[Any]:
    """The as-of date of each school year; missing where none is named."""
    days = {y: term_end(years[y], -12 * years_before) for y in set(school_years) - {""}}
    return pd.to_datetime(school_years.map(days))


def _told(deciding: pd.DataFrame, schools: pd.DataFrame, scheme: str) -> dict[str, Any]:
    """The certificate columns of one scheme, as a roster would state them."""
    withdrawn = deciding["ended"].eq("withdrawn") & deciding["holds"].eq(False)
    none = deciding["school_id"].isna().to_numpy()
    stated = schools[f"{scheme}_result"]
    held = np.where(deciding["level"].isna(), "level_unknown", "recognised")
    gone = np.where(withdrawn, "withdrawn", "expired")
    result = np.select(
        [~none & deciding["holds"].eq(True).to_numpy(), ~none, stated.isin(_SAYS_NONE)],
        [held, gone, stated],
        "not_stated",
    )
    printed = deciding["expires"].where(deciding["expiry_derived"].eq(False))
    decision, precision = (deciding[n].fillna("") for n in ("decision", "signed_precision"))
    return {
        f"{scheme}_result": pd.Series(result, dtype="str").mask(stated.isna().to_numpy()).array,
        f"{scheme}_level": deciding["level"].astype("Int64").array,
        f"{scheme}_decision": decision.astype("str").array,
        f"{scheme}_date": deciding["signed"].astype("datetime64[us]").array,
        f"{scheme}_date_precision": precision.astype("str").array,
        f"{scheme}_expiry": printed.astype("datetime64[us]").array,
        **{f"{scheme}_{name}": deciding[name].array for name in _SOURCE},
    }


_PLACE = ["source_file", "source_sheet", "source_row"]
_SCHOOL = ["school_year", "as_of", "school_id", "school_name", "unit", "education_level"]
_TOLD = ["standing", "decision", "expires"]
_HOLDS = ["in_force", "level_unknown"]
KINDS = ("roster_lacks", "register_lacks", "register_ended", "level", "expiry", "unclear", "state")


def reconcile(held: pd.DataFrame, by_register: pd.DataFrame) -> pd.DataFrame:
    """Schools that stand otherwise by their roster (`held`, from `status_on`) than by the register
    (`by_register`, from `status_from_register` on the same days).

    One row per school x scheme that disagree: school_year, as_of, school_id, school_name, unit,
    education_level, scheme, `kind`, and from both sides (`roster_`, `register_`): standing,
    decision, expires, source_file, source_sheet, source_row. `kind`:

    - roster_lacks: in force by the register only; register_lacks: by the roster only;
    - register_ended: in force by the roster, expired or withdrawn by the register;
    - level: two different levels in force; expiry: the same level, with another last day;
    - unclear: in doubt or not stated in the roster, ended or never there by the register;
    - state: in force by neither, but told in different words.

    Of a scheme that the year's lists have no column for there is nothing to compare.
    """
    keys = ["school_year", "school_id"]
    both = held.merge(by_register, on=keys, suffixes=("", "_register"), validate="m:1")
    parts = [_disagreeing(both, scheme) for scheme in SCHEMES]
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def _disagreeing(both: pd.DataFrame, scheme: str) -> pd.DataFrame:
    both = both[both[f"{scheme}_state"].notna()]
    states = both[f"{scheme}_state"], both[f"{scheme}_state_register"]
    roster, register = (state.replace("in_doubt", "not_stated") for state in states)
    holds, registered = roster.isin(_HOLDS), register.isin(_HOLDS)
    ended = register.isin(["expired", "withdrawn"])
    level = both[f"{scheme}_standing"].ne(both[f"{scheme}_standing_register"])
    last, registered_last = both[f"{scheme}_expires"], both[f"{scheme}_expires_register"]
    expiry = last.ne(registered_last) & ~(last.isna() & registered_last.isna())
    kind = np.select(
        [~holds & registered, holds & ~registered & ~ended, holds & ~registered,
         holds & level, holds & expiry, roster.eq("not_stated") & roster.ne(register),
         roster.ne(register)],
        KINDS,
        "",
    )  # fmt: skip
    found = both.assign(scheme=scheme, kind=pd.array(kind, dtype="str"))[kind != ""]
    names = {f"roster_{n}": f"{scheme}_{n}" for n in ("standing", "decision", "expires")}
    names |= {f"roster_{n}": n for n in _PLACE}
    names |= {
        f"register_{n}": f"{scheme}_{n}_register" for n in ("standing", "decision", "expires")
    }
    names |= {f"register_{n}": f"{scheme}_{n}" for n in _PLACE}
    told = found[[*_SCHOOL, "scheme", "kind"]].assign(**{n: found[c] for n, c in names.items()})
    words = ["roster_standing", "register_standing"]
    return told.astype(dict.fromkeys(words, "str"))
