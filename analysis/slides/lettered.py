"""The letters of a chart of PowerPoint: labels, as words or whole numbers, and titles."""

from __future__ import annotations

from xml.sax.saxutils import escape

from analysis.charts.style import colour, ink_on
from analysis.export.safe_text import printable
from analysis.slides.native import Series, Value

LETTERS = 1400  # hundredths of a point: the least on a slide
FROM_EDGE = '<c:xMode val="edge"/><c:yMode val="edge"/>'
_NO_LEADERS = (
    '<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)
_PLACES = {"inside": "ctr", "middle": "ctr", "end": "outEnd", "above": "t", "right": "r"}


def whole_format(lang: str, zero: str = '""') -> str:
    """Whole numbers with the sign of the language between thousands, wherever they are looked at;
    nothing for a zero, where a bar has nothing to show."""
    return f'[>=1000]#"{"." if lang == "vi" else ","}"000;[=0]{zero};0'


def labels(series: Series, lang: str) -> str:
    """The labels of a series: its words, else its values."""
    if not series.labels:
        return '<c:dLbls><c:delete val="1"/></c:dLbls>'
    inside = series.labels == "inside" and series.paint is not None
    ink = ink_on(series.paint.fill) if inside and series.paint else colour("ink.text")
    ground = f"<c:spPr>{_ground(series)}<a:ln><a:noFill/></a:ln></c:spPr>"
    bold = series.bold and not inside
    look = f"{ground}{letters(lang, ink, bold=bold)}"
    place = _PLACES.get(series.labels, "r")
    if not series.texts:
        number = f'<c:numFmt formatCode="{quoted(whole_format(lang))}" sourceLinked="0"/>'
        return f'<c:dLbls>{number}{look}<c:dLblPos val="{place}"/>{_flags(True)}</c:dLbls>'
    own = "".join(
        _words(i, text, series, ink, ground, lang) for i, text in enumerate(series.texts) if text
    )
    return f"<c:dLbls>{own}{look}{_flags(False)}{_NO_LEADERS}</c:dLbls>"


def _words(place: int, text: str, series: Series, ink: str, ground: str, lang: str) -> str:
    """A label as words; of several lines the first one carries the eye."""
    moved = series.moved[place] if series.moved else 0.0
    layout = place_of(x=0, y=moved) if moved else "<c:layout/>"
    side = _PLACES.get(series.labels) or ("r" if place else "l")
    lines = text.split("\n")
    paragraphs = paragraph(lines[0], lang, ink, bold=series.bold) + "".join(
        paragraph(line, lang, colour("ink.quiet")) for line in lines[1:]
    )
    return (
        f'<c:dLbl><c:idx val="{place}"/>{layout}'
        f'<c:tx><c:rich><a:bodyPr wrap="none" anchor="ctr"><a:spAutoFit/></a:bodyPr><a:lstStyle/>'
        f'{paragraphs}</c:rich></c:tx>{ground}<c:dLblPos val="{side}"/>{_flags(True)}</c:dLbl>'
    )


def place_of(layout: str = "", **sizes: float) -> str:
    """A place by hand, in parts of the chart; `layout` is what comes before them."""
    numbers = (f'<c:{name} val="{number(round(size, 4))}"/>' for name, size in sizes.items())
    return f"<c:layout><c:manualLayout>{layout}{''.join(numbers)}</c:manualLayout></c:layout>"


def number(value: Value) -> str:
    """A number as XML has it; whole ones without a point."""
    return str(int(value)) if value is not None and value == int(value) else repr(value)


def _flags(value: bool) -> str:
    """What a label holds: the value, or nothing."""
    return "".join(
        f'<c:{what} val="{int(value and what == "showVal")}"/>'
        for what in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent",
                     "showBubbleSize")
    )  # fmt: skip


def _ground(series: Series) -> str:
    """What a label stands on, where there is a pattern behind it."""
    pattern = series.paint is not None and series.paint.pattern and series.labels == "inside"
    return solid(series.paint.fill) if pattern and series.paint else "<a:noFill/>"


def title(text: str, lang: str, *, bold: bool, place: tuple[float, float]) -> str:
    """Words over the chart, from a place on."""
    x, y = place
    return (
        '<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:lstStyle/>'
        f"{paragraph(text, lang, colour('ink.text' if bold else 'ink.quiet'), bold=bold)}</c:rich>"
        f'</c:tx>{place_of(FROM_EDGE, x=x, y=y)}<c:overlay val="1"/></c:title>'
    )


def paragraph(text: str, lang: str, ink: str, bold: bool = False) -> str:
    """A line of words."""
    look = _look(ink, bold)
    return (
        f'<a:p><a:pPr algn="l"><a:defRPr {look}</a:defRPr></a:pPr><a:r><a:rPr lang="{tag(lang)}" '
        f"{look}</a:rPr><a:t>{escape(printable(text))}</a:t></a:r></a:p>"
    )


def letters(lang: str, ink: str = "", bold: bool = False) -> str:
    """How letters look where the words come from the data."""
    return (
        '<c:txPr><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr>'
        f"<a:defRPr {_look(ink, bold)}</a:defRPr>"
        f'</a:pPr><a:endParaRPr lang="{tag(lang)}"/></a:p></c:txPr>'
    )


def _look(ink: str, bold: bool) -> str:
    fill = solid(ink or colour("ink.text"))
    return (
        f'sz="{LETTERS}" b="{int(bold)}">{fill}<a:latin typeface="Arial"/><a:cs typeface="Arial"/>'
    )


def solid(ink: str) -> str:
    """One colour."""
    return f"<a:solidFill>{rgb(ink)}</a:solidFill>"


def rgb(ink: str) -> str:
    """A colour as Office writes it."""
    return f'<a:srgbClr val="{ink.lstrip("#")}"/>'


def quoted(text: str) -> str:
    """Text inside an attribute."""
    return escape(text, {'"': "&quot;"})


def tag(lang: str) -> str:
    """A language as Office knows it."""
    return "vi-VN" if lang == "vi" else "en-US"
