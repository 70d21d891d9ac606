"""Running a notebook to a report: parametrised, with progress, all or nothing."""

from __future__ import annotations

import errno
import getpass
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from workbench import _lab
from workbench.errors import MissingDataError, ParameterError, RunError, WorkbenchError
from workbench.files.leftovers import own_prefix
from workbench.reports.headline import Headline
from workbench.reports.pairing import join
from workbench.reports.publish import publish, tidy

with _lab.needed_for("Reports"):
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from workbench.reports.clean import heading_of
    from workbench.reports.export import export_report
    from workbench.reports.kernel import stop_kernels, this_python
    from workbench.reports.parameters import check_known, parameters_of, read_notebook

MODEL_FILE = "model.json"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOBODY = ('""', "''", "None")  # as a parameters cell writes that no author is named


@dataclass(frozen=True)
class Run:
    """What a finished run left.

    Parameters
    ----------
    report : Path
        The HTML report.
    model : Path or None
        The saved model, where the notebook saved one.
    headline : Headline or None
        What the report says first.
    seconds : float
    """

    report: Path
    model: Path | None
    headline: Headline | None
    seconds: float


class CellError(RunError):
    """A cell of the notebook failed.

    Parameters
    ----------
    message : str
    error : str
        Name of the exception's class in the notebook.
    said : str
        The exception's own message.
    partial : Path
        The notebook up to the failing cell, with outputs and traceback.
    """

    def __init__(self, message: str, *, error: str, said: str, partial: Path) -> None:
        super().__init__(message)
        self.error = error
        self.said = said
        self.partial = partial


def run_notebook(
    notebook: str | Path,
    *,
    output: str | Path = "reports",
    parameters: Mapping[str, Any] | None = None,
    progress: bool | None = None,
) -> Run:
    """Execute a notebook and leave its report, and its model, in a folder.

    Everything is made in a scratch folder inside `output`, and moved into place when
    all of it is there. A run that fails leaves the earlier report and model as they
    were.

    Parameters
    ----------
    notebook : path
        It has a code cell tagged ``parameters``.
    output : path
        The folder, made if need be. The report takes the notebook's name. A notebook
        with the parameter ``model_path`` is told where to save its model. One with
        ``previous_model`` is told where the earlier run's model is, and one with an
        empty ``author`` who is logged in.
    parameters : mapping, optional
        Values for the parameters cell.
    progress : bool, optional
        Show a bar on stderr, naming the section being run; by default on a terminal.

    Returns
    -------
    Run

    Raises
    ------
    MissingDataError
        There is no such notebook.
    ParameterError
        A parameter is not in the notebook, or the output folder cannot be made.
    RunError
        A cell failed, or the kernel died; the message names the cell and the partial
        notebook.
    """
    source, folder = Path(notebook), Path(output)
    if not os.path.isfile(source):  # noqa: PTH113 - a path may be too long to ask for
        raise MissingDataError(f"There is no notebook {str(source)!r}. Check the path.")
    _check_free(folder, source.stem)
    start = time.monotonic()
    with _scratch_in(folder) as scratch:
        prepared, executed = scratch / "prepared.ipynb", scratch / source.name
        nbformat.write(_for_this_python(source), prepared)
        given = _with_places(prepared, parameters or {}, folder=folder, name=source.name)
        partial = folder / f"{source.stem}-failed.ipynb"
        try:
            _execute(prepared, executed, given, progress=progress)
        except PapermillExecutionError as error:
            executed.replace(partial)
            raise _cell_error(error, source, partial) from None
        except DeadKernelError:
            executed.replace(partial)
            raise RunError(
                f"{source.name} did not finish: its Python process died, most often for want of "
                f"memory. What it had done is in {partial}; nothing earlier was overwritten."
            ) from None
        report = scratch / f"{source.stem}.html"
        try:
            headline = export_report(executed, report, ledger=folder)
        except RunError as error:
            executed.replace(partial)
            raise RunError(f"{error}\nThe executed notebook is {partial}.") from None
        model = _published(report, folder, name=source.stem)
        with suppress(OSError):  # of an earlier run: what it shows is mended, or never was there
            partial.unlink()
    return Run(folder / report.name, model, headline, time.monotonic() - start)


