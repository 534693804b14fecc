"""The words around the numbers: names of groups and standings, dates, the source line."""

from __future__ import annotations

import datetime as dt

from analysis.charts.figure import one_line
from analysis.charts.numbers import TargetRow
from analysis.reference import About, Number, Share, say
from analysis.tables import BETWEEN

TOTAL = "all"


def group_name(by: str, group: str, lang: str, part: str = "") -> str:
    """A group as a heading: "Mầm non", "Toàn ngành" (or the part of the schools that is looked at),
    or the name of a ward as it is."""
    if group == TOTAL:
        return part or say("group_all", lang)
    if BETWEEN in group:
        pairs = zip(by.split(","), group.split(BETWEEN), strict=False)
        return ", ".join(group_name(one, name, lang) for one, name in pairs)
    if not group or group == "unknown":
        return say("group_unknown", lang)
    prefix = {"education_level": "level", "ownership": "ownership"}.get(by)
    return say(f"{prefix}_{group}", lang) if prefix else one_line(group)


def kind_of(by: str, lang: str, key: str = "kind") -> str:
    """What the groups are: "cấp học"; of several groupings at once "nhóm"."""
    return say(f"{key}_{'' if ',' in by else by}", lang)


def group_in_text(by: str, group: str, lang: str, part: str = "") -> str:
    """A group inside a sentence: "mầm non"."""
    name = group_name(by, group, lang, part)
    shouted = (
        name[:2].isupper() or by.startswith(("unit", "district")) or bool(part and group == TOTAL)
    )
    return name if shouted else in_sentence(name)


def in_sentence(words: str) -> str:
    """Words without a capital at their beginning."""
    return words[:1].lower() + words[1:]


def standing_name(scheme: str, standing: str, lang: str) -> str:
    """A standing as the legend names it: "Cấp độ 2", "Chưa đạt"."""
    if standing.isdigit():
        return say(f"standing_{scheme}_level", lang, level=standing)
    return say(f"standing_{standing}", lang)


def scheme_short(scheme: str) -> str:
    """A scheme by its letters, which are the same in both languages: "KĐCLGD", "CQG"."""
    return say(f"scheme_{scheme}", "vi")


def schools(count: int, lang: str) -> str:
    """A number of schools: "2 trường", "1 school"."""
    return say("schools_one" if count == 1 else "schools", lang, count=Number(count))


def day(date: dt.date) -> str:
    """A date as it is written: 31/05/2025."""
    return f"{date:%d/%m/%Y}"


def standing_of(row: TargetRow, lang: str) -> str:
    """What the verdict on a row lets one say: "thiếu 1 đến 3 trường", "chưa kết luận được"."""
    if row.verdict == "not_met" and row.needed is not None:
        return say("off_below", lang, schools=needed(row.needed, lang))
    if row.verdict != "met":
        return say(f"off_{row.verdict}", lang)
    if row.above:
        return say("off_above", lang, schools=schools(row.over, lang))
    if not row.certain:  # within or above, whatever turns out: more cannot be said
        return say("off_reached", lang)
    return say(f"{'off_within' if row.high < 100 else 'off_reached'}{_rounded(row)}", lang)


def needed(numbers: tuple[int, int], lang: str) -> str:
    """How many schools are lacking: "2 trường", "1 đến 3 trường"."""
    least, most = numbers
    if least == most:
        return schools(most, lang)
    return say("schools_between", lang, least=least, most=most)


def _rounded(row: TargetRow) -> str:
    """Whether it takes the rounding of the target to be within: 34/38 (89,47%) for 89,5%."""
    return "" if row.low <= row.amount.percent <= row.high else "_rounded"


def distance(row: TargetRow, lang: str) -> str:
    """Points and schools to the corridor, in a sentence: "−12,5 điểm, thiếu 2 trường"."""
    off = standing_of(row, lang)
    if not row.is_off:
        return off
    return say("distance_in_text", lang, points=row.points, off=off)


def label_lines(row: TargetRow, lang: str) -> tuple[str, str]:
    """The label of a gap: "−12,5 điểm; thiếu 2 trường", and below it the share in figures."""
    off, amount = standing_of(row, lang), row.amount.text(lang)
    if not row.is_off:
        return off, amount
    if row.verdict == "not_attainable":
        return row.points.text(lang, "named"), f"{off}; {amount}"
    return say("distance", lang, points=row.points, off=off), amount


def total_told(before: Share, now: Share, base: str, lang: str, *, is_clear: bool = True) -> str:
    """How the number of schools changed: "số trường từ 35 còn 6". "" where it is not what moved the
    share (`Share.is_moved_by_total`), or where it is unclear how many there are or were."""
    if not is_clear or not before.is_moved_by_total(now):
        return ""
    way = "fewer" if now.total < before.total else "more"
    counted = "schools" if base == "all" else "base"
    numbers = {"before": Number(before.total), "now": Number(now.total)}
    return say(f"total_{counted}_{way}", lang, **numbers)


def asked(row: TargetRow, lang: str) -> str:
    """What is counted for a target, over which schools."""
    counted = say(f"asked_{row.scheme}_{row.reading}", lang, level=row.level)
    return say("asked", lang, counted=counted, base=say(f"base_{row.base}", lang))


def place(about: About, lang: str) -> dict[str, str]:
    """Office, school year and date, as the subtitles take them."""
    office = one_line(about.office(lang))
    return {
        "office": f"{office}, {part}" if (part := one_line(about.part(lang))) else office,
        "school_year": about.school_year,
        "date": day(about.as_of),
    }


def footer(about: About, lang: str, remark: str = "") -> str:
    """Source, date and remarks, each a sentence."""
    facts = {"source": about.source(lang), "date": day(about.as_of)}
    parts = [say("footer", lang, **{k: _bare(v) for k, v in facts.items()}), remark]
    parts.append(about.note(lang))
    return " ".join(f"{_bare(part)}." for part in parts if part)


def _bare(text: str) -> str:
    return one_line(text).rstrip(". ")
