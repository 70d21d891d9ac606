"""What is wrong with lists of customers and with governance, told before anything slow is begun."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.cli.options import is_file
from workbench.errors import MissingDataError, ParameterError


def check_lists(*, suppress: str | None, governance: str | None) -> None:
    """Raise where one of the files is not there, or cannot be read as what it must be.

    Parameters
    ----------
    suppress, governance : str or None
        Paths, as typed.

    Raises
    ------
    MissingDataError
        There is no such file; or the governance file names a list that is not there.
    DataError, SchemaError
        It is no table, no TOML, or says something unknown.

    Examples
    --------
    >>> check_lists(suppress=None, governance=None)
    """
    for name, file in (("suppress", suppress), ("governance", governance)):
        if file is not None and not is_file(file):
            raise MissingDataError(f"There is no file {file!r}. Check the path after `{name}`.")
    if suppress is not None:
        from workbench.tables.suppression import SuppressionList

        SuppressionList.of(Path(suppress))
    if governance is not None:
        from workbench.governance.papers.governance import Governance

        Governance.read(governance).objections()


def check_customer_named(given: Mapping[str, Any]) -> None:
    """Raise ParameterError where customers are to be left out of a table that names none.

    Parameters
    ----------
    given : mapping
        Parameters of a notebook.

    Examples
    --------
    >>> check_customer_named({"table": "shop.csv", "suppress": "no.csv"})
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `suppress` needs `customer`, the column that says who each ...
    """
    if given.get("suppress") and given.get("table") and not given.get("customer"):
        raise ParameterError(
            "`suppress` needs `customer`, the column that says who each row is of. Name it."
        )
