"""The careful reader of shared texts: each as one text, without the letters that only say how to
speak it, and with its runs where parts of it have a font of their own."""

from __future__ import annotations

import re

from analysis.raw.open_xml.parts import STRICT_TRUE
from analysis.raw.runs import RichText, Run

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class StringReader:
    """Collects the shared texts while their part is walked; how to speak them is left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.pieces: list[str] = []
        self.runs = RunReader()
        self.in_phonetic = False

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        if tag == "si":
            self.pieces.clear()
            self.runs = RunReader()
        elif tag == "rPh":
            self.in_phonetic = True
        else:
            self.runs.start(tag, a)

    def end(self, tag: str, text: str) -> None:
        """An element ends."""
        if tag == "t" and not self.in_phonetic:
            self.pieces.append(text)
            self.runs.add(text)
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "si":
            self.strings.append(self.runs.text("".join(self.pieces)))


class RunReader:
    """The runs of one text, each with what its own font says."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.is_rich = False
        self.struck: bool | None = None
        self.at = ""

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        if tag == "r":
            self.is_rich, self.struck, self.at = True, None, ""
        elif tag == "rPr":
            self.struck = False
        elif tag == "strike":
            self.struck = a.get("val", "1") in STRICT_TRUE
        elif tag == "vertAlign":
            self.at = a.get("val", "").replace("baseline", "")

    def add(self, text: str) -> None:
        """A piece of the text."""
        self.runs.append(Run(unescape(text), self.struck, self.at))

    def text(self, written: str) -> str:
        """The whole text, with its runs where it has any."""
        text = unescape(written)
        if not self.is_rich or "".join(run.text for run in self.runs) != text:
            return text
        return RichText(text, self.runs)


def unescape(text: str) -> str:
    """The sign "_x000D_" stands for a character that XML cannot hold. Halves of a pair of code
    units are joined; a lone one, which no text can hold, is replaced."""
    if "_x" not in text:
        return text
    found = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
