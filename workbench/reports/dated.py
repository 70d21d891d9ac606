"""Runs that are kept: a folder a day, with all of a run or none of it.

The names that people use (``propensity.html``, ``model.json``) stay those of the latest run; what
is kept beside them are its files once more, under the day.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

from workbench.files.whole_file import to_disk

MODEL_FILE = "model.json"
DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H%M%S"
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}
_LIKE = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"


def keep(
    files: Sequence[Path],
    folder: Path,
    *,
    scratch: Path,
    moment: datetime,
    add: Callable[[Path, Path], None] | None = None,
) -> Path:
    """Keep copies of files in a new folder of the day, or of the moment where that is there.

    Parameters
    ----------
    files : sequence of Path
    folder : Path
        Where the folders of days stand.
    scratch : Path
        A folder on the same file system.
    moment : datetime
        Of the run.
    add : function, optional
        Writes what tells where it stands: it is given the unfinished folder, and its place to be.

    Returns
    -------
    Path
        The new folder; it appears with all files in it.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> report = folder / "spring.html"
    >>> _ = report.write_text("new")
    >>> for _ in range(2):
    ...     kept = keep([report], folder, scratch=folder, moment=datetime(2026, 11, 29, 6, 30))
    ...     print(kept.name, (kept / "spring.html").read_text())
    2026-11-29 new
    2026-11-29T063000 new
    """
    made = scratch / "kept"
    made.mkdir()
    for file in files:
        shutil.copy2(file, made / file.name)
        to_disk(made / file.name)
    to_disk(made)
    for name in _names(moment):
        place = folder / name
        if place.exists():  # an empty folder would be replaced
            continue
        if add is not None:
            add(made, place)
        try:
            made.rename(place)
        except OSError as error:  # another run took the name in between
            if error.errno not in _TAKEN:
                raise
        else:
            to_disk(folder)
            return place
    raise AssertionError("names do not end")


def latest(folder: Path, file_name: str) -> Path | None:
    """Return a file of the latest day that has one; None where none has."""
    found = sorted(folder.glob(f"{_LIKE}/{file_name}"))
    return found[-1] if found else None


def _names(moment: datetime) -> Iterator[str]:
    yield moment.strftime(DAY)
    yield moment.strftime(MOMENT)
    for number in count(2):
        yield f"{moment.strftime(MOMENT)}-{number}"
