"""One school from the rows of many tables, sheets and files.

Rows are of one school if they have its code, if the office's directory says so, or if name, kind
and place are the same, whatever way they are written; never because they are alike. One row stands
for the school; the others complete it. What they say differently is in doubt, but for an earlier
certificate, which gives way to the newer one (decision 0020). Exact copies are not counted again.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.clean.columns import CleanTable
from analysis.clean.earlier import later_certificate
from analysis.clean.findings import IGNORED, finding
from analysis.clean.names import NameKey, alike, level_in_name, name_key
from analysis.clean.rows import Rows
from analysis.raw import Coded, Flags, Places
from analysis.reference import SCHEMES, Directory, Rules, fold, fold_tidy
from analysis.workbooks.grid import merged

_NOT_WORD = re.compile(r"[^\w\n]+|_+")
_WHERE = ("unit", "district", "province")
_PLACE = (*_WHERE, "education_level")
_NOT_COMPARED = {"order", "note"}
# What rows have met by: one may lack its code, or write its name in another way.
_IDENTITY = {"school_code", "school_name"}

# A row: its table, and the position in it; and what it says, by column.
Place = tuple[CleanTable, int]
Content = Mapping[str, object]
# The units of the year's end that a unit belongs to; none where nothing is known of it.
Restate = Callable[[str, str, str], Sequence[str]]
ByRow = Mapping[tuple[int, int], "_Group"]


@dataclass(frozen=True)
class Joined:
    """A row that speaks of a school another row stands for: why it is known to (`by`: code, name,
    directory), what it tells that the other does not, and what it contradicts."""

    row: Place
    stands: Place
    by: str
    gives: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()


GATHERED = [
    *("school_id", "school_name", "source_file", "source_sheet", "source_row", "joined_by"),
    *("stands_file", "stands_sheet", "stands_row", "gives", "contradicts"),
]


@dataclass
class Gathered:
    """What came of the rows: `copies` by table; the rows that were `joined` to others; `lent`: by
    column the rows that stand for a school, each with the row its value is taken from."""

    copies: list[Flags]
    joined: list[Joined] = field(default_factory=list)
    lent: dict[str, list[tuple[Place, Place]]] = field(default_factory=lambda: defaultdict(list))


def gather(
    tables: list[CleanTable],
    rules: Rules,
    directory: Directory | None = None,
    restate: Restate = lambda unit, district, province: (),
    events: bool = False,
) -> Gathered:
    """Find the rows of each school, and let one of them stand for it. `events`: each row is an
    event of its own (a recognition), so that only exact copies are left out."""
    return _Gathering(tables, rules, directory or Directory(), restate, events).settled()


def joined_rows(joined: Sequence[Joined], key_of: Mapping[tuple[int, int], str]) -> list[list[Any]]:
    """One row per row that was joined to another, with the columns of `GATHERED`. `key_of`: the
    school each row that stands for one is of."""
    told = []
    for one in sorted(joined, key=lambda j: (place_of(j.stands), place_of(j.row))):
        school = [key_of[id(one.stands[0]), one.stands[1]], _text(one.stands, "school_name")]
        parts = [" ".join(one.gives), " ".join(one.contradicts)]
        told.append([*school, *place_of(one.row), one.by, *place_of(one.stands), *parts])
    return told


class _Gathering:
    """The rows on their way to schools."""

    def __init__(
        self,
        tables: list[CleanTable],
        rules: Rules,
        directory: Directory,
        restate: Restate,
        events: bool,
    ) -> None:
        self.tables, self.rules, self.restate, self.events = tables, rules, restate, events
        self.copies = {id(t): np.zeros(len(t.table.rows), np.bool_) for t in tables}
        self.found = Gathered([self.copies[id(t)] for t in tables])
        self.known = known_schools(directory, rules)
        self._keys: dict[tuple[str, str], NameKey] = {}

    def settled(self) -> Gathered:
        rows = Rows(self.tables, [~t.barred for t in self.tables])
        codes = rows.column("school_code")
        groups = [_Group(same) for same in _together(rows, *_coded(codes))]
        asked = self._asked_by_name(rows, codes)
        if asked is not None:
            groups = self._by_name(rows, asked, groups)
        groups = sorted((g for g in groups if len(g.rows) > 1), key=lambda g: place_of(g.rows[0]))
        for group in groups:
            self._settle(group)
        of_row = _by_row(groups)
        self._warn_of_twins(rows, of_row)
        if len(self.tables) > 1 and not self.events:
            self._ask(of_row)
        return self.found

    def _asked_by_name(self, rows: Rows, codes: Coded[Any]) -> Flags | None:
        """The rows whose names must be looked at: those without a code, and those that may be of
        the same name and place or in the office's directory; all where codes are of several
        systems. None where there is no such row."""
        if self._several_systems(codes):
            return np.ones(len(rows), np.bool_)
        asked = uncoded = codes.where(lambda code: code is None)
        if uncoded.any():
            places = [rows.place(at) for at in np.flatnonzero(uncoded).tolist()]
            units = {_folded(place, "unit") for place in places}
            asked = uncoded | self._near(rows, map(self._key, places), units)
        if self.known:
            named = [(key, unit) for key, unit in self.known if isinstance(key, NameKey)]
            units = {unit for _, unit in named} - {""}
            asked = asked | self._near(rows, (key for key, _ in named), units)
            asked |= codes.where(lambda code: ("code", code) in self.known)
        return asked if asked.any() else None

    def _near(self, rows: Rows, keys: Iterable[NameKey | None], units: set[str]) -> Flags:
        """The rows that may have one of these names in one of these units; in any where one is not
        told."""
        column = _folded_column(rows.column("unit"))
        near = np.ones(len(rows), np.bool_)
        if "" not in units:
            wanted = units | {fold(new) for unit in units for new in self.restate(unit, "", "")}

            def may_be(unit: str) -> bool:
                told = self.restate(unit, "", "") if len(self.tables) > 1 else ()
                return (
                    unit in wanted
                    or (not unit and len(self.tables) > 1)
                    or any(fold(new) in wanted for new in told)
                )

            near = column.where(may_be)
        found = np.flatnonzero(near)
        names = rows.column("school_name").rows(found)
        texts = _NOT_WORD.sub(" ", "\n".join(str(name or "") for name in names.values))
        words = Coded(names.codes, fold_tidy(texts.split("\n")) if names.values else [])
        near[found] = words.where(_one_of(keys))
        return near

    def _several_systems(self, codes: Coded[Any]) -> bool:
        """Are there tables with codes of different forms (the sector's, an office's own)?"""
        return len(self.tables) > 1 and len({_form(c) for c in codes.values if c}) > 1

    # Which rows are of one school

    def _by_name(self, rows: Rows, asked: Flags, groups: list[_Group]) -> list[_Group]:
        """The groups of one code, and what rows join them, or each other, by name and place."""
        named: dict[object, list[_Group]] = defaultdict(list)
        for group in groups:
            named[self._name(group)].append(group)
        grouped = _by_row(groups)
        alone: dict[object, list[Place]] = defaultdict(list)
        for at in np.flatnonzero(asked).tolist():
            table, i = place = rows.place(at)
            if (id(table), i) not in grouped:
                alone[self._key(place)].append(place)
        for key, places in alone.items():
            if self.known or key in named or len(places) > 1:
                named[key] += [_Group([place]) for place in places]
        done: list[_Group] = []
        for key, same in named.items():
            done += same if not key or len(same) == 1 else self._of_one_name(same)
        return self._by_directory(done) if self.known else done

    def _name(self, group: _Group) -> NameKey | None:
        """The key of the name of a group; None where it has none."""
        for row in group.rows:
            if key := self._key(row):
                return key
        return None

    def _key(self, row: Place) -> NameKey | None:
        name, level = _text(row, "school_name"), _text(row, "education_level")
        if not name:
            return None
        if (name, level) not in self._keys:
            self._keys[name, level] = name_key(name, level, self.rules)
        return self._keys[name, level]

    def _of_one_name(self, groups: list[_Group]) -> list[_Group]:
        """Groups of one name, those together that lie in one place. A row that does not tell its
        place belongs to the only school of the name; nobody knows to which of several."""
        clusters: list[list[_Group]] = []
        for group in sorted(groups, key=lambda g: (-len(g.place), place_of(g.rows[0]))):
            near = [c for c in clusters if all(self._one_place(group, other) for other in c)]
            same = [c for c in near if any(group.place == other.place for other in c)]
            if len(near) > 1 and not same and not group.codes and not self.events:
                group.set_aside()
            elif same or len(near) == 1:
                (same or near)[0].append(group)
            else:
                clusters.append([group])
        return [group for cluster in clusters for group in self._of_one_place(cluster)]

    def _one_place(self, one: _Group, other: _Group) -> bool:
        """Does nothing that is known of two places tell them apart? Rows of one table that do not
        tell the same are of two schools."""
        if one.place == other.place:
            return True
        if one.tables & other.tables:
            return False
        for part in _WHERE:
            a, b = one.place.get(part), other.place.get(part)
            if a and b and a != b and not (part == "unit" and self._restated(one, other)):
                return False
        return True

    def _restated(self, one: _Group, other: _Group) -> bool:
        """Is the unit of one group what became of the unit of the other?"""
        for old, new in ((one, other), (other, one)):
            told = self.restate(*(old.shown.get(part, "") for part in _WHERE))
            if [fold(unit) for unit in told] == [new.place["unit"]]:
                return True
        return False

    def _of_one_place(self, cluster: list[_Group]) -> list[_Group]:
        """Groups of one name and place: one school, unless codes tell several apart."""
        coded = [g for g in cluster if g.codes]
        uncoded = [g for g in cluster if not g.codes]
        if len(coded) > 1 and not _other_systems(coded):
            for group in () if self.events else uncoded:
                group.set_aside()
            return cluster if self.events else coded
        if not coded and not any(g.place for g in cluster) and _twice_in_a_table(cluster):
            return [_unplaced(cluster)]
        return [_Group.of(cluster, "name")]

    def _by_directory(self, groups: list[_Group]) -> list[_Group]:
        """Groups the office's directory knows as one school, by code or by one of its names."""
        schools: dict[str, list[_Group]] = defaultdict(list)
        for group in groups:
            schools[self._known_as(group)].append(group)
        apart = schools.pop("", [])
        return apart + [_Group.of(same, "directory") for same in schools.values()]

    def _known_as(self, group: _Group) -> str:
        ids = {i for code in group.codes if (i := self.known.get(("code", code)))}
        if not ids:
            units = {_folded(row, "unit") for row in group.rows}
            names = {key for row in group.rows if (key := self._key(row))}
            ids = {i for n in names for u in units if (i := self.known.get((n, u)))}
        return ids.pop() if len(ids) == 1 else ""

    def _warn_of_twins(self, rows: Rows, of_row: ByRow) -> None:
        """Schools of one name, place and level with codes of their own are told of."""
        for same in _of_one_name(rows):
            coded = [(t, i) for t, i in same if t.column("school_code")[i] is not None]
            first = {
                of_row.get((id(t), i), place_of((t, i))): (t, i)
                for t, i in sorted(coded, key=place_of, reverse=True)
            }
            one_each = sorted(first.values(), key=place_of)
            for table, i in one_each[1:]:
                table.warn(i, "school_name", "name_twice", **_where(one_each[0]))

    def _ask(self, of_row: ByRow) -> None:
        """Tell of a school without a code whose name is merely like that of another table's: one
        school or two, only a person can say, in the office's directory."""
        stand = Rows(
            self.tables, [~(t.barred | t.retold | self.copies[id(t)]) for t in self.tables]
        )
        coded = stand.column("school_code").where(lambda code: code is not None)
        units = stand.column("unit").map(lambda unit: fold(str(unit or "")))
        asked = {units[at] for at in np.flatnonzero(~coded).tolist()}
        near: dict[tuple[str, ...], list[tuple[Place, _Group]]] = defaultdict(list)
        for at in np.flatnonzero(units.where(asked.__contains__)).tolist():
            place = stand.place(at)
            if key := self._key(place):
                group = of_row.get((id(place[0]), place[1])) or _Group([place])
                near[units[at], key.kind, key.number].append((place, group))
        for some in near.values():
            self._ask_among(sorted(some, key=lambda one: place_of(one[0])))

    def _ask_among(self, some: Sequence[tuple[Place, _Group]]) -> None:
        """The first school each one without a code is merely like. Of two without, the one that
        stands first is told of; two the directory knows are two."""
        for at, (row, group) in enumerate(some):
            key, (table, i) = self._key(row), row
            for before, (other, beside) in enumerate(some):
                told = not beside.codes and before <= at
                if group.codes or told or group.tables & beside.tables:
                    continue
                theirs = self._key(other)
                if not (key and theirs and alike(key, theirs)):
                    continue
                if not (self._known_as(group) and self._known_as(beside)):
                    facts = {"other_name": _text(other, "school_name"), "line": _line(other)}
                    table.warn(i, "school_name", "perhaps_same_school", **_where(other), **facts)
                    break

    # What they say together

    def _settle(self, group: _Group) -> None:
        """Keep the one row that all others repeat, or are an earlier state of; else one stands for
        all, the others complete it, and what differs is in doubt."""
        same = sorted(group.rows, key=_told_most)
        if self.events:
            self._leave_out_copies(same)
            return
        if not _one_name(same, self.rules) and group.why != "directory":
            for table, i in same:
                other = _where(next(p for p in same if p != (table, i)))
                table.set_aside(i, _key_column(table), "duplicate_differs", **other)
            return
        same = self._without_copies(same, group)
        if len(same) < 2:
            return
        if group.why == "unplaced":
            for table, i in same[1:]:
                table.warn(i, "school_name", "name_twice_unplaced", **_where(same[0]))
            return
        self._complete(same[0], same[1:], group)

    def _without_copies(self, same: list[Place], group: _Group) -> list[Place]:
        """The rows that are left when copies, and earlier states of one, are not counted again."""
        placed = group.why != "unplaced"

        def level(kept: Place, row: Place) -> str | None:
            found = _renewed(row, kept, self.rules) if _same_columns(row, kept) else None
            return found if placed or not found else None

        kept = _one_over_all(same, lambda kept, row: level(kept, row) is not None)
        if kept is None:
            return self._leave_out_copies(same)
        for place in (p for p in same if p != kept):
            self._leave_out(place, kept, str(level(kept, place)))
        return [kept]

    def _leave_out_copies(self, same: list[Place]) -> list[Place]:
        """The rows that are left when exact copies are not counted again."""
        left: list[Place] = []
        alike: dict[Hashable, list[Place]] = defaultdict(list)
        for place in same:
            near = alike[_likeness(place, self.rules)]
            first = next((k for k in near if _is_copy(place, k, self.rules)), None)
            if first:
                self._leave_out(place, first, "")
            else:
                near.append(place)
                left.append(place)
        return left

    def _leave_out(self, place: Place, kept: Place, level: str) -> None:
        """Count a row no further: it repeats another, or tells how that one was before."""
        table, i = place
        self.copies[id(table)][i] = True
        rule, column = "duplicate_same", _key_column(table)
        if level:
            rule, column = "duplicate_earlier", level
            table.warn(i, level, "earlier_state", **_where(kept))
        table.notes.append(finding(IGNORED, table.table, i, column, rule, **_where(kept)))

    def _complete(self, kept: Place, others: list[Place], group: _Group) -> None:
        """One row stands for the school; what it does not tell it has from the others."""
        told = _by_column([kept, *others])
        differing = {n: c for n, c in told.items() if _differ(n, c, self.rules)} if others else {}
        for name in [n for n in differing if n == "unit" and self._one_unit(differing[n])]:
            del differing[name]
        latest = self._latest([kept, *others], differing)
        gives: dict[Any, list[str]] = defaultdict(list)
        against: dict[Any, list[str]] = defaultdict(list)
        for name, cells in told.items():
            if latest and name in differing:
                if latest != kept:
                    self._lend(name, kept, latest, gives)
                continue
            if name in differing:
                for row in _doubt_what_differs(name, cells, self.rules):
                    against[place_of(row)].append(name)
            elif cells[0][0] != kept:
                self._lend(name, kept, cells[0][0], gives)
        for row in [kept, *others]:
            if latest and row != latest:
                self._warn_earlier(row, latest, differing)
        for row in others:
            table, i = row
            table.retold[i] = True
            table.stands_for[id(table), i] = id(kept[0]), kept[1]
            why = group.by.get(place_of(row), "code")
            given = tuple(gives[place_of(row)]), tuple(against[place_of(row)])
            self.found.joined.append(Joined(row, kept, why, *given))

    def _lend(self, name: str, kept: Place, source: Place, gives: Mapping[Any, list[str]]) -> None:
        self.found.lent[name].append((kept, source))
        gives[place_of(source)].append(name)

    def _latest(
        self, rows: list[Place], differing: Mapping[str, list[tuple[Place, object]]]
    ) -> Place | None:
        """The row with the newer certificate, where that explains all that differs."""
        if not differing:
            return None

        def is_later(row: Place, other: Place) -> bool:
            content = _content(*row)
            return not {*differing} & {*_content(*other)} or bool(
                later_certificate(_full(other, content), content, differing)
            )

        return _one_over_all(rows, is_later)

    def _warn_earlier(self, row: Place, latest: Place, differing: Iterable[str]) -> None:
        table, i = row
        scheme = next(s for s in SCHEMES if any(n.startswith(f"{s}_") for n in differing))
        name = f"{scheme}_level"
        if name in table.columns:
            table.warn(i, name, "earlier_state", **_where(latest))

    def _one_unit(self, cells: list[tuple[Place, object]]) -> bool:
        """Are several units one, now that wards were merged?"""
        groups = [_Group([row]) for row, _ in cells]
        return all(self._one_place(groups[0], other) for other in groups[1:])


