import re
from dataclasses import replace

import numpy as np
import pytest

from workbench.datasets import planted_drift
from workbench.errors import ParameterError
from workbench.ridge import RidgePropensity
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.penalties.plan import TUNED, plan_penalties
from workbench.ridge.pipeline import TUNED_BY_ROWS, fit_rows
from workbench.ridge.settings import Settings


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


def test_criteria_of_single_rows_know_no_campaigns(training):
    for criterion, left_out in TUNED_BY_ROWS.items():
        fitted = fit_rows(training, Settings(TUNED, {}, criterion=criterion))
        direct = left_out(
            fitted.workspace.solved,
            plan_penalties(TUNED, {}, fitted.design.features, {}, by_group=False),
        )
        assert fitted.alpha == pytest.approx(np.exp(direct.best[0]), rel=1e-6)
        assert fitted.co_data == {}
    assert fitted.folds == "single rows"


def test_criteria_of_single_rows_cannot_listen_to_campaigns(training):
    message = (
        "`co_data` and `deviations` are tuned on folds left out; `criterion='left_out_rows'` "
        "leaves none out. Take one of ['loss', 'mixture', 'ranking'], or leave them out."
    )
    for asked in ({"co_data": "concentration"}, {"deviations": True}):
        with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
            fit_rows(training, Settings(TUNED, {}, criterion="left_out_rows", **asked))


def test_a_group_for_every_feature_is_no_grouping(training):
    alone = {name: name for name in training.X}
    fitted = fit_rows(replace(training, groups=alone), Settings(TUNED, None))
    assert fitted.tuning.index.tolist() == ["all"]
    assert list(fitted.co_data) == ["concentration"]


@pytest.mark.parametrize("criterion", ["marginal_likelihood", "left_out_rows"])
def test_a_criterion_without_campaigns_cannot_look_ahead(criterion):
    frame = planted_drift(campaigns=6, rows=80, columns=3).frame
    message = (
        "`folds='forward'` says on which campaigns penalties are judged; "
        f"`criterion={criterion!r}` judges them on none. Take one of "
        "['loss', 'mixture', 'ranking'], or leave `folds` out."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        RidgePropensity(folds="forward", criterion=criterion).fit(frame)
