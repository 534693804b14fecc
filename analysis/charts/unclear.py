"""What is unclear and how far it could move a share: a remark for the foot of a chart and for the
sentences."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.numbers import Levels, TargetRow
from analysis.charts.words import TOTAL, in_sentence, scheme_short, schools
from analysis.reference import Percent, Share, say

_MOST_NAMES = 5


def levels_remark(facts: Levels, lang: str) -> str:
    """How many schools are unclear, and from where to where the share of all schools can be; ""
    where everything is clear."""
    if facts.total is None:
        return ""
    rows = facts.table[facts.table["group"].astype("str") == TOTAL]
    return _range(facts.total.reached, int(rows["base_unclear_count"].max()), lang)


def schemes_remark(several: Sequence[Levels], lang: str) -> str:
    """The same for a picture of several levels and schemes, each by its name."""
    told = ((facts, levels_remark(facts, lang)) for facts in several)
    return ". ".join(
        say(
            "unclear_of_scheme",
            lang,
            scheme=scheme_short(facts.scheme),
            level=in_sentence(say(f"levels_column_{facts.scheme}", lang, level=facts.level)),
            remark=in_sentence(remark),
        )
        for facts, remark in told
        if remark
    )


def gaps_remark(rows: Sequence[TargetRow], lang: str) -> str:
    """The same for one target, with the schools it hangs on where nothing can be concluded."""
    told = [_of_row(row, lang) for row in rows if row.group == TOTAL]
    return told[0] if told else ""


def _of_row(row: TargetRow, lang: str) -> str:
    said = _range(row.amount, row.base_unclear, lang)
    if not said or row.verdict != "open":
        return said
    return f"{said}{say('unclear_hangs_on', lang, names=some_names(row.undecided, lang))}"


def targets_remark(rows: Sequence[TargetRow], lang: str) -> str:
    """Which of several targets cannot be concluded on, and the schools they hang on."""
    unclear = [row for row in rows if row.amount.unclear + row.base_unclear]
    if not unclear:
        return ""
    open_ = [row for row in unclear if row.verdict == "open"]
    names = tuple(dict.fromkeys(name for row in open_ or unclear for name in row.undecided))
    told = {"names": some_names(names, lang), "schools": schools(len(names), lang)}
    if not open_:
        silent = any(row.verdict == "reference" for row in unclear)
        return say("unclear_named" if silent else "unclear_same", lang, **told)
    return say("unclear_open", lang, targets=", ".join(row.label for row in open_), **told)


def some_names(names: Sequence[str], lang: str, between: str = ", ") -> str:
    """Up to five names, and how many more there are."""
    if len(names) <= _MOST_NAMES:
        return between.join(names)
    more = say("unclear_more", lang, count=len(names) - _MOST_NAMES)
    return between.join(names[:_MOST_NAMES]) + more


def _range(amount: Share, base_unclear: int, lang: str) -> str:
    unclear = amount.unclear + base_unclear
    if not unclear or amount.low is None or amount.high is None:
        return ""
    ends = {"low": Percent(amount.low), "high": Percent(amount.high)}
    key = "unclear_range_same" if amount.certain else "unclear_range"
    return say(key, lang, schools=schools(unclear, lang), **ends)
