"""Penalties: one strength for all, times a factor for a feature or its group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeGuard

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import ParameterError
from workbench.ridge.penalties.names import Labels, check_known, check_named, named_entries, places

Array = npt.NDArray[np.float64]
Moves = Mapping[str, float] | pd.Series
"""Penalties by the name of a group, feature or column; or by column, as `penalties_`."""

TUNED = "tuned"
EVERYTHING, REST = "all", "all others"
GIVEN = -1
_LOG_RANGE = (-20.0, 12.0)


def check_alpha(alpha: object) -> None:
    """Raise ParameterError unless `alpha` is "tuned" or a finite number from 0."""
    if isinstance(alpha, str) and alpha == "tuned":
        return
    if _is_factor(alpha) and float(alpha) < np.inf:
        return
    raise ParameterError(
        f"`alpha` must be 'tuned' or a finite number from 0; got {alpha!r}. "
        "It is the ridge strength on the mean-loss scale: 1 is strong, 0.0001 is weak."
    )


class CoData(NamedTuple):
    """Scores of the columns that penalties depend on, and how far they may follow them.

    ``scores`` (p, M), or (1 + G, p, M) where folds have scores of their own, learned
    without them, after those of all rows; ``precision`` (M,) is that of the prior of a
    score's slope about zero, in units of the summed log loss; ``lowest`` (M,) the
    least slope allowed, 0 for a score that may only strengthen.
    """

    names: tuple[str, ...]
    scores: Array
    precision: Array
    lowest: Array


@dataclass(frozen=True)
class PenaltyPlan:
    """Which penalty each column has: given, or tuned together with others.

    The penalty of column j is ``factor[j]`` times the strength of its set; a column of no
    set (-1) has the penalty ``factor[j]`` itself. Co-data move it further:

        log λ_j = log f_j + ρ_set(j) + Σ_m Z_jm γ_m .

    Parameters
    ----------
    factor : ndarray, shape (p,)
        0 = unpenalised, inf = dropped.
    member : ndarray of int, shape (p,)
        Number of the tuned set, or -1.
    sets : tuple of str, length K
        Names of the tuned sets: groups, features, or "all".
    co_data : CoData, optional
        Z, and bounds of γ (M,).
    precision : float
        Of the prior of the sets' log-strengths about their mean; 0 = none.
    dispersion : float
        What a unit of log likelihood is worth, in units of the summed loss.
    """

    factor: Array
    member: npt.NDArray[np.int64]
    sets: tuple[str, ...]
    co_data: CoData | None = None
    precision: float = 0.0
    dispersion: float = 1.0

    @property
    def size(self) -> int:
        """Number of tuned parameters, K + M: the strengths of the sets, then the slopes."""
        return len(self.sets) + (0 if self.co_data is None else len(self.co_data.precision))

    def prior_slope(self, parameters: Array) -> Array:
        """Return the slope of the negative log prior of the parameters; (K + M,).

        Log-strengths are shrunk to their mean, slopes of co-data to zero,

            ½ t Σ_k (ρ_k − ρ̄)² + ½ Σ_m p_m γ_m² ,

        with t and p_m the precisions, times the dispersion: a log likelihood is the loss over
        it. This is half the product of the slope with the parameters.
        """
        strength, slopes = np.split(parameters, [len(self.sets)])
        apart = strength - (strength.mean() if len(strength) else 0.0)
        shrunk = slopes if self.co_data is None else self.co_data.precision * slopes
        return self.dispersion * np.concatenate([self.precision * apart, shrunk])

    def penalties(self, parameters: Array) -> Array:
        """Return λ (p,) for the log-strength of each set, and the slopes (K + M,)."""
        return np.asarray(self._all_penalties(parameters)[0])

    def penalties_left_out(self, parameters: Array) -> Array:
        """Return λ as each fold's absence leaves them, (G, p), or (1, p) where it changes none."""
        found = self._all_penalties(parameters)
        return found[1:] if len(found) > 1 else found

    def slope(self, of_column: Array) -> Array:
        """Turn derivatives in each log λ_j, (p,) or (G, p), into the parameters' (K + M,)."""
        of_column = np.atleast_2d(of_column)
        tuned, total = self.member != GIVEN, of_column.sum(axis=0)
        sums = np.bincount(self.member[tuned], total[tuned], minlength=len(self.sets))
        if self.co_data is None:
            return np.asarray(sums, dtype="float64")
        scores = self.co_data.scores
        of_scores = (
            scores.T @ total if scores.ndim == 2 else np.einsum("gpm,gp", scores[1:], of_column)
        )
        return np.concatenate([sums, of_scores])

    def with_co_data(self, co_data: CoData) -> PenaltyPlan:
        """Let the penalties of the tuned columns depend on co-data."""
        tuned = (self.member != GIVEN)[:, None]
        return replace(self, co_data=co_data._replace(scores=np.where(tuned, co_data.scores, 0.0)))

    def _all_penalties(self, parameters: Array) -> Array:
        """Return those of all rows, then of each fold where they differ; (1 or 1 + G, p)."""
        count = len(self.sets)
        strength = np.append(parameters[:count], 0.0)[self.member]  # the last is for member -1
        if self.co_data is not None:
            # beyond these the loss is flat: a clipped penalty keeps the slope that it has
            strength = np.clip(strength + self.co_data.scores @ parameters[count:], *_LOG_RANGE)
        return np.asarray(self.factor * np.exp(np.atleast_2d(strength)))

    def only(self, used: npt.NDArray[Any]) -> PenaltyPlan:
        """Keep some columns, by mask or number; a set that loses all of them goes."""
        member, factor = self.member[used], self.factor[used]
        left = [k for k in range(len(self.sets)) if (member == k).any()]
        renumber = np.full(len(self.sets) + 1, GIVEN)
        renumber[left] = np.arange(len(left))
        return PenaltyPlan(factor, renumber[member], tuple(self.sets[k] for k in left))


