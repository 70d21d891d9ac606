"""What a model is under other penalties, from statistics alone, against dense algebra."""

import re

import numpy as np
import pytest

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.widgets.fitted.facts import Facts, answer


def standardised(model, frame):
    Z = frame.X.to_numpy()
    return np.column_stack([np.ones(len(Z)), (Z - Z.mean(0)) / Z.std(0)])


def test_the_second_moment_is_that_of_the_rows(model, frame):
    Z = standardised(model, frame)
    np.testing.assert_allclose(Facts.of(model).moment, Z.T @ Z / len(Z), atol=1e-9)


def test_an_answer_is_one_newton_step_by_hand(model, frame):
    Z, y = standardised(model, frame), frame.y.to_numpy()
    b = np.append(model.workspace_.coefficients[0], model.coef_standardised_)
    mu = 1 / (1 + np.exp(-Z @ b))
    penalties = 5 * model.penalties_.to_numpy()
    ridge = np.append(0.0, penalties)
    A = (Z * (mu * (1 - mu))[:, None]).T @ Z / len(Z)
    H = A + np.diag(ridge)
    by_hand = b + np.linalg.solve(H, Z.T @ (y - mu) / len(Z) - ridge * b)
    found = answer(Facts.of(model), penalties)
    np.testing.assert_allclose(found.b, by_hand, atol=1e-8)
    np.testing.assert_allclose(found.edf, np.diag(np.linalg.solve(H, A))[1:], atol=1e-8)
    np.testing.assert_allclose(found.error, np.sqrt(np.diag(np.linalg.inv(H))[1:] / len(Z)))
    score = Z[:, 1:] * by_hand[1:]
    total = score.sum(axis=1)
    share = [np.cov(column, total, ddof=0)[0, 1] / total.var() for column in score.T]
    np.testing.assert_allclose(found.share, share, atol=1e-8)


def test_groups_live_where_they_were_planted(model):
    facts = Facts.of(model)
    lives = dict(zip(facts.names, facts.campaigns, strict=True))
    assert lives["visits_1"] > 7.5
    assert 1.5 < lives["promo_0"] <= 2.0


def test_uniform_leaves_free_columns_free(frame):
    model = RidgePropensity(alpha=0.1, penalty_factors={"visits_0": 0, "promo": 4}).fit(frame)
    uniform = Facts.of(model).uniform_penalties()
    assert uniform.tolist() == [0.0] + [0.1] * 9


def test_without_campaigns_nothing_is_left_out(frame):
    facts = Facts.of(RidgePropensity(alpha=0.1).fit(frame.X, frame.y))
    assert facts.folds == ()
    assert answer(facts, facts.tuned).loss.size == 0


def test_a_loaded_model_is_refused(model, tmp_path):
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    message = (
        "A Tuner needs the rows of the fit; this model was loaded or copied without them, "
        "or not fitted yet. Fit it here."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        Facts.of(loaded)


def test_views_leave_campaigns_out_however_penalties_were_tuned(tuned_ahead):
    found, given = (Facts.of(model) for model in tuned_ahead)
    assert found.folds == given.folds
    ours, theirs = (answer(facts, 3 * given.tuned).loss for facts in (found, given))
    assert len(ours) == 8
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
