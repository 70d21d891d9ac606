"""What a fitted model says of new rows."""

import numpy as np
import pytest

from tests.ridge.multinomial.problems import GROUPS, offers
from workbench import RidgeMultinomial
from workbench.errors import (
    ExtrapolationWarning,
    ParameterError,
)


@pytest.fixture(scope="module")
def model():
    X, y = offers()
    return RidgeMultinomial(alpha=0.01).fit(X, y, groups=GROUPS)


def test_reasons_add_up_to_the_score(model):
    X, _ = offers()
    scores = model.decision_function(X)
    for k, label in enumerate(model.classes_):
        of = model.of_class(label)
        np.testing.assert_allclose(
            of.contributions(X).sum(axis=1) + of.at_average, scores[:, k], atol=1e-9
        )
    told = model.reasons(X.head(20), most=2)
    assert told["class"].tolist() == model.predict(X.head(20)).tolist()
    first = model.of_class(told["class"].iloc[0]).reasons(X.head(1), most=2)
    assert told.iloc[0, 1:].tolist() == first.iloc[0].tolist()


def test_numbers_beyond_training_are_held_and_told(model):
    X, _ = offers()
    far = X.head(50).assign(price=4000.0)
    with pytest.warns(ExtrapolationWarning, match="'price'"):
        held = model.predict_proba(far)
    edge = model.predict_proba(X.head(50).assign(price=X["price"].max()))
    np.testing.assert_allclose(held, edge)


def test_an_unknown_class_is_refused(model):
    with pytest.raises(ParameterError, match="Did you mean 'voucher'"):
        model.of_class("vouchers")
