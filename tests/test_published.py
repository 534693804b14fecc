"""What a run publishes, counted again: every number of the tables, the charts and the slides, and
every share in the pages, is that of `tests/recount.py`; and whoever counts the schools of a
published list by hand arrives at the published number."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pptx import Presentation

from analysis.charts import chart_gaps, chart_levels, chart_targets, foremost_groups, tell_targets
from analysis.cli import main
from analysis.compare import compare_to_targets
from analysis.measure import measure_levels
from analysis.notebook.runner import suite
from analysis.notebook.school_year import load_year
from analysis.reference import SCHEMES
from tests.recount import BASES, GROUPINGS, Recount, Selection, recount
from tests.test_recount import PARTS, YEARS, check_level, check_target, judged

PROJECT = Path(__file__).parents[1]
YEAR = "2024-2025"
pytestmark = [pytest.mark.slow, pytest.mark.truth]
GROUPS = {"MN": "Mầm non", "TH": "Tiểu học", "all": "Toàn ngành"}
STANDINGS = {"2": "độ 2", "1": "độ 1", "in_doubt": "Còn nghi vấn", "expired": "Hết hạn"}


@pytest.fixture(scope="module")
def counted() -> Recount:
    return recount(YEAR, PROJECT)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("office")
    for name in ("data", "notebooks"):
        shutil.copytree(PROJECT / name, home / name)
    assert main(["run", YEAR, "--home", str(home)]) == 0
    return home / "figures" / YEAR


def lines(path: Path) -> list[dict[Any, Any]]:
    return pd.read_csv(path, encoding="utf-8-sig").to_dict("records")


def chosen(row: dict[Any, Any]) -> Selection:
    by = row["by"] if isinstance(row["by"], str) else "education_level"
    return Selection(row["scheme"], row["base"], by, row["group"])


# --- The notebooks ---


@pytest.fixture(scope="module")
def notebooks(published: Path) -> dict[str, Any]:
    """The notebooks as they were executed."""
    found = sorted((published / "notebooks").glob("*.ipynb"))
    return {path.stem: nbformat.read(path, as_version=4) for path in found}


def outputs(notebook: Any, kind: str) -> list[str]:
    """What the cells of a notebook show, of one kind."""
    found = [o for c in notebook.cells for o in c.get("outputs", [])]
    return [o.data[kind] for o in found if kind in o.get("data", {})]


def test_every_notebook_runs_to_its_end_and_is_copied(notebooks: dict[str, Any]) -> None:
    assert list(notebooks) == [path.stem for path in suite(PROJECT / "notebooks")]
    for notebook in notebooks.values():
        cells = [c for c in notebook.cells if c.cell_type == "code"]
        assert [c.execution_count for c in cells] == [*range(1, len(cells) + 1)]
        assert not [o for c in cells for o in c.outputs if o.output_type in ("stream", "error")]


def test_every_chart_that_is_shown_is_saved_too(published: Path, notebooks: dict[str, Any]) -> None:
    source = "\n".join(c.source for notebook in notebooks.values() for c in notebook.cells)
    named = re.findall(r'(?:save|each)_chart\(\w+, f?"([^"]+)"[,)]', source)
    saved = {path.stem for path in (published / "bieu_do").glob("*.png")}
    for name in named:
        own = {n for n in saved if re.fullmatch(re.sub(r"\{\w*\}", "[a-z0-9-]+", name), n)}
        assert all((published / "bieu_do" / f"{n}.png").stat().st_size > 20_000 for n in own)
        assert all((published / "bieu_do" / f"{n}.svg").stat().st_size > 15_000 for n in own)
    assert len(saved) == 22


def test_the_sentences_are_those_of_the_package(notebooks: dict[str, Any]) -> None:
    year = load_year(YEAR, home=PROJECT)
    told = tell_targets(compare_to_targets(year.held, year.targets), about=year.about)
    shown = outputs(notebooks["03_so_sanh_chi_tieu"], "text/markdown")
    assert told._repr_markdown_() in shown
    assert "sau thời hạn" not in shown[0], "the targets are in force before their deadline"


# --- The numbers ---


def test_every_table_of_levels(counted: Recount, published: Path) -> None:
    tables = sorted(published.glob("so_lieu/*[_-]theo[_-]*.csv"))
    levels = [path for path in tables if "standing" in path.read_text("utf-8-sig").split("\n")[0]]
    assert len(levels) == 6 + 6
    for row in (row for path in levels for row in lines(path)):
        check_level(row, counted, chosen(row))


def test_every_table_of_targets(counted: Recount, published: Path) -> None:
    tables = ("so_voi_chi_tieu", "khoang_cach_theo_cap_hoc", "so-voi-chi-tieu")
    files = [published / "so_lieu" / f"{name}.csv" for name in tables]
    files += sorted(published.glob("so_lieu/khoang-cach-*.csv"))
    assert len(files) == 7
    for row in (row for path in files for row in lines(path)):
        check_target(row, counted, PARTS[row["target_id"]], chosen(row))


def test_the_letter_holds_the_numbers_of_the_tables(published: Path) -> None:
    """Read by python-docx: every table below a chart is that chart's CSV, cell by cell."""
    document = Document(str(published / "bao_cao.docx"))
    told = [(p, "".join(t.text or "" for t in p._p.iter(qn("w:t")))) for p in document.paragraphs]
    described = [
        (path.with_suffix(".csv"), json.loads(path.read_text("utf-8")))
        for path in sorted(published.glob("so_lieu/*.json"))
    ]
    saved = {about["headline"]: (about["kind"], path) for path, about in described}
    charts = dict(re.findall(r"^(Hình \d+)\. (.+)$", "\n".join(t for _, t in told), re.MULTILINE))
    kinds = Counter(saved[headline][0] for headline in charts.values())
    assert kinds == {"levels": 2, "targets": 1, "gaps": 4, "expiries": 1}
    checked = 0
    for table in document.tables:
        (title,) = table._tbl.xpath("./w:tblPr/w:tblCaption/@w:val") or [""]
        figure = title.removeprefix("Số liệu của ")
        if figure in charts and saved[charts[figure]][0] != "expiries":
            head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
            own = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
            for line in lines(saved[charts[figure]][1]):
                checked += check_letter(own, line)
    assert checked > 60
    (lacking,) = [
        t for t in document.tables if t._tbl.xpath("./w:tblPr/w:tblCaption/@w:val") == [LACKING]
    ]
    schools = {row["school_name"]: row for row in lines(published / "so_lieu" / "truong.csv")}
    for row in lacking.rows[1:]:
        name, unit, _, kdclgd, cqg = (cell.text for cell in row.cells)
        assert unit == schools[name]["unit"]
        held = [schools[name][f"{scheme}_standing"] for scheme in SCHEMES]
        for word, code in zip((kdclgd, cqg), held, strict=True):
            assert STANDINGS.get(str(code), word) in word, name
            assert str(code).isdecimal() == bool(re.search(r"\d$", word)), name


