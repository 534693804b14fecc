"""Headings, spellings and rules of the whole country, read from the TOML files beside this one."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from analysis.reference.headings import (
    LONGEST,
    TELLING,
    Heading,
    HeadingWords,
    Said,
    heading_key,
    without_remark,
)
from analysis.reference.kinds import Kinds, checked_kinds
from analysis.reference.regimes import checked_regimes
from analysis.reference.text import bare, fold
from analysis.reference.trouble import SuiteError

SCHEMES = ("kdclgd", "cqg")
# What a word in a cell about a certificate can be; a level has its number for a kind.
CERTIFICATE_KINDS = frozenset(
    [
        "level_kdclgd",
        "level_cqg",
        "level",
        "kdclgd",
        "cqg",
        "cycle",
        "again",
        "until",
        "filler",
        "not_reached",
        "not_evaluated",
        "expired",
        "withdrawn",
        "minimum_quality",
        "pending",
        "renewing",
        "planned",
        "unknown_level",
    ]
)
NOT_NEEDED = "-"  # what an office writes for a heading whose column nobody needs
_HERE = Path(__file__).parent
_IDENTITY = ("school_code", "school_name", "unit", "education_level", "ownership")


@dataclass(frozen=True)
class Column:
    """A column a school list may have."""

    name: str
    heading: str
    heading_en: str
    kind: str
    scheme: str = ""
    required: bool = False
    past: bool = False
    expected: bool = False
    names: tuple[str, ...] = ()  # the keys of what it is called, the likeliest first


@dataclass(frozen=True)
class TableShape:
    """A small table of another kind: its headings, and those it is known by."""

    needs: frozenset[str]
    headings: Mapping[str, str]

    def column(self, heading: str) -> str:
        """The column a heading names, or ""."""
        if len(heading) > LONGEST:
            return ""
        found = self.headings.get(heading_key(heading), "")
        if not found and heading.endswith(")"):
            found = self.headings.get(heading_key(without_remark(heading)), "")
        return found


@dataclass(frozen=True)
class Rules:
    """The nation-wide tables, checked when read."""

    columns: Mapping[str, Column]
    headings: Mapping[str, Heading]
    scheme_words: Mapping[str, str]
    words: HeadingWords
    row_words: Mapping[str, Any]
    spellings: Mapping[str, Mapping[str, str]]
    standard: Mapping[str, Mapping[str, str]]
    blanks: frozenset[str]
    none_marks: frozenset[str]
    mark_signs: Mapping[str, str]
    plain_tables: Mapping[str, TableShape]
    regulations: Mapping[str, Any]
    regimes: Mapping[str, Any]
    kinds: Kinds
    # How keys of education levels, and of words that stand before them in a name, may begin.
    level_starts: Mapping[str, frozenset[str]]
    # Words of one level that are written of schools of another too: PTCS -> TH&THCS.
    either_level: Mapping[str, str]
    own_headings: Mapping[str, Heading] = field(default_factory=dict)
    school_year: str = ""

    def meaning(self, heading: str) -> Heading | None:
        """The column a heading names that stands alone, or None."""
        return self.of_path((heading,)).heading(self.columns)

    def of_path(self, texts: tuple[str, ...]) -> Said:
        """What the texts above a column say: as the office explained them, else as they read."""
        if sum(map(len, texts)) > LONGEST:
            return Said()
        for whole in (" ".join(texts), texts[-1]) if self.own_headings else ():
            if own := self.own_headings.get(heading_key(whole)):
                return Said(own.column)
        return self.words.read(texts)

    def tells_school(self, text: str) -> bool:
        """Is it what the column of a school's name, code or number is called?"""
        own = self.own_headings.get(heading_key(text)) if self.own_headings else None
        return own.column in TELLING if own else self.words.tells_school(text)

    @property
    def last_year(self) -> int:
        """The year in which the school year ends that the lists are read for; 0 if none is said."""
        return int(self.school_year[5:9] or 0)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The columns that tell which school it is, or that a figure or a denominator needs."""
        rules = self.regulations
        lists = (*rules["needed_by"].values(), *rules["belongs_by"].values())
        return frozenset(_IDENTITY).union(*lists)

    @property
    def education_levels(self) -> list[str]:
        """Codes in their order, MN first."""
        return list(self.regulations["education_levels"]["order"])

    def with_headings(self, hints: Mapping[str, str], school_year: str = "") -> Rules:
        """The same rules with an office's own headings: heading -> our column, its standard
        heading, or "-" where the column is not needed; and with the school year the lists are read
        for. Raises SuiteError for a column there is not."""
        by_heading = {c.heading: name for name, c in self.columns.items()}
        own = dict(self.own_headings)
        for heading, meant in hints.items():
            if meant == NOT_NEEDED:
                own[heading_key(heading)] = Heading("unused")
                continue
            name = by_heading.get(meant, meant)
            if name not in self.columns:
                known = ", ".join(c.heading for c in self.columns.values())
                raise SuiteError("unknown_column", heading=heading, name=meant, known=known)
            own[heading_key(heading)] = Heading(name)
        return replace(self, own_headings=own, school_year=school_year or self.school_year)

    def levels(self, scheme: str) -> list[int]:
        """The levels a scheme knows: 1-4 for KĐCLGD, 1-2 for CQG."""
        return list(self.regulations["levels"][scheme])

    def default_base(self, scheme: str) -> str:
        """The denominator of a scheme where nobody asks for another."""
        return str(self.regulations["default_base"][scheme])

    def code_pattern(self, coding: str = "") -> re.Pattern[str]:
        """The form of a school code; the Ministry's own export has longer ones."""
        key = f"{coding}_pattern" if coding else "pattern"
        return re.compile(self.regulations["school_code"][key])

    def as_of(self, school_year: str) -> dt.date:
        """The day the Ministry's figures of a school year are counted on: 31 May of its end."""
        rule = self.regulations["as_of"]
        return dt.date(int(school_year[5:9]), rule["month"], rule["day"])


