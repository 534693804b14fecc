"""Notes on cells: what they say, who says it, and the boxes they are shown in."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from analysis.raw import address
from analysis.returned.grid import Grid
from analysis.returned.marking import Place, place_of
from analysis.returned.writing import MAIN, in_main, text_element
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
from analysis.workbooks.parts import DECLARATION, Parts

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_FACE = '<rPr><sz val="10"/><color indexed="81"/><rFont val="Arial"/><family val="2"/></rPr>'


@dataclass(frozen=True)
class Authors:
    """Under which names notes stand: ours, all that were ever ours, and that of the sender."""

    ours: str
    known: frozenset[str]
    sender: str


@dataclass(frozen=True)
class Notes:
    """The notes of a sheet: cell -> text. `old`: what ours said in an earlier return, by which they
    are known where a program did not keep their author."""

    new: Mapping[Place, str]
    old: Mapping[Place, str]
    authors: Authors
    grid: Grid

    def was_ours(self, place: Place, author: str, text: str) -> bool:
        """Is a note that is there ours, of an earlier return?"""
        return author in self.authors.known or _words(text) == _words(self.old.get(place, ""))


@dataclass
class _Settled:
    """What became of the notes that were there."""

    kept: dict[Place, str]  # the sender's notes that ours was added to, with their whole text
    gone: set[Place]  # ours, of an earlier return


def put_notes(parts: Parts, sheet: str, notes: Notes, box: str) -> str:
    """Write notes on a sheet: the sender's are added to, ours of an earlier return go.

    `box`: the link to the boxes that the sheet already has, or "". Gives the link to new ones.
    """
    part = parts.linked(sheet, "comments")
    if not part and not notes.new:
        return ""
    settled = _Settled({}, set())
    if part:
        parts[part] = _rewritten(parts[part], notes, settled)
        _end_threads(parts, sheet, {*settled.kept})
    else:
        part = parts.free_name("xl/comments{}.xml")
        parts[part] = _new_comments(notes)
        parts.declare(part, _COMMENTS_TYPE)
        parts.link(sheet, "comments", part)
    return _put_boxes(parts, sheet, notes, settled, box)


def _put_boxes(parts: Parts, sheet: str, notes: Notes, settled: _Settled, box: str) -> str:
    missing = {p: text for p, text in notes.new.items() if p not in settled.kept}
    if box:
        part = parts.links(sheet).get(box, ("", ""))[0]
        parts[part] = more_boxes(parts[part], missing, settled.kept, settled.gone, notes.grid)
        return ""
    part = parts.free_name("xl/drawings/vmlDrawing{}.vml")
    parts[part] = new_boxes(missing, int("".join(c for c in part if c.isdigit())), notes.grid)
    parts.declare_ending("vml", BOX_TYPE)
    return parts.link(sheet, "vmlDrawing", part)


def _new_comments(notes: Notes) -> bytes:
    written = "".join(_comment(place, text, 0) for place, text in notes.new.items())
    authors = f"<authors>{_author(notes.authors.ours)}</authors>"
    body = f'<comments xmlns="{MAIN}">{authors}<commentList>{written}</commentList></comments>'
    return (DECLARATION + body).encode()


def _author(name: str) -> str:
    return f"<author>{escaped(name)}</author>"


def _comment(place: Place, text: str, author: int) -> str:
    body = f"<text><r>{_FACE}{text_element('t', text)}</r></text>"
    return f'<comment ref="{address(*place)}" authorId="{author}">{body}</comment>'


def _rewritten(data: bytes, notes: Notes, settled: _Settled) -> bytes:
    root = read_tree(data)
    listed = root.need("commentList")
    people = _People(data, root)
    changes: list[Change] = []
    for comment in listed.children:
        place = place_of(comment.attributes.get("ref", ""))
        author = people.name(comment.attributes.get("authorId", ""))
        text = _text(data, comment.need("text"))
        if place and notes.was_ours(place, author, text):
            changes.append((comment.start, comment.end, b""))
            settled.gone.add(place)
        elif place and place in notes.new:
            settled.kept[place] = f"{text}\n{notes.new[place]}"
            if not _words(text).endswith(_words(notes.new[place])):
                changes += _added_to(data, comment, notes.new[place])
            if author.startswith("tc="):  # a thread, which ends here: see _end_threads
                sender = str(people.number(notes.authors.sender))
                changes.append(retag(data, comment, authorId=sender))
    ours = people.number(notes.authors.ours)
    new = [(p, text) for p, text in notes.new.items() if p not in settled.kept]
    written = b"".join(in_main(_comment(p, text, ours), root) for p, text in new)
    return splice(data, [*changes, *people.changes(), *append(data, listed, written)])


class _People:
    """The authors of notes, by number."""

    def __init__(self, data: bytes, root: Element) -> None:
        self.data, self.root = data, root
        self.element = root.need("authors")
        self.names = [_text(data, a) for a in self.element.children]
        self.before = len(self.names)

    def name(self, number: str) -> str:
        known = number.isdecimal() and int(number) < self.before
        return self.names[int(number)] if known else ""

    def number(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def changes(self) -> list[Change]:
        new = (in_main(_author(name), self.root) for name in self.names[self.before :])
        return append(self.data, self.element, b"".join(new))


def _text(data: bytes, element: Element) -> str:
    """The text in an element, without the elements in it."""
    inside = data[element.inside : element.close].decode()
    return html.unescape(re.sub(r"<[^>]*>", "", inside))


def _words(text: str) -> str:
    return " ".join(text.split())


def _added_to(data: bytes, comment: Element, text: str) -> list[Change]:
    """The changes that put our text under the sender's, whose own look stays."""
    body = comment.need("text")
    run = in_main(f"<r>{_FACE}{text_element('t', chr(10) + text)}</r>", comment)
    if not body.children:
        return append(data, body, run)
    changes: list[Change] = []
    for plain in body.all("t"):  # text beside a run must be a run itself
        tag = f"{comment.prefix}r"
        changes.append((plain.start, plain.start, f"<{tag}>".encode()))
        changes.append((plain.end, plain.end, f"</{tag}>".encode()))
    last = [e for e in body.children if e.name in ("t", "r")][-1]
    return [*changes, (last.end, last.end, run)]


