"""What stands beside a list of scores: who answers for it, and of which model it is."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.files.whole_file import whole_file

SUFFIX = ".json"


def beside(output: Path) -> Path:
    """Return where the sidecar of a list is.

    Examples
    --------
    >>> beside(Path("lists/scores.csv")).name
    'scores.csv.json'
    """
    return output.with_name(output.name + SUFFIX)


@contextmanager
def both_or_neither(output: Path) -> Iterator[None]:
    """Leave the sidecar of a list as it was where the list cannot be put in place.

    Parameters
    ----------
    output : Path
        The list, which takes its name within.
    """
    place = beside(output)
    is_there = os.path.isfile(place)  # noqa: PTH113 - a path may be too long to ask for
    before = place.read_bytes() if is_there else None
    try:
        yield
    except BaseException:
        _as_it_was(place, before)
        raise


def write_sidecar(output: Path, unfinished: Path, said: Mapping[str, Any]) -> None:
    """Write the sidecar of a list that is about to take its name: it is there first.

    Parameters
    ----------
    output : Path
        The list.
    unfinished : Path
        The file that will be it.
    said : mapping
        JSON values.
    """
    with unfinished.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry = {"file": output.name, "bytes": unfinished.stat().st_size, "sha256": digest}
    content = json.dumps({"list": entry, **said}, indent=1, ensure_ascii=False)
    with whole_file(beside(output), private=True) as half:
        half.write_text(f"{content}\n", "utf-8")


def _as_it_was(place: Path, before: bytes | None) -> None:
    if before is None:
        with suppress(OSError):  # what went wrong is told; it may be this very name
            place.unlink()
    elif place.read_bytes() != before:
        with whole_file(place, private=True) as half:
            half.write_bytes(before)
