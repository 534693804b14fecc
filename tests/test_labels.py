"""Labels stand in many files and are found in the one that has them."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

from analysis.reference.labels import LANGUAGES, _label

FOLDER = Path(__file__).parents[1] / "analysis" / "reference" / "labels"
FILES = {p.name: tomllib.loads(p.read_text(encoding="utf-8")) for p in FOLDER.glob("*.toml")}


def test_every_key_stands_once_and_in_both_languages() -> None:
    keys = Counter(key for labels in FILES.values() for key in labels)
    assert not [key for key, count in keys.items() if count > 1]
    assert not [k for labels in FILES.values() for k, e in labels.items() if {*e} != {*LANGUAGES}]


def test_every_label_is_found() -> None:
    for labels in FILES.values():
        for key, entry in labels.items():
            assert _label(key) == entry
