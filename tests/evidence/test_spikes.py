import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, false_discovery_control
from statsmodels.stats.meta_analysis import combine_effects

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import DataError
from workbench.evidence import out_of_time, over_campaigns, spikiness
from workbench.metrics import psi

QUICK = settings(deadline=None, derandomize=True, max_examples=15)


def shop(n=1600, seed=0):
    """Four campaigns; ``turns`` works the other way in the second, ``once`` lives in the third."""
    rng = np.random.default_rng(seed)
    campaign = np.repeat([0, 1, 2, 3], n // 4)
    x, turns = rng.normal(size=(2, n))
    once = np.where(campaign == 2, (rng.random(n) < 0.5).astype(float), 0.0)
    y = rng.random(n) < 1 / (1 + np.exp(1 - x - np.where(campaign == 1, -1.0, 1.0) * turns))
    X = pd.DataFrame(
        {
            "steady": x,
            "turns": turns,
            "once": once,
            "season": np.array([0.0, 0.0, 0.0, 7.0])[campaign],
            "flat": 3.0,
            "copy": once,
        }
    )
    labels = pd.Series([f"c{g}" for g in campaign])
    return FeatureFrame(X=X, y=pd.Series(y.astype(float)), campaign=labels)


def fitted(frame):
    with warnings.catch_warnings(action="ignore"):
        return RidgePropensity(0.01).fit(frame)


@pytest.fixture(scope="module")
def frame():
    return shop()


@pytest.fixture(scope="module")
def model(frame):
    return fitted(frame)


@pytest.fixture(scope="module")
def scores(frame, model):
    return spikiness(frame, model)


def test_concentration_worked_by_hand():
    # campaigns of four and eight rows: energies per row of 4/4 and 1/8, about a usual value of 0
    most = [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    X = pd.DataFrame({"most": most, "flat": 1.0})
    campaign, y = pd.Series(["a"] * 4 + ["b"] * 8), pd.Series([0.0, 1.0] * 6)
    small = FeatureFrame(X=X, y=y, campaign=campaign)
    found = spikiness(small, fitted(small))
    share = np.array([1.0, 0.125]) / 1.125
    assert found.loc["most", "concentration"] == pytest.approx(2 * (share @ share - 0.5))
    # energies of 4 and 1, dealt at random: 17 of 25
    assert found.loc["most", "concentration_noise"] == pytest.approx(17 / 25)
    assert found.loc["most", ["active_campaigns", "lives_in"]].tolist() == [2, 2]


def test_heterogeneity_is_the_meta_analysis_of_the_campaigns_own_slopes(frame, model, scores):
    followed = over_campaigns(frame, model, columns=["steady", "turns"])
    for name, rows in followed.groupby("column"):
        error = (rows["effect_high"] - rows["effect_low"]) / (2 * 1.959963984540054)
        with np.errstate(invalid="ignore"):
            peer = combine_effects(rows["effect"].to_numpy(), error.to_numpy() ** 2, method_re="dl")
        mine = scores.loc[name]
        assert mine["q"] == pytest.approx(peer.q, rel=1e-9)
        assert mine["tau_squared"] == pytest.approx(max(peer.tau2, 0.0), rel=1e-9, abs=1e-12)
        assert mine["i_squared"] == pytest.approx(max(peer.i2, 0.0), rel=1e-9, abs=1e-12)
        assert mine["effect"] == pytest.approx(peer.mean_effect_fe, rel=1e-9)
        assert mine["compared"] == 4


def test_the_false_discovery_rate_counts_columns_that_can_be_compared(scores):
    known = scores[scores["compared"] > 1]
    chance = chi2.sf(known["q"], known["compared"] - 1)
    np.testing.assert_allclose(known["false_discovery_rate"], false_discovery_control(chance))
    assert sorted(known.index) == ["steady", "turns"]


def test_drift_is_the_psi_of_the_later_half_against_the_earlier(frame, scores):
    early = frame.campaign.isin(["c0", "c1"])
    for name in ("steady", "once", "season"):
        expected = psi(frame.X[name][early], frame.X[name][~early])
        assert scores.loc[name, ["psi", "psi_noise"]].tolist() == pytest.approx(expected[:2])


def test_between_share_is_the_variance_of_the_means(frame, scores):
    means = frame.X.groupby(frame.campaign).transform("mean")
    for name in ("steady", "turns", "once", "season"):
        expected = means[name].var() / frame.X[name].var()
        assert scores.loc[name, "between_share"] == pytest.approx(expected, rel=1e-9)


def test_what_cannot_be_had_is_said_and_not_nought(scores):
    unknown = ["q", "tau_squared", "i_squared", "false_discovery_rate"]
    for name in ("once", "season", "flat"):
        assert scores.loc[name, unknown].isna().all()
    assert scores.loc["flat"][["concentration", "psi", "between_share"]].isna().all()
    remarks = scores["remark"]
    assert remarks["flat"] == "constant: leave it out"
    assert remarks["steady"] == ""
    assert remarks["season"].startswith(
        "90% of it in 1 of 4 campaigns (c3); constant within each campaign: it separates "
        "campaigns, and cannot rank contacts; moved: PSI "
    )
    assert remarks["once"].startswith(
        "90% of it in 1 of 4 campaigns (c2); only one campaign shows its effect: nothing to "
        "compare it with"
    )
    assert remarks["copy"].endswith("; the same as once")
    assert remarks["turns"].startswith("effect differs between campaigns, even in sign (I² 9")
    assert scores["same_as"].to_dict() == dict.fromkeys(scores.index, "") | {"copy": "once"}


def test_the_worst_come_first(scores):
    assert list(scores.index[:2]) in (["season", "once"], ["season", "copy"])
    assert list(scores.index[-2:]) == ["steady", "flat"]
    assert scores["spiky"].to_dict() == {
        "steady": False,
        "turns": True,
        "once": True,
        "season": True,
        "flat": False,
        "copy": True,
    }


@QUICK
@given(st.integers(0, 10**6))
def test_the_order_of_rows_and_of_campaigns_changes_nothing(seed):
    frame = shop(n=400)
    model, rng = fitted(frame), np.random.default_rng(seed)
    expected = spikiness(frame, model)
    shuffled = spikiness(frame.rows(rng.permutation(400)), model)
    alike = ["concentration", "between_share", "q", "tau_squared", "i_squared"]
    pd.testing.assert_frame_equal(shuffled.loc[expected.index, alike], expected[alike], rtol=1e-8)
    renamed = {f"c{g}": f"k{place}" for g, place in enumerate(rng.permutation(4))}
    other = FeatureFrame(X=frame.X, y=frame.y, campaign=frame.campaign.map(renamed))
    found = spikiness(other, model).loc[expected.index, alike]
    pd.testing.assert_frame_equal(found, expected[alike], rtol=1e-8)


@QUICK
@given(st.sampled_from(["c0", "c1", "c2", "c3"]))
def test_doubling_the_rows_of_a_campaign_leaves_concentration(label):
    frame = shop(n=400)
    model = fitted(frame)
    again = np.flatnonzero(frame.campaign == label)
    doubled = spikiness(frame.rows(np.r_[np.arange(400), again]), model)
    expected = spikiness(frame, model)
    np.testing.assert_allclose(
        doubled.loc[expected.index, "concentration"], expected["concentration"], atol=1e-12
    )


def test_a_row_of_weight_two_is_two_rows():
    frame = shop(n=400)
    model = fitted(frame)
    weight = pd.Series(np.where(np.arange(400) % 3 == 0, 2.0, 1.0))
    weighed = FeatureFrame(X=frame.X, y=frame.y, campaign=frame.campaign, weight=weight)
    written_out = frame.rows(np.repeat(np.arange(400), weight.astype(int)))
    ours, theirs = spikiness(weighed, model), spikiness(written_out, model)
    dealt = ["concentration_dealt", "q_dealt"]  # a row is dealt as a whole, two rows are not
    ours, theirs = ours.drop(columns=dealt), theirs.drop(columns=dealt)
    pd.testing.assert_frame_equal(ours, theirs.loc[ours.index], rtol=1e-8)


@pytest.mark.slow
def test_every_planted_spike_is_found_and_no_stable_column():
    world = planted(dose=1.0)
    train = out_of_time(world.frame, test_campaigns=10).train
    scores = spikiness(train)
    alive = scores[scores["concentration"].notna()]
    assert alive.groupby("group")["spiky"].mean().to_dict() == {"spiky": 1.0, "stable": 0.0}
    first = alive.index[: (alive["group"] == "spiky").sum()]
    assert (alive.loc[first, "group"] == "spiky").all()


def test_a_table_without_campaigns(frame):
    message = (
        "Comparing campaigns needs at least two with outcomes; got 0. Name the campaign column: a "
        "month will do."
    )
    alone = FeatureFrame(X=frame.X, y=frame.y)
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        spikiness(alone)
