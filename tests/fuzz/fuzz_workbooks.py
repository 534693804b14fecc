"""Read, clean and count mutated workbooks; whatever is not an answer is a finding.

    python tests/fuzz/fuzz_workbooks.py --executions 20000 --seed 1 --findings findings
    python tests/fuzz/fuzz_workbooks.py --seed 1 --only 4711

An answer is a table or an InputError with its message in both languages. A finding is any other
exception, an account of rows that does not add up, the death of the process, more than 2 GB of
memory or more than 30 s. The same seed and number make the same workbook on each machine that has
the same corpus.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from analysis.clean import clean_schools  # noqa: E402  the path comes first
from analysis.export.contract import contract  # noqa: E402
from analysis.measure import CountedRows  # noqa: E402
from analysis.raw import read_raw  # noqa: E402
from analysis.reference import (  # noqa: E402
    InputError,
    Rules,
    SuiteError,
    TargetSet,
    read_rules,
    read_targets,
)
from analysis.work.counted import YearCounted  # noqa: E402
from tests.fuzz.corpus import Sample, samples  # noqa: E402
from tests.fuzz.mutations import mutate  # noqa: E402

SECONDS = 30
MEMORY = 2 * 2**30
SCHOOL_YEAR = "2025-2026"


@dataclass(frozen=True)
class Finding:
    """What went wrong, and the number of the execution that shows it."""

    number: int
    ending: str
    kind: str
    where: str


class TooSlow(BaseException):
    """The time of one execution is over. No Exception, so that no reader takes it for its own."""


def workbook(seed: int, number: int, corpus: Sequence[Sample]) -> Sample:
    """The mutated workbook of one execution."""
    chance = Random(f"{seed}:{number}")
    ending, content = corpus[chance.randrange(len(corpus))]
    return ending, mutate(chance, content, [c for _, c in corpus])


def answer(path: Path, rules: Rules) -> str:
    """Read, clean and account for one file; the outcome in one word. Raises what it should not."""
    raw = read_raw(path, rules)
    for error in raw.errors:
        for lang in ("vi", "en"):
            error.text(lang)
        if error.key == "reader_died" and error.facts.get("code") == 1:
            raise AssertionError("the confined reader ended with an exception of its own")
    cleaned, counted = None, None
    if raw.tables:
        cleaned = clean_schools(raw, rules, school_year=SCHOOL_YEAR)
        rows = CountedRows(cleaned.rows, cleaned.barred, rules.as_of(SCHOOL_YEAR), rules)
        counted = YearCounted(SCHOOL_YEAR, rows, _targets())
    json.loads("".join(contract(raw, cleaned, rules, counted, "vi")).encode("utf-8"))
    return raw.errors[0].key if raw.errors else "read"


@cache
def _targets() -> TargetSet:
    return read_targets(ROOT / "data" / "targets" / "huong-tra-2022-2025.toml")


def execute(
    seed: int, numbers: Sequence[int], corpus: Sequence[Sample], folder: Path
) -> Iterator[tuple[int, str, Finding | None]]:
    """Run executions one after the other: (number, outcome, finding or None)."""
    rules = read_rules()
    for number in numbers:
        ending, content = workbook(seed, number, corpus)
        path = folder / f"a{ending}"
        path.write_bytes(content)
        try:
            with _clock(SECONDS):
                outcome = answer(path, rules)
        except InputError as error:
            yield number, error.key, None
        except (Exception, TooSlow) as error:
            kind = error.key if isinstance(error, SuiteError) else type(error).__name__
            yield number, "finding", Finding(number, ending, kind, _place(error))
        else:
            yield number, outcome, None


@contextlib.contextmanager
def _clock(seconds: int) -> Iterator[None]:
    """Raise TooSlow in the block when the time is over, where the system has such a clock."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _place(error: BaseException) -> str:
    """The last lines of the project in the trace, and what was raised."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if str(ROOT) in f.filename]
    shown = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-3:]]
    return f"{' > '.join(shown)}: {str(error)[:200]!r}"


def work(seed: int, first: int, end: int) -> None:
    """The worker: one line of JSON per execution, memory limited."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    corpus = samples()
    with tempfile.TemporaryDirectory() as folder:
        for number, outcome, finding in execute(seed, range(first, end), corpus, Path(folder)):
            found = asdict(finding) if finding else None
            print(json.dumps([number, outcome, found]), flush=True)


def supervise(seed: int, executions: int) -> Iterator[tuple[int, str, Finding | None]]:
    """Run workers until all is done; one that dies is a finding, and the next goes on behind it."""
    first = 0
    while first < executions:
        command = [sys.executable, __file__, "--seed", str(seed), "--work", f"{first}:{executions}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout
            for line in worker.stdout:
                number, outcome, found = json.loads(line)
                first = number + 1
                yield number, outcome, Finding(**found) if found else None
        if first < executions:
            finding = Finding(first, "", f"death {worker.returncode}", "")
            yield first, "death", finding
            first += 1


def main() -> int:
    """Run, save the findings, say what came out."""
    options = _options()
    if options.work:
        first, _, end = options.work.partition(":")
        work(options.seed, int(first), int(end))
        return 0
    if options.only is not None:
        return _only(options.seed, options.only)
    started, outcomes, findings = time.monotonic(), Counter[str](), Counter[str]()
    for number, outcome, finding in supervise(options.seed, options.executions):
        outcomes[outcome] += 1
        if finding:
            findings[f"{finding.kind} {finding.where}"] += 1
            _save(options, finding)
            print(f"{number}: {finding.kind} {finding.where}", flush=True)
        elif number % 500 == 499:
            print(f"{number + 1} in {time.monotonic() - started:.0f} s", flush=True)
    print(f"{sum(outcomes.values())} executions, {sum(findings.values())} findings")
    print(*(f"{n:7} {name}" for name, n in outcomes.most_common()), sep="\n")
    return 1 if findings else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--executions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=Path, help="folder for workbooks that show a finding")
    parser.add_argument("--only", type=int, help="run one execution, with its trace")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    return parser.parse_args()


def _save(options: argparse.Namespace, finding: Finding) -> None:
    if options.findings:
        options.findings.mkdir(parents=True, exist_ok=True)
        ending, content = workbook(options.seed, finding.number, samples())
        name = f"{options.seed}-{finding.number}"
        (options.findings / f"{name}{ending}").write_bytes(content)
        (options.findings / f"{name}.txt").write_text(f"{finding}\n", encoding="utf-8")


def _only(seed: int, number: int) -> int:
    ending, content = workbook(seed, number, samples())
    path = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{number}{ending}"
    path.write_bytes(content)
    print(path)
    print(answer(path, read_rules()))
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
