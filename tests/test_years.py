"""`accreditation years` says what the tables say, whatever the number of processes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis.cli import main
from analysis.work import processes

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example with what is needed to read its years."""
    home = tmp_path_factory.mktemp("office")
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(ROOT / "data", home / "data", ignore=hidden)
    return home


@pytest.fixture(scope="module")
def written(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    assert main(["years", "--home", str(office), "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_any_number_of_processes_gives_the_same_bytes(
    office: Path, written: Path, tmp_path: Path, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if start == "fork" and processes._START != "fork":
        pytest.skip("this system does not fork")
    monkeypatch.setattr(processes, "_START", start)
    for count in ("1", "3"):
        out = tmp_path / count
        given = ["years", "--home", str(office), "--out", str(out), "--processes", count]
        assert main(given) == 0
        for name in ("levels.csv", "gaps.csv"):
            assert (out / name).read_bytes() == (written / name).read_bytes()


def test_it_says_the_fate_of_every_row_and_how_each_target_stands(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["years", "2023-2024", "2024-2025", "--home", str(office)]
    assert main([*asked, "--processes", "1"]) == 0
    told = capsys.readouterr().out
    assert "2024-2025 (dữ liệu minh họa), chốt đến 31/05/2025" in told
    assert "100 hàng = 51 được nhận + 0 để riêng + 49 bỏ qua; 38 trường, 2 ô còn nghi vấn" in told
    assert "CQG mức độ 1, 2”: 34/38 (89,5%)" in told and "2025-2026" not in told
    assert main([*asked, "--strict"]) == 1


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_year_that_cannot_be_read_stops_the_writing(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], processes: str
) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    shutil.copytree(office, home)
    shutil.rmtree(home / "data" / "raw" / "2023-2024")
    (home / "data" / "raw" / "2023-2024").mkdir()
    (home / "data" / "raw" / "2023-2024" / "truong.xlsx").write_text("chỉ là chữ", "utf-8")
    given = ["years", "--home", str(home), "--out", str(out), "--processes", processes]
    assert main(given) == 2
    told = capsys.readouterr().out
    assert "2023-2024: không đọc được" in told and "truong.xlsx" in told
    assert "2024-2025 (dữ liệu minh họa), chốt đến" in told and not out.exists()


def test_an_unknown_year_is_answered_with_those_there_are(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["years", "2034-2035", "--home", str(office)]) == 2
    assert "2024-2025" in capsys.readouterr().err
