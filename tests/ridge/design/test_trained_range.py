"""Ranges and what is outside of them, against NumPy on rows that are written out."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import hypergeom

from workbench import RidgePropensity
from workbench.errors import ExtrapolationWarning, FitError
from workbench.ridge.design import trained_range as module
from workbench.ridge.design.table import as_table
from workbench.ridge.design.trained_range import (
    Outside,
    as_scored,
    described,
    knows_ranges,
    ranges_of,
    read_scored,
    trained_range,
    warn_outside,
)


@pytest.fixture(scope="module")
def drawn():
    """Training rows, and new ones that are further out in every column but the last."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(9000, 6))
    X[:, 1] += 5.0  # without a zero
    X[:, 2] *= rng.random(9000) < 0.1  # mostly zero
    X[:, 3] = rng.integers(0, 3, 9000)
    new = rng.normal(size=(9000, 6)) * [3, 9, 5, 2, 1.5, 0.01]
    return X, new


@pytest.mark.parametrize("form", [np.asarray, csr_array, lambda X: X.astype("float32")])
def test_the_range_is_the_least_and_the_greatest_of_all_rows(drawn, form):
    X = form(drawn[0])
    written = X.toarray() if hasattr(X, "toarray") else X
    low, high = trained_range(X)
    np.testing.assert_array_equal(low, written.min(axis=0))
    np.testing.assert_array_equal(high, written.max(axis=0))
    assert low.dtype == high.dtype == np.float64


def test_a_column_that_is_stored_nowhere_is_zero():
    low, high = trained_range(csr_array(np.array([[0.0, -2.0], [0.0, 0.0]])))
    assert (low.tolist(), high.tolist()) == ([0.0, -2.0], [0.0, 0.0])


@pytest.fixture(scope="module")
def fitted(drawn):
    X, _ = drawn
    y = np.random.default_rng(2).random(len(X)) < 1 / (1 + np.exp(-X[:, 0] + X[:, 3] - X[:, 4]))
    return {
        "dense": RidgePropensity(alpha=0.01).fit(X, y),
        "sparse": RidgePropensity(alpha=0.01).fit(csr_array(X), y),
    }


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_held_rows_and_what_was_outside_are_numpys(drawn, fitted, kind):
    X, new = drawn
    model = fitted[kind]
    weight = np.random.default_rng(3).uniform(0.0, 2.0, len(new))
    before = new.copy()
    given = csr_array(new) if kind == "sparse" else new
    matrix, outside = read_scored(model, _table(model, given), weight=weight)
    matrix = matrix.toarray() if kind == "sparse" else matrix
    expected = np.clip(new, X.min(axis=0), X.max(axis=0))
    np.testing.assert_array_equal(matrix, expected)
    away = new - expected
    for found, wanted in (
        (outside.below, np.average(away < 0, axis=0, weights=weight)),
        (outside.above, np.average(away > 0, axis=0, weights=weight)),
        (outside.mean, np.average(np.abs(away), axis=0, weights=weight)),
        (outside.lowest, np.minimum(away.min(axis=0), 0.0)),
        (outside.highest, np.maximum(away.max(axis=0), 0.0)),
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)
    assert (outside.below[:5] > 0).all()
    assert outside.below[5] == outside.above[5] == 0
    np.testing.assert_array_equal(new, before)
    if kind == "sparse":
        np.testing.assert_array_equal(given.toarray(), before)  # the user's matrix stays whole


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_blocks_of_rows_make_no_difference(drawn, fitted, kind, monkeypatch):
    model, new = fitted[kind], drawn[1]
    table = _table(model, csr_array(new) if kind == "sparse" else new)
    whole, outside = read_scored(model, table)
    monkeypatch.setattr(module, "_BLOCK", 7)
    parts, again = read_scored(model, table)
    assert abs(parts - whole).max() == 0
    np.testing.assert_allclose(np.array(again), np.array(outside), rtol=1e-12)
    np.testing.assert_array_equal(trained_range(drawn[0])[0], drawn[0].min(axis=0))


