"""What a row of a list is by the words of its name, and what notes say: `kinds.toml`, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.reference.text import bare, spaced
from analysis.reference.trouble import SuiteError

_FILE = "kinds.toml"
# A place in a template: {group}, {number}; the words outside are themselves.
_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = r"(?:so ?)?(?:\d+|[ivx]+)"
_LISTS = {
    "independent_group": {"begins", "above"},
    "site": {"begins", "above", "ends", "not", "never_after"},
    "other_institution": {"begins"},
    "example": {"begins"},
    "perhaps_group": {"begins", "ends", "not"},
    "example_sheet": {"names", "begins", "titles"},
    "notes": {"negated", "planned", "takes_in", "done", "followed", "says"},
}

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Kinds:
    """The grammar of names and notes. Patterns are for texts in `spaced` form."""

    begins: Mapping[str, Pattern]
    above: Mapping[str, Pattern]
    ends: Mapping[str, Pattern]
    excepted: Mapping[str, Pattern]
    site_never_after: frozenset[str]
    independent: Pattern
    # Names that hold none of these words are what they begin with.
    telling: frozenset[str]
    example_sheets: frozenset[str]
    example_titles: Pattern
    notes: Pattern
    notes_unless: Mapping[str, Pattern]
    note_words: frozenset[str]


def checked_kinds(tables: Mapping[str, Any]) -> Kinds:
    """Raises SuiteError for a table that lacks a list, or a template with a place nobody knows."""
    for name, lists in _LISTS.items():
        for lacking in sorted(lists - set(tables.get(name, {}))):
            raise _fault(f"[{name}] {lacking}")
    words, notes = tables["words"], tables["notes"]
    begins = {
        n: _pattern(tables[n]["begins"], words, n, r"(?:{})(?= |$)")
        for n in _LISTS
        if "begins" in _LISTS[n]
    }
    above = {
        n: _pattern(tables[n]["above"], words, n, r"(?:{})(?= |$)")
        for n in _LISTS
        if "above" in _LISTS[n]
    }
    ends = {n: _pattern(tables[n]["ends"], words, n, r"(?:^|(?<= ))(?:{})(?= |$)")
            for n in ("site", "perhaps_group")}  # fmt: skip
    said = [(kind, spaced(w)) for kind, ws in notes["says"].items() for w in ws]
    alternatives = "|".join(
        f"(?P<{kind}>{'|'.join(re.escape(w) for k, w in said if k == kind)})"
        for kind in notes["says"]
    )
    unless = {n: re.compile(_any_word(notes[n])) for n in ("planned", "takes_in", "done")}
    unless["followed"] = re.compile(rf"\d|{_any_word(notes['followed'])}")
    unless["negated"] = re.compile(rf"{_any_word(notes['negated'])}$")
    telling = [w for n in ("site", "place", "group", "independent", "short") for w in words[n]]
    told = (*tables["site"]["ends"], *tables["perhaps_group"]["begins"])
    telling += [w for w in told if not w.startswith("{")]
    return Kinds(
        begins=begins,
        above=above,
        ends=ends,
        excepted={n: _pattern(tables[n]["not"], words, n, r"(?:{})(?= |$)") for n in ends},
        site_never_after=frozenset(map(bare, tables["site"]["never_after"])),
        independent=re.compile(_any_word(words["independent"])),
        telling=frozenset(k for w in telling for k in (spaced(w).split()[0], bare(w))),
        example_sheets=frozenset(map(spaced, tables["example_sheet"]["names"])),
        example_titles=_pattern(
            tables["example_sheet"]["titles"], words, "example_sheet", r"(?:{})(?= |$)"
        ),
        notes=re.compile(rf"(?:^|(?<= ))(?:{alternatives})(?= |$)"),
        notes_unless=unless,
        note_words=frozenset(w.casefold() for _, w in said)
        | frozenset(w.casefold() for ws in notes["says"].values() for w in ws),
    )


def _fault(cause: str) -> SuiteError:
    return SuiteError("bad_settings", file=_FILE, cause=cause)


def _any_word(words: Iterable[str]) -> str:
    return rf"(?:^|(?<= ))(?:{'|'.join(re.escape(spaced(w)) for w in words)})(?= |$)"


def _pattern(
    templates: Iterable[str], words: Mapping[str, list[str]], table: str, form: str
) -> Pattern:
    """One pattern for all templates of a list; their words may be written together."""
    return re.compile(form.format("|".join(_template(t, words, table) for t in templates)))


def _template(template: str, words: Mapping[str, list[str]], table: str) -> str:
    parts = []
    for at, part in enumerate(_PLACE.split(template)):
        if at % 2 and part not in (*words, "number", "own"):
            raise _fault(f"[{table}] {template!r}: {{{part}}}")
        if at % 2:
            parts.append(_place(part, words))
        elif spaced(part):
            parts.append(_glued(part))
    return " ?".join(parts)


def _place(name: str, words: Mapping[str, list[str]]) -> str:
    if name == "number":
        return _NUMBER
    if name == "own":
        never = "|".join([_NUMBER, *map(_glued, words["behind_own"])])
        return rf"(?!(?:{never})(?: |$))[^ ]+"
    # The longest first: "nhóm trẻ" before "nhóm".
    return f"(?:{'|'.join(sorted(map(_glued, words[name]), key=len, reverse=True))})"


def _glued(text: str) -> str:
    """The words of a text, with or without a space between them."""
    return " ?".join(map(re.escape, spaced(text).split()))
