"""A kernel that is this very Python.

A kernel registered as "python3" on the machine may start another environment, without
the workbench or with another version of it. A run must not depend on what is registered.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from workbench.files import read_log

_TO_END = 5.0  # seconds: a killed process takes milliseconds


def this_python(scratch: Path) -> type[AsyncKernelManager]:
    """Return a kernel manager class that starts the running interpreter.

    Parameters
    ----------
    scratch : Path
        Where IPython keeps its profile, and the kernel's ports and key are written: the
        user's own start-up files must not change what a report says, and a run that is
        killed leaves nothing outside of this folder, which the next one removes.
    """
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = KernelSpec(
        argv=[*command, "--log-level=CRITICAL"],
        display_name="Python (workbench)",
        language="python",
        metadata={"debugger": False},
        env={
            "IPYTHONDIR": str(scratch / "ipython"),
            "PYTHONPATH": _import_path(),
            read_log.VARIABLE: str(log_in(scratch)),
        },
    )

    class ThisPython(AsyncKernelManager):
        """Starts the interpreter that runs the workbench; quietly."""

        @default("connection_file")
        def _in_scratch(self) -> str:
            return str(_connection_file(scratch))

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            # what cells write is in the notebook; the rest is sockets complaining at the end
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await super().start_kernel(**{**options, **quiet})

    return ThisPython


def log_in(scratch: Path) -> Path:
    """Return where the kernel notes which files it reads."""
    return scratch.absolute() / "read.jsonl"


def stop_kernels(scratch: Path) -> None:
    """End the kernels of `this_python` that still run.

    An interrupt may come while one is starting, which nobody stops then: it would make the
    scratch folder anew after that was removed.
    """
    file = str(_connection_file(scratch))
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has ended by itself
            if file in child.cmdline():
                child.kill()
                child.wait(timeout=_TO_END)


def _connection_file(scratch: Path) -> Path:
    return scratch.absolute() / "kernel.json"


def _import_path() -> str:
    """Let the kernel import this workbench, installed or not."""
    here = str(Path(__file__).parents[2])
    given = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(path for path in (given, here) if path)
