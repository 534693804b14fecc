"""`accreditation check`: what is in the workbooks, row by row, and what follows from it."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from analysis.clean import Cleaned, clean_schools, published_counts, remark_texts
from analysis.compare import recompute_published
from analysis.compare.impossible import tell_impossible
from analysis.export.contract import contract, write_contract
from analysis.jobs.checked_csv import write_checked
from analysis.jobs.figures import Figures, Share
from analysis.jobs.told_lines import gap_line, written_lines
from analysis.raw import Raw, read_raw
from analysis.reference import (
    SCHEMES,
    Reference,
    Rules,
    SuiteError,
    decimal,
    percent,
    read_reference,
    say,
)
from analysis.status import status_on

_SHOWN = 20


def check(options: argparse.Namespace) -> int:
    """Read and clean the inputs, answer on the screen and in the files asked for."""
    lang = options.lang
    reference = read_reference(options.home)
    school_year, as_of = _period(options, reference)
    raw, rules = _read(options.inputs, reference, school_year, lang)
    cleaned = None
    if raw.tables:
        cleaned = clean_schools(raw, rules, school_year=school_year, as_of=as_of)
    if options.json:
        write_contract(contract(raw, cleaned, rules, lang), Path(options.json))
    print(say("check_head", lang, year=school_year, as_of=as_of.strftime("%d/%m/%Y")))
    _print_files(raw, lang)
    if cleaned is None:
        return 2 if raw.errors else 0
    _print_rows(cleaned, lang)
    figures = Figures(cleaned.rows, as_of, reference.rules, cleaned.barred)
    _print_schools(figures, raw, reference, lang)
    _print_published(raw, lang)
    if options.csv:
        sets = reference.target_sets.values()
        paths = write_checked(cleaned, figures, sets, Path(options.csv), lang)
        print(written_lines(paths, lang))
    if options.out:
        from analysis.jobs.checked_exports import export_checked  # drawing takes a while to load

        held = status_on(cleaned.schools, as_of, reference.rules)
        written = export_checked(
            raw, cleaned, held, reference, (school_year, as_of), Path(options.out), lang
        )
        print(written_lines(written, lang))
    if raw.errors:
        return 2
    return 1 if options.strict and cleaned.schools_set_aside else 0


def _read(
    inputs: list[str], reference: Reference, school_year: str, lang: str
) -> tuple[Raw, Rules]:
    """The inputs under the year's own headings; those of its own workbooks that nobody has
    explained are asked for."""
    data, own = reference.home / "data", reference.years.get(school_year)
    rules = reference.rules.with_headings(own.columns if own else {})
    raw = read_raw(inputs, rules)
    if own and _lie_in(inputs, data / "raw" / school_year):
        from analysis.jobs.headings import settle_headings  # brings all that a school year needs

        settings = data / "years" / f"{school_year}.toml"
        if answers := settle_headings(raw, rules, settings, lang):
            rules = rules.with_headings(answers)
            raw = read_raw(inputs, rules)
    return raw, rules


def _lie_in(inputs: list[str], folder: Path) -> bool:
    return all(Path(path).resolve().is_relative_to(folder.resolve()) for path in inputs)


def _period(options: argparse.Namespace, reference: Reference) -> tuple[str, dt.date]:
    """School year and as-of date: as given, each from the other, or those of the newest year."""
    year, as_of = options.school_year, _date(options.as_of)
    if year and not (re.fullmatch(r"\d{4}-\d{4}", year) and int(year[5:]) == int(year[:4]) + 1):
        raise SuiteError("bad_school_year", value=year)
    if not year and as_of:
        first = as_of.year if as_of.month > 8 else as_of.year - 1
        year = f"{first}-{first + 1}"
    year = year or reference.latest_year
    known = reference.years.get(year)
    return year, as_of or (known.as_of if known else reference.rules.as_of(year))


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise SuiteError("bad_date", value=text) from None


def _print_files(raw: Raw, lang: str) -> None:
    if raw.passed_over:
        print(say("check_skipped", lang, files=", ".join(raw.passed_over)))
    if raw.errors:
        print(say("check_errors", lang, count=len(raw.errors)))
        print(*(f"  {e.text(lang)}" for e in raw.errors), sep="\n")


def _print_rows(cleaned: Cleaned, lang: str) -> None:
    for row in cleaned.account:
        facts = {k: row[k] for k in ("rows_in", "accepted", "set_aside", "ignored")}
        file, sheet = row["source_file"], row["source_sheet"]
        print(say("check_sheet", lang, file=file, sheet=sheet, **facts))
    findings = cleaned.findings
    print(say("check_repairs", lang, count=decimal(findings.count("repaired"), 0, lang)))
    faults = (f.text(lang) for f in findings.of("set_aside"))
    count = findings.count("set_aside")
    _print_list("check_set_aside", cleaned.schools_set_aside, faults, count, lang)
    count = len(cleaned.remarks) + findings.count("warning")
    _print_list("check_warnings", count, remark_texts(cleaned, lang), count, lang)


def _print_list(key: str, told: int, texts: Iterable[str], count: int, lang: str) -> None:
    """The first texts of a list; no more of them are made than are shown."""
    if not told:
        return
    print(say(key, lang, count=told))
    print(*(f"  {t}" for t in islice(texts, _SHOWN)), sep="\n")
    if count > _SHOWN:
        print(say("check_more", lang, count=count - _SHOWN))


def _print_schools(figures: Figures, raw: Raw, reference: Reference, lang: str) -> None:
    """What is in force by education level, and the gap to the targets about it."""
    if outside := figures.outside():
        texts = [f"{n} {say(f'reason_{r}', lang)}" for r, n in outside.most_common()]
        print(say("check_outside", lang, count=outside.total(), reasons=", ".join(texts)))
    for scheme in stated_schemes(raw):
        print(say("check_reached", lang, scheme=say(f"scheme_{scheme}", lang)))
        for share in figures.reached(scheme):
            print(_reached(share, reference.rules, lang))
        _print_gaps(figures, scheme, reference, lang)


def stated_schemes(raw: Raw) -> list[str]:
    """The schemes the tables have a level column for."""
    named = {name for t in raw.of_kind("schools") for name in t.header.columns}
    return [s for s in SCHEMES if f"{s}_level" in named]


def _reached(share: Share, rules: Rules, lang: str) -> str:
    group, count, total = share.group, share.count, share.total
    name = say(f"level_{group}" if group in rules.education_levels else f"group_{group}", lang)
    shown = percent(share.percent, 1, lang) if total else "—"
    return say("check_level", lang, group=name, count=count, total=total, percent=shown)


def _print_gaps(figures: Figures, scheme: str, reference: Reference, lang: str) -> None:
    for targets in reference.target_sets.values():
        for target in targets.parts:
            line = gap_line(figures, target, lang) if target.scheme == scheme else ""
            if line:
                print(line)


def _print_published(raw: Raw, lang: str) -> None:
    if not raw.of_kind("published_counts"):
        return
    checked = recompute_published(published_counts(raw))
    kinds = Counter(checked["check"])
    facts = {"contradict": kinds["contradicts"], "impossible": kinds["impossible"]}
    facts["open"] = kinds[""]
    print(say("check_published", lang, agree=len(checked) - sum(facts.values()), **facts))
    named = [n for n in ("source_file", "source_sheet") if checked[n].nunique() > 1]
    for row in checked.to_dict("records"):
        if row["check"] in ("contradicts", "impossible"):
            print(_wrong(row, [*named, "area", "phase", "as_of"], lang))


def _wrong(row: dict[Hashable, Any], named: list[str], lang: str) -> str:
    """A printed row that contradicts itself: its percentage, or the counts themselves."""
    names = [row[name] for name in named if isinstance(row.get(name), str) and row[name]]
    where = f"{' '.join(names)}: " if names else ""
    place = {"row": row["source_row"], "where": where}
    if row["check"] == "impossible":
        reasons = tell_impossible(row["impossible"], lang)
        return say("check_impossible", lang, **place, reasons=reasons)
    return say(
        "check_contradiction",
        lang,
        **place,
        printed=row["pct_published"],
        achieved=row["achieved"],
        total=row["total_schools"],
        percent=percent(row["recomputed_percent"], 2, lang),
    )