def plan_penalties(
    alpha: float | str,
    given: Mapping[str, float | str] | None,
    features: Sequence[str],
    groups: Mapping[str, str],
    *,
    by_group: bool,
    columns: Sequence[str] | None = None,
) -> PenaltyPlan:
    """Give every column its own factor, else that of its feature, its group, or 1.

    Parameters
    ----------
    alpha : float or "tuned"
    given : mapping of column, feature or group name to factor or "tuned", or None
        0 = unpenalised, inf = dropped, "tuned" = a strength of its own. Never rescaled.
    features : sequence of str, length p
        The feature of each design column.
    groups : mapping of feature to group
    by_group : bool
        Whether a tuned `alpha` with nothing given tunes each group by itself.
    columns : sequence of str, length p, optional
        Names of the design columns, where they are not the features'.

    Returns
    -------
    PenaltyPlan

    Raises
    ------
    ParameterError
        A name is neither a feature nor a group, or both; or a factor is negative or no number.

    Examples
    --------
    >>> groups = {"recency_days": "rfm", "frequency": "rfm", "age": "person"}
    >>> plan = plan_penalties(0.5, {"rfm": 2.0, "recency_days": 0}, list(groups), groups,
    ...                       by_group=False)
    >>> plan.penalties(np.zeros(0))
    array([0. , 1. , 0.5])
    >>> plan_penalties("tuned", {"rfm": "tuned"}, list(groups), groups, by_group=False).sets
    ('rfm', 'all others')
    """
    columns = features if columns is None else columns
    labels = Labels(columns, features, [groups.get(feature, "") for feature in features])
    _check_given(given, labels)
    named: Sequence[str | None] = labels.group
    if given is None:
        given = dict.fromkeys(labels.group, TUNED) if by_group and alpha == TUNED else {}
    else:
        named = named_entries(given, labels)
    entries = [1.0 if name is None else given.get(name, 1.0) for name in named]
    rest = EVERYTHING if TUNED not in entries else REST
    set_of = [
        _own(name)
        if entry == TUNED
        else rest
        if alpha == TUNED and 0 < float(entry) < np.inf
        else None
        for name, entry in zip(named, entries, strict=True)
    ]
    sets = tuple(dict.fromkeys(name for name in set_of if name is not None))
    overall = 1.0 if isinstance(alpha, str) else float(alpha)
    factor = [1.0 if entry == TUNED else float(entry) for entry in entries]
    return PenaltyPlan(
        # infinity is a dropped column at any alpha, 0 included
        np.array(
            [
                f if name or np.isinf(f) else overall * f
                for f, name in zip(factor, set_of, strict=True)
            ]
        ),
        np.array([GIVEN if name is None else sets.index(name) for name in set_of]),
        sets,
    )


