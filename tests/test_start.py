"""What start.py decides. Nothing is installed here."""

import ast
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from contextlib import nullcontext
from pathlib import Path

import pytest

import start

SCRIPT = Path(start.__file__)
PRINTED = {  # taken from real runs of pip and uv, shortened
    "no_network": [
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
        "'<HTTPSConnection>: Failed to establish a new connection: [Errno -3] Temporary failure"
        " in name resolution')': /simple/anyio/\nERROR: Could not find a version that satisfies"
        " the requirement anyio==4.16.0 (from versions: none)\n"
        "ERROR: No matching distribution found for anyio==4.16.0",
        "connection broken by 'ProxyError('Cannot connect to proxy.', OSError(0, 'Error'))'",
        "connection broken by 'ConnectTimeoutError(<HTTPSConnection>, 'timed out')': /simple/six/",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.",
        "ConnectionResetError(10054, 'An existing connection was closed by the remote host')",
        "Failed to establish a new connection: [Errno 11001] getaddrinfo failed'",
        "error: Request failed after 3 retries in 4.2s\n  cause: error sending request for url\n"
        "  cause: client error (Connect)\n  cause: dns error\n  cause: error resolving DNS",
    ],
    "no_trust": [
        "connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_"
        "FAILED] certificate verify failed: self-signed certificate in certificate chain'))'",
        "connection broken by 'SSLError(CertificateError(\"hostname doesn't match either of\"))'",
        "  cause: error sending request for url\n  cause: client error (Connect)\n"
        "  cause: invalid peer certificate: UnknownIssuer",
    ],
    "wrong_hash": [
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
        "error: Failed to download `six==1.17.0`\n  cause: Hash mismatch for `six==1.17.0`",
    ],
    "disk_full": [
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "  cause: failed to copy file: No space left on device (os error 28)",
        "OSError: [WinError 112] There is not enough space on the disk",
        "[Errno 122] Disk quota exceeded: 'x'",
    ],
    "no_permission": [
        "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: 'x'",
        "[WinError 5] Access is denied: 'x'",
        "[WinError 32] The process cannot access the file because it is being used",
        "error: failed to create directory `x`: Read-only file system (os error 30)",
    ],
    "no_venv": ["python: No module named ensurepip", "No module named 'venv'"],
    "no_wheel": [
        "ERROR: Could not find a version that satisfies the requirement pandas==3.1.1"
        " (from versions: 2.0.2, 2.0.3)\nERROR: No matching distribution found for pandas==3.1.1",
        "  cause: Because kiwisolver==1.5.1 has no usable wheels and you require kiwisolver==1.5.1",
    ],
    "failed": ["Segmentation fault", "[Errno 111] anything", ""],
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """start.py at work in an empty folder, with enough space and without uv."""
    venv = tmp_path / "venv"
    monkeypatch.setattr(start, "VENV", venv)
    monkeypatch.setattr(start, "STAMP", venv / "made-by-start.txt")
    monkeypatch.setattr(start, "LOG", tmp_path / "venv-setup.log")
    monkeypatch.setattr(start, "PYTHON", str(venv / "python"))
    monkeypatch.setattr(start, "ACCREDITATION", str(venv / "accreditation"))
    monkeypatch.setattr(start, "free_megabytes", lambda: 99_999)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return tmp_path


@pytest.fixture
def ready(home, monkeypatch):
    """An environment that is there already; what is handed over is noted, not run."""
    noted = []

    def hand_over(command):
        noted.append(command)
        return 7

    monkeypatch.setattr(start, "set_up", lambda extent, lang: noted.append(extent))
    monkeypatch.setattr(start, "hand_over", hand_over)
    return noted


def pretend_installed(extent="run"):
    """Lay out an environment as a finished set-up leaves it."""
    start.VENV.mkdir()
    for name in (start.PYTHON, start.ACCREDITATION):
        Path(name).touch()
    start.STAMP.write_text(start.fingerprint() + " " + extent, encoding="utf-8")


# --- any Python gets as far as a message -----------------------------------------------------


def test_old_pythons_can_read_the_script():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_no_annotation_needs_a_new_python():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    arguments = [arg for each in functions for arg in each.args.args]
    annotations = [each.returns for each in functions] + [arg.annotation for arg in arguments]
    assert not [ast.unparse(a) for a in annotations if isinstance(a, (ast.Subscript, ast.BinOp))]


@pytest.mark.parametrize(
    ("version", "args", "words"),
    [
        ((3, 8), [], "Python 3.8 quá cũ"),
        ((3, 10), ["check", "x.xlsx", "--lang", "en"], "Python 3.10 is too old"),
        ((3, 15), [], "Python 3.15 quá mới"),
        ((4, 0), ["--lang=en"], "Python 4.0 is too new"),
    ],
)
def test_a_python_outside_the_range_is_told_what_to_do(ready, capsys, version, args, words):
    assert start.main(args, version) == 2
    message = capsys.readouterr().err
    assert words in message and "3.12 start.py" in message and ready == []


def test_a_fitting_python_of_the_machine_is_named(home, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name == "python3.13" or None)
    assert start.wrong_python((3, 9), "vi").endswith("python3.13 start.py")


# --- words and options ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "call"),
    [
        ([], ["run"]),
        (["--strict"], ["run", "--strict"]),
        (["lab"], ["lab"]),
        (["check", "a.xlsx", "--json", "-"], ["check", "a.xlsx", "--json", "-"]),
        (["--lang", "en"], ["run", "--lang", "en"]),
        (["--lang", "en", "check", "a"], ["check", "a", "--lang", "en"]),
        (["--lang=en", "check", "a"], ["check", "a", "--lang=en"]),
        (["run", "--lang", "fr"], ["run", "--lang", "fr"]),
    ],
)
def test_words_are_handed_to_accreditation(ready, args, call):
    assert start.main(args) == 7
    assert ready == ["run", [start.ACCREDITATION, *call]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help_needs_no_set_up(ready, capsys, lang):
    assert start.main(["--lang", lang, "--help"]) == 0
    assert ready == [] and "python start.py check" in capsys.readouterr().out


def test_help_survives_a_console_that_knows_no_vietnamese(tmp_path):
    env = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    call = [sys.executable, str(SCRIPT), "--help"]
    result = subprocess.run(call, env=env, capture_output=True, cwd=tmp_path, timeout=60)
    assert result.returncode == 0 and "Cách dùng" in result.stdout.decode("utf-8")


def test_tests_end_with_pytest_and_report_every_failure(ready, monkeypatch, capsys):
    calls = []

    def call(command, **_):
        calls.append(command)
        return int("ruff" in command)

    monkeypatch.setattr(subprocess, "call", call)
    assert start.main(["test", "-k", "word"]) == 1
    assert [command[2] for command in calls] == ["ruff", "ruff", "mypy", "pytest"]
    assert calls[-1][2:] == ["pytest", *start.PARALLEL, "-k", "word"] and ready == ["test"]
    assert "ruff check .; ruff format --check ." in capsys.readouterr().err


def test_tests_that_pass_end_with_status_0(ready, monkeypatch):
    monkeypatch.setattr(subprocess, "call", lambda call, **_: 0)
    assert start.main(["test"]) == 0


def test_lock_without_uv_says_what_to_install(ready, capsys):
    assert start.main(["lock"]) == 2
    assert "pip install uv" in capsys.readouterr().err and ready == []


# --- when to set up ---------------------------------------------------------------------------


def test_a_finished_environment_is_used_at_once(home, monkeypatch):
    pretend_installed()
    monkeypatch.setattr(start, "take_turn", None)  # would fail if it were called
    start.set_up("run", "vi")


def test_an_environment_for_tests_serves_a_run_but_not_the_other_way(home):
    pretend_installed("test")
    assert start.is_ready("run") and start.is_ready("test")
    start.STAMP.write_text(start.fingerprint() + " run", encoding="utf-8")
    assert start.is_ready("run") and not start.is_ready("test")


@pytest.mark.parametrize("text", ["", "unfinished", "0123 run"])
def test_a_half_made_or_outdated_environment_is_not_ready(home, text):
    pretend_installed()
    start.STAMP.write_text(text, encoding="utf-8")
    assert not start.is_ready("run")


def test_a_missing_command_means_not_ready(home):
    pretend_installed()
    Path(start.ACCREDITATION).unlink()
    assert not start.is_ready("run")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "start.py"])
