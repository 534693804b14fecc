"""Find the header block of a table and what each of its columns means."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from analysis.reference import SCHEMES, Rules, Said, tidy
from analysis.workbooks.cells import Cell, Row, Sheet, Span, is_blank

MAX_HEIGHT = 4
_ENOUGH = 3
_DOWN = 4
# Rows that use words of headings and are none: whoever reads so many will find no header.
_MOST_TRIED = 5000
_NAMING = {"school_name", "school_code"}
_CONTEXT_ATTRIBUTES = ("decision", "date", "expiry")
_LONGEST = 160  # letters of a heading
_WIDE = 0.6  # of the columns of a table: a text over more of them is its title


@dataclass
class Header:
    """A header block: rows top..bottom (0-based), and column name -> index of the sheet column.

    `apart`: columns that are understood and not counted, with why (an intent, "before",
    "other_year"); `wide`: further columns one heading is merged over; `timed`: column name -> the
    year its heading names.
    """

    top: int
    bottom: int
    columns: dict[str, int] = field(default_factory=dict)
    codings: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    personal: list[int] = field(default_factory=list)
    shown: dict[int, str] = field(default_factory=dict)
    apart: dict[int, str] = field(default_factory=dict)
    wide: dict[str, list[int]] = field(default_factory=dict)
    timed: dict[str, int] = field(default_factory=dict)
    persons: bool = False

    @property
    def has(self) -> set[str]:
        """What the table tells: its columns, and a level that stands as a mark under its number or
        beside that of the other scheme."""
        marked = {n.partition("_")[0] for n in self.columns if "_mark_" in n}
        marked |= set(SCHEMES) if "both_schemes" in self.columns else set()
        return set(self.columns) | {f"{scheme}_level" for scheme in marked}


@dataclass(frozen=True)
class _Place:
    """A column of the sheet, the texts above it, and what they say."""

    column: int
    texts: tuple[str, ...]
    said: Said


def find_header(sheet: Sheet, rules: Rules, first: int = 0) -> Header | None:
    """The first header block from row `first` on: the row that explains most columns, with the
    rows above that belong to it. None where no row names a school and two columns more."""
    best: Header | None = None
    figures = sheet.grid.holding(_is_figure)
    goes_on, named, tried = False, first - MAX_HEIGHT, 0
    for bottom in range(first, len(sheet.rows)):
        if best and bottom > best.bottom + MAX_HEIGHT:
            break
        row = [] if figures[bottom] else sheet.rows[bottom]
        named = bottom if any(_tells_school(cell, rules) for cell in row) else named
        near = bottom - named < MAX_HEIGHT
        if not goes_on and not (near and _may_be_header(row, rules)):
            continue
        if tried > _MOST_TRIED:
            break
        tried += 1
        if goes_on := _goes_on(sheet, rules, bottom):
            continue
        top = _top_of(sheet, rules, bottom, first)
        found = _explain(sheet, rules, top, bottom, first)
        if _is_header(found) and (best is None or _explained(found) > _explained(best)):
            best = found
    return best


def _explained(header: Header) -> int:
    return len(header.columns) + len(header.apart)


def _is_header(header: Header) -> bool:
    return bool(_NAMING & set(header.columns)) and _explained(header) >= _ENOUGH


def _may_be_header(row: Row, rules: Rules) -> bool:
    """Cheap look at a row without figures: two cells are made of the words of headings."""
    hits = 0
    for cell in row:
        if isinstance(cell, str) and len(cell) < _LONGEST:
            hits += rules.words.is_heading(tidy(cell))
            if hits == 2:
                return True
    return False


def _is_figure(cell: Cell) -> bool:
    """A value no header has: a date, a fraction, a number beyond a column's or a level's."""
    if isinstance(cell, str):
        return len(cell) > 5 and cell.isdecimal()
    return cell is not None and not (isinstance(cell, int) and (cell < 100 or _is_year(cell)))


def _is_year(number: int) -> bool:
    return 2000 <= number <= 2050


def _goes_on(sheet: Sheet, rules: Rules, bottom: int) -> bool:
    """Does the header go on below this row: do all cells of the next one stand below headings that
    reach over several columns, or are they texts of headings, none of them below that of a code or
    a name?"""
    if bottom + 1 >= len(sheet.rows):
        return False
    row, below = sheet.rows[bottom], sheet.rows[bottom + 1]
    held = {c: cell for c, cell in enumerate(below) if not is_blank(cell)}
    if len(held) < 2 or not all(isinstance(cell, str | int) for cell in held.values()):
        return False
    wide = [s for s in sheet.merged if s.top <= bottom <= s.bottom and s.right > s.left]
    below_wide = all(any(s.left <= c <= s.right for s in wide) for c in held)
    if below_wide and all(isinstance(cell, str) or _is_number(cell) for cell in held.values()):
        return True
    if not all(_is_number(c) or rules.words.is_part(tidy(str(c))) for c in held.values()):
        return False
    return not any(
        _tells_school(row[c], rules) and not any(s.left <= c <= s.right for s in wide)
        for c in held
        if c < len(row)
    )


def _is_number(cell: Cell) -> bool:
    """A number a heading may be: a level or a year."""
    number = int(cell) if isinstance(cell, str) and cell.isdecimal() and len(cell) < 5 else cell
    return isinstance(number, int) and (1 <= number <= 4 or _is_year(number))


def _tells_school(cell: Cell, rules: Rules) -> bool:
    """Is it the heading of a school's name, code or number?"""
    return isinstance(cell, str) and len(cell) < _LONGEST and rules.tells_school(cell)


