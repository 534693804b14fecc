"""What may stand in the files of `data/`, told by settings.toml, and every fault of a file at once.

A fault is a message key and its facts: file, line, the key or column, the value, what is allowed.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analysis.reference.labels import Quantity, say
from analysis.reference.text import tidy
from analysis.reference.trouble import FaultsError, SuiteError

Fault = tuple[str, dict[str, object]]
Key = tuple[str | int, ...]
Rule = Mapping[str, Any]
Words = Mapping[str, Sequence[str]]

_HEAD = re.compile(r"\s*(\[\[?)([^\]#]+)\]")
_KEY = re.compile(r'\s*(?:"([^"]*)"|([\w.-]+))\s*=')
_AT = re.compile(r"at line (\d+)")
_NAME = re.compile(r"\w(?:[\w-]|\.(?=\w)){0,79}")
_YEAR = re.compile(r"([12]\d{3})-([12]\d{3})")
_LONGEST_LIST = 20
_LONGEST_VALUE = 60


@dataclass(frozen=True)
class Settings:
    """A file of settings: its table, the line of each key, and the faults found so far."""

    path: Path
    table: dict[str, Any]
    lines: Mapping[Key, int]
    faults: list[Fault] = field(default_factory=list)
    wrong: set[Key] = field(default_factory=set)

    def line(self, key: Key) -> int:
        """The line of a key, or of the table it lacks in."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def fault(self, what: str, key: Key, **facts: object) -> None:
        """Note what is wrong at a key."""
        self.wrong.update(key[:end] for end in range(len(key) + 1))
        place = {"file": self.path.name, "line": self.line(key), "name": key[-1] if key else ""}
        if (told := (f"settings_{what}", place | facts)) not in self.faults:
            self.faults.append(told)


