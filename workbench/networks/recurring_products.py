"""Products of two columns whose effect recurs over campaigns: what a drawn layer rarely meets."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from workbench.features.encode.unit_draws import HIDDEN, PRODUCT, Unit
from workbench.networks.hidden_layer import HiddenLayer
from workbench.networks.left_out_gain import FEWEST_FOLDS
from workbench.networks.training_table import TrainingTable
from workbench.numbers import Array
from workbench.ridge import RidgePropensity

FALSE = 0.05
"""The chance to take any product where none has an effect."""
DIFFER = 0.01
"""The chance to find that campaigns differ in a product where they do not."""
MOST_COLUMNS = 500
"""Of more there are so many pairs that none is looked at."""
GROUP = f"{HIDDEN}: products"
BEND = 0.5


class Product(NamedTuple):
    """Two columns by their places, and how far their product's score is from 0, in its errors."""

    first: int
    second: int
    t: float


def recurring_products(
    z: Array, residual: Array, weight: Array, campaign: npt.NDArray[Any], *, most: int
) -> list[Product]:
    """Find products that say the same about the outcome in campaign after campaign.

    With r_i the outcome less what a linear model says, the score of a product of columns a and b
    in campaign g is

        s_g = Σ_{i in g} w_i e_i ,   e_i = (r_i − r̄_g) u_ia u_ib ,   u = tanh(z / 2) .

    Over G campaigns t = Σ_g s_g / √max(V, C), where V is what rows alone explain, and C what
    campaigns show:

        V = D · max(Σ_i w_i e_i² , Σ_g v_g Σ_{i in g} w_i (u_ia u_ib)²) ,
        C = G/(G − 1) · Σ_g (s_g − s̄)² ,

    with v_g the mean of (r_i − r̄_g)² in its campaign: a few rows without a response vary less than
    another few would. D is how many times V campaigns show in the median pair, 1 or more: it is
    above 1 where they differ in most pairs, each by too little to be seen in it alone.

    Where C is not above V by more than chance (1%), t is compared with the normal distribution,
    else with Student's of G − 1 degrees of freedom: a spike of one campaign makes C as large as
    itself. Of all pairs those are taken that Benjamini & Hochberg's rule takes at 5%. So, where no
    product has an effect that recurs, one is taken in about a twentieth of all tables.

    Rows count as if each were of another customer. Where few customers come in every campaign, what
    they are apart from their features recurs with them, and products tell them apart.

    All pairs cost three products of matrices a campaign: 5,000 pairs take less than a second.

    Parameters
    ----------
    z : ndarray, shape (n, p)
        Standardised columns.
    residual, weight : ndarray, shape (n,)
    campaign : ndarray, shape (n,)
    most : int
        The strongest of those found.

    Returns
    -------
    list of Product
        The surest first; none of fewer than six campaigns, or of more than 500 columns.

    References
    ----------
    Fan & Lv (2008), Sure independence screening for ultrahigh dimensional feature space, JRSS B 70.
    Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS B 57.
    Devlin & Roeder (1999), Genomic control for association studies, Biometrics 55.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> z = rng.normal(size=(3000, 4))
    >>> residual = 0.5 * z[:, 1] * z[:, 3] + rng.normal(size=3000)
    >>> campaign = np.arange(3000) % 10
    >>> found = recurring_products(z, residual, np.ones(3000), campaign, most=50)
    >>> [(one.first, one.second) for one in found]
    [(1, 3)]
    """
    pairs = pair_scores(z, residual, weight, campaign)
    return [] if pairs is None or most < 1 else pairs.found(most=most)


class PairScores(NamedTuple):
    """The scores of all pairs of columns, and their variance by rows, campaign by campaign.

    Parameters
    ----------
    campaigns : tuple of str, length G
        As the folds of a fit are called.
    first, second : ndarray of int, shape (number of pairs,)
    scores : ndarray, shape (G, number of pairs)
    by_each, by_alike : ndarray, shape (G, number of pairs)
        Σ w e², and v Σ w (u_a u_b)².
    """

    campaigns: tuple[str, ...]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    scores: Array
    by_each: Array
    by_alike: Array

    def found(self, *, most: int, without: int | None = None) -> list[Product]:
        """Return the products that recur, the surest first, `without` the campaign of a place."""
        kept = np.arange(len(self.campaigns)) != (-1 if without is None else without)
        explained = np.maximum(self.by_each[kept].sum(axis=0), self.by_alike[kept].sum(axis=0))
        t, p = _over_campaigns(self.scores[kept], explained)
        order = np.argsort(p, kind="stable")
        below = np.flatnonzero(p[order] <= FALSE * np.arange(1, len(p) + 1) / len(p))
        taken = order[: below[-1] + 1][:most] if len(below) else order[:0]
        return [Product(int(self.first[k]), int(self.second[k]), float(t[k])) for k in taken]


