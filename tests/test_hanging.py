"""Whatever a sender writes, reading and cleaning come to an end: no pattern and no loop takes time
for each pair of letters, rows, blocks or sheets. `python -m tests.hanging` tries it large."""

from __future__ import annotations

import ast
import importlib
import itertools
import mmap
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

import analysis
from analysis.reference import read_reference
from analysis.workbooks.limits import Confined
from tests.hanging import INPUTS, answered

SMALL, SECONDS = 0.02, 5.0
# A text so long, and how long a pattern may look at it.
LETTERS, LOOK = 20_000, 0.5
USUAL = " a1à.,;:/-()&=<\"'\n\t*[]_x"
FOUND = ("match", "search", "fullmatch", "sub", "split", "findall", "finditer")
PROJECT = Path(__file__).parents[1]


def test_what_is_made_to_hang_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a fiftieth of its size each takes a second or two; what is quadratic takes many."""
    monkeypatch.setattr(Confined, "told", mmap.mmap(-1, mmap.PAGESIZE))  # no process for each
    slow = {}
    for name, made in INPUTS.items():
        ending, content = made(SMALL)
        path = tmp_path / f"a.{ending}"
        path.write_bytes(content)
        started = time.process_time()
        answered(path)
        if (took := time.process_time() - started) > SECONDS:
            slow[name] = took
    assert not slow


def test_no_pattern_takes_long_for_a_long_text() -> None:
    found = patterns()
    assert len(found) > 150
    assert not {p.pattern: text for p, ways in found.items() if (text := exploding(p, ways))}


Ways = frozenset[str]
ALL: Ways = frozenset({"match", "search", "fullmatch"})


def patterns() -> dict[re.Pattern[str], Ways]:
    """The patterns of the package: those its modules and rules hold, and those its code writes,
    each with the ways it is used in."""
    names = [m.name for m in pkgutil.walk_packages(analysis.__path__, "analysis.")]
    modules = [importlib.import_module(n) for n in names if ".criteria" not in n]
    found: dict[re.Pattern[str], Ways] = {}
    for module in modules:
        used = uses(module)
        for name, value in vars(module).items():
            for pattern in within(value, set()):
                found[pattern] = found.get(pattern, frozenset()) | used.get(name, ALL)
        found |= written(module)
    found |= dict.fromkeys(within(read_reference(PROJECT).rules_for("2024-2025"), set()), ALL)
    return {p: ways & ALL for p, ways in found.items() if isinstance(p.pattern, str)}


def uses(module: ModuleType) -> dict[str, Ways]:
    """By name the ways in which a module uses its patterns, where that is plain."""
    found: dict[str, set[str]] = {}
    tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
    plain = [node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            way = node.attr if node.attr in ALL else "search"
            found.setdefault(node.value.id, set()).add(way)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in plain:
            found.setdefault(node.id, set()).update(ALL)
    return {name: frozenset(ways) for name, ways in found.items()}


def within(thing: Any, seen: set[int], depth: int = 0) -> Iterator[re.Pattern[str]]:
    if id(thing) in seen or depth > 6:
        return
    seen.add(id(thing))
    if isinstance(thing, re.Pattern):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from within(value, seen, depth + 1)
    elif isinstance(thing, list | tuple | set | frozenset):
        for value in thing:
            yield from within(value, seen, depth + 1)
    elif type(thing).__module__.startswith("analysis"):
        yield from within(getattr(thing, "__dict__", {}), seen, depth + 1)


def written(module: ModuleType) -> Iterator[tuple[re.Pattern[str], Ways]]:
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in FOUND
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            way = node.func.attr
            yield re.compile(node.args[0].value), frozenset({way if way in ALL else "search"})


def exploding(pattern: re.Pattern[str], ways: Ways = ALL) -> str:
    """The beginning of a text that the pattern looks at for too long, "" where none was found."""
    for text in texts(pattern):
        sure = took(pattern, ways, text(LETTERS // 8)) < LOOK / 100
        if not sure and took(pattern, ways, text(LETTERS)) > LOOK:
            return str(text(40))
    return ""


class TooSlow(Exception):
    pass


def took(pattern: re.Pattern[str], ways: Ways, text: str) -> float:
    def ring(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, 2 * LOOK)
    started = time.process_time()
    try:
        for way in sorted(ways):
            getattr(pattern, way)(text)
    except TooSlow:
        return 2 * LOOK
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return time.process_time() - started


def texts(pattern: re.Pattern[str]) -> Iterator[Any]:
    """Texts by their length: what is repeated in the pattern, behind what stands before it, and
    usual letters; each with an end that fits nothing."""
    pieces = {("", letter) for letter in USUAL}
    pieces |= {("", a + b) for a, b in itertools.product(" 1a/", repeat=2)}
    for before, piece in repeated(_parser.parse(pattern.pattern, pattern.flags), ""):
        pieces |= {(before, piece), ("", piece), ("", before + piece)}
    for before, piece in sorted(p for p in pieces if p[1]):
        for end in ("", "\x07"):
            yield (
                lambda n, before=before, piece=piece, end=end: (
                    before + (piece * (n // len(piece) + 1))[:n] + end
                )
            )


def repeated(parsed: Any, before: str) -> Iterator[tuple[str, str]]:
    """What may be repeated without an end, each with a text that leads there."""
    for kind, value in parsed:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            if value[1] > 9:
                for at in range(3):
                    yield before, example(value[2], at)
            yield from repeated(value[2], before)
        for inner in inside(kind, value):
            yield from repeated(inner, before)
        before += example([(kind, value)], 0)


def inside(kind: Any, value: Any) -> list[Any]:
    if kind is sre.BRANCH:
        return list(value[1])
    if kind is sre.SUBPATTERN:
        return [value[3]]
    return [value[1]] if kind in (sre.ASSERT, sre.ASSERT_NOT) else []


def example(parsed: Any, at: int) -> str:
    """A text that fits, as far as that is told so simply; `at` chooses among letters and ways."""
    text = ""
    for kind, value in parsed:
        if kind is sre.LITERAL:
            text += chr(value)
        elif kind in (sre.NOT_LITERAL, sre.ANY):
            text += "a 1"[at]
        elif kind is sre.IN:
            text += letter(value, at)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            text += example(value[2], at) * max(value[0], at)
        elif kind is sre.BRANCH:
            text += example(value[1][at % len(value[1])], at)
        elif kind is sre.SUBPATTERN:
            text += example(value[3], at)
    return text


def letter(among: Any, at: int) -> str:
    fits = re.compile(_class(among))
    return ([c for c in USUAL + "QĐbcdefghiklmnopqrstuvy0" if fits.fullmatch(c)] * 3 or ["a"] * 3)[
        at
    ]


def _class(among: Any) -> str:
    """A class of letters written again."""
    names = {
        sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
        sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    told = {
        sre.NEGATE: lambda _: "^",
        sre.LITERAL: lambda v: re.escape(chr(v)),
        sre.RANGE: lambda v: f"{re.escape(chr(v[0]))}-{re.escape(chr(v[1]))}",
        sre.CATEGORY: lambda v: names[v],
    }
    return f"[{''.join(told[kind](value) for kind, value in among)}]"


def test_a_pattern_that_explodes_is_found() -> None:
    for bad in (r"(a+)+b", r"(\w+\s?)*!", r"\d{4,}(?=$)", r"số\s*:?\s*;"):
        assert exploding(re.compile(bad)), bad
