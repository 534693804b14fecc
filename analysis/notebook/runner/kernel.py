"""One notebook on a real Jupyter kernel: started for it, told where things are, ended with it."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import os
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from analysis.notebook.runner.forked import KernelServer
from analysis.notebook.runner.parameters import is_injected
from analysis.notebook.runner.provisioner import fork_from
from analysis.reference import SuiteError, say

_LONGEST_CAUSE = 600
# A port that was free when it was chosen may be taken before the kernel has it.
_STARTS = 3


@dataclass(frozen=True)
class Desk:
    """What the kernels of a run are given: folders, environment, seconds for a cell, language."""

    folder: Path
    environment: Mapping[str, str]
    scratch: Path
    timeout: int
    lang: str
    server: KernelServer | None = None

    def own(self, name: str) -> Path:
        """Where what a notebook saves lies until it is done."""
        return self.scratch / "saved" / name

    def of(self, name: str) -> dict[str, str]:
        """What the kernel of one notebook is told."""
        return {**self.environment, "ACCREDITATION_OUTPUT": str(self.own(name))}


async def execute(
    notebook: NotebookNode, name: str, desk: Desk, progress: Any = None
) -> list[SuiteError]:
    """Run the code cells from top to bottom; the outputs are put into the notebook itself.

    A cell that fails in a notebook nobody has edited is a fault of the suite: a note stands in its
    place, the other cells are run, and the fault is given back. Cells that only lack what a failed
    one would have made show nothing. In an edited notebook, SuiteError names cell and cause.
    """
    done, cells, faults = 0, len(code_cells(notebook)), list[SuiteError]()
    async with _kernel(notebook, name, desk) as client:
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            try:
                count = client.code_cells_executed + 1
                await client.async_execute_cell(cell, index, execution_count=count)
            except Exception as error:
                trouble = await _trouble(error, client, name, cell, desk)
                if not isinstance(trouble, SuiteError) or is_edited(notebook):
                    raise trouble from error
                lacks = faults and getattr(error, "ename", "") == "NameError"
                cell.outputs = [] if lacks else [_note(trouble, desk.lang)]
                faults += [] if lacks else [trouble]
                if not isinstance(error, CellExecutionError):  # there is no kernel to go on with
                    break
            if progress and not is_injected(cell):
                done += 1
                progress(name, done, cells)
    return faults


def is_edited(notebook: NotebookNode) -> bool:
    """Whether the code is another than the suite came with, which the notebook's metadata tell."""
    return bool(notebook.metadata.get("suite") != code_mark(notebook))


def code_mark(notebook: NotebookNode) -> str:
    """A short text that changes with the code of a notebook, whatever its prose and outputs."""
    code = "\n\n".join(cell.source for cell in code_cells(notebook))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def _note(trouble: SuiteError, lang: str) -> NotebookNode:
    """What stands in the place of what a cell would have shown."""
    words = say("notebook_cell_fault", lang, cause=trouble.facts.get("cause") or trouble.text(lang))
    return new_output("display_data", {"text/markdown": f"**{words}**", "text/plain": words})


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells as they are stored, without the one that sets parameters."""
    return [c for c in notebook.cells if c.cell_type == "code" and not is_injected(c)]


def environment(output: Path, home: Path, scratch: Path) -> dict[str, str]:
    """The folders of the run, and none of the start-up files a user may have for IPython."""
    told = {
        "ACCREDITATION_HOME": str(home.resolve()),
        "ACCREDITATION_SAVED": str(output.resolve()),  # what all notebooks have saved
        "COLUMNS": "100",  # the width pandas writes plain tables in, whatever the terminal
        "IPYTHONDIR": str(scratch),
    }
    return {**os.environ, **told, **import_path()}


def import_path() -> dict[str, str]:
    """What lets a kernel import this package where it is used from its checkout, not installed."""
    checkout = Path(__file__).resolve().parents[3]
    if not (checkout / "pyproject.toml").exists():
        return {}
    before = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(checkout), before]))}


@asynccontextmanager
async def _kernel(notebook: NotebookNode, name: str, desk: Desk) -> Any:
    """A client with a kernel that runs this very Python, whatever kernels a user has installed.

    nbclient's own set-up is not used: it takes over Ctrl-C, and leaves a kernel behind that is
    stopped while it starts.
    """
    for left in reversed(range(_STARTS)):
        kernel = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(desk.scratch / f"{name}-{left}.json"),
        )
        if hasattr(kernel, "transport_encryption"):  # newer ones warn where it is not set
            kernel.transport_encryption = "auto"
        if desk.server:
            fork_from(desk.server, kernel)
        client = NotebookClient(notebook, km=kernel, timeout=desk.timeout, record_timing=False)
        try:
            try:
                await client.async_start_new_kernel(cwd=str(desk.folder), env=desk.of(name))
                await client.async_start_new_kernel_client()
            except (RuntimeError, OSError) as error:
                if left:
                    continue
                cause = short(str(error))
                raise SuiteError("notebook_kernel", notebook=name, cause=cause) from error
            yield client
            return
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)


async def _trouble(
    error: Exception, client: NotebookClient, name: str, cell: NotebookNode, desk: Desk
) -> BaseException:
    """What is raised in place of nbclient's error."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        return asyncio.CancelledError()  # nbclient takes our own stop for a dead kernel
    place = {"notebook": name, "cell": cell.id}
    if isinstance(error, CellTimeoutError):
        return SuiteError("notebook_timeout", **place, seconds=desk.timeout)
    if isinstance(error, DeadKernelError):
        return SuiteError("notebook_dead", **place)
    if isinstance(error, CellExecutionError):
        return SuiteError("notebook_failed", **place, cause=await _cause(error, client, desk.lang))
    return error


async def _cause(error: CellExecutionError, client: NotebookClient, lang: str) -> str:
    """The error in words; one of our own in the language of the run, as the kernel tells it."""
    if error.ename not in ("SuiteError", "InputError") or client.kc is None:
        return short(f"{error.ename}: {error.evalue}")
    asked = {"text": f"__import__('sys').last_value.text({lang!r})"}
    request = client.kc.execute("", silent=True, user_expressions=asked)
    reply: Any = await client.async_wait_for_reply(str(request))
    answer = reply["content"].get("user_expressions", {}).get("text", {}) if reply else {}
    if answer.get("status") != "ok":
        return short(error.evalue)
    return short(ast.literal_eval(answer["data"]["text/plain"]))


def short(text: str) -> str:
    """A cause on one line, cut where it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_CAUSE else line[: _LONGEST_CAUSE - 1] + "…"
