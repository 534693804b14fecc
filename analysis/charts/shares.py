"""The shares of a table of levels as one's own figure needs them: in words, with their title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.charts.coded import GROUPED, words_of
from analysis.charts.reading import NothingStated
from analysis.charts.words import TOTAL, day, group_name
from analysis.reference import About, Share, SuiteError, say, sentence

_NEEDED = {"school_year", "scheme", "base", "by", "group", "standing", "reached_count"}
_FIGURES = ("reached_count", "schools_total", "reached_percent", "reached_unclear_count")
_MOST, _LOWEST = 15, 3
_LARGE, _UNCLEAR = 30, "*"  # from so many cells on the words of unclear ones have no room


@dataclass(frozen=True)
class Shares:
    """`table`: one row per group (and school year, and unit), with `reached_count`,
    `schools_total`, `reached_percent` and `share`, "5/7"; `total`: the same of all schools.
    `title` says what is counted, `alt` tells the totals and the lowest shares."""

    table: pd.DataFrame
    total: pd.DataFrame
    title: str
    alt: str
    percents: pd.DataFrame
    texts: pd.DataFrame


def shares_of(levels: pd.DataFrame, *, level: int, lang: str, about: About | None) -> Shares:
    """The rows of one level or higher."""
    if not set(levels) >= _NEEDED:
        missing = ", ".join(sorted(_NEEDED - set(levels)))
        raise SuiteError("figure_no_levels", columns=missing)
    ungrouped = bool(levels["group"].eq(TOTAL).all())
    if ungrouped and (levels.empty or levels["by"].ne("").any()):
        return _nothing(levels, lang)
    rows = levels[levels["standing"].astype("str").eq(str(level))].reset_index(drop=True)
    if ungrouped:
        raise SuiteError("figure_no_groups")
    keys = str(rows["by"].iloc[0]).split(",")
    told = rows.assign(
        reached_percent=rows["reached_percent"].where(rows["schools_total"] > 0).astype("float64"),
    )
    of_all = told["group"].eq(TOTAL)
    groups = told[~of_all]
    table = words_of(groups.rename(columns={"group": keys[0]}) if len(keys) == 1 else groups, lang)
    table = _with_share(table[["school_year", *keys, *_FIGURES]], lang)
    total = _totals(told[of_all], lang)
    what, shown = _title(rows, keys, level, lang, about), ""
    wide = (pd.DataFrame(), pd.DataFrame())
    if len(keys) == 2:
        wide = _wide(table, keys[0], keys[1], lang)
        shown = _shown(what, len(wide[0]), table[keys[0]].nunique(), lang)
        if wide[0].isna().to_numpy().any():
            shown = say("own_shares_empty", lang, title=shown)
        if wide[1].map(lambda text: text.endswith(_UNCLEAR)).to_numpy().any():
            shown = say("own_shares_unclear", lang, title=shown)
    alt = _alt(what, table, total, keys, lang)
    return Shares(table, total, shown or what, alt, *wide)


def _nothing(levels: pd.DataFrame, lang: str) -> Shares:
    """Of what no list states: one sentence, and one empty cell."""
    school_year = max([*levels.attrs.get("school_years", ()), *levels["school_year"], ""])
    key = "told_nothing" if len(levels) else ""
    told = NothingStated(school_year, levels.attrs.get("scheme", ""), key).told(lang)
    columns = ["school_year", "unit", *GROUPED, "group", *_FIGURES, "share"]
    none = pd.DataFrame({column: [] for column in dict.fromkeys(columns)})
    percents = pd.DataFrame({"": [float("nan")]}, index=[""])
    texts = pd.DataFrame({"": ["–"]}, index=[""])
    whole = {"school_year": [school_year], "group": [group_name("", TOTAL, lang)]}
    total = pd.DataFrame({**whole, "reached_percent": [float("nan")], "share": ["–"]})
    return Shares(none, total, told, told, percents, texts)


def _with_share(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    return table.assign(share=[a.text(lang, "bare") for a in _amounts(table)]).reset_index(
        drop=True
    )


def _amounts(table: pd.DataFrame) -> list[Share]:
    columns = (table["reached_count"], table["schools_total"], table["reached_unclear_count"])
    return [Share(*map(int, row)) for row in zip(*columns, strict=True)]


def _totals(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row per school year: all schools together."""
    counts = ["reached_count", "schools_total", "reached_unclear_count"]
    sums = rows.groupby("school_year", as_index=False)[counts].sum()
    percent = 100 * sums["reached_count"] / sums["schools_total"].where(sums["schools_total"] > 0)
    whole = group_name("", TOTAL, lang)
    sums = sums.assign(group=whole, reached_percent=percent.astype("float64"))
    return _with_share(sums, lang)


def _title(
    rows: pd.DataFrame, keys: Sequence[str], level: int, lang: str, about: About | None
) -> str:
    what = say(f"reached_{rows['scheme'].iloc[0]}", lang, level=level)
    groups = " × ".join(say(f"by_{key}", lang) for key in keys)
    words = {"what": sentence(say("own_schools", lang, what=what, by=groups))}
    words["base"] = say(f"base_{rows['base'].iloc[0]}", lang)
    if about is None or rows["school_year"].nunique() > 1:
        return say("own_shares_years", lang, **words)
    return say("own_shares", lang, date=day(about.as_of), **words)


def _wide(
    table: pd.DataFrame, rows: str, across: str, lang: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first grouping by the second, those with most schools to go; the percents, and k/n as it
    is written."""
    table = table[table["schools_total"].groupby(table[rows]).transform("sum") > 0]
    missing = (table["schools_total"] - table["reached_count"]).groupby(table[rows]).sum()
    kept = set(missing.sort_values(ascending=False, kind="stable").index[:_MOST])
    some = table[table[rows].isin(kept)]
    unknown = say("group_unknown", lang)
    some = some.assign(**{rows: some[rows].astype("str").replace("unknown", unknown)})
    percents, texts = (
        some.pivot(index=rows, columns=across, values=what).reindex(some[rows].unique())
        for what in ("reached_percent", "share")
    )
    mark = _UNCLEAR if texts.size > _LARGE else "\n(\\1)"
    broken = texts.map(lambda text: re.sub(r" \((.*)\)$", mark, text), na_action="ignore")
    return percents, broken.astype("object").where(percents.notna(), "–")


def _shown(title: str, shown: int, total: int, lang: str) -> str:
    if shown == total:
        return title
    return say("own_shares_some", lang, title=title, shown=shown, all=total)


def _alt(
    what: str, table: pd.DataFrame, total: pd.DataFrame, keys: Sequence[str], lang: str
) -> str:
    """The title, the totals and the lowest shares of the newest year."""
    newest = table[table["school_year"].eq(table["school_year"].max())]
    newest = newest[newest["schools_total"] > 0]
    order = newest.sort_values(["reached_percent", "schools_total"], ascending=[True, False])
    low = order.head(_LOWEST)
    names = [" · ".join(map(str, row)) for row in low[[*keys]].to_numpy()]
    lows = zip(names, _amounts(low), strict=True)
    lowest = "; ".join(f"{name}: {amount.text(lang)}" for name, amount in lows)
    pairs = zip(total["school_year"], _amounts(total), strict=True)
    whole = "; ".join(f"{school_year}: {a.text(lang)}" for school_year, a in pairs)
    told = f"{group_name('', TOTAL, lang)} {whole}"
    title = what.replace("\n", ". ")
    return say("own_shares_alt", lang, title=title, total=told, lowest=lowest)
