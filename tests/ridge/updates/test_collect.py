"""A model's sums: of its campaigns as they are, small ones pooled; or why there are none."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.ridge.updates.collect import told


def drawn(sizes, seed=0, columns=3):
    rng = np.random.default_rng(seed)
    name = np.repeat([f"2024-{k + 1:02d}" for k in range(len(sizes))], sizes)
    X = rng.normal(size=(len(name), columns))
    y = rng.random(len(name)) < 1 / (1 + np.exp(-(X[:, 0] - 0.5)))
    return X, y.astype(float), name


def fitted(sizes, **asked):
    X, y, name = drawn(sizes)
    return RidgePropensity(**{"alpha": 0.01, **asked}).fit(X, y, campaign=name)


def test_at_the_fit_the_gradient_of_the_sums_is_nothing():
    model = fitted([200] * 5)
    sums = model.statistics_
    stats = sums.statistics()
    b = model.workspace_.solution.b
    ridge = np.concatenate([[0.0], model.penalties_]) * 1000
    assert_allclose(stats.b, b)
    assert np.abs(stats.score.sum(axis=0) - ridge * b).max() < 1e-6
    assert sums.folds.contacts.tolist() == [200] * 5
    assert sums.names == [f"2024-{k:02d}" for k in range(1, 6)]


def test_small_campaigns_are_pooled_with_their_neighbours_and_that_is_said():
    sums = fitted([200, 40, 300, 30, 60]).statistics_
    assert sums.campaigns == (("2024-01",), tuple(f"2024-{k:02d}" for k in range(2, 6)))
    assert sums.folds.contacts.tolist() == [200, 430]
    assert "'2024-02', '2024-03'" in told(sums)
    assert told(fitted([200] * 4).statistics_) == ""


@pytest.mark.parametrize("half_life", [None, 2.0])
def test_columns_far_from_zero_are_measured_as_they_were_given(half_life):
    X, y, name = drawn([200] * 5)
    X[:, 1] += 1e7
    model = RidgePropensity(alpha=0.01, half_life=half_life).fit(X, y, campaign=name)
    sums = model.statistics_
    assert_allclose(sums.moments().mean, model.columns_["mean"], rtol=1e-12)
    assert_allclose(sums.moments().scale, model.columns_["scale"], rtol=1e-9)
    assert sums.origin[1] == pytest.approx(1e7, rel=1e-3)
    assert_allclose(sums.folds.contacts, 200)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RidgePropensity(0.1).fit(*drawn([300])[:2]), "whose folds are campaigns"),
        (lambda: fitted([20] * 3), "100 contacts and 10 responses"),
        (lambda: fitted([400] * 6, alpha="tuned", folds="forward"), "each judged by all others"),
    ],
)
def test_why_there_are_none(make, words):
    with pytest.raises(FitError, match=words):
        make().statistics_  # noqa: B018 - it raises


def test_more_columns_than_rows_have_no_matrices():
    X, y, name = drawn([60, 60], columns=300)
    model = RidgePropensity(0.1).fit(X, y, campaign=name)
    with pytest.raises(FitError, match="fewer columns than rows"):
        model.statistics_  # noqa: B018 - it raises


def test_a_loaded_model_has_none_and_says_how_to_have_them(tmp_path):
    model = fitted([200] * 3)
    model.save(tmp_path / "model.json")
    with pytest.raises(FitError, match="statistics=True"):
        RidgePropensity.load(tmp_path / "model.json").statistics_  # noqa: B018 - it raises
