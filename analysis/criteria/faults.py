"""What cannot be right in data by criterion: every kind of fault in one message."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.reference import Quantity, SuiteError, say

_SHOWN = 3


class Faults(Quantity):
    """Kinds of faults, how often each occurs and where it stands first; written in the language in
    which the message is read."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, list[str]]] = {}

    def add(self, key: str, examples: Sequence[str], count: int = 1) -> None:
        """So many faults of a kind, with places for the reader to look at."""
        before, shown = self.found.get(key, (0, []))
        self.found[key] = before + count, [*shown, *examples][:_SHOWN]

    def text(self, lang: str = "vi", form: str = "") -> str:
        return "; ".join(
            say(key, lang, count=count, example="; ".join(examples))
            for key, (count, examples) in self.found.items()
        )

    def stop(self) -> None:
        """Name them all, if there is any."""
        if self.found:
            count = sum(count for count, _ in self.found.values())
            raise SuiteError("criteria_faults", listed=self, count=count)
