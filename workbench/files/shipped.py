"""Where the files that ship with the workbench are: its notebooks and its sample data."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import MissingDataError
from workbench.messages import did_you_mean, listed

PACKAGE = Path(__file__).resolve().parents[1]


def notebook_path(name: str, *, package: Path = PACKAGE) -> Path:
    """Return the path of a notebook template.

    Parameters
    ----------
    name : str
        File name, such as ``"propensity.ipynb"``.
    package : Path
        Folder of the package; the default is the one that is imported.

    Raises
    ------
    MissingDataError
        No such notebook; the message lists those there are.

    Examples
    --------
    >>> notebook_path("propensity.ipynb").name
    'propensity.ipynb'
    """
    return _shipped("notebooks", name, package)


def data_path(name: str, *, package: Path = PACKAGE) -> Path:
    """Return the path of a file of the sample data.

    Parameters
    ----------
    name : str
        File name, such as ``"contacts.csv"`` or ``"experiment/mailing.csv"``.
    package : Path
        Folder of the package; the default is the one that is imported.

    Raises
    ------
    MissingDataError
        No such file; the message lists those there are.
    """
    return _shipped("data", name, package)


def _shipped(folder: str, name: str, package: Path) -> Path:
    """Find a file in the installed package, or else beside it in a source tree."""
    homes = [home for home in (package.parent / folder, package / folder) if home.is_dir()]
    there = {
        path.relative_to(home).as_posix(): path
        for home in homes
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }
    if name not in there:
        raise MissingDataError(
            f"`name` must be a file in the workbench's {folder}/; got {name!r}, there is "
            f"{listed(there)}.{did_you_mean(name, there)}"
        )
    return there[name]
