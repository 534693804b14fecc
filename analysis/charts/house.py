"""The house style for one's own figures: `an.style(year)`, then seaborn or matplotlib as usual; and
what they need of a table: its codes in words, in their order and colours, and its shares."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.charts.numbers import STANDINGS, NothingStated
from analysis.charts.own import own_figure
from analysis.charts.style import colour, own_settings, palette, standing_paint, without_session
from analysis.charts.words import TOTAL, Words, check_language
from analysis.reference import (
    LANGUAGES,
    SCHEMES,
    About,
    Share,
    SuiteError,
    language_of_notebook,
    sentence,
)
from analysis.tables.words import in_word

# matplotlib's settings hold for the whole session, and so does the style that is worn.
_worn: list[House] = []


def style(year: Any = None, *, lang: str | None = None) -> House:
    """Put the house style on every figure made from now on with matplotlib or seaborn: letters,
    colours, the decimal comma, headings for names of columns.

    With a school year (or its `about`) its language is taken, and source, as-of day and the mark of
    illustrative data stand below each figure, in the notebook and as saved. Until the session ends,
    or for the length of a `with`; the charts of this package are drawn as ever.

    >>> with style(lang="en") as house:
    ...     house.lang
    'en'
    """
    about = getattr(year, "about", year)
    lang = check_language(lang or getattr(year, "lang", None) or language_of_notebook())
    house = House(lang, about)
    house.wear()
    return house


def adopt(figure: Figure) -> None:
    """Called by pyplot with each figure it makes: `figure.hooks` of the settings asks for it."""
    if _worn:
        _put_on_again()
        own_figure(figure, _worn[-1].lang, _worn[-1].about)


def _put_on_again() -> None:
    """Undo what `sns.set_theme()` sets by default, which many an example begins with; a theme that
    somebody chose stays."""
    seaborn = sys.modules.get("seaborn")
    if seaborn is None:
        return
    settings = own_settings()
    for theme in (seaborn.axes_style("darkgrid"), seaborn.plotting_context("notebook")):
        if all(mpl.rcParams[name] == value for name, value in theme.items()):
            _set({name: settings[name] for name in theme})
    if seaborn.color_palette() == seaborn.color_palette("deep"):
        names = ("axes.prop_cycle", "patch.facecolor")
        _set({name: settings[name] for name in names})


def _set(settings: Any) -> None:
    mpl.rcParams.update(settings)


class House:
    """The style that `style` puts on. `shades` is the colour map from little to much; below its
    range it is the white of the paper. As a context manager it gives back what was before."""

    def __init__(self, lang: str, about: About | None) -> None:
        self.lang, self.about = lang, about
        self._before = without_session(mpl.rcParams.copy())
        self._worn_before = [*_worn]

    def wear(self) -> None:
        """Put it on."""
        _set(own_settings())
        _worn[:] = [self]

    def __enter__(self) -> House:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        _set(self._before)
        _worn[:] = self._worn_before

    @property
    def shades(self) -> Colormap:
        """The colours of a share, 0 to 100%: `cmap=house.shades, vmin=0, vmax=100`."""
        shades = LinearSegmentedColormap.from_list("house", palette("figures")["shades"])
        return shades.with_extremes(bad=colour("ink.paper"), under=colour("ink.paper"))

    def words(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same table with its codes in words, as ordered categories of the values there are:
        education levels and standings in their order. Other columns stay as they are.

        >>> house.words(year.schools)["education_level"].cat.categories.tolist()  # doctest: +SKIP
        ['Mầm non', 'Tiểu học', 'THCS', 'TH&THCS']
        """
        return words_of(table, Words(self.lang))

    def palette(self, table: pd.DataFrame, column: str) -> dict[Any, str]:
        """The colour of each value of a column, for `palette=` beside `hue=`: a standing, an
        education level and an ownership have the same in every figure."""
        return colours_of(table, column, Words(self.lang))

    def shares(self, levels: pd.DataFrame, *, level: int = 1) -> Shares:
        """The shares of a table of `measure_levels`, as a figure needs them, in words."""
        return shares_of(levels, level, Words(self.lang, self.about))


GROUPED = {"education_level": "level", "ownership": "ownership"}
_UNKNOWN = ("unknown", "")


def words_of(table: pd.DataFrame, w: Words) -> pd.DataFrame:
    """The table with its codes as ordered categories of the names that occur."""
    made = {}
    for column in map(str, table.columns):
        names = _names(table, column, w)
        if names:
            made[column] = _categories(table[column], names)
    return table.assign(**made)


