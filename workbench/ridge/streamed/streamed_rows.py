"""What a fit is given of rows that come in blocks: one row for all that have a key in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import FitError
from workbench.frame.streamed.contents import Contents
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.ridge.design.training_rows import TrainingRows, of_both_classes
from workbench.tables.campaign_order import GIVEN, TIME

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class StreamedRows(TrainingRows):
    """`TrainingRows` of keys: each stands for `number` rows that share campaign and outcome.

    ``source`` has the rows themselves, ``key`` (n,) are the numbers of the keys there.
    """

    source: Contents = field(kw_only=True)
    key: Numbers = field(kw_only=True)
    number: Numbers = field(kw_only=True)

    @property
    def wholes(self) -> int:
        """Rows."""
        return int(self.number.sum())

    @property
    def number_of_each(self) -> Numbers:
        """How many rows each of these stands for."""
        return self.number

    def share_of_key(self) -> npt.NDArray[np.float64]:
        """Return what weights are multiplied by, by the number of the key."""
        share = np.ones(len(self.source.rows_of_key))
        if self.undecayed is not None:
            share[self.key] = self.weight / self.undecayed
        return share


def streamed_rows(estimator: Any, given: StreamedTable) -> StreamedRows:
    """Check what is known of the rows, and put it in the shape of a fit.

    Raises
    ------
    FitError
        No outcome is known, or they are of one class only.
    """
    source = given.contents
    by_key, features = source.settled.by_key, np.array(source.features, dtype=object)
    estimator.n_features_in_, estimator.feature_names_in_ = len(features), features
    known = by_key.y.notna().to_numpy()
    if source.kept is not None:
        known = known & source.kept
    if not known.any():
        raise FitError(
            "No outcome is known in these rows; fitting needs rows with both classes. "
            "Fit on earlier contacts, and score these."
        )
    some = known & (source.rows_of_key > 0)
    rows = StreamedRows(
        pd.DataFrame(index=range(int(some.sum()))),
        np.asarray(by_key.y, dtype=np.float64)[some],
        np.asarray(by_key.weights[some], dtype=np.float64),
        np.array([0, 1]),
        source.groups,
        _of(by_key.campaign, some),
        tuple(source.by_key.campaigns),
        _of(by_key.as_of, some),
        in_time=source.by_key.in_order_of in (TIME, GIVEN),
        source=source,
        key=np.flatnonzero(some),
        number=source.rows_of_key[some],
    )
    return cast("StreamedRows", of_both_classes(rows))


def _of(values: pd.Series[Any] | None, some: npt.NDArray[np.bool_]) -> pd.Series[Any] | None:
    return None if values is None else values[some].reset_index(drop=True)
