import numpy as np
import pytest

from workbench.ridge import RidgePropensity
from workbench.ridge.fitting import Settings, fit_rows
from workbench.ridge.rows import training_rows


@pytest.fixture(scope="module")
def training(rows):
    groups = dict.fromkeys(("recency_days", "visits", "spend"), "behaviour")
    return training_rows(RidgePropensity(), rows.X, rows.y, campaign=rows.campaign, groups=groups)


def settings(alpha, factors=None, rule="best"):
    return Settings(alpha, factors, rule=rule)


def test_penalties_of_a_dropped_column_are_infinite_and_its_part_is_nothing(training):
    columns = fit_rows(training, settings(0.1, {"spend": np.inf})).columns
    dropped = columns.loc["spend"]
    assert dropped["penalty"] == np.inf
    assert dropped[["coef_standardised", "std_error", "edf", "score_share"]].tolist() == [0.0] * 4
    assert columns["score_share"].sum() == pytest.approx(1.0)


def test_one_strength_for_all_is_the_overall_one(training):
    fitted = fit_rows(training, settings("tuned", {}))
    assert fitted.tuning.index.tolist() == ["all"]
    assert fitted.alpha == fitted.tuning.loc["all", "penalty"]
    assert set(fitted.columns["penalty"]) == {fitted.alpha}
    assert fitted.folds == "4 campaigns"


def test_the_others_share_the_overall_strength_beside_a_tuned_group(training):
    fitted = fit_rows(training, settings("tuned", {"behaviour": "tuned", "noise": 3.0}))
    assert fitted.tuning.index.tolist() == ["behaviour", "all others"]
    penalty = fitted.columns["penalty"]
    assert penalty["opened"] == pytest.approx(fitted.alpha)
    assert penalty["noise"] == pytest.approx(3.0 * fitted.alpha)
    assert penalty["visits"] == pytest.approx(fitted.tuning.loc["behaviour", "penalty"])


def test_a_tuned_group_beside_a_given_strength(training):
    fitted = fit_rows(training, settings(0.25, {"behaviour": "tuned"}))
    assert fitted.alpha == 0.25
    assert fitted.columns.loc[["opened", "noise"], "penalty"].tolist() == [0.25, 0.25]


def test_what_is_said_of_the_training_rows(training, rows):
    facts = fit_rows(training, settings(0.1)).training
    model = RidgePropensity(0.1).fit(rows.X, rows.y)
    p, y = model.predict_proba(rows.X)[:, 1], rows.y
    assert facts["log_loss"] == pytest.approx(-np.log(np.where(y == 1, p, 1 - p)).mean(), rel=1e-9)
    rate = y.mean()
    assert facts["base_log_loss"] == pytest.approx(
        -rate * np.log(rate) - (1 - rate) * np.log(1 - rate)
    )
    assert (facts["contacts"], facts["rows"], facts["campaigns"]) == (360.0, 360, 4)
