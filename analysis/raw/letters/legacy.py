"""Vietnamese text that came in another encoding, turned into Unicode where that is certain.

Who types in an old font does so column by column, or pastes whole rows; so columns decide, with the
words of all their cells. A cell is turned only when every word of it becomes a possible Vietnamese
one. What stays as it is, `is_damaged` tells later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analysis.raw.cells import Converted, Sheet, address, column_letters
from analysis.raw.letters.readings import is_unicode, readings
from analysis.raw.tables.remarks import Remark
from analysis.reference.damage import ENTITY, UNUSUAL
from analysis.reference.legacy_fonts import legacy_fonts

# Distinct words of a column that are none as they stand and become one. A sequence of UTF-8 bytes
# or a letter written as on a web page does not come about by chance.
_ENOUGH = {"tcvn3": 3, "vni": 3, "viscii": 3, "mojibake": 1, "entities": 1}
# Where no column has so many, all columns together: a single row pasted from elsewhere.
_ENOUGH_TOGETHER = 4
_CLEAR = 2
_ALIKE = {"tcvn3", "viscii"}


Place = tuple[int, int]
Turned = dict[Place, tuple[str, str]]


def convert_legacy(file: str, sheet: Sheet) -> list[Remark]:
    """Turn legacy and wrongly decoded text cells of a sheet into `Converted` ones, in place; the
    heading cells too. Says what was turned in which columns, and which cells nobody can tell."""
    if not any(readings(t) for t in _unusual(sheet)):
        return []
    texts = _Texts(sheet)
    certain = texts.certain_rules()
    turned = texts.turn(certain)
    doubtful = texts.turn_alike(turned)
    sheet.grid.put(
        {p: Converted(text, texts.places[p], rule) for p, (rule, text) in turned.items()}
    )
    return _remarks(file, sheet.name, turned, doubtful)


def _unusual(sheet: Sheet) -> list[str]:
    """The distinct texts with a character that Vietnamese in Unicode has no need of."""
    texts = [c for c in sheet.grid.used() if type(c) is str and (not c.isascii() or ";" in c)]
    joined = "\n".join(texts)
    if not UNUSUAL.search(joined) and not (";" in joined and ENTITY.search(joined)):
        return []
    return [t for t in texts if UNUSUAL.search(t) or ENTITY.search(t)]


@dataclass
class _Column:
    """How many distinct texts of a column each rule reads, the words that speak for it, and how
    many texts no rule reads."""

    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    texts: Counter[str] = field(default_factory=Counter)
    resisting: int = 0

    def add(self, text: str) -> None:
        """Count a text that is no Vietnamese as it stands."""
        found = readings(text)
        self.resisting += not found
        for rule, reading in found.items():
            self.words[rule] |= reading.words
            self.texts[rule] += 1

    def weights(self, rules: set[str]) -> Counter[str]:
        """What speaks for each of the rules: the more texts it reads, of the more words."""
        known = rules & set(self.words)
        return Counter({r: (1 + len(self.words[r])) * self.texts[r] for r in known})


@dataclass
class _Texts:
    """The text cells of a sheet that are not plain ASCII."""

    sheet: Sheet
    places: dict[Place, str] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {
            (r, c): cell
            for r, row in enumerate(self.sheet.rows)
            for c, cell in enumerate(row)
            if type(cell) is str and (not cell.isascii() or ("&" in cell and readings(cell)))
        }

    def certain_rules(self) -> dict[int, Counter[str]]:
        """For each column the rules that are certain in it, and their weight. What is certain
        in one column needs no more proof in the others of its sheet."""
        columns = self._columns()
        together = _Column()
        sure = set()
        for column in columns.values():
            for rule, words in column.words.items():
                together.words[rule] |= words
                together.texts[rule] += column.texts[rule]
                if len(words) >= _ENOUGH[rule] or len(together.words[rule]) >= _ENOUGH_TOGETHER:
                    sure.add(rule)
        sure -= _outdone(together.weights(sure))
        return {c: column.weights(sure) for c, column in columns.items()}

    def _columns(self) -> dict[int, _Column]:
        """What the distinct texts of each column say. Where more of them resist every rule than
        follow one, the column is in another language."""
        columns: dict[int, _Column] = defaultdict(_Column)
        for c, text in {(c, t) for (_, c), t in self.places.items() if not is_unicode(t)}:
            columns[c].add(text)
        for column in columns.values():
            for rule in [r for r in column.words if r in legacy_fonts()]:
                if column.texts[rule] < column.resisting:
                    del column.words[rule]
        return columns

    def turn(self, certain: Mapping[int, Counter[str]]) -> Turned:
        """The cells that are no Vietnamese as they stand and are under a certain rule."""
        turned: Turned = {}
        for (r, c), text in self.places.items():
            if is_unicode(text):
                continue
            found = readings(text)
            weights = {rule: n for rule, n in certain.get(c, {}).items() if rule in found}
            rule = _clear_rule(Counter(weights))
            if rule and found[rule].text != text:
                turned[r, c] = rule, found[rule].text
        return turned

    def turn_alike(self, turned: Turned) -> list[Place]:
        """Texts that are Vietnamese both as they stand and when turned ("Phó", "Phú") go with the
        rest of their row, or of their column. Gives those whose company is of both kinds."""
        rules = _rules_of_lines(turned)
        proper = {
            line
            for place, text in self.places.items()
            if is_unicode(text) and not readings(text)
            for line in _lines(place)
        }
        doubtful = []
        for place, text in self.places.items():
            if place in turned or not is_unicode(text):
                continue
            row, column = _lines(place)
            for rule in _only(rules[row] or rules[column]) & set(readings(text)):
                in_row, by_row = rule in rules[row], row not in proper
                by_column = rule in rules[column] and column not in proper
                if readings(text)[rule].text == text:
                    continue
                if (in_row and by_row) or (by_column and (in_row or by_row)):
                    turned[place] = rule, readings(text)[rule].text
                elif in_row:
                    doubtful.append(place)
        return doubtful


def _outdone(weights: Mapping[str, int]) -> set[str]:
    """Both one byte a letter, TCVN3 and VISCII make words of each other's words now and then: the
    one that weighs far more stays, or neither."""
    rivals = Counter({rule: n for rule, n in weights.items() if rule in _ALIKE})
    return set(rivals) - {_clear_rule(rivals)}


def _lines(place: Place) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("row", place[0]), ("column", place[1])


def _rules_of_lines(turned: Turned) -> dict[tuple[str, int], set[str]]:
    rules: dict[tuple[str, int], set[str]] = defaultdict(set)
    for place, (rule, _) in turned.items():
        for line in _lines(place):
            rules[line].add(rule)
    return rules


def _only(rules: set[str]) -> set[str]:
    return rules if len(rules) == 1 else set()


def _clear_rule(weights: Counter[str]) -> str:
    """The rule that weighs most, when no other comes near."""
    ranked = weights.most_common(2)
    if len(ranked) == 2 and ranked[0][1] <= _CLEAR * ranked[1][1]:
        return ""
    return ranked[0][0] if ranked else ""


def _remarks(file: str, name: str, turned: Turned, doubtful: Iterable[Place]) -> list[Remark]:
    place: dict[str, object] = {"file": file, "sheet": name}
    columns: dict[str, list[int]] = defaultdict(list)
    for (_, c), (rule, _) in turned.items():
        columns[rule].append(c)
    remarks = [
        Remark(f"converted_{rule}", {**place, "columns": _letters(cs), "count": len(cs)})
        for rule, cs in columns.items()
    ]
    cells = ", ".join(address(r, c) for r, c in sorted(doubtful)[:10])
    return remarks + [Remark("legacy_doubtful", {**place, "cells": cells})] * bool(cells)


def _letters(columns: Iterable[int]) -> str:
    return ", ".join(map(column_letters, sorted(set(columns))))
