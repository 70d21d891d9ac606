"""What is said of a table before it is looked at: columns with their bounds, campaigns, contacts.

Every row is written by it alone: a number becomes z = (x − middle) / half the width, drawn in to
[−1, 1]; a yes or no becomes 1 or −1; of levels, each but the first has a column of 0 and 1. Gaps
are 0. z is rounded to steps of 1/4096, so that sums of products are whole numbers, and exact in
any order. With the constant, no row is longer than

    R = (1 + F)^½ ,   F features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.level_spelling import spelled
from workbench.governance.people import people
from workbench.messages import did_you_mean, listed
from workbench.numbers import Array

Numbers = npt.NDArray[np.int64]

STEPS = 4096
"""Steps of a column from 0 to its bound."""
MOST_COLUMNS = 64
MOST_ROWS = 2**53 // STEPS**2
"""Of more, sums of products would no longer be exact."""
_ORDER = "which goes first"  # the key of a hash, which must have 16 letters: any would do


@dataclass(frozen=True)
class Numeric:
    """A number, or yes and no as (False, True), between bounds."""

    name: str
    low: float
    high: float

    @property
    def columns(self) -> tuple[str, ...]:
        """Its one column."""
        return (self.name,)

    @property
    def said(self) -> str:
        """What was declared, for the file."""
        return f"{self.low:g} to {self.high:g}"

    def written(self, values: pd.Series[Any]) -> Array:
        """Return z, in steps; shape (n, 1)."""
        numbers = np.asarray(values.to_numpy(dtype="float64", na_value=np.nan))
        middle, half = (self.high + self.low) / 2, (self.high - self.low) / 2
        with np.errstate(over="ignore"):  # far beyond bounds is beyond
            z = np.clip((numbers - middle) / half, -1.0, 1.0)
        return np.rint(np.nan_to_num(z, nan=0.0) * STEPS)[:, None]


@dataclass(frozen=True)
class Levels:
    """Text: the first level, gaps and all that is not declared are what others are against."""

    name: str
    levels: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """One a level, but for the first."""
        return tuple(f"{self.name}={level}" for level in self.levels[1:])

    @property
    def said(self) -> str:
        """What was declared, for the file."""
        return f"{', '.join(self.levels[1:])} against {self.levels[0]} and all others"

    def written(self, values: pd.Series[Any]) -> Array:
        """Return 0 and 1, in steps; shape (n, levels − 1)."""
        text = _texts(values)
        return np.column_stack([(text == level) * float(STEPS) for level in self.levels[1:]])


@dataclass(frozen=True)
class Declared:
    """All that may be known of the data beforehand.

    Parameters
    ----------
    features : tuple of Numeric or Levels
    campaigns : tuple of str
        Rows of others are left out; empty where there are none.
    contacts : int
        At most so many of a customer, and one of a campaign, are used.
    """

    features: tuple[Numeric | Levels, ...]
    campaigns: tuple[str, ...]
    contacts: int

    @classmethod
    def of(cls, bounds: Mapping[str, Any], campaigns: Sequence[Any], contacts: Any) -> Declared:
        """Read what was declared.

        Raises
        ------
        ParameterError
            It says nothing, or nothing that bounds a column.
        """
        if not isinstance(bounds, Mapping) or not bounds:
            raise ParameterError(
                "`bounds` must declare at least one column, as nothing else is used; got "
                f"{bounds!r}. Write for example {{'age': (18, 90), 'segment': ['a', 'b']}}."
            )
        number = isinstance(contacts, Integral) and not isinstance(contacts, bool)
        if not number or not 1 <= contacts <= 100:
            raise ParameterError(
                "`contacts` must be how many of a customer are used, from 1 to 100; got "
                f"{contacts!r}."
            )
        features = tuple(_feature(str(name), said) for name, said in bounds.items())
        labels = _labels(campaigns)
        out = cls(features, labels, min(int(contacts), len(labels) or 100))
        if len(out.columns) > MOST_COLUMNS:
            raise ParameterError(
                f"`bounds` must declare at most {MOST_COLUMNS} columns; got {len(out.columns)}. "
                "Noise grows with each: keep the few that matter, chosen without the outcome."
            )
        return out

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the design, without the constant."""
        return tuple(column for feature in self.features for column in feature.columns)

    @property
    def owner(self) -> Numbers:
        """The number of each column's feature; shape (q,)."""
        sizes = [len(feature.columns) for feature in self.features]
        return np.repeat(np.arange(len(sizes)), sizes)

    @property
    def content(self) -> str:
        """All of it as one text, by which noise is told apart."""
        return repr(self)

    def design(self, frame: FeatureFrame) -> Array:
        """Return the constant and the columns in steps, whole numbers; shape (n, 1 + q).

        Raises
        ------
        ParameterError
            A declared column is not there, or is of another kind.
        """
        columns = [feature.written(_column(frame, feature)) for feature in self.features]
        return np.hstack([np.full((len(frame), 1), float(STEPS)), *columns])

    def kept(self, frame: FeatureFrame, design: Array) -> tuple[Numbers, Numbers]:
        """Choose the rows that are used, without looking at outcomes but for whether one is known.

        A customer's contacts are ordered by a hash of customer, campaign and row: the first of
        each campaign is used, and of these the first `contacts`. Nobody else's rows matter.

        Returns
        -------
        rows : ndarray of int
        campaign : ndarray of int
            Of each; zeros where there are none.

        Raises
        ------
        DataError
            A row stands for several contacts, or there are too many rows.
        ParameterError
            Campaigns are not declared, or are and are not there.
        """
        self._check(frame)
        campaign = np.zeros(len(frame), dtype=np.int64)
        if self.campaigns:
            labels = pd.Index(_texts(pd.Series(frame.campaign)))
            campaign = pd.Index(self.campaigns).get_indexer(labels).astype(np.int64)
        usable = (campaign >= 0) & frame.y.notna().to_numpy()
        rows = np.flatnonzero(usable)
        table = pd.DataFrame(
            {"person": people(frame)[rows], "campaign": campaign[rows]}, index=rows
        )
        if frame.customer is not None:
            table["order"] = _order(frame, design, campaign, rows)
            table = table.sort_values(["person", "order"], kind="stable")
            if self.campaigns:
                table = table.drop_duplicates(["person", "campaign"])
            table = table[table.groupby("person").cumcount() < self.contacts]
        return table.index.to_numpy(), table["campaign"].to_numpy()

    def _check(self, frame: FeatureFrame) -> None:
        if frame.cell is not None or (frame.weights != 1).any():
            raise DataError(
                "Each row must be one contact, as the promise is one to single customers; this "
                "frame has cells or weights. Give the contacts one by one."
            )
        if len(frame) > MOST_ROWS:
            raise DataError(
                f"There must be at most {MOST_ROWS:,} rows, so that sums are exact; got "
                f"{len(frame):,}. Draw some of the customers."
            )
        if bool(self.campaigns) != (frame.campaign is not None):
            raise ParameterError(
                "`campaigns` must name the campaigns beforehand: which there are must not come "
                f"from the data. Write campaigns={listed(frame.campaigns)} if you knew them."
                if not self.campaigns
                else "`campaigns` must be left out where the frame has no campaigns; got "
                f"{listed(self.campaigns)}."
            )


