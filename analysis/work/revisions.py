"""A figure published before is not silently replaced: each version of a school year is kept, and
what moved between two of them is told, with the schools and cells that moved it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.compare import list_revisions
from analysis.export.manifest import Difference
from analysis.export.places import NOTICE
from analysis.export.report import export_report
from analysis.export.shown import show_table
from analysis.export.tables import csv_bytes
from analysis.export.versions import (
    Version,
    add_version,
    kept_versions,
    latest_numbers,
    published_numbers,
    read_lines,
)
from analysis.notebook.school_year import SchoolYear
from analysis.reference import SCHEMES, Number, Points, say
from analysis.tables import BETWEEN, COUNTED, column_of, columns_of, context, find_table
from analysis.tables.words import in_word, worded
from analysis.work.sources import PARTS, changed_sources
from analysis.work.trace_tellers import told_cells

_SCHOOLS = "truong"
_INPUTS = "inputs"
_OF_YEARS = ("school_year", "school_year_from", "school_year_to")
_PLAIN = {"by", "school_year"}  # what the name of the table says
_MOST = 500  # rows of the page; all of them stand in the file beside it

Revision = Mapping[str, Any]


def keep_version(staging: Path, year: SchoolYear, made_from: Mapping[str, Any]) -> None:
    """Keep the numbers that are about to be published beside those published before, unless they
    are those of the last version; tell what moved in `dinh_chinh.html` and `.csv`, if anything."""
    versions = kept_versions(staging)
    if not versions or versions[-1].numbers != published_numbers(staging):
        versions.append(_added(staging, versions, year, made_from))
    tables = {v.number: v.revisions for v in reversed(versions)}
    told = [table for table in tables.values() if len(table)]
    if told:
        whole = pd.concat(told, ignore_index=True)
        (staging / f"{NOTICE}.csv").write_bytes(csv_bytes(whole))
        _write_page(staging / f"{NOTICE}.html", tables, year)


def _added(
    staging: Path, versions: Sequence[Version], year: SchoolYear, made_from: Mapping[str, Any]
) -> Version:
    number = versions[-1].number + 1 if versions else 1
    moved = b""
    if versions:
        before, now = latest_numbers([*versions]), published_numbers(staging)
        changes = changed_sources(versions[-1].made_from, {part: made_from[part] for part in PARTS})
        table = _revisions(before, now, year, _cause(changes, year.lang))
        moved = csv_bytes(table.assign(version=number)) if len(table) else b""
    return add_version(staging, number, made_from, moved)


def _revisions(
    before: Mapping[str, bytes], now: Mapping[str, bytes], year: SchoolYear, cause: str
) -> pd.DataFrame:
    """One row per number that moved, without its version."""
    other = [name for name in now if name in before and before[name] != now[name]]
    pair = [{n: read_lines(t[n]) for n in other} for t in (before, now)]
    found = list_revisions(*pair)
    schools = [_by_id(t.get(_SCHOOLS, b"")) for t in (before, now)]
    movers = _Movers(year, *schools)
    rows = [
        {
            "figure": one["table"],
            "row": row,
            **{name: one[name] for name in ("column", "before", "after")},
            "moved_by": "; ".join(map(movers.name, moved)),
            "cells": "; ".join(filter(None, map(movers.cells, moved))),
            "reason_moved": cause,
        }
        for one, row in zip(found, _rows(found, year.lang), strict=True)
        for moved in [movers.of(one)]
    ]
    return pd.DataFrame(rows, columns=columns_of("revisions"))


def _by_id(content: bytes) -> dict[str, dict[str, str]]:
    """The schools of a version by their id."""
    return {row["school_id"]: row for row in read_lines(content) if row.get("school_id")}


class _Movers:
    """The schools whose line in the list of schools changed, and which numbers they can move."""

    def __init__(
        self, year: SchoolYear, old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]
    ) -> None:
        self.year, self.old, self.new = year, old, new
        self.changed = {i: c for i in dict.fromkeys([*old, *new]) if (c := self._columns(i))}
        self.cells = cache(self._cells)
        held = year.held.assign(school_id=year.held["school_id"].astype("str"))
        self._places = held[held["school_id"].isin([*self.changed])].set_index("school_id")

    def _columns(self, school: str) -> tuple[str, ...]:
        """The columns in which a school is another; all of one that came or went."""
        one, other = self.old.get(school, {}), self.new.get(school, {})
        shared = other if not one else one if not other else {c: 0 for c in one if c in other}
        named = (c for c in shared if not c.startswith("source_"))  # rows shift
        return tuple(c for c in named if one.get(c) != other.get(c))

    def of(self, one: Revision) -> list[str]:
        """The schools that can have moved a number: of its year, its group, its scheme and its
        standing before or afterwards."""
        line = one["key"] | one["line"]
        if one["table"] == _SCHOOLS:
            return [i for i in self.changed if i == line["school_id"]]
        years = {line[name] for name in _OF_YEARS if line.get(name)}
        if (years and self.year.school_year not in years) or line.get("measure_id"):
            return []
        return [school for school in self.changed if self._moves(school, line)]

    def _moves(self, school: str, line: Mapping[str, str]) -> bool:
        told = [side[school] for side in (self.old, self.new) if school in side]
        if line.get("source_file"):
            place = self._place(school)
            return place is None or place[0] == line["source_file"]
        others = [s for s in SCHEMES if "measure" in line or s != line.get("scheme", s)]
        if all(c.partition("_")[0] in others for c in self.changed[school]):
            return False
        by, group = line.get("by", "").split(","), line.get("group", "all")
        if group == "all" or not all(name in row for name in by for row in told):
            return True
        return group in (BETWEEN.join(row[name] for name in by) for row in told)

    def _place(self, school: str) -> tuple[str, str, int] | None:
        if school not in self._places.index:
            return None
        row = self._places.loc[[school]].iloc[0]
        return str(row["source_file"]), str(row["source_sheet"]), int(row["source_row"])

    def name(self, school: str) -> str:
        """ "HT-MN-01 Trường Mầm non Hoa Sen"."""
        names = [side[school]["school_name"] for side in (self.new, self.old) if school in side]
        return " ".join(filter(None, [school, names[0]]))

    def _cells(self, school: str) -> str:
        """Where the workbooks say what is another now: file, sheet and cells."""
        place = self._place(school)
        if place is None:
            return ""
        words = _words_of(self.changed[school]) if school in self.old else ("school_",)
        return told_cells(self.year, place, words, self.year.lang).removeprefix(" ← ")


def _words_of(names: Iterable[str]) -> tuple[str, ...]:
    """What the columns of the workbooks begin with that columns of the list come from."""
    found = []
    for name in names:
        scheme, _, what = name.partition("_")
        is_standing = scheme in SCHEMES and what in ("standing", "counted")
        found += [f"{scheme}_level", f"{scheme}_mark"] if is_standing else [name]
    return tuple(dict.fromkeys(found))


def _rows(found: Sequence[Revision], lang: str) -> Iterator[str]:
    """What each number is of, in words: "KĐCLGD, Tiểu học, Cấp độ 2"."""
    told: dict[tuple[str, ...], str] = {}
    for one in found:
        line = one["key"] | one["line"]
        named = find_table(line)
        names = [*(named.key if named else one["key"])]
        key = (*names, *(line.get(name, "") for name in names))
        if key not in told and one["table"] == _SCHOOLS:
            told[key] = f"{line['school_id']} {line['school_name']}"
        elif key not in told:
            table = pd.DataFrame([line])
            plain = _PLAIN - {"school_year"} if "school_id" in names else _PLAIN
            asked = [name for name in names if line.get(name) and name not in plain]
            told[key] = ", ".join(str(worded(table, name, lang)[0]) for name in asked)
        yield told[key]


def _cause(changes: Sequence[Difference], lang: str) -> str:
    """Which files are others, or that the method is."""
    files = [change.name for change in changes if change.part == _INPUTS]
    parts = dict.fromkeys(change.part for change in changes if change.part != _INPUTS)
    method = ", ".join(say(f"manifest_{part}", lang) for part in parts)
    told = [say("revision_files", lang, files=", ".join(files))] if files else []
    told += [say("revision_method", lang, parts=method)] if parts else []
    return "; ".join(told)


def _write_page(path: Path, tables: Mapping[int, pd.DataFrame], year: SchoolYear) -> None:
    """The notice, the newest version first: what the schools say now, then the numbers."""
    lang, sections = year.lang, []
    for number, table in tables.items():
        if table.empty:
            continue
        head = say("revision_head", lang, number=number, count=Number(len(table)))
        reasons = table["reason_moved"].unique()
        told = [say("revision_cause", lang, cause=reason) for reason in reasons]
        schools = table["figure"].eq(_SCHOOLS)
        parts = [(schools, ["row", "moved", "cells"])]
        parts += [(~schools, ["row", "moved", "moved_by", "figure"])]
        shown = [_shown(table[which], names, year) for which, names in parts if which.any()]
        sections.append((head, [*filter(None, told), *(show_table(t, most=_MOST) for t in shown)]))
    export_report(path, sections, about=year.about, lang=lang, contents=False)


def _shown(table: pd.DataFrame, names: list[str], year: SchoolYear) -> pd.DataFrame:
    """The table as people read it: all numbers of a row together, "Số trường (k): 8 → 7", of a
    table and its chart once."""
    lines = table.assign(moved=[*_moved(table, year.lang)])
    lines = lines[lines["moved"].ne("")]
    for joined in ("moved", "figure"):
        alike = [n for n in ("figure", "row", "moved", "moved_by", "cells") if n != joined]
        lines = lines.groupby(alike, sort=False)[joined].agg("; ".join).reset_index()
    lines.attrs |= context(year.about, year.lang)
    return lines[names]


def _moved(table: pd.DataFrame, lang: str) -> Iterator[str]:
    """Each number in words; "" where the least and the most a share can be moved as it did."""
    places = [*table[["figure", "row", "column", "before", "after"]].itertuples(index=False)]
    sides = {place[:3]: place[3:] for place in places}
    for figure, row, name, *ends in places:
        pair = tuple(ends)
        share = name.removesuffix("_low").removesuffix("_high")
        shares = (sides.get((figure, row, other)) for other in (share, f"schools_{share}"))
        if share != name and pair in shares:
            yield ""
            continue
        for decimals in (1, 3, 6):
            was, now = (_value(name, value, decimals, lang) for value in pair)
            if was != now:
                break
        yield f"{column_of(name).heading(lang)}: {was} → {now}"


def _value(name: str, value: str, decimals: int, lang: str) -> str:
    """A published value in words."""
    if value in ("", "True", "False"):
        return say({"": "cell_none", "True": "shown_yes", "False": "shown_no"}[value], lang)
    column = column_of(name)
    if column.codes:
        return in_word(value, column.codes, lang, name.partition("_")[0])
    if column.signed:
        return Points(float(value), decimals).text(lang)
    if column.kind in COUNTED and "." in value:
        return Number(float(value), decimals).text(lang)
    return value
