"""A new office from an empty folder and its first workbooks; target sets from answers or tables."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from analysis import load_year
from analysis.cli import main
from analysis.compare import compare_to_targets
from analysis.reference import read_reference, read_rules, read_targets
from analysis.work.new_targets import read_edges
from tests.workbooks import save, school

YEAR = "2024-2025"


@pytest.fixture
def workbooks(tmp_path: Path) -> Path:
    """Two workbooks as two communes send them."""
    folder = tmp_path / "received"
    folder.mkdir()
    save(folder / f"a {YEAR}.xlsx", [school(n) for n in range(1, 6)])
    save(folder / f"b {YEAR}.xlsx", [school(n, unit="Xã Bình Điền") for n in range(6, 9)])
    return folder


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let somebody type; gives the questions asked."""
    asked: list[str] = []
    typed = iter(answers)

    def ask(prompt: str = "") -> str:
        asked.append(prompt)
        return next(typed)

    monkeypatch.setattr("builtins.input", ask)
    return asked


def test_an_office_from_two_workbooks_and_at_most_six_answers(
    tmp_path: Path,
    workbooks: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = tmp_path / "home"
    answers = ("UBND xã Bình Điền", "31/05/2025", "80-90", "89,5", "Nghị quyết 5")
    asked = answering(monkeypatch, *answers)
    assert main(["new-office", "--from", str(workbooks), "--home", str(home)]) == 0
    assert len(asked) == 5
    told = capsys.readouterr().out
    assert "8 trường, 2 xã, phường" in told and f"run {YEAR}" in told
    reference = read_reference(home)
    assert reference.about(YEAR).office("vi") == "UBND xã Bình Điền"
    assert not reference.about(YEAR).synthetic
    assert reference.year().as_of == dt.date(2025, 5, 31)
    assert reference.units.on_day(dt.date(2025, 5, 31)) == ["Phường Tứ Hạ", "Xã Bình Điền"]
    assert reference.directory.school_on("46480001", dt.date(2025, 5, 31))
    targets = reference.targets(reference.year().target_set)
    assert [part.wanted.text() for part in targets.parts] == ["80–90%", "≥ 89,5%"]
    assert targets.last_day == dt.date(2025, 12, 31)
    assert any((home / "notebooks").glob("*.ipynb"))
    year = load_year(home=home)
    assert len(year.schools) == 8 and year.held["school_id"].all()
    assert compare_to_targets(year.held, year.targets)["verdict"].tolist() == ["met", "met"]
    assert main(["check", str(home / "data" / "raw" / YEAR), "--home", str(home)]) == 0
    assert "Nghị quyết 5" in capsys.readouterr().out


@pytest.mark.slow
def test_three_commands_lead_to_a_published_folder(
    tmp_path: Path, workbooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    answering(monkeypatch, "UBND xã Bình Điền", "", "80", "30 trường", "")
    assert main(["new-office", "--from", str(workbooks), "--home", str(home)]) == 0
    for notebook in (home / "notebooks").glob("*.ipynb"):
        if not notebook.name.startswith("01"):  # the others are rehearsed with other offices
            notebook.unlink()
    assert main(["check", str(home / "data" / "raw" / YEAR), "--home", str(home)]) == 0
    assert main(["run", "--home", str(home)]) == 0
    published = home / "figures" / YEAR
    assert "UBND xã Bình Điền" in (published / "bao_cao.html").read_text(encoding="utf-8")
    comparison = (published / "so_lieu" / "so_voi_chi_tieu.csv").read_text(encoding="utf-8-sig")
    assert "wanted_schools" in comparison and comparison.split("\n")[2].endswith(",30-")


def test_nothing_is_overwritten_and_nothing_has_to_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--name", 'Phòng "A"', "--as-of", "2027-05-31", "--units", "Xã A, Xã B"]
    call = ["new-office", "--home", str(tmp_path), *options, "--kdclgd", "", "--cqg", ""]
    assert answering(monkeypatch) == [] and main(call) == 0
    reference = read_reference(tmp_path)
    assert (list(reference.years), reference.year().target_set) == (["2026-2027"], "")
    assert reference.units.on_day(dt.date(2027, 5, 31)) == ["Xã A", "Xã B"]
    assert reference.about("2026-2027").office("vi") == 'Phòng "A"'
    for path in (tmp_path / "data").rglob("*.toml"):
        assert "\n# " in path.read_text(encoding="utf-8"), "each key is explained"
    assert main(call) == 2
    assert "data/office.toml" in capsys.readouterr().err


def test_workbooks_of_several_years_and_senders_stay_apart(tmp_path: Path) -> None:
    received = tmp_path / "received"
    for year, sender in (("2023-2024", "A"), ("2024-2025", "A"), ("2024-2025", "B")):
        folder = received / year / sender
        folder.mkdir(parents=True)
        save(folder / "truong.xlsx", [school(ord(sender), unit=f"Xã {sender}")])
    options = ["--name", "Sở", "--as-of", "2025-05-31", "--kdclgd", "", "--cqg", ""]
    call = ["new-office", "--from", str(received), *options]
    home = tmp_path / "home"
    assert main([*call, "--home", str(home), "--as-of", "2027-05-31"]) == 2
    assert not home.exists(), "nothing is written where something is wrong"
    assert main([*call, "--home", str(home)]) == 0
    assert read_reference(home).years_with_workbooks == ["2023-2024", "2024-2025"]
    assert read_reference(home).year("2023-2024").as_of == dt.date(2024, 5, 31)
    assert sorted(load_year(home=home).schools["unit"]) == ["Xã A", "Xã B"]


def test_without_a_name_it_is_said_how_to_give_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["new-office", "--home", str(tmp_path / "x")]) == 2
    assert "--name" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", (80, 100, 0)),
        ("89,5%", (89.5, 100, 1)),
        ("80-90", (80, 90, 0)),
        ("từ 80% đến 85,5 %", (80, 85.5, 1)),
        ("không quá 10%", (0, 10, 0)),
        ("không dưới 80%", (80, 100, 0)),
        ("80% trở lên", (80, 100, 0)),
        ("không vượt 10%", (0, 10, 0)),
        ("trên 30 trường", (31, None)),
        ("dưới 4 trường", (0, 3)),
        ("30 trường", (30, None)),
        ("at most 3 schools", (0, 3)),
        ("nhiều", None),
    ],
)
def test_what_is_wanted_in_words(text: str, expected: tuple[float | None, ...] | None) -> None:
    edges = read_edges(text)
    names = (
        ("from_percent", "to_percent", "decimals")
        if expected and len(expected) == 3
        else ("from_schools", "to_schools")
    )
    assert (edges and tuple(edges.get(name) for name in names)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("93 (trên)", {"over_percent": 93, "to_percent": 100}),
        ("hơn 93,5%", {"over_percent": 93.5, "to_percent": 100}),
        ("> 93%", {"over_percent": 93, "to_percent": 100}),
        ("dưới 5%", {"from_percent": 0, "under_percent": 5}),
        ("từ 80 đến dưới 90%", {"from_percent": 80, "under_percent": 90}),
    ],
)
def test_an_end_that_is_not_itself_enough(text: str, expected: dict[str, float]) -> None:
    found = read_edges(text) or {}
    assert {name: edge for name, edge in found.items() if name != "decimals"} == expected


