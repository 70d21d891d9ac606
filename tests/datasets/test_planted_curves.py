import re

import numpy as np
import pytest
from scipy import integrate
from scipy.special import logit
from scipy.stats import norm

from workbench.datasets import planted
from workbench.datasets.planted_curves import CURVES, EVERY, KINDS, PRODUCTS, plant_curves
from workbench.errors import ParameterError

SMALL = {"rows": 60, "stable": 7, "spiky": 3}


def over_normal(function):
    """E[function(x)] of x ~ N(0, 1), by adaptive quadrature cut at the kinks."""
    return integrate.quad(lambda x: function(x) * norm.pdf(x), -9, 9, points=[-0.7, 0, 1.2])[0]


@pytest.mark.parametrize("kind", ["absolute values", "step", "saturation"])
@pytest.mark.parametrize("at", [-0.7, 1.2])
def test_a_term_has_mean_0_variance_1_and_no_slope(kind, at):
    def term(x):
        return float(CURVES[kind](np.array([x]), np.array([0.0]), at)[0])

    assert over_normal(term) == pytest.approx(0, abs=1e-6)
    assert over_normal(lambda x: term(x) ** 2) == pytest.approx(1, abs=1e-6)
    assert over_normal(lambda x: term(x) * x) == pytest.approx(0, abs=1e-6)


def test_all_terms_together_have_the_variance_of_the_linear_effects():
    x = np.random.default_rng(0).normal(size=(4000, 40))
    for curvature in (EVERY, *KINDS):
        variances = [
            plant_curves(x, curved=1.0, curvature=curvature, spread=0.25, seed=seed).added.var()
            for seed in range(20)
        ]
        assert np.mean(variances) == pytest.approx(40 * 0.25**2, rel=0.2)


@pytest.mark.parametrize("curvature", [EVERY, *KINDS])
def test_the_log_odds_are_the_linear_ones_plus_the_terms(curvature):
    with_it = planted(**SMALL, curved=0.8, curvature=curvature, seed=5)
    without = planted(**SMALL, seed=5)
    assert with_it.frame.X.equals(without.frame.X)
    np.testing.assert_array_equal(with_it.spiky_effects, without.spiky_effects)
    x = with_it.frame.X.to_numpy()
    added = np.zeros(len(x))
    for term in with_it.curves.to_dict("records"):
        other = x[:, max(term["with"], 0)]
        added += term["effect"] * CURVES[term["kind"]](x[:, term["column"]], other, term["at"])
    inside = np.abs(logit(without.probability)) < 12
    moved = logit(with_it.probability) - logit(without.probability)
    np.testing.assert_allclose(moved[inside], added[inside], atol=1e-4)


def test_every_column_is_in_one_term_of_each_kind():
    terms = planted(rows=10, stable=8, spiky=1, curved=1.0).curves
    pairs = terms[terms["kind"] == PRODUCTS]
    assert sorted([*pairs["column"], *pairs["with"]]) == list(range(8))
    assert sorted(terms.loc[terms["kind"] == "absolute values", "column"]) == list(range(8))
    steps = terms[terms["kind"].isin(["step", "saturation"])]
    assert sorted(steps["column"]) == list(range(8))
    assert steps["at"].abs().max() <= 1.5


def test_a_test_and_curves_can_be_planted_together():
    both = planted(**SMALL, curved=1.0, treated=0.5, uplift=0.3, seed=2)
    tested = planted(**SMALL, treated=0.5, uplift=0.3, seed=2)
    np.testing.assert_array_equal(both.treated, tested.treated)
    np.testing.assert_array_equal(both.stable_uplift, tested.stable_uplift)
    assert not np.allclose(both.probability, tested.probability)


def test_one_column_has_no_product():
    drawn = planted(rows=20, stable=1, spiky=1, curved=1.0, curvature=PRODUCTS)
    assert len(drawn.curves) == 0
    np.testing.assert_array_equal(
        drawn.probability, planted(rows=20, stable=1, spiky=1).probability
    )


def test_without_curves_there_is_no_table_of_them():
    assert planted(**SMALL).curves is None
    assert planted(**SMALL, curved=0.0, curvature=PRODUCTS).curves is None


def test_outcomes_follow_the_chances():
    drawn = planted(curved=1.0, seed=3)
    p, y = drawn.probability, drawn.frame.y.to_numpy()
    assert abs((y - p).sum()) < 4 * np.sqrt((p * (1 - p)).sum())


@pytest.mark.parametrize("curved", [-1.0, np.nan, np.inf])
def test_a_size_that_makes_no_sense(curved):
    message = (
        f"`curved` must be a finite number from 0; got {curved!r}. Say `curved=1.0`, or leave it "
        "out."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        planted(curved=curved)


def test_a_kind_that_is_none():
    with pytest.raises(ParameterError, match="`curvature`"):
        planted(curved=1.0, curvature="product")
