"""`accreditation run --pdf`: the report in Word once more as PDF, where there is LibreOffice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from analysis.export.first_page import add_further_links
from analysis.export.manifest import amend_manifest, read_manifest
from analysis.export.places import LETTER
from analysis.export.publishing import publishing
from analysis.reference import SuiteError, say

_SECONDS = 120  # a letter of 2,000 schools takes 10, the first start of LibreOffice 20
_KIND = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
_ELSEWHERE = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)


def add_pdf(folder: Path, lang: str) -> None:
    """Put `bao_cao.pdf` into a published folder, in one step, and into its manifest. SuiteError,
    and the folder as it was, where LibreOffice lacks or is not done in time."""
    letter = folder / LETTER
    if letter.with_suffix(".pdf").exists():
        return
    office = shutil.which("soffice") or next((p for p in _ELSEWHERE if Path(p).exists()), None)
    if office is None:
        raise SuiteError("pdf_no_office", file=letter.name)
    print(say("pdf_making", lang), "…", flush=True)
    read_manifest(folder)
    with publishing(folder) as staging:
        shutil.copytree(folder, staging, dirs_exist_ok=True)
        _convert(office, staging / LETTER)
        add_further_links(staging, folder, lang)
        amend_manifest(folder, staging)


def _convert(office: str, letter: Path) -> None:
    """Have LibreOffice write the PDF beside the letter, with settings of its own, so that one that
    is open is left alone; what it started ends with it."""
    with tempfile.TemporaryDirectory() as own:
        settings = f"-env:UserInstallation={Path(own).as_uri()}"
        command = [office, "--headless", settings, "--convert-to", _KIND, "--outdir"]
        quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        work = subprocess.Popen([*command, letter.parent, letter], start_new_session=True, **quiet)
        try:
            work.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            if work.poll() is None:
                _end(work)
    if not letter.with_suffix(".pdf").exists():
        raise SuiteError("pdf_failed", file=letter.name, seconds=_SECONDS)


def _end(work: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        work.kill()
    else:
        os.killpg(work.pid, signal.SIGKILL)
    work.wait()