def pair_scores(
    z: Array, residual: Array, weight: Array, campaign: npt.NDArray[Any]
) -> PairScores | None:
    """Score all pairs; None of fewer than six campaigns, or of more than 500 columns.

    Parameters
    ----------
    z, residual, weight, campaign
        As of `recurring_products`.
    """
    counted, columns = weight > 0, z.shape[1]
    codes = np.full(len(z), -1)
    codes[counted], names = pd.factorize(pd.Series(campaign)[counted])
    if len(names) < FEWEST_FOLDS or not 2 <= columns <= MOST_COLUMNS:
        return None
    first, second = np.triu_indices(columns, k=1)
    bounded = np.tanh(BEND * z)
    sums = [_sums(bounded, residual, weight, codes == g) for g in range(len(names))]
    of_pairs = (np.array(one)[:, first, second] for one in zip(*sums, strict=True))
    return PairScores(tuple(map(str, names)), first, second, *of_pairs)


def _sums(
    u: Array, residual: Array, weight: Array, rows: npt.NDArray[np.bool_]
) -> tuple[Array, Array, Array]:
    """Return the score of every pair in one campaign, and V of each kind; shape (p, p) each."""
    w, part = weight[rows], u[rows]
    apart = residual[rows] - np.average(residual[rows], weights=w)
    squares = part**2
    each, alike = apart**2, np.full(len(w), np.average(apart**2, weights=w))
    by_each, by_alike = (squares.T @ (squares * (w * one)[:, None]) for one in (each, alike))
    return part.T @ (part * (w * apart)[:, None]), by_each, by_alike


def _over_campaigns(scores: Array, by_rows: Array) -> tuple[Array, Array]:
    """Return t of each pair, and how often chance alone makes one as large."""
    count = len(scores)
    by_campaigns = count**2 / (count - 1) * scores.var(axis=0)
    by_rows = by_rows * _commonly(by_campaigns, by_rows, count - 1)
    spread = np.sqrt(np.maximum(by_rows, by_campaigns))
    t = np.divide(scores.sum(axis=0), spread, out=np.zeros(len(spread)), where=spread > 0)
    differ = by_campaigns > by_rows * stats.chi2.isf(DIFFER, count - 1) / (count - 1)
    size = np.abs(t)
    return t, np.where(differ, 2 * stats.t.sf(size, count - 1), 2 * stats.norm.sf(size))


def _commonly(by_campaigns: Array, by_rows: Array, freedom: int) -> float:
    """Return how many times what rows explain campaigns show, in the median pair; 1 or more."""
    some = by_rows > 0
    if not some.any():
        return 1.0
    by_chance = stats.chi2.median(freedom) / freedom
    return max(1.0, float(np.median(by_campaigns[some] / by_rows[some]) / by_chance))


def with_products(
    layer: HiddenLayer, linear: RidgePropensity, rows: TrainingTable, *, most: int
) -> tuple[HiddenLayer, pd.DataFrame]:
    """Add the products that recur to a drawn layer, as units in a group of their own.

    Parameters
    ----------
    layer : HiddenLayer
    linear : RidgePropensity
        Fitted to the rows: products are sought in what it does not explain.
    rows : TrainingTable
    most : int

    Returns
    -------
    layer : HiddenLayer
    unseen : DataFrame of bool
        One row a campaign, one column a product: True where it would not have been found without
        that campaign. There it must not help to foretell it.
    """
    nothing = layer, pd.DataFrame()
    if rows.campaign is None or most < 1:
        return nothing
    z = layer.standardised(rows.X)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own rows the fit has warned
        residual: Array = rows.positive - np.asarray(linear.predict_proba(rows.X)[:, 1])
    pairs = pair_scores(z.to_numpy(), residual, rows.weight, rows.campaign)
    found = [] if pairs is None else pairs.found(most=most)
    if pairs is None or not found:
        return nothing
    names = [str(name) for name in z]
    units = tuple(
        Unit(
            f"{HIDDEN}_{k:03d}",
            GROUP,
            (names[one.first], names[one.second]),
            (BEND, BEND),
            0.0,
            kind=PRODUCT,
        )
        for k, one in enumerate(found, start=len(layer.names) + 1)
    )
    again = [
        {one[:2] for one in pairs.found(most=most, without=g)} for g in range(len(pairs.scores))
    ]
    unseen = pd.DataFrame(
        [[one[:2] not in others for one in found] for others in again],
        index=list(pairs.campaigns),
        columns=[unit.name for unit in units],
    )
    return layer.with_units(units, rows.X), unseen
