"""How the explorer looks: the style sheet beside it, in the colours and letters of the charts."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from string import Template

from matplotlib.font_manager import FontProperties, findfont

from analysis.charts.style import colour, families, house_style

_KEEP_KEYS = (
    "this.closest('.explore').addEventListener('focusin', event =>"
    " event.target.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)
_WEIGHTS = {400: "normal", 700: "bold"}


@cache
def style_html() -> str:
    """The style sheet as an element that also keeps the keys of JupyterLab out of the controls:
    there an arrow chooses and a letter looks for a name, and none may cut or leave the cell."""
    sheet = Path(__file__).with_name("explorer.css").read_text(encoding="utf-8")
    filled = _Sheet(sheet).substitute(_Colours(), faces=_faces(), family=f'"{families()[0]}"')
    return f'<style onload="{_KEEP_KEYS}">{filled}</style>'


class _Sheet(Template):
    idpattern = r"[a-z]+(?:\.[a-z_]+)?"  # $ink.text


class _Colours(dict[str, str]):
    """The palette by the names of its colours."""

    def __missing__(self, name: str) -> str:
        return colour(name)


def _faces() -> str:
    """The letters of the charts, so that no machine needs them installed."""
    with house_style():
        files = {
            number: findfont(FontProperties(family=families()[0], weight=weight))
            for number, weight in _WEIGHTS.items()
        }
    return "\n".join(_face(number, Path(file)) for number, file in files.items())


def _face(weight: int, file: Path) -> str:
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return (
        f'@font-face {{ font-family: "{families()[0]}"; font-weight: {weight};'
        f" src: url(data:font/ttf;base64,{data}); }}"
    )
