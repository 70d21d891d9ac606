"""Files that are there completely, or as they were before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench.errors import ParameterError


@contextmanager
def whole_file(path: str | Path, *, name: str = "`output`") -> Iterator[Path]:
    """Write to the path that is given inside the block; it takes its name at the end.

    Where the block fails, the file of that name, if there was one, is as it was.

    Parameters
    ----------
    path : path
        Its folder is made if need be.
    name : str
        What the caller knows it by, for the message.

    Raises
    ------
    ParameterError
        The file cannot be written there.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "scores.csv"
    >>> with whole_file(target) as unfinished:
    ...     _ = unfinished.write_text("customer,propensity")
    ...     target.exists()
    False
    >>> target.read_text()
    'customer,propensity'
    """
    target = Path(path)
    unfinished = target.with_name(f".{os.getpid()}-{target.name}")  # the suffix stays the last
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.replace(target)
    except OSError as error:
        raise ParameterError(
            f"{name} must be a file that can be written; {str(target)!r} is not: "
            f"{error.strerror or error}. Choose another place."
        ) from error
    finally:
        with suppress(OSError):  # it was renamed, or never made
            unfinished.unlink()