def read_text(path: Path) -> str:
    """The text of a file as Excel and Notepad save it: UTF-8 or UTF-16; else FaultsError with the
    line where it is neither (an ANSI code page, which lacks Vietnamese letters)."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data[:2]:
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        facts = {"file": path.name, "line": data[: error.start].count(b"\n") + 1}
        raise faulty([("settings_encoding", facts)]) from error


def write_settings(path: Path, text: str) -> None:
    """Write settings anew; what would be no TOML, or cannot be written, leaves them as they are."""
    try:
        tomllib.loads(text)
        path.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SuiteError("bad_settings", file=path.name, cause=str(error)) from error


def faulty(faults: Iterable[Fault]) -> FaultsError:
    """All faults as one message, in the order of their files and lines."""
    order = sorted(faults, key=lambda f: (str(f[1]["file"]), int(str(f[1]["line"])), f[0]))
    return FaultsError("settings_faulty", order)


def read_settings(path: Path, name: str, words: Words) -> Settings:
    """A TOML file checked as the table `name` is described; its faults stand in the answer."""
    try:
        text = read_text(path)
    except FaultsError as error:
        return Settings(path, {}, {}, [*error.faults])
    table, broken = _parsed(text)
    found = Settings(path, table, _places(text))
    for line in broken:
        said = text.split("\n")[line - 1].strip()
        facts = {"file": path.name, "line": line, "value": _short(said)}
        found.faults.append(("settings_syntax", facts))
    if not broken or table:
        hidden = {m[1] or m[2] for n in broken if (m := _KEY.match(text.split("\n")[n - 1]))}
        _check_table(found, name, table, (), words, hidden)
    return found


def _parsed(text: str) -> tuple[dict[str, Any], list[int]]:
    """The table, and the lines TOML cannot read; nothing but these where they hide the rest."""
    lines, broken = text.split("\n"), list[int]()
    while True:
        try:
            return tomllib.loads("\n".join(lines)), broken
        except (ValueError, RecursionError) as error:
            found = _AT.search(str(error))
            at = min(int(found[1]) if found else len(text.rstrip().split("\n")), len(lines))
            if broken and at <= broken[-1]:
                return {}, broken
            broken.append(at)
            if lines[at - 1].lstrip().startswith("[") or not found:
                return {}, broken
            lines[at - 1] = ""


def _places(text: str) -> dict[Key, int]:
    """The line of each table and key."""
    places: dict[Key, int] = {}
    counts: Counter[Key] = Counter()
    at: Key = ()
    for number, line in enumerate(text.split("\n"), 1):
        if head := _HEAD.match(line):
            at, names = (), [name.strip().strip('"') for name in head[2].split(".")]
            for place, name in enumerate(names, 1):
                at = (*at, name)
                counts[at] += head[1] == "[[" and place == len(names)
                at = (*at, counts[at] - 1) if counts[at] else at
            places[at] = number
        elif key := _KEY.match(line):
            names = [key[1]] if key[1] is not None else key[2].split(".")
            places.setdefault((*at, *names), number)
    return places


@cache
def described(name: str) -> Mapping[str, Rule]:
    """What may stand in a table, by key; of its kinds each is a table of its own, `name.KIND`."""
    name, _, kind = name.partition(".")
    table = _schema()[name]
    like = table.get("like")
    inherited = described(like).items() if like else ()
    more = {k: {**rule, "need": False} for k, rule in inherited if rule["kind"] != "tables"}
    own = {key: rule for key, rule in table.items() if isinstance(rule, dict) and "kind" in rule}
    return {**more, **own, **(table[kind] if kind else {})}


def kinds_of(name: str) -> list[str]:
    """The kinds of a table that has some."""
    return [key for key, entry in _schema()[name].items() if _is_kind(entry)]


def _is_kind(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("kind", {}), dict)


@cache
def _schema() -> dict[str, Any]:
    path = Path(__file__).with_name("settings.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _check_table(
    found: Settings,
    name: str,
    table: Mapping[str, Any],
    at: Key,
    words: Words,
    hidden: Iterable[str] = (),
) -> None:
    kind = table.get("kind") if kinds_of(name) else None
    rules = described(f"{name}.{kind}" if kind in kinds_of(name) else name)
    for key in table:
        if key not in rules:
            near = "".join(difflib.get_close_matches(key, rules, 1))
            known = ", ".join(rules)
            what = "unknown_near" if near else "unknown"
            found.fault(what, (*at, key), near=near, known=known)
    for key, rule in rules.items():
        if key in table:
            _check_value(found, rule, table[key], (*at, key), words)
        elif rule.get("need") and key not in hidden:
            found.fault("missing", at, missing=key, allowed=_allowed(rule, words, ""))


def _check_value(found: Settings, rule: Rule, value: Any, at: Key, words: Words) -> None:
    if rule["kind"] == "tables" and isinstance(value, list):
        for place, entry in enumerate(value):
            if isinstance(entry, dict):
                _check_table(found, rule["each"], entry, (*at, place), words)
            else:
                _wrong(found, rule, entry, at, words)
    elif rule["kind"] == "meanings" and isinstance(value, dict):
        for key, one in value.items():
            if not _is_word(one, rule, words):
                near = _allowed(rule, words, one)
                found.fault("meaning", (*at, key), value=_short(str(one)), allowed=near)
    elif not _KINDS[rule["kind"]](value, rule, words):
        _wrong(found, rule, value, at, words)


def _wrong(found: Settings, rule: Rule, value: Any, at: Key, words: Words) -> None:
    facts = {"value": written(value), "allowed": _allowed(rule, words, value)}
    found.fault("value", at, **facts)


def written(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float):
        return str(value)
    return _short(json.dumps(value, ensure_ascii=False, default=str))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


# Kinds ------------------------------------------------------------------------------------------


def _listed(rule: Rule, words: Words) -> Sequence[str]:
    """The words that are allowed; "@measure": the kinds of that table."""
    of = rule.get("of", ())
    if not isinstance(of, str):
        return list(of)
    return words[of[1:]] if of[1:] in words else kinds_of(of[1:])


def _is_word(value: Any, rule: Rule, words: Words) -> bool:
    return isinstance(value, str) and value in _listed(rule, words)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any(ord(c) < 32 and c not in "\n\t" for c in value)


def _in_range(value: Any, rule: Rule) -> bool:
    low, high = rule.get("from"), rule.get("to")
    return (low is None or low <= value) and (high is None or value <= high)


def school_year_of(day: dt.date) -> str:
    """The school year a day lies in, which begins in September."""
    first = day.year if day.month > 8 else day.year - 1
    return f"{first}-{first + 1}"


def is_school_year(value: object) -> bool:
    """Whether it is a school year, "2024-2025"."""
    found = _YEAR.fullmatch(value) if isinstance(value, str) else None
    return bool(found and int(found[2]) == int(found[1]) + 1)


def _is_by_scheme(value: Any, rule: Rule, words: Words) -> bool:
    by_scheme = isinstance(value, dict) and value and set(value) <= set(words["schemes"])
    said = value.values() if by_scheme else [value]
    return all(_is_word(word, rule, words) for word in said)


def _is_number(value: Any, rule: Rule, _: Words) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and _in_range(value, rule)


_KINDS: Mapping[str, Callable[[Any, Rule, Words], bool]] = {
    "text": lambda value, rule, words: _is_text(value) and bool(tidy(value)),
    "words": lambda value, rule, words: _is_text(value),
    "name": lambda value, rule, words: isinstance(value, str) and bool(_NAME.fullmatch(value)),
    "yes_no": lambda value, rule, words: isinstance(value, bool),
    "day": lambda value, rule, words: type(value) is dt.date and _in_range(value, rule),
    "whole": lambda value, rule, words: type(value) is int and _in_range(value, rule),
    "number": _is_number,
    "school_year": lambda value, rule, words: is_school_year(value),
    "word": _is_word,
    "some": lambda value, rule, words: (
        isinstance(value, list)
        and bool(value)
        and all(_is_word(word, rule, words) for word in value)
    ),
    "by_scheme": _is_by_scheme,
    "by_case": lambda value, rule, words: (
        isinstance(value, dict)
        and set(value) <= set(rule["keys"])
        and all(_is_word(word, rule, words) for word in value.values())
    ),
    "meanings": lambda value, rule, words: False,
    "tables": lambda value, rule, words: False,
}


@dataclass(frozen=True, repr=False)
class _Allowed(Quantity):
    """What is allowed, in words."""

    kind: str
    facts: Mapping[str, object]

    def text(self, lang: str = "vi", form: str = "") -> str:
        return say(f"settings_{self.kind}", lang, **self.facts)


def _allowed(rule: Rule, words: Words, value: object) -> _Allowed:
    """What a value of this kind may be; of many words the nearest."""
    of = _listed(rule, words)
    if len(of) > _LONGEST_LIST:
        near = difflib.get_close_matches(str(value), of, 5, 0.3) or of[:5]
        return _Allowed("word_near", {"count": len(of), "list": ", ".join(near)})
    ends = {f"{end}_": str(rule.get(end, "")) for end in ("from", "to")}
    kind = rule["kind"] + ("_between" if rule["kind"] == "day" and "from" in rule else "")
    keys = ", ".join(rule.get("keys", ()))
    facts: dict[str, object] = {"list": ", ".join(of), "each": rule.get("each", ""), "keys": keys}
    return _Allowed(kind, {**facts, **ends})
