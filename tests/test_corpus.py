"""The corpus: inputs of every kind, each with what must become of it.

See `tests/corpus/case.py`. Run one with `pytest tests/test_corpus.py -k "name"`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus import (
    certificates,
    containers,
    controls,
    days,
    delimited,
    evidence,
    figures,
    floods,
    folders,
    foreign,
    headings,
    hostile,
    layouts,
    legal,
    paths,
    row_kinds,
    sheets,
    texts,
)
from tests.corpus.case import Case
from tests.corpus.checking import answer, failures

pytestmark = pytest.mark.slow

KINDS = [
    certificates,
    containers,
    controls,
    days,
    delimited,
    evidence,
    figures,
    folders,
    foreign,
    floods,
    headings,
    hostile,
    layouts,
    legal,
    row_kinds,
    paths,
    sheets,
    texts,
]
CASES = [case for kind in KINDS for case in kind.cases()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, tmp_path: Path) -> None:
    found = answer(case, tmp_path)
    why = failures(found, case.musts)
    assert not why, why
