"""`accreditation plan-mergers`: what a plan does to rates and targets, before it is carried out."""

from __future__ import annotations

import argparse
import datetime as dt
import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.charts.words import Words
from analysis.clean import level_in_name, name_key
from analysis.compare import Merger, compare_mergers
from analysis.notebook.school_year import SchoolYear, load_year
from analysis.reference import (
    LANGUAGES,
    FaultsError,
    Number,
    Rules,
    Share,
    SuiteError,
    bare,
    fold,
    say,
    tidy,
    vietnamese_key,
)
from analysis.reference.schema import Fault, described
from analysis.tables import known
from analysis.tables.words import in_word
from analysis.work.sources import asked_day
from analysis.workbooks import open_book

_CASES = described("merger_plan")["case"]["of"]
_IDENTITY = ("school_code", "school_name", "education_level", "unit", "ownership", "in_scope")
_TELLING = {"school_code", "school_name"}
_MOST_NAMES = 30
Row = Mapping[str, str]
Effect = Mapping[Any, Any]


def plan_mergers(options: argparse.Namespace) -> int:
    """Read the plan, name all its faults at once, and tell what it does; data/ stays as it is."""
    lang, year = options.lang, load_year(options.year, home=options.home, lang=options.lang)
    path = Path(options.plan)
    mergers, warnings = _Plan(year, path).read()
    reference = year.reference
    own = {case: reference.becomes(case, year.as_of, year.school_year) for case in _CASES}
    effects, stakes = compare_mergers(year.held, mergers, own, year.targets, reference.rules)
    known(effects, "merger_effects", year)
    known(stakes, "inherited", year)
    print(*_told(year, mergers, warnings, effects, stakes), sep="\n")
    if options.out:
        from analysis.export import export_tables  # loads what draws and writes

        titles = (say("plan_sheet_effects", lang), say("plan_sheet_stakes", lang))
        tables = dict(zip(titles, (effects, stakes), strict=True))
        written = export_tables(tables, Path(options.out).resolve(), about=year.about, lang=lang)
        print(say("plan_written", lang, file=written))
    return 0


# The plan -----------------------------------------------------------------------------------------


class _Group(NamedTuple):
    """The lines of one new school with the school each names (None: not found), and the school
    there is that they go into, if it is one."""

    lines: list[tuple[int, Row, Any]]
    into: Any = None

    @property
    def line(self) -> int:
        """The first line."""
        return self.lines[0][0]

    @property
    def members(self) -> list[Any]:
        """The schools that are merged, the one that is gone into among them."""
        told = [*(place for _, _, place in self.lines if place is not None)]
        return list(dict.fromkeys([*told, *([self.into] if self.into is not None else [])]))

    def told(self, column: str) -> list[tuple[int, str]]:
        """What the lines say in a column, with their numbers."""
        return [(line, row[column]) for line, row, _ in self.lines if row[column]]


