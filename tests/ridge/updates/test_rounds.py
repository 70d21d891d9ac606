"""Where sums are taken: at a model's own coefficients, then where a round left off."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.ridge.owners import owners, rounds
from workbench import RidgePropensity
from workbench.errors import FitError, ParameterError
from workbench.ridge.statistics.drift import Bend
from workbench.ridge.updates.rounds import Round, point_of


def test_a_model_that_was_fitted_stands_at_its_coefficients():
    model = owners(alpha=0.02).start
    point = point_of(model)
    used = model.columns_.iloc[point.columns]
    assert_array_equal(point.b[1:], used["coef_standardised"])
    assert point.b[0] == pytest.approx(model.at_average)
    assert len(point.without) == 0
    assert not point.origin.any()


def test_columns_of_one_value_take_part_and_those_that_are_left_out_do_not():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=300), "flat": 1.0, "out": rng.normal(size=300)})
    with pytest.warns(match="Constant columns"):
        model = RidgePropensity(0.1, {"out": np.inf}).fit(X, rng.random(300) < 0.3)
    assert model.columns_.index[point_of(model).columns].tolist() == ["x", "flat"]


def test_a_column_far_from_zero_is_moved():
    rng = np.random.default_rng(0)
    X = rng.normal([0, 1e5], size=(400, 2))
    y = (rng.random(400) < 0.3).astype(int)
    point = point_of(RidgePropensity(0.1).fit(X, y))
    assert point.origin[0] == 0
    assert point.origin[1] == pytest.approx(1e5, rel=1e-5)
    assert_allclose(point.scaling.mean[1] + point.origin[1], X[:, 1].mean())


def test_a_round_is_itself_again_after_json():
    made = owners()
    one = rounds(made.start, made.frames, most=1).round_
    again = Round.of(json.loads(json.dumps(one.said())))
    assert again.said() == one.said()
    assert_array_equal(again.points, one.points)
    endless = Round(1, 0.1, False, False, (), np.zeros((1, 2)), Bend(np.inf, 0.0))
    assert Round.of(endless.said()).bend == endless.bend
    with pytest.raises(ValueError, match="no table"):
        Round.of({**one.said(), "points": [1.0]})


def test_points_of_other_columns_are_refused():
    made = owners()
    model = rounds(made.start, made.frames, most=1)
    other = RidgePropensity(half_life=None).fit(made.frames[0].X.iloc[:, :2], made.frames[0].y)
    other.round_ = model.round_
    with pytest.raises(FitError, match="must be of its columns; these are of 6, and it has 2"):
        point_of(other)


@pytest.mark.parametrize("asked", [{"criterion": "ranking"}, {"folds": "random"}])
def test_what_sums_do_not_tell_is_refused(asked):
    frame = owners(rows=150, alpha=0.02).together
    model = RidgePropensity(half_life=None, **asked).fit(frame)
    with pytest.raises(ParameterError, match=f"`{next(iter(asked))}=.*` alone"):
        point_of(model)
