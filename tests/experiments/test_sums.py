import numpy as np
import pytest
from scipy.sparse import csr_array

from workbench.experiments import sums as module
from workbench.experiments.sums import Rows, centred, sums_over


def rows_of(n, *, seed=0, units=None, fractions=False):
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 4, n).astype(float) if fractions else np.ones(n)
    unit = None if units is None else rng.integers(0, units, n)
    return Rows(
        rng.normal(50, 2, n),
        weight,
        rng.uniform(1, 3, n),
        rng.integers(0, 2, n),
        rng.integers(0, 3, n),
        unit,
    )


def brute(X, rows):
    """The same sums, one unit after the other."""
    z = (X - np.average(X, axis=0, weights=rows.weight)) / np.sqrt(
        np.cov(X.T, aweights=rows.weight, ddof=0).diagonal()
    )
    U = np.column_stack([np.ones(len(z)), z, rows.y])
    p = U.shape[1]
    squares, totals = np.zeros((3, 2, p, p)), np.zeros((3, 2, p))
    for k in range(3):
        for a in range(2):
            here = (rows.fold == k) & (rows.arm == a)
            totals[k, a] = (rows.omega * rows.weight)[here] @ U[here]
            if rows.unit is None:
                for i in np.flatnonzero(here):
                    u = rows.omega[i] * U[i]
                    squares[k, a] += rows.weight[i] * np.outer(u, u)
            else:
                for unit in np.unique(rows.unit[here]):
                    one = here & (rows.unit == unit)
                    u = (rows.omega * rows.weight)[one] @ U[one]
                    squares[k, a] += np.outer(u, u)
    return squares, totals


@pytest.mark.parametrize("units", [None, 30])
@pytest.mark.parametrize("block", [7, 4096])
@pytest.mark.parametrize("kind", [np.asarray, np.asfortranarray, csr_array])
def test_the_sums_are_those_of_unit_by_unit(monkeypatch, units, block, kind):
    monkeypatch.setattr(module, "BLOCK", block)
    X = np.random.default_rng(1).normal([0, 1000, 1], [1, 5, 0.01], (90, 3))
    rows = rows_of(90, units=units, fractions=True)
    found = sums_over(kind(X), rows)
    squares, totals = brute(X, rows)
    assert found.squares == pytest.approx(squares, rel=1e-6, abs=1e-6)
    assert found.totals == pytest.approx(totals, rel=1e-6, abs=1e-6)
    assert found.mean == pytest.approx(np.average(X, axis=0, weights=rows.weight))
    assert found.omega[1] == pytest.approx(
        np.average(rows.omega[rows.arm == 1], weights=rows.weight[rows.arm == 1])
    )


def test_columns_that_are_constant_are_0_everywhere():
    X = np.column_stack([np.full(50, 3.0), np.arange(50.0)])
    found = sums_over(X, rows_of(50))
    assert found.squares[..., 1, :] == pytest.approx(0.0, abs=1e-9)
    assert found.scale[0] == 1.0


def test_the_first_columns_can_be_kept():
    X = np.random.default_rng(1).normal(size=(90, 4))
    rows = rows_of(90)
    kept, alone = sums_over(X, rows).of_columns(2), sums_over(X[:, :2], rows)
    assert kept.squares == pytest.approx(alone.squares)
    assert kept.totals == pytest.approx(alone.totals)
    assert kept.scale == pytest.approx(alone.scale)


def test_centred_products_are_about_the_mean():
    U = np.random.default_rng(0).normal(3, 1, (20, 3))
    with_ones = np.column_stack([np.ones(20), U])
    assert centred(with_ones.T @ with_ones) == pytest.approx(np.cov(U.T, ddof=0) * 20)
    assert centred(np.zeros((2, 3, 3))) == pytest.approx(0.0)
