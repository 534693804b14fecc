"""What an analyst meets inside a notebook: choices, displays, errors, completion."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import analysis
from analysis import SuiteError, compare_to_targets, load_year, measure_levels, show_table
from analysis.notebook.choices import Choices, chosen
from analysis.notebook.display import table_html
from analysis.notebook.lab import write_copies
from analysis.notebook.runner import suite
from analysis.notebook.runner.parameters import declared
from analysis.notebook.school_year import SchoolYear
from analysis.reference import read_reference, say
from tests.frames import held, school

ROOT = Path(__file__).parents[1]
YEAR = "2024-2025"


@pytest.fixture(scope="module")
def year() -> SchoolYear:
    return load_year(YEAR, home=ROOT)


@pytest.fixture
def shell() -> Any:
    shell = InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("word", ["TH", "th", "Tiểu học", "tiểu  học", "TIỂU HỌC"])
def test_an_education_level_is_understood_by_code_and_name(year: SchoolYear, word: str) -> None:
    assert set(year.narrow(education_level=word).identified["education_level"]) == {"TH"}


@pytest.mark.parametrize("word", ["Phường Hương Chữ", "phường hương chữ", "Hương Chữ"])
def test_a_ward_is_understood_as_it_is_spoken_of(year: SchoolYear, word: str) -> None:
    assert set(year.narrow(unit=word).identified["unit"]) == {"Phường Hương Chữ"}


@pytest.mark.parametrize(
    ("wrong", "wanted"),
    [
        ({"education_level": "THSC"}, "Có phải ý là 'THCS'? Có thể chọn: MN, TH, TH&THCS, THCS"),
        ({"unit": "Hương Chử"}, "Có phải ý là 'Phường Hương Chữ'?"),
        ({"ownership": "tư"}, "Có thể chọn: CL, NCL"),
        ({"base": "elegible"}, "Có phải ý là 'eligible'? Có thể chọn: eligible, evaluated, all"),
        ({"reading": "at least"}, "Có phải ý là 'at_least'? Có thể chọn: exact, at_least"),
        ({"education_level": "THCS", "ownership": "NCL"}, "Không có trường nào trong phạm vi tính"),
    ],
)
def test_a_wrong_choice_is_answered(year: SchoolYear, wrong: dict[str, str], wanted: str) -> None:
    with pytest.raises(SuiteError) as error:
        year.narrow(**wrong)
    assert wanted in str(error.value)


def test_a_wrong_year_or_language_is_answered() -> None:
    with pytest.raises(SuiteError, match=r"Có phải ý bạn là '2024-2025'"):
        load_year("2024-25", home=ROOT)
    with pytest.raises(SuiteError, match="vi, en"):
        load_year(YEAR, home=ROOT, lang="vn")


def test_what_is_chosen_is_said_and_what_came_in_stays_whole(year: SchoolYear) -> None:
    part = year.narrow(education_level="TH", unit="Hương Toàn", base="all", reading="at_least")
    assert part.about.note("vi") == "Chỉ gồm các trường: Tiểu học; Xã Hương Toàn"
    assert part.about.note("en").startswith("Only the schools: ")
    assert {(p.base, p.reading) for p in part.targets.parts} == {("all", "at_least")}
    assert "đọc theo lựa chọn" in part.targets.title("vi")
    assert part.ledger.equals(year.ledger) and len(part.issues) == len(year.issues)
    assert year.narrow().targets is year.targets
    twice = year.narrow(education_level="TH").narrow(unit="Hương Toàn")
    assert twice.choices == part.choices and len(twice.schools) == len(part.schools)


def test_what_may_belong_to_the_part_chosen_stays_and_is_unclear() -> None:
    """A school whose ward is in doubt, and a row of which nobody knows whose it is."""
    rows = held(
        school(school_id="own", unit="Xã A"),
        school(school_id="other", unit="Xã B"),
        school(school_id="blank", unit=""),
        school(school_id="doubt", unit="Xã B", doubts="kdclgd_level unit"),
        school(school_id="closed", unit="", in_scope=False),
        school(school_id="aside", unit="", in_scope=None),
        school(school_id="aside elsewhere", unit="Xã B", in_scope=None),
    )
    part = chosen(rows, Choices(unit="Xã A")).set_index("school_id")["in_scope"]
    known = part.dropna().to_dict()
    assert known == {"own": True, "closed": False}
    assert [*part.index[part.isna()]] == ["blank", "doubt", "aside"]
    assert len(chosen(rows, Choices())) == len(rows)


def test_a_part_with_rows_set_aside_says_what_that_leaves_open() -> None:
    aside = school(school_name="", unit="", in_scope=None, cqg="not_stated")
    rows = held(*[school(unit="Xã A", cqg=1)] * 9, school(unit="Xã B", cqg=1), aside)
    targets = read_reference(ROOT).targets("huong-tra-2022-2025")
    cqg = replace(targets, parts=targets.parts[-1:])
    compared = compare_to_targets(chosen(rows, Choices(unit="Xã A")), cqg)
    assert compared[["schools_count", "schools_total", "base_unclear_count"]].values.tolist() == [
        [9, 9, 1]
    ]
    assert compared.percent_low.tolist() == [90.0] and compared.percent_high.tolist() == [100.0]
    assert compared.verdict.tolist() == ["met"]


def test_an_error_is_short_and_tells_all_when_asked(shell: Any, capsys: Any) -> None:
    shell.user_ns["lang"] = "en"
    code = f"from analysis import load_year\nload_year('2024-2052', home={str(ROOT)!r})"
    shell.run_cell(code)
    told = capsys.readouterr().out
    assert "Did you mean '2024-2025'?" in told and "%tb" in told
    assert "Traceback" not in told and "settings.py" not in told
    shell.run_line_magic("tb", "")
    assert "settings.py" in capsys.readouterr().out


def test_known_tables_are_shown_in_words_and_others_as_they_are(
    year: SchoolYear, shell: Any
) -> None:
    load_year(YEAR, home=ROOT)  # tells IPython
    show = shell.display_formatter.format
    levels = measure_levels(year.identified, scheme="cqg", by="education_level")
    for table in (year.ledger, levels, compare_to_targets(year.identified, year.targets)):
        html = show(table)[0]["text/html"]
        assert html.startswith(show_table(table)._repr_html_())
    assert re.search(r"\d+ \(\d+,\d%\)", table_html(levels) or "")  # the count beside its share
    plain = pd.DataFrame({"a": [1]})
    assert show(plain)[0]["text/html"] == plain._repr_html_()  # type: ignore[operator]
    assert "<script>" not in (table_html(year.ledger.assign(source_file="<script>")) or "")


def test_a_school_year_is_seen_at_a_glance(year: SchoolYear) -> None:
    html = year._repr_html_()
    assert "100 hàng = 51 của trường + 0 để riêng + 49 bỏ qua" in html
    assert "33/37 trường (89,2%)" in html and "34/38 trường (89,5%)" in html
    assert "đủ điều kiện đánh giá ngoài" in html and "tất cả các trường" in html
    assert say("synthetic", "vi") in html
    named = replace(year, school_year="<b>")
    assert "<b>" not in named._repr_html_() and "&lt;b&gt;" in named._repr_html_()
    english = load_year(YEAR, home=ROOT, lang="en")
    assert "34 of 38 schools (89.5%)" in english._repr_html_()
    assert repr(english).startswith("School year 2024-2025")


def test_completion_offers_what_there_is_and_nothing_else(year: SchoolYear) -> None:
    assert {"schools", "ledger", "repairs", "narrow", "set_aside"} <= set(dir(year))
    assert not [name for name in dir(year) if name.startswith("_") or not hasattr(year, name)]
    assert dir(analysis) == sorted(analysis.__all__)


def test_the_notes_of_the_parameters_have_a_translation() -> None:
    """Else an English copy of a notebook would keep a Vietnamese note."""
    for path in suite(ROOT / "notebooks"):
        for parameter in declared(nbformat.read(path, as_version=4), path.stem):
            note = say(f"parameter_{parameter.name}", "vi")
            assert parameter.note == note, (path.stem, parameter.name)


def test_copies_in_english_are_made_and_ones_own_are_kept(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".*", "en"))
    assert len(write_copies(folder, "en")) == len(suite(folder))
    copy = folder / "en" / suite(folder)[0].name
    notebook = nbformat.read(copy, as_version=4)
    assert 'lang: str = "en"' in notebook.cells[1].source
    assert not re.search("[ăâđêôơư]", "".join(c.source for c in notebook.cells))
    copy.write_text("mine", encoding="utf-8")
    assert write_copies(folder, "en") == [] and copy.read_text(encoding="utf-8") == "mine"
    assert suite(folder) == sorted(folder.glob("0*.ipynb"))  # a run does not see them


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_start_page_leads_to_every_notebook(lang: str) -> None:
    page = ROOT / "notebooks" / {"vi": "bat_dau.md", "en": "start_here.md"}[lang]
    linked = re.findall(r"\]\(((?:en/)?\d\d_\w+\.ipynb)\)", page.read_text(encoding="utf-8"))
    prefix = "" if lang == "vi" else "en/"
    assert linked == [f"{prefix}{path.name}" for path in suite(ROOT / "notebooks")]


def modules() -> list[str]:
    """The modules of the package, without those that are programs and those of an extra."""
    left_out = re.compile(r"\.apart|\.criteria|__main__$")
    found = pkgutil.walk_packages(analysis.__path__, "analysis.")
    return [module.name for module in found if not left_out.search(module.name)]


def test_the_examples_of_the_docstrings_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCREDITATION_HOME", str(ROOT))
    names = {name: getattr(analysis, name) for name in analysis.__all__}
    with_examples = set()
    for module in map(importlib.import_module, modules()):
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            if test.examples:
                test.globs |= names | {"an": analysis}
                result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
                assert result.failed == 0, test.name
                with_examples.add(test.name.rpartition(".")[2])
    assert {*analysis.__all__} - with_examples == set()
