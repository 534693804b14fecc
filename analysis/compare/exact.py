"""Numbers as they are written, and rounding without floats."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

# What has more digits or decimals than any program writes is no count and no percentage;
# "1E+999999999" would keep a computer busy for hours.
_MOST_DIGITS, _MOST_DECIMALS = 15, 30


def written(value: object) -> Decimal | None:
    """A count or percentage as it is written ("89,5%"); None if there is no number, or one so large
    or with so many decimals that it is none of these."""
    text = format(value, ".15g") if isinstance(value, float) else str(value)
    text = text.strip().rstrip("%").strip().replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS:
        return None
    return number if decimals(number) <= _MOST_DECIMALS else None


def decimals(number: Decimal) -> int:
    """How many decimals a number is written with."""
    return max(0, -int(number.as_tuple().exponent))


def half_up(number: Fraction, places: int) -> Fraction:
    """Rounded to so many decimals; a half goes up, as on paper (never to even)."""
    units = 10**places
    return Fraction((number * units + Fraction(1, 2)) // 1, units)


def reaches(share: Fraction, wanted: Decimal) -> bool:
    """Whether a percentage is at least the wanted one, at the decimals that one is written with.

    34 of 38 (89,47%) reaches 89,5%; but nothing short of all reaches 100%.
    """
    if wanted >= 100:
        return share >= Fraction(wanted)
    return half_up(share, decimals(wanted)) >= Fraction(wanted)


def keeps_to(share: Fraction, limit: Decimal) -> bool:
    """Whether a percentage is at most the limit, at the decimals that one is written with; but
    nothing above none keeps to 0%."""
    if limit <= 0:
        return share <= Fraction(limit)
    return half_up(share, decimals(limit)) <= Fraction(limit)


def exceeds(share: Fraction, bound: Decimal) -> bool:
    """Whether a percentage is more than a bound, at the decimals it is printed with, one at least:
    93,3% is over 93%, 93,0% (40 of 43) is not; but anything at all is over 0%."""
    if bound <= 0:
        return share > Fraction(bound)
    return half_up(share, max(1, decimals(bound))) > Fraction(bound)


def stays_under(share: Fraction, bound: Decimal) -> bool:
    """Whether a percentage is less than a bound, alike; anything short of all is under 100%."""
    if bound >= 100:
        return share < Fraction(bound)
    return half_up(share, max(1, decimals(bound))) < Fraction(bound)
