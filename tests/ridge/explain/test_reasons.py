import re
from copy import copy

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ExtrapolationWarning, ParameterError
from workbench.language import speaking


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(3)
    X = pd.DataFrame(
        {
            "visits": rng.integers(0, 9, 200),
            "spend": rng.lognormal(8, 1, 200),
            "job": rng.choice(["cook", "pilot", "smith"], 200),
            "useless": 7.0,
        }
    )
    y = rng.random(200) < 1 / (1 + np.exp(2 - 0.4 * X["visits"] - 0.8 * (X["job"] == "pilot")))
    X.loc[:9, "spend"] = np.nan
    with pytest.warns(UserWarning, match=r"^(Missing values|Constant columns)"):
        return RidgePropensity(0.01).fit(X, y, groups={"visits": "web", "spend": "web"})


@pytest.fixture
def contacts():
    return pd.DataFrame(
        {
            "visits": [8, 0, 3],
            "spend": [23456.7, np.nan, 1312.3456],
            "job": ["pilot", "smith", "cook"],
            "useless": 7.0,
        },
        index=["ann", "bob", "cyd"],
    )


def test_contributions_add_up_to_the_log_odds_against_the_average_row(model, contacts):
    parts = model.contributions(contacts)
    assert list(parts) == ["visits", "spend", "job", "useless"]
    average = model.intercept_[0] + model.coef_[0] @ model.columns_["mean"]
    np.testing.assert_allclose(parts.sum(axis=1) + average, model.decision_function(contacts))


def test_a_feature_of_several_columns_contributes_once(model, contacts):
    parts = model.contributions(contacts)
    coef = pd.Series(model.coef_[0], index=model.columns_.index)
    mean = model.columns_["mean"]
    jobs = ["job=cook", "job=pilot", "job=smith"]
    of_pilot = coef["job=pilot"] - coef[jobs] @ mean[jobs]
    assert parts.loc["ann", "job"] == pytest.approx(of_pilot)
    of_gap = (1 - mean["spend (missing)"]) * coef["spend (missing)"]
    assert parts.loc["bob", "spend"] == pytest.approx(of_gap, abs=1e-12)  # the mean is its value


def test_reasons_are_the_largest_contributions_with_their_values(model, contacts):
    parts, reasons = model.contributions(contacts), model.reasons(contacts)
    assert list(reasons) == ["reason_1", "reason_2", "reason_3"]
    written = {
        "ann": {"visits": "8", "spend": "23,457", "job": "pilot"},
        "bob": {"visits": "0", "spend": "missing", "job": "smith"},
        "cyd": {"visits": "3", "spend": "1,312", "job": "cook"},
    }
    for name, values in written.items():
        ranked = parts.loc[name].drop("useless").abs().sort_values(ascending=False).index
        expected = [f"{f} = {values[f]} ({parts.loc[name, f]:+.2f})" for f in ranked]
        assert reasons.loc[name].tolist() == expected


def test_reasons_are_english_in_every_language_for_programs(model, contacts):
    far = contacts.assign(visits=[900, -2, 3], spend=12345.5)
    with speaking("de"):
        told = model.reasons(far)
    pd.testing.assert_frame_equal(told, model.reasons(far))
    assert "12,346" in " ".join(told.loc["cyd"])


def test_a_number_out_of_range_says_what_it_counts_as(model, contacts):
    far = contacts.assign(visits=[900, -2, 3])
    parts, reasons = model.contributions(far), model.reasons(far)
    with pytest.warns(ExtrapolationWarning):
        log_odds = model.decision_function(far)
    average = model.intercept_[0] + model.coef_[0] @ model.columns_["mean"]
    np.testing.assert_allclose(parts.sum(axis=1) + average, log_odds)
    told = reasons.agg(" ".join, axis=1)
    assert f"visits = 900, counted as 8 ({parts.loc['ann', 'visits']:+.2f})" in told["ann"]
    assert f"visits = -2, counted as 0 ({parts.loc['bob', 'visits']:+.2f})" in told["bob"]
    assert "held" not in told["cyd"]
    free = copy(model).set_params(extrapolate=True)
    parts = free.contributions(far)
    assert f"visits = 900 ({parts.loc['ann', 'visits']:+.2f})" in " ".join(
        free.reasons(far).loc["ann"]
    )
    with pytest.warns(ExtrapolationWarning):
        np.testing.assert_allclose(parts.sum(axis=1) + average, free.decision_function(far))


def test_a_thousand_and_more_are_written_with_commas(model, contacts):
    spent = contacts.assign(spend=[999.94, 1000.0, 1000.4])
    told = model.reasons(spent).agg(" ".join, axis=1)
    for name, written in zip(told.index, ("999.9", "1,000", "1,000"), strict=True):
        assert f"spend = {written} (" in told[name]


def test_explaining_a_table_with_more_columns_leaves_the_model_as_it_is(model, contacts):
    names = model.feature_names_in_.tolist()
    shares = model.score_share_by_group(contacts)
    more = model.score_share_by_group(contacts.assign(more=1.0)[["more", *contacts]])
    pd.testing.assert_series_equal(more, shares)
    assert model.feature_names_in_.tolist() == names


def test_a_gap_gets_no_words_of_a_level_that_is_called_missing():
    bought = np.r_[np.arange(200) % 2, np.arange(200) % 4 == 0, np.arange(200) % 8 == 0] * 1.0
    stage = pd.Series(np.repeat(np.array(["new", "missing", None], dtype=object), 200))
    frame = FeatureFrame(pd.DataFrame({"stage": stage}), pd.Series(bought))
    frame = frame.labelled({"stage=missing": "asked, and not said"})
    with pytest.warns(UserWarning, match="^Missing values in 'stage'"):
        model = RidgePropensity(0.01).fit(frame)
    reasons = model.reasons(pd.DataFrame({"stage": ["missing", None]}), most=1)["reason_1"]
    assert reasons[0].startswith("stage = asked, and not said (")
    assert reasons[1].startswith("stage = missing (")


def test_what_moves_nothing_is_no_reason(model, contacts):
    reasons = model.reasons(contacts, most=5)
    assert reasons[["reason_4", "reason_5"]].to_numpy().tolist() == [["", ""]] * 3
    assert model.reasons(contacts, most=1).shape == (3, 1)


def test_many_rows_are_explained_as_each_alone(model, contacts, monkeypatch):
    together = model.reasons(contacts)
    monkeypatch.setattr("workbench.ridge.explain.reasons._BLOCK", 2)
    pd.testing.assert_frame_equal(model.reasons(contacts), together)


def test_shares_of_groups_are_covariances_with_the_score(model):
    rng = np.random.default_rng(4)
    X = pd.DataFrame(
        {
            "visits": rng.integers(0, 9, 50),
            "spend": rng.lognormal(8, 1, 50),
            "job": rng.choice(["cook", "pilot"], 50),
            "useless": 7.0,
        }
    )
    shares = model.score_share_by_group(X)
    parts, score = model.contributions(X), model.decision_function(X)
    web = np.cov(parts["visits"] + parts["spend"], score)
    assert shares.index.tolist() == ["web", "features"]
    assert shares["web"] == pytest.approx(web[0, 1] / web[1, 1])
    assert shares.sum() == pytest.approx(1.0)
    assert model.score_share_by_group(X[:1]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("most", [-1, 0, 1.5, True, "3", None])
def test_reasons_are_at_least_one(rows, most):
    model = RidgePropensity(0.1).fit(rows.X, rows.y)
    message = f"`most` must be a whole number from 1; got {most!r}. Give for example 3."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        model.reasons(rows.X, most=most)
