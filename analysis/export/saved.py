"""The charts that the notebooks saved: what deck and report are composed of, without drawing again.

Beside picture, numbers and words `save_chart` keeps a description of each chart; with its CSV the
chart can be shown, put on a slide as a chart of PowerPoint, and told.
"""

from __future__ import annotations

import base64
import datetime as dt
import difflib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from PIL import Image

from analysis.charts import Described
from analysis.charts.drawing import described
from analysis.export.places import NUMBERS, file_beside, in_a_run, published_folder, saved_folder
from analysis.export.safe_text import as_it_was
from analysis.reference import About, Reference, SuiteError
from analysis.tables import known

_THUMBNAIL = 480
_LIST = "list"  # several names in a cell, with a semicolon between them


class Year(Protocol):
    """Of whom charts are asked: a school year or a register."""

    @property
    def about(self) -> About: ...
    @property
    def lang(self) -> str: ...
    @property
    def reference(self) -> Reference: ...


class SavedChart(Described):
    """A chart as it was saved."""

    def __init__(self, path: Path) -> None:
        told = json.loads(path.read_text(encoding="utf-8"))
        self.path, self.name = path, path.stem
        self.about = _about(told.pop("about"))
        for name in ("readings", "drawing", "band", "colours"):
            setattr(self, name, described(told.pop(name, getattr(self, name))))
        self._columns: dict[str, Any] = told.pop("columns")
        self.__dict__.update(told)

    @cached_property
    def table(self) -> pd.DataFrame:  # type: ignore[override]
        """The table behind it, as it was drawn."""
        return _table(file_beside(self.path, ".csv"), self._columns)

    def png(self) -> bytes:
        """The picture as it was saved."""
        return file_beside(self.path, ".png").read_bytes()

    def svg(self) -> bytes:
        """The picture as it was saved, as SVG."""
        return file_beside(self.path, ".svg").read_bytes()

    def preview(self, width: int) -> bytes:
        """A small PNG in few colours, so many pixels wide."""
        out = io.BytesIO()
        with Image.open(file_beside(self.path, ".png")) as picture:
            height = round(picture.height * width / picture.width)
            small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        small.quantize(64).save(out, "png")
        return out.getvalue()

    def __repr__(self) -> str:
        return f"<SavedChart: {self.headline}>"


def own_description(
    titles: Sequence[str], alt: str, about: About, lang: str, table: pd.DataFrame | None
) -> Described:
    """What is said of a figure of one's own: the first line above it, and the others."""
    own = Described()
    own.headline, own.subtitle = titles[0], ". ".join(titles[1:])
    own.alt, own.remark = alt, ""
    own.kind, own.lang, own.about = "own", lang, about
    own.table = pd.DataFrame() if table is None else table
    return own


def description_bytes(chart: Described, alt: str) -> bytes:
    """The description as it is saved, with the alt text it is saved with and what the columns of
    its CSV are."""
    columns = {str(c): _kind(chart.table[c]) for c in chart.table}
    told = chart.description() | {"alt": alt, "columns": columns}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


@dataclass(frozen=True)
class SavedCharts:
    """The saved charts of a school year in the order of the notebooks; shown small."""

    shown: tuple[SavedChart, ...]
    about: About
    lang: str = "vi"
    _thumbnails: dict[str, str] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"<SavedCharts: {', '.join(self.charts)}>"

    def __iter__(self) -> Iterator[SavedChart]:
        return iter(self.shown)

    @property
    def charts(self) -> dict[str, SavedChart]:
        """The charts by name, as `export_deck` takes them."""
        return {one.name: one for one in self.shown}

    @property
    def listed(self) -> pd.DataFrame:
        """One row per chart: `name`, and its finding in `headline`."""
        rows = [(one.name, one.headline) for one in self.shown]
        return known(pd.DataFrame(rows, columns=["name", "headline"]), "shown_charts", self)

    def choose(self, names: str | Iterable[str]) -> SavedCharts:
        """Only the charts named, in the order asked for ("so-voi-chi-tieu, cqg-qua-cac-nam"); an
        empty choice is all of them. SuiteError for a name there is not, with the nearest."""
        asked = names.split(",") if isinstance(names, str) else names
        wanted = [name.strip() for name in asked if name.strip()]
        found = self.charts
        for name in wanted:
            if name not in found:
                raise _unknown(name, list(found))
        chosen = tuple(found[name] for name in wanted) if wanted else self.shown
        return SavedCharts(chosen, self.about, self.lang, self._thumbnails)

    def _repr_html_(self) -> str:
        """A sheet of small pictures with their names."""
        cells = "".join(map(self._cell, self.shown))
        return f'<div class="sheet" style="display:flex;flex-wrap:wrap;gap:12px">{cells}</div>'

    def _cell(self, one: SavedChart) -> str:
        if one.name not in self._thumbnails:
            small = one.preview(_THUMBNAIL)
            self._thumbnails[one.name] = base64.b64encode(small).decode("ascii")
        picture, alt = self._thumbnails[one.name], escape(one.alt, quote=True)
        return (
            f'<figure style="margin:0"><img alt="{alt}" width="{_THUMBNAIL // 2}" '
            f'src="data:image/png;base64,{picture}">'
            f"<figcaption>{escape(one.name)}</figcaption></figure>"
        )


