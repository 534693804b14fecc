"""Set the project up and run it; needs nothing but Python's standard library (usage: --help).

The environment lives in .venv, or where ACCREDITATION_VENV says. Its stamp tells what it was made
from: while that holds, a call starts at once; when it does not, the environment is made anew.
The syntax stays that of Python 3.6, so that an old Python gets as far as its message.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("ACCREDITATION_VENV") or ROOT / ".venv").expanduser().resolve()
LOG, STAMP = VENV.with_name(VENV.name + "-setup.log"), VENV / "made-by-start.txt"
BIN, EXE = (VENV / "Scripts", ".exe") if os.name == "nt" else (VENV / "bin", "")
PYTHON, ACCREDITATION = str(BIN / ("python" + EXE)), str(BIN / ("accreditation" + EXE))
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock"}
CRITERIA = "requirements-criteria.lock"  # an environment apart: pyarrow must not get into this one
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
# A test process for each processor; a file stays in one, so that what its tests share is made once.
PARALLEL = ["--numprocesses=logical", "--dist=loadfile", "--no-loadscope-reorder"]
MEGABYTES = 1200  # the environment, and what is downloaded to fill it

OLDEST, NEWEST = (3, 11), (3, 14)
WRONG_PYTHON = {  # in here, because an old Python cannot read the TOML file of the other messages
    "vi": "Python {} quá {}: dự án cần Python 3.11 đến 3.14. Hãy cài Python 3.12 (bản 64 bit)"
    " nếu chưa có, rồi chạy: {} start.py",
    "en": "Python {} is too {}: the project needs Python 3.11 to 3.14. Install Python 3.12"
    " (64-bit) if it is not there, and run: {} start.py",
}
NO_NETWORK = (
    r"NewConnectionError|NameResolutionError|ProxyError|Connect(ion)?Timeout|Read ?timed ?out"
    r"|Connection ?(reset|refused)|Network is unreachable|getaddrinfo|name resolution|dns error"
    r"|error sending request|operation timed out"
)
CAUSES = (  # message, and what pip, uv or the system prints in that case; the first that fits wins
    ("wrong_hash", r"DO NOT MATCH THE HASHES|hash mismatch"),
    ("disk_full", r"(Errno|os error) (28|122)\b|(WinError|os error) 112\b|No space left"),
    ("no_venv", r"No module named '?(ensurepip|venv)|ensurepip is (not available|disabled)"),
    ("no_permission", r"(Errno|os error) (1|13|30)\b|(WinError|os error) (5|32)\b"),
    ("no_trust", r"CERTIFICATE_VERIFY_FAILED|CertificateError|invalid peer certificate"),
    ("no_network", NO_NETWORK),
    ("no_wheel", r"No matching distribution|no (usable|compatible) wheels|no wheels with a match"),
)


class NotDone(Exception):
    """The set-up cannot go on: the key of the message for it, and what was printed last."""


def wrong_python(version: "tuple[int, ...]", lang: str) -> str:
    """The message for a Python outside the range, naming a fitting one if this machine has it."""
    fault = {"vi": ("cũ", "mới"), "en": ("old", "new")}[lang][version > NEWEST]
    names = ["python3." + minor for minor in ("12", "13", "14", "11")]
    better = next(filter(shutil.which, names), "py -3.12" if os.name == "nt" else names[0])
    return WRONG_PYTHON[lang].format(".".join(map(str, version)), fault, better)


def say(key: str, lang: str, **facts: object) -> None:
    """Print a message of labels/start.toml: help on stdout, all else apart from the results."""
    import tomllib

    labels = ROOT / "analysis" / "reference" / "labels" / "start.toml"
    text = tomllib.loads(labels.read_text(encoding="utf-8"))["start_" + key][lang]
    facts.update(place=VENV, log=LOG, free=free_megabytes(), need=MEGABYTES)
    facts.update(python=sys.version.split()[0], machine=sysconfig.get_platform())
    print(text.format(**facts), file=sys.stdout if key == "help" else sys.stderr, flush=True)


def cause_of(text: str) -> str:
    """The key of the message that fits what a failed step printed."""
    return next((key for key, sign in CAUSES if re.search(sign, text, re.IGNORECASE)), "failed")


def free_megabytes() -> int:
    """Free space where the environment stands or is to stand."""
    there = next(place for place in (VENV, *VENV.parents) if place.exists())
    return shutil.disk_usage(str(there)).free // 10**6


def fingerprint() -> str:
    """What an environment depends on: the Python, the places, the locks and how it is made."""
    project = (ROOT / "pyproject.toml").read_bytes().partition(b"[tool.")[0]
    files = [(ROOT / name).read_bytes() for name in ("start.py", *LOCKS.values())]
    places = map(os.fsencode, (sys.version, sys.base_prefix, str(ROOT), str(VENV)))
    return hashlib.sha256(b"\0".join([*places, project, *files])).hexdigest()


def is_ready(extent: str) -> bool:
    """Is the environment whole and current? One made for tests serves a run as well."""
    try:
        made_from, made_for = STAMP.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return False
    whole = os.path.exists(PYTHON) and os.path.exists(ACCREDITATION)
    return whole and made_for in (extent, "test") and made_from == fingerprint()


def lock_file(file_number: int) -> bool:
    """Lock an open file unless another holds it; a file system without locks counts as free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file_number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file_number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return not isinstance(error, (BlockingIOError, PermissionError))
    return True


