"""Texts of a sheet put right before anything is looked for: those written as formulas, damaged
headings, and Vietnamese that came in another encoding, turned into Unicode where that is certain.

Who types in an old font does so column by column, or pastes whole rows; so columns decide, with the
words of all their cells. A cell is turned only when every word of it becomes a possible Vietnamese
one. What stays as it is, `is_damaged` tells later.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analysis.raw.remarks import Remark
from analysis.reference import Rules, bare
from analysis.reference.damage import ENTITY, LONGEST_LOOKED_AT, UNUSUAL
from analysis.reference.legacy_fonts import legacy_fonts, proofs
from analysis.reference.readings import is_unicode, readings
from analysis.workbooks.cells import Cell, Converted, Row, Sheet, address, column_letters

# One text in quotation marks ("" within it stands for one), or one whole number. Anything more is
# a formula whose result nobody knows here.
_TEXT = re.compile(r'\s*=\s*"((?:[^"]|"")*)"\s*')
_NUMBER = re.compile(r"\s*=\s*([1-9]\d{0,14})\s*")
_LONGEST = 1000


def take_equals(sheet: Sheet) -> None:
    """Put in the place of each such cell the text that a spreadsheet shows of it."""
    values = sheet.grid.values
    for place, value in enumerate(values):
        if type(value) is str and "=" in value[:9]:
            values[place] = _shown(value)


def _shown(text: str) -> Cell:
    if len(text) > _LONGEST:
        return text
    quoted, number = _TEXT.fullmatch(text), _NUMBER.fullmatch(text)
    if number:
        return Converted(number[1], text, "equals_text")
    if not quoted:
        return text
    shown = quoted[1].replace('""', '"')
    return Converted(shown, text, "equals_text") if shown.strip() else None


_FIRST_ROWS = 60
_LONGEST = 120
_GAP = re.compile("[\ufffd?]+")
_LETTERS = "[adeiouy]{1,3}"  # those that may carry a mark; no other is ever lost
_FEWEST_KEPT = 3
_FEWEST_HEADINGS = 3


def mend_headings(file: str, sheet: Sheet, rules: Rules) -> list[Remark]:
    """Put the usual heading in the place of each damaged one that can be told, in rows of headings;
    say so."""
    remarks: list[Remark] = []
    if not any("?" in v or "\ufffd" in v for v in sheet.grid.values if isinstance(v, str)):
        return remarks
    for r, row in enumerate(sheet.rows[:_FIRST_ROWS]):
        found = _told(row, rules)
        known = sum(isinstance(c, str) and bool(rules.meaning(c[:_LONGEST])) for c in row)
        if found and len(found) + known >= _FEWEST_HEADINGS:
            sheet.grid.put(
                {(r, c): Converted(h, str(row[c]), "mojibake") for c, h in found.items()}
            )
            listed = ", ".join(f"“{row[c]}” ({address(r, c)}): “{h}”" for c, h in found.items())
            facts: dict[str, object] = {"file": file, "sheet": sheet.name, "listed": listed}
            remarks.append(Remark("headings_mended", facts))
    return remarks


def _told(row: Row, rules: Rules) -> dict[int, str]:
    """The heading each damaged cell of a row can only be."""
    damaged = {
        c: text
        for c, text in enumerate(row)
        if isinstance(text, str) and len(text) < _LONGEST and _GAP.search(text)
    }
    found = {c: _only_heading(text, rules) for c, text in damaged.items()}
    told = {c: heading for c, heading in found.items() if heading}
    return {c: h for c, h in told.items() if [*told.values()].count(h) == 1}


def _only_heading(text: str, rules: Rules) -> str:
    pieces = [bare(piece) for piece in _GAP.split(text)]
    if sum(map(len, pieces)) < _FEWEST_KEPT:
        return ""
    shape = re.compile(_LETTERS.join(map(re.escape, pieces)))
    meant = {known for key, known in rules.headings.items() if shape.fullmatch(key)}
    if len(meant) != 1:
        return ""
    (only,) = meant
    column = rules.columns.get(only.column)
    return column.heading if column and not only.coding else ""


# Distinct words of a column that are none as they stand and become one. A sequence of UTF-8 bytes
# or a letter written as on a web page does not come about by chance.
_ENOUGH = {"tcvn3": 3, "vni": 3, "viscii": 3, "mojibake": 1, "entities": 1}
# Where no column has so many, all columns together: a single row pasted from elsewhere.
_ENOUGH_TOGETHER = 4
_CLEAR = 2
# VISCII is rare, and what came from VPS and others makes possible words of it too ("Tïnh").
_NEED_PROOF = {"viscii"}
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
    used = (c for c in sheet.grid.used() if type(c) is str and len(c) <= LONGEST_LOOKED_AT)
    texts = [c for c in used if not c.isascii() or ";" in c]
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
            if type(cell) is str
            and len(cell) <= LONGEST_LOOKED_AT
            and (not cell.isascii() or ("&" in cell and readings(cell)))
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
        sure -= {rule for rule in sure & _NEED_PROOF if not self._is_proved(rule)}
        return {c: column.weights(sure) for c, column in columns.items()}

    def _is_proved(self, rule: str) -> bool:
        """Does the rule give a word that every list of schools has, and that no other encoding
        writes with the same bytes?"""
        texts = [t for t in set(self.places.values()) if not is_unicode(t)]
        found = (r for t in texts if (r := readings(t).get(rule)))
        given = {w for r in found for w in r.text.casefold().split()}
        return not proofs().isdisjoint(given)

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
