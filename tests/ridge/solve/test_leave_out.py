import re
from dataclasses import replace

import numpy as np
import pytest
from glum import GeneralizedLinearRegressor
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench.errors import ConvergenceWarning, FitError
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.fold_refits import Refits
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics


def by_sklearn(problem, out):
    rows, root = problem.rows, np.sqrt(problem.penalties)
    # C weighs a sum over rows: the weight of all rows, left out or not, is in it
    peer = LogisticRegression(C=1 / problem.total, solver="newton-cholesky", tol=1e-12)
    peer.fit(rows.X[~out] / root, rows.y[~out], sample_weight=rows.weight[~out])
    return np.append(peer.intercept_, peer.coef_[0] / root)


def by_glum(problem, out):
    rows = problem.rows
    share = rows.weight[~out].sum() / problem.total  # a mean over the rows that are left
    peer = GeneralizedLinearRegressor(
        family="binomial", alpha=1 / share, l1_ratio=0, P2=problem.penalties, gradient_tol=1e-11
    ).fit(rows.X[~out], rows.y[~out], sample_weight=rows.weight[~out])
    return np.append(peer.intercept_, peer.coef_)


@pytest.mark.parametrize("fit_without", [by_sklearn, by_glum])
def test_exact_losses_are_those_of_refits_without_each_fold(problem, stats, fit_without):
    objective = replace(problem, penalties=problem.penalties + 1e-3)
    loss, b = leave_out.exact(problem.rows, problem.scaling, stats, objective.penalties)
    fold = np.repeat(np.arange(4), len(problem.rows) // 4)
    for g in range(4):
        out = fold == g
        refit = fit_without(objective, out)
        np.testing.assert_allclose(b[g], refit, atol=1e-4)
        eta = refit[0] + problem.rows.X[out] @ refit[1:]
        losses = np.logaddexp(0, eta) - problem.rows.y[out] * eta
        assert loss[g] == pytest.approx(problem.rows.weight[out] @ losses, rel=1e-5)


def test_one_newton_step_comes_within_half_a_percent(problem, stats):
    one_step = stats.without_folds(problem.penalties).loss
    exact, _ = leave_out.exact(problem.rows, problem.scaling, stats, problem.penalties)
    assert one_step.sum() == pytest.approx(exact.sum(), rel=5e-3)


def test_one_step_is_exact_in_the_statistics_it_is_given(problem, stats):
    """Solve the quadratic that the statistics describe, by brute force."""
    left = stats.without_folds(problem.penalties)
    ridge = problem.total * np.append(0.0, problem.penalties)
    for g in range(4):
        others = [h for h in range(4) if h != g]
        A = stats.curvature[others].sum(axis=0)
        b = np.linalg.solve(A + np.diag(ridge), A @ stats.b + stats.score[others].sum(axis=0))
        np.testing.assert_allclose(left.b[g], b, rtol=1e-9)
        d = b - stats.b
        loss = stats.loss[g] - stats.score[g] @ d + 0.5 * d @ stats.curvature[g] @ d
        assert left.loss[g] == pytest.approx(loss, rel=1e-10)


def test_the_slope_in_every_log_penalty_by_finite_differences(problem, stats):
    penalties = np.array([0.3, 0.01, 1e-3, 0.1, 2.0])
    slope = stats.without_folds(penalties).slope
    h = 1e-4
    for j in range(5):
        up, down = penalties.copy(), penalties.copy()
        up[j], down[j] = penalties[j] * np.exp(h), penalties[j] * np.exp(-h)
        rise = stats.without_folds(up).total - stats.without_folds(down).total
        assert slope[:, j].sum() == pytest.approx(rise / (2 * h), rel=1e-6, abs=1e-6)


def test_rows_of_no_fold_take_part_and_are_not_judged(problem, as_they_are):
    rows = problem.rows
    fold = np.repeat([-1, 0, 1, 2], len(rows) // 4)
    kept = as_they_are(rows.X, rows.y, rows.weight, problem.penalties, problem.total, fold=fold)
    fit = minimise(kept, start=kept.base_rate_start())
    stats = DenseStatistics.take(kept.rows, kept.scaling, fit.b)
    loss, b = leave_out.exact(kept.rows, kept.scaling, stats, kept.penalties + 1e-3)
    assert len(loss) == len(stats.without_folds(kept.penalties).loss) == 3
    refit = by_sklearn(replace(problem, penalties=problem.penalties + 1e-3), fold == 1)
    np.testing.assert_allclose(b[1], refit, atol=1e-4)


def test_a_free_column_that_lives_in_one_campaign_is_named(problem, as_they_are):
    rows = problem.rows
    spike = np.where(np.arange(len(rows)) < len(rows) // 4, rows.X[:, 2], 0.0)
    lonely = as_they_are(
        np.column_stack([rows.X, spike]),
        rows.y,
        rows.weight,
        np.append(problem.penalties, 0.0),
        problem.total,
        (*problem.names, "easter_special"),
        np.repeat(np.arange(4), len(rows) // 4),
    )
    fit = minimise(lonely, start=lonely.base_rate_start())
    stats = DenseStatistics.take(lonely.rows, lonely.scaling, fit.b)
    message = (
        "Unpenalised columns must vary in at least two campaigns; ['easter_special'] do not, so "
        "leaving that campaign out leaves them undetermined. Give them a penalty (a factor above "
        "0)."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        stats.without_folds(lonely.penalties, lonely.names)


# --- where a fold holds nearly all that is known of some direction


@pytest.fixture(scope="module", params=[(120, 1e-3), (80, 1e-4), (60, 1e-5)])
def as_many_columns_as_rows(request, as_they_are):
    n, penalty = request.param
    rng = np.random.default_rng(0)
    Z, weight = rng.normal(size=(n, 60)), rng.uniform(0.5, 2.0, n)
    y = (rng.random(n) < expit(-0.5 + Z @ rng.normal(size=60) / 4)).astype("float64")
    fold = np.arange(n) * 4 // n
    return as_they_are(Z, y, weight, np.full(60, penalty), float(weight.sum()), fold=fold)


def settled(problem):
    fit = minimise(problem, start=problem.base_rate_start())
    return DenseStatistics.take(problem.rows, problem.scaling, fit.b)


def test_there_a_step_is_off_and_refits_are_not(as_many_columns_as_rows):
    problem = as_many_columns_as_rows
    stats, rows, penalties = settled(problem), problem.rows, problem.penalties
    one_step = stats.without_folds(penalties)
    loss, b = leave_out.exact(rows, problem.scaling, stats, penalties)
    fold = np.arange(len(rows)) * 4 // len(rows)
    for g in range(4):
        out = fold == g
        refit = by_sklearn(problem, out)
        eta = refit[0] + rows.X[out] @ refit[1:]
        brute = rows.weight[out] @ (np.logaddexp(0, eta) - rows.y[out] * eta)
        assert loss[g] == pytest.approx(brute, rel=1e-6)
        np.testing.assert_allclose(b[g], refit, atol=1e-5 * np.abs(refit).max())
    assert np.abs(one_step.loss / loss - 1).max() > 0.1


# --- refits from afar


def test_refits_are_the_same_wherever_they_set_out(problem, stats):
    """From other statistics, from a first guess, and from what steps were short of before."""
    rows, scaling, penalties = problem.rows, problem.scaling, problem.penalties
    loss, b = leave_out.exact(rows, scaling, stats, penalties)
    away = DenseStatistics.take(rows, scaling, problem.base_rate_start())
    from_afar = leave_out.refitted(rows, scaling, away, penalties)
    guessed = leave_out.refitted(rows, scaling, away, penalties, near=b + 0.01)
    short = from_afar.b - from_afar.one_step
    corrected = leave_out.refitted(rows, scaling, away, penalties * 1.01, correction=short)
    plain = leave_out.refitted(rows, scaling, away, penalties * 1.01)
    for refits in (from_afar, guessed):
        np.testing.assert_allclose(refits.loss, loss, rtol=1e-7)
        np.testing.assert_allclose(refits.b, b, atol=1e-5)
    np.testing.assert_allclose(corrected.loss, plain.loss, rtol=1e-7)
    assert corrected.passes < plain.passes


def test_penalties_of_their_own_for_each_fold(problem, stats):
    several = np.linspace(1.0, 2.0, 4)[:, None] * problem.penalties
    refits = leave_out.refitted(problem.rows, problem.scaling, stats, several)
    for g in range(4):
        alone, _ = leave_out.exact(problem.rows, problem.scaling, stats, several[g])
        assert refits.loss[g] == pytest.approx(alone[g], rel=1e-7)


def test_what_is_certainly_too_much_is_known_only_roughly(problem, stats):
    rows, scaling, penalties = problem.rows, problem.scaling, problem.penalties
    away = DenseStatistics.take(rows, scaling, problem.base_rate_start())
    total = leave_out.exact(rows, scaling, stats, penalties)[0].sum()
    full, early, worth = (
        leave_out.refitted(rows, scaling, away, penalties, worth=w)
        for w in (np.inf, 0.9 * total, 1.01 * total)
    )
    assert early.passes < full.passes
    assert early.open == 0
    assert early.loss.sum() > 0.9 * total
    np.testing.assert_allclose(worth.loss, full.loss, rtol=1e-12)


def test_fits_that_do_not_arrive_are_told():
    with pytest.warns(ConvergenceWarning) as caught:
        leave_out.warn_of_open(Refits(np.ones(4), np.ones((4, 2)), 60, 3, open=2))
    assert str(caught[0].message) == (
        "Fits without a campaign should arrive within 60 passes; 2 of 4 did not, so their losses "
        "are rough. Give the columns stronger penalties."
    )


# --- campaigns judged by those before them


@pytest.fixture(scope="module")
def ahead(forward, stats):
    return DenseStatistics.take(forward.rows, forward.scaling, stats.b)


def of_the_rows_before(problem, t):
    """Fit to the first quarters with scikit-learn; C weighs a sum over their rows alone."""
    rows, root = problem.rows, np.sqrt(problem.penalties)
    before = np.arange(len(rows)) < t * len(rows) // 4
    known = rows.weight[before]
    peer = LogisticRegression(C=1 / known.sum(), solver="newton-cholesky", tol=1e-12)
    peer.fit(rows.X[before] / root, rows.y[before], sample_weight=known)
    return np.append(peer.intercept_, peer.coef_[0] / root)


def test_forward_losses_are_those_of_refits_to_the_rows_before(forward, ahead):
    problem = replace(forward, penalties=forward.penalties + 1e-3)
    rows, penalties = problem.rows, problem.penalties
    loss, b = leave_out.exact(rows, problem.scaling, ahead, penalties)
    assert loss.shape == (3,)
    fold = np.repeat(np.arange(4), len(rows) // 4)
    for k, t in enumerate([1, 2, 3]):
        refit, here = of_the_rows_before(problem, t), fold == t
        eta = refit[0] + rows.X[here] @ refit[1:]
        losses = np.logaddexp(0, eta) - rows.y[here] * eta
        assert loss[k] == pytest.approx(rows.weight[here] @ losses, rel=1e-6)
        np.testing.assert_allclose(b[k], refit, atol=1e-3)


def test_one_forward_step_is_exact_in_the_statistics_it_is_given(ahead):
    penalties = np.array([0.3, 0.01, 1e-3, 0.1, 2.0])
    left = ahead.without_folds(penalties)
    for k, t in enumerate([1, 2, 3]):
        A, c = ahead.curvature[:t].sum(axis=0), ahead.target[:t].sum(axis=0)
        ridge = np.append(0.0, penalties * ahead.weight[:t].sum())
        b = np.linalg.solve(A + np.diag(ridge), c)
        np.testing.assert_allclose(left.b[k], b, rtol=1e-9)
        d = b - ahead.b
        loss = ahead.loss[t] - ahead.score[t] @ d + 0.5 * d @ ahead.curvature[t] @ d
        assert left.loss[k] == pytest.approx(loss, rel=1e-10)


def test_the_forward_slope_by_finite_differences(ahead):
    several = np.array([1.0, 2.0, 0.5])[:, None] * [0.3, 0.01, 1e-3, 0.1, 2.0]
    slope = ahead.without_folds(several).slope
    for j in range(5):
        move = np.exp(1e-4 * (np.arange(5) == j))
        up, down = (ahead.without_folds(several * by) for by in (move, 1 / move))
        np.testing.assert_allclose(slope[:, j], (up.loss - down.loss) / 2e-4, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("first", "names"), [("flat", "['special']"), ("separates", "['special', 'other']")]
)
def test_free_columns_that_the_first_campaigns_do_not_tell_are_named(as_they_are, first, names):
    rng = np.random.default_rng(3)
    X, fold = rng.normal(size=(200, 3)), np.repeat(np.arange(4), 50)
    y = (rng.random(200) < 0.4).astype(float)
    X[:50, 1] = 0.0 if first == "flat" else 2 * y[:50] - 1
    names_of = ("visits", "special", "other")
    problem = as_they_are(X, y, np.ones(200), [0.1, 0.0, 0.0], 200.0, names_of, fold)
    problem = replace(problem, rows=problem.rows.judged_from(1))
    # amid a fit that separates them, curvature is gone
    b = np.zeros(4) if first == "flat" else np.array([0.0, 0.0, 900.0, 0.0])
    message = (
        "With `folds='forward'`, unpenalised columns must vary in the campaigns before the first "
        f"that is judged, each in its own way, and not tell the outcomes apart there. {names} do "
        "not fit that: nothing determines their coefficients. Give them a penalty (a factor above "
        "0)."
    )
    stats = DenseStatistics.take(problem.rows, problem.scaling, b)
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        stats.without_folds(problem.penalties, problem.names)


def test_forward_fits_that_do_not_arrive_are_said(monkeypatch, forward, ahead):
    open_ = Refits(np.ones(3), np.zeros((3, 6)), 60, 5, open=2)
    monkeypatch.setattr(leave_out, "refit_without", lambda *_, **__: open_)
    message = (
        "Fits to the campaigns before one should arrive within 60 passes; 2 of 3 did not, so "
        "their losses are rough. Give the columns stronger penalties."
    )
    with pytest.warns(ConvergenceWarning, match=f"^{re.escape(message)}$"):
        leave_out.exact(forward.rows, forward.scaling, ahead, forward.penalties)
