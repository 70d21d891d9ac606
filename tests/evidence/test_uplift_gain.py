"""The gain over other rules: by hand, paired, and proven only where it is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, evidence, metrics
from workbench.errors import ParameterError


def frame_of(y, treated, **parts):
    y = np.asarray(y, dtype=float)
    arms = pd.Series(np.where(np.asarray(treated) == 1, "mail", "none"))
    return FeatureFrame(
        X=pd.DataFrame({"x": np.arange(len(y), dtype=float)}),
        y=pd.Series(y),
        treatment=arms,
        control="none",
        **parts,
    )


def simulated(n=4000, seed=0, effect=0.3):
    """Whoever is fond buys anyway; whoever wavers buys by the mail."""
    rng = np.random.default_rng(seed)
    fond, wavering = rng.normal(size=n), rng.normal(size=n)
    t = rng.random(n) < 0.5
    chance = 0.3 / (1 + np.exp(-2 * fond)) + effect * t * (wavering > 0)
    return frame_of(rng.random(n) < chance, t), fond, wavering, (wavering > 0) * effect


def test_only_contacts_on_whom_the_rules_differ_tell():
    """Eight tied in pairs: ours takes rows 0-3, theirs 2-5. Mails to 0, 1 bring 1, to 4, 5 none."""
    y, t = [1, 0, 0, 1, 1, 1, 0, 0], [1, 0] * 4
    ours, theirs = [4, 4, 3, 3, 2, 2, 1, 1], [2, 2, 4, 4, 3, 3, 1, 1]
    frame = frame_of(y, t)
    found = evidence.uplift_gain(ours, frame, propensity=theirs, depth=0.5).set_index("rival")
    assert list(found.index) == ["propensity", "random", "everybody", "nobody"]
    assert found.loc["propensity", "gain"] == 2 * 1 - 2 * 0
    assert found["more_contacts"].tolist() == [0, 0, -4, 4]
    # rows 0-3: 4 (½ − ½); rows 4-7: 4 (½ − ½)
    assert found.loc["everybody", "gain"] == 0
    assert found.loc["nobody", "gain"] == 0
    assert found.loc["random", "gain"] == 0


def test_against_nobody_it_is_the_value_of_the_rule():
    frame, _, wavering, _ = simulated()
    best = wavering >= np.sort(wavering)[::-1][1199]
    value = metrics.policy_value(frame.y, frame.treatment == "mail", best, cost=0.1, margin=2.0)
    found = evidence.uplift_gain(wavering, frame, depth=0.3, cost=0.1, margin=2.0)
    gains = found.set_index("rival")["gain"]
    assert gains["nobody"] == pytest.approx(value["profit"])
    rest = metrics.policy_value(frame.y, frame.treatment == "mail", ~best, cost=0.1, margin=2.0)
    assert gains["everybody"] == pytest.approx(-rest["profit"])
    assert gains["random"] == pytest.approx(0.7 * value["profit"] - 0.3 * rest["profit"])


def test_who_buys_anyway_is_the_wrong_list_and_that_is_proven():
    frame, fond, wavering, lift = simulated()
    found = evidence.uplift_gain(wavering, frame, propensity=fond, depth=0.3).set_index("rival")
    row = found.loc["propensity"]
    ours, theirs = (np.argsort(-score)[:1200] for score in (wavering, fond))
    assert row["low"] < lift[ours].sum() - lift[theirs].sum() < row["high"]
    assert row["verdict"] == "better"
    back = evidence.uplift_gain(fond, frame, propensity=wavering, depth=0.3).set_index("rival")
    assert back.loc["propensity", "verdict"] == "worse"
    assert back.loc["propensity", "gain"] == pytest.approx(-row["gain"])


def test_the_same_rule_gains_nothing_and_that_is_no_proof():
    frame, fond, _, _ = simulated(400)
    row = evidence.uplift_gain(fond, frame, propensity=fond).iloc[0]
    assert row[["gain", "low", "high"]].tolist() == [0, 0, 0]
    assert row["verdict"] == "unproven"


@pytest.mark.slow
def test_a_ranking_of_noise_is_unproven_as_often_as_it_should_be():
    held = []
    for seed in range(300):
        frame, fond, _, _ = simulated(1500, seed)
        noise = np.random.default_rng(1000 + seed).normal(size=1500)
        found = evidence.uplift_gain(noise, frame, propensity=fond, depth=0.3)
        held.append((found["verdict"] == "unproven").tolist()[:2])
    # neither noise nor fondness tells who gains
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.038)


def test_the_interval_is_paired():
    """Rankings that hardly differ are compared far more closely than each is known."""
    frame, _, wavering, _ = simulated()
    near = wavering + np.random.default_rng(1).normal(0, 0.1, 4000)
    found = evidence.uplift_gain(wavering, frame, propensity=near).set_index("rival")
    width = found["high"] - found["low"]
    assert width["propensity"] < 0.5 * width["nobody"]


def test_customers_and_campaigns_are_drawn_as_wholes():
    rng = np.random.default_rng(2)
    frame, _, wavering, _ = simulated(1200, seed=2)
    twice = np.repeat(np.arange(1200), 2)
    doubled = replace(frame.rows(twice), customer=pd.Series(twice))
    once = evidence.uplift_gain(wavering, frame).set_index("rival")
    known = evidence.uplift_gain(wavering[twice], doubled).set_index("rival")
    assert np.allclose(known["gain"], 2 * once["gain"])
    assert np.allclose(known["high"] - known["gain"], 2 * (once["high"] - once["gain"]), rtol=5e-3)
    campaign = pd.Series(rng.integers(0, 8, 1200))
    with_campaigns = evidence.uplift_gain(wavering, replace(frame, campaign=campaign))
    assert not np.allclose(with_campaigns["high"], once["high"])


def test_a_share_of_all_is_asked_for():
    frame, _, wavering, _ = simulated(100)
    with pytest.raises(ParameterError, match="`depth` must be a share, above 0 and at most 1"):
        evidence.uplift_gain(wavering, frame, depth=30)
