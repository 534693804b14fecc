"""Counts printed elsewhere that cannot be: more schools than there are, sums that do not hold."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.compare.exact import decimals, written
from analysis.measure import ALL
from analysis.reference import Number, Percent, Quantity, Rules, bare, fold, read_rules, say

Row = Mapping[Hashable, Any]
Stated = Mapping[str, int]

_LEVELS = ("level1", "level2", "level3", "level4")
_COUNTS = ("total_schools", "achieved", *_LEVELS)
# Rows alike in these are about the same schools, by education level; the others need not be there.
_SAME = ("table_id", "area", "as_of", "measure", "scope")
_SAME_TOO = ("area_level", "province", "source_file", "source_sheet")


def impossible_counts(counts: pd.DataFrame) -> list[str]:
    """What cannot be of the counts of each row, "" where nothing is known to be wrong.

    A reason is a code with its facts ("achieved_over achieved=60 total=50"), several stand with
    "; " between them; `tell_impossible` puts them in words:

    - `negative`, `not_whole`: no count of schools; it is left out of what follows;
    - `percent_beyond`: the percentage is below 0 or above 100, and no counts tell why;
    - `achieved_over`: more schools achieved than there are;
    - `levels_over`: the levels add up to more than achieved, or than there are schools;
    - `levels_short`: to less than achieved, though every level of the scheme is printed;
    - `parts_over`: education levels add up to more than the row ALL of the same table, area, day,
      measure and scope. To less is no contradiction: not all of them need be printed.
    """
    rules, rows = read_rules(), counts.to_dict("records")
    stated = [{n: k for n in _COUNTS if (k := _count(row.get(n))) is not None} for row in rows]
    reasons = [
        [*_no_counts(row), *_in_a_row(known, _scheme(row, rules), rules)]
        for row, known in zip(rows, stated, strict=True)
    ]
    if {*_SAME, "phase"} <= set(counts):
        for place, more in _between_rows(rows, stated, rules):
            reasons[place].append(more)
    return ["; ".join(found) for found in reasons]


def reason(code: str, **facts: object) -> str:
    """A code with its facts; none of them holds a space."""
    return " ".join([code, *(f"{name}={value}" for name, value in facts.items())])


def tell_impossible(reasons: str, lang: str = "vi") -> str:
    """The reasons of `impossible_counts` in words."""
    return "; ".join(_told(one, lang) for one in reasons.split("; ") if one)


def _told(one: str, lang: str) -> str:
    code, *pairs = one.split(" ")
    facts = dict(pair.split("=", 1) for pair in pairs)
    return say(f"impossible_{code}", lang, **{n: _word(n, v, lang) for n, v in facts.items()})


def _word(name: str, value: str, lang: str) -> Quantity | str:
    """A fact as it is said: columns and education levels by name, numbers as one writes them."""
    if name in ("count", "whole"):
        return say(f"count_{value}", lang)
    if name == "parts":
        return ", ".join(say(f"level_{part}", lang) for part in value.split("+"))
    if name in ("printed", "recomputed"):
        number = Decimal(value)
        return Percent(Fraction(number), decimals(number))
    return value if name == "value" else Number(int(value))


def _count(value: object) -> int | None:
    """A number of schools; None where none is stated, or what is stated is none."""
    number = written(value)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if pd.isna(value) else str(value)


def _no_counts(row: Row) -> Iterator[str]:
    """Numbers that count nothing, as they are printed."""
    for name in _COUNTS:
        number = written(row.get(name))
        if number is not None and _count(row[name]) is None:
            code = "negative" if number < 0 else "not_whole"
            yield reason(code, count=name, value="".join(str(row[name]).split()))
    printed = written(row.get("pct_published"))
    counted = all(_count(row.get(name)) is not None for name in ("achieved", "total_schools"))
    if not counted and printed is not None and not 0 <= printed <= 100:
        yield reason("percent_beyond", printed=printed)


def _scheme(row: Row, rules: Rules) -> str | None:
    """The scheme whose levels add up to those achieved: "CQG", "KDCLGD-batch"; "" where no measure
    is stated, None where it may be of some levels only ("KDCLGD>=2") or is not known."""
    measure = _text(row, "measure")
    if any(sign.isdigit() for sign in measure):
        return None
    return rules.scheme_words.get(bare(measure.partition("-")[0])) if measure.strip() else ""


def _in_a_row(known: Stated, scheme: str | None, rules: Rules) -> Iterator[str]:
    """A part and its whole in one row."""
    achieved, total = known.get("achieved"), known.get("total_schools")
    if achieved is not None and total is not None and achieved > total:
        yield reason("achieved_over", achieved=achieved, total=total)
    levels = [known[name] for name in _LEVELS if name in known]
    whole = "total_schools" if scheme is None or achieved is None else "achieved"
    if whole not in known or not levels:
        return
    facts = {"levels": sum(levels), "whole": whole, "schools": known[whole]}
    if sum(levels) > known[whole]:
        yield reason("levels_over", **facts)
    every = {f"level{level}" for level in rules.levels(scheme)} if scheme else set()
    if whole == "achieved" and every and every <= set(known) and sum(levels) < known[whole]:
        yield reason("levels_short", **facts)


def _between_rows(
    rows: Sequence[Row], stated: Sequence[Stated], rules: Rules
) -> Iterator[tuple[int, str]]:
    """The rows ALL that count fewer schools than their education levels together, and why.

    Of an education level that is printed twice the smaller count is taken: it is at least so many.
    """
    parts: dict[tuple[str, ...], dict[str, list[Stated]]] = {}
    wholes: list[tuple[int, tuple[str, ...]]] = []
    for place, (row, known) in enumerate(zip(rows, stated, strict=True)):
        same = tuple(fold(_text(row, name)) for name in _SAME + _SAME_TOO)
        phase = _text(row, "phase")
        if fold(phase) == ALL:
            wholes.append((place, same))
        elif code := rules.spellings["education_level"].get(bare(phase)):
            parts.setdefault(same, {}).setdefault(code, []).append(known)
    for place, same in wholes:
        for name in _COUNTS:
            least = {
                code: min(k[name] for k in printed if name in k)
                for code, printed in parts.get(same, {}).items()
                if any(name in k for k in printed)
            }
            whole = stated[place].get(name)
            if whole is not None and sum(least.values()) > whole:
                together = {"parts": "+".join(least), "sum": sum(least.values())}
                yield place, reason("parts_over", count=name, **together, schools=whole)
