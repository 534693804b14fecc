"""One chart for each part of a table, whatever parts there are: each target, or each scheme."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts import Chart, NothingToDraw, Sentences, chart, tell
from analysis.export import save_chart, show_table
from analysis.export.shown import ShownTable
from analysis.reference import slug


@dataclass(frozen=True)
class Charts:
    """Charts of the parts of one table, in their order; a notebook shows below each picture what
    it says, and its numbers where they were asked for."""

    charts: tuple[Chart, ...]
    told: tuple[Sentences, ...]
    tables: tuple[ShownTable, ...] = ()

    def __iter__(self) -> Iterator[Chart]:
        return iter(self.charts)

    def __len__(self) -> int:
        return len(self.charts)

    def __repr__(self) -> str:
        return "\n".join(map(str, self.told))

    def _ipython_display_(self) -> None:
        display = sys.modules["IPython"].display.display  # which asks for this
        said = set[str]()
        for place, (drawn, told) in enumerate(zip(self.charts, self.told, strict=True)):
            if not isinstance(drawn, NothingToDraw):
                display(drawn, told, *self.tables[place : place + 1])
            elif str(told) not in said:  # of two schemes there may be the same to say
                display(told)
            said.add(str(told))


def each_chart(
    table: pd.DataFrame, save: str = "", *, tabled: bool = False, lang: str = "", **asked: Any
) -> Charts:
    """Draw each part of a table by itself: of a comparison each target, else each scheme.

    `save` is the name their files get, with {} for the part: "khoang-cach-{}-theo-cap-hoc" gives
    khoang-cach-k1-theo-cap-hoc and so on. `tabled` shows the numbers of each below it. What else is
    asked goes to `chart`. A part of which nothing is stated is one sentence.

    >>> year = load_year("2024-2025")
    >>> gaps = compare_to_targets(year, by="education_level")
    >>> [one.headline.split(":")[0] for one in each_chart(gaps, lang="en")][-1]
    'CQG level 1 or 2'
    """
    charts, told, tables = [], [], []
    for place, (name, part, how) in enumerate(_parts(table)):
        drawn = chart(part, lang=lang, **asked | how)
        drawn.place = place
        charts.append(drawn)
        as_drawn = asked.get("kind") or isinstance(drawn, NothingToDraw)
        told.append(tell(drawn) if as_drawn else tell(part, lang=lang, **how))
        tables += [show_table(part, lang=lang)] if tabled else []
        if save and name:
            save_chart(drawn, save.replace("{}", slug(name)))
    return Charts(tuple(charts), tuple(told), tuple(tables))


def _parts(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, dict[str, str]]]:
    """Each part by its name, and how its chart is asked for. Targets of single education levels,
    which have one group, stand beside the others in the chart of all targets."""
    key = "target_id" if "target_id" in table else "scheme"
    own = table.attrs.get("of_schemes", {})
    names = [*dict.fromkeys([*table[key].astype("str"), *table.attrs.get("not_stated", own)])]
    groups = pd.Series(dtype="int64")
    if key == "target_id":
        groups = table[table["group"].ne("all")].groupby(key)["group"].nunique()
    several = [name for name in names if groups.get(name, 0) > 1]
    for name in (n for n in names if not several or n in several or n not in groups):
        part = table[table[key].eq(name)].reset_index(drop=True)
        part.attrs |= own.get(name, {})
        yield name, part, {"target_id": name} if key == "target_id" and len(part) else {}
    if not names:
        yield "", table, {}
