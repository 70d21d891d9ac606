"""What a file is, told by its bytes: how many they are, and their SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Digest:
    """The size and SHA-256 of a content.

    Parameters
    ----------
    size : int
        In bytes.
    sha256 : str
        In hexadecimal digits.
    """

    size: int
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> Digest:
        """Return that of bytes at hand.

        Examples
        --------
        >>> Digest.of(b"").sha256[:8]
        'e3b0c442'
        """
        return cls(len(content), hashlib.sha256(content).hexdigest())


def digest_of(path: Path) -> Digest:
    """Read a file once, a block after the other, however large it is.

    Raises
    ------
    OSError
        It cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "empty.csv"
    >>> file.touch()
    >>> digest_of(file) == Digest.of(b"")
    True
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256")
        return Digest(file.tell(), found.hexdigest())
