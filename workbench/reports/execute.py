"""Executing a notebook: by this very Python, with progress, and a failing cell named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from workbench import _lab
from workbench.errors import RunError

with _lab.needed_for("Reports"):
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from workbench.reports.clean import heading_of
    from workbench.reports.kernel import stop_kernels, this_python
    from workbench.reports.parameters import read_notebook


_ENGINE = "written once"


class _WrittenOnce(NBClientEngine):  # type: ignore[misc]
    """Writes a notebook when it has run or failed: twice a cell takes longer than many a cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.output_path = path  # what follows writes it, whatever became of the cells


papermill_engines.register(_ENGINE, _WrittenOnce)


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


def for_this_python(source: Path, prepared: Path) -> None:
    """Write a copy of a notebook that names this Python as its kernel."""
    notebook = read_notebook(source)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, prepared)


def execute_or_keep(
    prepared: Path,
    executed: Path,
    partial: Path,
    parameters: dict[str, Any],
    *,
    progress: bool | None,
) -> None:
    """Execute a notebook; where it fails, keep what it had done, and say where.

    Parameters
    ----------
    prepared, executed : Path
        The notebook, and where it is to stand with its outputs; its name is that of the
        original.
    partial : Path
        Where it stands if it fails.
    parameters : dict
    progress : bool, optional
        Show a bar on stderr; by default on a terminal.

    Raises
    ------
    CellError
        A cell failed.
    RunError
        The kernel died.
    """
    try:
        _execute(prepared, executed, parameters, progress=progress)
    except PapermillExecutionError as error:
        executed.replace(partial)
        raise _cell_error(error, executed.name, partial) from None
    except DeadKernelError:
        executed.replace(partial)
        raise RunError(
            f"{executed.name} did not finish: its Python process died, most often for want of "
            f"memory. What it had done is in {partial}; nothing earlier was overwritten."
        ) from None


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
                engine_name=_ENGINE,
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


def _cell_error(error: PapermillExecutionError, name: str, partial: Path) -> CellError:
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
        f"{name} stopped in cell [{error.exec_count}]{under}, which begins "
        f"`{first_line}`: {error.ename}: {said}\n"
        f"The partial notebook is {partial}; nothing earlier was overwritten.",
        error=error.ename,
        said=said,
        partial=partial,
    )


def _position(cells: list[nbformat.NotebookNode], source: str) -> int:
    return next(number for number, cell in enumerate(cells) if cell.source == source)
