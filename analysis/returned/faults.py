"""What is wrong in a workbook, in words for its sender: where, what stands there, why, what to do.

The words are those of the findings. Their templates begin with the place, then comes the cause as
one sentence, then what to do; here the place has columns of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from analysis.clean import Finding
from analysis.raw import Remark
from analysis.reference import read_rules, say, sentence
from analysis.returned.styles import FAULT, WARNING

# A cell in doubt is to be mended just as one that keeps its row out.
# A sender's own comments stand in the workbook already.
_SEEN = {"comment_on_cell"}
_KINDS = {"set_aside": FAULT, "doubt": FAULT, "warning": WARNING}
_LONGEST = 200


@dataclass(frozen=True)
class Fault:
    """One fault, or something to be looked at again (`kind`). `cell` is "" for a whole sheet.

    `aside`: its row is not counted; else the school counts in every figure that does not need the
    cell.
    """

    kind: str
    sheet: str
    row: int
    cell: str
    value: str
    cause: str
    remedy: str
    aside: bool = False

    @property
    def note(self) -> str:
        """What the note on its cell says."""
        return "\n".join(filter(None, (self.cause, self.remedy)))


def faults_by_file(
    findings: Iterable[Finding], remarks: Iterable[Remark], lang: str
) -> dict[str, list[Fault]]:
    """The faults of each file, and what should be looked at again."""
    found: dict[str, list[Fault]] = defaultdict(list)
    for finding in findings:
        if finding.outcome in _KINDS and finding.rule not in _SEEN:
            found[finding.file].append(_of_finding(finding, lang))
    for remark in remarks:
        found[str(remark.facts.get("file", ""))].append(_of_remark(remark, lang))
    return found


def _of_finding(finding: Finding, lang: str) -> Fault:
    """Where no cell is named the whole row is meant, and its first cell stands for it."""
    names = ("file", "sheet", "row", "cell", "source_value", "clean_value")
    facts = finding.facts | {name: getattr(finding, name) for name in names}
    cause, remedy = _in_words(finding.rule, lang, facts)
    if heading := _heading(finding.column, lang):
        cause = say("returned_cause", lang, heading=heading, cause=cause)
    return Fault(
        _KINDS[finding.outcome],
        finding.sheet,
        finding.row,
        finding.cell or f"A{finding.row}",
        _short(finding.source_value) or say("returned_blank", lang),
        sentence(cause),
        " ".join(filter(None, (remedy, _hint(finding.rule, lang)))),
        aside=finding.outcome == "set_aside",
    )


@cache
def _hint(rule: str, lang: str) -> str:
    """What must be done beside writing the right value, where a rule has such a hint."""
    try:
        return say(f"returned_hint_{rule}", lang)
    except KeyError:
        return ""


@cache
def _heading(name: str, lang: str) -> str:
    """The heading that a column should have, "" where it is none of a list of schools."""
    column = read_rules().columns.get(name)
    return "" if column is None else column.heading_en if lang == "en" else column.heading


def _of_remark(remark: Remark, lang: str) -> Fault:
    facts = remark.facts
    cause, remedy = _in_words(remark.key, lang, facts)
    cell, row = str(facts.get("cell", "")), facts.get("row", 0)
    number = "".join(c for c in cell.partition(",")[0] if c.isdigit())
    place = int(number or row) if isinstance(row, int) else 0
    value, sheet = str(facts.get("theirs", "")), str(facts.get("sheet", ""))
    return Fault(WARNING, sheet, place, cell, value, sentence(cause), remedy)


def _in_words(key: str, lang: str, facts: Mapping[str, object]) -> tuple[str, str]:
    short = {k: _short(v) if isinstance(v, str) else v for k, v in facts.items()}
    cause, remedy = _halves(key, lang, tuple(short))
    return cause.format(**short), remedy.format(**short)


@cache
def _halves(key: str, lang: str, names: tuple[str, ...]) -> tuple[str, str]:
    """The templates of cause and remedy. They are parted before they are filled in, for a value
    may hold any sign."""
    template = say(key, lang, **{name: f"{{{name}}}" for name in names})
    place, colon, rest = template.partition(": ")
    text = rest if colon and "{file}" in place else template
    cause, stop, remedy = text.partition(". ")
    return cause + stop.strip(), remedy


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
