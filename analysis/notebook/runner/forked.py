"""Kernels forked from a preloaded server, as jupyter_client wants to see them.

Only on Linux; elsewhere, and wherever the server does not come up, kernels are started afresh.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


class KernelServer:
    """The server, seen from the run: it starts kernels and says which still run."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "analysis.notebook.runner.preloading"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            start_new_session=True,  # Ctrl-C is for the run, which then closes this
        )
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
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the server; it ends its kernels."""
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()
        if self._ready is None:  # still loading, so it does not see that its input ended
            self._process.kill()
        self._process.wait()


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
def kernel_server(environment: Mapping[str, str] | None = None) -> Iterator[KernelServer | None]:
    """A server that loads while the run reads; None where kernels cannot be forked."""
    if sys.platform != "linux":
        yield None
        return
    checkout = str(Path(__file__).resolve().parents[3])
    told = dict(os.environ if environment is None else environment)
    told["PYTHONPATH"] = os.pathsep.join(filter(None, [checkout, told.get("PYTHONPATH", "")]))
    server = KernelServer(told)
    try:
        yield server
    finally:
        server.close()
