"""Messages side by side: place, cause and next step, in both languages.

Run `pytest -s tests/test_messages.py` to read them one below the other.
"""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

from analysis.reference import say

LABELS = Path(__file__).parents[1] / "analysis" / "reference" / "labels"
FACTS: dict[str, object] = {
    "file": "truong_mam_non.xlsx",
    "sheet": "Mầm non",
    "cell": "G12",
    "row": 12,
    "source_value": "Cấp độ 6",
    "clean_value": "3",
    "size": 700,
    "limit": 200,
    "longer": "ACCREDITATION_SECONDS",
    "part": "xl/worksheets/sheet1.xml",
    "cause": "tệp đang mở",
    "heading": "Tên trường",
    "near": "Ten trg",
    "level": 2,
    "whole": "Số học sinh",
    "total": 345,
    "other": "G12",
    "other_file": "truong_tieu_hoc.xlsx",
    "other_sheet": "Tiểu học",
    "other_row": 9,
    "other_cell": "G9",
    "other_value": "Cấp độ 2",
    "encoding": "cp1258",
    "listed": "3, 4",
    "rows": 65536,
    "as_of": "31/05/2026",
    "last": "12/04/2024",
    "signed": "12/04/2019",
    "scheme": "KĐCLGD",
    "years": 5,
    "count": 4,
    "form": "xls",
    "code": -9,
    "columns": "C, D",
    "cells": "G12, H12",
    "line": 12,
    "cqg": 1,
    "needed": 2,
    "held": 1,
    "theirs": 99,
    "ours": 36,
    "word": "hoặc",
    "dates": 5,
    "texts": 3,
    "year": 2023,
    "unit": "Xã A",
    "where": "UBND XÃ A",
    "group": "MN",
    "used": "Mã CSDL ngành",
    "since": "07/07/2026",
    "source": "Thông tư 57/2026/TT-BGDĐT",
    "known": "1, 2, 3",
    "kind": "GDTX",
}
NEXT_STEP = {
    "vi": re.compile(r"\b([Hh]ãy|[Nn]ếu|cần|vẫn được|không được|chỉ dùng|để trống|chưa tính)\b"),
    "en": re.compile(
        r"\b(Ask|Check|Write|Type|Open|Save|Split|Close|Unpack|Paste|Keep|Mend|Delete|Use|Fill|Mark|"
        r"Unhide|remove it|Print|Rename|Export|Send|read all the same|not read|not run|not used|"
        r"is used|look at|Name a|by its content|stay blank|not counted|neither read|In Excel|"
        r"in Excel|once|Add)\b",
        re.IGNORECASE,
    ),
}


def entries(*files: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in files:
        found |= tomllib.loads((LABELS / f"{name}.toml").read_text(encoding="utf-8"))
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


ABOUT_INPUTS = {
    key: entry
    for key, entry in entries("messages", "findings", "files", "legacy").items()
    if "file" in fields(entry["vi"]) and key not in {"bad_settings", "duplicate_same"}
}


def faults(key: str, lang: str) -> list[str]:
    """What a message lacks."""
    facts = {k: v for k, v in FACTS.items() if k in fields(ABOUT_INPUTS[key][lang])}
    text = say(key, lang, **facts)
    print(f"\n[{lang}] {key}: {text}")
    placed = not {"cell", "row"} & facts.keys() or "12" in text
    lacking = {
        "file": "truong_mam_non.xlsx" not in text,
        "place": not placed,
        "next step": not NEXT_STEP[lang].search(text),
        "full stop": not text.rstrip().endswith("."),
        "single spaces": "  " in text,
    }
    return [f"{key} [{lang}]: {what}" for what, is_lacking in lacking.items() if is_lacking]


def test_a_message_names_the_file_the_place_and_the_next_step() -> None:
    assert len(ABOUT_INPUTS) >= 30
    found = [fault for key in ABOUT_INPUTS for lang in ("vi", "en") for fault in faults(key, lang)]
    assert found == []
