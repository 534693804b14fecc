"""The notes on method of a report: made from the rules, the targets and what the run has read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from analysis.charts.words import Words
from analysis.reference import (
    SCHEMES,
    Number,
    Rules,
    Target,
    TargetSet,
    rule_on,
    say,
    validity_years,
)


class Notes(NamedTuple):
    """Some sentences under a heading."""

    heading: str
    lines: list[str]


def method_notes(
    rules: Rules, targets: TargetSet, as_of: dt.date, issues: pd.DataFrame, ledger: pd.DataFrame,
    *, schemes: Collection[str] = SCHEMES, lang: str = "vi",
) -> list[Notes]:  # fmt: skip
    """How schools are counted, what the targets ask for (of the `schemes` the year states), and
    what became of the rows."""
    asked = _targets(targets, schemes, lang)
    title = say("method_targets", lang, title=targets.title(lang))
    return [
        Notes(say("method_counted", lang), _counted(rules, as_of, lang)),
        *([Notes(title, asked)] if targets.document else []),
        Notes(say("method_run", lang), _run(issues, ledger, lang)),
    ]


def _counted(rules: Rules, as_of: dt.date, lang: str) -> list[str]:
    validity, not_for = rule_on("validity", as_of, rules), rules.regulations["not_for"]
    left_out = ", ".join(say(f"level_{level}", lang) for level in not_for["cqg"])
    facts = {"years": validity_years(as_of, "cqg", rules), "source": validity["source"]}
    return [
        say("method_counted_once", lang, date=f"{as_of:%d/%m/%Y}"),
        say("method_validity", lang, **facts),
        *(
            [say("method_not_for", lang, list=left_out, source=not_for["source"])]
            if left_out
            else []
        ),
        say("method_share", lang),
        say("method_no_verdict", lang),
    ]


def _targets(targets: TargetSet, schemes: Collection[str], lang: str) -> list[str]:
    facts = {"document": targets.document, "deadline": f"{targets.deadline:%d/%m/%Y}"}
    quotes = [
        say("method_quote_of" if "document" in target else "method_quote", lang, **target)
        for target in targets.targets
        if any(part["scheme"] in schemes for part in target.get("part", ()))
    ]
    return [
        say("method_document", lang, regime=targets.regime(lang), **facts),
        *quotes,
        *(_part(part, lang) for part in targets.parts if part.scheme in schemes),
        say("method_rounding", lang),
    ]


def _part(part: Target, lang: str) -> str:
    return say(
        "method_part",
        lang,
        label=part.label(lang),
        corridor=part.wanted,
        counted=say(f"asked_{part.scheme}_{part.reading}", lang, level=part.level),
        base=Words(lang).base(part.base, ",".join(part.education_levels)),
    )


def _run(issues: pd.DataFrame, ledger: pd.DataFrame, lang: str) -> list[str]:
    counts = {
        name: int(ledger[name].sum()) for name in ("accepted", "set_aside", "ignored", "doubts")
    }
    counts |= {"rows": int(ledger["rows_in"].sum()), "files": ledger["source_file"].nunique()}
    shown = {name: Number(count) for name, count in counts.items()}
    repaired = Number(int((issues["outcome"] == "repaired").sum()))
    return [say("method_rows", lang, **shown), say("method_repairs", lang, cells=repaired)]
