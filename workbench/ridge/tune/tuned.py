"""What tuning found, and the table that says how well the campaigns tell it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.messages import listed
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.tune.strengths import STRONGEST

Array = npt.NDArray[np.float64]

_CAMPAIGN_CONSTANT = 0.9
_ONE_CURVATURE = 0.9  # correlation of two sets' curvatures from which they count as one
_FLAT = 1e-7  # curvature of the mean loss below which nothing is told anyway


class Grid(NamedTuple):
    """Exact criteria, per unit of weight: of what was chosen, and of common strengths.

    ``strengths`` (S,) are log-strengths; ``losses`` (S,) may be infinite where a fit did
    not arrive. ``spread`` (S,) is the standard error over folds.
    """

    chosen: float
    strengths: Array
    losses: Array
    spread: Array


class Tuned(NamedTuple):
    """Tuned parameters of a plan, and how they were found.

    ``plan`` holds the K sets and what co-data the penalties listened to; ``parameters``
    (K + M,) are the log-strengths by the rule, and the slopes; ``best`` (K + M,) those of
    least left-out loss; ``uniform`` the best common log-strength; ``curvature`` (K + M,
    K + M) of the criterion at the best; ``moved`` names the sets that the rule
    strengthened; ``stats`` are near, to start the last fit from; ``grid`` has the exact
    losses that decided, None for criteria that leave no fold out.
    """

    plan: PenaltyPlan
    parameters: Array
    best: Array
    uniform: float
    curvature: Array
    moved: tuple[str, ...]
    stats: FoldStatistics
    grid: Grid | None = None

    @property
    def penalties(self) -> Array:
        """Return λ (p,)."""
        return self.plan.penalties(self.parameters)

    @property
    def slopes(self) -> dict[str, float]:
        """Return the slope of log λ on each score of the co-data."""
        if self.plan.co_data is None:
            return {}
        found = self.parameters[len(self.plan.sets) :].tolist()
        return dict(zip(self.plan.co_data.names, found, strict=True))


def campaigns_of(measured: Moments) -> Array:
    """Return in how many folds each column effectively lives; 0 if constant within each."""
    # of a column that is constant altogether there is no share: it is constant within each, too
    constant_within = (measured.between_share > _CAMPAIGN_CONSTANT) | measured.constant
    return np.where(constant_within, 0.0, measured.effective_folds)


def tuning_table(
    plan: PenaltyPlan, tuned: Tuned, measured: Moments, used: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Describe each tuned set: its penalty, and how well the campaigns tell it.

    Returns
    -------
    DataFrame
        Index set; ``columns, penalty, least_loss_penalty`` (before any strengthening; the
        median where co-data make the set's columns differ), ``campaigns`` (in how many they
        are effectively found, the median; 0 = constant within each),
        ``curvature`` (of the mean left-out loss in log penalty; near 0 = not
        identified),
        ``left_out_loss`` and ``grid_loss`` (the exact criterion of what was chosen, and
        the least of nine common strengths; alike in all rows) and ``remark``.
    """
    lives = campaigns_of(measured)[used]
    penalties, best = (_of_factor_one(tuned.plan, at) for at in (tuned.parameters, tuned.best))
    rows = {
        name: (
            int((plan.member == k).sum()),
            float(penalties[k]),
            float(best[k]),
            float(np.median(lives[plan.member == k])),
            float(tuned.curvature[k, k]),
            *_losses(tuned.grid),
            _remark(tuned, k, name),
        )
        for k, name in enumerate(plan.sets)
    }
    columns = ["columns", "penalty", "least_loss_penalty", "campaigns", "curvature"]
    columns += [*_LOSSES, "remark"] if tuned.grid is not None else ["remark"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("set")


def grid_table(tuned: Tuned) -> pd.DataFrame | None:
    """Return the common strengths that were tried, the weakest first.

    Returns
    -------
    DataFrame or None
        ``penalty, loss`` (the exact criterion per contact), ``loss_se`` (over folds).
    """
    if tuned.grid is None:
        return None
    grid = tuned.grid
    table = {"penalty": np.exp(grid.strengths), "loss": grid.losses, "loss_se": grid.spread}
    return pd.DataFrame(table).iloc[::-1].reset_index(drop=True)


_LOSSES = ["left_out_loss", "grid_loss"]


def _losses(grid: Grid | None) -> tuple[float, ...]:
    return () if grid is None else (grid.chosen, float(grid.losses.min()))


def _of_factor_one(plan: PenaltyPlan, parameters: Array) -> Array:
    """Return the penalty of each set's columns of factor 1, their median; shape (K,)."""
    count = len(plan.sets)
    heard = np.zeros(len(plan.factor))
    if plan.co_data is not None:
        scores = plan.co_data.scores
        heard = (scores[0] if scores.ndim == 3 else scores) @ parameters[count:]
    medians = [np.median(heard[plan.member == k]) for k in range(count)]
    return np.asarray(np.exp(parameters[:count] + medians))


def _remark(tuned: Tuned, k: int, name: str) -> str:
    if np.exp(tuned.best[k]) >= 0.99 * STRONGEST:
        return "shrunk out"
    if name in tuned.moved:
        return "these campaigns do not identify this penalty; a stronger one was taken"
    together = _identified_together(tuned, k)
    return f"identified only together with {listed(together)}: move them as one" if together else ""


def _identified_together(tuned: Tuned, k: int) -> list[str]:
    """Return the sets against which this one can be traded at no loss.

    Their curvatures are one: a stronger penalty here and a weaker one there cancel.
    """
    own = tuned.curvature[: len(tuned.plan.sets), : len(tuned.plan.sets)]
    sizes = np.sqrt(np.maximum(np.diag(own), _FLAT))  # flatter ones are left out below
    alike = own[k] / (sizes[k] * sizes)
    others = np.flatnonzero((alike > _ONE_CURVATURE) & (np.diag(own) > _FLAT))
    return [tuned.plan.sets[j] for j in others.tolist() if j != k and own[k, k] > _FLAT]
