"""What is said in sentences, computed, so that they stay true when the data change: of the data and
the targets as a whole, of a chart, and of tables without sentences of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.numbers import NothingStated
from analysis.charts.words import Words, check_language, day, said_before
from analysis.reference import SCHEMES, About, Number, Percent, Share, TargetSet, say
from analysis.tables import Table, known_table
from analysis.tables.words import title_of, worded

_MOST_ROWS = 5
# Signs that Markdown, HTML, mathematics or automatic links would take for more than they are; and
# at the start of a line those of lists.
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>#!|~&$^=@]|:(?=//)|(?<=www)\.|^[-+]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"
)


@dataclass(frozen=True, repr=False)
class Sentences:
    """Sentences that show as a paragraph in a notebook and as text elsewhere."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.lines)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        """As Markdown in which every sign stands for itself."""
        return _MARKUP.sub(_as_sign, str(self))


def _as_sign(found: re.Match[str]) -> str:
    """A sign as a character reference; a dollar alone in an element never begins a formula."""
    sign = f"&#{ord(found[0])};"
    return f"<span>{sign}</span>" if found[0] == "$" else sign


def scoped(w: Words, table: pd.DataFrame, *lines: str) -> Sentences:
    """Sentences on a table that say of which part of the schools they are, and how targets are
    read, where that is not the usual."""
    scope = said_before(w.about, table, w.lang)
    return Sentences((f"{scope}: {lines[0]}", *lines[1:]) if scope and lines else lines)


def remarked(remark: str) -> list[str]:
    """A remark as a sentence."""
    return [f"{remark}."] if remark else []


def nobody(table: pd.DataFrame, w: Words) -> str:
    """No school is in the base, or it is unclear whether one is."""
    unclear = int(table["base_unclear_count"].max()) if "base_unclear_count" in table else 0
    facts = {"school_year": w.about.school_year, "schools": w.schools(unclear)}
    return w.say("told_nothing_unsure" if unclear else "told_nothing", **facts)


class YearTables(Protocol):
    """What a school year has to say of its data."""

    @property
    def identified(self) -> pd.DataFrame: ...
    @property
    def ledger(self) -> pd.DataFrame: ...
    @property
    def issues(self) -> pd.DataFrame: ...
    @property
    def about(self) -> About: ...
    @property
    def schemes(self) -> list[str]: ...


def tell_data(year: YearTables, *, lang: str = "vi") -> Sentences:
    """How many rows came in and what became of them; how many schools they are."""
    check_language(lang)
    ledger, schools = year.ledger, year.identified
    fates = ("rows_in", "accepted", "set_aside", "ignored", "doubts")
    rows = {c: int(ledger[c].sum()) for c in fates}
    outcomes = year.issues["outcome"].value_counts()
    found = {c: int(outcomes.get(c, 0)) for c in ("repaired", "warning")}
    counts = {"schools": len(schools), "in_scope": int(schools["in_scope"].sum())}
    lines = [
        say("data_told_place", lang, office=year.about.office(lang), **_when(year.about)),
        say("data_told_rows", lang, files=ledger["source_file"].nunique(), **_whole(rows)),
        say("data_told_cells", lang, **_whole({"doubts": rows["doubts"], **found})),
        say("data_told_schools", lang, **_whole(counts)),
    ]
    for scheme in (s for s in SCHEMES if s not in year.schemes):
        lines.append(NothingStated(year.about.school_year, scheme).told(lang))
    scope = year.about.note(lang)
    return Sentences((*lines, f"{scope}.") if scope else tuple(lines))


def tell_period(targets: TargetSet, *, about: About, lang: str = "vi") -> Sentences:
    """Which targets these are, and whether they are in force or reference on the as-of date."""
    check_language(lang)
    if not targets.parts:
        return Sentences((say("period_told_none", lang, **_when(about)),))
    title = ": ".join(dict.fromkeys([targets.title(lang), targets.document]))
    facts = {"title": title, "deadline": day(targets.deadline), **_when(about)}
    lines = [say("period_told", lang, **facts)]
    if about.as_of > targets.last_day:
        lines.append(say("period_told_after", lang, **facts))
    elif about.school_year < targets.period[0]:
        lines.append(say("period_told_before", lang, first=targets.period[0], **facts))
    return Sentences((*lines, targets.regime(lang)))


def tell_indicators(indicators: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """How many of the office's other targets are met, and which are not or are not stated."""
    check_language(lang)
    rows = indicators[indicators["school_year"] == about.school_year]
    titles = rows.drop_duplicates("target_id").groupby("target_met")["title"].agg(list)
    found = {v: titles.get(v, []) for v in ("met", "not_met", "not_stated")}
    counts = {name: len(names) for name, names in found.items()}
    total = sum(counts.values())
    lines = [
        say("indicators_told" if total else "indicators_told_none", lang, total=total, **counts)
    ]
    for verdict in ("not_met", "not_stated"):
        if found[verdict]:
            lines.append(say(f"indicators_told_{verdict}", lang, list="; ".join(found[verdict])))
    return Sentences(tuple(lines))


