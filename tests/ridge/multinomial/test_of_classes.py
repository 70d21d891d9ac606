"""The summary of a multinomial model."""

import pytest

from tests.ridge.multinomial.problems import GROUPS, OFFERS, offers
from workbench import RidgeMultinomial
from workbench.errors import ParameterError


@pytest.fixture(scope="module")
def model():
    X, y = offers()
    return RidgeMultinomial(alpha=0.01).fit(X, y, groups=GROUPS)


def test_it_tells_of_groups_and_classes(model):
    found = model.summary()
    assert found.groups["columns"].to_dict() == {"offer": 1, "shop": 2, "place": 3}
    assert found.groups["share of coefficients"].sum() == pytest.approx(1)
    assert set(found.columns.index) == set(OFFERS)
    text = str(found)
    assert "Ridge multinomial model" in text
    assert "0.01, given" in text
    assert "<table" in model._repr_html_()


def test_no_class_is_left_out_of_it_in_silence(model):
    with pytest.raises(ParameterError, match="`most` must be a whole number from 1"):
        model.summary(most=-1)


def test_a_tuned_one_says_what_was_left_out():
    X, y = offers()
    text = str(RidgeMultinomial().fit(X, y).summary())
    assert "tuned on 5 random parts of the rows, 1 strength" in text
    assert "Log loss on what was left out" in text