def saved_charts(year: Year, folder: str | Path | None = None) -> SavedCharts:
    """The charts of a school year, or of the latest of a register, that the notebooks have saved.

    During a run those it has saved; else the drafts, and where there are none what was published of
    the year. `folder` names another place. In the order in which the notebooks save them, the
    charts of an analyst's own notebooks last.

    >>> saved_charts(load_year("2024-2025"), "figures/nowhere").listed.empty
    True
    """
    about, home = year.about, year.reference.home
    places = [Path(folder)] if folder is not None else [saved_folder()]
    if folder is None and not in_a_run():
        places.append(published_folder(home, about.school_year, year.lang))
    for place in places:
        found = {c.name: c for c in map(SavedChart, _records(place)) if _is_of(c, about, year.lang)}
        if found:
            break
    order = _in_order(found, _order(home / "notebooks"))
    return SavedCharts(tuple(found[name] for name in order), about, year.lang)


def _records(folder: Path) -> Iterator[Path]:
    """The descriptions in a folder; a chart is there when its picture is."""
    found = sorted([*folder.glob("*.json"), *folder.glob(f"{NUMBERS}/*.json")])
    return (path for path in found if file_beside(path, ".svg").exists())


def _is_of(chart: SavedChart, about: About, lang: str) -> bool:
    whole = (chart.about.school_year, chart.lang, chart.about.part(lang), chart.about.reread)
    return whole == (about.school_year, lang, about.part(lang), about.reread)


def _in_order(found: dict[str, SavedChart], named: list[str]) -> list[str]:
    """The names of charts in the order in which notebooks name them; {} in a name stands for the
    parts of a table (`each_chart`), which keep their own order. A name that fits several is that
    of the one with the most letters of its own; one that fits none comes last."""
    texts = {text: re.sub(r"\{[^{}]*\}", "{}", text) for text in named}
    patterns = {
        place: (re.compile(re.escape(text).replace(r"\{\}", "[a-z0-9-]+")), -len(text))
        for place, text in enumerate(texts.values())
    }
    order = {}
    for name, chart in found.items():
        fits = [(own, n) for n, (pattern, own) in patterns.items() if pattern.fullmatch(name)]
        order[name] = (min(fits)[1] if fits else len(patterns), chart.place, name)
    return sorted(found, key=lambda name: order[name])


def _order(notebooks: Path) -> list[str]:
    """The texts in quotes of the notebooks, in their order: among them the names of the charts."""
    cells = (
        "".join(cell["source"])
        for path in sorted(notebooks.glob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    )
    return [word for source in cells for word in source.split('"')[1::2]]


def _unknown(name: str, names: list[str]) -> SuiteError:
    near = difflib.get_close_matches(name, names, 1)
    facts = {"near": near[0]} if near else {}
    key = "shown_unknown_near" if near else "shown_unknown"
    return SuiteError(key, name=name, known=", ".join(names), **facts)


def _about(told: dict[str, Any]) -> About:
    told |= {"as_of": dt.date.fromisoformat(told["as_of"]), "reread": tuple(told["reread"])}
    return About(**told)


def _kind(column: pd.Series[Any]) -> Any:
    """What a column is, so that its text in the CSV can be read as what it was."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [*map(str, column.cat.categories)]
    if column.dtype == object and column.map(lambda value: isinstance(value, tuple)).any():
        return _LIST
    return str(column.dtype)


def _table(path: Path, kinds: dict[str, Any]) -> pd.DataFrame:
    """The table behind a chart, as it was drawn."""
    if not path.exists():
        return pd.DataFrame()
    texts = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return pd.DataFrame({name: _read(texts[name], kind) for name, kind in kinds.items()})


def _read(texts: pd.Series[str], kind: Any) -> Any:
    if isinstance(kind, list):
        return pd.Categorical(texts.where(texts.ne(""), None), categories=kind, ordered=True)
    if kind == _LIST:
        return pd.Series([tuple(t.split("; ")) if t else () for t in texts], dtype=object)
    if kind.startswith("datetime"):
        return pd.to_datetime(texts.where(texts.ne(""), None)).astype(kind)
    if kind in ("bool", "boolean"):
        return texts.map({"True": True, "False": False}).astype(kind)
    if kind in ("str", "object"):
        return texts.map(as_it_was)
    numbers = pd.to_numeric(texts.where(texts.ne(""), None))
    return numbers.astype(kind)
