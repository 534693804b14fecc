"""`accreditation form`: the workbooks that schools fill in, with what is known of them."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.notebook.register import Register, load_register
from analysis.reference import (
    SCHEMES,
    Reference,
    Rules,
    SuiteError,
    read_reference,
    say,
    slug,
    term_end,
    vietnamese_key,
)
from analysis.reference.schema import is_school_year
from analysis.returned.form import form_bytes
from analysis.returned.form_cells import FORM, Asked
from analysis.status import status_from_register

_SHOWN = 20
_IDENTITY = ("school_code", "school_name", "education_level", "unit")


def form(options: argparse.Namespace) -> int:
    """Write the form of a school year, or one for each unit; none that is there is overwritten."""
    lang, wanted = options.lang, options.form_year
    reference = read_reference(options.home)
    if not is_school_year(wanted):
        raise SuiteError("bad_school_year", value=wanted)
    last = max((y for y in reference.years_with_workbooks if y < wanted), default="")
    if not last:
        raise SuiteError("form_no_year", year=wanted)
    register = load_register(last, home=reference.home, lang=lang)
    as_of = _as_of(reference, wanted, last)
    schools = schools_asked(register, as_of, lang)
    if schools.empty:
        raise SuiteError("form_no_schools", last=last)
    asked = _asked(register, wanted, as_of, schools, lang)
    files = {}
    for name, some in _parts(schools, wanted, lang, by_unit=options.by == "unit"):
        files[reference.home / "forms" / wanted / f"{name}.xlsx"] = form_bytes(some, asked)
    _write(files, reference.home)
    print(say("form_made", lang, year=wanted, schools=len(schools), last=last))
    print(*_listed(files, reference.home), sep="\n")
    print(say("form_next", lang, year=wanted))
    return 0


def _as_of(reference: Reference, wanted: str, last: str) -> dt.date:
    """The day the year's settings name, else that of the last year, as many years on."""
    if own := reference.years.get(wanted):
        return own.as_of
    return term_end(reference.year(last).as_of, 12 * (int(wanted[:4]) - int(last[:4])))


def schools_asked(register: Register, as_of: dt.date, lang: str = "vi") -> pd.DataFrame:
    """The schools there will be on the as-of date, as far as is known, and what is known of them.

    One row per school, under the names of the form's columns, its words as they are to be written:
    those of the last year that have not ended by then, and those the directory has beside them.
    Certificates are those the register says are in force on that day; `certificates_known` tells
    their ends, and what ended before.
    """
    listed = register.latest.identified
    told = status_from_register(
        register.certificates, listed[listed["in_scope"]], as_of, register.reference.rules
    )
    rows = [_row(record, register, as_of, lang) for record in told.to_dict("records")]
    rows = [row for row in rows if row]
    rows += _others(rows, register, as_of)
    order = register.reference.rules.education_levels
    rules = register.reference.rules
    places = {rules.standard["education_level"][level]: at for at, level in enumerate(order)}
    rows.sort(
        key=lambda row: (
            vietnamese_key(row["unit"]),
            places.get(row["education_level"], len(order)),
            vietnamese_key(row["school_name"]),
        )
    )
    return pd.DataFrame(
        [row | {"order": n} for n, row in enumerate(rows, 1)],
        columns=["school_id", *FORM["columns"]],
        dtype=object,
    )


def _row(
    record: Mapping[Any, Any], register: Register, as_of: dt.date, lang: str
) -> dict[str, Any]:
    """What is known of a school of the last year; nothing of one that has ended by then, or left
    the office with its unit."""
    directory, rules = register.directory, register.reference.rules
    school_id = str(record["school_id"])
    if directory.ended_by(school_id, as_of):
        return {}
    facts = {name: _text(record[name]) for name in (*_IDENTITY, "district", "ownership")}
    if own := directory.school_on(school_id, as_of):
        facts |= {name: own[name] for name in _IDENTITY if own[name]}
    elif facts["unit"]:
        units = register.reference.units.restated(
            facts["unit"], register.latest.as_of, as_of, district=facts["district"]
        )
        if units == ():
            return {}
        facts["unit"] = "" if units and len(units) > 1 else (units or (facts["unit"],))[0]
    row: dict[str, Any] = {"school_id": school_id} | _worded(facts, rules)
    others = rules.regulations["not_for"]
    schemes = [s for s in SCHEMES if facts["education_level"] not in others[s]]
    known = [_certificate(record, scheme, row, lang) for scheme in schemes]
    return row | {"certificates_known": "; ".join(filter(None, known))}


