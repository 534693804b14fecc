"""What cleaning did in a few rows: the repairs rule by rule, and the remarks on whole files."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.raw import Remark
from analysis.reference import say


def count_repairs(repairs: pd.DataFrame) -> pd.DataFrame:
    """One row per rule that changed cells, the most frequent first.

    `cells_count`: how many cells the rule changed, `files_count`: in how many files; the `example_`
    columns show the first of them: its cell, and its value before and after. Takes the repairs of a
    `SchoolYear`, or any part of them.

    >>> year = load_year("2024-2025")
    >>> count_repairs(year.repairs)["rule"].iloc[0]
    'level_spelling'
    """
    summary = repairs.groupby("rule", sort=False).agg(
        cells_count=("cell", "size"),
        files_count=("source_file", "nunique"),
        example_cell=("cell", "first"),
        example_before=("source_value", "first"),
        example_after=("clean_value", "first"),
    )
    return summary.sort_values("cells_count", ascending=False, kind="stable").reset_index()


def list_remarks(remarks: Iterable[Remark], *, lang: str = "vi") -> pd.DataFrame:
    """One row per remark on a file or sheet as a whole: `rule`, and the `message` in words.

    Hidden sheets, unknown headings, an odd encoding: nothing was stopped, a person should look.
    """
    rows = [(remark.key, say(remark.key, lang, **remark.facts)) for remark in remarks]
    return pd.DataFrame(rows, columns=["rule", "message"], dtype="str")
