import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

from workbench import FeatureFrame, RidgeAmount, RidgeMultinomial, RidgePropensity
from workbench.errors import DataError, DataWarning, FitError, ParameterError, SchemaError
from workbench.ridge.design.table import as_table
from workbench.ridge.design.training_rows import training_rows

X = pd.DataFrame({"visits": [1.0, 2.0, 3.0, 4.0], "age": [30.0, 40.0, 50.0, 60.0]})
Y = [0, 1, 1, 0]


def exactly(message):
    return f"^{re.escape(message)}$"


def rows_of(*args, **kwargs):
    return training_rows(RidgePropensity(), *args, **kwargs)


def frame(**changes):
    return FeatureFrame(X, pd.Series(Y, dtype="float64"), **changes)


# --- one shape, whatever came


def test_every_kind_of_table_gives_the_same_rows():
    for given in (X, X.set_axis([7, 5, 3, 1]), pl.from_pandas(X), pl.from_pandas(X).to_arrow()):
        rows = rows_of(given, Y)
        assert list(rows.X) == ["visits", "age"]
        np.testing.assert_array_equal(rows.X, X)
        assert rows.y.tolist() == Y
    assert list(rows_of(X.to_numpy(), Y).X) == ["x0", "x1"]
    assert list(rows_of(X.set_axis([0, 1], axis=1), Y).X) == ["0", "1"]


def test_an_array_to_score_takes_the_names_of_training():
    model = RidgePropensity()
    rows_of_model = training_rows(model, X, Y)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        assert list(as_table(model, X.to_numpy(), reset=False)) == list(rows_of_model.X)


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (["no", "yes", "yes", "no"], ["no", "yes"]),
        ([False, True, True, False], [False, True]),
        ([-1, 1, 1, -1], [-1, 1]),
        (pd.Series([2.0, 5.0, 5.0, 2.0], index=[9, 8, 7, 6]), [2.0, 5.0]),
    ],
)
def test_the_greater_class_is_the_positive_one(y, classes):
    rows = rows_of(X, y)
    assert rows.y.tolist() == [0, 1, 1, 0]
    assert rows.classes.tolist() == classes


def test_a_frame_brings_everything():
    as_of = pd.Series(pd.to_datetime(["2024-03-01", "2024-01-01", "2024-03-01", "2024-01-01"]))
    catalogue = pd.DataFrame({"group": ["behaviour", "person"]}, index=["visits", "age"])
    rows = rows_of(
        frame(
            campaign=pd.Series(["a", "b", "a", "b"]),
            as_of=as_of,
            weight=pd.Series([1.0, 2.0, 3.0, 4.0]),
            catalogue=catalogue,
        ).rows([3, 0, 1, 2])
    )
    assert rows.y.tolist() == [0, 0, 1, 1]
    assert rows.weight.tolist() == [4, 1, 2, 3]
    assert rows.groups == {"visits": "behaviour", "age": "person"}
    assert rows.order == ("b", "a")  # by their moments
    assert rows.classes.tolist() == [0, 1]


def test_rows_without_outcome_or_weight_are_passed_over():
    y = pd.Series([0.0, 1.0, np.nan, 1.0])
    weight, campaign = pd.Series([1.0, 1.0, 1.0, 0.0]), pd.Series(["a", "a", "b", "c"])
    rows = rows_of(FeatureFrame(X, y, campaign=campaign, weight=weight))
    assert rows.X["visits"].tolist() == [1, 2]
    assert rows.campaign.tolist() == ["a", "a"]
    assert rows.order == ("a",)


@pytest.mark.parametrize(
    ("campaign", "order"),
    [
        ([10, 9, 9, 10], (9, 10)),
        (["b", "a", "a", "b"], ("a", "b")),
        (pd.Categorical(["b", "a", "a", "b"], categories=["b", "a", "z"]), ("a", "b")),
        (np.array([10, "9", "9", 10], dtype=object), (10, "9")),
    ],
)
def test_campaigns_of_arrays_are_sorted(campaign, order):
    assert rows_of(X, [0, 0, 1, 1], campaign=campaign).order == order


@pytest.mark.parametrize(("y", "kind"), [([0, 1, 0, 0], "positives"), ([1, 0, 1, 1], "negatives")])
def test_a_campaign_of_one_class_is_named_and_kept(y, kind):
    message = f"Campaigns without {kind}: ['b']. They stay in the loss; their AUC cannot be had."
    with pytest.warns(DataWarning, match=exactly(message)):
        rows = rows_of(X, y, campaign=["a", "a", "b", "b"])
    assert len(rows.y) == 4


# --- what cannot be used


def test_one_class_only():
    message = (
        "The outcomes must have two classes; got one class only (no) in 4 rows. Check the target, "
        "and whether the outcomes had time to happen."
    )
    with pytest.raises(FitError, match=exactly(message)):
        rows_of(X, ["no"] * 4)
    # a class whose rows all have weight 0 is not there
    message = message.replace("(no) in 4", "(0) in 2")
    with pytest.raises(FitError, match=exactly(message)):
        rows_of(X, Y, sample_weight=[1, 0, 0, 1])


