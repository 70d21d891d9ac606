from copy import deepcopy

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from workbench.errors import ParameterError
from workbench.networks import linearised, parameter_layers


def world(n=60, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    return X, (X[:, 0] * X[:, 1] + 0.3 * rng.normal(size=n) > 0).astype(int)


def moved(network, flat):
    other, start = deepcopy(network), 0
    for weights, bias in zip(other.coefs_, other.intercepts_, strict=True):
        for part in (weights, bias):
            part[...] = flat[start : start + part.size].reshape(part.shape)
            start += part.size
    return other


@pytest.mark.parametrize("activation", ["tanh", "relu", "logistic", "identity"])
@pytest.mark.parametrize("hidden", [(4,), (3, 2)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_jacobian_is_that_of_finite_differences(activation, hidden):
    X, y = world()
    network = MLPClassifier(
        hidden, activation=activation, solver="lbfgs", alpha=0.1, random_state=1, max_iter=40
    ).fit(X, y)
    at = linearised(network, X)
    np.testing.assert_allclose(
        1 / (1 + np.exp(-at.log_odds)), network.predict_proba(X)[:, 1], rtol=1e-10
    )
    for k in range(len(at.parameters)):
        h = 1e-6 * (np.arange(len(at.parameters)) == k)
        up, down = (linearised(moved(network, at.parameters + s * h), X).log_odds for s in (1, -1))
        np.testing.assert_allclose(at.jacobian[:, k], (up - down) / 2e-6, atol=2e-6)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_layers_stand_in_the_order_of_the_parameters():
    X, y = world()
    network = MLPClassifier((2, 3), solver="lbfgs", random_state=0, max_iter=5).fit(X, y)
    layers = parameter_layers(network, ["a", "a", "b"])
    assert len(layers) == len(linearised(network, X).parameters)
    values = linearised(network, X).parameters
    of_b = np.array([layer == "layer 1: b" for layer in layers])
    np.testing.assert_array_equal(values[of_b], network.coefs_[0][2])
    assert layers.count(None) == 2 + 3 + 1
    assert layers.count("layer 3") == 3


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_three_classes_are_refused():
    X, _ = world()
    network = MLPClassifier(2, solver="lbfgs", random_state=0, max_iter=5)
    network.fit(X, np.arange(60) % 3)
    with pytest.raises(ParameterError, match="it has 3"):
        linearised(network, X)
