"""What would a plan of mergers make of each rate and each target, before any school is merged?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.compare.targets import compare_to_targets
from analysis.measure import measure_levels
from analysis.reference import SCHEMES, Directory, Period, Rules, TargetSet
from analysis.status import MAY_HOLD, inherit, status_on
from analysis.tables import columns_of

_BLANK = {"result": "not_stated", "level": pd.NA, "decision": "", "date": pd.NaT}
_BLANK |= {"date_precision": "", "expiry": pd.NaT}
_CASES = ("renamed", "all_hold", "other")
_GROUPED = ("education_level", "unit")
_KEYS = ["target_id", "scheme", "level", "by", "group"]
_COUNTS = ["schools_count", "schools_total", "unclear_count"]
_TARGET = ["label_vi", "label_en", "target_from", "target_to", "decimals"]
Switch = Mapping[str, str]


class Merger(NamedTuple):
    """Schools that are to become one: their rows (labels of the frame of schools), and what the new
    one is. `case`: as the plan declares it, "" where it does not."""

    members: tuple[Any, ...]
    school_name: str
    school_code: str
    education_level: str
    unit: str
    case: str = ""
    decision: str = ""


class Merged:
    """The schools of a year, and the same as if mergers had happened already.

    A new school holds what it keeps, else nothing; where a member is unclear, and a certificate
    might be kept, it is unclear. It is eligible, or evaluated, if all its members are alike in it.
    """

    def __init__(self, held: pd.DataFrame, mergers: Sequence[Merger], rules: Rules) -> None:
        self.held = held.copy(deep=False)
        self.held.attrs = {}
        self.mergers, self._rules, self._day = mergers, rules, held["as_of"].max().date()
        sizes = [len(merger.members) for merger in mergers]
        self._of = np.repeat(np.arange(len(mergers)), sizes)
        members = [row for merger in mergers for row in merger.members]
        before = self.held.loc[members]
        last = pd.Timestamp(self._day) - pd.Timedelta(days=1)
        self._before = before.assign(school_year="", as_of=last)
        parts = [self._before, self.held.drop(index=members), self._new(before)]
        self._both = pd.concat(parts, ignore_index=True)
        self._directory = self._lineage()

    def by(self, switch: Switch) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The schools after the mergers, and what becomes of each certificate (`inherit`), where
        certificates are "carried" or "not_carried" by case."""
        both, told = inherit(
            self._both, self._directory, lambda case, *_: switch[case], self._rules
        )
        then = both[both["school_year"].ne("")].reset_index(drop=True)
        new = then.index[len(then) - len(self.mergers) :]
        rows = then.loc[new]
        for scheme in SCHEMES:
            nothing = rows[f"{scheme}_state"].eq("not_stated").to_numpy(dtype=bool)
            nothing = nothing & ~self._unclear(scheme, switch)
            result = rows[f"{scheme}_result"].mask(nothing, "not_evaluated")
            rows = rows.assign(**{f"{scheme}_result": result})
        rows = status_on(rows, self._day, self._rules)
        return pd.concat([then.drop(index=new), rows[then.columns]], ignore_index=True), told

    def _unclear(self, scheme: str, switch: Switch) -> Any:
        """The new schools that may keep a certificate of which it is not known who holds it."""
        may_hold = self._before[f"{scheme}_state"].isin(MAY_HOLD).to_numpy(dtype=bool)
        some = np.bincount(self._of[may_hold], minlength=len(self.mergers)) > 0
        cases = [(m.case,) if m.case else _CASES[len(m.members) > 1 :] for m in self.mergers]
        kept = [any(switch[case] == "carried" for case in possible) for possible in cases]
        return some & np.array(kept, np.bool_)

    def _new(self, before: pd.DataFrame) -> pd.DataFrame:
        """A row for each new school, of which no list says anything yet."""
        rows = before[~pd.Series(self._of).duplicated().to_numpy()].reset_index(drop=True)
        facts = [merger._asdict() for merger in self.mergers]
        names = ("school_name", "school_code", "education_level", "unit")
        told: dict[str, Any] = {name: [own[name] for own in facts] for name in names}
        told |= {"school_id": [_id(place) for place in range(len(facts))], "doubts": ""}
        for name in ("eligible", "externally_evaluated"):
            alike = before[name].groupby(self._of).nunique(dropna=False).eq(1).to_numpy()
            told[name] = rows[name].where(alike)
        counted = before["in_scope"].fillna(False).groupby(self._of).any().to_numpy(dtype=bool)
        told["in_scope"] = pd.array(counted, dtype="boolean")
        told["scope_reason"] = rows["scope_reason"].mask(counted, "")
        for scheme in SCHEMES:
            asked = rows[f"{scheme}_state"].notna()
            for name, value in _BLANK.items():
                old = rows[f"{scheme}_{name}"]
                told[f"{scheme}_{name}"] = old.mask(asked, value).astype(old.dtype)
        return status_on(rows.assign(**told), self._day, self._rules)

    def _lineage(self) -> Directory:
        """The plan as a directory in which it has happened on the year's day."""
        last, periods = self._day - dt.timedelta(1), list[Period]()
        columns = ("school_id", "school_name", "education_level")
        for of, *cells in zip(self._of, *(self._before[c] for c in columns), strict=True):
            merger = self.mergers[of]
            school_id, name, level = map(str, cells)
            facts = {"school_name": name, "education_level": level}
            facts |= {"case": merger.case, "decision": merger.decision}
            ended = (dt.date.min, last, "merged_into", (_id(of),), 0, facts)
            periods.append(Period(school_id, *ended))
        for place, merger in enumerate(self.mergers):
            facts = {name: getattr(merger, name) for name in columns[1:]}
            periods.append(Period(_id(place), self._day, dt.date.max, "", (), 0, facts))
        return Directory(tuple(periods))


