"""Recent campaigns weigh more: each halves in weight as it grows older by a half-life."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.kernels import score_and_loss
from workbench.ridge.tune.folds import campaign_folds

Array = npt.NDArray[np.float64]

CANDIDATES = (3.0, 5.0, 2.0)
"""Half-lives, in campaigns, that are tried beside none; the others where the first gains."""


def decay(campaigns: int, half_life: float | None) -> Array:
    """Return each campaign's weight, 2^(−age / half-life), the last one's being 1.

    Parameters
    ----------
    campaigns : int
    half_life : float or None
        In campaigns; None or infinity: all weigh 1.

    Examples
    --------
    >>> decay(3, 1.0), decay(3, None)
    (array([0.25, 0.5 , 1.  ]), array([1., 1., 1.]))
    """
    age = np.arange(campaigns)[::-1]
    return np.ones(campaigns) if half_life is None else np.exp2(-age / half_life)


def weighing_recent_more(rows: TrainingRows, half_life: float | None) -> TrainingRows:
    """Return the rows, each weight times its campaign's decay.

    Where campaigns are so many that tuning merges them to blocks, blocks count as campaigns.
    """
    if half_life is None or rows.campaign is None:
        return rows
    fold, labels = campaign_folds(rows.campaign, rows.order, weight=rows.contacts)
    share = decay(len(labels), half_life)[fold]
    return replace(rows, weight=rows.contacts * share, undecayed=rows.contacts)


def as_they_came(rows: ArrayRows, half_life: float | None) -> ArrayRows:
    """Return rows in blocks with the weights that they had before they decayed."""
    if half_life is None:
        return rows
    return rows.first(rows.n_folds, 1.0 / decay(rows.n_folds, half_life))


def training_loss(fit: Fit, half_life: float | None) -> float:
    """Return the mean log loss of the fit, every contact counting alike."""
    if half_life is None:
        return fit.training_loss
    at = fit.solved
    rows = as_they_came(at.rows, half_life)  # type: ignore[arg-type]  # rows in memory
    _, loss = score_and_loss(rows, at.scaling, fit.solution.b, at.outcome)
    return loss / float(rows.weight.sum(dtype=float))
