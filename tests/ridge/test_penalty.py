import re

import numpy as np
import pytest

from workbench.errors import ParameterError
from workbench.ridge.penalty import ALPHA_GRID, check_alpha, penalty_factors

FEATURES = ["recency_days", "frequency", "age", "age", "age"]  # age has three design columns
GROUPS = {"recency_days": "rfm", "frequency": "rfm", "age": "person"}


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize(
    ("given", "factors"),
    [
        (None, [1, 1, 1, 1, 1]),
        ({}, [1, 1, 1, 1, 1]),
        ({"rfm": 3}, [3, 3, 1, 1, 1]),
        ({"age": 0.5}, [1, 1, 0.5, 0.5, 0.5]),
        ({"rfm": 3, "frequency": 0.0}, [3, 0, 1, 1, 1]),
        ({"frequency": 0.0, "rfm": 3}, [3, 0, 1, 1, 1]),
        ({"person": np.inf, "rfm": np.float32(0.5)}, [0.5, 0.5, np.inf, np.inf, np.inf]),
    ],
)
def test_a_feature_replaces_its_group_and_one_is_the_rest(given, factors):
    assert penalty_factors(given, FEATURES, GROUPS).tolist() == factors


def test_a_feature_without_a_group_keeps_the_factor_one():
    assert penalty_factors({"rfm": 2.0}, ["frequency", "new"], {"frequency": "rfm"}).tolist() == [
        2.0,
        1.0,
    ]


def test_a_group_named_like_one_of_its_features_means_both():
    groups = {"mail": "mail", "mail_open": "mail"}
    assert penalty_factors({"mail": 5.0}, list(groups), groups).tolist() == [5.0, 5.0]


def test_an_unknown_name_is_refused_and_the_closest_offered():
    message = (
        "`penalty_factors` names unknown feature or group 'recency'; got ['recency_days', "
        "'frequency', 'age', 'rfm', 'person']. Did you mean 'recency_days'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        penalty_factors({"recency": 2.0}, FEATURES, GROUPS)


@pytest.mark.parametrize("factor", [-1.0, -np.inf, np.nan, "10", None, True, [1.0]])
def test_a_factor_is_a_number_from_zero(factor):
    message = (
        "`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped); got "
        f"{factor!r} for 'rfm'. Leave it out for the factor 1."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        penalty_factors({"rfm": factor}, FEATURES, GROUPS)


def test_factors_come_as_a_mapping():
    message = (
        "`penalty_factors` must map feature or group names to numbers; got ['rfm']. Write "
        "{'name': 10.0}."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        penalty_factors(["rfm"], FEATURES, GROUPS)


@pytest.mark.parametrize("alpha", ["tuned", 0, 0.0, 3, 1e-9, np.float32(0.5), np.int64(2)])
def test_strengths_that_can_be_used(alpha):
    check_alpha(alpha)


@pytest.mark.parametrize("alpha", ["auto", -0.1, np.inf, np.nan, None, True, "1.0", [0.1]])
def test_strengths_that_cannot(alpha):
    message = (
        f"`alpha` must be 'tuned' or a finite number from 0; got {alpha!r}. It is the ridge "
        "strength on the mean-loss scale: 1 is strong, 0.0001 is weak."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        check_alpha(alpha)


def test_an_array_of_strengths_is_no_strength():
    with pytest.raises(ParameterError, match=r"got array\(\[0\.1, 1\. \]\)\. It is"):
        check_alpha(np.array([0.1, 1.0]))


def test_the_grid_runs_from_strong_to_weak():
    assert (np.diff(ALPHA_GRID) < 0).all()
