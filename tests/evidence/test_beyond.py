"""What lies outside of training, against sums over single numbers."""

import re
from copy import copy

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataWarning, FitError
from workbench.evidence import beyond_training


@pytest.fixture(scope="module")
def training():
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=["cpi", "tenure", "visits"])
    X["tenure"] += 3.0
    X["job"] = rng.choice(["cook", "pilot"], 400)
    return X, rng.random(400) < 1 / (1 + np.exp(-X["cpi"] - X["visits"]))


@pytest.fixture(scope="module")
def model(training):
    return RidgePropensity(alpha=0.01).fit(*training)


@pytest.fixture(scope="module")
def new(training):
    X = training[0].head(200).copy()
    X["cpi"] += 8.0
    X.loc[:19, "tenure"] -= 6.0
    return X


def by_hand(model, training, new, weight):
    """Σ w |b| |x − held| and Σ w |b| |x − mean|, column by column."""
    dummies = {"job=cook": new["job"] == "cook", "job=pilot": new["job"] == "pilot"}
    design = new.drop(columns="job").assign(**dummies).astype(float)
    base = training.drop(columns="job").assign(
        **{name: training["job"] == name[4:] for name in dummies}
    )
    base = base.astype(float)
    held = design.clip(base.min(), base.max(), axis=1)
    slope = np.abs(model.coef_[0])
    beyond = np.average((design - held).abs(), axis=0, weights=weight) * slope
    moves = np.average((design - base.mean()).abs(), axis=0, weights=weight) * slope
    return pd.Series(beyond, design.columns), float(moves.sum()), (design - held) / base.std(ddof=0)


@pytest.mark.parametrize("extrapolate", [False, True])
def test_shares_are_sums_over_single_numbers(model, training, new, extrapolate):
    weight = np.random.default_rng(2).uniform(0.5, 2.0, len(new))
    frame = FeatureFrame(new, pd.Series(np.nan, new.index), weight=pd.Series(weight, new.index))
    found = beyond_training(copy(model).set_params(extrapolate=extrapolate), frame)
    beyond, total, away = by_hand(model, training[0], new, weight)
    table = found.table.loc[beyond.index]
    np.testing.assert_allclose(table["log_odds"], beyond, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(table["share"], beyond / total, rtol=1e-10, atol=1e-15)
    assert found.share == pytest.approx(beyond.sum() / total)
    for side, sign in (("below_share", -1), ("above_share", 1)):
        expected = np.average(sign * away > 0, axis=0, weights=weight)
        np.testing.assert_allclose(table[side], expected, atol=1e-12)
    assert table.loc["cpi", "furthest"] == pytest.approx(away["cpi"].max())
    assert table.loc["tenure", "furthest"] == pytest.approx(away["tenure"].min())
    assert found.table.index[0] == "cpi"
    assert found.outside.index.tolist() == ["cpi", "tenure"]
    assert found.extrapolated is extrapolate


def test_held_and_extrapolated_scores_differ_by_what_is_outside(model, new):
    """One column outside on one side: the mean move is that of the scores."""
    one = new.assign(tenure=3.0)
    found = beyond_training(model, one)
    free = copy(model).set_params(extrapolate=True)
    with pytest.warns(UserWarning, match="Numbers outside"):
        moved = np.abs(free.decision_function(one) - model.decision_function(one)).mean()
    assert found.table.loc["cpi", "log_odds"] == pytest.approx(moved)


def test_a_sparse_matrix_is_measured_as_written_out():
    rng = np.random.default_rng(3)
    X = rng.poisson(0.5, size=(300, 20)).astype(float)
    X[:, 0] += 1.0  # training had no zero here
    model = RidgePropensity(alpha=0.01).fit(csr_array(X), rng.random(300) < 0.4)
    dense = RidgePropensity(alpha=0.01).fit(X, rng.random(300) < 0.4)
    dense.columns_ = model.columns_
    new = rng.poisson(2.0, size=(50, 20)).astype(float)
    one, other = beyond_training(model, csr_array(new)), beyond_training(dense, new)
    pd.testing.assert_frame_equal(one.table, other.table)
    assert 0 < one.share < 1


def test_rows_of_the_fit_have_nothing_outside(model, training):
    found = beyond_training(model, training[0])
    assert found.share == 0.0
    assert found.outside.empty
    assert (
        repr(found) == "No number that moves these scores is outside of the range seen in training."
    )
    assert found._repr_html_() == f"<p>{found.sentence()}</p>"


def test_the_sentence_names_the_columns_that_matter_most(model, training, new):
    found = beyond_training(model, new)
    _, _, away = by_hand(model, training[0], new, np.ones(len(new)))
    below = (away["tenure"] < 0).mean()
    above = (away["cpi"] > 0).mean()
    assert found.sentence() == (
        f"{found.share:.1%} of what moves these scores away from the average contact's lies "
        "outside of the trained range, and counts as the nearest number inside: 'cpi' in "
        f"{above:.1%} of "
        f"contacts, up to {away['cpi'].max():.3g} standard deviations above; "
        f"'tenure' in {below:.1%} of contacts, up to {-away['tenure'].min():.3g} standard "
        "deviations below."
    )
    free = beyond_training(copy(model).set_params(extrapolate=True), new)
    assert ", and is extrapolated: 'cpi' in" in free.sentence()
    assert "<table" in found._repr_html_()
    assert "job=cook" not in found._repr_html_()


def test_a_little_is_less_than_a_thousandth(model, training):
    little = training[0].copy()
    little.loc[0, "cpi"] = little["cpi"].max() + 0.01
    said = beyond_training(model, little).sentence()
    assert said.startswith("Less than 0.1% of what moves these scores")


def test_a_model_that_knows_no_ranges(model, new):
    old = copy(model)
    old.columns_ = model.columns_.drop(columns=["low", "high"])
    old.set_params(extrapolate=True)
    message = (
        "The trained ranges of this model are not known: it was fitted to a row source, or an "
        "earlier version saved it. Fit it to a table, or leave `extrapolate=True`."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        beyond_training(old, new)
    with pytest.raises(NotFittedError):
        beyond_training(RidgePropensity(), new)


@pytest.mark.parametrize("named", [True, False])
def test_contacts_without_a_customer_are_people_of_their_own(model, training, named):
    X = training[0].head(200).copy()
    X.loc[:49, "cpi"] += 8.0
    customer = pd.Series([f"c{k}" for k in range(200)], dtype="str")
    if not named:
        customer[:50] = None
    frame = FeatureFrame(X, pd.Series(np.nan, index=X.index), customer=customer)
    found = beyond_training(model, frame, fewest=10)
    assert found.share == beyond_training(model, X).share > 0
    assert beyond_training(model, frame, fewest=51).share == 0


def test_what_is_missing_is_told_once(model, new):
    table = new.copy()
    table.loc[table.index[:20], "visits"] = np.nan
    weight = pd.Series(7.0, index=table.index)
    frame = FeatureFrame(table, pd.Series(np.nan, index=table.index), weight=weight)
    with pytest.warns(DataWarning) as caught:
        beyond_training(model, frame, fewest=10)
    assert len([w for w in caught if "missing" in str(w.message)]) == 1
