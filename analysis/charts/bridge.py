"""Why did the number change, and the rate? A waterfall from one school year to the next, one row a
step, and sentences on what is better and what only fewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.charts.drawing import Drawing, Row, Series
from analysis.charts.figure import Chart, or_nothing
from analysis.charts.frame import drawn
from analysis.charts.numbers import NothingStated, check_values, chosen, of_year, only, text
from analysis.charts.sentences import Sentences, scoped
from analysis.charts.style import Paint, palette
from analysis.charts.words import TOTAL, Words, in_sentence, scheme_short
from analysis.measure import STEPS
from analysis.reference import About, Number, Points, Share, SuiteError

# The first and the last step are whole numbers of schools, what lies between are changes.
START, END = "start", "end"
# Schools in force at whatever level.
ANY = "any"
# Steps of schools of which it was, or is, not known how they stand.
_UNCLEAR = ("unclear_before", "unclear_now")


@dataclass(frozen=True)
class _Step:
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

    def told(self, w: Words, years: tuple[str, str]) -> str:
        """The step as it stands at its row."""
        if self.whole:
            return w.say("bridge_whole", school_year=years[self.name == END])
        return w.say(f"step_{self.name}")

    def amount(self, lang: str) -> str:
        """A number of schools, or a change with its sign."""
        return (Number(self.after) if self.whole else Points(self.change, 0)).text(lang)


@dataclass(frozen=True)
class _Bridge:
    """The steps of one group that changed its number."""

    scheme: str
    years: tuple[str, str]
    by: str
    steps: tuple[_Step, ...]
    table: pd.DataFrame


@or_nothing
def chart_bridge(
    bridge: pd.DataFrame,
    *,
    about: About,
    lang: str = "vi",
    level: str = ANY,
    group: str = TOTAL,
    preset: str = "slide",
) -> Chart:
    """Draw a table of `measure_bridge` that ends in the school year of `about`: the schools at the
    start, what was added and what was lost, the schools at the end. Bars of whole numbers begin at
    0; a change hangs between what was before and after it.

    Columns: school_year_from, school_year_to, scheme, level, by, group, step, schools_count. Drawn
    are schools with a certificate of any level, or of exactly the `level` asked for ("1", ...); all
    of them together, or those of the `group` asked for.
    """
    w = Words.of(about, lang, bridge)
    facts = _read(bridge, about.school_year, level, group)
    kind = level if level in (ANY, "level_unknown") else "exact"
    rank, scheme = w.say(f"rank_{facts.scheme}"), scheme_short(facts.scheme)
    held = w.say(f"bridge_held_{kind}", scheme=scheme, rank=rank, level=level)
    of = w.say("bridge_group", group=w.in_text(facts.by, group)) if group != TOTAL else ""
    items = "; ".join(
        w.say("bridge_alt_item", step=step.told(w, facts.years), count=step.amount(lang))
        for step in facts.steps
    )
    years = dict(zip(("first", "second"), facts.years, strict=True))
    told = {
        "headline": _headline(facts, held, w),
        "subtitle": w.say("bridge_subtitle", first=years["first"], group=of, **w.place),
        "alt": w.say("bridge_alt", list=items, reached=held, **years),
    }
    return drawn("bridge", w, preset, facts.table, told, _describe(facts, w))


def _read(table: pd.DataFrame, school_year: str, level: str, group: str) -> _Bridge:
    """One level and group of the pair of school years that ends in the one of the chart: its steps,
    of those in between the ones that changed the number."""
    rows = of_year(table, "bridge", school_year, "school_year_to")
    rows = chosen(chosen(rows, "level", level), "group", group)
    check_values(rows, "step", STEPS)
    first, scheme, by = (only(rows, c) for c in ("school_year_from", "scheme", "by"))
    counts = dict(zip(rows["step"].map(text), map(int, rows["schools_count"]), strict=True))
    steps, schools = [_Step(START, 0, counts.get(START, 0))], counts.get(START, 0)
    for name in STEPS[1:-1]:
        if counts.get(name):
            steps.append(_Step(name, schools, schools + counts[name]))
            schools += counts[name]
    if schools != counts.get(END, 0):
        raise SuiteError("chart_bridge_open", group=group, sum=schools, end=counts.get(END, 0))
    steps.append(_Step(END, 0, schools))
    return _Bridge(scheme, (first, school_year), by, tuple(steps), rows)


def _describe(facts: _Bridge, w: Words) -> Drawing:
    """A row a step; the first series, which is not seen, holds up the others."""
    hung: dict[str, list[int]] = {"below": [], "level": [], "more": [], "less": []}
    for step in facts.steps:
        hung["below"].append(0 if step.whole else min(step.before, step.after))
        hung["level"].append(step.after if step.whole else 0)
        hung["more"].append(0 if step.whole else max(step.change, 0))
        hung["less"].append(0 if step.whole else max(-step.change, 0))
    looks = {"level": "whole", "more": "up", "less": "down"}
    paints = {part: Paint(**palette("change")[look]) for part, look in looks.items()}
    texts = tuple(step.amount(w.lang) for step in facts.steps)
    series = (
        Series(
            w.say(f"deck_bridge_{part}"),
            tuple(values),
            paints.get(part),
            texts=() if part in paints else texts,
        )
        for part, values in hung.items()
    )
    rows = (Row(step.told(w, facts.years), bold=step.whole) for step in facts.steps)
    return Drawing("steps", w.lang, tuple(rows), tuple(series))


def _way(start: int, end: int, unclear: Mapping[str, int]) -> str:
    """Whether the number rose or fell, whatever turns out of the schools that were unclear, or are;
    "open" where it depends on them."""
    if end > start + unclear.get("unclear_before", 0):
        return "up"
    if end + unclear.get("unclear_now", 0) < start:
        return "down"
    return "open" if unclear else "same"


def _headline(facts: _Bridge, held: str, w: Words) -> str:
    """From how many to how many, and the largest change if it is one alone."""
    start, end = facts.steps[0].after, facts.steps[-1].after
    changes = sorted((s for s in facts.steps if not s.whole), key=lambda s: -abs(s.change))
    if not start and not end and not changes:
        return w.say("bridge_headline_plain", reached=held)
    unclear = {name: abs(s.change) for s in changes for name in _UNCLEAR if s.name == name}
    counts = {"start": start, "end": end, "unclear": sum(unclear.values())}
    told = {name: Number(count) for name, count in counts.items()}
    said = w.say(f"bridge_headline_{_way(start, end, unclear)}", reached=held, **told)
    sizes = [abs(s.change) for s in changes] + [0]
    if sizes[0] == 0 or sizes[0] == sizes[1]:
        return said
    most, change = changes[0], Points(changes[0].change, 0)
    step = in_sentence(most.told(w, facts.years))
    return said + w.say("bridge_headline_most", step=step, change=change)


def tell_rate_changes(changes: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """What moved the rate of all schools from the year before, and whether that is schools that
    became better or fewer or more schools; from `measure_rate_changes`."""
    w = Words.of(about, lang, changes)
    try:
        rows = of_year(changes, "rate_changes", about.school_year, "school_year_to")
    except NothingStated as nothing:
        return Sentences((nothing.told(lang),))
    rows = rows[rows["group"].eq(TOTAL)]
    lines = [line for _, own in rows.groupby("scheme", sort=False) for line in _rate_told(own, w)]
    return scoped(w, changes, *lines)


def _rate_told(rows: pd.DataFrame, w: Words) -> Iterator[str]:
    row = rows.set_index("cause").to_dict("index")
    ends = {
        end: Share(int(row[end]["changed_count"]), int(row[end]["changed_total"]), decimals=1)
        for end in (START, END)
    }
    years = [rows[f"school_year_{name}"].iloc[0] for name in ("from", "to")]
    yield w.say(
        "rate_told",
        scheme=scheme_short(only(rows, "scheme")),
        **ends,
        years=" → ".join(years),
    )
    told = {
        cause: facts
        for cause, facts in row.items()
        if cause not in ends and (facts["changed_count"] or facts["changed_total"])
    }
    for cause, facts in told.items():
        counts = {name: Points(facts[f"changed_{name}"], 0) for name in ("count", "total")}
        points = (
            "" if pd.isna(facts["points"]) else w.say("rate_points", points=Points(facts["points"]))
        )
        yield w.say("rate_cause", cause=w.say(f"cause_{cause}"), points=points, **counts)
    if "schools" in told and not pd.isna(told["schools"]["points"]):
        schools, better = (abs(row[cause]["points"]) for cause in ("schools", "better"))
        yield w.say("rate_mostly_schools" if schools >= better else "rate_mostly_better")
