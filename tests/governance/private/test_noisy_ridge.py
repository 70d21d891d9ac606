"""Ridge from noisy sums: without noise it is ridge, and with noise its errors are what they say."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.linear_model import LinearRegression, Ridge

from workbench import FeatureFrame
from workbench.governance.private import noisy_ridge
from workbench.governance.private.declared import STEPS, Declared
from workbench.governance.private.gaussian import most_mu
from workbench.governance.private.noisy_sums import exact_sums, put_together, released, sigmas

BOUNDS = {"age": (18, 90), "visits": (0, 12), "member": (False, True)}
CAMPAIGNS = ["m1", "m2", "m3", "m4"]
NO_NOISE = 1e9  # μ: the noise is one step


def frame_of(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "month": rng.choice(CAMPAIGNS, n),
            "age": rng.integers(18, 91, n),
            "visits": rng.poisson(3, n),
            "member": rng.random(n) < 0.5,
        }
    )
    eta = -2.5 + 0.25 * table["visits"] + 0.5 * table["member"]
    table["bought"] = (rng.random(n) < expit(eta)).astype(int)
    return FeatureFrame.from_table(table, target="bought", campaign="month")


@pytest.fixture(scope="module")
def frame():
    return frame_of()


DECLARED = Declared.of(BOUNDS, CAMPAIGNS, 1)


def rows_of(frame):
    return DECLARED.design(frame)[:, 1:] / STEPS, frame.y.to_numpy()


def test_without_noise_it_is_ridge(frame):
    """Against scikit-learn on the rows, and so against the closed form."""
    Z, y = rows_of(frame)
    sums = released(exact_sums(frame, DECLARED), DECLARED, NO_NOISE, key=b"k" * 32)
    penalties = np.array([3.0, 50.0, 0.7])
    found = noisy_ridge.solved(sums.products, sums.responses, penalties)
    ridge = Ridge(alpha=1.0).fit(Z / np.sqrt(penalties), y)
    assert found[1:] == pytest.approx(ridge.coef_ / np.sqrt(penalties), abs=1e-6)
    assert found[0] == pytest.approx(ridge.intercept_, abs=1e-6)


def test_errors_by_chance_are_those_of_least_squares(frame):
    Z, y = rows_of(frame)
    declared = Declared.of(BOUNDS, (), 1)  # without campaigns nothing is held back
    bare = FeatureFrame(X=frame.X, y=frame.y)
    sums = put_together(exact_sums(bare, declared), dict.fromkeys(sigmas(declared, 1.0), 1))
    none = noisy_ridge.fitted(sums, declared.owner)
    assert none.noise.max() < 1e-6
    X = np.column_stack([np.ones(len(y)), Z])
    plain = LinearRegression().fit(Z, y)
    left = y - plain.predict(Z)
    errors = np.sqrt(np.diag(np.linalg.inv(X.T @ X)) * np.mean(left**2))
    assert none.b[1:] == pytest.approx(plain.coef_, abs=1e-6)
    assert none.chance == pytest.approx(errors, rel=1e-4)
    assert noisy_ridge.residual(sums, none.b) == pytest.approx(np.mean(left**2), rel=1e-4)


def test_noise_moves_coefficients_as_far_as_is_said():
    frame = frame_of(20_000)
    sums, mu = exact_sums(frame, DECLARED), most_mu(3.0, 1e-7)
    exact = put_together(sums, dict.fromkeys(sigmas(DECLARED, 1.0), 1))
    off = []
    for k in range(40):
        told = released(sums, DECLARED, mu, key=bytes([k]) * 32)
        fit = noisy_ridge.fitted(told, DECLARED.owner)
        best = noisy_ridge.solved(exact.products, exact.responses, fit.penalties)
        off.append((fit.b - best) / fit.noise)
    assert np.sqrt(np.mean(np.square(off), axis=0)) == pytest.approx(np.ones(4), abs=0.35)
    assert abs(np.mean(off)) < 0.3


def test_left_out_losses_are_those_of_refits_on_the_rows(frame):
    Z, y = rows_of(frame)
    sums = put_together(exact_sums(frame, DECLARED), dict.fromkeys(sigmas(DECLARED, 1.0), 1))
    penalties = np.array([3.0, 50.0, 0.7])
    lost, b = noisy_ridge.left_out(sums, penalties)
    for g, campaign in enumerate(CAMPAIGNS):
        own = (frame.campaign == campaign).to_numpy()
        ridge = Ridge(alpha=1.0).fit(Z[~own] / np.sqrt(penalties), y[~own])
        predicted = ridge.predict(Z[own] / np.sqrt(penalties))
        assert lost[g] == pytest.approx(((y[own] - predicted) ** 2).sum(), rel=1e-5)
        assert b[g, 0] == pytest.approx(ridge.intercept_, abs=1e-5)


def test_left_out_losses_are_not_made_larger_by_the_noise_that_both_sides_share():
    frame, penalties = frame_of(3000), np.full(3, 20.0)
    sums, mu = exact_sums(frame, DECLARED), most_mu(3.0, 1e-7)
    exact = put_together(sums, dict.fromkeys(sigmas(DECLARED, 1.0), 1))
    too_much, taken_as_it_is = [], []
    for k in range(80):
        told = released(sums, DECLARED, mu, key=bytes([k]) * 32)
        lost, b = noisy_ridge.left_out(told, penalties)
        true = noisy_ridge.campaign_losses(exact, b).sum()
        too_much.append(lost.sum() - true)
        taken_as_it_is.append(noisy_ridge.campaign_losses(told, b).sum() - true)
    doubt = np.std(too_much) / np.sqrt(len(too_much))
    assert abs(np.mean(too_much)) < 3 * doubt
    assert np.mean(taken_as_it_is) > 3 * doubt


def test_the_noise_of_a_difference_of_losses_is_as_said(frame):
    sums, mu = exact_sums(frame, DECLARED), most_mu(3.0, 1e-7)
    exact = put_together(sums, dict.fromkeys(sigmas(DECLARED, 1.0), 1))
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 0.3, (2, 4, 4))
    off = []
    for k in range(100):
        told = released(sums, DECLARED, mu, key=bytes([k]) * 32)
        for one, sign in ((told, 1), (exact, -1)):
            apart = noisy_ridge.campaign_losses(one, first)
            off.append(sign * (apart - noisy_ridge.campaign_losses(one, second)))
    moved = np.array(off[::2]) + np.array(off[1::2])
    said = noisy_ridge.difference_noise(told, first, second)
    assert (moved.std(axis=0) / said).mean() == pytest.approx(1, abs=0.1)


def test_a_penalty_is_taken_where_it_is_sure_to_help():
    frame = frame_of(3000)
    rng = np.random.default_rng(1)
    X = frame.X.assign(**{f"x{k}": rng.uniform(-1, 1, 3000) for k in range(30)})
    wide = FeatureFrame(X=X, y=frame.y, campaign=frame.campaign)
    declared = Declared.of(BOUNDS | {f"x{k}": (-1, 1) for k in range(30)}, CAMPAIGNS, 1)
    sums = exact_sums(wide, declared)
    exact = put_together(sums, dict.fromkeys(sigmas(declared, 1.0), 1))
    strengths = noisy_ridge.tuned(exact, declared.owner)
    assert strengths[1] < 0.1 < np.median(strengths[3:])
    held = noisy_ridge.fitted(exact, declared.owner).penalties
    lost = [noisy_ridge.left_out(exact, one)[0].sum() for one in (held, np.zeros(33))]
    assert lost[0] < lost[1]
    noisy = noisy_ridge.tuned(released(sums, declared, 2.0, key=b"k" * 32), declared.owner)
    assert noisy[:3].tolist() == [0.0] * 3
    assert np.count_nonzero(noisy) <= 3 < np.count_nonzero(strengths)


def test_too_weak_directions_are_held_and_others_are_not(frame):
    sums = exact_sums(frame, DECLARED)
    told = released(sums, DECLARED, 0.6, key=b"k" * 32)
    least = np.linalg.eigvalsh(told.products)[0]
    bound = noisy_ridge.noise_bound(told)
    assert least > 2 * bound
    assert noisy_ridge.least_penalty(told) == 0.0
    weak = released(sums, DECLARED, 0.6 * bound / least, key=b"k" * 32)
    held = noisy_ridge.least_penalty(weak)
    assert 0 < held <= noisy_ridge.noise_bound(weak)


def test_the_bound_of_the_noise_holds_in_95_of_100():
    frame = frame_of(200)
    sums = exact_sums(frame, DECLARED)
    exact = put_together(sums, sigmas(DECLARED, 0.6))
    beyond = 0
    for k in range(200):
        told = released(sums, DECLARED, 0.6, key=bytes([k]) * 32)
        size = np.linalg.norm(told.products - exact.products, 2)
        beyond += size > noisy_ridge.noise_bound(told)
    assert beyond <= 10


def test_one_campaign_or_none_has_nothing_to_tune_by(frame):
    for declared, one in (
        (Declared.of(BOUNDS, ["m1"], 1), frame),
        (Declared.of(BOUNDS, (), 1), FeatureFrame(X=frame.X, y=frame.y)),
    ):
        told = released(exact_sums(one, declared), declared, 5.0, key=b"k" * 32)
        assert noisy_ridge.fitted(told, declared.owner).strengths.tolist() == [0.0, 0.0, 0.0]
