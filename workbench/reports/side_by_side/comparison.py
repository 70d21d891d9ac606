"""Two runs side by side, to be looked at: in a notebook, in a terminal, and as a page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import ParameterError
from workbench.reports.side_by_side.alike import alike
from workbench.reports.side_by_side.compared import Compared
from workbench.reports.side_by_side.one_run import read_run
from workbench.reports.side_by_side.page import body, write_page
from workbench.reports.side_by_side.written import lines_of, parts_of
from workbench.reports.table import Table


class Comparison(Compared):
    """What two runs found, side by side; shown as tables in a notebook.

    Parameters
    ----------
    old, new : OneRun
    alike : Alike
        What stands against calling one better than the other.
    """

    def tables(self) -> Iterator[tuple[str, Table | str]]:
        """Yield each part under its heading: a table, or a sentence where there is none."""
        return parts_of(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a page that stays inside: it has the exact numbers of both models.

        Parameters
        ----------
        path : path
            ``*.html``; only its owner may read it.

        Returns
        -------
        Path

        Raises
        ------
        ParameterError
            It is no ``*.html``, or cannot be written.
        """
        if Path(path).suffix.lower() != ".html":
            raise ParameterError(
                f"`output` must be a page, *.html; got {os.fspath(path)!r}. Name it so, or take "
                "`to_dict` for programs."
            )
        return write_page(self, Path(path))

    def __str__(self) -> str:
        return lines_of(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return body(self)


def compare(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Comparison:
    """Put two runs side by side, and say which differences mean anything.

    Figures have a difference only where both runs were judged on the same contacts, with the
    same outcomes. Money has one only under the same cost, margin and currency. Coefficients are
    compared only where both foretell the same. What stands against it is said first.

    Parameters
    ----------
    old, new : path
        An output folder of `workbench.run` (its latest run), a folder of a day, a report beside
        its model, or a ``model.json``.

    Returns
    -------
    Comparison
        Shown as tables; ``figures, penalties, came, went, moved, ranges`` hold them, and
        ``save("page.html")`` writes them.

    Raises
    ------
    MissingDataError
        There is no such file or folder, or no run in it.
    ParameterError
        A report is not of the model beside it.
    SchemaError
        A model is not as it was saved.

    Examples
    --------
    >>> import workbench
    >>> workbench.compare("reports/2026-10-01", "reports/2026-11-01")
    Traceback (most recent call last):
        ...
    workbench.errors.MissingDataError: `old` must be a run's output folder, report or model;
    there is no 'reports/2026-10-01'. Check the path.
    """
    before, now = read_run(old, name="old"), read_run(new, name="new")
    return Comparison(before, now, alike(before, now))
