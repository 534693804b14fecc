"""What may become of the targets, and what would close their gaps, in computed sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.charts.path_facts import nothing_ahead
from analysis.charts.reading import NothingStated, check_language
from analysis.charts.reading_sentences import Row, corridor_of, share_of, whole_office
from analysis.charts.sentences import Sentences, scoped
from analysis.charts.words import TOTAL, day, schools
from analysis.reference import About, say


def tell_outlook(
    scenarios: pd.DataFrame,
    *,
    about: About | None = None,
    lang: str = "vi",
    target_id: str | None = None,
) -> Sentences:
    """Where a target would stand on the last day of `compare_scenarios` in each scenario; `about`:
    of which schools, where these are not all."""
    check_language(lang)
    if nothing := nothing_ahead(scenarios, scenarios.attrs.get("school_year", ""), target_id):
        return Sentences((nothing.told(lang),))
    rows = scenarios[scenarios["group"].astype(str) == TOTAL]
    wanted = target_id or (rows["target_id"].iloc[0] if len(rows) else "")
    rows = rows[rows["target_id"] == wanted]
    if rows.empty:
        return Sentences((say("outlook_told_nothing", lang),))
    last = rows[rows["as_of"] == rows["as_of"].max()].set_index("scenario")
    found = {str(name): row for name, row in last.to_dict("index").items()}
    none, all_renew, past = found["none"], found["all_renew"], found.get("past_rate")
    date = day(none["as_of"])
    facts = {"label": none[f"label_{lang}"], "corridor": corridor_of(none, lang), "date": date}
    shares = {"none": share_of(none, lang), "all": share_of(all_renew, lang)}
    ending = schools(int(none["ending_count"]), lang)
    lines = [say("outlook_told", lang, ending=ending, **facts, **shares)]
    if past is None:
        lines.append(say("outlook_told_no_rate", lang))
    else:
        seen = {"renewed": past["renewed_count"], "ended": past["ended_count"]}
        lines.append(say("outlook_told_past", lang, share=share_of(past, lang), **seen))
    reference = [say("told_for_reference", lang, date=date)] if none["for_reference"] else []
    lines += [say("outlook_told_assumed", lang), *reference]
    return scoped(about, rows, lang, *lines) if about else Sentences(tuple(lines))


def tell_smallest_set(found: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """How many schools each target lacks and how many could still make it; from
    `find_smallest_set`."""
    check_language(lang)
    if found.empty:
        return Sentences((NothingStated(about.school_year).told(lang),))
    rows = whole_office(found, about.school_year, lang).to_dict("records")
    if all(row["for_reference"] for row in rows):
        said = say("told_for_reference", lang, date=day(about.as_of))
        return scoped(about, found, lang, said)
    lines = [_set_told(row, about, lang) for row in rows if row["outcome"] not in ("met", "above")]
    if not lines:
        lines = [say("smallest_told_met", lang)]
    renewals = {school for row in rows for school in row["renewals"]}
    if renewals:
        facts = {"schools": schools(len(renewals), lang), "deadline": day(rows[0]["deadline"])}
        lines.append(say("smallest_told_renewals", lang, **facts))
    return scoped(about, found, lang, *lines, say("smallest_told_no_verdict", lang))


def _set_told(row: Row, about: About, lang: str) -> str:
    outcome = row["outcome"]
    if (
        outcome in ("possible", "too_few_candidates")
        and pd.Timestamp(row["deadline"]).date() < about.as_of
    ):
        outcome = "past"
    smallest = row["smallest_count"]
    needed: Any = row["schools_needed"] if pd.isna(smallest) else smallest
    return say(
        f"smallest_told_{outcome}",
        lang,
        label=row[f"label_{lang}"],
        needed="" if pd.isna(needed) else schools(int(needed), lang),
        candidates=schools(row["candidates_count"], lang),
        total=row["schools_total"],
        deadline=day(row["deadline"]),
    )
