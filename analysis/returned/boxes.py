"""The boxes in which notes are shown, in the drawing language (VML) that programs ask for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from analysis.returned.grid import Grid
from analysis.returned.marking import Place
from analysis.returned.offsets import CannotEdit, Change, splice

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
