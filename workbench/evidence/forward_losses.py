"""Every later campaign judged by what was learned from the ones before it: the losses alone."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from workbench import metrics
from workbench.errors import DataWarning, ExtrapolationWarning
from workbench.evidence.nested import PropensityModel
from workbench.evidence.next_campaign import Rates, entropy, rates_before
from workbench.evidence.origins import both_classes, known_rows_before
from workbench.frame.feature_frame import FeatureFrame
from workbench.metrics.ranking import row_log_loss
from workbench.progress import Progress

Rows = npt.NDArray[np.int64]


class Forward(NamedTuple):
    """What fits to earlier campaigns say of later ones.

    ``judged`` has a row for each fit and campaign that it was judged on, ``propensity`` what
    was said of the rows of the campaign that is `ahead` of the fit (NaN of others), and
    ``recent_rate`` what was forecast for these.
    """

    judged: pd.DataFrame
    propensity: npt.NDArray[np.float64]
    recent_rate: npt.NDArray[np.float64]


def forward_losses(
    model: PropensityModel, frame: FeatureFrame, *, earlier: int, ahead: int = 1
) -> Forward:
    """Fit to the outcomes known when each campaign starts; judge it, and all later ones.

    Parameters
    ----------
    model : RidgePropensity, or what fits and scores frames alike
    frame : FeatureFrame
        With campaigns, all outcomes known.
    earlier : int
        Campaigns that a fit must have.
    ahead : int
        Which campaign's propensities are kept: 1 is the next.

    Returns
    -------
    Forward
        ``judged`` has ``campaign, ahead, learned_from`` (campaigns), ``contacts, positives,
        rate, recent_rate, all_rate, log_loss, loss_variance`` (of a single contact),
        ``base_log_loss`` (of the recent rate), ``relative_loss`` (over that of the
        campaign's own rate; NaN where it has one class), ``auc``.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=5, new_campaigns=0, rows=200, stable=3, spiky=1).frame
    >>> found = forward_losses(RidgePropensity(0.01), frame, earlier=3)
    >>> found.judged[["campaign", "ahead", "learned_from"]].to_numpy().tolist()
    [['c04', 1, 3], ['c05', 2, 3], ['c05', 1, 4]]
    """
    names = frame.campaigns
    label = np.asarray(frame.campaign)
    propensity, recent = np.full((2, len(frame)), np.nan)
    judged = []
    for k, train, fitted in _fits(model, frame, earlier):
        rates = rates_known(frame.rows(train))
        later = np.flatnonzero(np.isin(label, names[k:]))
        with warnings.catch_warnings(action="ignore", category=ExtrapolationWarning):
            said = np.asarray(fitted.propensity(frame.rows(later)), dtype=np.float64)
        for steps, name in enumerate(names[k:], start=1):
            at = label[later] == name
            row = {"campaign": name, "ahead": steps, "learned_from": len(set(label[train]))}
            judged.append(row | _measured(frame.rows(later[at]), said[at], rates))
            if steps == ahead:
                propensity[later[at]], recent[later[at]] = said[at], rates.recent
    return Forward(pd.DataFrame(judged, columns=COLUMNS), propensity, recent)


COLUMNS = [
    *("campaign", "ahead", "learned_from", "contacts", "positives", "rate", "recent_rate"),
    *("all_rate", "log_loss", "loss_variance", "base_log_loss", "relative_loss", "auc"),
]


def rates_known(known: FeatureFrame) -> Rates:
    """Return the forecasts of the next response rate by these outcomes."""
    weight = known.weights
    sums = pd.DataFrame({"contacts": weight, "positives": weight * known.y.to_numpy()})
    by_campaign = sums.groupby(known.campaign.to_numpy(), sort=False).sum()  # type: ignore[union-attr]
    by_campaign = by_campaign.loc[known.campaigns]
    return rates_before(by_campaign["contacts"].to_numpy(), by_campaign["positives"].to_numpy())


def _fits(
    model: PropensityModel, frame: FeatureFrame, earlier: int
) -> Iterator[tuple[int, Rows, PropensityModel]]:
    """Yield each campaign's number, the rows known when it starts, and the fit to them."""
    label = np.asarray(frame.campaign)
    last: tuple[Rows, PropensityModel] | None = None
    steps = Progress(list(enumerate(frame.campaigns)), desc="Going forward")
    for k, name in steps:
        train = known_rows_before(frame, np.flatnonzero(label == name), frame.campaigns[:k])
        if len(set(label[train])) < earlier or not both_classes(frame, train):
            continue
        # campaigns that start together know the same outcomes: one fit judges them all
        if last is None or not np.array_equal(last[0], train):
            last = train, _fitted(model, frame.rows(train), name)
        yield k, *last


def _fitted(model: PropensityModel, train: FeatureFrame, name: Any) -> PropensityModel:
    try:
        with warnings.catch_warnings():
            # what an early campaign lacks (a level, a column) is what is asked
            warnings.simplefilter("ignore", DataWarning)
            fitted: PropensityModel = clone(model).fit(train)
            return fitted
    except Exception as error:
        error.add_note(f"This happened with what was known when campaign {name!r} started.")
        raise


def _measured(test: FeatureFrame, said: npt.NDArray[np.float64], rates: Rates) -> dict[str, Any]:
    y, weight = np.asarray(test.y, dtype=np.float64), test.weights
    losses = row_log_loss(y, said)
    loss = float(np.average(losses, weights=weight))
    rate = float(np.average(y, weights=weight))
    return {
        "contacts": float(weight.sum()),
        "positives": float(weight @ y),
        "rate": rate,
        "recent_rate": rates.recent,
        "all_rate": rates.all,
        "log_loss": loss,
        "loss_variance": float(np.average((losses - loss) ** 2, weights=weight)),
        "base_log_loss": -rate * np.log(rates.recent) - (1 - rate) * np.log1p(-rates.recent),
        "relative_loss": loss / entropy(rate) if 0 < rate < 1 else np.nan,
        "auc": metrics.auc(y, said, weight=weight),
    }
