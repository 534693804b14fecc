"""The XML of a chart of PowerPoint, written whole: the order of its elements is part of the format.

Every letter of the data goes through `escape`.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from analysis.charts.style import Paint, colour, ink_on
from analysis.export.safe_text import printable
from analysis.slides.native import SHEET, Native, Series, Value, column_letter

_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# How our patterns and shapes are called in Office, which has no triangle on its tip.
_PATTERNS = {"rising": "wdUpDiag", "falling": "wdDnDiag", "lying": "horz", "dots": "pct20"}
_SHAPES = {"o": "circle", "s": "square", "^": "triangle", "v": "diamond"}
LETTERS = 1400  # hundredths of a point: the least on a slide
FROM_EDGE = '<c:xMode val="edge"/><c:yMode val="edge"/>'
_NO_LEADERS = (
    '<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" '
    'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)
_PLACES = {"inside": "ctr", "middle": "ctr", "end": "outEnd", "above": "t", "right": "r"}
# The two axes, names and values, and those of the bars in front.
_AXES, _FRONT = (1001, 1002), (1003, 1004)
# How names stand on an axis: one by one, or by the year.
_BY_NAME = (
    '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="{skip}"/>'
    '<c:noMultiLvlLbl val="1"/>'
)
_BY_YEAR = (
    '<c:lblOffset val="100"/><c:baseTimeUnit val="years"/><c:majorUnit val="{skip}"/>'
    '<c:majorTimeUnit val="years"/>'
)
# What is drawn first lies behind.
_PLOTS = ("area", "", "front", "lines")


def chart_xml(native: Native, lang: str) -> bytes:
    """The part of the package that holds a chart, with its numbers as the table has them."""
    used = _used(native)
    plots = "".join(_plot(native, plot, lang) for plot in used)
    axes = "".join(
        _axes(native, ids, lang) for ids in (_AXES, *([_FRONT] if "front" in used else []))
    )
    head = title(native.title, lang, bold=True, place=(0, 0)) if native.title else ""
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<c:chartSpace {_SPACES}>"
        f'<c:date1904 val="0"/><c:lang val="{tag(lang)}"/><c:roundedCorners val="0"/>'
        f'<c:chart>{head}<c:autoTitleDeleted val="{int(not head)}"/>'
        f"<c:plotArea>{_layout(native)}{plots}{axes}</c:plotArea>{_legend(native, lang)}"
        f'<c:plotVisOnly val="1"/><c:dispBlanksAs val="{"span" if "lines" in used else "gap"}"/>'
        f"</c:chart>{letters(lang)}</c:chartSpace>"
    ).encode()


def _used(native: Native) -> list[str]:
    return [p for p in _PLOTS if any(_plot_of(s, native) == p for s in native.series)]


def plots_of(native: Native) -> list[str]:
    """The kinds of plots it is drawn with: "bar", "col", "lineChart", "areaChart"."""
    kinds = {"area": "areaChart", "lines": "lineChart"}
    bars = "bar" if native.form == "bars" else "col"
    return [kinds.get(plot, bars) for plot in _used(native)]


def _plot_of(series: Series, native: Native) -> str:
    return series.plot or ("lines" if native.form == "lines" else "")


def _layout(native: Native) -> str:
    if native.margins is None:
        return "<c:layout/>"
    left, top, right, bottom = native.margins
    inner = f'<c:layoutTarget val="inner"/>{FROM_EDGE}'
    return place_of(inner, x=left, y=top, w=1 - left - right, h=1 - top - bottom)


def _plot(native: Native, plot: str, lang: str) -> str:
    """The series of a plot and how they stand together."""
    places = [i for i, s in enumerate(native.series) if _plot_of(s, native) == plot]
    series = "".join(_series(native, i, lang) for i in places)
    names, values = _FRONT if plot == "front" else _AXES
    axes = f'<c:axId val="{names}"/><c:axId val="{values}"/>'
    if plot == "lines":
        return (
            '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
            f'{series}<c:marker val="1"/>{axes}</c:lineChart>'
        )
    if plot == "area":
        return (
            '<c:areaChart><c:grouping val="stacked"/><c:varyColors val="0"/>'
            f"{series}{axes}</c:areaChart>"
        )
    stacking = "clustered" if plot else native.stacking or "clustered"
    gap, overlap = native.front if plot else (native.gap, _overlap(native))
    return (
        f'<c:barChart><c:barDir val="{"bar" if native.form == "bars" else "col"}"/>'
        f'<c:grouping val="{stacking}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{gap}"/><c:overlap val="{overlap}"/>{axes}</c:barChart>'
    )


def _overlap(native: Native) -> int:
    """Stacked bars lie over one another; so do series of which each category has only one."""
    values = zip(*(s.values for s in native.series if s.paint and not s.plot), strict=True)
    alone = all(sum(abs(v or 0) > 1e-6 for v in row) < 2 for row in values)
    return 100 if native.stacking or alone else -10


def _series(native: Native, place: int, lang: str) -> str:
    series, names = native.series[place], native.names
    letter, last = column_letter(place + 1), len(names) + 1
    kind, dated = ("num", "<c:formatCode>yyyy</c:formatCode>") if native.dates else ("str", "")
    plot = _plot_of(series, native)
    lines = plot == "lines"
    shape = _line(series) if lines else _fill(series.paint)
    mark = _marker(series) if lines else "" if plot == "area" else '<c:invertIfNegative val="0"/>'
    end = '<c:smooth val="0"/>' if lines else ""
    points = "".join(_point(i, escape(name)) for i, name in enumerate(names))
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>{SHEET}!${letter}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/>{_point(0, escape(printable(series.name)))}</c:strCache></c:strRef>'
        f"</c:tx><c:spPr>{shape}</c:spPr>{mark}{labels(series, lang)}{_drop(series)}"
        f"<c:cat><c:{kind}Ref><c:f>{SHEET}!$A$2:$A${last}</c:f><c:{kind}Cache>{dated}"
        f'<c:ptCount val="{len(names)}"/>{points}</c:{kind}Cache></c:{kind}Ref></c:cat>'
        f"<c:val><c:numRef><c:f>{SHEET}!${letter}$2:${letter}${last}</c:f>"
        f"{_numbers(series)}</c:numRef></c:val>{end}</c:ser>"
    )


def _numbers(series: Series) -> str:
    points = "".join(_point(i, number(v)) for i, v in enumerate(series.values) if v is not None)
    return (
        f"<c:numCache><c:formatCode>{escape(series.number_format)}</c:formatCode>"
        f'<c:ptCount val="{len(series.values)}"/>{points}</c:numCache>'
    )


def _point(place: int, text: str) -> str:
    return f'<c:pt idx="{place}"><c:v>{text}</c:v></c:pt>'


def _fill(paint: Paint | None) -> str:
    if paint is None:
        return "<a:noFill/><a:ln><a:noFill/></a:ln>"
    if paint.pattern:
        fill = (
            f'<a:pattFill prst="{_PATTERNS[paint.pattern]}"><a:fgClr>{rgb(paint.line)}</a:fgClr>'
            f"<a:bgClr>{rgb(paint.fill)}</a:bgClr></a:pattFill>"
        )
    else:
        fill = solid(paint.fill)
    # A line of paper colour divides neighbours that colour alone does not tell apart.
    edge, width = (paint.outline, 9525) if paint.outline else (colour("ink.paper"), 19050)
    return f'{fill}<a:ln w="{width}">{solid(edge)}</a:ln>'


def _line(series: Series) -> str:
    mark = series.mark
    if mark is None or not mark.width:
        return "<a:ln><a:noFill/></a:ln>"
    pairs = zip(mark.dash[::2], mark.dash[1::2], strict=True)
    stops = "".join(f'<a:ds d="{round(1e5 * d)}" sp="{round(1e5 * s)}"/>' for d, s in pairs)
    dash = f"<a:custDash>{stops}</a:custDash>" if stops else ""
    return f'<a:ln w="{round(12700 * mark.width)}">{solid(mark.ink)}{dash}<a:round/></a:ln>'


def _marker(series: Series) -> str:
    mark = series.mark
    if mark is None or not mark.shape:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    fill = solid(colour("ink.paper") if mark.hollow else mark.ink)
    return (
        f'<c:marker><c:symbol val="{_SHAPES[mark.shape]}"/><c:size val="{round(mark.size)}"/>'
        f'<c:spPr>{fill}<a:ln w="15875">{solid(mark.ink)}</a:ln></c:spPr></c:marker>'
    )


def _drop(series: Series) -> str:
    """Strokes from the values down, or up where they are negative."""
    if not series.drops or series.mark is None:
        return ""
    ways = ""
    for side, sign in (("plus", -1), ("minus", 1)):
        steps = enumerate(max(sign * drop, 0) for drop in series.drops)
        points = "".join(_point(i, number(step)) for i, step in steps)
        count = f'<c:ptCount val="{len(series.drops)}"/>'
        numbers = f"<c:formatCode>General</c:formatCode>{count}{points}"
        ways += f"<c:{side}><c:numLit>{numbers}</c:numLit></c:{side}>"
    return (
        '<c:errBars><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="1"/>{ways}'
        f'<c:spPr><a:ln w="22225">{solid(series.mark.ink)}</a:ln></c:spPr></c:errBars>'
    )


def _axes(native: Native, ids: tuple[int, int], lang: str) -> str:
    """Categories and values. Lying bars read from the top down, with their scale at the foot; the
    axes of the bars in front are the same, and not seen."""
    lying, seen = native.form == "bars", ids == _AXES
    turn, crossing = ("maxMin", "max") if lying else ("minMax", "autoZero")
    sides = "lb" if lying else "bl"
    bounds = "".join(
        f'<c:{end} val="{value}"/>'
        for end, value in (("max", native.high), ("min", native.low))
        if value is not None
    )
    ticks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    ink = colour("bar.edge" if native.low and native.low < 0 else "ink.rule")
    edge = f'<c:spPr><a:ln w="12700">{solid(ink)}</a:ln></c:spPr>'
    grid = f'<c:spPr><a:ln w="9525">{solid(colour("ink.grid"))}</a:ln></c:spPr>'
    grid = f"<c:majorGridlines>{grid}</c:majorGridlines>" if seen else ""
    along = native.form == "lines"
    key = title(native.key, lang, bold=False, place=(0, 0.94)) if native.key and seen else ""
    step = f'<c:majorUnit val="{native.step}"/>' if native.step else ""
    kind, code, last = "catAx", "General", _BY_NAME.format(skip=native.skip)
    if native.dates:
        kind, code, last = "dateAx", "yyyy", _BY_YEAR.format(skip=native.skip)
    return (
        f'<c:{kind}><c:axId val="{ids[0]}"/><c:scaling><c:orientation val="{turn}"/></c:scaling>'
        f'<c:delete val="{int(not seen)}"/><c:axPos val="{sides[0]}"/>'
        f"{grid if along and not native.axis_format else ''}{key}"
        f'<c:numFmt formatCode="{code}" sourceLinked="0"/>{ticks}<c:tickLblPos val="low"/>'
        f'{edge}{letters(lang)}<c:crossAx val="{ids[1]}"/><c:crosses val="autoZero"/>'
        f'<c:auto val="0"/>{last}</c:{kind}>'
        f'<c:valAx><c:axId val="{ids[1]}"/>'
        f'<c:scaling><c:orientation val="minMax"/>{bounds}</c:scaling>'
        f'<c:delete val="{int(not seen or not native.axis_format)}"/>'
        f'<c:axPos val="{sides[1]}"/>{grid if native.axis_format else ""}'
        f'<c:numFmt formatCode="{quoted(native.axis_format or "0")}" sourceLinked="0"/>{ticks}'
        '<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{letters(lang, colour("ink.quiet"))}<c:crossAx val="{ids[0]}"/>'
        f'<c:crosses val="{crossing}"/>'
        f'<c:crossBetween val="{"midCat" if along else "between"}"/>{step}</c:valAx>'
    )


def _legend(native: Native, lang: str) -> str:
    """Above the plot, without the series that are not seen; none for a series that stands alone."""
    seen = [series.paint is not None for series in native.series]
    if sum(seen) < 2 or not native.legend:
        return ""
    left_out = "".join(
        f'<c:legendEntry><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>'
        for i, shown in enumerate(seen)
        if not shown
    )
    place = ""
    if native.title and native.margins:  # else it would lie on the title
        lines = native.margins[1] - native.head
        place = place_of(FROM_EDGE, x=0, y=native.head, w=1, h=lines)
    return (
        f'<c:legend><c:legendPos val="t"/>{left_out}{place}<c:overlay val="0"/>{letters(lang)}'
        "</c:legend>"
    )


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
