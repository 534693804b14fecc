"""The child: reads one workbook within limits and writes its cells to standard output.

Run by path, isolated (`python -I .../apart/__main__.py`), with the request as one line of JSON on
standard input: {"path", "form", "memory", "seconds"}. The answer is JSON, one value a line: for
each sheet an object that describes it, then one array per row that holds a value, [row, first
column, cells...]; at the end {"done": true}, or {"refused": key, ...} at any time.

JSON, for it can only ever become plain data in the parent: nothing in it can run, whatever a
workbook may have done to this process.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

# Of these python-calamine tells once more what stands in them.
_WITNESSED = ("xls", "xlsb", "ods")
_HERE = Path(__file__).resolve().parent


def _light_packages() -> None:
    """Make the packages above known without running them: their own __init__ would load all that
    reading needs in the parent, and take most of the child's time."""
    for name, folder in (("analysis", _HERE.parents[1]), ("analysis.raw", _HERE.parent)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    sys.path.insert(0, str(_HERE.parents[2]))


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def _answer(path: str, form: str) -> None:
    from importlib import import_module

    from analysis.raw.apart.found import Refused, Unreadable
    from analysis.raw.apart.witness import confirm

    try:
        sheets = getattr(import_module(f"analysis.raw.apart.{form}"), f"read_{form}")(path)
        for sheet in sheets:
            sheet.check_area()
        if form in _WITNESSED:
            confirm(path, form, sheets)
        for sheet in sheets:
            _say_sheet(sheet)
        _say({"done": True})
    except Refused as reason:
        _say({"refused": reason.key, **reason.facts})
    except Unreadable as fault:
        _say({"refused": "file_damaged", "cause": str(fault)[:200]})
    except MemoryError:
        _say({"refused": "reader_memory"})
    sys.stdout.flush()


def _say_sheet(sheet: Any) -> None:
    _say(
        {
            "sheet": sheet.name,
            "visible": sheet.visible,
            "merged": sheet.merged,
            "hidden_rows": sorted(sheet.hidden_rows & sheet.rows.keys()),
            "hidden_columns": sorted(sheet.hidden_columns),
            "struck": sheet.struck,
            "epoch_1904": sheet.epoch_1904,
            "beside": sheet.beside,
            "linked": sheet.linked,
            "files": sheet.files,
            "rows": len(sheet.rows),
        }
    )
    for row in sorted(sheet.rows):
        cells = sheet.rows[row]
        first, last = min(cells), max(cells)
        _say([row, first, *(cells.get(c) for c in range(first, last + 1))])


def main() -> None:
    """Take the request, the limits, and answer."""
    request = json.loads(sys.stdin.readline())
    sys.stdout = open(1, "w", encoding="ascii", newline="\n", closefd=False)  # noqa: SIM115
    _light_packages()
    from analysis.raw.apart.limits import confine

    confine(request["memory"], request["seconds"])
    _answer(request["path"], request["form"])
    os._exit(0)  # taking the cells apart one by one would only cost time


if __name__ == "__main__":
    main()
