import re
from dataclasses import replace

import numpy as np
import pytest

from workbench.datasets import planted_drift
from workbench.errors import FitError
from workbench.ridge import RidgePropensity
from workbench.ridge.inference import jackknife_errors, score_variance_shares, spread
from workbench.ridge.solver import minimise


def solve(problem):
    return minimise(problem, start=problem.base_rate_start())


@pytest.fixture(scope="module")
def solution(problem):
    return solve(problem)


def with_intercept(problem):
    return np.column_stack([np.ones(len(problem.rows.y)), problem.rows.X])


def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(problem, solution):
    X = with_intercept(problem)
    mu = 1 / (1 + np.exp(-solution.b[0] - problem.rows.X @ solution.b[1:]))
    root = np.sqrt(problem.rows.weight * mu * (1 - mu))
    A = sum(r**2 * np.outer(x, x) for r, x in zip(root, X, strict=True))
    inverse = np.linalg.inv(A + problem.total * np.diag(np.append(0.0, problem.penalties)))
    hat = (root[:, None] * X) @ inverse @ (root[:, None] * X).T
    edf = spread(problem.curvature(solution.b), problem.penalties, problem.total).edf
    np.testing.assert_allclose(edf, np.diag(inverse @ A)[1:], rtol=1e-10)
    assert 1 + edf.sum() == pytest.approx(np.trace(hat), rel=1e-10)  # 1: the free intercept


def test_a_column_counts_one_without_a_penalty_and_nothing_under_a_strong_one(problem):
    counts = []
    for strength in (0.0, 1e-3, 1e-2, 1.0, 1e9):
        fit = solve(replace(problem, penalties=np.full(5, strength)))
        counts.append(spread(problem.curvature(fit.b), np.full(5, strength), problem.total).edf)
    np.testing.assert_allclose(counts[0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(counts[-1], 0.0, atol=1e-8)
    assert (np.diff(np.sum(counts, axis=1)) < 0).all()


def test_errors_are_of_the_inverted_second_differences(problem, solution):
    at = solution.b
    h = 1e-4

    def total_loss(point):
        return problem.total * problem(point)[0]

    moves = h * np.eye(6)
    hessian = [
        [
            sum(
                sign_i * sign_j * total_loss(at + sign_i * moves[i] + sign_j * moves[j])
                for sign_i in (1, -1)
                for sign_j in (1, -1)
            )
            / (4 * h * h)
            for j in range(6)
        ]
        for i in range(6)
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)))[1:]
    ours = spread(problem.curvature(solution.b), problem.penalties, problem.total).std_error
    np.testing.assert_allclose(ours, errors, rtol=1e-5)