class _Group:
    """Rows of one school so far. `place`: what is known of where it lies, folded; `by`: why a row
    was joined."""

    def __init__(
        self, rows: list[Place], by: Mapping[Any, str] | None = None, why: str = ""
    ) -> None:
        self.rows, self.by, self.why = sorted(rows, key=_told_most), dict(by or {}), why
        self.codes = {c for r in rows if (c := _text(r, "school_code"))}
        self.tables = {id(table) for table, _ in rows}
        self.shown: dict[str, str] = {}
        for part in _WHERE:
            told = (_text(row, part) for row in self.rows)
            if text := next(filter(None, told), ""):
                self.shown[part] = text
        self.place = {part: fold(text) for part, text in self.shown.items()}

    @classmethod
    def of(cls, groups: Sequence[_Group], why: str) -> _Group:
        """Several groups as one school."""
        if len(groups) == 1:
            return groups[0]
        first = min(groups, key=lambda g: (not g.codes, place_of(g.rows[0])))
        by = {k: v for g in groups for k, v in g.by.items()}
        by |= {place_of(r): why for g in groups if g is not first for r in g.rows}
        return cls([row for g in groups for row in g.rows], by, why)

    def set_aside(self) -> None:
        """Nobody knows which of several schools these rows are."""
        for table, i in self.rows:
            table.set_aside(i, _key_column(table), "school_which_of_several")


