"""The workbook as a whole: its sheets by name, its styles, and one more sheet in front."""

from __future__ import annotations

from collections.abc import Collection

from analysis.returned.styles import Styles
from analysis.returned.writing import MAIN, in_main
from analysis.workbooks.offsets import (
    CannotEdit,
    Change,
    Element,
    append,
    escaped,
    read_tree,
    retag,
    splice,
)
from analysis.workbooks.parts import LINKS, Parts

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_MOST_LETTERS = 31


class Workbook:
    """Sheets by name, in their order. Raises CannotEdit where the workbook is of another kind."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.main = parts.linked("", "officeDocument")
        root = read_tree(parts[self.main])
        if root.attributes.get(f"xmlns:{root.prefix}".strip(":")) != MAIN:
            raise CannotEdit("namespace")
        if any(n.startswith("xl/revisions/") for n in parts.names):
            raise CannotEdit("revisions")  # a shared workbook keeps a second account of its sheets
        links = parts.links(self.main)
        self.sheets: dict[str, str] = {}
        for sheet in root.need("sheets").children:
            key = next((v for k, v in sheet.attributes.items() if k.endswith(":id")), "")
            self.sheets[sheet.attributes.get("name", "")] = links.get(key, ("", ""))[0]
        self._styles = parts.linked(self.main, "styles")
        self.styles = Styles(parts[self._styles] if self._styles else b"")

    @property
    def ending(self) -> str:
        """How the file must be called: programs refuse macros under any other name."""
        return ".xlsm" if "macroEnabled" in self.parts.type_of(self.main) else ".xlsx"

    def save_styles(self) -> None:
        """Write the styles back."""
        if not self._styles:
            self._styles = self.parts.free_name("xl/styles{}.xml")
            self.parts.link(self.main, "styles", self._styles)
            self.parts.declare(self._styles, f"{_TYPE}.styles+xml")
        self.parts[self._styles] = self.styles.packed()

    def put_first(self, name: str, content: bytes, print_titles: str) -> None:
        """Add a sheet in front of the others; it is the one that is shown on opening."""
        part = self.parts.free_name("xl/worksheets/sheet{}.xml")
        self.parts[part] = content
        self.parts.declare(part, f"{_TYPE}.worksheet+xml")
        key = self.parts.link(self.main, "worksheet", part)
        data = self.parts[self.main]
        root = read_tree(data)
        sheets = root.need("sheets")
        ids = [int(s.attributes.get("sheetId", "0")) for s in sheets.children]
        sheet = in_main(
            f'<sheet xmlns:r="{LINKS}" name="{escaped(name)}" sheetId="{max(ids) + 1}"'
            f' r:id="{key}"/>',
            root,
        )
        title = f"{quoted(name)}!{print_titles}"
        changes = [(sheets.inside, sheets.inside, sheet), *_shown_first(data, root)]
        self.parts[self.main] = splice(data, changes + _names(data, root, title))

    def show(self, name: str) -> None:
        """Open with this sheet."""
        data = self.parts[self.main]
        self.parts[self.main] = splice(
            data, _shown_first(data, read_tree(data), [*self.sheets].index(name))
        )


def _shown_first(data: bytes, root: Element, position: int = 0) -> list[Change]:
    """Only the first sheet is open; two open ones would be typed into together."""
    views = root.one("bookViews")
    shown = {"activeTab": str(position), "firstSheet": "0"}
    return [retag(data, view, **shown) for view in views.children] if views else []


def _names(data: bytes, root: Element, title: str) -> list[Change]:
    """Names of one sheet count the sheets before it; and a name for the rows to be repeated on
    every printed page."""
    name = "_xlnm.Print_Titles"
    new = in_main(
        f'<definedName name="{name}" localSheetId="0">{escaped(title)}</definedName>', root
    )
    names = root.one("definedNames")
    if names is None:
        before = [c for c in root.children if c.name in _BEFORE_NAMES][-1]
        block = in_main("<definedNames>", root) + new + b"</definedNames>"
        return [(before.end, before.end, block)]
    changes = append(data, names, new)
    for known in names.children:
        position = known.attributes.get("localSheetId", "")
        if position.isdecimal():
            changes.append(retag(data, known, localSheetId=str(int(position) + 1)))
    return changes


def deselected(data: bytes, sheet: Element) -> list[Change]:
    """The changes by which a sheet is no longer an open one."""
    views = sheet.one("sheetViews")
    return [
        retag(data, view, tabSelected=None)
        for view in (views.children if views else [])
        if "tabSelected" in view.attributes
    ]


def quoted(sheet: str) -> str:
    """A sheet's name as it stands in an address."""
    return "'" + sheet.replace("'", "''") + "'"


def free_sheet_name(wanted: str, taken: Collection[str]) -> str:
    """A name that a sheet may have and no other sheet has: 31 letters, none of the signs that mean
    something in an address."""
    plain = "".join(" " if c in "[]:*?/\\" or c < " " else c for c in wanted).strip(" '")
    plain = plain or "Sheet"
    known = {name.casefold() for name in taken} | {"history"}
    name, number = _cut(plain, ""), 1
    while name.casefold() in known:
        number += 1
        name = _cut(plain, f" ({number})")
    return name


def _cut(name: str, ending: str) -> str:
    while len((name + ending).encode("utf-16-le")) > 2 * _MOST_LETTERS:
        name = name[:-1]
    return name.rstrip(" '") + ending
