"""Folders of Parquet whose files alone are no table: other files say which of their rows count."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.errors import DataError
from workbench.messages import listed

_MAGIC = b"PAR1"


def check_plain(folder: Path, found: list[Path]) -> None:
    """Raise where files of a folder are not all of its rows, or hold rows that are there no more.

    Parameters
    ----------
    folder : path
    found : list of path
        The files that would be read.

    Raises
    ------
    DataError
        It is a table of Delta Lake, Hudi or Iceberg, folders within have files as well, or files
        are Parquet under another ending.
    """
    if kind := _format_of(folder):
        raise DataError(
            f"A folder of Parquet must hold rows that all count; {str(folder)!r} is a table of "
            f"{kind}, whose files keep rows that were deleted or changed. Write the table as it is "
            "now to a folder of its own, or read it by Spark, with `SparkRows`."
        )
    below = {one.parent.name for one in folder.glob("*/*.parquet")}
    seen = sorted(name for name in below if not name.startswith((".", "_")))
    if found and seen:
        raise DataError(
            f"A folder of Parquet is its own files alone; {str(folder)!r} has more in its folders "
            f"{listed(seen, 3)}. Bring them to one folder, or name one of these."
        )
    if found and (others := _called_otherwise(folder, found)):
        raise DataError(
            f"Files of a folder are read if they end in '.parquet'; {str(folder)!r} has others "
            f"that are Parquet: {listed(others, 3)}. Rename them, or take them out."
        )


def _called_otherwise(folder: Path, found: list[Path]) -> list[str]:
    """Name the files of Parquet that another ending would leave out, and nobody would know."""
    others = sorted(one for one in set(folder.iterdir()) - set(found) if one.is_file())
    return [one.name for one in others if one.name[0] not in "._" and is_parquet(one)]


def is_parquet(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins as Parquet does."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path may be too long, or hold a zero byte
            return file.read(len(_MAGIC)) == _MAGIC
    except (OSError, ValueError):
        return False


def _format_of(folder: Path) -> str:
    if (folder / "_delta_log").is_dir():
        return "Delta Lake"
    if (folder / ".hoodie").is_dir():
        return "Hudi"
    about = (place / "metadata" for place in (folder, folder.parent))
    return "Iceberg" if any(any(one.glob("*.metadata.json")) for one in about) else ""
