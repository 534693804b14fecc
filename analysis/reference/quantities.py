"""Values that print themselves: k of n, percent, points, wanted ranges and plain numbers.

Nobody else writes them. A label takes the value as a fact and asks for a form of it,
"{share:short}"; without one it is written in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from analysis.reference.labels import Quantity, say

Real = float | Fraction | Decimal


@dataclass(frozen=True, repr=False)
class Number(Quantity):
    """A number as it is written: "1.234,5" in Vietnamese, "1,234.5" in English."""

    value: Real
    decimals: int = 0

    def text(self, lang: str = "vi", form: str = "") -> str:
        exact = Fraction(self.value).limit_denominator(10**9)
        rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
            Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP
        )
        text = f"{rounded + 0:,.{self.decimals}f}"
        return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


@dataclass(frozen=True, repr=False)
class Span(Quantity):
    """From one whole number to another, "1.599–1.800"; one number where they are the same."""

    low: int
    high: int

    def text(self, lang: str = "vi", form: str = "") -> str:
        return "–".join(Number(end).text(lang) for end in dict.fromkeys((self.low, self.high)))


@dataclass(frozen=True, repr=False)
class Percent(Quantity):
    """A percentage (0-100): "89,5%"; without `decimals` whole where it is exactly 0 or 100."""

    value: Real
    decimals: int | None = None

    def text(self, lang: str = "vi", form: str = "") -> str:
        whole = 0 if self.value in (0, 100) else 1
        return (
            f"{Number(self.value, whole if self.decimals is None else self.decimals).text(lang)}%"
        )


@dataclass(frozen=True, repr=False)
class Points(Quantity):
    """A difference with its sign: "−4,5" (a true minus), "+2,0", "0"; "named": "−4,5 điểm"."""

    value: Real
    decimals: int = 1

    def text(self, lang: str = "vi", form: str = "") -> str:
        if form == "named":
            return say("gap_points", lang, points=self)
        text = Number(-self.value if self.value < 0 else self.value, self.decimals).text(lang)
        sign = "−" if self.value < 0 else "+"
        return f"{sign}{text}" if text.strip("0.,") else text


@dataclass(frozen=True, repr=False)
class Corridor(Quantity):
    """What is wanted: a range of percentages, "80–90%", "≥ 89,5%", "≤ 10%", "100%", or of numbers,
    "≥ 30 trường", "1–2" (whole edges bare). None: no edge on that side. An edge named in
    `exclusive` ("from", "to") is not itself enough: "> 93%", "< 5%"."""

    low: float | None
    high: float | None
    decimals: int = 1
    unit: str = "percent"
    exclusive: str = ""

    @classmethod
    def of(
        cls, low: float, high: float, decimals: int, schools: object = "", exclusive: object = ""
    ) -> Corridor:
        """What a target wants: a share, or so many `schools`, "30-" or "5-6"."""
        if not isinstance(schools, str) or not schools:
            beyond = exclusive if isinstance(exclusive, str) else ""
            return cls(low, high, int(decimals), exclusive=beyond)
        least, most = (int(end) if end else None for end in schools.split("-"))
        return cls(least, most, 0, "schools")

    @classmethod
    def of_row(cls, row: Mapping[Any, Any]) -> Corridor:
        """What the target of a row of a table wants."""
        edges = (row["target_from"], row["target_to"], row["decimals"])
        return cls.of(*edges, row.get("wanted_schools"), row.get("exclusive"))

    def text(self, lang: str = "vi", form: str = "") -> str:
        low, high, over = self.low, self.high, "from" in self.exclusive
        if low == high:
            key = "corridor_one"
        elif high is None or (
            self.unit == "percent" and high >= 100 and (low or over) and "to" not in self.exclusive
        ):
            key = "corridor_over" if over else "corridor_least"
        elif low or over:
            key = "_".join(["corridor", *self.exclusive.split()])
        else:
            key = "corridor_under" if "to" in self.exclusive else "corridor_most"
        edges = {name: self._edge(edge).text(lang) for name, edge in (("low", low), ("high", high))}
        return say(f"unit_{self.unit}", lang, number=say(key, lang, **edges))

    def _edge(self, edge: float | None) -> Number:
        return Number(edge or 0, 0 if edge is None or edge == int(edge) else self.decimals)


# The label of a share in each form: where there are no schools, where all is clear, where some
# are unclear.
_SHARES = {
    "": ("share_none", "share", "share_unclear"),
    "plain": ("share_none", "share", "share"),
    "short": ("cell_none", "cell_share", "cell_share"),
    "bare": ("cell_none", "cell_share", "share_bare"),
    "counted": ("share_count", "share_counted", "share_counted"),
    "count": ("share_count", "share_count", "share_count"),
    "total": ("share_total", "share_total", "share_total"),
    "percent": ("cell_none", "share_percent", "share_percent"),
}


@dataclass(frozen=True, repr=False)
class Share(Quantity):
    """So many of so many; of `unclear` ones it cannot be told whether they count, and the share
    lies between `low` and `high` percent, whatever turns out. Without these it is certain.
    `decimals`: those of its percentage.

    In full "6/10 (60,0%; chưa rõ 4)", plain "6/10 (60,0%)", short "6/10", bare "6/10 (chưa rõ 4)",
    counted "6 (60,0%)"; and count, total and percent alone, for labels with words between them.
    """

    count: int
    total: int
    unclear: int = 0
    low: float | None = None
    high: float | None = None
    decimals: int | None = None

    def text(self, lang: str = "vi", form: str = "") -> str:
        none, clear, unclear = _SHARES["count" if form == "counted" and not self.count else form]
        return say(
            none if not self.total else unclear if self.unclear else clear,
            lang,
            count=Number(self.count),
            total=Number(self.total),
            percent=Percent(self.percent, self.decimals),
            unclear=self.unclear,
        )

    @property
    def percent(self) -> Fraction:
        """The exact share in percent; 0 where there are no schools."""
        return Fraction(100 * self.count, self.total) if self.total else Fraction(0)

    @property
    def certain(self) -> bool:
        """Whether the share is this one, whatever turns out."""
        low, high = self.ends
        return low == high

    @property
    def rest(self) -> int:
        """The others, of which it is clear that they do not count."""
        return self.total - self.count - self.unclear

    def way_to(self, now: Share) -> str:
        """How the share changed: rose, fell, same; "" where that cannot be told."""
        if not self.total or not now.total:
            return ""
        (low, high), (least, most) = self.ends, now.ends
        if least > high:
            return "rose"
        if most < low:
            return "fell"
        return "same" if low == high == least == most else ""

    def is_moved_by_total(self, now: Share) -> bool:
        """Whether the number of schools n changed, by more than the number k that count did, or
        with the share as it was: up from 22/35 to 4/6, or still 35/35 and 6/6."""
        if not self.total or not now.total or self.total == now.total:
            return False
        more = abs(now.total - self.total) > abs(now.count - self.count)
        return more or now.percent == self.percent

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest share there can be, in percent: each divided once, so that
        equal shares are equal numbers."""
        if self.low is None or self.high is None:
            return float(self.percent), float(self.percent)
        return self.low, self.high
