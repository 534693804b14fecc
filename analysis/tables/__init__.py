"""This room answers: what is this table? Every table and column, described once as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.reference.parts import find_later

if TYPE_CHECKING:
    from analysis.tables.for_readers import explain, of_scheme, own_columns, readable
    from analysis.tables.frames import (
        BETWEEN,
        about_of,
        context,
        find_table,
        held_of,
        known,
        known_table,
        lang_of,
        makes,
        stacked,
        table_of,
    )
    from analysis.tables.registry import (
        COUNTED,
        Column,
        Published,
        Table,
        checks_of,
        column_of,
        columns,
        columns_of,
        in_lists,
        tables,
    )

__getattr__ = find_later(__name__)
