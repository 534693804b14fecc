"""Do the targets of a set fit each other, and the law?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.compare.corridors import attainable_counts
from analysis.compare.feasibility import counted, of_last_year
from analysis.compare.targets import READINGS
from analysis.reference import LANGUAGES, Rules, Target, TargetSet, cqg_asks, read_rules, say
from analysis.tables import columns_of, known

ZERO = "0"


class Limit(NamedTuple):
    """`more` is at most `by` above `less`; either may be ZERO. `cause` says whose limit it is."""

    more: str
    less: str
    by: int
    cause: str


def between(more: str, less: str, wanted: range, cause: str) -> list[Limit]:
    """The difference of two counts lies in a range; an empty one contradicts itself."""
    return [Limit(more, less, wanted.stop - 1, cause), Limit(less, more, -wanted.start, cause)]


class Room:
    """What a set of limits leaves, exactly, in whole numbers.

    Limits on differences of whole numbers are met by whole numbers unless some round of them adds
    up to less than nothing; so shortest paths say all there is to say.
    """

    def __init__(self, limits: Iterable[Limit]) -> None:
        limits = [*limits]
        names = dict.fromkeys([ZERO, *(n for limit in limits for n in (limit.more, limit.less))])
        self._place = {name: place for place, name in enumerate(names)}
        self._most = _shortest(limits, self._place)

    @property
    def is_empty(self) -> bool:
        """Nothing meets all limits."""
        return bool((np.diag(self._most) < 0).any())

    def reach(self, more: str, less: str = ZERO) -> tuple[int, int]:
        """The least and the greatest difference of two counts that the limits leave."""
        a, b = self._place[more], self._place[less]
        return -int(self._most[b, a]), int(self._most[a, b])


def _shortest(limits: list[Limit], place: dict[str, int]) -> npt.NDArray[np.float64]:
    """How far the row's count can be above the column's (Floyd and Warshall)."""
    most = np.full((len(place), len(place)), np.inf)
    np.fill_diagonal(most, 0)
    for limit in limits:
        cell = place[limit.more], place[limit.less]
        most[cell] = min(most[cell], limit.by)
    for middle in range(len(place)):
        most = np.minimum(most, most[:, [middle]] + most[[middle]])
    return most


LAW = "law"


def check_coherence(
    target_set: Any,
    rules: Rules | None = None,
    totals: int | Mapping[str, int] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Whether so many schools can meet all targets at once, in every reading they leave open.

    Of a school year or register: whether its schools can. Of a target set: `totals` is the number
    of schools, the number by base ({"all": 38, "eligible": 36}), or a table of `compare_to_targets`
    that says both (of several years the last counts); of a scheme that is not in it nothing is
    said. The law is that of the last day of the targets: CQG mức độ 1 asks for an evaluation result
    of Mức 2, mức độ 2 for Mức 3 (TT 17, 18, 19/2018). Taken here as KĐCLGD of that level, which is
    what the targets count: a single school may differ (the law asks for the result, not for the
    certificate), a whole plan should not rest on it.

    One row per combination of readings x part of the targets, and one for each level CQG asks for
    (`target_id` "law"):

    - `combination` (1, 2, ...), `readings` ("K2 exact, K3 exact"; parts that leave it open),
      `in_force`: the readings of the target set;
    - `coherent`: some distribution of the schools meets all; `conflict`: if not, the smallest group
      of parts that cannot be met together ("law" where the law is needed for it);
    - `alone_lowest` to `alone_highest`: schools that the part asks for by itself, or, in the row of
      the law, that the KĐCLGD targets by themselves leave at that level or higher;
    - `lowest` to `highest`: what is left when all parts and the law hold, missing if nothing is;
    - `narrowed`: that is less.

    Parts about some education levels only are left out: they have totals of their own.

    >>> bool(check_coherence(load_year("2024-2025")).query("in_force")["coherent"].all())
    True
    """
    rules = rules or read_rules()
    target_set, totals, year = counted(target_set, totals)
    stated = [*target_set.parts]
    if isinstance(totals, pd.DataFrame):
        totals = of_last_year(totals)
        stated = [part for part in stated if part.id in {*totals["target_id"]}]
    parts = [part for part in stated if not part.education_levels]
    sizes = _sizes(totals)
    asks = _law(target_set, stated, rules)
    plans = [
        _Plan(tuple(zip(parts, readings, strict=True)), sizes, asks, rules)
        for readings in product(*map(_left_to_read, parts))
    ]
    rows = [{"combination": n} | row for n, p in enumerate(plans, start=1) for row in p.rows()]
    whole = ["alone_lowest", "alone_highest", "lowest", "highest"]
    table = pd.DataFrame(rows, columns=columns_of("coherence")).astype(
        dict.fromkeys(whole, "Int64")
    )
    return known(table, "coherence", year)


def _law(target_set: TargetSet, stated: list[Target], rules: Rules) -> dict[int, int]:
    """The KĐCLGD level each CQG level asks for; nothing where only the year says nothing of it."""
    silent = {part.scheme for part in target_set.parts} - {part.scheme for part in stated}
    if "kdclgd" in silent:
        return {}
    asked = {level: cqg_asks(target_set.last_day, level, rules) for level in rules.levels("cqg")}
    return {level: result for level, result in asked.items() if result}


