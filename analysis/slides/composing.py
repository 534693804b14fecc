"""The deck of a school year: what a meeting needs on six slides, everything else behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from analysis.charts.words import Words
from analysis.export.summary import Summary
from analysis.reference import say
from analysis.slides.slide import Message, messages_of, table_message, tag_of


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
