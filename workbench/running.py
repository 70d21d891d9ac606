"""`workbench.run`: what the command does, as a function."""

from __future__ import annotations

import numbers
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.arguments import guard
from workbench.errors import (
    DataWarning,
    MissingDataError,
    ParameterError,
    RunError,
    SchemaError,
    StoppedError,
)
from workbench.files.shipped import notebook_path
from workbench.reports.repeated import report_name
from workbench.reports.signs import conditions_in
from workbench.reports.without_secrets import SUPPRESS

if TYPE_CHECKING:
    from workbench.reports.run import Run

NOTEBOOK = ".ipynb"


def run(
    notebook: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] = "reports",
    fail_on: str | Sequence[str] | None = None,
    dated: bool = False,
    progress: bool | None = None,
    stream: bool | None = None,
    **parameters: Any,
) -> Run:
    """Execute a notebook, and leave its report, its model, and a row of history in a folder.

    Evidence stands beside the report, ``<report>.evidence.json``: `workbench.governance.status`
    tells later whether everything is as the run left it.

    Parameters
    ----------
    notebook : str or path
        A template, such as "propensity", or a notebook of your own, ``*.ipynb``.
    output : path
        The folder, made if need be. Everything takes its place at once, or nothing does.
        ``runs.parquet`` there has a row for each run (`workbench.reports.history`).
    fail_on : str or sequence of str, optional
        Conditions under which no model is kept, of "leak", "undated", "perfect", "drift" and
        "readiness" (`workbench.reports.signs_against` says when each holds); "none" for none.
        Default: "leak" and "perfect", where the notebook looks for them.
    dated : bool
        Keep report and model in a folder of the day, too: ``reports/2026-11-29/``.
    progress : bool, optional
        Show a bar on stderr; by default on a terminal.
    stream : bool, optional
        Of "propensity": read contacts from Parquet, a file or a folder, in blocks, so that their
        features are never all in memory. It leaves the same report, without what needs all rows
        there. By default of a file above 1 GiB, where nothing is asked for that needs them.
    **parameters
        Of the notebook: ``table="contacts.csv", target="bought"``.

    Returns
    -------
    Run
        ``report, model, headline, seconds, signs, evidence``.

    Raises
    ------
    MissingDataError
        There is no such notebook.
    ParameterError
        A parameter is not in the notebook, or a word is no condition. Or what is asked for cannot
        be had of contacts in files.
    RunError
        A cell failed; what was there is as it was.
    StoppedError
        A condition of `fail_on` holds: the report is there, and no model. Its attribute ``run``
        is what would have been returned.

    Warns
    -----
    DataWarning
        The history could not be written, or the notebook looks for no signs. A large file is
        read in blocks, or in memory, as it was not said which.

    Examples
    --------
    >>> import workbench
    >>> workbench.run("mine.ipynb", table="contacts.csv", target="bought")
    Traceback (most recent call last):
        ...
    workbench.errors.MissingDataError: There is no notebook 'mine.ipynb'. Check the path.
    """
    from workbench.reports.from_files import choose
    from workbench.reports.run import run_notebook

    source = found_notebook(notebook)
    conditions = None if fail_on is None else conditions_in(fail_on)
    given = {name: plain(name, value) for name, value in parameters.items()}
    source, given, said = choose(source, given, stream=stream)
    if said:
        warnings.warn(said, DataWarning, stacklevel=2)
    with _recorded(report_name(source), Path(output)) as left:
        finished = run_notebook(
            source,
            output=Path(output),
            parameters=given,
            progress=progress,
            fail_on=conditions,
            dated=dated,
        )
        left.append(finished)
    return finished


def found_notebook(name: str | os.PathLike[str]) -> Path:
    """Return the path of a template, by its name, or of a notebook of one's own.

    Raises
    ------
    MissingDataError
        There is none.
    """
    text = os.fspath(name)
    path = Path(text) if text.endswith(NOTEBOOK) else notebook_path(f"{text}{NOTEBOOK}")
    if not os.path.isfile(path):  # noqa: PTH113 - pathlib raises for a path that is too long
        raise MissingDataError(f"There is no notebook {str(path)!r}. Check the path.")
    return path


def plain(name: str, value: Any) -> Any:
    """Return a parameter as a notebook can be given it: a path as text.

    Raises
    ------
    ParameterError
        It is a table, or another thing that no notebook can hold; or ids that would stand in the
        report, the command and the evidence.
    """
    if name == SUPPRESS and not (value is None or isinstance(value, (str, os.PathLike))):
        raise ParameterError(
            f"`{name}` must be the path of a file, for the ids would stand in what a run leaves; "
            f"got a {type(value).__name__}. Write them to a file, and name that."
        )
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (list, tuple)):
        return [plain(name, one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(name, one) for key, one in value.items()}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if not isinstance(value, numbers.Integral):
        raise ParameterError(
            f"`{name}` must be what a notebook can hold: text, numbers, a list or a mapping of "
            f"them; got a {type(value).__name__}. Write a table to a file, and name that."
        )
    return int(value)  # of NumPy


@contextmanager
def _recorded(name: str, folder: Path) -> Iterator[list[Run]]:
    """Add what comes of a run to the history of its folder."""
    from workbench.reports.history import row_of, row_of_failure

    moment, left = datetime.now().astimezone(), list[Any]()
    try:
        yield left
    except StoppedError as error:
        _record(folder, row_of(error.run, notebook=name, moment=moment, folder=folder))
        raise
    except RunError as error:
        _record(folder, row_of_failure(error, notebook=name, moment=moment))
        raise
    _record(folder, row_of(left[0], notebook=name, moment=moment, folder=folder))


def _record(folder: Path, row: Mapping[str, Any]) -> None:
    """Write the row; a run that came to its end does not fail for its history."""
    from workbench.reports.history import record

    try:
        record(folder, row)
    except (OSError, SchemaError, ParameterError) as error:
        warnings.warn(f"This run is not in the history. {error}", DataWarning, stacklevel=4)


guard(globals(), ("run",))