def _others(rows: list[dict[str, Any]], register: Register, as_of: dt.date) -> list[dict[str, Any]]:
    """The schools of the directory that the last year does not list: founded since, or made of
    others; whose they were tells the ownership where all agree."""
    directory, rules = register.directory, register.reference.rules
    there = {row["school_id"] for row in rows}
    codes = {row["school_code"] for row in rows} - {""}
    owned = dict(zip(register.held["school_id"], register.held["ownership"], strict=True))
    found = []
    for school_id in directory.schools:
        facts = directory.school_on(school_id, as_of)
        if facts and school_id not in there and facts["school_code"] not in codes:
            before = {_text(owned.get(one)) for one in directory.predecessors(school_id)}
            ownership = before.pop() if len(before) == 1 else ""
            named = {name: facts[name] for name in _IDENTITY} | {"ownership": ownership}
            found.append({"school_id": school_id} | _worded(named, rules))
    return found


def _worded(facts: Mapping[str, str], rules: Rules) -> dict[str, Any]:
    """Codes in the words that are written, and that the school operates as far as is known."""
    words = {n: rules.standard[n].get(facts[n], "") for n in ("education_level", "ownership")}
    return {**facts, **words, "operating_status": rules.standard["operating_status"]["operating"]}


def _certificate(record: Mapping[Any, Any], scheme: str, row: dict[str, Any], lang: str) -> str:
    """Put the certificate in force into the row; what is known of it, or of one that ended."""
    state, level, last = (record[f"{scheme}_{n}"] for n in ("state", "level", "expires"))
    if state not in ("in_force", "expired") or pd.isna(level):
        return ""
    facts = {
        "scheme": scheme.upper() if scheme == "cqg" else "KĐCLGD",
        "level": say(f"standing_{scheme}_level", lang, level=int(level)).lower(),
        "decision": record[f"{scheme}_decision"] or "–",
        "last": "–" if pd.isna(last) else f"{last:%d/%m/%Y}",
    }
    if state == "expired":
        return say("form_known_ended", lang, **facts)
    signed, end = record[f"{scheme}_date"], record[f"{scheme}_expiry"]
    is_whole = record[f"{scheme}_date_precision"] == "day" and not pd.isna(signed)
    row[f"{scheme}_level"] = int(level)
    row[f"{scheme}_decision"] = record[f"{scheme}_decision"]
    row[f"{scheme}_date"] = signed.to_pydatetime() if is_whole else None
    row[f"{scheme}_expiry"] = None if pd.isna(end) else end.to_pydatetime()
    return say("form_known_undated" if pd.isna(last) else "form_known_ends", lang, **facts)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _asked(
    register: Register, school_year: str, as_of: dt.date, schools: pd.DataFrame, lang: str
) -> Asked:
    reference, listed = register.reference, register.latest.identified
    office = register.about.office(lang)
    lain = sorted(set(schools["unit"]) - {""}, key=vietnamese_key)
    names = list(dict.fromkeys([*reference.units.on_day(as_of), *lain]))
    stated = [n for n in FORM["columns"] if n in listed and _is_stated(listed[n])]
    return Asked(
        school_year,
        as_of,
        office,
        str(reference.office.get("contact", office)),
        reference.rules,
        units=names,
        codes=[code for code in schools["school_code"] if code],
        stated=stated,
        synthetic=register.latest.about.synthetic,
        lang=lang,
    )


def _is_stated(column: pd.Series[Any]) -> bool:
    return bool((column.notna() & column.ne("")).any())


def _parts(
    schools: pd.DataFrame, school_year: str, lang: str, *, by_unit: bool
) -> Iterable[tuple[str, pd.DataFrame]]:
    """The schools of each workbook with its name, in plain letters that every system takes."""
    name = say("form_file", lang, year=school_year)
    if not by_unit:
        return [(name, schools)]
    found: dict[str, pd.DataFrame] = {}
    for unit, some in schools.groupby("unit", sort=False):
        own = f"{name}_{slug(str(unit)) or say('form_no_unit', lang)}"
        names = (f"{own}-{n}" if n else own for n in count(0))
        found[next(n for n in names if n not in found)] = some
    return found.items()


def _listed(files: Mapping[Path, bytes], home: Path) -> list[str]:
    """The first of the files, as they are told."""
    names = [f"  {path.relative_to(home).as_posix()}" for path in files]
    return [*names[:_SHOWN], *([f"  … ({len(names)})"] if len(names) > _SHOWN else [])]


def _write(files: Mapping[Path, bytes], home: Path) -> None:
    """All of them, or none where one is there already."""
    there = [path for path in files if path.exists()]
    if there:
        folder = there[0].parent.relative_to(home).as_posix()
        listed = ", ".join(path.name for path in there[:5]) + (", …" if len(there) > 5 else "")
        raise SuiteError("form_exists", folder=folder, files=listed)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