def test_a_target_set_from_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        ["Biểu chỉ tiêu đến năm 2030"],
        ["Chỉ tiêu", "Cấp học", "Từ", "Đến", "Đơn vị"],
        ["Trường đạt CQG", "Mầm non", 90, None, "%"],
        ["Trường đạt CQG mức độ 2", "Tất cả", "10", "12,5", "%"],
        ["KĐCLGD cấp độ 1 trở lên", "", 40, None, "trường"],
        ["Học sinh học 2 buổi/ngày", "TH", 100, None, "%"],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    call = ["new-targets", "--from", str(tmp_path / "t.xlsx"), "--document", "Kế hoạch 12"]
    home = ["--home", str(tmp_path), "--deadline", "2030-12-31"]
    assert main([*call, *home]) == 0
    assert 'target_set = "ke-hoach-12"' in capsys.readouterr().out
    path = tmp_path / "data" / "targets" / "ke-hoach-12.toml"
    found = [
        (p.scheme, p.level, p.education_levels, p.wanted.text()) for p in read_targets(path).parts
    ]
    assert found == [
        ("cqg", 1, ("MN",), "≥ 90%"),
        ("cqg", 2, (), "10–12,5%"),
        ("kdclgd", 1, (), "≥ 40 trường"),
    ]
    assert "Học sinh học 2 buổi/ngày" in path.read_text(encoding="utf-8")
    assert main([*call, *home]) == 2, "a set that is there is not overwritten"


@pytest.mark.parametrize("name", ["vn_targets_2030.csv", "vn_published_targets.csv"])
def test_published_tables_of_targets_can_be_read(tmp_path: Path, name: str) -> None:
    table = Path(__file__).parents[2] / "shared" / "data" / name
    if not table.exists():
        pytest.skip("the published targets are not beside this checkout")
    assert main(["new-targets", "--from", str(table), "--document", "x", "--deadline", "2030-12-31",
                 "--home", str(tmp_path)]) == 0  # fmt: skip
    parts = read_targets(tmp_path / "data" / "targets" / "x.toml").parts
    assert {part.scheme for part in parts} <= set(read_rules().regulations["levels"])
    assert len(parts) > 4
    if name == "vn_targets_2030.csv":
        assert parts[0].together and [p.wanted.text() for p in parts if p.exclusive] == ["> 93%"]