def test_another_lock_or_script_means_another_environment(tmp_path, monkeypatch, name):
    for each in ("pyproject.toml", "start.py", *start.LOCKS.values()):
        shutil.copy(start.ROOT / each, tmp_path)
    monkeypatch.setattr(start, "ROOT", tmp_path)
    before = start.fingerprint()
    (tmp_path / name).write_text("other", encoding="utf-8")
    assert start.fingerprint() != before


def test_settings_of_the_checks_do_not_change_the_environment(tmp_path, monkeypatch):
    for each in ("pyproject.toml", "start.py", *start.LOCKS.values()):
        shutil.copy(start.ROOT / each, tmp_path)
    monkeypatch.setattr(start, "ROOT", tmp_path)
    before = start.fingerprint()
    with (tmp_path / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("[tool.other]\nx = 1\n")
    assert start.fingerprint() == before


def test_a_set_up_is_stamped_only_when_it_is_complete(home, monkeypatch):
    failing = start.NotDone("no_network", "")
    monkeypatch.setattr(start, "run_step", lambda command: (0, ""))
    monkeypatch.setattr(start, "fill_environment", lambda *_: (_ for _ in ()).throw(failing))
    with pytest.raises(start.NotDone):
        start.set_up("run", "vi")
    assert start.STAMP.read_text(encoding="utf-8") == "unfinished"
    monkeypatch.setattr(start, "fill_environment", lambda *_: None)
    start.set_up("run", "vi")
    assert start.STAMP.read_text(encoding="utf-8") == start.fingerprint() + " run"


def test_a_half_made_environment_is_cleared_first(home):
    (start.VENV / "lib").mkdir(parents=True)
    (start.VENV / "lib" / "left.py").touch()
    start.STAMP.write_text("unfinished", encoding="utf-8")
    start.make_empty_environment()
    assert (start.VENV / "pyvenv.cfg").exists()
    assert not list(start.VENV.rglob("left.py"))


def test_a_folder_of_somebody_else_is_left_alone(home, capsys):
    start.VENV.mkdir()
    (start.VENV / "thesis.docx").touch()
    assert start.main([]) == 2
    assert [path.name for path in start.VENV.iterdir()] == ["thesis.docx"]
    assert str(start.VENV) in capsys.readouterr().err


def test_only_one_set_up_at_a_time(home, monkeypatch, capsys):
    waits = []
    first = start.take_turn("vi")

    def end_of_the_first(_):
        waits.append(capsys.readouterr().err)
        first.close()

    monkeypatch.setattr(time, "sleep", end_of_the_first)
    start.take_turn("vi").close()
    assert len(waits) == 1 and "Đang chờ" in waits[0]


def test_what_another_call_has_set_up_meanwhile_is_not_done_again(home, monkeypatch):
    monkeypatch.setattr(start, "take_turn", lambda lang: pretend_installed() or nullcontext())
    monkeypatch.setattr(start, "fill_environment", None)  # would fail if it were called
    start.set_up("run", "vi")


# --- how it is installed ----------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_every_download_is_checked_against_its_hash(tool):
    *_, locked, itself = start.steps(tool, "test")
    assert {"--require-hashes", "--only-binary", "requirements-test.lock"} <= set(locked)
    assert {"--no-index", "--no-deps", "--no-build-isolation", "--editable"} <= set(itself)


def test_pip_takes_over_where_uv_fails(home, monkeypatch):
    used = []
    monkeypatch.setattr(shutil, "which", lambda name: name)

    def run_step(command):
        used.append(command)
        return int(command[0] == "uv"), "error: Connection refused"

    monkeypatch.setattr(start, "run_step", run_step)
    start.fill_environment("run", "vi")
    assert [command[0] for command in used] == ["uv", *[start.PYTHON] * 3]


def test_a_step_keeps_its_output_in_the_log(home):
    call = [sys.executable, "-c", "print('Đạt'); raise SystemExit(3)"]
    status, text = start.run_step(call)
    assert (status, text.strip()) == (3, "Đạt")
    assert start.LOG.read_text(encoding="utf-8").strip() == "Đạt"


def test_progress_counts_packages_of_all(home, monkeypatch):
    shown: list[str] = []
    monkeypatch.setattr(start, "show_passing", shown.append)
    code = "print('Collecting a==1'); print('Using cached a'); print('Collecting b==2')"
    start.run_step([sys.executable, "-c", code, start.LOCKS["run"]])
    every = start.count_packages([start.LOCKS["run"]])
    assert every > 50
    told = [line.split(" ")[0] for line in shown if line]
    assert told == [f"{n}/{every}" for n in (1, 1, 2)]


def test_a_step_is_safe_from_the_callers_python_settings(home, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    _, text = start.run_step([sys.executable, "-c", "import os; print(*os.environ)"])
    assert not {"PYTHONPATH", "PIP_TARGET"} & set(text.split())


# --- what went wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "text"), [(cause, text) for cause, texts in PRINTED.items() for text in texts]
)
def test_the_cause_is_recognised(cause, text):
    assert start.cause_of(text) == cause


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("cause", PRINTED)
def test_a_failed_step_ends_in_a_message_without_traceback(home, monkeypatch, capsys, cause, lang):
    monkeypatch.setattr(start, "run_step", lambda command: (1, PRINTED[cause][0]))
    assert start.main(["--lang", lang]) == 2
    message = capsys.readouterr().err
    assert "Traceback" not in message and "{" not in message
    assert start.STAMP.read_text(encoding="utf-8") == "unfinished"


def test_an_unknown_failure_shows_the_end_of_the_log(home, monkeypatch, capsys):
    monkeypatch.setattr(start, "run_step", lambda command: (1, "first\n" * 9 + "the last words\n"))
    assert start.main([]) == 2
    message = capsys.readouterr().err
    assert "the last words" in message and str(start.LOG) in message


def test_a_full_disk_is_seen_before_anything_is_made(home, monkeypatch, capsys):
    monkeypatch.setattr(start, "free_megabytes", lambda: 300)
    assert start.main([]) == 2
    assert "còn 300 MB, cần khoảng 1200 MB" in capsys.readouterr().err
    assert not start.VENV.exists()


def test_free_space_is_that_of_the_place_of_the_environment(tmp_path, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(start, "VENV", tmp_path / "not" / "yet" / "there")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(len(place) * 10**6))
    assert start.free_megabytes() == len(str(tmp_path))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "Không đủ chỗ"),
        (PermissionError(13, "Permission denied"), "Không ghi được"),
        (ModuleNotFoundError("No module named 'venv'"), "python3-venv"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_a_fault_of_the_system_ends_in_a_message(home, monkeypatch, capsys, error, words):
    monkeypatch.setattr(start, "take_turn", lambda lang: (_ for _ in ()).throw(error))
    assert start.main([]) == 2
    assert words in capsys.readouterr().err


def test_ctrl_c_ends_quietly(home, monkeypatch, capsys):
    monkeypatch.setattr(start, "take_turn", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    assert start.main([]) == 130
    assert capsys.readouterr().err == "Đã dừng.\n"
