"""Do the targets of a set fit each other, and the law?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any

import pandas as pd

from analysis.compare.corridors import attainable_counts
from analysis.compare.differences import ZERO, Limit, Room, between
from analysis.compare.readings import READINGS
from analysis.reference import LANGUAGES, SCHEMES, Rules, Target, TargetSet, say

LAW = "law"
Chosen = tuple[tuple[Target, str], ...]
_COLUMNS = [
    *("combination", "readings", "in_force", "coherent", "conflict"),
    *("target_id", "label_vi", "label_en", "scheme", "level", "reading", "schools_total"),
    *("alone_lowest", "alone_highest", "lowest", "highest", "narrowed"),
]


def check_coherence(
    target_set: TargetSet, rules: Rules, totals: int | Mapping[str, int]
) -> pd.DataFrame:
    """Whether so many schools can meet all targets at once, in every reading they leave open.

    `totals` is the number of schools, or the number by base ({"all": 38, "eligible": 36}). The law:
    CQG mức độ 1 asks for an evaluation result of Mức 2, mức độ 2 for Mức 3 (TT 17, 18, 19/2018);
    taken here as KĐCLGD of that level, which is what the targets count. A single school may differ
    (the law asks for the result, not for the certificate), a whole plan should not rest on it.

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
    """
    parts = [part for part in target_set.parts if not part.education_levels]
    sizes = totals if isinstance(totals, Mapping) else {"all": totals}
    frames = [
        _combination(number, [*zip(parts, readings, strict=True)], rules, sizes)
        for number, readings in enumerate(product(*map(_open, parts)), start=1)
    ]
    table = pd.DataFrame([row for rows in frames for row in rows], columns=_COLUMNS)
    whole = ["alone_lowest", "alone_highest", "lowest", "highest"]
    return table.astype(dict.fromkeys(whole, "Int64"))


def _open(part: Target) -> list[str]:
    """The readings of a level that the document leaves open, the one in force first."""
    return sorted(set(part.readings_shown) & set(READINGS), key=lambda r: r != part.reading)


def _combination(
    number: int, chosen: Iterable[tuple[Target, str]], rules: Rules, sizes: Mapping[str, int]
) -> list[dict[str, Any]]:
    chosen = tuple(chosen)
    limits = _limits(chosen, rules, sizes)
    room = Room(limits)
    facts = {
        "combination": number,
        "readings": ", ".join(f"{p.id} {r}" for p, r in chosen if len(_open(p)) > 1),
        "in_force": all(reading == part.reading for part, reading in chosen),
        "coherent": not room.is_empty,
        "conflict": _conflict(limits) if room.is_empty else (),
    }
    rows = [_part_row(part, reading, room, sizes, rules) for part, reading in chosen]
    return [facts | row for row in [*rows, *_law_rows(chosen, limits, room, rules, sizes)]]


def _limits(chosen: Chosen, rules: Rules, sizes: Mapping[str, int]) -> list[Limit]:
    """The schools at each level or higher, as limits: what counts are, what is wanted, the law."""
    limits = []
    for scheme in SCHEMES:
        names = [_reaching(scheme, level, rules) for level in rules.levels(scheme)]
        size = sizes["all"] if scheme == "cqg" else _size("eligible", sizes)
        chain = [*names, ZERO]
        limits += [Limit(names[0], ZERO, size, "")]
        limits += [Limit(b, a, 0, "") for a, b in zip(names, chain[1:], strict=True)]
    for part, reading in chosen:
        wanted = attainable_counts(_size(part.base, sizes), part)
        limits += between(*_ends(part, reading, rules), wanted, part.id)
    for level, asked in _asked(rules).items():
        ends = _reaching("cqg", level, rules), _reaching("kdclgd", asked, rules)
        limits.append(Limit(*ends, 0, LAW))
    return limits


def _size(base: str, sizes: Mapping[str, int]) -> int:
    return sizes.get(base, sizes["all"])


def _reaching(scheme: str, level: int, rules: Rules) -> str:
    """The name of the count of schools at a level or higher."""
    return f"{scheme} {level}" if level in rules.levels(scheme) else ZERO


def _ends(part: Target, reading: str, rules: Rules) -> tuple[str, str]:
    """The counts whose difference a reading counts: exactly = this level less the next one."""
    above = part.level + 1 if reading == "exact" else 0
    return _reaching(part.scheme, part.level, rules), _reaching(part.scheme, above, rules)


def _asked(rules: Rules) -> dict[int, int]:
    """The evaluation result each level of CQG asks for."""
    asks = rules.regulations["cqg_asks"]
    return {level: asks[str(level)] for level in rules.levels("cqg")}


def _conflict(limits: list[Limit]) -> tuple[str, ...]:
    """The smallest group of causes that cannot hold together."""
    given = [limit for limit in limits if not limit.cause]
    causes = [*dict.fromkeys(limit.cause for limit in limits if limit.cause)]
    groups = (group for size in range(len(causes)) for group in combinations(causes, size + 1))
    return next(g for g in groups if Room([*given, *(x for x in limits if x.cause in g)]).is_empty)


def _part_row(
    part: Target, reading: str, room: Room, sizes: Mapping[str, int], rules: Rules
) -> dict[str, Any]:
    wanted = attainable_counts(_size(part.base, sizes), part)
    alone = (wanted.start, wanted.stop - 1) if wanted else None
    left = None if room.is_empty else room.reach(*_ends(part, reading, rules))
    facts = {
        "target_id": part.id,
        "label_vi": part.label_vi,
        "label_en": part.label_en,
        "scheme": part.scheme,
        "level": part.level,
        "reading": reading,
        "schools_total": _size(part.base, sizes),
    }
    return facts | _reach(alone, left)


def _law_rows(
    chosen: Chosen, limits: list[Limit], room: Room, rules: Rules, sizes: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The schools that the KĐCLGD targets leave at the levels which the CQG targets ask for."""
    of_cqg = {part.id for part, _ in chosen if part.scheme == "cqg"}
    alone = Room(limit for limit in limits if limit.cause not in {LAW, *of_cqg})
    levels = sorted({_asked(rules)[part.level] for part, _ in chosen if part.scheme == "cqg"})
    return [_law_row(level, alone, room, rules, sizes) for level in levels]


def _law_row(
    level: int, alone: Room, room: Room, rules: Rules, sizes: Mapping[str, int]
) -> dict[str, Any]:
    name = _reaching("kdclgd", level, rules)
    left = [None if r.is_empty else r.reach(name) for r in (alone, room)]
    facts = {
        "target_id": LAW,
        **{f"label_{lang}": say("coherence_law", lang, level=level) for lang in LANGUAGES},
        "scheme": "kdclgd",
        "level": level,
        "reading": "at_least",
        "schools_total": _size("eligible", sizes),
    }
    return facts | _reach(*left)


def _reach(alone: tuple[int, int] | None, left: tuple[int, int] | None) -> dict[str, Any]:
    """From where to where by itself, and with everything else."""
    ends = dict(zip(("alone_lowest", "alone_highest"), alone or (None, None), strict=True))
    ends |= dict(zip(("lowest", "highest"), left or (None, None), strict=True))
    return ends | {"narrowed": left is not None and left != alone}
