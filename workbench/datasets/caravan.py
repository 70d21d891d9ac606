"""Caravan: who buys a caravan insurance. A table without campaigns, the plain case."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd

from workbench.errors import MissingDataError
from workbench.tables import read_table


def caravan(path: str | Path | None = None) -> pd.DataFrame:
    """Load the training half of the CoIL 2000 challenge: 5,822 customers, 85 features.

    Parameters
    ----------
    path : path, optional
        Of ``Caravan.csv``; without it, the file of an installed ISLP is read. ISLP itself
        is not imported: it depends on PyTorch, which the file does not need.

    Returns
    -------
    DataFrame
        Target ``Purchase``, read as true or false: 348 of them true.

    Raises
    ------
    MissingDataError
        There is neither a path nor an installed ISLP.

    Notes
    -----
    van der Putten & van Someren (2000), *CoIL Challenge 2000*; the copy in ISLP belongs
    to James et al. (2023), *An Introduction to Statistical Learning with Python*.

    Examples
    --------
    >>> from workbench.datasets import caravan
    >>> caravan()["Purchase"].value_counts().to_dict()
    {False: 5474, True: 348}
    """
    return read_table(path if path is not None else _installed())


def _installed() -> Path:
    found = importlib.util.find_spec("ISLP")
    if found is not None and found.submodule_search_locations:
        file = Path(next(iter(found.submodule_search_locations))) / "data" / "Caravan.csv"
        if file.is_file():
            return file
    raise MissingDataError(
        "Caravan needs the file Caravan.csv of ISLP, which is not installed. Install it without "
        "what it depends on, `pip install --no-deps ISLP`, or give a path."
    )
