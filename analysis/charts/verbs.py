"""Two verbs for every table: `chart` draws it, `tell` says it. Office, language, base and part of
the schools come with the table; which chart and which words are its own stands in the registry."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.sentences import Sentences, tell_chart, tell_data, tell_rows
from analysis.charts.style import own_colours
from analysis.reference import About, SuiteError
from analysis.tables import about_of, known_table, lang_of

_ROOM = __name__.rpartition(".")[0]


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
    with own_colours(kind, colours):
        drawn = _foremost(table, kind, asked)
        function = getattr(import_module(f"{_ROOM}.{kind}"), f"chart_{kind}")
        made: Chart = _call(function, drawn, told | {"preset": preset}, asked)
    made.colours = tuple(colours)
    return made


def _foremost(table: pd.DataFrame, kind: str, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Of more groups than a picture holds those where there is most to do."""
    if kind not in ("levels", "gaps"):
        return table
    part = asked.get("target_id")
    return foremost_groups(table if part is None else table[table["target_id"].eq(part)])


def foremost_groups(table: pd.DataFrame, *, most: int = 13) -> pd.DataFrame:
    """The groups of a `measure_levels` table in which most schools hold no level, or of a
    `compare_to_targets` table those farthest below a target, and the total.

    Groups stay in their order. A province has more wards than a picture holds; these are the ones
    where there is most to do. A table with no more than `most` groups stays as it is.
    """
    is_compared = "gap_points" in table
    rows = table if is_compared else table[table["standing"].astype("str") == "1"]
    left = -rows["gap_points"] if is_compared else rows["schools_total"] - rows["reached_count"]
    groups = left.groupby(rows["group"].where(rows["group"] != "all"), sort=False)
    most_left = groups.agg("max" if is_compared else "sum")
    kept = most_left.sort_values(ascending=False, kind="stable").index[:most]
    return table[table["group"].isin([*kept, "all"])].reset_index(drop=True)


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
