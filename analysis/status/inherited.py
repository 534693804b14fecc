"""What becomes of the certificates of schools that were merged: kept by the new school, or told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from analysis.reference import SCHEMES, Directory, Period, Rules
from analysis.status.judging import UNCLEAR
from analysis.status.standing import status_on
from analysis.tables import columns_of

_HOLDS = ("in_force", "level_unknown")
# States of which it is not known whether a certificate is held: who asks for a new one may hold the
# old one still.
MAY_HOLD = (*UNCLEAR, "pending")
_CERTIFICATE = ("state", "expires", "result", "level", "decision", "date", "date_precision")
_FACTS = ("school_year", "as_of", "school_id", "school_name", "unit", "education_level")
# What the law, or the office, makes of the certificates in a case of merger, on its day, for the
# figures of a school year: "carried" or "not_carried".
Becomes = Callable[[str, dt.date, str], str]


class Held(NamedTuple):
    """What a school holds of a scheme on a day. `holds`: None where that is unclear."""

    holds: bool | None
    certificate: dict[str, Any]


class Merger(NamedTuple):
    """Schools merged into one on a day, what each of them held, and the case that makes."""

    rows: list[Period]
    held: list[Held]
    case: str
    outcome: str


def inherit(
    held: pd.DataFrame, directory: Directory, becomes: Becomes, rules: Rules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same schools with the certificates that merged schools handed on, and what became of each
    certificate. `held`: school years from `status_on` or `status_from_register`, below one another.

    A school made of others, whose own lists say nothing of a scheme, keeps what they held where
    `becomes` says "carried" for the case of the merger: the lowest level and the earliest end of
    what was valid on the last day before. What its own list states is never touched.

    The second: one row per school year, school, scheme and merged school that held a certificate on
    its last day: school_year, school_id, school_name, unit, education_level, `merged_school`,
    `merged_on` (the last day it was there), `merger_decision`, `merger_case` (as declared, else as
    the certificates have it, "" where that is not certain), `scheme`, level, decision, expires, and
    `becomes`: carried; not_carried; own (the new school's own lists say what it holds); ended
    (before the year's day); undeclared (nobody says which case it is); contradicted (declared as
    all_hold, while a list says that one of them holds none).
    """
    lineage, told = _Lineage(held, directory, becomes), list[dict[str, Any]]()
    for year in sorted(held["school_year"].unique()):
        kept: dict[Any, dict[str, Any]] = defaultdict(dict)
        for row in lineage.made_of_others(year):
            for scheme in SCHEMES:
                told += lineage.told(row, scheme, kept)
        held = _judged(held, kept, rules)
        lineage.note(held.loc[[*kept]])
    table = pd.DataFrame(told, columns=columns_of("inherited"))
    return held, table.astype(
        {"level": "Int64", "merged_on": "datetime64[us]", "expires": "datetime64[us]"}
    )


def _judged(held: pd.DataFrame, kept: dict[Any, dict[str, Any]], rules: Rules) -> pd.DataFrame:
    """Some rows with the certificates they keep, and where they stand by them."""
    if not kept:
        return held
    rows, result = held.loc[[*kept]], held.copy()
    for name in {name for cells in kept.values() for name in cells}:
        new = [cells.get(name, old) for cells, old in zip(kept.values(), rows[name], strict=True)]
        rows = rows.assign(**{name: pd.Series(new, index=rows.index, dtype=rows[name].dtype)})
    days = {str(y): d.date() for y, d in zip(rows["school_year"], rows["as_of"], strict=True)}
    judged = status_on(rows, days, rules)
    for name in judged.columns[judged.columns.str.startswith(tuple(f"{s}_" for s in SCHEMES))]:
        result.loc[judged.index, name] = judged[name]
    return result


