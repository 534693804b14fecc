"""What is said of a scheme that no list of a school year has a column for: one sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from analysis.reference import SCHEMES, About, say


def noting_silent(about: About, schemes: Collection[str]) -> About:
    """The same, its note saying also of which scheme the year states nothing; `schemes`: those it
    states."""
    silent = [scheme for scheme in SCHEMES if scheme not in schemes]
    vi, en = (
        " ".join(filter(None, [about.note(lang), *(_line(about, s, lang) for s in silent)]))
        for lang in ("vi", "en")
    )
    return replace(about, note_vi=vi, note_en=en)


def _line(about: About, scheme: str, lang: str) -> str:
    facts = {"scheme": say(f"scheme_{scheme}", lang), "school_year": about.school_year}
    return say("nothing_stated_scheme", lang, **facts)
