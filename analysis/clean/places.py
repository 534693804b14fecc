"""One name for each ward or commune, whatever way the lists write it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.clean.columns import CleanTable
from analysis.clean.findings import Part, Repairs
from analysis.clean.values import Value
from analysis.raw import Flags, Remark
from analysis.reference import Rules, Units, bare, find_wards, fold, fold_tidy, tidy
from analysis.workbooks.grid import merged

_NOT_WORD = re.compile(r"\W+|_")
_UNUSUAL = re.compile(r"[^\w ]|_|\b0\d")

# A unit without its writing: its kind ("" where it is not told), and its name.
Key = tuple[str, str]


def unit_key(unit: str, rules: Rules) -> Key:
    """What two writings of one unit share: case, dashes, dots, spaces and the place of a tone mark
    do not matter, nor "(mới)" behind it, nor a zero before a number."""
    words = [fold(word) for word in _NOT_WORD.split(tidy(unit)) if word]
    kind, first = _kind(words[: min(2, len(words) - 1)], rules)
    words = words[first:]
    new = [*map(fold, rules.regulations["units"]["new"])]
    own = [w for w in words if w not in new] or words
    return kind, " ".join(w.lstrip("0") or w if w.isdecimal() else w for w in own)


def _kind(words: Sequence[str], rules: Rules) -> tuple[str, int]:
    """The kind that the first words of a unit tell, and how many words that takes."""
    for end in range(len(words), 0, -1):
        if kind := rules.spellings["unit_kind"].get(bare(" ".join(words[:end])), ""):
            return kind, end
    return "", 0


def settle_units(
    tables: Sequence[CleanTable], units: Units, day: dt.date, rules: Rules
) -> list[Remark]:
    """Give each unit one name in all tables, the office's own where it has a list of them; what was
    written otherwise is a repair. A name without its kind is that of the only unit so called; of
    several nobody knows which is meant. Units the office's list does not know are told of."""
    counts: Counter[str] = Counter()
    for cleaned in tables:
        if column := cleaned.columns.get("unit"):
            used = np.bincount(column.codes, minlength=len(column.values)).tolist()
            counts.update({v: n for v, n in zip(column.values, used, strict=True) if v and n})
    own = [period.key for period in units.periods]
    if not _all_apart([*{*counts, *own}], rules):
        names = _one_name_each(counts, own, units.on_day(day), rules)
        for cleaned in tables:
            _rename(cleaned, names)
    return _unknown(tables, own, rules) if own else []


def _all_apart(names: Sequence[str], rules: Rules) -> bool:
    """Are these plainly the names of so many units, each written in the usual way? So nearly all
    lists have them, and none needs a further look."""
    kinds = tuple(f"{kind} " for kind in {*rules.spellings["unit_kind"].values()})
    usual = all(name.startswith(kinds) and not _UNUSUAL.search(name) for name in names)
    return usual and len({*fold_tidy(names)}) == len(names)


def _one_name_each(
    counts: Counter[str], own: Sequence[str], today: Sequence[str], rules: Rules
) -> dict[str, str]:
    """The name each writing of a unit goes by."""
    keys = {name: unit_key(name, rules) for name in (*counts, *own)}
    kinds: dict[str, set[str]] = defaultdict(set)
    for text in (*counts, *today):
        kinds[keys[text][1]] |= {keys[text][0]} - {""}
    writings: dict[Key, list[str]] = defaultdict(list)
    for text, (kind, name) in keys.items():
        only = next(iter(kinds[name])) if not kind and len(kinds[name]) == 1 else kind
        writings[only, name].append(text)
    found: dict[str, str] = {}
    listed = set(own)
    for (kind, _), texts in writings.items():
        best = min(texts, key=lambda t: (t not in listed, *_worse(t, kind), -counts[t], t))
        found |= {text: best for text in texts if text in counts}
    return found


def _worse(text: str, kind: str) -> tuple[bool, bool, bool, bool]:
    """How far a writing is from the usual one: the kind in front, capitals where names have them,
    no dash, no addition."""
    bare_kind = bool(kind) and not text.startswith(f"{kind} ")
    cased = all(word[:1].isupper() and not word[1:].isupper() for word in text.split())
    return bare_kind, not cased, "-" in text, "(" in text


def _rename(cleaned: CleanTable, names: Mapping[str, str]) -> None:
    """Put the one name in the place of others, and log it."""
    column = cleaned.columns.get("unit")
    if not column or all(names.get(v, v) == v for v in column.values):
        return
    cells = cleaned.table.cells.get("unit")
    changed = column.where(lambda v: v is not None and names.get(v, v) != v)
    values = [names.get(v, v) if v else v for v in column.values]
    cleaned.columns["unit"] = merged(column.codes, values)
    if cells is None:
        return
    rows = np.flatnonzero(changed)
    told = {
        code: Value(cleaned.columns["unit"][row], "unit_written")
        for code, row in zip(cells.codes[rows].tolist(), rows.tolist(), strict=True)
    }
    cleaned.notes = [_without(note, changed) for note in cleaned.notes]
    cleaned.notes.append(Repairs(cleaned.table, "unit", rows, told))


def _without(note: Part, rows: Flags) -> Part:
    """Repairs of units without those that are told anew."""
    if isinstance(note, Repairs) and note.column == "unit":
        return replace(note, rows=note.rows[~rows[note.rows]])
    return note


def _unknown(tables: Sequence[CleanTable], own: Sequence[str], rules: Rules) -> list[Remark]:
    """What a table calls units that the office's list does not have, nor one of before a reform
    that became one of the office's. A table without any of the office's is another office's."""
    known, remarks = {unit_key(name, rules) for name in own}, []
    for cleaned in tables:
        column = cleaned.columns.get("unit")
        names = {name for name in column.values if name} if column else set()
        others = names - {*own}
        if 2 * len(others) > len(names):
            continue
        strange = {name for name in others if unit_key(name, rules) not in known}
        if strange:
            foreign = [name for name in sorted(strange) if not _became(name, known, rules)]
            place = {"file": cleaned.table.file, "sheet": cleaned.table.sheet}
            if foreign:
                remarks.append(Remark("units_unknown", {**place, "listed": ", ".join(foreign)}))
    return remarks


def _became(unit: str, known: Collection[Key], rules: Rules) -> bool:
    return any(unit_key(new, rules) in known for new in find_wards(unit))
