"""Made-up contacts that could take any of several offers, whose tastes are known."""

import numpy as np
import pandas as pd

OFFERS = ("coffee", "green tea", "Müsli", "wine")


def contacts(n=2400, campaigns=6, offers=OFFERS, seed=0, taste=1.0, customers=None):
    """Draw contacts: who responds, and which offer it takes, by the taste of its visits and age.

    An offer k is taken of the largest taste_k + noise (Gumbel), so that the choice among all is
    multinomial logistic. ``likes`` is the one of the largest taste.
    """
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"visits": rng.poisson(4, n), "age": rng.integers(18, 80, n)})
    X["city"] = rng.choice(["north", "south"], n)
    Z = np.column_stack([(X["visits"] - 4) / 2, (X["age"] - 49) / 18])
    angle = 2 * np.pi * np.arange(len(offers)) / len(offers)
    tastes = taste * Z @ np.vstack([np.cos(angle), np.sin(angle)])
    tastes = tastes + np.linspace(0.6, 0.0, len(offers))
    came = rng.random(n) < 1 / (1 + np.exp(1.2 - 0.4 * Z[:, 0]))
    chosen = (tastes + rng.gumbel(size=tastes.shape)).argmax(axis=1)
    names = np.array(offers, dtype=object)
    return X.assign(
        month=[f"2024-{1 + k:02d}" for k in np.sort(rng.integers(0, campaigns, n))],
        who=rng.integers(0, customers or n, n),
        bought=came.astype(int),
        took=np.where(came, names[chosen], None),
    )
