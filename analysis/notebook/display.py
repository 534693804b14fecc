"""How things look in a notebook: a school year at a glance, known tables in words.

Only IPython is told; outside a notebook nothing happens, and no table is changed.
"""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.export.shown import is_known, show_table
from analysis.measure import measure_levels
from analysis.reference import Number, Share, language_of_notebook, say

if TYPE_CHECKING:
    from analysis.notebook.school_year import SchoolYear


def prepare_display() -> None:
    """Let a notebook show the tables of this package in words, when it shows them as they are."""
    shell = _shell()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, table_html)


def _shell() -> Any:
    """The IPython that runs this, or None."""
    interactive = sys.modules.get("IPython")
    return interactive.get_ipython() if interactive else None


def table_html(table: pd.DataFrame) -> str | None:
    """A known table in words, any other as pandas shows it."""
    if not is_known(table):
        return table._repr_html_()  # type: ignore[operator]
    lang = language_of_notebook()
    shown = show_table(table, lang=lang)
    hidden = len(table.columns) - len(shown.headings)
    note = say("display_columns", lang, count=len(table.columns)) if hidden > 0 else ""
    return shown._repr_html_() + (f"\n<p><small>{escape(note)}</small></p>" if note else "")


def year_html(year: SchoolYear) -> str:
    """A school year at a glance: what came in, what is reached; counts beside every share."""
    lang = year.lang
    ledger = year.ledger[["rows_in", "accepted", "set_aside", "ignored"]].sum()
    rows = {str(name): Number(int(count)) for name, count in ledger.items()}
    day = f"{year.as_of:%d/%m/%Y}"
    lines = [say("display_rows", lang, **rows), *(_reached(year, s, lang) for s in year.schemes)]
    facts = {"doubts": len(year.doubts), "repairs": len(year.repairs)}
    facts["warnings"] = len(year.warnings)
    lines.append(say("display_looked", lang, **facts))
    if year.about.synthetic:
        lines.append(say("synthetic", lang))
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    head = say("display_year", lang, year=year.school_year, as_of=day, count=len(year.identified))
    return f"<p><strong>{escape(head)}</strong></p>\n<ul>{items}</ul>\n{_ways(lang)}"


def _reached(year: SchoolYear, scheme: str, lang: str) -> str:
    """ "33/37 trường (89,2%)" at the lowest level or higher, and how many are unclear."""
    levels = measure_levels(year.held, scheme=scheme)
    row = levels[levels["standing"].eq("1")].iloc[0]
    base = row["base"]
    share = Share(int(row["reached_count"]), int(row["schools_total"]), decimals=1)
    what = say(f"reached_{scheme}", lang, level=1)
    told = say("display_reached", lang, what=what, base=say(f"base_{base}", lang), share=share)
    unclear = int(row["reached_unclear_count"] + row["base_unclear_count"])
    return told + (say("display_unclear", lang, count=unclear) if unclear else "")


def _ways(lang: str) -> str:
    """Where to look further."""
    names = (
        *(".schools", ".ledger", ".doubts", ".set_aside", ".repairs", ".warnings"),
        ".narrow(…)",
    )
    shown = " ".join(f"<code>{name}</code>" for name in names)
    return f"<p>{escape(say('display_further', lang))} {shown}</p>"
