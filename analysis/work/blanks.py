"""What a blank level means: asked once, kept with the year, carried on by `new-year`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from analysis.clean import Cleaned
from analysis.reference import SCHEMES, Reference, say
from analysis.reference.schema import read_text, write_settings

Ask = Callable[[str], str]
_ANSWERS = {"1": "none", "2": "not_stated"}
# What was said before, in each of the ways TOML has for it: a line, lines by scheme, a table.
_LINE = re.compile(r"^[ \t]*blank[ \t]*(?:\.[^=\n]*)?=.*\n?", re.MULTILINE)
_OWN_TABLE = re.compile(r"^[ \t]*\[[ \t]*blank[ \t]*\].*\n?(?:(?![ \t]*\[).*\n?)*", re.MULTILINE)
TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def open_blanks(cleaned: Cleaned, said: Mapping[str, str]) -> dict[str, int]:
    """How many schools leave the level blank, for each scheme of which nobody has said what that
    means."""
    counts = cleaned.blanks.items()
    return {s: n for s, n in counts if n and s in cleaned.schemes and s not in said}


def settle_blanks(
    cleaned: Cleaned,
    said: Mapping[str, str],
    reference: Reference,
    lang: str,
    *,
    ask: Ask | None = None,
) -> dict[str, str]:
    """Ask what blank levels mean where the year's settings do not say it, and keep the answers
    there; gives what was answered. Without a terminal (and without `ask`) nothing is asked."""
    found = open_blanks(cleaned, said)
    if not found or (ask is None and not is_terminal()):
        return {}
    answers = {s: a for s, n in found.items() if (a := _ask_for(s, n, ask or input, lang))}
    if answers:
        year = cleaned.school_year
        path = reference.settings(year)
        write_blank(path, {**reference.year(year).blank, **answers})
        print(say("blank_kept", lang, file=f"data/years/{path.name}"))
    return answers


def blank_lines(
    cleaned: Cleaned, said: Mapping[str, str], lang: str, *, own: bool
) -> Iterator[str]:
    """How blanks were read of which nobody has said what they mean, and where to say it: in the
    settings of the year for its `own` workbooks, in the call for any others."""
    for scheme, count in open_blanks(cleaned, said).items():
        facts = {"scheme": say(f"scheme_{scheme}", lang), "count": count}
        facts["means"] = say("blank_not_stated", lang)
        where = {"name": scheme, "year": cleaned.school_year} if own else {}
        yield say("check_blanks" if own else "check_blanks_once", lang, **facts, **where)


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _ask_for(scheme: str, count: int, ask: Ask, lang: str) -> str:
    """ "none", "not_stated", or "" for later."""
    print(say("blank_question", lang, scheme=say(f"scheme_{scheme}", lang), count=count))
    for number, means in _ANSWERS.items():
        print(f"  {number}. {say(f'blank_choice_{means}', lang)}")
    while True:
        try:
            given = ask(say("blank_prompt", lang)).strip()
        except EOFError:
            return ""
        if not given or given in _ANSWERS:
            return _ANSWERS.get(given, "")


def write_blank(settings: Path, said: Mapping[str, str]) -> None:
    """Put the answers into the year's settings; nothing else of the file changes."""
    words = ", ".join(f'{scheme} = "{said[scheme]}"' for scheme in SCHEMES if scheme in said)
    line = f"blank = {{ {words} }}\n"
    text = _OWN_TABLE.sub("", read_text(settings))
    first = TABLE.search(text)
    at = first.start() if first else len(text)
    before = _LINE.sub("", text[:at]).rstrip("\n") + "\n"
    write_settings(settings, before + line + ("\n" + text[at:] if first else ""))
