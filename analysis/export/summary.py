"""A school year in short: five sentences, the schools they speak of, and what to do next.

The first page, the report and the deck begin with it. A sentence claims only what a verdict says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

import pandas as pd

from analysis.charts import tell
from analysis.charts.numbers import target_row
from analysis.charts.words import TOTAL, Words, day
from analysis.compare import compare_to_targets, find_smallest_set
from analysis.export import saved
from analysis.export.saved import SavedChart, SavedCharts, saved_charts
from analysis.measure import list_expiries, members_of
from analysis.reference import About, Number, TargetSet, is_issued, say
from analysis.status import UNCLEAR
from analysis.tables import context
from analysis.tables.words import in_word

# The verdicts on education levels in the order in which a gap is told.
_TOLD = ("not_met", "open", "reference")
_LEADING = {"targets": "targets", "gaps": "gaps", "expiries": "ends"}  # kind of chart -> sentence
_WHO = ["school_name", "unit", "education_level"]


class Year(saved.Year, Protocol):
    """Of what a summary is made: a school year."""

    @property
    def targets(self) -> TargetSet: ...
    @property
    def schemes(self) -> list[str]: ...
    @property
    def held(self) -> pd.DataFrame: ...
    @property
    def doubts(self) -> pd.DataFrame: ...
    @property
    def set_aside(self) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Summary:
    """A school year in short. `told`: a sentence by what it is about (targets, gaps, schools, ends,
    next); `schools`: one row per school without a certificate in force, or of which that is
    unclear; `ending`: one row per certificate that ends within 12 months, the first to end first;
    `steps`: one row per thing to do; `charts`: all that were saved."""

    about: About
    lang: str
    told: Mapping[str, str]
    schools: pd.DataFrame
    ending: pd.DataFrame
    steps: pd.DataFrame
    charts: SavedCharts
    target_id: str = ""

    @property
    def title(self) -> str:
        """Of which school year it is."""
        return say("summary_head", self.lang, year=self.about.school_year)

    @property
    def answers(self) -> dict[str, str]:
        """The sentences by the question each answers."""
        return {say(f"summary_is_{what}", self.lang): line for what, line in self.told.items()}

    @property
    def answer_table(self) -> pd.DataFrame:
        """One row per sentence, with the question it answers."""
        words = [say("summary_topic", self.lang), say("summary_told", self.lang)]
        table = pd.DataFrame(self.answers.items(), columns=words)
        table.attrs |= context(self.about, self.lang)
        return table

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The schools concerned, and what to do next, by heading."""
        found = {"lacking": self.schools, "ending": self.ending, "steps": self.steps}
        return {say(f"first_{name}", self.lang): t for name, t in found.items() if len(t)}

    @property
    def leading(self) -> dict[str, SavedChart]:
        """The saved charts that show a sentence, by what it is about: of the targets, of the gaps
        to the one furthest off, of what ends."""
        found: dict[str, SavedChart] = {}
        for chart in sorted(self.charts, key=self._is_other):
            if chart.kind in _LEADING:
                found.setdefault(_LEADING[chart.kind], chart)
        return {what: found[what] for what in _LEADING.values() if what in found}

    def _is_other(self, chart: SavedChart) -> bool:
        """Whether it is of another target than the one furthest off."""
        return chart.kind == "gaps" and self.target_id not in {*chart.table["target_id"]}

    def __repr__(self) -> str:
        return "\n".join(dict.fromkeys(self.told.values()))

    def _repr_html_(self) -> str:
        """The sentences as a list."""
        items = "".join(f"<li>{escape(line)}</li>" for line in dict.fromkeys(self.told.values()))
        return f"<ol>{items}</ol>"


