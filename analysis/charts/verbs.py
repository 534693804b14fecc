"""Two verbs for every table: `chart` draws it, `tell` says it. Office, language, base and part of
the schools come with the table; which chart and which words are its own stands in the registry."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import pandas as pd

from analysis.charts.figure import Chart, NothingToDraw
from analysis.charts.foremost import foremost_groups
from analysis.charts.sentences import Sentences, nobody, tell_chart, tell_data, tell_rows
from analysis.charts.style import own_colours
from analysis.charts.words import Words
from analysis.measure import NOT_STATED
from analysis.reference import About, SuiteError
from analysis.tables import about_of, known_table, lang_of

_ROOM = __name__.rpartition(".")[0]
_FULL = ("chart_too_many_groups", "chart_too_many_lines")


def chart(
    table: pd.DataFrame,
    *,
    kind: str = "",
    preset: str = "slide",
    colours: Sequence[str] = (),
    lang: str = "",
    **asked: Any,
) -> Chart:
    """Draw a table of this package; which chart it is, the table says.

    `kind` asks for another of its charts (a table of levels: "levels", "change", "units"; of
    targets: "targets", "gaps", "progress"); `preset` is "slide", "half" or "page"; `colours` are
    your own for its marks. What else may be asked depends on the chart: `target_id` (which part of
    the targets), `level` (which level is spoken of), `group`, `since` (the year to compare with),
    `past` (a comparison over years, for the way to a target). Raises SuiteError for a table that is
    not of this package, and for what its chart cannot be asked.

    >>> year = load_year("2024-2025", lang="en")
    >>> chart(measure_levels(year, scheme="cqg", by="education_level")).headline
    '34/38 schools (89.5%) are at national standard level 1 or higher; ...'
    """
    known = known_table(table)
    if not known.charts:
        raise SuiteError("table_without_chart", table=known.name)
    kind = kind or _usual(known.charts[0], known.chart_if, table, asked)
    if kind not in known.charts:
        facts = {"kind": kind, "known": ", ".join(known.charts)}
        raise SuiteError("chart_other_kind", table=known.name, **facts)
    told = _about(table, lang, known.name)
    if sentence := _nothing(table, **told):
        return NothingToDraw(sentence, preset=preset, **told)
    with own_colours(kind, colours):
        made = _fitting(table, kind, told | {"preset": preset}, asked)
    made.colours = tuple(colours)
    return made


def _nothing(table: pd.DataFrame, about: About, lang: str) -> str:
    """Why there is nothing to draw, though rows are there: no school is in any of them (all rows of
    the lists are set aside, or none is of a school the question is about), or the lists say of none
    in which group it is; "" where there is something."""
    counts = [column for column in ("schools_total", "schools_count") if column in table]
    if len(table) and counts and not table[counts].fillna(0).any(axis=None):
        return nobody(table, Words(lang, about))
    groups = {*table["group"].astype("str")} if "group" in table else set()
    if NOT_STATED in groups <= {NOT_STATED, "all"}:
        w = Words(lang, about)
        kind = w.kind(str(table["by"].iloc[0]))
        return w.say("nothing_not_grouped", school_year=about.school_year, kind=kind)
    return ""


def _fitting(
    table: pd.DataFrame, kind: str, told: Mapping[str, Any], asked: Mapping[str, Any]
) -> Chart:
    """Draw all groups, or of more than a picture holds those where there is most to do."""
    function = getattr(import_module(f"{_ROOM}.{kind}"), f"chart_{kind}")
    part = table[table["target_id"].eq(asked["target_id"])] if asked.get("target_id") else table
    few = foremost_groups(part) if kind in ("levels", "gaps") else table
    few = few if len(few) < len(part) else table
    while True:
        try:
            drawn: Chart = _call(function, few, told, asked)
        except SuiteError as full:
            most = int(str(full.facts.get("most", 0))) - 1  # the total stays
            if full.key not in _FULL or most < 1:
                raise
            few = foremost_groups(part, most=most)  # to say so takes room: it may need another turn
        else:
            return drawn


def tell(what: Any, *, lang: str = "", **asked: Any) -> Sentences:
    """Say in computed sentences what a table, a chart or a whole school year shows.

    Of a table the same may be asked as of its chart (`target_id`, `level`).

    >>> year = load_year("2024-2025", lang="en")
    >>> print(tell(compare_to_targets(year, by="education_level"), target_id="Q").lines[0])
    CQG level 1 or 2 on 31/05/2025: All schools 34/38 (89.5%) against ...
    """
    if isinstance(what, Chart):
        return tell_chart(what)
    if hasattr(what, "ledger"):
        return tell_data(what, lang=lang or what.lang)
    known = known_table(what)
    name = _usual(known.tell, known.tell_if, what, asked)
    told = _about(what, lang, known.name)
    if name:
        function = getattr(sys.modules[_ROOM], f"tell_{name}")
        said: Sentences = _call(function, what, told, asked)
        return said
    return tell_chart(chart(what, lang=lang, **asked)) if known.charts else tell_rows(what, **told)


def _usual(
    name: str, instead: Mapping[str, str], table: pd.DataFrame, asked: Mapping[str, Any]
) -> str:
    """The usual one, or that for what the table holds: several years, schemes, or groups."""
    for what, other in instead.items():
        if _HOLDS[what](table, asked):
            return other
    return name


def _several(table: pd.DataFrame, column: str) -> bool:
    return column in table and table[column].nunique() > 1


def _has_groups(table: pd.DataFrame, asked: Mapping[str, Any]) -> bool:
    """Whether groups of one target are set side by side."""
    groups = bool(table["group"].ne("all").any())
    return groups and ("target_id" in asked or not _several(table, "target_id"))


_HOLDS: Mapping[str, Callable[[pd.DataFrame, Mapping[str, Any]], bool]] = {
    "several_years": lambda table, _: _several(table, "school_year"),
    "several_schemes": lambda table, _: _several(table, "scheme"),
    "groups": _has_groups,
}


def _about(table: pd.DataFrame, lang: str, name: str) -> dict[str, Any]:
    """Office and language of a table."""
    about: About | None = about_of(table)
    if about is None:
        raise SuiteError("table_of_no_year", table=name)
    return {"about": about, "lang": lang_of(table, lang)}


def _call(
    function: Callable[..., Any],
    table: pd.DataFrame,
    told: Mapping[str, Any],
    asked: Mapping[str, Any],
) -> Any:
    """Call a function of this room with what it takes; what it does not know is an error."""
    takes = inspect.signature(function).parameters
    strange = [word for word in asked if word not in takes]
    if strange:
        known = ", ".join(list(takes)[1:]) or "–"
        raise SuiteError("chart_unknown_option", name=", ".join(strange), known=known)
    return function(table, **{k: v for k, v in told.items() if k in takes}, **asked)
