"""Read a workbook of a format other than Open XML in a process of its own, where neither its death
nor its memory can hurt ours.

The second reading of an .xls (`witness`) is compiled code: a cell at the far corner makes it abort,
which nothing can catch and which would take the analyst's kernel along. The child sets its own
limits before it opens the file; this side keeps the time. What it says is JSON (see `wire`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from analysis.reference.trouble import InputError
from analysis.workbooks.cells import Book
from analysis.workbooks.child import answers
from analysis.workbooks.limits import MEMORY, OUT_OF_MEMORY, Confined
from analysis.workbooks.outside import outside
from analysis.workbooks.wire import understood

CHILD = Path(__file__).with_name("child.py")
_LONGEST_LINE = 64 * 2**20
# What a child needs of our environment; nothing else of it is for foreign bytes to see.
NEEDED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# Compiled code that fails for want of memory would need memory to say where, and may wait forever.
_QUIET = {"RUST_BACKTRACE": "0"}
_NO_WINDOW = 0x08000000  # Windows: no console window for the child


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of memory, seconds by the clock, bytes of answer."""

    memory: int = MEMORY
    seconds: int = 25
    answer: int = 160 * 2**20


LIMITS = Limits()


def read_apart(content: bytes, form: str, file: str, limits: Limits = LIMITS) -> Book:
    """Every sheet of the book. A fork for foreign work reads it itself: another process would cost
    0.08 s for each file.

    Raises InputError where the file is damaged, where our reading and the witness's differ in a
    single cell, or where it needs more memory or time than `limits` allows.
    """
    if Confined.told is None:
        messages = read_confined(content, form, file, limits)
    else:
        messages = _accepted(answers(content, form, limits.memory), file)
    sheets, macros = understood(messages)
    return Book(file, form, sheets, outside(file, (f for s in sheets for f in s.files), macros))


def read_confined(content: bytes, form: str, file: str, limits: Limits = LIMITS) -> Iterator[Any]:
    """The child's answer, line by line.

    Raises InputError (for `file`) where the child refuses the workbook, dies, or outgrows a limit.
    """
    expired = threading.Event()
    with _child(file, limits, expired) as (child, to_child, from_child):
        _ask(to_child, content, form, limits)
        taken = 0
        while line := from_child.readline(_LONGEST_LINE):
            taken += len(line)
            if taken > limits.answer or len(line) == _LONGEST_LINE:
                raise InputError("reader_memory", file=file, limit=limits.answer // 2**20)
            if not line.endswith(b"\n"):
                break
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                break
            if message == {"done": True}:
                return
            yield from _accepted([message], file)
        raise _death(child, expired, file, limits)


def _accepted(messages: Iterable[Any], file: str) -> Iterator[Any]:
    """What is told of a workbook. Raises InputError where it is refused."""
    for message in messages:
        if isinstance(message, dict) and "refused" in message:
            facts = message | {"file": file}
            raise InputError(facts.pop("refused"), **facts)
        if message != {"done": True}:
            yield message


@contextmanager
def _child(
    file: str, limits: Limits, expired: threading.Event
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]]:
    """A child with its time running; it never outlives the block."""
    try:
        child = subprocess.Popen(
            [sys.executable, "-I", "-B", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={n: os.environ[n] for n in NEEDED if n in os.environ} | _QUIET,
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )
    except OSError as error:
        raise InputError("reader_died", file=file, code=error.strerror or "") from error

    def expire() -> None:
        expired.set()
        child.kill()

    clock = threading.Timer(limits.seconds, expire)
    clock.daemon = True
    clock.start()
    assert child.stdin and child.stdout
    try:
        with child.stdout:
            yield child, child.stdin, child.stdout
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        with suppress(OSError):  # what it did not take is lost with it
            child.stdin.close()


def _ask(to_child: IO[bytes], content: bytes, form: str, limits: Limits) -> None:
    request = {"form": form, "memory": limits.memory, "seconds": limits.seconds + 5}
    try:
        to_child.write(json.dumps(request).encode("ascii") + b"\n" + content)
        to_child.close()
    except OSError:
        return  # the child is gone already; the missing answer tells


def _death(
    child: subprocess.Popen[bytes], expired: threading.Event, file: str, limits: Limits
) -> InputError:
    """Why no answer came: the time is over, the memory is, or the reading stopped in the middle."""
    code = child.wait(timeout=limits.seconds)
    if expired.is_set():
        return InputError("reader_time", file=file, limit=limits.seconds)
    if code == OUT_OF_MEMORY:
        return InputError("reader_memory", file=file, limit=limits.memory // 2**20)
    return InputError("reader_died", file=file, code=code)
