"""What one campaign more may bring, from how each before it went: prediction intervals."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import t as students

from workbench.metrics.heterogeneity import between_variance
from workbench.numbers import Array

FEWEST = 4
"""Campaigns that must have been judged before an interval is given."""

RECENT, MOST_CONTACTS = 3, 200
"""The recent rate is of so many campaigns, each counting for so many contacts at most."""

COLUMNS = ["estimate", "low", "high", "campaigns", "note"]


class Interval(NamedTuple):
    """The middle and the limits of what is predicted."""

    estimate: float
    low: float
    high: float


class Rates(NamedTuple):
    """What the next response rate may be taken for: that of recent campaigns, or of all."""

    recent: float
    all: float


def prediction_interval(
    values: Array,
    contacts: Array,
    *,
    variance: float,
    coming: float,
    confidence: float = 0.9,
) -> Interval:
    """Bound one value more, measured on a campaign of its own.

    Each campaign's value v_g scatters about a common middle by what sets campaigns apart,
    τ², and by chance within it, σ²/n_g. With τ² from the moments of DerSimonian & Laird and
    ω_g = τ² + σ²/n_g, the next lies within

        m ± t √( q (ω_next + 1/Σ ω_g⁻¹) ) ,   m = Σ ω_g⁻¹ v_g / Σ ω_g⁻¹ ,
        q = Σ ω_g⁻¹ (v_g − m)² / (G − 1) ,

    t being Student's quantile with G − 1 degrees of freedom. Only the ratios of the ω
    matter; where all campaigns are of a size they cancel, and m ± t s √(1 + 1/G) is left,
    which is exact for normal values. Else the estimated τ² costs a point or two of coverage.

    Parameters
    ----------
    values : ndarray, shape (G,)
        At least two.
    contacts : ndarray, shape (G,)
        n_g.
    variance : float
        σ², of a single contact; 0 where chance within campaigns does not matter.
    coming : float
        Contacts of the next campaign.
    confidence : float

    Returns
    -------
    Interval

    References
    ----------
    Higgins, Thompson & Spiegelhalter (2009), A re-evaluation of random-effects
    meta-analysis, JRSS A 172. Hartung & Knapp (2001), A refined method for the
    meta-analysis of controlled clinical trials with binary outcome, Statistics in
    Medicine 20.

    Examples
    --------
    >>> import numpy as np
    >>> found = prediction_interval(np.array([0.0, 1.0, 2.0, 1.0]), np.full(4, 500.0),
    ...                             variance=1.0, coming=500.0)
    >>> [round(float(one), 3) for one in found]
    [1.0, -1.148, 3.148]
    """
    chance = variance / contacts
    between = between_variance(values, chance) if variance > 0 else 1.0
    trust = 1 / (between + chance)
    middle = float(trust @ values / trust.sum())
    freedom = len(values) - 1
    scale = float(trust @ (values - middle) ** 2) / freedom
    spread = scale * (between + variance / coming + 1 / trust.sum())
    reach = float(students.ppf((1 + confidence) / 2, freedom) * np.sqrt(spread))
    return Interval(middle, middle - reach, middle + reach)


def rates_before(contacts: Array, positives: Array) -> Rates:
    """Forecast a response rate from the campaigns known so far, in time order.

    The recent rate is that of the last three, each counting for 200 contacts at most, and
    one response more at the rate of all.

    Examples
    --------
    >>> import numpy as np
    >>> rates_before(np.array([1000.0, 100.0]), np.array([100.0, 5.0]))
    Rates(recent=0.083..., all=0.095...)
    """
    overall = float((positives.sum() + 0.5) / (contacts.sum() + 1))
    counted = np.minimum(contacts[-RECENT:], MOST_CONTACTS)
    responses = counted @ (positives[-RECENT:] / contacts[-RECENT:])
    return Rates(float((responses + 1) / (counted.sum() + 1 / overall)), overall)


def expected(
    judged: pd.DataFrame, rates: Rates, *, contacts: float | None = None, confidence: float = 0.9
) -> pd.DataFrame:
    """Say what the next campaign's losses and response rate may be.

    With R the campaign's response rate, R̂ what was forecast for it, L its log loss and
    H(r) = −r log r − (1−r) log(1−r) that of who knows the rate alone, intervals are of

    - ``log_loss``: log L/H(R̂), by which the forecast's own error is in it;
    - ``relative_loss``: log L/H(R), what is left once the rate is known;
    - ``rate``: logit R − logit R̂, the forecast's error.

    The log odds of R̂ are a mean of two, of the recent rate and of that of all campaigns,
    each weighed by the inverse of its mean squared error so far.

    Parameters
    ----------
    judged : DataFrame
        One row a campaign that was judged by earlier ones: ``contacts, positives,
        log_loss, loss_variance`` (of a single contact), ``recent_rate, all_rate``.
    rates : Rates
        For the next campaign.
    contacts : float, optional
        Its size; default: the median of those judged.
    confidence : float

    Returns
    -------
    DataFrame
        Index ``log_loss, relative_loss, rate``; ``estimate, low, high, campaigns, note``.
        Limits are NaN where fewer than four campaigns were judged.

    References
    ----------
    Bates & Granger (1969), The combination of forecasts, Operational Research Quarterly 20.
    Debray et al. (2019), A framework for meta-analysis of prediction model studies,
    Statistical Methods in Medical Research 28.

    Examples
    --------
    >>> import pandas as pd
    >>> judged = pd.DataFrame({
    ...     "contacts": 1000.0, "positives": [100.0, 120.0, 90.0, 110.0],
    ...     "log_loss": [0.29, 0.33, 0.27, 0.31], "loss_variance": 0.5,
    ...     "recent_rate": [0.11, 0.10, 0.11, 0.105], "all_rate": 0.105,
    ... })
    >>> expected(judged, Rates(0.107, 0.105)).round(3).iloc[:, :4]
                   estimate    low   high  campaigns
    measure
    log_loss          0.300  0.233  0.386          4
    relative_loss     0.895  0.886  0.903          4
    rate              0.105  0.073  0.150          4
    """
    forecast, coming = _combined(judged, rates)
    number, positives, loss = (
        judged[name].to_numpy(dtype=np.float64) for name in ("contacts", "positives", "log_loss")
    )
    rate = np.where((positives > 0) & (positives < number), positives / number, np.nan)
    of_loss = _mean(judged["loss_variance"].to_numpy(dtype=np.float64) / loss**2)
    of_rate = _mean(1 / (expit(forecast) * expit(-forecast)))
    size = _median(number) if contacts is None else contacts
    measured = {
        "log_loss": (
            np.log(loss / entropy(expit(forecast))),
            of_loss,
            np.log(entropy(expit(coming))),
        ),
        "relative_loss": (np.log(loss / entropy(rate)), of_loss, 0.0),
        "rate": (log_odds(number, positives) - forecast, of_rate, coming),
    }
    rows = {}
    for name, (values, variance, back) in measured.items():
        there = np.isfinite(values)
        found = _interval(values[there], number[there], variance, size, confidence)
        limits = (expit if name == "rate" else np.exp)(np.array(found) + back)
        rows[name] = [*map(float, limits), int(there.sum()), _note(len(there), int(there.sum()))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("measure")


def entropy(rate: Any) -> Any:
    """Return the mean log loss of who knows a campaign's response rate, and nothing more.

    Examples
    --------
    >>> round(float(entropy(0.5)), 4)
    0.6931
    """
    return -(rate * np.log(rate) + (1 - rate) * np.log1p(-rate))


def log_odds(contacts: Array, positives: Array) -> Array:
    """Return the log odds of response, half a contact added to each class: none is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> log_odds(np.array([10.0]), np.array([0.0])).round(2)
    array([-3.04])
    """
    odds: Array = np.log((positives + 0.5) / (contacts - positives + 0.5))
    return odds


def _combined(judged: pd.DataFrame, rates: Rates) -> tuple[Array, float]:
    """Return the log odds forecast for each campaign that was judged, and for the next."""
    before = logit(judged[["recent_rate", "all_rate"]].to_numpy(dtype=np.float64))
    number, positives = (judged[name].to_numpy(np.float64) for name in ("contacts", "positives"))
    missed = ((before - log_odds(number, positives)[:, None]) ** 2).sum(axis=0)
    # weights as the inverse of each one's squared error; alike where neither has missed
    share = missed[::-1] / missed.sum() if missed.sum() > 0 else np.array([0.5, 0.5])
    return before @ share, float(logit(np.array(rates)) @ share)


def _interval(
    values: Array, contacts: Array, variance: float, coming: float, confidence: float
) -> Interval:
    if len(values) < FEWEST:
        return Interval(_mean(values), np.nan, np.nan)
    return prediction_interval(
        values, contacts, variance=variance, coming=coming, confidence=confidence
    )


def _note(judged: int, there: int) -> str:
    if there < FEWEST:
        return "cannot be known from so few campaigns"
    return f"{judged - there} of one class left out" if there < judged else ""


def _mean(values: Array) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def _median(values: Array) -> float:
    return float(np.median(values)) if len(values) else np.nan
