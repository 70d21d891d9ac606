"""How many of the contacts that wait in files are worth their cost: as Targeting chooses them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import ExtrapolationWarning
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.contents import Contents, FeatureBlock
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.metrics.money import one_for_all
from workbench.widgets.targeting.ranked_contacts import Unseen, best_depth, binned, made_at

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity


def chosen_in_files(
    model: RidgePropensity, rows: ParquetRows, *, cost: float, margin: float
) -> int:
    """Count the contacts down to the depth that is expected to earn most.

    They are scored a block at a time; of each its score and its weight stay in memory, 16 bytes.

    Parameters
    ----------
    model : RidgePropensity
        Fitted.
    rows : ParquetRows
        Such as ``rows.unknown()``. Contacts of a campaign of the fit are scored by the model
        without that campaign.
    cost : float
        Of one contact.
    margin : float
        Of one response, before the cost of contact.

    Returns
    -------
    int
        As many as ``Targeting(model, frame, cost=cost, margin=margin).chosen()`` lists of a frame
        of which these are the contacts without an outcome.

    Raises
    ------
    DataError
        A file has changed since it was first read.
    ParameterError
        `cost` or `margin` is negative or not finite.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from workbench import RidgePropensity
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "table.parquet"
    >>> table = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-03"] * 40,
    ...                       "visits": range(120), "bought": [0, 0, 0, 1, 1, 1] * 20})
    >>> table["bought"] = table["bought"].where(table["month"] < "2024-03")
    >>> table.to_parquet(file)
    >>> rows = ParquetRows(file, target="bought", campaign="month")
    >>> model = RidgePropensity(alpha=0.1).fit(rows)
    >>> chosen_in_files(model, rows.unknown(), cost=1.0, margin=10.0)
    40
    """
    money = {"cost": one_for_all(cost, name="cost"), "margin": one_for_all(margin, name="margin")}
    unseen, contents = Unseen(model), rows.contents
    scores, weights = [], []
    with warnings.catch_warnings(action="ignore", category=ExtrapolationWarning):
        for block in contents.read(contents.features, doing="Scoring who waits"):
            scores.append(unseen.propensities(_frame(contents, block))[0])
            weights.append(block.weight)
    found = {"propensity": np.concatenate(scores), "weight": np.concatenate(weights)}
    ranked = pd.DataFrame({**found, "y": np.nan})
    order = np.argsort(-ranked["propensity"].to_numpy(), kind="stable")
    ranked = ranked.iloc[order].reset_index(drop=True)
    depth = best_depth(binned(ranked)[:2].tolist(), **money)
    return int(made_at(ranked["weight"].to_numpy(), depth).sum())


def _frame(contents: Contents, block: FeatureBlock) -> FeatureFrame:
    campaign = contents.settled.by_key.campaign
    of_row = None if campaign is None else campaign.take(block.key).set_axis(block.X.index)
    weight = pd.Series(block.weight, block.X.index)
    return FeatureFrame(block.X, pd.Series(np.nan, block.X.index), of_row, weight=weight)
