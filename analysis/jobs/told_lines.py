"""What jobs say alike: how a year stands against a target, and which files were written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analysis.jobs.figures import Figures
from analysis.reference import Target, percent, points, say


def gap_line(figures: Figures, target: Target, lang: str) -> str:
    """Label, k/n, points and schools needed; "" where there are no schools."""
    *_, found = figures.distances(target)
    if found.points is None:
        return ""
    facts = {
        "label": target.label(lang),
        "count": found.share.count,
        "total": found.share.total,
        "percent": percent(found.share.percent, 1, lang),
        "gap": points(found.points, 1, lang),
        "needed": "—" if found.needed is None else found.needed,
    }
    return say("check_gap", lang, **facts)


def written_lines(paths: Iterable[Path], lang: str) -> str:
    """The files that were written, a line each."""
    return "\n".join([say("check_written", lang), *(f"  {path}" for path in paths)])
