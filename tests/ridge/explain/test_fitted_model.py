import numpy as np

from workbench import RidgePropensity
from workbench.ridge.explain.fitted_model import FittedModel, Refittable

ONLY_AFTER_LOADING = {"recipe_", "headline_"}
ONLY_OF_NAMED_COLUMNS = {"feature_names_in_"}


def test_a_fitted_model_has_what_is_asked_of_it(rows):
    model = RidgePropensity().fit(rows.X, rows.y, campaign=rows.campaign)
    asked = {*FittedModel.__annotations__, *Refittable.__annotations__, "edf_", "coefficients"}
    assert {name for name in asked if not hasattr(model, name)} == ONLY_AFTER_LOADING


def test_a_loaded_model_too_but_for_its_fit(rows, tmp_path):
    model = RidgePropensity().fit(rows.X.to_numpy(), rows.y, campaign=rows.campaign)
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    missing = {name for name in FittedModel.__annotations__ if not hasattr(loaded, name)}
    assert missing == ONLY_OF_NAMED_COLUMNS
    np.testing.assert_array_equal(loaded.intercept_, model.intercept_)
