import numpy as np
import pytest

from workbench.errors import ParameterError
from workbench.networks import param_groups

NAMED = [("a.weight", 1), ("a.bias", 2), ("b.weight", 3), ("b.bias", 4)]


def layer_of(name):
    return None if name.endswith("bias") else name[0]


def test_every_parameter_is_in_one_group():
    groups = param_groups(NAMED, {"a": 0.1, "b": 0.2}, layer_of=layer_of)
    assert groups == [
        {"params": [1], "weight_decay": 0.1},
        {"params": [3], "weight_decay": 0.2},
        {"params": [2, 4], "weight_decay": 0.0},
    ]


def test_under_plain_gradient_descent_the_decay_is_the_l2_penalty_and_under_adamw_not():
    """Both optimisers by hand, to rest, on two coefficients whose gradients differ in scale."""
    curvature, target = np.array([100.0, 0.01]), np.array([1.0, 1.0])
    (group,) = param_groups([("a.weight", None)], {"a": 0.01}, layer_of=layer_of)
    decay = group["weight_decay"]
    ridge = curvature * target / (curvature + decay)
    sgd = np.zeros(2)
    for _ in range(200_000):
        sgd -= 0.01 * (curvature * (sgd - target) + decay * sgd)
    np.testing.assert_allclose(sgd, ridge, rtol=1e-6)
    adamw, mean, square = np.zeros(2), np.zeros(2), np.zeros(2)
    for t in range(1, 20_001):
        gradient = curvature * (adamw - target)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        step = mean / (1 - 0.9**t) / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
        adamw -= 1e-3 * (step + decay * adamw)
    assert abs(ridge[1] - 0.5) < 1e-12  # the ridge halves what the data hardly tell
    assert adamw[1] > 0.9  # AdamW hardly moves it


def test_layers_must_agree():
    with pytest.raises(ParameterError, match=r"'b.weight' is of 'b'"):
        param_groups(NAMED, {"a": 0.1}, layer_of=layer_of)
    with pytest.raises(ParameterError, match=r"no parameter is of \['c'\]"):
        param_groups(NAMED, {"a": 0.1, "b": 0.1, "c": 1.0}, layer_of=layer_of)