def test_what_is_outside_of_two_parts_is_that_of_all_rows(drawn, fitted):
    model, new = fitted["dense"], drawn[1]
    parts = [read_scored(model, _table(model, part))[1] for part in (new[:2000], new[2000:])]
    whole = read_scored(model, _table(model, new))[1]
    merged = parts[0].with_block(parts[1], share=7 / 9)
    np.testing.assert_allclose(np.array(merged), np.array(whole), rtol=1e-12, atol=1e-15)


def _table(model, X):
    return as_table(model, X, reset=False)


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=50, derandomize=True, deadline=None)
def test_zeros_that_are_not_stored_are_held_too(seed, some_zero):
    """Training rows of any sign, new ones mostly zero: as written out."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(30, 5)) + rng.integers(-3, 4, 5)
    if some_zero:
        X[rng.random(X.shape) < 0.5] = 0.0
    y = np.arange(30) % 2
    new = np.where(rng.random((8, 5)) < 0.6, 0.0, 4 * rng.normal(size=(8, 5)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dense, sparse = (
            RidgePropensity(alpha=0.1).fit(form(X), y) for form in (np.asarray, csr_array)
        )
        expected = np.clip(new, X.min(axis=0), X.max(axis=0))
        matrix = as_scored(sparse, _table(sparse, csr_array(new)))
        np.testing.assert_array_equal(matrix.toarray(), expected)
        np.testing.assert_allclose(
            sparse.decision_function(csr_array(new)), dense.decision_function(new), atol=1e-7
        )


def test_an_extrapolating_model_reads_rows_as_they_are_and_still_measures(drawn, fitted):
    new = drawn[1]
    for kind, form in (("dense", np.asarray), ("sparse", csr_array)):
        model, held = fitted[kind], read_scored(fitted[kind], _table(fitted[kind], form(new)))[1]
        model.set_params(extrapolate=True)
        try:
            matrix, outside = read_scored(model, _table(model, form(new)))
            assert abs(matrix - new).max() == 0
            assert abs(as_scored(model, _table(model, form(new))) - new).max() == 0
            np.testing.assert_array_equal(np.array(outside), np.array(held))
        finally:
            model.set_params(extrapolate=False)


def test_a_model_without_ranges_says_what_to_do(drawn, fitted):
    X, new = drawn
    model = RidgePropensity(alpha=0.01).fit(X, X[:, 0] > 0)
    model.columns_ = model.columns_.drop(
        columns=["low", "high"]
    )  # as from an earlier version's file
    assert not knows_ranges(model)
    message = (
        "The trained ranges of this model are not known: it was fitted to a row source, or an "
        "earlier version saved it. Fit it to a table, or leave `extrapolate=True`."
    )
    for ask in (model.decision_function, lambda _: ranges_of(model)):
        with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
            ask(new)
    free = model.set_params(extrapolate=True).decision_function(new)
    np.testing.assert_allclose(free, new @ model.coef_[0] + model.intercept_[0])


# --- when it speaks


def outside_of(model, j, *, below=0.0, above=0.0, far=0.0):
    values = np.zeros((5, len(model.columns_)))
    values[:, j] = below, above, min(far, 0.0), max(far, 0.0), abs(far) * (below + above)
    return Outside(*values)


def said(model, outside, rows, trained=1e9):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_outside(model, outside, rows=rows, trained=trained)
    assert all(one.category is ExtrapolationWarning for one in caught)
    return [str(one.message) for one in caught]


def test_the_warning_names_columns_shares_and_distances(fitted):
    model = fitted["dense"]
    scale = model.columns_["scale"]
    outside = Outside(*np.zeros((5, 6)))
    outside.above[0], outside.highest[0], outside.mean[0] = 0.5, 2.0 * scale.iloc[0], scale.iloc[0]
    outside.below[4], outside.lowest[4], outside.mean[4] = 1.0, -7.246 * scale.iloc[4], 5.0
    expected = (
        "Numbers outside of the trained range count as the nearest inside: 'x4' in 100.0% of rows, "
        "up to 7.25 standard deviations below; 'x0' in 50.0% of rows, up to 2 standard deviations "
        "above. `evidence.beyond_training` tells how much of the scores that is. Check these "
        "columns, or fit again with later campaigns."
    )
    assert said(model, outside, 1000) == [expected]
    model.set_params(extrapolate=True)
    extrapolated = expected.replace("count as the nearest inside", "are extrapolated")
    assert said(model, outside, 1000) == [extrapolated]
    model.set_params(extrapolate=False)


def test_a_trivial_share_or_move_is_passed_over(fitted):
    model = fitted["dense"]
    far = 0.01 / abs(model.coef_[0, 0])  # a hundredth of log-odds
    assert said(model, outside_of(model, 0, above=0.01, far=far * 100.1), 10_000)
    assert said(model, outside_of(model, 0, below=0.01, far=-far * 100.1), 10_000)
    assert not said(model, outside_of(model, 0, above=0.0099, far=1e9), 10_000)  # 99 rows
    assert said(model, outside_of(model, 0, above=1.0, far=far * 1.001), 10_000)
    assert not said(model, outside_of(model, 0, above=1.0, far=far * 0.999), 10_000)


def test_chance_explains_a_few_of_few_rows_but_no_number_far_away(fitted):
    model = fitted["dense"]
    low, high = (ranges_of(model)[k][0] for k in (0, 1))
    width = high - low
    assert not said(model, outside_of(model, 0, above=0.2, far=width), 5, trained=100)
    assert said(model, outside_of(model, 0, above=0.2, far=width * 1.001), 5, trained=100)
    assert said(model, outside_of(model, 0, below=0.2, far=-width), 5, trained=10_000)
    assert said(model, outside_of(model, 0, above=0.6, far=width), 5, trained=100)


@pytest.mark.parametrize(("m", "n"), [(1, 30), (7, 40), (200, 500)])
def test_the_chance_is_that_of_ranks_drawn_at_random(m, n):
    """All k best of m + n rows are new ones: k draws without replacement, all new."""
    for k in (0, 1, 3, m):
        if k > m:
            continue
        expected = hypergeom(m + n, m, k).pmf(k) if k else 1.0
        found = np.exp(module._log_chance(np.array([float(k)]), m, n))[0]  # noqa: SLF001 - the formula itself
        assert found == pytest.approx(expected, rel=1e-9)


def test_rows_like_those_of_the_fit_are_hardly_ever_warned_of():
    """Few rows of many columns: maxima are exceeded all the time, beyond chance rarely."""
    rng = np.random.default_rng(5)
    warned = outside = 0
    for _ in range(100):
        X = rng.normal(size=(60, 10))
        model = RidgePropensity(alpha=0.01).fit(X, np.arange(60) % 2)
        new = rng.normal(size=(40, 10))
        outside += bool((read_scored(model, _table(model, new))[1].mean > 0).any())
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.predict_proba(new)
        warned += bool(caught)
    assert outside > 95
    assert warned <= 10  # 5 are expected at most; P(more than 10) is about 1%


def test_one_row_far_out_of_a_large_table_is_warned_of(drawn, fitted):
    row = drawn[0][:1].copy()
    row[0, 0] = 30.0
    with pytest.warns(ExtrapolationWarning, match=r"'x0' in 100\.0% of rows"):
        fitted["dense"].predict_proba(row)


def test_long_lists_are_cut():
    text = described(list("abcd"), [0.5] * 4, [1.0] * 4, of="contacts")
    assert text.startswith("'a' in 50.0% of contacts, up to 1 standard deviations above; 'b' in")
    assert text.endswith("; … 1 more")
    assert "'d'" not in text


def test_ranges_of_a_model_are_those_of_its_design():
    X = pd.DataFrame({"a": [1.0, np.nan, 4.0, 2.0], "job": ["x", "y", "x", "y"]})
    with pytest.warns(UserWarning, match="Missing values"):
        model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1])
    low, high = ranges_of(model)
    assert dict(zip(model.columns_.index, zip(low, high, strict=True), strict=True)) == {
        "a": (1.0, 4.0),
        "a (missing)": (0.0, 1.0),
        "job=x": (0.0, 1.0),
        "job=y": (0.0, 1.0),
    }
