"""`accreditation diff`: what changed between two school years, two versions, or two folders;
in full as tables, and in words short enough to be read in a minute."""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.charts.words import Words, days_that_differ
from analysis.compare import compare_schools, compare_tables
from analysis.export.places import NUMBERS, file_beside, published_folder, published_folders
from analysis.export.tables import export_csv
from analysis.export.versions import kept_versions, read_numbers
from analysis.notebook.school_year import load_year
from analysis.reference import (
    SCHEMES,
    Number,
    Percent,
    Reference,
    Share,
    SuiteError,
    read_reference,
    say,
)
from analysis.tables.words import in_word
from analysis.work.measured import measured_tables

_YEAR, _VERSION = re.compile(r"\d{4}-\d{4}"), re.compile(r"(\d{4}-\d{4})@(\d{1,6})")
_SCHOOLS = "truong"


@dataclass(frozen=True)
class Side:
    """One side of the comparison: its tables as text, its schools, and of each chart its numbers
    and the picture, if that is kept."""

    name: str
    tables: Mapping[str, pd.DataFrame]
    schools: pd.DataFrame | None
    kept_out: frozenset[str]
    charts: Mapping[str, tuple[pd.DataFrame, bytes]]
    is_year: bool


def diff(options: argparse.Namespace) -> int:
    """Tell what changed on the screen, and in full in the files asked for."""
    lang = options.lang
    reference = read_reference(options.home)
    before, after = (_side(name, reference, lang) for name in (options.before, options.after))
    if before.is_year != after.is_year:
        raise SuiteError("diff_mixed", before=before.name, after=after.name)
    changes = _changes(before, after, reference)
    days = {s.name: reference.year(s.name[:9]).as_of for s in (before, after) if s.is_year}
    print(tell_changes(before, after, changes, lang, days_that_differ(days, lang)))
    try:
        _write(before, after, changes, options)
    except OSError as error:
        cause = error.strerror or str(error)
        raise SuiteError("diff_not_written", file=error.filename, cause=cause) from error
    return 0


def _write(
    before: Side, after: Side, changes: Mapping[str, pd.DataFrame], options: argparse.Namespace
) -> None:
    """The three tables in full, as CSV and as JSON, where they are asked for."""
    if options.out:
        for name, table in changes.items():
            export_csv(table, Path(options.out) / f"{name}.csv")
    if options.json:
        answer = {"before": before.name, "after": after.name}
        rows = {name: json.loads(t.to_json(orient="records")) for name, t in changes.items()}
        text = json.dumps(answer | rows, ensure_ascii=False, indent=1)
        Path(options.json).write_text(text + "\n", encoding="utf-8")


def _changes(before: Side, after: Side, reference: Reference) -> dict[str, pd.DataFrame]:
    """The three tables of changes; of schools and charts only where both sides have them."""
    changes = {"so_lieu": compare_tables(before.tables, after.tables)}
    if before.schools is not None and after.schools is not None:
        schools = compare_schools(
            before.schools,
            after.schools,
            kept_out=(before.kept_out, after.kept_out),
            level_words=reference.rules.spellings["education_level"],
        )
        changes["truong"] = _with_successors(schools, reference)
    if before.charts and after.charts:
        looks = not before.is_year  # of two years every picture differs, by its year
        changes["bieu_do"] = compare_charts(before.charts, after.charts, looks=looks)
    return changes


def _side(given: str, reference: Reference, lang: str) -> Side:
    """A school year by its name, one of its published versions ("2024-2025@1"), else a folder."""
    folder = Path(given)
    if _YEAR.fullmatch(given) and (given in reference.years or not folder.is_dir()):
        return _year(reference.year(given).school_year, reference, lang)
    if (asked := _VERSION.fullmatch(given)) and not folder.is_dir():
        return _version(given, asked[1], int(asked[2]), reference, lang)
    if not (folder / NUMBERS).is_dir():
        years = ", ".join(sorted(reference.years))
        raise SuiteError("diff_no_folder", folder=given, years=years)
    return _made(given, read_tables(folder / NUMBERS), charts_of(folder), is_year=False)


