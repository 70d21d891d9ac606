"""The hidden layer of a fitted network: drawn from the design of the linear part, added to rows."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import issparse

from workbench.errors import ParameterError
from workbench.features.encode import HiddenUnits
from workbench.features.encode.columns import check_free
from workbench.features.encode.unit_draws import Unit
from workbench.features.encode.unit_inputs import learn_inputs
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.design.design import Design
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.design.table import SparseTable
from workbench.ridge.statistics.choose import is_source

BUILDER = "HiddenUnits"


@dataclass(frozen=True)
class HiddenLayer:
    """Units of the design columns of a ridge model, and how they are read from its features.

    Parameters
    ----------
    design : Design
        Of the linear part: how features become numbers, levels and marks of gaps.
    units : HiddenUnits
        Fitted to those. It has none where the layer is shrunk out.
    """

    design: Design
    units: HiddenUnits

    @property
    def names(self) -> list[str]:
        """Names of the units."""
        return [unit.name for unit in self.units.units_]

    @property
    def groups(self) -> dict[str, str]:
        """The penalty group of each unit."""
        return {unit.name: unit.group for unit in self.units.units_}

    def features_of(self, unit: Unit) -> list[str]:
        """Return the features that a unit is made of, each once."""
        of_column = dict(zip(self.design.names, self.design.features, strict=True))
        return list(dict.fromkeys(of_column[name] for name in unit.columns))

    def activations(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the units of rows, shape (n, number of units)."""
        made = self.units.activations(_read(self.design, table, self.needed))
        return pd.DataFrame(made, columns=self.names, index=table.index)

    def widened(self, X: pd.DataFrame | FeatureFrame) -> Any:
        """Add the units to a table of features, or to a frame and its catalogue."""
        if not self.names:
            return X
        if not isinstance(X, FeatureFrame):
            return pd.concat([X, self.activations(X)], axis=1)
        features = list(dict.fromkeys(self.design.features))
        wide = pd.concat([X.X, self.activations(X.X[features])], axis=1)
        return replace(X, X=wide, catalogue=pd.concat([X.catalogue, self._catalogue()]))

    def standardised(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that may enter units, as units see them."""
        return self.units.standardised(_read(self.design, table, self.needed))

    def with_units(self, more: tuple[Unit, ...], table: pd.DataFrame) -> HiddenLayer:
        """Return the layer with more units, whose names no feature of the table must have."""
        check_free([unit.name for unit in more], table)
        return HiddenLayer(self.design, self.units.with_units(more))

    @property
    def needed(self) -> set[str]:
        """Design columns that enter units."""
        return set(self.units.inputs_.index)

    def _catalogue(self) -> pd.DataFrame:
        units = self.units.units_
        rows = {
            "group": [unit.group for unit in units],
            "builder": BUILDER,
            "unit": self.units.unit,
            "description": [unit.said() for unit in units],
        }
        return pd.DataFrame(rows, index=pd.Index(self.names, name="feature"))


def draw_layer(
    linear: RidgePropensity,
    table: pd.DataFrame,
    weight: Array,
    units: HiddenUnits,
) -> HiddenLayer:
    """Draw units of the design columns of a fitted ridge model.

    Parameters
    ----------
    linear : RidgePropensity
        Whose design, groups and dropped columns count.
    table : DataFrame, shape (n, p)
        The features of the training rows.
    weight : ndarray, shape (n,)
        How many contacts a row stands for.
    units : HiddenUnits
        Not fitted.

    Raises
    ------
    ParameterError
        A feature has the name of a unit.
    """
    columns = linear.columns_
    dense = {c.name for c in linear.design_.columns if not c.sparse}
    taken = columns[columns["feature"].isin(dense) & ~columns["dropped"]]
    read = _read(linear.design_, table, set(taken.index))
    groups = {str(name): str(group) for name, group in taken["group"].items()}
    fitted = units.fit(read, groups=groups, weight=weight)
    layer = HiddenLayer(linear.design_, fitted)
    check_free(layer.names, table)
    return layer


def learned_again(
    layer: HiddenLayer, linear: RidgePropensity, table: pd.DataFrame, weight: Array
) -> HiddenLayer:
    """Return the units of a layer as other rows standardise them; without those they cannot have.

    Parameters
    ----------
    layer : HiddenLayer
    linear : RidgePropensity
        Fitted to the rows: its design reads them.
    table : DataFrame, shape (n, p)
    weight : ndarray, shape (n,)
    """
    inputs = learn_inputs(_read(linear.design_, table, layer.needed), weight)
    units = tuple(one for one in layer.units.units_ if set(one.columns) <= set(inputs.names))
    return HiddenLayer(linear.design_, copy(layer.units).restored(inputs, units))


def no_layer(linear: RidgePropensity, units: HiddenUnits) -> HiddenLayer:
    """Return the layer of a model whose hidden part is shrunk out."""
    return HiddenLayer(linear.design_, units.fit(pd.DataFrame(index=[0])))


def plain_table(table: Any) -> pd.DataFrame:
    """Return the table; raise where it is sparse."""
    if isinstance(table, SparseTable):
        raise no_sparse()
    return pd.DataFrame(table)


def check_in_memory(X: Any) -> None:
    """Raise ParameterError unless rows are written out in memory."""
    if issparse(X) or isinstance(X, SparseTable):
        raise no_sparse()
    if is_source(X):
        raise ParameterError(
            "NetworkPropensity draws units from rows in memory; got a source of sums over rows. "
            "Take RidgePropensity, or a sample of the rows."
        )


def no_sparse() -> ParameterError:
    """Return the error of rows that came as a sparse matrix."""
    return ParameterError(
        "NetworkPropensity draws units from a table that is written out; got a sparse matrix. "
        "Give `X.toarray()`, or take RidgePropensity, which leaves it sparse."
    )


def of_units(groups: Mapping[str, str], layer: HiddenLayer) -> dict[str, str]:
    """Return the groups of features and units together."""
    return {**groups, **layer.groups}


def _read(design: Design, table: pd.DataFrame, names: set[str]) -> pd.DataFrame:
    """Read rows into some design columns, without a word on what the linear part says anyway."""
    with gathered(Remarks()):
        matrix = design.matrix(table)
    chosen = [k for k, name in enumerate(design.names) if name in names]
    some = matrix[:, chosen]
    numbers = some.toarray() if issparse(some) else np.asarray(some)
    kept = [design.names[k] for k in chosen]
    return pd.DataFrame(numbers, columns=kept, index=table.index)
