"""A report in Word: the sections of the page, in the template of the office or in our own.

In a template a word in double braces is replaced, {{noi_dung}} by the report itself; styles that
it lacks are taken from ours.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from PIL import Image

from analysis.charts import Described, NothingToDraw
from analysis.export.places import SHEETS, write_whole
from analysis.export.safe_text import printable
from analysis.export.steady import steady
from analysis.export.word import EMU, NAMESPACES, Text
from analysis.reference import About, InputError, SuiteError, say
from analysis.workbooks.package import DAMAGE, check_parts, open_archive
from analysis.workbooks.parts import pack

_LETTER = Path(__file__).parent / "letter"
_OFFICES = {"vi": "mau_bao_cao.docx", "en": "mau_bao_cao-en.docx"}
_FIELD = re.compile(r"\{\{\s*+([^{}\s]*+(?:\s++[^{}\s]++)*)\s*+\}\}")
_CONTENT = "noi_dung"
_FIELDS = ("co_quan", "tieu_de", "nam_hoc", "ngay_so_lieu", "nguon", "ghi_chu")
_SIDES = 11906 * EMU, 1701 * EMU, 1134 * EMU  # of a page, and its margins left and right
_HEAVY, _COLOURS = 2_500_000, 64  # bytes of pictures from which on they are made lighter
_LETTERS = b'w:val="28"', b'w:val="24"'  # of the sheet of a school
# That of a commune shall stay one page: its letters, and the room between its lines.
_SMALLER = {
    b'w:val="28"': b'w:val="20"',
    b'w:val="22"': b'w:val="18"',
    b'w:before="280" w:after="120"': b'w:before="80" w:after="20"',
    b'w:before="60" w:after="120" w:line="264"': b'w:before="20" w:after="40" w:line="240"',
    b'w:before="20" w:after="20"': b'w:before="8" w:after="8"',
}
_UNREADABLE: tuple[type[Exception], ...] = (InputError, SyntaxError, *DAMAGE)
# What a letter tells of a report; everything else stands in the page beside it.
_KINDS, _BY = {"levels", "targets", "gaps", "expiries"}, {"education_level", ""}


def read_template(home: Path, lang: str) -> bytes:
    """The template of an office, `data/mau_bao_cao.docx`, else our own. SuiteError for one that
    cannot be opened, or that asks for what a report does not know."""
    path = home / "data" / _OFFICES[lang]
    if not path.exists():
        return own_template(lang, lang)
    facts = {"file": path.relative_to(home).as_posix()}
    try:
        content = path.read_bytes()
        with open_archive(content, path.name) as archive:
            check_parts(archive, [n for n in archive.namelist() if n.endswith(".xml")], path.name)
        asked = {*Letter(content, lang).fields()}
    except _UNREADABLE as error:
        raise SuiteError("letter_unreadable", **facts) from error
    if strange := sorted(asked - {*_FIELDS, _CONTENT}):
        known = ", ".join([*_FIELDS, _CONTENT])
        raise SuiteError("letter_unknown_field", fields=", ".join(strange), known=known, **facts)
    return content


def own_template(name: str, lang: str) -> bytes:
    """One of our own templates: "vi" and "en", the form of a report; "unit" and "school", that of a
    sheet of one page, the first with many rows."""
    files = [p for p in sorted(_LETTER.rglob("*")) if p.is_file() and p.suffix != ".docx"]
    parts = {p.relative_to(_LETTER).as_posix(): p.read_bytes() for p in files}
    bodies = {n: part for n, part in parts.items() if "/" not in n and not n.startswith("[")}
    tag = say("language_tag", lang).encode()
    rest = {n: p.replace(b"vi-VN", tag) for n, p in parts.items() if n not in bodies}
    if name in SHEETS:
        for usual, smaller in _SMALLER.items() if name == "unit" else [_LETTERS]:
            rest["word/styles.xml"] = rest["word/styles.xml"].replace(usual, smaller)
        page = say("sheet_page", lang).encode()
        rest["word/header1.xml"] = bodies["sheet_header.xml"].replace(b"trang", page)
    body = bodies["sheet.xml" if name in SHEETS else f"{name}.xml"]
    return pack([*rest.items(), ("word/document.xml", body)])


def export_document(
    path: Path, sections: Iterable[tuple[str, Any]], *, about: About, template: bytes, lang: str
) -> Path:
    """Write the letter that these sections of a report give: what they say of levels, targets, gaps
    and ends by education level, the schools concerned, the data and the method."""
    title = say("document_title", lang, year=about.school_year)
    return write_whole(path, Letter(template, lang).filled(_wanted(sections), title, about))


def _wanted(sections: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, list[Any]]]:
    """A section without its charts of other kinds and what is said of those, where anything is left
    of it."""
    for heading, what in sections:
        parts, taken = [], True
        for part in what if isinstance(what, list) else [what]:
            if isinstance(part, Described):
                taken = part.kind in _KINDS and {*part.table.get("by", ())} <= _BY
            if taken and not isinstance(part, NothingToDraw):
                parts.append(part)
        if parts:
            yield heading, parts


class Letter:
    """A template that is open. Without pictures it can be filled again and again."""

    def __init__(self, template: bytes, lang: str, **form: Any) -> None:
        from docx import Document

        self.lang, self._form = lang, form  # how `Text` writes
        self._document = Document(io.BytesIO(template))
        self._part = self._document.part
        parts = [rel.target_part for rel in self._part.rels.values() if not rel.is_external]
        margins: Any = [p for p in parts if p.content_type.endswith(("header+xml", "footer+xml"))]
        self._stories = [self._part.element.body, *(part.element for part in margins)]
        self._empty = [[*map(deepcopy, story)] for story in self._stories]
        self._styles = self._named_styles(own_template(lang, lang))

    def fields(self) -> Iterator[str]:
        """The words in braces."""
        for paragraph in self._paragraphs():
            yield from _FIELD.findall(_text(paragraph))

    def filled(self, sections: Iterable[tuple[str, Any]], title: str, about: About) -> bytes:
        """The bytes of the document; the same sections, the same bytes."""
        for story, empty in zip(self._stories, self._empty, strict=True):
            story[:] = map(deepcopy, empty)
        day, source = about.as_of.strftime("%d/%m/%Y"), about.source(self.lang)
        notes = [
            say("cover_year", self.lang, year=about.school_year, as_of=day),
            about.note(self.lang) or source,
            say("cover_synthetic", self.lang) if about.synthetic else "",
        ]
        told = (about.office(self.lang), title, about.school_year, day, source)
        facts = dict(zip(_FIELDS, (*told, ". ".join(filter(None, notes))), strict=True))
        place = self._place()
        for paragraph in self._paragraphs():
            _fill(paragraph, facts)
        self._insert([(h, w if isinstance(w, list) else [w]) for h, w in sections], place)
        properties = self._document.core_properties
        properties.title, properties.language = printable(title), say("language_tag", self.lang)
        stream = io.BytesIO()
        self._document.save(stream)
        return steady(stream.getvalue())

    def _paragraphs(self) -> list[Any]:
        return [p for story in self._stories for p in story.xpath(".//w:p")]

    def _place(self) -> Any:
        """The paragraph the report goes before: that of its word, else the end."""
        for paragraph in self._stories[0].xpath(".//w:p"):
            if _CONTENT in _FIELD.findall(_text(paragraph)):
                return paragraph
        return self._document.add_paragraph()._p

    def _insert(self, sections: Sequence[tuple[str, list[Any]]], place: Any) -> None:
        from docx.oxml import parse_xml

        section = self._document.sections[-1]
        sides = (section.page_width, section.left_margin, section.right_margin)
        whole, left, right = (side or usual for side, usual in zip(sides, _SIDES, strict=True))
        ids = [int(i) for i in self._stories[0].xpath(".//wp:docPr/@id") if i.isdecimal()]
        charts = [c for _, parts in sections for c in parts if isinstance(c, Described)]
        heavy = sum(len(chart.png()) for chart in charts) > _HEAVY

        def picture(chart: Described) -> tuple[str, int, int]:
            content = _lighter(chart.png()) if heavy else chart.png()
            added, image = self._part.get_or_add_image(io.BytesIO(content))
            return added, image.px_width, image.px_height

        width, first = (whole - left - right) // EMU, max(ids, default=0) + 1
        text = Text(self.lang, self._styles, width, picture, first, **self._form)
        for element in parse_xml(f"<w:body {NAMESPACES}>{text.sections(sections)}</w:body>"):
            place.addprevious(element)
        if not _FIELD.sub("", _text(place)).strip():
            place.getparent().remove(place)

    def _named_styles(self, own: bytes) -> dict[str, str]:
        """The ids of the styles a report needs, by their name; those that lack are added."""
        from docx import Document

        styles = self._part.styles.element
        there = {style.name_val.casefold(): style.styleId for style in styles.style_lst}
        taken = {*there.values()}
        ours = Document(io.BytesIO(own)).styles.element.style_lst
        names = {style.styleId: style.name_val.casefold() for style in ours}
        for style in ours:
            if names[style.styleId] in there:
                continue
            copy = deepcopy(style)
            while copy.styleId in taken:
                copy.styleId += "_"
            for numbering in copy.xpath("./w:pPr/w:numPr"):  # of a list that is not there
                numbering.getparent().remove(numbering)
            for other in copy.xpath("./w:basedOn | ./w:next"):
                other.val = there.get(names[other.val], other.val)
            styles.append(copy)
            there[names[style.styleId]] = copy.styleId
        return there


def _text(paragraph: Any) -> str:
    return "".join(text.text or "" for text in paragraph.xpath(".//w:t"))


def _fill(paragraph: Any, facts: Mapping[str, str]) -> None:
    """Put what they stand for in place of words in braces, in the look of their first letter; a
    paragraph of nothing else goes if they say nothing."""
    pieces = paragraph.xpath(".//w:t")
    whole = _text(paragraph)
    for found in reversed([*_FIELD.finditer(whole)]):
        if found[1] in facts:
            _replace(pieces, found.start(), found.end(), printable(facts[found[1]]))
    if whole and not _text(paragraph).strip() and paragraph.getparent().tag.endswith("}body"):
        paragraph.getparent().remove(paragraph)


def _replace(pieces: Sequence[Any], start: int, end: int, text: str) -> None:
    """Of a text in pieces, the signs from start to end by another text."""
    place = 0
    for piece in pieces:
        own = piece.text or ""
        first, last = max(start - place, 0), min(end - place, len(own))
        if first < last:
            piece.text = own[:first] + text + own[last:]
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            text = ""
        place += len(own)


def _lighter(picture: bytes) -> bytes:
    """The same picture in few colours."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as whole:
        few = whole.convert("RGB").quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    few.save(stream, "png")
    return stream.getvalue()
