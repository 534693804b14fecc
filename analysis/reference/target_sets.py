"""The targets of one document, quoted, and the parts of them that are about schools."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.reference.labels import LANGUAGES, say
from analysis.reference.regimes import list_regimes
from analysis.reference.rules import SCHEMES, read_rules
from analysis.reference.trouble import SuiteError

_CORRIDOR = ("from_percent", "to_percent")
_OF_A_LEVEL = ("id", "education_levels", "label_vi", "label_en")
_WORDS = {
    "scheme": SCHEMES,
    "reading": ("exact", "at_least"),
    "readings_shown": ("exact", "at_least", "evaluated"),
    "base": ("eligible", "evaluated", "all"),
    "bases_shown": ("eligible", "evaluated", "all"),
}


@dataclass(frozen=True)
class Target:
    """One measurable part of a target about schools.

    `from_percent` to `to_percent` is the wanted corridor (0-100); "at least x" ends at 100.
    `reading` is "exact" or "at_least", `base` the denominator; `readings_shown`, `bases_shown` are
    those the words of the document leave open. With `education_levels` only schools of these count.
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

    def label(self, lang: str) -> str:
        """The short name."""
        return self.label_en if lang == "en" else self.label_vi


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
        """The id of the part that is spoken of where none is named: the last one about all schools
        and one of these schemes; "" where there is no target."""
        stated = [part for part in self.parts if part.scheme in schemes] or [*self.parts]
        whole = [part for part in stated if not part.education_levels] or stated
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


def read_target_set(table: Mapping[str, Any], path: Path) -> TargetSet:
    """A target set from its file; what is missing, misspelt or impossible is named."""
    try:
        targets = tuple(table["target"])
        parts = tuple(p for t in targets for p in _parts(t))
        _check_ids([p.id for p in parts])
        names = ("id", "title_vi", "title_en", "document", "deadline", "regime_vi", "regime_en")
        return TargetSet(
            **{name: table[name] for name in names},
            period=(str(table["period_from"]), str(table["period_to"])),
            targets=targets,
            parts=parts,
            regime_to=_ladder_end(table["regime"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SuiteError("bad_settings", file=path.name, cause=repr(error)) from error


def _ladder_end(ladder: str) -> dt.date:
    """The last day on which the levels mean what they mean in the document."""
    regimes = list_regimes(read_rules())
    if not (days := [regime.end for regime in regimes if regime.ladder == ladder]):
        known = ", ".join(dict.fromkeys(regime.ladder for regime in regimes))
        raise ValueError(f"regime = {ladder!r}, not of {known}")
    return max(days)


def _parts(target: Mapping[str, Any]) -> Iterable[Target]:
    """The parts of a target: each for all its schools, if it has a corridor for them, then for
    each education level that the document gives a corridor of its own."""
    for part in target.get("part", []):
        own = part.get("level_target", [])
        usual = {k: v for k, v in part.items() if k != "level_target"}
        if not own or any(edge in usual for edge in _CORRIDOR):
            yield _part(usual)
        for level in own:
            if lacking := [name for name in _OF_A_LEVEL if not level.get(name)]:
                raise KeyError(*lacking)
            yield _part(usual | level)


def _part(table: Mapping[str, Any]) -> Target:
    fields = Target.__dataclass_fields__
    if unknown := sorted(set(table) - set(fields)):
        raise TypeError(f"{table['id']}: unknown {', '.join(unknown)}")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    shown = {"readings_shown": (values["reading"],), "bases_shown": (values["base"],)}
    part = Target(**(shown | values))
    _check(part)
    return part


def _check(part: Target) -> None:
    """Words of ours, edges in order, and not finer than they are compared."""
    for name, known in _WORDS.items():
        said = getattr(part, name)
        if strange := set([said] if isinstance(said, str) else said) - set(known):
            raise ValueError(f"{part.id}: {name} = {sorted(strange)}, not of {', '.join(known)}")
    rules = read_rules()
    if part.level not in rules.levels(part.scheme):
        raise ValueError(f"{part.id}: {part.scheme} has no level {part.level}")
    if strange := set(part.education_levels) - set(rules.education_levels):
        raise ValueError(f"{part.id}: education_levels = {sorted(strange)}")
    if part.reading not in part.readings_shown or part.base not in part.bases_shown:
        raise ValueError(f"{part.id}: reading and base in force are among those shown")
    if not 0 <= part.from_percent <= part.to_percent <= 100:
        raise ValueError(f"{part.id}: {part.from_percent} to {part.to_percent} is no corridor")
    for edge in (part.from_percent, part.to_percent):
        if round(edge, part.decimals) != edge:
            raise ValueError(f"{part.id}: {edge} has more decimals than it is compared with")


def _check_ids(ids: list[str]) -> None:
    if doubled := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"two parts are called {', '.join(doubled)}")
