"""XML changed in place: where each element stands in the bytes, and bytes spliced in between.

What a program wrote into a workbook is kept sign by sign, whatever it means; only the places named
are changed. Parsing and writing XML again would lose or rename what the parser does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

# A piece of bytes to be replaced: from, to, by what.
Change = tuple[int, int, bytes]

_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_SIGNS = str.maketrans(_XML_SIGNS)


class CannotEdit(ValueError):
    """The file is not built the usual way, so that it cannot be changed in place."""


@dataclass(slots=True)
class Element:
    """One element: its bytes are [start, end), what stands between its tags [inside, close)."""

    tag: str
    attributes: dict[str, str]
    start: int
    inside: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or ""."""
        return self.tag.removesuffix(self.name)

    def all(self, name: str) -> list[Element]:
        """The children of this name."""
        return [c for c in self.children if c.name == name]

    def one(self, name: str) -> Element | None:
        """The first child of this name."""
        return next((c for c in self.children if c.name == name), None)

    def need(self, name: str) -> Element:
        """The first child of this name. Raises CannotEdit where there is none."""
        found = self.one(name)
        if found is None:
            raise CannotEdit(name)
        return found


class Watch:
    """What is looked at while a part is read; this one looks at all of it."""

    def enter(self, name: str, attributes: dict[str, str]) -> bool:
        """Is this element looked at, with all in it?"""
        return True

    def leave(self, element: Element) -> bool:
        """Is this element kept, now that all of it was read?"""
        return True


def read_tree(data: bytes, watch: Watch | None = None) -> Element:
    """The root element with all below it that is watched. Raises CannotEdit where it is not XML."""
    encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise CannotEdit("encoding")
    reader = _TreeReader(data, watch or Watch())
    try:
        reader.parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        raise CannotEdit(str(error)) from error
    return reader.top.children[0]


class _TreeReader:
    def __init__(self, data: bytes, watch: Watch) -> None:
        self.data, self.watch = data, watch
        self.top = Element("", {}, 0, 0)
        self.open = [self.top]
        self.skipped = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = _refuse

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.skipped or not self.watch.enter(tag.rpartition(":")[2], attributes):
            self.skipped += 1
            return
        at = self.parser.CurrentByteIndex
        self.open.append(Element(tag, attributes, at, _tag_end(self.data, at)))

    def end(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        element = self.open.pop()
        element.close = self.parser.CurrentByteIndex
        single = is_single(self.data, element)
        element.end = element.inside if single else _tag_end(self.data, element.close)
        if self.watch.leave(element):
            self.open[-1].children.append(element)


def _refuse(*_: object) -> None:
    raise CannotEdit("DOCTYPE")


def _tag_end(data: bytes, start: int) -> int:
    found = _TAG.match(data, start)
    if found is None:
        raise CannotEdit("tag")
    return found.end()


def is_single(data: bytes, element: Element) -> bool:
    """Is it written as one tag that closes itself?"""
    return data[element.inside - 2 : element.inside] == b"/>"


def splice(data: bytes, changes: Iterable[Change]) -> bytes:
    """The bytes with the changes made; what is put in at a place comes before what changes there.
    Raises CannotEdit where two changes overlap."""
    pieces: list[bytes] = []
    done = 0
    for start, end, content in sorted(changes, key=lambda c: c[:2]):
        if start < done:
            raise CannotEdit("overlap")
        pieces += [data[done:start], content]
        done = end
    return b"".join([*pieces, data[done:]])


def retagged(data: bytes, element: Element, **changes: str | None) -> bytes:
    """Its start tag with attributes changed, added, or (None) left out."""
    attributes = {k: v for k, v in {**element.attributes, **changes}.items() if v is not None}
    written = "".join(f' {k}="{escaped(v)}"' for k, v in attributes.items())
    single = "/" if is_single(data, element) else ""
    return f"<{element.tag}{written}{single}>".encode()


def retag(data: bytes, element: Element, **changes: str | None) -> Change:
    """The change that gives its start tag these attributes."""
    return element.start, element.inside, retagged(data, element, **changes)


def append(data: bytes, element: Element, content: bytes, **changes: str | None) -> list[Change]:
    """The changes that add to what stands inside an element, which may have been empty."""
    start = retagged(data, element, **changes)
    if not is_single(data, element):
        return [(element.start, element.inside, start), (element.close, element.close, content)]
    whole = start.removesuffix(b"/>") + b">" + content + f"</{element.tag}>".encode()
    return [(element.start, element.end, whole)]


def escaped(text: str) -> str:
    """A text for XML, without the signs that it cannot hold."""
    return _NOT_IN_XML.sub("", text).translate(_SIGNS)
