"""What is said of the schools behind a published number, and of their cells."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.notebook.register import Register, load_register
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import Number, Share, SuiteError, say
from analysis.tables import find_table
from analysis.tables.words import worded
from analysis.work.published_numbers import Line, Place
from analysis.work.traced import (
    changed_schools,
    counted_schools,
    ending_schools,
    findings_of,
    indicator_rows,
    moved_schools,
    not_identified,
    rows_of_code,
    schools_in_scenario,
    schools_of_group,
    source_cells,
    stating_schools,
    unsure_members,
)

_UNSURE = "base_unclear_count"


class Sources:
    """What numbers come from, each read when it is first asked for."""

    def __init__(self, home: Path, school_year: str, lang: str) -> None:
        self.home, self.school_year, self.lang = home, school_year, lang
        self.year = cache(lambda name: load_year(name, home=home, lang=lang))

    def year_of(self, place: Place) -> SchoolYear:
        """The school year a number is about."""
        return self.year(place.line.get("school_year") or self.school_year)

    @cached_property
    def register(self) -> Register:
        """All years up to the published one."""
        return load_register(self.school_year, home=self.home, lang=self.lang)


Teller = Callable[[Place, Sources, str], Iterable[str]]


def teller(place: Place, figure: str) -> Teller:
    """What tells of a number, as the registry says of its table."""
    known = find_table(place.line)
    if known is None:
        raise SuiteError("trace_no_way", figure=figure)
    return _TELLERS[known.trace or "group"]


def _of_year(tell: Callable[[Place, SchoolYear, str], Iterable[str]]) -> Teller:
    return lambda place, sources, lang: tell(place, sources.year_of(place), lang)


def _tell_schools(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    if place.column == _UNSURE:
        yield from _tell_unsure(place, year, lang)
        return
    scheme, by = place.line["scheme"], place.line["by"]
    counted, whole = counted_schools(place, year.identified)
    yield say("trace_counted", lang, share=Share(len(counted), len(whole), decimals=1))
    yield from _schools(counted, scheme, by, year, lang)
    rest = whole.drop(counted.index)
    if len(rest):
        yield say("trace_rest", lang, count=len(rest))
        yield from _schools(rest, scheme, by, year, lang)


def _tell_pace(place: Place, sources: Sources, lang: str) -> Iterable[str]:
    """The schools that count today, or those that did in the first year."""
    line = place.line
    if place.column in ("past_count", "past_total"):
        then = {"school_year": line["past_year"], "unclear_count": "", "base_unclear_count": ""}
        then |= {"schools_count": line["past_count"], "schools_total": line["past_total"]}
        place = Place({**line, **then}, place.column.replace("past", "schools"))
    return _tell_schools(place, sources.year_of(place), lang)


def _schools(
    schools: pd.DataFrame, scheme: str, by: str, year: SchoolYear, lang: str
) -> Iterable[str]:
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
    return say("trace_school", lang, **facts) + told_cells(year, where, words, lang)


def _tell_sessions(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    measure = place.line["measure"]
    for row in stating_schools(place.line, year).to_dict("records"):
        facts = {"count": row[f"{measure}_two_sessions"], "total": row[measure]}
        yield _school(row, say("cell_share", lang, **facts), year, (measure,), lang)


def _tell_expiries(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    schools = ending_schools(place.line, year)
    told = _schools(schools, place.line["scheme"], place.line["by"], year, lang)
    yield from (line.strip() for line in told)


def _tell_school(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    own = year.identified[year.identified["school_id"].astype("str") == place.line["school_id"]]
    for row in own.to_dict("records"):
        yield _school(row, row["unit"], year, ("school_", "kdclgd_", "cqg_"), lang)


def told_cells(
    year: SchoolYear, where: tuple[str, str, int], words: tuple[str, ...], lang: str
) -> str:
    """File, sheet and cells, each with what stands in it, in every row of the school that has
    such cells."""
    told = []
    for file, sheet, row in year.cleaned.rows_of_school(*where):
        cells = source_cells(year, file, sheet, row, words)
        if written := "; ".join(f"{c.cell} “{c.value}”" for c in cells if c.value):
            told.append(say("trace_cells", lang, file=file, sheet=sheet, cells=written))
    file, sheet, row = where
    return "".join(told) or say("trace_cells", lang, file=file, sheet=sheet, cells=str(row))


def _tell_unsure(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    for row in unsure_members(place, year).to_dict("records"):
        where = row["source_file"], row["source_sheet"], int(row["source_row"])
        name = row["school_name"] or row["school_code"] or "–"
        words = ("school_", place.line["by"], "operating_status", "eligible", "externally_")
        yield name + told_cells(year, where, tuple(filter(None, words)), lang)


def _tell_indicator(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    for where in indicator_rows(year, place.line["measure_id"]):
        words = ("indicator_id", "numerator", "denominator", "value", "source")
        yield place.line["measure_id"] + told_cells(year, where, words, lang)


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


def _tell_moves(place: Place, sources: Sources, lang: str) -> Iterable[str]:
    register, line = sources.register, place.line
    for school_id in moved_schools(line, register)["school_id"]:
        yield from _in_both_years(school_id, line, register, lang)


def _tell_changes(place: Place, sources: Sources, lang: str) -> Iterable[str]:
    register, line = sources.register, place.line
    for school_id in dict.fromkeys(changed_schools(line, register)["school_id"]):
        yield from _in_both_years(school_id, line, register, lang)


def _in_both_years(school_id: str, line: Line, register: Register, lang: str) -> Iterable[str]:
    """A school as it stood before and after."""
    for name in (line["school_year_from"], line["school_year_to"]):
        year = register.years[name]
        own = year.identified[year.identified["school_id"].astype("str") == str(school_id)]
        if own.empty:
            unknown = not_identified(school_id, name, line, register)
            key = "trace_not_identified" if unknown else "trace_absent"
            yield say(key, lang, school=school_id, year=name)
        for row in rows_of_code(school_id, name, register).to_dict("records"):
            where = row["source_file"], row["source_sheet"], int(row["source_row"])
            yield f"{name} {row['school_code']}" + told_cells(year, where, ("school_name",), lang)
        for told in _schools(own, line["scheme"], line.get("by", ""), year, lang):
            yield f"{name} {told.strip()}"


def _tell_scenario(place: Place, sources: Sources, lang: str) -> Iterable[str]:
    line, year = place.line, sources.register.latest
    certain, ending, whole = schools_in_scenario(place, sources.register)
    facts = {"total": len(whole), "as_of": f"{pd.Timestamp(line['as_of']):%d/%m/%Y}"}
    yield say("trace_lasting", lang, count=len(certain), **facts)
    yield from _schools(certain, line["scheme"], line["by"], year, lang)
    if len(ending):
        renewed = int(line["schools_count"]) - len(certain)
        yield say("trace_ending", lang, count=len(ending), renewed=renewed)
        yield from _schools(ending, line["scheme"], line["by"], year, lang)


def _tell_group(place: Place, year: SchoolYear, lang: str) -> Iterable[str]:
    """The schools of a group, where nothing tells more of a table."""
    schools = schools_of_group(place.line, year)
    yield say("trace_group", lang, count=Number(len(schools)))
    for row in schools.to_dict("records"):
        yield "  " + _school(row, row["unit"], year, ("school_",), lang)


# By the names that the registry has for the ways to trace.
_TELLERS: dict[str, Teller] = {
    "scenario": _tell_scenario,
    "moves": _tell_moves,
    "pace": _tell_pace,
    "changes": _tell_changes,
    "schools": _of_year(_tell_schools),
    "sessions": _of_year(_tell_sessions),
    "expiries": _of_year(_tell_expiries),
    "school": _of_year(_tell_school),
    "indicator": _of_year(_tell_indicator),
    "row": _of_year(_tell_row),
    "sheet": _of_year(_tell_sheet),
    "group": _of_year(_tell_group),
}