@contextmanager
def _scratch_in(folder: Path) -> Iterator[Path]:
    # inside the folder, so that moving into place is a rename on one file system
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tidy(folder)
        with tempfile.TemporaryDirectory(
            prefix=own_prefix(), dir=folder, ignore_cleanup_errors=True
        ) as scratch:
            yield Path(scratch)
    except WorkbenchError as error:  # some of them are errors of the system, too
        if isinstance(error, ParameterError) and isinstance(error.__cause__, OSError):
            raise _unwritable(folder, error.__cause__) from None  # not of a name in the scratch
        raise
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> ParameterError:
    said = f"`output` must be a folder that can be written to; {str(folder)!r} is not: "
    if error.errno in _NO_ROOM:
        return ParameterError(
            f"{said}{error.strerror}. Nothing earlier was overwritten. Make room, or choose "
            "another."
        )
    return ParameterError(f"{said}{error.strerror or error}. Choose another.")


def _check_free(folder: Path, name: str) -> None:
    """Raise ParameterError where a folder has the name of a file that the run makes."""
    for file_name in (f"{name}.html", MODEL_FILE):
        if os.path.isdir(folder / file_name):  # noqa: PTH112 - a path may be too long to ask for
            raise ParameterError(
                f"`output` must be a folder where files can be written; {str(folder / file_name)!r}"
                " is a folder itself. Choose another, or rename that one."
            )


def _for_this_python(source: Path) -> nbformat.NotebookNode:
    notebook = read_notebook(source)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def _with_places(
    prepared: Path, parameters: Mapping[str, Any], *, folder: Path, name: str
) -> dict[str, Any]:
    known = parameters_of(read_notebook(prepared), name=name)
    check_known(parameters, known, name=name)
    earlier = folder / MODEL_FILE
    places = {
        "model_path": str((prepared.parent / MODEL_FILE).resolve()),
        # not resolved: it is a link to what another run may put in its place
        "previous_model": str(earlier.absolute()) if earlier.is_file() else None,
    }
    if "author" in known and known["author"].default in _NOBODY:
        places["author"] = _login()
    return {**{place: places[place] for place in places if place in known}, **parameters}


def _login() -> str:
    """Return who is logged in, unless that is nobody in particular."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return ""
    return "" if name in {"root", "nobody"} else name


def _execute(
    prepared: Path, executed: Path, parameters: dict[str, Any], *, progress: bool | None
) -> None:
    notebook = nbformat.read(prepared, as_version=4)
    cells = len(notebook.cells) + bool(parameters)  # papermill adds a cell for them
    hidden = None if progress is None else not progress
    with tqdm(total=cells, unit="cell", desc="Starting", leave=False, disable=hidden) as bar:
        try:
            papermill.execute_notebook(
                notebook,
                executed,
                parameters=parameters,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                kernel_manager_class=this_python(executed.parent),
                on_cell_start=_Announce(bar),
            )
        finally:
            stop_kernels(executed.parent)


class _Announce:
    """Moves the bar at the start of each cell, and names the section it stands in."""

    def __init__(self, bar: tqdm[Any]) -> None:
        self.bar = bar

    def __call__(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "markdown" and heading_of(cell.source):
            self.bar.set_description(heading_of(cell.source), refresh=False)
        self.bar.n = cell_index
        self.bar.refresh()


def _cell_error(error: PapermillExecutionError, source: Path, partial: Path) -> CellError:
    cells = nbformat.read(partial, as_version=4).cells
    headings = [
        heading_of(cell.source)
        for cell in cells[: _position(cells, error.source)]
        if cell.cell_type == "markdown" and heading_of(cell.source)
    ]
    under = f" under {headings[-1]!r}" if headings else ""
    first_line = error.source.strip().split("\n", maxsplit=1)[0]
    said = error.evalue.strip()
    return CellError(
        f"{source.name} stopped in cell [{error.exec_count}]{under}, which begins "
        f"`{first_line}`: {error.ename}: {said}\n"
        f"The partial notebook is {partial}; nothing earlier was overwritten.",
        error=error.ename,
        said=said,
        partial=partial,
    )


def _position(cells: list[nbformat.NotebookNode], source: str) -> int:
    return next(number for number, cell in enumerate(cells) if cell.source == source)


def _published(report: Path, folder: Path, *, name: str) -> Path | None:
    """Let report and model name each other, and take their places together."""
    model = report.parent / MODEL_FILE
    if not model.is_file():
        publish([report], folder, name=name)
        return None
    join(report, model)
    publish([report, model], folder, name=name)
    return folder / MODEL_FILE
