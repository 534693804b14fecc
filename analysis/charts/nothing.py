"""What stands in the place of a chart where the lists of a year say nothing of its question."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import pandas as pd

from analysis.charts.figure import Chart
from analysis.charts.reading import NothingStated, check_language
from analysis.reference import About

P = ParamSpec("P")


class NothingToDraw(Chart):
    """No chart: it is shown as nothing and saved nowhere, and `tell_chart` says in one sentence
    why. So a notebook, a deck or a report goes on with what there is."""

    def __init__(self, sentence: str, *, about: About, lang: str, preset: str) -> None:
        none = pd.DataFrame()
        words = {"headline": sentence, "subtitle": "", "alt": ""}
        super().__init__(preset, **words, table=none, about=about, lang=lang, kind="nothing")
        self.headline, self.alt = sentence, ""

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, str]:
        return {"text/html": ""}


def or_nothing(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """Give a chart, or NothingToDraw where nothing is stated."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Chart:
        try:
            return draw(*args, **kwargs)
        except NothingStated as nothing:
            how: dict[str, Any] = {"lang": "vi", "preset": "slide"}
            how |= {name: kwargs[name] for name in ("about", "lang", "preset") if name in kwargs}
            return NothingToDraw(nothing.told(check_language(how["lang"])), **how)

    return drawn
