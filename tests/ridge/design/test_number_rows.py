import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgeAmount, RidgeCount
from workbench.errors import DataError, FitError, ParameterError
from workbench.ridge.design.number_rows import as_rates, exposures, number_rows, standardised
from workbench.ridge.outcomes.gaussian import Gaussian
from workbench.ridge.outcomes.poisson import POISSON


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.fixture(scope="module")
def frame():
    table = pd.DataFrame(
        {
            "visits": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            "month": ["2024-01", "2024-01", "2024-02", "2024-02", "2024-03", "2024-03"],
            "bought": [0, 1, 1, 0, None, 1],
        }
    )
    return FeatureFrame.from_table(table, target="bought", campaign="month")


def test_a_number_counts_where_it_is_known_whatever_the_outcome(frame):
    y = np.array([np.nan, 10.0, 20.0, np.nan, 30.0, 40.0])
    rows = number_rows(RidgeAmount(), frame, y, Gaussian())
    assert rows.y.tolist() == [10.0, 20.0, 30.0, 40.0]
    assert rows.X["visits"].tolist() == [2.0, 3.0, 5.0, 6.0]
    assert rows.order == ("2024-01", "2024-02", "2024-03")
    assert rows.in_time


def test_amounts_are_less_their_mean_over_their_deviation(frame):
    y, weight = np.array([10.0, 20.0, 60.0]), np.array([1.0, 2.0, 1.0])
    rows = number_rows(RidgeAmount(), [[1.0], [2.0], [3.0]], y, Gaussian(), sample_weight=weight)
    found = standardised(rows)
    assert np.average(found.y, weights=weight) == pytest.approx(0.0)
    assert np.average(found.y**2, weights=weight) == pytest.approx(1.0)
    np.testing.assert_allclose(found.outcome.unit * found.y + found.outcome.centre, y)


def test_exposures_make_rates_and_weights_whose_sum_is_that_of_contacts():
    y, weight, e = np.array([2.0, 0.0, 9.0]), np.array([1.0, 2.0, 1.0]), np.array([4.0, 1.0, 3.0])
    given = {"sample_weight": weight, "exposure": e}
    rows = as_rates(number_rows(RidgeCount(), [[1.0], [2.0], [3.0]], y, POISSON, **given))
    assert rows.weight.sum() == pytest.approx(weight.sum())
    of = rows.outcome
    assert rows.weight @ rows.y == pytest.approx(weight.sum())
    assert of.level == pytest.approx(np.average(y, weights=weight))
    np.testing.assert_allclose(rows.y * of.level / of.exposure, y / e)
    np.testing.assert_array_equal(rows.contacts, weight)


def test_rows_that_weigh_nothing_are_left_out_with_their_exposures():
    given = {"sample_weight": [0.0, 1.0, 1.0], "exposure": [5.0, 2.0, 2.0]}
    rows = as_rates(number_rows(RidgeCount(), [[1.0], [2.0], [3.0]], [7, 1, 3], POISSON, **given))
    assert rows.y.tolist() == [0.5, 1.5]
    assert (rows.outcome.level, rows.outcome.exposure) == (2.0, 2.0)
    X, none = pd.DataFrame({"x": [1.0, 2.0]}), pd.Series([0.0, 0.0])
    nothing = FeatureFrame(X, pd.Series([0.0, 1.0]), weight=none)
    with pytest.raises(FitError, match="Some rows must weigh something; all weights are 0"):
        number_rows(RidgeCount(), nothing, [1, 2], POISSON)


def test_a_series_of_another_index_is_not_matched_by_place(frame):
    y = pd.Series(np.arange(6.0), index=np.arange(6)[::-1])
    message = (
        "`y` must stand on the index of the rows, as they are matched by it; this Series has "
        "another one. Give `y.to_numpy()` if it is in the order of the rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        RidgeAmount().fit(frame, y)


def test_what_a_frame_brings_itself_is_refused_beside_it(frame):
    message = (
        "A FeatureFrame brings its own outcomes, campaigns, groups and weights; got "
        "['sample_weight'] beside it. Put them into the frame."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        RidgeAmount().fit(frame, np.arange(6.0), np.ones(6))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.arange(5.0), "`y` must have one number a row of the frame; got 5 for 6 rows. Give NaN"),
        (np.ones((6, 1)), "`y` must have one number a row; got 2 dimensions. Give one column"),
        (np.full(6, np.nan), "No number is known in `y`; fitting needs some. Give what came."),
        (np.array(list("abcdef")), "`y` must be of numbers; got 'a'"),
        (
            np.array([np.nan, 2, 3, 4, 5, np.inf]),
            "must be a finite number; got inf in row 5",
        ),
    ],
)
def test_numbers_beside_a_frame_that_cannot_be_had(frame, y, message):
    with pytest.raises((DataError, FitError), match=re.escape(message)):
        RidgeAmount().fit(frame, y)


def test_flags_and_decimals_are_numbers_and_moments_are_none():
    from decimal import Decimal

    X = [[1.0], [2.0], [3.0]]
    decimals = number_rows(RidgeAmount(), X, [Decimal("1.5"), Decimal(2), Decimal(3)], Gaussian())
    assert decimals.y.tolist() == [1.5, 2.0, 3.0]
    assert number_rows(RidgeCount(), X, [True, False, True], POISSON).y.tolist() == [1.0, 0.0, 1.0]
    with pytest.raises(DataError, match="`y` must be of numbers"):
        number_rows(RidgeAmount(), X, pd.date_range("2024-01-01", periods=3), Gaussian())


def test_an_exposure_of_each_row_or_one_of_all():
    assert exposures([1.0, 2.0, 3.0], 3).tolist() == [1.0, 2.0, 3.0]
    assert exposures(30, 2).tolist() == [30.0, 30.0]
    with pytest.raises(DataError, match="got nan in row 1"):
        exposures([1.0, np.nan, 3.0], 3)


def test_exposures_stand_on_the_index_of_a_frame(frame):
    y = np.array([1.0, 0.0, 2.0, 1.0, 0.0, 3.0])
    days = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], index=[5, 4, 3, 2, 1, 0])
    with pytest.raises(DataError, match="`exposure` must stand on the index of the rows"):
        RidgeCount(0.1).fit(frame, y, exposure=days)
    model = RidgeCount(0.1).fit(frame, y, exposure=days.to_numpy())
    with pytest.raises(DataError, match="`exposure` must stand on the index of the rows"):
        model.expected(frame, exposure=days)
    with pytest.raises(DataError, match="`exposure` must stand on the index of the rows"):
        model.predict(frame, exposure=days)
    with pytest.raises(DataError, match="must have one number a row; got 30 for all"):
        RidgeCount(0.1).fit(frame, y, exposure=30)


@pytest.mark.parametrize("unit", [1e-120, 1e-9, 1e12, 1e120])
def test_amounts_of_any_size_are_standardised(unit):
    y = np.array([1.0, 2.0, 4.0])
    rows = number_rows(RidgeAmount(), [[1.0], [2.0], [3.0]], unit * y, Gaussian())
    found = standardised(rows)
    np.testing.assert_allclose(found.y, (y - y.mean()) / y.std())
    assert found.outcome.unit == pytest.approx(unit * y.std())


@pytest.mark.parametrize("unit", [1e-160, 1e150])
def test_amounts_whose_squares_are_none_are_refused(unit):
    rows = number_rows(RidgeAmount(), [[1.0], [2.0]], unit * np.array([1.0, 2.0]), Gaussian())
    with pytest.raises(DataError, match="Amounts must lie between 1e-140 and 1e\\+140"):
        standardised(rows)
