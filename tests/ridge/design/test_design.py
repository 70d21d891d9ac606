import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from workbench import RidgePropensity
from workbench.errors import DataError, DataWarning, SchemaError
from workbench.ridge.design.design import MOST_LEVELS, Design
from workbench.ridge.design.table import as_table


def exactly(message):
    return f"^{re.escape(message)}$"


def learnt(X, weight=None):
    """A design, its warnings set aside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return Design.learn(X, np.ones(len(X)) if weight is None else np.asarray(weight))


def table():
    return pd.DataFrame(
        {
            "age": [30.0, np.nan, 60.0, 45.0],
            "job": ["cook", "smith", "cook", None],
            "member": [True, False, True, True],
            "visits": pd.array([1, 2, 3, 4], dtype="Int64"),
        }
    )


def test_numbers_stay_levels_spread_and_gaps_are_marked():
    design = learnt(table())
    assert design.names == [
        "age",
        "age (missing)",
        "job=cook",
        "job=smith",
        "job (missing)",
        "member",
        "visits",
    ]
    assert design.features == ["age", "age", "job", "job", "job", "member", "visits"]
    assert design.matrix(table()).tolist() == [
        [30, 0, 1, 0, 0, 1, 1],
        [45, 1, 0, 1, 0, 0, 2],
        [60, 0, 1, 0, 0, 1, 3],
        [45, 0, 0, 0, 1, 1, 4],
    ]


def test_gaps_take_the_weighted_mean_of_training():
    X = pd.DataFrame({"age": [20.0, 50.0, np.nan]})
    design = learnt(X, [1.0, 3.0, 100.0])
    assert design.matrix(X)[2].tolist() == [(20 + 3 * 50) / 4, 1.0]


@given(st.floats(-1e9, 1e9), st.integers(2, 9), st.booleans())
def test_a_gap_beside_a_constant_is_that_constant(value, rows, sparse):
    x = pd.Series([np.nan, *[value] * rows], name="visits")
    X = x.astype(pd.SparseDtype(float, 0.0) if sparse else float).to_frame()
    matrix = learnt(X).matrix(X)
    column = (matrix.toarray() if sparse else matrix)[:, 0]
    assert (column == value).all()


def test_gaps_in_training_are_told():
    X = pd.DataFrame({"age": [20.0, np.nan, np.nan], "job": ["cook", "cook", None], "n": [1, 2, 3]})
    message = (
        "Missing values in 'age' (2 rows), 'job' (1 row): imputed with the training mean, and "
        "marked by a column of their own."
    )
    with pytest.warns(DataWarning, match=exactly(message)):
        Design.learn(X, np.ones(3))


def test_a_column_without_any_value_is_flat():
    X = pd.DataFrame({"empty": [np.nan, np.nan]})
    assert learnt(X).matrix(X).tolist() == [[0.0, 1.0], [0.0, 1.0]]


def test_every_text_like_type_gives_the_same_levels():
    text = pd.Series(["b", "a", None, "b"])
    for column in (text, text.astype("category"), text.astype(object), text.astype("string")):
        design = learnt(pd.DataFrame({"x": column}))
        assert design.names == ["x=a", "x=b", "x (missing)"]
        assert design.matrix(pd.DataFrame({"x": column})).argmax(axis=1).tolist() == [1, 0, 2, 1]


def test_of_many_levels_the_commonest_stay_whatever_the_order_of_rows():
    names = [f"L{k:03d}" for k in range(MOST_LEVELS + 5)]
    column = pd.Series([*names, *names[-10:]])  # the last ten stand twice, the others once
    design = learnt(pd.DataFrame({"shop": column}))
    assert design.columns[0].levels == (*names[:90], *names[-10:])
    for seed in range(3):
        shuffled = column.sample(frac=1, random_state=seed)
        assert learnt(pd.DataFrame({"shop": shuffled})) == design
    # rare levels were dropped on purpose: no warning, and no contribution
    assert design.matrix(pd.DataFrame({"shop": ["L092"]})).sum() == 0


# --- rows to score


def test_columns_are_taken_by_name_and_others_ignored():
    design = learnt(table())
    other = table()[["visits", "job", "member", "age"]].assign(extra="x")
    np.testing.assert_array_equal(design.matrix(other), design.matrix(table()))


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.permutations(range(4)), st.integers(1, 4))
def test_a_row_is_read_by_itself(order, count):
    design = learnt(table())
    chosen = list(order)[:count]
    np.testing.assert_array_equal(
        design.matrix(table().iloc[chosen]), design.matrix(table())[chosen]
    )


def test_levels_not_seen_in_training_contribute_nothing():
    design = learnt(pd.DataFrame({"job": ["cook", "smith"]}))
    new = pd.DataFrame({"job": ["cook", "pilot", "baker", "baker", "smith"]})
    message = (
        "'job' has levels that training did not have: ['baker', 'pilot'], 60.0% of rows; they "
        "contribute 0."
    )
    with pytest.warns(DataWarning, match=exactly(message)):
        matrix = design.matrix(new)
    assert matrix.tolist() == [[1, 0], [0, 0], [0, 0], [0, 0], [0, 1]]


def test_a_new_gap_takes_the_training_mean():
    design = learnt(pd.DataFrame({"age": [30.0, 60.0]}), [1.0, 2.0])
    message = (
        "'age' has 2 missing values, and had none in training: the training mean takes their place."
    )
    with pytest.warns(DataWarning, match=exactly(message)):
        matrix = design.matrix(pd.DataFrame({"age": [np.nan, 20.0, np.nan]}))
    assert matrix.ravel().tolist() == [50.0, 20.0, 50.0]


def test_a_new_gap_among_levels_contributes_nothing():
    design = learnt(pd.DataFrame({"job": ["cook", "smith"]}))
    message = "'job' has 1 missing value, and had none in training: they contribute 0."
    with pytest.warns(DataWarning, match=exactly(message)):
        matrix = design.matrix(pd.DataFrame({"job": [None, "cook"]}))
    assert matrix.tolist() == [[0, 0], [1, 0]]


def test_a_missing_column_is_named_with_the_closest():
    design = learnt(pd.DataFrame({"visits": [1, 2], "age": [30, 40]}))
    message = (
        "The table to score has no column 'visits'; got ['visit', 'age']. Did you mean 'visit'?"
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        design.matrix(pd.DataFrame({"visit": [1], "age": [30]}))


def test_a_column_that_stands_twice_is_refused():
    design = learnt(pd.DataFrame({"age": [30, 40]}))
    message = (
        "The table to score must have every column once; ['age'] stand more than once. Rename or "
        "drop the others."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        design.matrix(pd.DataFrame([[30, 40]], columns=["age", "age"]))


@pytest.mark.parametrize("dtype", ["str", "object"])
def test_text_in_a_numeric_column_is_shown(dtype):
    design = learnt(pd.DataFrame({"age": [30, 40]}))
    message = (
        f"'age' must be numeric, as in training; got {dtype} such as 'about 30'. Read the column "
        "as numbers first."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        design.matrix(pd.DataFrame({"age": pd.Series(["31", None, "about 30"], dtype=dtype)}))


def test_infinity_is_refused_in_training_and_in_scoring():
    X = pd.DataFrame({"age": [30.0, 40.0, 50.0], "spend": [1.0, np.inf, -np.inf]})
    message = (
        "Features must be finite; got infinity in 'spend' (2 rows). Replace it, or make it "
        "missing: missing values are imputed with a flag."
    )
    with pytest.raises(DataError, match=exactly(message)):
        Design.learn(X, np.ones(3))
    with pytest.raises(DataError, match=exactly(message)):
        learnt(X.assign(spend=0.0)).matrix(X)


def test_infinity_in_a_column_that_is_not_used_does_not_matter():
    design = learnt(pd.DataFrame({"age": [30, 40]}))
    assert design.matrix(pd.DataFrame({"age": [1.0], "other": [np.inf]})).tolist() == [[1.0]]


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_plain_numbers_are_read_without_a_copy(kind):
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(kind)
    X = pd.DataFrame(values, columns=list("abc"), copy=False)
    design, matrix = Design.of(X, np.ones(50))
    assert np.shares_memory(matrix, values)
    slow = Design.learn(X, np.ones(50))
    assert design.names == slow.names
    np.testing.assert_allclose(
        [c.mean for c in design.columns], [c.mean for c in slow.columns], atol=1e-6
    )
    np.testing.assert_array_equal(matrix, slow.matrix(X))


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_gap_or_infinity_among_plain_numbers_takes_the_careful_way(odd):
    X = pd.DataFrame({"a": [1.0, odd, 3.0], "b": [1.0, 2.0, 3.0]})
    if np.isinf(odd):
        with pytest.raises(DataError, match=r"^Features must be finite; got infinity in 'a'"):
            Design.of(X, np.ones(3))
    else:
        with pytest.warns(DataWarning, match=r"^Missing values in 'a' \(1 row\)"):
            design, matrix = Design.of(X, np.ones(3))
        assert design.names == ["a", "a (missing)", "b"]
        assert matrix[1].tolist() == [2.0, 1.0, 2.0]


@pytest.mark.parametrize("value", [1e154, -1e200, 1e308])
@pytest.mark.parametrize("kind", ["plain", "with gaps", "sparse"])
def test_values_beyond_squares_are_an_error_of_the_projects_own(value, kind):
    column = np.array([value, 2.0, 0.0, 1.0] * 3)
    X = pd.DataFrame({"a": column})
    if kind == "with gaps":
        X.loc[2, "a"] = np.nan
    with pytest.raises(DataError, match=r"^Features must be at most 1e150 in size"):
        Design.of(
            as_table(RidgePropensity(), csr_array(column[:, None]), reset=True)
            if kind == "sparse"
            else X,
            np.ones(12),
        )
