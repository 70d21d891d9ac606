"""Contacts in files, scored block by block: what evidence and metrics need of them, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_propensity
from workbench.evidence.beyond import (
    BeyondTraining,
    Measured,
    measured_of,
    of_columns,
    rows_outside,
    told,
    with_columns,
)
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.contents import FeatureBlock
from workbench.frame.streamed.kept_contacts import KeptContacts
from workbench.frame.streamed.parquet_rows import ParquetRows
from workbench.messages import count_of
from workbench.numbers import Array
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.design.table import as_table
from workbench.ridge.design.trained_range import held, knows_ranges, ranges_of, warn_outside
from workbench.ridge.model.scores import row_products

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity


@dataclass(frozen=True)
class ScoredRows:
    """Contacts of files, each with its score.

    Parameters
    ----------
    contacts : FeatureFrame, n rows
        Outcome, campaign, customer, moment and weight of each, in the order of the files; of the
        features those that were asked for.
    propensity : Series, shape (n,)
    beyond : BeyondTraining or None
        What `beyond_training` tells of the same contacts; None where the model has no ranges.
    """

    contacts: FeatureFrame
    propensity: pd.Series[float]
    beyond: BeyondTraining | None

    def __len__(self) -> int:
        return len(self.contacts)

    def __repr__(self) -> str:
        weight = self.contacts.weights
        mean = float(weight @ self.propensity) / max(float(weight.sum()), 1e-300)
        campaigns = count_of(len(self.contacts.campaigns), "campaign")
        contacts = count_of(float(weight.sum()), "contact")
        return f"ScoredRows: {contacts} of {campaigns}, with a mean propensity of {mean:.3f}"


def scored_rows(
    model: RidgePropensity, rows: ParquetRows, *, columns: Sequence[str] = (), fewest: int = 1
) -> ScoredRows:
    """Score contacts in files, some at a time, and keep what evidence asks of each of them.

    All that is judged needs outcome, score, weight, campaign and customer of a contact: some 40
    bytes, and the letters of campaign and customer. Features are read, and let go. So metrics,
    charts and evidence tell the same of ``contacts`` and ``propensity`` as of a table in memory.

    Parameters
    ----------
    model : RidgePropensity or NetworkPropensity
        Fitted.
    rows : ParquetRows
        Such as the `test` of `out_of_time`.
    columns : sequence of str
        Features to be kept, for `by_segment` and `fairness`; the others are not in ``contacts``.
    fewest : int
        As for `beyond_training`.

    Returns
    -------
    ScoredRows

    Raises
    ------
    DataError
        A file has changed since it was first read.
    ParameterError
        `model` foretells no propensities, or `columns` names no features of these rows.
    NotFittedError
        From scikit-learn: the model has not been fitted.

    Warns
    -----
    DataWarning, ExtrapolationWarning
        As `RidgePropensity.propensity` warns of the same contacts.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from workbench import ParquetRows, RidgePropensity, metrics
    >>> from workbench.evidence import out_of_time
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "table.parquet"
    >>> table = pd.DataFrame({"month": ["2024-01", "2024-02", "2024-03"] * 40,
    ...                       "visits": range(120), "bought": [0, 0, 0, 1, 1, 1] * 20})
    >>> table.to_parquet(file)
    >>> split = out_of_time(ParquetRows(file, target="bought", campaign="month"))
    >>> model = RidgePropensity(alpha=0.1).fit(split.train)
    >>> found = scored_rows(model, split.test)
    >>> found
    ScoredRows: 40 contacts of 1 campaign, with a mean propensity of 0.501
    >>> contacts, propensity = found.contacts, found.propensity
    >>> round(float(metrics.auc(contacts.y, propensity)), 2)
    0.53
    """
    check_propensity(model, "Rows of files are scored by")
    check_is_fitted(model, "columns_")
    contents = rows.contents
    gathering = _Gathering(model, KeptContacts(contents, columns), fewest)
    for read in contents.read(contents.features, doing="Scoring"):
        gathering.add(read)
    return gathering.found()


@dataclass
class _Gathering:
    """Scores of the blocks so far, and what lies outside of the trained range."""

    model: Any
    kept: KeptContacts
    fewest: int
    measured: Measured | None = None

    def __post_init__(self) -> None:
        self.ridge, self.remarks = of_columns(self.model), Remarks()
        self.propensity = np.empty(self.kept.contents.rows)
        self.people = [_People(self.fewest) for _ in self.ridge.columns_.index]
        self.weighing = bool(self.kept.contents.by_key.weights.any())

    def add(self, read: FeatureBlock) -> None:
        """Score a block."""
        here = self.kept.add(read)
        with gathered(self.remarks):
            self.propensity[here] = self._scored(read)

    def _scored(self, read: FeatureBlock) -> Array:
        weight = read.weight if self.weighing else np.ones(len(read.weight))
        frame = FeatureFrame(read.X, pd.Series(np.nan, read.X.index), weight=pd.Series(weight))
        wide = with_columns(self.model, frame)
        if not knows_ranges(self.ridge):
            return np.asarray(self.ridge.propensity(wide))
        table = as_table(self.ridge, wide, reset=False)
        matrix = self.ridge.design_.matrix(table, weight=weight)
        self._see_people(matrix, read.customer, weight)
        each = weight if weight.any() else np.ones(len(weight))  # shares need some weight
        matrix, outside = held(self.ridge, matrix, weight=each)
        here = measured_of(self.ridge, matrix, outside, each)
        here = replace(here, weight=float(weight.sum()))
        self.measured = here if self.measured is None else self.measured + here
        return np.asarray(expit(row_products(matrix, self.ridge.per_unit) + self.ridge.at_zero))

    def _see_people(self, matrix: Any, customer: pd.Series[Any] | None, weight: Array) -> None:
        if self.fewest <= 1:
            return
        for j, away in rows_outside(matrix, *ranges_of(self.ridge)):
            if len(away):
                who = None if customer is None else customer.iloc[away]
                self.people[j].add(who, weight[away])

    def found(self) -> ScoredRows:
        """Return all of it, and warn of what was found in all blocks together."""
        contacts = self.kept.frame()
        self.remarks.tell()
        propensity = pd.Series(self.propensity, contacts.X.index, name="propensity")
        if self.measured is None:
            return ScoredRows(contacts, propensity, None)
        trained = self.ridge.training_["rows"]
        rows = len(self.propensity)
        warn_outside(self.ridge, self.measured.outside, rows=rows, trained=trained)
        hidden = None
        if self.fewest > 1:
            hidden = np.array([one.few for one in self.people])
        return ScoredRows(contacts, propensity, told(self.ridge, self.measured, hidden=hidden))


@dataclass
class _People:
    """Who is outside of a column's range: so many as it takes to say that they are not few."""

    fewest: int
    number: float = 0.0
    customers: set[Any] = field(default_factory=set)

    def add(self, customer: pd.Series[Any] | None, weight: Array) -> None:
        """Count customers, each once; one that is not known, and where none are, contacts."""
        if not self.few:
            return
        if customer is None:
            self.number += float(weight.sum())
            return
        self.number += int(customer.isna().sum())
        self.customers.update(customer.dropna().unique().tolist())

    @property
    def few(self) -> bool:
        """Whether they are fewer than asked for."""
        return self.number + len(self.customers) < self.fewest
