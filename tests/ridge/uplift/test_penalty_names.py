"""What the user's names of penalties mean for main and uplift columns."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.ridge.uplift.penalty_names import joint_penalties

COLUMNS = pd.DataFrame(
    {
        "feature": ["visits", "spend", "city", "city", "age"],
        "group": ["web", "web", "person", "person", "age"],
    },
    index=["visits", "spend", "city=Bonn", "city=Ulm", "age"],
)


def factors(given, *, alpha=1.0, by_group=False):
    """The factor of each joint column, and which of them share a tuned penalty."""
    found = joint_penalties(given, COLUMNS, alpha=alpha, by_group=by_group)
    of_group = {label: found.factors.get(f"group:{label}", 1.0) for label in found.group.values()}
    return pd.Series({column: of_group[label] for column, label in found.group.items()})


@pytest.mark.parametrize(
    ("given", "main", "uplift"),
    [
        ({}, [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]),
        ({"uplift": 4.0}, [1, 1, 1, 1, 1], [4, 4, 4, 4, 4]),
        ({"web": 2.0}, [2, 2, 1, 1, 1], [2, 2, 1, 1, 1]),
        ({"uplift: web": 3.0, "web": 2.0}, [2, 2, 1, 1, 1], [3, 3, 1, 1, 1]),
        ({"main": 5.0, "visits": 2.0}, [2, 5, 5, 5, 5], [2, 1, 1, 1, 1]),
        ({"uplift: web": 3.0, "visits": 2.0}, [2, 1, 1, 1, 1], [2, 3, 1, 1, 1]),
        ({"main: city": 6.0, "city=Ulm": 7.0}, [1, 1, 6, 7, 1], [1, 1, 1, 7, 1]),
        ({"main: group:age": 2.0, "uplift: feature:age": 3.0}, [1, 1, 1, 1, 2], [1, 1, 1, 1, 3]),
        ({"uplift": np.inf, "uplift: visits": 0.0}, [1] * 5, [0, *[np.inf] * 4]),
    ],
)
def test_what_is_nearest_to_the_column_wins_and_one_part_before_both(given, main, uplift):
    found = factors(given)
    assert found[:5].tolist() == main
    assert found[5:].tolist() == uplift
    assert [name.split(": ")[0] for name in found.index] == ["main"] * 5 + ["uplift"] * 5


def test_the_treatment_has_no_penalty():
    assert joint_penalties({"uplift": 3.0}, COLUMNS, alpha=1.0, by_group=False).factors == {
        "group:treated": 0.0,
        "group:uplift": 3.0,
    }


@pytest.mark.parametrize(
    ("by_group", "sets"),
    [
        (False, {"main": 5, "uplift": 5}),
        (
            True,
            {
                "main: web": 2,
                "main: person": 2,
                "main: age": 1,
                "uplift: web": 2,
                "uplift: person": 2,
                "uplift: age": 1,
            },
        ),
    ],
)
def test_main_and_uplift_are_tuned_apart_unless_told_otherwise(by_group, sets):
    found = joint_penalties(None, COLUMNS, alpha="tuned", by_group=by_group)
    assert pd.Series(found.group).value_counts().to_dict() == sets
    assert {name for name, factor in found.factors.items() if factor == "tuned"} == {
        f"group:{name}" for name in sets
    }


def test_a_feature_that_is_tuned_by_itself_takes_all_of_its_levels_along():
    found = joint_penalties({"uplift: city": "tuned"}, COLUMNS, alpha=0.1, by_group=True)
    assert [n for n, label in found.group.items() if label == "uplift: city"] == [
        "uplift: city=Bonn",
        "uplift: city=Ulm",
    ]


def test_a_feature_may_be_called_as_a_part_is():
    columns = pd.DataFrame({"feature": ["uplift", "x"], "group": ["g", "g"]}, index=["uplift", "x"])
    found = joint_penalties({"uplift": 3.0}, columns, alpha=1.0, by_group=False)
    of = {name: found.factors.get(f"group:{label}") for name, label in found.group.items()}
    assert of == {"main: uplift": 3.0, "main: x": None, "uplift: uplift": 3.0, "uplift: x": None}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"uplift: vists": 1.0},
            (
                "`penalty_factors` names unknown feature or group 'uplift: vists'; got ['main', "
                "'uplift', 'visits', 'spend', 'city', 'age', 'web', 'person', … 2 more], each also "
                "with 'main: ' or 'uplift: ' before it. Did you mean 'visits'?"
            ),
        ),
        (
            {"web": -1.0},
            (
                "`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped), or "
                "'tuned'; got -1.0 for 'web'. Leave it out for the factor 1."
            ),
        ),
        (
            {"web": True},
            (
                "`penalty_factors` must be numbers from 0 (unpenalised) to inf (dropped), or "
                "'tuned'; got True for 'web'. Leave it out for the factor 1."
            ),
        ),
        (
            "web",
            (
                "`penalty_factors` must map feature or group names to numbers; got 'web'. Write "
                "{'uplift: name': 10.0}."
            ),
        ),
    ],
)
def test_a_name_or_factor_that_means_nothing_is_refused(given, message):
    with pytest.raises(ParameterError) as caught:
        joint_penalties(given, COLUMNS, alpha=1.0, by_group=False)
    assert str(caught.value) == message


def test_a_name_of_a_group_and_of_another_feature_is_refused():
    columns = COLUMNS.assign(group=["age", "web", "web", "web", "web"])
    with pytest.raises(ParameterError) as caught:
        joint_penalties({"uplift: age": 1.0}, columns, alpha=1.0, by_group=False)
    assert str(caught.value) == (
        "`penalty_factors` names 'age', which is a group and one of the features or columns. "
        "Write 'group:age' for the whole group, or 'feature:age' for the one."
    )
