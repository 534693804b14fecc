"""The changes in words, short enough to be read in a minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.charts.words import Words
from analysis.reference import SCHEMES, Number, Percent, Share, say
from analysis.tables.words import in_word

if TYPE_CHECKING:
    from analysis.work.diff import Side

_MOST = 15
# Told one by one, in this order; of the others the number is enough for the screen.
_FIRST = ("new", "gone", "back", "set_aside", "renamed", "level_kdclgd", "level_cqg")
_ALONE = ("new", "gone", "back", "set_aside")


def tell_changes(
    before: Side, after: Side, changes: Mapping[str, pd.DataFrame], lang: str, days: str = ""
) -> str:
    """Schools, numbers, charts: what changed, and how many of each; `days`: what is to be said of
    the days they are of."""
    lines = [say("diff_head", lang, before=before.name, after=after.name)]
    lines += [f"{days}.", ""] if days else [""]
    lines += [*_schools(before, after, changes.get("truong"), lang), ""]
    lines += [*_numbers(before, after, changes["so_lieu"], lang), ""]
    lines.append(_charts(before, after, changes.get("bieu_do"), lang))
    return "\n".join(lines)


def _schools(before: Side, after: Side, changes: pd.DataFrame | None, lang: str) -> list[str]:
    if changes is None or before.schools is None or after.schools is None:
        return [say("diff_schools_not_told", lang)]
    facts = {"before": len(before.schools), "after": len(after.schools)}
    head = say("diff_schools", lang, **facts, told=_counted(changes["change"], lang))
    told = [row for kind in _FIRST for row in _records(changes[changes["change"] == kind])]
    return [head, *_some([_school(row, lang) for row in told], lang)]


def _school(row: Mapping[str, Any], lang: str) -> str:
    """One change of one school."""
    kind, scheme = row["change"], row["change"].partition("_")[2]
    facts = {"name": row["school_name"], "place": row["unit"], "what": say(f"change_{kind}", lang)}
    pair = {side: row[side] for side in ("before", "after")}
    if kind.startswith("level_"):
        pair = {side: in_word(text, ("standing",), lang, scheme) for side, text in pair.items()}
    if kind == "gone" and pair["after"]:
        facts["what"] += f", {say('diff_merged_into', lang, school=pair['after'])}"
    key = "diff_line_only" if kind in _ALONE else "diff_line"
    return say(key, lang, **facts, **pair)


def _numbers(before: Side, after: Side, changes: pd.DataFrame, lang: str) -> list[str]:
    changed, total = int(changes["changed"].sum()), Number(len(changes))
    if not changed:
        lines = [say("diff_numbers_none", lang, total=total)]
    else:
        lines = [say("diff_numbers", lang, changed=Number(changed), total=total)]
        old, new = _wide(before, lang), _wide(after, lang)
        both = {name: (old[name].text, new[name].text) for name in old if name in new}
        told = [n for n, (a, b) in both.items() if a != b and {a[0], b[0]} != {"0"}]
        lines += [_line(name, old[name], new[name], lang) for name in told] or [
            say("diff_nothing_wide", lang)
        ]
    if alone := sorted(set(before.tables) ^ set(after.tables)):
        lines.append(say("diff_tables_gone", lang, names=", ".join(alone)))
    return lines


class _Figure(NamedTuple):
    """A share as it is told, in numbers, and of which schools; whether these are certain."""

    text: str
    share: Share
    base: str
    is_clear: bool


def _line(name: str, old: _Figure, new: _Figure, lang: str) -> str:
    """One figure on both sides, and how the number of schools changed where that is told."""
    w, is_clear = Words(lang), old.is_clear and new.is_clear
    number = w.total_told(old.share, new.share, new.base, is_clear=is_clear)
    return f"  {name}: {old.text} → {new.text}{w.in_brackets(number)}"


def _figure(row: Mapping[str, Any], what: str, lang: str, behind: str = "") -> _Figure:
    share = Share(int(row[f"{what}_count"]), int(row["schools_total"]))
    is_clear = row.get("base_unclear_count", "0") in ("", "0")
    return _Figure(_share(row, what, lang) + behind, share, row["base"], is_clear)


def _wide(side: Side, lang: str) -> dict[str, _Figure]:
    """The figures of all schools together: what is reached of each scheme, and each target."""
    figures = {}
    for scheme in SCHEMES:
        table = side.tables.get(f"{scheme}_theo_education_level", pd.DataFrame())
        for row in _records(table[table["group"] == "all"] if len(table) else table):
            if row["reached_count"]:
                name = say(f"reached_{scheme}", lang, level=row["standing"])
                figures[name] = _figure(row, "reached", lang)
    for row in _records(side.tables.get("so_voi_chi_tieu", pd.DataFrame())):
        name = say("diff_target", lang, label=row[f"label_{lang}"])
        verdict = say(f"verdict_{row['verdict']}", lang)
        figures[name] = _figure(row, "schools", lang, f", {verdict}")
    return figures


def _share(row: Mapping[str, Any], what: str, lang: str) -> str:
    """ "32/37 (86,5%; chưa rõ 1)"."""
    share = row[f"{what}_percent"]
    facts = {"count": row[f"{what}_count"], "total": row["schools_total"]}
    if not share:
        return say("cell_share", lang, **facts)
    unclear = row["unclear_count" if what == "schools" else f"{what}_unclear_count"]
    key = "share" if unclear in ("", "0") else "share_unclear"
    return say(key, lang, percent=Percent(float(share), 1), unclear=unclear, **facts)


def _charts(before: Side, after: Side, changes: pd.DataFrame | None, lang: str) -> str:
    if changes is None:
        missing = [side.name for side in (before, after) if not side.charts]
        return say("diff_charts_not_told", lang, missing=", ".join(missing))
    return say("diff_charts", lang, total=len(changes), told=_counted(changes["change"], lang))


def _counted(kinds: Iterable[str], lang: str) -> str:
    """ "mới có: 1; đổi tên: 3", or that nothing changed."""
    counts = Counter(kinds)
    order = [*(k for k in _FIRST if k in counts), *(k for k in counts if k not in _FIRST)]
    told = [say("diff_count", lang, what=say(f"change_{k}", lang), count=counts[k]) for k in order]
    return "; ".join(told) or say("diff_same", lang)


def _some(lines: list[str], lang: str) -> list[str]:
    more = len(lines) - _MOST
    return lines if more <= 1 else [*lines[:_MOST], say("diff_more", lang, count=more)]


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.to_dict("records")