def summarize(year: Year, charts: SavedCharts | None = None) -> Summary:
    """A school year in short, to be read, or to be made into slides by `export_deck`.

    `charts`: those to be shown; all that the notebooks saved, if not given.

    >>> list(summarize(load_year("2024-2025")).told)
    ['targets', 'gaps', 'schools', 'ends', 'next']
    """
    whole = compare_to_targets(year)
    furthest = _furthest(compare_to_targets(year, by="education_level"))
    lists = {scheme: list_expiries(year, scheme=scheme) for scheme in year.schemes}
    lacking, ending, undated = _lacking(year), _ending(lists), _undated(lists, year.lang)
    steps = [*_steps(year, whole, lacking, ending)]
    told = {
        "targets": tell(whole).lines[0] if len(whole) else _no_targets(year),
        "gaps": _gap_told(furthest, year) if len(whole) else _no_targets(year),
        "schools": _schools_told(lacking, year),
        "ends": " ".join([_ends_told(ending, year), *undated]),
        "next": _next_told(steps, year.lang),
    }
    words = [say("todo", year.lang), say("todo_by", year.lang)]
    return Summary(
        year.about,
        year.lang,
        told,
        _of_year(lacking.drop(columns=[*map(_clear, year.schemes)]), year),
        _of_year(_certificates(ending, year.lang), year),
        _of_year(pd.DataFrame(steps, columns=words), year),
        saved_charts(year) if charts is None else charts,
        str(furthest.get("target_id", "")),
    )


def _of_year(table: pd.DataFrame, year: Year) -> pd.DataFrame:
    table.attrs |= context(year.about, year.lang)
    return table


def _no_targets(year: Year) -> str:
    return say("summary_no_targets", year.lang, year=year.about.school_year)


def _furthest(gaps: pd.DataFrame) -> dict[Any, Any]:
    """The row of the education level furthest below its target, of those found to be short, else
    of the open ones, else of those for reference."""
    below = gaps[gaps["group"].ne(TOTAL) & gaps["gap_points"].lt(0)]
    for verdict in _TOLD:
        rows = below[below["verdict"].eq(verdict)]
        if len(rows):
            return dict(rows.sort_values("gap_points", kind="stable").iloc[0])
    return {}


def _gap_told(furthest: dict[Any, Any], year: Year) -> str:
    if not furthest:
        return say("summary_gaps_none", year.lang)
    row, w = target_row(furthest, year.lang), Words(year.lang)
    off = w.say("distance_in_text", points=row.points, off=row.off(w)) if row.is_off else ""
    facts = {"label": row.label, "share": row.amount, "corridor": row.corridor, "off": off}
    return w.say(f"summary_gaps_{row.verdict}", group=w.group(row.by, row.group), **facts)


def _clear(scheme: str) -> str:
    """The column that says whether it is clear that a school lacks a certificate."""
    return f"{scheme}_lacks"


def _lacking(year: Year) -> pd.DataFrame:
    """The schools of a base that hold nothing of a scheme, or of which that is unclear."""
    held, rules = year.held.reset_index(drop=True), year.reference.rules
    rows = held[[*_WHO, *(f"{scheme}_standing" for scheme in year.schemes)]].copy()
    wanted = pd.Series(False, index=rows.index)
    for scheme in year.schemes:
        of = members_of(held, scheme, rules.default_base(scheme))
        standing = held[f"{scheme}_standing"].astype("str")
        holds = standing.str.isdecimal() | standing.eq("level_unknown")
        lacks = standing.isin(UNCLEAR).map({True: pd.NA, False: True}).astype("boolean")
        rows[_clear(scheme)] = lacks.where((of.counted | of.unsure) & ~holds, False)
        wanted |= rows[_clear(scheme)].fillna(True).astype(bool)
    return rows[wanted & held["in_scope"].notna()].reset_index(drop=True)


def _schools_told(lacking: pd.DataFrame, year: Year) -> str:
    items = []
    for scheme in year.schemes:
        flags = lacking[_clear(scheme)]
        facts = {"scheme": _name(scheme, year.lang), "unclear": int(flags.isna().sum())}
        count = Words(year.lang).schools(int(flags.fillna(False).sum()))
        key = "summary_schools_unclear" if facts["unclear"] else "summary_schools_item"
        items.append(say(key, year.lang, schools=count, **facts))
    if lacking.empty:
        return say("summary_schools_none", year.lang)
    return say("summary_schools", year.lang, list="; ".join(items))


def _name(scheme: str, lang: str) -> str:
    return say(f"scheme_{scheme}", lang)


