"""`accreditation trace`: from a published number back to the schools, and to their cells."""

from __future__ import annotations

import argparse
from fractions import Fraction

import pandas as pd

from analysis.reference import Number, read_reference, say
from analysis.tables import find_table
from analysis.tables.words import heading_of, worded
from analysis.work.published_numbers import Place, find_number, published_table
from analysis.work.sources import asked_year
from analysis.work.trace_tellers import Sources, teller

_MOST_PLACES = 12
_ASKED = {"by", "scheme", "base", "reading", "level"}  # said by the name of the file


def trace(options: argparse.Namespace) -> int:
    """Say where the number stands, which schools it counts, and what their sheets say."""
    lang = options.lang
    reference = read_reference(options.home)
    settings = asked_year(reference, options.year, lang)
    table = published_table(reference.home, settings.school_year, options.figure, lang)
    places = find_number(table, options.number, options.group)
    tell = teller(places[0], options.figure)
    sources = Sources(reference.home, settings.school_year, lang)
    for place in places[:_MOST_PLACES]:
        print(_where(place, lang))
        print(*(f"  {line}" for line in tell(place, sources, lang)), sep="\n")
    if len(places) > _MOST_PLACES:
        print(say("trace_more", lang, count=len(places) - _MOST_PLACES))
    return 0


def _where(place: Place, lang: str) -> str:
    """The place in words: "Cấp học Mầm non, Cấp độ 2: Số trường = 8"."""
    table = pd.DataFrame([place.line])
    known = find_table(place.line)
    names = [n for n in (known.key if known else ()) if n not in _ASKED and place.line.get(n)]
    words = [str(worded(table, n, lang)[0]) for n in names]
    facts = {"place": ", ".join(words), "column": heading_of(place.column, table, lang)}
    return say("trace_place", lang, value=_as_printed(place.text), **facts)


def _as_printed(number: str) -> Number | str:
    """A share with one decimal, as on charts; whole numbers as they are."""
    return Number(Fraction(number), 1) if "." in number else number
