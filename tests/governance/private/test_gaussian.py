"""What noise hides, against numerical integration and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from workbench.governance.private.gaussian import chance, delta, epsilon, most_mu, small


def test_the_chance_is_the_area_under_the_curve_of_the_best_test():
    rng = np.random.default_rng(0)
    for mu in (0.2, 1.0, 2.5):
        there, not_there = mu + rng.normal(size=40_000), rng.normal(size=40_000)
        score = np.concatenate([there, not_there])
        area = roc_auc_score(np.repeat([1, 0], 40_000), score)
        assert chance(mu) == pytest.approx(area, abs=0.006)


@pytest.mark.parametrize(("eps", "mu"), [(0.5, 0.4), (1.0, 1.0), (3.0, 1.2)])
def test_delta_is_the_integral_of_what_exceeds(eps, mu):
    """δ = ∫ max(0, p(x) − e^ε q(x)) dx, with p = N(μ, 1) and q = N(0, 1)."""

    def exceeds(x):
        return max(0.0, norm.pdf(x, mu) - np.exp(eps) * norm.pdf(x))

    start = eps / mu + mu / 2
    assert delta(eps, mu) == pytest.approx(quad(exceeds, start, start + 12)[0], rel=1e-6)


@given(st.floats(0.05, 6.0), st.floats(1e-8, 1e-3))
def test_epsilon_undoes_delta(mu, at):
    found = epsilon(mu, at)
    assert delta(found, mu) <= at * (1 + 1e-6) + 1e-15
    assert found == 0 or delta(found * 0.999, mu) > at


def test_without_a_move_nothing_is_told():
    assert epsilon(0.0, 1e-6) == 0.0
    assert chance(0.0) == 0.5


@pytest.mark.parametrize(
    ("worst", "at", "implied"),
    [(0.6, 1e-5, 1.38), (0.71, 5e-6, 3.43), (0.83, 1e-5, 6.22), (0.91, 1e-5, 9.36)],
)
def test_the_chance_for_the_most_exposed_fixes_epsilon(worst, at, implied):
    """By another way: the best test's errors, searched for a threshold, instead of a root of δ."""
    mu = np.sqrt(2) * norm.ppf(worst)
    thresholds = np.linspace(-4, 12, 4_001)
    found, blamed = norm.sf(thresholds, mu), norm.sf(thresholds)
    needed = np.log(np.maximum(found - at, 1e-300)) - np.log(blamed)
    assert epsilon(mu, at) == pytest.approx(needed.max(), abs=1e-3)
    assert epsilon(mu, at) == pytest.approx(implied, abs=0.01)


@given(st.floats(0.01, 10.0), st.floats(1e-12, 1e-5))
def test_the_most_mu_keeps_the_promise_and_a_little_more_breaks_it(eps, at):
    mu = most_mu(eps, at)
    assert delta(eps, mu) <= at
    assert delta(eps, mu * 1.00001) > at * (1 - 1e-9)


def test_the_noise_is_less_than_by_the_classical_bound():
    """Dwork & Roth (2014), theorem A.1, for ε below 1: σ = √(2 ln(1.25/δ)) / ε."""
    for eps, at in ((0.5, 1e-6), (0.9, 1e-8)):
        assert 1 / most_mu(eps, at) < np.sqrt(2 * np.log(1.25 / at)) / eps


def test_delta_is_written_short():
    assert [small(one) for one in (1e-7, 2.5e-6, 1e-12)] == ["1e-7", "2.5e-6", "1e-12"]
