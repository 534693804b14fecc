"""Dates as spreadsheets count them: days since 1900 (with a 29 February that never was) or 1904."""

from __future__ import annotations

import datetime as dt
import re

_BUILT_IN = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_LAST_SERIAL = 2_958_465
# What is closer to midnight, in seconds, comes of arithmetic; any other time belongs to its day.
_SLIP = 1e-4


def is_date_format(number: int, code: str) -> bool:
    """Does this number format show a date or a time?"""
    if not code:
        return number in _BUILT_IN
    return bool(_DATE_LETTERS.search(_QUOTED.sub("", code)))


def from_serial(serial: float, epoch_1904: bool = False) -> dt.datetime | float | int:
    """The date a serial stands for, to the second; a serial outside the calendar stays a number."""
    if not 0 <= serial <= _LAST_SERIAL:
        return int(serial) if float(serial).is_integer() else serial
    start = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    if not epoch_1904 and serial < 60:
        start += dt.timedelta(days=1)
    day, seconds = int(serial), serial % 1 * 86400
    if seconds > 86400 - _SLIP:
        day, seconds = day + 1, 0
    return start + dt.timedelta(days=day, seconds=min(round(seconds), 86399))
