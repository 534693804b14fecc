"""Settings for every test."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.sixth_year import send_workbooks

ROOT = Path(__file__).parents[1]

# A slow, shared machine is no fault of the code; speed is measured elsewhere.
settings.register_profile("suite", deadline=None)
# While the code is changed on purpose: few examples, the same each time, none made smaller.
settings.register_profile(
    "mutation",
    deadline=None,
    max_examples=25,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
# For the change at hand, see `--quick`.
settings.register_profile("quick", deadline=None, max_examples=10)
# A search that tries thousands of cases, for who wants to be sure.
settings.register_profile("by_hand", deadline=None, max_examples=2500)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "what counts a second way, and the tests of the rooms with changes not yet committed"
    parser.addoption("--quick", action="store_true", help=words)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        settings.load_profile("quick")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of what `--quick` leaves out nothing is imported."""
    if not config.getoption("--quick") or collection_path.suffix != ".py":
        return None
    is_left = "mark.truth" not in collection_path.read_text(encoding="utf-8")
    return True if is_left and collection_path not in touched_tests() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that processes side by side end at about one time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if config.getoption("--quick"):
        config.hook.pytest_deselected(items=[item for item in items if not is_quick(item)])
        items[:] = filter(is_quick, items)


def is_quick(item: pytest.Item) -> bool:
    """What counts a second way is never left out."""
    slow = item.get_closest_marker("slow") or item.get_closest_marker("browser")
    return bool(item.get_closest_marker("truth")) or (item.path in touched_tests() and not slow)


@cache
def touched_tests() -> set[Path]:
    """The test files that differ from the last commit, and those of the rooms that do."""
    asked = ["git", "status", "--porcelain", "--no-renames", "-z"]
    try:
        told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):  # no git, or no checkout
        return set()
    changed = [Path(line[3:]) for line in told.split("\0") if line]
    rooms = {path.parts[1].removesuffix(".py") for path in changed if path.parts[0] == "analysis"}
    of_rooms = (path for room in rooms for path in ROOT.glob(f"tests/test_{room[:5]}*.py"))
    return {*of_rooms, *(ROOT / path for path in changed)}


@pytest.fixture(scope="session")
def sixth_workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks of a sixth school year, as the schools send them."""
    folder = tmp_path_factory.mktemp("sent")
    send_workbooks(tmp_path_factory.mktemp("generator"), folder)
    return folder
