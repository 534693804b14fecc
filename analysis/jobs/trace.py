"""`accreditation trace`: from a published number back to the schools, and to their cells."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from functools import cache, partial
from typing import Any

import pandas as pd

from analysis.export.cells import heading_of, worded
from analysis.jobs.published_numbers import Place, find_number, published_table
from analysis.jobs.sources import published_folder
from analysis.jobs.traced import (
    counted_schools,
    ending_schools,
    findings_of,
    indicator_rows,
    kept_out_rows,
    source_cells,
    stating_schools,
)
from analysis.reference import SuiteError, decimal, percent, read_reference, say
from analysis.school_year import SchoolYear, load_year

_MOST_PLACES = 12
_PLACES = ("school_year", "target_id", "group", "standing", "source_file", "source_sheet")
_SET_ASIDE = "set_aside_count"


def trace(options: argparse.Namespace) -> int:
    """Say where the number stands, which schools it counts, and what their sheets say."""
    lang = options.lang
    reference = read_reference(options.home)
    settings = reference.year(options.year)
    table = published_table(published_folder(reference, settings), options.figure)
    places = find_number(table, options.number, options.group)
    tell = _teller(places[0], options.figure)
    read = cache(partial(load_year, home=reference.home, lang=lang))
    for place in places[:_MOST_PLACES]:
        year = read(place.line.get("school_year") or settings.school_year)
        print(_where(place, lang))
        print(*(f"  {line}" for line in tell(place, year, lang)), sep="\n")
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


Teller = Callable[[Place, SchoolYear, str], Iterable[str]]


def _teller(place: Place, figure: str) -> Teller:
    """What tells of a number, by the columns of its table."""
    columns = set(place.line)
    for needed, tell in _TELLERS:
        if needed <= columns:
            return tell
    raise SuiteError("trace_no_way", figure=figure)


def _tell_schools(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    if place.column == _SET_ASIDE:
        yield from _tell_set_aside(place, year, lang)
        return
    counted, whole = counted_schools(place, year)
    count, total = len(counted), len(whole)
    share = percent(100 * count / total, 1, lang) if total else "–"
    yield say("trace_counted", lang, count=decimal(count, 0, lang), total=total, percent=share)
    yield from _schools(counted, place, year, lang)
    rest = whole.drop(counted.index)
    if len(rest):
        yield say("trace_rest", lang, count=len(rest))
        yield from _schools(rest, place, year, lang)


def _schools(schools: pd.DataFrame, place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    scheme, by = place.line["scheme"], place.line["by"]
    words = (f"{scheme}_level", f"{scheme}_mark", f"{scheme}_date", *filter(None, [by]))
    standing = f"{scheme}_standing"
    shown = schools.assign(**{standing: worded(schools, standing, lang)})
    for row in shown.to_dict("records"):
        yield "  " + _school(row, row[standing], year, words, lang)


def _school(
    row: dict[Hashable, Any], state: object, year: SchoolYear, words: tuple[str, ...], lang: str
) -> str:
    """A school, how it stands, and its cells."""
    facts = {"name": row["school_name"], "code": row["school_code"], "state": state}
    where = row["source_file"], row["source_sheet"], int(row["source_row"])
    return say("trace_school", lang, **facts) + _cells(year, where, words, lang)


def _tell_sessions(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    measure = place.line["measure"]
    for row in stating_schools(place.line, year).to_dict("records"):
        state = f"{row[f'{measure}_two_sessions']}/{row[measure]}"
        yield _school(row, state, year, (measure,), lang)


def _tell_expiries(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    schools = ending_schools(place.line, year)
    yield from (line.strip() for line in _schools(schools, place, year, lang))


def _tell_school(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    own = year.schools[year.schools["school_id"].astype("str") == place.line["school_id"]]
    for row in own.to_dict("records"):
        yield _school(row, row["unit"], year, ("school_", "kdclgd_", "cqg_"), lang)


def _cells(year: SchoolYear, where: tuple[str, str, int], words: tuple[str, ...], lang: str) -> str:
    """File, sheet and cells, each with what stands in it."""
    file, sheet, row = where
    cells = source_cells(year, file, sheet, row, words)
    written = "; ".join(f"{c.cell} “{c.value}”" for c in cells) or str(row)
    return say("trace_cells", lang, file=file, sheet=sheet, cells=written)


def _tell_set_aside(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    for row in kept_out_rows(place, year).to_dict("records"):
        where = row["source_file"], row["source_sheet"], int(row["source_row"])
        yield row["school_code"] + _cells(year, where, ("school_name",), lang)


def _tell_indicator(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    for where in indicator_rows(year, place.line["measure_id"]):
        words = ("indicator_id", "numerator", "denominator", "value", "source")
        yield place.line["measure_id"] + _cells(year, where, words, lang)


def _tell_row(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    line = place.line
    cell = line.get("cell") or line["source_row"]
    facts = {"file": line["source_file"], "sheet": line["source_sheet"]}
    yield say("trace_cells", lang, cells=f"{cell} “{line.get('source_value', '')}”", **facts)


def _tell_sheet(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    facts = {"file": place.line["source_file"], "sheet": place.line["source_sheet"]}
    yield say("trace_sheet", lang, **facts)
    for finding in findings_of(year, place.line):
        yield f"  {finding.row}: {finding.text(lang)}"


_TELLERS: list[tuple[set[str], Teller]] = [
    ({"scheme", "base", "by", "group", "standing", "schools_count"}, _tell_schools),
    ({"scheme", "base", "by", "group", "level", "reading", "schools_count"}, _tell_schools),
    ({"by", "group", "measure", "two_sessions_count", "schools_stated"}, _tell_sessions),
    ({"scheme", "by", "group", "quarter", "level", "schools_count"}, _tell_expiries),
    ({"school_id", "school_code", "school_name"}, _tell_school),
    ({"measure_id"}, _tell_indicator),
    ({"source_file", "source_row"}, _tell_row),
    ({"source_file", "source_sheet", "rows_in"}, _tell_sheet),
]
