"""A real JupyterLab and a real Chromium for tests, with nothing of the user's own in either."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from analysis.notebook.lab import lab_command, lab_environment

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
_SECOND = 1000  # in the browser's milliseconds


def chromium() -> str:
    """The browser to use; without one the test is skipped, but never where CI says it must run."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        reason = "no Chromium on PATH; set CHROMIUM to its program"
        if os.environ.get("CI", "").casefold() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def jupyterlab(home: Path, lang: str, scratch: Path) -> Iterator[Callable[[str], str]]:
    """Start JupyterLab as `accreditation lab` does; gives what turns a path into its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = lab_environment(home, lang) | {
        f"JUPYTER_{kind}_DIR": str(scratch / kind.lower()) for kind in ("DATA", "RUNTIME")
    }
    environment["IPYTHONDIR"] = str(scratch / "ipython")
    options = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command = [
        *lab_command(home, lang, browser=False),
        *options,
        f"--IdentityProvider.token={token}",
    ]
    with (scratch / "jupyterlab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
        try:
            if not answers(f"http://127.0.0.1:{port}/api?token={token}", server):
                pytest.fail((scratch / "jupyterlab.log").read_text())
            yield lambda path: _address(port, path, token)
        finally:
            _stop(server)


def _address(port: int, path: str, token: str) -> str:
    """The address of a file; without one that which JupyterLab itself opens."""
    place = f"lab/tree/{path}?token={token}&reset" if path else f"?token={token}"
    return f"http://127.0.0.1:{port}/{place}"


def answers(address: str, server: subprocess.Popen[Any]) -> bool:
    """Wait until the server answers; False where it ended or takes longer than a minute."""
    for _ in range(600):
        try:
            urllib.request.urlopen(address).close()
            return True
        except OSError:
            if server.poll() is not None:
                return False
            time.sleep(0.1)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def open_page(address: str) -> Iterator[Any]:
    """A page in a fresh headless Chromium; `kernel_sockets`, `asked_for`: what it connected to."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.kernel_sockets, page.asked_for = [], []
        page.on("websocket", lambda s: "/channels" in s.url and page.kernel_sockets.append(s))
        page.on("request", lambda request: page.asked_for.append(request.url))
        page.goto(address)
        try:
            yield page
        finally:
            browser.close()


def wait_until_ready(page: Any) -> None:
    """Wait until the kernel of the notebook answers.

    The indicator says idle before the kernel is connected, then "connecting", then idle again; a
    Run All clicked in the first idle is lost. So: a connection there, and idle for a whole second.
    """
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90 * _SECOND)
    for _ in range(600):
        if page.kernel_sockets:
            break
        page.wait_for_timeout(100)
    page.wait_for_function(
        """() => {
            const sign = document.querySelector('.jp-Notebook-ExecutionIndicator');
            const idle = sign && sign.dataset.status === 'idle';
            window.idleSince = idle ? (window.idleSince || Date.now()) : 0;
            return idle && Date.now() - window.idleSince > 1000;
        }""",
        timeout=90 * _SECOND,
    )


def write_cell(page: Any, source: str) -> None:
    """Write over the first code cell as a person would: click into it, select all, type.

    JupyterLab may draw a cell anew while it loads and lose what was typed, so it is typed until
    it stands there.
    """
    lines = [line for line in source.splitlines() if line.strip()]
    for _ in range(10):
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(source)
        page.wait_for_timeout(500)
        shown = page.locator(".jp-CodeCell .cm-content").first.inner_text()
        if all(line in shown for line in lines):
            return
    pytest.fail(f"the cell does not take what is typed; it shows:\n{shown}")


def run_all(page: Any) -> None:
    """Run > Run All Cells from the real menu, and wait until no cell waits any more.

    Where a cell fails, the ones behind it are not run: look for error outputs afterwards.
    """
    from playwright.sync_api import expect

    page.locator(".lm-MenuBar-item").nth(3).click()
    page.locator("li[data-command='runmenu:run-all']").click()
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    expect(prompts.first).to_have_text(re.compile(r"\[\d+\]"), timeout=30 * _SECOND)
    expect(prompts.filter(has_text="[*]")).to_have_count(0, timeout=180 * _SECOND)
