"""Kernels forked from a server: the same notebooks as ever, and nothing left running."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from analysis.notebook.runner import kernel_server, run_notebooks
from analysis.reference import SuiteError
from tests.test_notebook_runner import is_gone, shown, write_notebook

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
    pytest.mark.slow,
]
PROJECT = Path(__file__).parents[1]


def test_a_forked_kernel_gives_the_same_bytes_as_a_fresh_one(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    cell = "import os, pandas as pd\nprint(os.getcwd())\npd.DataFrame({'a': [1]})"
    write_notebook(folder, [cell, "import matplotlib\nmatplotlib.get_backend()", "school_year"])
    out = tmp_path / "out"
    with kernel_server() as server:
        assert server is not None and server.is_ready()
        (forked,) = run_notebooks(folder, out, {"school_year": "a"}, home=tmp_path, server=server)
    written = forked.path.read_bytes()
    (fresh,) = run_notebooks(folder, out, {"school_year": "a"}, home=tmp_path)
    assert written == fresh.path.read_bytes()
    assert [*out.joinpath("notebooks").iterdir()] == [fresh.path]


def test_two_notebooks_do_not_see_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    for name in ("01_mot", "02_hai"):
        write_notebook(folder, ["'left' in dir()", "left = 1"], name, parameters="")
    with kernel_server() as server:
        done = run_notebooks(folder, tmp_path, {}, home=tmp_path, server=server, side_by_side=1)
    assert [shown(e.notebook, "c1") for e in done] == ["False", "False"]


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("import os\nos._exit(1)", "notebook_dead"),
        ("import time\ntime.sleep(60)", "notebook_timeout"),
    ],
)
def test_a_dead_kernel_and_a_cell_without_end(tmp_path: Path, cell: str, key: str) -> None:
    write_notebook(tmp_path / "notebooks", [cell], parameters="")
    started = time.monotonic()
    with kernel_server() as server, pytest.raises(SuiteError) as caught:
        run_notebooks(tmp_path / "notebooks", tmp_path, {}, home=tmp_path, server=server, timeout=5)
    assert caught.value.key == key and time.monotonic() - started < 50


def test_a_server_that_does_not_come_up_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_notebook(tmp_path / "notebooks", ["1 + 1"], parameters="")
    with monkeypatch.context() as patched:
        patched.setattr("analysis.notebook.runner.forked._MODULES", ("no_such_module",))
        server = kernel_server().__enter__()
    assert server is not None and not server.is_ready()
    (done,) = run_notebooks(tmp_path / "notebooks", tmp_path, {}, home=tmp_path, server=server)
    assert shown(done.notebook, "c1") == "2"
    server.close()


def test_a_run_that_is_killed_leaves_no_kernel(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    cell = "import os, time\nopen('pid.txt', 'w').write(str(os.getpid()))\ntime.sleep(90)"
    write_notebook(folder, [cell], parameters="")
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from analysis.notebook.runner import kernel_server, run_notebooks
        with kernel_server() as server:
            home = Path({str(tmp_path)!r})
            run_notebooks(home / "notebooks", home, {{}}, home=home, server=server)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT)
    pid_file = folder / "pid.txt"
    while not (pid_file.exists() and pid_file.read_text()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert is_gone(int(pid_file.read_text()))