def tell_chart(chart: Chart) -> Sentences:
    """What a chart shows: its finding, then its numbers as they are told to who cannot see it."""
    end = "" if chart.headline.endswith((".", "!", "?")) else "."
    return Sentences(tuple(filter(None, (f"{chart.headline}{end}", chart.alt))))


def tell_groups(spread: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """At which target the groups differ most and least, from a table of `compare_groups`."""
    check_language(lang)
    rows = spread[(spread["school_year"] == about.school_year) & spread["groups_count"].gt(1)]
    rows = rows.sort_values("spread_points", ascending=False, kind="stable")
    if rows.empty:
        return Sentences((say("groups_told_none", lang),))
    w = Words(lang)
    lines = [_spread("groups_told_most", rows.iloc[0], w)]
    if len(rows) > 1:
        lines.append(_spread("groups_told_least", rows.iloc[-1], w))
    return Sentences(tuple(lines))


def _spread(key: str, row: Any, w: Words) -> str:
    by, label = row["by"], row.get(f"label_{w.lang}") or row["target_id"]
    words = {"label": label, "kind": w.kind(by), "points": Number(row["spread_points"], 1)}
    for end in ("lowest", "highest"):
        words[end] = w.names([w.in_text(by, group) for group in row[f"{end}_groups"]])
        words[f"{end}_percent"] = Percent(row[f"{end}_percent"], 1)
    return w.say(key, **words)


def _when(about: About) -> dict[str, str]:
    return {"school_year": about.school_year, "date": day(about.as_of)}


def _whole(counts: dict[str, int]) -> dict[str, Number]:
    return {name: Number(count) for name, count in counts.items()}


def tell_rows(table: pd.DataFrame, *, about: About, lang: str) -> Sentences:
    """The rows in number, then the total rows (of a table without groups all of them), the first
    few, each with what was counted."""
    known = known_table(table)
    if table.empty and "nothing" in table.attrs:
        return Sentences((say(table.attrs["nothing"], lang, school_year=about.school_year),))
    rows = table[table["group"].eq("all")] if "group" in table else table
    head = say("told_rows", lang, title=title_of(table, lang), count=Number(len(table)))
    if known.listing or rows.empty:
        return Sentences((head,))
    keys = [c for c in known.key if c in rows and c not in ("by", "school_year")]
    words = pd.DataFrame({c: worded(rows, c, lang) for c in keys}, index=rows.index)
    lines = []
    for row, told in zip(rows.to_dict("records"), words.to_dict("records"), strict=True):
        name = ", ".join(filter(None, map(str, told.values()))) or "–"
        if numbers := "; ".join(_numbers(known, row, lang)):
            lines.append(say("told_row", lang, name=name, numbers=numbers))
    return Sentences((head, *lines[:_MOST_ROWS]))


def _numbers(known: Table, row: Mapping[Any, Any], lang: str) -> Iterator[str]:
    """What was counted in a row: k of n as shares, other counts and numbers with their heading."""
    columns = [c for c in map(known.column, known.columns) if not pd.isna(row.get(c.name))]
    of = {c.of or (c.name, c.within) for c in columns if c.of or c.within in row}
    for count, total in sorted(of):
        if not pd.isna(row.get(count)) and not pd.isna(row.get(total)):
            yield Share(int(row[count]), int(row[total])).text(lang)
    told = {name for pair in of for name in pair} | {*known.key}
    for column in columns:
        if column.kind in ("count", "number") and column.name not in told:
            value = row[column.name]
            places = 0 if column.kind == "count" or value == int(value) else 1
            yield f"{column.heading(lang)}: {Number(value, places).text(lang)}"
