"""How every chart looks: style sheet, letters, colours, sizes. All of it is data."""

from __future__ import annotations

import importlib.util
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib.colors import is_color_like, to_hex, to_rgb
from matplotlib.font_manager import fontManager
from matplotlib.rcsetup import cycler

from analysis.reference import SuiteError

_HERE = Path(__file__).parent
_FAMILY, _FALLBACK = "Be Vietnam Pro", "DejaVu Sans"
_WEIGHTS = ("Regular", "Bold")
# Settings of the session, not of the drawing; touching them would wake a backend.
_NOT_STYLE = (
    "backend",
    "interactive",
    "toolbar",
    "timezone",
    "webagg",
    "tk.",
    "macosx",
    "datapath",
)


@dataclass(frozen=True)
class Preset:
    """A size of picture: pixels, and points for margin and letters."""

    name: str
    width: int
    height: int
    dpi: int
    margin: float
    headline: float
    subtitle: float
    label: float
    note: float
    least: float

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points (1/72 inch)."""
        return self.width * 72 / self.dpi, self.height * 72 / self.dpi


@dataclass(frozen=True)
class Paint:
    """How a segment is filled: a colour and, where colour must not stand alone, a pattern."""

    fill: str
    outline: str = ""
    pattern: str = ""
    line: str = ""
    plain: str = ""

    @property
    def flat(self) -> str:
        """The one colour of who has no outline and no pattern to tell it by."""
        return self.plain or self.fill


def preset_of(name: str) -> Preset:
    """The sizes of a preset: "slide", "half" or "page"."""
    presets = _toml("presets.toml")
    if name not in presets:
        raise SuiteError("chart_unknown_preset", name=name, known=", ".join(presets))
    return Preset(name, **presets[name])


def palette(name: str) -> Any:
    """A part of the palette as it stands in its file."""
    return _toml("palette.toml")[name]


_OWN: ContextVar[Mapping[str, str]] = ContextVar("_OWN", default=MappingProxyType({}))


@contextmanager
def own_colours(kind: str, colours: Sequence[str]) -> Iterator[None]:
    """Let the marks of a kind of chart have an analyst's own colours, in the order of [own]."""
    names = palette("own").get(kind, [])
    strange = [c for c in colours if not is_color_like(c)]
    if strange or len(colours) > len(names):
        facts = {"colours": ", ".join(map(repr, strange or colours)), "most": len(names)}
        raise SuiteError("chart_own_colours", kind=kind, **facts)
    before = _OWN.set(dict(zip(names, map(to_hex, colours), strict=False)))
    try:
        yield
    finally:
        _OWN.reset(before)


def colour(name: str) -> str:
    """A colour of the palette by its name, for example "ink.quiet"."""
    if name in _OWN.get():
        return _OWN.get()[name]
    group, _, key = name.partition(".")
    return str(_toml("palette.toml")[group][key])


def standing_paint(scheme: str, standing: str) -> Paint:
    """How schools of a standing are drawn; a level has the same colour in every year."""
    if own := _OWN.get().get(f"standings.{standing}"):
        return Paint(own)
    standings = _toml("palette.toml")["standings"]
    return Paint(**(standings[scheme].get(standing) or standings["other"][standing]))


def ink_on(ground: str) -> str:
    """The colour of letters on a ground: dark or white, whichever stands out more."""
    light = _luminance(ground) + 0.05
    dark_ink, white = colour("ink.text"), colour("ink.inverse")
    return dark_ink if light / (_luminance(dark_ink) + 0.05) > 1.05 / light else white


def _luminance(name: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(name)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style; matplotlib's settings are as they were afterwards."""
    with mpl.rc_context(_settings()), warnings.catch_warnings():
        # A letter that neither font has is drawn as a box: seen better than a warning.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


@cache
def _settings() -> Any:
    """Matplotlib's own defaults with the style sheet on top: nothing of the user's own settings."""
    defaults: Any = mpl.rcParamsDefault
    sheet: Any = mpl.rc_params_from_file(
        _HERE / "accreditation.mplstyle", use_default_template=False
    )
    return without_session({**defaults, **sheet, "font.family": families()})


@cache
def own_settings() -> Any:
    """The same for figures of one's own, which pyplot hands to `adopt` of house.py."""
    sheet: Any = mpl.rc_params_from_file(_HERE / "figures.mplstyle", use_default_template=False)
    colours = {
        name: colour(ink) for ink, names in palette("figures")["inks"].items() for name in names
    }
    made = {
        "axes.prop_cycle": cycler("color", palette("figures")["cycle"]),
        "patch.facecolor": palette("figures")["cycle"][0],
        "figure.hooks": ["analysis.charts.house:adopt"],
        "font.sans-serif": [*families(), *mpl.rcParamsDefault["font.sans-serif"]],
    }
    return {**_settings(), **sheet, **colours, **made}


def without_session(settings: Any) -> dict[str, Any]:
    """The settings of the drawing alone."""
    return {name: value for name, value in settings.items() if not name.startswith(_NOT_STYLE)}


@cache
def families() -> list[str]:
    """The families to write in; the second one lends letters that the first one lacks."""
    spec = importlib.util.find_spec("fontpkg_be_vietnam_pro")
    if spec is None or spec.origin is None:
        return [_FALLBACK]
    folder = Path(spec.origin).parent / "files"
    files = [folder / f"BeVietnamPro-{weight}.ttf" for weight in _WEIGHTS]
    if not all(file.exists() for file in files):
        return [_FALLBACK]
    for file in files:
        fontManager.addfont(file)
    return [_FAMILY, _FALLBACK]


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
