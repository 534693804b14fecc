"""What is let through without being taken apart is what would be let through anyway."""

from __future__ import annotations

import base64
from html import escape

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.export import allowed_html, show_table
from analysis.export.allowed_html import clean_html
from analysis.export.safe_text import printable

NASTY = st.sampled_from(
    [
        "<script>x()</script>",
        "</td>",
        "&lt;",
        "&",
        "'",
        '"',
        "<b>",
        "\n",
        "\r",
        "\f",
        "a'b\">c",
        "=",
    ]
)
TEXTS = st.lists(st.one_of(NASTY, st.text(max_size=5)), max_size=4).map("".join)


def taken_apart(html: str) -> str:
    """What the full cleaning makes of it."""
    return allowed_html._taken_apart(printable(html))


@pytest.fixture
def never_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> str:
        raise AssertionError(f"taken apart: {text}")

    monkeypatch.setattr(allowed_html, "_taken_apart", refuse)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 10**6), TEXTS), max_size=3), TEXTS)
def test_a_table_is_what_the_full_cleaning_makes_of_it(
    rows: list[tuple[str, int, str]], heading: str
) -> None:
    table = pd.DataFrame(rows, columns=["a", "n", f"b{heading}"])
    html = show_table(table, lang="en")._repr_html_()
    assert clean_html(html) == taken_apart(html)


@settings(deadline=None)
@given(st.binary(max_size=40), TEXTS)
def test_a_picture_is_what_the_full_cleaning_makes_of_it(content: bytes, alt: str) -> None:
    data = base64.b64encode(content).decode("ascii")
    html = f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}">'
    assert clean_html(html) == taken_apart(html)


@pytest.mark.usefixtures("never_taken_apart")
def test_tables_and_pictures_as_they_are_written_need_not_be_taken_apart() -> None:
    table = pd.DataFrame({"a": ["Trường A & B", 'x "y"'], "n": [1, 2]})
    assert "Trường A &amp; B" in clean_html(show_table(table)._repr_html_())
    picture = '<img src="data:image/svg+xml;base64,AAAA" alt="Mầm non: 3/4">'
    assert clean_html(picture) == picture


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<td class", "<td onclick='x()' class"),
        ("<table>", "<script>x()</script><table>"),
        ("</table>", "</table><iframe src='x'></iframe>"),
        ("text-align: left'", "text-align: left' onmouseover='x()'"),
        (">1<", "><img src='https://example.org/a.png'><"),
    ],
)
def test_a_table_with_anything_more_is_taken_apart(before: str, after: str) -> None:
    html = show_table(pd.DataFrame({"a": ["b"], "n": [1]}))._repr_html_()
    assert before in html
    changed = html.replace(before, after, 1)
    clean = clean_html(changed)
    assert clean == taken_apart(changed)
    assert not any(sign in clean for sign in ("x()'", "<script", "<iframe", "example.org"))
