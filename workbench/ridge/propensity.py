"""RidgePropensity: a logistic model whose every feature has its own L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import ClassifierMixin

from workbench.checks import check_choice
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.ridge.ahead.recency import training_loss
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.estimator import RidgeModel
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.laid_rows import OF_A_SOURCE, check_given_alone, of_streamed
from workbench.ridge.model.combinable import Combinable
from workbench.ridge.model.looks_ahead import LooksAhead
from workbench.ridge.model.scores import Scored
from workbench.ridge.outcomes.base_rate import BASE_RATES
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.pipeline import CRITERIA, fit_and_look_ahead, fit_source
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.choose import is_source
from workbench.ridge.streamed.streamed_rows import streamed_rows
from workbench.ridge.tune.folds import AUTO

Array = npt.NDArray[np.float64]


class RidgePropensity(Combinable, Scored, LooksAhead, ClassifierMixin, RidgeModel):  # type: ignore[misc]
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
        of its feature; a name that is a group's and a feature's says which, ``group:age`` or
        ``feature:age``. 0 = unpenalised, inf = dropped, "tuned" = a strength of its own, 1
        where nothing is given. Never rescaled. Without the mapping, a tuned `alpha` tunes
        every group by itself where there are campaigns and groups; ``{}`` asks for one
        strength for all.
    co_data : "auto", None, names or DataFrame
        What tuned penalties depend on besides their group. "concentration": the penalty
        grows with how few campaigns a column lives in. "heterogeneity": it grows with
        how much the column's effect differs between campaigns. A list of both is taken
        too, and scores of your own, one row a feature, such as
        ``spikiness(frame)[["concentration"]]``. "auto": concentration, where there are
        campaigns, and no `penalty_factors` are given. See `workbench.ridge.tune.co_data`.
    deviations : bool
        Let every column's penalty deviate, tightly held, from what its group and co-data
        say.
    criterion : {"loss", "mixture", "ranking", "marginal_likelihood", "left_out_rows"}
        What tuning minimises on the folds left out: the log loss, that under each fold's
        own base rate ("ranking"), or the mean of both. See `workbench.ridge.tune.criterion`.
        The last two leave no campaign out, and so trust what recurs within one: planted
        spikes cost them 10% more log loss on later campaigns. A row of weight w stands for w
        contacts, of which "left_out_rows" leaves out one at a time.
    folds : {"auto", "campaigns", "random", "time", "forward"}
        What is left out: campaigns where there are any and else random tenths ("auto"),
        or blocks of time of about equal size. "forward" leaves out what came later, too: each
        campaign but the first three is judged by those before it. It needs five campaigns at
        least, in a known order of time; "auto" never takes it.
    rule : {"safe", "best"}
        Which tuned penalties to take: those of least left-out loss, or such as lie closer
        together, and stronger ones where the campaigns can hardly tell (see
        `workbench.ridge.tune.tuning.tune`).
    max_iterations : int
        Most passes over the rows.
    tolerance : float, optional
        Largest entry of the gradient (relative to W) that counts as an optimum: 1e-10,
        or 1e-7 for float32 rows.
    most_levels : int
        Levels of a text column that get a column of their own, the commonest; the design
        of more than 100 is sparse.
    extrapolate : bool
        Whether scores follow the slopes beyond what training saw. By default they do not: a
        number outside of a column's trained range counts as the nearest one inside. Either
        way a warning names what is outside. It is read when scoring, so that `set_params`
        switches it after the fit.
    base_rate : {"auto", "recent", "training"}
        The intercept of scoring: anew from the last three campaigns, or the fit's own. "auto":
        recent, unless that lost on earlier campaigns.
    half_life : float, "tuned" or None
        In so many campaigns the weight of an earlier one halves; None: all weigh alike.
    slope : float from 0 to 1, or "tuned"
        Multiplies the log-odds, about their mean, at scoring: below 1 against overconfidence.
        `workbench.ridge.ahead.outlook` says when and how the last three are chosen.

    Attributes
    ----------
    coef_ : ndarray, shape (1, p)
        Per unit of each design column, as scored with, `slope_` included;
        `coef_standardised_` (p,) is the fit's own, per standard deviation.
    intercept_ : ndarray, shape (1,)
        As scored with; the fit's own is ``workspace_.solution.b[0]``, at the columns' means.
    half_life_, slope_, base_rate_, proven_, forward_
        What was chosen for the next campaign; see `workbench.ridge.model.looks_ahead`.
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
        What was tuned: the penalty of each set of columns, how well it is known, and the
        exact left-out loss of what was chosen beside the least of the grid.
    grid_ : DataFrame or None
        The common penalties that were tried first, and the exact left-out loss of each: of
        those far from the best only as closely as their distance from it needs.
    co_data_ : dict
        The tuned slope of log λ on each score of the co-data; empty without them.
    campaigns_out_ : bool
        Whether the folds are campaigns.
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

    _outcome = LOGISTIC
    foretells = _outcome.name

    def __init__(  # noqa: PLR0913 - scikit-learn's clone knows parameters by name alone
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
        extrapolate: bool = False,
        base_rate: str = AUTO,
        half_life: float | str | None = "tuned",
        slope: float | str = "tuned",
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
        X : FeatureFrame, ParquetRows, SparkRows, RowSource; or table, array or matrix, shape (n, p)
            A table is a DataFrame of pandas, a matrix one of scipy.sparse.
            A FeatureFrame brings outcomes, campaigns, groups and weights; its rows
            without an outcome are passed over. So does `ParquetRows`, of files that are larger than
            memory, and `SparkRows`, of a cluster's. A `RowSource` brings outcomes, folds and
            weights, wherever its rows are: it tells sums over them alone.
        y : array of two classes, shape (n,)
            The greater one counts as positive.
        sample_weight : array, shape (n,), optional
        campaign : array, shape (n,), optional
            Tuning leaves these out, one at a time.
        groups : mapping of feature to group, optional

        Raises
        ------
        FitError
            One class only; or unpenalised columns separate the classes or are collinear, as
            all levels of a text column are with the intercept.
        DataError
            Infinity, negative weights, fewer than two campaigns to tune on.
        ParameterError
            `alpha`, `penalty_factors`, `rule` or `extrapolate` is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns, campaigns of one class.
        ConvergenceWarning
        """
        self._check_shared()
        check_choice(self.criterion, CRITERIA, name="criterion")
        check_choice(self.base_rate, BASE_RATES, name="base_rate")
        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        settings = Settings(**self.get_params(deep=False))
        if is_source(X):
            given = {"y": y, "campaign": campaign, "sample_weight": sample_weight}
            check_given_alone(OF_A_SOURCE, **given)
            fitted, classes = fit_source(X, groups, settings), np.array([0.0, 1.0])
            fresh.n_features_in_ = X.n_columns
            fresh.feature_names_in_ = np.array(fitted.design.features, dtype=object)
        elif isinstance(X, StreamedTable):
            given = {"y": y, "campaign": campaign, "groups": groups}
            check_given_alone(of_streamed(X), **given, sample_weight=sample_weight)
            streamed = streamed_rows(fresh, X)
            fitted, classes = fit_and_look_ahead(streamed, settings), streamed.classes
        else:
            rows = training_rows(
                fresh, X, y, campaign=campaign, groups=groups, sample_weight=sample_weight
            )
            fitted, classes = fit_and_look_ahead(rows, settings), rows.classes
        fresh.classes_ = classes
        fresh._look(fitted.outlook)  # noqa: SLF001 - its own kind
        fresh._learn(fitted, X)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _refit_facts(self, workspace: Fit) -> dict[str, float]:
        return {"log_loss": training_loss(workspace, self.half_life_)}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
