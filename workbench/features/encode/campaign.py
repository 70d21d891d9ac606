"""Rates and evidence of levels, never learned from a row's own campaign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from workbench.checks import check_choice, check_columns
from workbench.errors import DataError, ParameterError
from workbench.features.encode.columns import ColumnEncoder, check_free, contacts_of
from workbench.frame.level_spelling import spelled
from workbench.messages import count_of, listed
from workbench.numbers import Array

NEAR_0 = 1e-9  # a rate of 0 or 1 has no log odds
METHODS = {"target": "rate", "evidence": "evidence"}


class CampaignEncoder(ColumnEncoder):
    """Target or weight-of-evidence encoding, out of fold by campaign.

    A level with k positives in n training contacts becomes the shrunk rate p = (k + m ȳ) /
    (n + m), with ȳ the rate of all training contacts. Or it becomes the evidence ln(p / (1 −
    p)) − ln(ȳ / (1 − ȳ)). Missing is a level; a level that training did not have is ȳ, or 0.
    A row of weight w counts as w contacts.

    `fit_transform` encodes each training row by the rows of the *other* campaigns, so that
    a level cannot repeat the outcomes it was learned from. The mean of those others
    differs from fold to fold, and is low exactly where the campaign's own is high. So that
    no column gives the fold away, the evidence is against the mean of the others. The rate
    is ȳ moved by that evidence: 1 / (1 + exp(−evidence − ln(ȳ / (1 − ȳ)))).

    Parameters
    ----------
    method : {"target", "evidence"}
    columns : sequence of str, optional
        All text and categorical columns where it is left out.
    shrinkage : float
        m, above 0. scikit-learn's "auto" is not offered: it leaves a level whose outcomes
        are all alike as it is, however few they are.
    campaign : str, optional
        The column of X that holds the campaign; it is not let through. Otherwise give the
        campaigns when fitting: ``fit(X, y, campaign=...)``, in a Pipeline
        ``fit(X, y, step__campaign=...)``.

    Attributes
    ----------
    parents_ : dict
        The column that each column of the result was made from.

    Notes
    -----
    The formula is that of scikit-learn's TargetEncoder, which knows no weights, and whose own
    folds are by campaign only under global metadata routing, and are not centred. After
    Micci-Barreca (2001), "A preprocessing scheme for high-cardinality categorical
    attributes", SIGKDD Explorations 3.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.features.encode import CampaignEncoder
    >>> X = pd.DataFrame({"city": ["ulm", "ulm", "bonn", "ulm"], "visits": [1, 2, 3, 4]})
    >>> encoder = CampaignEncoder(shrinkage=2.0)
    >>> encoder.fit(X, [1, 0, 0, 1], campaign=["a", "a", "b", "b"]).transform(X)
       city_rate  visits
    0   0.600000       1
    1   0.600000       2
    2   0.333333       3
    3   0.600000       4
    """

    def __init__(
        self,
        method: str = "target",
        columns: Sequence[str] | None = None,
        *,
        shrinkage: float = 20.0,
        campaign: str | None = None,
    ) -> None:
        self.method = method
        self.columns = columns
        self.shrinkage = shrinkage
        self.campaign = campaign

    def fit(self, X: pd.DataFrame, y: Any, campaign: Any = None, weight: Any = None) -> Self:
        """Learn the rates of all levels from all rows.

        Parameters
        ----------
        X : DataFrame, shape (n, p)
        y : array of 0 and 1, shape (n,)
        campaign : array, shape (n,), optional
        weight : array, shape (n,), optional
            How many contacts a row stands for.
        """
        self._check_settings()
        self.encoded_ = self._learn_columns(X, but=[self.campaign] if self.campaign else [])
        check_columns(X, [self.campaign] if self.campaign else [], name="The table to encode")
        made = {name: f"{name}_{METHODS[self.method]}" for name in self.encoded_}
        check_free(made.values(), X)
        kept = [str(name) for name in X if name != self.campaign]
        self.parents_ = {made.get(name, name): name for name in kept}
        outcome, number = _outcomes(y, len(X)), contacts_of(weight, len(X))
        _campaigns(campaign, X, self.campaign)
        self.rate_ = float(np.average(outcome, weights=number))
        self.rates_ = self._rates(X, outcome, number)
        return self

    def fit_transform(
        self, X: pd.DataFrame, y: Any, campaign: Any = None, weight: Any = None
    ) -> pd.DataFrame:
        """Learn from all rows, and encode each by the rows of the other campaigns."""
        self.fit(X, y, campaign, weight)
        outcome, labels = _outcomes(y, len(X)), _campaigns(campaign, X, self.campaign)
        number = contacts_of(weight, len(X))
        if labels.nunique() < 2:
            raise DataError(
                "Encoding out of fold by campaign needs at least two campaigns to train on; got "
                f"{labels.unique().tolist()}. Train on more, or leave the column out."
            )
        codes = np.empty((len(X), len(self.encoded_)))
        for label in labels.unique():
            own = (labels == label).to_numpy()
            others = self._rates(X[~own], outcome[~own], number[~own])
            mean = float(np.average(outcome[~own], weights=number[~own]))
            codes[own] = self._codes(others, X[own], mean)
        return self._replaced(X, codes)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Encode new rows by all training rows."""
        X = self._same_columns(X)
        return self._replaced(X, self._codes(self.rates_, X, self.rate_))

    def _rates(self, X: pd.DataFrame, outcome: Array, number: Array) -> dict[str, Any]:
        """Return the shrunk rate of each level of each column that is encoded."""
        mean, m = float(np.average(outcome, weights=number)), self.shrinkage
        found = {}
        for name in self.encoded_:
            sums = pd.DataFrame({"n": number, "k": number * outcome})
            of_level = sums.groupby(_levels(X[name]).to_numpy()).sum()
            found[name] = (of_level["k"] + m * mean) / (of_level["n"] + m)
        return found

    def _codes(self, rates: dict[str, Any], X: pd.DataFrame, mean: float) -> Array:
        """Give evidence against the mean of those that were learned from, or ȳ moved by it."""
        said = np.full((len(X), len(self.encoded_)), mean)
        for k, name in enumerate(self.encoded_):
            said[:, k] = _levels(X[name]).map(rates[name]).fillna(mean).to_numpy()
        evidence = _log_odds(said) - _log_odds(mean)
        if self.method == "evidence":
            return np.asarray(evidence)
        return np.asarray(expit(evidence + _log_odds(self.rate_)))

    def _replaced(self, X: pd.DataFrame, codes: npt.NDArray[np.float64]) -> pd.DataFrame:
        place = {name: number for number, name in enumerate(self.encoded_)}
        made = {
            name: codes[:, place[parent]] if parent in place else X[parent]
            for name, parent in self.parents_.items()
        }
        return pd.DataFrame(made, index=X.index)

    def _check_settings(self) -> None:
        check_choice(self.method, METHODS, name="method")
        m = self.shrinkage
        if not (isinstance(m, (int, float)) and 0 < m < float("inf")):
            raise ParameterError(
                f"`shrinkage` must be above 0 and finite; got {m!r}. "
                "Give for example 20: a level of 20 rows then counts half."
            )

    def _unit(self) -> str:
        return "rate" if self.method == "target" else "log odds"

    def _text(self, parent: str) -> str:
        what = "Response rate" if self.method == "target" else "Weight of evidence"
        return f"{what} of the level of {parent} in training campaigns."


