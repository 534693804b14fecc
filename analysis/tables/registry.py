"""The tables of this package and their columns, described once, in the two TOML files beside this.

A further table is one entry and its maker; a further column of the school lists is one entry in
`reference/columns.toml`, which this registry takes over.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from analysis.reference import LANGUAGES, SCHEMES, read_rules, say

_HERE = Path(__file__).parent
# What the cells of a column are. What was counted or computed can be traced, checked, compared.
COUNTED = {"count", "total", "percent", "points"}
KINDS = COUNTED | {"code", "number", "day", "flag", "list", "columns", "text"}
# A column of a school list by the kind its cells are read as.
_OF_LISTS = {"count": "count", "date": "day", "yes_no": "flag", "order": "number"}
_SUM = re.compile(r"(\w+) (=|<=) (\w+(?: \+ \w+)*)")


@dataclass(frozen=True)
class Column:
    """A column: what its cells are, and its words.

    `codes`: the families of labels its codes have words in; `of`: the count and the total a percent
    is the share of; `within`: what a count cannot exceed; `compared`: no number, though `diff`
    compares it; `signed`: written with its sign. `note_vi`, `note_en`: what a reader of the heading
    has to know; `meaning_vi`, `meaning_en`: what its cells say, for who works with it.
    """

    name: str
    kind: str
    vi: str
    en: str
    codes: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    within: str = ""
    compared: bool = False
    signed: bool = False
    note_vi: str = ""
    note_en: str = ""
    meaning_vi: str = ""
    meaning_en: str = ""

    def heading(self, lang: str) -> str:
        """What the column is called."""
        return self.en if lang == "en" else self.vi

    def meaning(self, lang: str) -> str:
        """What its cells say; of a column of the school lists without a word of its own, where it
        comes from; "" of a column that is nobody's."""
        own = (self.meaning_en if lang == "en" else self.meaning_vi) or self.note(lang)
        if own or self.name not in read_rules().columns:
            return own
        return say("column_as_stated", lang, heading=self.heading(lang))

    def note(self, lang: str) -> str:
        """What a reader of the heading has to know; may be empty."""
        return self.note_en if lang == "en" else self.note_vi


@dataclass(frozen=True)
class Published:
    """One table of a year that every run publishes: its title, the name of its file, what is handed
    to the maker (`given`: as it stands; `each`: one table for each of these values); `if_any`: only
    where this part of the year has a row.
    """

    file: str
    vi: str
    en: str
    maker: str
    given: Mapping[str, Any] = field(default_factory=dict)
    each: Mapping[str, Sequence[str]] = field(default_factory=dict)
    if_any: str = ""

    def title(self, lang: str) -> str:
        """The title, with {names} of what is given."""
        return self.en if lang == "en" else self.vi

    def variants(self) -> Iterator[dict[str, Any]]:
        """What the maker is given, table by table."""
        for values in product(*self.each.values()):
            yield {**self.given, **dict(zip(self.each, values, strict=True))}


