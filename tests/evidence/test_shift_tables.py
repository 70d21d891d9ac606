import numpy as np
import pandas as pd

from workbench.evidence.shift_tables import said

ROW = pd.Series(
    {
        "gain_pct": 2.0,
        "low": 0.5,
        "high": 3.5,
        "proven": True,
        "wins": 9,
        "losses": 2,
        "worst": "May",
        "worst_gain_pct": -1.2,
        "in_distribution_cost_pct": -0.1,
    }
)


def test_a_proven_gain_is_said_with_its_interval():
    assert said(ROW, 11) == (
        "On 11 later campaigns, each predicted before it was seen, this model errs 2.0% less (by "
        "log loss) than the usual one penalty for all features, and less on 9 of 11; other "
        "campaigns might put it from 0.5% less to 3.5% less. At its worst (campaign May) it errs "
        "1.2% more, and on further contacts of campaigns it already knows 0.1% less."
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
    assert said(row, 1) == (
        "On 1 later campaign, each predicted before it was seen, this model errs 2.0% less (by log "
        "loss) than the usual one penalty for all features; that is unproven, as so few campaigns "
        "cannot tell how far others differ. It errs 0.1% less on further contacts of campaigns it "
        "already knows."
    )