def _unplaced(groups: Sequence[_Group]) -> _Group:
    """Rows of one name in one table, where nothing tells a place: copies are one school; others
    are all counted, for two schools can have one name."""
    rows = [row for group in groups for row in group.rows]
    return _Group(rows, dict.fromkeys(map(place_of, rows), "name"), "unplaced")


def known_schools(directory: Directory, rules: Rules) -> dict[tuple[Any, str], str]:
    """What the directory knows a school by, where that is one school's only: ("code", a code), or
    the key of a name and the unit, folded; "" for the name wherever it is."""
    found: dict[tuple[Any, str], set[str]] = defaultdict(set)
    for period in directory.periods:
        facts = period.facts
        if facts["school_code"]:
            found["code", facts["school_code"]].add(period.key)
        names = [facts["school_name"], *facts.get("other_names", "").split(";")]
        for name in filter(None, map(str.strip, names)):
            key = name_key(name, facts["education_level"], rules)
            for unit in (fold(facts["unit"]), ""):
                found[key, unit].add(period.key)
    return {key: ids.pop() for key, ids in found.items() if len(ids) == 1}


def _coded(codes: Coded[Any]) -> tuple[Places, Places]:
    """The rows with a code, and a number for each code."""
    known = np.flatnonzero(codes.where(lambda code: code is not None))
    keys = merged(codes.codes, codes.values).codes.astype(np.intp)
    return known, keys[known]


