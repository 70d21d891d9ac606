"""RidgeUplift: whom a contact changes, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge.explain.coefficients import factors_of
from workbench.ridge.explain.reasons import Explaining
from workbench.ridge.explain.shown import Shown
from workbench.ridge.explain.summary import Summary
from workbench.ridge.export.kept import Kept
from workbench.ridge.penalties.plan import check_alpha
from workbench.ridge.pipeline import CRITERIA
from workbench.ridge.settings import Settings
from workbench.ridge.tune.co_data import check_co_data
from workbench.ridge.tune.folds import AUTO, KINDS
from workbench.ridge.uplift import uplift_json
from workbench.ridge.uplift.arms import ArmRows, arm_rows
from workbench.ridge.uplift.joint_fit import JointFit, fit_jointly
from workbench.ridge.uplift.penalty_names import MAIN, UPLIFT
from workbench.ridge.uplift.scores import UpliftScored
from workbench.ridge.uplift.summary import summary_of


class RidgeUplift(Kept, UpliftScored, Shown, Explaining, BaseEstimator):  # type: ignore[misc]
    """What a contact adds to the chance of a response, learned from a randomised test.

    One ridge fit of who responds and of whom a contact changes. The design columns z of a row
    (numbers, levels, marks of gaps) have means m. The treatment t is 1 or 0, and s is the share
    treated in the campaign. Minimised is

        (1/W) Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ Σ_j (λ_j b̃_j² + μ_j c̃_j²) ,
        η = b₀ + z'b + (t − s)(τ + (z − m)'c) ,

    where b̃ and c̃ are per standard deviation of z and of (t − s)(z − m). The effect τ at the
    average is not penalised. b has penalties λ and c has penalties μ, which are tuned apart. Chance
    draws t within a campaign, so t − s has nothing to do with z there, nor with what sets the
    campaign apart. An error of z'b does not pass for an effect. At scoring, the overall share s̄
    takes the place of s:

        uplift(z) = σ(η₁) − σ(η₀) ,   η₁ − η₀ = τ + (z − m)'c ,   η₀ = b₀ + z'b − s̄(η₁ − η₀) .

    It differs from `RidgePropensity`, which ranks by the chance to respond: who buys anyway stands
    first there, and last here.

    Penalties are tuned by the log loss on campaigns left out: a difference of responses is too
    noisy to tune on. Judge the result by increments: what the best-ranked contacts of later
    campaigns respond more with a contact than without.

    Parameters
    ----------
    alpha : float or "tuned"
        As for `RidgePropensity`.
    penalty_factors : mapping of name to float or "tuned", optional
        As for `RidgePropensity`; ``"uplift: visits"`` or ``"main: visits"`` says which of the two
        coefficients of a feature, group or column is meant, and ``"visits"`` both. ``"uplift"``
        and ``"main"`` mean all of them. Without the mapping, a tuned `alpha` tunes both apart,
        and, where there are campaigns and groups, every group of each.
    arm : str, optional
        The treated arm, where there are several; "any" puts all of them together.
    co_data : "auto", None, names or DataFrame
        As for `RidgePropensity`; scores of a feature count for both of its coefficients.
    deviations, criterion, folds, rule, most_levels, extrapolate
        As for `RidgePropensity`.

    Attributes
    ----------
    effect_ : float
        τ, in log-odds; `effect_error_` is its standard error.
    columns_ : DataFrame
        One row a design column, as of `RidgePropensity`: ``coef_standardised, std_error, penalty,
        edf, score_share`` are of c, per standard deviation of z, and the same with ``main_`` before
        it of b.
    main_intercept_ : float
        b₀.
    share_ : float
        s̄, and `shares_` the share of each campaign.
    arm_, control_ : str
        What is compared: the treated arm, and the control group.
    joint_ : RidgePropensity
        The fit of all columns of both parts; a model that was loaded has none.
    alpha_, tuning_, grid_, co_data_, folds_, campaigns_out_, kkt_residual_, training_
        As of `RidgePropensity`, of the joint fit.

    Notes
    -----
    Where the frame has `arm_probability`, each row weighs by its inverse, scaled so that each arm
    of a campaign keeps its weight (Hájek, 1971). Without it, the features must not tell the arm
    beyond chance, or `fit` refuses.

    References
    ----------
    Tian, Alizadeh, Gentles & Tibshirani (2014), A Simple Method for Estimating Interactions
    Between a Treatment and a Large Number of Covariates, JASA 109. Nie & Wager (2021),
    Quasi-Oracle Estimation of Heterogeneous Treatment Effects, Biometrika 108. Hoerl & Kennard
    (1970), Ridge Regression, Technometrics 12.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import FeatureFrame, RidgeUplift
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.normal(size=(4000, 2)), columns=["recency", "visits"])
    >>> mailed = rng.random(4000) < 0.5
    >>> log_odds = -1 + X["recency"] + mailed * (0.5 + X["visits"])
    >>> frame = FeatureFrame(
    ...     X, (rng.random(4000) < 1 / (1 + np.exp(-log_odds))).astype("float64"),
    ...     treatment=pd.Series(np.where(mailed, "mail", "none")), control="none",
    ... )
    >>> model = RidgeUplift(alpha=0.001).fit(frame)
    >>> model.coefficients()[["coef", "main_coef"]].round(1)
             coef  main_coef
    column
    recency   ...
    visits    ...
    >>> model.reasons(frame.rows([0]))["reason_1"].tolist()
    ['visits = ...']
    """

    foretells = "uplift"
    _file: ClassVar = uplift_json

    def __init__(
        self,
        alpha: float | str = "tuned",
        penalty_factors: Mapping[str, float | str] | None = None,
        *,
        arm: str | None = None,
        co_data: str | Sequence[str] | pd.DataFrame | None = AUTO,
        deviations: bool = False,
        criterion: str = "loss",
        folds: str = AUTO,
        rule: str = "safe",
        most_levels: int = 100,
        extrapolate: bool = False,
    ) -> None:
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.arm = arm
        self.co_data = co_data
        self.deviations = deviations
        self.criterion = criterion
        self.folds = folds
        self.rule = rule
        self.most_levels = most_levels
        self.extrapolate = extrapolate

    def fit(self, X: FeatureFrame) -> Self:
        """Fit to the contacts of a randomised test.

        Parameters
        ----------
        X : FeatureFrame
            With `treatment` and `control`. Rows without an outcome, or of other arms, are passed
            over.

        Raises
        ------
        DataError
            The frame has no arms, or one alone; no campaign has treated and control contacts; or
            the features tell the arm, and the frame has no `arm_probability`.
        FitError
            The contacts of an arm all had the same outcome.
        ParameterError
            `arm` is not told where there are several, or a parameter is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns, campaigns of one class.
        ConvergenceWarning
        """
        self._check()
        if not isinstance(X, FeatureFrame):
            raise ParameterError(
                f"RidgeUplift is fitted to a FeatureFrame that has `treatment`; got a "
                f"{type(X).__name__}. Make one: `FeatureFrame.from_table(table, target='bought', "
                "treatment='arm', control='none')`."
            )
        rows = arm_rows(X, arm=self.arm)
        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        validate_data(fresh, X.X, skip_check_array=True, reset=True)
        given = self.get_params(deep=False)
        del given["arm"]
        fresh._learn(rows, fit_jointly(rows, Settings(**given)))  # noqa: SLF001 - its own kind
        fresh.labels_ = dict(X.labels)
        self.__dict__ = fresh.__dict__
        return self

    def _check(self) -> None:
        check_alpha(self.alpha)
        check_choice(self.rule, ("safe", "best"), name="rule")
        check_choice(self.folds, KINDS, name="folds")
        check_choice(self.extrapolate, (False, True), name="extrapolate")
        check_choice(self.criterion, CRITERIA, name="criterion")
        check_co_data(self.co_data)

    def _learn(self, rows: ArmRows, fitted: JointFit) -> None:
        inner = self.joint_ = fitted.inner
        self.arm_, self.control_ = rows.arm, str(rows.frame.control)
        self.share_, self.shares_ = rows.overall_share, rows.shares()
        self.design_, self.columns_ = fitted.design, fitted.columns
        self.effect_, self.effect_error_ = fitted.effect, fitted.effect_error
        self.main_intercept_ = fitted.intercept
        self.alpha_, self.tuning_, self.grid_ = inner.alpha_, fitted.tuning, inner.grid_
        self.folds_, self.co_data_ = inner.folds_, inner.co_data_
        self.campaigns_out_ = inner.campaigns_out_
        treated = rows.weight * rows.treated
        responded = float(treated @ rows.frame.y.to_numpy())
        of_arm = {"treated": float(treated.sum()), "treated_positives": responded}
        self.training_ = {**inner.training_, **of_arm}
        self.kkt_residual_, self.n_iter_ = inner.kkt_residual_, inner.n_iter_

    def coefficients(self) -> pd.DataFrame:
        """Return one row a design column: its effect on the uplift, and on the response itself.

        Returns
        -------
        DataFrame
            As of `RidgePropensity.coefficients`, of c: per unit and per standard deviation of the
            column, on the difference of log-odds; and ``main_coef, main_coef_standardised,
            main_std_error, main_penalty, main_edf``, of b: on the log-odds at the overall share.
        """
        table = super().coefficients()
        table["main_coef"] = self.main_per_unit
        main = ["main_coef_standardised", "main_std_error", "main_penalty", "main_edf"]
        return table.join(self.columns_[main])

    @property
    def penalty_factors_(self) -> dict[str, float]:
        """λ_j / α by ``main: FEATURE`` and ``uplift: FEATURE``."""
        check_is_fitted(self, "columns_")
        main = copy(self)
        main.columns_ = self.columns_.assign(
            penalty=self.columns_["main_penalty"], dropped=np.isinf(self.columns_["main_penalty"])
        )
        of = {MAIN: factors_of(main), UPLIFT: factors_of(self)}
        return {f"{part}: {name}": one for part, found in of.items() for name, one in found.items()}

    def summary(self, *, most: int = 30) -> Summary:
        """Return tables of the test, of the groups and of the columns that move the effect most.

        Parameters
        ----------
        most : int
            Columns shown.
        """
        check_is_fitted(self, "columns_")
        return summary_of(self, most=most)

    def reasons(self, X: Any, *, most: int = 3) -> pd.DataFrame:
        """Say which features move each row's uplift most, strongest first, in percentage points.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        most : int
            Reasons a row, from 1.

        Returns
        -------
        DataFrame, shape (n, most)
            ``reason_1, reason_2, …``, such as ``"visits = 7 (+1.2 points)"``: the value, and
            what it adds to the uplift, as `contributions` has it, in percentage points against the
            average contact.

        Raises
        ------
        ParameterError
            `most` is not a whole number from 1.
        """
        return super().reasons(X, most=most)

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each feature adds to each row's uplift, against the average contact.

        The way from the average contact m to the row z is gone straight; each feature gets what
        its part of every step adds (Aumann & Shapley, 1974). With η₀ and η₁ the log-odds without
        and with a contact, of coefficients d₀ and d₁, design column j adds

            (z_j − m_j) ( d₁_j Δσ₁/Δη₁ − d₀_j Δσ₀/Δη₀ ) ,

        Δ from m to z and σ the logistic curve. A feature that changes the response alone has its
        part too: who is about to respond anyway can hardly be moved.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Returns
        -------
        DataFrame, shape (n, number of features)
            Differences of chances: a row's sum is its uplift minus `at_average`.
        """
        return super().contributions(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags
