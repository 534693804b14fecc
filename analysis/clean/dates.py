"""Dates as people type them. Day first, unless their column proves that the month comes first; what
has no day keeps its precision."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from analysis.clean.values import Value, bad_kind
from analysis.raw import Cell
from analysis.reference import tidy
from analysis.workbooks.formats import from_serial

_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY_FIRST = re.compile(
    rf"(?:[Nn]gày )?(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{4}}|\d{{2}}){_TIME}"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.\-](\d{{1,2}})[/.\-](\d{{1,2}}){_TIME}Z?")
_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? năm (\d{4})")
_MONTH = re.compile(r"(?:tháng )?(\d{1,2})\s*(?:[/.\-]| năm )\s*(\d{4})")
_SCHOOL_YEAR = re.compile(r"(?:năm học )?(\d{4})\s*[-–/]\s*(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"(?:năm )?(\d{4})")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 18264, 60000  # 1950 to 2064
_NUMBERS = re.compile(r"(?<![\w/.\-])(\d{1,2}) ?([/.\-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?![\w/])")
# One in twenty dates may be a slip of the pen; more than that is another order.
_SLIPS = 20
# An Excel of the other order turns what fits it into dates, day and month exchanged, and leaves the
# rest as text. Days of the month are 12 or less in two of five: that so many different dates are
# all so, and so many texts all are not and none fits both orders, happens to one column in fifty
# that mixes dates and text at all, and those are rare. What is lost then is doubts, not values.
_FEWEST_EXCHANGED, _FEWEST_LEFT = 3, 2


class Day(NamedTuple):
    """A date and how exact it is: "day", "month", "year" or "school_year" (from September); the
    first day of these stands for them."""

    date: dt.date
    precision: str = "day"


class Order(NamedTuple):
    """How the dates of a column are written. `month_first`: its texts are; `unclear`: some prove
    one order and some the other; `exchanged`: day and month of its real dates seem to be, as many
    as `dates` beside `texts` texts, and `shown`: the column itself shows it. `proven`: its texts
    prove an order; `low`: no real date has a day above 12, and no text fits both orders."""

    month_first: bool = False
    unclear: bool = False
    exchanged: bool = False
    shown: bool = False
    proven: bool = False
    low: bool = False
    dates: int = 0
    texts: int = 0


DAY_FIRST = Order()


class Bounds(NamedTuple):
    """The days a date must lie between, whether one without a day is taken, whether bare numbers
    count from 1904, and in which order day and month stand."""

    earliest: dt.date
    latest: dt.date
    partial: bool = False
    epoch_1904: bool = False
    order: Order = DAY_FIRST


def read_date(cell: Cell, bounds: Bounds) -> Value:
    """A date cell, a serial number or a text gives a Day."""
    if isinstance(cell, dt.datetime):
        if bounds.order.exchanged and cell.day <= 12 and cell.day != cell.month:
            return Value(fault="date_exchanged")
        has_time = cell.hour or cell.minute or cell.second or cell.microsecond
        return _bounded(Day(cell.date()), "time_dropped" if has_time else "", bounds)
    if isinstance(cell, int | float):
        return _from_number(cell, bounds)
    if isinstance(cell, str):
        return bad_kind(cell) or read_day_text(tidy(cell).lstrip("'’"), bounds)
    return bad_kind(cell) or Value(fault="date_form")


def _from_number(number: float, bounds: Bounds) -> Value:
    if isinstance(number, int) and 1900 <= number <= 2100:
        return _partial(str(number), bounds)
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return Value(fault="date_form")
    moment = from_serial(number, bounds.epoch_1904)
    assert isinstance(moment, dt.datetime)
    return _bounded(Day(moment.date()), "date_serial", bounds)


def read_day_text(text: str, bounds: Bounds) -> Value:
    if found := _DAY_FIRST.fullmatch(text):
        return _in_order((int(found[1]), int(found[2])), found[3], bounds)
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(int(found[3]), int(found[2]), int(found[1]), "date_text", bounds)
    lower = text.casefold()
    if found := _IN_WORDS.fullmatch(lower):
        return _made(int(found[1]), int(found[2]), int(found[3]), "date_text", bounds)
    if _SERIAL.fullmatch(text):
        return _from_number(float(text.replace(",", ".")), bounds)
    return _partial(lower, bounds)


def _in_order(numbers: tuple[int, int], year: str, bounds: Bounds) -> Value:
    """Two numbers and a year, by the order of the column."""
    (day, month), order = numbers, bounds.order
    rule = "date_text" if len(year) == 4 else "date_short_year"
    if order.unclear and day != month and max(day, month) <= 12:
        return Value(fault="date_order_unclear")
    if order.month_first or (order.unclear and month > 12):
        day, month = month, day
        rule = rule if day == month else "date_month_first"
    return _made(day, month, int(year) + 2000 * (len(year) == 2), rule, bounds)


def order_of(cells: Iterable[Cell]) -> Order:
    """What the distinct cells of a column prove of its order of day and month: a number above 12 is
    a day."""
    texts: set[tuple[int, int, str]] = set()
    real: set[dt.date] = set()
    for cell in cells:
        if isinstance(cell, str):
            found = _NUMBERS.finditer(cell)
            texts.update((int(m[1]), int(m[3]), m[4][-2:]) for m in found)
        elif isinstance(cell, dt.datetime):
            real.add(cell.date())
    day_first = sum(first > 12 >= second for first, second, _ in texts)
    month_first = sum(second > 12 >= first for first, second, _ in texts)
    either = sum(first <= 12 and second <= 12 for first, second, _ in texts)
    undecided = sum(first != second <= 12 and first <= 12 for first, second, _ in texts)
    alone = month_first == 1 and not day_first  # a slip of the pen, or the order of all
    slips = _SLIPS * min(day_first, month_first) <= max(day_first, month_first) and not alone
    low = bool(real) and not either and all(day.day <= 12 for day in real)
    exchanged = (
        low
        and len(real) >= _FEWEST_EXCHANGED
        and max(day_first, month_first) >= _FEWEST_LEFT
        and not (day_first and month_first)
    )
    return Order(
        month_first=month_first > day_first and slips,
        unclear=not slips and (not alone or undecided > 1),
        exchanged=exchanged,
        shown=exchanged,
        proven=bool(day_first or month_first),
        low=low,
        dates=sum(day.day != day.month for day in real),
        texts=len(texts),
    )


def orders_of(columns: Mapping[str, Iterable[Cell]]) -> dict[str, Order]:
    """The same for the columns of one table, each by what it proves. Where another one has the
    month first, a column that proves nothing is unclear; where an Excel exchanged those of another
    one, it did so with all that fit."""
    orders = {name: order_of(cells) for name, cells in columns.items()}
    foreign = any(order.month_first or order.unclear for order in orders.values())
    exchanged = any(order.exchanged for order in orders.values())
    return {
        name: order._replace(
            unclear=order.unclear or (foreign and not order.proven),
            exchanged=order.exchanged or (exchanged and order.low),
        )
        for name, order in orders.items()
    }


def _partial(text: str, bounds: Bounds) -> Value:
    """Month and year, or a year alone: only where a list of decisions is read."""
    if found := _YEAR_MONTH.fullmatch(text) or None:
        year, month, precision = int(found[1]), int(found[2]), "month"
    elif found := _MONTH.fullmatch(text) or None:
        year, month, precision = int(found[2]), int(found[1]), "month"
    elif found := _YEAR.fullmatch(text) or None:
        year, month, precision = int(found[1]), 1, "year"
    elif (found := _SCHOOL_YEAR.fullmatch(text)) and int(found[2]) == int(found[1]) + 1:
        year, month, precision = int(found[1]), 9, "school_year"
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
