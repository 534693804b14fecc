"""Twelve questions of an analyst, each answered in at most three lines, as the pages show them."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

import analysis
from tests.test_docs import ROOT, links, outline, text_of

PAGES = {"vi": ROOT / "docs" / "questions.vi.md", "en": ROOT / "docs" / "questions.md"}
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
FLAGS = doctest.NORMALIZE_WHITESPACE
PARSER = doctest.DocTestParser()


def examples(page: Path) -> list[list[doctest.Example]]:
    """The lines of each block: the head of the notebook first, then the questions."""
    return [PARSER.get_examples(block) for block in BLOCK.findall(text_of(page))]


@pytest.fixture(scope="module")
def head() -> dict[str, Any]:
    """What the notebook knows after its first lines."""
    known: dict[str, Any] = {}
    for example in examples(PAGES["vi"])[0]:
        exec(compile(example.source, "head", "exec"), known)
    return known


@pytest.mark.parametrize("number", range(1, 13))
def test_each_question_is_answered_by_itself_as_the_page_shows(
    number: int, head: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCREDITATION_OUTPUT", str(tmp_path))
    asked = examples(PAGES["vi"])[number]
    test = doctest.DocTest(asked, {**head}, f"question {number}", None, 0, None)
    told: list[str] = []
    with analysis.style():  # what a question puts on is taken off again
        found = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append)
        plt.close("all")
    assert not found.failed, "".join(told)


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda p: p.name)
def test_there_are_twelve_questions_of_at_most_three_lines(page: Path) -> None:
    titles = re.findall(r"^## (\d+)\. ", text_of(page), re.MULTILINE)
    _, *questions = examples(page)
    assert titles == [str(n) for n in range(1, 13)] and len(questions) == 12
    assert max(len(e.source.splitlines()) for q in questions for e in q) == 1
    assert max(map(len, questions)) <= 3
    assert all(";" not in e.source for q in questions for e in q), "one statement a line"


def test_the_pages_differ_in_their_prose_only() -> None:
    codes = [BLOCK.findall(text_of(page)) for page in PAGES.values()]
    assert codes[0] == codes[1]
    assert outline(PAGES["vi"]) == outline(PAGES["en"])
    assert "questions.md" in {to for _, _, to in links(PAGES["vi"])}
    assert "questions.vi.md" in {to for _, _, to in links(PAGES["en"])}
