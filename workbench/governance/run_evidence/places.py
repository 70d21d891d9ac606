"""Where a file was, so that it is found again: with its folder moved, or on another machine."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

from workbench.files.shipped import PACKAGE


@dataclass(frozen=True)
class Place:
    """Where a file was.

    Parameters
    ----------
    path : str
        As it was named to whoever read it.
    from_folder : str or None
        As it is seen from the folder of the evidence; None on another drive.
    absolute : str
    installed : str or None
        As it is seen from where packages are installed, for a file that came with one.
    """

    path: str
    from_folder: str | None
    absolute: str
    installed: str | None = None

    @classmethod
    def of(cls, path: str | os.PathLike[str], folder: Path, *, called: str = "") -> Self:
        """Return the place of a file as it is seen from a folder.

        Parameters
        ----------
        path : path
        folder : Path
        called : str
            How it was named, where that is not its path.

        Examples
        --------
        >>> Place.of("/data/contacts.csv", Path("/data/reports")).from_folder
        '../contacts.csv'
        """
        absolute = os.path.abspath(path)  # noqa: PTH100 - a link keeps its own name
        named = called or os.fspath(path)
        return cls(named, _seen_from(folder, absolute), absolute, _installed(absolute))

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Make a place again from `to_dict`."""
        return cls(**plain)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @property
    def name(self) -> str:
        """The name of the file."""
        return os.path.basename(self.absolute)  # noqa: PTH119 - of another system, too

    def find(self, folder: Path) -> Path | None:
        """Return the file: seen from the folder first, for both may have been moved together.

        Parameters
        ----------
        folder : Path
            Of the evidence, as it is now.

        Returns
        -------
        Path or None
            None where it is at none of its places.
        """
        return next((path for path in self._candidates(folder) if _is_file(path)), None)

    def find_made(self, folder: Path) -> Path | None:
        """Return a file that the run made: what stood in its folder is looked for nowhere else.

        A folder that was copied, and has lost a file, is not whole for the first one's sake.

        Parameters
        ----------
        folder : Path
            Of the evidence, as it is now.

        Returns
        -------
        Path or None
            None where it is not there.

        Examples
        --------
        >>> Place("card.json", "card.json", __file__).find_made(Path("elsewhere")) is None
        True
        """
        if self.from_folder is None or PurePosixPath(self.from_folder).parts[:1] == ("..",):
            return self.find(folder)
        path = _real(folder) / self.from_folder
        return path if _is_file(path) else None

    def _candidates(self, folder: Path) -> Iterator[Path]:
        if self.installed is not None:  # this environment's, wherever that is
            yield from (home / self.installed for home in _homes())
        if self.from_folder is not None:
            yield Path(os.path.normpath(_real(folder) / self.from_folder))
        yield Path(self.absolute)


def _seen_from(folder: Path, absolute: str) -> str | None:
    try:
        return Path(os.path.relpath(_real_but_name(absolute), _real(folder))).as_posix()
    except ValueError:  # another drive
        return None


def _installed(absolute: str) -> str | None:
    real = _real_but_name(absolute)
    for home in _homes():
        parts = [home / name for name in SHIPPED] if home == _OWN else [home]
        if any(real.is_relative_to(part) for part in parts):
            return real.relative_to(home).as_posix()
    return None


def _homes() -> list[Path]:
    """Return where packages are installed; last, the folder that holds this one."""
    installed = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    return list(dict.fromkeys([*(_real(home) for home in installed), _OWN]))


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))


def _real_but_name(absolute: str) -> Path:
    """Resolve the links of the folders, and leave the file's own name as it is."""
    head, tail = os.path.split(absolute)
    return _real(Path(head)) / tail


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - a path may be too long to ask for


_OWN = _real(PACKAGE.parent)
SHIPPED = ("workbench", "data", "notebooks")
"""What of the folder that holds this package is its own: in a source tree others stand beside."""
