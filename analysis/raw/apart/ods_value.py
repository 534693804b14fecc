"""The value of a cell of an OpenDocument sheet, from its attributes and the text it shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from analysis.raw.apart.found import NO_RESULT, WireCell, plain_number
from analysis.raw.shown import CODE_SHOWN, TEXT_SHOWN

_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|Err:\d{3}", re.IGNORECASE)
_NUMBERS = ("float", "percentage", "currency")
_POWER = re.compile(r"[-+]?[\d.,]+E[-+]?\d+", re.IGNORECASE)
_SLIP = dt.timedelta(microseconds=100)
_TRUE, _FALSE = ("TRUE", "ĐÚNG"), ("FALSE", "SAI")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


def cell_value(cell: Mapping[str, str], shown: str, paragraphs: int) -> WireCell | None:
    """The value of a cell; None where it is blank. `paragraphs`: how many it shows."""
    kind = cell.get("office:value-type", "")
    if kind in _NUMBERS and cell.get("office:value") and shown[:1] not in ("#", "E"):
        return _number(cell["office:value"], shown, kind)
    formula = cell.get("table:formula", "")
    if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(shown.strip())):
        return ("e", shown.strip() or "#?")
    if kind in _NUMBERS and cell.get("office:value"):
        return _number(cell["office:value"], shown, kind)
    if kind == "boolean":
        return ("b", cell.get("office:boolean-value", "") == "true")
    if kind == "date":
        return _date(cell.get("office:date-value", "")) or None
    if kind == "time":
        return _seconds(cell.get("office:time-value", "")) or None
    if formula and not paragraphs and not cell.get("office:string-value") and kind != "string":
        return NO_RESULT
    return cell.get("office:string-value") or shown or None


def _number(stored: str, shown: str, kind: str) -> WireCell:
    """A stored number; a code shown with its leading zeros keeps them, and so do words. A logical
    value is stored as 1 or 0, and shown in words."""
    number = float(stored)
    if number != number or abs(number) == float("inf"):
        return ("e", "#NUM!")
    value = plain_number(number)
    if shown in _TRUE or shown in _FALSE:
        return ("b", shown in _TRUE)
    if shown[:1] == "0" and len(shown) > 1 and shown.isascii() and shown.isdecimal():
        return ("c", shown, str(value), CODE_SHOWN) if int(shown) == value else value
    if kind == "float" and any(map(str.isalpha, shown)) and not _POWER.fullmatch(shown):
        return ("c", shown.strip(), str(value), TEXT_SHOWN)
    return value


def _date(text: str) -> WireCell:
    """A date as it is stored; one the calendar does not know stays text."""
    try:
        day = dt.datetime.fromisoformat(text).replace(tzinfo=None)
        if (day + _SLIP).date() != day.date():  # so close to midnight it comes of arithmetic
            day = dt.datetime.combine((day + _SLIP).date(), dt.time(0))
        return ("d", day.isoformat())
    except (ValueError, OverflowError):
        return text


def _seconds(duration: str) -> WireCell:
    """A time of day or a duration, in seconds; one in another form stays text."""
    parts = _DURATION.fullmatch(duration)
    if not parts:
        return duration
    days, hours, minutes = (int(p or 0) for p in parts.groups()[1:4])
    total = days * 86400 + hours * 3600 + minutes * 60 + float(parts[5] or 0)
    return ("t", -total if parts[1] else total)
