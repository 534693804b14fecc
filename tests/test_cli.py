"""The command: what it answers, how it ends, and that it never shows a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from analysis.cli import main
from tests.workbooks import HEADINGS, save, school

PERIOD = ["--as-of", "2026-05-31", "--school-year", "2025-2026"]


def check(tmp_path: Path, *inputs: Path, more: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
    out = tmp_path / "answer.json"
    code = main(["check", *map(str, inputs), "--json", str(out), *PERIOD, *more])
    return code, json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("before", [True, False])
def test_language_and_home_may_stand_before_the_job_or_behind_it(
    before: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["--lang", "en", "--home", str(tmp_path)]
    assert main([*common, "verify"] if before else ["verify", *common]) == 2
    told = capsys.readouterr().err
    assert told.isascii() and tmp_path.name in told


def test_a_clean_workbook(tmp_path: Path) -> None:
    code, answer = check(tmp_path, save(tmp_path / "a.xlsx", [school(1)]))
    assert code == 0 and answer["status"] == "ok"
    assert answer["errors"] == answer["warnings"] == answer["quarantined"] == []
    assert answer["repairs"] == []
    (row,) = answer["accepted"]
    assert (row["file"], row["sheet"], row["row"]) == ("a.xlsx", "Sheet", 2)
    wanted = [
        *(1, "46480001", "Trường Tiểu học Số 1", "Phường Tứ Hạ", "Tiểu học", "Công lập"),
        *(2, "725/QĐ-SGDĐT", "2023-04-12", 1, "780/QĐ-UBND", "2023-04-12", 12, 345),
    ]
    assert row["values"] == dict(zip(HEADINGS, wanted, strict=True))


def test_faults_repairs_and_ignored_rows(tmp_path: Path) -> None:
    nobody = {"code": None, "name": None}
    rows = [school(1, kdclgd=9, pupils="x"), school(2, kdclgd="II"), ["Cộng"], school(3, **nobody)]
    _, answer = check(tmp_path, save(tmp_path / "a.xlsx", rows))
    assert [(d["row"], d["cell"], d["value"], d["concerns"]) for d in answer["doubts"]] == [
        (2, "G2", "9", ["kdclgd"]),
        (2, "N2", "x", ["sessions"]),
    ]
    assert [(q["row"], q["cell"], q["value"]) for q in answer["quarantined"]] == [(5, "C5", None)]
    assert answer["repairs"] == [
        {"file": "a.xlsx", "sheet": "Sheet", "cell": "G3", "raw": "II", "clean": "2",
         "rule": "level_spelling"}
    ]  # fmt: skip
    assert [i["row"] for i in answer["ignored"]] == [1, 4]
    assert [(a["row"], a["school"]) for a in answer["accepted"]] == [
        (2, "46480001"),
        (3, "46480002"),
    ]


def no_header(path: Path) -> None:
    book = Workbook()
    book.active.append(["Kính gửi", "các trường"])
    book.save(path)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("make", "means"),
    [
        (no_header, {"vi": "tiêu đề", "en": "header"}),
        (lambda p: p.write_bytes(b""), {"vi": "rỗng", "en": "empty"}),
        (
            lambda p: p.write_text("Xin chào", encoding="utf-8"),
            {"vi": "không phải sổ tính", "en": "not a workbook"},
        ),
    ],
)
def test_one_clear_message_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Any, means: dict[str, str], lang: str
) -> None:
    path, out = tmp_path / "bieu_mau.xlsx", tmp_path / "out"
    make(path)
    assert main(["check", str(path), "--out", str(out), "--lang", lang]) == 2
    screen = capsys.readouterr()
    told = [line for line in screen.out.splitlines() if "bieu_mau.xlsx" in line]
    assert len(told) == 1 and means[lang] in told[0] and "Traceback" not in screen.err
    assert not out.exists()


def test_a_bad_file_among_good_ones(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    save(folder / "a.xlsx", [school(1)])
    (folder / "b.xlsx").write_bytes(b"")
    code, answer = check(tmp_path, folder)
    assert code == 2 and answer["status"] == "error"
    assert [e["file"] for e in answer["errors"]] == ["b.xlsx"]
    assert [a["file"] for a in answer["accepted"]] == ["a.xlsx"]


@pytest.mark.parametrize("option", ["--json", "--out"])
def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    path = save(tmp_path / "a.xlsx", [school(1)])
    (tmp_path / "tep").write_text("là một tệp, không phải thư mục", encoding="utf-8")
    place = tmp_path / "tep" / "ket_qua"
    assert main(["check", str(path), option, str(place), *PERIOD]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Không ghi hoặc không đọc được") and str(tmp_path / "tep") in told


def test_a_lock_file_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "~$a.xlsx").write_bytes(b"x")
    code, answer = check(tmp_path, tmp_path / "~$a.xlsx")
    assert code == 0 and answer["status"] == "skip"


@pytest.mark.parametrize("fault", [{"kdclgd": 9}, {"code": None, "name": None}])
def test_strict_ends_with_1_when_cells_are_in_doubt_or_rows_set_aside(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    path = save(tmp_path / "a.xlsx", [school(1, **fault), school(2)])
    assert check(tmp_path, path)[0] == 0
    assert check(tmp_path, path, more=("--strict",))[0] == 1
    assert check(tmp_path, save(path, [school(2)]), more=("--strict",))[0] == 0


NONE: dict[str, Any] = {"cqg": "Chưa đạt", "cqg_decision": None, "cqg_date": None}
TARGETS = Path(__file__).parents[1] / "data" / "targets" / "huong-tra-2022-2025.toml"


def test_figures_and_verdicts_for_machines(tmp_path: Path) -> None:
    """CQG 5 of 8, one in doubt; the target asks for 89,5%, which 8 of 8 reach."""
    rows = [school(n) for n in range(1, 6)] + [school(n, **NONE) for n in (6, 7)]
    rows.append(school(8, cqg_date="31/02/2024"))
    path = save(tmp_path / "a.xlsx", rows)
    code, answer = check(tmp_path, path, more=("--targets", str(TARGETS)))
    assert code == 0
    assert answer["figures"] == [
        {"scheme": scheme, "base": base, "group": group, "k": k, "unclear": unclear, "n": 8}
        for scheme, base, k, unclear in (("kdclgd", "eligible", 8, 0), ("cqg", "all", 5, 1))
        for group in ("TH", "all")
    ]
    verdicts = {(v["target"], v["group"]): v for v in answer["verdicts"]}
    assert {v["target_set"] for v in verdicts.values()} == {"huong-tra-2022-2025"}
    assert verdicts["Q", "all"]["verdict"] == "reference", "31/05/2026 is past the last day"
    told = verdicts["Q", "all"]
    assert (told["k"], told["unclear"], told["n"], told["needed"]) == (5, 1, 8, [2, 3])


def test_without_a_target_set_there_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    out, path = tmp_path / "a.json", save(tmp_path / "a.xlsx", [school(1)])
    given = ["check", str(path), "--json", str(out), "--home", str(tmp_path), *PERIOD]
    assert main(given) == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert answer["figures"] and answer["verdicts"] == []


def test_exports_from_the_accepted_rows(tmp_path: Path) -> None:
    rows = [school(n, name=name) for n, name in enumerate(["@A(1) Trường A", "Trường <b>B"], 1)]
    path = save(tmp_path / "a.xlsx", rows)
    code, _ = check(tmp_path, path, more=("--out", str(tmp_path / "out")))
    made = {p.name for p in (tmp_path / "out").iterdir()}
    assert code == 0
    assert {"schools.csv", "levels_cqg.csv", "gaps.csv", "bang_so_lieu.xlsx"} <= made
    assert {"kdclgd-theo-cap-hoc.png", "cqg-theo-cap-hoc.svg"} <= made
    page = (tmp_path / "out" / "bao_cao.html").read_text(encoding="utf-8")
    assert "Trường &lt;b&gt;B" in page and "<b>B" not in page and "http" not in page
    text = (tmp_path / "out" / "schools.csv").read_text(encoding="utf-8-sig")
    assert "'@A(1) Trường A" in text and "Trường <b>B" in text


@pytest.mark.parametrize(
    ("arguments", "tells"),
    [
        (["check", "a.xlsx", "--jsn", "b"], "--json"),
        (["chekc"], "check"),
        (["check", "a.xlsx", "--as-of", "31/13/2026"], "31/13/2026"),
        (["check", "a.xlsx", "--school-year", "2025"], "2025"),
        (["run", "1999-2000"], "2024-2025"),
    ],
)
def test_what_is_not_understood(
    capsys: pytest.CaptureFixture[str], arguments: list[str], tells: str
) -> None:
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2
    assert tells in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "word"), [("vi", "Ví dụ"), ("en", "Example")])
@pytest.mark.parametrize("job", ["run", "check", "verify", "trace", "lab"])
def test_help_with_an_example(
    capsys: pytest.CaptureFixture[str], job: str, lang: str, word: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main([job, "--lang", lang, "--help"])
    assert end.value.code == 0 and word in capsys.readouterr().out


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from analysis.cli import main\n"
    code += "try: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(sorted({'pandas', 'numpy', 'matplotlib', 'nbclient'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_as_a_program_it_says_all_and_ends_as_it_should(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It leaves without taking its memory apart; what it printed must have left before."""
    path = save(tmp_path / "a.xlsx", [school(1, kdclgd=9), *(school(n) for n in range(2, 40))])
    given = ["check", str(path), "--strict", *PERIOD]
    assert main(given) == 1
    run = [sys.executable, "-m", "analysis.cli", *given]
    done = subprocess.run(run, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (1, capsys.readouterr().out, "")
    closed = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert closed.stdout and closed.stderr
    closed.stdout.close()  # like `head`, which has seen enough
    assert closed.stderr.read() == b"" and closed.wait() in (0, 1)


@pytest.mark.parametrize("job", ["", "run", "check", "trace", "new-year"])
def test_help_is_in_one_language(job: str, capsys: pytest.CaptureFixture[str]) -> None:
    for lang, other in (("vi", r"usage|options|arguments|show|FILE|YEAR"), ("en", "[ạảệế]")):
        with pytest.raises(SystemExit):
            main(["--lang", lang, *filter(None, [job]), "--help"])
        told = capsys.readouterr().out
        assert not re.search(other, told), told


def test_messages_name_the_command_as_it_is_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("ACCREDITATION_COMMAND", "python start.py")
    assert main(["run", "--home", str(tmp_path)]) == 2
    assert "python start.py new-office" in capsys.readouterr().err
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 2 and "python start.py --help" in capsys.readouterr().err
