"""The notes below a slide: what the chart shows in numbers, how it was counted, and from what."""

from __future__ import annotations

from analysis.charts import Described
from analysis.charts.numbers import read_gaps, read_targets
from analysis.charts.words import standing_of
from analysis.reference import Number, say


def notes_of(chart: Described | None, alt: str, source: str, lang: str) -> str:
    """The lines of the notes; of a figure of one's own only its description and source."""
    if chart is None or chart.kind == "own":
        return "\n".join(filter(None, (alt, source)))
    lines = [
        say("notes_shows", lang, text=alt),
        say("notes_measure", lang, text=chart.subtitle),
        *(say("notes_reading", lang, text=text) for text in _readings(chart)),
        _method(chart),
        source,
    ]
    return "\n".join(line for line in lines if line)


def _method(chart: Described) -> str:
    """How a kind of chart is counted; for a kind without words of its own, what holds for all."""
    try:
        return say(f"notes_method_{chart.kind}", chart.lang)
    except KeyError:
        return say("notes_method", chart.lang)


def _readings(chart: Described) -> list[str]:
    """How each target of a comparison is read, and over which schools."""
    lang, year = chart.lang, chart.about.school_year
    if chart.kind == "targets":
        rows, _ = read_targets(chart.table, year, lang)
    elif chart.kind == "gaps":
        rows = read_gaps(chart.table, year, None, lang)[0][-1:]
    else:
        rows = []
    return [
        say(
            "notes_target",
            lang,
            label=row.label,
            corridor=row.corridor,
            counted=say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level),
            base=say(f"base_{row.base}", lang),
            total=Number(row.amount.total),
            off=standing_of(row, lang),
        )
        for row in rows
    ]
