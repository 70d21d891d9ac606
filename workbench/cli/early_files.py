"""What is wrong with contacts in files, told before a kernel is started: as far as it is quick."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.checks import check_columns
from workbench.cli.early_table import MOST_BYTES, check_both_outcomes
from workbench.evidence import out_of_time
from workbench.frame.flat_table import check_one_role_each
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.parquet_rows import ParquetRows

_ROLES = ("target", "campaign", "time", "customer")


def check_files(parameters: Mapping[str, Any]) -> None:
    """Raise what the notebook would raise of its files, where that can be told quickly.

    Small files are read once; of others the columns are looked at, and no more.

    Parameters
    ----------
    parameters : mapping
        As for the notebook; ``table`` is a Parquet file, or a folder of them.

    Raises
    ------
    WorkbenchError
        A file cannot be read, a column is missing, there are no two campaigns with outcomes, …

    Examples
    --------
    >>> check_files({"table": "nowhere/", "target": "bought"})
    Traceback (most recent call last):
        ...
    workbench.errors.MissingDataError: There is no file 'nowhere'. Check the path; it is taken ...
    """
    if parameters.get("table") is None:
        return
    known = {*inspect.signature(ParquetRows).parameters} - {"path"}
    given = {name: value for name, value in parameters.items() if name in known}
    files = ParquetFiles.of(parameters["table"])
    if sum(state.size for state in files.states) > MOST_BYTES:
        roles = {role: given.get(role) for role in _ROLES}
        named = [*roles.values(), *given.get("drop", ()), *given.get("kinds", {})]
        columns = pd.DataFrame(columns=files.schema.names)
        check_columns(columns, [one for one in named if one is not None], name="The table")
        check_one_role_each(roles)
        return
    with warnings.catch_warnings(action="ignore"):  # the notebook tells them
        rows = ParquetRows(parameters["table"], **given)
    check_both_outcomes(rows.contacts(), given["target"])
    out_of_time(rows, test_campaigns=parameters.get("test_campaigns"))
