"""Notebooks run for real: parameters, progress, failures, and nothing of the user's own set-up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.notebook.runner import count_cells, run_notebooks
from analysis.notebook.runner.kernel import code_mark
from analysis.notebook.runner.parameters import declared
from analysis.reference import SuiteError
from tests.ctrl_c import heed_ctrl_c

PARAMETERS = 'school_year: str = ""  # năm học, "" = mới nhất\ncount: int = 1\nshare: float = 0.5'


def write_notebook(
    folder: Path, cells: Sequence[str], name: str = "01_thu", parameters: str = PARAMETERS
) -> Path:
    """A notebook in `folder`: a title, its parameters, and the cells c1, c2, …"""
    first = [new_markdown_cell("# Thử", id="title")]
    if parameters:
        first.append(new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}))
    rest = [new_code_cell(source, id=f"c{i}") for i, source in enumerate(cells, 1)]
    path = folder / f"{name}.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[*first, *rest]), path)
    return path


def run(folder: Path, parameters: dict[str, Any] | None = None, **options: Any) -> list[Any]:
    """Run the notebooks of `folder` with output beside it."""
    output = folder.parent / "out"
    return run_notebooks(folder, output, parameters or {}, home=folder.parent, **options)


def failure(folder: Path, parameters: dict[str, Any] | None = None, **options: Any) -> SuiteError:
    with pytest.raises(SuiteError) as caught:
        run(folder, parameters, **options)
    return caught.value


def shown(notebook: Any, cell: str) -> Any:
    """The text of the last output of a cell."""
    (found,) = [c for c in notebook.cells if c.id == cell]
    output = found.outputs[-1]
    return output.get("text") or output.data["text/plain"]


def test_a_notebook_is_run_with_its_parameters(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    facts = "import os, sys\nprint(school_year, count, share, os.getcwd(), sys.executable)"
    places = "print(os.environ['ACCREDITATION_SAVED'], os.environ['ACCREDITATION_HOME'])"
    write_notebook(folder, [facts, places, "import analysis\nanalysis.__version__"])
    seen: list[tuple[str, int, int]] = []
    (executed,) = run(
        folder,
        {"school_year": "2024-2025", "count": 3},
        progress=lambda *step: seen.append(step),
    )
    assert shown(executed.notebook, "c1") == f"2024-2025 3 0.5 {folder} {sys.executable}\n"
    assert shown(executed.notebook, "c2") == f"{tmp_path / 'out'} {tmp_path}\n"
    assert seen == [("01_thu", i, 4) for i in (1, 2, 3, 4)]
    assert count_cells(folder) == len(seen)
    assert executed.path == tmp_path / "out" / "notebooks" / "01_thu.ipynb"
    assert [*executed.path.parent.iterdir()] == [executed.path]  # nothing of the kernels is left


SAVE = """
import os
from pathlib import Path
place = Path(os.environ["ACCREDITATION_OUTPUT"]) / "so_lieu"
place.mkdir(parents=True)
(place / "a.txt").write_text("a")
"""


def test_what_a_notebook_saves_is_known_by_name_and_two_cannot_save_the_same(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, [SAVE])
    (executed,) = run(folder, {})
    assert executed.files == ("so_lieu/a.txt",)
    assert (tmp_path / "out" / "so_lieu" / "a.txt").read_text() == "a"
    assert run(folder, {}, kept={"01_thu"}) == []
    write_notebook(folder, [SAVE], "02_hai")
    with pytest.raises(SuiteError) as caught:
        run(folder, {}, kept={"01_thu"})
    assert caught.value.key == "notebook_same_file" and "a.txt" in caught.value.text("vi")


def test_the_same_run_writes_the_same_bytes_and_leaves_the_stored_notebook_alone(
    tmp_path: Path,
) -> None:
    path = write_notebook(tmp_path / "notebooks", ["print(1)", "school_year"])
    before = path.read_bytes()
    written = [run(path.parent, {"school_year": "a"})[0].path.read_bytes() for _ in range(2)]
    assert written[0] == written[1]
    assert path.read_bytes() == before
    copy = json.loads(written[0])
    assert copy["metadata"]["language_info"] == {"name": "python"}
    assert all("execution" not in cell["metadata"] for cell in copy["cells"])
    nbformat.validate(nbformat.from_dict(copy))


@pytest.mark.parametrize(
    ("parameters", "key", "words"),
    [
        ({"shool_year": "2024-2025"}, "notebook_parameter_near", ["shool_year", "“school_year”"]),
        ({"zzz": 1}, "notebook_parameter_unknown", ["zzz", "school_year (str), count (int)"]),
        ({"school_year": 2024}, "notebook_parameter_kind", ["school_year", "str", "2024"]),
        ({"count": True}, "notebook_parameter_kind", ["count", "int", "bool"]),
        ({"count": 1.0}, "notebook_parameter_kind", ["count", "int", "float"]),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(
    tmp_path: Path, parameters: dict[str, Any], key: str, words: list[str]
) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, ["open('ran.txt', 'w').close()"])
    error = failure(folder, parameters)
    assert error.key == key
    for lang in ("vi", "en"):
        assert all(word in error.text(lang) for word in words)
    assert not (folder / "ran.txt").exists()


def test_each_notebook_takes_the_parameters_it_declares(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, ["x, 'count' in dir()"], "01_mot", 'x: str = ""')
    write_notebook(folder, ["count, 'x' in dir()"], "02_hai", "count: int = 0")
    write_notebook(folder, ["1"], "03_ba", "")
    write_notebook(folder, ["1 / 0"], "Untitled")  # not of the suite
    one, two, three = run(folder, {"x": "a", "count": 5})
    assert [e.name for e in (one, two, three)] == ["01_mot", "02_hai", "03_ba"]
    assert shown(one.notebook, "c1") == "('a', False)"
    assert shown(two.notebook, "c1") == "(5, False)"


def test_a_whole_number_will_do_for_a_number(tmp_path: Path) -> None:
    write_notebook(tmp_path / "notebooks", ["share"])
    (executed,) = run(tmp_path / "notebooks", {"share": 2})
    assert shown(executed.notebook, "c1") == "2"


def test_the_notes_of_parameters_are_read() -> None:
    cell = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    first, *others = declared(new_notebook(cells=[cell]), "01")
    assert (first.name, first.kind, first.default) == ("school_year", "str", "")
    assert first.note == 'năm học, "" = mới nhất'
    assert [p.note for p in others] == ["", ""]


@pytest.mark.parametrize(
    "line", ["school_year = ''", "x: str = 1", "x: list = []", "x: str", "x: int = 1 + 1", "x: ="]
)
def test_a_parameter_is_a_typed_plain_value(tmp_path: Path, line: str) -> None:
    write_notebook(tmp_path / "notebooks", [], parameters=line)
    assert failure(tmp_path / "notebooks").key == "notebook_parameter_line"


def test_a_failing_cell_is_named_with_its_cause(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, ["1", "count / 0", "open('ran.txt', 'w').close()"])
    error = failure(folder)
    assert error.key == "notebook_failed"
    for lang in ("vi", "en"):
        text = error.text(lang)
        assert all(word in text for word in ("01_thu", "“c2”", "ZeroDivisionError"))
        assert "Traceback" not in text and "\n" not in text
    assert not (folder / "ran.txt").exists()
    assert not (tmp_path / "out" / "notebooks" / "01_thu.ipynb").exists()


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", "Không có năm học '1999'"), ("en", "There is no school year '1999'")]
)
def test_our_own_errors_come_in_the_language_of_the_run(
    tmp_path: Path, lang: str, words: str
) -> None:
    cell = "from analysis.reference import SuiteError\n"
    cell += "raise SuiteError('unknown_year', year='1999', years='2024-2025')"
    write_notebook(tmp_path / "notebooks", [cell], parameters='lang: str = "vi"')
    assert words in failure(tmp_path / "notebooks", {"lang": lang}).text(lang)


def test_the_first_failure_stops_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, ["raise ValueError('hỏng')"], "01_hong")
    write_notebook(folder, ["import time\ntime.sleep(60)"], "02_lau")
    started = time.monotonic()
    error = failure(folder)
    assert error.key == "notebook_failed" and "hỏng" in error.text()
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("broken", ["1 / 0", "import os\nos._exit(1)"])
def test_what_fails_in_a_notebook_nobody_edited_stops_nothing_else(
    tmp_path: Path, broken: str
) -> None:
    folder = tmp_path / "notebooks"
    path = write_notebook(folder, [f"{broken}\nlost = 1", "lost", "open('ran.txt', 'w').close()"])
    write_notebook(folder, ["2"], "02_hai")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["suite"] = code_mark(notebook)
    notebook.cells[0].source = "# Lời khác"  # prose is nobody's code
    nbformat.write(notebook, path)
    one, two = run(folder)
    (fault,) = one.faults
    assert fault.facts["cell"] == "c1" and not two.faults
    assert "lỗi của bộ chương trình" in shown(one.notebook, "c1")
    outputs = [output for cell in one.notebook.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in outputs] == ["display_data"], "nothing of the others"
    assert (folder / "ran.txt").exists() == (broken == "1 / 0")
    assert shown(two.notebook, "c1") == "2"


def test_a_dead_kernel_and_a_cell_without_end_are_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, ["import os\nos._exit(1)"])
    assert failure(folder).key == "notebook_dead"
    write_notebook(folder, ["import time\ntime.sleep(60)"])
    error = failure(folder, timeout=1)
    assert (error.key, error.facts["seconds"]) == ("notebook_timeout", 1)


@pytest.mark.parametrize("dying", [1, 3])
def test_a_kernel_that_does_not_come_up_is_started_again_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dying: int
) -> None:
    """As where another program takes a port that was free when it was chosen."""
    start, left = NotebookClient.async_start_new_kernel_client, [None] * dying

    async def started(client: Any) -> Any:
        if left:
            left.pop()
            await client.km.shutdown_kernel(now=True)
            raise RuntimeError("Kernel died before replying to kernel_info")
        return await start(client)

    monkeypatch.setattr(NotebookClient, "async_start_new_kernel_client", started)
    folder = write_notebook(tmp_path / "notebooks", ["1 + 1"]).parent
    if dying == 1:
        (done,) = run(folder)
        assert shown(done.notebook, "c1") == "2"
    else:
        said = failure(folder)
        assert said.key == "notebook_kernel" and "01_thu" in said.text("vi")


def test_what_is_no_notebook_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    assert failure(folder).key == "notebooks_none"
    (folder / "01_thu.ipynb").write_text("{", encoding="utf-8")
    error = failure(folder)
    assert error.key == "notebook_unreadable" and "01_thu.ipynb" in error.text()


def test_two_parameter_cells_are_one_too_many(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "notebooks", ["1"])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    assert failure(path.parent).key == "notebook_parameter_cells"


def test_start_up_files_and_kernels_of_the_user_play_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "user"
    spec = home / "kernels" / "python3"
    spec.mkdir(parents=True)
    kernel = {"argv": ["/bin/false"], "display_name": "old", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(kernel))
    startup = home / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("count = 99")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home))
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    write_notebook(tmp_path / "notebooks", ["'count' in dir()"], parameters="")
    (executed,) = run(tmp_path / "notebooks")
    assert shown(executed.notebook, "c1") == "False"


def test_prose_comes_in_the_language_of_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, ["1"], parameters='lang: str = "vi"')
    (folder / "prose.en.toml").write_text('[01_thu]\ntitle = """\n# A try\n"""\n', encoding="utf-8")
    titles = [run(folder, {"lang": lang})[0].notebook.cells[0].source for lang in ("vi", "en")]
    assert titles == ["# Thử", "# A try"]


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole groups of processes")
def test_ctrl_c_ends_the_run_and_its_kernels(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    cell = "import os, time\nopen('pid.txt', 'w').write(str(os.getpid()))\ntime.sleep(60)"
    write_notebook(folder, [cell])
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from analysis.notebook.runner import run_notebooks
        run_notebooks(Path({str(folder)!r}), Path({str(tmp_path)!r}), {{}}, home=Path("."))
        """
    )
    checkout = Path(__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=checkout,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    )
    pid_file = folder / "pid.txt"
    while not (pid_file.exists() and pid_file.read_text()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.strip().endswith("KeyboardInterrupt")
    assert is_gone(int(pid_file.read_text()))


def is_gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