def _labels(campaigns: Sequence[Any]) -> tuple[str, ...]:
    given = [] if isinstance(campaigns, (str, bytes)) else list(campaigns)
    labels = tuple(spelled(pd.Series(given, dtype=object)).tolist())
    once = len(set(labels)) == len(labels) and all(isinstance(one, str) for one in labels)
    if not once or isinstance(campaigns, (str, bytes)):
        raise ParameterError(
            f"`campaigns` must be a list that names each campaign once; got {campaigns!r}."
        )
    return labels


def _feature(name: str, said: Any) -> Numeric | Levels:
    """Tell bounds from levels.

    Examples
    --------
    >>> _feature("age", (18, 90)), _feature("segment", ["a", "b"])
    (Numeric(name='age', low=18.0, high=90.0), Levels(name='segment', levels=('a', 'b')))
    """
    given = list(said) if isinstance(said, (list, tuple)) else []
    if len(given) == 2 and all(isinstance(one, (Real, np.bool_)) for one in given):
        low, high = float(given[0]), float(given[1])
        if np.isfinite([low, high]).all() and low < high and np.isfinite(high - low):
            return Numeric(name, low, high)
    levels = tuple(dict.fromkeys(given)) if all(isinstance(one, str) for one in given) else ()
    if len(levels) >= 2 and len(levels) == len(given):
        return Levels(name, levels)
    raise ParameterError(
        f"`bounds` must give {name!r} a lower and a larger upper bound, or two levels or more as "
        f"text; got {said!r}. Write (18, 90), (False, True) or ['a', 'b']."
    )


def _column(frame: FeatureFrame, feature: Numeric | Levels) -> pd.Series[Any]:
    if feature.name not in frame.X.columns:
        raise ParameterError(
            f"`bounds` names unknown feature {feature.name!r}; got {listed(frame.X.columns)}."
            f"{did_you_mean(feature.name, frame.X.columns)}"
        )
    values = frame.X[feature.name]
    if isinstance(feature, Numeric) and not pd.api.types.is_numeric_dtype(values):
        raise ParameterError(
            f"`bounds` must name the levels of {feature.name!r}, which holds no numbers; got "
            f"{feature.said}. Write ['a', 'b']."
        )
    return values


def _texts(values: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """Write each value as text by itself; whole numbers, of which equal ones are alike, once."""
    if not pd.api.types.is_integer_dtype(values.dtype):
        return spelled(values).to_numpy(dtype=object)
    codes, distinct = pd.factorize(values)
    texts = spelled(pd.Series(distinct)).to_numpy(dtype=object)
    return np.append(texts, np.nan)[codes]  # code -1, a gap, is the last


def _order(frame: FeatureFrame, design: Array, campaign: Numbers, rows: Numbers) -> Any:
    """Hash each row by itself; of equal rows of a customer, the first in the table goes first."""
    told = pd.DataFrame(design[rows])
    told["campaign"] = campaign[rows]
    told["customer"] = _texts(pd.Series(frame.customer).iloc[rows])
    return pd.util.hash_pandas_object(told, index=False, hash_key=_ORDER).to_numpy()
