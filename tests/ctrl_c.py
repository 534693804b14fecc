"""Ctrl-C as a person at a terminal sends it, wherever the tests were started."""

from __future__ import annotations

import signal


def heed_ctrl_c() -> None:
    """For `preexec_fn`: shells let what they start in the background ignore Ctrl-C, and so would a
    process the test starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