def _own(name: str | None) -> str:
    """Name a set of its own; what all others share must not have its name."""
    return f"{name} (group)" if name in (EVERYTHING, REST) else str(name)


def columns_named(columns: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    """Say which columns of a fit a group, feature or column name means.

    Parameters
    ----------
    columns : DataFrame
        Index column; ``feature, group, dropped``. Dropped ones are passed over.
    name : str

    Returns
    -------
    ndarray of bool, shape (p,)

    Raises
    ------
    ParameterError
        Nothing that the fit uses is called so, or a group and something else are.
    """
    labels = _labels(columns)
    found = places(labels)
    check_named(name, found, labels)
    named = np.zeros(int((~columns["dropped"]).sum()), dtype=bool)
    named[found[name]] = True
    return named


def moved_penalties(columns: pd.DataFrame, moves: Moves) -> Array:
    """Return the penalties of a fit's columns, some of them replaced.

    Parameters
    ----------
    columns : DataFrame
        As for `columns_named`, with ``penalty``.
    moves : mapping of group, feature or column to λ, or Series
        A Series, such as `RidgePropensity.penalties_`, is read by column first.

    Raises
    ------
    ParameterError
        A name is unknown, or a penalty is not a finite number from 0.
    """
    penalties = columns.loc[~columns["dropped"], "penalty"].to_numpy(dtype="float64", copy=True)
    by_column = isinstance(moves, pd.Series)
    labels = _labels(columns)
    found = places(labels, columns_first=by_column)
    dropped = set(columns.index[columns["dropped"]])
    if not isinstance(moves, Mapping | pd.Series):
        raise ParameterError(
            "`penalties` must map groups, features or columns to numbers, or be a Series of them; "
            f"got {type(moves).__name__}. Write {{'visits': 0.5}}."
        )
    taken = {
        name: penalty for name, penalty in moves.items() if not (by_column and name in dropped)
    }
    for name, penalty in taken.items():
        if not (_is_factor(penalty) and penalty < np.inf):
            raise ParameterError(
                f"A penalty must be a finite number from 0; got {penalty!r} for {name!r}. "
                "To drop a column, fit again with the factor inf."
            )
        check_named(name, found, labels)
    # a feature's replaces its group's, in whatever order they are given
    for name, where in sorted(
        ((name, found[str(name)]) for name in taken), key=lambda one: -len(one[1])
    ):
        penalties[where] = taken[name]
    return penalties


def _labels(columns: pd.DataFrame) -> Labels:
    """Return what the columns in use are called."""
    used = columns[~columns["dropped"]]
    return Labels(used.index.tolist(), used["feature"].tolist(), used["group"].tolist())


def _check_given(given: object, labels: Labels) -> None:
    if not isinstance(given, Mapping | None):
        raise ParameterError(
            f"`penalty_factors` must map feature or group names to numbers; got {given!r}. "
            "Write {'name': 10.0}."
        )
    check_known(given or {}, labels)
    for name, factor in (given or {}).items():
        if factor != TUNED and not _is_factor(factor):
            raise ParameterError(
                f"`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped), or "
                f"'tuned'; got {factor!r} for {name!r}. Leave it out for the factor 1."
            )


def _is_factor(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return False
    return float(value) >= 0
