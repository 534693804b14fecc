"""The targets of one document, quoted, and the parts of them that are about schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.reference.labels import LANGUAGES, say
from analysis.reference.quantities import Corridor
from analysis.reference.regimes import list_regimes
from analysis.reference.rules import SCHEMES, Rules
from analysis.reference.schema import Key, Settings, faulty, written

_PERCENT, _SCHOOLS = ("from_percent", "to_percent"), ("from_schools", "to_schools")
_ENDS = [*zip(_PERCENT, _SCHOOLS, strict=True)]
# Ends that are not themselves enough: "trên 93%", "dưới 5%". Each stands for the end beside it.
_EXCLUSIVE = {"from_percent": "over_percent", "to_percent": "under_percent"}
_SHARES = (*_PERCENT, *_EXCLUSIVE.values())


@dataclass(frozen=True)
class Target:
    """One measurable part of a target about schools.

    `from_percent` to `to_percent` is the wanted corridor (0-100); "at least x" ends at 100, "at
    most x" begins at 0 and `is_limit`: more of it misses it. An end named in `exclusive` is not
    itself enough: "over 93" is "from", "under 5" is "to". With `from_schools` or `to_schools` a
    number of schools is wanted instead.
    `reading` is "exact" or "at_least", `base` the denominator; `readings_shown`, `bases_shown` are
    those the words of the document leave open. With `education_levels` only schools of these count;
    `together`: these have a name together ("trường phổ thông").
    """

    id: str
    scheme: str
    level: int
    reading: str
    base: str
    from_percent: float
    to_percent: float
    decimals: int
    label_vi: str
    label_en: str
    readings_shown: tuple[str, ...] = ()
    bases_shown: tuple[str, ...] = ()
    education_levels: tuple[str, ...] = ()
    from_schools: int | None = None
    to_schools: int | None = None
    is_limit: bool = False
    exclusive: str = ""
    together: bool = False

    def label(self, lang: str) -> str:
        """The short name."""
        return self.label_en if lang == "en" else self.label_vi

    @property
    def schools(self) -> str:
        """The number of schools that is wanted, "30-" or "5-6"; "" where a share is."""
        if self.from_schools is self.to_schools is None:
            return ""
        return "-".join("" if n is None else str(n) for n in (self.from_schools, self.to_schools))

    @property
    def wanted(self) -> Corridor:
        """What is wanted, as it is written."""
        edges = self.from_percent, self.to_percent, self.decimals
        return Corridor.of(*edges, self.schools, self.exclusive)


@dataclass(frozen=True)
class TargetSet:
    """The targets of one document, quoted. `regime_to` is the last day its levels are law."""

    id: str
    title_vi: str
    title_en: str
    document: str
    period: tuple[str, str]
    deadline: dt.date
    regime_vi: str
    regime_en: str
    targets: tuple[Mapping[str, Any], ...]
    parts: tuple[Target, ...]
    regime_to: dt.date | None = None

    def main(self, schemes: Collection[str] = SCHEMES) -> str:
        """The id of the part that is spoken of where none is named: the last one of these schemes
        about all schools, or all general schools; "" where there is no target."""
        stated = [part for part in self.parts if part.scheme in schemes] or [*self.parts]
        whole = [p for p in stated if p.together or not p.education_levels] or stated
        return whole[-1].id if whole else ""

    def title(self, lang: str) -> str:
        """The name of the set."""
        return self.title_en if lang == "en" else self.title_vi

    def regime(self, lang: str) -> str:
        """The circulars its levels are meant in, and until when it is more than a reference."""
        return self.regime_en if lang == "en" else self.regime_vi

    @property
    def last_day(self) -> dt.date:
        """The last day the targets are judged on; later figures stand beside them for reference."""
        return min(self.deadline, self.regime_to or self.deadline)


def no_targets() -> TargetSet:
    """Of an office that has no targets yet: nothing is judged, and nothing is ever late."""
    vi, en = (say("targets_none", lang) for lang in LANGUAGES)
    return TargetSet("", vi, en, "", ("", ""), dt.date.max, "", "", (), ())


def read_target_set(found: Settings, rules: Rules) -> TargetSet:
    """A target set from its file; whatever is missing, misspelt or impossible is named at once."""
    table = found.table
    parts = [*_parts(found)]
    for at, part in parts:
        _check(found, at, part, rules)
    _check_measures(found)
    _check_twice(found, parts)
    _check_days(found)
    if found.faults:
        raise faulty(found.faults)
    names = ("id", "title_vi", "title_en", "document", "deadline", "regime_vi", "regime_en")
    ends = [regime.end for regime in list_regimes(rules) if regime.ladder == table["regime"]]
    return TargetSet(
        **{name: table[name] for name in names},
        period=(table["period_from"], table["period_to"]),
        targets=tuple(map(_titled, table["target"])),
        parts=tuple(_part(part, rules) for _, part in parts),
        regime_to=max(ends),
    )


def _titled(target: Mapping[str, Any]) -> Mapping[str, Any]:
    """A target with title and quotation, where its file has none: of its first part."""
    first: Mapping[str, Any] = next(iter([*target.get("part", ()), *target.get("measure", ())]), {})
    named = {f"title_{lang}": first.get(f"label_{lang}", target["id"]) for lang in ("vi", "en")}
    return {**named, "quote": target.get("title_vi", named["title_vi"]), **target}


def _of_targets(found: Settings, name: str) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """The tables [[target.NAME]] and where they stand."""
    targets = found.table.get("target")
    for place, target in enumerate(targets if isinstance(targets, list) else ()):
        own = target.get(name) if isinstance(target, dict) else None
        for number, table in enumerate(own if isinstance(own, list) else ()):
            yield ("target", place, name, number), table


def _parts(found: Settings) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """The parts without a fault of their own: each for all its schools, if it says how much is
    wanted of them, then for each education level that has a target of its own."""
    for at, part in _of_targets(found, "part"):
        if at in found.wrong:
            continue
        usual = {key: value for key, value in part.items() if key != "level_target"}
        levels = part.get("level_target", ())
        if not levels or any(edge in usual for edge in (*_SHARES, *_SCHOOLS)):
            yield at, usual
        for place, level in enumerate(levels):
            kept = {key: value for key, value in usual.items() if key not in _replaced(level)}
            yield (*at, "level_target", place), {**kept, **level}


def _replaced(level: Mapping[str, Any]) -> set[str]:
    """The ends of a part that do not hold for education levels with ends of their own."""
    if {*_SCHOOLS} & {*level}:
        return {*_SHARES}
    pairs = [*_EXCLUSIVE.items(), *((b, a) for a, b in _EXCLUSIVE.items())]
    own = {other for end, other in pairs if end in level}
    return own | {*_SCHOOLS} if {*_SHARES} & {*level} else own


def _check(found: Settings, at: Key, part: Mapping[str, Any], rules: Rules) -> None:
    """A level there is, the reading in force among those shown, and edges that are a range."""
    scheme, level = part["scheme"], part["level"]
    if level not in (known := rules.levels(scheme)):
        facts = {"scheme": scheme, "value": level, "known": ", ".join(map(str, known))}
        found.fault("level", _key(found, at, "level"), **facts)
    for name in ("reading", "base"):
        if part[name] not in part.get(f"{name}s_shown", [part[name]]):
            facts = {"value": written(part[name]), "shown": f"{name}s_shown"}
            found.fault("in_force", _key(found, at, name), **facts)
    low, high = (_EXCLUSIVE[end] if _EXCLUSIVE[end] in part else end for end in _PERCENT)
    for end, other in _EXCLUSIVE.items():
        if {end, other} <= {*part}:
            found.fault("two_ends", _key(found, at, other), other=end)
    if {*_SCHOOLS} & {*part}:
        if {*_SHARES} & {*part}:
            found.fault("two_units", at)
        _check_order(found, at, part, *_SCHOOLS)
    elif lacking := [name for name in (low, high, "decimals") if name not in part]:
        where = _key(found, at, "decimals")[:-1] if lacking == ["decimals"] else at
        found.fault("no_edge", where, known=", ".join(lacking))
    else:
        _check_order(found, at, part, low, high)
        for name in (low, high):
            if round(part[name], part["decimals"]) != part[name]:
                facts = {"value": part[name], "decimals": part["decimals"]}
                found.fault("decimals", _key(found, at, name), **facts)


def _key(found: Settings, at: Key, name: str) -> Key:
    """Where a key of a part stands: with its education levels, or with the part they are of."""
    own = (*at, name)
    return own if own in found.lines or at[-2] != "level_target" else (*at[:-2], name)


def _check_order(found: Settings, at: Key, table: Mapping[str, Any], low: str, high: str) -> None:
    if low not in table or high not in table:
        return
    exclusive = {low, high} & {*_EXCLUSIVE.values(), "over", "under"}
    if table[low] > table[high] or (exclusive and table[low] == table[high]):
        found.fault("corridor", _key(found, at, low), low=table[low], high=table[high])


def _check_measures(found: Settings) -> None:
    """Each figure of the office says how much is wanted."""
    for at, measure in _of_targets(found, "measure"):
        if at not in found.wrong and measure["kind"] != "status":
            for ends in (("at_least", "over"), ("at_most", "under")):
                if {*ends} <= {*measure}:
                    found.fault("two_ends", (*at, ends[1]), other=ends[0])
            low, high = ("over" if "over" in measure else "at_least"), "at_most"
            _check_order(found, at, measure, low, "under" if "under" in measure else high)
            if not {"at_least", "at_most", "over", "under"} & {*measure}:
                found.fault("no_edge", at, known="at_least, at_most, over, under")


def _check_twice(found: Settings, parts: list[tuple[Key, Mapping[str, Any]]]) -> None:
    """No two targets of one id or number, no two parts or figures of one id."""
    targets = found.table.get("target") if ("target",) not in found.wrong else ()
    wholes = [(("target", place), target) for place, target in enumerate(targets or ())]
    for key, tables in (
        ("id", wholes),
        ("number", wholes),
        ("id", [*parts, *_of_targets(found, "measure")]),
    ):
        first: dict[object, Key] = {}
        for at, table in tables:
            value = table.get(key)
            if value is not None and first.setdefault(str(value), at) != at:
                line = found.line((*first[str(value)], key))
                found.fault("twice", (*at, key), value=written(value), first=line)


def _check_days(found: Settings) -> None:
    """The document comes before its last day, which does not come before its period."""
    table, wrong = found.table, found.wrong
    for key, other in (("period_to", "period_from"), ("deadline", "date")):
        both = key in table and other in table and not {(key,), (other,)} & wrong
        if both and table[key] < table[other]:
            found.fault("period", (key,), value=written(table[key]), other=other)
    if {"deadline", "period_to"} <= {*table} and not {("deadline",), ("period_to",)} & wrong:
        first = dt.date(int(table["period_to"][:4]), 7, 1)
        if table["deadline"] < first:
            found.fault("period", ("deadline",), value=table["deadline"], other="period_to")


def _part(table: Mapping[str, Any], rules: Rules) -> Target:
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    beyond = [end for end, other in _EXCLUSIVE.items() if other in given]
    given |= {end: given.pop(_EXCLUSIVE[end]) for end in beyond}
    exclusive = " ".join(end.partition("_")[0] for end in beyond)
    if beyond:  # shares are printed with one decimal: 93,3% is over 93%, 93,0% is not
        given["decimals"] = max(1, given["decimals"])
    usual = {"from_percent": 0, "to_percent": 100, "decimals": 1}
    shown = {"readings_shown": (given["reading"],), "bases_shown": (given["base"],)}
    low, high = (given.get(percent, given.get(schools)) for percent, schools in _ENDS)
    limit = not low and not exclusive.startswith("from")
    limit = limit and high is not None and (given.get("to_percent") != 100 or bool(beyond))
    named = map(set, rules.regulations["education_levels"]["together"].values())
    told = {
        "exclusive": exclusive,
        "is_limit": limit,
        "together": {*given.get("education_levels", ())} in named,
    }
    return Target(**(usual | shown | given | told))
