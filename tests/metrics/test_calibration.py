"""Calibration against statsmodels, brute force and tables worked by hand."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from statsmodels.stats.proportion import proportion_confint

from workbench import metrics
from workbench.errors import ParameterError

QUICK = settings(deadline=None, derandomize=True, max_examples=50)


def planted(seed=0, n=400, *, shift=0.0, slope=1.0):
    """Outcomes whose log-odds are shift + slope · logit p."""
    rng = np.random.default_rng(seed)
    p = expit(rng.normal(-1.5, 1.0, n)).round(3)
    y = (rng.random(n) < expit(shift + slope * logit(p))).astype(float)
    return y, p, rng.integers(1, 4, n).astype(float)


@QUICK
@given(st.integers(0, 50), st.integers(1, 60), st.floats(0.5, 0.99))
def test_wilson_interval_agrees_with_statsmodels(positives, more, confidence):
    contacts = positives + more
    for k in (positives, contacts):
        low, high = metrics.wilson_interval([k], [contacts], confidence=confidence)
        expected = proportion_confint(k, contacts, alpha=1 - confidence, method="wilson")
        assert (low[0], high[0]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_calibration_table_adds_up_to_numpy_bins():
    y, p, w = planted(n=1000)
    p += np.arange(1000) * 1e-9  # no ties: bins are the plain tenths
    table = metrics.calibration_table(y, p)
    tenths = np.array_split(np.argsort(p), 10)
    assert table["contacts"].tolist() == [100.0] * 10
    assert table["positives"].tolist() == [y[t].sum() for t in tenths]
    assert table["mean_propensity"].tolist() == pytest.approx([p[t].mean() for t in tenths])
    assert table["propensity_from"].tolist() == [p[t].min() for t in tenths]
    assert table["propensity_to"].tolist() == [p[t].max() for t in tenths]
    low, high = proportion_confint(table["positives"], table["contacts"], method="wilson")
    assert table["rate_low"].tolist() == pytest.approx(list(low))
    assert table["rate_high"].tolist() == pytest.approx(list(high))
    weighted = metrics.calibration_table(y, p, weight=w)
    assert weighted["contacts"].sum() == w.sum()
    assert weighted["expected"].sum() == pytest.approx(w @ p)
    assert weighted["positives"].sum() == w @ y


def test_ties_share_a_bin():
    table = metrics.calibration_table([0, 1, 0, 1, 1], [0.2, 0.2, 0.2, 0.2, 0.9], bins=5)
    expected = pd.DataFrame(
        {
            "propensity_from": [0.2, 0.9],
            "propensity_to": [0.2, 0.9],
            "contacts": [4.0, 1.0],
            "positives": [2.0, 1.0],
            "expected": [0.8, 0.9],
            "mean_propensity": [0.2, 0.9],
            "rate": [0.5, 1.0],
        }
    )
    pd.testing.assert_frame_equal(table[expected.columns.tolist()], expected)


def test_a_run_of_ties_goes_where_its_middle_lies():
    # contacts 2 to 5 of 6 are tied; their middle is in the upper half
    table = metrics.calibration_table([0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.2, 0.2, 0.2, 0.9], bins=2)
    assert table["contacts"].tolist() == [1.0, 5.0]
    assert table["propensity_from"].tolist() == [0.1, 0.2]


@QUICK
@given(st.integers(0, 10_000))
def test_weight_k_is_the_row_k_times_and_order_does_not_matter(seed):
    y, p, w = planted(seed, n=40)
    assume(0 < y.sum() < 40)
    at = np.random.default_rng(seed).permutation(int(w.sum()))
    y_long, p_long = (np.repeat(v, w.astype(int))[at] for v in (y, p))
    for table in (metrics.calibration_table, metrics.calibration_in_the_large):
        pd.testing.assert_frame_equal(
            table(y, p, weight=w), table(y_long, p_long), rtol=1e-8, atol=1e-10
        )


@pytest.mark.parametrize(("shift", "slope"), [(0.0, 1.0), (1.2, 0.5), (-0.8, 2.0), (3.0, -0.4)])
def test_shift_and_slope_agree_with_statsmodels(shift, slope):
    y, p, w = planted(5, shift=shift, slope=slope)
    binomial = sm.families.Binomial()
    table = metrics.calibration_in_the_large(y, p, weight=w).iloc[0]
    offset = sm.GLM(y, np.ones_like(y), offset=logit(p), family=binomial, freq_weights=w)
    assert table["shift"] == pytest.approx(offset.fit(tol=1e-13).params[0], rel=1e-8)
    line = sm.GLM(y, sm.add_constant(logit(p)), family=binomial, freq_weights=w).fit(tol=1e-13)
    assert table["slope"] == pytest.approx(line.params[1], rel=1e-8)
    assert metrics.calibration_slope(y, p, weight=w) == table["slope"]


def test_shift_solves_its_equation():
    y, p, w = planted(9, shift=-1.0)
    shift = metrics.calibration_in_the_large(y, p, weight=w)["shift"].iloc[0]
    assert w @ expit(logit(p) + shift) == pytest.approx(w @ y, rel=1e-10)


def test_calibration_in_the_large_by_hand():
    table = metrics.calibration_in_the_large([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5])
    expected = pd.DataFrame(
        {
            "contacts": [4.0],
            "positives": [1.0],
            "expected": [2.0],
            "observed_over_expected": [0.5],
            "shift": [-np.log(3)],  # odds of 1 to 1 become 1 to 3
            "slope": [np.nan],
            "note": ["n/a (all propensities equal)"],
        }
    )
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize(
    ("y", "p", "note"),
    [
        ([0, 0, 0], [0.1, 0.2, 0.3], "n/a (0 positives)"),
        ([1, 1, 1], [0.1, 0.2, 0.3], "n/a (0 negatives)"),
        ([0, 0, 1], [0.1, 0.2, 0.3], "n/a (classes perfectly separated)"),
        ([1, 0, 0], [0.1, 0.2, 0.3], "n/a (classes perfectly separated)"),
        ([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.3], "n/a (classes perfectly separated)"),
        ([0, 1, 0, 1], [0.1, 0.2, 0.2, 0.3], "n/a (classes perfectly separated)"),
    ],
)
def test_a_slope_that_does_not_exist_is_missing_with_its_reason(y, p, note):
    table = metrics.calibration_in_the_large(y, p).iloc[0]
    assert np.isnan(table["slope"])
    assert table["note"] == note
    assert np.isnan(table["shift"]) == (len(set(y)) == 1)
    assert np.isnan(metrics.calibration_slope(y, p))


def test_impossible_propensities_are_survived():
    table = metrics.calibration_in_the_large([1, 0, 1, 0], [0.0, 0.0, 1.0, 1.0]).iloc[0]
    assert table["observed_over_expected"] == 1.0
    assert np.isfinite(table["shift"])
    assert table["slope"] == pytest.approx(0.0, abs=1e-9)
    nothing = metrics.calibration_in_the_large([1, 0], [0.0, 0.0]).iloc[0]
    assert np.isnan(nothing["observed_over_expected"])


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, float("nan")])
def test_confidence_must_be_a_share(confidence):
    message = f"`confidence` must lie between 0 and 1; got {confidence!r}. Write 95% as 0.95."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.calibration_table([1, 0], [0.5, 0.4], confidence=confidence)
