"""What stands on a slide: the words, numbers and picture of one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import Described, one_line, png_bytes
from analysis.charts.words import Words, footer, tags_of
from analysis.export.places import check_name
from analysis.export.shown import ShownTable, is_known, show_table
from analysis.reference import About, SuiteError, say
from analysis.slides.fitting import has_room
from analysis.slides.forms import natives_of
from analysis.slides.graph import chart_xml
from analysis.slides.gridded import fits
from analysis.slides.native import Native, datasheet

COVER = "deck.cover"  # no name of a chart has a point
_OFFICE = "\0"  # stands for its name, which may have a point in it
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
    def has_body(self) -> bool:
        """Whether there is a chart, a picture or a table below its words; a cover has none."""
        return bool(self.natives) or self.table is not None or self.picture is not bytes

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
            told = slide.figure.about if isinstance(slide.figure, Described) else about
            source = _source(told, lang, shown.note) if told else shown.note
            texts = {**message.texts, "title": title, "source": slide.source or source}
            yield Message(f"{name}.table", texts, message.alt, table=shown)


def table_message(
    name: str, title: str, table: pd.DataFrame, about: About, lang: str, notes: str = ""
) -> Message:
    """A slide of a table, as many rows of it as there is room for."""
    shown, where = _fitting(table, lang), Words(lang, about).place
    year = say("cover_year", lang, year=about.school_year, as_of=where["date"])
    texts = {
        "title": title.rstrip("."),
        "subtitle": _with_room("subtitle", (f"{where['office']}. {year}.", f"{year}.")),
        "source": _source(about, lang, shown.note),
        "tag": tag_of(about, lang),
        "notes": "\n".join(filter(None, (notes or title, shown.note, footer(about, lang)))),
    }
    return Message(name, texts, notes or title, table=shown, lang=lang)


def cover_of(about: About, lang: str) -> Message:
    """The first slide: whose figures, of which year, as of when."""
    where = Words(lang, about).place
    texts = {
        "title": say("deck_cover_title", lang),
        "subtitle": f"{where['office']}\n"
        + say("cover_year", lang, year=about.school_year, as_of=where["date"]),
        "source": footer(about, lang),
        "tag": tag_of(about, lang),
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
            "subtitle": one_line(slide.subtitle) or (_subtitle(chart) if chart else ""),
            "source": one_line(slide.source) or (_source_of(told, chart, lang) if told else ""),
            "tag": tag_of(told, lang, getattr(figure, "revised", False)),
            "notes": slide.notes or _notes(chart, alt, source, lang),
        },
        alt,
        natives_of(figure),
        chart.png if chart else lambda: _drawn(slide.figure, title, alt),
        chart.band if chart else (0.0, 1.0),
        lang=lang,
    )


def _subtitle(chart: Described) -> str:
    """Of the subtitle the first sentence and as many more as one line has room for, the last ones,
    which say who is counted, before the office, which the cover names; all of it is in the notes.
    """
    if not chart.subtitle:  # a figure of one's own
        return ""
    office = Words(chart.lang, chart.about).place["office"]
    parts = chart.subtitle.replace(office, _OFFICE).rstrip(".").split(". ")
    kept = [0]
    for i in (0, *reversed(range(1, len(parts)))):
        more = sorted({*kept, i})
        told = " ".join(f"{parts[j]}." for j in more).replace(_OFFICE, office)
        if has_room("subtitle", told):
            kept = more
    told = " ".join(f"{parts[j]}." for j in kept).replace(_OFFICE, office)
    return _with_room("subtitle", (told, f"{told.partition('; ')[0].rstrip('.')}."))


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


def _source_of(about: About, chart: Described | None, lang: str) -> str:
    """The source line of a chart; where its remark names so many schools that they have no room,
    they stand in the notes only."""
    remark = chart.remark if chart else ""
    hangs_on = say("unclear_hangs_on", lang, names="").lstrip("; ")
    before, found, _ = remark.partition(hangs_on)
    short = f"{before}{found}{say('deck_names_in_notes', lang)}" if found else ""
    return _source(about, lang, remark, short or (say("deck_see_notes", lang) if remark else ""))


def _source(about: About, lang: str, *remarks: str) -> str:
    """Source, the first of the remarks that there is room for, and the date and the office's own
    note if there is room for these too."""
    bare = replace(about, note_vi="", note_en="")
    source = say("table_source", lang, source=about.source(lang).rstrip("."))
    wanted = [
        told
        for remark in filter(None, remarks)
        for told in (
            footer(about, lang, remark),
            footer(bare, lang, remark),
            f"{source}. {remark}.",
        )
    ]
    return _with_room("source", wanted or [footer(about, lang), footer(bare, lang)])


def _with_room(part: str, texts: Iterable[str]) -> str:
    """The first of some texts that has room in a box, else the last."""
    found = [*texts]
    return next((text for text in found if has_room(part, text)), found[-1])


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
    if len(alike) == len(table.columns):
        return table
    told = table.drop(columns=alike)
    told.attrs |= {"scheme": str(table["scheme"].iloc[0])} if "scheme" in alike else {}
    return told


def tag_of(about: About | None, lang: str, revised: bool = False) -> str:
    """What the tag of a slide says of its data, a line each; "" for nothing."""
    return "\n".join(tags_of(about, lang, revised))