def colours_of(table: pd.DataFrame, column: str, w: Words) -> dict[Any, str]:
    """The colour of each value of a column, codes and names alike."""
    if column not in table:
        raise SuiteError("figure_no_column", column=column, known=", ".join(map(str, table)))
    values = [*_values(table[column])]
    whole = palette("figures")["whole"]
    fixed = {TOTAL: whole, w.group("", TOTAL): whole} | _colours(table, column, w)
    cycle = iter(palette("figures")["cycle"])
    others = [value for value in values if value not in fixed]
    if len(others) > len(palette("figures")["cycle"]):
        most = len(palette("figures")["cycle"])
        raise SuiteError("figure_too_many", column=column, count=len(others), most=most)
    return {value: fixed.get(value) or next(cycle) for value in values}


def _colours(table: pd.DataFrame, column: str, w: Words) -> dict[Any, str]:
    """The colours of the codes of a column, and of their names."""
    names = _names(table, column, w)
    scheme, by = _scheme(table, column), _by(table, column)
    family = palette("families").get(GROUPED.get(by, ""), {})
    inks = {
        code: standing_paint(scheme, code).flat if scheme else family.get(code, "")
        for code in names
        if scheme or code in family
    }
    told = [_names(table, column, Words(lang)) for lang in (w.lang, *LANGUAGES)]
    return inks | {of[code]: ink for of in told for code, ink in inks.items()}


def _names(table: pd.DataFrame, column: str, w: Words) -> dict[str, str]:
    """The names of a column's codes in their order; {} for a column that has none."""
    if scheme := _scheme(table, column):
        return {code: w.standing(scheme, code) for code in STANDINGS if _has(scheme, code)}
    by = _by(table, column)
    if by in GROUPED:
        codes = (*palette("families")[GROUPED[by]], *_UNKNOWN, TOTAL)
        return {code: w.group(by, code) for code in codes}
    return {}


def _has(scheme: str, standing: str) -> bool:
    standings = palette("standings")
    return standing in standings[scheme] or standing in standings["other"]


def _scheme(table: pd.DataFrame, column: str) -> str:
    """The scheme whose standings a column holds; "" for any other column."""
    for scheme in SCHEMES:
        if column == f"{scheme}_standing":
            return scheme
    if column == "standing" and "scheme" in table and table["scheme"].nunique() == 1:
        return str(table["scheme"].iloc[0])
    return ""


def _by(table: pd.DataFrame, column: str) -> str:
    """What a column groups by."""
    if column == "group" and "by" in table and table["by"].nunique() == 1:
        return str(table["by"].iloc[0])
    return column


def _categories(column: pd.Series, names: dict[str, str]) -> pd.Series:
    """The names, as an ordered category of those there are; what has none stays what it is."""
    found = column.astype("object").map(lambda value: names.get(value, value))
    order = [name for name in dict.fromkeys(names.values()) if name in set(found)]
    order += [value for value in found.dropna().unique() if value not in order]
    return found.astype(pd.CategoricalDtype(order, ordered=True))


def _values(column: pd.Series) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.categories
    return column.dropna().unique()


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


def shares_of(levels: pd.DataFrame, level: int, w: Words) -> Shares:
    """The rows of one level or higher."""
    if not set(levels) >= _NEEDED:
        missing = ", ".join(sorted(_NEEDED - set(levels)))
        raise SuiteError("figure_no_levels", columns=missing)
    ungrouped = bool(levels["group"].eq(TOTAL).all())
    if ungrouped and (levels.empty or levels["by"].ne("").any()):
        return _nothing(levels, w)
    rows = levels[levels["standing"].astype("str").eq(str(level))].reset_index(drop=True)
    if ungrouped:
        raise SuiteError("figure_no_groups")
    keys = str(rows["by"].iloc[0]).split(",")
    told = rows.assign(
        reached_percent=rows["reached_percent"].where(rows["schools_total"] > 0).astype("float64"),
    )
    of_all = told["group"].eq(TOTAL)
    groups = told[~of_all]
    table = words_of(groups.rename(columns={"group": keys[0]}) if len(keys) == 1 else groups, w)
    table = _with_share(table[["school_year", *keys, *_FIGURES]], w)
    total = _totals(told[of_all], w)
    what, shown = _title(rows, keys, level, w), ""
    wide = (pd.DataFrame(), pd.DataFrame())
    if len(keys) == 2:
        wide = _wide(table, keys[0], keys[1], w)
        shown = _shown(what, len(wide[0]), table[keys[0]].nunique(), w)
        if wide[0].isna().to_numpy().any():
            shown = w.say("own_shares_empty", title=shown)
        if wide[1].map(lambda text: text.endswith(_UNCLEAR)).to_numpy().any():
            shown = w.say("own_shares_unclear", title=shown)
    alt = _alt(what, table, total, keys, w)
    return Shares(table, total, shown or what, alt, *wide)


