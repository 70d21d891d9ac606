import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, metrics
from workbench.evidence.bootstrap import bootstrap_interval
from workbench.evidence.shift_tables import ranking_gain, said

ROW = pd.Series(
    {
        "gain_pct": 2.0,
        "low": 0.5,
        "high": 3.5,
        "proven": True,
        "wins": 9,
        "losses": 2,
        "auc_gain": 0.0002,
        "auc_low": -0.004,
        "auc_high": 0.005,
        "worst": "May",
        "worst_gain_pct": -1.2,
        "in_distribution_cost_pct": -0.1,
    }
)


def test_a_proven_gain_is_said_with_its_interval():
    assert said(ROW, 11) == (
        "On 11 later campaigns, each predicted before it was seen, this model errs 2.0% less (by "
        "log loss) than the usual one penalty for all features, and less on 9 of 11; other "
        "campaigns might put it from 0.5% less to 3.5% less. That it ranks contacts better or "
        "worse is not shown: its AUC within campaigns differs by +0.000, from -0.004 to +0.005. "
        "At its worst (campaign May) it errs 1.2% more, and on further contacts of campaigns it "
        "already knows 0.1% less."
    )


def test_a_loss_is_said_as_plainly():
    row = pd.concat([ROW.drop(["gain_pct", "high", "low"]), pd.Series({"gain_pct": -1.0})])
    row = pd.concat([row, pd.Series({"low": -2.0, "high": -0.2})])
    sentence = said(row, 11)
    assert "errs 1.0% more (by log loss) than the usual one penalty for all features" in sentence
    assert "might put it from 2.0% more to 0.2% more." in sentence


def test_few_campaigns_prove_nothing():
    row = ROW.copy()
    row[["low", "high", "proven", "worst"]] = [np.nan, np.nan, False, None]
    row[["auc_low", "auc_high"]] = np.nan
    assert said(row, 1) == (
        "On 1 later campaign, each predicted before it was seen, this model errs 2.0% less (by log "
        "loss) than the usual one penalty for all features; that is unproven, as so few campaigns "
        "do not show how far others differ. That it ranks contacts better or worse is not shown: "
        "its AUC within campaigns differs by +0.000. It errs 0.1% less on further contacts of "
        "campaigns it already knows."
    )


def test_a_ranking_is_better_or_worse_only_where_the_interval_and_six_campaigns_say_so():
    better = ROW.copy()
    better[["auc_gain", "auc_low", "auc_high"]] = [0.02, 0.011, 0.03]
    end = "its AUC within campaigns differs by +0.020, from +0.011 to +0.030."
    assert f" It ranks contacts better: {end}" in said(better, 6)
    assert f" That it ranks contacts better or worse is not shown: {end}" in said(better, 5)
    better[["auc_gain", "auc_low", "auc_high"]] *= -1
    better[["auc_low", "auc_high"]] = better[["auc_high", "auc_low"]].to_numpy()
    assert " It ranks contacts worse: its AUC within campaigns differs by -0.020" in said(better, 6)
    better[["auc_gain", "auc_low", "auc_high"]] = np.nan
    assert "AUC" not in said(better, 6)


def test_the_gain_in_ranking_is_that_of_the_weighted_auc_and_draws_campaigns():
    rng = np.random.default_rng(4)
    label = pd.Series(np.repeat([f"2024-0{k}" for k in range(1, 8)], 60))
    y = pd.Series((rng.random(420) < 0.3).astype(float))
    y[:60] = 0.0  # a campaign without positives ranks nobody
    p, q = rng.uniform(0.1, 0.5, 420) + 0.2 * y, rng.uniform(0.1, 0.5, 420) + 0.1 * y
    frame = FeatureFrame(pd.DataFrame({"x": p}), y, campaign=label)
    found = ranking_gain(frame, p.to_numpy(), q.to_numpy(), seed=3)
    ours, theirs = (metrics.by_campaign(y, said_of, label) for said_of in (p, q))
    assert found["auc_gain"] == pytest.approx(
        metrics.weighted_auc(ours) - metrics.weighted_auc(theirs)
    )
    table = pd.DataFrame(
        {
            "campaign": label.unique()[1:],
            "y": 1.0,
            "propensity": (ours["auc"] - theirs["auc"])[1:],
            "weight": ours["positives"][1:],
        }
    )
    peer = bootstrap_interval(
        table, lambda _, more, weight: float(np.average(more, weights=weight)), repeats=4000
    ).iloc[0]
    assert found["auc_low"] == pytest.approx(peer["low"], abs=0.006)
    assert found["auc_high"] == pytest.approx(peer["high"], abs=0.006)
    one = frame.rows((label == "2024-03").to_numpy())
    alone = ranking_gain(
        one, p[label == "2024-03"].to_numpy(), q[label == "2024-03"].to_numpy(), seed=3
    )
    assert np.isfinite(alone["auc_gain"])
    assert np.isnan([alone["auc_low"], alone["auc_high"]]).all()
