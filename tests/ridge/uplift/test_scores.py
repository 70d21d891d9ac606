"""Chances, their difference, and what each feature adds, by hand and by numerical integral."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit

from tests.ridge.mailing import mailing
from workbench import RidgeUplift
from workbench.errors import ParameterError
from workbench.ridge.uplift.scores import points_text, slope_between


@pytest.fixture(scope="module")
def frame():
    return mailing(1500)


@pytest.fixture(scope="module")
def model(frame):
    return RidgeUplift(alpha=0.005).fit(frame)


def test_the_formula_is_that_of_the_docstring(frame, model):
    z = model.design_.matrix(frame.X)
    difference = model.effect_ + (z - model.columns_["mean"].to_numpy()) @ model.per_unit
    untreated = model.main_intercept_ + z @ model.main_per_unit - model.share_ * difference
    found = model.log_odds(frame)
    np.testing.assert_allclose(found["untreated"], untreated, atol=1e-12)
    np.testing.assert_allclose(found["treated"], untreated + difference, atol=1e-12)
    for name, (start, line) in zip(("untreated", "treated"), model.lines, strict=True):
        np.testing.assert_allclose(start + z @ line, found[name], atol=1e-12)

    scores = model.scores(frame)
    assert list(scores) == ["uplift", "propensity_treated", "propensity_untreated"]
    np.testing.assert_allclose(scores["uplift"], expit(untreated + difference) - expit(untreated))
    pd.testing.assert_series_equal(model.uplift(frame), scores["uplift"])
    for treated, name in ((True, "propensity_treated"), (False, "propensity_untreated")):
        found = model.propensity(frame, treated=treated)
        pd.testing.assert_series_equal(found, scores[name], check_names=False)
        assert found.name == "propensity"


def test_rows_keep_their_index_and_do_not_depend_on_their_neighbours(frame, model):
    some = frame.X.iloc[[40, 7, 900]]
    alone = model.scores(some)
    assert alone.index.tolist() == [40, 7, 900]
    pd.testing.assert_frame_equal(alone, model.scores(frame).loc[[40, 7, 900]], check_exact=True)


def test_what_features_add_is_the_integral_along_the_straight_way(frame, model):
    """d uplift / d z_j, integrated by quadrature from the average contact to the row."""
    z, mean = model.design_.matrix(frame.X), model.columns_["mean"].to_numpy()
    (start, plain), (begin, contacted) = model.lines
    for row in (0, 11):
        step = z[row] - mean

        def rate(s, j, step=step):
            at = mean + s * step
            one, none = expit(begin + at @ contacted), expit(start + at @ plain)
            return step[j] * (contacted[j] * one * (1 - one) - plain[j] * none * (1 - none))

        added = [quad(rate, 0, 1, args=(j,), epsabs=1e-13)[0] for j in range(z.shape[1])]
        expected = pd.Series(added).groupby(model.columns_["feature"].to_numpy(), sort=False).sum()
        found = model.contributions(frame.rows([row])).iloc[0]
        np.testing.assert_allclose(found[expected.index], expected, atol=1e-12)


def test_they_sum_to_the_uplift_minus_that_of_the_average_contact(frame, model):
    sums = model.contributions(frame).sum(axis=1)
    np.testing.assert_allclose(sums, model.uplift(frame) - model.at_average, atol=1e-12)
    steps = model.explanation(frame.rows([3]))
    assert steps["start"].iloc[0] == pytest.approx(model.at_average)
    assert steps["end"].iloc[-1] == pytest.approx(model.uplift(frame)[3])
    share = model.score_share_by_group(frame)
    assert share.sum() == pytest.approx(1.0)


def test_reasons_are_the_largest_of_them_in_points(frame, model):
    parts, reasons = model.contributions(frame), model.reasons(frame, most=2)
    for row in (0, 5, 77):
        order = parts.loc[row].abs().sort_values(ascending=False).index
        for name, said in zip(order, reasons.loc[row], strict=False):
            value = frame.X.loc[row, name]
            shown = value if isinstance(value, str) else f"{value:.4g}"
            assert said == f"{name} = {shown} ({points_text(parts.loc[row, name])})"
    with pytest.raises(ParameterError, match="`most` must be a whole number from 1; got 0"):
        model.reasons(frame, most=0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.floats(-30, 30), st.floats(-30, 30))
def test_the_slope_between_two_log_odds_is_that_of_the_chances(start, moved):
    found = float(slope_between(start, np.array([moved]))[0])
    assert 0 <= found <= 0.25
    assert found * moved == pytest.approx(expit(start + moved) - expit(start), abs=1e-10)


def test_the_slope_does_not_jump_where_the_formula_changes():
    steps = np.array([0.99e-5, 1.01e-5])
    below, above = slope_between(-2.0, steps)
    assert below == pytest.approx(above, rel=1e-6)
