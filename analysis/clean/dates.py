"""Dates as people type them. Day first, always; what has no day keeps its precision."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from analysis.clean.values import Value, bad_kind
from analysis.raw import Cell
from analysis.raw.serials import from_serial
from analysis.reference import tidy

_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY_FIRST = re.compile(
    rf"(?:[Nn]gày )?(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{4}}|\d{{2}}){_TIME}"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.\-](\d{{1,2}})[/.\-](\d{{1,2}}){_TIME}Z?")
_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? năm (\d{4})")
_MONTH = re.compile(r"(?:tháng )?(\d{1,2})\s*(?:[/.\-]| năm )\s*(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"(?:năm )?(\d{4})")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 18264, 60000  # 1950 to 2064


class Day(NamedTuple):
    """A date and how exact it is: "day", "month" (its first day stands for it) or "year"."""

    date: dt.date
    precision: str = "day"


class Bounds(NamedTuple):
    """The days a date must lie between, whether one without a day is taken, and whether bare
    numbers count from 1904."""

    earliest: dt.date
    latest: dt.date
    partial: bool = False
    epoch_1904: bool = False


def read_date(cell: Cell, bounds: Bounds) -> Value:
    """A date cell, a serial number or a text gives a Day."""
    if isinstance(cell, dt.datetime):
        has_time = cell.hour or cell.minute or cell.second or cell.microsecond
        return _bounded(Day(cell.date()), "time_dropped" if has_time else "", bounds)
    if isinstance(cell, int | float):
        return _from_number(cell, bounds)
    if isinstance(cell, str):
        return bad_kind(cell) or _from_text(tidy(cell).lstrip("'’"), bounds)
    return bad_kind(cell) or Value(fault="date_form")


def _from_number(number: float, bounds: Bounds) -> Value:
    if isinstance(number, int) and 1900 <= number <= 2100:
        return _partial(str(number), bounds)
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return Value(fault="date_form")
    moment = from_serial(number, bounds.epoch_1904)
    assert isinstance(moment, dt.datetime)
    return _bounded(Day(moment.date()), "date_serial", bounds)


def _from_text(text: str, bounds: Bounds) -> Value:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
        rule = "date_text" if len(year) == 4 else "date_short_year"
        return _made(int(day), int(month), int(year) + 2000 * (len(year) == 2), rule, bounds)
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(int(found[3]), int(found[2]), int(found[1]), "date_text", bounds)
    lower = text.casefold()
    if found := _IN_WORDS.fullmatch(lower):
        return _made(int(found[1]), int(found[2]), int(found[3]), "date_text", bounds)
    if _SERIAL.fullmatch(text):
        return _from_number(float(text.replace(",", ".")), bounds)
    return _partial(lower, bounds)


def _partial(text: str, bounds: Bounds) -> Value:
    """Month and year, or a year alone: only where a list of decisions is read."""
    if found := _YEAR_MONTH.fullmatch(text) or None:
        year, month, precision = int(found[1]), int(found[2]), "month"
    elif found := _MONTH.fullmatch(text) or None:
        year, month, precision = int(found[2]), int(found[1]), "month"
    elif found := _YEAR.fullmatch(text) or None:
        year, month, precision = int(found[1]), 1, "year"
    else:
        return Value(fault="date_form")
    if not 1 <= month <= 12:
        return Value(fault="date_impossible")
    if not bounds.partial:
        return Value(fault="date_partial")
    return _bounded(Day(dt.date(year, month, 1), precision), "date_partial_kept", bounds)


def _made(day: int, month: int, year: int, rule: str, bounds: Bounds) -> Value:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return Value(fault="date_impossible")
    return _bounded(Day(date), rule, bounds)


def _bounded(day: Day, rule: str, bounds: Bounds) -> Value:
    if day.date < bounds.earliest:
        return Value(fault="date_too_early")
    if day.date > bounds.latest:
        return Value(fault="date_future")
    return Value(day, rule)
