"""Settings for every test."""

from __future__ import annotations

from hypothesis import settings

# A slow, shared machine is no fault of the code; speed is measured elsewhere.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
