"""New numbers in a chart that stands in a deck; how it looks stays as it is."""

from __future__ import annotations

import io
from copy import deepcopy
from itertools import count
from typing import Any

from analysis.export.steady import steady
from analysis.slides.native import SHEET, Native, Value, told_at
from analysis.slides.package import Deck
from analysis.slides.shapes import A, text_of

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# What of a series is data; all else is how it looks.
_DATA = ("idx", "order", "tx", "cat", "val")


def grid_of(root: Any) -> list[tuple[str, list[tuple[str, Value]]]]:
    """The series of a chart as its cache has them: name, then categories and values."""
    found = []
    for series in root.iter(f"{C}ser"):
        names, values = _points(series.find(f"{C}cat")), _points(series.find(f"{C}val"))
        texts = {i: text_of(label) for i, label in _labels(series).items()}
        numbers: list[tuple[str, Value]] = [
            (told_at(names[i], texts.get(i, "")), None if i not in values else float(values[i]))
            for i in sorted(names)
        ]
        found.append((_name(series), numbers))
    return found


def plots_in(root: Any) -> list[str]:
    """The kinds of plots of a chart, each as often as it is there: "bar", "col", "lineChart"."""
    plots = [e for e in next(root.iter(f"{C}plotArea")) if e.tag.endswith("Chart")]
    turned = ((plot, plot.find(f"{C}barDir")) for plot in plots)
    return [p.tag[len(C) :] if d is None else d.get("val") for p, d in turned]


def _labels(series: Any) -> dict[int, Any]:
    """The labels of a series that are words, by their points."""
    labels = series.find(f"{C}dLbls")
    found = () if labels is None else labels.findall(f"{C}dLbl")
    return {int(d.find(f"{C}idx").get("val")): d for d in found if d.find(f"{C}tx") is not None}


def _points(element: Any) -> dict[int, str]:
    if element is None:
        return {}
    return {int(p.get("idx")): p.findtext(f"{C}v") or "" for p in element.iter(f"{C}pt")}


def redraw(package: Deck, part: str, drawn: bytes, *, ours: bool) -> None:
    """Put new numbers into a chart: draw it anew where nobody has changed its look (`ours`).

    Else a series is known by its name, or by its place where its name says another year, and stays
    in the plot it is in: a person may have moved one to a second axis."""
    from lxml import etree

    old, new = package.root(part), etree.fromstring(drawn)
    if ours:
        new.extend(old.findall(f"{C}externalData"))
        package.put(part, new)
        return
    _rescale(new, old)
    looks = _looks(new, old)
    first = next(old.iter(f"{C}ser"))
    homes = {name: series.getparent() for name, series in looks.items()}
    every = [series.getparent() for series in old.iter(f"{C}ser")]
    plots = {_kind(plot): plot for plot in reversed(every)}
    fallback = first.getparent()
    places = {plot: list(plot).index(plot.find(f"{C}ser")) for plot in plots.values()}
    places |= {plot: list(plot).index(plot.find(f"{C}ser")) for plot in homes.values()}
    for series in [*old.iter(f"{C}ser")]:
        series.getparent().remove(series)
    for fresh in new.iter(f"{C}ser"):
        name, kind = _name(fresh), _kind(fresh.getparent())
        home = homes.get(name, plots.get(kind, fallback))
        look = looks.get(name)
        if look is None and home.tag != fresh.getparent().tag:
            look = deepcopy(first)
        home.insert(places[home], deepcopy(fresh) if look is None else _dressed(fresh, look))
        places[home] += 1
    package.put(part, old)


def _looks(new: Any, old: Any) -> dict[str, Any]:
    """The series that stands for each new one, by the name of the new one."""
    names = {_name(series) for series in new.iter(f"{C}ser")}
    looks = {_name(series): series for series in old.iter(f"{C}ser")}
    spare = [series for name, series in looks.items() if name not in names]
    for fresh in new.iter(f"{C}ser"):
        same = [s for s in spare if _kind(s.getparent()) == _kind(fresh.getparent())]
        same = [s for s in same if s[0].get("val") == fresh[0].get("val")]
        if _name(fresh) not in looks and same:
            looks[_name(fresh)] = same[0]
    return {name: series for name, series in looks.items() if name in names}


def _kind(plot: Any) -> tuple[str, ...]:
    """What a plot is: its kind, and how its bars lie and stand together."""
    parts = (plot.find(f"{C}{name}") for name in ("barDir", "grouping"))
    return (plot.tag, *("" if part is None else part.get("val") for part in parts))


