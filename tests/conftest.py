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
# A search that tries thousands of cases, for who wants to be sure.
settings.register_profile("by_hand", deadline=None, max_examples=2500)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def sixth_workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks of a sixth school year, as the schools send them."""
    folder = tmp_path_factory.mktemp("sent")
    send_workbooks(tmp_path_factory.mktemp("generator"), folder)
    return folder
