"""The charts of a school year as a collection to look at, to choose from and to export."""

from __future__ import annotations

import base64
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from analysis.charts import Chart
from analysis.reference import SuiteError

_THUMBNAIL = 480


class Shown(NamedTuple):
    """A chart, the heading it stands under, and what is said and tabled below it."""

    name: str
    heading: str
    chart: Chart
    told: Any
    table: pd.DataFrame


@dataclass(frozen=True)
class ShownYear:
    """The charts of a school year in the order one would show them; a notebook shows them small."""

    shown: tuple[Shown, ...]
    lang: str = "vi"
    _thumbnails: dict[str, str] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<ShownYear: {', '.join(self.charts)}>"

    def __iter__(self) -> Iterator[Shown]:
        return iter(self.shown)

    @property
    def charts(self) -> dict[str, Chart]:
        """The charts by name, as `export_deck` takes them."""
        return {one.name: one.chart for one in self.shown}

    @property
    def listed(self) -> pd.DataFrame:
        """One row per chart: `name`, and its finding in `headline`."""
        rows = [(one.name, one.chart.headline) for one in self.shown]
        return pd.DataFrame(rows, columns=["name", "headline"])

    def choose(self, names: str | Iterable[str]) -> ShownYear:
        """Only the charts named, in the order asked for ("so-voi-chi-tieu, cqg-qua-cac-nam"); an
        empty choice is all of them. SuiteError for a name there is not, with the nearest."""
        asked = names.split(",") if isinstance(names, str) else names
        wanted = [name.strip() for name in asked if name.strip()]
        found = {one.name: one for one in self.shown}
        for name in wanted:
            if name not in found:
                raise _unknown(name, list(found))
        chosen = tuple(found[name] for name in wanted) if wanted else self.shown
        return ShownYear(chosen, self.lang, self._thumbnails)

    def _repr_html_(self) -> str:
        """A sheet of small pictures with their names."""
        cells = "".join(map(self._cell, self.shown))
        return f'<div class="sheet" style="display:flex;flex-wrap:wrap;gap:12px">{cells}</div>'

    def _cell(self, one: Shown) -> str:
        if one.name not in self._thumbnails:
            small = one.chart.preview(_THUMBNAIL)
            self._thumbnails[one.name] = base64.b64encode(small).decode("ascii")
        picture, alt = self._thumbnails[one.name], escape(one.chart.alt, quote=True)
        return (
            f'<figure style="margin:0"><img alt="{alt}" width="{_THUMBNAIL // 2}" '
            f'src="data:image/png;base64,{picture}">'
            f"<figcaption>{escape(one.name)}</figcaption></figure>"
        )


def _unknown(name: str, known: list[str]) -> SuiteError:
    near = difflib.get_close_matches(name, known, 1)
    facts = {"near": near[0]} if near else {}
    key = "shown_unknown_near" if near else "shown_unknown"
    return SuiteError(key, name=name, known=", ".join(known), **facts)