def _top_of(sheet: Sheet, rules: Rules, bottom: int, first: int) -> int:
    """The first row of the block that ends in a row: rows of groups above it belong to it, titles
    do not."""
    top = bottom
    while top > max(first, bottom - MAX_HEIGHT + 1) and _is_above(sheet, rules, top, bottom):
        top -= 1
    return top


def _is_above(sheet: Sheet, rules: Rules, top: int, bottom: int) -> bool:
    """Is the row above `top` a row of headings too?"""
    row, below = sheet.rows[top - 1], sheet.rows[top]
    held = {c: cell for c, cell in enumerate(row) if not is_blank(cell)}
    if not held or not all(isinstance(c, str) or _is_number(c) for c in held.values()):
        return False
    width = max(len(sheet.rows[r]) for r in range(top - 1, bottom + 1))
    spans = [s for s in sheet.merged if s.top <= top - 1 <= s.bottom and s.left in held]
    if any(s.right - s.left + 1 > _WIDE * width for s in spans):
        return False
    if any(s.bottom >= top for s in spans):
        return True
    if any(_tells_school(c, rules) for c in row) and not any(
        _tells_school(c, rules) for c in below
    ):
        return True
    kinds = {c: rules.words.dims(tidy(str(cell))) for c, cell in held.items()}
    is_wide = any(s.right > s.left for s in spans)
    if len(held) > 1 and is_wide and any("left" not in found for found in kinds.values()):
        return True
    if len(held) == 1:
        return bool(set().union(*kinds.values()) & _GROUP_WORDS) and min(held) > 0
    apart = (c for c in held if c < len(below) and not is_blank(below[c]))
    fits = all(kinds[c] & _GROUP_WORDS or "left" not in kinds[c] for c in apart)
    return fits and 2 * sum("left" not in found for found in kinds.values()) >= len(held)


_GROUP_WORDS = {"scheme", "attribute", "mark", "intent", "when", "year"}


