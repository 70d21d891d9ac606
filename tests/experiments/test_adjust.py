import numpy as np
import pytest
from scipy.optimize import minimize

from workbench.experiments import adjust
from workbench.experiments.adjust import FOLDS, coefficients, dealt, expected
from workbench.experiments.sums import Rows, sums_over


def world(n=150, p=3, *, seed=0, share=0.5, units=None, noise=1.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    unit = None if units is None else np.arange(n) % units
    arm = (rng.random(n) < share).astype(int) if unit is None else (rng.random(units) < share)[unit]
    arm = arm.astype(int)
    y = X[:, 0] - 0.5 * X[:, 1] + 0.3 * arm + noise * rng.normal(size=n)
    fold = dealt(unit, arm, np.zeros(n, dtype=int), 0)
    omega = 1 / np.where(arm == 1, arm.mean(), 1 - arm.mean())
    return X, Rows(y, np.ones(n), omega, arm, fold, unit)


def variance(b, z, rows, here):
    """V(b) of some rows, as the docstring has it."""
    rest = rows.y - z @ b
    total = 0.0
    for arm in (0, 1):
        one = here & (rows.arm == arm)
        w = rows.omega[one] ** 2
        total += w @ (rest[one] - np.average(rest[one], weights=w)) ** 2
    return total


def by_hand(X, rows, penalties):
    """The same regressions, by a numerical optimum, tilt 1 alone."""
    z = (X - X.mean(axis=0)) / X.std(axis=0)

    def fit(here, penalty):
        if np.isinf(penalty):
            return np.zeros(X.shape[1])
        total = (rows.omega[here] ** 2).sum()
        return minimize(
            lambda b: variance(b, z, rows, here) / total + penalty * b @ b,
            np.zeros(X.shape[1]),
            tol=1e-12,
        ).x

    found = []
    for k in range(FOLDS):
        loss = [
            sum(
                variance(fit((rows.fold != k) & (rows.fold != j), one), z, rows, rows.fold == j)
                for j in range(FOLDS)
                if j != k
            )
            for one in penalties
        ]
        found.append(fit(rows.fold != k, penalties[int(np.argmin(loss))]))
    return np.array(found)


def test_each_fold_has_the_regression_of_the_others(monkeypatch):
    penalties = np.array([0.01, 0.3, np.inf])
    monkeypatch.setattr(adjust, "PENALTIES", penalties)
    X, rows = world(noise=3.0)
    found, chosen = coefficients(sums_over(X, rows), (1, 0))
    assert found == pytest.approx(by_hand(X, rows, penalties), abs=2e-5)
    assert set(chosen) <= set(penalties)


def test_a_row_is_expected_by_the_regression_of_its_fold():
    X, rows = world()
    sums = sums_over(X, rows)
    b = np.random.default_rng(1).normal(size=(2, FOLDS, 3))
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    found = expected(X, sums, list(b), rows.fold)
    for k in range(2):
        assert found[k] == pytest.approx((z * b[k][rows.fold]).sum(axis=1))


@pytest.mark.parametrize("units", [None, 60])
@pytest.mark.parametrize("share", [0.5, 0.2])
def test_what_is_expected_of_a_unit_does_not_know_its_outcome(units, share):
    X, rows = world(units=units, share=share)
    mine = rows.fold == rows.fold[0]
    assert units is None or (mine == np.isin(rows.unit, rows.unit[mine])).all()

    def of(y):
        changed = Rows(y, rows.weight, rows.omega, rows.arm, rows.fold, rows.unit)
        sums = sums_over(X, changed)
        return expected(X, sums, [coefficients(sums, (1, 0))[0]], rows.fold)[0]

    before = of(rows.y)
    after = of(np.where(mine, rows.y * -5 + 7, rows.y))
    assert after[mine] == pytest.approx(before[mine], abs=1e-9)
    assert np.abs(after[~mine] - before[~mine]).max() > 0.01


def test_noise_is_not_adjusted_for():
    X, rows = world(n=400, p=20, noise=1.0)
    pure = Rows(np.random.default_rng(5).normal(size=400), *list(vars(rows).values())[1:])
    found, _ = coefficients(sums_over(X, pure), (1, 0))
    assert np.abs(found).max() < 0.1


def test_units_are_dealt_whole_and_arms_alike():
    rng = np.random.default_rng(0)
    unit = rng.integers(0, 100, 1000)
    arm = (np.arange(100) % 4 == 0).astype(int)
    fold = dealt(unit, arm[unit], np.zeros(1000, dtype=int), 3)
    for one in range(100):
        assert len(set(fold[unit == one])) == 1
    of_unit = fold[np.unique(unit, return_index=True)[1]]
    assert np.bincount(of_unit[arm == 0]).tolist() == [15] * FOLDS
    assert np.bincount(of_unit[arm == 1]).tolist() == [5] * FOLDS
    assert (dealt(unit, arm[unit], np.zeros(1000, dtype=int), 3) == fold).all()
    assert (dealt(unit, arm[unit], np.zeros(1000, dtype=int), 4) != fold).any()