@cache
def read_rules() -> Rules:
    """Read and check the tables; every fault of a kind is named at once."""
    tables, regulations = _toml("columns.toml"), _toml("regulations.toml")
    levels = {s: regulations["levels"][s] for s in SCHEMES}
    columns = {c.name: c for c in (*_columns(tables), *_mark_columns(tables, levels))}
    spellings = _toml("spellings.toml")
    blanks = frozenset(map(fold, spellings.pop("blank")["blank"]))
    none_marks = frozenset(map(fold, spellings.pop("none_mark")["none"]))
    mark_signs = {
        sign: code for code, signs in spellings.pop("mark_sign").items() for sign in signs
    }
    _check_certificate_words(spellings["certificate"])
    either = _spelling_keys("either_level", spellings.pop("either_level"))
    keys = {name: _spelling_keys(name, table) for name, table in spellings.items()}
    for key in either:
        if keys["education_level"].get(key) in (None, either[key]):
            raise _twice("spellings.toml", f"[either_level] {key}", "[education_level]")
    headings = _headings([*_heading_keys(tables), *_mark_keys(tables, levels)])
    column_kinds = {name: column.kind for name, column in columns.items()}
    return Rules(
        columns=columns,
        headings=headings,
        scheme_words={bare(w): s for s, t in tables["schemes"].items() for w in t["words"]},
        words=HeadingWords(tables, headings, column_kinds),
        row_words={name: tables[name] for name in ("titles", "groups")},
        spellings=keys,
        standard={n: {code: words[0] for code, words in t.items()} for n, t in spellings.items()},
        blanks=blanks,
        none_marks=none_marks,
        mark_signs=mark_signs,
        plain_tables={name: _shape(t) for name, t in tables["tables"].items()},
        regulations=regulations,
        regimes=checked_regimes(_toml("regimes.toml")),
        kinds=checked_kinds(_toml("kinds.toml")),
        level_starts={n: _starts(keys[n]) for n in ("education_level", "before_level")},
        either_level=either,
    )


def _starts(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key[:end] for key in keys for end in range(len(key) + 1))


