"""What may become of the targets, and what would close their gaps, in computed sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.chart.reading import check_language
from analysis.chart.reading_sentences import Row, corridor_of, share_of, whole_office
from analysis.chart.sentences import Sentences
from analysis.chart.words import TOTAL, day, schools
from analysis.reference import About, say


def tell_outlook(
    scenarios: pd.DataFrame, *, lang: str = "vi", target_id: str | None = None
) -> Sentences:
    """Where a target would stand on the last day of `compare_scenarios` in each scenario."""
    check_language(lang)
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
    return Sentences((*lines, say("outlook_told_assumed", lang), *reference))


def tell_smallest_set(found: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """How many schools each target lacks and how many could still make it; from
    `find_smallest_set`."""
    rows = whole_office(found, about.school_year, lang).to_dict("records")
    lines = [_set_told(row, about, lang) for row in rows if row["outcome"] not in ("met", "above")]
    if not lines:
        lines = [say("smallest_told_met", lang)]
    renewals = {school for row in rows for school in row["renewals"]}
    if renewals:
        facts = {"schools": schools(len(renewals), lang), "deadline": day(rows[0]["deadline"])}
        lines.append(say("smallest_told_renewals", lang, **facts))
    return Sentences((*lines, say("smallest_told_no_verdict", lang)))


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
