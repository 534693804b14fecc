"""The command `accreditation`: what the analyst asks for, and how it ends.

Heavy libraries are loaded by the job that needs them, so that help comes at once.
Exit status: 0 done, 1 done but cells are in doubt or rows set aside and --strict was given, 2 not
done.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, ClassVar, NoReturn, TextIO

from analysis.reference.labels import LANGUAGES, say
from analysis.reference.trouble import SuiteError

DONE, SET_ASIDE, NOT_DONE = 0, 1, 2


def command() -> NoReturn:
    """The command as a program of its own: `main`, and out.

    Taking a million cells apart one by one would cost a tenth of the time; the system takes back
    all of it at once. What was registered for the end is still done.
    """
    status = main()
    import atexit  # help, which ends before this line, should be quick
    import threading

    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:  # nobody listens any more
            pass
        os._exit(status)
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; never ends in a traceback for what a user can cause."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        _speak_unicode(stream)
    lang = _language(given)
    try:
        options = _parser(lang).parse_args(given)
        return int(_job(options.job)(options))
    except SuiteError as error:
        print(error.text(lang), file=sys.stderr)
        return NOT_DONE
    except BrokenPipeError:  # who reads the answer, for example `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        print(say("cli_no_file", lang, **_about_file(error)), file=sys.stderr)
        return NOT_DONE
    except KeyboardInterrupt:
        print(say("cli_stopped", lang), file=sys.stderr)
        return 130


def _about_file(error: OSError) -> dict[str, str]:
    """The file or folder that could not be read or written, and why, in the system's words."""
    return {"file": str(error.filename or ""), "cause": error.strerror or type(error).__name__}


def _speak_unicode(stream: TextIO) -> None:
    """Consoles of older Windows know few Vietnamese letters; one that is missing is no crash."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure and (stream.encoding or "").casefold().replace("-", "") != "utf8":
        reconfigure(encoding="utf-8", errors="replace")


def _language(given: Sequence[str]) -> str:
    """The language is needed before the options are read, for the messages about them."""
    for word, following in pairwise([*given, ""]):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in LANGUAGES:
            return value
    return "vi"


def _job(name: str) -> Any:
    if name in ("check", "years"):
        from analysis.work.processes import load_later

        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # starting threads costs, none is used
        load_later("pandas")  # what is shown needs no table
    module, function = _JOBS[name]
    return getattr(import_module(f"analysis.{module}"), function)


# Where each job is done.
_JOBS = {
    "run": ("work.rerun", "rerun"),
    "check": ("work.check", "check"),
    "years": ("work.years", "years"),
    "new-office": ("work.new_office", "new_office"),
    "new-targets": ("work.new_targets", "new_targets"),
    "new-year": ("work.new_year", "new_year"),
    "plan-mergers": ("work.plan_mergers", "plan_mergers"),
    "form": ("work.form", "form"),
    "sheets": ("work.sheets", "sheets"),
    "diff": ("work.diff", "diff"),
    "verify": ("work.verify", "verify"),
    "trace": ("work.trace", "trace"),
    "lab": ("notebook.lab", "lab"),
}


class _Formatter(argparse.HelpFormatter):
    """Help in the user's language only."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        prefix = say("cli_use", _Parser.lang) if prefix is None else prefix
        super().add_usage(usage, actions, groups, prefix)


class _Parser(argparse.ArgumentParser):
    """Tells in the user's language what was not understood, and what was perhaps meant."""

    lang = "vi"
    known: ClassVar[set[str]] = set()

    def __init__(self, prog: str | None = None, **options: Any) -> None:
        own: dict[str, Any] = {"add_help": False, "formatter_class": _Formatter}
        super().__init__(prog, **own, **options)
        self._positionals.title = say("cli_arguments", self.lang)
        self._optionals.title = say("cli_options", self.lang)
        self.add_argument("-h", "--help", action="help", help=say("cli_help", self.lang))

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        self.known.update(n for n in names if n.startswith("--"))
        return super().add_argument(*names, **options)

    def error(self, message: str) -> NoReturn:
        import difflib  # for this message only

        key, what = next((k, m[1]) for k, p in _FAULTS if (m := p.search(message)))
        cause = say(key, self.lang, what=what)
        near = [m for w in what.split() for m in difflib.get_close_matches(w, self.known, 1)]
        hint = say("cli_near", self.lang, near=near[0]) if near else ""
        self.exit(
            NOT_DONE, say("cli_usage", self.lang, cause=cause, command=self.prog) + hint + "\n"
        )


# What argparse says in English, and the message that says it in the user's language.
_FAULTS = [
    ("cli_unrecognized", re.compile(r"unrecognized arguments: (.+)")),
    ("cli_choice", re.compile(r"invalid choice: '?([^' ]+)")),
    ("cli_required", re.compile(r"arguments are required: (.+)")),
    ("cli_no_value", re.compile(r"argument (.+): expected")),
    ("cli_other", re.compile(r"(.*)", re.DOTALL)),
]


