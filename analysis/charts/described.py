"""What is said of a picture: its words, its numbers, and what was asked of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.charts.scope import total_of, variant_of
from analysis.reference import About


class Described:
    """A chart in words and numbers, drawn in this session or read from where it was saved.

    `headline` is the finding, `subtitle` says what is counted, where and when, `alt` tells the
    numbers to who cannot see them, `remark` is what the footer adds, `table` the tidy frame that
    was drawn. `kind` names the question ("levels"; "own" for a figure of one's own), `asked` what
    was asked for beside the table ({"level": 2}); `band` is the part of the height, from the top,
    between headline and source line; `colours` are an analyst's own.
    """

    headline: str
    subtitle: str
    alt: str
    remark: str
    kind: str
    lang: str
    table: pd.DataFrame
    about: About
    asked: dict[str, Any]
    band: tuple[float, float]
    colours: tuple[str, ...]

    @property
    def part(self) -> str:
        """What all its schools together are called where they are not all of the office."""
        return total_of(self.about, self.table, self.lang)

    @property
    def variant(self) -> list[str]:
        """What the name of its file says beside the question: the part of the schools, and another
        reading or base than the usual one: ["phuong-huong-tra", "evaluated"]."""
        return variant_of(self.about, self.table)

    def png(self) -> bytes:
        """The picture as PNG with its alt text."""
        raise NotImplementedError

    def svg(self) -> bytes:
        """The picture as SVG, with a title and a description."""
        raise NotImplementedError

    def preview(self, width: int) -> bytes:
        """A small PNG in few colours, so many pixels wide."""
        raise NotImplementedError

    def description(self) -> dict[str, Any]:
        """All of it but table and picture, as plain values."""
        words = ("headline", "subtitle", "alt", "remark", "kind", "lang", "asked")
        told: dict[str, Any] = {name: getattr(self, name) for name in words}
        told |= {"band": [*self.band], "colours": [*self.colours]}
        about = asdict(self.about) | {"as_of": self.about.as_of.isoformat()}
        return told | {"about": about | {"reread": [*self.about.reread]}}