class _Plan:
    """A plan as a table has it, against the schools of a year."""

    def __init__(self, year: SchoolYear, path: Path) -> None:
        self.path, self.rules, self.lang = path, year.reference.rules, year.lang
        schools = year.held.loc[year.held["in_scope"].notna(), [*_IDENTITY]]
        self.faults, self.warnings = list[Fault](), list[str]()
        self.schools: dict[Any, dict[str, str]] = {}
        self._by_code: dict[str, list[Any]] = defaultdict(list)
        self._by_name: dict[Any, list[Any]] = defaultdict(list)
        for place, row in zip(schools.index, schools.astype("str").to_dict("records"), strict=True):
            own = self.schools[place] = {str(name): text for name, text in row.items()}
            self._by_code[own["school_code"]].append(place)
            level = own["education_level"]
            self._by_name[name_key(own["school_name"], level, self.rules), level].append(place)

    def read(self) -> tuple[list[Merger], list[str]]:
        """The mergers and what to warn of; else FaultsError with every fault and its row."""
        rows = [*_rows(self.path)]
        new = {fold(row["new_name"]) for _, row in rows}
        found = {line: self._school(line, row, new) for line, row in rows}
        groups = self._groups(rows, found)
        self._twice(groups)
        self._chains(groups)
        mergers = [self._merger(group) for group in groups]
        if self.faults:
            faults = sorted(self.faults, key=lambda f: (int(str(f[1]["line"])), f[0]))
            raise FaultsError("plan_faulty", faults, file=self.path.name)
        return mergers, self.warnings

    def _fault(self, what: str, line: int, **facts: object) -> None:
        self.faults.append((f"plan_{what}", {"line": line, **facts}))

    def _name(self, place: Any) -> str:
        return self.schools[place]["school_name"]

    def _all(self, places: Iterable[Any], column: str) -> list[str]:
        """What schools say in a column, each thing once."""
        return list(dict.fromkeys(self.schools[place][column] for place in places))

    def _school(self, line: int, row: Row, new: Collection[str]) -> Any:
        """The row of the school a line names; None, and a fault, where it is not one school."""
        told = row["school_name"] or row["school_code"]
        places = self._by_code.get(row["school_code"], []) if row["school_code"] else []
        if not places and row["school_name"]:
            places = self._named(row["school_name"], row["unit"])
        if len(places) == 1:
            return places[0]
        if not told:
            self._fault("school_missing", line)
        elif places:
            units = ", ".join(sorted(self._all(places, "unit")))
            self._fault("several", line, school=told, count=len(places), units=units)
        elif fold(told) in new:
            self._fault("chain", line, school=told)
        else:
            names = self._all(self.schools, "school_name")
            near = ", ".join(difflib.get_close_matches(told, names, 3, 0.7))
            self._fault("unknown_near" if near else "unknown", line, school=told, near=near)
        return None

    def _named(self, name: str, *units: str) -> list[Any]:
        """The schools of a name, however it is spelled; in one of the units, if any is told."""
        keys = [(name_key(name, level, self.rules), level) for level in self.rules.education_levels]
        places = [place for key in keys for place in self._by_name.get(key, ())]
        wanted = {fold(unit) for unit in units if unit}
        if wanted:
            places = [p for p in places if fold(self.schools[p]["unit"]) in wanted]
        return [p for p in places if fold(self._name(p)) == fold(name)] or places

    def _groups(self, rows: list[tuple[int, Row]], found: Mapping[int, Any]) -> list[_Group]:
        """The lines of each new school; those that go into one school there is are one group."""
        by_new: dict[Any, list[tuple[int, Row, Any]]] = defaultdict(list)
        for line, row in rows:
            if row["new_name"]:
                key = row["new_code"] or (fold(row["new_name"]), fold(row["new_unit"]))
                by_new[key].append((line, row, found[line]))
            else:
                told = row["school_name"] or row["school_code"]
                self._fault("new_missing", line, school=told)
        groups: dict[Any, _Group] = {}
        for key, lines in by_new.items():
            into = self._there(_Group(lines))
            known = groups.setdefault(key if into is None else into, _Group([], into))
            known.lines.extend(lines)
        return [*groups.values()]

    def _there(self, group: _Group) -> Any:
        """The school there is already that has the new one's code, or its name: in the unit told
        for it, else in that of the schools, else the only one of this name."""
        (_, row, _), members = group.lines[0], group.members
        if row["new_code"] in self._by_code:
            return self._by_code[row["new_code"]][0]
        units = [row["new_unit"]] if row["new_unit"] else self._all(members, "unit")
        places = self._named(row["new_name"], *units)
        if not places and not row["new_unit"]:
            places = self._named(row["new_name"])
        return places[0] if len(places) == 1 else None

    def _twice(self, groups: Iterable[_Group]) -> None:
        """A school that stands in two lines."""
        first: dict[Any, int] = {}
        for line, place in sorted((ln, p) for g in groups for ln, _, p in g.lines if p is not None):
            if first.setdefault(place, line) != line:
                self._fault("twice", line, school=self._name(place), first=first[place])

    def _chains(self, groups: Iterable[_Group]) -> None:
        """A school that others go into, and that itself goes elsewhere; or back."""
        goes = {p: group for group in groups for _, _, p in group.lines if p is not None}
        for group in groups:
            following = goes.get(group.into)
            seen = [group]
            while following is not None and following not in seen and following.into is not None:
                seen.append(following)
                following = goes.get(following.into)
            if goes.get(group.into) not in (None, group):
                what = "cycle" if following is group else "chain"
                self._fault(what, group.line, school=self._name(group.into))

    def _merger(self, group: _Group) -> Merger:
        """A group as a merger; what is wrong with one of its cells joins the faults."""
        row = group.lines[0][1]
        for line, text in group.told("date"):
            try:
                asked_day(text)
            except SuiteError:
                self._fault("date", line, value=text)
        self._warn(group)
        units = self._all(group.members, "unit") or [""]
        return Merger(
            tuple(group.members),
            row["new_name"],
            row["new_code"],
            self._level(group),
            row["new_unit"] or units[0],
            self._case(group),
            next((text for _, text in group.told("decision")), ""),
        )

    def _case(self, group: _Group) -> str:
        cases = {line: _case_of(text, self.rules) for line, text in group.told("case")}
        for line, text in group.told("case"):
            if not cases[line]:
                words = ", ".join(f"{c} ({say(f'merger_case_{c}', self.lang)})" for c in _CASES)
                self._fault("case", line, value=text, known=words)
        several = {case for case in cases.values() if case}
        if len(several) > 1:
            self._fault("case_differs", group.line, school=group.lines[0][1]["new_name"])
        if several == {"renamed"} and len(group.members) > 1:
            self._fault("renamed_several", group.line, school=group.lines[0][1]["new_name"])
        return several.pop() if len(several) == 1 else ""

    def _level(self, group: _Group) -> str:
        """As the plan has it, as the new name says, or that of all members together."""
        spelled = self.rules.spellings["education_level"]
        for line, text in group.told("new_level"):
            if found := spelled.get(bare(text)):
                return found
            self._fault("level", line, value=text, known=", ".join(self.rules.education_levels))
            return ""
        if named := level_in_name(group.lines[0][1]["new_name"], self.rules):
            return named
        levels = self._all(group.members, "education_level")
        parts = {part for level in levels for part in level.split("&")}
        for level in self.rules.education_levels:
            if {*level.split("&")} == parts:
                return level
        if levels:
            self._fault("level_open", group.line, levels=", ".join(levels))
        return ""

    def _warn(self, group: _Group) -> None:
        """Schools of several communes or kinds of ownership, and one that is counted nowhere."""
        name = group.lines[0][1]["new_name"]
        for what in ("unit", "ownership"):
            told = self._all(group.members, what)
            if len(told) > 1:
                words = ", ".join(in_word(text, (what,), self.lang, "") for text in told)
                facts = {"line": group.line, "school": name, "list": words}
                self.warnings.append(say(f"plan_warn_{what}", self.lang, **facts))
        for place in group.members:
            if self.schools[place]["in_scope"] != "True":
                facts = {"line": group.line, "school": self._name(place)}
                self.warnings.append(say("plan_warn_not_counted", self.lang, **facts))


