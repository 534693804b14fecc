"""A deck made new: our two layouts, a cover, then one slide a message."""

from __future__ import annotations

import io
from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from analysis.export.steady import steady
from analysis.slides.fitting import ROOM, size_of
from analysis.slides.graph import tag
from analysis.slides.record import PROPERTIES, Record, part_of
from analysis.slides.shapes import name_of, numbered, write_text
from analysis.slides.slide import Message
from analysis.workbooks.parts import pack

_TEMPLATE = Path(__file__).parent / "template"
_INCH = 914400
# The boxes of a layout by the number of their placeholder.
_BOXES = {0: "title", 1: "subtitle", 13: "subtitle", 14: "source", 15: "tag"}


def build_deck(messages: Iterable[Message], title: str, lang: str, *, attach: bool = True) -> bytes:
    """The bytes of a new deck; the same messages, the same bytes. `attach` a record of them."""
    from pptx import Presentation

    deck = Presentation(io.BytesIO(_template()))
    record = Record()
    layouts = {layout.name: layout for layout in deck.slide_layouts}
    for message in messages:
        layout = layouts["message" if message.has_body else "cover"]
        _add_slide(deck, layout, message, lang)
        record.add(message)
    deck.core_properties.title = title
    deck.core_properties.language = tag(lang)
    if attach:
        _attach(deck, record)
    stream = io.BytesIO()
    deck.save(stream)
    return steady(stream.getvalue())


@cache
def _template() -> bytes:
    files = sorted(p for p in _TEMPLATE.rglob("*") if p.is_file())
    return pack((p.relative_to(_TEMPLATE).as_posix(), p.read_bytes()) for p in files)


def _add_slide(deck: Any, layout: Any, message: Message, lang: str) -> None:
    slide = deck.slides.add_slide(layout)
    for box in list(slide.placeholders):
        part = _BOXES[box.placeholder_format.idx]
        text = message.texts.get(part, "")
        if not text:
            box._element.getparent().remove(box._element)
            continue
        box.name = name_of(message.name, part)
        size = size_of(part, text) if message.has_body else None
        write_text(box._element.txBody, text, tag(lang), size)
        if part == "tag" and "\n" in text:  # as high as its lines
            place = (box.left, box.top, box.width)
            (box.left, box.top, box.width), box.height = place, round(1.8 * box.height)
    _number(slide, layout, lang)
    _body(slide, message, lang)
    if message.texts.get("notes"):
        _notes(slide, message, lang)


def _body(slide: Any, message: Message, lang: str) -> None:
    """Chart, picture or table, in the room left for it."""
    if message.natives:
        shapes = [_add_chart(slide, message, i) for i in range(len(message.natives))]
    elif message.table is not None:
        shapes = [_add_table(slide, message, lang)]
    else:
        shapes = [_add_picture(slide, message)] if message.has_body else []
    # Read out after headline and subtitle, before source and number.
    heads = [box._element for box in slide.placeholders if box.placeholder_format.idx in (0, 13)]
    for i, shape in reversed([*enumerate(shapes)]):
        shape.name = name_of(message.name, numbered("body", i))
        shape._element.xpath(".//p:cNvPr")[0].set("descr", message.alts[i])
        heads[-1].addnext(shape._element)


class _Data:
    """What python-pptx asks of the data of a chart: its XML and its workbook."""

    def __init__(self, drawn: bytes, sheet: bytes) -> None:
        self.drawn, self.xlsx_blob = drawn, sheet

    def xml_bytes(self, _: Any) -> bytes:
        """The chart itself."""
        return self.drawn


def _add_chart(slide: Any, message: Message, i: int) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE

    left, top, width, height = ROOM
    x, y, w, h = message.natives[i].place
    box = (left + x * width, top + y * height, w * width, h * height)
    place, data = (round(v * _INCH) for v in box), _Data(message.drawn[i], message.sheets[i])
    return slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, *place, data)


def _add_picture(slide: Any, message: Message) -> Any:
    """The picture without its own headline and source line, which the slide has already."""
    left, top, width, height = (round(v * _INCH) for v in ROOM)
    picture = slide.shapes.add_picture(io.BytesIO(message.png), left, top)
    upper, lower = message.band
    picture.crop_top, picture.crop_bottom = upper, 1 - lower
    ratio = picture.image.size[0] / (picture.image.size[1] * (lower - upper))
    picture.width, picture.height = (
        (width, round(width / ratio)) if ratio > width / height else (round(height * ratio), height)
    )
    picture.left = left + (width - picture.width) // 2
    picture.top = top + (height - picture.height) // 2
    return picture


def _add_table(slide: Any, message: Message, lang: str) -> Any:
    from analysis.slides.gridded import add_table

    assert message.table is not None
    return add_table(slide, message.table, tuple(round(v * _INCH) for v in ROOM), tag(lang))


def _number(slide: Any, layout: Any, lang: str) -> None:
    """The number of the slide, as the layout has it."""
    for number in layout._element.xpath(".//p:sp[p:nvSpPr/p:nvPr/p:ph[@type='sldNum']]"):
        copy = deepcopy(number)
        spare = max(int(i) for i in slide._element.xpath(".//p:cNvPr/@id")) + 1
        copy.xpath("./p:nvSpPr/p:cNvPr")[0].set("id", str(spare))
        copy.spPr.clear()
        style = copy.txBody.xpath("./a:lstStyle")[0]
        style.clear()
        for run in copy.xpath(".//a:rPr"):
            run.set("lang", tag(lang))
        slide.shapes._spTree.append(copy)


def _notes(slide: Any, message: Message, lang: str) -> None:
    box = slide.notes_slide.notes_placeholder
    box.name = name_of(message.name, "notes")
    write_text(box._element.txBody, message.texts["notes"], tag(lang))


def _attach(deck: Any, record: Record) -> None:
    """Put the record into the deck, with the properties Office expects of such a part."""
    from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    package, (name, content) = deck.part.package, part_of(record)
    part = Part(PackURI(f"/{name}"), "application/xml", package, content)
    uri, kind = PackURI("/customXml/itemProps1.xml"), CONTENT_TYPE.OFC_CUSTOM_XML_PROPERTIES
    part.relate_to(Part(uri, kind, package, PROPERTIES), RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    deck.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
