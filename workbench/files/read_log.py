"""Which files a run reads: whoever opens one notes it, with what it held, before it is read.

A run executes its notebook in another process, and names a log to it in the environment. There
each file is a line, appended at once. Without a log nothing is noted, and nothing is hashed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workbench.files.digest import Digest, digest_of

VARIABLE = "WORKBENCH_READ_LOG"
_NOTED: dict[tuple[str, str], tuple[int, ...]] = {}
"""By log and file: its state when this process noted it last."""


@dataclass(frozen=True)
class ReadFile:
    """A file that was read.

    Parameters
    ----------
    path : str
        As it was named to whoever read it.
    absolute : str
    digest : Digest
        Of what it held when it was read last.
    changed : bool
        Whether it held something else when it was read before.
    """

    path: str
    absolute: str
    digest: Digest
    changed: bool = False


@dataclass(frozen=True)
class ReadLog:
    """What a run read.

    Parameters
    ----------
    files : tuple of ReadFile
    others : tuple of str
        What has no bytes to hash, such as a database: a sentence's subject each.
    """

    files: tuple[ReadFile, ...] = ()
    others: tuple[str, ...] = ()


def noted(path: str | os.PathLike[str]) -> None:
    """Note a file that is about to be read, where there is a log; one that is not there is none."""
    if not (log := os.environ.get(VARIABLE)):
        return
    with suppress(OSError, ValueError):  # whoever reads it says what is wrong with it
        absolute = os.path.abspath(path)  # noqa: PTH100 - a link keeps its own name
        now = state_of(absolute)
        if _NOTED.get((log, absolute)) == now:
            return
        digest = digest_of(Path(absolute))
        _append(log, {"path": os.fspath(path), "absolute": absolute, **asdict(digest)})
        _NOTED[log, absolute] = now


def noted_all(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Note several files that are about to be read."""
    for path in paths:
        noted(path)


def noted_other(what: str) -> None:
    """Note something that is read and has no bytes to hash; never with a password in its name."""
    if log := os.environ.get(VARIABLE):
        _append(log, {"other": what})


def is_noting() -> bool:
    """Whether there is a log."""
    return bool(os.environ.get(VARIABLE))


def read_log(log: Path) -> ReadLog:
    """Return what was noted: each file once, as it was when it was read last.

    Parameters
    ----------
    log : Path
        A log that is not there is empty.

    Examples
    --------
    >>> read_log(Path("nowhere"))
    ReadLog(files=(), others=())
    """
    lines = [json.loads(line) for line in _lines(log)]
    files: dict[str, ReadFile] = {}
    for line in lines:
        if "absolute" in line:
            before = files.get(line["absolute"])
            files[line["absolute"]] = _file(line, before)
    others = dict.fromkeys(line["other"] for line in lines if "other" in line)
    return ReadLog(tuple(files.values()), tuple(others))


def state_of(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """Return what changes where a file is written, or another put in its place.

    Raises
    ------
    OSError
        There is no such file.
    """
    now = os.stat(path)  # noqa: PTH116 - a path may be too long for pathlib
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns


def _file(line: dict[str, Any], before: ReadFile | None) -> ReadFile:
    digest = Digest(line["size"], line["sha256"])
    path = line["path"] if before is None else before.path
    changed = before is not None and (before.changed or before.digest != digest)
    return ReadFile(path, line["absolute"], digest, changed)


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.is_file() else []


def _append(log: str, line: dict[str, Any]) -> None:
    """Append one line by one write: several processes of a run may do so."""
    with open(log, "ab", buffering=0) as file:  # noqa: PTH123 - the log is text in the environment
        file.write(json.dumps(line).encode() + b"\n")