LACKING = "Chưa có chứng nhận còn hiệu lực, hoặc chưa rõ"


def check_letter(rows: dict[str, dict[str, str]], line: dict[Any, Any]) -> int:
    """Whether the row of a letter says what a line of the CSV says; how many cells that were."""
    share = f"{line['schools_percent']:.1f}".replace(".", ",")
    if "standing" in line:
        row = rows[GROUPS.get(line["group"], line["group"])]
        assert row["Tổng số trường (n)"] == str(line["schools_total"])
        if not line["schools_count"]:
            return 1
        told = f"{line['schools_count']} ({share}%)"
        assert told in row.values(), (told, row)
        words = [head for head, cell in row.items() if cell == told]
        code = str(line["standing"])
        assert not code.isdecimal() or any(head.endswith(f"độ {code}") for head in words)
        return 2
    whole = line["group"] == "all" and line["label_vi"] in rows
    row = rows[line["label_vi"] if whole else GROUPS.get(line["group"], line["group"])]
    assert row["Số trường (k)"] == str(line["schools_count"])
    assert row["Tổng số trường (n)"] == str(line["schools_total"])
    assert row["Tỷ lệ (%)"] == share
    gap = f"{abs(line['gap_points']):.1f}".replace(".", ",")
    assert row["Khoảng cách (điểm phần trăm)"].lstrip("+−") == gap
    return 4


