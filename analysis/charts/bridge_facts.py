"""The steps from one school year to the next, checked that they add up, and the finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.charts.reading import Shape, check_values, chosen, only, text
from analysis.charts.words import TOTAL, group_in_text, place, scheme_short, signed
from analysis.measure import STEPS
from analysis.reference import About, SuiteError, decimal, say

# The first and the last step are whole numbers of schools, what lies between are changes.
START, END = "start", "end"
# Schools in force at whatever level.
ANY = "any"
# Steps of schools of which it was, or is, not known how they stand.
_UNCLEAR = ("unclear_before", "unclear_now")
BRIDGE = Shape(
    "measure_bridge",
    (
        *("school_year_from", "school_year_to", "scheme", "level"),
        *("by", "group", "step", "schools_count"),
    ),
)


@dataclass(frozen=True)
class Step:
    """One step: the schools before it and after it."""

    name: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """Schools more (or fewer)."""
        return self.after - self.before

    @property
    def whole(self) -> bool:
        """Start and end are numbers of schools, not changes."""
        return self.name in (START, END)


@dataclass(frozen=True)
class Bridge:
    """The steps of one group that changed its number."""

    scheme: str
    level: str
    by: str
    group: str
    years: tuple[str, str]
    steps: tuple[Step, ...]
    table: pd.DataFrame


def read_bridge(table: pd.DataFrame, school_year: str, level: str, group: str) -> Bridge:
    """One level and group of the pair of school years that ends in the one of the chart: its steps,
    of those in between the ones that changed the number."""
    rows = BRIDGE.of_year(table, school_year, "school_year_to")
    rows = chosen(chosen(rows, "level", level), "group", group)
    check_values(rows, "step", STEPS)
    keys = {c: only(rows, c) for c in ("school_year_from", "scheme", "by")}
    counts = dict(zip(rows["step"].map(text), map(int, rows["schools_count"]), strict=True))
    steps, schools = [Step(START, 0, counts.get(START, 0))], counts.get(START, 0)
    for name in STEPS[1:-1]:
        if counts.get(name):
            steps.append(Step(name, schools, schools + counts[name]))
            schools += counts[name]
    if schools != counts.get(END, 0):
        raise SuiteError("chart_bridge_open", group=group, sum=schools, end=counts.get(END, 0))
    steps.append(Step(END, 0, schools))
    years = keys["school_year_from"], school_year
    return Bridge(keys["scheme"], level, keys["by"], group, years, tuple(steps), rows)


def step_name(step: Step, facts: Bridge, lang: str) -> str:
    """A step as it stands at its row."""
    if step.whole:
        return say("bridge_whole", lang, school_year=facts.years[step.name == END])
    return say(f"step_{step.name}", lang)


def amount(step: Step, lang: str) -> str:
    """A number of schools, or a change with its sign."""
    return decimal(step.after, 0, lang) if step.whole else signed(step.change, lang)


def about_bridge(facts: Bridge, about: About, lang: str) -> dict[str, str]:
    """Headline, subtitle and alt text."""
    words = {"reached": _held(facts, lang)}
    named = facts.group != TOTAL
    group = group_in_text(facts.by, facts.group, lang)
    told = {"group": say("bridge_group", lang, group=group) if named else ""}
    items = (
        say("bridge_alt_item", lang, step=step_name(s, facts, lang), count=amount(s, lang))
        for s in facts.steps
    )
    first, second = facts.years
    return {
        "headline": _headline(facts, words, lang),
        "subtitle": say("bridge_subtitle", lang, first=first, **told, **place(about, lang)),
        "alt": say("bridge_alt", lang, first=first, second=second, list="; ".join(items), **words),
    }


def _held(facts: Bridge, lang: str) -> str:
    """What is counted: a certificate of any level, or of exactly one."""
    kind = facts.level if facts.level in (ANY, "level_unknown") else "exact"
    rank, scheme = say(f"rank_{facts.scheme}", lang), scheme_short(facts.scheme)
    return say(f"bridge_held_{kind}", lang, scheme=scheme, rank=rank, level=facts.level)


def _way(start: int, end: int, unclear: Mapping[str, int]) -> str:
    """Whether the number rose or fell, whatever turns out of the schools that were unclear, or are;
    "open" where it depends on them."""
    if end > start + unclear.get("unclear_before", 0):
        return "up"
    if end + unclear.get("unclear_now", 0) < start:
        return "down"
    return "open" if unclear else "same"


def _headline(facts: Bridge, words: dict[str, str], lang: str) -> str:
    """From how many to how many, and the largest change if it is one alone."""
    start, end = facts.steps[0].after, facts.steps[-1].after
    changes = sorted((s for s in facts.steps if not s.whole), key=lambda s: -abs(s.change))
    if not start and not end and not changes:
        return say("bridge_headline_plain", lang, **words)
    unclear = {name: abs(s.change) for s in changes for name in _UNCLEAR if s.name == name}
    counts = {"start": start, "end": end, "unclear": sum(unclear.values())}
    told = {name: decimal(count, 0, lang) for name, count in counts.items()}
    said = say(f"bridge_headline_{_way(start, end, unclear)}", lang, **told, **words)
    sizes = [abs(s.change) for s in changes] + [0]
    if sizes[0] == 0 or sizes[0] == sizes[1]:
        return said
    step = step_name(changes[0], facts, lang)
    change = signed(changes[0].change, lang)
    return said + say("bridge_headline_most", lang, step=step[:1].lower() + step[1:], change=change)
