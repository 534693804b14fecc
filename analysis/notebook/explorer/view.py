"""What is shown for a choice: one table, its chart, its sentences. The numbers of the batch run;
and the way down from a group to its schools, and from a school to the cells it was read from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.charts import Chart, Sentences, chart, tell
from analysis.clean import show
from analysis.compare import compare_to_targets
from analysis.measure import ALL, GROUPINGS, check_choice, in_denominator, measure_levels
from analysis.notebook.school_year import SchoolYear
from analysis.raw import Table, address
from analysis.reference import SCHEMES, Share, SuiteError, read_rules
from analysis.tables import known
from analysis.tables.words import in_word

_SCREEN = 96  # dots per inch: two thirds of a slide's, drawn in two thirds of the time


@dataclass(frozen=True)
class Asked:
    """One choice. `target_id` "" shows the levels of the scheme, else the gaps to that target;
    "" for the others leaves them open (scheme: that of the target, else the first the lists have a
    column for; base and reading: the usual ones)."""

    scheme: str = ""
    by: str = "education_level"
    target_id: str = ""
    education_level: str = ""
    unit: str = ""
    ownership: str = ""
    reading: str = ""
    base: str = ""


@dataclass(frozen=True)
class View:
    """What is shown: the narrowed year, the measured table of every group, chart and sentences.

    `asked` with the scheme that is shown, and its base."""

    year: SchoolYear
    asked: Asked
    table: pd.DataFrame
    chart: Chart
    told: Sentences

    @property
    def base(self) -> str:
        """The base of the table."""
        if self.asked.base or self.table.empty:
            return self.asked.base or read_rules().default_base(self.asked.scheme)
        return str(self.table["base"].iloc[0])

    def groups(self, lang: str) -> list[tuple[str, str]]:
        """(words, group) in order: "Tiểu học: 13/15 (86,7%)", the total last."""
        rows, counted, unclear = self.table, "schools", "unclear"
        if not self.asked.target_id:
            rows, counted = rows[rows["standing"].astype("str").eq("1")], "reached"
            unclear = "reached_unclear"
        names = [_group_name(group, lang) for group in rows["group"]]
        columns = [f"{counted}_count", "schools_total", f"{unclear}_count"]
        numbers = zip(*(rows[column] for column in columns), strict=True)
        figures = [_figure(Share(int(k), int(n), int(u), decimals=1), lang) for k, n, u in numbers]
        told = [f"{name}: {figure}" for name, figure in zip(names, figures, strict=True)]
        return list(zip(told, rows["group"], strict=True)) or [(_group_name(ALL, lang), ALL)]


def _group_name(group: str, lang: str) -> str:
    return in_word(group, ("group", "level", "ownership"), lang, "")


def _figure(share: Share, lang: str) -> str:
    """ "13/15 (86,7%)", "12/15 (80,0%; chưa rõ 1)"; of none only "0/15"."""
    return share.text(lang, "" if share.count or share.unclear or not share.total else "short")


def view(year: SchoolYear, asked: Asked, *, lang: str = "vi") -> View:
    """The table, chart and sentences of a choice; SuiteError for a choice there is not.

    >>> from analysis import load_year
    >>> shown = view(load_year("2024-2025"), Asked(scheme="cqg", by="ownership"))
    >>> shown.groups("vi")[-1][0]
    'Toàn ngành: 34/38 (89,5%)'
    """
    asked = replace(asked, scheme=_scheme(year, asked))
    check_choice("by", asked.by, GROUPINGS)
    narrowed = year.narrow(
        education_level=asked.education_level,
        unit=asked.unit,
        ownership=asked.ownership,
        reading=asked.reading,
        base=asked.base,
    )
    table = _table(narrowed, asked)
    kind = "gaps" if asked.target_id else "levels"
    drawn = chart(table, kind=kind, lang=lang)
    drawn.dpi = _SCREEN
    return View(narrowed, asked, table, drawn, tell(table, lang=lang))


def _scheme(year: SchoolYear, asked: Asked) -> str:
    of_target = [part.scheme for part in year.targets.parts if part.id == asked.target_id]
    scheme = next(iter([*of_target, asked.scheme or next(iter(year.schemes), SCHEMES[0])]))
    check_choice("scheme", scheme, SCHEMES)
    return scheme


def _table(year: SchoolYear, asked: Asked) -> pd.DataFrame:
    """What is measured for a choice: the levels, or the gaps to one target."""
    if not asked.target_id:
        base = asked.base or None
        table: pd.DataFrame = measure_levels(year, scheme=asked.scheme, by=asked.by, base=base)
        return table
    asked_of = {part.id: part for part in year.targets.parts}
    check_choice("target_id", asked.target_id, list(asked_of))
    only = replace(year.targets, parts=(asked_of[asked.target_id],))
    compared: pd.DataFrame = compare_to_targets(year, only, by=asked.by)
    return compared


_SCHOOL = ["school_id", "school_code", "school_name", "unit", "education_level", "ownership"]
_SOURCE = ["source_file", "source_sheet", "source_row"]
_CELLS = ["heading", "cell", "source_value", "clean_value", "message"]


def list_schools(shown: View, group: str = "all") -> pd.DataFrame:
    """The schools a bar is made of, one row per school of the group that the base counts.

    school_id, school_code, school_name, unit, education_level, ownership; `standing` and `expires`
    of the scheme; source_file, source_sheet, source_row. The highest standing comes first. As many
    rows as the table's `schools_total` of the group.

    >>> from analysis.notebook.explorer import Asked, view
    >>> shown = view(load_year("2024-2025"), Asked(scheme="cqg"))
    >>> len(list_schools(shown, "THCS"))
    9
    """
    scheme, held = shown.asked.scheme, shown.year.held
    names = {f"{scheme}_{fact}": fact for fact in ("standing", "expires")}
    columns = [*_SCHOOL, *names, *_SOURCE]
    counted = held[in_denominator(held, scheme, shown.base)]
    if group != "all":
        named = counted[shown.asked.by]
        stated = named.notna() & named.ne("")
        counted = counted[named.where(stated, "unknown").eq(group)]
    told = counted[columns].rename(columns=names)
    told = told.sort_values("standing", ascending=False, kind="stable", ignore_index=True)
    return known(told, "explored_schools", shown.year)


def list_cells(year: SchoolYear, school_id: str) -> pd.DataFrame:
    """The cells a school was read from, one row per cell in the order of the sheet.

    `heading` as the sheet has it, `cell` its address, `source_value` what stands there,
    `clean_value` what it was read as, `message` what was repaired or should be looked at. File,
    sheet and row of the school stand in source_file, source_sheet, source_row.

    >>> year = load_year("2024-2025")
    >>> cells = list_cells(year, year.identified["school_id"].iloc[0])
    >>> cells.loc[1, ["heading", "cell", "source_value"]].tolist()
    ['Mã trường', 'B11', '46480901']
    """
    schools = year.held[year.held["school_id"].eq(school_id)]
    if schools.empty:
        raise SuiteError("explore_no_school", school=school_id, year=year.school_year)
    file, sheet, row = schools.iloc[0][_SOURCE]
    places = year.cleaned.rows_of_school(file, sheet, int(row))
    cells = pd.concat([_cells(year, *place) for place in places], ignore_index=True)
    return known(cells, "cells", year)


def _cells(year: SchoolYear, file: str, sheet: str, row: int) -> pd.DataFrame:
    """The cells of one row."""
    table = next(t for t in year.raw.tables
                 if (t.file, t.sheet) == (file, sheet) and row in t.rows)  # fmt: skip
    values = year.cleaned.told
    clean = values[_at(values, file, sheet, row)].iloc[0]
    issues = year.issues[_at(year.issues, file, sheet, row)]
    messages = issues.groupby("column")["message"].agg(" ".join)
    lines = [_cell(table, name, row, clean, messages) for name in table.header.columns]
    cells = pd.DataFrame(lines, columns=_CELLS)
    return cells.assign(source_file=file, source_sheet=sheet, source_row=row)


def _at(table: pd.DataFrame, file: str, sheet: str, row: int) -> pd.Series[bool]:
    same = table["source_file"].eq(file) & table["source_sheet"].eq(sheet)
    return same & table["source_row"].eq(row)


def _cell(
    table: Table, name: str, row: int, clean: pd.Series[str], messages: pd.Series[str]
) -> list[str]:
    """One cell: its heading, its address, what stands there, what it was read as."""
    column = table.header.columns[name]
    raw = table.cells[name][table.rows.index(row)] if name in table.cells else None
    heading = table.header.shown.get(column, name)
    read = show(clean.get(name)) if name in clean and not pd.isna(clean[name]) else ""
    return [heading, address(row - 1, column), show(raw), read, messages.get(name, "")]
