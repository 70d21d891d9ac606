"""RidgePropensity: a logistic model whose every feature has its own L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from html import escape
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from workbench._checks import check_choice, positive_list
from workbench.errors import FitError
from workbench.ridge import model_json
from workbench.ridge.co_data import check_co_data
from workbench.ridge.fitted_columns import FittedColumns
from workbench.ridge.fitting import CRITERIA, Settings, describe_columns, fit_rows
from workbench.ridge.folds import AUTO, KINDS
from workbench.ridge.penalty import Moves, check_alpha, columns_named, moved_penalties
from workbench.ridge.preview import Preview
from workbench.ridge.reasons import Explained
from workbench.ridge.rows import as_table, training_rows
from workbench.ridge.summary import Summary
from workbench.ridge.workspace import Workspace

Array = npt.NDArray[np.float64]


class RidgePropensity(FittedColumns, Explained, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression with a ridge (L2) penalty per feature or group.

    Minimises, on standardised columns,

        (1/W) Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ α Σ_j f_j b_j² ,  η = b0 + z'b ,

    with W = Σ w_i and a free intercept. The penalty shrinks coefficients towards zero
    and drops none. Text columns become one 0/1 column a level; gaps are imputed with the
    training mean and marked by a column of their own.

    Parameters
    ----------
    alpha : float or "tuned"
        Overall strength on the mean-loss scale, so that it means the same at any number
        of rows. "tuned": what would have worked on campaigns left out, one at a time
        (on random tenths of the rows where there are no campaigns).
    penalty_factors : mapping of feature or group name to float or "tuned", optional
        Multiplies `alpha`; a feature's entry replaces its group's, a design column's that
        of its feature. 0 = unpenalised, inf = dropped, "tuned" = a strength of its own, 1
        where nothing is given. Never rescaled. Without the mapping, a tuned `alpha` tunes
        every group by itself where there are campaigns and groups; ``{}`` asks for one
        strength for all.
    co_data : "auto", None, names or DataFrame
        What tuned penalties listen to beside their group: "concentration" (the penalty
        grows with how few campaigns a column lives in), "heterogeneity" (with how much
        its effect differs between campaigns), a list of both, or scores of your own, one
        row a feature, such as ``spikiness(frame)[["concentration"]]``. "auto":
        concentration, where there are campaigns, and no `penalty_factors` are given. See
        `workbench.ridge.co_data`.
    deviations : bool
        Let every column's penalty deviate, tightly held, from what its group and co-data
        say.
    criterion : {"loss", "mixture", "ranking", "marginal_likelihood", "left_out_rows"}
        What tuning minimises on the folds left out: the log loss, that under each fold's
        own base rate ("ranking"), or the mean of both. See `workbench.ridge.criterion`.
        The last two leave no campaign out, and so trust what recurs within one: planted
        spikes cost them 10% more log loss on later campaigns.
    folds : {"auto", "campaigns", "random", "time"}
        What is left out: campaigns where there are any and else random tenths ("auto"),
        or blocks of time of about equal size.
    rule : {"safe", "best"}
        Which tuned penalties to take: those of least left-out loss, or such as lie closer
        together, and stronger ones where the campaigns can hardly tell (see
        `workbench.ridge.tuning.tune`).
    max_iterations : int
        Most passes over the rows.
    tolerance : float, optional
        Largest entry of the gradient (relative to W) that counts as an optimum: 1e-10,
        or 1e-7 for float32 rows.
    most_levels : int
        Levels of a text column that get a column of their own, the commonest; the design
        of more than 100 is sparse.

    Attributes
    ----------
    coef_ : ndarray, shape (1, p)
        Per unit of each design column; `coef_standardised_` (p,) per standard deviation.
    intercept_ : ndarray, shape (1,)
    alpha_ : float
    penalties_ : Series, shape (p,)
        λ_j = α f_j of each design column.
    penalty_factors_ : dict
        λ_j / α by feature.
    edf_ : float
        Effective degrees of freedom without intercept; `edf_by_group_` by group.
    kkt_residual_ : float
        Largest absolute entry of the gradient at the solution, relative to W.
    tuning_ : DataFrame or None
        What was tuned: the penalty of each set of columns, and how well it is known.
    co_data_ : dict
        The tuned slope of log λ on each score of the co-data; empty without them.
    campaigns_out_ : bool
        Whether the folds left out are campaigns.
    classes_ : ndarray, shape (2,)

    References
    ----------
    Hoerl & Kennard (1970), Ridge Regression, Technometrics 12. le Cessie & van
    Houwelingen (1992), Ridge Estimators in Logistic Regression, Applied Statistics 41.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import RidgePropensity
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.normal(size=(400, 2)), columns=["recency_days", "visits"])
    >>> y = rng.random(400) < 1 / (1 + np.exp(1 - X["visits"]))
    >>> model = RidgePropensity(alpha=0.01, penalty_factors={"recency_days": 10.0}).fit(X, y)
    >>> model.penalties_.to_dict()
    {'recency_days': 0.1, 'visits': 0.01}
    >>> model.predict_proba(X[:2]).round(3)
    array([[...]])
    """

    def __init__(
        self,
        alpha: float | str = "tuned",
        penalty_factors: Mapping[str, float | str] | None = None,
        *,
        co_data: str | Sequence[str] | pd.DataFrame | None = AUTO,
        deviations: bool = False,
        criterion: str = "loss",
        folds: str = AUTO,
        rule: str = "safe",
        max_iterations: int = 200,
        tolerance: float | None = None,
        most_levels: int = 100,
    ) -> None:
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.co_data = co_data
        self.deviations = deviations
        self.criterion = criterion
        self.folds = folds
        self.rule = rule
        self.max_iterations = max_iterations
        self.tolerance = tolerance
        self.most_levels = most_levels

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
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
            A FeatureFrame brings outcomes, campaigns, groups and weights; its rows
            without an outcome are passed over.
        y : array of two classes, shape (n,)
            The greater one counts as positive.
        sample_weight : array, shape (n,), optional
        campaign : array, shape (n,), optional
            Tuning leaves these out, one at a time.
        groups : mapping of feature to group, optional

        Raises
        ------
        FitError
            One class only; or unpenalised columns separate the classes or are collinear.
        DataError
            Infinity, negative weights, fewer than two campaigns to tune on.
        ParameterError
            `alpha`, `penalty_factors` or `rule` is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns, campaigns of one class.
        ConvergenceWarning
        """
        check_alpha(self.alpha)
        check_choice(self.rule, ("safe", "best"), name="rule")
        check_choice(self.criterion, CRITERIA, name="criterion")
        check_choice(self.folds, KINDS, name="folds")
        check_co_data(self.co_data)
        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        rows = training_rows(
            fresh, X, y, campaign=campaign, groups=groups, sample_weight=sample_weight
        )
        fitted = fit_rows(rows, Settings(**self.get_params(deep=False)))
        fresh.design_, fresh.classes_ = fitted.design, rows.classes
        fresh.alpha_, fresh.tuning_, fresh.folds_ = fitted.alpha, fitted.tuning, fitted.folds
        fresh.co_data_, fresh.campaigns_out_ = fitted.co_data, fitted.campaigns_out
        fresh._keep(fitted.columns, fitted.workspace, fitted.training)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _keep(
        self, columns: pd.DataFrame, workspace: Workspace, training: dict[str, float]
    ) -> None:
        self.columns_, self.workspace_, self.training_ = columns, workspace, training
        self.kkt_residual_, self.n_iter_ = workspace.fit.kkt_residual, workspace.fit.passes
        shift = columns["coef_standardised"] * columns["mean"] / columns["scale"]
        self.intercept_ = np.array([workspace.fit.b[0] - float(shift.sum())])

    def decision_function(self, X: Any) -> Array:
        """Return the log-odds of the positive class, shape (n,)."""
        check_is_fitted(self, "columns_")
        matrix = self.design_.matrix(as_table(self, X, reset=False))
        return np.asarray(matrix @ self.coef_[0] + self.intercept_[0])

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, shape (n, 2); the second is the propensity."""
        log_odds = self.decision_function(X)
        return np.column_stack([expit(-log_odds), expit(log_odds)])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the likelier class of each row, shape (n,)."""
        positive = self.decision_function(X) > 0
        return np.asarray(self.classes_[positive.astype(int)])

    def propensity(self, X: Any) -> pd.Series[float]:
        """Return the propensity of each row, in [0, 1], on the index of the rows."""
        table = as_table(self, X, reset=False)
        return pd.Series(self.predict_proba(table)[:, 1], index=table.index, name="propensity")

    def refit(self, penalties: Moves, *, errors: bool = True) -> Self:
        """Return this model under other penalties, exactly, in a few passes over its rows.

        Parameters
        ----------
        penalties : mapping of group, feature or column to λ, or Series by column
            On the mean-loss scale, as `penalties_`; what is not named keeps its penalty.
        errors : bool
            Take the curvature at the new optimum for errors and degrees of freedom, not the
            one at hand; the coefficients are exact either way.

        Raises
        ------
        ParameterError
            A name is unknown, or a penalty is not a finite number from 0.
        FitError
            The model was loaded from a file: its rows are not at hand.
        """
        workspace = self._workspace().refit(moved_penalties(self.columns_, penalties))
        workspace = workspace.settled() if errors else workspace
        training = {**self.training_, "log_loss": workspace.training_loss}
        other = copy(self)
        other._keep(describe_columns(self.columns_, workspace), workspace, training)  # noqa: SLF001 - its own kind
        return other

    def preview(self, penalties: Moves) -> Preview:
        """Step towards other penalties without a pass over the rows: for a slider.

        Parameters
        ----------
        penalties : mapping of group, feature or column to λ

        Returns
        -------
        Preview
            Standardised coefficients, a bound on their error, effective degrees of freedom.
        """
        return self._workspace().preview(moved_penalties(self.columns_, penalties))

    def path(self, group: str | None = None, *, multipliers: Any = None) -> pd.DataFrame:
        """Multiply the penalties of a group, or all, and measure what that does left out.

        Parameters
        ----------
        group : str, optional
            A group, feature or column; all without it.
        multipliers : array, optional
            Default: thirteen from 0.001 to 1,000.

        Returns
        -------
        DataFrame
            ``multiplier, alpha`` (the strength times the multiplier), ``loss`` (mean loss on
            left-out folds, one Newton step from the refit), ``loss_se, edf, chosen``.

        Raises
        ------
        FitError
            There are no folds: nothing was tuned on them, and there are no campaigns.
        """
        workspace = self._workspace()
        moved = np.ones(len(workspace.penalties), dtype=bool)
        if group is not None:
            moved = columns_named(self.columns_, group)
        steps = np.logspace(3, -3, 13) if multipliers is None else positive_list(multipliers)
        table = workspace.path(steps, moved)
        table.insert(1, "alpha", table["multiplier"] * self.alpha_)
        table["folds"] = workspace.stats.held
        table["chosen"] = np.isclose(table["multiplier"], 1.0)
        return table

    def _workspace(self) -> Workspace:
        check_is_fitted(self, "columns_")
        if not hasattr(self, "workspace_"):
            raise FitError(
                "Refitting needs the rows of the fit; this model was loaded or copied without "
                "them. Fit it again, here."
            )
        return self.workspace_

    def summary(self, *, most: int = 30) -> Summary:
        """Return tables of the fit, its groups and its strongest columns."""
        check_is_fitted(self, "columns_")
        return Summary.of(self, most=most)

    def save(
        self,
        path: str | Path,
        *,
        recipe: Mapping[str, Any] | None = None,
        headline: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write the model as readable JSON; the file appears whole or not at all.

        Parameters
        ----------
        path : path
        recipe : mapping, optional
            `FeatureFrame.recipe`: how to make the features of new contacts.
        headline : mapping, optional
            Figures to keep with the model.
        """
        check_is_fitted(self, "columns_")
        return model_json.save(self, Path(path), recipe=recipe or {}, headline=headline)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model that `save` wrote; nothing in the file is executed.

        Returns
        -------
        RidgePropensity
            With `recipe_` and `headline_` as they were saved.

        Raises
        ------
        MissingDataError
            There is no such file.
        SchemaError
            The file is not a model, or of a newer format.
        """
        return model_json.load(cls, Path(path))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("workspace_", None)  # the training rows stay where they are
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags

    def _repr_html_(self) -> str:
        if hasattr(self, "columns_"):
            return self.summary()._repr_html_()
        return f"<p>{escape(repr(self))}</p>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # scikit-learn's would show a diagram of the one step in place of the summary
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
