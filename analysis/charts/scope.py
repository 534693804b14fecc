"""Of which schools a figure is, and how targets were read, where that is not the usual: it goes
into headline, total row, alt text and the name of a draft."""

from __future__ import annotations

import pandas as pd

from analysis.measure import BASES
from analysis.reference import About, read_rules, say, sentence, slug


def total_of(about: About, table: pd.DataFrame, lang: str) -> str:
    """What the row of all schools is called: the part that is looked at, and a base that is not the
    usual one: "Phường Tứ Hạ, đã đánh giá ngoài"; "" where it is the whole office as usual."""
    base = _other_base(about, table)
    words = [about.part(lang), say(f"total_of_{base}", lang) if base else ""]
    return sentence(", ".join(filter(None, words)))


def said_before(about: About, table: pd.DataFrame, lang: str) -> str:
    """What a headline and an alt text begin with: the part of the schools, and of targets how they
    are read where a reader chose that; "" where all is as usual."""
    words = [about.part(lang)]
    if about.reread and _is_compared(table):
        how = ", ".join(say(f"reread_{word}", lang) for word in about.reread)
        words.append(say("reread", lang, how=how))
    return sentence("; ".join(filter(None, words)))


def variant_of(about: About, table: pd.DataFrame) -> list[str]:
    """The same as words of a file name: ["phuong-huong-tra", "evaluated"]."""
    reread = [*about.reread] if _is_compared(table) else [_other_base(about, table)]
    return [word for word in (slug(about.part("vi")), *reread) if word]


def _is_compared(table: pd.DataFrame) -> bool:
    return "target_id" in table


def _other_base(about: About, table: pd.DataFrame) -> str:
    """The base of a table where a reader chose it; "" where it is the usual one."""
    if _is_compared(table):
        return next((word for word in about.reread if word in BASES), "")
    if not {"scheme", "base", "standing"} <= set(table):
        return ""
    pairs = {*zip(table["scheme"].astype(str), table["base"].astype(str), strict=True)}
    bases = {base for scheme, base in pairs}
    others = {base for scheme, base in pairs if base != read_rules().default_base(scheme)}
    return others.pop() if len(bases) == 1 and others else ""
