"""The careful reader of shared texts: each as one text, without the letters that only say how to
speak it."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class StringReader:
    """Collects the shared texts while their part is walked; how to speak them is left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.pieces: list[str] = []
        self.in_phonetic = False

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        if tag == "si":
            self.pieces.clear()
        elif tag == "rPh":
            self.in_phonetic = True

    def end(self, tag: str, text: str) -> None:
        """An element ends."""
        if tag == "t" and not self.in_phonetic:
            self.pieces.append(text)
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "si":
            self.strings.append(unescape("".join(self.pieces)))


def unescape(text: str) -> str:
    """The sign "_x000D_" stands for a character that XML cannot hold. Halves of a pair of code
    units are joined; a lone one, which no text can hold, is replaced."""
    if "_x" not in text:
        return text
    found = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
