"""RidgePropensity: a logistic model whose every feature has its own L2 penalty."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from workbench._checks import listed
from workbench.errors import ConvergenceWarning, DataWarning
from workbench.ridge import inference, model_json, reasons
from workbench.ridge.design import Design
from workbench.ridge.penalty import check_alpha, penalty_factors
from workbench.ridge.rows import UNGROUPED, TrainingRows, as_table, training_rows
from workbench.ridge.solver import Problem, Solution, solve
from workbench.ridge.summary import Summary
from workbench.ridge.tuning import campaign_folds, random_folds, tune_alpha

Array = npt.NDArray[np.float64]


class RidgePropensity(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
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
    penalty_factors : mapping of feature or group name to float, optional
        Multiplies `alpha`; a feature's entry replaces its group's. 0 = unpenalised,
        inf = dropped, 1 where nothing is given. Never rescaled.
    max_iterations : int
    tolerance : float
        Largest entry of the gradient (relative to W) that counts as an optimum.

    Attributes
    ----------
    coef_ : ndarray, shape (1, p)
        Per unit of each design column; `coef_standardised_` (p,) per standard deviation.
    intercept_ : ndarray, shape (1,)
    alpha_ : float
    penalties_ : Series, shape (p,)
        λ_j = α f_j of each design column.
    edf_ : float
        Effective degrees of freedom without the intercept; `edf_by_group_` by group.
    kkt_residual_ : float
        Largest absolute entry of the gradient at the solution, relative to W.
    tuning_ : DataFrame or None
        Loss on left-out folds for each strength tried.
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
        penalty_factors: Mapping[str, float] | None = None,
        *,
        max_iterations: int = 100,
        tolerance: float = 1e-10,
    ) -> None:
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.max_iterations = max_iterations
        self.tolerance = tolerance

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
            `alpha` or `penalty_factors` is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns, campaigns of one class.
        ConvergenceWarning
        """
        check_alpha(self.alpha)
        rows = training_rows(
            self, X, y, campaign=campaign, groups=groups, sample_weight=sample_weight
        )
        design = Design.learn(rows.X, rows.weight)
        raw = design.matrix(rows.X)
        columns = self._columns(design, rows.groups, raw, rows.weight)
        solved = ~columns["dropped"].to_numpy()
        problem = Problem(
            _standardise(raw, columns)[:, solved],
            rows.y,
            rows.weight,
            np.zeros(solved.sum()),
            float(rows.weight.sum()),
            tuple(columns.index[solved]),
        )
        factors = columns["factor"].to_numpy()[solved]
        alpha, tuning = self._choose_alpha(problem, factors, rows, raw)
        problem = problem.with_penalties(alpha * factors)
        solution = solve(problem, tolerance=self.tolerance, max_iterations=self.max_iterations)
        # nothing above touches the estimator: an interrupted fit leaves the earlier one whole
        self.alpha_, self.tuning_, self.design_ = alpha, tuning, design
        self._keep(columns, solved, problem, solution)
        self.classes_ = rows.classes
        self.training_ = _training_facts(rows, problem, solution)
        return self

    def _columns(
        self, design: Design, groups: Mapping[str, str], raw: Array, weight: Array
    ) -> pd.DataFrame:
        """Return the table of design columns that everything fitted is read from."""
        mean = weight @ raw / weight.sum()
        scale = np.sqrt(weight @ (raw - mean) ** 2 / weight.sum())
        # a constant column's deviation is rounding noise of its own size
        constant = scale <= 1e-12 * np.abs(mean)
        groups_of = {name: groups.get(name, UNGROUPED) for name in design.features}
        factor = penalty_factors(self.penalty_factors, design.features, groups_of)
        if constant.any():
            names = [name for name, flat in zip(design.names, constant, strict=True) if flat]
            warnings.warn(
                f"Constant columns: {listed(names)}. They are kept, with coefficient 0.",
                DataWarning,
                stacklevel=3,
            )
        return pd.DataFrame(
            {
                "feature": design.features,
                "group": [groups_of[name] for name in design.features],
                "factor": factor,
                "mean": mean,
                "scale": np.where(constant, 1.0, scale),
                "dropped": constant | np.isinf(factor),
            },
            index=pd.Index(design.names, name="column"),
        )

    def _choose_alpha(
        self, problem: Problem, factors: Array, rows: TrainingRows, raw: Array
    ) -> tuple[float, pd.DataFrame | None]:
        if self.alpha != "tuned":
            return float(self.alpha), None
        if rows.campaign is not None:
            fold = campaign_folds(rows.campaign, rows.order)[0]
        else:
            fold = random_folds(raw, rows.y)
        tuning = tune_alpha(problem, factors, fold)
        return float(tuning.loc[tuning["chosen"], "alpha"].iloc[0]), tuning

    def _keep(
        self,
        columns: pd.DataFrame,
        solved: npt.NDArray[np.bool_],
        problem: Problem,
        solution: Solution,
    ) -> None:
        spread = inference.spread(solution.curvature, problem.penalties, problem.total)
        shares = inference.score_variance_shares(problem.Z, solution.coef, problem.weight)
        fitted = {"coef_standardised": solution.coef, "std_error": spread.std_error}
        fitted |= {"edf": spread.edf, "score_share": shares}
        for name, values in fitted.items():
            columns[name] = 0.0
            columns.loc[solved, name] = values
        factor = columns["factor"]
        # a dropped column has penalty inf at any alpha, 0 included
        columns["penalty"] = factor.mask(np.isfinite(factor), self.alpha_ * factor)
        self.columns_ = columns
        shift = float((columns["coef_standardised"] * columns["mean"] / columns["scale"]).sum())
        self.intercept_ = np.array([solution.intercept - shift])
        self.kkt_residual_, self.n_iter_ = solution.kkt_residual, solution.iterations
        if not solution.converged:
            warnings.warn(
                f"The optimum was not reached: the largest gradient entry is "
                f"{solution.kkt_residual:.1e} after {solution.iterations} steps, `tolerance` is "
                f"{self.tolerance:.1e}. Raise `max_iterations`, or the penalties.",
                ConvergenceWarning,
                stacklevel=3,
            )

    @property
    def coef_(self) -> Array:
        """Coefficient per unit of each design column, shape (1, p)."""
        check_is_fitted(self, "columns_")
        coef = self.columns_["coef_standardised"] / self.columns_["scale"]
        return coef.to_numpy(dtype="float64")[None, :]

    @property
    def coef_standardised_(self) -> pd.Series[float]:
        """Coefficient per standard deviation of each design column, shape (p,)."""
        return self.columns_["coef_standardised"]

    @property
    def penalties_(self) -> pd.Series[float]:
        """λ_j = α f_j of each design column, shape (p,)."""
        return self.columns_["penalty"]

    @property
    def edf_(self) -> float:
        """Effective degrees of freedom, without the intercept."""
        return float(self.columns_["edf"].sum())

    @property
    def edf_by_group_(self) -> pd.Series[float]:
        """Effective degrees of freedom of each group."""
        return self.columns_.groupby("group", sort=False)["edf"].sum()

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

    def coefficients(self) -> pd.DataFrame:
        """Return one row a design column: what it is, its coefficient, error, penalty, edf.

        Returns
        -------
        DataFrame
            ``feature, group, coef, coef_standardised, std_error, penalty, edf,
            score_share``; ``std_error`` is the Bayesian one of `coef_standardised`, and
            ``score_share`` the column's share of the score's variance in training.
        """
        check_is_fitted(self, "columns_")
        table = self.columns_.assign(coef=self.coef_[0])
        facts = ["coef", "coef_standardised", "std_error", "penalty", "edf", "score_share"]
        return table[["feature", "group", *facts]]

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each feature adds to each row's log-odds, against the average row.

        Returns
        -------
        DataFrame, shape (n, number of features)
            Σ over the feature's design columns of b_j (x_ij − mean_j).
        """
        check_is_fitted(self, "columns_")
        return reasons.contributions(self, as_table(self, X, reset=False))

    def reasons(self, X: Any, *, most: int = 3) -> pd.DataFrame:
        """Say which features move each row's score most, strongest first.

        Returns
        -------
        DataFrame, shape (n, most)
            ``reason_1, reason_2, …``, such as ``"visits = 7 (+0.83)"``: the value, and
            what it adds to the log-odds against the average contact in training.
        """
        check_is_fitted(self, "columns_")
        return reasons.strongest(self, as_table(self, X, reset=False), most=most)

    def score_share_by_group(self, X: Any) -> pd.Series[float]:
        """Return the share of the score's variance over these rows that each group carries."""
        check_is_fitted(self, "columns_")
        return reasons.share_by_group(self, as_table(self, X, reset=False))

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

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_() if hasattr(self, "columns_") else f"<p>{self!r}</p>"


def _standardise(raw: Array, columns: pd.DataFrame) -> Array:
    standardised = (raw - columns["mean"].to_numpy()) / columns["scale"].to_numpy()
    return np.asarray(standardised, dtype="float64")


def _training_facts(rows: TrainingRows, problem: Problem, solution: Solution) -> dict[str, float]:
    """Return what the summary and the model file say of the training rows."""
    penalty = 0.5 * float(problem.penalties @ solution.coef**2)
    eta = solution.intercept + problem.Z @ solution.coef
    positive = float(rows.weight @ rows.y)
    rate = positive / problem.total
    return {
        "contacts": problem.total,
        "rows": len(rows.y),
        "positives": positive,
        "campaigns": len(rows.order),
        "log_loss": problem.loss(eta, solution.coef) - penalty,
        "base_log_loss": -(rate * np.log(rate) + (1 - rate) * np.log1p(-rate)),
    }
