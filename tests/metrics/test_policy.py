"""The value of a rule against sums by hand, uplift by depth, and known truth."""

import re

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError, ParameterError

Y, T = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]


def a_test(n=1000, seed=0):
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=n), rng.random(n) < 0.4
    lift = 0.5 + x
    return x, t, 2 * x + t * lift + rng.normal(size=n), lift


def test_a_rule_worked_by_hand():
    """Of the rule's six contacts 4 treated came 4 times, 2 untreated never: 6 · 1 more."""
    found = metrics.policy_value(Y, T, [1, 1, 1, 1, 1, 1, 0, 0], cost=1.0, margin=3.0)
    assert found["contacts"] == 6
    assert found["share"] == 0.75
    assert found["uplift"] == 1
    assert found["increments"] == 6
    assert found["profit"] == 12
    assert found["profit_per_contact"] == 2


def test_contacting_the_best_is_worth_what_uplift_by_depth_says():
    x, t, y, _ = a_test()
    table = metrics.uplift_by_depth(y, t, x, bins=4)
    for k in range(4):
        best = x >= np.sort(x)[::-1][250 * (k + 1) - 1]
        found = metrics.policy_value(y, t, best, treated_share=t.mean())
        assert found["increments"] == pytest.approx(table["increments"][k])
        assert found["uplift"] == pytest.approx(table["uplift"][k])


def test_everybody_is_worth_what_the_arms_differ_by():
    x, t, y, _ = a_test()
    found = metrics.policy_value(y, t, np.ones_like(x), cost=0.25, margin=2.0)
    table = metrics.uplift_by_depth(y, t, x, bins=1)
    assert found["increments"] == pytest.approx(1000 * (y[t].mean() - y[~t].mean()))
    assert found["profit"] == pytest.approx(2 * found["increments"] - 250)
    assert found["low"] == pytest.approx(2 * table["low"][0] - 250)
    assert found["high"] == pytest.approx(2 * table["high"][0] - 250)


def test_nobody_is_worth_nothing():
    found = metrics.policy_value(Y, T, np.zeros(8), cost=1.0, margin=3.0)
    assert found.tolist() == [0.0] * 10


def test_a_chance_of_contact_is_a_part_of_the_contacts():
    _, t, y, _ = a_test()
    half = metrics.policy_value(y, t, np.full(1000, 0.5), cost=0.1)
    full = metrics.policy_value(y, t, np.ones(1000), cost=0.1)
    assert half["profit"] == pytest.approx(full["profit"] / 2)
    assert half["contacts"] == 500


def test_good_predictions_narrow_the_interval_and_wrong_ones_do_no_harm():
    x, t, y, lift = a_test(4000, seed=1)
    rule = x > 0
    truth = lift[rule].sum()
    plain = metrics.policy_value(y, t, rule, treated_share=0.4)
    good = metrics.policy_value(
        y, t, rule, treated_share=0.4, if_treated=2 * x + lift, untreated=2 * x
    )
    wrong = metrics.policy_value(
        y, t, rule, treated_share=0.4, if_treated=-x, untreated=np.cos(9 * x) - 3
    )
    width = {
        name: one["increments_high"] - one["increments_low"]
        for name, one in (("plain", plain), ("good", good), ("wrong", wrong))
    }
    assert width["good"] < 0.8 * width["plain"]
    for found in (plain, good, wrong):
        assert found["increments_low"] < truth < found["increments_high"]


@pytest.mark.slow
def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Drawn from a population in which the rule's profit of 600 contacts is known."""
    truth = 600 * (2 * 0.5 * (0.5 + np.sqrt(2 / np.pi)) - 0.3 * 0.5)  # E[x | x > 0] = √(2/π)
    held = []
    for seed in range(300):
        x, t, y, lift = a_test(600, seed)
        guesses = {} if seed % 2 else {"if_treated": x + lift, "untreated": x}
        found = metrics.policy_value(
            y, t, x > 0, treated_share=0.4, cost=0.3, margin=2.0, **guesses
        )
        held.append(found["low"] <= truth <= found["high"])
    assert np.mean(held) == pytest.approx(0.95, abs=0.038)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            {"contacted": [0, 1, 2, 0, 0, 0, 0, 0]},
            DataError,
            (
                "`contacted` must be 1 where the rule contacts a row, and 0 where it does not; got "
                "2 in 1 of 8 rows. Compare a score with a limit: `score > limit`."
            ),
        ),
        (
            {"untreated": Y},
            ParameterError,
            (
                "`if_treated` and `untreated` must come together: what a model foretells of each "
                "row with the contact and without it. Give both, or none."
            ),
        ),
        (
            {"cost": -1.0},
            ParameterError,
            (
                "`cost` must be an amount of money, finite and not negative; got -1.0. Give cost "
                "and margin of one contact in the same currency."
            ),
        ),
    ],
)
def test_what_is_no_rule_is_refused(given, error, message):
    given = {"contacted": np.ones(8), **given}
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        metrics.policy_value(Y, T, **given)
