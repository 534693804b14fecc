"""Find the header block of a table and what each of its columns means."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from analysis.raw.cells import Cell, Row, Sheet, is_blank
from analysis.reference import SCHEMES, Rules, bare, heading_key, tidy

MAX_HEIGHT = 3
_ENOUGH = 3
_DOWN = 4
_LONGEST = 120  # letters of a heading
# Rows that use words of headings and are none: whoever reads so many will find no header.
_MOST_TRIED = 5000
_NAMING = {"school_name", "school_code"}
_CONTEXT_ATTRIBUTES = ("decision", "date", "expiry")


@dataclass
class Header:
    """A header block: rows top..bottom (0-based), and column name -> index of the sheet column."""

    top: int
    bottom: int
    columns: dict[str, int] = field(default_factory=dict)
    codings: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    personal: list[int] = field(default_factory=list)
    shown: dict[int, str] = field(default_factory=dict)

    @property
    def has(self) -> set[str]:
        """What the table tells: its columns, and a level that stands as a mark under its number."""
        marked = {n.partition("_")[0] for n in self.columns if "_mark_" in n}
        told = SCHEMES if "both_schemes" in self.columns else marked
        return set(self.columns) | {f"{scheme}_level" for scheme in told}


def find_header(sheet: Sheet, rules: Rules, first: int = 0) -> Header | None:
    """The first header block from row `first` on: a row that explains most columns, with the one
    or two rows above that belong to it. None where no row names a school and two columns more."""
    best: Header | None = None
    tried = 0
    without = np.flatnonzero(~sheet.grid.holding(_is_figure)[first:]) + first
    for bottom in without.tolist():
        if tried > _MOST_TRIED or (best and bottom > best.bottom + MAX_HEIGHT):
            break
        if not _may_be_header(sheet.rows[bottom], rules):
            continue
        tried += 1
        for height in range(1, MAX_HEIGHT + 1):
            top = bottom - height + 1
            if top < first:
                break
            found = _explain(sheet, rules, top, bottom)
            if _is_header(found) and (best is None or len(found.columns) > len(best.columns)):
                best = found
    return best


def _is_header(header: Header) -> bool:
    return bool(_NAMING & set(header.columns)) and len(header.columns) >= _ENOUGH


def _may_be_header(row: Row, rules: Rules) -> bool:
    """Cheap look at a row without figures: two cells say a heading, a scheme or an attribute."""
    hits = 0
    for cell in row:
        if isinstance(cell, str) and len(cell) < _LONGEST:
            key = bare(cell)
            known = rules.meaning(cell) or key in rules.scheme_words or key in rules.attribute_words
            hits += bool(known)
            if hits == 2:
                return True
    return False


def _is_figure(cell: Cell) -> bool:
    """A value no header has: a date, a fraction, a number beyond a column's or a level's."""
    if isinstance(cell, str):
        return len(cell) > 5 and cell.isdecimal()
    return cell is not None and not (isinstance(cell, int) and cell < 100)


def _explain(sheet: Sheet, rules: Rules, top: int, bottom: int) -> Header:
    header = Header(top, bottom)
    parts = _heading_parts(sheet, rules, top, bottom)
    scheme = ""
    for column, texts in sorted(parts.items()):
        shown = " - ".join(texts)
        header.shown[column] = shown
        scheme = _scheme_of(texts, rules) or scheme
        name, coding = _meaning(texts, scheme, rules)
        if name in ("", "personal", "unused"):
            if name == "personal":
                header.personal.append(column)
            elif not name:
                header.unknown[column] = shown
            continue
        if name.startswith(SCHEMES):
            scheme = name.partition("_")[0]
        elif name != "order":
            scheme = ""
        if name in header.columns:
            header.doubled.setdefault(name, [header.columns[name]]).append(column)
        else:
            header.columns[name], header.codings[name] = column, coding
    return header


def _heading_parts(sheet: Sheet, rules: Rules, top: int, bottom: int) -> dict[int, list[str]]:
    """The texts above each other in each column; a text merged over several columns, or a scheme
    written over the first of its columns only, stands above all of them."""
    width = max((len(r) for r in sheet.rows[top : bottom + 1]), default=0)
    grid = [[_text(row, c) for c in range(width)] for row in sheet.rows[top : bottom + 1]]
    for span in sheet.merged:
        if top <= span.top <= bottom and span.left < width:
            text = grid[span.top - top][span.left]
            for r in range(span.top, min(span.bottom, bottom) + 1):
                for c in range(span.left, min(span.right + 1, width)):
                    grid[r - top][c] = text
    for upper, lower in itertools.pairwise(grid):
        _spread_schemes(upper, lower, rules)
    columns = {c: _distinct([line[c] for line in grid]) for c in range(width)}
    return {c: texts for c, texts in columns.items() if texts}


def _spread_schemes(upper: list[str], lower: list[str], rules: Rules) -> None:
    for c in range(1, len(upper)):
        is_part = bare(lower[c]) in rules.attribute_words
        if not upper[c] and is_part and bare(upper[c - 1]) in rules.scheme_words:
            upper[c] = upper[c - 1]


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(t for t in texts if t))


def _text(row: Row, column: int) -> str:
    cell = row[column] if column < len(row) else None
    return tidy(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _scheme_of(texts: list[str], rules: Rules) -> str:
    return next((rules.scheme_words[bare(t)] for t in texts if bare(t) in rules.scheme_words), "")


def _meaning(texts: list[str], scheme: str, rules: Rules) -> tuple[str, str]:
    """Column and coding of a heading: read whole, then by its lowest part, then by the scheme of
    the columns on its left (a bare "Ngày" right of a level belongs to that level)."""
    for text in (" ".join(texts), " ".join(reversed(texts)), texts[-1], texts[0]):
        key = heading_key(text)
        if key in rules.personal:
            return "personal", ""
        attribute = rules.attribute_words.get(bare(text), "")
        found = rules.headings.get(key)
        if scheme and attribute in _CONTEXT_ATTRIBUTES and not (found and found.coding):
            return f"{scheme}_{attribute}", ""
        if found:
            return found.column, found.coding
        if key in rules.unused:
            return "unused", ""
    return "", ""


def looks_transposed(sheet: Sheet, rules: Rules) -> bool:
    """Do the headings run down a column instead of along a row? Four different ones stand below
    each other, of a scheme among them, and right of the school's are schools. A form of figures
    that happens to use our words does not lie on its side."""
    columns: dict[int, set[str]] = defaultdict(set)
    with_schools: set[int] = set()
    for row in sheet.rows[:60]:
        for c, cell in enumerate(row[:3]):
            found = rules.meaning(cell) if isinstance(cell, str) and len(cell) < _LONGEST else None
            if found:
                columns[c].add(found.column)
                if found.column in _NAMING and _holds_values(row[c + 1 :], rules):
                    with_schools.add(c)
    return any(
        len(columns[c]) >= _DOWN and any(n.startswith(SCHEMES) for n in columns[c])
        for c in with_schools
    )


def _holds_values(cells: Row, rules: Rules) -> bool:
    texts = [c for c in cells if not is_blank(c)]
    return bool(texts) and not any(
        isinstance(c, str) and rules.meaning(c[:_LONGEST]) for c in texts
    )
