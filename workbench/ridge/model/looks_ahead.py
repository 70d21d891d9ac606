"""What a fitted model keeps of the outlook: how it is scored on the next campaign."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.ridge.ahead.outlook import Outlook, line
from workbench.ridge.fitted.fit import Fit

Array = npt.NDArray[np.float64]


class LooksAhead:
    """Half-life, slope and base rate of the score; a part of RidgePropensity.

    Attributes
    ----------
    outlook_ : Outlook
        What was chosen, or given.
    half_life_ : float or None
        In so many campaigns the weight of an earlier one halved.
    slope_ : float
        What the fit's log-odds, about their mean, are multiplied by.
    intercept_ : ndarray, shape (1,)
        As scored with.
    base_rate_ : DataFrame or None
        Rows ``fitted`` and ``forecast``: ``intercept`` (of the average contact), ``rate`` (the
        response that is expected of the last three campaigns' contacts), and for one campaign
        more of their kind ``lower_95, upper_95``. None without campaigns in time order.
    proven_ : bool or None
        Whether the model beat the forecast base rate on campaigns judged by those before
        them; None where they are too few, or nothing was tuned on them.
    forward_ : DataFrame or None
        One row a campaign so judged: ``contacts, positives, loss, base_loss``.
    """

    outlook_: Outlook
    half_life_: float | None
    slope_: float
    intercept_: Array
    base_rate_: pd.DataFrame | None
    proven_: bool | None
    forward_: pd.DataFrame | None

    def _look(self, outlook: Outlook) -> None:
        """Keep what was chosen."""
        self.outlook_, self.half_life_ = outlook, outlook.half_life
        self.proven_, self.forward_ = outlook.proven, outlook.folds

    def _aim(self, fit: Fit, fitted_intercept: float) -> None:
        """Set slope and intercept of the score, from the training rows."""
        score = line(fit, self.outlook_)
        self.slope_, self.base_rate_ = score.slope, score.base_rate
        self.intercept_ = np.array([score.slope * fitted_intercept + score.plus])
