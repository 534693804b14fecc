"""The same sources give the same bytes: whatever the clock, time zone, language, seed or folder."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
OTHER_CLOCK = Path(__file__).with_name("other_clock.c")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def other_clock(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What tells a process that it is 400 days later."""
    compiler = shutil.which("cc")
    if not (sys.platform == "linux" and compiler):
        pytest.skip("moving the clock needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("clock") / "other_clock.so"
    build = [compiler, "-shared", "-fPIC", "-o", str(library), str(OTHER_CLOCK), "-ldl"]
    subprocess.run(build, check=True)
    return {"LD_PRELOAD": str(library), "OTHER_CLOCK_DAYS": "400"}


def office(folder: Path, seed: int) -> Path:
    """A copy of the example office, its files written in an order of their own."""
    files = [p for name in ("data", "notebooks") for p in (PROJECT / name).rglob("*")]
    files = [p for p in files if p.is_file() and "__pycache__" not in p.parts]
    random.Random(seed).shuffle(files)
    for path in files:
        copy = folder / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return folder


def publish(home: Path, told: dict[str, str]) -> dict[str, bytes]:
    """Every published file of a run in an environment of its own."""
    own = {"PYTHONPATH": str(PROJECT), "MPLCONFIGDIR": str(home / ".mpl"), "HOME": str(home)}
    run = [sys.executable, "-m", "analysis.cli", "run", YEAR, "--home", str(home)]
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "TZ"))}
    env = plain | own | told
    done = subprocess.run(run, cwd=home, env=env, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    folder = home / "figures" / YEAR
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_two_runs_in_different_surroundings_give_the_same_bytes(
    tmp_path: Path, other_clock: dict[str, str]
) -> None:
    here = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "PYTHONUTF8": "1"}
    there = {
        "TZ": "Asia/Ho_Chi_Minh",
        "LANG": "vi_VN.UTF-8",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "4321",
        "COLUMNS": "40",
        "USER": "khách",
    }
    one = publish(office(tmp_path / "a", 1), here)
    other = publish(office(tmp_path / "Văn phòng (bản sao)" / "năm học", 2), there | other_clock)
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []
    endings = {name.rpartition(".")[2] for name in one}
    assert {"xlsx", "svg", "png", "csv", "html", "ipynb", "json"} <= endings


def test_the_other_clock_is_another_clock(other_clock: dict[str, str]) -> None:
    ask = "import datetime as d, time; print(d.date.today(), d.datetime.now().date(), time.time())"
    run = [sys.executable, "-c", ask]
    done = subprocess.run(run, env=os.environ | other_clock, capture_output=True, text=True)
    day, same_day, seconds = done.stdout.split()
    assert day == same_day and float(seconds) - time.time() > 399 * 86_400
    assert dt.date.fromisoformat(day) - dt.date.today() > dt.timedelta(398)
