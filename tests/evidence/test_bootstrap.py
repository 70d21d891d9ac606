"""The cluster bootstrap against drawing rows again by hand."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench import metrics
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.evidence.bootstrap import bootstrap_interval


def predictions(seed=0, campaigns=12, each=60, between=0.0):
    """Campaigns whose log-odds differ by `between`."""
    rng = np.random.default_rng(seed)
    campaign = np.repeat(np.arange(campaigns), each)
    score = rng.normal(-1.0, 1.0, campaigns * each)
    log_odds = score + between * rng.normal(size=campaigns)[campaign]
    y = (rng.random(len(score)) < expit(log_odds)).astype(float)
    return pd.DataFrame({"campaign": campaign, "y": y, "propensity": expit(score)})


def test_draws_are_copies_of_whole_campaigns():
    table = predictions()
    rng = np.random.default_rng(7)
    blocks = dict(iter(table.groupby("campaign")))
    by_hand = []
    for _ in range(50):
        drawn = pd.concat([blocks[g] for g in rng.integers(12, size=12)])
        by_hand.append(metrics.auc(drawn["y"], drawn["propensity"]))
    found = bootstrap_interval(table, metrics.auc, repeats=50, seed=7, confidence=0.8).iloc[0]
    assert found["estimate"] == metrics.auc(table["y"], table["propensity"])
    assert (found["low"], found["high"]) == pytest.approx(np.quantile(by_hand, [0.1, 0.9]))
    assert found["clusters"] == 12
    assert found["repeats"] == 50
    assert found["note"] == ""


@pytest.mark.parametrize("statistic", [metrics.auc, metrics.log_loss, metrics.calibration_slope])
def test_same_seed_same_interval_whatever_the_order_of_rows(statistic):
    table = predictions(1)
    first = bootstrap_interval(table, statistic, repeats=40)
    shuffled = table.sample(frac=1.0, random_state=5)
    again = bootstrap_interval(shuffled, statistic, repeats=40)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    other = bootstrap_interval(table, statistic, repeats=40, seed=1)
    assert other["low"].iloc[0] != first["low"].iloc[0]
    assert other["estimate"].iloc[0] == first["estimate"].iloc[0]


def test_weight_k_is_the_row_k_times():
    table = predictions(2)
    table["weight"] = np.arange(len(table)) % 3 + 1
    weighted = bootstrap_interval(table, metrics.log_loss, repeats=30)
    copied = table.loc[table.index.repeat(table["weight"])].drop(columns="weight")
    again = bootstrap_interval(copied, metrics.log_loss, repeats=30)
    pd.testing.assert_frame_equal(weighted, again, rtol=1e-12)


def test_a_campaign_of_weight_0_is_not_there():
    table = predictions(6, campaigns=3, each=20).assign(weight=1.0)
    without = table[table["campaign"] != 1]
    table.loc[table["campaign"] == 1, "weight"] = 0.0
    pd.testing.assert_frame_equal(
        bootstrap_interval(table, metrics.auc, repeats=30),
        bootstrap_interval(without, metrics.auc, repeats=30),
    )


def test_campaigns_that_differ_widen_the_interval():
    table = predictions(3, campaigns=20, between=1.5)
    by_row = table.assign(row=np.arange(len(table)))
    whole = bootstrap_interval(table, metrics.log_loss, repeats=200).iloc[0]
    rows = bootstrap_interval(by_row, metrics.log_loss, repeats=200, cluster="row").iloc[0]
    assert whole["high"] - whole["low"] > 1.5 * (rows["high"] - rows["low"])


def test_interval_of_independent_rows_is_that_of_the_normal_approximation():
    table = predictions(4, campaigns=400, each=1)
    row = bootstrap_interval(table, metrics.brier, repeats=2000).iloc[0]
    squared = (table["propensity"] - table["y"]) ** 2
    half = 1.96 * squared.std() / np.sqrt(len(squared))
    assert row["low"] == pytest.approx(squared.mean() - half, abs=0.1 * half)
    assert row["high"] == pytest.approx(squared.mean() + half, abs=0.1 * half)


def test_few_campaigns_and_draws_of_one_class_are_said():
    table = pd.DataFrame(
        {
            "campaign": ["a", "a", "b", "b"],
            "y": [1, 0, 0, 0],
            "propensity": [0.7, 0.3, 0.2, 0.4],
        }
    )
    row = bootstrap_interval(table, metrics.auc, repeats=100).iloc[0]
    only_b = 100 - row["repeats"]
    assert 10 <= only_b <= 40  # a quarter of the draws take campaign b twice
    assert row["note"] == (
        f"only 2 clusters: the interval is too narrow; {only_b} draws with one class only left out"
    )


def test_a_statistic_that_is_never_defined_has_no_interval():
    table = predictions(5, campaigns=3, each=5).assign(y=0)
    row = bootstrap_interval(table, metrics.auc, repeats=10).iloc[0]
    assert row[["estimate", "low", "high"]].isna().all()
    assert row["repeats"] == 0


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (
            {"campaign": "a"},
            {},
            DataError,
            (
                "Drawing whole clusters needs at least two; column 'campaign' holds ['a']. "
                "Name another column as `cluster`, such as the customer."
            ),
        ),
        (
            {"campaign": [None, "a", "b"]},
            {},
            DataError,
            (
                "Every row must have a campaign; it is missing in 1 of 3. "
                "Leave these rows out, or name another `cluster`."
            ),
        ),
        (
            {},
            {"cluster": "household"},
            SchemaError,
            (
                "The table of predictions has no column 'household'; "
                "got ['campaign', 'y', 'propensity']."
            ),
        ),
        (
            {},
            {"repeats": 0},
            ParameterError,
            "`repeats` must be a whole number of at least 1; got 0.",
        ),
        (
            {},
            {"confidence": 95},
            ParameterError,
            "`confidence` must lie between 0 and 1; got 95. Write 95% as 0.95.",
        ),
    ],
)
def test_bad_input_is_refused_with_what_to_do(change, options, error, message):
    table = pd.DataFrame(
        {
            "campaign": ["a", "b", "b"],
            "y": [1, 0, 0],
            "propensity": [0.6, 0.4, 0.2],
        }
    ).assign(**change)
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        bootstrap_interval(table, metrics.auc, **options)


def test_an_empty_table_is_refused():
    table = pd.DataFrame({"campaign": [], "y": [], "propensity": []})
    message = "The table of predictions must have at least one row; it is empty."
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        bootstrap_interval(table, metrics.auc)
