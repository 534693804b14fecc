"""The words around the numbers, in one language: names of groups and standings, dates, the source
line; and of which schools a figure is, where that is not the usual."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.measure import BASES
from analysis.reference import (
    LANGUAGES,
    About,
    Number,
    Percent,
    Share,
    SuiteError,
    differ_in_season,
    read_rules,
    say,
    sentence,
    slug,
    tidy,
)
from analysis.tables import BETWEEN

TOTAL = "all"
_MOST_NAMES, _MOST_ITEMS = 5, 9


@dataclass(frozen=True)
class Words:
    """Speaks one language, of the schools of an office (`about`; a figure of one's own may be of
    none). `part`: what all its schools together are called, if they are not all of the office."""

    lang: str
    about: Any = None
    part: str = ""

    @classmethod
    def of(cls, about: About, lang: str, table: pd.DataFrame) -> Words:
        """The words for a table."""
        return cls(check_language(lang), about, total_of(about, table, lang))

    def say(self, key: str, **facts: object) -> str:
        """The label of that key."""
        return say(key, self.lang, **facts)

    def group(self, by: str, group: str) -> str:
        """A group as a heading: "Mầm non", "Toàn ngành" (or the part of the schools that is looked
        at), or the name of a ward as it is."""
        if group == TOTAL:
            return self.part or self.say("group_all")
        if BETWEEN in group:
            pairs = zip(by.split(","), group.split(BETWEEN), strict=False)
            return ", ".join(Words(self.lang).group(*pair) for pair in pairs)
        if not group or group == "unknown":
            return self.say("group_unknown")
        if by in ("education_level", "regime"):
            return self.say(f"{'level' if by == 'education_level' else by}_{group}")
        return self.say(f"ownership_{group}") if by == "ownership" else one_line(group)

    def in_text(self, by: str, group: str) -> str:
        """A group inside a sentence: "mầm non"."""
        name = self.group(by, group)
        is_name = by.startswith(("unit", "district")) or bool(self.part and group == TOTAL)
        return name if is_name or name[:2].isupper() else in_sentence(name)

    def kind(self, by: str, key: str = "kind") -> str:
        """What the groups are: "cấp học"; of several groupings at once "nhóm"."""
        return self.say(f"{key}_{'' if ',' in by else by}")

    def standing(self, scheme: str, standing: str) -> str:
        """A standing as the legend names it: "Cấp độ 2", "Chưa đạt"."""
        if standing.isdigit():
            return self.say(f"standing_{scheme}_level", level=standing)
        return self.say(f"standing_{standing}")

    def schools(self, count: int) -> str:
        """A number of schools: "2 trường", "1 school"."""
        return self.say("schools_one" if count == 1 else "schools", count=Number(count))

    def between(self, numbers: tuple[int, int]) -> str:
        """So many schools, or from so many to so many: "2 trường", "1 đến 3 trường"."""
        least, most = numbers
        if least == most:
            return self.schools(most)
        return self.say("schools_between", least=least, most=most)

    def base(self, base: str, levels: str = "") -> str:
        """The schools that are counted: "tất cả các trường", "tất cả các trường phổ thông"."""
        if not levels:
            return self.say(f"base_{base}")
        return self.say(f"base_of_{base}", of=self.levels(levels))

    def levels(self, levels: str) -> str:
        """The schools of some education levels, by the name these have together if they have one:
        "trường phổ thông", "trường trung học cơ sở, TH&THCS"."""
        codes = levels.split(",")
        for name, together in read_rules().regulations["education_levels"]["together"].items():
            if {*codes} == {*together}:
                return self.say(f"levels_{name}")
        names = (self.in_text("education_level", code) for code in codes)
        return self.say("levels_some", list=", ".join(names))

    @property
    def date(self) -> str:
        """The as-of date as it is written: 31/05/2025."""
        return day(self.about.as_of)

    @property
    def place(self) -> dict[str, str]:
        """Office, school year and date, as the subtitles take them."""
        office, part = (one_line(of(self.lang)) for of in (self.about.office, self.about.part))
        where = f"{office}, {part}" if part else office
        return {"office": where, "school_year": self.about.school_year, "date": self.date}

    def names(self, names: Sequence[str], between: str = ", ", more_of: str = "more_places") -> str:
        """Up to five names, and how many more there are; "more_schools" where they are schools."""
        more = len(names) - _MOST_NAMES
        told = between.join(names[:_MOST_NAMES])
        return told + self.say(more_of, count=more) if more > 0 else told

    def some(self, items: Sequence[str]) -> str:
        """The items in a row; of very many the first ones and the last one, which is the total."""
        if len(items) <= _MOST_ITEMS:
            return "; ".join(items)
        left_out = self.say("alt_more", count=len(items) - _MOST_ITEMS)
        return "; ".join([*items[: _MOST_ITEMS - 1], left_out, items[-1]])

    def unclear(self, amount: Share, base_unclear: int) -> str:
        """How many schools are unclear, and from where to where the share can be; "" where
        everything is clear."""
        unclear = amount.unclear + base_unclear
        if not unclear or amount.low is None or amount.high is None:
            return ""
        key = "unclear_range_same" if amount.certain else "unclear_range"
        ends = {"low": Percent(amount.low), "high": Percent(amount.high)}
        return self.say(key, schools=self.schools(unclear), **ends)

    def total_told(self, before: Share, now: Share, base: str, *, is_clear: bool = True) -> str:
        """How the number of schools changed: "số trường từ 35 còn 6". "" where it changed less
        than those that count (`Share.is_moved_by_total`), or where it is unclear how many there are
        or were. Every headline, alt text and line about a change of a share says it."""
        if not is_clear or not before.is_moved_by_total(now):
            return ""
        way = "fewer" if now.total < before.total else "more"
        counted = "schools" if base == "all" else "base"
        numbers = {"before": Number(before.total), "now": Number(now.total)}
        return self.say(f"total_{counted}_{way}", **numbers)

    def in_brackets(self, remark: str) -> str:
        """A remark behind what it is about; "" stays nothing."""
        return f" ({remark})" if remark else ""

    def days_told(self, table: pd.DataFrame) -> str:
        """That the as-of days of the years a table compares lie otherwise than whole years apart,
        with each of them; "" where they do not."""
        known = table.attrs.get("as_of_days", {})
        columns = [name for name in table if str(name).startswith("school_year")]
        years = {str(year) for name in columns for year in table[name].unique()}
        days = {y: dt.date.fromisoformat(known[y]) for y in sorted(years & {*known})}
        return days_that_differ(days, self.lang)


def days_that_differ(days: Mapping[str, dt.date], lang: str) -> str:
    """The same of school years and their days."""
    if not differ_in_season(days):
        return ""
    items = [say("days_differ_item", lang, school_year=y, date=day(d)) for y, d in days.items()]
    return say("days_differ", lang, list=", ".join(items))


def check_language(lang: str) -> str:
    """The language, if it is one we speak."""
    if lang not in LANGUAGES:
        raise SuiteError("chart_unknown_language", language=lang, known=", ".join(LANGUAGES))
    return lang


def one_line(text: str) -> str:
    """Text that may stand in a picture or an XML file: tidy, on one line, no control characters."""
    return tidy("".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text))


def in_sentence(words: str) -> str:
    """Words without a capital at their beginning."""
    return words[:1].lower() + words[1:]


def day(date: dt.date) -> str:
    """A date as it is written: 31/05/2025."""
    return f"{date:%d/%m/%Y}"


def scheme_short(scheme: str) -> str:
    """A scheme by its letters, which are the same in both languages: "KĐCLGD", "CQG"."""
    return say(f"scheme_{scheme}", "vi")


def tags_of(about: About | None, lang: str, revised: bool = False) -> list[str]:
    """What a tag says of the data: that they are illustrative, that numbers were revised."""
    said = {"synthetic": about is not None and about.synthetic, "revised": revised}
    return [sentence(say(key, lang)) for key, holds in said.items() if holds]


def footer(about: About, lang: str, remark: str = "") -> str:
    """Source, date and remarks, each a sentence."""
    facts = {"source": about.source(lang), "date": day(about.as_of)}
    parts = [say("footer", lang, **{k: _bare(v) for k, v in facts.items()}), remark]
    parts.append(about.note(lang))
    return " ".join(f"{_bare(part)}." for part in parts if part)


def _bare(text: str) -> str:
    return one_line(text).rstrip(". ")


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
