"""One class, explained as any other ridge model is."""

import numpy as np
import pytest

from tests.ridge.multinomial.problems import GROUPS, offers
from workbench import RidgeMultinomial
from workbench.errors import (
    FitError,
)


@pytest.fixture(scope="module")
def model():
    X, y = offers()
    return RidgeMultinomial(alpha=0.01).fit(X, y, groups=GROUPS)


def test_its_steps_end_at_its_score(model):
    X, _ = offers()
    for k, label in enumerate(model.classes_):
        steps = model.of_class(label).explanation(X.head(1), by="group")
        assert steps["end"].iloc[-1] == pytest.approx(model.decision_function(X.head(1))[0, k])


def test_its_coefficients_are_those_of_the_model(model):
    found = model.of_class("bundle").coefficients()
    np.testing.assert_array_equal(found["coef"], model.coef_[0])
    np.testing.assert_array_equal(found["coef_standardised"], model.coef_standardised_["bundle"])


def test_of_unlike_penalties_it_is_against_the_average_class_all_the_same():
    X, y = offers()
    held = RidgeMultinomial(0.01, class_factors={"voucher": 1e5}).fit(X, y, groups=GROUPS)
    log_chance = held.predict_log_proba(X)
    for k, label in enumerate(held.classes_):
        of = held.of_class(label)
        score = of.contributions(X).sum(axis=1) + of.at_average
        np.testing.assert_allclose(score, log_chance[:, k] - log_chance.mean(axis=1), atol=1e-9)


def test_what_speaks_for_it_most_comes_first(model):
    found = model.of_class("bundle").strongest(2)
    sizes = model.coef_standardised_["bundle"].sort_values(ascending=False)
    assert found == sizes.index[:2].tolist()


def test_a_group_that_is_shrunk_out_speaks_for_nothing():
    X, y = offers()
    factors = {"place": 1e9}
    model = RidgeMultinomial(0.01, factors).fit(X, y, groups=GROUPS)
    told = [name for label in model.classes_ for name in model.of_class(label).strongest()]
    assert "price" in told
    assert not [name for name in told if name.startswith("city")]


def test_it_is_not_fitted_alone(model):
    with pytest.raises(FitError, match="together with the others"):
        model.of_class("bundle").fit([[1.0]])
