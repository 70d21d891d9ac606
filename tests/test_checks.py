import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, RidgeUplift
from workbench.checks import (
    check_choice,
    check_columns,
    check_finite,
    check_not_empty,
    check_propensity,
    check_whole,
    is_whole,
    list_from_zero,
    plain_floats,
)
from workbench.errors import DataError, ParameterError, SchemaError


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 1, np.int8(1)])
def test_what_is_no_whole_number_or_too_small(value):
    assert not is_whole(value, least=2)
    with pytest.raises(
        ParameterError, match=exactly(f"`n` must be a whole number from 2; got {value!r}. So.")
    ):
        check_whole(value, least=2, name="n", hint=" So.")


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(200), 10**30])
def test_whole_numbers_pass(value):
    assert is_whole(value, least=2)
    check_whole(value, least=2, name="n")


def test_columns_that_are_there_pass():
    check_columns(pd.DataFrame({"age": [1], "job": ["x"]}), ["job"], name="The table")


def test_a_missing_column_is_named_with_the_closest():
    table = pd.DataFrame({"recency_days": [1], "age": [2]})
    message = (
        "The contact table has no column 'recency'; got ['recency_days', 'age']. Did you mean "
        "'recency_days'?"
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        check_columns(table, ["age", "recency"], name="The contact table")
    message = "The table has no column 'zzz'; got ['recency_days', 'age']."
    with pytest.raises(SchemaError, match=exactly(message)):
        check_columns(table, ["zzz"], name="The table")


def test_a_column_that_stands_twice_is_named_even_if_it_is_not_needed():
    table = pd.DataFrame([[1, 2, 3, 4, 5]], columns=["a", "b", "a", "a", "b"])
    message = (
        "The table must have every column once; ['a', 'b'] stand more than once. Rename or drop "
        "the others."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        check_columns(table, [], name="The table")


def test_an_empty_table():
    check_not_empty(pd.DataFrame({"a": [None]}), name="The table")
    message = "The table must have at least one row; it is empty."
    with pytest.raises(DataError, match=exactly(message)):
        check_not_empty(pd.DataFrame({"a": []}), name="The table")


def test_infinity_is_counted_by_column():
    table = pd.DataFrame(
        {
            "spend": [1.0, np.inf, -np.inf],
            "visits": pd.array([1, None, 3], dtype="Int64"),
            "rate": pd.array([np.inf, None, 1.0], dtype="Float64"),
            "job": ["inf", "cook", None],
            "flag": [True, False, True],
        }
    )
    message = (
        "Features must be finite; got infinity in 'spend' (2 rows), 'rate' (1 row). Replace it, or "
        "make it missing: missing values are imputed with a flag."
    )
    with pytest.raises(DataError, match=exactly(message)):
        check_finite(table)
    check_finite(table[["visits", "job", "flag"]])
    check_finite(table[["job"]])


def test_infinity_in_a_sparse_column_is_counted_too():
    sparse = pd.arrays.SparseArray([0.0, np.inf, 0.0, np.nan], fill_value=0.0)
    table = pd.DataFrame({"clicks": sparse, "spend": [np.inf, 1.0, 2.0, 3.0]})
    with pytest.raises(DataError, match=r"got infinity in 'clicks' \(1 row\), 'spend' \(1 row\)\."):
        check_finite(table)
    check_finite(table[["clicks"]].iloc[[0, 2, 3]])


def test_a_choice_is_one_of_its_options():
    check_choice("loss", ["loss", "ranking"], name="criterion")
    message = "`criterion` must be one of ['loss', 'ranking']; got 'rank'. Did you mean 'ranking'?"
    with pytest.raises(ParameterError, match=exactly(message)):
        check_choice("rank", ("loss", "ranking"), name="criterion")


@pytest.mark.parametrize(("kind", "largest"), [("float32", 1e18), ("float64", 1e150)])
def test_values_without_a_square_are_refused_before_anything_is_squared(kind, largest):
    expected = (
        "Features must be at most 1e150 in size (1e18 in float32), so that they have squares; got "
        "larger values in 'spend' (1 row). Use a larger unit, or take their logarithm."
    )
    X = pd.DataFrame({"spend": [1.0, -3 * largest], "age": [1.0, largest]}, dtype=kind)
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        check_finite(X)
    check_finite(X[["age"]])


@pytest.mark.parametrize("values", [None, 3, [], [-1], [np.nan], ["a"], [[1.0]], {"a": 1}])
def test_multipliers_that_are_none(values):
    expected = (
        f"`multipliers` must be a list of finite numbers from 0; got {values!r}. Give for example "
        "[0.1, 1, 10]."
    )
    with pytest.raises(ParameterError, match=exactly(expected)):
        list_from_zero(values)


def test_long_doubles_become_doubles_and_complex_numbers_are_refused():
    X = pd.DataFrame({"a": np.array([0.1, 2.0], dtype="longdouble"), "b": [1, 2], "c": ["x", "y"]})
    kinds = plain_floats(X).dtypes.map(str).to_dict()
    assert kinds == {"a": "float64", "b": "int64", "c": "str"}
    message = (
        "Features must be real numbers; got complex ones in ['z']. Give their real and imaginary "
        "parts as columns."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        plain_floats(pd.DataFrame({"z": [1j, 2.0]}))


@pytest.mark.parametrize("make", [
    lambda X, y: RidgePropensity(0.01).fit(X, y),
    lambda X, y: FeatureFrame(X, pd.Series(y)),
    lambda X, y: FeatureFrame.from_table(X.assign(bought=y), target="bought"),
])  # fmt: skip
def test_columns_that_would_have_one_name_as_text(make):
    X = pd.DataFrame({1: [0.1, 0.2, 0.4, 0.3], "1": [1.0, 0.0, 1.0, 2.0]})
    with pytest.raises(SchemaError, match=r"\['1'\] stand more than once"):
        make(X, np.array([0.0, 1.0, 0.0, 1.0]))


@pytest.mark.parametrize("make", [
    lambda X, y: RidgePropensity(0.01).fit(X, y).coef_,
    lambda X, y: RidgePropensity(0.01).fit(FeatureFrame(X, pd.Series(y))).coef_,
    lambda X, y: RidgePropensity(0.01)
    .fit(FeatureFrame.from_table(X.assign(bought=y), target="bought"))
    .coef_,
])  # fmt: skip
def test_long_doubles_fit_as_doubles_do(make):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60)})
    y = np.tile([0.0, 1.0, 1.0], 20)
    long = X.assign(a=X["a"].astype("longdouble"))
    np.testing.assert_array_equal(make(long, y), make(X, y))
    np.testing.assert_array_equal(make(long, y.astype("longdouble")), make(X, y))


def test_a_model_of_two_propensities_is_none_of_one():
    check_propensity(RidgeUplift(), "Scores are", uplift=True)
    check_propensity(RidgePropensity(), "Scores are")
    message = (
        "`model` must have one propensity of each contact, as RidgePropensity has; got a "
        "RidgeUplift, which has two, with a contact and without. What is monitored are "
        "propensities: give a model of who responds."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        check_propensity(RidgeUplift(), "What is monitored are")
