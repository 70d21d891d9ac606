import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError
from workbench.ridge.over_campaigns.examined import RowsByCampaign, structural_zero
from workbench.ridge.tune.co_data import slopes_by_fold

QUICK = settings(deadline=None, derandomize=True, max_examples=40)


def frame_of(n=1200, seed=0, weight=None):
    rng = np.random.default_rng(seed)
    campaign = np.repeat(["a", "b", "c", "d"], n // 4)
    x = rng.normal(size=n)
    X = pd.DataFrame(
        {
            "x": 1000 + x,
            "flag": (rng.random(n) < 0.3).astype(float),
            "only_b": np.where(campaign == "b", rng.poisson(1.0, n), 0.0),
            "level": np.select([campaign == "a", campaign == "b"], [1.0, 2.0], 3.1),
        }
    )
    slope = np.select([campaign == "a", campaign == "b"], [1.0, -1.0], 0.3)
    y = pd.Series((rng.random(n) < 1 / (1 + np.exp(1 - slope * x))).astype(float))
    return FeatureFrame(X=X, y=y, campaign=pd.Series(campaign), weight=weight)


@pytest.fixture(scope="module")
def frame():
    return frame_of()


@pytest.fixture(scope="module")
def model(frame):
    return RidgePropensity(0.01).fit(frame)


def test_slopes_are_those_of_the_statistics_that_the_fit_left_behind(model, frame):
    slope, variance = RowsByCampaign.of(model, frame).slopes()
    expected, expected_variance = slopes_by_fold(model.workspace_.stats)
    np.testing.assert_array_equal(np.isnan(slope), np.isnan(expected))
    np.testing.assert_allclose(slope, expected, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(variance, expected_variance, rtol=1e-8)


def test_a_column_constant_in_each_campaign_or_in_all_but_one_has_no_slope_there(model, frame):
    slope, _ = RowsByCampaign.of(model, frame).slopes()
    assert np.isnan(slope[:, 3]).all()
    assert np.isnan(slope[[0, 2, 3], 2]).all()
    assert np.isfinite(slope[1, 2])


def test_sparse_and_dense_columns_say_the_same(model, frame):
    dense = RowsByCampaign.of(model, frame)
    parts = {name: getattr(dense, name) for name in dense.__dataclass_fields__}
    sparse = RowsByCampaign(**{**parts, "matrix": csc_array(dense.matrix)})
    for ours, theirs in zip(sparse.slopes(), dense.slopes(), strict=True):
        # unlike the design of a fit, a column of a thousand is not moved: digits cancel
        np.testing.assert_allclose(ours[:, 1:], theirs[:, 1:], rtol=1e-9, atol=1e-9)
    for name in ("pivot", "first", "second"):
        np.testing.assert_allclose(
            getattr(sparse.moments(), name), getattr(dense.moments(), name), atol=1e-12
        )


def test_rows_of_weight_two_are_two_rows(model, frame):
    where = np.r_[np.arange(600), np.arange(600), np.arange(600, 1200)]
    twice = frame.rows(where)
    weighed = frame_of(weight=pd.Series(np.repeat([2.0, 1.0], 600)))
    for ours, theirs in zip(
        RowsByCampaign.of(model, weighed).slopes(),
        RowsByCampaign.of(model, twice).slopes(),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_a_column_of_a_few_rows_tells_no_slope():
    rng = np.random.default_rng(4)
    n = 800
    campaign = pd.Series(np.repeat(["a", "b"], n // 2))
    rare = np.zeros(n)
    rare[[10, 11, 12, *range(500, 540)]] = 1.0
    X = pd.DataFrame({"rare": rare, "x": rng.normal(size=n)})
    y = pd.Series((rng.random(n) < 0.3).astype(float))
    frame = FeatureFrame(X=X, y=y, campaign=campaign)
    slope, variance = RowsByCampaign.of(RidgePropensity(0.1).fit(frame), frame).slopes()
    assert np.isnan(slope[0, 0])
    assert np.isinf(variance[0, 0])
    assert np.isfinite(slope[1]).all()


def test_reading_leaves_the_model_as_it_was_and_needs_no_rows_of_the_fit(model, frame, tmp_path):
    loaded = RidgePropensity.load(model.save(tmp_path / "model.json"))
    before = set(vars(loaded))
    read = RowsByCampaign.of(loaded, frame.rows(np.arange(0, 1200, 2)))
    assert set(vars(loaded)) == before
    assert read.campaigns == ("a", "b", "c", "d")
    np.testing.assert_allclose(read.log_odds, model.decision_function(frame.X.iloc[::2]), rtol=1e-9)


def test_moments_are_taken_about_the_usual_value_of_each_campaign_alike(model, frame):
    measured = RowsByCampaign.of(model, frame).moments()
    assert measured.pivot[1:3].tolist() == [0.0, 0.0]
    assert measured.pivot[3] == 2.0
    by_campaign = frame.X.groupby(frame.campaign)
    np.testing.assert_allclose(measured.second[:, 1], by_campaign["flag"].mean())
    expected = ((frame.X["level"] - 2.0) ** 2).groupby(frame.campaign).mean()
    np.testing.assert_allclose(measured.second[:, 3], expected)
    explained = by_campaign["x"].transform("mean").var(ddof=0) / frame.X["x"].var(ddof=0)
    assert measured.between_share[0] == pytest.approx(explained, rel=1e-6)


@QUICK
@given(
    st.lists(st.lists(st.integers(-2, 2), min_size=1, max_size=6), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_the_usual_value_asks_neither_for_the_order_nor_for_the_size(campaigns, random):
    rows = [(float(x), g) for g, values in enumerate(campaigns) for x in values]
    expected = usual(rows)
    assert usual(random.sample(rows, len(rows))) == expected
    places = random.sample(range(len(campaigns)), len(campaigns))
    assert usual([(x, places[g]) for x, g in rows]) == expected
    assert usual([*rows, *(row for row in rows if row[1] == 0)]) == expected


@given(st.integers(0, 10_000))
def test_the_usual_value_is_the_median_of_medians(seed):
    rng = np.random.default_rng(seed)
    campaign = np.concatenate([np.arange(4), rng.integers(4, size=40)])
    x = rng.integers(-2, 3, size=44) * rng.choice([0.0, 1.0], p=rng.dirichlet([1, 1]), size=44)
    weight = rng.integers(1, 4, size=44).astype(float)
    each = [np.sort(np.repeat(x, weight.astype(int) * (campaign == g))) for g in range(4)]
    medians = np.sort([one[(len(one) - 1) // 2] for one in each])
    assert structural_zero(x, campaign, weight) == medians[1]


def usual(rows):
    x, campaign = np.array([x for x, _ in rows]), np.array([g for _, g in rows])
    return structural_zero(x, campaign, np.ones(len(x)))


def test_one_campaign_is_not_enough(model, frame):
    message = (
        "Comparing campaigns needs at least two with outcomes; got 1. Name the campaign column: a "
        "month will do."
    )
    with warnings.catch_warnings(), pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        RowsByCampaign.of(model, frame.rows(np.arange(300)))
