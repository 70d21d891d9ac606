"""How far effects differ between campaigns beyond chance, and what they are on average."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc, stdtrit

from workbench.errors import DataError
from workbench.metrics._inputs import numbers_of
from workbench.numbers import Array


def between_variance(values: Array, chance: Array) -> float:
    """Return τ², the variance between campaigns beyond chance within them.

    From the moments of DerSimonian & Laird: with ω = 1/chance and Q = Σ ω (v − v̄)²,
    τ² = max(0, (Q − (G − 1)) / (Σ ω − Σ ω²/Σ ω)).

    Parameters
    ----------
    values : ndarray, shape (G,)
        At least two.
    chance : ndarray, shape (G,)
        Their variances.

    Examples
    --------
    >>> between_variance(np.array([0.0, 4.0]), np.array([1.0, 1.0]))
    7.0
    """
    trust = 1 / chance
    middle = trust @ values / trust.sum()
    beyond = trust @ (values - middle) ** 2 - (len(values) - 1)
    return max(0.0, float(beyond / (trust.sum() - (trust**2).sum() / trust.sum())))


def heterogeneity(effect: Any, std_error: Any, *, level: float = 0.95) -> pd.Series[float]:
    """Tell whether effects of G campaigns differ beyond chance, and their mean.

    With ω = 1/SE², Q = Σ ω (e − ē)² is χ² with G − 1 degrees of freedom where all effects are
    the same. The share of their variance beyond chance is I² = max(0, 1 − (G − 1)/Q). The
    random-effects mean weighs by ω* = 1/(τ² + SE²); its interval is of Hartung & Knapp,

        m ± t √( max(1, q) / Σ ω* ) ,   q = Σ ω* (e − m)² / (G − 1) ,

    t being Student's quantile with G − 1 degrees of freedom.

    Parameters
    ----------
    effect, std_error : array, shape (G,)
        Campaigns without a standard error above 0 are passed over.
    level : float

    Returns
    -------
    Series
        ``campaigns, q, df, p_value, i_squared, tau, mean, low, high``; NaN with fewer than two.

    Raises
    ------
    DataError
        Lengths differ.

    References
    ----------
    DerSimonian & Laird (1986), Meta-analysis in clinical trials. Higgins & Thompson (2002),
    Quantifying heterogeneity in a meta-analysis. Hartung & Knapp (2001), A refined method for
    the meta-analysis of controlled clinical trials with binary outcome.

    Examples
    --------
    >>> heterogeneity([0.0, 4.0], [1.0, 1.0])[["q", "i_squared", "tau", "mean"]].round(3).to_dict()
    {'q': 8.0, 'i_squared': 0.875, 'tau': 2.646, 'mean': 2.0}
    """
    e, se = numbers_of(effect, name="effect"), numbers_of(std_error, name="std_error")
    if e.shape != se.shape:
        raise DataError(
            f"`effect` and `std_error` must have one number a campaign each; got {e.size} and "
            f"{se.size}. Take both from the same table."
        )
    told = np.isfinite(e) & np.isfinite(se) & (se > 0)
    e, chance = e[told], se[told] ** 2
    names = ("q", "df", "p_value", "i_squared", "tau", "mean", "low", "high")
    if len(e) < 2:
        return pd.Series({"campaigns": float(len(e)), **dict.fromkeys(names, np.nan)})
    trust, df = 1 / chance, len(e) - 1
    q = float(trust @ (e - trust @ e / trust.sum()) ** 2)
    tau2 = between_variance(e, chance)
    trust = 1 / (tau2 + chance)
    mean = float(trust @ e / trust.sum())
    scale = max(1.0, float(trust @ (e - mean) ** 2) / df)
    reach = float(stdtrit(df, (1 + level) / 2)) * np.sqrt(scale / trust.sum())
    found = (q, df, float(chdtrc(df, q)), max(0.0, 1 - df / q) if q > 0 else 0.0)
    numbers = (*found, np.sqrt(tau2), mean, mean - reach, mean + reach)
    return pd.Series({"campaigns": float(len(e)), **dict(zip(names, numbers, strict=True))})
