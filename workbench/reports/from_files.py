"""Whether a run reads its contacts from files in blocks, or all into memory."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.files.shipped import notebook_path
from workbench.frame.streamed.table_folders import is_parquet
from workbench.reports.parameters import Parameter, parameters_of, read_notebook
from workbench.reports.repeated import IN_MEMORY, is_template

LARGE = 1 << 30
"""Bytes of a Parquet file above which it is read in blocks, where nothing else is said: 1 GiB."""
NOT_IN_BLOCKS = "`stream=False`"
"""How a message calls what reads a table into memory."""
_OF_FILES = {of: name for name, of in IN_MEMORY.items()}
_NOTHING_DRAWN = ("seed",)  # a test on later campaigns draws nothing at random


class Choice(NamedTuple):
    """What is run, with which parameters, and what a user should know of the choice."""

    notebook: Path
    parameters: dict[str, Any]
    said: str


def choose(notebook: Path, parameters: Mapping[str, Any], *, stream: bool | None) -> Choice:
    """Choose the notebook of contacts in files, or the one that is asked for.

    Parameters
    ----------
    notebook : Path
        The one that is asked for.
    parameters : mapping
        As they are given.
    stream : bool or None
        Whether contacts are to be read from files in blocks; None: as their size says.

    Returns
    -------
    Choice
        ``said`` is "" where it was said which, or where files are small.

    Raises
    ------
    ParameterError
        The notebook has no like for files, or what is asked for cannot be had of contacts in files.

    Examples
    --------
    >>> choose(Path("mine.ipynb"), {"table": "t.parquet"}, stream=None).notebook.name
    'mine.ipynb'
    """
    check_choice(stream, (None, True, False), name="stream")
    plain = Choice(notebook, dict(parameters), "")
    has_like = notebook.stem in _OF_FILES and is_template(notebook)
    there = like_in_files(notebook) if stream or has_like else notebook
    if there == notebook or stream is False:
        return plain
    kept, refused = _parted(parameters, _known(notebook), _known(there))
    if stream:
        _check(kept, refused)
        return Choice(there, kept, "")
    table = parameters.get("table")
    if table is None or not is_large(table):
        return plain
    size = f"{Path(table).name!r} has {_size(table) / 2**30:.1f} GiB"
    if why := _why_not(kept, refused):
        return plain._replace(said=f"{size}, and is read into memory, as {why}.")
    said = f"{size}, and is read in blocks. To read it into memory, say {NOT_IN_BLOCKS}."
    return Choice(there, kept, said)


def like_in_files(notebook: Path) -> Path:
    """Return the template that does the same with contacts in files.

    Parameters
    ----------
    notebook : Path
        A template; the one for files is its own like.

    Raises
    ------
    ParameterError
        There is none.

    Examples
    --------
    >>> like_in_files(notebook_path("propensity.ipynb")).name
    'propensity_from_files.ipynb'
    """
    if is_template(notebook):
        if notebook.stem in IN_MEMORY:
            return notebook
        if notebook.stem in _OF_FILES:
            return notebook_path(f"{_OF_FILES[notebook.stem]}.ipynb")
    raise ParameterError(
        f"`stream` is for the template {' or '.join(map(repr, _OF_FILES))}; got "
        f"{notebook.stem!r}. Leave `stream` out."
    )


def is_large(table: str) -> bool:
    """Whether a table is a Parquet file that is read in blocks by default.

    Examples
    --------
    >>> is_large("nowhere.parquet")
    False
    """
    return is_parquet(table) and _size(table) > LARGE


def _known(notebook: Path) -> dict[str, Parameter]:
    return parameters_of(read_notebook(notebook), name=notebook.name)


def _parted(
    given: Mapping[str, Any], here: Mapping[str, Parameter], there: Mapping[str, Parameter]
) -> tuple[dict[str, Any], list[str]]:
    """Return what the notebook of files can be given, and the names of what it cannot."""
    kept, refused = dict[str, Any](), list[str]()
    for name, value in given.items():
        if name in there or name not in here:  # what is unknown to both is told of later
            kept[name] = value
        elif name not in _NOTHING_DRAWN and not _is_default(value, here[name]):
            refused.append(name)
    return kept, refused


def _is_default(value: Any, parameter: Parameter) -> bool:
    return bool(value == ast.literal_eval(parameter.default))


def _check(kept: Mapping[str, Any], refused: list[str]) -> None:
    """Raise ParameterError where contacts in files cannot be run as they are asked for."""
    table = kept.get("table")
    if table is None:
        raise ParameterError(
            "`stream` reads contacts from Parquet, and needs `table`, a file or a folder of them. "
            "Name it, or leave `stream` out: campaign tables are read into memory."
        )
    if os.path.isfile(table) and not is_parquet(table):  # noqa: PTH113 - a path may be too long
        raise ParameterError(
            f"`stream` reads Parquet; {table!r} is none. Write the table as Parquet, or leave "
            "`stream` out."
        )
    if why := _why_not(kept, refused):
        way = "Leave that out" if refused else "Name a column, a month will do"
        raise ParameterError(
            f"`stream` reads contacts in blocks, and judges on later campaigns; here {why}. {way}, "
            "or leave `stream` out."
        )


def _why_not(kept: Mapping[str, Any], refused: list[str]) -> str:
    """Say why contacts have to be in memory; "" where they need not."""
    if refused:
        *others, last = (f"`{name}`" for name in refused)
        need = f"{', '.join(others)} and {last} need" if others else f"{last} needs"
        return f"{need} all rows in memory"
    if kept.get("table") is not None and kept.get("campaign") is None and kept.get("time") is None:
        return "neither `campaign` nor `time` is named"
    return ""


def _size(table: str) -> int:
    return os.path.getsize(table)  # noqa: PTH202 - the same
