import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from workbench import FeatureFrame, datasets, features
from workbench.frame.leak_signs import BEYOND_CHANCE, pure_levels
from workbench.frame.leakage import signs_of_leakage


def outcomes(n=3000, rate=0.2, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    y = (rng.random(n) < 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + 0.5 * x[:, 0])))).astype(
        float
    )
    return rng, pd.DataFrame(x, columns=list("abcd")), pd.Series(y)


def signs(X, y):
    return signs_of_leakage(X, y, np.ones(len(y)))


def test_a_status_filled_in_later_stands_out_below_the_bar_of_0_95():
    rng, X, y = outcomes()
    X["score_after"] = y * 2 + rng.normal(size=len(y))
    auc = roc_auc_score(y, X["score_after"])
    assert 0.9 < auc < 0.94
    assert list(signs(X, y)) == ["score_after"]
    assert signs(X, y)["score_after"].startswith(f"AUC {auc:.3f} alone, all others together 0.6")


def test_all_others_together_rank_nearly_as_a_logistic_regression_does():
    rng, X, y = outcomes()
    X["score_after"] = y * 2 + rng.normal(size=len(y))
    fit = LogisticRegression().fit(X[list("abcd")], y)
    theirs = roc_auc_score(y, fit.predict_proba(X[list("abcd")])[:, 1])
    told = float(signs(X, y)["score_after"].split()[-1])
    assert told == pytest.approx(theirs, abs=0.015)


def test_the_strongest_of_many_alike_does_not_stand_out():
    rng, X, y = outcomes()
    for j in range(6):
        X[f"near{j}"] = y * 1.2 + rng.normal(size=len(y))
    X["best"] = y * 1.7 + rng.normal(size=len(y))
    assert roc_auc_score(y, X["best"]) > 0.85
    assert signs(X, y) == {}


@pytest.mark.parametrize("kind", ["text", "flag", "category", "number"])
def test_a_level_of_responses_alone(kind):
    _, X, y = outcomes()
    won = (y == 1) & (np.arange(len(y)) % 8 == 0)
    column = pd.Series(np.where(won, "won", "open"))
    X["status"] = {
        "text": column,
        "flag": won,
        "category": column.astype("category"),
        "number": won * 3.0,
    }[kind]
    assert signs(X, y) == {"status": f"all {won.sum()} contacts of one level responded"}


@pytest.mark.parametrize("usual", [0.0, 9.5])
def test_an_amount_that_came_with_the_response(usual):
    """Money of the response is one value for all others: no level, and hardly a ranking."""
    rng, X, y = outcomes()
    paid = (y == 1) & (rng.random(len(y)) < 0.2)
    X["paid"] = np.where(paid, usual + rng.lognormal(3, 0.5, len(y)), usual)
    assert signs(X, y) == {
        "paid": f"all {paid.sum()} contacts with a value other than {usual:g} responded"
    }
    X["paid"] = X["paid"].where(paid | (rng.random(len(y)) < 0.98), np.nan)  # gaps are no amount
    assert "paid" in signs(X, y)
    X.loc[np.flatnonzero(y == 0)[:2], "paid"] = 40.0  # two who paid and did not respond
    assert signs(X, y) == {}


def test_a_level_without_a_response():
    _, X, y = outcomes()
    lost = (y == 0) & (np.arange(len(y)) % 4 == 0)
    X["status"] = np.where(lost, "lost", "open")
    assert signs(X, y) == {"status": f"none of {lost.sum()} contacts of one level responded"}


def test_gaps_that_tell_the_outcome():
    rng, X, y = outcomes()
    ended = (y == 1) & (rng.random(len(y)) < 0.75) | (rng.random(len(y)) < 0.03)
    X["end_of_contract"] = np.where(ended, rng.normal(size=len(y)), np.nan)
    auc = roc_auc_score(y, ended)
    assert 0.8 < auc < 0.95
    assert signs(X, y) == {"end_of_contract": f"its gaps predict the outcome, AUC {auc:.3f}"}


def test_the_bar_is_what_is_likely_by_chance():
    """A level of n contacts is pure with the probability that the binomial distribution says."""
    y = np.tile([1.0, 0.0, 0.0, 0.0], 500)
    for n in range(30, 80):
        lost = np.zeros(2000, dtype=bool)
        lost[np.flatnonzero(y == 0)[:n]] = True
        X = pd.DataFrame({"s": np.where(lost, "lost", "open")})
        likely = binom.pmf(0, n, 0.25)
        assert bool(pure_levels(X, y, np.ones(2000))) == (likely < BEYOND_CHANCE / 2)


@pytest.mark.parametrize("seed", range(40))
def test_honest_columns_are_left_alone(seed):
    rng, X, y = outcomes(n=int(150 + 100 * seed), rate=[0.03, 0.1, 0.3][seed % 3], seed=seed)
    for j in range(5):
        X[f"gaps{j}"] = np.where(rng.random(len(y)) < 0.3, np.nan, rng.normal(size=len(y)))
        X[f"text{j}"] = rng.choice(
            list("abcdefg"), len(y), p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.02]
        )
    assert signs(X, y) == {}


def test_the_sample_and_planted_campaigns_are_honest():
    data = datasets.sample()
    built = features.FeatureSet.default(data).build(data, progress=False)
    planted = datasets.planted(train_campaigns=4, new_campaigns=0, rows=500, stable=3, spiky=3)
    for frame in (built, planted.frame):
        assert signs_of_leakage(frame.X, frame.y, frame.weights) == {}


def test_the_note_says_what_to_do_next():
    _, X, y = outcomes()
    table = X.assign(bought=y, **{"call seconds": y * 90.0, "age": 1.0 + np.arange(len(y)) % 60})
    frame = FeatureFrame.from_table(table, target="bought")
    assert frame.notes[-1] == (
        "May give the outcome away: 'call seconds' (AUC 1.000 alone). What is known only "
        "afterwards must be left out: --drop 'call seconds', or "
        "`frame.without('call seconds')` in Python."
    )