def _parser(lang: str) -> _Parser:
    def text(key: str) -> str:
        return say(f"cli_{key}", lang)

    _Parser.lang = lang

    def common(parts: argparse.ArgumentParser, **default: Any) -> None:
        parts.add_argument("--lang", choices=LANGUAGES, help=text("lang"), **default)
        parts.add_argument("--home", metavar=text("dir"), help=text("home"), **default)

    parser = _Parser(say("cli_command", lang), description=text("about"))
    common(parser)
    parser.set_defaults(lang="vi")
    jobs = parser.add_subparsers(
        dest="job", required=True, metavar=text("a_command"), title=text("jobs")
    )

    def job(name: str) -> argparse.ArgumentParser:
        _Parser.known.add(name)
        made = jobs.add_parser(
            name,
            help=text(name.replace("-", "_")),
            description=text(name.replace("-", "_")),
            epilog=text(f"{name}_example".replace("-", "_")),
            allow_abbrev=False,
        )
        common(made, default=argparse.SUPPRESS)  # its own would undo what stands before the job
        return made

    run = job("run")
    run.add_argument("year", nargs="?", metavar=text("a_year"), help=text("year"))
    run.add_argument("--strict", action="store_true", help=text("strict"))
    run.add_argument("--force", action="store_true", help=text("force"))
    run.add_argument("--pdf", action="store_true", help=text("pdf"))
    check = job("check")
    check.add_argument("inputs", nargs="+", metavar=text("input"), help=text("inputs"))
    check.add_argument("--json", metavar=text("file"), help=text("json"))
    check.add_argument("--csv", metavar=text("dir"), help=text("csv"))
    check.add_argument("--out", metavar=text("dir"), help=text("out"))
    check.add_argument("--as-of", metavar=text("a_day"), help=text("as_of"))
    check.add_argument("--school-year", metavar=text("a_year"), help=text("school_year"))
    check.add_argument("--targets", metavar=text("file"), help=text("targets"))
    check.add_argument("--blank", choices=("not_stated", "none"), help=text("blank"))
    check.add_argument("--strict", action="store_true", help=text("strict"))
    years = job("years")
    years.add_argument("years", nargs="*", metavar=text("a_year"), help=text("years_asked"))
    years.add_argument("--out", metavar=text("dir"), help=text("years_out"))
    years.add_argument("--processes", type=int, metavar=text("a_number"), help=text("processes"))
    years.add_argument("--strict", action="store_true", help=text("strict"))
    new_office = job("new-office")
    new_office.add_argument("--from", dest="folder", metavar=text("dir"), help=text("from_folder"))
    new_office.add_argument("--name", metavar=text("a_text"), help=text("office_name"))
    new_office.add_argument("--as-of", metavar=text("a_day"), help=text("as_of"))
    new_office.add_argument("--units", metavar=text("a_text"), help=text("office_units"))
    new_targets = job("new-targets")
    new_targets.add_argument("--from", dest="table", metavar=text("file"), help=text("from_table"))
    new_targets.add_argument("--name", metavar=text("a_text"), help=text("targets_name"))
    new_targets.add_argument("--deadline", metavar=text("a_day"), help=text("deadline"))
    for made in (new_office, new_targets):
        made.add_argument("--kdclgd", metavar=text("a_share"), help=text("wanted"))
        made.add_argument("--cqg", metavar=text("a_share"), help=text("wanted"))
        made.add_argument("--document", metavar=text("a_text"), help=text("document"))
    new_year = job("new-year")
    new_year.add_argument("new_year", metavar=text("a_year"), help=text("year_to_make"))
    new_year.add_argument("--dry-run", action="store_true", help=text("dry_run"))
    plan = job("plan-mergers")
    plan.add_argument("plan", metavar=text("file"), help=text("plan"))
    plan.add_argument("--year", metavar=text("a_year"), help=text("year"))
    plan.add_argument("--out", metavar=text("file"), help=text("plan_out"))
    form = job("form")
    form.add_argument("form_year", metavar=text("a_year"), help=text("form_year"))
    form.add_argument("--by", choices=("unit",), help=text("form_by"))
    sheets = job("sheets")
    sheets.add_argument("year", nargs="?", metavar=text("a_year"), help=text("year"))
    sheets.add_argument("--by", choices=("school", "unit"), default="school", help=text("by"))
    sheets.add_argument("--docx", action="store_true", help=text("docx"))
    diff = job("diff")
    diff.add_argument("before", metavar=text("before"), help=text("diff_side"))
    diff.add_argument("after", metavar=text("after"), help=text("diff_side"))
    diff.add_argument("--json", metavar=text("file"), help=text("json"))
    diff.add_argument("--out", metavar=text("dir"), help=text("diff_out"))
    verify = job("verify")
    verify.add_argument("year", nargs="?", metavar=text("a_year"), help=text("year"))
    trace = job("trace")
    trace._negative_number_matcher = re.compile(r"-\d+([.,]\d+)?%?$")  # "-8,6" is no option
    trace.add_argument("figure", metavar=text("a_figure"), help=text("figure"))
    trace.add_argument("number", metavar=text("a_printed"), help=text("number"))
    trace.add_argument("--year", metavar=text("a_year"), help=text("year"))
    trace.add_argument("--group", metavar=text("a_group"), help=text("group"))
    lab = job("lab")
    lab.add_argument("--no-browser", action="store_true", help=text("no_browser"))
    return parser


if __name__ == "__main__":
    command()
