"""The translated messages of a language: gettext's .po files, one a room, merged."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workbench import _lab

_HERE = Path(__file__).parent


@cache
def catalogue(name: str) -> dict[str, str]:
    """Return English messages with their translation, of every ``.po`` file of a folder.

    Parameters
    ----------
    name : str
        The folder in this room, such as ``de``.

    Raises
    ------
    MissingPackageError
        Babel is not installed.

    Examples
    --------
    >>> catalogue("de")["{low} to {high}"]
    '{low} bis {high}'
    """
    found: dict[str, str] = {}
    for path in sorted((_HERE / name).glob("*.po")):
        found |= entries_of(name, path.stem)
    return found


@cache
def entries_of(name: str, room: str) -> dict[str, str]:
    """Return English messages with their translation, of one room's file.

    Examples
    --------
    >>> entries_of("de", "several")["{low} to {high}"]
    '{low} bis {high}'
    """
    with _lab.needed_for("Reports in other languages"):
        from babel.messages.pofile import read_po
    with (_HERE / name / f"{room}.po").open(encoding="utf-8") as lines:
        entries = read_po(lines, locale=name)
    return {str(each.id): str(each.string) for each in entries if each.id and each.string}
