import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import RidgePropensity
from workbench.errors import DataWarning, ParameterError
from workbench.ridge.penalties.names import Labels, check_known, named_entries, places
from workbench.ridge.penalties.plan import columns_named, moved_penalties, plan_penalties

AGES = {"age": "age", "age_sq": "age", "age_log": "age", "visits": "shop"}
FACTORS = (
    "`penalty_factors` names 'age', which is a group and one of the features or columns. "
    "Write 'group:age' for the whole group, or 'feature:age' for the one."
)


def factors(given):
    return plan_penalties(1.0, given, list(AGES), AGES, by_group=True).factor.tolist()


def exactly(message):
    return f"^{re.escape(message)}$"


def test_a_name_of_a_group_and_a_feature_says_which():
    with pytest.raises(ParameterError, match=exactly(FACTORS)):
        factors({"age": 5.0})
    assert factors({"group:age": 5.0}) == [5.0, 5.0, 5.0, 1.0]
    assert factors({"feature:age": 5.0}) == [5.0, 1.0, 1.0, 1.0]
    assert factors({"column:age": 7.0, "group:age": 5.0}) == [7.0, 5.0, 5.0, 1.0]


def test_where_both_readings_are_one_the_plain_name_will_do():
    assert factors({"age": 5.0, "age_sq": 2.0, "age_log": 3.0}) == [5.0, 2.0, 3.0, 1.0]
    one = {"age": "age", "visits": "shop"}
    assert plan_penalties(1.0, {"age": 5.0}, list(one), one, by_group=True).factor.tolist() == [
        5,
        1,
    ]


def test_a_feature_whose_own_name_begins_like_a_kind():
    odd = {"group:age": "x", "age": "age", "b": "x"}
    with pytest.raises(ParameterError, match="Write 'group:group:age' for the whole group"):
        plan_penalties(1.0, {"group:age": 5.0}, list(odd), odd, by_group=True)
    given = {"feature:group:age": 5.0}
    found = plan_penalties(1.0, given, list(odd), odd, by_group=True).factor
    assert found.tolist() == [5.0, 1.0, 1.0]


@pytest.fixture(scope="module")
def columns():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(200, 4)), columns=list(AGES))
    y = (rng.random(200) < 0.4).astype(float)
    return RidgePropensity(0.01).fit(X, y, groups=AGES).columns_


def test_moves_say_which_too(columns):
    message = FACTORS.replace("penalty_factors", "penalties")
    for ask in (
        lambda: moved_penalties(columns, {"age": 1.0}),
        lambda: columns_named(columns, "age"),
    ):
        with pytest.raises(ParameterError, match=exactly(message)):
            ask()
    assert moved_penalties(columns, {"feature:age": 1.0}).tolist() == [1.0, 0.01, 0.01, 0.01]
    assert columns_named(columns, "group:age").tolist() == [True, True, True, False]
    # a Series is by column: nothing to ask
    by_column = pd.Series({"age": 1.0, "age_sq": 2.0})
    assert moved_penalties(columns, by_column).tolist() == [1.0, 2.0, 0.01, 0.01]


def test_a_feature_goes_before_a_column_of_its_name_unless_columns_come_first():
    labels = Labels(["a", "b", "c"], ["x", "a", "a"], ["one", "one", "one"])
    assert places(labels)["a"] == [1, 2]
    assert places(labels, columns_first=True)["a"] == [0]
    for first in (False, True):
        found = places(labels, columns_first=first)
        assert (found["column:a"], found["feature:a"], found["one"]) == ([0], [1, 2], [0, 1, 2])


def test_a_features_move_replaces_its_groups_in_any_order(columns):
    moves = {"age_sq": 9.0, "group:age": 2.0}
    wanted = [2.0, 9.0, 2.0, 0.01]
    assert moved_penalties(columns, moves).tolist() == wanted
    assert moved_penalties(columns, dict(reversed(moves.items()))).tolist() == wanted


def test_an_integer_is_no_name():
    with pytest.raises(ParameterError) as raised:
        plan_penalties(1.0, {1: 2.0}, ["1"], {"1": "features"}, by_group=True)
    assert str(raised.value) == (
        "`penalty_factors` names unknown feature or group 1; got ['1', 'features']. "
        "Names are text: write '1'."
    )


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    groups=st.lists(st.sampled_from("abc"), min_size=3, max_size=3),
    chosen=st.sets(st.sampled_from("abc"), min_size=1),
)
def test_a_plain_name_is_refused_just_where_its_two_readings_differ(groups, chosen):
    features = ["a", "b", "c"]
    labels = Labels(features, features, groups)
    # a column that would take the name from its group alone
    if any(g in chosen and f not in chosen for f, g in zip(features, groups, strict=True)):
        with pytest.raises(ParameterError):
            named_entries(chosen, labels)
    else:
        assert named_entries(chosen, labels) == [f if f in chosen else None for f in features]


def test_levels_of_other_rows_are_passed_over_and_told():
    """A model's factors name the levels that got a column in its own rows."""
    labels = Labels(["town=A", "town=B", "age"], ["town", "town", "age"], ["place", "place", "age"])
    given = {"town": 2.0, "town=A": 1.0, "town=C": 3.0, "age (missing)": 1.0, "age": 1.0}
    message = (
        "`penalty_factors` names levels that have no column in these rows: ['town=C', "
        "'age (missing)']. They are passed over."
    )
    with pytest.warns(DataWarning, match=f"^{re.escape(message)}$"):
        check_known(given, labels)
    assert named_entries(given, labels) == ["town=A", "town", "age"]
    for name in ("town=C", "age (missing)", "city=C"):  # the feature has no entry of its own
        with pytest.raises(ParameterError, match=r"names unknown feature or group"):
            check_known({name: 1.0}, labels)
