"""Contacts without customers who must not be contacted, each with the amount that is its own."""

from __future__ import annotations

import numpy as np

from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.suppressed import of_frame, without_rows
from workbench.tables.suppression import SuppressionList
from workbench.widgets.targeting.amounts import Margin, check_rows


def of_those_left(
    frame: FeatureFrame, margin: Margin, suppress: object
) -> tuple[FeatureFrame, Margin]:
    """Leave customers out of a frame, and their amounts out of a margin of each row.

    Parameters
    ----------
    frame : FeatureFrame
    margin : float, str, array-like or model
        As for `Targeting`.
    suppress : path, table, Series or list
        Ids of customers.

    Examples
    --------
    >>> import pandas as pd
    >>> who = pd.Series(["a", "b"])
    >>> frame = FeatureFrame(pd.DataFrame({"v": [1, 2]}), pd.Series([1.0, 0.0]), customer=who)
    >>> fewer, margin = of_those_left(frame, np.array([5.0, 9.0]), ["a"])
    >>> len(fewer), margin
    (1, array([9.]))
    """
    found = of_frame(frame, SuppressionList.of(suppress))
    fewer = without_rows(frame, found)
    if isinstance(margin, str) or np.ndim(margin) == 0:  # it is for all, or is foretold
        return fewer, margin
    check_rows(margin, frame)
    return fewer, np.asarray(margin)[~found.rows]
