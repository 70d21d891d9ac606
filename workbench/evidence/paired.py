"""Two models on the same contacts: which loses less, and whether other campaigns might disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from workbench.digits import difference_text
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say, say_count
from workbench.metrics._inputs import check_count, scored
from workbench.metrics.ranking import row_log_loss
from workbench.numbers import Array

ENOUGH_CAMPAIGNS = 6
"""Fewer prove nothing: five go the same way by luck once in sixteen times."""
_AT_ONCE = 100  # draws of customers held in memory


@dataclass(frozen=True)
class LossDifference:
    """Mean log loss of one model less that of another, on the same contacts.

    Parameters
    ----------
    estimate : float
        Below 0 where the first loses less.
    low, high : float
        95% interval, campaigns (and customers) drawn again; NaN where there are fewer than two.
    relative : float
        The estimate as a share of the other's loss.
    wins, losses : int
        Campaigns on which the first loses less, and more.
    campaigns : int
        All of them: on some, both may lose alike.
    """

    estimate: float
    low: float
    high: float
    relative: float
    wins: int
    losses: int
    campaigns: int

    @property
    def proven(self) -> bool:
        """Whether the interval leaves out 0, and six campaigns or more say so."""
        return self.campaigns >= ENOUGH_CAMPAIGNS and bool(self.low > 0 or self.high < 0)

    def sentence(self, other: str) -> str:
        """Say who loses less, by how much, and whether that is proven.

        Examples
        --------
        >>> print(LossDifference(-0.002, -0.005, 0.001, -0.006, 4, 2, 6).sentence("one alpha"))
        Against one alpha, log loss is lower by 0.0020 (0.6%), on 4 of 6 campaigns: unproven, as
        other campaigns might put the difference anywhere from -0.0050 to +0.0010.
        """
        if self.estimate == 0 and self.wins == self.losses == 0:
            return say("Against {other}, log loss is the same.", other=other)
        size = {"by": difference_text(self.estimate), "share": abs(self.relative)}
        if self.estimate < 0:
            said = say(
                "Against {other}, log loss is lower by {by} ({share:.1%})", other=other, **size
            )
        else:
            said = say(
                "Against {other}, log loss is higher by {by} ({share:.1%})", other=other, **size
            )
        if np.isnan(self.low):
            return say(
                "{said}; a single campaign does not show how far another would differ.", said=said
            )
        said += say_count(
            ", on {count} of {n:,.0f} campaign",
            ", on {count} of {n:,.0f} campaigns",
            self.campaigns,
            count=self.wins if self.estimate < 0 else self.losses,
        )
        if self.campaigns < ENOUGH_CAMPAIGNS:
            return say(
                "{said}: unproven, as so few campaigns do not show how far others would differ.",
                said=said,
            )
        ends = {"said": said, "low": self.low, "high": self.high}
        if self.proven:
            return say(
                "{said}; other campaigns might put the difference from {low:+.4f} to {high:+.4f}.",
                **ends,
            )
        return say(
            "{said}: unproven, as other campaigns might put the difference anywhere from "
            "{low:+.4f} to {high:+.4f}.",
            **ends,
        )


def loss_difference(
    test: FeatureFrame, propensity: Any, other: Any, *, repeats: int = 2000, seed: int = 0
) -> LossDifference:
    """Compare two models' propensities of the same contacts by log loss.

    Whole campaigns are drawn again, with replacement, as contacts of one campaign share its
    offer, season and luck. Each draw keeps both models' losses of a contact together, so
    that what makes a campaign hard for both cancels. Where customers are known, they are
    drawn too, by themselves: a contact counts as often as its campaign and its customer
    were drawn, one times the other (Owen 2007). That is on the safe side.

    Parameters
    ----------
    test : FeatureFrame
        With known outcomes.
    propensity, other : array, shape (n,)
    repeats : int
        Draws.
    seed : int

    Returns
    -------
    LossDifference

    Raises
    ------
    ParameterError
        `repeats` is not a count.

    References
    ----------
    Field & Welsh (2007), Bootstrapping clustered data, JRSS B 69. Owen (2007), The pigeonhole
    bootstrap, Annals of Applied Statistics 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame
    >>> table = pd.DataFrame({"month": ["2024-01", "2024-01", "2024-02"], "x": [1, 2, 3],
    ...                       "bought": [0, 1, 0]})
    >>> frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    >>> found = loss_difference(frame, [0.2, 0.8, 0.1], [0.5, 0.5, 0.5])
    >>> round(found.estimate, 3), found.wins, found.proven
    (-0.509, 2, False)
    """
    check_count(repeats, name="repeats")
    y = np.asarray(test.y, dtype=np.float64)
    theirs = row_log_loss(y, scored(y, other).propensity)
    ours = row_log_loss(y, scored(y, propensity).propensity)
    return difference_of(test, ours, theirs, repeats=repeats, seed=seed)


def difference_of(
    test: FeatureFrame, ours: Array, theirs: Array, *, repeats: int = 2000, seed: int = 0
) -> LossDifference:
    """Compare the losses of two models on the same contacts, whatever they foretell.

    Parameters
    ----------
    test : FeatureFrame, n rows
    ours, theirs : ndarray, shape (n,)
        Of each row.
    repeats, seed : int
        As of `loss_difference`.

    Returns
    -------
    LossDifference

    Examples
    --------
    >>> import pandas as pd
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1, 2]}), pd.Series([1.0, 1.0]))
    >>> difference_of(frame, np.array([0.5, 0.5]), np.array([1.0, 1.0])).relative
    -0.5
    """
    weight = test.weights
    less = weight * (ours - theirs)
    estimate = float(less.sum() / weight.sum())
    relative = estimate / float(weight @ theirs / weight.sum())
    if test.campaign is None or len(test.campaigns) < 2:
        return LossDifference(estimate, np.nan, np.nan, relative, 0, 0, len(test.campaigns))
    low, high = intervals_of(test, less[:, None], repeats=repeats, seed=seed)[0]
    by_campaign = pd.Series(less).groupby(test.campaign.to_numpy()).sum()
    wins, losses = int((by_campaign < 0).sum()), int((by_campaign > 0).sum())
    count = len(by_campaign)
    return LossDifference(estimate, float(low), float(high), relative, wins, losses, count)


def intervals_of(test: FeatureFrame, values: Array, *, repeats: int, seed: int) -> Array:
    """Bound means of contacts (95%), campaigns and customers drawn as `loss_difference` says.

    Parameters
    ----------
    test : FeatureFrame
    values : ndarray, shape (n, k)
        Of each row, times its weight.
    repeats, seed : int

    Returns
    -------
    ndarray, shape (k, 2)
        Low and high of Σ values / Σ weights; NaN where there are fewer than two campaigns.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=9, new_campaigns=0, rows=50, stable=2, spiky=1).frame
    >>> low, high = intervals_of(frame, frame.y.to_numpy()[:, None], repeats=200, seed=0)[0]
    >>> bool(low < frame.y.mean() < high)
    True
    """
    if test.campaign is None or len(test.campaigns) < 2:
        return np.full((values.shape[1], 2), np.nan)
    together = np.column_stack([values, test.weights])
    if test.customer is None:
        # sums by campaign are all that a draw needs
        sums = pd.DataFrame(together).groupby(test.campaign.to_numpy()).sum()
        drawn = _draws(sums.to_numpy(), repeats, seed)
    else:
        drawn = _draws_of_both(test, together, repeats, seed)
    return np.asarray(np.quantile(drawn, [0.025, 0.975], axis=0).T)


def _draws(sums: Array, repeats: int, seed: int) -> Array:
    """Return the means of each draw of campaigns; sums (G, k + 1) are of values and weights."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(sums), size=(repeats, len(sums)))
    totals = sums[chosen].sum(axis=1)
    return np.asarray(totals[:, :-1] / totals[:, -1:])


