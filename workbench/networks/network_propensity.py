"""NetworkPropensity: a ridge model with a drawn hidden layer, penalised by layer and group."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice, check_whole
from workbench.errors import DataWarning, FitError
from workbench.features.encode import HiddenUnits
from workbench.features.encode.unit_draws import HIDDEN
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.networks import network_json
from workbench.networks.hidden_layer import (
    HiddenLayer,
    check_in_memory,
    draw_layer,
    no_layer,
    of_units,
    plain_table,
)
from workbench.networks.left_out_gain import (
    ALWAYS,
    PROVEN,
    RULES,
    LeftOutGain,
    is_kept,
    left_out_gain,
)
from workbench.networks.movable_network import MovableNetwork
from workbench.networks.recurring_products import with_products
from workbench.networks.shared_out import shared_out
from workbench.networks.training_table import training_table
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.design.table import SparseTable, as_table, check_not_streamed
from workbench.ridge.explain.reasons import Explaining
from workbench.ridge.explain.shown import Shown
from workbench.ridge.explain.summary import Summary
from workbench.ridge.export.kept import Kept
from workbench.ridge.model.scores import Scored
from workbench.ridge.penalties.plan import TUNED

LINEAR = "linear"
_OWN = ("workspace_", "design_", "feature_names_in_", "n_features_in_")


class NetworkPropensity(
    Kept,
    Scored,
    Shown,
    Explaining,
    MovableNetwork,
    ClassifierMixin,  # type: ignore[misc]
    BaseEstimator,  # type: ignore[misc]
):
    """Logistic regression on columns and hidden units, with weight decay by layer and group.

    A network of one hidden layer, whose first weights are drawn and whose last are fitted:

        η = b0 + Σ_j b_j z_j + Σ_u c_u h_u ,   h_u = tanh(bias_u + Σ_k a_uk z_k) ,

    with units h as `workbench.features.encode.HiddenUnits` draws them from the design columns z,
    and products tanh(z_a / 2) tanh(z_b / 2) of pairs whose effect recurs over campaigns.
    The objective is that of `RidgePropensity`; weight decay is its L2 penalty. Every feature group,
    and every group of units, has a strength λ of its own, tuned on campaigns left out. The
    objective is convex, its optimum is exact, and what the score does not need is shrunk.

    It is fitted beside `RidgePropensity` itself, on the same rows. Where the hidden layer is not
    proven to help on what is left out, and nobody asks for it, it is shrunk out. Then this model
    *is* that one, number for number.

    Parameters
    ----------
    units : int
        Hidden units to draw, at most.
    weight_decay : float or "tuned"
        `alpha` of `RidgePropensity`: one strength for all, or tuned by layer and group.
    hidden : {"proven", "better", "always"}
        When the hidden layer is kept. "proven": where it is proven (see `gain_`) that it lost less
        on the folds left out; without folds nothing is. "better": where it lost less there, or
        there are no folds. "always": whatever it did.
    products : int
        Beside the units drawn: most products of two columns, of all pairs, whose effect recurs
        over campaigns (see `workbench.networks.recurring_products`). 0 seeks none.
    penalty_factors : mapping of name to float or "tuned", optional
        As of `RidgePropensity`; groups of units are called ``"hidden: windows"``.
    scales : (float, float)
        How sharply units of one and of two columns bend; see `HiddenUnits`.
    random_state : int
        Of the units.
    folds, rule, most_levels, extrapolate, base_rate, half_life, slope
        As of `RidgePropensity`. Units never extrapolate: a number beyond its trained range enters
        them as the nearest one within.

    Attributes
    ----------
    ridge_ : RidgePropensity
        The fit of columns and units: what the score comes from. Its groups are those of features
        and of units, so that `workbench.Tuner` has a slider for each:
        ``Tuner(model.ridge_, model.widened(frame))``.
    layer_ : HiddenLayer
        The units, ``layer_.units.units_``, and how they are read.
    shrunk_out_ : bool
        Whether the hidden layer is out.
    gain_ : LeftOutGain or None
        What it saved on each fold left out, with an interval; None without folds.
    weight_decay_ : DataFrame
        By layer and group: ``columns, weight_decay_from, weight_decay_to, edf, score_share``.
    columns_, alpha_, intercept_, penalties_, edf_, tuning_, training_ and so on
        As of `RidgePropensity`, of columns and units.

    References
    ----------
    Rahimi & Recht (2008), Weighted sums of random kitchen sinks, NeurIPS 21. Krogh & Hertz (1991),
    A simple weight decay can improve generalization, NeurIPS 4.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> from workbench.networks import NetworkPropensity
    >>> drawn = planted(
    ...     train_campaigns=7, new_campaigns=1, rows=400, stable=4, spiky=2,
    ...     curved=2.0, curvature="absolute values", seed=1,
    ... )
    >>> model = NetworkPropensity(units=60).fit(drawn.frame)
    >>> model.shrunk_out_, model.gain_.percent > 3
    (False, True)
    >>> sorted({layer for layer, _ in model.weight_decay_.index})
    ['hidden', 'linear']
    """

    foretells = "propensity"
    _file: ClassVar = network_json
    ridge_: RidgePropensity
    layer_: HiddenLayer
    gain_: LeftOutGain | None

    def __init__(  # noqa: PLR0913 - scikit-learn's clone knows parameters by name alone
        self,
        units: int = 250,
        weight_decay: float | str = TUNED,
        *,
        hidden: str = PROVEN,
        products: int = 50,
        penalty_factors: Mapping[str, float | str] | None = None,
        scales: tuple[float, float] = (1.0, 1.0),
        random_state: int = 0,
        folds: str = "auto",
        rule: str = "safe",
        most_levels: int = 100,
        extrapolate: bool = False,
        base_rate: str = "auto",
        half_life: float | str | None = TUNED,
        slope: float | str = TUNED,
    ) -> None:
        self.units = units
        self.weight_decay = weight_decay
        self.hidden = hidden
        self.products = products
        self.penalty_factors = penalty_factors
        self.scales = scales
        self.random_state = random_state
        self.folds = folds
        self.rule = rule
        self.most_levels = most_levels
        self.extrapolate = extrapolate
        self.base_rate = base_rate
        self.half_life = half_life
        self.slope = slope

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        campaign: Any = None,
        groups: Mapping[str, str] | None = None,
    ) -> Self:
        """Fit to a FeatureFrame, or to a table or array and its outcomes.

        Parameters
        ----------
        X : FeatureFrame, DataFrame or array, shape (n, p)
        y : array of two classes, shape (n,)
        sample_weight : array, shape (n,), optional
        campaign : array, shape (n,), optional
            Tuning leaves these out, one at a time.
        groups : mapping of feature to group, optional

        Raises
        ------
        FitError, DataError
            As of `RidgePropensity`. Where it has a fit and the units have none, they are shrunk
            out; ``hidden="always"`` raises.
        ParameterError
            A parameter is not what it must be. X is sparse, or a source of rows that are not in
            memory. Or a feature is called as a unit would be.
        """
        check_choice(self.hidden, RULES, name="hidden")
        check_whole(self.products, least=0, name="products", hint=" Give for example 50.")
        check_not_streamed(self, X)
        check_in_memory(X)
        given = {"y": y, "sample_weight": sample_weight, "campaign": campaign, "groups": groups}
        linear = self._ridge(self._factors(lambda name: not is_hidden(name))).fit(X, **given)
        rows = training_table(linear, X, given)
        layer = draw_layer(linear, rows.X, rows.weight, self._drawn())
        layer, unseen = with_products(layer, linear, rows, most=int(self.products))
        network, gain = self._judged(linear, layer, unseen, X, given)
        out = network is linear or not is_kept(gain, self.hidden)
        fresh = copy(self)
        fresh.gain_ = gain
        chosen = (linear, no_layer(linear, self._drawn())) if out else (network, layer)
        fresh._take(*chosen, linear)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _judged(
        self, linear: RidgePropensity, layer: HiddenLayer, unseen: Any, X: Any, given: Any
    ) -> tuple[RidgePropensity, LeftOutGain | None]:
        """Fit with units, and say what they saved; `linear` itself where there is no such fit."""
        if not layer.names:
            return linear, None
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                network = self._with_units(linear, layer, X, given)
            except FitError:
                if self.hidden == ALWAYS:
                    raise
                return linear, None
        gain = left_out_gain(network, linear, unseen)
        if is_kept(gain, self.hidden):
            _say_again(said)
        return network, gain

    def _with_units(
        self, linear: RidgePropensity, layer: HiddenLayer, X: Any, given: Mapping[str, Any]
    ) -> RidgePropensity:
        """Fit the same rows with the units as columns."""
        factors = self.penalty_factors
        if factors is None and self.weight_decay == TUNED and not linear.campaigns_out_:
            # without campaigns one strength is tuned for all: units need their own
            factors = dict.fromkeys(layer.groups.values(), TUNED)
        ridge = self._ridge(factors)
        if isinstance(X, FeatureFrame):
            return ridge.fit(layer.widened(X), **given)
        table = plain_table(as_table(linear, X, reset=False))
        asked = {**given, "groups": of_units(given["groups"] or {}, layer)}
        return ridge.fit(layer.widened(table), **asked)

    def _drawn(self) -> HiddenUnits:
        return HiddenUnits(self.units, scales=self.scales, random_state=self.random_state)

    def _ridge(self, factors: Mapping[str, float | str] | None) -> RidgePropensity:
        return RidgePropensity(
            self.weight_decay,
            factors,
            folds=self.folds,
            rule=self.rule,
            most_levels=self.most_levels,
            extrapolate=self.extrapolate,
            base_rate=self.base_rate,
            half_life=self.half_life,
            slope=self.slope,
        )

    def _factors(self, keep: Any) -> dict[str, float | str] | None:
        if self.penalty_factors is None:
            return None
        return {name: one for name, one in self.penalty_factors.items() if keep(name)}

    def _take(self, ridge: RidgePropensity, layer: HiddenLayer, read: RidgePropensity) -> None:
        """Keep a fit, its units, and how its features are called."""
        self.ridge_, self.layer_ = ridge, layer
        self.design_ = layer.design
        self.shrunk_out_ = not layer.names
        learned = {name: one for name, one in vars(ridge).items() if name.endswith("_")}
        self.__dict__ |= {name: one for name, one in learned.items() if name not in _OWN}
        self.n_features_in_ = read.n_features_in_
        if hasattr(read, "feature_names_in_"):
            self.feature_names_in_ = read.feature_names_in_

    def widened(self, X: Any) -> Any:
        """Add the hidden units to rows: what `ridge_` was fitted to, and scores.

        Parameters
        ----------
        X : FeatureFrame, DataFrame or array, shape (n, p)

        Returns
        -------
        FeatureFrame or DataFrame
            With a column more for each unit; as it came where the layer is shrunk out.
        """
        check_is_fitted(self, "ridge_")
        if isinstance(X, FeatureFrame):
            return self.layer_.widened(X)
        return self.layer_.widened(plain_table(as_table(self, X, reset=False)))

    def _linear(self, X: Any) -> Array:
        check_is_fitted(self, "ridge_")
        scores: Array = self.ridge_.decision_function(self.widened(X))
        return scores

    def _contributions(self, table: pd.DataFrame | SparseTable) -> pd.DataFrame:
        wide = self.layer_.widened(plain_table(table))
        return shared_out(self.ridge_.contributions(wide), self.layer_)

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each feature adds to each row's log-odds, against the average row.

        What a unit of two features adds is shared equally: their interaction is one number.

        Parameters
        ----------
        X : FeatureFrame, DataFrame or array, shape (n, p)

        Returns
        -------
        DataFrame, shape (n, number of features)
            A row's sum is its log-odds less `at_average`: those of a row whose columns *and*
            units are at their means.
        """
        return super().contributions(X)

    @property
    def weight_decay_(self) -> pd.DataFrame:
        """The strength of each layer and group, and what is left of it: see the class."""
        check_is_fitted(self, "columns_")
        layer = np.where(self.columns_["feature"].isin(self.layer_.names), HIDDEN, LINEAR)
        table = self.columns_.assign(layer=layer).groupby(["layer", "group"], sort=False)
        return table.agg(
            columns=("edf", "size"),
            weight_decay_from=("penalty", "min"),
            weight_decay_to=("penalty", "max"),
            edf=("edf", "sum"),
            score_share=("score_share", "sum"),
        )

    def hidden_fact(self) -> str:
        """Say what the hidden layer is worth: its effective degrees of freedom, and its gain."""
        check_is_fitted(self, "columns_")
        if self.gain_ is None:
            gain = say("not judged: nothing was left out, or no fit has units")
        else:
            gain = self.gain_.sentence()
        if self.shrunk_out_:
            return say("shrunk out: this is RidgePropensity; {gain}", gain=gain)
        edf = float(self.columns_.loc[self.layer_.names, "edf"].to_numpy().sum())
        units = len(self.layer_.names)
        return say("{units} units, {edf:.1f} effective; {gain}", units=units, edf=edf, gain=gain)

    def summary(self, *, most: int = 30) -> Summary:
        """Return tables of the fit, of its groups and layers, and of its strongest columns.

        Parameters
        ----------
        most : int
            Columns shown.
        """
        found = Summary.of(self.ridge_, most=most)
        row = pd.DataFrame(
            [[self.hidden_fact()]], index=["Hidden layer"], columns=found.facts.columns
        )
        facts = pd.concat([found.facts, row])
        return replace(found, facts=facts, title="Network propensity model")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def is_hidden(name: str) -> bool:
    """Whether a penalty is named after a hidden group or unit."""
    return name.startswith((HIDDEN, f"group:{HIDDEN}", f"feature:{HIDDEN}"))


def _say_again(said: list[warnings.WarningMessage]) -> None:
    """Warn of the fit with units; of data the fit of the same rows without them has warned."""
    for one in said:
        if not issubclass(one.category, DataWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
