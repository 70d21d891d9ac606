"""RidgeMultinomial: one answer of several, with a penalty per feature or block."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice, check_whole
from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import did_you_mean, listed
from workbench.ridge.explain.shown import Shown
from workbench.ridge.explain.summary import Summary
from workbench.ridge.multinomial import multinomial_npz
from workbench.ridge.multinomial.class_rows import class_rows
from workbench.ridge.multinomial.class_scores import ClassScores
from workbench.ridge.multinomial.fit import AS_NEW, ClassSettings, FittedClasses, fit_classes
from workbench.ridge.multinomial.of_classes import summary_of
from workbench.ridge.penalties.plan import check_alpha
from workbench.ridge.tune.folds import AUTO

Array = npt.NDArray[np.float64]
_ROUGHEST = 0.01


class RidgeMultinomial(ClassScores, Shown, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Multinomial logistic regression with a ridge (L2) penalty per feature or group.

    With K classes it minimises, on standardised columns z,

        (1/W) Σ_i w_i [ log Σ_k e^{η_ik} − η_i,y_i ] + ½ α Σ_j f_j Σ_k c_k b_jk² ,

    η_ik = b_0k + z_i'b_k, with W = Σ w_i and free intercepts. Coefficients of all classes add up
    to 0 where the classes have the same penalties. Of two classes it is `RidgePropensity` of half
    the `alpha`, as its one coefficient is the difference of two.

    Penalties are tuned by the exact log loss on campaigns left out, such as the weeks of
    tickets, or on random fifths of the rows. Rows of a class that is in one campaign alone are
    not judged there.

    Parameters
    ----------
    alpha : float or "tuned"
        Overall strength, above 0, on the mean-loss scale.
    penalty_factors : mapping of feature or group name to float or "tuned", optional
        As of `RidgePropensity`; 0 is not allowed.
    class_factors : mapping of label to float, optional
        Multiplies the penalties of a class; 1 where nothing is given.
    folds : {"auto", "campaigns", "random"}
        What is left out: at most ten campaigns, neighbours in time being merged, or random fifths.
    left_out : bool or "as new"
        True: rows are left out, for `left_out_proba_`, where no penalty is tuned, too. It costs a
        fit of each fold. "as new": so they are, and sparse rows lose the columns that no row of
        the fit has, and keep their length in each group of columns. That is what happens to a new
        text, whose weights are TF-IDF.
    standardise : bool
        Whether a penalty is of coefficients per standard deviation. False: of coefficients as they
        are, so that a column of small numbers, such as a rare n-gram, is penalised more.
    most_levels : int
        As of `RidgePropensity`.
    max_iterations : int
        Most steps of Newton's method.
    tolerance : float
        Largest entry of the gradient that counts as an optimum; at most 0.01.
    extrapolate : bool
        As of `RidgePropensity`.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    coef_ : ndarray, shape (K, p)
        Per unit of each design column; `coef_standardised_` (p, K) is a table of those per standard
        deviation.
    intercept_ : ndarray, shape (K,)
    columns_ : DataFrame
        One row a design column: ``feature, group, mean, scale, low, high, dropped, penalty,
        coef_standardised`` (the largest of any class, by size).
    alpha_ : float
    tuning_ : DataFrame or None
        What was tuned: the penalty of each set of columns, the exact left-out loss under all of
        them, and the least of common penalties.
    grid_ : DataFrame or None
        The common penalties that were tried, and the exact left-out loss of each.
    folds_ : str or None
    left_out_proba_ : ndarray of shape (n, K), or None
        The probabilities of each row given to `fit`, in its order, by the fit without its fold;
        NaN where a row took no part, or was never left out. None where no penalty is tuned, unless
        `left_out` asks for it.
    training_ : dict
    training_shares_ : ndarray, shape (K,)
        Of the classes among the training rows.
    kkt_residual_ : float
    n_iter_ : int

    References
    ----------
    Le Cessie & van Houwelingen (1992), Ridge Estimators in Logistic Regression, Applied
    Statistics 41. Nocedal & Wright (2006), Numerical Optimization, ch. 7.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import RidgeMultinomial
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.normal(size=(300, 2)), columns=["price", "visits"])
    >>> offer = np.select([X["visits"] > 1, X["price"] > 0.5], ["bundle", "discount"], "none")
    >>> model = RidgeMultinomial(alpha=0.001).fit(X, offer)
    >>> model.predict(pd.DataFrame({"price": [0.0, 2.0], "visits": [2.0, -1.0]})).tolist()
    ['bundle', 'discount']
    >>> bool(np.allclose(model.coef_.sum(axis=0), 0))
    True
    """

    def __init__(
        self,
        alpha: float | str = "tuned",
        penalty_factors: Mapping[str, float | str] | None = None,
        *,
        class_factors: Mapping[Any, float] | None = None,
        folds: str = AUTO,
        left_out: bool | str = False,
        standardise: bool = True,
        most_levels: int = 100,
        max_iterations: int = 200,
        tolerance: float = 1e-9,
        extrapolate: bool = False,
    ) -> None:
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.class_factors = class_factors
        self.folds = folds
        self.left_out = left_out
        self.standardise = standardise
        self.most_levels = most_levels
        self.max_iterations = max_iterations
        self.tolerance = tolerance
        self.extrapolate = extrapolate

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        campaign: Any = None,
        customer: Any = None,
        groups: Mapping[str, str] | None = None,
    ) -> Self:
        """Fit to a table, an array or a FeatureFrame, and one label a row.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
            A FeatureFrame brings campaigns, groups and weights.
        y : array of labels, shape (n,)
            Beside a frame, missing where the answer is not known: such a row is passed over.
        sample_weight : array, shape (n,), optional
        campaign : array, shape (n,), optional
            Tuning leaves these out, one at a time.
        customer : array, shape (n,), optional
            Rows of one customer are left out together, where parts are random.
        groups : mapping of feature to group, optional

        Raises
        ------
        FitError
            One class only, nothing that can be left out, or no class that two campaigns have.
        DataError
            Infinity, negative weights, labels that are missing, fewer than two campaigns.
        ParameterError
            A parameter is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns, columns too small to be tuned as they are, a class
            that is called "nan" or "None".
        ConvergenceWarning
            The optimum was not reached, or not by every fit without a fold.
        """
        self._check()
        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        rows, taken = class_rows(
            fresh,
            X,
            y,
            campaign=campaign,
            customer=customer,
            groups=groups,
            sample_weight=sample_weight,
        )
        settings = ClassSettings(
            **{one.name: getattr(self, one.name) for one in fields(ClassSettings)}
        )
        by_class = _by_class(rows.classes, self.class_factors)
        fresh.classes_, fresh.class_factors_ = rows.classes, by_class
        fresh._learn(fit_classes(rows, by_class, settings), X, taken)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _check(self) -> None:
        check_alpha(self.alpha)
        if self.alpha == 0:
            raise ParameterError(
                "`alpha` must be above 0 for several classes, as what tells one apart for sure has "
                "no finite optimum; got 0. Give a small one, such as 1e-6."
            )
        for name in ("standardise", "extrapolate"):
            check_choice(getattr(self, name), (False, True), name=name)
        check_choice(self.left_out, (False, True, AS_NEW), name="left_out")
        check_whole(self.max_iterations, least=1, name="max_iterations", hint=" Give 200.")
        if not 0 < self.tolerance <= _ROUGHEST:
            raise ParameterError(
                f"`tolerance` must be above 0 and at most {_ROUGHEST}, as the loss is a mean "
                f"of rows; got {self.tolerance!r}. Leave it out for 1e-9."
            )

    def _learn(self, fitted: FittedClasses, X: Any, taken: npt.NDArray[np.bool_]) -> None:
        self.labels_ = dict(X.labels) if isinstance(X, FeatureFrame) else {}
        self.design_, self.columns_ = fitted.design, fitted.columns
        self.coefficients_, self.intercept_ = fitted.coefficients, fitted.intercepts
        self.alpha_, self.tuning_, self.grid_ = fitted.alpha, fitted.tuning, fitted.grid
        self.folds_ = None if fitted.folds is None else fitted.folds.kind
        self.left_out_proba_ = None
        if fitted.left_out is not None:
            self.left_out_proba_ = np.full((len(taken), len(self.classes_)), np.nan)
            self.left_out_proba_[taken] = fitted.left_out
        self.training_, self.training_shares_ = fitted.training, fitted.shares
        self.kkt_residual_, self.n_iter_ = fitted.solution.residual, fitted.solution.steps

    def summary(self, *, most: int = 30) -> Summary:
        """Return tables of the fit, its groups and its classes.

        Parameters
        ----------
        most : int
            Classes shown, the largest first; from 1.

        Raises
        ------
        ParameterError
            `most` is not a whole number from 1.
        """
        check_is_fitted(self, "columns_")
        check_whole(most, least=1, name="most", hint=" Give for example 30.")
        return summary_of(self, most=int(most))

    def save(
        self,
        path: str | Path,
        *,
        recipe: Mapping[str, Any] | None = None,
        governance: Any = None,
    ) -> Path:
        """Write the model as a file of arrays and text; whole or not at all, for its owner alone.

        Parameters
        ----------
        path : path
            ``*.npz``.
        recipe : mapping, optional
            `FeatureFrame.recipe`: how to make the features of new contacts.
        governance : Governance or mapping, optional
            Who answers for the model, until when.

        Raises
        ------
        ParameterError
            The file cannot be written, or the name has another ending.
        """
        check_is_fitted(self, "columns_")
        return multinomial_npz.save(self, Path(path), recipe=recipe or {}, governance=governance)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a model that `save` wrote; nothing in the file is executed.

        Parameters
        ----------
        path : path

        Raises
        ------
        MissingDataError
            There is no such file.
        SchemaError
            The file is no such model, or not as it was saved.
        """
        return multinomial_npz.load(cls, Path(path))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags


def _by_class(classes: npt.NDArray[Any], given: Mapping[Any, float] | None) -> Array:
    """Return what each class multiplies its penalties by; one number where all are alike."""
    if not given:
        return np.ones(1)
    known = classes.tolist()
    for label, factor in given.items():
        if label not in known:
            raise ParameterError(
                f"`class_factors` names a class that is not there, {label!r}; got {listed(known)}."
                f"{did_you_mean(str(label), [str(one) for one in known])}"
            )
        number = isinstance(factor, int | float | np.number) and not isinstance(factor, bool)
        if not (number and 0 < float(factor) < np.inf):
            raise ParameterError(
                f"`class_factors` must be numbers above 0; got {factor!r} for {label!r}. Leave it "
                "out for the factor 1."
            )
    return np.array([float(given.get(label, 1.0)) for label in known])
