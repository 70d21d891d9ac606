"""What a hidden layer is worth: the losses on campaigns left out, with it and without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from workbench.checks import check_choice
from workbench.language import say
from workbench.ridge import RidgePropensity

FEWEST_FOLDS = 6
"""Of fewer, nothing is proven."""
PROVEN, BETTER, ALWAYS = "proven", "better", "always"
RULES = (PROVEN, BETTER, ALWAYS)
"""When a hidden layer is kept."""


@dataclass(frozen=True)
class LeftOutGain:
    """Losses of two models on the same folds left out, compared fold by fold.

    With d_g the loss of the linear model on fold g, per contact, less that of the network, and w_g
    its contacts,

        gain = Σ_g w_g d_g / Σ_g w_g ,
        se² = G/(G − 1) · Σ_g (w_g (d_g − gain))² / (Σ_g w_g)² ,

    and the interval is gain ± t_{.975, G−1} se. Both models were tuned on these folds: the gain of
    the one with more penalties is a little too good. A product of two columns does not help on a
    fold without which it would not have been found. `evidence.shift_report` judges on campaigns
    that neither has seen.

    Parameters
    ----------
    folds : DataFrame
        One row a fold: ``contacts, linear, network``.
    gain, low, high : float
        Of the log loss; 95%.
    """

    folds: pd.DataFrame
    gain: float
    low: float
    high: float

    @property
    def percent(self) -> float:
        """The gain in per cent of the linear model's loss."""
        return 100 * self._share(self.gain)

    @property
    def wins(self) -> int:
        """Folds on which the network loses less."""
        return int((self.folds["network"] < self.folds["linear"]).sum())

    @property
    def proven(self) -> bool:
        """Whether the interval leaves out 0, on six folds or more."""
        return bool(self.low > 0 and len(self.folds) >= FEWEST_FOLDS)

    @property
    def _contacts(self) -> pd.Series[float]:
        return self.folds["contacts"]

    def sentence(self) -> str:
        """Say the gain and its interval."""
        low, high = (self._share(one) for one in (self.low, self.high))
        ends = {"gain": self._share(self.gain), "low": low, "high": high}
        said = say(
            "{gain:+.1%} log loss saved on what was left out ({low:+.1%} to {high:+.1%}, 95%), "
            "better on {wins} of {folds}",
            **ends,
            wins=self.wins,
            folds=len(self.folds),
        )
        if self.proven:
            return say("{said}: proven", said=said)
        return say("{said}: not proven", said=said)

    def _share(self, saved: float) -> float:
        """Return a saving as a share of the linear model's loss."""
        return float(saved / np.average(self.folds["linear"], weights=self._contacts))


def left_out_gain(
    network: RidgePropensity, linear: RidgePropensity, unseen: pd.DataFrame | None = None
) -> LeftOutGain | None:
    """Judge both models on the folds that they were tuned on; None where there are none.

    Parameters
    ----------
    network, linear : RidgePropensity
        Fitted to the same rows, with the hidden units and without.
    unseen : DataFrame of bool, optional
        One row a campaign, one column a unit: True where it was chosen by rows of that campaign,
        and must not help to foretell it. Where folds are not single campaigns, each foretold by
        all others, these units help nowhere.
    """
    if min(one.workspace_.stats.held for one in (network, linear)) < 2:
        return None
    with_it = network.workspace_.left_out(unseen=_by_fold(network, unseen))
    without = linear.workspace_.left_out()
    if not with_it.index.equals(without.index) or len(without) < 2:
        return None
    table = pd.DataFrame(
        {
            "contacts": without["contacts"],
            "linear": without["loss"],
            "network": with_it["loss"],
        }
    )
    return gain_of(table)


def _by_fold(network: RidgePropensity, unseen: pd.DataFrame | None) -> npt.NDArray[np.bool_] | None:
    """Return which columns each fold must do without, shape (J, p); None where there are none."""
    if unseen is None or unseen.empty:
        return None
    fit, names = network.workspace_, pd.Index(network.design_.names)
    folds = pd.Index(fit.folds[fit.stats.judged])
    alone = unseen.index.is_unique and folds.isin(unseen.index).all()
    found = np.zeros((len(folds), len(names)), dtype=bool)
    places = names.get_indexer(unseen.columns)
    found[:, places] = unseen.loc[folds] if alone and fit.stats.forward_from is None else True
    return found


def gain_of(folds: pd.DataFrame) -> LeftOutGain:
    """Compare two columns of losses.

    Parameters
    ----------
    folds : DataFrame
        ``contacts, linear, network``; two rows or more.

    Examples
    --------
    >>> import pandas as pd
    >>> same = {"contacts": [10.0, 10.0], "linear": [0.5, 0.5], "network": [0.4, 0.4]}
    >>> found = gain_of(pd.DataFrame(same))
    >>> round(found.gain, 6), round(found.percent, 6), found.wins, found.proven
    (0.1, 20.0, 2, False)
    """
    weight = folds["contacts"].to_numpy(dtype="float64")
    saved = (folds["linear"] - folds["network"]).to_numpy(dtype="float64")
    count, total = len(folds), weight.sum()
    mean = float(weight @ saved / total)
    apart = weight * (saved - mean)
    error = float(np.sqrt(count / (count - 1) * apart @ apart) / total)
    reach = float(stats.t.ppf(0.975, count - 1)) * error
    return LeftOutGain(folds, mean, mean - reach, mean + reach)


def is_kept(gain: LeftOutGain | None, rule: str) -> bool:
    """Whether a hidden layer of that gain is kept under a rule.

    Parameters
    ----------
    gain : LeftOutGain or None
    rule : {"proven", "better", "always"}

    Examples
    --------
    >>> is_kept(None, "proven"), is_kept(None, "better")
    (False, True)
    """
    check_choice(rule, RULES, name="hidden")
    if rule == PROVEN:
        return gain is not None and gain.proven
    return rule == ALWAYS or gain is None or gain.gain > 0