def _outcomes(y: Any, rows: int) -> npt.NDArray[np.float64]:
    outcome = np.asarray(y, dtype=np.float64)
    if outcome.shape != (rows,) or not np.isin(outcome, (0, 1)).all():
        raise DataError(
            "Encoding needs an outcome of 0 or 1 for every training row; got "
            f"{listed(sorted({str(v) for v in outcome.ravel()} - {'0.0', '1.0'}))} in "
            f"{count_of(outcome.size, 'value')} for {count_of(rows, 'row')}. Leave out rows "
            "without a known outcome."
        )
    return outcome


def _campaigns(given: Any, X: pd.DataFrame, column: str | None) -> pd.Series[Any]:
    if given is None and column is None:
        raise ParameterError(
            "Encoding out of fold by campaign needs the campaign of every row; got none. Give "
            "`campaign=` to fit, in a Pipeline `step__campaign=`, or name its column in X."
        )
    labels = pd.Series(np.asarray(X[column] if given is None else given, dtype=object))
    if len(labels) != len(X) or labels.isna().any():
        raise DataError(
            f"`campaign` must have a label for each of {len(X)} rows; got {len(labels)}, of which "
            f"{int(labels.isna().sum())} are missing."
        )
    return labels


def _levels(values: pd.Series[Any]) -> pd.Series[Any]:
    """Give levels as text, with a mark that no gap has: gaps are a level of their own."""
    return ("=" + spelled(values)).astype(object).where(values.notna(), "")


def _log_odds(rate: Any) -> Any:
    return logit(np.clip(rate, NEAR_0, 1 - NEAR_0))
