"""A text of which parts have a font of their own: struck-out parts are no longer said, and a raised
mark of a note is none of its letters. And what a comment says, without who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

_LONGEST = 120
# What newer programs tell older ones before the first comment of a thread.
_FOR_OLD = re.compile(
    r"\[[^\]\n]*\]\s.*?\n[ \t]*(?:Comment|Bình luận|Nhận xét|Chú thích):\s*", re.DOTALL
)
_WRITER = re.compile(r"[^\n:]{1,60}:[ \t]*\r?\n")
# Google Sheets puts the writer behind, in a line of its own.
_SIGNED = re.compile(r"\n\t-[^\n]*")
_MENTION = re.compile(r"@[^\s@]+(?:\s+(?=[A-ZĐÀ-Ỹ])\S+){0,4}")


def said(texts: Iterable[str]) -> str:
    """One text of the comments on a cell, oldest first, shortened; "" where they say nothing."""
    return shortened(" / ".join(filter(None, map(_without_writer, texts))))


def shortened(text: str) -> str:
    """A text in one line, of no more than a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _without_writer(text: str) -> str:
    """A comment begins with its writer's name in a line of its own, as programs put it there."""
    text = text[: 20 * _LONGEST].strip()
    if text.startswith("[") and (copied := _FOR_OLD.match(text)):
        text = text[copied.end() :]
    if (writer := _WRITER.match(text)) and text[writer.end() :].strip():
        text = text[writer.end() :]
    return _MENTION.sub("", _SIGNED.sub("", text)).strip()


RAISED, LOWERED = "superscript", "subscript"
_MARK = re.compile(r"\(?(?:\d{1,2}(?:[,;]\s*\d{1,2})*|[abc]|\*{1,4}|[†‡§])\)?")
# Raised, these figures belong to what stands before them: 120 m².
_POWER = re.compile(r"(?:^|[\d\s(])(?:mm|cm|dm|km|ha|m)$", re.IGNORECASE)
_TAIL = 8  # more letters than that pattern looks back
_HOLLOW = re.compile(r"(?<!\s)\s*(?:\(\s*\)|\[\s*\])")
# What leads from the old to the new, left alone at an end when the old is gone.
_LEADS = " \t\r\n,;|/→⇒➔>=–-"


class Run(NamedTuple):
    """A part of a text. `struck`: None where it is as the whole cell is; `at`: raised, lowered or
    neither."""

    text: str
    struck: bool | None = None
    at: str = ""


class RichText(str):
    """A text with its runs."""

    runs: tuple[Run, ...]

    def __new__(cls, text: str, runs: Iterable[Run]) -> RichText:
        made = super().__new__(cls, text)
        made.runs = tuple(runs)
        return made

    @property
    def marked(self) -> bool:
        """Is a part of it struck, raised or lowered, whatever the cell is?"""
        return any(run.struck or run.at for run in self.runs)


class Live(NamedTuple):
    """What a text says: its live part; by which rule it was told ("" where nothing was left out);
    whether all of it is struck; and what a person must look at, as nobody can tell."""

    text: str
    rule: str = ""
    struck: bool = False
    unsure: str = ""


def live_text(text: RichText, struck: bool) -> Live:
    """What a text says; `struck`: the cell itself is."""
    runs = _joined(run._replace(struck=struck if run.struck is None else run.struck)
                   for run in text.runs)  # fmt: skip
    whole = str(text)
    if not any(run.struck and run.text.strip() for run in runs):
        return _without_marks(whole, runs, "")
    if not any(not run.struck and run.text.strip() for run in runs):
        return Live(whole, struck=True)
    if any(_within_word(runs, i) for i, run in enumerate(runs) if run.struck):
        return Live(whole, unsure="struck_unsure")
    return _without_marks(whole, _without_struck(runs), "struck_part")


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Runs that differ; a program may cut a text anywhere."""
    filled = (run for run in runs if run.text)
    return [
        Run("".join(run.text for run in some), *kind)
        for kind, some in groupby(filled, key=lambda run: run[1:])
    ]


def _within_word(runs: list[Run], i: int) -> bool:
    """Do letters of one word stand on both sides of a run?"""
    before = runs[i - 1].text[-1:] if i else ""
    following = runs[i + 1].text[:1] if i + 1 < len(runs) else ""
    ends = before + runs[i].text[0] + runs[i].text[-1] + following
    return len(ends) == 4 and ends.isalpha()


def _without_struck(runs: list[Run]) -> list[Run]:
    """The live runs; where a struck one held the space between two words, a space stays."""
    live: list[Run] = []
    for i, run in enumerate(runs):
        if not run.struck:
            live.append(run)
        elif run.text != run.text.strip() and 0 < i < len(runs) - 1:
            live.append(Run(" "))
    first, last = runs[0].struck, runs[-1].struck
    gone = 0
    while first and gone < len(live) and not (text := live[gone].text.lstrip(_LEADS)):
        gone += 1
    del live[:gone]
    if first and live:
        live[0] = live[0]._replace(text=text)
    while last and live and not (text := live[-1].text.rstrip(_LEADS)):
        live.pop()
    if last and live:
        live[-1] = live[-1]._replace(text=text)
    return live


def _without_marks(whole: str, runs: list[Run], rule: str) -> Live:
    """The text without raised marks of notes. Another raised or lowered part stays as it is: what
    it means is for a person to say."""
    pieces: list[str] = []
    before = unsure = removed = ""
    for i, run in enumerate(runs):
        following = runs[i + 1].text[:1] if i + 1 < len(runs) else ""
        if not run.at or not run.text.strip() or len(runs) == 1 or _is_power(before, run):
            pieces.append(run.text)
        elif _is_mark(before, run, following):
            removed = "raised_part"
            continue
        else:
            pieces.append(run.text)
            unsure = "raised_unsure"
        before = (before + run.text[-_TAIL:])[-_TAIL:]
    said = "".join(pieces)
    if rule:
        said = _HOLLOW.sub("", said)
    if not said.strip():
        return Live(whole, unsure="struck_unsure" if rule else "")
    if unsure and not rule:
        return Live(whole, unsure=unsure)
    rule = rule or removed
    return Live(said if rule else whole, rule, unsure=unsure)


def _is_power(before: str, run: Run) -> bool:
    return run.text.strip() in ("2", "3") and bool(_POWER.search(before))


def _is_mark(before: str, run: Run, following: str) -> bool:
    """A raised mark of a note stands at the end of a word, or before the first."""
    ends_word = not (before[-1:].isalnum() and following.isalnum())
    return run.at == RAISED and ends_word and bool(_MARK.fullmatch(run.text.strip()))
