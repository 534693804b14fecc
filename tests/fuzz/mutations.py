"""Changes to workbooks that keep their form and break their sense, or the other way round.

Each mutation takes a source of chance and the content, and gives the changed content. What it knows
of the form: parts of an archive, attributes and texts of XML, records of BIFF, lines.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from random import Random

from analysis.workbooks.ole import SIGNATURE
from tests import binary_workbooks as make
from tests.fuzz.binary_mutations import flip, records

Mutation = Callable[[Random, bytes], bytes]

NUMBERS = (
    "0", "-1", "1", "2", "7", "255", "256", "65535", "65536", "1048576", "1048577", "16384",
    "2147483648", "4294967296", "1e5", "1e308", "1e999", "-0", "0.1", "NaN", "INF", "007", "1,5",
    "1.234", "99999999999999999999", "9" * 5000, "٣", "²",
)  # fmt: skip
PLACES = (
    "A1", "A0", "XFD1048576", "XFE1", "ZZZ9", "A1048577", "$A$1", "a1", "1A", "A1:B2",
    "A1:XFD1048576", "B2:A1", "R1C1", "AAAA1",
)  # fmt: skip
TEXTS = (
    "Cấp độ 2", "Mức độ 1", "Cộng", "TỔNG CỘNG", "I. MẦM NON", "x", "-", "Không", "chưa", "#N/A",
    "31/02/2024", "12/2023", "2023", "45000", "00:00", "TRUE", "=1+1", "'", '"', "\u00a0", "\u200b",
    "Tie\u0302\u0309u ho\u0323c", "Tr\u00adêng TiÓu häc", "_x0041_", "_xD800_", "_x0000_", "{0}",
    "{file}", "%s", "<b>", "]]>", "\ufeff", "\ufffe", "😀", "a" * 40_000, "0" * 400,
    "../../x", "\r\n",
)  # fmt: skip
SNIPPETS = (
    '<mergeCell ref="A1:XFD1048576"/>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    '<row r="0"/>', '<row r="5"/>', '<c r="A1"><v>1</v></c>', "<c><f>1</f></c>", '<c t="e"/>',
    '<c t="s"><v>-1</v></c>', '<c t="s"><v>1e9</v></c>', '<c s="99999"><v>1</v></c>', "<v>1</v>",
    '<col min="1" max="16384" hidden="1"/>', "<t>x</t>", "<!-- x -->", "<![CDATA[x]]>", "<?x y?>",
    "<!DOCTYPE x>", "&amp;", "&lt;", "&x;", "&#0;", "&#x1F600;", "<a>", "</a>", "<a/>",
    "<is><t>x</t></is>",
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>',
    '<table:table-cell office:value-type="float" office:value="x"/>', "<text:p>x</text:p>",
)  # fmt: skip
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"<]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_ELEMENT = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?:/>|>[^<]*</\1>|>(?:[^<]|<(?!/?\1[\s>]))*</\1>)")


def mutate(chance: Random, content: bytes, others: list[bytes]) -> bytes:
    """One to three changes; `others` are contents of other workbooks, to borrow from."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = _mutation(chance, content)(chance, content)
    if chance.random() < 0.01:
        content = _spliced(chance, content, chance.choice(others))
    return content


def _mutation(chance: Random, content: bytes) -> Mutation:
    if chance.random() < 0.05:
        return chance.choice((flip, cut, drop, blow_up))
    if content.startswith(b"PK"):
        return chance.choices((inside, archive), (19, 1))[0]
    if content.startswith(SIGNATURE):
        return chance.choices((records, flip), (9, 1))[0]
    if content.startswith(b"<"):
        return chance.choice(XML)
    return lines


def _spliced(chance: Random, content: bytes, other: bytes) -> bytes:
    place = chance.randrange(len(content) + 1)
    return content[:place] + other[min(place, len(other)) :]


def cut(chance: Random, content: bytes) -> bytes:
    """The end is missing."""
    return content[: chance.randrange(len(content) + 1)]


def drop(chance: Random, content: bytes) -> bytes:
    """A stretch is missing."""
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.randint(1, 600) :]


def blow_up(chance: Random, content: bytes) -> bytes:
    """A stretch stands there several times, or bytes stand before or behind all."""
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.randint(1, 200)]
    return chance.choice(
        (content[:start] + piece * chance.randint(1, 40) + content[start:], b"x" + content,
         content + bytes(chance.randint(1, 100)))
    )  # fmt: skip


def _unpacked(content: bytes) -> list[tuple[str, bytes]] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as found:
            return [(i.filename, found.read(i)) for i in found.infolist() if i.file_size < 10**7]
    except Exception:
        return None


