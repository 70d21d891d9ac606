"""Columns of very different scale and place, in three folds, and their moments."""

import numpy as np
import pytest

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.moments import moments, typical_values


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(500, 4)) * [1.0, 20.0, 0.01, 3.0] + [0.0, 50.0, -0.03, 1.0]
    X[:, 3] = np.where(rng.random(500) < 0.8, 0.0, X[:, 3])
    y = (rng.random(500) < 0.3).astype(float)
    return X, y, rng.uniform(0.2, 2.0, 500), np.sort(rng.integers(0, 3, 500))


@pytest.fixture(scope="module")
def blocks(drawn):
    return ArrayRows(*drawn)


@pytest.fixture(scope="module")
def measured(drawn, blocks):
    return moments(blocks, typical_values(drawn[0]))
