import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.ridge.penalties.plan import CoData, check_alpha, plan_penalties

FEATURES = ["recency_days", "frequency", "age", "age", "age"]  # age has three design columns
GROUPS = {"recency_days": "rfm", "frequency": "rfm", "age": "person"}


def factors_of(given, features, groups):
    """The factors under a strength of 1, nothing tuned."""
    return plan_penalties(1.0, given, features, groups, by_group=True).factor


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize(
    ("given", "factors"),
    [
        (None, [1, 1, 1, 1, 1]),
        ({}, [1, 1, 1, 1, 1]),
        ({"rfm": 3}, [3, 3, 1, 1, 1]),
        ({"age": 0.5}, [1, 1, 0.5, 0.5, 0.5]),
        ({"rfm": 3, "frequency": 0.0}, [3, 0, 1, 1, 1]),
        ({"frequency": 0.0, "rfm": 3}, [3, 0, 1, 1, 1]),
        ({"person": np.inf, "rfm": np.float32(0.5)}, [0.5, 0.5, np.inf, np.inf, np.inf]),
    ],
)
def test_a_feature_replaces_its_group_and_one_is_the_rest(given, factors):
    assert factors_of(given, FEATURES, GROUPS).tolist() == factors


def test_a_feature_without_a_group_keeps_the_factor_one():
    assert factors_of({"rfm": 2.0}, ["frequency", "new"], {"frequency": "rfm"}).tolist() == [
        2.0,
        1.0,
    ]


def test_a_tuned_group_is_not_taken_for_a_feature_of_another():
    """The feature `age` is of the group person; the group `age` holds others."""
    groups = {"age": "person", "income": "person", "age_sq": "age", "age_log": "age"}
    plan = plan_penalties("tuned", None, list(groups), groups, by_group=True)
    sets = [plan.sets[k] for k in plan.member]
    assert sets == ["person", "person", "age", "age"]


def test_a_group_called_like_what_others_share_has_a_strength_of_its_own():
    groups = {"a": "all others", "b": "all others", "c": "x"}
    plan = plan_penalties("tuned", {"all others": "tuned"}, list(groups), groups, by_group=True)
    assert [plan.sets[k] for k in plan.member] == ["all others (group)"] * 2 + ["all others"]