class _Lineage:
    """The schools of all years that were merged or made of others, and what they held."""

    def __init__(self, held: pd.DataFrame, directory: Directory, becomes: Becomes) -> None:
        self.directory, self.becomes = directory, becomes
        merged = [p for p in directory.periods if p.event == "merged_into"]
        ids = {p.key for p in merged}.union(*(p.successors for p in merged))
        counted = held["in_scope"].fillna(False).astype(bool) & held["school_id"].isin(ids)
        columns = [*_FACTS, *(f"{scheme}_{name}" for scheme in SCHEMES for name in _CERTIFICATE)]
        rows = held.loc[counted, columns].sort_values("as_of", kind="stable")
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for place, row in zip(rows.index, rows.to_dict("records"), strict=True):
            own = {f"own_{s}": row[f"{s}_result"] != "not_stated" for s in SCHEMES}
            cells: dict[str, Any] = {str(name): value for name, value in row.items()}
            self._rows[row["school_id"]].append({"place": place, **cells, **own})

    def made_of_others(self, school_year: str) -> Iterator[dict[str, Any]]:
        """The rows of a year whose school others were merged into by then."""
        for school_id, rows in self._rows.items():
            for row in rows:
                day = row["as_of"].date()
                if row["school_year"] == school_year and self.directory.merged_by(school_id, day):
                    yield row

    def note(self, judged: pd.DataFrame) -> None:
        """What rows say after they were judged by the certificates they keep."""
        known = {row["place"]: row for rows in self._rows.values() for row in rows}
        for place, cells in zip(judged.index, judged.to_dict("records"), strict=True):
            known[place] |= {name: cells[name] for name in known[place] if name in cells}

    def told(
        self, row: dict[str, Any], scheme: str, kept: dict[Any, dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """What became of the certificates of a scheme; what is carried joins the cells kept."""
        if pd.isna(row[f"{scheme}_state"]):
            return
        found = self._mergers(row["school_id"], scheme, row["as_of"].date(), row["school_year"])
        own = self._states_own(row, scheme, found[-1].rows[0].end)
        keeps = _keeps(found[-1].held) if found[-1].outcome == "carried" and not own else {}
        if keeps:
            kept[row["place"]] |= {f"{scheme}_{name}": value for name, value in keeps.items()}
        for merger in found:
            for merged, had in zip(merger.rows, merger.held, strict=False):
                if had.holds:
                    over = had.certificate["expiry"] < row["as_of"]
                    outcome = "own" if own else "ended" if over else merger.outcome
                    yield _line(row, scheme, merged, merger.case, had.certificate, outcome)

    def _states_own(self, row: dict[str, Any], scheme: str, end: dt.date) -> bool:
        """Do its own lists since the merger, up to this one, say where it stands?"""
        return any(
            r[f"own_{scheme}"] and not pd.isna(r[f"{scheme}_state"])
            for r in self._rows[row["school_id"]]
            if pd.Timestamp(end) < r["as_of"] <= row["as_of"]
        )

    def _mergers(self, school_id: str, scheme: str, day: dt.date, year: str) -> list[Merger]:
        """What was merged into a school by a day, oldest first. A school that was there before is
        one of those that are merged."""
        began, mergers = self.directory.began(school_id), list[Merger]()
        merged = self.directory.merged_by(school_id, day)
        for end, group in groupby(merged, key=lambda p: p.end):
            rows = [*group]
            held = [self._held_at(p.key, scheme, end, year) for p in rows]
            there = began is None or began <= end
            if there:
                held.append(self._held_at(school_id, scheme, end, year))
            case, outcome = self._outcome(rows, held, there, year)
            mergers.append(Merger(rows, held, case, outcome))
        return mergers

    def _held_at(self, school_id: str, scheme: str, day: dt.date, year: str) -> Held:
        """What a school held on a day, by its last list, else by what it was made of."""
        rows = [r for r in self._rows.get(school_id, ()) if r["as_of"] <= pd.Timestamp(day)]
        if not rows:
            mergers = self._mergers(school_id, scheme, day, year)
            keeps = _keeps(mergers[-1].held) if mergers and mergers[-1].outcome == "carried" else {}
            return Held(bool(keeps) or None, keeps)
        row = rows[-1]
        state, expires = row[f"{scheme}_state"], row[f"{scheme}_expires"]
        if pd.isna(state) or state in MAY_HOLD:
            return Held(None, {})
        told = {name: row[f"{scheme}_{name}"] for name in _CERTIFICATE[2:]}
        return Held(
            state in _HOLDS and not expires < pd.Timestamp(day), {"expiry": expires, **told}
        )

    def _outcome(
        self, rows: list[Period], held: list[Held], there: bool, year: str
    ) -> tuple[str, str]:
        """The case of a merger, and what becomes of the certificates in it."""
        holds = [had.holds for had in held]
        case = next(filter(None, (p.facts.get("case", "") for p in rows)), "")
        if case == "all_hold" and False in holds:
            return case, "contradicted"
        if not case and not there and self._only_renamed(rows):
            case = "renamed"
        elif not case and None not in holds:
            case = "all_hold" if all(holds) else "other"
        elif not case and False in holds:
            case = "other"
        return case, self.becomes(case, rows[0].end, year) if case else "undeclared"

    def _only_renamed(self, rows: list[Period]) -> bool:
        """One school that became one other of its education level."""
        after = self.directory.schools[rows[0].successors[0]][0].facts
        same = after["education_level"] == rows[0].facts["education_level"]
        return len(rows) == 1 and len(rows[0].successors) == 1 and same


def _keeps(held: list[Held]) -> dict[str, Any]:
    """The lowest level and the earliest end of what is held."""
    valid = [had.certificate for had in held if had.holds]
    if not valid:
        return {}
    first = min(valid, key=lambda c: c["expiry"] if c["expiry"] is not pd.NaT else pd.Timestamp.max)
    if any(c["result"] == "level_unknown" for c in valid):
        return first | {"result": "level_unknown", "level": pd.NA}
    return first | {"level": min(c["level"] for c in valid)}


def _line(
    row: dict[str, Any], scheme: str, merged: Period, case: str, had: dict[str, Any], outcome: str
) -> dict[str, Any]:
    told = {"merged_school": merged.facts["school_name"], "merged_on": pd.Timestamp(merged.end)}
    told |= {"merger_decision": merged.facts.get("decision", ""), "merger_case": case}
    told |= {"scheme": scheme, "level": had["level"], "decision": had["decision"]}
    return (
        {n: row[n] for n in _FACTS if n != "as_of"}
        | told
        | {"expires": had["expiry"], "becomes": outcome}
    )
