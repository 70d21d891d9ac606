"""An interrupt in the first second, while Python still imports, is a sentence and no traceback.

Imported before anything else by the package, and of use to its command alone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any, NoReturn

INTERRUPTED = 130


def catch_interrupts() -> None:
    """End with one sentence at Ctrl-C, where this process is the `workbench` command."""
    by_module = sys.argv[:1] == ["-m"] and "workbench" in sys.orig_argv
    by_name = os.path.basename(sys.argv[0] if sys.argv else "") in ("workbench", "workbench.exe")  # noqa: PTH119 - before pathlib is imported
    if (by_module or by_name) and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _end)


def let_interrupts_pass() -> None:
    """Give Ctrl-C back to Python: from here on it is caught where the work is."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(*_: Any) -> NoReturn:
    os.write(2, b"workbench: interrupted; nothing was overwritten.\n")
    os._exit(INTERRUPTED)


catch_interrupts()