def test_an_unknown_name_is_refused_and_the_closest_offered():
    message = (
        "`penalty_factors` names unknown feature or group 'recency'; got ['recency_days', "
        "'frequency', 'age', 'rfm', 'person']. Did you mean 'recency_days'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        factors_of({"recency": 2.0}, FEATURES, GROUPS)


@pytest.mark.parametrize("factor", [-1.0, -np.inf, np.nan, "10", None, True, [1.0]])
def test_a_factor_is_a_number_from_zero(factor):
    message = (
        "`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped), or 'tuned'; got "
        f"{factor!r} for 'rfm'. Leave it out for the factor 1."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        factors_of({"rfm": factor}, FEATURES, GROUPS)


def test_factors_come_as_a_mapping():
    message = (
        "`penalty_factors` must map feature or group names to numbers; got ['rfm']. Write "
        "{'name': 10.0}."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        factors_of(["rfm"], FEATURES, GROUPS)


@pytest.mark.parametrize("alpha", ["tuned", 0, 0.0, 3, 1e-9, np.float32(0.5), np.int64(2)])
def test_strengths_that_can_be_used(alpha):
    check_alpha(alpha)


@pytest.mark.parametrize("alpha", ["auto", -0.1, np.inf, np.nan, None, True, "1.0", [0.1]])
def test_strengths_that_cannot(alpha):
    message = (
        f"`alpha` must be 'tuned' or a finite number from 0; got {alpha!r}. It is the ridge "
        "strength on the mean-loss scale: 1 is strong, 0.0001 is weak."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        check_alpha(alpha)


def test_an_array_of_strengths_is_no_strength():
    with pytest.raises(ParameterError, match=r"got array\(\[0\.1, 1\. \]\)\. It is"):
        check_alpha(np.array([0.1, 1.0]))


# --- what is tuned together


def plan(alpha, given, *, by_group=False):
    return plan_penalties(alpha, given, FEATURES, GROUPS, by_group=by_group)


@pytest.mark.parametrize(
    ("alpha", "given", "by_group", "sets", "member"),
    [
        ("tuned", None, False, ("all",), [0, 0, 0, 0, 0]),
        ("tuned", None, True, ("rfm", "person"), [0, 0, 1, 1, 1]),
        ("tuned", {}, True, ("all",), [0, 0, 0, 0, 0]),
        ("tuned", {"rfm": "tuned"}, True, ("rfm", "all others"), [0, 0, 1, 1, 1]),
        ("tuned", {"rfm": "tuned", "frequency": 0}, True, ("rfm", "all others"), [0, -1, 1, 1, 1]),
        ("tuned", {"person": np.inf}, True, ("all",), [0, 0, -1, -1, -1]),
        (0.5, {"frequency": "tuned"}, True, ("frequency",), [-1, 0, -1, -1, -1]),
        (0.5, None, True, (), [-1, -1, -1, -1, -1]),
    ],
)
def test_which_columns_share_a_tuned_strength(alpha, given, by_group, sets, member):
    planned = plan(alpha, given, by_group=by_group)
    assert planned.sets == sets
    assert planned.member.tolist() == member


def test_penalties_are_factors_times_the_strength_of_their_set():
    planned = plan("tuned", {"rfm": "tuned", "age": 4.0, "frequency": 0})
    strength = np.log([0.3, 0.01])
    np.testing.assert_allclose(planned.penalties(strength), [0.3, 0.0, 0.04, 0.04, 0.04])
    given = plan(0.5, {"frequency": "tuned", "age": 4.0})
    np.testing.assert_allclose(given.penalties(np.log([7.0])), [0.5, 7.0, 2.0, 2.0, 2.0])


def test_slopes_are_added_over_the_columns_of_a_set():
    planned = plan("tuned", {"rfm": "tuned", "frequency": 0})
    assert planned.slope(
        np.array([[1.0, 4.0, 2.0, 3.0, 4.0], [0.0, 6.0, 0.0, 0.0, 0.0]])
    ).tolist() == [1.0, 9.0]


def test_a_design_column_replaces_its_feature():
    planned = plan_penalties(
        1.0,
        {"age": 3.0, "age=old": 7.0, "rfm": 2.0},
        FEATURES,
        GROUPS,
        by_group=True,
        columns=["recency_days", "frequency", "age=old", "age=young", "age (missing)"],
    )
    assert planned.factor.tolist() == [2.0, 2.0, 7.0, 3.0, 3.0]


def test_co_data_move_tuned_columns_only_and_folds_have_their_own():
    planned = plan("tuned", {"rfm": "tuned", "frequency": 0.5, "person": 0.0})
    scores = np.arange(15.0).reshape(3, 5, 1)  # all rows, then two folds
    heard = planned.with_co_data(CoData(("score",), scores, np.ones(1), np.zeros(1)))
    assert heard.size == len(planned.sets) + 1
    at = np.append(np.zeros(len(planned.sets)), 0.1)
    np.testing.assert_allclose(heard.penalties(at), [1.0, 0.5 * np.exp(0.1), 0, 0, 0])
    np.testing.assert_allclose(
        heard.penalties_left_out(at),
        [[np.exp(0.5), 0.5 * np.exp(0.6), 0, 0, 0], [np.exp(1.0), 0.5 * np.exp(1.1), 0, 0, 0]],
    )
    assert heard.slope(np.ones((2, 5)))[-1] == 5 + 6 + 10 + 11


def test_penalties_beyond_all_bounds_stay_finite():
    planned = plan("tuned", {}).with_co_data(
        CoData(("score",), np.arange(5.0)[:, None], np.ones(1), np.zeros(1))
    )
    assert np.isfinite(planned.penalties(np.array([5.0, 1e3]))).all()


def test_co_data_raise_and_lower_penalties_up_to_the_stated_bounds():
    scores = np.array([11.0, 12.0, 13.0, -20.0, -21.0])[:, None]
    planned = plan("tuned", {}).with_co_data(CoData(("score",), scores, np.ones(1), np.zeros(1)))
    np.testing.assert_allclose(
        np.log(planned.penalties(np.array([0.0, 1.0]))), [11.0, 12.0, 12.0, -20.0, -20.0]
    )


def test_a_set_without_columns_goes():
    planned = plan("tuned", None, by_group=True)
    kept = planned.only(np.array([False, False, True, True, False]))
    assert kept.sets == ("person",)
    assert kept.member.tolist() == [0, 0]
    np.testing.assert_allclose(kept.penalties(np.log([2.0])), [2.0, 2.0])


def test_a_series_is_read_by_column_even_where_a_group_has_the_same_name():
    from workbench.ridge.penalties.plan import moved_penalties

    columns = pd.DataFrame(
        {
            "feature": ["promo", "b", "c"],
            "group": ["promo", "promo", "promo"],
            "dropped": [False, False, True],
            "penalty": [1.0, 2.0, np.inf],
        },
        index=["promo", "b", "c"],
    )
    assert moved_penalties(columns, {"group:promo": 5.0}).tolist() == [5.0, 5.0]
    by_column = pd.Series({"promo": 5.0, "c": np.inf})
    assert moved_penalties(columns, by_column).tolist() == [5.0, 2.0]
