"""This room answers: where does it go? Charts, tables and pages become files.

Names are loaded when first used: writing a table needs no drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.export.pictures import save_chart
    from analysis.export.saved import saved_charts
    from analysis.export.shown import show_table
    from analysis.export.summary import summarize
    from analysis.export.tables import export_tables

__getattr__ = find_later(__name__)
