"""The words around the numbers: names of groups and standings, shares, dates, the source line."""

from __future__ import annotations

import datetime as dt

from analysis.charts.figure import one_line
from analysis.charts.numbers import Amount, TargetRow
from analysis.reference import About, decimal, percent, points, say

TOTAL = "all"


def group_name(by: str, group: str, lang: str, part: str = "") -> str:
    """A group as a heading: "Mầm non", "Toàn ngành" (or the part of the schools that is looked at),
    or the name of a ward as it is."""
    if group == TOTAL:
        return part or say("group_all", lang)
    if not group or group == "unknown":
        return say("group_unknown", lang)
    prefix = {"education_level": "level", "ownership": "ownership"}.get(by)
    return say(f"{prefix}_{group}", lang) if prefix else one_line(group)


def group_in_text(by: str, group: str, lang: str, part: str = "") -> str:
    """A group inside a sentence: "mầm non"."""
    name = group_name(by, group, lang, part)
    shouted = name[:2].isupper() or by == "unit" or bool(part and group == TOTAL)
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


def signed(count: int, lang: str) -> str:
    """A change in whole numbers with its sign: "+3", a true minus "−2", "0"."""
    sign = "+" if count > 0 else "−" if count < 0 else ""
    return f"{sign}{decimal(abs(count), 0, lang)}"


def share(amount: Amount, lang: str) -> str:
    """Count, total and percentage: "11/12 (91,7%)"; never a percentage alone."""
    if not amount.total:
        return say("share_none", lang)
    return say("share", lang, **parts(amount, lang))


def share_told(amount: Amount, lang: str) -> str:
    """The same with what is unclear: "6/10 (60,0%; chưa rõ 4)"."""
    if not amount.unclear:
        return share(amount, lang)
    return say("share_unclear", lang, unclear=amount.unclear, **parts(amount, lang))


def share_short(amount: Amount, lang: str) -> str:
    """Count and total, where the picture shows the share: "11/12"; a dash for no schools."""
    if not amount.total:
        return say("cell_none", lang)
    count, total = (decimal(number, 0, lang) for number in (amount.count, amount.total))
    return say("cell_share", lang, count=count, total=total)


def share_bare(amount: Amount, lang: str) -> str:
    """The same with what is unclear: "6/10 (chưa rõ 4)"."""
    short = share_short(amount, lang)
    return say("share_bare", lang, share=short, unclear=amount.unclear) if amount.unclear else short


def parts(amount: Amount, lang: str) -> dict[str, str]:
    """Count, total and percentage apart, for templates that put words between them."""
    count, total = (decimal(number, 0, lang) for number in (amount.count, amount.total))
    return {"count": count, "total": total, "percent": rate(amount, lang)}


def rate(amount: Amount, lang: str) -> str:
    """The percentage; whole only where it is exactly 0 or 100."""
    value = amount.percent
    return percent(value, 0 if value in (0, 100) else 1, lang)


def schools(count: int, lang: str) -> str:
    """A number of schools: "2 trường", "1 school"."""
    return say("schools_one" if count == 1 else "schools", lang, count=decimal(count, 0, lang))


def day(date: dt.date) -> str:
    """A date as it is written: 31/05/2025."""
    return f"{date:%d/%m/%Y}"


def corridor(row: TargetRow, lang: str) -> str:
    """What a target wants: "80–90%", "từ 89,5%", "100%"."""
    low, high = (
        decimal(edge, 0 if edge == int(edge) else row.decimals, lang)
        for edge in (row.low, row.high)
    )
    if row.high < 100:
        return say("corridor", lang, low=low, high=high)
    return say("corridor_least" if row.low < 100 else "corridor_full", lang, low=low)


def gap(row: TargetRow, lang: str) -> str:
    """The distance to the target with its unit: "−12,5 điểm"."""
    return say("gap_points", lang, points=points(row.gap, max(1, row.decimals), lang))


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
    return say("distance_in_text", lang, points=gap(row, lang), off=off)


def label_lines(row: TargetRow, lang: str) -> tuple[str, str]:
    """The label of a gap: "−12,5 điểm; thiếu 2 trường", and below it the share in figures."""
    off, amount = standing_of(row, lang), share_told(row.amount, lang)
    if not row.is_off:
        return off, amount
    if row.verdict == "not_attainable":
        return gap(row, lang), f"{off}; {amount}"
    return say("distance", lang, points=gap(row, lang), off=off), amount


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
