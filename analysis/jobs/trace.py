"""`accreditation trace`: from a published number back to the schools, and to their cells."""

from __future__ import annotations

import argparse
from fractions import Fraction

import pandas as pd

from analysis.jobs.published_numbers import Place, find_number, published_table
from analysis.jobs.sources import published_folder
from analysis.jobs.trace_tellers import Sources, teller
from analysis.reference import decimal, read_reference, say
from analysis.tables.words import heading_of, worded

_MOST_PLACES = 12
_PLACES = (
    *("school_year", "school_year_from", "school_year_to", "scenario", "as_of", "target_id"),
    *("group", "step", "standing", "standing_from", "standing_to", "source_file", "source_sheet"),
)


def trace(options: argparse.Namespace) -> int:
    """Say where the number stands, which schools it counts, and what their sheets say."""
    lang = options.lang
    reference = read_reference(options.home)
    settings = reference.year(options.year)
    table = published_table(published_folder(reference, settings), options.figure)
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
    names = [n for n in _PLACES if place.line.get(n)]
    words = [str(worded(table, n, lang)[0]) for n in names]
    facts = {"place": ", ".join(words), "column": heading_of(place.column, table, lang)}
    return say("trace_place", lang, value=_as_printed(place.text, lang), **facts)


def _as_printed(number: str, lang: str) -> str:
    """A share with one decimal, as on charts; whole numbers as they are."""
    return decimal(Fraction(number), 1, lang) if "." in number else number
