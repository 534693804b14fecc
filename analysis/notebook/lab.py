"""JupyterLab with the notebooks: on this machine only, with its token, in the user's language.

Its settings, tabs and start-up files lie in `.jupyter` of the project folder, so that nothing of
another Jupyter on the machine shows through, and nothing of ours gets into it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from analysis.notebook.runner import import_path
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
        from analysis.notebook.copies import write_copies

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
    }
