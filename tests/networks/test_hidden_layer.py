import numpy as np
import pandas as pd
import pytest

from tests.networks.conftest import mixed
from workbench import RidgePropensity
from workbench.features.encode import HiddenUnits
from workbench.networks.hidden_layer import draw_layer, no_layer


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_a_layer_reads_what_the_ridge_reads():
    X, y, _ = mixed(200)
    ridge = RidgePropensity(0.1).fit(X, y, groups={"age": "who", "city": "where"})
    layer = draw_layer(ridge, X, np.ones(200), HiddenUnits(units=30))
    assert set(layer.units.inputs_.index) <= set(ridge.design_.names)
    messy = X.assign(city=" " + X["city"] + " ", visits=X["visits"].map(str))
    pd.testing.assert_frame_equal(layer.activations(messy), layer.activations(X))
    assert layer.features_of(layer.units.units_[0])[0] in X.columns
    assert set(layer.groups) == set(layer.names)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
def test_dropped_features_enter_no_unit():
    X, y, _ = mixed(200)
    ridge = RidgePropensity(0.1, {"visits": np.inf}).fit(X, y)
    layer = draw_layer(ridge, X, np.ones(200), HiddenUnits(units=30))
    assert "visits" not in layer.units.inputs_.index


def test_a_frame_keeps_its_rows_and_gets_catalogue_rows(earlier):
    ridge = RidgePropensity(0.1).fit(earlier)
    layer = draw_layer(ridge, earlier.X, earlier.weights, HiddenUnits(units=24))
    wide = layer.widened(earlier)
    assert wide.X[list(earlier.X)].equals(earlier.X)
    assert wide.y.equals(earlier.y)
    assert wide.catalogue.loc[layer.names, "group"].to_dict() == layer.groups
    assert no_layer(ridge, HiddenUnits()).widened(earlier) is earlier
