"""What `accreditation check` answers to machines: one JSON document about every row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.clean import Cleaned, Finding, remark_texts
from analysis.raw import Raw
from analysis.raw.container import is_passed_over
from analysis.reference import InputError, Rules, say

_PLACE = ["source_file", "source_sheet", "source_row"]


def contract(raw: Raw, cleaned: Cleaned | None, rules: Rules, lang: str = "vi") -> dict[str, Any]:
    """The answer as plain values.

    status: "ok", "error" (a file could not be trusted, or nothing could be read) or "skip" (only
    files that are passed over). Each row that holds a value stands in exactly one of accepted,
    quarantined, ignored; quarantined has an entry for every fault of a row.
    """
    findings = cleaned.findings if cleaned else ()
    return {
        "status": status(raw),
        "errors": [_error(e, lang) for e in raw.errors],
        "warnings": _warnings(raw, cleaned, lang),
        "accepted": _accepted(cleaned, raw, rules) if cleaned else [],
        "quarantined": [_fault(f, lang) for f in findings if f.outcome == "set_aside"],
        "ignored": [_ignored(f, lang) for f in findings if f.outcome == "ignored"],
        "repairs": _repairs(cleaned) if cleaned else [],
    }


def _warnings(raw: Raw, cleaned: Cleaned | None, lang: str) -> list[str]:
    """Files passed over (locks and hidden ones need no word), and what cleaning warns of."""
    other = [n for n in raw.passed_over if not is_passed_over(Path(n))]
    told = remark_texts(cleaned, lang) if cleaned else []
    return [say("file_passed_over", lang, file=name) for name in other] + told


def status(raw: Raw) -> str:
    """ "ok", "error" or "skip"; see `contract`."""
    if raw.errors:
        return "error"
    return "ok" if raw.tables else "skip"


def write_contract(answer: dict[str, Any], path: Path) -> None:
    """Write the answer in one step, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(json.dumps(answer, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def _error(error: InputError, lang: str) -> dict[str, str]:
    entry = {"message": error.text(lang), "file": error.file}
    return entry | {k: v for k, v in (("sheet", error.sheet), ("cell", error.cell)) if v}


def _accepted(cleaned: Cleaned, raw: Raw, rules: Rules) -> list[dict[str, Any]]:
    headings = {n: c.heading for n, c in rules.columns.items() if n in cleaned.values}
    return list(_rows(cleaned.values, headings)) + list(_plain_rows(raw, cleaned))


def _rows(values: pd.DataFrame, headings: dict[str, str]) -> Iterable[dict[str, Any]]:
    places = zip(*(values[c] for c in _PLACE), strict=True)
    columns = [[None if pd.isna(v) else v for v in values[name]] for name in headings]
    names = list(headings.values())
    for place, row in zip(places, zip(*columns, strict=True), strict=True):
        file, sheet, number = place
        given = dict(zip(names, row, strict=True))
        yield {"file": file, "sheet": sheet, "row": int(number), "values": given}


def _plain_rows(raw: Raw, cleaned: Cleaned) -> Iterable[dict[str, Any]]:
    """Rows of the small tables beside the rosters."""
    barred = {(f.file, f.sheet, f.row) for f in cleaned.findings if f.outcome == "set_aside"}
    for table in raw.tables:
        if table.kind == "schools":
            continue
        for i, row in enumerate(table.rows):
            if (table.file, table.sheet, row) not in barred:
                given = {n: _plain(cells[i]) for n, cells in table.cells.items()}
                yield {"file": table.file, "sheet": table.sheet, "row": row, "values": given}


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int) else str(cell)


def _fault(f: Finding, lang: str) -> dict[str, Any]:
    return _place(f) | {"cell": f.cell, "value": f.source_value or None, "reason": f.text(lang)}


def _ignored(f: Finding, lang: str) -> dict[str, Any]:
    return _place(f) | {"reason": f.text(lang)}


def _repairs(cleaned: Cleaned) -> list[dict[str, Any]]:
    """Raw and clean value of each cell that was changed; the clean one as it stands in accepted."""
    values = cleaned.values
    rows = {place: i for i, place in enumerate(zip(*(values[c] for c in _PLACE), strict=True))}
    columns = {n: list(values[n]) for n in values if n not in _PLACE}

    def clean(f: Finding) -> Any:
        at = rows.get((f.file, f.sheet, f.row))
        value = f.clean_value if at is None or f.column not in columns else columns[f.column][at]
        return None if pd.isna(value) or value == "" else str(value)

    return [
        {
            "file": f.file,
            "sheet": f.sheet,
            "cell": f.cell,
            "raw": f.source_value,
            "clean": clean(f),
            "rule": f.rule,
        }
        for f in cleaned.findings
        if f.outcome == "repaired"
    ]


def _place(f: Finding) -> dict[str, Any]:
    return {"file": f.file, "sheet": f.sheet, "row": f.row}
