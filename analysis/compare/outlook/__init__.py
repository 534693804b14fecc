"""What would close the gap, and what the years ahead may bring. Facts for a person to weigh: no
ranking of schools and no verdict on one (Thông tư 57/2026 Điều 27 khoản 4)."""

from __future__ import annotations

from analysis.compare.outlook.candidates import list_candidates, list_upgrades
from analysis.compare.outlook.scenarios import compare_scenarios
from analysis.compare.outlook.smallest import find_smallest_set

__all__ = ["compare_scenarios", "find_smallest_set", "list_candidates", "list_upgrades"]
