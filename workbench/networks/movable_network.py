"""A fitted network under other penalties, or of more rows: its units as they are."""

from __future__ import annotations

import warnings
from copy import copy
from typing import Any, Self

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.errors import DataWarning
from workbench.frame.feature_frame import FeatureFrame
from workbench.networks.hidden_layer import HiddenLayer, learned_again
from workbench.networks.left_out_gain import ALWAYS, PROVEN, LeftOutGain, is_kept
from workbench.networks.shared_out import shares_out
from workbench.ridge import RidgePropensity
from workbench.ridge.fitted.preview import Preview
from workbench.ridge.penalties.plan import Moves


class MovableNetwork:
    """Refits, previews and paths; a part of NetworkPropensity."""

    ridge_: RidgePropensity
    layer_: HiddenLayer
    gain_: LeftOutGain | None
    shrunk_out_: bool
    alpha_: float

    def _take(self, ridge: RidgePropensity, layer: HiddenLayer, read: Any) -> None:
        raise NotImplementedError

    def refit(self, penalties: Moves, *, errors: bool = True) -> Self:
        """Return this model under other penalties, exactly: see `RidgePropensity.refit`.

        Parameters
        ----------
        penalties : mapping of group, feature, column or unit to λ
        errors : bool
            Take errors and degrees of freedom anew, too.
        """
        check_is_fitted(self, "ridge_")
        other = copy(self)
        other._take(self.ridge_.refit(penalties, errors=errors), self.layer_, self)  # noqa: SLF001 - its own kind
        return other

    def preview(self, penalties: Moves) -> Preview:
        """Step towards other penalties without a pass over the rows: for a slider.

        Parameters
        ----------
        penalties : mapping of group, feature, column or unit to λ
        """
        check_is_fitted(self, "ridge_")
        return self.ridge_.preview(penalties)

    def path(self, group: str | None = None, *, multipliers: Any = None) -> pd.DataFrame:
        """Multiply the weight decay of a group, or all: see `RidgePropensity.path`.

        Parameters
        ----------
        group : str, optional
            Such as ``"hidden: windows"``.
        multipliers : array, optional
        """
        check_is_fitted(self, "ridge_")
        return self.ridge_.path(group, multipliers=multipliers)

    def coefficients(self) -> pd.DataFrame:
        """Return what `RidgePropensity.coefficients` does, of columns and units."""
        check_is_fitted(self, "ridge_")
        return self.ridge_.coefficients()

    def shares_of_features(self) -> pd.Series[float]:
        """Return each feature's share of the score's variance; a unit's is shared equally."""
        check_is_fitted(self, "ridge_")
        return shares_out(self.ridge_.columns_, self.layer_)

    def worth_keeping(self, rule: str = PROVEN) -> bool:
        """Whether the hidden layer would be kept under a rule.

        Parameters
        ----------
        rule : {"proven", "better", "always"}
            As `hidden`: a layer that was fitted under "always" is asked for what it is worth.
        """
        check_is_fitted(self, "ridge_")
        kept = is_kept(self.gain_, rule)
        return kept and not self.shrunk_out_

    def of_more_rows(self, frame: FeatureFrame, **outlook: Any) -> Self:
        """Fit the same units to other rows, under the penalties that were found.

        For the last fit, to every known outcome, once the model is judged. What a column's range,
        mean and deviation are is learned anew. `gain_` stays that of the rows that penalties were
        tuned on.

        Parameters
        ----------
        frame : FeatureFrame
            All rows to learn from: those of before, and more.
        **outlook
            ``base_rate, half_life, slope``, where they are to be as they were found, too.

        Examples
        --------
        >>> from workbench.datasets import planted
        >>> from workbench.networks import NetworkPropensity
        >>> frame = planted(
        ...     train_campaigns=8, new_campaigns=0, rows=200, stable=3, spiky=1, seed=1
        ... ).frame
        >>> first = frame.rows(frame.campaign.isin(frame.campaigns[:6]).to_numpy())
        >>> model = NetworkPropensity(units=12, hidden="always").fit(first)
        >>> final = model.of_more_rows(frame, base_rate="recent", half_life=None, slope=1.0)
        >>> final.training_["campaigns"], final.layer_.names == model.layer_.names
        (8, True)
        """
        check_is_fitted(self, "ridge_")
        factors: dict[str, Any] = dict(self.ridge_.penalty_factors_)
        own = {name: one for name, one in factors.items() if name not in self.layer_.groups}
        given: dict[str, Any] = {"alpha": self.alpha_, "most_levels": self.ridge_.most_levels}
        given |= {"extrapolate": self.ridge_.extrapolate, **outlook}
        linear = RidgePropensity(**given, penalty_factors=own).fit(frame)
        known = frame.known()
        layer = learned_again(self.layer_, linear, known.X, known.weights)
        kept = {name: factors[name] for name in layer.names}
        ridge = RidgePropensity(**given, penalty_factors={**own, **kept})
        other = copy(self)
        found = {"weight_decay": self.alpha_, "penalty_factors": {**own, **kept}, **outlook}
        other.__dict__ |= {**found, "hidden": ALWAYS}
        with warnings.catch_warnings(action="ignore", category=DataWarning):  # said just before
            wide = ridge.fit(layer.widened(known))
        other._take(wide if layer.names else linear, layer, linear)  # noqa: SLF001 - its own kind
        return other


def as_ridge(model: Any, frame: FeatureFrame) -> tuple[Any, FeatureFrame]:
    """Return a model and rows as views of ridge models take them.

    A network is a ridge model of columns and units: that model, and the rows with their units. Any
    other model and its rows are what they are.

    Parameters
    ----------
    model : RidgePropensity or NetworkPropensity
    frame : FeatureFrame

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> from workbench.networks import NetworkPropensity, as_ridge
    >>> frame = planted(train_campaigns=6, new_campaigns=0, rows=100, stable=2, spiky=1).frame
    >>> model = NetworkPropensity(units=8, hidden="always").fit(frame)
    >>> ridge, wide = as_ridge(model, frame)
    >>> type(ridge).__name__, wide.X.shape[1]
    ('RidgePropensity', 11)
    """
    if isinstance(model, MovableNetwork):
        check_is_fitted(model, "ridge_")
        return model.ridge_, model.layer_.widened(frame)
    return model, frame
