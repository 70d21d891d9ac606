"""Which offer each contact would take, of several that all could take: fitted, and judged later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta

from workbench.errors import DataError
from workbench.evidence.drawn_again import FEW_RESPONSES, around, drawn_again, wider
from workbench.evidence.observed_expected import ratio_of
from workbench.evidence.offer_to_each import best_of, best_offers, checked_margins
from workbench.evidence.offers_told_apart import (
    OTHER_OFFERS,
    OfferClasses,
    check_offers,
    offer_classes,
)
from workbench.evidence.paired import LossDifference, difference_of
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array
from workbench.ridge import RidgeMultinomial


@dataclass(frozen=True)
class NextOffer:
    """A model of the offer that a contact takes, if it takes one, and how it did later.

    Parameters
    ----------
    model : RidgeMultinomial
        Fitted to the contacts of training that took an offer.
    classes : OfferClasses
    margins : mapping of offer to float, or None
        What one taken is worth; None: all are worth the same.
    constant : str
        The offer that would have earned most in training, made to everybody; without margins, the
        one taken most often.
    loss, base_loss : float
        Log loss over the contacts of the test that took an offer: of the model, and of the shares
        with which offers were taken in training.
    difference : LossDifference
        The first less the second.
    offers : DataFrame
        One row a class: ``contacts`` of the test that took an offer, ``positives`` that took this
        one, ``rate`` and ``mean_propensity``. ``ratio, ratio_low, ratio_high`` compare the two.
        ``campaigns`` is in how many of training it was taken.
    chosen : DataFrame
        One row an offer: ``contacts`` of the test to whom the model would make it, ``positives``
        of them that took just this one, ``rate``, and ``rate_of_all``: among all contacts.
    earned, constant_earned : float
        Margins of the contacts that took just the offer that the model would make, and of those
        that took the constant one; without margins, their numbers.
    gain, low, high : float
        The first less the second, with a 95% interval.
    drawn : str
        What the interval draws again; if not "campaigns", others may differ by more.
    contacts : float
        Of the test.
    judged, unnamed : float
        Contacts of the test that took an offer of a class, and that took another one, or one
        that is not known: these count as missed, whatever is offered.
    """

    model: RidgeMultinomial
    classes: OfferClasses
    margins: Mapping[str, float] | None
    constant: str
    loss: float
    base_loss: float
    difference: LossDifference
    offers: pd.DataFrame
    chosen: pd.DataFrame
    earned: float
    constant_earned: float
    gain: float
    low: float
    high: float
    drawn: str
    contacts: float
    judged: float
    unnamed: float

    @property
    def proven(self) -> bool:
        """Whether the interval of the gain leaves out 0; `drawn` says for whom that holds."""
        return bool(self.low > 0 or self.high < 0)

    def best(self, frame: FeatureFrame) -> pd.DataFrame:
        """Return the offer to make to each contact, as `best_offers` does."""
        return best_offers(self.model, frame, margins=self.margins)

    def of_more_rows(self, frame: FeatureFrame) -> RidgeMultinomial:
        """Fit to all contacts of a frame that took an offer, under the penalties found here.

        The offers that are told apart stay those that were judged; what is new since is "other
        offers".
        """
        columns = self.model.columns_[~self.model.columns_["dropped"]]
        by_feature = columns.groupby("feature")["penalty"].first() / self.model.alpha_
        factors = {str(name): float(factor) for name, factor in by_feature.items()}
        return _fitted(
            RidgeMultinomial(self.model.alpha_, factors), frame, self.classes.known_in(frame)
        )

    def __repr__(self) -> str:
        return (
            f"NextOffer: {len(self.classes.names)} offers, log loss {self.loss:.4f} against "
            f"{self.base_loss:.4f}; gain {self.gain:,.2f} ({self.low:,.2f} to {self.high:,.2f})"
        )


def next_offer(
    train: FeatureFrame,
    test: FeatureFrame,
    *,
    margins: Mapping[str, float] | None = None,
    fewest: int = 10,
    seed: int = 0,
) -> NextOffer:
    """Learn which offer a contact takes, if any, and judge that on later contacts.

    With x what is known of a contact, the chance that it takes the offer k is

        P(takes k | x) = P(takes one | x) · P(k | takes one, x) .

    The first factor is the propensity. The second is fitted here: a `RidgeMultinomial` among the
    contacts that took an offer, its penalties tuned on campaigns left out. The offer that is
    best, of the largest margin m_k P(k | takes one, x), does not depend on the first.

    Every contact must have been able to take any offer. What it would do with one alone, nobody
    saw: of an offer only those count who took it among all.

    Parameters
    ----------
    train, test : FeatureFrame
        With `offer`, a row a contact; outcomes of the test are known. `Split` has both.
    margins : mapping of offer to float, optional
        What one taken is worth, of each offer that is told apart. Left out, all are worth the
        same, and the likeliest one is made.
    fewest : int
        Customers who must have taken an offer that is told apart, or made.
    seed : int
        Of the interval of the loss.

    Returns
    -------
    NextOffer

    Raises
    ------
    DataError
        As `offer_classes` says; or an outcome of the test is open, or none of its contacts took
        an offer that training knows.
    ParameterError
        A margin is missing, negative, or of no offer; or all are 0.
    FitError
        No campaign can be left out: every offer was taken in one alone.

    References
    ----------
    McFadden (1974), Conditional Logit Analysis of Qualitative Choice Behavior, in Frontiers in
    Econometrics.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> table = pd.DataFrame({"month": np.repeat([1, 2, 3, 4], 200), "visits": rng.poisson(3, 800)})
    >>> table["bought"] = rng.integers(0, 2, 800)
    >>> likes_tea = rng.random(800) < table["visits"] / 6
    >>> table["took"] = np.where(likes_tea, "tea", "wine")
    >>> table.loc[table["bought"] == 0, "took"] = None
    >>> frame = FeatureFrame.from_table(table, target="bought", campaign="month", offer="took")
    >>> late = (frame.campaign == 4).to_numpy()
    >>> found = next_offer(frame.rows(~late), frame.rows(late))
    >>> found.loss < found.base_loss, found.constant
    (True, 'tea')
    """
    for frame in (train, test):
        check_offers(frame)
    if test.y.isna().any():
        raise DataError(
            "Offers are judged on contacts whose outcome is known; some of the test are open. Give "
            "`frame.known()`."
        )
    classes = offer_classes(train, fewest=fewest)
    worth = _worth(margins, classes, [train, test])
    model = _fitted(RidgeMultinomial(), train, classes)
    taken = classes.of(test)
    loss, base, difference, offers = _judged(model, classes, test, taken, seed=seed)
    best = best_of(model.predict_proba(test), model.classes_.tolist(), worth)
    weight, took = test.weights, taken.to_numpy(dtype="object")
    constant = max(worth, key=lambda name: worth[name] * classes.taken[classes.names.index(name)])
    of_best = np.where(took == best, _of(worth, best), 0.0)
    of_constant = np.where(took == constant, worth[constant], 0.0)
    drawn = drawn_again(test)
    low, high = wider(
        around(of_best - of_constant, weight, drawn), _of_few(of_best - of_constant, weight, worth)
    )
    return NextOffer(
        model,
        classes,
        None if margins is None else worth,
        constant,
        loss,
        base,
        difference,
        offers,
        _chosen(best, took, weight, classes),
        float(weight @ of_best),
        float(weight @ of_constant),
        float(weight @ of_best) - float(weight @ of_constant),
        low,
        high,
        drawn.name,
        float(weight.sum()),
        float(weight[taken.notna()].sum()),
        float(weight[((test.y == 1) & taken.isna()).to_numpy()].sum()),
    )


def _fitted(
    model: RidgeMultinomial, frame: FeatureFrame, classes: OfferClasses
) -> RidgeMultinomial:
    taken = classes.of(frame)
    rows = (taken.notna() & (frame.weights > 0)).to_numpy()
    fitted: RidgeMultinomial = model.fit(frame.rows(rows), taken[rows].to_numpy(dtype="str"))
    return fitted


def _worth(
    margins: Mapping[str, float] | None, classes: OfferClasses, frames: list[FeatureFrame]
) -> dict[str, float]:
    known = {str(one) for frame in frames for one in pd.Series(frame.offer).dropna().unique()}
    return checked_margins(margins, list(classes.names), sorted(known))


def _of(worth: Mapping[str, float], offers: npt.NDArray[Any]) -> Array:
    return np.array([worth[name] for name in offers], dtype=np.float64)


def _judged(
    model: RidgeMultinomial,
    classes: OfferClasses,
    test: FeatureFrame,
    taken: pd.Series[str],
    *,
    seed: int,
) -> tuple[float, float, LossDifference, pd.DataFrame]:
    """Judge the probabilities of the contacts that took an offer of a class."""
    there = (taken.notna() & (test.weights > 0)).to_numpy()
    if not there.any():
        raise DataError(
            "Some contact of the test must have taken an offer that training knows; none did. Take "
            "more campaigns, or judge on more of them."
        )
    rows, own = test.rows(there), taken[there].to_numpy(dtype="str")
    chance = model.predict_proba(rows)
    code = np.searchsorted(model.classes_, own)
    losses = -np.log(chance[np.arange(len(code)), code])
    base = -np.log(model.training_shares_[code])
    weight = rows.weights
    difference = difference_of(rows, losses, base, seed=seed)
    means = float(weight @ losses / weight.sum()), float(weight @ base / weight.sum())
    return *means, difference, _offers(model, classes, rows, code, chance)


def _offers(
    model: RidgeMultinomial, classes: OfferClasses, rows: FeatureFrame, code: Any, chance: Array
) -> pd.DataFrame:
    """Compare how often each offer was taken with how often it was expected."""
    weight, known = rows.weights, model.classes_.tolist()
    label = drawn_again(rows).label
    campaigns = dict(zip(classes.names, classes.campaigns, strict=True))
    lines = {}
    for name in [*classes.names, *([str(OTHER_OFFERS)] if classes.others else [])]:
        k = known.index(name)
        own = (code == k).astype(np.float64)
        found = ratio_of(own, chance[:, k], weight, label)
        lines[name] = {
            "contacts": float(weight.sum()),
            "positives": float(weight @ own),
            "rate": float(weight @ own / weight.sum()),
            "mean_propensity": float(weight @ chance[:, k] / weight.sum()),
            "ratio": found.ratio,
            "ratio_low": found.low,
            "ratio_high": found.high,
            "campaigns": campaigns.get(name, 0),
        }
    return pd.DataFrame.from_dict(lines, orient="index").rename_axis("offer")


def _chosen(
    best: npt.NDArray[Any], took: npt.NDArray[Any], weight: Array, classes: OfferClasses
) -> pd.DataFrame:
    lines = {}
    for name in classes.names:
        here = best == name
        contacts, hits = float(weight[here].sum()), float(weight[here & (took == name)].sum())
        lines[name] = {
            "contacts": contacts,
            "positives": hits,
            "rate": hits / contacts if contacts else np.nan,
            "rate_of_all": float(weight[took == name].sum() / weight.sum()),
        }
    return pd.DataFrame.from_dict(lines, orient="index").rename_axis("offer")


def _of_few(apart: Array, weight: Array, worth: Mapping[str, float]) -> tuple[float, float]:
    """Return the gain at exact limits of how many gain, where few contacts gain or lose.

    Of D contacts whose margin differs between the two ways, the share π gains. The gain is
    D (π a − (1 − π) b), a and b being what one gains or loses in the mean; the largest margin
    where none does.
    """
    up, down = float(weight[apart > 0].sum()), float(weight[apart < 0].sum())
    differing, most = up + down, max(worth.values(), default=0.0)
    if differing == 0 or differing >= FEW_RESPONSES:
        return np.inf, -np.inf
    a = float(weight[apart > 0] @ apart[apart > 0]) / up if up else most
    b = -float(weight[apart < 0] @ apart[apart < 0]) / down if down else most
    lowest = float(beta.ppf(0.025, up, down + 1)) if up else 0.0
    highest = float(beta.ppf(0.975, up + 1, down)) if down else 1.0
    return (
        differing * (lowest * a - (1 - lowest) * b),
        differing * (highest * a - (1 - highest) * b),
    )
