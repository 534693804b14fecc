"""One page for each school, or for each ward or commune: what is in force until when, the years
before, what may be asked for from when, and what is unclear and who should mend it.

A sheet says what the lists and the law say; it is no verdict on a school.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import pandas as pd

from analysis.charts.words import Words, day
from analysis.compare import list_upgrades
from analysis.export import saved
from analysis.export.shown import ShownTable, show_table
from analysis.measure import list_expiries, schools_in_force, schools_in_scope
from analysis.reference import Rules, regime_on, say, signer_on, vietnamese_key
from analysis.status import UNCLEAR
from analysis.tables import context, of_scheme
from analysis.tables.words import in_word

_NOW = ["scheme", "standing", "decision", "signed", "expires", "renewal_due"]
_NEXT = ["next_level", "earliest_date", "upgrade"]
_FAULT = ["source_file", "source_sheet", "cell", "source_value", "message", "mends"]
_WHO = ("unit", "education_level", "ownership", "school_code")


class Year(saved.Year, Protocol):
    """Of what sheets are made: a school year."""

    @property
    def held(self) -> pd.DataFrame: ...
    @property
    def identified(self) -> pd.DataFrame: ...
    @property
    def schemes(self) -> list[str]: ...
    @property
    def unclear(self) -> pd.DataFrame: ...


class Sheet(NamedTuple):
    """What stands on one page: whose it is, and its sections, as a report takes them."""

    title: str
    under: str
    sections: list[tuple[str, list[Any]]]


class _Parts:
    """A table in words of all schools, to be handed out row by row."""

    def __init__(self, rows: pd.DataFrame, columns: list[str], key: str, year: Year) -> None:
        told = rows[columns].reset_index(drop=True)
        told.attrs |= context(year.about, year.lang)
        self._whole = replace(show_table(told, most=len(told)), frame=pd.DataFrame(), note="")
        self._places = dict[Any, Any](rows.reset_index(drop=True).groupby(key).indices)

    def of(self, *keys: str) -> list[ShownTable]:
        """The rows of these schools in a table, none where there is none."""
        places = sorted(place for key in keys for place in self._places.get(key, ()))
        rows = tuple(self._whole.rows[place] for place in places)
        return [replace(self._whole, rows=rows, totals=(False,) * len(rows))] if rows else []


def school_sheets(years: Mapping[str, Year], source: str = "") -> Iterator[Sheet]:
    """A sheet for each school of the latest of these years, by unit and name; `source`
    says which published version it tells of."""
    year, lang = years[max(years)], years[max(years)].lang
    now = _now(year)
    held = _Parts(now, _NOW, "school_id", year)
    asks = _Parts(now, ["scheme", *_NEXT], "school_id", year)
    past = pd.concat([one.identified for one in years.values()], ignore_index=True)
    standings = [f"{scheme}_standing" for scheme in year.schemes]
    history = _Parts(past, ["school_year", *standings, "classes", "pupils"], "school_id", year)
    faults = _Parts(year.unclear, _FAULT, "school_id", year)
    for school in _in_order(year).to_dict("records"):
        own = school["school_id"]
        under = [in_word(school[c], ("level", "ownership"), lang, "") for c in _WHO if school[c]]
        yield Sheet(
            str(school["school_name"]),
            " · ".join(map(str, under)),
            _sections(
                year,
                [*_out_of_scope(school, lang), *held.of(own)],
                [*asks.of(own), *_law(year)],
                history.of(own),
                [*faults.of(own), *_silent(now[now["school_id"].eq(own)], lang)],
                source,
            ),
        )


def unit_sheets(years: Mapping[str, Year], source: str = "") -> Iterator[Sheet]:
    """A sheet for each ward or commune of the latest of these years, with its schools."""
    year, lang = years[max(years)], years[max(years)].lang
    schools, now = _in_order(year), _now(year)
    dates = [c for s in year.schemes for c in (f"{s}_standing", f"{s}_expires")]
    soon, again = now[now["is_soon"]], say("sheet_register", lang)
    columns = ["school_name", "education_level", *dates, again]
    listed = _Parts(_due_first(schools, soon, again, lang), columns, "school_id", year)
    faults = _Parts(year.unclear, ["school_name", *_FAULT], "school_id", year)
    for unit, own in schools.groupby(schools["unit"].fillna(""), sort=False):
        ids = [*own["school_id"]]
        of_unit = now[now["school_id"].isin(ids)]
        told = [*_due(soon, ids, lang), *_open(of_unit, year), *_law(year)]
        yield Sheet(
            str(unit) or say("sheet_no_unit", lang),
            Words(lang).schools(len(own)),
            _sections(
                year,
                listed.of(*ids),
                [*filter(None, [" ".join(told)])],
                [_counted(years, ids)],
                [*faults.of(*ids), *_silent(of_unit, lang)],
                source,
            ),
        )


def _sections(year: Year, now: Any, asks: Any, past: Any, faults: Any, source: str) -> list[Any]:
    lang = year.lang
    end = " ".join(filter(None, [source, say("method_no_verdict", lang)]))
    return [
        (say("sheet_now", lang), now),
        (say("sheet_asks", lang), asks),
        (say("sheet_past", lang), past),
        (
            say("sheet_unclear", lang),
            [*(faults or [say("sheet_clear", lang)]), end],
        ),
    ]


def _in_order(year: Year) -> pd.DataFrame:
    """The schools by unit and name, as a Vietnamese dictionary has them."""
    schools = year.identified
    names = zip(schools["unit"].fillna(""), schools["school_name"].fillna(""), strict=True)
    keys = [tuple(map(vietnamese_key, pair)) for pair in names]
    return schools.iloc[sorted(range(len(keys)), key=keys.__getitem__)]


def _now(year: Year) -> pd.DataFrame:
    """One row per school and scheme: what the list states, until when it holds, the day to register
    again by, and from when a higher level may be asked for; by the law of each of these days."""
    parts = []
    for scheme in year.schemes:
        rows = of_scheme(_in_order(year), scheme).rename(columns={"date": "signed"})
        meant = schools_in_scope(year.held, scheme)["school_id"]  # no CQG is there for some levels
        rows = rows[rows["school_id"].isin(meant) | ~rows["in_scope"].eq(True)]
        ids = rows["school_id"].to_list()
        ends = list_expiries(year, scheme=scheme).groupby("school_id")[["renewal_due", "stage"]]
        due, soon = ends.first()["renewal_due"], ends.first()["stage"].isin(["alert", "overdue"])
        more = list_upgrades(year, scheme=scheme).groupby("school_id")[_NEXT].first()
        last = _last_day(scheme, year.reference.rules)
        if last:  # nothing is to be registered for where nothing will be issued
            due = due.where(due.le(pd.Timestamp(last)) & (year.about.as_of <= last))
        # Not `map`, which fails where there is nothing to look up.
        after = {name: more[name].reindex(ids).array for name in _NEXT}
        rows = rows.assign(renewal_due=due.reindex(ids).astype("datetime64[us]").array, **after)
        rows["decision"] = rows["decision"].where(rows["decision"].ne(""))
        rows["upgrade"] = rows["upgrade"].astype("object").fillna(_others(rows, scheme, year))
        parts.append(rows.assign(is_soon=soon.reindex(ids).eq(True).array))
    return pd.concat(parts, ignore_index=True)


def _others(rows: pd.DataFrame, scheme: str, year: Year) -> pd.Series[Any]:
    """What may be asked for by a school that holds nothing, or the highest level there is."""
    ended = signer_on(year.about.as_of, scheme, year.reference.rules) is None
    first = pd.Series("not_foreseen" if ended else "first", index=rows.index, dtype="object")
    highest = rows["level_held"].gt(0).fillna(False).astype(bool)
    return first.mask(rows["standing"].isin(UNCLEAR), "unclear").mask(highest, "highest")


def _due_first(schools: pd.DataFrame, soon: pd.DataFrame, again: str, lang: str) -> pd.DataFrame:
    """The schools, first those of which a certificate ends soon, and by when to register again."""
    due: dict[str, list[str]] = {}
    for row in soon.sort_values("expires", kind="stable").to_dict("records"):
        days = [] if pd.isna(row["renewal_due"]) else [day(row["renewal_due"])]
        due.setdefault(row["school_id"], []).extend(
            f"{_name(row['scheme'], lang)} {d}" for d in days
        )
    told = ["\n".join(due.get(one, [])) for one in schools["school_id"]]
    order = {school: place for place, school in enumerate(due)}
    rows = schools.assign(**{again: [one or say("cell_none", lang) for one in told]})
    return rows.assign(order=rows["school_id"].map(order)).sort_values("order", kind="stable")


def _due(soon: pd.DataFrame, ids: list[str], lang: str) -> Iterator[str]:
    """How many of the schools stand first, as a certificate of theirs is to be renewed soon."""
    if count := soon.loc[soon["school_id"].isin(ids), "school_id"].nunique():
        yield say("sheet_due", lang, schools=Words(lang).schools(count))


def _silent(now: pd.DataFrame, lang: str) -> Iterator[str]:
    """For each scheme of how many schools the lists do not say where they stand."""
    for scheme, count in (
        now[now["standing"].eq("not_stated")].groupby("scheme", sort=False).size().items()
    ):
        facts = {"scheme": _name(str(scheme), lang), "schools": Words(lang).schools(int(count))}
        yield say("sheet_silent", lang, **facts)


def _open(now: pd.DataFrame, year: Year) -> Iterator[str]:
    """For each scheme of how many schools a higher level may be asked for at once."""
    for scheme in year.schemes:
        if count := int((now["scheme"].eq(scheme) & now["upgrade"].eq("open")).sum()):
            facts = {"scheme": _name(scheme, year.lang), "schools": Words(year.lang).schools(count)}
            yield say("sheet_open", year.lang, **facts)


def _last_day(scheme: str, rules: Rules) -> dt.date | None:
    """The last day on which a certificate of the scheme is issued; None where no end is known."""
    ends = [e["from"] for e in rules.regimes["signer"] if scheme not in e and "from" in e]
    return min(ends) - dt.timedelta(1) if ends else None


def _law(year: Year) -> list[str]:
    """A sentence for each scheme of which no certificate is issued any more, from which day."""
    rules, told = year.reference.rules, []
    for scheme in year.schemes:
        if last := _last_day(scheme, rules):
            first = last + dt.timedelta(1)
            facts = {
                "date": day(pd.Timestamp(first)),
                "law": regime_on(first, rules).name(year.lang),
            }
            told.append(say("sheet_no_more", year.lang, scheme=_name(scheme, year.lang), **facts))
    return told


def _name(scheme: str, lang: str) -> str:
    return say(f"scheme_{scheme}", lang)


def _out_of_scope(school: Mapping[Any, Any], lang: str) -> list[str]:
    return [] if school["in_scope"] else [say("sheet_out_of_scope", lang)]


def _counted(years: Mapping[str, Year], ids: list[str]) -> ShownTable:
    """These schools over the years: how many there were, and how many held a certificate."""
    lang, lines = years[max(years)].lang, []
    for name, year in years.items():
        own = year.held[year.held["school_id"].isin(ids) & year.held["in_scope"].eq(True)]
        line: dict[str, Any] = {"school_year": name, say("sheet_schools", lang): len(own)}
        for scheme in years[max(years)].schemes:
            stated = scheme in year.schemes
            held = len(schools_in_force(own, scheme)) if stated else pd.NA
            line[say("sheet_in_force", lang, scheme=_name(scheme, lang))] = held
        lines.append(line)
    table = pd.DataFrame(lines)
    table = table.astype(dict.fromkeys(table.columns[1:], "Int64"))
    return replace(show_table(table, lang=lang), frame=pd.DataFrame())
