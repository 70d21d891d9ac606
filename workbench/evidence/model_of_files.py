"""A model that learns from contacts in files and scores them, and takes their numbers for rows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from workbench.errors import ParameterError
from workbench.evidence.scored_rows import scored_rows
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.cut_at import cut_at
from workbench.frame.streamed.kept_contacts import KeptContacts
from workbench.frame.streamed.parquet_rows import ParquetRows, rows_of_keys
from workbench.ridge import RidgePropensity

NUMBER = "number of the contact"
Numbers = npt.NDArray[np.int64]


class ModelOfFiles:
    """A propensity model, and the files that its rows are in.

    It fits and scores frames whose one feature is the number of each contact, in the order of the
    files: what walks through campaigns needs no other.

    Parameters
    ----------
    model : RidgePropensity
    rows : ParquetRows
    key : ndarray of int, shape (n,)
        Of each contact.
    """

    def __init__(self, model: Any, rows: ParquetRows, key: Numbers) -> None:
        self.model, self.rows, self.key = model, rows, key

    def __sklearn_clone__(self) -> ModelOfFiles:
        return ModelOfFiles(clone(self.model), self.rows, self.key)

    def fit(self, frame: FeatureFrame, /) -> Self:
        """Learn from contacts, which are all that weigh something of their keys."""
        self.model.fit(self._those_of(frame)[0])
        return self

    def propensity(self, frame: FeatureFrame, /) -> pd.Series[float]:
        """Return the propensity of each contact."""
        rows, there = self._those_of(frame)
        said = scored_rows(self.model, rows).propensity.to_numpy()
        place = np.searchsorted(there, frame.X[NUMBER].to_numpy())
        return pd.Series(said[place], frame.X.index, name="propensity")

    def _those_of(self, frame: FeatureFrame) -> tuple[ParquetRows, Numbers]:
        """Return the rows in files of the contacts' keys, and their numbers."""
        contents = self.rows.contents
        marks = np.zeros(len(contents.keys), dtype=bool)
        marks[np.unique(self.key[frame.X[NUMBER].to_numpy()])] = True
        return rows_of_keys(self.rows, marks, contents), np.flatnonzero(marks[self.key])


def in_files(model: Any, rows: ParquetRows) -> tuple[ModelOfFiles, FeatureFrame]:
    """Return a model of files, and their contacts with numbers in place of features.

    Before each campaign another set of outcomes was known: keys are parted at these moments, so
    that each was known as a whole, or not at all.

    Parameters
    ----------
    model : RidgePropensity
    rows : ParquetRows

    Raises
    ------
    ParameterError
        Another model cannot learn from files.
    """
    if not isinstance(model, RidgePropensity):
        raise ParameterError(
            "Rows of files are fitted by a RidgePropensity; got a "
            f"{type(model).__name__}. Give a `FeatureFrame` of rows in memory."
        )
    contents = rows.contents
    kept = _contacts(contents)
    frame = kept.frame()
    if (parted := _parted(contents, frame)) is not contents:
        contents, kept = parted, _contacts(parted)
    rows = rows_of_keys(rows, np.ones(len(contents.keys), dtype=bool), contents)
    numbers = pd.DataFrame({NUMBER: np.arange(len(frame))})
    numbered = FeatureFrame(
        numbers,
        frame.y,
        frame.campaign,
        frame.as_of,
        frame.matured_at,
        frame.customer,
        frame.weight,
        order=frame.order,
    )
    return ModelOfFiles(model, rows, kept.key.astype(np.int64)), numbered


def _contacts(contents: Contents) -> KeptContacts:
    kept = KeptContacts(contents, ())
    for block in contents.read((), doing="Reading"):
        kept.add(block)
    return kept


def _parted(contents: Contents, frame: FeatureFrame) -> Contents:
    """Cut keys where campaigns begin: at their first row that counts, which no key tells."""
    if frame.campaign is None or frame.as_of is None:
        return contents
    counts = (frame.y.notna() & (frame.weights > 0)).to_numpy()
    starts = frame.as_of[counts].groupby(frame.campaign[counts], sort=False).min()
    role = "time" if frame.matured_at is None else "matured"
    every = np.ones(len(contents.keys), dtype=bool)
    among = every if contents.kept is None else contents.kept
    return cut_at(contents, role, sorted(set(starts)), among=among)
