"""The Jacobian of scikit-learn's MLPClassifier, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.neural_network import MLPClassifier
from sklearn.utils.validation import check_is_fitted

from workbench.errors import ParameterError
from workbench.networks.left_out_step import Linearised
from workbench.numbers import Array

_ACTIVATIONS: Mapping[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "identity": (lambda a: a, np.ones_like),
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "logistic": (expit, lambda h: h * (1 - h)),
    "relu": (lambda a: np.maximum(a, 0), lambda h: (h > 0).astype(float)),
}
"""Each activation, and its slope as a function of its value."""


def linearised(network: MLPClassifier, X: Any) -> Linearised:
    """Return log-odds of rows, parameters, and the Jacobian of the one by the others.

    With h⁰ = x, h^l = f(h^{l−1} W_l + b_l) and η = h^{L−1} W_L + b_L, go back from δ_L = 1,

        ∂η/∂W_l = h^{l−1} δ_l' ,   ∂η/∂b_l = δ_l ,   δ_{l−1} = (W_l δ_l) ∘ f'(h^{l−1}) .

    Parameters
    ----------
    network : MLPClassifier
        Fitted, to two classes.
    X : array, shape (n, p)

    Returns
    -------
    Linearised
        Parameters in the order of `parameter_layers`: layer by layer, weights row by row, then
        biases.

    Raises
    ------
    ParameterError
        It has more than two classes.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors,
    Nature 323.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neural_network import MLPClassifier
    >>> X, y = np.array([[0.0], [1], [2], [3]]), [0, 0, 1, 1]
    >>> network = MLPClassifier(2, activation="tanh", solver="lbfgs", random_state=0).fit(X, y)
    >>> at = linearised(network, X)
    >>> at.jacobian.shape, bool(np.allclose(1 / (1 + np.exp(-at.log_odds)),
    ...                                     network.predict_proba(X)[:, 1]))
    ((4, 7), True)
    """
    check_is_fitted(network)
    if network.n_outputs_ != 1 or network.out_activation_ != "logistic":
        raise ParameterError(
            f"The network must tell two classes apart; it has {len(network.classes_)}. Fit one "
            "class against the others."
        )
    activation, slope = _ACTIVATIONS[network.activation]
    layers = list(zip(network.coefs_, network.intercepts_, strict=True))
    values = [np.asarray(X, dtype=float)]
    for weights, bias in layers[:-1]:
        values.append(activation(values[-1] @ weights + bias))
    log_odds = (values[-1] @ layers[-1][0] + layers[-1][1]).ravel()
    delta, parts = np.ones((len(log_odds), 1)), []
    for (weights, _), value in zip(reversed(layers), reversed(values), strict=True):
        by_weight = np.einsum("ni,nj->nij", value, delta).reshape(len(value), -1)
        parts.append(np.hstack([by_weight, delta]))
        delta = (delta @ weights.T) * slope(value)
    parameters = np.concatenate([np.append(weights.ravel(), bias) for weights, bias in layers])
    return Linearised(np.hstack(parts[::-1]), log_odds, parameters)


def parameter_layers(
    network: MLPClassifier, groups: Sequence[str] | None = None
) -> list[str | None]:
    """Return the layer of each parameter, None for biases.

    Parameters
    ----------
    network : MLPClassifier
        Fitted.
    groups : sequence of str, optional
        The group of each input: the first layer is then one layer a group.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.neural_network import MLPClassifier
    >>> X, y = np.array([[0.0, 1], [1, 0], [2, 2], [3, 1]]), [0, 0, 1, 1]
    >>> network = MLPClassifier(1, solver="lbfgs", random_state=0).fit(X, y)
    >>> parameter_layers(network, ["pace", "offer"])
    ['layer 1: pace', 'layer 1: offer', None, 'layer 2', None]
    """
    check_is_fitted(network)
    found: list[str | None] = []
    for k, weights in enumerate(network.coefs_, start=1):
        inputs, outputs = weights.shape
        for i in range(inputs):
            part = f": {groups[i]}" if k == 1 and groups is not None else ""
            found += [f"layer {k}{part}"] * outputs
        found += [None] * outputs
    return found
