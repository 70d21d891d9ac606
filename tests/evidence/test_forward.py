import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import DataError, ParameterError
from workbench.evidence import forward_estimate, loss_difference
from workbench.evidence.forward_losses import forward_losses, rates_known
from workbench.evidence.next_campaign import Rates, expected

MODEL = RidgePropensity(alpha=0.02)


class Fixed(BaseEstimator):
    """Says the same of everybody, whatever it was shown."""

    def __init__(self, said=0.5):
        self.said = said

    def fit(self, frame):
        return self

    def propensity(self, frame):
        return pd.Series(self.said, frame.X.index)


def world(campaigns=10, seed=1, **sizes):
    sizes = {"rows": 300, "stable": 5, "spiky": 3, **sizes}
    return planted(train_campaigns=campaigns, new_campaigns=0, seed=seed, **sizes).frame


@pytest.fixture(scope="module")
def frame():
    return world()


@pytest.fixture(scope="module")
def found(frame):
    return forward_estimate(MODEL, frame)


def test_it_is_what_the_losses_of_later_campaigns_say(frame, found):
    losses = forward_losses(MODEL, frame, earlier=3)
    first = losses.judged[losses.judged["ahead"] == 1]
    assert found.campaigns["campaign"].tolist() == frame.campaigns[3:]
    table = expected(first, rates_known(frame))
    pd.testing.assert_frame_equal(found.overall, table)
    np.testing.assert_allclose(found.propensity[900:], losses.propensity[900:])
    base = loss_difference(
        frame.rows(np.arange(900, 3000)), losses.propensity[900:], losses.recent_rate[900:]
    )
    assert found.against_base == base
    assert found.told
    assert found.proven
    assert found.ageing.loc[3, "campaigns"] == 5
    third = losses.judged.loc[losses.judged["ahead"] == 3, "log_loss"]
    assert found.ageing.loc[3, "log_loss"] == pytest.approx(third.mean())


def test_it_reads_as_sentences_and_tables(found):
    loss, relative = found.overall.loc["log_loss"], found.overall.loc["relative_loss"]
    assert found.sentence() == (
        f"On the next campaign the log loss should lie between {loss['low']:.4f} and "
        f"{loss['high']:.4f}, with a chance of 90%; relative to that of its own response rate, "
        f"between {relative['low']:.2f} and {relative['high']:.2f}. So say 7 campaigns, each "
        "judged by a model that learned from earlier ones only. "
        + found.against_base.sentence("the response rate of the recent campaigns")
    )
    html = found._repr_html_()
    assert html.count("<table") == 3
    assert "c10" in html


def test_a_model_that_does_not_beat_the_recent_rate_is_not_proven(frame):
    found = forward_estimate(Fixed(0.5), frame)
    assert not found.proven
    assert found.sentence().endswith(
        " Not proven: so far the model loses no less than giving everybody the response rate of "
        f"the recent campaigns (log loss {found.against_base.estimate:+.4f})."
    )


def test_too_few_campaigns_are_said_to_be_too_few(frame):
    six = frame.rows(frame.campaign.isin(frame.campaigns[:6]).to_numpy())
    found = forward_estimate(MODEL, six)
    assert not found.told
    assert found.overall["high"].isna().all()
    assert repr(found).startswith(
        "How the model will do on the next campaign cannot be known from so few campaigns: 3 were "
        "judged by earlier ones, and 4 are needed. Ask again when more campaigns have outcomes. "
        "Not proven. Against the response rate"
    )
    assert forward_estimate(MODEL, six, earlier=2).told


def test_where_no_campaign_can_be_judged_it_says_so(frame):
    two = frame.rows(frame.campaign.isin(frame.campaigns[:2]).to_numpy())
    found = forward_estimate(MODEL, two)
    assert found.campaigns.empty
    assert found.against_base is None
    assert not found.proven
    assert found.propensity.isna().all()
    assert found._repr_html_().count("<table") == 1
    assert repr(found) == (
        "How the model will do on the next campaign cannot be known from so few campaigns: 0 "
        "were "
        "judged by earlier ones, and 4 are needed. Ask again when more campaigns have outcomes. "
        "Not proven: no campaign has been judged."
    )