def _nothing(levels: pd.DataFrame, w: Words) -> Shares:
    """Of what no list states: one sentence, and one empty cell."""
    school_year = max([*levels.attrs.get("school_years", ()), *levels["school_year"], ""])
    key = "told_nothing" if len(levels) else ""
    told = NothingStated(school_year, levels.attrs.get("scheme", ""), key).told(w.lang)
    columns = ["school_year", "unit", *GROUPED, "group", *_FIGURES, "share"]
    none = pd.DataFrame({column: [] for column in dict.fromkeys(columns)})
    percents = pd.DataFrame({"": [float("nan")]}, index=[""])
    texts = pd.DataFrame({"": ["–"]}, index=[""])
    whole = {"school_year": [school_year], "group": [w.group("", TOTAL)]}
    total = pd.DataFrame({**whole, "reached_percent": [float("nan")], "share": ["–"]})
    return Shares(none, total, told, told, percents, texts)


def _with_share(table: pd.DataFrame, w: Words) -> pd.DataFrame:
    return table.assign(share=[a.text(w.lang, "bare") for a in _amounts(table)]).reset_index(
        drop=True
    )


def _amounts(table: pd.DataFrame) -> list[Share]:
    columns = (table["reached_count"], table["schools_total"], table["reached_unclear_count"])
    return [Share(*map(int, row)) for row in zip(*columns, strict=True)]


def _totals(rows: pd.DataFrame, w: Words) -> pd.DataFrame:
    """One row per school year: all schools together."""
    counts = ["reached_count", "schools_total", "reached_unclear_count"]
    sums = rows.groupby("school_year", as_index=False)[counts].sum()
    percent = 100 * sums["reached_count"] / sums["schools_total"].where(sums["schools_total"] > 0)
    whole = w.group("", TOTAL)
    sums = sums.assign(group=whole, reached_percent=percent.astype("float64"))
    return _with_share(sums, w)


def _title(rows: pd.DataFrame, keys: Sequence[str], level: int, w: Words) -> str:
    what = w.say(f"reached_{rows['scheme'].iloc[0]}", level=level)
    groups = in_word(",".join(keys), ("by",), w.lang, "")
    words = {"what": sentence(w.say("own_schools", what=what, by=groups))}
    words["base"] = w.base(rows["base"].iloc[0])
    if w.about is None or rows["school_year"].nunique() > 1:
        return w.say("own_shares_years", **words)
    return w.say("own_shares", date=w.date, **words)


def _wide(
    table: pd.DataFrame, rows: str, across: str, w: Words
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first grouping by the second, those with most schools to go; the percents, and k/n as it
    is written."""
    table = table[table["schools_total"].groupby(table[rows]).transform("sum") > 0]
    missing = (table["schools_total"] - table["reached_count"]).groupby(table[rows]).sum()
    kept = set(missing.sort_values(ascending=False, kind="stable").index[:_MOST])
    some = table[table[rows].isin(kept)]
    unknown = w.say("group_unknown")
    some = some.assign(**{rows: some[rows].astype("str").replace("unknown", unknown)})
    percents, texts = (
        some.pivot(index=rows, columns=across, values=what).reindex(some[rows].unique())
        for what in ("reached_percent", "share")
    )
    mark = _UNCLEAR if texts.size > _LARGE else "\n(\\1)"
    broken = texts.map(lambda text: re.sub(r" \((.*)\)$", mark, text), na_action="ignore")
    return percents, broken.astype("object").where(percents.notna(), "–")


def _shown(title: str, shown: int, total: int, w: Words) -> str:
    if shown == total:
        return title
    return w.say("own_shares_some", title=title, shown=shown, all=total)


def _alt(what: str, table: pd.DataFrame, total: pd.DataFrame, keys: Sequence[str], w: Words) -> str:
    """The title, the totals and the lowest shares of the newest year."""
    newest = table[table["school_year"].eq(table["school_year"].max())]
    newest = newest[newest["schools_total"] > 0]
    order = newest.sort_values(["reached_percent", "schools_total"], ascending=[True, False])
    low = order.head(_LOWEST)
    names = [" · ".join(map(str, row)) for row in low[[*keys]].to_numpy()]
    lows = zip(names, _amounts(low), strict=True)
    lowest = "; ".join(f"{name}: {amount.text(w.lang)}" for name, amount in lows)
    pairs = zip(total["school_year"], _amounts(total), strict=True)
    whole = "; ".join(f"{school_year}: {a.text(w.lang)}" for school_year, a in pairs)
    told = f"{w.group('', TOTAL)} {whole}"
    title = what.replace("\n", ". ")
    return w.say("own_shares_alt", title=title, total=told, lowest=lowest)
