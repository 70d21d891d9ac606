"""What RidgeAmount and RidgeCount share: scikit-learn's checks, SQL, sparse tables, refusals."""

import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from workbench import (
    FeatureFrame,
    RidgeAmount,
    RidgeCount,
    RidgePropensity,
    ShiftView,
    Targeting,
    Tuner,
    evidence,
)
from workbench.errors import DataError, ExtrapolationWarning, ParameterError, SchemaError
from workbench.reports.score import score_contacts
from workbench.ridge import scoring_sql

KINDS = {"amount": RidgeAmount, "count": RidgeCount}


@parametrize_with_checks([RidgeAmount(0.01), RidgeCount(0.01)])
def test_scikit_learns_regressor_checks(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.slow
@parametrize_with_checks([RidgeAmount(), RidgeCount()])
def test_scikit_learns_regressor_checks_of_tuned_ones(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


def drawn(n=300, seed=2):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "visits": rng.normal(size=n).round(2),
            "spend": rng.gamma(2.0, 100.0, n).round(1),
            "shop": rng.choice(["north", "south", "web"], n),
        }
    )
    X.loc[::17, "visits"] = np.nan
    X.loc[5::23, "shop"] = None
    eta = 0.4 * X["visits"].fillna(0) + (X["shop"] == "web") * 0.5
    return X, rng.poisson(np.exp(eta)).astype(float), np.repeat(["a", "b", "c"], n // 3)


@pytest.fixture(scope="module", params=KINDS)
def fitted(request):
    X, y, campaign = drawn()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KINDS[request.param]().fit(X, y, campaign=campaign), X, y


@pytest.mark.parametrize("extrapolate", [False, True])
def test_the_query_foretells_what_python_does(fitted, extrapolate):
    model, X, _ = fitted
    model.set_params(extrapolate=extrapolate)
    table = X.assign(id=np.arange(len(X)))
    table.loc[3, ["visits", "spend"]] = [40.0, 1e6]
    table.loc[4, "shop"] = "east"
    with duckdb.connect() as base:
        base.register("features", table)
        found = base.sql(scoring_sql(model, key="id")).df()
    assert list(found) == ["id", model.foretells]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = model.predict(table[list(X)])
    np.testing.assert_allclose(found[model.foretells], expected, rtol=1e-10)
    model.set_params(extrapolate=False)


def test_what_is_far_outside_is_held_and_told(fitted):
    model, X, _ = fitted
    far = X.assign(spend=X["spend"] + 1e5)
    with pytest.warns(ExtrapolationWarning, match="'spend' in 100.0% of rows"):
        said = model.predict(far)
    held = X.assign(spend=X["spend"].max())
    np.testing.assert_allclose(said, model.predict(held))


def test_a_sparse_matrix_gives_the_same_fit():
    rng = np.random.default_rng(4)
    X = rng.normal(size=(200, 6)) * (rng.random((200, 6)) < 0.3)
    y = rng.poisson(np.exp(0.5 * X[:, 0])).astype(float)
    for kind in KINDS.values():
        dense, sparse = kind(0.05).fit(X, y), kind(0.05).fit(csr_array(X), y)
        np.testing.assert_allclose(dense.coef_, sparse.coef_, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(dense.predict(X), sparse.predict(csr_array(X)), rtol=1e-8)


def test_random_parts_tune_where_there_are_no_campaigns():
    X, y, _ = drawn()
    numbers = X[["visits", "spend"]].fillna(0.0)
    for kind in KINDS.values():
        model = kind().fit(numbers, y)
        assert model.folds_ == "10 random parts of the rows"
        again = kind().fit(numbers[::-1], y[::-1])
        np.testing.assert_allclose(model.coef_, again.coef_, rtol=1e-6)


def test_forward_folds_judge_by_campaigns_before():
    rng = np.random.default_rng(9)
    month = np.repeat([f"2024-{m:02d}" for m in range(1, 8)], 60)
    X = pd.DataFrame(rng.normal(size=(420, 3)), columns=["a", "b", "c"])
    y = rng.poisson(np.exp(0.4 * X["a"])).astype(float)
    for kind in KINDS.values():
        model = kind(folds="forward").fit(X, y, campaign=month)
        assert model.folds_ == "4 campaigns, each judged by those before it"
        assert len(model.workspace_.left_out()) == 4


def test_it_is_cross_validated_as_any_regressor(fitted):
    _, X, y = fitted
    numbers = X[["visits", "spend"]].fillna(0.0)
    for kind in KINDS.values():
        assert np.isfinite(cross_val_score(kind(0.01), numbers, y, cv=3)).all()


def test_a_file_is_read_by_its_own_class(fitted, tmp_path):
    model, _, _ = fitted
    path = model.save(tmp_path / "model.json")
    own = type(model).__name__
    with pytest.raises(SchemaError, match=f"it holds a {own}. Read it with `{own}.load`"):
        RidgePropensity.load(path)


def test_an_interrupted_fit_leaves_the_earlier_one_whole(fitted):
    model, X, y = fitted
    before = model.predict(X)
    with pytest.raises(DataError, match="`y` must have an outcome in every row"):
        model.fit(X, np.where(y > 0, y, np.inf))
    np.testing.assert_array_equal(model.predict(X), before)


@pytest.fixture(scope="module")
def frame():
    X, _, campaign = drawn()
    table = X.assign(month=campaign, bought=np.arange(len(X)) % 3 == 0)
    return FeatureFrame.from_table(table, target="bought", campaign="month")


OF_PROPENSITIES = {
    "Tuner": lambda model, frame: Tuner(model),
    "Targeting": Targeting,
    "ShiftView": lambda model, frame: ShiftView(frame, model),
    "monitor": lambda model, frame: evidence.monitor(model, frame, frame),
    "stress": lambda model, frame: evidence.stress(model, frame, {}),
    "beyond_training": evidence.beyond_training,
    "cell_dispersion": evidence.cell_dispersion,
    "compare": evidence.compare,
    "forward_estimate": evidence.forward_estimate,
    "nested_estimate": evidence.nested_estimate,
    "shift_report": lambda model, frame: evidence.shift_report(frame, model, earlier=1),
    "spikiness": lambda model, frame: evidence.spikiness(frame, model),
    "score_contacts": score_contacts,
}


@pytest.mark.parametrize("name", OF_PROPENSITIES)
def test_what_is_of_propensities_says_so(fitted, frame, name):
    model, _, _ = fitted
    with pytest.raises(ParameterError, match=type(model).__name__):
        OF_PROPENSITIES[name](model, frame)


def test_a_number_of_orders_is_no_margin(fitted, frame):
    model, _, _ = fitted
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        propensity = RidgePropensity(0.1).fit(frame)
        if model.foretells == "amount":
            assert "value" in Targeting(propensity, frame, margin=model).chosen()
            return
        with pytest.raises(ParameterError, match="a RidgeCount foretells how many"):
            Targeting(propensity, frame, margin=model)
