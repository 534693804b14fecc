"""What an analyst may choose: part of the schools, and how the targets are read.

Choices are plain words, as a parameters cell has them: "" is no choice; an education level by code
or by name; a ward as it is written or nearly so. A word that is not understood is answered with
what is allowed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.measure import BASES, GROUPINGS, check_choice, in_doubt
from analysis.reference import About, Rules, SuiteError, TargetSet, bare, fold, say

READINGS = ("exact", "at_least")


@dataclass(frozen=True)
class Choices:
    """The part of the schools that is looked at, in our words; "" is all of them."""

    education_level: str = ""
    unit: str = ""
    ownership: str = ""
    district: str = ""

    def by_column(self) -> dict[str, str]:
        """Column -> value, of what was chosen."""
        return {name: value for name in GROUPINGS if (value := getattr(self, name))}


def read_choices(schools: pd.DataFrame, rules: Rules, given: Mapping[str, str]) -> Choices:
    """Words as they were typed, checked against the schools there are."""
    meant = {name: _meant(name, word, schools, rules) for name, word in given.items() if word}
    choices = Choices(**meant)
    if choices.by_column() and not chosen(schools, choices)["in_scope"].fillna(False).any():
        raise SuiteError("choice_empty", chosen=", ".join(map(str, choices.by_column().values())))
    return choices


def _meant(name: str, word: str, schools: pd.DataFrame, rules: Rules) -> str:
    """The value of a column that a word means."""
    there = [v for v in dict.fromkeys(schools[name].dropna()) if v]
    if name in ("unit", "district"):
        keys = {fold(v): v for v in there}
        keys |= {_short(fold(v)): v for v in there if _is_single(v, there)}
        value = keys.get(fold(str(word)))
    else:
        value = rules.spellings[name].get(bare(str(word)), str(word))
    if value in there:
        return str(value)
    raise _not_there(name, word, there)


def _short(key: str) -> str:
    """A ward without its kind: "phường hương trà" is "hương trà"."""
    return key.partition(" ")[2] or key


def _is_single(unit: str, there: Iterable[str]) -> bool:
    """No other ward has the same name under another kind."""
    return sum(_short(fold(v)) == _short(fold(unit)) for v in there) == 1


def _not_there(name: str, word: str, there: list[str]) -> SuiteError:
    by_key = {fold(v): v for v in there}
    near = difflib.get_close_matches(fold(str(word)), by_key, 1)
    known = ", ".join(sorted(there))
    if near:
        facts = {"near": repr(by_key[near[0]])}
        return SuiteError("unknown_choice_near", name=name, value=repr(word), known=known, **facts)
    return SuiteError("unknown_choice", name=name, value=repr(word), known=known)


def chosen(held: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """The rows of the part chosen. A school whose value is in doubt, and a row set aside, may
    belong to it or not: they stay, and whether they are in scope is left open."""
    keep = pd.Series(True, index=held.index)
    unsure = pd.Series(False, index=held.index)
    for name, value in choices.by_column().items():
        own, open_ = held[name].eq(value).fillna(False), in_doubt(held, name) | held[name].eq("")
        unsure |= open_ & ~own
        keep &= own | open_
    scope = held["in_scope"].astype("boolean")
    scope = scope.mask(unsure & scope.fillna(True), pd.NA)
    return held.assign(in_scope=scope)[keep].reset_index(drop=True)


def told(about: About, choices: Choices, reading: str = "", base: str = "") -> About:
    """What is said of every chart, with the part that was chosen and how targets are read."""
    reread = tuple(word.replace("_", "-") for word in (reading, base) if word)
    about = replace(about, reread=reread or about.reread)
    if not choices.by_column():
        return about
    parts = [_words(choices, lang) for lang in ("vi", "en")]
    notes = [
        say("choice_scope", lang, chosen=part)
        for part, lang in zip(parts, ("vi", "en"), strict=True)
    ]
    return replace(about, note_vi=notes[0], note_en=notes[1], part_vi=parts[0], part_en=parts[1])


def _words(choices: Choices, lang: str) -> str:
    words = [
        say(f"level_{choices.education_level}", lang) if choices.education_level else "",
        choices.unit,
        choices.district,
        say(f"ownership_{choices.ownership}", lang) if choices.ownership else "",
    ]
    return "; ".join(filter(None, words))


def reread(targets: TargetSet, *, reading: str = "", base: str = "") -> TargetSet:
    """The targets with another reading or base than their document gives them; "" leaves it.

    The title says so, and each chart names the reading and base it is drawn with.
    """
    if reading:
        check_choice("reading", reading, READINGS)
    if base:
        check_choice("base", base, BASES)
    if not reading and not base:
        return targets
    parts = tuple(
        replace(part, reading=reading or part.reading, base=base or part.base)
        for part in targets.parts
    )
    titles = [_title(targets, reading, base, lang) for lang in ("vi", "en")]
    return replace(targets, parts=parts, title_vi=titles[0], title_en=titles[1])


def _title(targets: TargetSet, reading: str, base: str, lang: str) -> str:
    words = [say(f"reading_{reading}", lang)] if reading else []
    words += [say(f"base_{base}", lang)] if base else []
    return say("choice_reread", lang, title=targets.title(lang), how=", ".join(words))
