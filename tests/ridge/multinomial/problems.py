"""Small multinomial problems that tests of this room share."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from workbench.ridge.multinomial.softmax import Softmax
from workbench.ridge.penalties.plan import PenaltyPlan

N, P, K = 240, 5, 4
ALIKE = np.ones(1)
PLAN = PenaltyPlan(np.array([1.0, 2.0, 1.0, 1.0, 0.5]), np.array([0, 0, 1, 1, 1]), ("a", "b"))
OFFERS = np.array(["bundle", "discount", "none", "voucher"])
GROUPS = {"price": "offer", "visits": "shop", "spend": "shop", "city": "place"}


def drawn(*, sparse=False, by_class=False, penalty=0.02, seed=3, n=N, p=P):
    """Return a problem with weights, columns of zeros, and penalties that differ."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) * (rng.random((n, p)) < 0.6)
    code = (X @ rng.normal(size=(p, K)) + rng.gumbel(size=(n, K))).argmax(axis=1)
    X = np.column_stack([np.ones(n), X])
    weight = rng.uniform(0.5, 2.0, n)
    penalties = penalty * np.concatenate([[0.0], rng.uniform(0.5, 2.0, p)])[:, None]
    if by_class:
        penalties = penalties * np.array([1.0, 0.3, 2.0, 5.0])
    given = csr_array(X) if sparse else X
    return Softmax(given, code, weight / weight.sum(), penalties, K)


def offers(n=400, seed=2):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "price": rng.normal(40, 5, n).round(1),
            "visits": rng.poisson(3, n).astype(float),
            "spend": rng.gamma(2.0, 100.0, n).round(1),
            "city": rng.choice(["north", "south", "web"], n),
        }
    )
    Z = np.column_stack([(X["price"] - 40) / 5, (X["visits"] - 3) / 1.7, X["city"] == "web"])
    y = OFFERS[(Z @ rng.normal(size=(3, 4)) * 1.5 + rng.gumbel(size=(n, 4))).argmax(axis=1)]
    return X, y