def _version(given: str, year: str, number: int, reference: Reference, lang: str) -> Side:
    """The numbers a version of a school year was published with."""
    folder = published_folder(reference.home, reference.year(year).school_year, lang)
    versions = {version.number: version for version in kept_versions(folder)}
    if number not in versions:
        known = ", ".join(f"{year}@{n}" for n in versions) or "–"
        raise SuiteError("diff_no_version", number=number, year=year, known=known)
    version = versions[number]
    tables = {name: read_numbers(content) for name, content in version.numbers.items()}
    charts = {name: (tables.pop(name), b"") for name in version.charts}
    return _made(given, tables, charts, is_year=True)


def _year(school_year: str, reference: Reference, lang: str) -> Side:
    """The tables a run would publish, written and read as it does; its charts if it did."""
    year = load_year(school_year, home=reference.home, lang=lang)
    with tempfile.TemporaryDirectory() as made:
        for name, table in measured_tables(year, lang).values():
            export_csv(table, Path(made) / f"{name}.csv")
        tables = read_tables(Path(made))
    folders = published_folders(reference.home, school_year, lang)[:1]
    charts = charts_of(folders[0]) if folders else {}
    return _made(school_year, tables, charts, is_year=True)


def _made(
    name: str,
    tables: dict[str, pd.DataFrame],
    charts: Mapping[str, tuple[pd.DataFrame, bytes]],
    *,
    is_year: bool,
) -> Side:
    """A side; the lists of schools are compared school by school, not as tables."""
    schools, codes = tables.pop(_SCHOOLS, None), frozenset[str]()
    if schools is not None and "in_scope" in schools:
        aside = schools["in_scope"].eq("")
        codes, schools = frozenset(schools.loc[aside, "school_code"]) - {""}, schools[~aside]
    return Side(name, tables, schools, codes, charts, is_year)


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The CSV files of a folder as text, by name, but for those that belong to a picture."""
    tables = [p for p in sorted(folder.glob("*.csv")) if not file_beside(p, ".png").exists()]
    return {path.stem: _read(path) for path in tables}


def _read(path: Path) -> pd.DataFrame:
    try:
        return read_numbers(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SuiteError("diff_unreadable", file=path.name, cause=str(error)) from error


def charts_of(folder: Path) -> dict[str, tuple[pd.DataFrame, bytes]]:
    """The numbers and the picture of each chart of a folder, by name."""
    found = {path: file_beside(path, ".csv") for path in sorted(folder.rglob("*.png"))}
    return {p.stem: (_read(csv), p.read_bytes()) for p, csv in found.items() if csv.exists()}


def compare_charts(
    before: Mapping[str, tuple[pd.DataFrame, bytes]],
    after: Mapping[str, tuple[pd.DataFrame, bytes]],
    *,
    looks: bool,
) -> pd.DataFrame:
    """One row per chart of two sides: `chart`, `change` (new, gone, numbers, same, and with `looks`
    also look: the same numbers in another picture)."""
    rows = [[n, _chart_change(before.get(n), after.get(n), looks)] for n in {**before, **after}]
    return pd.DataFrame(rows, columns=["chart", "change"])


def _chart_change(
    old: tuple[pd.DataFrame, bytes] | None, new: tuple[pd.DataFrame, bytes] | None, looks: bool
) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    if _numbers_of(old[0]) != _numbers_of(new[0]):
        return "numbers"
    return "look" if looks and old[1] != new[1] else "same"


def _numbers_of(table: pd.DataFrame) -> Counter[tuple[str, ...]]:
    """The rows of a chart's table without its year."""
    kept = table.loc[:, [c for c in table if not str(c).startswith("school_year")]]
    return Counter(kept.itertuples(index=False, name=None))


def _with_successors(changes: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Of a school that is gone, the school it was merged into, where the directory says so."""
    path = reference.home / "data" / "schools.csv"
    if changes.empty or not path.exists():
        return changes
    lines = _read(path)
    merged = lines[lines["event"].eq("merged_into")].set_index("school_id")["successor_id"]
    names = lines.drop_duplicates("school_id", keep="last").set_index("school_id")["school_name"]
    into = changes["school_id"].map(merged).map(names).fillna("")
    gone = changes["change"].eq("gone")
    return changes.assign(after=changes["after"].where(~gone, into))


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