def _packed(parts: list[tuple[str, bytes]]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make.zipped(parts)


def inside(chance: Random, content: bytes) -> bytes:
    """A change in one part; the sheets more often than the rest."""
    parts = _unpacked(content)
    if not parts:
        return flip(chance, content)
    weights = [9 if "sheet" in n.casefold() or n == "content.xml" else 2 for n, _ in parts]
    place = chance.choices(range(len(parts)), weights)[0]
    name, part = parts[place]
    change = chance.choice(XML)
    parts[place] = (name, change(chance, part))
    return _packed(parts)


def archive(chance: Random, content: bytes) -> bytes:
    """A change to the list of parts."""
    parts = _unpacked(content)
    if not parts:
        return cut(chance, content)
    a, b = chance.randrange(len(parts)), chance.randrange(len(parts))
    (name, part), (other, _) = parts[a], parts[b]
    kind = chance.randrange(7)
    if kind == 0:
        del parts[a]
    elif kind == 1:
        parts[a] = (name.swapcase(), part)
    elif kind == 2:
        parts.append((name, part))
    elif kind == 3:
        parts[b] = (other, part)
    elif kind == 4:
        parts.append((chance.choice(("../x", "/x", "xl\\x", "x" * 300, "é")), part))
    elif kind == 5:
        parts[a] = (name, b"")
    else:
        chance.shuffle(parts)
    return _packed(parts)


def _somewhere(chance: Random, pattern: re.Pattern[bytes], part: bytes) -> re.Match[bytes] | None:
    """A match at some place of a part, the whole part not being searched."""
    start = chance.randrange(len(part) + 1)
    return pattern.search(part, max(0, start - 2000)) or pattern.search(part)


def _replaced(part: bytes, found: re.Match[bytes] | None, new: bytes, group: int = 0) -> bytes:
    return part[: found.start(group)] + new + part[found.end(group) :] if found else part


def attribute(chance: Random, part: bytes) -> bytes:
    """Another value for an attribute, or none, or a second one."""
    found = _somewhere(chance, _ATTRIBUTE, part)
    if not found or chance.random() < 0.1:
        return _replaced(part, found, chance.choice((b"", b'a="1" a="2"', b"a=1")))
    other = _somewhere(chance, _ATTRIBUTE, part)
    borrowed = other.group(2) if other else b""
    values = (*map(str.encode, (chance.choice(NUMBERS), chance.choice(PLACES))), borrowed, b"")
    return _replaced(part, found, chance.choice(values), 2)


def text(chance: Random, part: bytes) -> bytes:
    """Another text between two signs."""
    found = _somewhere(chance, _TEXT, part)
    new = chance.choice((chance.choice(NUMBERS), chance.choice(TEXTS), chance.choice(TEXTS)))
    safe = new.replace("&", "&amp;").replace("<", "&lt;")
    return _replaced(part, found, safe.encode("utf-8", "surrogatepass"), 1)


def element(chance: Random, part: bytes) -> bytes:
    """An element removed, doubled, or put elsewhere."""
    found = _somewhere(chance, _ELEMENT, part)
    if not found:
        return part
    whole, without = found.group(), _replaced(part, found, b"")
    place = without.find(b"<", chance.randrange(len(without) + 1))
    moved = without[:place] + whole + without[place:] if place >= 0 else without
    again = part[: found.end()] + whole * chance.randint(1, 30) + part[found.end() :]
    return chance.choice((without, moved, again))


def snippet(chance: Random, part: bytes) -> bytes:
    """Something put in between."""
    place = part.find(b"<", chance.randrange(len(part) + 1))
    return part[:place] + chance.choice(SNIPPETS).encode() + part[place:]


def encoding(chance: Random, part: bytes) -> bytes:
    """The part in another encoding, or claiming one."""
    shown = part.decode("utf-8", "replace")
    claimed = re.sub(
        r'encoding="[^"]*"', f'encoding="{chance.choice(("utf-16", "latin-1", "x"))}"', shown
    )
    return chance.choice((shown.encode("utf-16"), claimed.encode(), b"\xef\xbb\xbf" + part))


XML: tuple[Mutation, ...] = (*[attribute] * 5, *[text] * 8, *[element] * 4, snippet, encoding, flip)


def lines(chance: Random, content: bytes) -> bytes:
    """A change to a file of lines and separators."""
    kind = chance.randrange(8)
    rows = content.split(b"\n")
    a, b = chance.randrange(len(rows)), chance.randrange(len(rows))
    if kind == 0:
        del rows[a]
    elif kind == 1:
        rows.insert(b, rows[a])
    elif kind == 2:
        rows[a] = rows[a].replace(
            chance.choice((b",", b";", b"\t")), chance.choice((b"", b",,", b"|", b'"')), 1
        )
    elif kind == 3:
        return content.decode("utf-8", "replace").encode(
            chance.choice(("utf-16", "utf-32", "cp1258", "utf-7")), "replace"
        )
    elif kind == 4:
        new = chance.choice((*TEXTS, *NUMBERS, "\0", "\x1a", '"' * 3)).encode(
            "utf-8", "surrogatepass"
        )
        place = chance.randrange(len(content) + 1)
        return content[:place] + new + content[place:]
    elif kind == 5:
        return chance.choice((b"\r", b"\r\n", b"\n\n")).join(rows)
    else:
        return chance.choice((flip, drop, blow_up))(chance, content)
    return b"\n".join(rows)
