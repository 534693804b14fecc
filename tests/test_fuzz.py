"""A short run of the fuzzer; the long one is `python tests/fuzz/fuzz_workbooks.py`."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.corpus import samples
from tests.fuzz.fuzz_workbooks import answer, execute, supervise, workbook
from tests.fuzz.mutations import mutate

SEED = 20_26
EXECUTIONS = 200


@pytest.mark.slow
def test_mutated_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    corpus = samples()
    done = list(execute(SEED, range(EXECUTIONS), corpus, tmp_path))
    assert [finding for _, _, finding in done if finding] == []
    outcomes = {outcome for _, outcome, _ in done}
    assert len(done) == EXECUTIONS and "read" in outcomes and len(outcomes) > 5


def test_the_same_number_makes_the_same_workbook() -> None:
    first, again = samples(), samples()
    for number in range(20):
        assert workbook(SEED, number, first) == workbook(SEED, number, again)
    assert len({workbook(SEED, number, first)[1] for number in range(20)}) == 20


def test_every_sample_of_the_project_can_be_changed() -> None:
    corpus = samples()
    contents = [content for _, content in corpus]
    for ending, content in dict.fromkeys(corpus):
        changed = {mutate(Random(n), content, contents) for n in range(8)}
        assert len(changed) > 1, ending


def test_what_is_no_answer_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fuzz import fuzz_workbooks

    def fails(path: Path, rules: object) -> str:
        raise ZeroDivisionError(path.name)

    monkeypatch.setattr(fuzz_workbooks, "answer", fails)
    ((_, outcome, finding),) = execute(SEED, [0], samples(), tmp_path)
    assert outcome == "finding" and finding and finding.kind == "ZeroDivisionError"
    assert answer is not fails


def test_a_worker_that_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.fuzz import fuzz_workbooks

    script = tmp_path / "worker.py"
    script.write_text(
        "import os, sys\n"
        "first = int(sys.argv[-1].partition(':')[0])\n"
        "if first == 1: os.abort()\n"
        "print(f'[{first}, \"read\", null]', flush=True)\n"
    )
    monkeypatch.setattr(fuzz_workbooks, "__file__", str(script))
    outcomes = [(number, outcome) for number, outcome, _ in supervise(SEED, 2)]
    assert outcomes[0] == (0, "read") and outcomes[1] == (1, "death")
