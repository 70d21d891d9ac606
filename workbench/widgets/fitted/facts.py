"""What a view needs to know of a fitted model: statistics by fold, and names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from workbench.checks import check_propensity
from workbench.errors import FitError
from workbench.language import later, say
from workbench.numbers import Array
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Block
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.inference import spread
from workbench.ridge.statistics.protocol import COLUMNS, MATRIX

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity


@dataclass(frozen=True)
class Facts:
    """Statistics of the columns that a fit uses, p of them, at its optimum.

    Parameters
    ----------
    stats : DenseStatistics
        Per unit of weight: the total weight is 1. Under the penalties of the fit the losses of
        folds left out are those of fits without each: see `of_fit`.
    moment : ndarray, shape (1 + p, 1 + p)
        Mean of (1, z)(1, z)' over the rows.
    campaigns : ndarray, shape (p,)
        In how many folds each column effectively lives; 0 if constant within each.
    names, features, groups : tuple of str, length p
    folds : tuple of str
        What each fold that can be left out holds.
    tuned : ndarray, shape (p,)
        The penalties of the fit.
    uniform : float
        One strength for all.
    weight : float
        W.
    """

    stats: DenseStatistics
    moment: Array
    campaigns: Array
    names: tuple[str, ...]
    features: tuple[str, ...]
    groups: tuple[str, ...]
    folds: tuple[str, ...]
    tuned: Array
    uniform: float
    weight: float

    @classmethod
    @one_blas_thread()
    def of(cls, model: RidgePropensity) -> Facts:
        """Read a model that was fitted here; one pass over its rows.

        Raises
        ------
        FitError
            It was loaded or copied without its rows.
        """
        check_propensity(model, "A Tuner shows")
        if not hasattr(model, "workspace_"):
            raise FitError(
                "A Tuner needs the rows of the fit; this model was loaded or copied without them, "
                "or not fitted yet. Fit it here."
            )
        if why := no_view_of(model):
            raise FitError(why)
        workspace, used = model.workspace_, model.columns_[~model.columns_["dropped"]]
        rows, scaling = workspace.given.rows, workspace.given.scaling
        weight, cross, gram = rows.total(_moment_kernel)
        return cls(
            of_fit(workspace),
            scaling.gram(weight, cross, gram) / float(weight),
            used["campaigns"].to_numpy(dtype="float64"),
            tuple(used.index),
            tuple(used["feature"]),
            tuple(used["group"]),
            workspace.folds if workspace.stats.held > 1 else (),
            workspace.given.penalties,
            model.alpha_,
            float(weight),
        )

    @property
    def leaves_out(self) -> bool:
        """Whether there are folds to leave out."""
        return len(self.folds) > 1

    def uniform_penalties(self) -> Array:
        """One strength for every column that has a penalty at all; shape (p,)."""
        return np.where(self.tuned > 0, self.uniform, 0.0)


class Answer(NamedTuple):
    """What a model under some penalties is: see `answer`."""

    b: Array
    edf: Array
    error: Array
    share: Array
    loss: Array


@one_blas_thread()
def answer(facts: Facts, penalties: Array, b: Array | None = None) -> Answer:
    """Say what the model is under other penalties, from statistics alone.

    Parameters
    ----------
    facts : Facts
    penalties : ndarray, shape (p,)
    b : ndarray, shape (1 + p,), optional
        The coefficients, where they are known better than to one Newton step.

    Returns
    -------
    Answer
        ``b`` (1 + p,) standardised; ``edf``, ``error`` (Bayesian) and ``share`` of the
        score's variance (p,); ``loss`` (G,) per contact of each fold left out, empty
        where there is nothing to leave out.

    Raises
    ------
    FitError
        Columns without a penalty determine one another.
    """
    stats = facts.stats
    if b is None:
        ridge = np.append(0.0, penalties)
        hessian = stats.total_curvature() + np.diag(ridge)
        b = stats.b + np.linalg.solve(hessian, stats.score.sum(axis=0) - ridge * stats.b)
    known = spread(stats.total_curvature(), penalties, facts.weight)
    part = b[1:] * (facts.moment[1:, 1:] @ b[1:])
    total = float(part.sum())
    share = part / total if total > 0 else np.zeros_like(part)
    loss = np.zeros(0)
    if facts.leaves_out:
        left = stats.without_folds(penalties, facts.names)
        loss = left.loss / stats.weight[: stats.held]
    return Answer(b, known.edf, known.std_error, share, loss)


_NEEDS = {
    COLUMNS: later(
        "A Tuner needs columns that are fitted one by one; these are too many ({columns:,}). "
        "Use `model.refit` and `model.path`, or fit fewer columns."
    ),
    MATRIX: later(
        "A Tuner needs matrices of all columns by all columns; these are too many ({columns:,}). "
        "Use `model.refit` and `model.path`, or fit fewer columns."
    ),
}


def no_view_of(model: RidgePropensity) -> str | None:
    """Say in a sentence why a Tuner cannot show a model that was fitted here; None where it can."""
    columns = int((~model.columns_["dropped"]).sum())
    for ability, sentence in _NEEDS.items():
        if ability not in model.workspace_.abilities:
            return say(sentence, columns=columns)
    return None


def dense(workspace: Fit) -> DenseStatistics:
    """Return the statistics of a fit that has matrices, as `Facts.of` has made sure."""
    return cast("DenseStatistics", workspace.stats)


def per_unit(stats: DenseStatistics) -> DenseStatistics:
    """Divide sums by the total weight; views leave one fold at a time out, however it was tuned."""
    W = stats.total_weight
    return DenseStatistics(
        stats.b,
        stats.curvature / W,
        stats.score / W,
        stats.loss / W,
        stats.weight / W,
        stats.held,
    )


def of_fit(workspace: Fit) -> DenseStatistics:
    """Return statistics whose left-out losses are exact under the penalties of the fit.

    What one Newton step misses of fold g's loss there is added to the constant l_g of its
    expansion: so views and texts start from one number, and other penalties from nearer by.
    """
    stats = per_unit(dense(workspace))
    if stats.held < 2:
        return stats
    exact = workspace.leaving_out().left_out()["loss"].to_numpy()
    held, told = slice(None, stats.held), stats.without_folds(workspace.given.penalties)
    loss = stats.loss.copy()
    loss[held] += stats.weight[held] * exact - told.loss
    return replace(stats, loss=loss)


def _moment_kernel(block: Block) -> tuple[object, ...]:
    weighted = block.X * block.weight[:, None]
    return block.weight.sum(dtype=float), weighted.sum(axis=0, dtype=float), weighted.T @ block.X