def test_the_workbook_holds_the_numbers_of_the_tables(published: Path) -> None:
    book = load_workbook(published / "bang_so_lieu.xlsx", read_only=True)
    titles = {
        "KĐCLGD theo cấp học": "kdclgd_theo_education_level",
        "CQG theo xã phường": "cqg_theo_unit",
        "CQG theo loại hình": "cqg_theo_ownership",
        "So với chỉ tiêu": "so_voi_chi_tieu",
        "Khoảng cách theo cấp học": "khoang_cach_theo_cap_hoc",
    }
    for title, name in titles.items():
        page, sheet = [s for s in book if s.title.partition(". ")[2].startswith(title)]
        wanted = [numbers(row) for row in csv_rows(published / "so_lieu" / f"{name}.csv")]
        found = [numbers(row) for row in sheet.values]
        assert [row for row in found if row][-len(wanted) :] == wanted, title
        assert page.max_column < sheet.max_column, "what is printed is narrower"


def csv_rows(path: Path) -> list[list[str]]:
    codes = {"standing"}  # has a word in the workbook
    rows = csv_lines(path)
    return [[cell for name, cell in row.items() if name not in codes] for row in rows]


def numbers(row: Any) -> list[float]:
    """The counts and shares of a row."""
    told = [str(cell) for cell in row if not isinstance(cell, bool)]
    return [round(float(cell), 6) for cell in told if re.fullmatch(r"-?\d+(\.\d+)?", cell)]


def test_the_charts_of_the_slides(counted: Recount, published: Path) -> None:
    slides = Presentation(str(published / "trinh_chieu.pptx")).slides
    drawn = {s.name: s.chart for slide in slides for s in slide.shapes if s.has_chart}
    for scheme, base in (("kdclgd", "eligible"), ("cqg", "all")):
        chart = drawn[f"acc:{scheme}-theo-cap-hoc"]
        names = [str(name).split("\n")[0].split(":")[0] for name in chart.plots[0].categories]
        for series, (standing, words) in product(chart.plots[0].series, STANDINGS.items()):
            if not series.name.endswith(words):
                continue
            for group, name in GROUPS.items():
                wanted = counted.counts[Selection(scheme, base, "education_level", group)]
                assert series.values[names.index(name)] == wanted.standings[standing]
    series = [s for plot in drawn["acc:so-voi-chi-tieu"].plots for s in plot.series]
    (bars,) = [s for s in series if s.name == "Tỷ lệ trường (%)"]
    shares = [value for value in bars.values if value is not None]
    held = {result.part.id: result.tally for result in counted.results if result.group == "all"}
    wanted_shares = [Fraction(100 * t.schools_count, t.schools_total) for t in held.values()]
    assert sorted(shares) == pytest.approx(sorted(map(float, wanted_shares)))


