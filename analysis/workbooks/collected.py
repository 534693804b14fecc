"""What is read of one sheet, whichever format it comes from: its cells, and what else is known."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import Cell, Converted, Place, Row, Sheet, Span, address
from analysis.workbooks.formats import TEXT_SHOWN, Formats
from analysis.workbooks.rich_text import RichText, live_text

MAX_COLUMNS = 256
MAX_CELLS = 3_000_000
MAX_ROWS = 1_048_576
MAX_PLACES = 15_000_000  # cells and the blank ones left of them: memory for each
MAX_AREA = 4_000_000
MAX_TEXT = 32_767
MAX_MERGED = 100_000
FAR = 100_000


class Collected:
    """The cells of one sheet by row and column (from 0); those far to the right stand apart."""

    def __init__(self, name: str, formats: Formats, *, file: str = "", visible: bool = True):
        self.file, self.name, self.formats, self.visible = file, name, formats, visible
        self.rows: dict[int, dict[int, Cell]] = {}
        self.far: dict[Place, Cell] = {}
        self.merged: list[Span] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.struck: set[Place] = set()
        self.beside: dict[Place, list[tuple[str, str]]] = {}
        self.linked: set[Place] = set()
        self.files: dict[str, None] = {}  # other files and programs that formulas refer to
        self.macros = False
        self.count = 0

    def put(self, row: int, column: int, value: Cell, style: int | str = -1) -> None:
        """Keep a cell; nothing where it is blank. Raises InputError where there are more than
        anyone types, or where one holds two values."""
        self._keep(row, column, value, style in self.formats.struck)

    def put_text(self, row: int, column: int, text: str, style: int | str = -1) -> None:
        """Keep what a text says: without the parts that are struck out or only point to a note,
        with the words its number format adds. What nobody can tell is noted."""
        struck, shown = style in self.formats.struck, self.formats.shown.get(style)
        value: Cell = text or None
        if isinstance(text, RichText):
            found = live_text(text, struck)
            struck = found.struck
            if found.unsure:
                self.note(row, column, found.unsure, str(text))
            value = Converted(found.text, str(text), found.rule) if found.rule else found.text
        elif text and shown and shown.frames:
            value = Converted(f"{shown.before}{text}{shown.behind}", text, TEXT_SHOWN)
        self._keep(row, column, value, struck)

    def _keep(self, row: int, column: int, value: Cell, struck: bool) -> None:
        if value is None or value == "":
            return
        self.counts(1)
        if row >= MAX_ROWS:
            raise self.too_large()
        if column >= MAX_COLUMNS:
            self.far[row, column] = value
            return
        if self.rows.setdefault(row, {}).setdefault(column, value) != value:
            raise self.bad_cell("cell_twice", row, column)
        if struck:
            self.struck.add((row, column))

    def counts(self, cells: int) -> None:
        """Count cells. Raises InputError where there are more than anyone types."""
        self.count += cells
        if self.count > MAX_CELLS:
            raise self.too_large()

    def note(self, row: int, column: int, key: str, text: str) -> None:
        """Note what speaks of a cell beside its value."""
        self.beside.setdefault((row, column), []).append((key, text))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Keep a merged range."""
        self.merged.append(Span(top, left, bottom, right))

    def bad_cell(self, reason: str, row: int, column: int) -> InputError:
        """The reason to give for a cell."""
        return InputError(reason, file=self.file, sheet=self.name, cell=address(row, column))

    def too_large(self) -> InputError:
        """The reason to give for a sheet with more than anyone types."""
        return InputError("sheet_too_large", file=self.file, sheet=self.name)

    def check(self) -> None:
        """Refuse, of formats other than Open XML, texts longer than any program takes, and cells so
        far apart that other programs give way: who keeps a sheet as a grid needs memory for all the
        cells between."""
        for row, cells in self.rows.items():
            for column, cell in cells.items():
                if isinstance(cell, str) and len(cell) > MAX_TEXT:
                    raise self.bad_cell("cell_text_too_long", row, column)
        if len(self.merged) > MAX_MERGED:
            raise self.too_large()
        if self.far:
            raise self.bad_cell("cell_far_away", *max(self.far))
        last = max(self.rows, default=0)
        if (last + 1) * max(map(max, self.rows.values()), default=0) > MAX_AREA:
            raise self.bad_cell("cell_far_away", last, max(self.rows[last]))

    def sheet(self) -> Sheet:
        """The rows up to the last one with a cell; the gap to a lone cell far below is kept short
        by leaving such a cell among the far ones."""
        used = [-1, *sorted(self.rows)]
        while len(used) > 1 and used[-1] - used[-2] > FAR:
            last = used.pop()
            self.far.update({(last, c): v for c, v in self.rows.pop(last).items()})
        if sum(max(cells) + 1 for cells in self.rows.values()) > MAX_PLACES:
            raise self.too_large()
        return self.with_rows([_dense(self.rows.get(r, {})) for r in range(used[-1] + 1)])

    def with_rows(self, rows: Sequence[Row]) -> Sheet:
        """The sheet of these rows, with all else that was collected."""
        return Sheet(
            self.name,
            rows,
            self.visible,
            self.merged,
            self.hidden_rows,
            self.hidden_columns,
            self.struck,
            self.far,
            self.formats.epoch_1904,
            beside=self.beside,
            linked=self.linked,
            files=[*self.files],
        )


def _dense(cells: dict[int, Cell]) -> Row:
    return [cells.get(c) for c in range(max(cells) + 1)] if cells else []