def _explain(sheet: Sheet, rules: Rules, top: int, bottom: int, first: int) -> Header:
    header = Header(top, bottom)
    title = _title(sheet, rules, first, top)
    places = [
        _Place(column, tuple(texts), rules.of_path(tuple(texts)))
        for column, texts in sorted(_heading_parts(sheet, rules, top, bottom).items())
    ]
    header.shown = {p.column: " - ".join(p.texts) for p in places}
    header.persons = _are_persons(places, rules)
    if title.year > rules.last_year > 0 and not title.intent:
        title = replace(title, intent="planned")
    found = _of_title(_in_context(places, title), title)
    kept = _settle(header, found, rules)
    for place in kept:
        name = place.said.column
        if name in header.columns:
            same = _is_merged(sheet, header, header.columns[name], place.column)
            listed = header.wide if same else header.doubled
            listed.setdefault(name, [header.columns[name]]).append(place.column)
            continue
        header.columns[name], header.codings[name] = place.column, place.said.coding
        if place.said.year:
            header.timed[name] = place.said.year
    return header


def _are_persons(places: Sequence[_Place], rules: Rules) -> bool:
    """Is it a list of persons: a name of theirs, and one more thing only persons have?"""
    found = dict.fromkeys(rules.words.persons, False)
    for place in places:
        if place.said.column != "personal":
            for kind in found:
                found[kind] |= rules.words.of_persons(kind, place.texts[-1])
    return all(found.values())


def _is_merged(sheet: Sheet, header: Header, one: int, other: int) -> bool:
    """Does one heading stand over both columns, merged?"""
    return any(
        s.left <= one <= s.right and s.left <= other <= s.right
        for s in sheet.merged
        if header.top <= s.top <= header.bottom <= s.bottom
    )


# -- what stands around a heading
def _title(sheet: Sheet, rules: Rules, first: int, top: int) -> Said:
    """What the lines above the header, and the name of the sheet, say of all columns."""
    lines = [
        tidy(cell[:_LONGEST])
        for row in sheet.rows[max(first, top - 12) : top]
        for cell in row
        if isinstance(cell, str) and not is_blank(cell)
    ]
    return rules.words.of_titles((tidy(sheet.name), *lines[-20:]))


def _in_context(places: Sequence[_Place], title: Said) -> list[_Place]:
    """Each place with its scheme: that of its words, else of the columns on its left (a bare "Ngày"
    right of a level belongs to that level), else the one its words suggest, else the title's."""
    found, left = [], Said()
    named = {p.said.column.partition("_")[0] for p in places if p.said.column.startswith(SCHEMES)}
    for place in places:
        said = place.said
        if said.attribute:
            scheme = said.scheme or title.scheme
            beside = left.scheme if said.attribute in _CONTEXT_ATTRIBUTES else ""
            other = title.scheme and title.scheme != scheme and not named
            if other and not any(p.said.scheme == title.scheme for p in places):
                scheme = title.scheme  # "Mức độ" below "Kết quả KĐCLGD"
            scheme = beside or scheme
            if beside and not said.intent:
                said = replace(said, intent=left.intent, when=said.when or left.when)
                said = replace(said, year=said.year or left.year)
            column = f"{scheme}_{said.attribute}" if scheme else ""
            said = replace(said, column=column, scheme=scheme)
        if said.column.startswith(SCHEMES):
            left = replace(said, scheme=said.column.partition("_")[0])
        elif said.column != "order":
            left = Said()
        found.append(replace(place, said=said))
    return found


def _of_title(places: Sequence[_Place], title: Said) -> list[_Place]:
    """Levels below a title that speaks of a plan are planned, unless the table tells of that intent
    in columns of its own."""
    own = {p.said.intent for p in places} - {"", "held"}
    if title.intent in ("", "held") or own:
        return list(places)
    return [
        replace(p, said=replace(p.said, intent=title.intent))
        if p.said.column.startswith((*SCHEMES, "both")) and not p.said.intent
        else p
        for p in places
    ]


