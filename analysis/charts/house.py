"""The house style for one's own figures: `an.style(year)`, then seaborn or matplotlib as usual."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.charts.coded import colours_of, words_of
from analysis.charts.own import own_figure
from analysis.charts.reading import check_language
from analysis.charts.shares import Shares, shares_of
from analysis.charts.style import colour, own_settings, palette, without_session
from analysis.reference import About, language_of_notebook

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
        return words_of(table, self.lang)

    def palette(self, table: pd.DataFrame, column: str) -> dict[Any, str]:
        """The colour of each value of a column, for `palette=` beside `hue=`: a standing, an
        education level and an ownership have the same in every figure."""
        return colours_of(table, column, self.lang)

    def shares(self, levels: pd.DataFrame, *, level: int = 1) -> Shares:
        """The shares of a table of `measure_levels`, as a figure needs them, in words."""
        return shares_of(levels, level=level, lang=self.lang, about=self.about)
