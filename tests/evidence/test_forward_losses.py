import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.errors import FitError
from workbench.evidence.forward_losses import forward_losses, rates_known


def campaigns(rows=120, count=6, seed=2, *, weight=None):
    """Months in which the response rate moves; the labels carry their order."""
    rng = np.random.default_rng(seed)
    month = np.repeat([f"2024-{k:02d}" for k in range(1, count + 1)], rows)
    X = pd.DataFrame(rng.normal(size=(rows * count, 3)).round(1), columns=[*"abc"])
    level = np.repeat(rng.normal(-1.0, 0.5, count), rows)
    y = (rng.random(len(X)) < expit(level + X["a"] - 0.5 * X["b"])).astype(float)
    return FeatureFrame(X, pd.Series(y), campaign=pd.Series(month), weight=weight)


def test_each_campaign_is_judged_by_the_ones_before_it_and_so_are_all_later_ones():
    frame = campaigns()
    found = forward_losses(RidgePropensity(0.02), frame, earlier=4)
    pairs = found.judged[["campaign", "ahead", "learned_from"]].to_numpy().tolist()
    assert pairs == [["2024-05", 1, 4], ["2024-06", 2, 4], ["2024-06", 1, 5]]
    for _, row in found.judged.iterrows():
        k = row["learned_from"]
        train = frame.rows(frame.campaign.isin(frame.campaigns[:k]).to_numpy())
        out = (frame.campaign == row["campaign"]).to_numpy()
        test = frame.rows(out)
        said = RidgePropensity(0.02).fit(train).propensity(test)
        assert row["log_loss"] == pytest.approx(metrics.log_loss(test.y, said))
        assert row["auc"] == pytest.approx(metrics.auc(test.y, said))
        each = -np.log(np.where(test.y == 1, said, 1 - said))
        assert row["loss_variance"] == pytest.approx(each.var())
        own = metrics.log_loss(test.y, np.full(len(test), test.y.mean()))
        assert row["relative_loss"] == pytest.approx(row["log_loss"] / own)
        base = metrics.log_loss(test.y, np.full(len(test), rates_known(train).recent))
        assert row["base_log_loss"] == pytest.approx(base)
        if row["ahead"] == 1:
            np.testing.assert_allclose(found.propensity[out], said)
            assert set(found.recent_rate[out]) == {row["recent_rate"]}
    assert np.isnan(found.propensity[: 4 * 120]).all()
    later = forward_losses(RidgePropensity(0.02), frame, earlier=4, ahead=2)
    assert np.isfinite(later.propensity).sum() == 120
    assert np.isfinite(later.propensity[-120:]).all()


def test_outcomes_not_known_when_a_campaign_starts_are_not_learned_from():
    frame = campaigns()
    start = pd.to_datetime(frame.campaign + "-01")
    slow = FeatureFrame(
        frame.X,
        frame.y,
        campaign=frame.campaign,
        as_of=start,
        matured_at=start + pd.Timedelta(days=45),
    )
    found = forward_losses(RidgePropensity(0.02), slow, earlier=3)
    first = found.judged[found.judged["ahead"] == 1]
    # when the fifth month starts, outcomes of the fourth are open
    assert first["campaign"].tolist() == ["2024-05", "2024-06"]
    assert first["learned_from"].tolist() == [3, 4]
    train = frame.rows(frame.campaign.isin(frame.campaigns[:3]).to_numpy())
    test = frame.rows((frame.campaign == "2024-05").to_numpy())
    said = RidgePropensity(0.02).fit(train).propensity(test)
    assert first["log_loss"].iloc[0] == pytest.approx(metrics.log_loss(test.y, said))
    np.testing.assert_allclose(first["all_rate"].iloc[0], (train.positives + 0.5) / 361)


def test_campaigns_that_start_together_share_a_fit():
    frame = campaigns()
    start = pd.to_datetime(frame.campaign.replace("2024-06", "2024-05") + "-01")
    together = FeatureFrame(frame.X, frame.y, campaign=frame.campaign, as_of=start)
    found = forward_losses(RidgePropensity(0.02), together, earlier=4)
    assert found.judged[["campaign", "ahead", "learned_from"]].to_numpy().tolist() == [
        ["2024-05", 1, 4],
        ["2024-06", 2, 4],
        ["2024-06", 1, 4],
    ]


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=8)
@given(st.integers(0, 2**31))
def test_the_order_of_rows_does_not_matter_and_cells_are_as_good_as_rows(seed):
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 4, 600)
    cells = campaigns(rows=100, seed=seed, weight=pd.Series(count.astype(float)))
    model = RidgePropensity(0.02)
    found = forward_losses(model, cells, earlier=4).judged
    turned = forward_losses(model, cells.rows(rng.permutation(600)), earlier=4).judged
    rows = cells.rows(np.repeat(np.arange(600), count))
    expanded = FeatureFrame(rows.X, rows.y, campaign=rows.campaign)
    each = forward_losses(model, expanded, earlier=4).judged
    pd.testing.assert_frame_equal(found, turned, rtol=1e-6)
    pd.testing.assert_frame_equal(found, each, rtol=1e-6)


def test_a_fit_that_fails_says_which_campaign_was_to_be_judged():
    frame = campaigns(count=4)
    model = RidgePropensity(0.0)
    twice = FeatureFrame(frame.X.assign(d=frame.X["a"]), frame.y, campaign=frame.campaign)
    with pytest.raises(FitError) as caught:
        forward_losses(model, twice, earlier=3)
    assert caught.value.__notes__ == [
        "This happened with what was known when campaign '2024-04' started."
    ]
