"""Numbers as they are written, and rounding as on paper."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from analysis.compare.exact import decimals, half_up, reaches, written


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("89,5%", "89.5"),
        (" 89.50 % ", "89.50"),
        (0.1 + 0.2, "0.3"),  # what a person typed, not the last bit of a float
        (41.7, "41.7"),
        (34, "34"),
        (Decimal("1.0"), "1.0"),
        ("41X", None),
        ("-", None),
        ("", None),
        (None, None),
        (float("nan"), None),
        ("inf", None),
        ("999999999999999", "999999999999999"),
        ("1E+15", None),
        ("1E+999999999", None),
        ("0." + 30 * "3", "0." + 30 * "3"),
        ("0." + 31 * "3", None),
        ("1E-999999999", None),
        ("0E-999999999", None),
    ],
)
def test_numbers_as_they_are_written(value: Any, number: str | None) -> None:
    found = written(value)
    assert (None if found is None else str(found)) == number


@pytest.mark.parametrize(("text", "places"), [("89,5", 1), ("89", 0), ("89,50", 2), ("9e2", 0)])
def test_decimals_as_they_are_written(text: str, places: int) -> None:
    number = written(text)
    assert number is not None and decimals(number) == places


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        (Fraction(1, 8), 2, Fraction(13, 100)),  # 0,125: a half goes up
        (Fraction(5, 2), 0, Fraction(3)),
        (Fraction(7, 2), 0, Fraction(4)),
        (Fraction(249, 100), 1, Fraction(5, 2)),
        (Fraction(244, 100), 1, Fraction(12, 5)),
        (Fraction(-1, 2), 0, Fraction(0)),
    ],
)
def test_a_half_goes_up(number: Fraction, places: int, rounded: Fraction) -> None:
    assert half_up(number, places) == rounded


@pytest.mark.parametrize(
    ("count", "total", "wanted", "met"),
    [
        (34, 38, "89.5", True),
        (33, 38, "89.5", False),
        (199, 200, "100", False),
        (200, 200, "100", True),
        (199, 200, "99.9", False),
        (9995, 10000, "99.9", True),
        (10, 20, "50", True),
        (99, 200, "50", True),  # 49,5 is shown as 50
        (989, 2000, "50", False),
    ],
)
def test_a_share_reaches_a_printed_figure(count: int, total: int, wanted: str, met: bool) -> None:
    assert reaches(Fraction(100 * count, total), Decimal(wanted)) == met
