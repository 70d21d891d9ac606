"""What tests of the solver share: the objective written out, and a fit from the base rate."""

import numpy as np

from workbench.ridge.solve.minimise import minimise


def with_intercept(Z):
    return np.column_stack([np.ones(len(Z)), Z])


def solve(objective, **settings):
    start = settings.pop("start", None)
    return minimise(
        objective, start=objective.base_rate_start() if start is None else start, **settings
    )


def loss_of(problem, coefficients):
    eta = coefficients[0] + problem.rows.X @ coefficients[1:]
    surprise = np.where(problem.rows.y == 1, np.logaddexp(0, -eta), np.logaddexp(0, eta))
    penalty = 0.5 * (problem.penalties * coefficients[1:] ** 2).sum()
    return (problem.rows.weight * surprise).sum() / problem.total + penalty
