"""A row source with nothing but the protocol's attributes goes all the way."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from tests.ridge.sources import BareSource
from workbench import RidgePropensity
from workbench.errors import DataError, DataWarning, FitError, ParameterError
from workbench.ridge import jackknife_errors, scoring_sql
from workbench.widgets import Tuner

FOLDS = 4


def drawn(n, p, seed=3):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) * (rng.random((n, p)) < 0.4)
    eta = X[:, :3] @ np.array([1.0, -0.8, 0.5]) - 0.5
    y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
    return X, y, rng.uniform(0.5, 2.0, n), np.arange(n) * FOLDS // n


@pytest.fixture(scope="module")
def pair():
    """The same fit to a bare source, and to its arrays."""
    X, y, weight, fold = drawn(600, 6)
    groups = {f"x{j}": "ab"[j > 2] for j in range(6)}
    by_source = RidgePropensity(extrapolate=True).fit(BareSource(X, y, weight, fold), groups=groups)
    by_array = RidgePropensity(extrapolate=True)
    return X, by_source, by_array.fit(X, y, weight, campaign=fold, groups=groups)


def test_a_bare_source_is_fitted_tuned_and_explained_as_its_arrays(pair):
    X, ours, theirs = pair
    known = ["penalty", "coef_standardised", "std_error", "edf", "score_share", "mean", "scale"]
    pd.testing.assert_frame_equal(ours.columns_[known], theirs.columns_[known], rtol=1e-9)
    pd.testing.assert_frame_equal(ours.tuning_, theirs.tuning_, rtol=1e-6)
    assert (ours.folds_, ours.training_["rows"]) == ("4 campaigns", 600)
    table = pd.DataFrame(X, columns=ours.feature_names_in_)
    np.testing.assert_allclose(ours.propensity(table), theirs.propensity(X), rtol=1e-9)
    reasons = [model.contributions(table.head(3)) for model in (ours, theirs)]
    pd.testing.assert_frame_equal(*reasons)


def test_it_is_previewed_refitted_and_left_out_as_they(pair):
    _, ours, theirs = pair
    np.testing.assert_allclose(ours.preview({"a": 0.5}).b, theirs.preview({"a": 0.5}).b, atol=1e-6)
    for found, expected in zip(ours.path().T.values, theirs.path().T.values, strict=True):
        np.testing.assert_allclose(found.astype(float), expected.astype(float), rtol=1e-6)
    losses = [model.workspace_.left_out()["loss"].to_numpy() for model in (ours, theirs)]
    np.testing.assert_allclose(*losses, rtol=1e-9)
    np.testing.assert_allclose(jackknife_errors(ours), jackknife_errors(theirs), rtol=1e-6)


def test_it_is_saved_printed_and_shown_in_the_tuner(pair, tmp_path):
    X, ours, theirs = pair
    loaded = RidgePropensity.load(ours.save(tmp_path / "model.json"))
    table = pd.DataFrame(X, columns=ours.feature_names_in_)
    np.testing.assert_array_equal(loaded.propensity(table), ours.propensity(table))
    assert scoring_sql(ours, table="t").startswith(scoring_sql(theirs, table="t")[:40])
    tuner = Tuner(ours)
    tuner.move({"a": 1.0})
    np.testing.assert_allclose(tuner.model.penalties_["x0"], 1.0)


def test_a_source_may_name_its_columns_and_campaigns():
    source = BareSource(*drawn(300, 3))
    source.names, source.campaigns = ["visits", "spend", "age"], ["May", "June", "July", "August"]
    model = RidgePropensity(extrapolate=True).fit(source)
    assert model.columns_.index.tolist() == source.names
    assert model.workspace_.left_out().index.tolist() == source.campaigns


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"extrapolate": False},
            ParameterError,
            (
                "A row source tells sums alone, and no range of a column to hold new numbers in. "
                "Give `extrapolate=True`, and clip the columns where you score them."
            ),
        ),
        (
            {"folds": "random"},
            ParameterError,
            (
                "A row source brings its folds; got `folds='random'`. Leave `folds` out, or lay "
                "the rows out by other folds."
            ),
        ),
        (
            {"half_life": 3.0},
            ParameterError,
            (
                "`half_life` is fitted to single rows, and a row source tells sums alone; got "
                "`half_life=3.0`. Leave it out."
            ),
        ),
        (
            {"folds": "forward"},
            ParameterError,
            (
                "`folds='forward'` needs a row source whose folds stand in the order of time; this "
                "one has no `forward_from`. Give `source.judged_from(3)`, or leave `folds` out."
            ),
        ),
    ],
)
def test_what_sums_cannot_tell_is_refused(change, error, message):
    model = RidgePropensity(**{"extrapolate": True, **change})
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        model.fit(BareSource(*drawn(200, 3)))
    assert not hasattr(model, "columns_")


def test_what_a_source_brings_is_not_given_beside_it():
    message = (
        "A row source brings outcomes, campaigns and weights of its own; got ['y'] beside it. "
        "Leave them out, or give a table."
    )
    X, y, weight, fold = drawn(200, 3)
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        RidgePropensity(extrapolate=True).fit(BareSource(X, y, weight, fold), y)


@pytest.mark.parametrize("fault", ["gap", "far", "one outcome"])
def test_rows_that_cannot_be_fitted_are_refused_by_name(fault):
    X, y, weight, fold = drawn(200, 3)
    if fault == "gap":
        X[5, 1] = np.nan
    if fault == "far":
        X[:, 1] += 1e6
    y = np.zeros(200) if fault == "one outcome" else y
    error = FitError if fault == "one outcome" else DataError
    with pytest.raises(error, match=r"row source.*one of them" if error is FitError else "'x1'"):
        RidgePropensity(extrapolate=True).fit(BareSource(X, y, weight, fold))


@pytest.mark.parametrize(
    "criterion", ["mixture", "ranking", "marginal_likelihood", "left_out_rows"]
)
def test_other_criteria_read_a_bare_source_too(criterion):
    X, y, weight, fold = drawn(400, 5)
    parameters = {"criterion": criterion, "extrapolate": True}
    ours = RidgePropensity(**parameters).fit(BareSource(X, y, weight, fold))
    theirs = RidgePropensity(**parameters).fit(X, y, weight, campaign=fold)
    np.testing.assert_allclose(ours.penalties_, theirs.penalties_, rtol=1e-4)


def test_forward_folds_of_a_bare_source():
    X, y, weight, fold = drawn(600, 5)
    source = BareSource(X, y, weight, fold).judged_from(2)
    ours = RidgePropensity(extrapolate=True, folds="forward").fit(source)
    assert ours.workspace_.left_out().index.tolist() == ["fold 3", "fold 4"]


def faulty(fault):
    X, y, weight, fold = drawn(240, 3)
    if fault == "outcomes":
        y = 2 * y
    if fault == "weights":
        weight[3] = -1.0
    source = BareSource(X, y, weight, fold)
    if fault == "names":
        source.names = ["a", "a", "b"]
    if fault == "labels":
        source.campaigns = ["May", "June"]
    if fault == "order":
        source = source.judged_from(3)
    return source


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("outcomes", r"^Outcomes of a row source must be 0 or 1; got \d+ others\. "),
        ("weights", r"^Weights of a row source must be numbers from 0; got 1 others\. "),
        ("names", r"^Columns of a row source must have names of their own; \['a'\] stand more "),
        ("labels", r"must have one label for each fold that can be left out; got 2 for 4 folds\."),
        ("order", r"and two to judge; got 3 of 4 folds\. Give another, or "),
    ],
)
def test_a_source_that_does_not_keep_its_word_is_refused(fault, said):
    with pytest.raises((DataError, ParameterError), match=said):
        RidgePropensity(extrapolate=True).fit(faulty(fault))


def test_what_a_forward_source_was_judged_by_is_said():
    source = BareSource(*drawn(600, 5)).judged_from(2)
    model = RidgePropensity(extrapolate=True).fit(source)
    assert model.folds_ == "2 campaigns, each judged by those before it"
    left_out = RidgePropensity(extrapolate=True, folds="campaigns").fit(source)
    assert (left_out.folds_, len(left_out.workspace_.left_out())) == ("4 campaigns", 4)


@pytest.mark.parametrize("value", [0.1, 5.0, 1.0])
def test_a_constant_column_is_kept_with_coefficient_zero(value):
    X, y, weight, fold = drawn(240, 3)
    X[:, 1] = value
    with pytest.warns(DataWarning, match="Constant columns"):
        model = RidgePropensity(0.1, extrapolate=True).fit(BareSource(X, y, weight, fold))
    assert model.coef_standardised_["x1"] == 0.0


@pytest.mark.parametrize("kind", ["sparse", "bare"])
def test_a_view_of_rows_that_are_not_dense_in_memory_has_a_state(kind):
    X, y, weight, fold = drawn(600, 6)
    if kind == "sparse":
        model = RidgePropensity(extrapolate=True).fit(csr_array(X), y, weight, campaign=fold)
    else:
        model = RidgePropensity(extrapolate=True).fit(BareSource(X, y, weight, fold))
    assert Tuner(model).state() is None  # not mailed with noise: a picture stands in its place
    assert "image/png" in Tuner(model)._repr_mimebundle_()[0]
    assert Tuner(model, release="exact").state()
