"""What a report holds, as the text of a Word document: headings, paragraphs, tables, pictures.

Everything is ordinary text of Word in styles of the template, so that an office can change it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import lxml.html
import pandas as pd

from analysis.charts import Described
from analysis.export.methods import Notes
from analysis.export.report import Html
from analysis.export.safe_text import printable
from analysis.export.shown import ShownTable
from analysis.export.summary import Summary
from analysis.reference import Number, say
from analysis.tables.words import title_of

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
EMU = 635  # in a twentieth of a point, in which Word measures
_LONGEST, _WORD, _SIDES = 40, 20, 2.4  # letters: of a cell, of a word, of the room beside it
# How a table is written: style, letters a line of it holds, letters its texts may lack for each
# that is left over, how much smaller its heading is, and sizes of cells and heading that differ.
_FORMS = (
    ("table text", 79, 2, 1.0, "", ""),
    ("table text small", 97, 8, 8 / 9, "", '<w:sz w:val="16"/>'),
    ("table text small", 116, 3, 1.1, '<w:sz w:val="15"/>', '<w:sz w:val="14"/>'),
)
# The same of a table of many long columns, or one that shall stay on its page.
_DENSE = ("table text small", 130, 0, 1.0, '<w:sz w:val="14"/>', '<w:sz w:val="14"/>')
_TOGETHER = 12  # rows of a table that is not broken over two pages


@dataclass
class Text:
    """The text of one document. `styles`: the id of each style by its name; `width`: of the text,
    in twentieths of a point; `picture`: takes a PNG into the document, gives its id and its width
    and height; `most`: rows of a table that are shown; `dense`: rows from which on one is written
    small, so that it stays on its page."""

    lang: str
    styles: Mapping[str, str]
    width: int
    picture: Callable[[Described], tuple[str, int, int]]
    first_id: int = 1
    most: int = 30
    dense: int = 10_000
    captions: bool = True
    _counts: dict[str, int] = field(default_factory=dict)
    _heading: str = ""
    _shown: str = ""

    def sections(self, sections: Iterable[tuple[str, Any]]) -> str:
        """Each section under its heading, as XML."""
        found = []
        for heading, what in sections:
            self._heading, self._shown = heading, ""
            found.append(self._paragraph(heading, "heading 1"))
            found += chain.from_iterable(
                map(self._part, what if isinstance(what, list) else [what])
            )
        return "".join(found)

    def _part(self, part: Any) -> Iterator[str]:
        if isinstance(part, Described):
            yield from self._chart(part)
        elif isinstance(part, Notes) and not part.lines:
            self._heading, self._shown = part.heading, ""  # of the table that follows
        elif isinstance(part, Notes):
            yield self._paragraph(part.heading, "heading 2")
            yield from (self._paragraph(line, "list bullet") for line in part.lines)
        elif isinstance(part, Summary):
            yield from (
                self._paragraph(line, "body text") for line in dict.fromkeys(part.told.values())
            )
        elif isinstance(part, Html):
            for table in _tables(part, self.lang):
                yield from self._table(table)
        elif isinstance(part, ShownTable):
            yield from self._table(part)
        else:
            yield from (self._paragraph(t, "body text") for t in str(part).splitlines() if t)

    def _paragraph(self, text: str, style: str, more: str = "", before: str = "") -> str:
        name = self.styles[style]
        return f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{more}</w:pPr>{before}{_run(text)}</w:p>'

    def _caption(self, kind: str, text: str, more: str = "") -> str:
        """A caption with a number that Word counts on."""
        label = say(f"document_{kind}", self.lang)
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        field = f'<w:fldSimple w:instr=" SEQ {label} \\* ARABIC ">{_run(str(number))}</w:fldSimple>'
        return self._paragraph(f". {text}", "caption", more, f"{_run(f'{label} ')}{field}")

    def _chart(self, chart: Described) -> Iterator[str]:
        place, across, down = self.picture(chart)
        number = self.first_id + self._counts.get("figure", 0)
        size = f'cx="{self.width * EMU}" cy="{self.width * EMU * down // across}"'
        alt = quoteattr(printable(chart.alt))
        named = f'id="{number}" name="{say("document_figure", self.lang)} {number}" descr={alt}'
        yield (
            '<w:p><w:pPr><w:keepNext/><w:spacing w:before="120"/><w:jc w:val="center"/></w:pPr>'
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f"<wp:extent {size}/><wp:docPr {named}/><a:graphic><a:graphicData"
            ' uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f"<pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{place}"/><a:stretch><a:fillRect/></a:stretch>'
            f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )
        yield self._caption("figure", chart.headline)
        facts = {"number": self._counts["figure"]}
        self._shown = say("document_numbers_of", self.lang, **facts)

    def _table(self, table: ShownTable) -> Iterator[str]:
        rows = table.rows[: self.most]
        if rows:
            title = title_of(table.frame, self.lang) if self._shown == "" else ""
            named = self._shown or (self._heading if len(table.frame) == 0 else "") or title
            named = named or self._heading
            if self.captions:
                yield self._caption("table", named, "<w:keepNext/>")
            yield self._grid(table, rows, named)
        cut = len(rows) < len(table.rows)  # what its own note says is of more rows than are here
        note = say("document_first", self.lang, most=Number(self.most)) if cut else table.note
        if note:
            yield self._paragraph(note, "caption")

    def _grid(self, table: ShownTable, rows: tuple[tuple[str, ...], ...], title: str) -> str:
        forms = (*_FORMS, _DENSE) if len(rows) < self.dense else (_DENSE,)
        (style, _, _, _, size, of_heading), sizes = _sizes([table.headings, *rows], forms)
        widths = [int(self.width * size / sum(sizes)) for size in sizes]
        sides = ['<w:jc w:val="right"/>' if number else "" for number in table.numeric]
        together = len(rows) <= _TOGETHER
        lines = []
        for place, row in enumerate([table.headings, *rows]):
            look = "<w:b/>" if place == 0 or table.totals[place - 1] else ""
            look += size if place else of_heading
            kept = "<w:keepNext/>" if place == 0 or (together and place < len(rows)) else ""
            form = f'<w:pStyle w:val="{self.styles[style]}"/>{kept}'
            cells = "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                f"<w:p><w:pPr>{form}{side}</w:pPr>{_run(text, look)}</w:p></w:tc>"
                for width, side, text in zip(widths, sides, row, strict=True)
            )
            head = "<w:tblHeader/>" if place == 0 else ""
            lines.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{self.styles["data table"]}"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
            ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={quoteattr(printable(title))}/></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
        )


def _run(text: str, look: str = "") -> str:
    """Text in which every sign stands for itself, and lines stay lines."""
    safe = escape(printable(text).replace("\r\n", "\n").replace("\r", "\n"))
    lines = safe.replace("\t", " ").replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    form = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{form}<w:t xml:space="preserve">{lines}</w:t></w:r>'


def _sizes(
    rows: list[tuple[str, ...]], forms: Sequence[tuple[Any, ...]]
) -> tuple[tuple[Any, ...], list[float]]:
    """The first form in which the texts of a table fit, and the letters each column has room for:
    its longest word, and of what is left as much as its texts need."""
    columns = [*zip(*rows, strict=True)]
    for form in forms:
        _, room, slack, heading, _, _ = form
        most, unbroken = (_LONGEST, 8) if form in _FORMS else (60, 17)
        lines = [[line for cell in of[1:] for line in cell.split("\n")] for of in columns]
        longest = [max(map(len, of), default=0) for of in lines]
        words = [
            _word(of, n if n <= unbroken else 1.0) for of, n in zip(lines, longest, strict=True)
        ]
        heads = [heading * _word(of[:1]) for of in columns]
        least = [max(pair) + _SIDES for pair in zip(words, heads, strict=True)]
        whole = [min(n, most) + _SIDES for n in longest]
        wanted = [max(0.0, every - own) for every, own in zip(whole, least, strict=True)]
        left = max(0.0, room - sum(least))
        if sum(least) <= room and sum(wanted) <= slack * left:
            break
    share = min(left / max(1.0, sum(wanted)), 1)
    return form, [own + more * share for own, more in zip(least, wanted, strict=True)]


def _word(cells: Iterable[str], least: float = 1.0) -> float:
    """The letters of the longest word in some cells."""
    return max([least, *(min(_letters(w), _WORD) for cell in cells for w in cell.split())])


def _letters(word: str) -> float:
    """How wide a word is, in small letters."""
    return len(word) + 0.35 * sum(letter.isupper() or letter in "&%" for letter in word)


def _tables(html: Html, lang: str) -> Iterator[ShownTable]:
    """The tables of what a cell of a notebook gave as HTML."""
    for table in lxml.html.fragment_fromstring(html, create_parent="div").iter("table"):
        lines = [[*row.iter("th", "td")] for row in table.iter("tr")]
        lines = [line for line in lines if line]
        if not lines:
            continue
        wide = max(map(len, lines))
        texts = [tuple(" ".join(c.text_content().split()) for c in line) for line in lines]
        texts = [(*line, *[""] * (wide - len(line))) for line in texts]
        last = [*lines[-1], *[None] * (wide - len(lines[-1]))]
        after = table.getnext()
        yield ShownTable(
            frame=pd.DataFrame(),
            headings=texts[0],
            rows=tuple(texts[1:]),
            numeric=tuple(c is not None and "right" in c.get("class", "") for c in last),
            totals=tuple(line[0].find("strong") is not None for line in lines[1:]),
            note=after.text_content() if after is not None and after.tag == "p" else "",
            lang=lang,
        )
