"""What is kept of each contact in files: all that is judged by, and of features but a few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.kinds import IN_FILES
from workbench.frame.streamed.contents import Contents, FeatureBlock
from workbench.messages import did_you_mean, listed

_MOMENTS = ("as_of", "matured_at")


@dataclass
class KeptContacts:
    """Outcome, campaign, customer, moments and weight of contacts, gathered block by block.

    Parameters
    ----------
    contents : Contents
    columns : tuple of str
        Features that are kept.

    Raises
    ------
    ParameterError
        They are no features of these rows.
    """

    contents: Contents
    columns: Sequence[str]
    at: int = 0
    customers: list[pd.Series[Any]] = field(default_factory=list)
    features: list[pd.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        _check_columns(self.columns, self.contents)
        self.key = np.empty(self.contents.rows, dtype=np.int32)
        self.weight = None if self.contents.roles["weight"] is None else np.empty(len(self.key))
        self.moments: dict[str, npt.NDArray[Any]] = {}

    def add(self, read: FeatureBlock) -> slice:
        """Keep a block, and return the place of its rows.

        Raises
        ------
        DataError
            There are more rows than at the first pass.
        """
        here = slice(self.at, self.at + len(read.key))
        if here.stop > len(self.key):
            raise self.contents.table.changed()
        self.at, self.key[here] = here.stop, read.key
        if self.weight is not None:
            self.weight[here] = read.weight
        for name in _MOMENTS:
            if (moments := getattr(read, name)) is not None:
                of_all = self.moments.setdefault(name, np.empty(len(self.key), moments.dtype))
                of_all[here] = moments.to_numpy()
        if read.customer is not None:
            self.customers.append(read.customer)
        if self.columns:
            self.features.append(read.X[list(self.columns)])
        return here

    def frame(self) -> FeatureFrame:
        """Return all of them, in the order of the files.

        Raises
        ------
        DataError
            There are fewer rows than at the first pass.
        """
        if self.at != len(self.key):
            raise self.contents.table.changed()
        settled = self.contents.settled
        by_key = settled.by_key
        X = pd.DataFrame({IN_FILES: np.zeros(len(self.key), dtype=bool)})
        catalogue = pd.DataFrame()
        if self.columns:
            X = pd.concat(self.features, ignore_index=True)
            catalogue = settled.catalogue.loc[list(self.columns)]
        return FeatureFrame(
            X=X,
            y=_taken(by_key.y, self.key),
            campaign=None if by_key.campaign is None else _taken(by_key.campaign, self.key),
            as_of=self._moments("as_of"),
            matured_at=self._moments("matured_at"),
            customer=pd.concat(self.customers, ignore_index=True) if self.customers else None,
            weight=None if self.weight is None else pd.Series(self.weight),
            catalogue=catalogue,
            recipe=settled.recipe,
            notes=settled.notes,
            order=by_key.order,
            suspects=settled.suspects,
        )

    def _moments(self, name: str) -> pd.Series[Any] | None:
        if name in self.moments:
            return pd.Series(self.moments[name])
        of_key = getattr(self.contents.settled.by_key, name)
        return None if of_key is None else _taken(of_key, self.key)


def _taken(of_key: pd.Series[Any], key: npt.NDArray[np.int32]) -> pd.Series[Any]:
    return of_key.take(key).reset_index(drop=True)


def _check_columns(columns: Sequence[str], contents: Contents) -> None:
    if isinstance(columns, str):
        raise ParameterError(
            f"`columns` must be a list of features; got {columns!r}. Write [{columns!r}]."
        )
    unknown = [name for name in columns if name not in contents.features]
    if unknown:
        raise ParameterError(
            f"`columns` must name features of these rows; got {listed(unknown)}. There are "
            f"{listed(contents.features)}.{did_you_mean(unknown[0], contents.features)}"
        )
