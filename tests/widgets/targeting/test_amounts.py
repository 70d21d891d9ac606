"""The money of each contact's response: what a margin may be, and what is refused."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import PoissonRegressor, Ridge

from workbench import FeatureFrame
from workbench.errors import DataError, DataWarning, ParameterError, SchemaError
from workbench.widgets.targeting.amounts import Amounts, amounts_of

N = 60


class Learned:
    """A real model of amounts: of a frame or a table it says what each row is expected to bring."""

    def __init__(self, regressor):
        self.regressor = regressor

    def fit(self, X, amounts):
        self.regressor.fit(X, amounts)
        return self

    def expected(self, X):
        table = getattr(X, "X", X)
        return pd.Series(self.regressor.predict(table), index=table.index)


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"contract_value": rng.gamma(2.0, 30.0, N), "visits": rng.normal(size=N)})
    X["segment"] = rng.choice(["a", "b"], N)
    return FeatureFrame(X, pd.Series((rng.random(N) < 0.4) * 1.0))


def refused(error, message, margin, frame):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        amounts_of(margin, frame)


def test_a_column_an_array_a_list_and_a_series_are_the_same_amounts(frame):
    column = frame.X["contract_value"]
    for margin in ("contract_value", column, column.to_numpy(), column.tolist()):
        found = amounts_of(margin, frame)
        np.testing.assert_array_equal(found.amount, column)
        assert not found.predicted
        assert found.notes == ()
    by_name = column.set_axis([f"c{k}" for k in range(N)])
    np.testing.assert_array_equal(amounts_of(by_name, frame).amount, column)


@pytest.mark.parametrize("margin", [12, 12.0, np.float64(12), np.full(N, 12.0), [12] * N])
def test_one_amount_for_all_is_a_number(frame, margin):
    assert amounts_of(margin, frame) == 12.0


def test_a_model_says_what_it_learned(frame):
    numbers = frame.X[["contract_value", "visits"]]
    spend = 3 + numbers["contract_value"]
    model = Learned(Ridge(alpha=0.0)).fit(numbers, spend)
    plain = FeatureFrame(numbers, frame.y)
    found = amounts_of(model, plain)
    assert found.predicted
    assert found.notes == ()
    np.testing.assert_allclose(found.amount, spend)
    counts = Learned(PoissonRegressor(alpha=0.0)).fit(numbers / 100, np.arange(N) % 5)
    assert (amounts_of(counts, FeatureFrame(numbers / 100, frame.y)).amount > 0).all()


def test_amounts_of_a_model_below_0_count_as_0_and_are_counted(frame):
    numbers = frame.X[["visits"]]
    model = Learned(Ridge(alpha=0.0)).fit(numbers, 2 * numbers["visits"] + 1)
    weight = pd.Series(np.arange(N) % 3 + 1.0)
    found = amounts_of(model, FeatureFrame(numbers, frame.y, weight=weight))
    expected = np.maximum(2 * numbers["visits"] + 1, 0)
    np.testing.assert_allclose(found.amount, expected, atol=1e-9)
    below = int(weight[numbers["visits"] < -0.5].sum())
    assert found.notes == (f"{below} contacts have a predicted amount below 0, which counts as 0.",)


def test_a_model_that_says_the_same_of_all_stays_a_model(frame):
    class Mean(Learned):
        def expected(self, X):
            return super().expected(X) * 0 + 7.0

    model = Mean(Ridge()).fit(frame.X[["visits"]], frame.X["contract_value"])
    found = amounts_of(model, FeatureFrame(frame.X[["visits"]], frame.y))
    assert isinstance(found, Amounts)
    assert found.predicted


def test_unknown_columns_text_and_gaps_are_refused(frame):
    refused(
        SchemaError,
        "`margin` names unknown column 'contract_valu'; got ['contract_value', 'visits', "
        "'segment']. Did you mean 'contract_value'? Amounts that are no feature are given as an "
        "array, one a row of the frame.",
        "contract_valu",
        frame,
    )
    refused(
        DataError,
        "`margin` must be amounts of money; got text or categories. Turn them into numbers of one "
        "currency.",
        "segment",
        frame,
    )
    negative = int((frame.X["visits"] < 0).sum())
    first = frame.X["visits"][frame.X["visits"] < 0].iloc[0]
    refused(
        DataError,
        f"`margin` must be finite and not negative; got {first:.12g} in {negative} of {N} rows. It "
        "is the money of each contact's response: fill gaps, and count predictions below 0 as 0.",
        "visits",
        frame,
    )
    gaps = frame.X["contract_value"].where(frame.X.index > 2)
    refused(
        DataError,
        f"`margin` must be finite and not negative; got nan in 3 of {N} rows. It is the money of "
        "each contact's response: fill gaps, and count predictions below 0 as 0.",
        gaps,
        frame,
    )


def test_rows_must_be_those_of_the_frame_in_their_order(frame):
    column = frame.X["contract_value"]
    refused(
        SchemaError,
        f"`margin` must have one value a row; got shape (5,) for {N} rows of the frame. Take both "
        "from the same rows.",
        column[:5],
        frame,
    )
    refused(
        SchemaError,
        f"`margin` must have one value a row; got shape ({N}, 1) for {N} rows of the frame. Take "
        "both from the same rows.",
        column.to_frame(),
        frame,
    )
    refused(
        SchemaError,
        "`margin` must stand in the order of the frame; its index has the same labels in another "
        "order. Write `margin.loc[frame.X.index]`.",
        column.sort_values(),
        frame,
    )


def test_a_model_must_speak_of_the_rows_it_was_given(frame):
    class Backwards(Learned):
        def expected(self, X):
            return super().expected(X).iloc[::-1]

    numbers = FeatureFrame(frame.X[["visits"]], frame.y)
    model = Backwards(Ridge()).fit(numbers.X, frame.X["contract_value"])
    refused(
        SchemaError,
        "`margin.expected(frame)` must stand in the order of the frame; its index has the same "
        "labels in another order. Write `margin.expected(frame).loc[frame.X.index]`.",
        model,
        numbers,
    )


@pytest.mark.parametrize(("odd", "what"), [(Ridge(), "a Ridge"), (Learned, "Learned")])
def test_what_predicts_no_amounts_is_refused(frame, odd, what):
    refused(
        ParameterError,
        "`margin` must be a number, the name of a column, one amount a row, or a fitted model with "
        f"a method `expected`; got {what}. Fit a model of amounts to the money of those who "
        "responded.",
        odd,
        frame,
    )


@pytest.mark.parametrize("odd", [None, -1.0, np.nan, 1j, object()])
def test_what_is_no_amount_at_all_is_refused(frame, odd):
    refused(
        ParameterError,
        f"`margin` must be an amount of money, finite and not negative; got {odd!r}. Give cost and "
        "margin of one contact in the same currency.",
        odd,
        frame,
    )


def test_the_contacts_of_a_cell_have_one_amount():
    cells = pd.DataFrame(
        {"price": [1.0, 2.0, 3.0], "clicks": [10, 20, 30], "sales": [1, 3, 5], "value": [5, 6, 7]}
    )
    frame = FeatureFrame.from_table(cells, target="sales", trials="clicks")
    np.testing.assert_array_equal(amounts_of("value", frame).amount, [5, 5, 6, 6, 7, 7])
    refused(
        DataError,
        "`margin` must be one amount for all contacts of a cell, whether they responded or not; in "
        "2 cells it is not. Give the cell's mean.",
        [5, 0, 6, 6, 7, 1],
        frame,
    )


def test_money_that_only_those_have_who_responded_is_told_of(frame):
    paid = frame.X["contract_value"] * frame.y
    said = (
        "Amounts alone rank the known outcomes with an AUC of 1.000: they may be known only after "
        "a response. Give what a response of each contact would bring, whether it came or not."
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}$"):
        assert amounts_of(paid, frame).notes == (said,)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert amounts_of(frame.X["contract_value"], frame).notes == ()
        assert amounts_of(paid, FeatureFrame(frame.X, frame.y * np.nan)).notes == ()
