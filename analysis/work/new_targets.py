"""`accreditation new-targets`: a draft of a target set, from a few answers or from a table."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from analysis.charts.words import Words
from analysis.reference import (
    SCHEMES,
    Reference,
    Rules,
    SuiteError,
    bare,
    fold,
    read_reference,
    read_targets,
    regime_on,
    say,
    slug,
    tidy,
)
from analysis.work.sources import asked_day

A = TypeVar("A")
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_EDGES = re.compile(
    rf"{_NUMBER}\s*%?(?:\s*(?:-|–|đến|to)\s*(?:(?:dưới|under|<)\s*)?{_NUMBER}\s*%?)?"
)
_AT_MOST = re.compile(r"≤|<|không (?:quá|vượt|trên|hơn)|tối đa|at most|dưới|under|below|less than")
# Said of an end that is not itself enough, before the number or behind it in brackets.
_OVER = re.compile(
    r"(?<!không )(?:trên|hơn|vượt|>|over|more than) *\d|\d *%? *\((?:trên|hơn|over)\)"
)
_UNDER = re.compile(r"(?<!không )(?:dưới|<|under|below|less than) *\d|\d *%? *\((?:dưới|under)\)")
_NOT_UNDER = re.compile(r"không (?:dưới|ít hơn)|not less than|≥|>=")
_SCHOOLS = re.compile(r"trường|school")
_LEVEL = re.compile(r"(?:cấp độ|mức độ|mức|level|cqg|kđclgd|kdclgd|(?<!\s))\s*+(>?=?)\s*+([1-4])\b")
_SCHEME = {"cqg": re.compile(r"cqg|chuẩn quốc gia"), "kdclgd": re.compile(r"k[đd]clgd|kiểm định")}
# The headings of a table of targets.
_COLUMNS = {
    "what": ("chỉ tiêu", "nội dung", "loại", "indicator", "measure", "target", "scheme"),
    "level": ("cấp độ", "mức độ", "level"),
    "education_level": ("cấp học", "education_level", "education level", "phase"),
    "low": ("từ", "tỷ lệ", "giá trị", "from", "from_percent", "target_low_pct", "value"),
    "high": ("đến", "to", "to_percent", "target_high_pct"),
    "unit": ("đơn vị", "unit"),
}


class Draft(NamedTuple):
    """A target as it was told: what is counted, of which schools, and the edges of it."""

    scheme: str
    level: int
    reading: str
    education_levels: tuple[str, ...]
    edges: Mapping[str, float]
    quote: str


def new_targets(options: argparse.Namespace) -> int:
    """Write data/targets/NAME.toml; what of a table was not understood stands in it as a remark."""
    lang, reference = options.lang, read_reference(options.home)
    answers = Answers(options, lang)
    title = answers.text("title", "document", None)
    name = options.name or slug(title)
    if options.table:
        drafts, unread = drafts_of(Path(options.table), reference.rules)
    else:
        drafts, unread = asked_drafts(answers, reference.rules), []
    day = answers.day("deadline", period_end(dt.date.today()))
    path = write_targets(reference, name, title, day, drafts, unread, lang)
    print(say("targets_drafted", lang, count=len(drafts), unread=len(unread), file=path))
    print(say("targets_next", lang, name=name))
    return 0


class Answers:
    """What is asked for: as an option has it, else from the keyboard; without one the usual."""

    def __init__(self, options: argparse.Namespace, lang: str) -> None:
        self._options, self._lang = options, lang

    def text(self, name: str, option: str, usual: str | None = "") -> str:
        """An answer; "" where there is none. `usual` None: there has to be one."""
        given = getattr(self._options, option, None)
        if given is None:
            try:
                given = input(say(f"ask_{name}", self._lang, usual=usual or "")).strip()
            except EOFError:
                given = ""
        if usual is None and not given:
            raise SuiteError("answer_missing", option=f"--{option.replace('_', '-')}")
        return given or usual or ""

    def day(self, option: str, usual: dt.date) -> dt.date:
        """A day, as 2025-05-31 or 31/05/2025."""
        return self.read(option, usual.isoformat(), asked_day)

    def read(self, option: str, usual: str, how: Callable[[str], A]) -> A:
        """What an answer says; who answers from a keyboard is asked again where it says nothing."""
        while True:
            try:
                return how(self.text(option, option, usual))
            except SuiteError as error:
                if getattr(self._options, option, None) is not None or not sys.stdin.isatty():
                    raise
                print(error.text(self._lang))


def asked_drafts(answers: Answers, rules: Rules) -> list[Draft]:
    """One target for each scheme of which a share or a number is told: "80-90%", "30 trường"."""

    def edges(given: str) -> dict[str, float]:
        found = read_edges(given)
        if given and found is None:
            raise SuiteError("answer_no_target", value=given)
        return found or {}

    told = {scheme: answers.read(scheme, "", edges) for scheme in SCHEMES}
    return [Draft(scheme, 1, "at_least", (), own, "") for scheme, own in told.items() if own]


def read_edges(text: str, high: str = "", unit: str = "") -> dict[str, float] | None:
    """What is wanted, as the keys of a target file; None where no number says it."""
    words = _words(f"{text} {unit}")
    if not (found := _EDGES.search(words)):
        return None
    behind = _EDGES.search(high)
    given = [edge for edge in (found[1], found[2] or (behind and behind[1])) if edge]
    low, *more = (float(edge.replace(",", ".")) for edge in given)
    most = more[0] if more and more[0] != low else None
    over, under = bool(_OVER.search(words)), bool(_UNDER.search(words))
    if most is None and _AT_MOST.search(words) and not _NOT_UNDER.search(words):
        low, most = 0, low
    if _SCHOOLS.search(words):
        most = most - 1 if most is not None and under else most
        schools = {"from_schools": low + over, "to_schools": most}
        return {end: number for end, number in schools.items() if number is not None}
    decimals = max(
        len(re.split("[.,]", edge)[1]) if re.search("[.,]", edge) else 0 for edge in given
    )
    ends = "over_percent" if over else "from_percent", "under_percent" if under else "to_percent"
    return {
        **dict(zip(ends, (low, 100 if most is None else most), strict=True)),
        "decimals": decimals,
    }


def _words(text: str) -> str:
    return tidy(text).casefold()


def drafts_of(path: Path, rules: Rules) -> tuple[list[Draft], list[str]]:
    """The targets of a table (csv, xlsx ...), and the rows that are about something else."""
    from analysis.workbooks import open_book  # loads what opens workbooks

    drafts: list[Draft] = []
    unread: list[str] = []
    names = {fold(word): column for column, words in _COLUMNS.items() for word in words}
    for sheet in open_book(path).sheets:
        columns: dict[int, str] = {}
        for row in sheet.rows:
            cells = ["" if cell is None else str(cell).strip() for cell in row]
            found = {i: names[fold(cell)] for i, cell in enumerate(cells) if fold(cell) in names}
            if not columns and {"what", "low"} <= {*found.values()}:
                columns = found
            elif columns and any(cells):
                told = {name: cells[i] for i, name in columns.items() if i < len(cells)}
                draft = _draft(told, rules)
                drafts += [draft] if draft else []
                unread += [] if draft else ["; ".join(filter(None, cells))]
    if not drafts:
        raise SuiteError("targets_no_table", file=path.name, columns="Chỉ tiêu, Cấp học, Từ, Đến")
    return drafts, unread


def _draft(told: Mapping[str, str], rules: Rules) -> Draft | None:
    what = _words(told["what"])
    schemes = [scheme for scheme, words in _SCHEME.items() if words.search(what)]
    edges = read_edges(told["low"], told.get("high", ""), told.get("unit", ""))
    asked = _LEVEL.search(_words(told.get("level", ""))) or _LEVEL.search(what)
    level = int(asked[2]) if asked else 1
    levels = _education_levels(told.get("education_level", ""), rules)
    if (
        len(schemes) != 1
        or edges is None
        or levels is None
        or level not in rules.levels(schemes[0])
    ):
        return None
    reading = "exact" if asked and asked[1] == "=" else "at_least"
    return Draft(schemes[0], level, reading, levels, edges, told["what"])


def _education_levels(text: str, rules: Rules) -> tuple[str, ...] | None:
    """The levels a row is about: none where it is about all; None where a word is not known."""
    words = re.search(r"\(([^)]{0,200})\)", text)
    parts = re.split(r"[,;+]", words[1] if words and words[1] else text)
    known = rules.spellings["education_level"]
    if not text or _words(text).startswith(("all", "tất cả", "chung")):
        return ()
    levels = rules.regulations["education_levels"]
    for name, spelled in levels["spelled"].items():
        if bare(text.partition("(")[0]) in {*map(bare, spelled)}:
            return tuple(levels["together"][name])
    found = [known.get(bare(part), "") for part in parts]
    return tuple(found) if all(found) else None


def period_end(day: dt.date) -> dt.date:
    """The last day of the five years a day lies in: plans of the state end with 2025, 2030."""
    return dt.date(-(-day.year // 5) * 5, 12, 31)


def write_targets(
    reference: Reference,
    name: str,
    title: str,
    deadline: dt.date,
    drafts: Iterable[Draft],
    unread: Iterable[str],
    lang: str,
) -> str:
    """Write the file of a target set, and read it as every command will; gives its place."""
    path = reference.home / "data" / "targets" / f"{name}.toml"
    if path.exists():
        raise SuiteError("targets_exist", file=f"data/targets/{path.name}")
    regime = regime_on(deadline, reference.rules)
    facts: dict[str, Any] = {"id": name, "title": title, "regime": regime.ladder}
    facts |= {"regime_vi": regime.vi, "regime_en": regime.en}
    first, last = deadline.year - 5, deadline.year - 1
    facts |= {"period_from": f"{first}-{first + 1}", "period_to": f"{last}-{last + 1}"}
    told = {key: json.dumps(value, ensure_ascii=False) for key, value in facts.items()}
    parts = [_part_text(number, draft, lang) for number, draft in enumerate(drafts, 1)]
    remarks = "".join(f"# {say('draft_unread', lang)}: {tidy(line)}\n" for line in unread)
    text = say("draft_head", lang, deadline=deadline, **told) + "".join(parts) + remarks
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if parts else f"{text}target = []\n", encoding="utf-8", newline="\n")
    read_targets(path)
    return f"data/targets/{path.name}"


def _levels_text(levels: Sequence[str], lang: str) -> str:
    several = Words(lang).levels(",".join(levels)) if levels[1:] else ""
    return "".join(f", {several or say(f'level_{level}', lang)}" for level in levels[:1])


def _part_text(number: int, draft: Draft, lang: str) -> str:
    label = {
        name: say(f"draft_label_{draft.scheme}_{draft.reading}", name, level=draft.level)
        + _levels_text(draft.education_levels, name)
        for name in ("vi", "en")
    }
    facts: dict[str, Any] = {"id": f"{draft.scheme[0].upper()}{number}", "scheme": draft.scheme}
    facts |= {"reading": draft.reading, "quote": draft.quote or label["vi"]}
    facts |= {f"label_{name}": text for name, text in label.items()}
    facts |= {"base": "eligible" if draft.scheme == "kdclgd" else "all"}
    facts |= {"education_levels": list(draft.education_levels)}
    told = {key: json.dumps(value, ensure_ascii=False) for key, value in facts.items()}
    given = {key: int(v) if v == int(v) else v for key, v in draft.edges.items()}
    edges = "".join(f"{key} = {value}\n" for key, value in given.items())
    levels = (
        f"education_levels = {told.pop('education_levels')}\n" if draft.education_levels else ""
    )
    return say("draft_part", lang, number=number, level=draft.level, edges=edges + levels, **told)