def campaigns_with_effects_of_their_own(rng, sizes, spread):
    fold = np.repeat(np.arange(len(sizes)), sizes)
    Z = rng.normal(size=(len(fold), 3))
    effects = 0.4 + spread * rng.normal(size=(len(sizes), 3))
    log_odds = (Z * effects[fold]).sum(axis=1) - 1
    y = (rng.random(len(fold)) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return Z, y, np.char.add("c", fold.astype(str))


def test_jackknife_errors_are_those_of_refits_without_each_campaign():
    """Many contacts, so that one Newton step is near enough."""
    sizes = [400, 600, 800, 1000, 1000, 1200, 1400, 1600]
    Z, y, campaign = campaigns_with_effects_of_their_own(np.random.default_rng(8), sizes, 0.3)
    factors = {"x0": 0.0, "x1": 1.0, "x2": 30.0}
    model = RidgePropensity(0.01, factors).fit(Z, y, campaign=campaign)
    left = []
    for label in np.unique(campaign):
        kept = campaign != label
        share = kept.mean()  # the penalty weighs sums: the same against fewer rows
        # it also weighs standardised coefficients, and these rows have deviations of their own
        ratio = (Z.std(axis=0) / Z[kept].std(axis=0)) ** 2
        same = {name: f / share * r for (name, f), r in zip(factors.items(), ratio, strict=True)}
        left.append(RidgePropensity(0.01, same).fit(Z[kept], y[kept]).coef_[0] * Z.std(axis=0))
    away = np.array(left) - model.coef_standardised_.to_numpy()
    by_hand = np.sqrt(7 / 8 * (away**2).sum(axis=0))
    found = jackknife_errors(model)
    assert found.index.tolist() == ["x0", "x1", "x2"]
    np.testing.assert_allclose(found, by_hand, rtol=0.02)
    # effects differ by campaign: taking contacts as independent says too little
    assert (found > 2 * model.coefficients()["std_error"])[:2].all()


def test_jackknife_errors_are_what_other_campaigns_would_have_given():
    """Their mean square against the variance of coefficients over campaigns drawn anew."""
    rng, fits, squares = np.random.default_rng(9), [], []
    for _ in range(60):
        Z, y, campaign = campaigns_with_effects_of_their_own(rng, [150] * 10, 0.4)
        model = RidgePropensity(0.01).fit(Z, y, campaign=campaign)
        fits.append(model.coef_standardised_)
        squares.append(jackknife_errors(model) ** 2)
    assert 0.8 < np.mean(squares) / np.var(fits, axis=0, ddof=1).mean() < 1.4


def test_a_dropped_column_has_no_jackknife_error(rows):
    model = RidgePropensity(0.02, {"spend": np.inf}).fit(rows.X, rows.y, campaign=rows.campaign)
    errors = jackknife_errors(model)
    assert errors["spend"] == 0.0
    assert (errors.drop("spend") > 0).all()


def test_without_campaigns_or_rows_nothing_can_be_left_out(rows, tmp_path):
    message = (
        "Errors by leaving campaigns out need the rows and at least two campaigns of the fit, "
        "as its folds; this model was loaded, or fitted without them. Fit it here with "
        "`campaign`, or use the Bayesian errors of `coefficients()`."
    )
    alone = RidgePropensity(0.02).fit(rows.X, rows.y)
    fitted = RidgePropensity(0.02).fit(rows.X, rows.y, campaign=rows.campaign)
    loaded = RidgePropensity.load(fitted.save(tmp_path / "model.json"))
    dealt = RidgePropensity(0.02, folds="random").fit(rows.X, rows.y, campaign=rows.campaign)
    for model in (alone, loaded, dealt):
        with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
            jackknife_errors(model)


def test_shares_are_covariances_with_the_score_and_add_to_one(problem, solution):
    shares = score_variance_shares(problem.rows, problem.scaling, solution.b)
    parts = problem.rows.X * solution.b[1:]
    together = np.cov(np.column_stack([parts, parts.sum(axis=1)]).T, aweights=problem.rows.weight)
    np.testing.assert_allclose(shares, together[:-1, -1] / together[-1, -1], rtol=1e-10)
    assert shares.sum() == pytest.approx(1.0, rel=1e-12)


def test_a_column_that_works_against_the_others_has_a_negative_share(as_they_are):
    z = np.array([-1.0, 0.0, 1.0])
    pair = as_they_are(np.column_stack([z, z]), np.zeros(3), np.ones(3), [1.0, 1.0], 3.0)
    shares = score_variance_shares(pair.rows, pair.scaling, np.array([0.0, 3.0, -1.0]))
    assert shares.tolist() == [1.5, -0.5]


def test_a_score_that_does_not_vary_is_carried_by_nothing(problem):
    shares = score_variance_shares(problem.rows, problem.scaling, np.zeros(6))
    assert shares.tolist() == [0.0] * 5


def test_jackknife_errors_leave_campaigns_out_however_penalties_were_tuned():
    frame = planted_drift(seed=2, campaigns=6, rows=100, columns=3).frame
    tuned = RidgePropensity(folds="forward").fit(frame)
    given = RidgePropensity(1.0).fit(frame).refit(tuned.penalties_)
    np.testing.assert_allclose(jackknife_errors(tuned), jackknife_errors(given), rtol=1e-5)
