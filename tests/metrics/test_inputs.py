"""The one entrance of every metric: full messages, and what weights mean."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import DataError, ParameterError
from workbench.metrics._inputs import levels, scored

NAN = float("nan")


@pytest.mark.parametrize(
    ("y", "propensity", "weight", "message"),
    [
        (
            [1, 0, 1],
            [0.5, 0.5],
            None,
            (
                "`y` and `propensity` must have one entry a row; got 3 and 2. "
                "Take both from the same rows."
            ),
        ),
        (
            [1, 0],
            [0.5, 0.5],
            [1, 1, 1],
            (
                "`weight` and `propensity` must have one entry a row; got 3 and 2. "
                "Take both from the same rows."
            ),
        ),
        ([], [], None, "A metric needs at least one row; `propensity` is empty."),
        (
            [1, NAN, NAN],
            [0.5, 0.5, 0.1],
            None,
            (
                "`y` must be known; it is missing in 2 of 3 rows. "
                "Measure rows that have an outcome: `frame.known()`."
            ),
        ),
        (
            [1, 2, 0],
            [0.5, 0.5, 0.1],
            None,
            (
                "`y` must be 0 or 1; got 2 in 1 of 3 rows. Counts of responses become "
                "0/1 rows with weights: `FeatureFrame.from_table(…, trials=…)`."
            ),
        ),
        (
            ["yes", "no"],
            [0.5, 0.5],
            None,
            "`y` must be numbers; got 'yes' first. Turn it into numbers before measuring.",
        ),
        (
            [1, 0],
            [0.5, 1.5],
            None,
            (
                "`propensity` must lie in [0, 1]; got 1.5 in 1 of 2 rows. Give the probability "
                "of a response: `model.propensity(frame)`, or `predict_proba(X)[:, 1]`."
            ),
        ),
        (
            [1, 0, 1],
            [NAN, 0.2, -0.1],
            None,
            (
                "`propensity` must lie in [0, 1]; got nan in 2 of 3 rows. Give the probability "
                "of a response: `model.propensity(frame)`, or `predict_proba(X)[:, 1]`."
            ),
        ),
        (
            [1, 0],
            [[0.5, 0.5], [0.2, 0.8]],
            None,
            (
                "`propensity` must have one dimension; got shape (2, 2). "
                "Take the second column: `[:, 1]`."
            ),
        ),
        (
            [[1, 0]],
            [0.5, 0.5],
            None,
            "`y` must have one dimension; got shape (1, 2).",
        ),
        (
            [1, 0],
            [0.5, 0.5],
            [1, -2],
            (
                "`weight` must be finite and not negative; got -2 in 1 of 2 rows. "
                "It says how many contacts a row stands for."
            ),
        ),
        (
            [1, 0],
            [0.5, 0.5],
            [NAN, float("inf")],
            (
                "`weight` must be finite and not negative; got nan in 2 of 2 rows. "
                "It says how many contacts a row stands for."
            ),
        ),
        (
            [1, 0],
            [0.5, 0.5],
            [0, 0],
            "`weight` must be positive somewhere; all are 0. Leave it out for 1 each.",
        ),
    ],
)
def test_bad_input_is_refused_with_what_to_do(y, propensity, weight, message):
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        metrics.log_loss(y, propensity, weight=weight)


@pytest.mark.parametrize(
    "measure",
    [
        metrics.log_loss,
        metrics.brier,
        metrics.auc,
        metrics.gain_curve,
        metrics.ranking_table,
        metrics.lift_at,
        metrics.calibration_table,
        metrics.calibration_in_the_large,
        metrics.calibration_slope,
        metrics.performance,
        lambda y, p, weight: metrics.profit_by_depth(y, p, cost=1.0, margin=2.0, weight=weight),
        lambda y, p, weight: metrics.by_campaign(y, p, ["A"] * len(y), weight=weight),
    ],
)
def test_every_metric_checks_its_input_and_leaves_rows_of_weight_0_out(measure):
    with pytest.raises(DataError, match=re.escape("`y` must be 0 or 1; got 3 in 1 of 2 rows")):
        measure([3, 0], [0.5, 0.2], weight=[1, 1])
    y, propensity, weight = [1, 0, 1, 0, 1], [0.6, 0.5, 0.4, 0.2, 0.9], [1.0, 2.0, 1.0, 1.0, 3.0]
    with_absent = measure([*y, 1], [*propensity, 0.1], weight=[*weight, 0.0])
    without = measure(y, propensity, weight=weight)
    if isinstance(without, pd.DataFrame):
        pd.testing.assert_frame_equal(with_absent, without)
    else:
        assert with_absent == without


def test_an_unknown_outcome_of_weight_0_is_no_fault():
    assert metrics.auc([1, 0, NAN], [0.9, 0.1, 0.5], weight=[1, 1, 0]) == 1.0


@pytest.mark.parametrize(
    "convert",
    [list, tuple, np.array, pd.Series, lambda v: pd.Series(v, dtype="Float64"), pd.Index],
)
def test_any_array_is_taken_by_position(convert):
    rows = scored(convert([True, False, True]), convert([0.25, 0.5, 1.0]), convert([1, 2, 3]))
    assert [column.tolist() for column in rows] == [[1, 0, 1], [0.25, 0.5, 1.0], [1, 2, 3]]


def test_series_are_matched_by_position_and_not_by_index():
    y = pd.Series([1, 0], index=[7, 3])
    assert metrics.auc(y, pd.Series([0.9, 0.1], index=[3, 7])) == 1.0


def test_levels_add_up_ties_highest_first():
    found = levels(scored([1, 0, 1, 0], [0.2, 0.5, 0.2, 0.2], [1, 2, 3, 4]))
    assert found.propensity.tolist() == [0.5, 0.2]
    assert found.contacts.tolist() == [2, 8]
    assert found.positives.tolist() == [0, 4]
    assert [c.tolist() for c in found.cumulated()] == [[0, 2, 10], [0, 0, 4]]


def test_levels_do_not_depend_on_the_order_of_rows_to_the_last_bit():
    rng = np.random.default_rng(3)
    y, p, w = rng.integers(0, 2, 500), rng.integers(0, 9, 500) / 9, rng.random(500)
    first = levels(scored(y, p, w))
    for _ in range(20):
        at = rng.permutation(500)
        again = levels(scored(y[at], p[at], w[at]))
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize("bins", [0, -1, 2.5, True, "10"])
def test_bins_must_be_a_count(bins):
    message = f"`bins` must be a whole number of at least 1; got {bins!r}."
    for measure in (metrics.ranking_table, metrics.calibration_table):
        with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
            measure([1, 0], [0.5, 0.2], bins=bins)


@pytest.mark.parametrize("depth", [0, -0.1, 1.1, 10, NAN])
def test_depth_must_be_a_share(depth):
    message = f"`depth` must be a share, above 0 and at most 1; got {depth!r}. Write 10% as 0.1."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.lift_at([1, 0], [0.5, 0.2], depth=depth)


def test_a_propensity_a_rounding_beyond_1_is_1():
    rounded = scored([0, 1, 1], [-1e-12, 0.5, 1 + 1e-12])
    assert rounded.propensity.tolist() == [0.0, 0.5, 1.0]
    with pytest.raises(DataError, match=r"got 1\.00000001 in 1 of 2 rows"):
        scored([0, 1], [0.5, 1 + 1e-8])
