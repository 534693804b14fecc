"""A server of kernels: a fork of the run, which has loaded and read all that notebooks need.

Each kernel is a fork of it in turn, so that imports are paid for once. It reads one order a line as
JSON and answers each with one line: "start" forks a kernel and gives its process id, "poll" says
whether one still runs. When its input ends, because the run is over or was killed, it ends its
kernels too.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

# What notebooks of the suite use; loading more costs nothing but the time until the first kernel.
_MODULES = (
    *("ipykernel.kernelapp", "IPython.core.completer", "pandas", "matplotlib.figure"),
    *("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "PIL.PngImagePlugin"),
    *("analysis.notebook.school_year", "analysis.measure", "analysis.compare", "analysis.charts"),
    *("analysis.export.pictures", "analysis.export.shown", "analysis.slides"),
    *("analysis.notebook.register", "analysis.export.saved"),
)
_SHOW_INLINE = "module://matplotlib_inline.backend_inline"
# What a kernel has to load itself, as it asks IPython and the settings of its own session.
_OWN = ("matplotlib.pyplot", "seaborn", "rfc3987_syntax")


def serve(orders: Any, answers: Any) -> NoReturn:
    """Load what is missing, then do what the orders say until there are no more; never comes back.

    What notebooks print goes where errors go, for the answers are read by the run.
    """
    failed = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        for name in [n for n in sys.modules if n.startswith(_OWN)]:
            del sys.modules[name]
        for name in _MODULES:
            import_module(name)
        sys.modules["matplotlib"].rcParams["backend"] = _SHOW_INLINE
        gc.freeze()  # what is shared stays shared: collecting garbage would copy its pages
        _answer(answers, "ready")
        _obey(orders, answers)
        failed = 0
    finally:
        os._exit(failed)


def _obey(orders: Any, answers: Any) -> None:
    kernels: set[int] = set()
    for line in orders:
        order = json.loads(line)
        if order["do"] == "start":
            child = os.fork()
            if not child:
                orders.close()
                answers.close()
                _become_kernel(order)
            kernels.add(child)
            _answer(answers, child)
        else:
            _answer(answers, _status(order["pid"], kernels))
    for child in kernels:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _answer(answers: Any, what: object) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


def _status(child: int, kernels: set[int]) -> int | None:
    """The exit status of a kernel; None while it runs."""
    if child not in kernels:
        return 0
    found, status = os.waitpid(child, os.WNOHANG)
    if not found:
        return None
    kernels.discard(child)
    return os.waitstatus_to_exitcode(status)


def _become_kernel(order: dict[str, Any]) -> None:
    """Turn this fork into an ordinary kernel in a group of its own; never comes back."""
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(order["env"])
        os.chdir(order["cwd"])
        sys.argv = ["ipykernel_launcher", *order["arguments"]]
        from ipykernel.kernelapp import IPKernelApp

        # It ends with its parent; without one it would tell a terminal how to connect to it.
        IPKernelApp.launch_instance(argv=order["arguments"], parent_handle=os.getppid())
    finally:
        sys.stdout.flush()
        os._exit(0)
