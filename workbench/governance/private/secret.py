"""The noise of a release: drawn once for each content, from a key that no reader has.

Noise that came anew at each export would average out over exports of the same data. So it
is drawn from a generator whose seed is a keyed hash of the data: the same data give the
same noise, and data that differ by one customer an independent one. The key is made on
first use, kept on this machine alone, readable by its user alone, and enters no file.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import ParameterError

FOLDER = "WORKBENCH_CONFIG"
"""The environment variable that names the folder of the key."""
_FILE = "release.key"
_BYTES = 32


@dataclass(frozen=True)
class Draws:
    """Standard normal numbers, each named part of them its own.

    Parameters
    ----------
    seed : bytes

    Examples
    --------
    >>> draws = Draws(b"x")
    >>> bool((draws("loss", 3) == draws("loss", 3)).all())
    True
    >>> bool((draws("loss", 3) == draws("score", 3)).any())
    False
    """

    seed: bytes

    def __call__(self, name: str, *shape: int) -> npt.NDArray[np.float64]:
        """Return the numbers of a part."""
        digest = hmac.digest(self.seed, name.encode(), "sha256")
        return np.random.default_rng(list(digest)).normal(size=shape)

    def key(self, name: str) -> bytes:
        """Return 32 bytes of a part's own, for a generator that must not be foreseen."""
        return hmac.digest(self.seed, f"key of {name}".encode(), "sha256")

    @property
    def mark(self) -> str:
        """What the ledger knows this content by; nothing of the data or the key follows from it."""
        return hmac.digest(self.seed, b"mark", "sha256").hex()[:16]


def draws_of(content: Iterable[Any], key: bytes | None = None) -> Draws:
    """Return the draws of some content.

    Parameters
    ----------
    content : iterable of array or text
        All that the released statistics depend on.
    key : bytes, optional
        Default: this machine's.
    """
    found = hmac.new(release_key() if key is None else key, digestmod=hashlib.sha256)
    for one in content:
        part = np.frombuffer(one.encode(), np.uint8) if isinstance(one, str) else np.asarray(one)
        found.update(f"{part.dtype} {part.shape}".encode())
        found.update(np.ascontiguousarray(part).reshape(-1).view(np.uint8).data)
    return Draws(found.digest())


def release_key() -> bytes:
    """Return this machine's key; it is made, with mode 600, where there is none.

    It is in the folder that ``WORKBENCH_CONFIG`` names, or else in ``marketing-workbench``
    within the user's folder of settings.

    Raises
    ------
    ParameterError
        The folder cannot be written to, or the file is no key.
    """
    path = _folder() / _FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = _made(path)
    except OSError as error:
        raise ParameterError(
            f"The key of mailed files must be kept in a file; {str(path)!r} cannot be: "
            f"{error.strerror}. Name another folder in {FOLDER}."
        ) from None
    if len(key) != _BYTES:
        raise ParameterError(
            f"The key of mailed files must have {_BYTES} bytes; {str(path)!r} has {len(key)}. "
            "Remove the file: a new one is made."
        )
    return key


def _folder() -> Path:
    if named := os.environ.get(FOLDER):
        return Path(named)
    settings = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / "marketing-workbench"


def _made(path: Path) -> bytes:
    if path.exists():
        return path.read_bytes()
    # written under another name, then linked: of two that begin at once, one wins, whole
    fresh = path.with_name(f".{_FILE}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        fresh.unlink()
    return path.read_bytes()
