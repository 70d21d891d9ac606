"""What a killed process left unfinished, and when it may go.

Unfinished work stands in folders ``.wb-<process>-<its start>-<random>``. It belongs to a
process of this machine; once that is gone, nobody will finish it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
import zlib
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

OLDEST = 7 * 86_400  # seconds: what another machine of a shared folder began is left that long
_NAME = re.compile(r"\.wb-(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-(?P<start>\d+)-\w+")


def own_prefix() -> str:
    """Return what the names of this process's unfinished work begin with.

    Examples
    --------
    >>> own_prefix().startswith(".wb-")
    True
    """
    return f".wb-{_machine()}-{os.getpid()}-{_started(os.getpid())}-"


def remove_leftovers(folder: Path, *, kept: Collection[str] = (), own: bool = False) -> None:
    """Remove the unfinished work of processes that are gone from a folder.

    Parameters
    ----------
    folder : Path
    kept : collection of str
        Names of work that was finished, and is in use.
    own : bool
        Remove this process's own too.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> mine = folder / f"{own_prefix()}x"
    >>> mine.mkdir()
    >>> remove_leftovers(folder)
    >>> mine.exists()
    True
    """
    with suppress(OSError):
        for path in list(folder.glob(".wb-*")):
            mine = own and path.name.startswith(own_prefix()) and not path.is_symlink()
            if path.name not in kept and (mine or abandoned(path)):
                shutil.rmtree(path, ignore_errors=True)


def abandoned(path: Path) -> bool:
    """Whether a path is unfinished work of a process that is gone."""
    found = _NAME.fullmatch(path.name)
    if found is None or path.is_symlink() or not path.is_dir():
        return False
    if found["machine"] != _machine() or os.name != "posix":  # elsewhere kill(0) does kill
        with suppress(OSError):
            return time.time() - path.stat().st_mtime > OLDEST
        return False
    process = int(found["process"])
    return not _alive(process) or _started(process) != int(found["start"])


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is there, and somebody else's
        return True
    return True


def _started(process: int) -> int:
    """Return when a process began, in the machine's ticks: numbers of processes come again."""
    try:
        after_name = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2]
        return int(after_name.split()[19])
    except (OSError, ValueError, IndexError):
        return 0  # a machine that does not say


@lru_cache
def _machine() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"