def _case_of(text: str, rules: Rules) -> str:
    """A case by its code or its words in either language; "" where it is none."""
    for case in _CASES:
        words = (case, *(say(f"merger_case_{case}", lang) for lang in LANGUAGES))
        if bare(text) in map(bare, words):
            return str(case)
    return ""


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of the first sheet that has the headings, with their numbers and cells by column."""
    rules = described("merger_plan")
    names = {fold(word): name for name, rule in rules.items() for word in (name, *rule["also"])}
    for sheet in open_book(path).sheets:
        columns: dict[int, str] = {}
        for number, row in enumerate(sheet.rows, 1):
            cells = ["" if cell is None else tidy(_text(cell)) for cell in row]
            found = {i: names[fold(cell)] for i, cell in enumerate(cells) if fold(cell) in names}
            if not columns and "new_name" in found.values() and _TELLING & {*found.values()}:
                columns = found
            elif columns and any(cells):
                told = {name: cells[i] for i, name in columns.items() if i < len(cells)}
                yield number, dict.fromkeys(rules, "") | told
        if columns:
            return
    wanted = "; ".join(
        rules[name]["also"][0] for name in ("school_code", "school_name", "new_name")
    )
    raise SuiteError("plan_no_table", file=path.name, columns=wanted)


def _text(cell: Any) -> str:
    if isinstance(cell, dt.date):
        return f"{cell:%Y-%m-%d}"
    return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell)


# What it does -------------------------------------------------------------------------------------


def _told(
    year: SchoolYear,
    mergers: list[Merger],
    warnings: list[str],
    effects: pd.DataFrame,
    stakes: pd.DataFrame,
) -> Iterator[str]:
    """Who is merged, what to look at, every rate and target before and then, and the certificates
    at stake."""
    lang = year.lang
    members = sum(len(merger.members) for merger in mergers)
    schools = int(year.identified["in_scope"].sum())
    facts = {"year": year.school_year, "members": Number(members), "count": Number(len(mergers))}
    yield say("plan_head", lang, schools=Number(schools), **facts)
    yield from warnings
    figures: dict[Any, list[Effect]] = defaultdict(list)
    for row in effects.to_dict("records"):
        figures[row["target_id"], row["scheme"]].append(row)
    for (target, scheme), rows in figures.items():
        short = say("plan_rate", lang, scheme=say(f"scheme_{scheme}", lang))
        label = f"{target}: {rows[0][f'label_{lang}']}" if target else short
        yield from ("", label, *_figure(rows, year.reference.rules, lang))
    yield from ("", *_at_stake(stakes, lang))


def _figure(rows: list[Effect], rules: Rules, lang: str) -> Iterator[str]:
    """One rate or target: all schools, then the education levels and the units the plan touches. Of
    units the least and the most there can be."""
    groups: dict[Any, list[Effect]] = defaultdict(list)
    for row in rows:
        groups[row["by"], row["group"]].append(row)
    for (by, group), own in sorted(groups.items(), key=lambda item: _order(item[0], rules)):
        before = (own[0]["schools_count"], own[0]["schools_total"])
        then = {(row["then_count"], row["then_total"]) for row in own}
        name, share = in_word(group, ("group", "level"), lang, ""), _share(own[0], "schools", lang)
        if by and then == {before}:
            continue
        if by != "unit":
            yield f"  {name}: {share}"
            for row in own:
                mark = say("plan_in_force", lang) if row["own"] else ""
                yield f"    {_kept(row['kept'], lang)}{mark}: {_share(row, 'then', lang)}"
        elif not own[0]["target_id"]:
            ends = dict.fromkeys((min(then), max(then)))
            told = " – ".join(Share(*end, decimals=1).text(lang) for end in ends)
            yield f"  {name}: {share} → {told}"


def _order(key: tuple[str, str], rules: Rules) -> tuple[Any, ...]:
    by, group = key
    levels = rules.education_levels
    place = levels.index(group) if by == "education_level" and group in levels else len(levels)
    return ("", "education_level", "unit").index(by), place, vietnamese_key(group)


def _kept(cases: tuple[str, ...], lang: str) -> str:
    """The cases in which certificates are kept."""
    words = ", ".join(say(f"merger_case_{case}", lang) for case in cases)
    return say("plan_kept_none" if cases == ("none",) else "plan_kept", lang, cases=words)


def _share(row: Effect, when: str, lang: str) -> str:
    """k of n, and of a target the verdict and how many schools are missing."""
    names = ("unclear_count", "verdict", "schools_needed")
    if when == "then":
        names = ("then_unclear", "then_verdict", "then_needed")
    unclear, verdict, needed = (row[name] for name in names)
    counts = int(row[f"{when}_count"]), int(row[f"{when}_total"])
    said = Share(*counts, unclear=int(unclear), decimals=1).text(lang)
    if not verdict:
        return said
    missing = 0 if pd.isna(needed) else int(needed)
    if verdict == "not_met" and missing:
        needed = Words(lang).schools(missing)
        return f"{said}; {say('verdict_not_met_by', lang, needed=needed)}"
    more = say("plan_missing", lang, count=missing) if missing else ""
    return f"{said}; {say(f'verdict_{verdict}', lang)}{more}"


def _at_stake(stakes: pd.DataFrame, lang: str) -> Iterator[str]:
    """The certificates in force of schools that are merged, the first to end first."""
    if stakes.empty:
        yield say("plan_no_stakes", lang)
        return
    yield say("plan_stakes", lang, count=Number(len(stakes)))
    rows = stakes.sort_values(["expires", "merged_school"], kind="stable").to_dict("records")
    for row in rows[:_MOST_NAMES]:
        end = row["expires"]
        facts = {name: row[name] for name in ("merged_school", "unit", "school_name")}
        facts |= {
            "scheme": say(f"scheme_{row['scheme']}", "vi"),
            "level": "–" if pd.isna(row["level"]) else row["level"],
        }
        facts |= {"expires": "–" if pd.isna(end) else f"{end:%d/%m/%Y}"}
        case = say(f"merger_case_{row['merger_case']}", lang) if row["merger_case"] else "–"
        yield say(
            "plan_stake", lang, case=case, becomes=say(f"becomes_{row['becomes']}", lang), **facts
        )
    if len(rows) > _MOST_NAMES:
        yield say("plan_stakes_more", lang, count=Number(len(rows) - _MOST_NAMES))