@dataclass(frozen=True)
class Table:
    """A table: who makes it, its columns, how it is known, shown, drawn, told, traced, checked.

    `maker`: "room.function", or ".name" for a part of a school year or register; `needs`: the
    columns it is known by where it does not say its name; `key`: those that name a row; `shown`:
    those a reader sees, in their order, `if_several` only where they hold several values, `made`
    made up from others; `drawn`: those its charts need; `charts`: the kinds of charts, the usual
    first (`chart_if`: which one where it holds several years, schemes, or groups); `tell`,
    `tell_if`: its sentences, alike, "" those of its chart; `sums`: what holds in every row;
    `listing`: a row is a thing of a list, no figure; `not_in_lines`: columns that `check --csv`
    leaves out;
    `called`: columns that are called like another here; `kinds`: that are of another kind here;
    `source`: columns of the inner frame under whose names these stand there.
    """

    name: str
    vi: str
    en: str
    maker: str
    needs: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    shown: tuple[str, ...] = ()
    if_several: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    chart_if: Mapping[str, str] = field(default_factory=dict)
    tell: str = ""
    tell_if: Mapping[str, str] = field(default_factory=dict)
    trace: str = ""
    sums: tuple[str, ...] = ()
    listing: bool = False
    not_in_lines: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    published: tuple[Published, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The columns that `check --csv` writes."""
        return [name for name in self.columns if name not in self.not_in_lines]

    def title(self, lang: str) -> str:
        """What the table is called; {scheme} and {by} are those of a frame."""
        return self.en if lang == "en" else self.vi

    def column(self, name: str) -> Column:
        """A column as it is in this table."""
        own = column_of(self.called.get(name, name))
        return replace(own, name=name, kind=self.kinds.get(name, own.kind))

    def fits(self, columns: Iterable[Any]) -> bool:
        """Whether a frame with these columns can be this table."""
        return {*self.needs} <= {*columns}

    def shown_of(self, columns: Iterable[Any]) -> list[str]:
        """The columns a reader sees, of those there are."""
        there = {*columns, *self.made}
        return [name for name in self.shown or self.columns if name in there]

    def measured(self, columns: Iterable[str]) -> list[str]:
        """The columns with what was counted or concluded, of those there are."""
        found = (self.column(str(c)) for c in columns if c not in self.key)
        return [c.name for c in found if c.kind in COUNTED or c.compared]

    def checks(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """What must hold in each row: (column, sign, columns added up), and of each percent what
        it is the share of: (column, "/", (count, total))."""
        sums = filter(None, map(_SUM.fullmatch, self.sums))
        found = [(m[1], m[2], tuple(m[3].split(" + "))) for m in sums]
        return found + checks_of(map(self.column, self.columns))


def checks_of(some: Iterable[Column]) -> list[tuple[str, str, tuple[str, ...]]]:
    """How columns that stand together hang together, see `Table.checks`."""
    there = {column.name: column for column in some}
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for column in there.values():
        if column.within in there:
            found.append((column.name, "<=", (column.within,)))
        if column.of and {*column.of} <= {*there}:
            found.append((column.name, "/", column.of))
    return found


@cache
def tables() -> Mapping[str, Table]:
    """Every table by its name, in the order in which an unnamed frame is tried."""
    faults: list[str] = []
    found = {name: _table(name, entry, faults) for name, entry in _toml("tables.toml").items()}
    if faults:
        raise ValueError("tables.toml: " + "; ".join(faults))
    return found


@cache
def columns() -> Mapping[str, Column]:
    """Every column of the tables by its name; the school lists' own ones among them."""
    faults: list[str] = []
    own = {name: _column(name, entry, faults) for name, entry in _toml("columns.toml").items()}
    if faults:
        raise ValueError("columns.toml: " + "; ".join(faults))
    listed = {name: in_lists(name) for name in read_rules().columns}
    return {name: column for name, column in listed.items() if column} | own


def in_lists(name: str) -> Column | None:
    """A column of the school lists as they have it; None for any other."""
    own = read_rules().columns.get(name)
    if own is None:
        return None
    return Column(name, _OF_LISTS.get(own.kind, "text"), own.heading, own.heading_en)


def columns_of(name: str) -> list[str]:
    """The columns of a table in their order."""
    return [*tables()[name].columns]


def column_of(name: str) -> Column:
    """A column by its name; one of an analyst's own is called as it is."""
    return columns().get(name) or Column(name, "text", name, name)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _column(name: str, entry: Mapping[str, Any], faults: list[str]) -> Column:
    told = _checked(Column, name, entry, faults)
    if told.get("kind") not in KINDS:
        faults.append(f"{name}: kind {told.get('kind')!r}, known: {', '.join(sorted(KINDS))}")
    faults.extend(f"{name}: no {lang}" for lang in LANGUAGES if not told.get(lang))
    return Column(**({"kind": "text", "vi": "", "en": ""} | told))


def _table(name: str, entry: Mapping[str, Any], faults: list[str]) -> Table:
    told = _checked(Table, name, entry, faults)
    faults.extend(
        f"{name}: no {what}"
        for what in ("vi", "en", "maker", "needs", "key", "columns")
        if what not in told
    )
    told = {"vi": "", "en": "", "maker": "", "needs": (), "key": (), "columns": ()} | told
    there = {*told["columns"]}
    for what in ("needs", "key", "drawn", "if_several"):
        strange = (c for c in told.get(what, ()) if c not in there)
        faults.extend(f"{name}.{what}: {c} is no column" for c in strange)
    for c in told.get("shown", ()):
        if c not in there and c not in told.get("made", ()):
            faults.append(f"{name}.shown: {c} is no column")
    faults.extend(f"{name}: {c} has no words" for c in there if c not in columns())
    faults.extend(f"{name}.sums: {s!r}" for s in told.get("sums", ()) if not _SUM.fullmatch(s))
    told["published"] = tuple(
        _published(name, p, told["maker"], faults) for p in told.get("published", ())
    )
    return Table(**told)


def _published(name: str, entry: Mapping[str, Any], maker: str, faults: list[str]) -> Published:
    told = {"maker": maker} | _checked(Published, name, entry, faults)
    each = {k: [*SCHEMES] if v == "every" else v for k, v in told.get("each", {}).items()}
    told = {"file": "", "vi": "", "en": ""} | told
    return Published(**told | dict[str, Any](each=each))


def _checked(
    kind: type[Any], name: str, entry: Mapping[str, Any], faults: list[str]
) -> dict[str, Any]:
    """The entry with its lists as tuples; what it does not know is a fault."""
    known = {f.name for f in fields(kind)}
    faults.extend(f"{name}: {word} is unknown" for word in entry if word not in known)
    told = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k in known}
    return told | ({"name": name} if "name" in known else {})
