"""The parameters of notebooks: what each may be told, checked before anything runs.

A notebook declares them in its one cell tagged `parameters`, a line each:
`school_year: str = ""  # "" = the newest`. They are plain values, so that they can be replaced.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from analysis.reference import SuiteError

_KINDS: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_TAG, _INJECTED = "parameters", "injected-parameters"


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `note` is the comment behind it."""

    name: str
    kind: str
    default: object
    note: str

    def accepts(self, value: object) -> bool:
        """Whether a value is of this kind; a whole number will do where a number is asked for."""
        kind = type(value).__name__
        return kind == self.kind or (self.kind == "float" and kind == "int")


def declared(notebook: NotebookNode, name: str) -> list[Parameter]:
    """The parameters a notebook declares; none where it has no such cell."""
    cells = _parameter_cells(notebook)
    if len(cells) > 1:
        raise SuiteError("notebook_parameter_cells", notebook=name, count=len(cells))
    return [p for cell in cells for p in _lines(cell.source, name)]


def check_parameters(wanted: Mapping[str, object], allowed: Mapping[str, list[Parameter]]) -> None:
    """Stop at a name that no notebook knows, or a value of the wrong kind, and say what is allowed.

    `allowed` has the parameters of each notebook.
    """
    known = {p.name: p for found in allowed.values() for p in found}
    listed = ", ".join(f"{p.name} ({p.kind})" for p in known.values())
    for name, value in wanted.items():
        if name not in known:
            near = "".join(difflib.get_close_matches(name, known, 1))
            key = "notebook_parameter_near" if near else "notebook_parameter_unknown"
            raise SuiteError(key, name=name, near=near, known=listed or "–")
        for parameter in (p for found in allowed.values() for p in found if p.name == name):
            if not parameter.accepts(value):
                facts = {"kind": parameter.kind, "given": type(value).__name__}
                raise SuiteError("notebook_parameter_kind", name=name, value=repr(value), **facts)


def injected(notebook: NotebookNode, values: Mapping[str, object]) -> NotebookNode:
    """A copy of the notebook with a cell behind its parameters that sets them to `values`."""
    names = {p.name for p in declared(notebook, "")}
    lines = [f"{name} = {value!r}" for name, value in values.items() if name in names]
    copy = NotebookNode(notebook | {"cells": list(notebook.cells)})
    if lines:
        place = copy.cells.index(_parameter_cells(notebook)[0]) + 1
        metadata = {"tags": [_INJECTED]}
        cell = new_code_cell("\n".join(lines), id=_INJECTED, metadata=metadata)
        copy.cells.insert(place, cell)
    return copy


def is_injected(cell: Any) -> bool:
    """Whether a cell was put in by `injected`."""
    return _INJECTED in cell.metadata.get("tags", [])


def _parameter_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if _TAG in cell.metadata.get("tags", [])]


def _lines(source: str, name: str) -> list[Parameter]:
    try:
        return [_parameter(line, source.splitlines()) for line in ast.parse(source).body]
    except (SyntaxError, ValueError) as error:
        raise SuiteError("notebook_parameter_line", notebook=name, cause=str(error)) from error


def _parameter(node: ast.stmt, lines: list[str]) -> Parameter:
    line = lines[node.lineno - 1]
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        raise ValueError(line)
    kind = ast.unparse(node.annotation)
    if kind not in _KINDS or node.value is None:
        raise ValueError(line)
    # Columns are counted in bytes, which Vietnamese letters have two or three of.
    behind = line.encode()[node.end_col_offset :].decode() if node.end_col_offset else ""
    parameter = Parameter(
        node.target.id, kind, ast.literal_eval(node.value), behind.strip().lstrip("# ")
    )
    if not parameter.accepts(parameter.default):
        raise ValueError(line)
    return parameter
