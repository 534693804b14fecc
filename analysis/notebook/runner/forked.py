"""Kernels forked from a preloaded server, as jupyter_client wants to see them.

Only on Linux; elsewhere, and wherever the server does not come up, kernels are started afresh.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from analysis.notebook.runner.preloading import serve


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
