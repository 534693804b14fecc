"""What is counted of a school year as lines of two tables, made without a table of schools."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analysis.jobs.figures import Figures
from analysis.reference import Target

LEVELS = [
    *("school_year", "scheme", "group", "standing", "schools_count", "schools_total"),
    *("schools_percent", "reached_count", "reached_percent", "set_aside_count"),
]
GAPS = [
    *("school_year", "target_id", "scheme", "level", "reading", "base", "group"),
    *("target_from", "target_to", "schools_count", "schools_total", "schools_percent"),
    *("position", "gap_points", "schools_needed", "set_aside_count", "for_reference"),
]
Line = list[Any]


def level_lines(school_year: str, figures: Figures, scheme: str) -> Iterable[Line]:
    """Where the schools of a year stand, see `LEVELS`."""
    for group, standing, exact, reached, total in figures.standings(scheme):
        shares = (_percent(exact, total), reached, _percent(reached, total))
        where = (school_year, scheme, group, standing)
        yield [*where, exact, total, *shares, figures.set_aside(group)]


def gap_lines(school_year: str, figures: Figures, target: Target, late: bool) -> Iterable[Line]:
    """The schools of a year against a target, see `GAPS`; `late`: after its last day."""
    asks = (target.id, target.scheme, target.level, target.reading, target.base)
    corridor = (float(target.from_percent), float(target.to_percent))
    for share, position, points, needed in figures.distances(target):
        counts = (share.count, share.total, _percent(share.count, share.total))
        missing = figures.set_aside(share.group, target.education_levels)
        judged = (position, points, needed, missing, late)
        yield [school_year, *asks, share.group, *corridor, *counts, *judged]


def _percent(count: int | None, total: int) -> float | None:
    """0-100, unrounded; None of nothing, or where the standing is no level."""
    return None if count is None or not total else 100 * count / total


def write_lines(path: Path, names: Sequence[str], lines: Iterable[Line]) -> Path:
    """A table as CSV; UTF-8 with a byte-order mark, so that Excel shows the Vietnamese letters."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([names, *lines])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path