def _id(place: int) -> str:
    return f"plan {place + 1}"


def compare_mergers(
    held: pd.DataFrame,
    mergers: Sequence[Merger],
    own: Switch,
    target_set: TargetSet,
    rules: Rules,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each rate and each target of a year as it is, and as it were after the mergers, for each way
    the certificates of each case may go; and what becomes of each certificate by the switch in
    force (`own`).

    One row per switch x figure x group: `kept` (the cases in which certificates are carried, or
    "none"), `own` (it is the switch in force); target_id ("": schools with a certificate of the
    scheme at whatever level, in its usual base), scheme, level, by, group; schools_count,
    schools_total, unclear_count, schools_percent, verdict, schools_needed, and the same then;
    `turns`.
    """
    merged = Merged(held, mergers, rules)
    told = merged.by(own)[1]
    cases = [case for case in _CASES if case in set(told["merger_case"])]
    now, parts = _figures(merged.held, target_set), list[pd.DataFrame]()
    for words in product(("not_carried", "carried"), repeat=len(cases)):
        switch = {**own, **dict(zip(cases, words, strict=True))}
        later = _figures(merged.by(switch)[0], target_set).add_prefix("then_")
        both = now.join(later, how="outer").reset_index()
        in_force = all(switch[case] == own[case] for case in cases)
        kept = tuple(case for case in cases if switch[case] == "carried") or ("none",)
        parts.append(both.assign(kept=pd.Series([kept] * len(both), dtype=object), own=in_force))
    # When it is to happen, and what the new schools will be called by, is not known.
    told = told.drop(columns=["school_id", "merged_on"])
    return _told(pd.concat(parts, ignore_index=True)), told


def _figures(held: pd.DataFrame, target_set: TargetSet) -> pd.DataFrame:
    """Every rate and target of a year, by education level, by unit and in all."""
    parts = []
    for by in _GROUPED:
        compared = compare_to_targets(held, target_set, by=by)
        parts.append(compared[[*_KEYS, *_TARGET, *_COUNTS, "verdict", "schools_needed"]])
        for scheme in SCHEMES:
            levels = measure_levels(held, scheme=scheme, by=by)
            rows = levels[levels["standing"].astype("str").eq("1")]
            names = {"reached_count": "schools_count", "reached_unclear_count": "unclear_count"}
            rows = rows.drop(columns=[*names.values()]).rename(columns=names)
            parts.append(rows.assign(target_id="", level=0)[[*_KEYS, *_COUNTS]])
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    whole = rows["group"].eq("all")
    rows = rows[~whole | rows["by"].isin(["", _GROUPED[0]])].assign(by=rows["by"].mask(whole, ""))
    return rows.set_index(_KEYS)


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of the table; a group that is not there before, or then, has no schools."""
    for name in _TARGET:
        rows[name] = rows[name].fillna(rows[f"then_{name}"]) if name in rows else pd.NA
    for when in ("", "then_"):
        for name in _COUNTS:
            rows[when + name] = rows[when + name].fillna(0).astype("int64")
        count, total = rows[f"{when}schools_count"], rows[f"{when}schools_total"]
        rows[f"{when}schools_percent"] = (100 * count / total.mask(total == 0)).astype("Float64")
        for name in ("verdict", "schools_needed"):
            if when + name not in rows:
                rows[when + name] = pd.NA
        rows[f"{when}verdict"] = rows[f"{when}verdict"].fillna("")
    named = {
        f"then_schools_{name}": f"then_{name}" for name in ("count", "total", "percent", "needed")
    }
    rows = rows.rename(columns={**named, "then_unclear_count": "then_unclear"})
    rows["level"] = rows["level"].astype("Int64").mask(rows["target_id"].eq(""))
    rows["turns"] = rows["verdict"].ne(rows["then_verdict"])
    return rows[columns_of("merger_effects")]
