"""One schema for the files of data/: whatever is written there is read, or named with its line."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.cli import main
from analysis.reference import FaultsError, Reference, SuiteError, read_reference

ROOT = Path(__file__).parents[1]
YEAR, TARGETS = "2024-2025", "huong-tra-2022-2025"
TOML = [f"data/years/{YEAR}.toml", "data/office.toml", f"data/targets/{TARGETS}.toml"]
CSV = ["data/schools.csv", "data/units.csv"]

VALUES = {
    "text": '"x"',
    "quoted day": '"2025-05-31"',
    "day": "1900-01-01",
    "day of Excel": "31/05/2025",
    "moment": "2025-05-31T00:00:00",
    "whole": "7",
    "negative": "-1",
    "nan": "nan",
    "infinite": "inf",
    "huge": "9" * 5000,
    "bool": "true",
    "quoted bool": '"false"',
    "Python's bool": "False",
    "list": "[1]",
    "deep": "[" * 2000,
    "table": "{a=1}",
    "empty": '""',
    "climbing": '"../.."',
    "bare": "x",
    "nothing": "",
    "control": '"a\\u0000b"',
    "decimal comma": "89,5",
}
# What may be read: a text where text belongs, a number, a yes or no where these belong.
_TEXT = {"text", "quoted day", "quoted bool", "climbing"}
_NAME = {"text", "quoted day", "quoted bool"}
_NUMBERS = {"number", "at_least", "at_most", "from_percent"}
_OPTIONAL = {"office", "date", "source", "period", "quote", "quote_shortened", "kind", "synthetic"}
_OPTIONAL |= {
    "at_most",
    "yearly",
    "readings_shown",
    "bases_shown",
    "target_set",
    "title_vi",
    "title_en",
}


def fits(key: str, value: str) -> bool:
    """Whether a value is one that the key may have, told apart from the schema."""
    if value == "removed":
        return key in _OPTIONAL or key.startswith(("scope", "unit", "numerator", "denominator"))
    if key in ("quote_shortened", "synthetic", "yearly"):
        return value == "bool"
    if key in _NUMBERS:
        return value == "whole"
    if key in ("id", "target_set"):
        return value in _NAME
    worded = key.endswith(("_vi", "_en"))
    worded |= key in ("document", "office", "source", "period", "quote", "required")
    blank = key.startswith("scope") and value == "empty"
    return blank or (worded and value in _TEXT)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    leave = shutil.ignore_patterns("raw", "example_office", "*.py", "__pycache__")
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=leave)
    return tmp_path


def read_all(home: Path) -> Reference:
    """All that a command reads of settings."""
    reference = read_reference(home)
    reference.targets(reference.year(YEAR).target_set or TARGETS)
    reference.about(YEAR).source("vi")
    assert reference.directory.schools and reference.units.on_day(reference.year(YEAR).as_of)
    return reference


def outcome(home: Path) -> str:
    """ "" where the settings are taken; else the message, which is one of ours."""
    try:
        read_all(home)
    except SuiteError as error:
        assert error.text("vi") and error.text("en")
        return error.text("en")
    return ""


def changed_lines(path: Path) -> Iterator[tuple[str, str, int, str]]:
    """The first two lines of each key, removed and with every value: key, value, line, text."""
    lines, seen = path.read_text(encoding="utf-8").splitlines(keepends=True), Counter[str]()
    for at, line in enumerate(lines):
        if (found := re.match(r"(\w+)\s*=", line)) and seen[found[1]] < 2:
            seen[found[1]] += 1
            rest = {name: f"{found[1]} = {value}\n" for name, value in VALUES.items()}
            for name, text in {"removed": "", **rest}.items():
                yield found[1], name, at + 1, "".join([*lines[:at], text, *lines[at + 1 :]])


@pytest.mark.slow
@pytest.mark.parametrize("file", TOML)
def test_a_changed_line_is_read_for_what_it_says_or_named(home: Path, file: str) -> None:
    path, asked = home / file, 0
    for key, value, line, text in changed_lines(path):
        path.write_text(text, encoding="utf-8")
        taken, asked = not outcome(home), asked + 1
        assert not taken or fits(key, value), f"line {line}: {key} = {value} is taken"
    assert asked > 80


def _saved(text: str) -> dict[str, str | bytes]:
    """A table as programs and people spoil it."""
    head, first, *rest = text.splitlines(keepends=True)
    each = text.splitlines()
    return {
        "empty": "",
        "no head": first + "".join(rest),
        "short row": text + "a,b\n",
        "long row": text + first.strip() + ",x\n",
        "days of Excel": re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", text),
        "open quote": text + '"abc\n',
        "row twice": text + first,
        "strange column": "".join(f"{line},x\n" for line in each),
        "column twice": "".join(f"{line},{line.split(',')[0]}\n" for line in each),
        "zero byte": text + "\0\n",
        "a letter of the head": head.replace("valid_to", "valid_too") + first + "".join(rest),
        "windows-1258": text.encode("cp1258", "replace"),
        "windows-1252": text.encode("cp1252", "replace"),
        "cut UTF-16": text.encode("utf-16")[:-1],
        "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    }


@pytest.mark.parametrize("file", CSV)
def test_a_spoilt_table_is_named(home: Path, file: str) -> None:
    path = home / file
    for name, text in _saved(path.read_text(encoding="utf-8")).items():
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        told = outcome(home)
        assert path.name in told and "ine" in told, name


SAVED: dict[str, Callable[[str], bytes]] = {
    "UTF-8 of Excel": lambda text: text.encode("utf-8-sig"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
}
OF_EXCEL: dict[str, Callable[[str], bytes]] = {
    "semicolons": lambda text: _separated(text, ";").encode("utf-8-sig"),
    "Unicode text": lambda text: _separated(text, "\t").encode("utf-16"),
    "blank columns": lambda text: "".join(f"{line},,\n" for line in text.splitlines()).encode(),
    "blank lines": lambda text: (text + ",,,,\n\n").encode(),
}


def _separated(text: str, by: str) -> str:
    """With another separator; a cell that holds one stands in quotes, as Excel writes it."""
    cells = [[f'"{c}"' if by in c else c for c in line.split(",")] for line in text.splitlines()]
    return "".join(by.join(row) + "\n" for row in cells)


@pytest.mark.parametrize("file", [*TOML, *CSV])
def test_settings_may_be_saved_by_excel_and_notepad(home: Path, file: str) -> None:
    before, path = read_all(home), home / file
    text = path.read_text(encoding="utf-8")
    for name, save in (SAVED | (OF_EXCEL if file in CSV else {})).items():
        path.write_bytes(save(text))
        after = read_all(home)
        assert after.years == before.years and after.office == before.office, name
        assert after.targets(TARGETS) == before.targets(TARGETS), name
        facts = [[p.facts for p in found.directory.periods] for found in (before, after)]
        assert facts[0] == facts[1] and len(after.units.periods) == len(before.units.periods), name


def test_toml_in_an_ansi_code_page_is_named_with_its_line(home: Path) -> None:
    path = home / "data" / "office.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1258", "replace"))
    assert "office.toml, line 2" in outcome(home) and "UTF-8" in outcome(home)


def test_the_command_tells_every_fault_of_all_settings_and_ends_with_2(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "data" / "office.toml").write_text('name_vi = ""\nsynthetic = "false"\n', "utf-8")
    text = 'school_year = ".."\nas_of = 31/05/2025\nsynthetc = true\n[columns]\n"Xếp" = "?"\n'
    (home / "data" / "years" / f"{YEAR}.toml").write_text(text, encoding="utf-8")
    assert main(["check", str(home), "--home", str(home)]) == 2
    told = capsys.readouterr().err
    names = re.findall(r"^- (\S+), dòng (\d+)", told, re.MULTILINE)
    office = [("office.toml", line) for line in "11112"]
    assert names == [(f"{YEAR}.toml", line) for line in "1235"] + office, told


def test_what_stands_in_a_year_goes_together(home: Path) -> None:
    path = home / "data" / "years" / f"{YEAR}.toml"
    text = path.read_text(encoding="utf-8")
    for old, new, says in (
        (f'"{YEAR}"', '"2023-2024"', "another name"),
        ("2025-05-31", "2023-05-31", "from 2024-07-01 to 2025-12-31"),
        ("synthetic = true", "blank = { kdclgd = 0 }", "blank"),
        ("synthetic = true", 'blank = "none"\n[columns]\n"Xếp loại" = "Mã"', "nearest: Mã trường"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert says in outcome(home), new


def test_an_office_has_the_name_of_the_day(home: Path) -> None:
    path = home / "data" / "office.toml"
    former = '\n[[former]]\nto = 2025-06-30\nname_vi = "Phòng cũ"\nname_en = "Old office"\n'
    path.write_text(path.read_text(encoding="utf-8") + former, encoding="utf-8")
    reference = read_reference(home)
    assert reference.about("2024-2025").office_vi == "Phòng cũ"
    assert reference.about("2025-2026").office_vi == "Phòng GD&ĐT thị xã Hương Trà"


def test_a_faulty_set_of_targets_nobody_asks_for_stops_nothing(home: Path) -> None:
    other = home / "data" / "targets" / "other.toml"
    other.write_text('id = "other"\ntarget = 3\n', encoding="utf-8")
    assert read_all(home).targets(TARGETS).parts
    with pytest.raises(FaultsError, match=r"other\.toml"):
        read_reference(home).targets("other")
    other.write_text(f'id = "{TARGETS}"\n', encoding="utf-8")
    with pytest.raises(SuiteError, match=r"huong-tra.*other\.toml"):
        read_reference(home).targets(TARGETS)
