"""What the rows set aside could change: a remark for the foot of a chart and for the sentences."""

from __future__ import annotations

import pandas as pd

from analysis.reference import decimal, percent, say


def levels_remark(table: pd.DataFrame, level: int, lang: str) -> str:
    """How far the schools set aside could move the share of all schools; "" where there are none
    or where the table does not tell."""
    rows = table[(table["group"] == "all") & (table["standing"].astype(str) == str(level))]
    if "set_aside_count" not in table or rows.empty or not rows["set_aside_count"].iloc[-1]:
        return ""
    row = rows.iloc[-1]
    return _range(
        row["set_aside_count"], row["reached_percent_low"], row["reached_percent_high"], lang
    )


def gaps_remark(table: pd.DataFrame, lang: str) -> str:
    """The same for one target."""
    rows = table[table["group"] == "all"]
    if "set_aside_count" not in table or rows.empty or not rows["set_aside_count"].iloc[-1]:
        return ""
    row = rows.iloc[-1]
    return _range(row["set_aside_count"], row["percent_low"], row["percent_high"], lang)


def targets_remark(table: pd.DataFrame, lang: str) -> str:
    """Which of several targets the schools set aside leave open."""
    rows = table[table["group"] == "all"]
    if "set_aside_count" not in table or rows.empty or not rows["set_aside_count"].max():
        return ""
    count = decimal(int(rows["set_aside_count"].max()), 0, lang)
    names = list(rows.loc[rows["verdict_open"], f"label_{lang}"])
    if not names:
        return say("kept_out_same", lang, count=count)
    return say("kept_out_open", lang, count=count, targets=", ".join(names))


def _range(count: int, low: float, high: float, lang: str) -> str:
    facts = {"low": percent(float(low), 1, lang), "high": percent(float(high), 1, lang)}
    return say("kept_out_range", lang, count=decimal(int(count), 0, lang), **facts)
