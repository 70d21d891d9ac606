"""Files that are there completely, or as they were before.

A file is written under a name that nobody can know beforehand, in a folder of its own
that only its owner can look into, reaches the disk, and takes its name by one rename.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbench.errors import ParameterError, WorkbenchError
from workbench.files.leftovers import own_prefix, remove_leftovers

PRIVATE = 0o600


@contextmanager
def whole_file(
    path: str | Path, *, name: str = "`output`", private: bool = False
) -> Iterator[Path]:
    """Write to the path that is given inside the block; it takes its name at the end.

    Where the block fails, the file of that name, if there was one, is as it was. What an
    earlier process left unfinished beside it, and did not live to remove, is removed.

    Parameters
    ----------
    path : path
        Its folder is made if need be. A link of that name is replaced, never followed.
    name : str
        What the caller knows it by, for the message.
    private : bool
        Whether only its owner may read it.

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
    scratch = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent)
        # mkdtemp takes a random name, makes what was not there, and lets only its owner in
        scratch = Path(tempfile.mkdtemp(prefix=own_prefix(), dir=target.parent))
        unfinished = scratch / target.name
        yield unfinished
        if private:
            unfinished.chmod(PRIVATE)
        to_disk(unfinished)
        unfinished.replace(target)
        to_disk(target.parent)
    except WorkbenchError:  # of what the block does: some are an OSError too
        raise
    except OSError as error:
        # Arrow has words of its own around the number
        reason = os.strerror(error.errno) if error.errno else error
        raise ParameterError(
            f"{name} must be a file that can be written; {str(target)!r} is not: {reason}. "
            "Choose another place."
        ) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except PermissionError:
        if path.is_dir():  # Windows opens none; some folders let files in and nobody look
            return
        raise
    try:
        with suppress(OSError):  # some file systems of networks cannot say
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