def _of_one_name(rows: Rows) -> list[list[Place]]:
    """Rows with one name, place and level, as they are written but for case and tone marks."""
    place = _agreeing([_folded_column(rows.column(name)) for name in _PLACE])
    alike = np.flatnonzero(np.bincount(place)[place] > 1) if len(place) else place
    names = _folded_column(rows.column("school_name").rows(alike))
    named = names.where(bool)
    places = Coded(place[alike].astype(np.int32), list(range(len(place))))
    keys = _agreeing([places, names])
    return _together(rows, alike[named], keys[named])


def _folded_column(column: Coded[Any]) -> Coded[str]:
    """A column of texts in which two writings of one text have one code."""
    return merged(column.codes, fold_tidy([str(value or "") for value in column.values]))


def _agreeing(columns: Sequence[Coded[Any]]) -> Places:
    """For each row a number; where all columns agree, the numbers do."""
    keys, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        if size * len(column.values) > 2**62:
            keys, size = _numbered(keys), len(keys)
        keys, size = keys * len(column.values) + column.codes, size * len(column.values)
    return _numbered(keys)


def _numbered(keys: Places) -> Places:
    """The same keys, numbered from 0 on."""
    order = np.argsort(keys, kind="stable")
    numbers = np.empty(len(keys), np.intp)
    numbers[order] = np.cumsum(np.diff(keys[order], prepend=keys[order[:1]]) != 0)
    return numbers


