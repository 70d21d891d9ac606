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
    z: Array,
    residual: Array,
    weight: Array,
    campaign: npt.NDArray[Any],
    customer: npt.NDArray[Any] | None = None,
    *,
    most: int,
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

    What customers are apart from their features comes again with them, in campaign after campaign.
    So where K customers are known, V is at least K/(K − 1) Σ_k (Σ_{i of k} w_i e_i)² , with K − 1
    degrees of freedom at most. Where they are not, rows count as if each were of another one.

    All pairs cost three products of matrices a campaign: 5,000 pairs take less than a second.

    Parameters
    ----------
    z : ndarray, shape (n, p)
        Standardised columns.
    residual, weight : ndarray, shape (n,)
    campaign : ndarray, shape (n,)
    customer : ndarray of int, shape (n,), optional
        Numbers of customers.
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
    pairs = pair_scores(z, residual, weight, campaign, customer)
    return [] if pairs is None or most < 1 else pairs.found(most=most)


class Customers(NamedTuple):
    """Rows that count, with the customer of each: what is needed of a few pairs only.

    Parameters
    ----------
    number, campaign : ndarray of int, shape (n,)
    bounded : ndarray, shape (n, p)
        u of each column.
    apart : ndarray, shape (n,)
        w (r − r̄_g).
    """

    number: npt.NDArray[np.int64]
    campaign: npt.NDArray[np.int64]
    bounded: Array
    apart: Array

    def variance(self, pairs: npt.NDArray[np.int64], kept: npt.NDArray[np.bool_]) -> Array:
        """Return K/(K − 1) Σ_k (Σ w e)² of some pairs (2, m), of the campaigns that are kept."""
        rows = np.flatnonzero(kept[self.campaign])
        number = np.unique(self.number[rows], return_inverse=True)[1]
        many = int(number.max()) + 1
        found = [
            np.bincount(number, self.apart[rows] * self.bounded[rows, a] * self.bounded[rows, b])
            for a, b in pairs.T
        ]
        return np.array([one @ one for one in found]) * many / max(many - 1, 1)

    def count(self, kept: npt.NDArray[np.bool_]) -> int:
        """Return how many come in the campaigns that are kept."""
        return len(np.unique(self.number[kept[self.campaign]]))


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
    customers : Customers, optional
    """

    campaigns: tuple[str, ...]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    scores: Array
    by_each: Array
    by_alike: Array
    customers: Customers | None = None

    def found(self, *, most: int, without: int | None = None) -> list[Product]:
        """Return the products that recur, the surest first, `without` the campaign of a place."""
        kept = np.arange(len(self.campaigns)) != (-1 if without is None else without)
        scores = self.scores[kept]
        explained = np.maximum(self.by_each[kept].sum(axis=0), self.by_alike[kept].sum(axis=0))
        by_rows = explained * _commonly(scores, explained)
        t, p = _over_campaigns(scores, by_rows)
        taken = _discovered(p, of=len(p))
        if self.customers is not None and len(taken):
            # variance only grows by it: no pair that is not among these would be taken
            pairs = np.array([self.first[taken], self.second[taken]])
            wider = np.maximum(by_rows[taken], self.customers.variance(pairs, kept))
            fewer = self.customers.count(kept) - 1
            t[taken], p[taken] = _over_campaigns(scores[:, taken], wider, freedom=fewer)
            taken = taken[_discovered(p[taken], of=len(p))]
        pairs_taken = zip(self.first[taken], self.second[taken], t[taken], strict=True)
        return [Product(int(a), int(b), float(of)) for a, b, of in pairs_taken][:most]


def pair_scores(
    z: Array,
    residual: Array,
    weight: Array,
    campaign: npt.NDArray[Any],
    customer: npt.NDArray[Any] | None = None,
) -> PairScores | None:
    """Score all pairs; None of fewer than six campaigns, or of more than 500 columns.

    Parameters
    ----------
    z, residual, weight, campaign, customer
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
    scores, each, alike = (np.array(one)[:, first, second] for one in zip(*sums, strict=True))
    people = None
    if customer is not None:
        own, w = codes[counted], weight[counted]
        mean = np.bincount(own, w * residual[counted]) / np.bincount(own, w)
        apart = w * (residual[counted] - mean[own])
        people = Customers(customer[counted], own, bounded[counted], apart)
    return PairScores(tuple(map(str, names)), first, second, scores, each, alike, people)


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


def _over_campaigns(
    scores: Array, by_rows: Array, *, freedom: float = np.inf
) -> tuple[Array, Array]:
    """Return t of each pair, and how often chance alone makes one as large."""
    others, by_campaigns = len(scores) - 1, _shown(scores)
    spread = np.sqrt(np.maximum(by_rows, by_campaigns))
    t = np.divide(scores.sum(axis=0), spread, out=np.zeros(len(spread)), where=spread > 0)
    differ = by_campaigns > by_rows * stats.chi2.isf(DIFFER, others) / others
    return t, 2 * stats.t.sf(np.abs(t), np.where(differ, min(others, freedom), freedom))


def _shown(scores: Array) -> Array:
    """Return C, what campaigns show of the variance of each pair's score."""
    return np.asarray(len(scores) * scores.var(axis=0, ddof=1))


def _commonly(scores: Array, by_rows: Array) -> float:
    """Return D: how many times what rows explain campaigns show, in the median pair; 1 or more."""
    some, others = by_rows > 0, len(scores) - 1
    if not some.any():
        return 1.0
    by_chance = stats.chi2.median(others) / others
    return max(1.0, float(np.median(_shown(scores)[some] / by_rows[some]) / by_chance))


def _discovered(p: Array, *, of: int) -> npt.NDArray[np.int64]:
    """Return the places that Benjamini & Hochberg's rule takes among so many, the surest first."""
    order = np.argsort(p, kind="stable")
    below = np.flatnonzero(p[order] <= FALSE * np.arange(1, len(p) + 1) / of)
    return order[: below[-1] + 1] if len(below) else order[:0]


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
    pairs = pair_scores(z.to_numpy(), residual, rows.weight, rows.campaign, rows.customer)
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
