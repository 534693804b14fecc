"""How targets can be read, whether they can be met, what may become of them and what would close
their gaps, in sentences computed from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.charts.numbers import NothingStated
from analysis.charts.path import nothing_ahead
from analysis.charts.sentences import Sentences, scoped
from analysis.charts.words import TOTAL, Words, check_language, day
from analysis.reference import (
    About,
    Corridor,
    Percent,
    Share,
    Span,
    SuiteError,
    read_rules,
    sentence,
)
from analysis.tables.words import in_word

Row = Mapping[Any, Any]


def tell_readings(readings: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """Whether a verdict depends on how the targets are read, from `compare_readings`; after their
    last day there is none, and only shares are told."""
    w = Words(check_language(lang), about)
    if readings.empty:
        return Sentences((NothingStated(about.school_year).told(lang),))
    rows = _whole_office(readings, about.school_year)
    over = _no_more(rows, w)
    told = rows[rows["shown"] & rows["verdict"].ne("not_issued")]
    if told.empty:
        return scoped(w, rows, *over)
    parts = [*told["target_id"].unique()]
    open_parts = [*told.loc[told["verdict_depends"], "target_id"].unique()]
    silent = told[(told["verdict"] == "open") & ~told["target_id"].isin(open_parts)]
    facts = {"date": w.date, "count": len(open_parts), "total": len(parts)}
    key = "readings_told_same" if silent.empty else "readings_told_open"
    if told["for_reference"].any():
        key = "told_for_reference"
    elif open_parts:
        key = "readings_told_depends"
    facts["list"] = ", ".join(silent[f"label_{w.lang}"].unique())
    lines = [w.say(key, **facts)]
    lines += [_differing(told[told["target_id"] == part], w) for part in open_parts]
    return scoped(w, told, *lines, *over)


def _no_more(rows: pd.DataFrame, w: Words) -> list[str]:
    """That of some targets there is no verdict, as their certificate is not issued any more."""
    labels = rows.loc[rows["verdict"].eq("not_issued"), f"label_{w.lang}"].unique()
    return [f"{sentence(w.say('told_not_issued', list=', '.join(labels)))}."] if len(labels) else []


def _differing(rows: pd.DataFrame, w: Words) -> str:
    """One target: the reading in force, then one reading for each other verdict."""
    ordered = rows.sort_values("in_force", ascending=False, kind="stable")
    kinds = ordered.drop_duplicates(["verdict", "position"]).to_dict("records")
    items = [_reading(row, w) for row in kinds if row["verdict"] != "no_schools"]
    first = kinds[0]
    facts = {"label": first[f"label_{w.lang}"], "corridor": Corridor.of_row(first)}
    return w.say("readings_told_item", first=items[0], others="; ".join(items[1:]), **facts)


def _reading(row: Row, w: Words) -> str:
    silent = "_silent" if row["for_reference"] else ""
    return w.say(
        f"readings_told_reading{silent}",
        share=_share(row),
        position=w.say(f"verdict_{row['verdict']}"),
        reading=_read_as(row, w),
        base=w.say(f"base_{row['base']}"),
    )


def _read_as(row: Row, w: Words) -> str:
    """What a reading counts: "đúng cấp độ 2", "cấp độ 2 trở lên"."""
    return w.say(f"counted_{row['scheme']}_{row['reading']}", level=row["level"])


def tell_feasibility(
    feasibility: pd.DataFrame, coherence: pd.DataFrame | None = None, *, lang: str = "vi"
) -> Sentences:
    """How many schools each corridor means, where none does, and whether the targets fit one
    another: from `check_feasibility` and `check_coherence`."""
    w = Words(check_language(lang))
    if feasibility.empty:
        return Sentences(())
    rows = feasibility.to_dict("records")
    whole = [r for r in rows if r["group"] == TOTAL and r["attainable"]]
    none = [r for r in rows if not r["attainable"]]
    ended = feasibility.attrs.get("for_reference")
    lines = [w.say("feasibility_told_reference")] if ended else []
    if whole:
        items = "; ".join(_counts(row, w) for row in whole)
        lines.append(w.say("feasibility_told", list=items))
    if none:
        items = w.names([_between(row, w) for row in none], "; ")
        lines.append(w.say("feasibility_told_none", list=items))
    return Sentences((*lines, *([] if coherence is None else _coherence(coherence, w))))


def _counts(row: Row, w: Words) -> str:
    counts = Span(row["lowest_count"], row["highest_count"])
    facts = {"label": row[f"label_{w.lang}"], "corridor": Corridor.of_row(row)}
    return w.say("feasibility_item", counts=counts, total=row["schools_total"], **facts)


def _between(row: Row, w: Words) -> str:
    """The two counts a corridor lies between: "0 trường là 0,0%, 1 trường là 11,1%"."""
    around = [
        w.say(
            "feasibility_count",
            schools=w.schools(int(row[f"{side}_count"])),
            percent=Percent(row[f"{side}_percent"], max(1, row["decimals"])),
        )
        for side in ("under", "over")
        if not pd.isna(row[f"{side}_count"])
    ]
    return w.say(
        "feasibility_item_none",
        label=row[f"label_{w.lang}"],
        corridor=Corridor.of_row(row),
        total=row["schools_total"],
        group=_group(row["group"], w),
        around=", ".join(around),
    )


def _coherence(coherence: pd.DataFrame, w: Words) -> list[str]:
    """What the law adds in the reading in force, and where nothing or little fits."""
    fits = coherence[coherence["coherent"]]
    clashes = coherence[~coherence["coherent"]].drop_duplicates("conflict")
    lines = _asked_by_law(fits[fits["in_force"]], w)
    for number in clashes["combination"]:
        rows = coherence[coherence["combination"] == number].drop_duplicates("target_id")
        rows = rows.set_index("target_id", drop=False)
        items = "; ".join(_clashing(rows.loc[part], w) for part in rows["conflict"].iloc[0])
        lines.append(w.say("coherence_told_conflict", list=items))
    return [*lines, *_narrowest(coherence, w)]


def _clashing(row: Any, w: Words) -> str:
    if row["target_id"] == "law":
        return w.say("coherence_the_law", level=row["level"])
    return w.say("coherence_item", label=row[f"label_{w.lang}"], reading=_read_as(row, w))


def _asked_by_law(rows: pd.DataFrame, w: Words) -> list[str]:
    """Where CQG asks for more schools at a level than the KĐCLGD targets themselves."""
    law = rows[(rows["target_id"] == "law") & rows["narrowed"]]
    law = law[law["lowest"] > law["alone_lowest"]]
    names = ("level", "lowest", "alone_lowest", "schools_total")
    return [
        w.say("coherence_told_law", **{n: row[n] for n in names}) for row in law.to_dict("records")
    ]


def _narrowest(coherence: pd.DataFrame, w: Words) -> list[str]:
    """One sentence on a part that, read otherwise, leaves a single number of schools."""
    reads = pd.MultiIndex.from_frame(coherence[["target_id", "reading"]])
    other = ~reads.isin(reads[coherence["in_force"]])
    single = coherence["lowest"].eq(coherence["highest"]).fillna(False)
    rows = coherence[coherence["narrowed"] & single & other]
    if rows.empty:
        return []
    row = rows.iloc[0].to_dict()
    counts = {n: row[n] for n in ("lowest", "alone_lowest", "alone_highest", "schools_total")}
    facts = {"label": row[f"label_{w.lang}"], "reading": _read_as(row, w)}
    return [w.say("coherence_told_narrow", **facts, **counts)]


def _whole_office(table: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """The rows of all schools together in one year."""
    rows = table[(table["school_year"] == school_year) & (table["group"].astype(str) == TOTAL)]
    if rows.empty:
        raise SuiteError("chart_no_total", school_year=school_year)
    return rows


def _share(row: Row) -> Share:
    """The share of a row, with what is unclear."""
    counts = (int(row[name]) for name in ("schools_count", "schools_total", "unclear_count"))
    return Share(*counts)


def _group(group: str, w: Words) -> str:
    """A group in brackets behind a number of schools; nothing where it is all of them."""
    if group == TOTAL:
        return ""
    levels = group.split(" + ")
    if {*levels} <= {*read_rules().education_levels}:
        return f" ({w.levels(','.join(levels)) if levels[1:] else w.say(f'level_{group}')})"
    return f" ({group})"


def tell_outlook(
    scenarios: pd.DataFrame,
    *,
    about: About | None = None,
    lang: str = "vi",
    target_id: str | None = None,
) -> Sentences:
    """Where a target would stand on the last day of `compare_scenarios` in each scenario; `about`:
    of which schools, where these are not all."""
    w = Words(check_language(lang), about)
    if nothing := nothing_ahead(scenarios, scenarios.attrs.get("school_year", ""), target_id):
        return Sentences((nothing.told(lang),))
    rows = scenarios[scenarios["group"].astype(str) == TOTAL]
    wanted = target_id or (rows["target_id"].iloc[0] if len(rows) else "")
    rows = rows[rows["target_id"] == wanted]
    if rows.empty:
        return Sentences((w.say("outlook_told_nothing"),))
    last = rows[rows["as_of"] == rows["as_of"].max()].set_index("scenario")
    found = {str(name): row for name, row in last.to_dict("index").items()}
    none, all_renew, past = found["none"], found.get("all_renew"), found.get("past_rate")
    date = day(none["as_of"])
    facts = {"label": none[f"label_{w.lang}"], "corridor": Corridor.of_row(none), "date": date}
    ending = w.schools(int(none["ending_count"]))
    if all_renew is None:
        said = w.say("outlook_told_run_off", ending=ending, none=_share(none), **facts)
        return scoped(w, rows, said) if about else Sentences((said,))
    shares = {"none": _share(none), "all": _share(all_renew)}
    lines = [w.say("outlook_told", ending=ending, **facts, **shares)]
    if past is None:
        lines.append(w.say("outlook_told_no_rate"))
    else:
        seen = {"renewed": past["renewed_count"], "ended": past["ended_count"]}
        lines.append(w.say("outlook_told_past", share=_share(past), **seen))
    reference = [w.say("told_for_reference", date=date)] if none["for_reference"] else []
    lines += [w.say("outlook_told_assumed"), *reference]
    return scoped(w, rows, *lines) if about else Sentences(tuple(lines))


def tell_smallest_set(found: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """How many schools each target lacks and how many could still make it; from
    `find_smallest_set`."""
    w = Words(check_language(lang), about)
    if found.empty:
        return Sentences((NothingStated(about.school_year).told(lang),))
    rows = _whole_office(found, about.school_year).to_dict("records")
    over = _no_more(_whole_office(found, about.school_year), w)
    if any(row["outcome"] == "reference" for row in rows):
        return scoped(w, found, w.say("told_for_reference", date=w.date))
    told = [row for row in rows if row["outcome"] != "not_issued"]
    if not told:
        return scoped(w, found, *over)
    lines = [_set_told(row, w) for row in told if row["outcome"] not in ("met", "above")]
    if not lines:
        lines = [w.say("smallest_told_met")]
    renewals = {school for row in rows for school in row["renewals"]}
    if renewals:
        facts = {"schools": w.schools(len(renewals)), "deadline": day(rows[0]["deadline"])}
        lines.append(w.say("smallest_told_renewals", **facts))
    return scoped(w, found, *lines, *over, w.say("smallest_told_no_verdict"))


def _set_told(row: Row, w: Words) -> str:
    smallest = row["smallest_count"]
    needed: Any = row["schools_needed"] if pd.isna(smallest) else smallest
    return w.say(
        f"smallest_told_{row['outcome']}",
        label=row[f"label_{w.lang}"],
        needed="" if pd.isna(needed) else w.schools(int(needed)),
        candidates=w.schools(row["candidates_count"]),
        total=row["schools_total"],
        deadline=day(row["deadline"]),
    )


def tell_what_if(found: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """Which targets a few schools more or fewer would move, and which verdicts turn; from
    `what_if`."""
    w = Words(check_language(lang), about)
    assumed = found.attrs["assumed"]
    rows = found[found["group"].astype(str) == TOTAL].to_dict("records")
    moved = [r for r in rows if (r["schools_count"], r["schools_total"]) != _then(r)]
    key = "what_if_told_more" if assumed["more"] > 0 else "what_if_told_fewer"
    level = {"level": assumed["level"]}
    names = [in_word(v, ("level", "ownership"), lang, "") for v in assumed["of"].values()]
    told = w.say(
        key,
        schools=w.schools(abs(assumed["more"])),
        of=f" ({', '.join(names)})" if names else "",
        reached=w.say(f"reached_{assumed['scheme']}", **level),
        list="; ".join(_turn(r, w) for r in moved) or w.say("what_if_told_none"),
    )
    return scoped(w, found, told)


def _then(row: Row) -> tuple[int, int]:
    return row["then_count"], row["then_total"]


def _turn(row: Row, w: Words) -> str:
    """One target, before and after."""
    verdicts = {"before": row["verdict"], "verdict": row["then_verdict"]}
    return w.say(
        "what_if_told_turn" if row["turns"] else "what_if_told_item",
        label=row[f"label_{w.lang}"],
        now=Share(int(row["schools_count"]), int(row["schools_total"])),
        then=Share(*map(int, _then(row))),
        **{name: w.say(f"verdict_{word}") for name, word in verdicts.items()},
    )
