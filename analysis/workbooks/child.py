"""The child: reads one workbook within limits and writes its cells to standard output.

Run by path, isolated (`python -I .../child.py`), with the request as one line of JSON on standard
input: {"form", "memory", "seconds"}, and the content of the file behind it. The answer is JSON too,
one value a line (see `wire`); at the end {"done": true}, or {"refused": key, ...} at any time. Of
the suite only what reads is loaded here, for its start is paid for each file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

_HERE = Path(__file__).resolve().parent


def _light_packages() -> None:
    """Make the packages above known without running them: their own __init__ would load all that
    reading needs in the parent, and take most of the child's time."""
    for name, folder in (("analysis", _HERE.parent), ("analysis.workbooks", _HERE)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    sys.path.insert(0, str(_HERE.parents[1]))


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def answers(content: bytes, form: str, memory: int) -> Iterator[Any]:
    """What is told of a workbook, one value after the other; at the end that it is done, or why it
    is refused."""
    from importlib import import_module

    from analysis.reference.trouble import InputError
    from analysis.workbooks.package import DAMAGE, DocumentTypeFound
    from analysis.workbooks.wire import told

    try:
        sheets = getattr(import_module(f"analysis.workbooks.{form}"), f"read_{form}")(content)
        for sheet in sheets:
            sheet.check()
        if form == "xls":
            from analysis.workbooks.witness import confirm

            confirm(content, sheets)
        for sheet in sheets:
            yield from told(sheet)
        yield {"done": True}
    except InputError as reason:
        yield {"refused": reason.key, **reason.facts}
    except DocumentTypeFound:
        yield {"refused": "file_doctype"}
    except MemoryError:
        yield {"refused": "reader_memory", "limit": memory // 2**20}
    except DAMAGE as fault:
        yield {"refused": "file_damaged", "cause": str(fault)[:200]}


def main() -> None:
    """Take the request, the limits, and answer."""
    request = json.loads(sys.stdin.buffer.readline())
    sys.stdout = open(1, "w", encoding="ascii", newline="\n", closefd=False)  # noqa: SIM115
    _light_packages()
    from analysis.workbooks.limits import confine

    confine(request["memory"], request["seconds"])
    for value in answers(sys.stdin.buffer.read(), request["form"], request["memory"]):
        _say(value)
    sys.stdout.flush()
    os._exit(0)  # taking the cells apart one by one would only cost time


if __name__ == "__main__":
    main()
