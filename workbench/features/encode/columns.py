"""What encoders share: columns by name, groups and catalogue; and the simple ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_columns
from workbench.errors import ParameterError
from workbench.frame.kinds import kind_of
from workbench.frame.level_spelling import spelled
from workbench.messages import listed

RARE = "(rare)"


class ColumnEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of encoders: they replace or add columns, and let the others through.

    Takes and gives DataFrames. What each column of the result was made from is in
    `parents_`, so that it keeps its parent's group and catalogue row.
    """

    unit: ClassVar[str] = ""

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Return the names of the columns that `transform` gives."""
        del input_features  # names come from the table that was fitted
        check_is_fitted(self)
        return np.asarray(list(self.parents_), dtype=object)

    def groups_out(self, groups: Mapping[str, str]) -> dict[str, str]:
        """Return the group of each column of the result: that of its parent."""
        check_is_fitted(self)
        return {name: groups[parent] for name, parent in self.parents_.items()}

    def catalogue_out(self, catalogue: pd.DataFrame) -> pd.DataFrame:
        """Return a catalogue of the result: parents' rows, with builder, unit and text changed."""
        check_is_fitted(self)
        rows = catalogue.loc[list(self.parents_.values())].set_axis(list(self.parents_))
        rows = rows.astype({"builder": object, "unit": object, "description": object})
        made = [name for name, parent in self.parents_.items() if name != parent]
        rows.loc[made, "builder"] = f"{type(self).__name__}"
        rows.loc[made, "unit"] = self._unit()
        rows.loc[made, "description"] = [self._text(self.parents_[name]) for name in made]
        return rows.rename_axis("feature")

    def _unit(self) -> str:
        return self.unit

    def _text(self, parent: str) -> str:
        return f"{parent}, encoded."

    def _learn_columns(self, X: pd.DataFrame, *, but: Sequence[str] = ()) -> list[str]:
        check_table(X)
        check_columns(X, self.columns or [], name="The table to encode")
        self.feature_names_in_ = np.asarray(X.columns, dtype=object)
        self.n_features_in_ = X.shape[1]
        if self.columns is not None:
            return list(self.columns)
        names = [str(name) for name in X]
        return [name for name in names if kind_of(X[name]) == "category" and name not in but]

    def _same_columns(self, X: pd.DataFrame) -> pd.DataFrame:
        check_is_fitted(self)
        check_table(X)
        check_columns(X, list(self.feature_names_in_), name="The table to encode")
        return X[list(self.feature_names_in_)]


class RareLevels(ColumnEncoder):
    """Pool the levels of few training contacts, and those that training did not have, in one.

    Parameters
    ----------
    columns : sequence of str, optional
        All text and categorical columns where it is left out.
    min_share : float
        A level stays if at least this share of the training contacts that have one, has it.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.features.encode import RareLevels
    >>> X = pd.DataFrame({"city": ["ulm", "ulm", "ulm", "bonn", None]})
    >>> RareLevels(min_share=0.5).fit_transform(X)["city"].tolist()
    ['ulm', 'ulm', 'ulm', '(rare)', nan]
    """

    def __init__(self, columns: Sequence[str] | None = None, *, min_share: float = 0.01) -> None:
        self.columns = columns
        self.min_share = min_share

    def fit(self, X: pd.DataFrame, y: Any = None, weight: Any = None) -> Self:
        """Learn which levels are frequent.

        Parameters
        ----------
        X : DataFrame, shape (n, p)
        y : array, optional
            Not looked at.
        weight : array, shape (n,), optional
            How many contacts a row stands for.
        """
        del y
        if not 0 < self.min_share < 1:
            raise ParameterError(
                f"`min_share` must lie between 0 and 1; got {self.min_share!r}. Give for example "
                "0.01."
            )
        chosen = self._learn_columns(X)
        number = pd.Series(contacts_of(weight, len(X)), index=X.index)
        counts = {name: number.groupby(spelled(X[name])).sum() for name in chosen}
        shares = {name: count / count.sum() for name, count in counts.items()}
        self.levels_ = {n: set(s.index[s >= self.min_share]) for n, s in shares.items()}
        self.parents_ = {name: name for name in X}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Replace the other levels."""
        X = self._same_columns(X).copy()
        for name, levels in self.levels_.items():
            text = spelled(X[name])
            X[name] = text.where(text.isin(levels), RARE).where(X[name].notna())
        return X


class MissingFlags(ColumnEncoder):
    """Add a 0/1 column beside each column that has gaps in training.

    Parameters
    ----------
    columns : sequence of str, optional
        Which columns to look at; all where it is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.features.encode import MissingFlags
    >>> X = pd.DataFrame({"age": [30.0, None], "visits": [1, 2]})
    >>> MissingFlags().fit_transform(X)["age_missing"].tolist()
    [0, 1]
    """

    unit: ClassVar[str] = "flag"

    def __init__(self, columns: Sequence[str] | None = None) -> None:
        self.columns = columns

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn which columns have gaps."""
        del y
        self._learn_columns(X)
        looked_at = X.columns if self.columns is None else self.columns
        self.flagged_ = [name for name in looked_at if X[name].isna().any()]
        flags = {f"{name}_missing": name for name in self.flagged_}
        check_free(flags, X)
        self.parents_ = {name: name for name in X} | flags
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Add the flags."""
        X = self._same_columns(X)
        return X.assign(**{f"{name}_missing": X[name].isna().astype(int) for name in self.flagged_})

    def _text(self, parent: str) -> str:
        return f"Whether {parent} is missing."


def contacts_of(weight: Any, rows: int) -> npt.NDArray[np.float64]:
    """Return how many contacts each row stands for: one where nothing is said.

    Raises
    ------
    ParameterError
        There is not one finite number from 0 for every row, or all are 0.
    """
    number = np.ones(rows) if weight is None else np.asarray(weight, dtype=np.float64)
    right = number.shape == (rows,) and np.isfinite(number).all() and (number >= 0).all()
    if not right or not number.any():
        raise ParameterError(
            f"`weight` must be a finite number from 0 for each of {rows} rows, and not 0 in all; "
            f"got shape {number.shape}. Give `frame.weights`."
        )
    return number


def check_free(made: Iterable[str], X: pd.DataFrame) -> None:
    """Raise ParameterError if the table has a column of a name that is to be made."""
    taken = [name for name in made if name in X]
    if taken:
        raise ParameterError(
            f"Every column must have a name of its own; the encoder makes {listed(taken)}, which "
            "the table has. Rename those, or name the `columns` to encode."
        )


def check_table(X: Any) -> None:
    """Raise ParameterError unless it is a DataFrame."""
    if not isinstance(X, pd.DataFrame):
        raise ParameterError(
            f"Encoders take a DataFrame, whose columns have names; got {type(X).__name__}. "
            "Set the output of the step before: set_output(transform='pandas')."
        )
