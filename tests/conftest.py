"""Settings for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.sixth_year import send_workbooks

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
# For the change at hand (`python start.py test --quick`): what counts a second way stays in.
settings.register_profile("quick", deadline=None, max_examples=15)
# A search that tries thousands of cases, for who wants to be sure.
settings.register_profile("by_hand", deadline=None, max_examples=2500)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that processes side by side end at about one time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def sixth_workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks of a sixth school year, as the schools send them."""
    folder = tmp_path_factory.mktemp("sent")
    send_workbooks(tmp_path_factory.mktemp("generator"), folder)
    return folder
