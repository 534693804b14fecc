"""JupyterLab with the notebooks: on this machine only, with its token, in the user's language.

Its settings, tabs and start-up files lie in `.jupyter` of the project folder, so that nothing of
another Jupyter on the machine shows through, and nothing of ours gets into it. In another language
the notebooks are copied beside the originals.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from analysis.notebook.runner import import_path, suite
from analysis.notebook.runner.parameters import Parameter, declared
from analysis.notebook.runner.running import in_language
from analysis.reference import SuiteError, read_reference, say

_LOCALES = {"vi": "vi_VN", "en": "en"}
_START = {"vi": "bat_dau.md", "en": "start_here.md"}  # the page that greets


def lab(options: argparse.Namespace) -> int:
    """The command `accreditation lab`."""
    home = read_reference(options.home).home
    return start_lab(home, options.lang, browser=not options.no_browser)


def start_lab(home: Path, lang: str = "vi", *, browser: bool = True) -> int:
    """Open JupyterLab on the notebooks in `home` and wait until it ends; gives its exit status."""
    print(say("lab_starting", lang), file=sys.stderr, flush=True)
    if lang != "vi":
        from analysis.notebook.lab import write_copies

        write_copies(home / "notebooks", lang)
    process = subprocess.Popen(
        lab_command(home, lang, browser=browser), env=lab_environment(home, lang), cwd=home
    )
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab was interrupted too, and ends by itself
            continue


def lab_command(home: Path, lang: str = "vi", *, browser: bool) -> list[str]:
    """How JupyterLab is called: loopback, a token of its own, no look for news or updates."""
    start = Path("notebooks", _START[lang])
    first = start.as_posix() if (home / start).exists() else "notebooks"
    options = [
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it without a question in English
        f"--ServerApp.root_dir={home.resolve()}",
        f"--LabApp.default_url=/lab/tree/{first}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--KernelManager.transport_encryption=auto",
    ]
    if not browser:
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # a container may have no other user
    return [sys.executable, "-m", "jupyterlab", *options]


def lab_environment(home: Path, lang: str) -> dict[str, str]:
    """What JupyterLab is told about its folders; writes the settings it starts with."""
    folder = home.resolve() / ".jupyter"
    _write_settings(folder, lang)
    told = {
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "lab" / "workspaces"),
        "ACCREDITATION_HOME": str(home.resolve()),
        "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's Python before others of that name
    }
    return {**os.environ, **told, **import_path()}


def _write_settings(folder: Path, lang: str) -> None:
    """Defaults, which a user's own choice in the Settings menu still goes before."""
    path = folder / "labconfig" / "default_setting_overrides.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_settings(lang), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        cause = error.strerror or str(error)
        raise SuiteError("lab_settings", folder=str(folder), cause=cause) from error


def _settings(lang: str) -> dict[str, dict[str, Any]]:
    return {
        "@jupyterlab/translation-extension:plugin": {"locale": _LOCALES[lang]},
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        # The page that greets is to be read; a right click opens such a file in the editor.
        "@jupyterlab/docmanager-extension:plugin": {
            "defaultViewers": {"markdown": "Markdown Preview"}
        },
        "@jupyterlab/notebook-extension:tracker": {
            "kernelShutdown": True,
            "codeCellConfig": {"lineNumbers": False, "lineWrap": True},
        },
        # By default a choice in the explorer is answered in a thread of its own, beside the cells
        # and, until that thread is there, beside the choice before: two would draw at once.
        "@jupyterlab/apputils-extension:kernels-settings": {"commsOverSubshells": "disabled"},
    }


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