def take_turn(lang: str) -> "IO[str]":
    """Wait while another set-up runs; the turn ends when the file is closed, even by a crash."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    turn = VENV.with_name(VENV.name + "-setup.lock").open("a")
    attempts = 0
    while not lock_file(turn.fileno()):
        if attempts % 200 == 0:  # about once a minute
            say("waiting", lang)
        attempts += 1
        time.sleep(0.3)
    return turn


def make_empty_environment() -> None:
    """Begin anew in place of an outdated or half-made environment of ours; never of another's."""
    import venv

    if free_megabytes() < MEGABYTES:
        raise NotDone("disk_full", "")
    if VENV.exists() and not STAMP.exists() and any(VENV.iterdir()):
        raise NotDone("not_ours", "")
    VENV.mkdir(exist_ok=True)
    STAMP.write_text("unfinished", encoding="utf-8")
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(str(entry))
        elif entry != STAMP:
            entry.unlink()
    venv.create(str(VENV), symlinks=os.name != "nt")


def steps(tool: str, extent: str) -> "list[list[str]]":
    """The commands by which pip or uv installs the lock, every hash checked, and the project."""
    locked = ["--require-hashes", "--only-binary", ":all:", "--requirement", LOCKS[extent]]
    itself = ["--no-index", "--no-deps", "--no-build-isolation", "--editable", "."]
    if tool == "uv":
        install = ["uv", "pip", "install", "--python", PYTHON]
        return [[*install, *locked], [*install, *itself]]
    install = [PYTHON, "-m", "pip", "install", "--no-compile"]
    return [[PYTHON, "-m", "ensurepip"], [*install, *locked], [*install, *itself]]


def count_packages(command: "list[str]") -> int:
    """How many packages the lock has that a command installs; pip says when it comes to each."""
    locks = [ROOT / word for word in command if word in LOCKS.values()]
    return sum(len(re.findall("(?m)^[^ #]+==", lock.read_text("utf-8"))) for lock in locks)


def show_passing(line: str) -> None:
    """Show a line on a terminal until the next one takes its place."""
    if sys.stderr.isatty():
        print(line.strip()[:76].ljust(76), end="\r", file=sys.stderr, flush=True)


