"""Execute the notebooks with the parameters of the run, side by side, each on its own kernel.

The suite are the notebooks whose names begin with two digits; an analyst's own stay out of it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import tomllib
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from analysis.export.places import published_place
from analysis.notebook.runner.cores import cores
from analysis.notebook.runner.forked import KernelServer
from analysis.notebook.runner.kernel import Desk, code_cells, environment, execute, short
from analysis.notebook.runner.parameters import check_parameters, declared, injected
from analysis.reference import SuiteError

_NEEDS_CHARTS = "needs-charts"

Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Executed:
    """A notebook that ran to its end: the executed copy, where it was written, how long it took,
    the files it saved, and the cells of it that failed."""

    name: str
    path: Path
    notebook: NotebookNode
    seconds: float
    files: tuple[str, ...] = ()
    faults: tuple[SuiteError, ...] = ()


def suite(folder: Path) -> list[Path]:
    """The notebooks of the suite, in their order."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def count_cells(folder: Path, kept: Collection[str] = ()) -> int:
    """How many code cells the suite has, without the notebooks that are kept: how often `progress`
    will be called."""
    return sum(len(code_cells(_read(p))) for p in suite(folder) if p.stem not in kept)


def run_notebooks(
    folder: Path,
    output: Path,
    parameters: Mapping[str, object],
    *,
    home: Path,
    at: Path | None = None,
    progress: Progress | None = None,
    finished: Callable[[Executed], object] | None = None,
    timeout: int = 600,
    side_by_side: int | None = None,
    server: KernelServer | None = None,
    kept: Collection[str] = (),
    kept_late: Callable[[], Collection[str]] = tuple,
) -> list[Executed]:
    """Run the suite in `folder` and write the executed copies to `output`/notebooks.

    Charts that the notebooks save go to `output`; their data come from `home`; they run `at` a
    folder, else in their own. Each notebook takes those `parameters` it declares.
    `progress(notebook, cell, cells)` is called after each code cell, `finished` with each notebook
    that is done, one after the other, while the next ones run.
    Raises SuiteError: before anything runs for a parameter that no notebook declares or of a
    wrong kind, and for the first edited notebook that fails or has a cell that takes longer than
    `timeout` seconds; the others are stopped then. What fails in one that is as the suite came with
    it stops nothing and stands in its `faults`. As many run side by side as there are cores; with a
    `server` that has come up, their kernels are forked from it. Those `kept` are not run: what
    they made stands in `output` already. `kept_late` is asked once all charts are there, and names
    those of the notebooks that need them which need not run for that.
    """
    paths = [path for path in suite(folder) if path.stem not in kept]
    if not paths and not kept:
        raise SuiteError("notebooks_none", folder=str(folder))
    stored = {path.stem: _read(path) for path in paths}
    check_parameters(parameters, {name: declared(nb, name) for name, nb in stored.items()})
    lang = str(parameters.get("lang", "vi"))
    notebooks = {
        name: in_language(injected(notebook, parameters), folder, name, lang)
        for name, notebook in stored.items()
    }
    copies = output.resolve() / "notebooks"
    copies.mkdir(parents=True, exist_ok=True)
    # What the kernels need lies in the output too: who clears that clears all, even after a kill.
    with tempfile.TemporaryDirectory(
        prefix=".kernels-", dir=copies, ignore_cleanup_errors=True
    ) as made:
        scratch = Path(made)
        given = environment(output, home, scratch)
        ready = server if server and server.is_ready() else None
        desk = Desk((at or folder).resolve(), given, scratch, timeout, lang, ready)
        at_once = side_by_side or cores()
        told = progress, finished, kept_late
        return asyncio.run(_execute_all(notebooks, copies, desk, told, at_once))


def in_language(notebook: NotebookNode, folder: Path, name: str, lang: str) -> NotebookNode:
    """The notebook with its prose in `lang`, where `folder`/prose.`lang`.toml has it by cell id."""
    path = folder / f"prose.{lang}.toml"
    if not path.exists():
        return notebook
    prose = tomllib.loads(path.read_text(encoding="utf-8")).get(name, {})
    cells = [
        NotebookNode(cell | {"source": prose[cell.id].strip()} if cell.id in prose else cell)
        for cell in notebook.cells
    ]
    return NotebookNode(notebook | {"cells": cells})


async def _execute_all(
    notebooks: Mapping[str, NotebookNode],
    copies: Path,
    desk: Desk,
    told: tuple[
        Progress | None, Callable[[Executed], object] | None, Callable[[], Collection[str]]
    ],
    side_by_side: int,
) -> list[Executed]:
    """All notebooks, so many at once; the first failure ends the others."""
    turns, one_by_one = asyncio.Semaphore(side_by_side), ThreadPoolExecutor(1)
    progress, finished, kept_late = told

    async def take_turn(name: str, notebook: NotebookNode) -> Executed:
        async with turns:
            started = time.perf_counter()
            faults = await execute(notebook, name, desk, progress)
            path = _write(notebook, copies / f"{name}.ipynb")
            files = _take(desk.own(name), copies.parent, name)
            seconds = time.perf_counter() - started
            executed = Executed(name, path, notebook, seconds, files, tuple(faults))
        if finished:
            await asyncio.get_running_loop().run_in_executor(one_by_one, finished, executed)
        return executed

    # The later a notebook, the more it looks at (all years, all charts), so the last ones begin:
    # a long one that begins last would run alone at the end.
    begin = sorted(notebooks, reverse=True)
    late = [name for name in begin if needs_charts(notebooks[name])]
    tasks = {}
    try:
        for wave in ([name for name in begin if name not in late], late):
            kept = kept_late() if wave is late and late else ()
            async with asyncio.TaskGroup() as group:
                for name in (name for name in wave if name not in kept):
                    tasks[name] = group.create_task(take_turn(name, notebooks[name]))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    finally:
        one_by_one.shutdown()
    return [tasks[name].result() for name in notebooks if name in tasks]


def _take(own: Path, output: Path, name: str) -> tuple[str, ...]:
    """Move what a notebook saved to the output; their names there."""
    saved = sorted(path.relative_to(own) for path in own.rglob("*") if path.is_file())
    places = {file: published_place(file) for file in saved}
    for file, place in places.items():
        if (output / place).exists():
            raise SuiteError("notebook_same_file", notebook=name, file=file.as_posix())
        (output / place).parent.mkdir(parents=True, exist_ok=True)
        (own / file).replace(output / place)
    return tuple(sorted(place.as_posix() for place in places.values()))


def needs_charts(notebook: NotebookNode) -> bool:
    """Whether a notebook needs the charts the others save: a cell has the tag that says so."""
    return any(_NEEDS_CHARTS in cell.metadata.get("tags", []) for cell in notebook.cells)


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        cause = short(str(error))
        raise SuiteError("notebook_unreadable", notebook=path.name, cause=cause) from error


def _write(notebook: NotebookNode, path: Path) -> Path:
    """The same run gives the same bytes: no times, no version of Python."""
    notebook.metadata["language_info"] = {"name": "python"}
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return path
