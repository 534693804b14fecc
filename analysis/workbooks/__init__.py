"""This room answers: can this file be trusted, and what stands in its cells?

Any workbook is opened safely, or refused. Nothing here knows what a school is.
"""

from __future__ import annotations

from analysis.workbooks.cells import Book
from analysis.workbooks.opening import is_passed_over, list_folder, open_book

__all__ = ["Book", "is_passed_over", "list_folder", "open_book"]