def _together(rows: Rows, some: Places, keys: Places) -> list[list[Place]]:
    """The rows that share a key, key by key, where there are several; in the order of the first."""
    if not len(keys):
        return []
    repeated = np.bincount(keys)[keys] > 1
    found: dict[int, list[Place]] = defaultdict(list)
    for key, at in zip(keys[repeated].tolist(), some[repeated].tolist(), strict=True):
        found[key].append(rows.place(at))
    return list(found.values())


def _one_of(keys: Iterable[NameKey | None]) -> Callable[[str], bool]:
    """May a name, its words folded, have one of these keys? It holds the longest word of one."""
    longest = {max(key.own.split(), key=len) for key in keys if key and key.own}
    wanted = longest | {word.replace("i", "y") for word in longest}
    return lambda name: not wanted.isdisjoint(name.split())


def _line(place: Place) -> str:
    """The school as a line of the directory, but for its days."""
    names = ("school_code", "school_name", "education_level", "unit")
    facts = [_text(place, name) for name in names]
    return ",".join([facts[0] or facts[1], *facts])


def _by_row(groups: Iterable[_Group]) -> ByRow:
    """The group of each row."""
    return {(id(table), i): group for group in groups for table, i in group.rows}


def _form(code: str) -> tuple[int, bool]:
    """The form of a code: how long it is, and whether it holds letters."""
    return len(code), code.isdecimal()