def test_no_outcome_known():
    message = (
        "No outcome is known in this FeatureFrame; fitting needs rows with both classes. Fit on "
        "earlier contacts, and score these."
    )
    with pytest.raises(FitError, match=exactly(message)):
        rows_of(FeatureFrame(X, pd.Series([np.nan] * 4)))


def test_an_outcome_of_three_values():
    message = (
        "Only binary classification is supported. The type of the target is multiclass. Make the "
        "target 0/1 first: one class against the others."
    )
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X, ["a", "b", "c", "a"])


@pytest.mark.parametrize(
    "y",
    [
        [0, 1, np.nan, np.inf],
        pd.Series(["no", "yes", None, None]),
        ["no", "yes", float("nan"), np.nan],
        pd.array([0, 1, None, None], dtype="Int64"),
    ],
)
def test_gaps_in_outcomes_given_as_an_array(y):
    message = (
        "`y` must have an outcome in every row; 2 of 4 are missing or infinite. Drop those rows, "
        "or give a FeatureFrame, which passes them over."
    )
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X, y)


def test_lengths_that_differ():
    message = (
        "`y` must have one value a row; got inconsistent numbers of samples: 3 for 4 rows. Align "
        "them first."
    )
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X, Y[:3])
    message = (
        "`campaign` must have one label a row; got 3 for 4 rows. Align them, and fill the gaps."
    )
    for campaign in (["a", "b", "a"], ["a", "b", "a", None]):
        with pytest.raises(DataError, match=exactly(message)):
            rows_of(X, Y, campaign=campaign)


@pytest.mark.parametrize("weight", [1e15, 1e100])
def test_weights_under_which_an_outcome_counts_for_nothing(weight):
    message = (
        f"Weights must let both outcomes count; the largest of one outcome is {1 / weight:.0e} "
        "of the largest of the other, which rounding takes for nothing. Mend the weights."
    )
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X, Y, sample_weight=[1.0, 1.0, weight, 1.0])
    assert rows_of(X, Y, sample_weight=[weight, 1.0, weight, 1.0]).weight.max() == weight


def test_negative_weights():
    message = (
        "Weights must not be negative; got 2 negative rows, the least is -3. Drop those rows, or "
        "mend the weights."
    )
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X, Y, sample_weight=[1, -1, -3, 1])


def test_outcomes_are_needed():
    message = (
        "RidgePropensity requires y to be passed, but the target y is None: give the outcomes, or "
        "a FeatureFrame, which carries its own."
    )
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X)


def test_nothing_beside_a_frame():
    message = (
        "A FeatureFrame brings its own outcomes, campaigns, groups and weights; got ['y', "
        "'sample_weight'] beside it. Put them into the frame."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        rows_of(frame(), Y, sample_weight=[1, 1, 1, 1])


def test_groups_of_features_that_are_not_there():
    message = (
        "`groups` names unknown feature 'visit'; got ['visits', 'age']. Did you mean 'visits'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        rows_of(X, Y, groups={"visit": "behaviour"})


def test_a_column_that_stands_twice():
    message = (
        "The table must have every column once; ['visits'] stand more than once. Rename or drop "
        "the others."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        rows_of(X.set_axis(["visits", "visits"], axis=1), Y)


def test_no_rows_and_no_columns():
    message = "The table (0 samples) must have at least one row; it is empty."
    with pytest.raises(DataError, match=exactly(message)):
        rows_of(X[:0], [])
    message = "The table must have at least one feature; it has no column."
    with pytest.raises(SchemaError, match=exactly(message)):
        rows_of(X[[]], Y)


@pytest.mark.parametrize("kind", [bool, int, float])
def test_outcomes_that_came_as_objects_are_what_they_are(kind):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=60)})
    y = pd.Series(np.tile([0, 1, 1], 20)).astype(kind)
    model = RidgePropensity(0.01).fit(X, y.astype(object))
    assert model.classes_.tolist() == [0, 1]
    np.testing.assert_array_equal(model.coef_, RidgePropensity(0.01).fit(X, y).coef_)


@pytest.mark.parametrize("weight", ["heavy", 1j, [1j] * 60, pd.NaT, [1.0] * 59, np.zeros(60)])
@pytest.mark.parametrize("kind", [RidgePropensity, RidgeAmount, RidgeMultinomial])
def test_weights_that_are_none_are_refused(weight, kind):
    X = pd.DataFrame({"a": np.arange(60.0)})
    with pytest.raises(DataError, match="`sample_weight` must have one finite number a row"):
        kind(0.1).fit(
            X, np.arange(60) % 3 if kind is RidgeMultinomial else np.arange(60) % 2, weight
        )
