"""Attacks on what a mailed file holds: each returns what it got, for tests to judge."""

import base64
from dataclasses import replace

import numpy as np
from scipy.optimize import least_squares

from workbench import RidgePropensity, Tuner
from workbench.governance.gaussian import chance
from workbench.widgets import noise
from workbench.widgets.facts import Facts
from workbench.widgets.mailed import outcomes
from workbench.widgets.private_release import private_release
from workbench.widgets.settings import Judged
from workbench.widgets.state import facts_of


def mailed(frame, **settings):
    """Return a file's state, and the model, which the attacker does not have."""
    model = RidgePropensity(**settings).fit(frame)
    return Tuner(model, frame).state(), model


def reconstruct_by_column(state, column):
    """Take the row of a Gram whose column one customer dominates as that customer's row."""
    facts = facts_of(state)
    j = list(facts.names).index(column) + 1
    grams = facts.stats.curvature
    g = int(np.argmax(grams[:, j, j] / grams[:, 0, 0]))
    return grams[g, j, 1:] / grams[g, j, j] * np.sqrt(facts.moment[j, j] * state["contacts"])


def reconstruct_by_difference(first, second):
    """Fit one customer's standardised values to the difference of two files' moments."""
    one, two = facts_of(first), facts_of(second)
    shared = [name for name in one.names if name in two.names]
    p = len(shared)
    R1, R2 = (
        facts.moment[np.ix_(at, at)]
        for facts in (one, two)
        for at in [[list(facts.names).index(name) + 1 for name in shared]]
    )
    N, (i, j) = first["contacts"], np.tril_indices(p, -1)

    def wrong(e):
        scale = np.sqrt(np.maximum(np.outer(N - e**2, N - e**2), 0.0))
        return (N * R1 - R2 * scale - np.outer(e, e))[i, j]

    starts = [np.random.default_rng(k).normal(size=p) for k in range(20)]
    best = min((least_squares(wrong, start) for start in starts), key=lambda found: found.cost)
    return shared, best.x


def beyond_guessing(guessed, true, usual):
    """Return the share of 0/1 values that are right, beyond what guessing the usual gives.

    0 is guessing each column's commoner value, 1 is all of them.
    """
    right = np.mean((guessed > 0.5) == (true > 0.5))
    by_guess = np.mean((usual > 0.5) == (true > 0.5))
    return float((right - by_guess) / max(1 - by_guess, 1e-9)) if by_guess < 1 else 0.0


def told(frame, alpha):
    """Return the released parts before their noise, that noise's size, and the released model."""
    model = RidgePropensity(alpha=alpha).fit(frame)
    facts = Facts.of(model)
    found = private_release(model.workspace_, facts)
    assert not isinstance(found, str), found
    judged = Judged.of(model, frame, facts)
    return found, judged


def distance_of_pair(frame, victim, alpha):
    """Return by how many standard deviations of the noise two neighbouring files differ.

    The attacker knows every other customer and the mechanism, and so both candidates exactly:
    the best test between two Gaussians of these means is the likelihood ratio.
    """
    person = frame.customer.to_numpy() if frame.customer is not None else np.arange(len(frame))
    with_one, judged = told(frame, alpha)
    without, judged_without = told(frame.rows(person != victim), alpha)
    a, b = with_one, replace(without, released=with_one.released, columns=with_one.columns)
    squares = _fit_squares(with_one, without)
    penalties = [one * a.released.facts.tuned for one in (1.0, 1.0, 0.1, 10.0)]
    # conditional on the released model, which both have then
    first, second = outcomes(a, judged, penalties), outcomes(b, judged_without, penalties)
    squares += float((((first.sums - second.sums) / first.sigma[:, None]) ** 2).sum())
    return float(np.sqrt(squares))


def _fit_squares(one, two):
    """Add up the squared distances of all parts, in the coordinates of the first."""
    if one.released.facts.names != two.released.facts.names:
        return np.inf  # the files differ in what they hold: told at once
    if one.released.merged.tolist() != two.released.merged.tolist():
        return np.inf
    back = np.linalg.solve(one.found.factor, two.found.factor)
    moved = replace(
        two.found,
        factor=one.found.factor,
        curvature=back @ two.found.curvature @ back.T,
        score=two.found.score @ back.T,
    )
    x, y = noise.Noisy.exactly(one.found), noise.Noisy.exactly(moved)
    sigma, W = one.sigma, one.found.weight.sum()
    squares = ((x.move - y.move) ** 2).sum() / sigma["coefficients"] ** 2
    squares += ((x.curvature - y.curvature) ** 2).sum() / sigma["curvature"] ** 2
    squares += ((x.loss - y.loss) * W / sigma["loss"]) ** 2
    squares += ((x.contacts - y.contacts) ** 2).sum() / sigma["contacts"] ** 2
    if "between" in sigma:
        squares += ((x.between - y.between) ** 2).sum() / sigma["between"] ** 2
        squares += ((x.score - y.score) ** 2).sum() / sigma["score"] ** 2
        per_fold = (x.losses - y.losses) * one.found.weight
        squares += (per_fold**2).sum() / sigma["losses"] ** 2
    return float(squares)


def membership(frame, victims, alpha):
    """Return the likelihood-ratio attacker's chance over neighbouring pairs, one a victim."""
    moves = np.array([distance_of_pair(frame, victim, alpha) for victim in victims])
    return np.where(np.isinf(moves), 1.0, chance(np.where(np.isinf(moves), 0.0, moves)))


def gram_bytes(state):
    return base64.b64decode(state["gram"])
