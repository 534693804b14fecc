"""`accreditation check`: what is in the workbooks, row by row, and what follows from it."""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from analysis.clean import Cleaned, clean_schools, published_counts, remark_texts
from analysis.compare import recompute_published
from analysis.export.contract import contract, write_contract
from analysis.measure import CountedRows
from analysis.raw import Raw, read_raw
from analysis.reference import (
    SCHEMES,
    Number,
    Percent,
    Reference,
    Rules,
    Share,
    SuiteError,
    TargetSet,
    read_reference,
    read_targets,
    say,
)
from analysis.reference.schema import is_school_year, school_year_of
from analysis.tables.words import tell_impossible
from analysis.work.blanks import blank_lines, settle_blanks
from analysis.work.checked_csv import write_checked
from analysis.work.counted import Reached, YearCounted, gap_line, written_lines
from analysis.work.sources import asked_day, asked_year

_SHOWN = 20


def check(options: argparse.Namespace) -> int:
    """Read and clean the inputs, answer on the screen and in the files asked for."""
    lang = options.lang
    reference = read_reference(options.home)
    school_year, as_of = _period(options, reference)
    raw, rules = _read(options.inputs, reference, school_year, lang)
    targets = _targets(options, reference, school_year)
    cleaned, counted = None, None
    blank = _blank(options, reference, school_year)
    if raw.tables:
        cleaned = _clean(raw, rules, options, reference, (school_year, as_of), blank)
        rows = CountedRows(cleaned.rows, cleaned.barred, as_of, reference.rules)
        counted = YearCounted(school_year, rows, targets)
    if options.json:
        write_contract(contract(raw, cleaned, rules, counted, lang), Path(options.json))
    print(say("check_head", lang, year=school_year, as_of=as_of.strftime("%d/%m/%Y")))
    _print_files(raw, lang)
    if cleaned is None or counted is None:
        return 2 if raw.errors else 0
    _print_rows(cleaned, lang)
    _print_schools(counted, lang)
    own = _is_own(options.inputs, reference, school_year)
    for line in blank_lines(cleaned, blank, lang, own=own):
        print(line)
    if own:
        from analysis.work.last_year import last_year_lines  # reads the workbooks of that year

        print(*last_year_lines(cleaned, reference, school_year, lang), sep="\n")
    _print_published(raw, lang)
    if options.csv:
        paths = write_checked(cleaned, counted, Path(options.csv), lang)
        print(written_lines(paths, lang))
    if options.out:
        from analysis.work.checked_exports import export_checked  # drawing takes a while to load

        written = export_checked(
            raw, cleaned, reference, targets, (school_year, as_of), Path(options.out), lang
        )
        print(written_lines(written, lang))
    if raw.errors:
        return 2
    return 1 if options.strict and (cleaned.rows_set_aside or cleaned.doubtful) else 0


def _targets(
    options: argparse.Namespace, reference: Reference, school_year: str
) -> TargetSet | None:
    """The target set of the file named, else of the year's settings; none where there are none."""
    if options.targets:
        return read_targets(Path(options.targets))
    own = reference.years.get(school_year)
    return reference.targets(own.target_set) if own and own.target_set else None


def _blank(options: argparse.Namespace, reference: Reference, school_year: str) -> dict[str, str]:
    """What a blank level means by scheme: as asked for, else as the year's settings say."""
    own = reference.years.get(school_year)
    said = dict(own.blank) if own else {}
    return dict.fromkeys(SCHEMES, options.blank) if options.blank else said


def _clean(
    raw: Raw,
    rules: Rules,
    options: argparse.Namespace,
    reference: Reference,
    period: tuple[str, dt.date],
    blank: dict[str, str],
) -> Cleaned:
    """The rows, their blanks as they are said to be meant; of the year's own workbooks that is
    asked for, and what is answered joins `blank`."""
    year, day = period

    def clean() -> Cleaned:
        how: Any = {"school_year": year, "as_of": day, "blank": blank, "office": reference}
        return clean_schools(raw, rules, **how)

    cleaned = clean()
    if not _is_own(options.inputs, reference, year):
        return cleaned
    answers = settle_blanks(cleaned, blank, reference, options.lang)
    blank.update(answers)
    if "none" not in answers.values():
        return cleaned
    return clean()


def _read(
    inputs: list[str], reference: Reference, school_year: str, lang: str
) -> tuple[Raw, Rules]:
    """The inputs under the year's own headings; those of its own workbooks that nobody has
    explained are asked for."""
    rules = reference.rules_for(school_year)
    raw = read_raw(inputs, rules)
    if _is_own(inputs, reference, school_year):
        from analysis.work.headings import settle_headings  # brings all that a school year needs

        if answers := settle_headings(raw, rules, reference.settings(school_year), lang):
            rules = rules.with_headings(answers)
            raw = read_raw(inputs, rules)
    return raw, rules