def _ending(lists: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The certificates that end within 12 months, the first to end first."""
    soon = [table[table["stage"].isin(["alert", "overdue"])] for table in lists.values()]
    if not soon:
        return pd.DataFrame(columns=[*_WHO, "scheme", "level", "expires", "renewal_due", "stage"])
    return pd.concat(soon, ignore_index=True).sort_values("expires", kind="stable")


def _certificates(ending: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The certificates that end as they are shown: which, of what level, and the days to act on."""
    shown = ending[[*_WHO, "expires", "renewal_due"]].reset_index(drop=True)
    levels = ending["level"].astype("str").where(ending["level"].notna(), "level_unknown")
    words = [
        f"{_name(scheme, lang)}: {in_word(level, ('standing',), lang, scheme)}"
        for scheme, level in zip(ending["scheme"], levels, strict=True)
    ]
    shown.insert(len(_WHO), say("summary_certificate", lang), words)
    return shown


def _undated(lists: Mapping[str, pd.DataFrame], lang: str) -> list[str]:
    """What is said of certificates in force whose end is not known."""
    items = [
        f"{_name(scheme, lang)} {Words(lang).schools(count)}"
        for scheme, table in lists.items()
        if (count := int(table["stage"].eq("undated").sum()))
    ]
    return [say("summary_ends_undated", lang, list="; ".join(items))] if items else []


def _ends_told(ending: pd.DataFrame, year: Year) -> str:
    if ending.empty:
        return say("summary_ends_none", year.lang)
    counts = {scheme: int(ending["scheme"].eq(scheme).sum()) for scheme in year.schemes}
    items = [f"{_name(s, year.lang)} {Words(year.lang).schools(n)}" for s, n in counts.items()]
    first = ending.iloc[0]
    facts = {"school": first["school_name"], "date": day(first["expires"])}
    scheme = _name(first["scheme"], year.lang)
    return say("summary_ends", year.lang, list="; ".join(items), scheme=scheme, **facts)


def _steps(
    year: Year, whole: pd.DataFrame, lacking: pd.DataFrame, ending: pd.DataFrame
) -> Iterator[tuple[str, str]]:
    """What is to be done, each with the day by which, where there is one."""
    lang = year.lang
    for key, faults in (("todo_doubts", year.doubts), ("todo_set_aside", year.set_aside)):
        if len(faults):
            yield say(key, lang, count=Number(len(faults))), ""
    for scheme in year.schemes:
        blank = lacking[f"{scheme}_standing"].eq("not_stated") & lacking[_clear(scheme)].isna()
        facts = {"scheme": _name(scheme, lang), "year": year.about.school_year}
        if count := int(blank.sum()):
            yield say("todo_blank", lang, schools=Words(lang).schools(count), **facts), ""
    for row in whole[whole["verdict"].eq("open")].to_dict("records"):
        names = Words(lang).names(row["undecided"], more_of="more_schools")
        yield say("todo_open", lang, names=names, label=row[f"label_{lang}"]), ""
    for scheme in year.schemes:
        if is_issued(year.about.as_of, scheme, year.reference.rules):
            yield from _renewals(ending[ending["scheme"].eq(scheme)], scheme, lang)
    if not len(whole):
        return
    if whole["verdict"].isin(["reference", "not_issued"]).all():
        yield say("todo_targets", lang), ""
        return
    smallest = find_smallest_set(year)
    for place in smallest.index[~smallest["outcome"].isin(["met", "above", "not_issued"])]:
        yield tell(smallest.loc[[place]]).lines[0], day(smallest.at[place, "deadline"])


def _renewals(ending: pd.DataFrame, scheme: str, lang: str) -> Iterator[tuple[str, str]]:
    for stage, key in (("overdue", "todo_overdue"), ("alert", "todo_renew")):
        rows = ending[ending["stage"].eq(stage)]
        if len(rows):
            by = rows["renewal_due" if stage == "alert" else "expires"].min()
            count = Words(lang).schools(len(rows))
            yield say(key, lang, scheme=_name(scheme, lang), schools=count), day(by)


def _next_told(steps: list[tuple[str, str]], lang: str) -> str:
    if not steps:
        return say("summary_next_none", lang)
    first = steps[0][0]
    return say("summary_next", lang, count=len(steps), first=first) if steps[1:] else first