def _other_systems(groups: Sequence[_Group]) -> bool:
    """Are these codes of one school in several systems: each of its own form, and from tables of
    their own?"""
    codes = [code for group in groups for code in group.codes]
    tables = [table for group in groups for table in group.tables]
    return len({*map(_form, codes)}) == len(codes) and len({*tables}) == len(tables)


def _twice_in_a_table(groups: Sequence[_Group]) -> bool:
    tables = [id(table) for group in groups for table, _ in group.rows]
    return len({*tables}) < len(tables)


def place_of(place: Place) -> tuple[str, str, int]:
    """Where a row stands; nothing hangs on the order in which tables are given."""
    table = place[0].table
    return table.file, table.sheet, table.rows[place[1]]


def _told_most(place: Place) -> tuple[Any, ...]:
    """The row that tells most of a school stands for it: its identity first, then whatever."""
    table, i = place
    missing = sum(table.column(name)[i] is None for name in _IDENTITY)
    return (
        missing,
        -sum(value is not None for value in _content(table, i).values()),
        place_of(place),
    )


def _text(place: Place, name: str) -> str:
    table, i = place
    value = table.columns[name][i] if name in table.columns else None
    return "" if value is None or table.is_faulty(i, name) else str(value)


def _folded(place: Place, name: str) -> str:
    return fold(_text(place, name))


def _one_name(same: list[Place], rules: Rules) -> bool:
    """Are all names that can be read one name of one kind of school, whatever way it is written?"""
    names = {text for place in same if (text := _text(place, "school_name"))}
    if len(names) < 2:
        return True
    kinds = {level_in_name(name, rules) for name in names} - {""}
    return len(kinds) <= 1 and len({name_key(name, "", rules)[1:] for name in names}) <= 1


def _one_over_all(rows: Sequence[Place], is_over: Callable[[Place, Place], bool]) -> Place | None:
    """The first row that is over all others. The one that contradicted the last row is asked first,
    so that thousands of rows of one school take no time for each pair of them."""
    against = rows[-1]
    for row in rows:
        others = itertools.chain([against], rows)
        found = next((p for p in others if p != row and not is_over(row, p)), None)
        if found is None:
            return row
        against = found
    return None


def _likeness(place: Place, rules: Rules) -> Hashable:
    """What copies have in common."""
    (table, i), said = place, dict[str, Hashable]()
    counted_as = rules.regulations["ownership"]["counted_as"]
    for name, value in _content(table, i).items():
        if name not in _IDENTITY:
            raw = table.raw(i, name) if table.is_faulty(i, name) else None
            value = counted_as.get(value, value) if name == "ownership" else value
            said[name] = raw, fold(value) if isinstance(value, str) else value
    return frozenset(table.columns), _unknown(place), _text(place, "note"), *said.items()