def _draws_of_both(test: FeatureFrame, values: Array, repeats: int, seed: int) -> Array:
    """Return the means of each draw of campaigns and, by themselves, of customers."""
    rng = np.random.default_rng(seed)
    campaign, names = pd.factorize(pd.Series(test.campaign), sort=True)
    customer = pd.factorize(pd.Series(test.customer), sort=True)[0]
    alone = customer < 0  # nobody knows who: each a customer of its own
    customer[alone] = customer.max() + 1 + np.arange(alone.sum())
    people = int(customer.max()) + 1
    # sums of each pair, once; a draw is then a product of two counts
    pairs = [
        coo_array((column, (campaign, customer)), shape=(len(names), people)).tocsr()
        for column in values.T
    ]
    drawn = np.full((repeats, len(pairs) - 1), np.nan)
    for start in range(0, repeats, _AT_ONCE):
        count = min(_AT_ONCE, repeats - start)
        of_campaign = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), count)
        of_customer = rng.multinomial(people, np.full(people, 1 / people), count)
        *top, bottom = (((pair @ of_customer.T) * of_campaign.T).sum(axis=0) for pair in pairs)
        there = bottom > 0
        drawn[start : start + count][there] = (np.array(top)[:, there] / bottom[there]).T
    return np.asarray(drawn[~np.isnan(drawn).any(axis=1)])
