"""Kernels forked from a server, as jupyter_client wants to see them.

The server is a fork of the run, which has loaded and read all that notebooks need; each kernel is a
fork of it in turn, so that imports are paid for once. It reads one order a line as JSON and answers
each with one line: "start" forks a kernel and gives its process id, "poll" says whether one still
runs. When its input ends, because the run is over or was killed, it ends its kernels too.

Only on Linux; elsewhere, and wherever the server does not come up, kernels are started afresh.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn


class KernelServer:
    """The server, seen from the run: it starts kernels and says which still run."""

    def __init__(self) -> None:
        (orders, self._orders), (self._answers, answers) = os.pipe(), os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if not self._pid:
            os.setsid()  # Ctrl-C is for the run, which then closes this
            os.close(self._orders)
            os.close(self._answers)
            serve(os.fdopen(orders), os.fdopen(answers, "w"))
        os.close(orders)
        os.close(answers)
        self._told, self._heard = os.fdopen(self._orders, "w"), os.fdopen(self._answers)
        self._ready: bool | None = None

    def is_ready(self) -> bool:
        """Wait until it has loaded everything; False where it did not come up."""
        if self._ready is None:
            with suppress(OSError, ValueError):
                self._ready = self._answer() == "ready"
        return bool(self._ready)

    def start(self, arguments: list[str], cwd: str, environment: Mapping[str, str]) -> ForkedKernel:
        """Fork a kernel."""
        facts = {"arguments": arguments, "cwd": cwd, "env": dict(environment)}
        return ForkedKernel(self, self._ask({"do": "start", **facts}))

    def poll(self, pid: int) -> int | None:
        """The exit status of a kernel, None while it runs; a server that is gone took it along."""
        try:
            answer: int | None = self._ask({"do": "poll", "pid": pid})
        except (OSError, ValueError):
            return 1
        return answer

    def _ask(self, order: Mapping[str, Any]) -> Any:
        self._told.write(json.dumps(order) + "\n")
        self._told.flush()
        return self._answer()

    def _answer(self) -> Any:
        return json.loads(self._heard.readline())

    def close(self) -> None:
        """End the server; it ends its kernels."""
        for stream in (self._told, self._heard):
            with suppress(OSError):
                stream.close()
        if self._ready is None:  # still loading, so it does not see that its input ended
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


class ForkedKernel:
    """A kernel as jupyter_client's own provisioner sees a process it has started."""

    stdin = stdout = stderr = None

    def __init__(self, server: KernelServer, pid: int) -> None:
        self.server, self.pid = server, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        if self.returncode is None:
            self.returncode = self.server.poll(self.pid)
        return self.returncode

    def wait(self) -> int | None:
        """The exit status; jupyter_client asks once `poll` has one."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and what it started."""
        if self.poll() is None:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


@contextmanager
def kernel_server() -> Iterator[KernelServer | None]:
    """A server that has what this process has loaded; None where kernels cannot be forked."""
    if sys.platform != "linux":
        yield None
        return
    server = KernelServer()
    try:
        yield server
    finally:
        server.close()


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
