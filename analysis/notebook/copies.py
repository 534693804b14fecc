"""The notebooks of the suite in another language, beside the originals, for work in JupyterLab."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from analysis.notebook.runner import suite
from analysis.notebook.runner.parameters import Parameter, declared
from analysis.notebook.runner.running import in_language
from analysis.reference import SuiteError, say


def write_copies(folder: Path, lang: str) -> list[Path]:
    """Write `folder`/`lang`/NAME.ipynb: prose, notes and the parameter `lang` in that language.

    A copy that is newer than its original stays as it is: somebody works in it.
    """
    place = folder / lang
    written = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / ".gitignore").write_text("*\n", encoding="utf-8")
        for path in suite(folder):
            copy = place / path.name
            if copy.exists() and copy.stat().st_mtime >= path.stat().st_mtime:
                continue
            text = nbformat.writes(_translated(path, lang))
            copy.write_text(text + "\n", encoding="utf-8", newline="\n")
            written.append(copy)
    except OSError as error:
        cause = error.strerror or str(error)
        raise SuiteError("lab_settings", folder=str(place), cause=cause) from error
    return written


def _translated(path: Path, lang: str) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    lines = [_line(parameter, lang) for parameter in declared(notebook, path.stem)]
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(lines)
    return in_language(notebook, path.parent, path.stem, lang)


def _line(parameter: Parameter, lang: str) -> str:
    """One line of the parameters cell; `lang` begins with the language itself."""
    default = lang if parameter.name == "lang" else parameter.default
    note = _note(parameter, lang)
    text = json.dumps(default, ensure_ascii=False) if isinstance(default, str) else repr(default)
    return f"{parameter.name}: {parameter.kind} = {text}  # {note}"


def _note(parameter: Parameter, lang: str) -> str:
    """The remark behind a parameter; one without a translation stays as it is."""
    key = f"parameter_{parameter.name}"
    with suppress(KeyError):
        if say(key, "vi") == parameter.note:
            return say(key, lang)
    return parameter.note