def _sizes(totals: int | Mapping[str, int] | pd.DataFrame) -> Mapping[str, int]:
    """The schools by base; where a table has no part about all of them, the largest base."""
    if isinstance(totals, int):
        return {"all": totals}
    if isinstance(totals, Mapping):
        return totals
    whole = totals[totals["group"] == "all"]
    by_base = {
        str(base): int(n) for base, n in whole.groupby("base")["schools_total"].max().items()
    }
    return {"all": max(by_base.values(), default=0)} | by_base


def _left_to_read(part: Target) -> list[str]:
    """The readings of a level that the document leaves open, the one in force first."""
    return sorted(set(part.readings_shown) & set(READINGS), key=lambda r: r != part.reading)


@dataclass(frozen=True)
class _Plan:
    """The parts of a set, each in one reading, for so many schools by base."""

    chosen: tuple[tuple[Target, str], ...]
    sizes: Mapping[str, int]
    asks: Mapping[int, int]
    rules: Rules

    def rows(self) -> list[dict[str, Any]]:
        """One row per part, and one for each level CQG asks for."""
        limits = self._limits()
        room = Room(limits)
        facts = {
            "readings": ", ".join(
                f"{p.id} {r}" for p, r in self.chosen if len(_left_to_read(p)) > 1
            ),
            "in_force": all(reading == part.reading for part, reading in self.chosen),
            "coherent": not room.is_empty,
            "conflict": _conflict(limits) if room.is_empty else (),
        }
        rows = [self._part_row(part, reading, room) for part, reading in self.chosen]
        of_cqg = {part.id for part, _ in self.chosen if part.scheme == "cqg"}
        alone = Room(limit for limit in limits if limit.cause not in {LAW, *of_cqg})
        levels = {self.asks.get(part.level) for part, _ in self.chosen if part.scheme == "cqg"}
        rows += [self._law_row(level, alone, room) for level in sorted(filter(None, levels))]
        return [facts | row for row in rows]

    def _limits(self) -> list[Limit]:
        """The schools at each level or higher, as limits: of counts, of the targets, of the law."""
        limits = []
        for scheme, base in (("kdclgd", "eligible"), ("cqg", "all")):
            names = [self._reaching(scheme, level) for level in self.rules.levels(scheme)]
            limits.append(Limit(names[0], ZERO, self._size(base), ""))
            limits += [Limit(b, a, 0, "") for a, b in pairwise([*names, ZERO])]
        for part, reading in self.chosen:
            wanted = attainable_counts(self._size(part.base), part)
            limits += between(*self._ends(part, reading), wanted, part.id)
        for level, result in self.asks.items():
            ends = self._reaching("cqg", level), self._reaching("kdclgd", result)
            limits.append(Limit(*ends, 0, LAW))
        return limits

    def _size(self, base: str) -> int:
        return self.sizes.get(base, self.sizes["all"])

    def _reaching(self, scheme: str, level: int) -> str:
        """The name of the count of schools at a level or higher."""
        return f"{scheme} {level}" if level in self.rules.levels(scheme) else ZERO

    def _ends(self, part: Target, reading: str) -> tuple[str, str]:
        """The counts whose difference a reading counts: exactly = this level less the next one."""
        above = part.level + 1 if reading == "exact" else 0
        return self._reaching(part.scheme, part.level), self._reaching(part.scheme, above)

    def _part_row(self, part: Target, reading: str, room: Room) -> dict[str, Any]:
        wanted = attainable_counts(self._size(part.base), part)
        alone = (wanted.start, wanted.stop - 1) if wanted else None
        left = None if room.is_empty else room.reach(*self._ends(part, reading))
        facts = {
            "target_id": part.id,
            "label_vi": part.label_vi,
            "label_en": part.label_en,
            "scheme": part.scheme,
            "level": part.level,
            "reading": reading,
            "schools_total": self._size(part.base),
        }
        return facts | _reach(alone, left)

    def _law_row(self, level: int, alone: Room, room: Room) -> dict[str, Any]:
        """The schools left at a level CQG asks for: by the KĐCLGD targets, and by all."""
        name = self._reaching("kdclgd", level)
        left = [None if r.is_empty else r.reach(name) for r in (alone, room)]
        facts = {
            "target_id": LAW,
            **{f"label_{lang}": say("coherence_law", lang, level=level) for lang in LANGUAGES},
            "scheme": "kdclgd",
            "level": level,
            "reading": "at_least",
            "schools_total": self._size("eligible"),
        }
        return facts | _reach(*left)


def _conflict(limits: list[Limit]) -> tuple[str, ...]:
    """The smallest group of causes that cannot hold together."""
    given = [limit for limit in limits if not limit.cause]
    causes = [*dict.fromkeys(limit.cause for limit in limits if limit.cause)]
    groups = (group for size in range(len(causes)) for group in combinations(causes, size + 1))
    return next(g for g in groups if Room([*given, *(x for x in limits if x.cause in g)]).is_empty)


def _reach(alone: tuple[int, int] | None, left: tuple[int, int] | None) -> dict[str, Any]:
    """From where to where by itself, and with everything else."""
    ends = dict(zip(("alone_lowest", "alone_highest"), alone or (None, None), strict=True))
    ends |= dict(zip(("lowest", "highest"), left or (None, None), strict=True))
    return ends | {"narrowed": left is not None and left != alone}
