"""The suite run for real in English; what the Vietnamese one publishes is in test_published.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.export.pages import export_page
from analysis.notebook.runner import run_notebooks

ROOT = Path(__file__).parents[1]
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ]")

pytestmark = pytest.mark.slow


def test_a_run_in_english_is_english_throughout(tmp_path: Path) -> None:
    parameters = {"school_year": "2025-2026", "lang": "en"}
    executed = {
        e.name: e for e in run_notebooks(ROOT / "notebooks", tmp_path, parameters, home=ROOT)
    }
    cells = executed["03_so_sanh_chi_tieu"].notebook.cells
    shown = [o.data for c in cells for o in c.get("outputs", []) if "data" in o]
    note = next(data["text/markdown"] for data in shown if "text/markdown" in data)
    assert "for reference only" in note
    for name, one in executed.items():
        page = export_page(one.notebook, tmp_path / f"{name}.html", "en").read_text("utf-8")
        assert '<html lang="en">' in page
        # Names of schools, files and documents stay as they are; headings have none of those.
        headings = re.findall(r"<(?:title|h[12]|th)\b[^>]*>(.*?)</", page, re.DOTALL)
        assert len(headings) > 5
        named = [h for h in headings if VIETNAMESE.search(h.replace("KĐCLGD", ""))]
        assert named == []
