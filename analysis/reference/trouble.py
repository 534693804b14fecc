"""What is raised when the suite cannot go on, in words for the analyst."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.reference.labels import language_of_notebook, say


class SuiteError(Exception):
    """A reason to stop, kept as a message key and its facts so that it reads in either language.

    >>> try:
    ...     load_year("1999-2000")
    ... except SuiteError as error:
    ...     print(error.text("en").partition(".")[0])
    There is no school year '1999-2000'
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts
        self._told = False

    def text(self, lang: str = "vi") -> str:
        """Cause and next step."""
        return say(self.key, lang, **self.facts)

    def __str__(self) -> str:
        return self.text()

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: cause and next step; asked again (%tb), where it happened too."""
        if self._told:
            import traceback  # for this alone: help should be quick

            return traceback.format_exception(self)
        self._told, lang = True, language_of_notebook()
        return [self.text(lang), "", say("error_details", lang)]


class InputError(SuiteError):
    """A file, sheet or cell that cannot be trusted; nothing is used from it."""

    def __init__(self, key: str, *, file: str, sheet: str = "", cell: str = "", **facts: object):
        super().__init__(key, file=file, sheet=sheet, cell=cell, **facts)
        self.file, self.sheet, self.cell = file, sheet, cell


class FaultsError(SuiteError):
    """Everything that is wrong with a table, in one message: each fault has its line and words."""

    def __init__(self, key: str, faults: Sequence[tuple[str, dict[str, object]]], **facts: object):
        super().__init__(key, **facts)
        self.faults = tuple(faults)

    def text(self, lang: str = "vi") -> str:
        """The table, then one line for each fault."""
        lines = [say(key, lang, **facts) for key, facts in self.faults]
        return "\n".join([say(self.key, lang, **self.facts, count=len(lines)), *lines])
