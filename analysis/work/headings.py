"""Headings that nobody has explained yet: asked for by name, once, and kept with the year.

The answer is a line under [columns] of data/years/YEAR.toml: heading = our column, or "-" for a
column that is not needed. On a terminal the question comes with numbered suggestions; without
one the lines to be written are shown.
"""

from __future__ import annotations

import difflib
import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.notebook.school_year import SchoolYear, load_year
from analysis.raw import Raw, read_raw
from analysis.reference import (
    NOT_NEEDED,
    InputError,
    Rules,
    bare,
    heading_key,
    read_reference,
    say,
)
from analysis.reference.schema import read_text, write_settings
from analysis.work.blanks import TABLE, Ask, is_terminal

_MOST = 5
_EXPECTED = 0.3  # how much likelier a column is that every list should have and this one lacks
_COLUMNS = re.compile(r"^\s*\[columns\][^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True)
class OpenHeading:
    """A heading without a meaning, its place, and the columns it may mean, likeliest first.

    `near` is the one it is nearly the name of, "" where none is that near.
    """

    heading: str
    file: str
    sheet: str
    cell: str
    suggestions: tuple[str, ...]
    near: str = ""


def load_settled(school_year: str, *, home: Path, settings: Path, lang: str = "vi") -> SchoolYear:
    """`load_year`, after the headings of its workbooks have been asked for; what is answered is
    kept in `settings`, which then are those that `home` has too."""
    try:
        year = load_year(school_year, home=home, lang=lang)
        raw, fault = year.raw, None
    except InputError as error:
        year, raw, fault = None, None, error
    reference = read_reference(home)
    rules = reference.rules_for(school_year)
    if raw is None:
        raw = read_raw(reference.workbooks(school_year), rules)
    if settle_headings(raw, rules, settings, lang):
        shutil.copyfile(settings, reference.settings(school_year))
        return load_year(school_year, home=home, lang=lang)
    if year is None:
        raise fault or AssertionError
    return year


def settle_headings(
    raw: Raw, rules: Rules, settings: Path, lang: str, *, ask: Ask | None = None
) -> dict[str, str]:
    """Ask what the open headings mean and keep the answers; gives what was answered.

    Without a terminal (and without `ask`) nothing is asked: the lines to write are printed.
    """
    found = open_headings(raw, rules)
    if not found:
        return {}
    if ask is None and not is_terminal():
        print(_lines_to_write(found, settings, lang), file=sys.stderr)
        return {}
    print(say("headings_some", lang, count=len(found), year=settings.stem))
    answers: dict[str, str] = {}
    for one in found:
        if meant := _ask_for(one, rules, lang, ask or input):
            answers[one.heading] = meant
    if answers:
        write_columns(settings, answers)
        print(say("headings_kept", lang, count=len(answers), file=f"data/years/{settings.name}"))
    return answers


def open_headings(raw: Raw, rules: Rules) -> list[OpenHeading]:
    """The headings without a meaning, each once, in the order of the files."""
    found: dict[str, OpenHeading] = {}
    for facts in _unexplained(raw):
        heading = str(facts["heading"])
        file, sheet = str(facts["file"]), str(facts["sheet"])
        has = {n for t in raw.tables if (t.file, t.sheet) == (file, sheet) for n in t.header.has}
        if heading_key(heading) and heading_key(heading) not in found:
            likely, near = suggestions(heading, has, rules), str(facts.get("near", ""))
            place = (file, sheet, str(facts["cell"]))
            found[heading_key(heading)] = OpenHeading(
                heading, *place, likely, near if near in likely else ""
            )
    return list(found.values())


def _unexplained(raw: Raw) -> Iterable[Mapping[str, object]]:
    """Place and text of each; also of tables that could not be read for the want of a column."""
    yield from (
        r.facts for r in raw.remarks if r.key in ("heading_unknown", "heading_unknown_near")
    )
    kept = [r.facts for r in raw.remarks if r.key == "sheet_without_levels"]
    for facts in [*kept, *(error.facts for error in raw.errors)]:
        unknown = facts.get("unknown")
        for cell, heading in unknown.items() if isinstance(unknown, dict) else ():
            yield {**facts, "cell": cell, "heading": heading}


def suggestions(heading: str, has: Iterable[str], rules: Rules) -> tuple[str, ...]:
    """Standard headings of columns the table lacks, by how near their words come to the heading."""
    taken, wanted = set(has), bare(heading)
    best: dict[str, float] = {}
    for key, meaning in rules.headings.items():
        column = rules.columns[meaning.column]
        if column.name not in taken and column.kind != "mark":
            score = difflib.SequenceMatcher(None, wanted, bare(key)).ratio()
            score += _EXPECTED * (column.expected or column.required)
            best[column.heading] = max(score, best.get(column.heading, 0))
    return tuple(sorted(best, key=lambda name: -best[name])[:_MOST])


def _ask_for(one: OpenHeading, rules: Rules, lang: str, ask: Ask) -> str:
    """The standard heading that is meant, NOT_NEEDED, or "" for later."""
    place = {"file": one.file, "sheet": one.sheet, "cell": one.cell, "heading": one.heading}
    print("\n" + say("headings_question", lang, **place))
    print(*(f"  {n}. {name}" for n, name in enumerate(one.suggestions, 1)), sep="\n")
    print(f"  0. {say('headings_not_needed', lang)}")
    names = {bare(c.heading): c.heading for c in rules.columns.values()}
    while True:
        try:
            given = ask(say("headings_prompt", lang, most=len(one.suggestions))).strip()
        except EOFError:
            return ""
        if not given or given == "0":
            return NOT_NEEDED if given else ""
        if given.isdecimal() and 1 <= int(given) <= len(one.suggestions):
            return one.suggestions[int(given) - 1]
        if bare(given) in names:
            return names[bare(given)]
        near = difflib.get_close_matches(bare(given), names, 1)
        key = "headings_no_such_near" if near else "headings_no_such"
        print(say(key, lang, given=given, near=names[near[0]] if near else ""))


def _lines_to_write(found: list[OpenHeading], settings: Path, lang: str) -> str:
    """What to write where, one line for each heading.

    A mere guess is not filled in: taken over unseen it would make a wrong number. "?" is refused.
    """
    head = say("headings_write", lang, count=len(found), file=f"data/years/{settings.name}")
    lines = ["[columns]"]
    for one in found:
        others = [*(s for s in one.suggestions if s != one.near), NOT_NEEDED]
        behind = say("headings_or", lang, others=" / ".join(map(_quoted, others)))
        lines.append(f"{_quoted(one.heading)} = {_quoted(one.near or '?')}  # {behind}")
    return "\n".join([head, *lines])


def write_columns(settings: Path, answers: Mapping[str, str]) -> None:
    """Put the answers into [columns] of the settings; nothing else of the file changes."""
    text = read_text(settings)
    lines = "".join(f"{_quoted(h)} = {_quoted(meant)}\n" for h, meant in answers.items())
    if head := _COLUMNS.search(text):
        following = TABLE.search(text, head.end())
        end = following.start() if following else len(text)
        before = text[:end].rstrip("\n") + "\n"
        text = before + lines + ("\n" + text[end:].lstrip("\n") if following else "")
    else:
        text = f"{text.rstrip()}\n\n[columns]\n{lines}"
    write_settings(settings, text)


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False)
