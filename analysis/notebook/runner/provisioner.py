"""How jupyter_client comes by a forked kernel: its own provisioner, but for the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analysis.notebook.runner.forked import KernelServer


class ForkingProvisioner(LocalProvisioner):
    """Lets the server fork the kernel instead of starting a process."""

    server: KernelServer
    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel with the arguments jupyter_client would start it with."""
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.cwd = kwargs.get("cwd") or str(Path.cwd())
        self.process = self.server.start(arguments, self.cwd, kwargs.get("env") or os.environ)
        self.pid = self.pgid = self.process.pid
        return self.connection_info


def fork_from(server: KernelServer, kernel: AsyncKernelManager) -> None:
    """Let the kernel of this manager come from the server."""
    provisioner = ForkingProvisioner(
        kernel_id=kernel.kernel_id, kernel_spec=kernel.kernel_spec, parent=kernel
    )
    provisioner.server = server
    kernel.provisioner = provisioner