def _end_threads(parts: Parts, sheet: str, places: set[Place]) -> None:
    """Where a thread of comments hangs on a cell programs show it instead of the note; its text
    stands in the note already, so that the thread can go."""
    part = parts.linked(sheet, "threadedComment")
    if part and places:
        data = parts[part]
        threads = read_tree(data).children
        gone = [t for t in threads if place_of(t.attributes.get("ref", "")) in places]
        parts[part] = splice(data, [(t.start, t.end, b"") for t in gone])


BOX_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_OFFICE = "urn:schemas-microsoft-com"
_PREFIXES = {"v": "vml", "o": "office:office", "x": "office:excel"}
_NAMES = "".join(f' xmlns:{p}="{_OFFICE}:{name}"' for p, name in _PREFIXES.items())
_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BLOCK = 1024  # ids of boxes come in blocks of this many
_WIDTH, _LETTERS, _LINE, _MARGIN = 240, 42, 14, 12  # points; letters in a line of that width
_SHAPE = re.compile(rb"<(?:\w+:)?shape\b.*?</(?:\w+:)?shape>", re.DOTALL)
_PLACED = re.compile(rb"<(?:\w+:)?(Row|Column)>\s*(\d+)\s*<")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>).*?(</(?:\w+:)?Anchor>)", re.DOTALL)
_SIZE = re.compile(rb"(width|height)\s*:[^;\"']*")
_ID = re.compile(rb"_x0000_s(\d+)")


def new_boxes(notes: Mapping[Place, str], block: int, grid: Grid) -> bytes:
    """The boxes of a sheet that had none; `block` is the first block of ids they use."""
    blocks = range(block, block + len(notes) // _BLOCK + 1)
    layout = f'<o:idmap v:ext="edit" data="{",".join(map(str, blocks))}"/>'
    head = f'<xml{_NAMES}><o:shapelayout v:ext="edit">{layout}</o:shapelayout>'
    return f"{head}{_KIND}{_boxes(notes, block * _BLOCK, grid)}</xml>".encode()


def _boxes(notes: Mapping[Place, str], first: int, grid: Grid) -> str:
    shapes = enumerate(notes.items(), 1)
    return "".join(_box(place, text, first + i, i, grid) for i, (place, text) in shapes)


def _box(place: Place, text: str, number: int, above: int, grid: Grid) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        f"margin-left:60pt;margin-top:2pt;width:{_WIDTH}pt;height:{_height(text)}pt;"
        f'z-index:{above};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        "<x:MoveWithCells/><x:SizeWithCells/>"
        f"<x:Anchor>{grid.beside(*place, _WIDTH, _height(text))}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{place[0]}</x:Row><x:Column>{place[1]}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _height(text: str) -> int:
    """Points for a text that is broken into lines."""
    lines = sum(-(-len(line) // _LETTERS) or 1 for line in text.split("\n"))
    return lines * _LINE + _MARGIN


def more_boxes(
    data: bytes,
    new: Mapping[Place, str],
    grown: Mapping[Place, str],
    gone: Collection[Place],
    grid: Grid,
) -> bytes:
    """Boxes beside those of the sender. They are not always well-formed XML, so that they are
    looked up by their signs. Raises CannotEdit where the part has no usual form."""
    ending = data.rfind(b"</xml>")
    if ending < 0:
        raise CannotEdit("vmlDrawing")
    changes: list[Change] = []
    for shape in _SHAPE.finditer(data):
        numbers = {name: int(n) for name, n in _PLACED.findall(shape[0])}
        place = numbers.get(b"Row", -1), numbers.get(b"Column", -1)
        if place in gone:
            changes.append((*shape.span(), b""))
        elif place in grown:
            text = grown[place]
            anchor = grid.beside(*place, _WIDTH, _height(text))
            changes.append((*shape.span(), _grown(shape[0], text, anchor)))
    first = max([int(n) for n in _ID.findall(data)] + [_BLOCK])
    known = all(f'xmlns:{p}="{_OFFICE}:{n}"'.encode() in data for p, n in _PREFIXES.items())
    shapes = _boxes(new, first, grid)
    written = shapes if b'"_x0000_t202"' in data else _KIND + shapes
    if not known:  # other programs call the three languages of a box by other names
        written = re.sub(r"<v:shape(type)?(?= )", lambda m: m[0] + _NAMES, written)
    return splice(data, [*changes, (ending, ending, written.encode())])


def _grown(shape: bytes, text: str, anchor: str) -> bytes:
    """A box large enough for its text."""
    tag, close, rest = shape.partition(b">")
    sizes = {b"width": _WIDTH, b"height": _height(text)}
    tag = _SIZE.sub(lambda m: b"%s:%dpt" % (m[1], sizes[m[1]]), tag)
    return tag + close + _ANCHOR.sub(rb"\g<1>" + anchor.encode() + rb"\g<2>", rest)
