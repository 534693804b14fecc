"""Where roster and register disagree, with the place of both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.reference import SCHEMES

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
