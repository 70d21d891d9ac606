import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from workbench.reports.side_by_side import models
from workbench.reports.side_by_side.models import features, moved, penalties, ranges
from workbench.reports.side_by_side.one_run import OneRun

COLUMN = {
    "group": "mail",
    "mean": 0.5,
    "scale": 1.0,
    "dropped": False,
    "low": 0.0,
    "high": 10.0,
    "penalty": 1.0,
    "coef_standardised": 0.0,
    "std_error": 0.1,
}
TRAINING = {"contacts": 1000.0, "campaigns": 4}


def run(**columns):
    rows = [{"column": name, "feature": name} | COLUMN | said for name, said in columns.items()]
    return OneRun("model.json", None, {"columns": rows, "training": TRAINING})


def test_a_group_has_the_geometric_mean_of_what_is_not_dropped():
    old = run(a={"penalty": 1.0}, b={"penalty": 100.0}, c={"dropped": True, "penalty": np.inf})
    new = run(a={"penalty": 20.0}, d={"group": "web", "penalty": 3.0})
    table = penalties(old, new)
    assert list(table.index) == ["mail", "web"]
    mail, web = table.loc["mail"], table.loc["web"]
    assert mail[["columns_old", "columns_new"]].tolist() == [2, 1]
    np.testing.assert_allclose(
        mail[["penalty_old", "penalty_new", "times"]].astype(float), [10.0, 20.0, 2.0]
    )
    assert web[["penalty_old", "times"]].isna().all()
    assert web["penalty_new"] == pytest.approx(3.0)


def test_no_penalty_and_a_group_wholly_dropped_have_no_ratio():
    old = run(a={"penalty": 0.0}, b={"group": "web", "dropped": True, "penalty": np.inf})
    table = penalties(old, run(a={"penalty": 2.0}, b={"group": "web", "penalty": 2.0}))
    assert table["penalty_old"].iloc[0] == 0
    assert table["columns_old"].tolist() == [1, 0]
    assert table["times"].isna().all()


def test_features_came_and_went_in_their_order():
    assert features(run(a={}, b={}), run(b={}, d={}, c={})) == (["d", "c"], ["a"])


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_a_coefficient_moved_where_both_errors_together_do_not_explain_it(scale):
    """Whatever the new training's standard deviation: b x per unit is the same line."""
    just, not_quite = (0.05 * (norm.ppf(0.975) + d) for d in (0.01, -0.01))
    error = {"std_error": 0.03}
    old = run(a=error, b=error, c=error)
    new = run(
        **{
            name: {"scale": scale, "coef_standardised": to * scale, "std_error": 0.04 * scale}
            for name, to in {"a": not_quite, "b": -just, "c": 10.0}.items()
        }
    )
    found = moved(old, new)
    assert list(found.table.index) == ["c", "b"]
    assert (found.compared, found.few) == (3, 0)
    np.testing.assert_allclose(found.table["new"], [10.0, -just])
    np.testing.assert_allclose(found.table["std_error"], 0.05)
    assert norm.ppf(0.975) == models.Z95


def test_what_is_dropped_absent_or_without_an_error_is_not_compared():
    old = run(a={"dropped": True}, b={}, c={"std_error": None}, d={})
    new = run(a={"coef_standardised": 9}, c={"coef_standardised": 9}, d={"coef_standardised": 9})
    found = moved(old, new)
    assert (list(found.table.index), found.compared) == (["d"], 1)


def test_levels_of_few_people_are_counted_and_not_named():
    """Of 1,000 contacts in 4 campaigns, 2% are five contacts each time."""
    level = {"feature": "city", "coef_standardised": 0.0}
    old = run(**{"city=Ulm": level | {"mean": 0.02}, "city=Bonn": level | {"mean": 0.3}})
    moved_level = {"feature": "city", "coef_standardised": 2.0}
    new = run(**{"city=Ulm": moved_level | {"mean": 0.3}, "city=Bonn": moved_level | {"mean": 0.3}})
    found = moved(old, new)
    assert (list(found.table.index), found.few, found.compared) == (["city=Bonn"], 1, 2)


def test_ranges_tell_how_far_an_end_moved_over_the_old_width():
    old = run(a={}, b={}, c={"low": 3.0, "high": 3.0}, d={"low": 3.0, "high": 3.0})
    new = run(
        a={"high": 10.9},
        b={"low": -5.0, "high": 11.0},
        c={"low": 3.0, "high": 4.0},
        d={"low": 3.0, "high": 3.0},
    )
    table = ranges(old, new)
    assert list(table.index) == ["c", "b"]
    assert table["moved"].tolist() == [np.inf, 0.5]
    assert table.loc["b", ["low_old", "high_old", "low_new", "high_new"]].tolist() == [
        0.0,
        10.0,
        -5.0,
        11.0,
    ]


def test_models_of_before_tell_no_ranges():
    old = run(a={})
    bare = OneRun("m", None, {"columns": [{"column": "a", "feature": "a", "penalty": 1.0}]})
    assert ranges(old, bare).empty
    assert isinstance(ranges(OneRun("m", None), old), pd.DataFrame)