def test_every_share_in_the_pages_is_one_that_was_counted(published: Path) -> None:
    """Of any of the years, as some charts look back; those of the days to come are the outlook's,
    which tests/test_outlook.py counts; the office states shares of its own."""
    known = {share for year in YEARS for share in shares_of(recount(year, PROJECT))}
    ahead = csv_lines(published / "so_lieu" / "trien-vong-chi-tieu.csv")
    known |= {(int(line["schools_count"]), int(line["schools_total"])) for line in ahead}
    told = [line["value_text"] for line in csv_lines(published / "so_lieu/chi_tieu_co_quan.csv")]
    known |= {(int(k), int(n)) for k, n in re.findall(r"(\d+)/(\d+)", " ".join(told))}
    pages = [*published.glob("*.html"), *published.glob("bieu_do/*.txt")]
    seen: Counter[str] = Counter()
    for page in pages:
        words = re.sub(r"data:[^\"']*|<[^>]*>", " ", page.read_text(encoding="utf-8"))
        for k, n, share in re.findall(r"(\d+)/(\d+)(?: trường[^();,.]*)? \((\d+(?:,\d)?)%",
                                      html.unescape(words)):  # fmt: skip
            seen[page.name] += 1
            assert (int(k), int(n)) in known, (page.name, k, n)
            right = Fraction(100 * int(k), int(n))
            assert abs(Fraction(share.replace(",", ".")) - right) <= Fraction(1, 20), page.name
    assert seen["bao_cao.html"] > 40 and len(seen) > 15


def shares_of(counted: Recount) -> Iterator[tuple[int, int]]:
    for own in counted.counts.values():
        total = own.levels["exact", 1].schools_total
        yield from ((number, total) for number in own.standings.values())
        yield from ((t.schools_count, t.schools_total) for t in own.levels.values())


@pytest.mark.parametrize("year", YEARS)
def test_whoever_counts_the_list_of_check_arrives_at_its_numbers(year: str, tmp_path: Path) -> None:
    asked = ["check", str(PROJECT / "data" / "raw" / year), "--school-year", year]
    assert main([*asked, "--home", str(PROJECT), "--csv", str(tmp_path)]) == 0
    schools, levels = (csv_lines(tmp_path / f"{name}.csv") for name in ("schools", "levels"))
    assert {line["base"] for line in levels} <= {*BASES}
    for line in levels:
        own = [s for s in schools if not s["scope_reason"]]
        own = [s for s in own if line["group"] in ("all", s["education_level"])]
        if line["base"] == "eligible":
            own = [s for s in own if s["eligible"] != "no"]
        there = [s for s in own if s[f"{line['scheme']}_standing"] == line["standing"]]
        told = (int(line["schools_count"]), int(line["schools_total"]))
        assert (len(there), len(own)) == told, line


def csv_lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("year", YEARS)
def test_every_headline_of_the_example(year: str, lang: str) -> None:
    """Its shares were counted; and it says that a target is met or not, or how many schools are
    lacking, only where a verdict of the second count does."""
    own, loaded = recount(year, PROJECT), load_year(year, home=PROJECT, lang=lang)
    known = {*shares_of(own)}
    how: Any = {"about": loaded.about, "lang": lang}
    levels = [measure_levels(loaded.held, scheme=s, by=by) for s in SCHEMES for by in GROUPINGS]
    told = [(chart_levels(foremost_groups(table), **how).headline, {"met"}) for table in levels]
    verdicts = {part.id: of_part(own, part.id) for part in PARTS.values()}
    gaps = compare_to_targets(loaded.held, loaded.targets, by="education_level")
    for name, of_groups in verdicts.items():
        rows = gaps[gaps["target_id"].eq(name)]
        told.append((chart_gaps(rows, **how).headline, {*of_groups.values()}))
    totals = {of_groups["all"] for of_groups in verdicts.values()}
    whole = compare_to_targets(loaded.held, loaded.targets)
    told.append((chart_targets(whole, **how).headline, totals))
    concluded = re.compile(r"đạt chỉ tiêu|chưa đạt|thiếu|below t|short|\bmet\b")
    for headline, found in told:
        for k, n in re.findall(r"(\d+)/(\d+)", headline):
            assert (int(k), int(n)) in known, headline
        if not found - {"open", "reference"}:
            assert not concluded.search(headline), headline


def of_part(own: Recount, name: str) -> dict[str, str]:
    """The verdict of each education level on a target, and of all schools."""
    part = PARTS[name]
    chosen_ = [s for s in own.counts if s[:3] == (part.scheme, part.base, "education_level")]
    return {s.group: judged(own, part, s).verdict for s in chosen_}
