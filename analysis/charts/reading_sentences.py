"""How targets can be read and whether they can be met, in sentences computed from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.charts.reading import NothingStated, check_language
from analysis.charts.sentences import Sentences, scoped
from analysis.charts.unclear import some_names
from analysis.charts.words import TOTAL, day, schools
from analysis.reference import About, Corridor, Number, Percent, Share, SuiteError, read_rules, say

Row = Mapping[Any, Any]


def tell_readings(readings: pd.DataFrame, *, about: About, lang: str = "vi") -> Sentences:
    """Whether a verdict depends on how the targets are read, from `compare_readings`; after their
    last day there is none, and only shares are told."""
    check_language(lang)
    if readings.empty:
        return Sentences((NothingStated(about.school_year).told(lang),))
    rows = whole_office(readings, about.school_year, lang)
    told = rows[rows["shown"]]
    parts = [*told["target_id"].unique()]
    open_parts = [*told.loc[told["verdict_depends"], "target_id"].unique()]
    silent = told[(told["verdict"] == "open") & ~told["target_id"].isin(open_parts)]
    facts = {"date": day(about.as_of), "count": len(open_parts), "total": len(parts)}
    key = "readings_told_same" if silent.empty else "readings_told_open"
    if told["for_reference"].any():
        key = "told_for_reference"
    elif open_parts:
        key = "readings_told_depends"
    facts["list"] = ", ".join(silent[f"label_{lang}"].unique())
    lines = [say(key, lang, **facts)]
    lines += [_differing(told[told["target_id"] == part], lang) for part in open_parts]
    return scoped(about, told, lang, *lines)


def _differing(rows: pd.DataFrame, lang: str) -> str:
    """One target: the reading in force, then one reading for each other verdict."""
    ordered = rows.sort_values("in_force", ascending=False, kind="stable")
    kinds = ordered.drop_duplicates(["verdict", "position"]).to_dict("records")
    items = [_reading(row, lang) for row in kinds if row["verdict"] != "no_schools"]
    first = kinds[0]
    facts = {"label": first[f"label_{lang}"], "corridor": corridor_of(first)}
    return say("readings_told_item", lang, first=items[0], others="; ".join(items[1:]), **facts)


def _reading(row: Row, lang: str) -> str:
    silent = "_silent" if row["for_reference"] else ""
    return say(
        f"readings_told_reading{silent}",
        lang,
        share=share_of(row),
        position=say(f"verdict_{row['verdict']}", lang),
        reading=_read_as(row, lang),
        base=say(f"base_{row['base']}", lang),
    )


def _read_as(row: Row, lang: str) -> str:
    """What a reading counts: "đúng cấp độ 2", "cấp độ 2 trở lên"."""
    return say(f"counted_{row['scheme']}_{row['reading']}", lang, level=row["level"])


def tell_feasibility(
    feasibility: pd.DataFrame, coherence: pd.DataFrame | None = None, *, lang: str = "vi"
) -> Sentences:
    """How many schools each corridor means, where none does, and whether the targets fit one
    another: from `check_feasibility` and `check_coherence`."""
    check_language(lang)
    if feasibility.empty:
        return Sentences(())
    rows = feasibility.to_dict("records")
    whole = [r for r in rows if r["group"] == TOTAL and r["attainable"]]
    none = [r for r in rows if not r["attainable"]]
    lines = []
    if whole:
        items = "; ".join(_counts(row, lang) for row in whole)
        lines.append(say("feasibility_told", lang, list=items))
    if none:
        items = some_names([_between(row, lang) for row in none], lang, "; ")
        lines.append(say("feasibility_told_none", lang, list=items))
    return Sentences((*lines, *([] if coherence is None else _coherence(coherence, lang))))


def _counts(row: Row, lang: str) -> str:
    low, high = row["lowest_count"], row["highest_count"]
    counts = Number(low) if low == high else f"{low}–{high}"
    facts = {"label": row[f"label_{lang}"], "corridor": corridor_of(row)}
    return say("feasibility_item", lang, counts=counts, total=row["schools_total"], **facts)


def _between(row: Row, lang: str) -> str:
    """The two counts a corridor lies between: "0 trường là 0,0%, 1 trường là 11,1%"."""
    around = [
        say(
            "feasibility_count",
            lang,
            schools=schools(int(row[f"{side}_count"]), lang),
            percent=Percent(row[f"{side}_percent"], max(1, row["decimals"])),
        )
        for side in ("under", "over")
        if not pd.isna(row[f"{side}_count"])
    ]
    return say(
        "feasibility_item_none",
        lang,
        label=row[f"label_{lang}"],
        corridor=corridor_of(row),
        total=row["schools_total"],
        group=_group(row["group"], lang),
        around=", ".join(around),
    )


def _coherence(coherence: pd.DataFrame, lang: str) -> list[str]:
    """What the law adds in the reading in force, and where nothing or little fits."""
    fits = coherence[coherence["coherent"]]
    clashes = coherence[~coherence["coherent"]].drop_duplicates("conflict")
    lines = _asked_by_law(fits[fits["in_force"]], lang)
    for number in clashes["combination"]:
        rows = coherence[coherence["combination"] == number].drop_duplicates("target_id")
        rows = rows.set_index("target_id", drop=False)
        items = "; ".join(_clashing(rows.loc[part], lang) for part in rows["conflict"].iloc[0])
        lines.append(say("coherence_told_conflict", lang, list=items))
    return [*lines, *_narrowest(coherence, lang)]


def _clashing(row: Any, lang: str) -> str:
    if row["target_id"] == "law":
        return say("coherence_the_law", lang, level=row["level"])
    return say("coherence_item", lang, label=row[f"label_{lang}"], reading=_read_as(row, lang))


def _asked_by_law(rows: pd.DataFrame, lang: str) -> list[str]:
    """Where CQG asks for more schools at a level than the KĐCLGD targets themselves."""
    law = rows[(rows["target_id"] == "law") & rows["narrowed"]]
    law = law[law["lowest"] > law["alone_lowest"]]
    names = ("level", "lowest", "alone_lowest", "schools_total")
    return [
        say("coherence_told_law", lang, **{n: row[n] for n in names})
        for row in law.to_dict("records")
    ]


def _narrowest(coherence: pd.DataFrame, lang: str) -> list[str]:
    """One sentence on a part that, read otherwise, leaves a single number of schools."""
    reads = pd.MultiIndex.from_frame(coherence[["target_id", "reading"]])
    other = ~reads.isin(reads[coherence["in_force"]])
    single = coherence["lowest"].eq(coherence["highest"]).fillna(False)
    rows = coherence[coherence["narrowed"] & single & other]
    if rows.empty:
        return []
    row = rows.iloc[0].to_dict()
    counts = {n: row[n] for n in ("lowest", "alone_lowest", "alone_highest", "schools_total")}
    facts = {"label": row[f"label_{lang}"], "reading": _read_as(row, lang)}
    return [say("coherence_told_narrow", lang, **facts, **counts)]


def whole_office(table: pd.DataFrame, school_year: str, lang: str) -> pd.DataFrame:
    """The rows of all schools together in one year."""
    check_language(lang)
    rows = table[(table["school_year"] == school_year) & (table["group"].astype(str) == TOTAL)]
    if rows.empty:
        raise SuiteError("chart_no_total", school_year=school_year)
    return rows


def share_of(row: Row) -> Share:
    """The share of a row, with what is unclear."""
    counts = (int(row[name]) for name in ("schools_count", "schools_total", "unclear_count"))
    return Share(*counts)


def corridor_of(row: Row) -> Corridor:
    """What the target of a row wants."""
    return Corridor(row["target_from"], row["target_to"], row["decimals"])


def _group(group: str, lang: str) -> str:
    """A group in brackets behind a number of schools; nothing where it is all of them."""
    if group == TOTAL:
        return ""
    names = [say(f"level_{g}", lang) if g in read_rules().education_levels else g
             for g in group.split(" + ")]  # fmt: skip
    return f" ({', '.join(names)})"
