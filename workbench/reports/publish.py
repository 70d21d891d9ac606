"""A run appears as a whole: its report and its model change places together, by one rename.

What a run made stands in a folder of its own inside ``.runs``. A link ``.runs/<notebook>``
points to it, and the names that people use (``propensity.html``, ``model.json``) are links
through that one. So publishing is the exchange of a single link: whoever opens both files
finds both of one run, whenever a process is killed or the power fails.

Where the file system knows no links (FAT, some network drives, Windows for most users), the
run's folder is marked as complete, and its files are moved out of it. Between two of these
moves report and model are of two runs, which `pairing.mismatch` tells; whatever stops there,
the next start moves the rest.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from workbench.files.leftovers import abandoned, own_prefix, remove_leftovers
from workbench.files.whole_file import to_disk

RUNS = ".runs"
COMPLETE = ".complete"  # in a run's folder, where there are no links: its files are all there
STUCK = 60  # seconds: moving takes milliseconds, whoever does it, on whichever machine
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


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
    if not _links_work(made):
        _finish_moves(folder)
        (made / COMPLETE).touch()
        to_disk(made)
        _move_out(made, folder)
        tidy(folder)
        return
    _take_over(folder, names, name=name)
    _keep_others(runs / name, made)
    _point(runs / name, made.name, by=made)
    for file_name in names:
        _link(folder, file_name, name=name, by=made)
    to_disk(folder)
    tidy(folder)


def tidy(folder: Path) -> None:
    """Finish what was published by halves, and remove runs that no name points to any more.

    Of processes that are gone, and of this one.
    """
    remove_leftovers(folder)
    _finish_moves(folder)
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


def _keep_others(earlier: Path, made: Path) -> None:
    """Let names that this run has no file for lead to what they led to: a model that was saved."""
    if not earlier.is_dir():
        return
    for file in earlier.iterdir():
        if file.is_file() and not (made / file.name).exists():
            shutil.copy2(file, made / file.name)
            to_disk(made / file.name)


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


def _links_work(made: Path) -> bool:
    """Whether this file system and this user may make links; other refusals are raised."""
    probe = made / ".probe"
    try:
        probe.symlink_to("nowhere")
    except NotImplementedError:
        return False
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    probe.unlink()
    return True


def _move_out(made: Path, folder: Path) -> None:
    for file in sorted(made.iterdir()):
        if file.name != COMPLETE:
            file.replace(folder / file.name)
    to_disk(folder)
    (made / COMPLETE).unlink()  # first: a folder that is removed by halves moves nothing
    shutil.rmtree(made, ignore_errors=True)


def _finish_moves(folder: Path) -> None:
    """Move out what others marked as complete and left there, the earliest first."""
    with suppress(OSError):
        marks = (folder / RUNS).glob(f".wb-*/{COMPLETE}")
        for since, made in sorted((mark.stat().st_mtime, mark.parent) for mark in marks):
            if abandoned(made) or time.time() - since > STUCK:
                _move_out(made, folder)


def _pointed_to(runs: Path) -> Iterator[str]:
    with suppress(OSError):
        for path in runs.iterdir():
            if path.is_symlink():
                yield os.readlink(path)  # noqa: PTH115