def run_step(command: "list[str]") -> "tuple[int, str]":
    """Run one step: (exit status, text). The text goes to the log, its last line to a terminal."""
    unwanted = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    env.update(PYTHONUTF8="1", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.update(UV_SYSTEM_CERTS="1", UV_NATIVE_TLS="1")  # an office's own certificates count
    out, err = subprocess.PIPE, subprocess.STDOUT
    process = subprocess.Popen(command, cwd=str(ROOT), env=env, stdout=out, stderr=err)
    lines, done, packages = [], 0, count_packages(command)
    with process, LOG.open("a", encoding="utf-8") as log:
        for raw in process.stdout or ():
            lines.append(raw.decode("utf-8", "replace"))
            log.write(lines[-1])
            done += lines[-1].startswith("Collecting ")
            show_passing(f"{done}/{packages} {lines[-1]}" if packages else lines[-1])
    show_passing("")
    return process.returncode, "".join(lines)


def fill_environment(extent: str, lang: str) -> None:
    """Install with uv where it is there, and with pip where it is not or fails."""
    LOG.write_text("", encoding="utf-8")
    for tool in ("uv", "pip") if shutil.which("uv") else ("pip",):
        say("installing", lang, tool=tool)
        for command in steps(tool, extent):
            status, text = run_step(command)
            if status:
                break
        else:
            return
    raise NotDone(cause_of(text), text)


def set_up(extent: str, lang: str) -> None:
    """Make the environment ready for a "run" or a "test"; returns at once where it is."""
    if is_ready(extent):
        return
    with take_turn(lang):
        if is_ready(extent):  # made by the call that was waited for
            return
        started = time.time()
        if not is_ready("run"):
            make_empty_environment()
        fill_environment(extent, lang)
        say("compiling", lang)  # else each kernel compiles pandas again where .pyc are not written
        run_step([PYTHON, "-m", "compileall", "-q", "-j", "0", str(VENV), "analysis"])
        STAMP.write_text(fingerprint() + " " + extent, encoding="utf-8")
        say("ready", lang, seconds=round(time.time() - started))


def run_tests(options: "list[str]", lang: str) -> int:
    """ruff, mypy, then pytest, so that pytest's closing line comes last."""
    failed = []
    for check in (*CHECKS, ["pytest", *PARALLEL, *options]):
        print("==", *check, flush=True)
        if subprocess.call([PYTHON, "-m", *check], cwd=str(ROOT)):
            failed.append(" ".join(check))
    if failed:
        say("not_passed", lang, names="; ".join(failed))
    return 1 if failed else 0


def renew_locks(options: "list[str]") -> int:
    """Write all locks: for every system, Python 3.11 and later, with hashes, without addresses."""
    import tomllib

    if not shutil.which("uv"):
        raise NotDone("no_uv", "")
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    call = ["uv", "pip", "compile", "pyproject.toml", "-", "--quiet", "--universal", *options]
    call += ["--python-version", "3.11", "--generate-hashes", "--custom-compile-command"]
    call += ["python start.py lock", "--no-emit-index-url", "--no-emit-find-links", "--output-file"]
    test = [LOCKS["test"], "--extra", "test", "--constraint", LOCKS["run"]]
    criteria = [CRITERIA, "--extra", "criteria", "--extra", "spark", "--constraint", LOCKS["test"]]
    for output, more in (([LOCKS["run"]], []), (test, []), (criteria, ["hypothesis", "pytest"])):
        named = "\n".join([*build, *more])
        if subprocess.run([*call, *output], input=named, text=True, cwd=ROOT).returncode:
            return 2
    return 0


def hand_over(command: "list[str]") -> int:
    """Become the `accreditation` command, so that Ctrl-C and the exit status are its own."""
    os.environ.setdefault("PYTHONUTF8", "1")
    os.environ["ACCREDITATION_COMMAND"] = typed()
    if os.name != "nt":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Windows cannot replace a process
    return subprocess.call(command)


def typed() -> str:
    """How this person calls us: messages name commands in that form."""
    names = ("python", "py", "python3") if os.name == "nt" else ("python", "python3")
    return "{} {}".format(next(filter(shutil.which, names), "python"), sys.argv[0] or "start.py")


def split_call(args: "list[str]") -> "tuple[str, list[str], list[str]]":
    """The language, the word with what follows it (no word means run), the language option."""
    at = next((i for i, arg in enumerate(args) if arg.partition("=")[0] == "--lang"), len(args))
    end = at + (1 if "=" in "".join(args[at : at + 1]) else 2)
    words, option = args[:at] + args[end:], args[at:end]
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words = ["run", *words]
    return "en" if option[-1:] in (["en"], ["--lang=en"]) else "vi", words, option


def main(args: "list[str]", version: "tuple[int, ...]" = sys.version_info[:2]) -> int:
    """Exit status: 0 done, 1 a test failed, 2 not done, 130 stopped; else that of the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    lang, (word, *rest), option = split_call(args)
    if not OLDEST <= version <= NEWEST:
        print(wrong_python(version, lang), file=sys.stderr)
        return 2
    try:
        if word == "lock":
            return renew_locks(rest)
        if word in ("-h", "--help"):
            say("help", lang)
            return 0
        set_up("test" if word == "test" else "run", lang)
        if word == "test":
            return run_tests(rest, lang)
        return hand_over([ACCREDITATION, word, *rest, *option])
    except KeyboardInterrupt:
        say("stopped", lang)
        return 130
    except NotDone as problem:
        key, text = problem.args
    except (OSError, ImportError) as problem:
        key, text = cause_of(str(problem)), str(problem)
    say(key, lang, detail="\n".join(text.strip().splitlines()[-5:]))
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
