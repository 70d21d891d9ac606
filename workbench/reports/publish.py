"""A run appears as a whole: its report and its model change places together, by one rename.

What a run made stands in a folder of its own inside ``.runs``. A link ``.runs/<notebook>``
points to it, and the names that people use (``propensity.html``, ``model.json``) are links
through that one. So publishing is the exchange of a single link: whoever opens both files
finds both of one run, whenever a process is killed or the power fails.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from workbench._leftovers import own_prefix, remove_leftovers
from workbench._whole_file import to_disk

RUNS = ".runs"


def publish(files: Sequence[Path], folder: Path, *, name: str) -> None:
    """Let finished files take their places in a folder, all at one moment.

    Parameters
    ----------
    files : sequence of Path
        On the same file system; they are moved.
    folder : Path
    name : str
        Of the notebook: each has a link of its own.

    Raises
    ------
    OSError
        The disk is full, or a name is taken by a folder; what was there is as it was.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> made = folder / "scratch.html"
    >>> _ = made.write_text("new")
    >>> publish([made.rename(folder / "spring.html")], folder, name="spring")
    >>> (folder / "spring.html").read_text()
    'new'
    """
    runs = folder / RUNS
    runs.mkdir(exist_ok=True)
    made = _own_folder(runs)
    for file in files:
        file.replace(made / file.name)
        to_disk(made / file.name)
    to_disk(made)
    names = [file.name for file in files]
    _take_over(folder, names, name=name)
    _point(runs / name, made.name, by=made)
    for file_name in names:
        _link(folder, file_name, name=name, by=made)
    to_disk(folder)
    tidy(folder)


def tidy(folder: Path) -> None:
    """Remove runs that no name points to any more, and whose process is gone or is this one."""
    remove_leftovers(folder)
    remove_leftovers(folder / RUNS, kept=set(_pointed_to(folder / RUNS)), own=True)


def _own_folder(runs: Path) -> Path:
    made = Path(tempfile.mkdtemp(prefix=own_prefix(), dir=runs))
    umask = os.umask(0o077)
    os.umask(umask)
    made.chmod(0o777 & ~umask)  # a report is for readers; a model file has its own mode
    return made


def _take_over(folder: Path, names: Sequence[str], *, name: str) -> None:
    """Put plain files of these names behind links first: of an earlier version, or of hand."""
    plain = [n for n in names if (folder / n).is_file() and not (folder / n).is_symlink()]
    if not plain:
        return
    earlier = _own_folder(folder / RUNS)
    for file_name in names:
        if (folder / file_name).is_file():
            shutil.copy2(folder / file_name, earlier / file_name)
    _point(folder / RUNS / name, earlier.name, by=earlier)
    for file_name in plain:
        _link(folder, file_name, name=name, by=earlier)


def _link(folder: Path, file_name: str, *, name: str, by: Path) -> None:
    place, target = folder / file_name, os.path.join(RUNS, name, file_name)  # noqa: PTH118 - of a link
    if not (place.is_symlink() and os.readlink(place) == target):  # noqa: PTH115
        _point(place, target, by=by)


def _point(place: Path, target: str, *, by: Path) -> None:
    """Exchange a link by one rename; what is half made stands in the run's own folder."""
    link = by / ".link"
    with suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(target)
    link.replace(place)
    to_disk(place.parent)


def _pointed_to(runs: Path) -> Iterator[str]:
    with suppress(OSError):
        for path in runs.iterdir():
            if path.is_symlink():
                yield os.readlink(path)  # noqa: PTH115
