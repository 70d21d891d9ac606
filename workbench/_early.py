"""What must be settled before anything slow or large is imported.

An interrupt in the first second is a sentence and no traceback, and scoring takes little
address space. Imported first by the package, and of use to its command alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import Any, NoReturn

INTERRUPTED = 130
LEAN = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
"""Arrow's own pool takes 1 GB of address space at once, OpenBLAS some for each thread."""
_M_ARENA_MAX = -8  # of glibc's malloc.h: each thread has 64 MB of address space otherwise


def is_command() -> bool:
    """Whether this process is the `workbench` command."""
    by_module = sys.argv[:1] == ["-m"] and "workbench" in sys.orig_argv
    by_name = os.path.basename(sys.argv[0] if sys.argv else "") in ("workbench", "workbench.exe")  # noqa: PTH119 - before pathlib is imported
    return by_module or by_name


def catch_interrupts() -> None:
    """End with one sentence at Ctrl-C, where this process is the `workbench` command."""
    if is_command() and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _end)


def take_little_room() -> None:
    """Let `workbench score`, which works in blocks, reserve no memory that it does not use.

    What the user has set of it stays. It does not change a bit of any score.
    """
    if not is_command() or sys.argv[1:2] != ["score"]:
        return
    for name, value in LEAN.items():
        os.environ.setdefault(name, value)
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        import ctypes

        with contextlib.suppress(AttributeError, OSError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def let_interrupts_pass() -> None:
    """Give Ctrl-C back to Python: from here on it is caught where the work is."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(*_: Any) -> NoReturn:
    os.write(2, b"workbench: interrupted; nothing was overwritten.\n")
    os._exit(INTERRUPTED)


catch_interrupts()
take_little_room()
