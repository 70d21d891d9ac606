"""What a fitted model does as campaigns come and go, from sums of them: no row is kept."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.errors import FitError
from workbench.ridge.ahead.outlook import Outlook
from workbench.ridge.design.design import Design
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.updates.collect import sums_of
from workbench.ridge.updates.new_rows import read_new
from workbench.ridge.updates.outlook import line
from workbench.ridge.updates.solved import Solved, solved
from workbench.ridge.updates.update import (
    check_drift,
    summed,
    with_campaigns,
    without_campaigns,
)


class Updatable:
    """A fitted model with one more campaign, or one less; a part of RidgePropensity."""

    columns_: pd.DataFrame
    design_: Design
    outlook_: Outlook
    slope_: float
    _sums: CampaignSums | None = None
    _before: Any = None

    @property
    def statistics_(self) -> CampaignSums:
        """Sums by campaign at the fit, from which campaigns can be added and taken away.

        Taken in a few passes over the rows when they are first asked for, and kept. Campaigns
        of fewer than 100 contacts or 10 responses are pooled with their neighbours in time.
        """
        check_is_fitted(self, "columns_")
        if self._sums is None:
            if not hasattr(self, "workspace_"):
                raise FitError(
                    "Sums by campaign must be taken while the rows of the fit are at hand; this "
                    "model was loaded or copied without them. Save it with "
                    "`save(path, statistics=True)`, or `fit` it here."
                )
            self._sums = sums_of(self)
        return self._sums

    def update(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, campaign: Any = None
    ) -> Self:
        """Return this model with one more campaign, or several, without the rows of the others.

        Parameters
        ----------
        X, y, sample_weight, campaign
            The rows of the new campaigns alone, as `fit` takes them.
        """
        sums = self.statistics_
        new = read_new(self, sums, X, y, campaign=campaign, sample_weight=sample_weight)
        together, found = with_campaigns(self, sums, new)
        return self._became(together, found, before=self._before or self._alone())

    def forget(self, campaign: str | Sequence[str]) -> Self:
        """Return this model without a campaign, or several: what it knew of them is gone.

        Parameters
        ----------
        campaign : str or sequence of str
        """
        gone = [campaign] if isinstance(campaign, str) else [str(name) for name in campaign]
        left = without_campaigns(self, self.statistics_, gone)
        if left.campaigns == left.fitted and self._before is not None:
            other = copy(self._before)
            other._sums = left
            return other
        found = solved(summed(self, left))
        check_drift(found, done=f"Without {', '.join(map(repr, gone))}")
        return self._became(left, found, before=self._before if left.fitted else None)

    def _alone(self) -> Self:
        """Return this model without its rows."""
        other = copy(self)
        other.__dict__.pop("workspace_", None)
        other._sums = None
        return other

    def _became(self, sums: CampaignSums, found: Solved, before: Any) -> Self:
        other = self._alone()
        other._sums, other._before = sums, before
        other.columns_, other.alpha_, other.tuning_ = found.columns, found.alpha, found.tuning
        other.grid_, other.folds_, other.co_data_ = found.grid, found.folds, found.co_data
        other.training_ = {**found.training, "drift": found.drift}
        score = line(sums, found.scaling, found.b, self.outlook_)
        slope = found.columns["coef_standardised"] / found.columns["scale"]
        at_zero = float(found.b[0] - slope @ found.columns["mean"])
        other.base_rate_ = score.base_rate
        other.intercept_ = np.array([score.slope * at_zero + score.plus])
        return other
