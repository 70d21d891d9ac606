"""Read a randomised test: what each arm changed, how sure that is, and what it cost to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.experiments.adjust import coefficients, dealt, expected
from workbench.experiments.assignment import Assigned, assigned
from workbench.experiments.balance import arms_told, balance, check_balance
from workbench.experiments.comparisons import compared
from workbench.experiments.covariates import (
    AUTO,
    Columns,
    chosen,
    features_of,
    score_of,
    with_campaigns,
)
from workbench.experiments.effects import calibrated
from workbench.experiments.result import ReadOut
from workbench.experiments.sums import Rows, Sums, sums_over
from workbench.experiments.tested import Tested, tested
from workbench.experiments.validity import ANY_TIME, validity_of
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array


def read_out(  # noqa: PLR0913 - what a test may need to be told
    frame: FeatureFrame,
    *,
    outcome: Any = None,
    kind: str | None = None,
    covariates: Any = AUTO,
    valid: Any = ANY_TIME,
    planned_contacts: float | None = None,
    shares: Mapping[str, float] | None = None,
    cluster: Any = None,
    pairs: bool = False,
    together: bool = True,
    level: float = 0.95,
    seed: int = 0,
) -> ReadOut:
    """Read a randomised test: the effect of each arm against the control group.

    The effect of an arm is the difference of its mean of y − h(x) and that of the control group.
    What features say of the outcome in either arm is h. This is the augmented inverse-propensity
    estimate with known shares. A ridge regression of the folds without the row's own customer
    gives h. It is tuned for the variance of the effect, and calibrated, so that it does no harm.
    The estimate is right whatever h is; a good h makes its interval narrow.

    Where shares of the arms differ between campaigns, arms are compared within each campaign.
    Standard errors are of customers (or `cluster`) where these have several contacts. Intervals
    are of Student's distribution with Welch's degrees of freedom.

    Parameters
    ----------
    frame : FeatureFrame
        Contacts with their `treatment`, the `control` group's name, and the outcome.
    outcome : array of numbers, shape (n,), optional
        Another outcome of the frame's rows: an amount or a count.
    kind : {"binary", "amount", "count"}, optional
        Of the outcome; by default what its values look like.
    covariates : "auto", None, list of features, or fitted model
        "auto": all features, and the campaign. None: the plain difference. A model of earlier
        campaigns: what it says of each contact is the only covariate, and only its slope is fitted.
    valid : "any_time", "at_end" or Plan
        "any_time": intervals hold together at however many looks (a confidence sequence).
        "at_end": for one look. A plan: for its looks, of which this is the one reached.
    planned_contacts : float, optional
        For "any_time": how many contacts a pair of arms is to have; intervals are narrowest
        there, 1.55 times those of one look. By default 10,000, whatever came: it must not
        depend on what was seen.
    shares : mapping of arm to float, optional
        The planned share, or number, of each arm. Needed to see that contacts are missing.
    cluster : array, shape (n,), optional
        What is independent, by default the frame's customer.
    pairs : bool
        Whether all pairs of arms are compared, not only each with the control group.
    together : bool
        Whether the intervals of several comparisons hold all together, at `level`. At one look
        they are those of ``max |t|``, at several looks Šidák's
        (`workbench.experiments.together.level_of_each`). False: each stands for itself.
    level : float
    seed : int
        Of the folds.

    Returns
    -------
    ReadOut

    Raises
    ------
    DataError
        There are no arms, one only, or fewer than 20 contacts (customers) in one. An outcome is
        missing. The sample ratio is not as planned (p < 0.001). Arms differ in features beyond
        chance, features may give the outcome away, or customers assigned as a whole are in two
        arms.
    ParameterError
        An argument is not what it must be.

    References
    ----------
    Robins, Rotnitzky & Zhao (1994), Estimation of regression coefficients when some regressors are
    not always observed, JASA 89. Lin (2013), Agnostic notes on regression adjustments to
    experimental data, Annals of Applied Statistics 7. Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas
    (2024), Time-uniform central limit theory and asymptotic confidence sequences, Annals of
    Statistics 52.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import FeatureFrame
    >>> from workbench.experiments import read_out
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame({"visits": rng.poisson(3, 4000)})
    >>> arm = pd.Series(rng.choice(["mail", "none"], 4000))
    >>> y = (rng.random(4000) < 0.1 + 0.05 * (arm == "mail") + 0.03 * X["visits"]).astype(int)
    >>> frame = FeatureFrame(X, y, treatment=arm, control="none")
    >>> read = read_out(frame, valid="at_end", shares={"mail": 0.5, "none": 0.5})
    >>> print(read.sentence())
    mail raised responses by ...
    """
    _check_level(level)
    _check_planned(planned_contacts)
    rule = validity_of(valid, level=level, planned_contacts=planned_contacts)
    found = chosen(covariates, tested(frame, outcome=outcome, kind=kind, cluster=cluster))
    found, given = assigned(found, shares)
    fold = dealt(found.dealt, found.arm, given.stratum, seed)
    columns = features_of(found)
    adjusted = covariates is not None and not _is_model(covariates)
    wide = with_campaigns(columns, found) if adjusted else columns
    sums = _sums(found, given, wide, fold)
    table = _balance(found, given, sums, columns)
    which = list(found.pairs(every=pairs))
    h: list[Array] | None = None
    if _is_model(covariates):
        h = [score_of(covariates, found)] * len(which)
    elif covariates is not None:
        fits = [coefficients(sums, pair)[0] for pair in which]
        h = list(_centred(expected(wide.matrix, sums, fits, fold), found, fold))
    if h is not None:
        h = [calibrated(found, given, pair, one) for pair, one in zip(which, h, strict=True)]
    return compared(found, given, which, h, rule=rule, balance=table, together=together)


def _is_model(covariates: Any) -> bool:
    return covariates is not None and not isinstance(covariates, str | list | tuple)


def _sums(found: Tested, given: Assigned, columns: Columns, fold: Any) -> Sums:
    rows = Rows(found.y, found.weight, given.omega, found.arm, fold, found.unit)
    return sums_over(columns.matrix, rows)


def _balance(found: Tested, given: Assigned, sums: Sums, columns: Columns) -> pd.DataFrame:
    """Check and tell the balance of the features, without the columns of campaigns."""
    told = arms_told(found, given, columns)
    table = balance(found, sums.of_columns(len(columns.names)), columns.names, told)
    of = dict(zip(columns.names, columns.features, strict=True))
    check_balance(found, table, told, of)
    table.insert(2, "feature", table["column"].map(of))
    return table


def _centred(h: Array, found: Tested, fold: Any) -> Array:
    """Take out the mean of each fold: a fold's regression has a level of its own."""
    weight = np.bincount(fold, weights=found.weight)
    level = [np.bincount(fold, weights=found.weight * one) / weight for one in h]
    return h - np.stack(level)[:, fold]


def _check_level(level: float) -> None:
    if not 0.5 <= level < 1:
        raise ParameterError(
            f"`level` must be from 0.5 to below 1; got {level!r}. Write 0.95 for 95% intervals."
        )


def _check_planned(planned: float | None) -> None:
    if planned is not None and not (np.isfinite(planned) and planned > 0):
        raise ParameterError(
            f"`planned_contacts` must be a number above 0; got {planned!r}. Give how many contacts "
            "the test is to have at its end."
        )
