"""Campaigns added to sums and taken out of them, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from workbench import RidgePropensity
from workbench.errors import FitError, ParameterError
from workbench.ridge.statistics.drift import Bend, length
from workbench.ridge.updates.new_rows import read_new
from workbench.ridge.updates.solved import solved
from workbench.ridge.updates.update import (
    check_drift,
    in_columns_of,
    summed,
    with_campaigns,
    without_campaigns,
)


def come(model, frame):
    return read_new(model, model.statistics_, frame, None, campaign=None, sample_weight=None)


def test_the_new_sums_are_taken_where_the_solution_is(planted_history):
    made = planted_history(alpha=0.02)
    sums, found = with_campaigns(made.model, made.model.statistics_, come(made.model, made.coming))
    away = sums.carried(found.scaling) @ found.b - sums.folds.at
    moved = [length(A, one) for A, one in zip(sums.folds.curvature, away, strict=True)]
    assert moved[-1] < 0.3 * moved[0]
    assert sums.campaigns[-1] == tuple(made.coming.campaigns)
    assert sums.length == 7


def test_what_may_be_too_far_off_is_refused(planted_history):
    made = planted_history(alpha=0.02)
    model = made.model
    wild = replace(model.statistics_, bend=Bend(1e3, 0.5))
    with pytest.raises(FitError, match=r"the bound of .* above .*0\.1 is allowed.*`fit` with"):
        with_campaigns(model, wild, come(model, made.coming))
    nothing = replace(model.statistics_, bend=Bend(np.inf, 0.0))
    with pytest.raises(FitError, match="nothing bounds"):
        with_campaigns(model, nothing, come(model, made.coming))


def test_three_campaigns_are_too_few(planted_history):
    made = planted_history(known=3)
    with pytest.raises(FitError, match="must know 4 campaigns"):
        made.model.update(made.coming)


def test_too_few_contacts_are_refused(planted_history):
    made = planted_history()
    few = made.coming.rows(np.arange(300) < 60)
    with pytest.raises(FitError, match="100 contacts and 10 responses or more; got 60"):
        made.model.update(few)


def test_campaigns_go_by_name(planted_history):
    sums = planted_history().model.statistics_
    left = without_campaigns(sums, ["c02", "c05"])
    assert left.names == ["c01", "c03", "c04", "c06"]
    assert left.fitted == ()
    with pytest.raises(ParameterError, match="got 'c99'"):
        without_campaigns(sums, ["c99"])
    with pytest.raises(FitError, match="must keep a campaign"):
        without_campaigns(sums, sums.names)


def test_a_pool_goes_as_a_whole():
    rng = np.random.default_rng(0)
    name = np.repeat(list("abcdef"), [200, 40, 300, 200, 200, 200])
    X = rng.normal(size=(len(name), 2))
    y = (rng.random(len(name)) < 0.4).astype(float)
    sums = RidgePropensity(0.1).fit(X, y, campaign=name).statistics_
    with pytest.raises(FitError, match=r"'b' is pooled with \['c'\]"):
        without_campaigns(sums, ["b"])
    assert without_campaigns(sums, ["b", "c"]).names == ["a", "d", "e", "f"]


def test_columns_that_no_longer_vary_go_with_their_campaign():
    rng = np.random.default_rng(1)
    name = np.repeat(list("abcde"), 200)
    X = rng.normal(size=(1000, 2))
    X[name != "e", 1] = 0.0
    y = (rng.random(1000) < 0.4).astype(float)
    model = RidgePropensity(0.1).fit(X, y, campaign=name)
    left = without_campaigns(model.statistics_, ["e"])
    assert left.used.tolist() == [True, False]
    found = solved(summed(model, left)).columns
    assert found["dropped"].tolist() == [False, True]
    assert found["coef_standardised"].iloc[1] == 0.0
    with pytest.warns(match="Constant columns"):
        refit = RidgePropensity(0.1).fit(X[name != "e"], y[name != "e"], campaign=name[name != "e"])
    assert_allclose(found["coef_standardised"], refit.columns_["coef_standardised"], atol=2e-3)


def test_penalties_follow_the_scale_of_the_columns(planted_history):
    model = planted_history(alpha=0.02).model
    doubled = model.columns_.assign(scale=2 * model.columns_["scale"])
    assert_allclose(in_columns_of(model.statistics_, model.columns_), 0.02)
    assert_allclose(in_columns_of(model.statistics_, doubled), 0.08)


def test_what_is_near_enough_is_not_refused(planted_history):
    made = planted_history(alpha=0.02)
    found = solved(summed(made.model, made.model.statistics_))
    check_drift(found, done="With nothing")


def test_pools_tell_no_base_rate():
    """A fit reads it from the last three campaigns; of pooled ones there are no sums."""
    rng = np.random.default_rng(0)
    sizes = [200, 200, 200, 200, 60, 200, 200]
    month = np.repeat([f"2024-0{k}" for k in range(1, 8)], sizes)
    X = rng.normal(size=(len(month), 2))
    y = (rng.random(len(month)) < 0.4).astype(float)
    last = month == "2024-07"
    model = RidgePropensity(0.1, half_life=8.0).fit(X[~last], y[~last], campaign=month[~last])
    assert model.statistics_.pooled == ["2024-05", "2024-06"]
    model.outlook_ = replace(model.outlook_, in_time=True)
    with pytest.raises(FitError, match=r"\['2024-05', '2024-06'\] are pooled with their neigh"):
        model.update(X[last], y[last], campaign=month[last])
    model.outlook_ = replace(model.outlook_, in_time=False)
    assert model.update(X[last], y[last], campaign=month[last]).training_["campaigns"] == 7