def _rescale(new: Any, old: Any) -> None:
    """Ends and steps of the scales follow the numbers, where they were fixed; so does which series
    the legend leaves out."""
    pairs = zip(old.iter(f"{C}valAx"), new.iter(f"{C}valAx"), strict=False)
    for was, now in pairs:
        for path in (f"{C}scaling/{C}max", f"{C}scaling/{C}min", f"{C}majorUnit"):
            if was.find(path) is not None and now.find(path) is not None:
                was.find(path).set("val", now.find(path).get("val"))
    legends = old.find(f".//{C}legend"), new.find(f".//{C}legend")
    if None not in legends:
        for entry in legends[0].findall(f"{C}legendEntry"):
            legends[0].remove(entry)
        for entry in reversed(legends[1].findall(f"{C}legendEntry")):
            legends[0].find(f"{C}legendPos").addnext(deepcopy(entry))


def _name(series: Any) -> str:
    return _points(series.find(f"{C}tx")).get(0, "")


def _dressed(fresh: Any, look: Any) -> Any:
    """A series with the data of one and the look of another; number formats are look."""
    old_format = look.find(f"{C}val//{C}formatCode")
    for tag in _DATA:
        new, old = fresh.find(f"{C}{tag}"), look.find(f"{C}{tag}")
        if old is not None:
            look.replace(old, deepcopy(new))
    _reword(fresh, look)
    for side in ("plus", "minus"):  # of the strokes between two values
        new, old = fresh.find(f"{C}errBars/{C}{side}"), look.find(f"{C}errBars/{C}{side}")
        if new is not None and old is not None:
            old.getparent().replace(old, deepcopy(new))
    if old_format is not None:
        look.find(f"{C}val//{C}formatCode").text = old_format.text
    return look


def _reword(fresh: Any, look: Any) -> None:
    """New words in labels that stand, in their look; labels of new points come, others go."""
    new, old, home = _labels(fresh), _labels(look), look.find(f"{C}dLbls")
    if home is None or (not old and home.find(f"{C}showVal[@val='0']") is None):
        return  # it has no labels, or numbers
    for place in sorted({*new, *old}):
        if place not in new:
            home.remove(old[place])
        elif place in old:
            _say(old[place], new[place])
        elif home.find(f"{C}dLbl/{C}idx[@val='{place}']") is None:  # else a person removed it
            before = [d for d in home.findall(f"{C}dLbl") if int(d[0].get("val")) < place]
            home.insert(len(before), deepcopy(new[place]))


def _say(old: Any, new: Any) -> None:
    """Words and place of a label, in the look that each line of it has."""
    looks = [*old.iter(f"{A}p")]
    for tag in ("layout", "tx"):
        fresh, was = deepcopy(new.find(f"{C}{tag}")), old.find(f"{C}{tag}")
        if was is not None:
            old.replace(was, fresh)
        else:
            old.find(f"{C}idx").addnext(fresh)
    for i, paragraph in enumerate(old.find(f"{C}tx").iter(f"{A}p")):
        look = next(looks[min(i, len(looks) - 1)].iter(f"{A}rPr"), None)
        run = next(paragraph.iter(f"{A}rPr"))
        if look is not None:
            run.getparent().replace(run, deepcopy(look))


def refilled(old: bytes, native: Native) -> bytes:
    """The workbook inside, where a person has worked in it: only the block of our cells is new."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(old))
    if SHEET not in book.sheetnames:
        book.create_sheet(SHEET, 0)
    sheet, grid = book[SHEET], native.grid
    _clear(sheet)
    for r, line in enumerate(grid, 1):
        for c, value in enumerate(line, 1):
            cell = sheet.cell(r, c, value)
            if isinstance(value, str):
                cell.data_type = "s"
    for table in sheet.tables.values():
        table.ref = f"A1:{sheet.cell(len(grid), len(grid[0])).coordinate}"
    stream = io.BytesIO()
    book.save(stream)
    return steady(stream.getvalue())


def _clear(sheet: Any) -> None:
    """Empty the block that begins in A1: as far as headings and categories go without a gap."""
    width = next(c for c in count(2) if sheet.cell(1, c).value is None)
    height = next(r for r in count(2) if sheet.cell(r, 1).value is None)
    for row in sheet.iter_rows(max_row=height - 1, max_col=width - 1):
        for cell in row:
            cell.value = None
