"""JupyterLab's call and settings; the browser test shows that it follows them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis.notebook.lab import lab_command, lab_environment
from analysis.reference import SuiteError
from tests.browser import answers
from tests.ctrl_c import heed_ctrl_c

ROOT = Path(__file__).parents[1]


def test_it_serves_this_machine_only_and_keeps_its_token(tmp_path: Path) -> None:
    command = lab_command(tmp_path, browser=False)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert {"--ServerApp.ip=127.0.0.1", "--no-browser"} <= set(command)
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert not [word for word in command if "token" in word or "password" in word]
    assert "--no-browser" not in lab_command(tmp_path, browser=True)


@pytest.mark.parametrize(("lang", "page"), [("vi", "bat_dau.md"), ("en", "start_here.md")])
def test_it_opens_on_the_page_that_greets(tmp_path: Path, lang: str, page: str) -> None:
    assert "--LabApp.default_url=/lab/tree/notebooks" in lab_command(tmp_path, lang, browser=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / page).touch()
    wanted = f"--LabApp.default_url=/lab/tree/notebooks/{page}"
    assert wanted in lab_command(tmp_path, lang, browser=True)
    assert (ROOT / "notebooks" / page).exists()


@pytest.mark.parametrize(("lang", "locale"), [("vi", "vi_VN"), ("en", "en")])
def test_its_settings_lie_in_the_project_and_out_of_git(
    tmp_path: Path, lang: str, locale: str
) -> None:
    told = lab_environment(tmp_path, lang)
    folder = tmp_path / ".jupyter"
    assert told["JUPYTER_CONFIG_DIR"] == str(folder)
    assert told["ACCREDITATION_HOME"] == str(tmp_path)
    text = (folder / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8")
    settings = json.loads(text)
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": locale}
    notices = settings["@jupyterlab/apputils-extension:notification"]
    assert notices == {"fetchNews": "false", "checkForUpdates": False}
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / ".jupyter").write_text("a file, not a folder")
    with pytest.raises(SuiteError, match=re.escape(str(tmp_path / ".jupyter"))):
        lab_environment(tmp_path, "vi")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole groups of processes")
def test_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    script = f"import pathlib, sys; from analysis.notebook.lab import start_lab\n\
sys.exit(start_lab(pathlib.Path({str(tmp_path)!r}), browser=False))"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
        env=os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")},
    )
    late = threading.Timer(60, lambda: os.killpg(process.pid, signal.SIGKILL))
    late.start()
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        address = next((line for line in lines if "http://127.0.0.1:" in line), "")
        assert "token=" in address
        assert answers(address.split()[-1], process)
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait() == 0, rest
    finally:
        late.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
