"""Arrays in one file, and what is said of them, under a checksum: no pickle, written whole."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from workbench.errors import MissingDataError, SchemaError
from workbench.files.whole_file import whole_file

MOST_BYTES = 2**32
SAID, CHECKSUM = "said", "checksum"


class Kind(NamedTuple):
    """What a file holds, in which format; how to get it, and how to get it anew."""

    holds: str
    format: int
    missing: str
    again: str


def write(path: Path, arrays: Mapping[str, Any], said: Mapping[str, Any]) -> Path:
    """Write arrays, and what is said of them, for their owner alone."""
    sealed = {**said, CHECKSUM: checksum_of(arrays, said)}
    text = np.frombuffer(json.dumps(sealed, allow_nan=False).encode(), dtype=np.uint8)
    with whole_file(path, name="`path`", private=True) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, said=text, **arrays)
    return path


def read(path: Path, kind: Kind) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return arrays, and what is said of them, as they were written.

    Raises
    ------
    MissingDataError
        There is no such file, or it cannot be read.
    SchemaError
        It is no such file, or not as it was saved.
    """
    arrays = _arrays(path, kind)
    said = _said(arrays.pop(SAID, np.zeros(0)), path, kind)
    if said.pop(CHECKSUM, None) != checksum_of(arrays, said):
        raise damaged(path, kind, "its content is not what its checksum says")
    return arrays, said


def checksum_of(arrays: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Return a hash of all arrays, their names and shapes, and of what is said of them."""
    found = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype.str} {array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()


def damaged(path: Path, kind: Kind, fault: str) -> SchemaError:
    """Return the error of a file that is not as it was saved."""
    return SchemaError(
        f"{str(path)!r} must be a file of {kind.holds} as it was saved; it is damaged or edited: "
        f"{fault}. {kind.again}"
    )


def none_of(path: Path, kind: Kind) -> SchemaError:
    """Return the error of a file that holds something else, or has another format."""
    return SchemaError(
        f"{str(path)!r} must be a file of {kind.holds} of format {kind.format}; this is none. "
        f"{kind.again}"
    )


def _arrays(path: Path, kind: Kind) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            raise damaged(path, kind, f"it is larger than {MOST_BYTES / 1e9:.0f} GB")  # noqa: TRY301
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except FileNotFoundError:
        raise MissingDataError(
            f"There is no file of {kind.holds} {str(path)!r}. {kind.missing}"
        ) from None
    except OSError as error:
        if error.strerror is None:  # it is there, and names no place within itself
            raise damaged(path, kind, str(error)) from None
        raise MissingDataError(
            f"{str(path)!r} must be a file of {kind.holds}; it cannot be read: {error.strerror}."
        ) from None
    except SchemaError:
        raise
    except Exception as error:  # noqa: BLE001 - unpacking what is damaged can end in any
        raise damaged(path, kind, str(error)) from None


def _said(text: Any, path: Path, kind: Kind) -> dict[str, Any]:
    try:
        said = json.loads(np.asarray(text, dtype=np.uint8).tobytes())
    except (ValueError, TypeError):
        raise damaged(path, kind, "it does not say what it holds") from None
    if not isinstance(said, dict) or said.get("format") != kind.format:
        raise none_of(path, kind)
    return said
