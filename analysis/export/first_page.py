"""The first page of a published folder: the year in short, and the way to everything else in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from analysis.export.checking import SECOND_COUNT
from analysis.export.places import (
    CHARTS,
    FIRST_PAGE,
    LETTER,
    NOTICE,
    NUMBERS,
    REPORT,
    SHEETS,
    WORKBOOK,
    file_beside,
    sheets_beside,
    write_whole,
)
from analysis.export.report import Html, export_report
from analysis.export.safe_text import printable
from analysis.export.shown import show_table
from analysis.export.summary import Summary
from analysis.export.versions import kept_versions
from analysis.reference import Number, say

_MOST_CHARTS, _MOST_ROWS = 3, 20
_FURTHER, _BEHIND = '<div id="further">', "</div>"  # between them: what is made later
_TOP = {
    f"{NOTICE}.html": "first_notice",
    REPORT: "first_report",
    LETTER: "first_letter",
    WORKBOOK: "first_workbook",
    ".pptx": "first_deck",
}


def write_first_page(
    folder: Path,
    summary: Summary,
    pages: Mapping[str, str],
    tables: Mapping[str, str],
    published: Path,
) -> Path:
    """Write `index.html` into a folder that has everything else. `pages`: the titles of its pages
    by their file; `tables`: those of its tables by the name of their file; `published`: where the
    folder will stand, beside the sheets."""
    lang, leading = summary.lang, [*summary.leading.values()]
    ways = [linked(_top(folder, pages, lang)), _further(folder, published, lang)]
    more = say("first_more", lang, year=summary.about.school_year)
    others = [chart for chart in summary.charts if chart not in leading]
    sections = [
        (summary.title, [summary, *ways, more]),
        (say("first_charts", lang), [*leading, *others][:_MOST_CHARTS]),
        *(
            (heading, show_table(table, most=_MOST_ROWS))
            for heading, table in summary.tables.items()
        ),
        (say("first_all_charts", lang), linked(_charts(folder, summary))),
        (say("first_all_tables", lang), linked(_tables(folder, tables, lang))),
        (say("first_versions", lang), linked(_versions(folder, lang))),
    ]
    place = folder / FIRST_PAGE
    return export_report(place, sections, about=summary.about, lang=lang, contents=False)


def linked(items: Iterator[tuple[str, Sequence[str]]]) -> Html:
    """A list of words that lead to a file, each with further forms of the same behind it."""
    lines = []
    for words, (first, *more) in items:
        forms = [f' · <a href="{escape(f)}">{Path(f).suffix[1:].upper()}</a>' for f in more]
        link = f'<a href="{escape(first)}">{escape(printable(words))}</a>'
        lines.append(f"<li>{link}{''.join(forms)}</li>")
    return Html(f"<ul>{''.join(lines)}</ul>")


def add_further_links(folder: Path, published: Path, lang: str) -> None:
    """Let a first page that is there lead to what was made after it."""
    page = folder / FIRST_PAGE
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    before, there, after = text.partition(_FURTHER)
    if there:
        after = after.partition(_BEHIND)[2]
        write_whole(page, f"{before}{_further(folder, published, lang)}{after}".encode())


def _further(folder: Path, published: Path, lang: str) -> Html:
    """The way to the report as PDF and to the sheets, where they are there."""
    pdf = (folder / LETTER).with_suffix(".pdf")
    ways = [(say("first_pdf", lang), [pdf.name])] if pdf.exists() else []
    for by in SHEETS:
        page = sheets_beside(published, by) / FIRST_PAGE
        if page.exists():
            ways.append((say(f"sheets_by_{by}", lang), [f"../{page.parent.name}/{FIRST_PAGE}"]))
    return Html(f"{_FURTHER}{linked(iter(ways)) if ways else ''}{_BEHIND}")


def _top(folder: Path, pages: Mapping[str, str], lang: str) -> Iterator[tuple[str, Sequence[str]]]:
    """What stands at the top of the folder: report, workbook, slides, then the pages."""
    for name, key in _TOP.items():
        for path in sorted(folder.glob(name if Path(name).suffix else f"*{name}")):
            beside = [path.with_suffix(".csv")] if path.stem == NOTICE else []
            yield say(key, lang), [path.name, *(p.name for p in beside)]
    yield from ((title, [name]) for name, title in pages.items())


def _charts(folder: Path, summary: Summary) -> Iterator[tuple[str, Sequence[str]]]:
    """Every chart: its picture in both forms, and its numbers."""
    told = {chart.name: chart.headline for chart in summary.charts}
    pictures = {path.stem: path for path in sorted(folder.glob(f"{CHARTS}/*.png"))}
    for name in [*(n for n in told if n in pictures), *(n for n in pictures if n not in told)]:
        files = [pictures[name], *(file_beside(pictures[name], s) for s in (".svg", ".csv"))]
        there = [file.relative_to(folder).as_posix() for file in files if file.exists()]
        yield told.get(name, name), there


def _tables(
    folder: Path, tables: Mapping[str, str], lang: str
) -> Iterator[tuple[str, Sequence[str]]]:
    """Every table, and the script that counts them again."""
    for path in sorted(folder.glob(f"{NUMBERS}/*.csv")):
        if path.stem in tables:
            yield tables[path.stem], [path.relative_to(folder).as_posix()]
    if (folder / SECOND_COUNT.name).exists():
        yield say("first_count_again", lang, file=SECOND_COUNT.name), [SECOND_COUNT.name]


def _versions(folder: Path, lang: str) -> Iterator[tuple[str, Sequence[str]]]:
    """The versions that were published, the newest first, each with its numbers."""
    versions = kept_versions(folder)
    for version, before in zip(reversed(versions), [*reversed(versions[:-1]), None], strict=True):
        count = Number(len(version.revisions))
        key = "first_version" if count.value else "first_version_same"
        facts = {"number": version.number, "before": before and before.number, "count": count}
        told = say(key if before else "first_version_one", lang, **facts)
        yield told, [version.path.relative_to(folder).as_posix()]
