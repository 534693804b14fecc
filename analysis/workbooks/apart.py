"""What foreign bytes make a process do, done in a fork of this one: an analyst's kernel lives on
whatever becomes of it. Only on Linux; a fork takes 5 ms, a process of its own 0.3 s."""

from __future__ import annotations

import ctypes
import gc
import json
import mmap
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import IO

from analysis.reference.trouble import InputError, SuiteError
from analysis.workbooks.confined import LIMITS, NEEDED
from analysis.workbooks.limits import (
    LONGER,
    MEMORY,
    OUT_OF_MEMORY,
    Confined,
    clock_over,
    confine,
    held,
    named,
    seconds_allowed,
)

_PR_SET_PDEATHSIG = 1
_MADE, _REFUSED = b"+", b"-"
_CHUNK, _SPARE = 2**20, 5


def forked(work: Callable[[], object]) -> int:
    """The process that does the work, silently: it ends with 0 if nothing is given back, and dies
    with this one, even by SIGKILL."""
    parent = os.getpid()
    sys.stdout.flush()
    if child := os.fork():
        return child
    failed = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            failed = int(bool(work()))
    finally:
        os._exit(failed)


def made_apart(make: Callable[[], bytes | None], *files: str) -> bytes | None:
    """What `make` gives, made apart with a bare environment and limits of memory and time; None
    where it gives nothing, or where there is no fork.

    Raises what `make` refuses (SuiteError), and InputError for the file it is at (of these `files`)
    where it outgrows a limit or dies. Each file and what follows has bounds of its own
    (`limits.bounds`); these are for what those cannot stop.
    """
    if sys.platform != "linux":
        return None
    seconds = seconds_allowed() * (len(files) + 1) + _SPARE
    out, into = os.pipe()
    place = mmap.mmap(-1, mmap.PAGESIZE)
    child = forked(lambda: _answer(make, into, seconds, place))
    os.close(into)
    try:
        with os.fdopen(out, "rb", buffering=0) as answer:
            told = _all_of(answer, time.monotonic() + seconds)
    finally:
        os.kill(child, signal.SIGKILL)
        code = os.waitpid(child, 0)[1]
        at = place[:].rstrip(b"\0").decode(errors="ignore") or named(files)
    if told is None:
        raise clock_over([at])
    if len(told) > LIMITS.answer:
        raise InputError("reader_memory", file=at, limit=LIMITS.answer // 2**20)
    if told[:1] == _MADE:
        return told[1:] or None
    if told[:1] == _REFUSED:
        kind, key, facts = json.loads(told[1:])
        raise (InputError if kind == "InputError" else SuiteError)(key, **facts)
    if os.waitstatus_to_exitcode(code) == OUT_OF_MEMORY:
        raise InputError("reader_memory", file=at, limit=MEMORY // 2**20)
    raise InputError("reader_died", file=at, code=os.waitstatus_to_exitcode(code))


def _all_of(answer: IO[bytes], until: float) -> bytes | None:
    """The answer, as far as one is taken; None where it is not there in time."""
    parts, size = list[bytes](), 0
    while size <= LIMITS.answer:
        if not select.select([answer], [], [], max(0, until - time.monotonic()))[0]:
            return None
        if not (part := answer.read(_CHUNK)):
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _answer(make: Callable[[], bytes | None], into: int, seconds: int, place: mmap.mmap) -> None:
    """In the child: what `make` gives or refuses, behind a sign that it is whole."""
    kept = {n: os.environ[n] for n in (*NEEDED, LONGER) if n in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    gc.freeze()  # what the parent has is not for this process to tidy up
    Confined.told = place
    confine(held() + MEMORY, seconds)
    try:
        told = _MADE + (make() or b"")
    except SuiteError as reason:
        said = [type(reason).__name__, reason.key, reason.facts]
        told = _REFUSED + json.dumps(said, default=str).encode()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    with os.fdopen(into, "wb") as answer:
        answer.write(told)
