"""Slides: one message each, with charts that can be edited in PowerPoint.

`export_deck` makes a deck, or brings this year's figures into last year's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import Described, NothingToDraw
from analysis.charts.words import Words
from analysis.export.places import place_of, write_whole
from analysis.export.shown import show_table
from analysis.export.summary import Summary
from analysis.reference import About, SuiteError, say
from analysis.slides.building import build_deck
from analysis.slides.refreshing import refresh_deck
from analysis.slides.slide import Message, Slide, cover_of, messages_of, table_message, tag_of
from analysis.tables import context, known

__all__ = ["Deck", "Slide", "export_deck"]


class Shown(Protocol):
    """Charts by name, of one office, in one language."""

    @property
    def charts(self) -> Mapping[str, Described]: ...
    @property
    def about(self) -> About: ...
    @property
    def lang(self) -> str: ...


@dataclass(frozen=True)
class Deck:
    """A deck that was written. `changes`: one row per box, `slide` (its message), `part`, `change`.

    Changes: new, refreshed, same, added; left as they are: edited, no_figures, no_record,
    other_kind, removed.
    """

    path: Path
    changes: pd.DataFrame
    lang: str = "vi"

    @property
    def left(self) -> pd.DataFrame:
        """What a person should look at: the boxes that were left as they are, and why."""
        done = ["new", "refreshed", "same", "added"]
        return self.changes[~self.changes["change"].isin(done)].reset_index(drop=True)

    def __repr__(self) -> str:
        counts = self.changes["change"].value_counts()
        file, lang = self.path.name, self.lang
        if "new" in counts:
            return say("deck_new", lang, file=file, slides=self.changes["slide"].nunique())
        facts = {"refreshed": counts.get("refreshed", 0), "added": counts.get("added", 0)}
        head = say("deck_refreshed", lang, file=file, kept=len(self.left), **facts)
        return f"{head}\n{show_table(self.left, lang=lang)!r}" if len(self.left) else head


def export_deck(
    slides: Mapping[str, Figure | Described | Slide] | Shown | Summary,
    path: str | Path,
    *,
    about: About | None = None,
    lang: str = "",
    previous: str | Path | None = None,
) -> Deck:
    """Write slides to a .pptx: a cover, then one slide per name and chart; `slides` by name, the
    charts of `saved_charts`, or what `summarize` gives: six slides that tell a school year, and
    the other charts as an appendix. Office and language are those of the charts, if not given.

    Charts of this package become charts of PowerPoint, with their numbers; others a picture and a
    table. A figure of one's own needs a `Slide` with its title and alt text. A bare file name goes
    where `save_chart` puts its files.

    `previous`: a deck of earlier figures. Only its charts' numbers and the words we wrote change;
    what a person wrote, moved, restyled, added or deleted stays, and is told in `changes`.

    >>> export_deck({"phan-bo": chart}, "deck.pptx")  # doctest: +SKIP
    """
    summary = slides if isinstance(slides, Summary) else None
    if not isinstance(slides, Mapping):
        about, lang = about or slides.about, lang or slides.lang
        slides = slides.charts.charts if isinstance(slides, Summary) else slides.charts
    charts = [f for f in map(_figure, slides.values()) if isinstance(f, Described)]
    lang = lang or next((chart.lang for chart in charts), "vi")
    if not slides and about is None:
        raise SuiteError("deck_nothing")
    about = about or next((chart.about for chart in charts), None)
    slides = {n: s for n, s in slides.items() if not isinstance(_figure(s), NothingToDraw)}
    messages = [*(composed(summary) if summary else messages_of(slides, about, lang))]
    if about is not None:
        messages.insert(0, cover_of(about, lang))
    place = place_of(path)
    if previous is None:
        content, changes = build_deck(messages, _title(about, messages, lang), lang), _new(messages)
    else:
        content, changes = refresh_deck(_there(previous), messages, lang)
    write_whole(place, content)
    return Deck(place, known(_in(changes, lang), "deck_changes"), lang)


def _in(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    table.attrs |= context(None, lang)
    return table


def _figure(given: Figure | Described | Slide) -> Figure | Described:
    return given.figure if isinstance(given, Slide) else given


def _there(previous: str | Path) -> Path:
    """The deck of that name, here or where decks go."""
    return Path(previous) if Path(previous).exists() else place_of(previous)


def _title(about: About | None, messages: list[Message], lang: str) -> str:
    return about.office(lang) if about else messages[0].texts["title"]


def _new(messages: list[Message]) -> pd.DataFrame:
    rows = [(message.name, "slide", "new") for message in messages]
    return pd.DataFrame(rows, columns=["slide", "part", "change"])


def composed(summary: Summary) -> Iterator[Message]:
    """Summary, targets, gaps, which schools, what ends, next steps; then the other charts. What
    there is nothing to show of has its sentence in the summary only; no headline comes twice."""
    seen = Counter[str]()
    for message in _messages(summary):
        title = message.texts["title"]
        seen[title] += 1
        again = f"{title} ({seen[title]})" if seen[title] > 1 else title
        yield replace(message, texts={**message.texts, "title": again})


def _messages(summary: Summary) -> Iterator[Message]:
    about, lang, told = summary.about, summary.lang, summary.told
    leading = summary.leading
    others = {n: c for n, c in summary.charts.charts.items() if c not in leading.values()}

    def charts(*parts: str) -> Iterator[Message]:
        found = {leading[part].name: leading[part] for part in parts if part in leading}
        return messages_of(found, about, lang)

    def table(name: str, title: str, rows: pd.DataFrame, notes: str = "") -> Iterator[Message]:
        if len(rows):
            yield table_message(f"deck.{name}", title, rows, about, lang, notes)

    yield from table("summary", summary.title, summary.answer_table, "\n".join(told.values()))
    yield from charts("targets", "gaps")
    yield from table("schools", told["schools"], summary.schools)
    yield from charts("ends") if "ends" in leading else table("ends", told["ends"], summary.ending)
    yield from table("next", told["next"], summary.steps)
    if others:
        title, office = say("deck_appendix", lang), Words(lang, about).place["office"]
        texts = {"title": title, "subtitle": office, "tag": tag_of(about, lang)}
        yield Message("deck.appendix", texts, "", lang=lang)
        yield from messages_of(others, about, lang)
