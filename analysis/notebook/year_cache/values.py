"""Values as JSON and back, the same in type and content; only of the kinds named here.

No pickle: a kept file can at worst be wrong, it cannot make the program do something.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.raw import Coded, ErrorCell, Evidence, Ignored, LogicalCell, Raw, Remark, Table
from analysis.raw.headings import Header
from analysis.workbooks.cells import Converted

_PLAIN = {str, int, float, bool, type(None)}
_KINDS = (ErrorCell, Evidence, Header, Ignored, LogicalCell, Raw, Remark, Table)
_RECORDS = {c.__name__: c for c in _KINDS}
_GROUPS: dict[str, Callable[..., Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}
_MOMENTS: dict[str, Any] = {"datetime": dt.datetime, "date": dt.date, "time": dt.time}


class NotStorable(Exception):
    """A value of another kind; then nothing is kept."""


def to_stored(value: Any) -> Any:
    """A value as JSON can hold it; what is no plain value becomes [kind, content]."""
    kind = type(value)
    name = kind.__name__
    if kind in _PLAIN:
        return value
    if kind is list and all(type(v) in _PLAIN for v in value):
        return ["plain", value]
    if name in _GROUPS and kind is _GROUPS[name]:
        return [name, [to_stored(v) for v in value]]
    if kind is dict:
        return ["dict", [[to_stored(k), to_stored(v)] for k, v in value.items()]]
    if _MOMENTS.get(name) is kind:
        return [name, value.isoformat()]
    return [*_special(value, name)]


def _special(value: Any, name: str) -> tuple[str, Any]:
    if type(value) is Coded:
        return "coded", [value.codes.tolist(), to_stored(value.values)]
    if _RECORDS.get(name) is type(value) and is_dataclass(value):
        return name, [to_stored(getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, dt.timedelta):
        return "timedelta", [value.days, value.seconds, value.microseconds]
    if type(value) is Converted:
        return "converted", [str(value), value.original, value.rule]
    if isinstance(value, Path):
        return "path", str(value)
    raise NotStorable(name)


def from_stored(stored: Any) -> Any:
    """The value that was kept."""
    if not isinstance(stored, list):
        return stored
    kind, content = stored
    if kind == "plain":
        return content
    if kind in _GROUPS:
        return _GROUPS[kind](from_stored(v) for v in content)
    if kind == "dict":
        return {from_stored(k): from_stored(v) for k, v in content}
    if kind in _MOMENTS:
        return _MOMENTS[kind].fromisoformat(content)
    if kind in _RECORDS:
        return _RECORDS[kind](*map(from_stored, content))
    return _MADE[kind](content)


def _coded(parts: list[Any]) -> Coded[Any]:
    codes, values = parts
    return Coded(np.array(codes, np.int32), from_stored(values))


_MADE: dict[str, Callable[[Any], Any]] = {
    "coded": _coded,
    "timedelta": lambda parts: dt.timedelta(*parts),
    "converted": lambda parts: Converted(*parts),
    "path": Path,
}
