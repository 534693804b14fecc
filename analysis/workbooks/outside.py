"""What a formula takes from outside of its workbook: other files, other programs (DDE), the web."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import unquote

from analysis.workbooks.rich_text import shortened

_LONGEST, _LISTED = 2000, 5
_STRINGS = re.compile(r'"[^"]*"')
# "cmd|'/c calc'!A0": a program, what it is asked, and about what; no other formula has a bar.
_PROGRAM = re.compile(r"(?:^|[^\w.'])'?(\w[\w. -]{0,60})\|[^!|]{0,300}!")
_CALLED = re.compile(
    r"\b(IMPORTRANGE|IMPORTDATA|IMPORTHTML|IMPORTXML|IMPORTFEED|WEBSERVICE|RTD|DDE|CALL|REGISTER"
    r"|REGISTER\.ID|EXEC)\s?\(",
    re.IGNORECASE,
)
# "[Book.xlsx]Sheet1!A1"; "[1]Sheet1!A1", the number of another workbook, while "Table1[1]" is a
# column of a table here; 'file:///C:/Book.ods'#$Sheet1.A1.
_FILE = re.compile(r"\[([^\[\]]{1,255}\.(?:xls|ods|csv)\w?)\]", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![\w\]])\[\d+\]")
_ADDRESS = re.compile(r"'([a-z]+:[^']{1,1000})'#")


def reached(formula: str) -> str | None:
    """The name of the file or program a formula reaches, "" where it only has a number for it; None
    where it stays in its workbook."""
    formula = formula[:_LONGEST]
    bare = _STRINGS.sub('""', formula) if '"' in formula else formula
    if "|" in bare and (program := _PROGRAM.search(bare)):
        return f"DDE {program[1].strip()}"
    # Google keeps its own functions as texts: DUMMYFUNCTION("IMPORTRANGE(...)").
    if "(" in bare and (called := _CALLED.search(formula)):
        return called[1].upper()
    if "'#" in bare and (address := _ADDRESS.search(bare)):
        return file_name(address[1])
    if "[" not in formula:
        return None
    if named := _FILE.search(formula):
        return file_name(named[1])
    return "" if _NUMBERED.search(formula) else None


def outside(file: str, names: Iterable[str], macros: bool) -> list[tuple[str, dict[str, object]]]:
    """The remarks about a workbook that is linked to these files and programs, or holds macros."""
    found = dict.fromkeys(names)
    told = [shortened(name) for name in found if name] or ["?"]
    listed = ", ".join(told[:_LISTED]) + f", … ({len(told)})" * (len(told) > _LISTED)
    facts: dict[str, object] = {"file": file, "listed": listed}
    remarks: list[tuple[str, dict[str, object]]] = [("macros_ignored", {"file": file})] * macros
    return [*remarks, ("links_to_files", facts)] if found else remarks


def file_name(path: str) -> str:
    """The name of a file, of a path or an address of any system."""
    return posixpath.basename(unquote(path).replace("\\", "/").rstrip("/")) or "?"