def _same_columns(one: Place, other: Place) -> bool:
    return {*one[0].columns} == {*other[0].columns}


def _is_copy(place: Place, kept: Place, rules: Rules) -> bool:
    """Is a row equal to another in every column, known or not?"""
    return _same_columns(place, kept) and _renewed(place, kept, rules) == ""


def _renewed(place: Place, kept: Place, rules: Rules) -> str | None:
    """ "" where a row says the same as the kept one in every column, known or not; the column of
    the level that was renewed where it is an earlier state of it; None else."""
    one, other = _content(*place), _content(*kept)
    codes = {_text(row, "school_code") for row in (place, kept)} - {""}
    if len(one) <= 2 or len(codes) > 1 or _unknown(place) != _unknown(kept):
        return None
    differing = {n for n in one if not _same(n, one[n], other.get(n), rules)} - _IDENTITY
    unread = {name for name in one if name not in _IDENTITY and _unread_alone(name, place, kept)}
    if not differing | unread:
        return "" if _text(place, "note") == _text(kept, "note") else None
    return None if unread else later_certificate(one, other, differing)


def _unknown(place: Place) -> tuple[object, ...]:
    """What stands in the columns nobody asked for."""
    table, i = place
    return tuple(cells[i] for cells in table.table.unknown.values())


def _unread_alone(name: str, place: Place, other: Place) -> bool:
    """Is a value in doubt that the other row does not repeat as it stands?"""
    (table, i), (their, at) = place, other
    doubted = table.is_faulty(i, name) or their.is_faulty(at, name)
    return doubted and table.raw(i, name) != their.raw(at, name)


def _content(table: CleanTable, i: int) -> Content:
    return {n: c[i] for n, c in table.columns.items() if n not in _NOT_COMPARED}


def _full(place: Place, of: Content) -> Content:
    """What a row says, blank in columns only the other has."""
    return dict.fromkeys(of, None) | dict(_content(*place))


def _by_column(rows: list[Place]) -> dict[str, list[tuple[Place, object]]]:
    """By column the rows that say something there, and what."""
    told: dict[str, list[tuple[Place, object]]] = defaultdict(list)
    for table, i in rows:
        for name, column in table.columns.items():
            if name != "order" and (column[i] is not None or table.is_faulty(i, name)):
                told[name].append(((table, i), column[i]))
    return told


def _differ(name: str, cells: list[tuple[Place, object]], rules: Rules) -> bool:
    """Do rows say different things in a column that is compared?"""
    if name in _NOT_COMPARED | _IDENTITY:
        return False
    (first, said), *others = cells
    return any(
        not _same(name, said, value, rules) or _unread_alone(name, first, row)
        for row, value in others
    )


def _same(name: str, a: object, b: object, rules: Rules) -> bool:
    """Two writings of a name are one name, and "ngoài công lập" takes in "tư thục"."""
    if a == b:
        return True
    if name == "ownership":
        counted_as = rules.regulations["ownership"]["counted_as"]
        return bool(counted_as.get(a) == b or a == counted_as.get(b))
    return isinstance(a, str) and isinstance(b, str) and fold(a) == fold(b)


def _doubt_what_differs(
    name: str, cells: list[tuple[Place, object]], rules: Rules
) -> Iterator[Place]:
    """Doubt a value that another row contradicts, with both cells named. One that was gathered from
    other cells (a level from marks) is in doubt with them."""
    ((table, i), said), *others = cells
    for (their, at), value in others:
        if _same(name, said, value, rules) and not _unread_alone(name, (table, i), (their, at)):
            continue
        yield their, at
        if name not in table.table.cells or name not in their.table.cells:
            table.faulty[name][i] = True
        elif not (table.is_faulty(i, name) or their.is_faulty(at, name)):
            facts = _where((their, at)) | {"other_cell": their.cell(at, name)}
            table.doubt(i, name, "values_contradict", **facts, other_value=their.raw(at, name))


def _key_column(table: CleanTable) -> str:
    return "school_code" if "school_code" in table.columns else "school_name"


def _where(place: Place) -> dict[str, Any]:
    table = place[0].table
    return {
        "other_file": table.file,
        "other_sheet": table.sheet,
        "other_row": table.rows[place[1]],
    }
