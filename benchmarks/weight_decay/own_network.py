"""A network of one's own on planted spikes: one decay by random folds, or one a layer, tuned."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.model_selection import KFold

from workbench.datasets import planted
from workbench.networks import Linearised, tune_weight_decay

HIDDEN = 6
SIZES = {"train_campaigns": 10, "new_campaigns": 6, "rows": 250, "stable": 10, "spiky": 15}
GRID = tuple(np.logspace(-4, 0, 7))


class Network:
    """One hidden layer of tanh units, fitted by L-BFGS under a decay for every parameter."""

    def __init__(self, inputs, seed):
        self.shapes = ((inputs, HIDDEN), (HIDDEN,), (HIDDEN,), (1,))
        self.start = np.random.default_rng(seed).normal(0, 0.3, sum(map(np.prod, self.shapes)))

    def parts(self, theta):
        """Return weights and biases, first layer first."""
        cuts = np.cumsum([np.prod(shape) for shape in self.shapes])[:-1]
        return [
            one.reshape(shape)
            for one, shape in zip(np.split(theta, cuts), self.shapes, strict=True)
        ]

    def layers(self, groups):
        """Return the layer of each parameter, that of inputs by their group."""
        first = [f"layer 1: {group}" for group in groups for _ in range(HIDDEN)]
        return [*first, *[None] * HIDDEN, *["layer 2"] * HIDDEN, None]

    def at(self, X, theta):
        """Return log-odds and Jacobian."""
        first, bias, last, end = self.parts(theta)
        h = np.tanh(X @ first + bias)
        delta = last * (1 - h**2)
        by_first = np.einsum("ni,nj->nij", X, delta).reshape(len(X), -1)
        J = np.hstack([by_first, delta, h, np.ones((len(X), 1))])
        return Linearised(J, h @ last + end[0], theta)

    def fit(self, X, y, decay, total):
        """Return the parameters at the optimum that the start leads to."""

        def objective(theta):
            first, bias, last, end = self.parts(theta)
            h = np.tanh(X @ first + bias)
            eta = h @ last + end[0]
            r = (expit(eta) - y) / total
            delta = np.outer(r, last) * (1 - h**2)
            slope = [(X.T @ delta).ravel(), delta.sum(axis=0), h.T @ r, [r.sum()]]
            value = np.sum(np.logaddexp(0, eta) - y * eta) / total
            return value + 0.5 * decay @ theta**2, np.concatenate(slope) + decay * theta

        found = minimize(
            objective, self.start, jac=True, method="L-BFGS-B", options={"maxiter": 300}
        )
        return found.x


def loss(y, eta):
    """Return the mean log loss."""
    return float(np.mean(np.logaddexp(0, eta) - y * eta))


def judged(seed):
    """Return the losses on later campaigns under one decay by random folds, and under the tuned."""
    frame = planted(seed=seed, **SIZES).frame
    early = frame.campaign.isin(frame.campaigns[: SIZES["train_campaigns"]]).to_numpy()
    X, y = frame.X.to_numpy(), frame.y.to_numpy()
    spread = X[early].std(axis=0)
    # a column that training never saw active tells a network nothing, whatever it does later
    X = (X - X[early].mean(axis=0)) / np.where(spread > 0, spread, np.inf)
    train, outcome = X[early], y[early]
    network = Network(X.shape[1], seed)
    layers = network.layers([frame.groups[name] for name in frame.X])
    total = len(outcome)

    def vector(decay):
        return np.array([0.0 if layer is None else decay[layer] for layer in layers])

    def refit(decay, rows):
        theta = network.fit(train[rows], outcome[rows], vector(decay), total)
        return network.at(train, theta)

    names = list(dict.fromkeys(layer for layer in layers if layer))
    folds = list(KFold(5, shuffle=True, random_state=seed).split(train))
    by_fold = []
    for one in GRID:
        decay = vector(dict.fromkeys(names, one))
        losses = [
            loss(
                outcome[out],
                network.at(train[out], network.fit(train[k], outcome[k], decay, len(k))).log_odds,
            )
            for k, out in folds
        ]
        by_fold.append(np.mean(losses))
    one = dict.fromkeys(names, float(GRID[int(np.argmin(by_fold))]))
    at = refit(one, np.ones(total, dtype=bool))
    tuned = tune_weight_decay(
        at.jacobian,
        outcome,
        frame.campaign[early],
        layers,
        log_odds=at.log_odds,
        parameters=at.parameters,
        decay=one,
        refit=refit,
    )
    found = {"seed": seed}
    for name, decay in (("one_decay", one), ("by_layer", tuned.decay)):
        theta = network.fit(train, outcome, vector(decay), total)
        found[name] = loss(y[~early], network.at(X[~early], theta).log_odds)
    return {**found, "decay": tuned.decay, "start": next(iter(one.values()))}
