"""What stands on a slide: the words, numbers and picture of one message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import Described, one_line, png_bytes
from analysis.charts.words import Words, footer
from analysis.export.places import check_name
from analysis.export.shown import ShownTable, is_known, show_table
from analysis.reference import About, SuiteError, say, sentence
from analysis.slides.fitting import has_room
from analysis.slides.forms import natives_of
from analysis.slides.graph import chart_xml
from analysis.slides.gridded import fits
from analysis.slides.native import Native, datasheet

COVER = "deck.cover"  # no name of a chart has a point
MOST_ROWS = 10  # of a table on a slide


@dataclass(frozen=True)
class Slide:
    """A figure of one's own with the words it needs on a slide.

    `alt` tells what the figure shows to who cannot see it; `title` is the message in one sentence;
    `table` holds the numbers behind the figure, and is put on a slide of its own.

    >>> slide = Slide(chart(measure_sessions(load_year("2024-2025"))), title="Hai buổi mỗi ngày")
    >>> slide.title
    'Hai buổi mỗi ngày'
    """

    figure: Figure | Described
    title: str = ""
    alt: str = ""
    subtitle: str = ""
    source: str = ""
    notes: str = ""
    table: pd.DataFrame | None = None


@dataclass(frozen=True)
class Message:
    """One slide as it is written. `texts`: what each box says, by the name of the box."""

    name: str
    texts: Mapping[str, str]
    alt: str
    natives: tuple[Native, ...] = ()
    picture: Callable[[], bytes] = field(default=bytes, repr=False)
    band: tuple[float, float] = (0.0, 1.0)
    table: ShownTable | None = None
    lang: str = "vi"

    @cached_property
    def png(self) -> bytes:
        """The picture of a message that is no chart of PowerPoint."""
        return self.picture()

    @cached_property
    def sheets(self) -> list[bytes]:
        """The workbook inside each chart of PowerPoint."""
        return [datasheet(native) for native in self.natives]

    @cached_property
    def drawn(self) -> list[bytes]:
        """The XML of each chart of PowerPoint."""
        return [chart_xml(native, self.lang) for native in self.natives]

    @property
    def alts(self) -> list[str]:
        """What is told of each chart or picture to who cannot see it."""
        return [alt for alt in (self.alt, *(native.title for native in self.natives[1:])) if alt]


def messages_of(
    slides: Mapping[str, Figure | Described | Slide], about: About | None, lang: str
) -> Iterator[Message]:
    """The messages in their order; each figure that is no chart of PowerPoint takes two slides
    where its numbers are known: picture and table."""
    for name, given in slides.items():
        check_name(name)
        slide = given if isinstance(given, Slide) else Slide(given)
        message = _message(name, slide, about, lang)
        yield message
        table = _table_behind(slide, message)
        if table is not None:
            title = say("deck_table_title", lang, title=message.texts["title"])
            shown = _fitting(table, lang)
            source = " ".join(filter(None, (shown.note, message.texts["source"])))
            texts = {**message.texts, "title": title, "source": source}
            yield Message(f"{name}.table", texts, message.alt, table=shown)


def cover_of(about: About, lang: str) -> Message:
    """The first slide: whose figures, of which year, as of when."""
    where = Words(lang, about).place
    texts = {
        "title": say("deck_cover_title", lang),
        "subtitle": f"{where['office']}\n"
        + say("cover_year", lang, year=about.school_year, as_of=where["date"]),
        "source": footer(about, lang),
        "tag": _tag(about, lang),
    }
    return Message(COVER, texts, "")


def _message(name: str, slide: Slide, about: About | None, lang: str) -> Message:
    figure = slide.figure
    chart = figure if isinstance(figure, Described) else None
    told = chart.about if chart else about
    alt = one_line(slide.alt or (chart.alt if chart else ""))
    title = one_line(slide.title or _title(figure))
    if not alt:
        raise SuiteError("slide_no_alt", name=name)
    if not title:
        raise SuiteError("slide_no_title", name=name)
    source = footer(told, lang, chart.remark if chart else "") if told else ""
    return Message(
        name,
        {
            "title": title,
            "subtitle": one_line(slide.subtitle) or (chart.subtitle if chart else ""),
            "source": one_line(slide.source) or (_source(chart, source, lang) if chart else source),
            "tag": _tag(told, lang) if told else "",
            "notes": slide.notes or _notes(chart, alt, source, lang),
        },
        alt,
        natives_of(figure),
        chart.png if chart else lambda: _drawn(slide.figure, title, alt),
        chart.band if chart else (0.0, 1.0),
        lang=lang,
    )


def _notes(chart: Described | None, alt: str, source: str, lang: str) -> str:
    """The lines of the notes below a slide: what the chart shows in numbers, how it was counted,
    and from what; of a figure of one's own only its description and source."""
    if chart is None or chart.kind == "own":
        return "\n".join(filter(None, (alt, source)))
    try:
        method = say(f"notes_method_{chart.kind}", chart.lang)
    except KeyError:  # a kind without words of its own: what holds for all
        method = say("notes_method", chart.lang)
    lines = [say("notes_shows", lang, text=alt), say("notes_measure", lang, text=chart.subtitle)]
    lines += [say("notes_reading", lang, text=text) for text in chart.readings]
    return "\n".join(line for line in (*lines, method, source) if line)


def _source(chart: Described, source: str, lang: str) -> str:
    """What fits at the foot of a slide: where the remark names so many schools that it does not,
    they stand in the notes only."""
    if not chart.remark or has_room("source", source):
        return source
    hangs_on = say("unclear_hangs_on", lang, names="").lstrip("; ")
    before, found, _ = chart.remark.partition(hangs_on)
    named = f"{before}{found}{say('deck_names_in_notes', lang)}"
    return footer(chart.about, lang, named if found else say("deck_see_notes", lang))


def _title(figure: Figure | Described) -> str:
    return figure.headline if isinstance(figure, Described) else figure.get_suptitle()


def _drawn(figure: Any, title: str, alt: str) -> bytes:
    return png_bytes(figure, {"Title": title, "Description": alt})


def _table_behind(slide: Slide, message: Message) -> pd.DataFrame | None:
    """The numbers behind a picture; a chart of PowerPoint has them inside."""
    if message.natives:
        return None
    if slide.table is not None or not isinstance(slide.figure, Described):
        return slide.table
    return _told(slide.figure.table) if len(slide.figure.table) else None


def _fitting(table: pd.DataFrame, lang: str) -> ShownTable:
    """As many rows as a slide has room for; the note says how many there are."""
    for most in range(MOST_ROWS, 0, -1):
        shown = show_table(table, lang=lang, most=most)
        if fits(shown):
            break
    return shown


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """A matrix without the many cells in which there is no school; it and an analyst's own table
    without the words that stand in every row: title and source line have them."""
    if "standing_from" in table:
        table = table[table["schools_count"].ne(0)]
    elif len(table) < 2 or is_known(table):
        return table
    words = table.select_dtypes(exclude="number").astype("str")
    alike = [name for name in words if words[name].nunique() == 1]
    return table.drop(columns=alike) if len(alike) < len(table.columns) else table


def _tag(about: About, lang: str) -> str:
    return sentence(say("synthetic", lang)) if about.synthetic else ""
