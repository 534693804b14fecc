"""The pages of the columns: what the registry says today, and a meaning for every column."""

from __future__ import annotations

import importlib.util
from typing import Any

import pandas as pd
import pytest

import analysis as an
from analysis.tables import column_of, tables
from tests.test_docs import ROOT


def make_columns() -> Any:
    spec = importlib.util.spec_from_file_location("columns", ROOT / "docs" / "make_columns.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_pages_are_those_of_the_registry(lang: str) -> None:
    """Where this fails, run docs/make_columns.py."""
    made = make_columns()
    assert (made.FOLDER / made.PAGES[lang]).read_text(encoding="utf-8") == made.page(lang)


def test_every_published_table_is_on_the_page() -> None:
    there = {table.name for table in make_columns().met()}
    assert {table.name for table in tables().values() if table.published} <= there
    assert {"schools", "sizes", "evidence", "places", "unclear"} <= there


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_column_of_every_table_has_a_meaning(lang: str) -> None:
    columns = {(t.name, c): t.column(c) for t in tables().values() for c in t.columns}
    assert [place for place, column in columns.items() if not column.meaning(lang)] == []


def test_a_column_of_ones_own_is_not_said_to_be_of_the_school_lists() -> None:
    assert column_of("my_own").meaning("en") == ""
    year = an.load_year("2024-2025", lang="en")
    meanings = an.explain(year.schools.assign(my_own=1)).set_index("column")["meaning"]
    assert meanings["my_own"] == "" and not pd.isna(meanings["cqg_expires"])
