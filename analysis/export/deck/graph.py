"""The XML of a chart of PowerPoint, written whole: the order of its elements is part of the format.

Every letter of the data goes through `escape`.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from analysis.charts.style import Paint, colour, ink_on
from analysis.export.deck.datasheet import SHEET, column_letter
from analysis.export.deck.native import Native, Series, Value
from analysis.export.safe_text import printable

LETTERS = 1400  # hundredths of a point: the least on a slide
_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# How our patterns are called in Office.
_PATTERNS = {"rising": "wdUpDiag", "falling": "wdDnDiag", "lying": "horz", "dots": "pct20"}
_NAMES, _VALUES = 1001, 1002  # the two axes
_PLACES = {"inside": "ctr", "end": "outEnd"}


def chart_xml(native: Native, lang: str) -> bytes:
    """The part of the package that holds a chart, with its numbers as the table has them."""
    tag = "vi-VN" if lang == "vi" else "en-US"
    plot = f"<c:layout/>{_plot(native, tag)}{_axes(native, tag)}"
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<c:chartSpace {_SPACES}>"
        f'<c:date1904 val="0"/><c:lang val="{tag}"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{plot}</c:plotArea>'
        f'{_legend(native, tag)}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_letters(tag)}</c:chartSpace>"
    ).encode()


def _plot(native: Native, tag: str) -> str:
    """The series and how they stand together."""
    series = "".join(_series(native, i, tag) for i in range(len(native.series)))
    axes = f'<c:axId val="{_NAMES}"/><c:axId val="{_VALUES}"/>'
    if native.form == "lines":
        return (
            '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
            f'{series}<c:marker val="1"/>{axes}</c:lineChart>'
        )
    return (
        f'<c:barChart><c:barDir val="{"bar" if native.form == "bars" else "col"}"/>'
        f'<c:grouping val="{native.stacking or "clustered"}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{native.gap}"/><c:overlap val="{_overlap(native)}"/>{axes}</c:barChart>'
    )


def _overlap(native: Native) -> int:
    """Stacked bars lie over one another; so do series of which each category has only one."""
    values = zip(*(series.values for series in native.series), strict=True)
    alone = all(sum(v is not None for v in row) < 2 for row in values)
    return 100 if native.stacking or alone else -10


def _series(native: Native, place: int, tag: str) -> str:
    series, names = native.series[place], native.categories
    letter, last = column_letter(place + 1), len(names) + 1
    lines = native.form == "lines"
    shape = _line(series.paint) if lines else _fill(series.paint)
    mark = _marker(series.paint) if lines else '<c:invertIfNegative val="0"/>'
    end = '<c:smooth val="0"/>' if lines else ""
    points = "".join(_point(i, escape(printable(name))) for i, name in enumerate(names))
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>{SHEET}!${letter}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/>{_point(0, escape(printable(series.name)))}</c:strCache></c:strRef>'
        f"</c:tx><c:spPr>{shape}</c:spPr>{mark}{_labels(series, native.form, tag)}"
        f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache>"
        f'<c:ptCount val="{len(names)}"/>{points}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>{SHEET}!${letter}$2:${letter}${last}</c:f>"
        f"{_numbers(series)}</c:numRef></c:val>{end}</c:ser>"
    )


def _numbers(series: Series) -> str:
    points = "".join(_point(i, number(v)) for i, v in enumerate(series.values) if v is not None)
    return (
        f"<c:numCache><c:formatCode>{escape(series.number_format)}</c:formatCode>"
        f'<c:ptCount val="{len(series.values)}"/>{points}</c:numCache>'
    )


def number(value: Value) -> str:
    """A number as XML has it; whole ones without a point."""
    return str(int(value)) if value is not None and value == int(value) else repr(value)


def _point(place: int, text: str) -> str:
    return f'<c:pt idx="{place}"><c:v>{text}</c:v></c:pt>'


def _labels(series: Series, form: str, tag: str) -> str:
    """The values, written in or beyond the bars, in ink that stands out."""
    if not series.labels or series.paint is None:
        return '<c:dLbls><c:delete val="1"/></c:dLbls>'
    inside = series.labels == "inside"
    ink = ink_on(series.paint.fill) if inside else colour("ink.text")
    place = "t" if form == "lines" else _PLACES.get(series.labels, "")
    look = (
        f'<c:numFmt formatCode="{_quoted(series.number_format)}" sourceLinked="0"/>'
        f"<c:spPr>{_ground(series)}<a:ln><a:noFill/></a:ln></c:spPr>"
        f"{_letters(tag, ink, bold=not inside)}"
    )
    if series.labels == "last":
        last = f'<c:dLbl><c:idx val="{len(series.values) - 1}"/>{look}<c:dLblPos val="r"/>'
        return f"<c:dLbls>{last}{_flags(True)}</c:dLbl>{look}{_flags(False)}</c:dLbls>"
    return f'<c:dLbls>{look}<c:dLblPos val="{place}"/>{_flags(True)}</c:dLbls>'


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
    return _solid(series.paint.fill) if pattern and series.paint else "<a:noFill/>"


def _fill(paint: Paint | None) -> str:
    if paint is None:
        return "<a:noFill/><a:ln><a:noFill/></a:ln>"
    if paint.pattern:
        fill = (
            f'<a:pattFill prst="{_PATTERNS[paint.pattern]}"><a:fgClr>{_rgb(paint.line)}</a:fgClr>'
            f"<a:bgClr>{_rgb(paint.fill)}</a:bgClr></a:pattFill>"
        )
    else:
        fill = _solid(paint.fill)
    # A line of paper colour divides neighbours that colour alone does not tell apart.
    edge, width = (paint.outline, 9525) if paint.outline else (colour("ink.paper"), 19050)
    return f'{fill}<a:ln w="{width}">{_solid(edge)}</a:ln>'


def _line(paint: Paint | None) -> str:
    ink = paint.fill if paint else colour("ink.rule")
    return f'<a:ln w="34925" cap="rnd">{_solid(ink)}<a:round/></a:ln>'


def _marker(paint: Paint | None) -> str:
    fill = _solid(paint.fill if paint else colour("ink.rule"))
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="9"/><c:spPr>{fill}'
        f'<a:ln w="9525">{_solid(colour("ink.paper"))}</a:ln></c:spPr></c:marker>'
    )


def _solid(ink: str) -> str:
    return f"<a:solidFill>{_rgb(ink)}</a:solidFill>"


def _rgb(ink: str) -> str:
    return f'<a:srgbClr val="{ink.lstrip("#")}"/>'


def _axes(native: Native, tag: str) -> str:
    """Categories and values. Lying bars read from the top down, with their scale at the foot."""
    lying = native.form == "bars"
    turn, crossing = ("maxMin", "max") if lying else ("minMax", "autoZero")
    sides = "lb" if lying else "bl"
    bounds = "".join(
        f'<c:{end} val="{value}"/>'
        for end, value in (("max", native.high), ("min", native.low))
        if value is not None
    )
    ticks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    edge = f'<c:spPr><a:ln w="12700">{_solid(colour("ink.rule"))}</a:ln></c:spPr>'
    grid = f'<c:spPr><a:ln w="9525">{_solid(colour("ink.grid"))}</a:ln></c:spPr>'
    return (
        f'<c:catAx><c:axId val="{_NAMES}"/><c:scaling><c:orientation val="{turn}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{sides[0]}"/>'
        f'<c:numFmt formatCode="General" sourceLinked="0"/>{ticks}<c:tickLblPos val="low"/>'
        f'{edge}{_letters(tag)}<c:crossAx val="{_VALUES}"/><c:crosses val="autoZero"/>'
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/>'
        f'<c:noMultiLvlLbl val="1"/></c:catAx><c:valAx><c:axId val="{_VALUES}"/>'
        f'<c:scaling><c:orientation val="minMax"/>{bounds}</c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{sides[1]}"/><c:majorGridlines>{grid}</c:majorGridlines>'
        f'<c:numFmt formatCode="{_quoted(native.axis_format)}" sourceLinked="0"/>{ticks}'
        '<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_letters(tag, colour("ink.quiet"))}<c:crossAx val="{_NAMES}"/>'
        f'<c:crosses val="{crossing}"/><c:crossBetween val="between"/></c:valAx>'
    )


def _quoted(number_format: str) -> str:
    return escape(number_format, {'"': "&quot;"})


def _legend(native: Native, tag: str) -> str:
    """Above the plot, without the series that are not seen; none for a series that stands alone."""
    seen = [series.paint is not None for series in native.series]
    if sum(seen) < 2:
        return ""
    left_out = "".join(
        f'<c:legendEntry><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>'
        for i, shown in enumerate(seen)
        if not shown
    )
    return (
        f'<c:legend><c:legendPos val="t"/>{left_out}<c:overlay val="0"/>{_letters(tag)}</c:legend>'
    )


def _letters(tag: str, ink: str = "", bold: bool = False) -> str:
    fill = _solid(ink or colour("ink.text"))
    return (
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f'<a:defRPr sz="{LETTERS}" b="{int(bold)}">{fill}<a:latin typeface="Arial"/>'
        f'<a:cs typeface="Arial"/></a:defRPr></a:pPr><a:endParaRPr lang="{tag}"/></a:p></c:txPr>'
    )
