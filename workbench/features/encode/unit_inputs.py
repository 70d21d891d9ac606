"""The numbers that enter hidden units: held in their trained range, and standardised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.checks import check_columns
from workbench.errors import SchemaError
from workbench.frame.kinds import kind_of
from workbench.numbers import Array, steady


@dataclass(frozen=True)
class Inputs:
    """What training knows of each column that enters units, p of them.

    Parameters
    ----------
    names : tuple of str
    mean, scale, low, high : ndarray, shape (p,)
    bending : tuple of str
        Those of three values or more: of two values, every curve is a straight line.
    """

    names: tuple[str, ...]
    mean: Array
    scale: Array
    low: Array
    high: Array
    bending: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a column: ``mean, scale, low, high``."""
        facts = {"mean": self.mean, "scale": self.scale, "low": self.low, "high": self.high}
        return pd.DataFrame(facts, index=pd.Index(self.names, name="column"))

    def standardised(self, X: pd.DataFrame) -> Array:
        """Return (x held in its range − mean) / scale, 0 in gaps; shape (n, p).

        Raises
        ------
        SchemaError
            A column is missing, or holds text.
        """
        check_columns(X, self.names, name="The table to encode")
        z = np.empty((len(X), len(self.names)))
        for k, name in enumerate(self.names):
            held = np.clip(plain_numbers(X[name]), self.low[k], self.high[k])
            z[:, k] = (held - self.mean[k]) / self.scale[k]
        return np.where(np.isnan(z), 0.0, z)


def learn_inputs(X: pd.DataFrame, weight: Array) -> Inputs:
    """Take what each numeric column that varies is like, over rows of positive weight.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
    weight : ndarray, shape (n,)
    """
    rows, facts, bending = weight > 0, [], []
    for name in X.columns:
        if kind_of(X[name]) == "category":
            continue
        numbers = plain_numbers(X[name])
        some = rows & ~np.isnan(numbers)
        values, w = numbers[some], weight[some]
        if not len(values) or values.min() == values.max():
            continue
        # twelve digits: the others differ with the order of rows, and with how they are counted
        mean = steady(float(w @ values / w.sum()))
        scale = steady(float(np.sqrt(w @ (values - mean) ** 2 / w.sum())))
        low, high = float(values.min()), float(values.max())
        if not scale > 1e-12 * max(abs(low), abs(high)):
            continue  # it differs by rounding alone
        facts.append((str(name), mean, scale, low, high))
        if not ((values == low) | (values == high)).all():
            bending.append(str(name))
    numbers_of = np.array([fact[1:] for fact in facts], dtype=float).reshape(-1, 4)
    mean_of, scale_of, low_of, high_of = numbers_of.T
    names = tuple(fact[0] for fact in facts)
    return Inputs(names, mean_of, scale_of, low_of, high_of, tuple(bending))


def plain_numbers(values: pd.Series[float]) -> Array:
    """Return a numeric column as floats, NaN where it is missing.

    Raises
    ------
    SchemaError
        It holds text.
    """
    if kind_of(values) == "category":
        raise SchemaError(
            f"{values.name!r} must be numeric, as in training; got {values.dtype}. Read the column "
            "as numbers first."
        )
    return np.asarray(values.to_numpy(dtype="float64", na_value=np.nan))
