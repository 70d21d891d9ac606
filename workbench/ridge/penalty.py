"""Penalties: one strength for all, times a factor for a feature or its group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import numpy as np
import numpy.typing as npt

from workbench._checks import did_you_mean, listed
from workbench.errors import ParameterError

ALPHA_GRID = np.logspace(1, -5, 25)
"""Strengths tried when `alpha` is tuned, strongest first; on the mean-loss scale."""


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


def penalty_factors(
    given: Mapping[str, float] | None, features: Sequence[str], groups: Mapping[str, str]
) -> npt.NDArray[np.float64]:
    """Give every design column the factor of its feature, else of its group, else 1.

    Parameters
    ----------
    given : mapping of feature or group name to factor, or None
        0 = unpenalised, inf = dropped. Never rescaled.
    features : sequence of str, length p
        The feature of each design column.
    groups : mapping of feature to group

    Returns
    -------
    ndarray, shape (p,)

    Raises
    ------
    ParameterError
        A name is neither a feature nor a group, or a factor is negative or no number.

    Examples
    --------
    >>> penalty_factors({"rfm": 2.0, "recency_days": 0}, ["recency_days", "frequency", "age"],
    ...                 {"recency_days": "rfm", "frequency": "rfm", "age": "person"})
    array([0., 2., 1.])
    """
    if not isinstance(given, Mapping | None):
        raise ParameterError(
            f"`penalty_factors` must map feature or group names to numbers; got {given!r}. "
            "Write {'name': 10.0}."
        )
    given = given or {}
    known = [*dict.fromkeys(features), *dict.fromkeys(groups.values())]
    for name, factor in given.items():
        if name not in known:
            raise ParameterError(
                f"`penalty_factors` names unknown feature or group {name!r}; "
                f"got {listed(known)}.{did_you_mean(name, known)}"
            )
        if not _is_factor(factor):
            raise ParameterError(
                f"`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped); "
                f"got {factor!r} for {name!r}. Leave it out for the factor 1."
            )
    return np.array(
        [float(given.get(feature, given.get(groups.get(feature, ""), 1.0))) for feature in features]
    )


def _is_factor(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return False
    return float(value) >= 0
