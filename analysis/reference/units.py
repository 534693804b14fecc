"""Wards and communes over time: which unit of one day a unit of another day belongs to.

An office's own crosswalk (`data/units.csv`) comes first. The change of 1 July 2025 is known for the
whole country (wards_2025.csv.gz, MIT, see its notice); a ward that was divided belongs to several
new ones, and which of them a school lies in cannot be told from the name of the ward.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from analysis.reference.periods import Period, Shape, period_on, read_periods
from analysis.reference.text import fold

TWO_TIERS = dt.date(2025, 7, 1)
_SHAPE = Shape("units", key="unit", successor="successor", name_returns=True)
_CODE = 5  # digits


@dataclass(frozen=True)
class Units:
    """The rows of `data/units.csv`: an office's units over time; empty where it keeps none.

    A row ends with merged_into, renamed, split (several successors: divided), or left (the unit
    went to another office). A name can be given again to another extent: Xã Bình Điền is one unit
    up to 2020 and a larger one from 01/7/2025.
    """

    periods: Sequence[Period] = field(default=())

    @cached_property
    def _by_name(self) -> Mapping[str, list[Period]]:
        found: dict[str, list[Period]] = defaultdict(list)
        for period in self.periods:
            found[fold(period.key)].append(period)
        return found

    def of_office(self, unit: str, day: dt.date) -> bool | None:
        """Whether a unit belongs to the office on a day; None where the office keeps no list."""
        if not self.periods:
            return None
        return period_on(self._by_name.get(fold(unit), ()), day) is not None

    def on_day(self, day: dt.date) -> list[str]:
        """The office's units on a day, in the order of the file."""
        rows = sorted(self.periods, key=lambda p: p.line)
        return [p.key for p in rows if p.holds(day)]

    def restated(
        self, unit: str, since: dt.date, day: dt.date, *, district: str = "", province: str = ""
    ) -> tuple[str, ...] | None:
        """The units of `day` that a unit of the day `since` belongs to.

        One where it is certain, several where it was divided (or, looking back, merged), none
        where it left the office; None where nothing is known of it. A name that had ended before
        `since` is read as the unit it was last. District and province help to tell wards of one
        name apart in the nation-wide table.
        """
        if day < since:
            return self._restated_back(unit, since, day)
        period = self._period(unit, since)
        if period is None:
            return _restated_in_2025(unit, since, day, district, province)
        if period.holds(day):
            return (period.key,)
        found = [self._next(name, period, day) for name in period.successors]
        return tuple(dict.fromkeys(unit for units in found for unit in units))

    def _period(self, unit: str, day: dt.date) -> Period | None:
        """The unit of that name on a day, or, where none has it any more, the last that had it."""
        periods = self._by_name.get(fold(unit), [])
        past = [p for p in periods if p.end < day]
        return period_on(periods, day) or (past[-1] if past else None)

    def _next(self, successor: str, period: Period, day: dt.date) -> tuple[str, ...]:
        return self.restated(successor, period.end + dt.timedelta(1), day) or ()

    def _restated_back(self, unit: str, since: dt.date, day: dt.date) -> tuple[str, ...] | None:
        if not self.of_office(unit, since):
            return None
        wanted = fold(unit)
        return tuple(
            name
            for name in self.on_day(day)
            if wanted in map(fold, self.restated(name, day, since) or ())
        )


def read_units(path: Path) -> Units:
    """The units of a CSV file, or FaultsError with all faults and their line numbers; empty where
    there is no such file."""
    return Units(tuple(read_periods(path, _SHAPE, {}))) if path.exists() else Units()


def _restated_in_2025(
    unit: str, since: dt.date, day: dt.date, district: str, province: str
) -> tuple[str, ...] | None:
    if not since < TWO_TIERS <= day:
        return None
    found = find_wards(unit, district=district, province=province)
    return found or None


def find_wards(ward: str, *, district: str = "", province: str = "") -> tuple[str, ...]:
    """The units of 1 July 2025 that a ward of the day before is part of, nation-wide.

    Several where the ward was divided, or where wards of that name in other places are meant as
    well (name the district or the province); none where there was no such ward.
    """
    places = read_wards().get(fold(ward), ())
    wanted = [(0, fold(province)), (1, fold(district))]
    rows = [p for p in places if all(not text or fold(p[i]) == text for i, text in wanted)]
    names = [(new_ward, new_province) for _, _, new_ward, new_province in rows]
    one_place = len({place[:2] for place in rows}) == 1
    return tuple(dict.fromkeys(w if one_place else f"{w}, {p}" for w, p in names))


@cache
def read_wards() -> Mapping[str, list[tuple[str, str, str, str]]]:
    """Wards before 1 July 2025 by their folded name: (province, district, new ward, new province),
    one for each new unit."""
    found: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for row in _wards():
        place = (row["province"], row["district"], row["new_ward"], row["new_province"])
        found[fold(row["ward"])].append(place)
    return dict(found)


def ward_of_code(code: str, day: dt.date) -> str:
    """The ward or commune that has a code of the nation-wide list on a day, also where the code has
    lost its zeros; "" where none has it. Two digits are no code: "14" is Phường 14."""
    if not code.isdecimal() or not 2 < len(code) <= _CODE:
        return ""
    return _codes("" if day < TWO_TIERS else "new_").get(code.zfill(_CODE), "")


@cache
def _codes(before: str) -> Mapping[str, str]:
    return {row[f"{before}code"]: row[f"{before}ward"] for row in _wards()}


def _wards() -> Iterator[dict[str, str]]:
    packed = Path(__file__).with_name("wards_2025.csv.gz")
    with gzip.open(packed, "rt", encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["ward"])  # an island has none
