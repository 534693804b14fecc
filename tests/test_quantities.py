"""Numbers are written in one place, and labels ask for the form they want."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from analysis.reference import Corridor, Number, Percent, Points, Share, labels, say

HOUSE = Path(__file__).parents[1] / "analysis"
WRITER = HOUSE / "reference" / "quantities.py"
# Where digits after the point are written that nobody reads as a share: facts that are stored and
# told later, numbers that are read, the record of a drawn chart, heights of rows in a workbook, the
# seconds a run took.
STORED = {
    *("compare/published.py", "compare/exact.py", "slides/record.py"),
    *("returned/writing.py", "work/rerun.py", "charts/own.py", "charts/lettering.py"),
}
# The words of a range, written by the one place; a number quoted as it is printed in a workbook.
WITH_SIGN = {"unit_percent", "check_contradiction"}


@pytest.mark.parametrize(
    ("form", "vi", "en"),
    [
        ("", "600/1.000 (60,0%; chưa rõ 4)", "600/1,000 (60.0%; 4 unclear)"),
        ("plain", "600/1.000 (60,0%)", "600/1,000 (60.0%)"),
        ("short", "600/1.000", "600/1,000"),
        ("bare", "600/1.000 (chưa rõ 4)", "600/1,000 (4 unclear)"),
        ("counted", "600 (60,0%)", "600 (60.0%)"),
        ("count", "600", "600"),
        ("total", "1.000", "1,000"),
        ("percent", "60,0%", "60.0%"),
    ],
)
def test_a_share_in_each_form(form: str, vi: str, en: str) -> None:
    share = Share(600, 1000, 4)
    assert [share.text(lang, form) for lang in ("vi", "en")] == [vi, en]


def test_a_share_of_all_of_none_and_of_no_schools() -> None:
    assert [str(Share(n, 12)) for n in (0, 12)] == ["0/12 (0%)", "12/12 (100%)"]
    assert str(Share(12, 12, decimals=1)) == "12/12 (100,0%)"
    assert Share(0, 12).text("vi", "counted") == "0"
    assert [Share(0, 0).text("vi", f) for f in ("", "short", "percent")] == ["0/0", "–", "–"]


def test_a_value_prints_itself_in_vietnamese_and_in_the_language_of_its_label() -> None:
    share = Share(11, 12)
    assert str(share) == repr(share) == share._repr_html_() == "11/12 (91,7%)"
    assert say("alt_item", "en", group="A", share=share) == "A: 11/12 (91.7%)"
    assert say("levels_told", "en", date="1", share=share, of="schools", reached="good") == (
        "On 1, 11/12 schools (91.7%) are good."
    )
    assert say("distance", "vi", points=Points(-12.5), off="x") == "−12,5 điểm; x"


def test_ranges_and_percentages() -> None:
    ranges = (Corridor(80, 90), Corridor(89.5, 100), Corridor(100, 100))
    assert [*map(str, ranges)] == ["80–90%", "≥ 89,5%", "100%"]
    assert [*map(str, (Percent(100), Percent(99.95), Percent(0, 1)))] == ["100%", "100,0%", "0,0%"]
    assert Number(1234.5, 1).text("en") == "1,234.5"


def test_a_label_that_asks_for_an_unknown_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[a]\nvi = "{share:shorter}"\nen = "{share:short}"\n'
    monkeypatch.setattr(labels, "_texts", lambda: {"x.toml": text})
    with pytest.raises(ValueError, match=r"x\.toml.*shorter"):
        labels._file.__wrapped__("x.toml")


def _by_hand(node: ast.AST) -> bool:
    """Whether a number is written here: with decimals, with a percent sign, or as k/n."""
    if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
        spec = "".join(str(getattr(part, "value", "")) for part in node.format_spec.values)
        return not re.search("%[a-zA-Z]", spec) and bool(re.search("[,.%feg]", spec))
    if isinstance(node, ast.JoinedStr):
        words = [str(getattr(part, "value", "")) for part in node.values]
        values = [isinstance(part, ast.FormattedValue) for part in node.values]
        behind = [w for w, value in zip(words[1:], values, strict=False) if value]
        whole = re.search(r"\}/\{.*(\bn|total|all)\b", ast.unparse(node))
        return bool(whole) or any(re.match(r"\s?%", word) for word in behind)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return bool(re.match(r"['\"] ?%", ast.unparse(node.right)))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = getattr(node.left, "value", None)
        return isinstance(text, str) and bool(re.search(r"%[\d.]*[dfg%]", text))
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Name) and node.func.id == "format"
        return named or any(keyword.arg == "rounding" for keyword in node.keywords)
    return False


def test_what_is_written_by_hand_is_found() -> None:
    for line in (
        "f'{x:.1f}'",
        "f'{x:,}'",
        "f'{x:,.{n}f}'",
        "f'{x}%'",
        "f'{x} %'",
        "f'{k}/{n} schools'",
        "x + '%'",
        "'%d' % x",
        "format(x, '.1f')",
        "f'{x:.0%}'",
        "x.quantize(y, rounding=z)",
    ):
        assert any(map(_by_hand, ast.walk(ast.parse(line)))), line


def test_no_number_of_a_share_is_written_outside_one_file() -> None:
    found = []
    for path in sorted(HOUSE.rglob("*.py")):
        place = path.relative_to(HOUSE).as_posix()
        if path == WRITER or place in STORED:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{place}: {ast.unparse(node)}" for node in ast.walk(tree) if _by_hand(node)]
    assert found == []


def test_no_label_puts_a_percent_sign_behind_a_number() -> None:
    signed = re.compile(r"\}\s?%")
    found = set()
    for name in labels._texts():
        for key, entry in labels._file(name).items():
            found |= {key for text in entry.values() if signed.search(text)}
    assert found == WITH_SIGN