def _toml(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((_HERE / name).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SuiteError("bad_settings", file=name, cause=str(error)) from error


def _check_certificate_words(table: Mapping[str, list[str]]) -> None:
    """Words of a certificate's cell are of kinds the grammar knows."""
    unknown = sorted(
        kind for kind in table if kind not in CERTIFICATE_KINDS and not kind.isdecimal()
    )
    if unknown:
        cause = f"[certificate] {', '.join(unknown)}"
        raise SuiteError("bad_settings", file="spellings.toml", cause=cause)


def _twice(file: str, key: str, *meanings: str) -> SuiteError:
    """A word that would mean two things."""
    cause = f"{key!r} = {' / '.join(meanings)}"
    return SuiteError("bad_settings", file=file, cause=cause)


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(heading_key, words))


def _columns(tables: Mapping[str, Any]) -> Iterable[Column]:
    for name, t in tables["columns"].items():
        flags = {flag: t.get(flag, False) for flag in ("required", "past", "expected")}
        names = tuple(map(heading_key, [t["heading"], *t.get("also", [])]))
        yield Column(name, t["heading"], t["en"], t["kind"], names=names, **flags)
    for scheme, s in tables["schemes"].items():
        for attribute, t in tables["attributes"].items():
            yield Column(
                f"{scheme}_{attribute}",
                f"{s['heading']} - {t['heading'][scheme]}",
                f"{s['heading']} {t['en']}",
                t["kind"],
                scheme,
                past=t.get("past", False),
                expected=t.get("expected", False),
            )


def _mark_columns(tables: Mapping[str, Any], levels: Mapping[str, list[int]]) -> Iterable[Column]:
    """ "KĐCLGD - Cấp độ 1", "- 2" ... side by side, instead of one column with the level."""
    for scheme, numbers in levels.items():
        name = tables["schemes"][scheme]["heading"]
        for n in numbers:
            heading = f"{name} - {tables['marks'][scheme][0].format(n=n)}"
            yield Column(f"{scheme}_mark_{n}", heading, f"{name} level {n}", "mark", scheme)


def _mark_keys(
    tables: Mapping[str, Any], levels: Mapping[str, list[int]]
) -> Iterable[tuple[frozenset[str], Heading]]:
    marks = tables["marks"]
    for scheme, numbers in levels.items():
        for n in numbers:
            under = [w.format(n=n) for w in marks["under"]]
            over = tables["schemes"][scheme]["words"]
            alone = _keys(w.format(n=n) for w in marks[scheme])
            yield alone | _joined(over, under), Heading(f"{scheme}_mark_{n}")


def _headings(keys_of: Iterable[tuple[frozenset[str], Heading]]) -> dict[str, Heading]:
    """Every accepted heading; one that would mean two columns is a fault of the table."""
    found: dict[str, Heading] = {}
    for keys, heading in keys_of:
        for key in sorted(keys):
            if found.setdefault(key, heading) != heading:
                raise _twice("columns.toml", key, found[key].column, heading.column)
    return found


def _heading_keys(tables: Mapping[str, Any]) -> Iterable[tuple[frozenset[str], Heading]]:
    for name, t in tables["columns"].items():
        yield _keys([t["heading"], *t.get("also", [])]), Heading(name)
        yield _keys(t.get("moet", [])), Heading(name, "moet")
    for scheme, s in tables["schemes"].items():
        yield _keys(s["words"]), Heading(f"{scheme}_level")
        for attribute, t in tables["attributes"].items():
            column = f"{scheme}_{attribute}"
            over, under = s["words"], t["words"]
            yield _joined(over, under) | _joined(under, over), Heading(column)
            yield _keys(t.get("alone", {}).get(scheme, [])), Heading(column)
            yield _keys(t.get("moet", {}).get(scheme, [])), Heading(column, "moet")


def _joined(first: Iterable[str], then: Iterable[str]) -> frozenset[str]:
    """The keys of each of some words followed by each of others, each word looked at once."""
    before, behind = [*map(bare, first)], [bare(heading_key(word)) for word in then]
    return frozenset(a + b for a in before for b in behind)


def _shape(table: Mapping[str, Any]) -> TableShape:
    headings = {heading_key(w): name for name, ws in table["headings"].items() for w in ws}
    return TableShape(frozenset(table["needs"]), headings)


def _spelling_keys(name: str, table: Mapping[str, list[str]]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for code, words in table.items():
        for key in map(bare, words):
            if keys.setdefault(key, code) != code:
                raise _twice("spellings.toml", f"[{name}] {key}", keys[key], code)
    return keys
