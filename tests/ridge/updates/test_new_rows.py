"""Rows that come to a model: read as it reads them, or refused in words that name the way out."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from scipy.special import expit

from tests.ridge.sources import BareSource
from workbench import ParquetRows, RidgePropensity
from workbench.errors import DataError, FitError, ParameterError
from workbench.ridge.updates.new_rows import read_new, varying

pytestmark = pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")


def table(campaigns, seed=0, rows=150):
    rng = np.random.default_rng(seed)
    name = np.repeat(campaigns, rows)
    X = pd.DataFrame({"visits": rng.normal(size=len(name)), "fixed": 3.0})
    X["job"] = rng.choice(["cook", "smith"], len(name))
    y = (rng.random(len(name)) < 1 / (1 + np.exp(1 - X["visits"]))).astype(int)
    return X, y, name


@pytest.fixture(scope="module")
def model():
    warnings.simplefilter("ignore")
    X, y, name = table([f"2024-0{k}" for k in range(1, 6)])
    return RidgePropensity(0.01).fit(X, y, campaign=name)


def come(model, X, y, name):
    return read_new(model, model.statistics_, X, y, campaign=name, sample_weight=None)


def test_rows_are_laid_out_by_campaign_in_the_columns_of_the_model(model):
    X, y, name = table(["2024-07", "2024-06"], seed=1)
    new = come(model, X, y, name)
    assert new.names == ("2024-06", "2024-07")
    assert new.rows.n_folds == 2
    assert new.rows.n_columns == len(model.columns_)
    first = X[name == "2024-06"]["visits"].to_numpy()
    assert np.array_equal(new.rows.X[:150, 0], first)


def changed(**columns):
    X, y, name = table(["2024-06"], seed=1)
    return X.assign(**columns), y, name


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: changed(job="mason"), FitError, "\\['mason'\\] of 'job' have no column"),
        (lambda: changed(visits=np.nan), FitError, "Gaps must stand where the model knows them"),
        (lambda: changed(more=1.0), FitError, "\\['more'\\] are not of the model"),
        (
            lambda: (changed()[0].drop(columns="job"), *changed()[1:]),
            FitError,
            "\\['job'\\] are missing",
        ),
        (lambda: table(["2024-03"]), ParameterError, "knows \\['2024-03'\\] already"),
        (lambda: table(["2023-12"]), ParameterError, "must be later"),
        (lambda: (*changed()[:2], None), DataError, "must have a campaign"),
        (lambda: (changed()[0], changed()[1] + 4, changed()[2]), DataError, "classes of the model"),
    ],
)
def test_what_is_refused(model, make, error, words):
    with pytest.raises(error, match=words):
        come(model, *make())


def test_an_earlier_campaign_is_refused_where_order_counts():
    X, y, name = table([f"2024-0{k}" for k in range(2, 8)])
    tuned = RidgePropensity().fit(X, y, campaign=name)
    with pytest.raises(ParameterError, match="must be later than those of the model"):
        come(tuned, *table(["2024-01"], seed=3))


def test_it_tells_which_columns_are_no_longer_constant(model):
    same, other = come(model, *changed()), come(model, *changed(fixed=4.0))
    assert varying(model.statistics_, same.rows).tolist() == []
    assert model.columns_.index[varying(model.statistics_, other.rows)].tolist() == ["fixed"]


def test_sparse_rows_come_to_a_model_of_sparse_rows():
    rng = np.random.default_rng(0)
    X = (rng.random((900, 6)) < 0.3).astype(float)
    y, name = (rng.random(900) < 0.3).astype(float), np.repeat(list("abcdef"), 150)
    old = name < "f"
    model = RidgePropensity(0.01).fit(csr_matrix(X[old]), y[old], campaign=name[old])
    dense = RidgePropensity(0.01).fit(X[old], y[old], campaign=name[old])
    one = model.update(csr_matrix(X[~old]), y[~old], campaign=name[~old])
    other = dense.update(X[~old], y[~old], campaign=name[~old])
    assert np.abs(one.coef_ - other.coef_).max() < 1e-9


def source(X, y, name, *, campaigns=None):
    labels, fold = np.unique(name, return_inverse=True)
    made = BareSource(X.to_numpy(), np.asarray(y, dtype=float), np.ones(len(y)), fold)
    made.names, made.campaigns = list(X.columns), labels if campaigns is None else campaigns
    return made


@pytest.fixture(scope="module")
def of_a_source():
    X, y, name = table([f"2024-0{k}" for k in range(1, 6)])
    given = source(X.drop(columns="job"), y, name)
    return RidgePropensity(0.01, extrapolate=True).fit(given)


def test_a_source_is_looked_at_as_fit_looks_at_it(of_a_source):
    X, y, name = table(["2024-06"])
    X = X.drop(columns="job")
    gaps = X.assign(visits=X["visits"].where(X.index > 0))
    for X_, y_, told, words in (
        (X, 2 * y, None, "must be 0 or 1"),
        (gaps, y, None, "must hold finite numbers"),
        (X, y, ["a", "b"], "one label a fold; got 2 for 1"),
        (X.assign(visits=X["visits"] + 1e6), y, None, "thousand standard deviations"),
    ):
        with pytest.raises(DataError, match=words):
            of_a_source.update(source(X_, y_, name, campaigns=told))
    assert of_a_source.update(source(X, y, name)).training_["campaigns"] == 6


def test_sums_alone_do_not_come_to_a_model_of_single_rows():
    X, y, name = table([f"2024-0{k}" for k in range(1, 7)])
    X, last = X.drop(columns="job"), name == "2024-06"
    model = RidgePropensity().fit(X[~last], y[~last], campaign=name[~last])
    with pytest.raises(DataError, match="tells sums alone"):
        model.update(source(X[last], y[last], name[last]))


def test_an_earlier_campaign_is_refused_where_age_counts():
    X, y, name = table([f"2024-0{k}" for k in range(1, 6)])
    model = RidgePropensity(0.01, half_life=2.0).fit(X, y, campaign=name)
    X, y, name = table(["2023-01"])
    with pytest.raises(ParameterError, match="must be later than those of the model"):
        model.update(X, y, campaign=name)


def test_rows_on_disk_are_sent_into_memory(model, tmp_path):
    X, y, name = table(["2024-06"])
    X.assign(y=y, month=name).to_parquet(tmp_path / "new.parquet")
    rows = ParquetRows(tmp_path / "new.parquet", target="y", campaign="month")
    with pytest.raises(DataError, match=r"got ParquetRows.*`FeatureFrame.from_table`"):
        model.update(rows)


def test_zeros_that_are_not_stored_are_moved_where_training_had_none():
    rng = np.random.default_rng(4)
    X, campaign = rng.normal(size=(2400, 2)).round(1), np.repeat([f"c{k}" for k in range(6)], 400)
    X[:, 1] = 40 + rng.integers(1, 9, 2400)  # never 0 in the first five campaigns
    X[2000::3, 1] = 0
    y = (rng.random(2400) < expit(X[:, 0] - 1 + 0.02 * X[:, 1])).astype(int)
    old = campaign != "c5"

    def updated(kind):
        model = RidgePropensity(0.01).fit(kind(X[old]), y[old], campaign=campaign[old])
        return model.update(kind(X[~old]), y[~old], campaign=campaign[~old])

    sparse, dense = updated(csr_matrix), updated(np.asarray)
    np.testing.assert_allclose(sparse.coef_, dense.coef_, atol=1e-6)
    np.testing.assert_allclose(sparse.predict_proba(X), dense.predict_proba(X), atol=1e-6)
