"""Limits a process puts on itself before it opens a file of unknown origin."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from mmap import mmap
from typing import Any

from analysis.reference.trouble import InputError

OUT_OF_MEMORY = 77  # the exit code of a process that stopped itself for want of memory
SECONDS = 30  # for one file, and for what follows the reading of all
MEMORY = 448 * 2**20  # beside what the process has
LONGER = "ACCREDITATION_SECONDS"  # who needs more says so here
_NAMED = 5
_EXTENDED_LIMITS = 9
_DIE_QUIETLY, _PROCESS_MEMORY = 0x400, 0x100


def confine(memory: int, seconds: int) -> None:
    """Take no more than `memory` bytes and `seconds` of computing, and leave no core dump."""
    if sys.platform == "win32":
        _limit_memory(memory)
        return
    import resource

    def lower(kind: int, value: int) -> None:
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, hard))

    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_CPU, seconds)
    if sys.platform == "linux":
        lower(resource.RLIMIT_AS, memory)
    else:  # macOS takes the limit and does not keep it
        threading.Thread(target=watch, args=(memory,), daemon=True).start()


class _TimeIsUp(BaseException):
    """No handler of damaged files takes it for one."""


def seconds_allowed() -> int:
    """`SECONDS`, or what the environment asks for."""
    asked = os.environ.get(LONGER, "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) else SECONDS


def named(files: Sequence[str]) -> str:
    """The first of the files, for a message."""
    return ", ".join(files[:_NAMED]) + ", …" * (len(files) > _NAMED)


def clock_over(files: Sequence[str]) -> InputError:
    """Reading or cleaning these files took longer than allowed."""
    limit = seconds_allowed()
    return InputError("clock_over", file=named(files), limit=limit, longer=LONGER)


@contextmanager
def bounds(*files: str) -> Iterator[None]:
    """InputError for these files when the block takes more time or memory than allowed."""
    Confined.at(files)
    with _clock(files), _memory(files):
        yield


class Confined:
    """Whether this process is a fork for foreign work, which notes for its parent (`told`) what it
    is at."""

    told: mmap | None = None

    @classmethod
    def at(cls, files: Sequence[str]) -> None:
        """Note which files are worked on."""
        if cls.told is not None:
            text = named(files).encode()[: len(cls.told)]
            cls.told[:] = text + bytes(len(cls.told) - len(text))


@contextmanager
def _memory(files: Sequence[str]) -> Iterator[None]:
    """Only Linux keeps a limit of address space that a process can lift again."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    most = held() + MEMORY
    if before[0] == resource.RLIM_INFINITY or before[0] > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    try:
        yield
    except MemoryError:
        limit = MEMORY // 2**20
        raise InputError("reader_memory", file=named(files), limit=limit) from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def held() -> int:
    """The bytes of address space this process has, on Linux."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")


@contextmanager
def _clock(files: Sequence[str]) -> Iterator[None]:
    """Stops also in the middle of a pattern that does not come to an end; not on Windows, and not
    in a thread."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    import signal

    def ring(*_: object) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds_allowed())
    try:
        yield
    except _TimeIsUp:
        raise clock_over(files) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def watch(memory: int, pause: float = 0.05) -> None:
    """End the process as soon as it has held more than `memory` bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= memory:
        time.sleep(pause)
    os._exit(OUT_OF_MEMORY)


def extended_limits() -> type[Any]:
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of Windows, what is not used of it unnamed."""
    import ctypes

    class ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("times", ctypes.c_int64 * 2),
            ("LimitFlags", ctypes.c_uint32),
            ("sets", ctypes.c_size_t * 2),
            ("processes", ctypes.c_uint32),
            ("affinity", ctypes.c_size_t),
            ("classes", ctypes.c_uint32 * 2),
            ("counters", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("others", ctypes.c_size_t * 3),
        )

    return ExtendedLimits


if sys.platform == "win32":

    def _limit_memory(memory: int) -> None:
        """Put the process into a job object: it does so itself, for the `python.exe` of a virtual
        environment only starts another process. Raises OSError where the system refuses; then the
        file is better not opened."""
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD,
        )  # fmt: skip
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        limits = extended_limits()()
        limits.LimitFlags = _PROCESS_MEMORY | _DIE_QUIETLY
        limits.ProcessMemoryLimit = memory
        job = kernel.CreateJobObjectW(None, None)  # the handle lives as long as the process
        size = ctypes.sizeof(limits)
        if not (
            job
            and kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), size)
            and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        ):
            raise ctypes.WinError(ctypes.get_last_error())
