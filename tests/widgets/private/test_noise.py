"""Noise of the stated size, and statistics that a view can work from after it."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.governance.private.secret import Draws
from workbench.widgets.fitted.facts import answer
from workbench.widgets.private import noise
from workbench.widgets.private.contributions import SHARES, measure

PENALTIES = np.full(3, 0.02)


@pytest.fixture(scope="module")
def measured(clipped_rows):
    found, _, typical = measure(clipped_rows, PENALTIES, np.zeros(4))
    return found, typical


def test_shares_are_of_one_budget():
    assert sum(SHARES.values()) == pytest.approx(1.0)


def test_noise_is_no_smaller_than_what_any_customer_adds(measured):
    """In spectral norm of the curvatures, in length of the coefficients; losses nearly."""
    found, typical = measured
    sigma = noise.sigmas(found, typical)
    told = [noise.noised(found, sigma, Draws(bytes([k]))) for k in range(40)]
    exact = noise.Noisy.exactly(found)
    of_curvature = [np.linalg.norm(one.curvature - exact.curvature, 2) for one in told]
    assert np.min(of_curvature) > found.norms["curvature"].max()
    of_move = [np.linalg.norm(one.move - exact.move) for one in told]
    assert np.mean(of_move) > found.norms["coefficients"].max()
    assert sigma["loss"] > found.norms["loss"].max()


def test_noise_has_the_stated_deviations(measured):
    found, typical = measured
    sigma, exact = noise.sigmas(found, typical), noise.Noisy.exactly(found)
    told = [noise.noised(found, sigma, Draws(k.to_bytes(2))) for k in range(400)]
    moves = np.array([one.move for one in told]) - exact.move
    assert moves.std() == pytest.approx(sigma["coefficients"], rel=0.06)
    curved = np.array([one.curvature for one in told]) - exact.curvature
    assert np.std(curved[:, 1, 1]) == pytest.approx(sigma["curvature"], rel=0.15)
    assert np.std(curved[:, 0, 1]) == pytest.approx(sigma["curvature"] / np.sqrt(2), rel=0.15)
    np.testing.assert_array_equal(curved, np.swapaxes(curved, 1, 2))
    total = found.weight.sum()
    losses = np.array([one.loss for one in told]) - exact.loss
    assert losses.std() * total == pytest.approx(sigma["loss"], rel=0.15)
    assert abs(np.mean(losses)) < 4 * losses.std() / 20
    apart = np.array([one.between for one in told]) - exact.between
    np.testing.assert_allclose(apart.sum(axis=1), 0, atol=1e-12)
    largest = np.median([np.abs(np.linalg.eigvalsh(one)).max() for one in curved])
    assert noise.spectral_size(sigma["curvature"], 4) == pytest.approx(largest, rel=0.35)


@pytest.mark.parametrize("seed", range(6))
def test_systems_without_any_fold_stay_well_posed(measured, make_told, seed):
    found, typical = measured
    sigma = {part: 4 * size for part, size in noise.sigmas(found, typical).items()}
    told = noise.noised(found, sigma, Draws(bytes([seed])))
    stats = noise.settled(told, noise.Settings(found.factor, PENALTIES, sigma, 3, 900.0))
    for g in range(3):
        assert np.linalg.eigvalsh(stats.curvature[g]).min() > 0
    facts = make_told(stats, PENALTIES)
    for by in (1e-6, 1.0, 1e4):
        found_there = answer(facts, PENALTIES * by)
        assert np.isfinite(found_there.loss).all()
        assert np.isfinite(found_there.b).all()
    np.testing.assert_allclose(answer(facts, PENALTIES).b, stats.b, atol=1e-9)


def test_folds_left_out_have_the_noisy_loss_under_the_tuned_penalties(measured, make_told):
    found, typical = measured
    sigma = noise.sigmas(found, typical)
    told = noise.noised(found, sigma, Draws(b"x"))
    stats = noise.settled(told, noise.Settings(found.factor, PENALTIES, sigma, 3, 900.0))
    loss = answer(make_told(stats, PENALTIES), PENALTIES).loss
    assert stats.weight @ loss == pytest.approx(told.loss, rel=1e-9)


def test_nearly_without_noise_the_statistics_are_the_exact_ones(measured, make_told):
    found, typical = measured
    sigma = {part: 1e-9 * size for part, size in noise.sigmas(found, typical).items()}
    told = noise.noised(found, sigma, Draws(b"x"))
    stats = noise.settled(told, noise.Settings(found.factor, PENALTIES, sigma, 3, 900.0))
    np.testing.assert_allclose(stats.b, found.b, atol=1e-6)
    exact = found.factor @ found.curvature @ found.factor.T / 900
    np.testing.assert_allclose(stats.curvature, exact, atol=1e-6)
    score = found.score @ found.factor.T / 900
    np.testing.assert_allclose(stats.score, score, atol=1e-6)
    loss = answer(make_told(stats, PENALTIES), PENALTIES).loss
    np.testing.assert_allclose(loss, found.loss / found.weight, rtol=1e-6)


def scaled(measured, by):
    """The same of many more customers: each moves what is told by so much less."""
    found, typical = measured
    less = {part: size / by for part, size in typical.items()}
    norms = {part: norm / by for part, norm in found.norms.items()}
    return replace(found, norms=norms, energy=found.energy / by), less


def test_of_many_customers_the_noise_hides_each_better(measured):
    people = np.full(3, 300.0)
    strengths = [noise.strength(*scaled(measured, by), people) for by in (1, 3, 10, 1000)]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] == noise.STRENGTHS[0]
    assert strengths[-1] == noise.STRENGTHS[-1]


def test_more_noise_than_the_least_costs_what_is_said(measured):
    people = np.full(3, 300.0)
    for by in (2.0, 5.0, 20.0):
        found, typical = scaled(measured, by)
        chosen = noise.strength(found, typical, people)
        if chosen == noise.STRENGTHS[0]:
            continue
        sigma = noise.sigmas(found, typical, chosen)
        assert sigma["coefficients"] <= 0.15  # in standard errors: these coordinates are of H
        assert noise.spectral_size(sigma["curvature"], len(found.b)) <= 0.25
        assert sigma["loss"] <= 0.003 * found.loss.sum()
