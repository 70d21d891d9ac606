"""Weight decay of a network of one's own, by layer and group, tuned on campaigns left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

from workbench.checks import check_whole
from workbench.errors import DataError, FitError, ParameterError
from workbench.messages import count_of
from workbench.networks.left_out_step import LeftOutStep, Linearised
from workbench.numbers import Array, real_numbers
from workbench.ridge.rows.blas import one_blas_thread

FURTHEST = 4.0
"""Most that log λ moves in one round: a step from further away is not to be trusted."""
WEAKEST, STRONGEST = 1e-8, 1e3

Refit = Callable[[dict[str, float], npt.NDArray[np.bool_]], Linearised]


@dataclass(frozen=True)
class TunedDecay:
    """Weight decay by layer, and how it was found.

    Parameters
    ----------
    decay : dict
        λ of each layer, on the mean-loss scale.
    rounds : DataFrame
        One row a candidate: λ by layer, ``one_step_loss`` by linearising, and ``exact_loss`` from
        networks fitted without each campaign; missing where nothing could be refitted.
    exact : bool
        Whether `decay` was chosen by exact refits.
    """

    decay: dict[str, float]
    rounds: pd.DataFrame
    exact: bool


def tune_weight_decay(
    jacobian: Any,
    outcome: Any,
    campaign: Any,
    layers: Sequence[str | None],
    *,
    log_odds: Any,
    parameters: Any,
    decay: dict[str, float],
    weight: Any = None,
    refit: Refit | None = None,
    rounds: int = 3,
) -> TunedDecay:
    """Tune the weight decay of each layer, or part of a layer, on campaigns left out.

    The network minimises

        (1/W) Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ Σ_k λ_k θ_k² ,

    λ being alike within a layer. Around its fit it is linear in θ. What each campaign would lose
    under any λ, by one Newton step of a fit without it, follows from sums over rows (see
    `workbench.networks.left_out_step`). That is minimised over log λ, which moves by 4 at most.

    With `refit`, the network is fitted anew there and linearised again, for so many rounds. The
    candidates, the start among them, are then compared by networks fitted without each campaign,
    and the one that loses least is taken. Without it one step decides: start near a good fit, and
    look at the result. From a loose start one step has gone badly wrong.

    Parameters
    ----------
    jacobian : array, shape (n, P)
        ∂η/∂θ of each row at the fit.
    outcome : array of 0 and 1, shape (n,)
    campaign : array, shape (n,)
    layers : sequence of str or None, length P
        The layer of each parameter; None has no decay, as is usual for biases.
    log_odds : array, shape (n,)
        η at the fit.
    parameters : array, shape (P,)
        θ at the fit.
    decay : mapping of layer to λ
        What it was fitted with.
    weight : array, shape (n,), optional
    refit : callable, optional
        ``refit(decay, rows)`` fits to the rows of a mask, and returns a `Linearised` of *all* rows.
    rounds : int

    Returns
    -------
    TunedDecay

    Raises
    ------
    DataError
        Lengths differ, numbers are not finite, or there are fewer than two campaigns.
    ParameterError
        `decay` is not one number above 0 for each layer.
    FitError
        There are more parameters than a P × P matrix is good for.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X, campaign = rng.normal(size=(600, 9)), np.repeat(list("abcdef"), 100)
    >>> y = (rng.random(600) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    >>> found = tune_weight_decay(  # a linear model is a network, too
    ...     X, y, campaign, ["signal"] + ["noise"] * 8,
    ...     log_odds=np.zeros(600), parameters=np.zeros(9), decay={"signal": 0.01, "noise": 0.01},
    ... )
    >>> found.decay["noise"] > 5 * found.decay["signal"]
    True
    """
    check_whole(rounds, least=1, name="rounds", hint=" Give for example 3.")
    at = Linearised(
        _numbers(jacobian, 2, name="jacobian"),
        _numbers(log_odds, 1, name="log_odds"),
        _numbers(parameters, 1, name="parameters"),
    )
    y = _numbers(outcome, 1, name="outcome")
    w = np.ones(len(y)) if weight is None else _numbers(weight, 1, name="weight")
    _check(at, y, w, layers)
    names = _names(layers, decay)
    rows = _rows_of(campaign, len(y))
    place = np.array([-1 if one is None else names.index(one) for one in layers])
    candidates, losses = [np.log([decay[name] for name in names])], [np.nan]
    for k in range(rounds if refit is not None else 1):
        if k and refit is not None:
            at = refit(_by_name(names, candidates[-1]), np.ones(len(y), dtype=bool))
        found, loss, start = _round(LeftOutStep.of(at, y, w, rows), place, candidates[-1])
        losses[-1] = start if np.isnan(losses[-1]) else losses[-1]
        candidates.append(found)
        losses.append(loss)
    exact = [np.nan] * len(candidates)
    if refit is not None:
        exact = [_exact(refit, _by_name(names, one), y, w, rows) for one in candidates]
    best = len(candidates) - 1 if refit is None else int(np.argmin(exact))
    table = pd.DataFrame([_by_name(names, one) for one in candidates])
    table = table.assign(one_step_loss=losses, exact_loss=exact)
    return TunedDecay(_by_name(names, candidates[best]), table, exact=refit is not None)


@one_blas_thread()
def _round(
    step: LeftOutStep, place: npt.NDArray[np.intp], start: Array
) -> tuple[Array, float, float]:
    """Minimise over log λ of each layer; return where, the loss there, and that of the start."""

    def criterion(rho: Array) -> tuple[float, Array]:
        decay = np.where(place < 0, 0.0, np.exp(rho)[np.maximum(place, 0)])
        loss, slope = step.loss(decay)
        by_layer = np.zeros(len(rho))
        np.add.at(by_layer, place[place >= 0], slope[place >= 0])
        return loss, by_layer

    low = np.maximum(start - FURTHEST, np.log(WEAKEST))
    high = np.minimum(start + FURTHEST, np.log(STRONGEST))
    bounds = list(zip(np.minimum(low, start), np.maximum(high, start), strict=True))
    found = minimize(criterion, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x), float(found.fun), criterion(start)[0]


def _exact(
    refit: Refit,
    decay: dict[str, float],
    y: Array,
    w: Array,
    rows: list[npt.NDArray[np.intp]],
) -> float:
    """Return the mean loss of each campaign by a network fitted without it."""
    loss = 0.0
    for some in rows:
        others = np.ones(len(y), dtype=bool)
        others[some] = False
        eta = np.asarray(refit(decay, others).log_odds, dtype=float)[some]
        loss += float(w[some] @ (np.logaddexp(0, eta) - y[some] * eta))
    return loss / float(w.sum())


def _by_name(names: Sequence[str], rho: Array) -> dict[str, float]:
    return dict(zip(names, np.exp(rho).tolist(), strict=True))


def _names(layers: Sequence[str | None], decay: dict[str, float]) -> list[str]:
    names = list(dict.fromkeys(one for one in layers if one is not None))
    right = set(decay) == set(names) and all(0 < one < np.inf for one in decay.values())
    if not right or not names:
        raise ParameterError(
            f"`decay` must have one number above 0 for each layer, {names}; got {decay}. Give what "
            "the network was fitted with, or None in `layers` for parameters without decay."
        )
    return names


def _rows_of(campaign: Any, n: int) -> list[npt.NDArray[np.intp]]:
    labels = pd.Series(np.asarray(campaign))
    if len(labels) != n or labels.isna().any():
        raise DataError(
            f"`campaign` must have one label a row; got {int(labels.notna().sum())} for "
            f"{count_of(n, 'row')}. Align them, and fill the gaps."
        )
    code = labels.factorize()[0]
    if code.max(initial=0) < 1:
        raise DataError(
            "Leaving campaigns out needs at least two campaigns; got one. Give more, or parts of "
            "it that differ."
        )
    return [np.flatnonzero(code == g) for g in range(code.max() + 1)]


def _numbers(values: Any, axes: int, *, name: str) -> Array:
    """Return values as floats; refuse what are no numbers, or stand in another shape."""
    try:
        found = real_numbers(values)
    except (TypeError, ValueError):
        found = np.empty(())
    if found.ndim != axes:
        shape = "a table of numbers" if axes == 2 else "a list of numbers"
        raise DataError(f"`{name}` must be {shape}; got {repr(values)[:60]}. Give an array.")
    return found


MOST_PARAMETERS = 5_000


def _check(at: Linearised, y: Array, w: Array, layers: Sequence[str | None]) -> None:
    n, p = at.jacobian.shape if at.jacobian.ndim == 2 else (-1, -1)
    shapes = (len(y), len(w), len(at.log_odds), len(at.parameters), len(layers))
    if shapes != (n, n, n, p, p):
        raise DataError(
            "`jacobian` must have a row for each outcome, weight and log-odds, and a column for "
            f"each parameter and layer; got {at.jacobian.shape} for {shapes[:3]} and {shapes[3:]}. "
            "Align them."
        )
    if p > MOST_PARAMETERS:
        raise FitError(
            f"Tuning solves systems of all parameters, {MOST_PARAMETERS:,} at most; got {p:,}. "
            "Give the last layers alone, their inputs held as they are."
        )
    finite = all(np.isfinite(one).all() for one in (*at, y, w))
    if not finite or not np.isin(y, (0, 1)).all() or (w < 0).any() or not w.any():
        raise DataError(
            "`jacobian`, `log_odds` and `parameters` must be finite, outcomes 0 or 1, and weights "
            "finite numbers from 0 that are not all 0. Mend them first."
        )