def _settle(header: Header, places: Sequence[_Place], rules: Rules) -> list[_Place]:
    """The places that are read; the others are put down as unknown, personal, or apart with why."""
    kept = []
    for place in places:
        said, why = place.said, _why_apart(place.said, rules)
        if said.column == "personal":
            header.personal.append(place.column)
        elif said.column == "unused":
            continue
        elif why and (said.column or said.intent):
            header.apart[place.column] = why
        elif said.column:
            kept.append(place)
        else:
            header.unknown[place.column] = header.shown[place.column]
    groups: dict[str, list[_Place]] = {}
    for place in kept:
        scheme = place.said.column.partition("_")[0]
        key = scheme if scheme in SCHEMES else place.said.column
        groups.setdefault(key, []).append(place)
    return sorted((p for some in groups.values() for p in _one_time(header, some, rules)),
                  key=lambda p: p.column)  # fmt: skip


def _why_apart(said: Said, rules: Rules) -> str:
    """Why a column is not counted: what it tells is not reached, or was so once."""
    if said.intent not in ("", "held"):
        return said.intent
    if said.when == "before":
        return "before"
    end = rules.last_year
    is_later = bool(end and said.year > end) and rules.words.is_measured(said.column)
    return "planned" if is_later else ""


def _one_time(header: Header, places: list[_Place], rules: Rules) -> list[_Place]:
    """Of columns of several years only those of one: what is there now, else without a year, else
    of the last year that has come; where nobody can tell, none is known."""
    counted = Counter(p.said.column for p in places)
    times = {(p.said.when, p.said.year) for p in places if counted[p.said.column] > 1}
    if len(times) < 2:
        return places
    now = [t for t in times if t[0] == "now"]
    bare = [t for t in times if t == ("", 0)]
    chosen = next((some[0] for some in (now, bare) if len(some) == 1), None)
    if chosen is None and rules.last_year and not now:
        chosen = max(times, key=lambda t: t[1])
    kept = []
    for place in places:
        time = (place.said.when, place.said.year)
        if chosen is not None and time in (chosen, ("", 0)):
            kept.append(place)
        elif chosen is not None:
            header.apart[place.column] = "other_year"
        else:
            header.unknown[place.column] = header.shown[place.column]
    return kept


# -- the texts above a column
def _heading_parts(sheet: Sheet, rules: Rules, top: int, bottom: int) -> dict[int, list[str]]:
    """The texts above each other in each column; a text merged over several columns, or a group
    written over the first of its columns only, stands above all of them."""
    width = max((len(r) for r in sheet.rows[top : bottom + 1]), default=0)
    grid = [[_text(row, c) for c in range(width)] for row in sheet.rows[top : bottom + 1]]
    for span in _spans(sheet, top, bottom, width):
        text = grid[span.top - top][span.left]
        for r in range(span.top, min(span.bottom, bottom) + 1):
            for c in range(span.left, min(span.right + 1, width)):
                grid[r - top][c] = text
    for upper, lower in itertools.pairwise(grid):
        _spread(upper, lower, rules)
    columns = {c: _distinct([line[c] for line in grid]) for c in range(width)}
    return {c: texts for c, texts in columns.items() if texts}


def _spans(sheet: Sheet, top: int, bottom: int, width: int) -> Iterable[Span]:
    return (s for s in sheet.merged if top <= s.top <= bottom and s.left < width)


def _spread(upper: list[str], lower: list[str], rules: Rules) -> None:
    """A group that stands over its first column only reaches over those on the right that are
    parts of it."""
    for c in range(1, len(upper)):
        if not upper[c] and lower[c] and upper[c - 1] and upper[c - 1] != lower[c - 1]:
            over, under = rules.words.dims(upper[c - 1]), rules.words.dims(lower[c])
            is_group = bool(over & {"intent", "when", "year", "part"})
            is_part = bool(under & _PARTS) or lower[c].isdecimal()
            if (is_group and not over & {"scheme", "column"}) or (
                lower[c - 1] and is_part and "scheme" not in under
            ):
                upper[c] = upper[c - 1]


_PARTS = {"attribute", "mark", "part", "intent", "when", "year"}


def _distinct(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(t for t in texts if t))


def _text(row: Row, column: int) -> str:
    cell = row[column] if column < len(row) else None
    return tidy(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


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
