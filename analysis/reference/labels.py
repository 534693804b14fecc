"""Labels in Vietnamese and English."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from functools import cache
from numbers import Integral

LANGUAGES = ("vi", "en")
_FOLDER = os.path.join(os.path.dirname(__file__), "labels")  # without pathlib help is quicker
# The forms in which a label may ask for a value, as in "{share:short}".
_FORMS = ("plain", "short", "bare", "counted", "count", "total", "percent", "named")
_PLACES = ("year", "line", "row", "rows", "first")  # say where, not how many
_UNKNOWN_FORM = re.compile(rf"\{{[\w.]+:(?!(?:{'|'.join(_FORMS)})\}})[^}}]*\}}")


class Quantity:
    """A fact that prints itself: in the language of the label it stands in, by itself in
    Vietnamese."""

    def text(self, lang: str = "vi", form: str = "") -> str:
        """The value as `lang` writes it, in one of its forms."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()

    __repr__ = _repr_html_ = __str__


class _Spoken:
    """A value in a language, as labels ask for it."""

    def __init__(self, value: Quantity, lang: str) -> None:
        self._value, self._lang = value, lang

    def __format__(self, form: str) -> str:
        return self._value.text(self._lang, form)

    def __getattr__(self, name: str) -> object:
        return _spoken(name, getattr(self._value, name), self._lang)


@cache
def _texts() -> dict[str, str]:
    """The files as they are: reading them is nothing beside parsing them."""
    texts = {}
    for name in sorted(n for n in os.listdir(_FOLDER) if n.endswith(".toml")):
        with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
            texts[name] = file.read()
    return texts


@cache
def _places() -> dict[str, list[str]]:
    """The files in which a label stands, found by their headings."""
    places: dict[str, list[str]] = {}
    for name, text in _texts().items():
        for line in text.split("\n"):
            if line.startswith("["):
                places.setdefault(line.strip('[]"'), []).append(name)
    return places


@cache
def _file(name: str) -> dict[str, dict[str, str]]:
    """The labels of one file; one that lacks a language, or asks for a value in a form there is
    not, is a fault of the data."""
    if wrong := _UNKNOWN_FORM.search(_texts()[name]):
        raise ValueError(f"{name}: {wrong.group()!r} asks for a form there is not")
    labels: dict[str, dict[str, str]] = tomllib.loads(_texts()[name])
    for key, entry in labels.items():
        if set(entry) != set(LANGUAGES):
            raise ValueError(f"{name}: label {key!r} lacks a language")
    return labels


@cache
def _label(key: str) -> dict[str, str]:
    """A label, from the one file that has it; two that have it are a fault of the data."""
    found = _places().get(key, [])
    if len(found) > 1:
        raise ValueError(f"label {key!r} stands in {' and '.join(found)}")
    if not found:
        raise KeyError(key)
    return _file(found[0])[key]


def say(key: str, lang: str = "vi", **facts: object) -> str:
    """The label or message `key` in `lang`, with its {facts} filled in.

    Facts are inserted as they are: a brace in a school's name stays a brace. Values print
    themselves in `lang`, and so do whole numbers that count: 1.006. {command} is what the person
    types: start.py says so of itself.
    """
    facts.setdefault("command", os.environ.get("ACCREDITATION_COMMAND", "accreditation"))
    return _label(key)[lang].format(**{n: _spoken(n, f, lang) for n, f in facts.items()})


def _spoken(name: str, fact: object, lang: str) -> object:
    if isinstance(fact, Quantity):
        return _Spoken(fact, lang)
    if isinstance(fact, Integral) and not -1000 < int(fact) < 1000 and name not in _PLACES:
        from analysis.reference.quantities import Number  # which is made of labels

        return Number(int(fact)).text(lang)
    return fact


def language_of_notebook() -> str:
    """What the parameter `lang` of the notebook that calls says; elsewhere Vietnamese."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    lang = shell.user_ns.get("lang") if shell is not None else None
    return str(lang) if lang in LANGUAGES else "vi"