def _is_own(inputs: list[str], reference: Reference, school_year: str) -> bool:
    """Are these workbooks of the year itself, so that what is answered is kept with it?"""
    folder = reference.workbooks(school_year).resolve()
    inside = all(Path(path).resolve().is_relative_to(folder) for path in inputs)
    return inside and school_year in reference.years


def _period(options: argparse.Namespace, reference: Reference) -> tuple[str, dt.date]:
    """School year and as-of date: as given, each from the other, or those of the newest year."""
    year, as_of = options.school_year, asked_day(options.as_of) if options.as_of else None
    if year and not is_school_year(year):
        raise SuiteError("bad_school_year", value=year)
    if not year and as_of:
        year = school_year_of(as_of)
    year = year or asked_year(reference, None, options.lang).school_year
    known = reference.years.get(year)
    return year, as_of or (known.as_of if known else reference.rules.as_of(year))


def _print_files(raw: Raw, lang: str) -> None:
    if raw.passed_over:
        print(say("check_skipped", lang, files=", ".join(raw.passed_over)))
    if raw.errors:
        print(say("check_errors", lang, count=len(raw.errors)))
        print(*(f"  {e.text(lang)}" for e in raw.errors), sep="\n")


def _print_rows(cleaned: Cleaned, lang: str) -> None:
    for row in cleaned.account:
        facts = {k: row[k] for k in ("rows_in", "accepted", "set_aside", "ignored", "schools")}
        file, sheet = row["source_file"], row["source_sheet"]
        print(say("check_sheet", lang, file=file, sheet=sheet, **facts))
    findings = cleaned.findings
    print(say("check_repairs", lang, count=Number(findings.count("repaired"))))
    if cleaned.joined:
        by = Counter(one.by for one in cleaned.joined)
        reasons = ", ".join(f"{say(f'joined_{why}', lang)}: {n}" for why, n in by.most_common())
        schools = len({(id(one.stands[0]), one.stands[1]) for one in cleaned.joined})
        facts = {"rows": len(cleaned.joined), "schools": schools, "reasons": reasons}
        print(say("check_gathered", lang, **facts))
    for outcome, told in (("doubt", cleaned.doubtful), ("set_aside", cleaned.rows_set_aside)):
        faults = (f.text(lang) for f in findings.of(outcome))
        key = {"doubt": "check_doubts", "set_aside": "check_set_aside"}[outcome]
        _print_list(key, told, faults, findings.count(outcome), lang)
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


def _print_schools(year: YearCounted, lang: str) -> None:
    """What is in force by education level, and what follows for the targets about it."""
    outside = Counter(filter(None, year.rows.reasons))
    if outside:
        texts = [f"{n} {say(f'reason_{r}', lang)}" for r, n in outside.most_common()]
        print(say("check_outside", lang, count=outside.total(), reasons=", ".join(texts)))
    if len(year.rows.schools) or len(year.rows.barred):
        for scheme in SCHEMES:
            _print_scheme(year, scheme, lang)
        _print_targets(year, lang)


def _print_scheme(year: YearCounted, scheme: str, lang: str) -> None:
    """How many schools hold it; one sentence where no list has a column for it."""
    name = say(f"scheme_{scheme}", lang)
    if scheme not in year.schemes:
        print(say("check_not_stated", lang, scheme=name))
        return
    base = say(f"base_{year.rows.rules.default_base(scheme)}", lang)
    print(say("check_reached", lang, scheme=name, base=base))
    for row in year.reached(scheme):
        print(_reached(row, year.rows.rules, lang))


def _reached(row: Reached, rules: Rules, lang: str) -> str:
    group, share = row.group, Share(row.schools, row.total, row.unclear)
    name = say(f"level_{group}" if group in rules.education_levels else f"group_{group}", lang)
    percent = Percent(share.percent, 1) if share.total else "—"
    key = "check_level_unclear" if share.unclear else "check_level"
    return say(key, lang, group=name, share=share, percent=percent)


def _print_targets(year: YearCounted, lang: str) -> None:
    """What can be said of each target of the year."""
    if year.target_set is None:
        print(say("check_no_targets", lang))
    elif not year.target_set.parts:
        print(say("check_targets_none", lang, title=year.target_set.title(lang)))
    elif year.targets:
        print(say("check_target_set", lang, title=year.target_set.title(lang)))
        for told in filter(None, (gap_line(year, part, lang) for part in year.targets)):
            print(f"  {told}")


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
        percent=Percent(row["recomputed_percent"], 2),
    )