def test_further_ahead_is_another_question(frame, found):
    later = forward_estimate(MODEL, frame, ahead=3)
    assert later.campaigns["campaign"].tolist() == frame.campaigns[5:]
    assert later.campaigns["learned_from"].tolist() == [3, 4, 5, 6, 7]
    pd.testing.assert_frame_equal(later.ageing, found.ageing)
    assert later.sentence().startswith("On the campaign 3 ahead the log loss should lie between ")


def test_no_more_than_twelve_campaigns_are_judged_unless_it_is_asked_for():
    long = world(16, rows=60)
    assert len(forward_estimate(MODEL, long).campaigns) == 12
    assert len(forward_estimate(MODEL, long, earlier=3).campaigns) == 13


def test_open_outcomes_and_rows_that_stand_for_nobody_are_passed_over(frame, found):
    X = pd.concat([frame.X, frame.X[-400:]])
    y = pd.concat([frame.y, pd.Series([np.nan] * 200 + [1.0] * 200)])
    label = pd.concat([frame.campaign, pd.Series(["c11"] * 200 + ["c12"] * 200)])
    weight = pd.Series([1.0] * 3200 + [0.0] * 200)
    parts = [one.reset_index(drop=True) for one in (X, y, label)]
    more = FeatureFrame(parts[0], parts[1], campaign=parts[2], weight=weight)
    again = forward_estimate(MODEL, more)
    pd.testing.assert_frame_equal(again.overall, found.overall)
    assert again.propensity[3000:].isna().all()


def test_what_cannot_be_asked_is_refused(frame):
    bare = FeatureFrame(frame.X, frame.y)
    message = (
        "What comes next can only be known from campaigns with outcomes; this frame has none. "
        "Name the campaign column, a month will do, or use `random_hold_out`."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        forward_estimate(MODEL, bare)
    message = (
        "`contacts` must be a number of contacts above 0; got 0. Leave it out for the median of "
        "the campaigns that were judged."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        forward_estimate(MODEL, frame, contacts=0)
    for name, bad in (("ahead", 0), ("earlier", 1)):
        message = f"`{name}` must be a whole number of at least {bad + 1}; got {bad}."
        with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
            forward_estimate(MODEL, frame, **{name: bad})
    message = "`confidence` must lie between 0 and 1; got 95. Write 95% as 0.95."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        forward_estimate(MODEL, frame, confidence=95)


@pytest.mark.slow
def test_the_next_campaign_lies_inside_as_often_as_is_said():
    """Twenty worlds of twelve campaigns, at each cut-off the campaign that then came."""
    inside = []
    for seed in range(20):
        frame = world(12, seed=seed, spiky=5)
        judged = forward_losses(MODEL, frame, earlier=3).judged
        first = judged[judged["ahead"] == 1].reset_index(drop=True)
        for k in range(4, len(first)):
            came = first.loc[k]
            table = expected(first[:k], Rates(came["recent_rate"], came["all_rate"]))
            inside += [
                table.loc[name, "low"] <= came[name] <= table.loc[name, "high"]
                for name in ("log_loss", "relative_loss", "rate")
            ]
    by_measure = np.reshape(inside, (-1, 3)).mean(axis=0)
    assert len(inside) == 300
    assert ((by_measure > 0.85) & (by_measure < 0.96)).all()


def test_a_model_tuned_on_forward_folds_begins_with_five_campaigns():
    frame = planted(train_campaigns=7, new_campaigns=0, rows=120, stable=2, spiky=1).frame
    found = forward_estimate(RidgePropensity(folds="forward"), frame)
    assert found.campaigns["campaign"].tolist() == frame.campaigns[5:]
    assert len(forward_estimate(RidgePropensity(0.1), frame).campaigns) == 4
