import numpy as np

from tests.ridge.mailing import mailing
from workbench import RidgePropensity, RidgeUplift
from workbench.ridge.explain.fitted_model import Described, FittedModel, Refittable
from workbench.ridge.uplift.summary import UpliftModel

ONLY_AFTER_LOADING = {"recipe_", "headline_", "governance_"}
ONLY_OF_NAMED_COLUMNS = {"feature_names_in_"}


def asked_by(*protocols):
    return {name for protocol in protocols for name in protocol.__annotations__}


def test_a_fitted_model_has_what_is_asked_of_it(rows):
    model = RidgePropensity().fit(rows.X, rows.y, campaign=rows.campaign)
    asked = {*asked_by(Described, FittedModel, Refittable), "edf_", "coefficients"}
    assert {name for name in asked if not hasattr(model, name)} == ONLY_AFTER_LOADING


def test_a_loaded_model_too_but_for_its_fit(rows, tmp_path):
    model = RidgePropensity().fit(rows.X.to_numpy(), rows.y, campaign=rows.campaign)
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    asked = asked_by(Described, FittedModel)
    assert {name for name in asked if not hasattr(loaded, name)} == ONLY_OF_NAMED_COLUMNS
    np.testing.assert_array_equal(loaded.intercept_, model.intercept_)


def test_a_model_of_uplifts_has_what_is_asked_of_it(tmp_path):
    model = RidgeUplift(alpha=0.1).fit(mailing(400))
    asked = {*asked_by(Described, UpliftModel), "edf_", "coefficients", "at_average"}
    assert {name for name in asked if not hasattr(model, name)} == ONLY_AFTER_LOADING
    loaded = RidgeUplift.load(model.save(tmp_path / "model.json"))
    assert {name for name in asked if not hasattr(loaded, name)} == set()
