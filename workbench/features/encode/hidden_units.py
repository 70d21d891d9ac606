"""A hidden layer that is drawn and not trained: bounded curves and interactions as columns."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from workbench.checks import check_choice, check_finite, check_whole
from workbench.errors import ParameterError
from workbench.features.encode.columns import ColumnEncoder, check_free, contacts_of
from workbench.features.encode.unit_draws import Unit, draw_units
from workbench.features.encode.unit_inputs import Inputs, learn_inputs
from workbench.numbers import Array

BY_FEATURE_GROUP, ONE = "by feature group", "one"
UNGROUPED = "features"
"""The group of features that came without one, as in a ridge model."""


class HiddenUnits(ColumnEncoder):
    """Hidden units of numeric columns, drawn at random, with penalty groups of their own.

    A unit is bounded, and bends where the columns themselves are straight,

        h = tanh( b + Σ_k a_k z_k ) ,   z_k = (min(max(x_k, low_k), high_k) − mean_k) / sd_k .

    The range, the mean and the standard deviation are those of training, so that a number beyond
    counts as the nearest one within. The units are columns of a model that shrinks their
    coefficients: one layer of a network, whose first weights are drawn and whose last are fitted.

    Two thirds of the units have one column each: a = s₁, and b = −s₁ c with c from N(0, 1), the
    place where the unit bends. They are dealt to the columns of a group in turns. A column of two
    values cannot bend, and has none. One third has two columns each, a₁ and a₂ from N(0, s₂²) and b
    from N(0, 1): interactions.

    Units of one column are in the group ``hidden: windows``, after the feature group. Those of two
    are in ``hidden: windows × offer``, after both. Each can so be penalised apart. Every group has
    about as many units; where two columns from as many pairs of groups would leave fewer than eight
    a pair, all are in one group, ``hidden: across groups``.

    Parameters
    ----------
    units : int
        How many to draw, at most: a column has six units of its own at most, and a pair four.
    groups : {"by feature group", "one"}
        "one": all are in the group ``hidden``.
    scales : (float, float)
        s₁ and s₂. The larger, the sharper a unit bends.
    random_state : int, RandomState or None
        The same number draws the same units from the same columns.

    Attributes
    ----------
    units_ : tuple of Unit
        ``name, group, columns, weights, bias`` of each.
    inputs_ : DataFrame
        One row a column that enters units: ``mean, scale, low, high``.

    Notes
    -----
    Text passes by and enters no unit: encode it first, or let `workbench.networks` do that. So does
    a column that is constant in training. A gap counts as the mean; `MissingFlags` marks it. What
    is drawn depends on the columns and not on the rows: contacts with weights, or each by itself,
    give the same units.

    After Rahimi & Recht (2008), "Weighted sums of random kitchen sinks", NeurIPS 21.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench.features.encode import HiddenUnits
    >>> X = pd.DataFrame({"age": [30.0, 40, 50, 60], "visits": [1, 0, 4, 2]})
    >>> encoder = HiddenUnits(units=6).fit(X, groups={"age": "person", "visits": "pace"})
    >>> encoder.transform(X).columns.tolist()[:3]
    ['age', 'visits', 'hidden_001']
    >>> sorted(set(encoder.groups_out({"age": "person", "visits": "pace"}).values()))
    ['hidden: pace', 'hidden: person', 'hidden: person × pace', 'pace', 'person']
    """

    unit: ClassVar[str] = "from -1 to 1"

    def __init__(
        self,
        units: int = 250,
        groups: str = BY_FEATURE_GROUP,
        *,
        scales: tuple[float, float] = (1.0, 1.0),
        random_state: Any = 0,
    ) -> None:
        self.units = units
        self.groups = groups
        self.scales = scales
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        groups: Mapping[str, str] | None = None,
        weight: Any = None,
    ) -> Self:
        """Learn ranges, means and deviations, and draw the units.

        Parameters
        ----------
        X : DataFrame or array, shape (n, p)
        y : array, optional
            Not looked at.
        groups : mapping of column to group, optional
            `FeatureFrame.groups`; a column that is not named is in the group ``features``.
        weight : array, shape (n,), optional
            How many contacts a row stands for.

        Raises
        ------
        ParameterError
            `units`, `groups` or `scales` is not what it must be; or a column of X has the name
            of a unit.
        DataError
            A number is infinite.
        """
        del y
        self._check_settings()
        table = self._read(X, reset=True)
        inputs = learn_inputs(table, contacts_of(weight, len(table)))
        of_column = {name: (groups or {}).get(name, UNGROUPED) for name in inputs.names}
        rng = self._drawing()
        self.units_ = draw_units(
            of_column,
            inputs.bending,
            int(self.units),
            scales=self.scales,
            rng=rng,
            one_group=self.groups == ONE,
        )
        check_free([unit.name for unit in self.units_], table)
        return self._keep(inputs, [str(name) for name in table])

    def restored(self, inputs: Inputs, units: tuple[Unit, ...]) -> Self:
        """Take units that were drawn before, as a model file tells them.

        Parameters
        ----------
        inputs : Inputs
        units : tuple of Unit
        """
        self.units_ = units
        self.feature_names_in_ = np.asarray(inputs.names, dtype=object)
        self.n_features_in_ = len(inputs.names)
        return self._keep(inputs, list(inputs.names))

    def standardised(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the columns as units see them, held in their range; shape (n, columns of units).

        Parameters
        ----------
        X : DataFrame, shape (n, at least p)
        """
        check_is_fitted(self, "units_")
        z = self._inputs.standardised(X)
        return pd.DataFrame(z, columns=list(self._inputs.names), index=X.index)

    def with_units(self, more: tuple[Unit, ...]) -> Self:
        """Return this encoder with more units of the same columns.

        Parameters
        ----------
        more : tuple of Unit
        """
        check_is_fitted(self, "units_")
        known, units = {unit.name for unit in self.units_}, (*self.units_, *more)
        other = copy(self)
        other.units_ = units
        names = [name for name in self.parents_ if name not in known]
        return other._keep(self._inputs, names)  # noqa: SLF001 - its own kind

    def _keep(self, inputs: Inputs, names: list[str]) -> Self:
        self.inputs_, self._inputs = inputs.table(), inputs
        self.parents_ = {name: name for name in names}
        self.parents_ |= {unit.name: unit.columns[0] for unit in self.units_}
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Draw the units, and add them."""
        return self.fit(X, y, **fit_params).transform(X)

    def transform(self, X: Any) -> Any:
        """Add the units; a DataFrame of a DataFrame, an array of an array."""
        check_is_fitted(self, "units_")
        table = self._read(X, reset=False)
        made = pd.DataFrame(self.activations(table), columns=self._names(), index=table.index)
        wide = pd.concat([table, made], axis=1)
        return wide if isinstance(X, pd.DataFrame) else wide.to_numpy(dtype="float64")

    def activations(self, X: pd.DataFrame) -> Array:
        """Return the units alone, shape (n, number of units).

        Parameters
        ----------
        X : DataFrame, shape (n, at least p)
        """
        check_is_fitted(self, "units_")
        z = self._inputs.standardised(X)
        place = {name: k for k, name in enumerate(self._inputs.names)}
        made = np.empty((len(X), len(self.units_)))
        for j, unit in enumerate(self.units_):
            # column by column: the bits of a row do not depend on the rows around it
            made[:, j] = unit.values([z[:, place[name]] for name in unit.columns])
        return made

    def groups_out(self, groups: Mapping[str, str]) -> dict[str, str]:
        """Return the group of each column of the result: a unit has one of its own."""
        check_is_fitted(self, "units_")
        own = {unit.name: unit.group for unit in self.units_}
        return {name: own.get(name) or groups[name] for name in self.parents_}

    def catalogue_out(self, catalogue: pd.DataFrame) -> pd.DataFrame:
        """Return a catalogue of the result: the columns' rows, and one a unit."""
        table = super().catalogue_out(catalogue)
        table["group"] = table["group"].astype(object)
        for unit in self.units_:
            table.loc[unit.name, "group"] = unit.group
            table.loc[unit.name, "description"] = unit.said()
        return table

    def _read(self, X: Any, *, reset: bool) -> pd.DataFrame:
        """Return rows as a DataFrame, whose columns are those of the fit."""
        if isinstance(X, pd.DataFrame):
            check = self._learn_columns if reset else self._same_columns
            check(X)
            table = X if reset else X[list(self.feature_names_in_)]
            check_finite(table)
            return table
        values = validate_data(self, X, reset=reset, dtype="float64", ensure_all_finite="allow-nan")
        table = pd.DataFrame(values, columns=[f"x{k}" for k in range(values.shape[1])])
        check_finite(table)
        return table

    columns: ClassVar[None] = None  # of encoders that take some columns alone; this takes numbers

    def _names(self) -> list[str]:
        return [unit.name for unit in self.units_]

    def _check_settings(self) -> None:
        check_whole(self.units, least=1, name="units", hint=" Give for example 250.")
        check_choice(self.groups, (BY_FEATURE_GROUP, ONE), name="groups")
        scales = np.asarray(self.scales, dtype=object).ravel()
        right = len(scales) == 2 and all(
            isinstance(one, (int, float)) and 0 < one < np.inf for one in scales
        )
        if not right:
            raise ParameterError(
                "`scales` must be two numbers above 0, of units with one column and with two; got "
                f"{self.scales!r}. Give for example (1.0, 1.0)."
            )

    def _drawing(self) -> np.random.RandomState:
        try:
            drawing: np.random.RandomState = check_random_state(self.random_state)
        except ValueError:
            raise ParameterError(
                "`random_state` must be a whole number from 0 to 2^32 - 1, a RandomState or None; "
                f"got {self.random_state!r}. Give for example 0."
            ) from None
        return drawing

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
