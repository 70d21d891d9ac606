"""The printed score against `predict_proba`, in every database that runs here."""

from copy import copy

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from workbench.errors import FitError
from workbench.ridge import RidgePropensity, scoring_sql


def awkward(rows, *, seed):
    """Numbers with gaps, large ones, categories with odd names, and new levels from row 250 on."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "visits": rng.poisson(3.0, rows).astype(float),
            "spend": rng.lognormal(8, 2, rows),
            'a "quoted" name': rng.normal(size=rows),
            "segment": rng.choice(["it's", "a\\b", "Ö", "B"], rows),
            "region": rng.choice(["north", "south"], rows),
        }
    )
    X.loc[rng.random(rows) < 0.2, "spend"] = np.nan
    X.loc[rng.random(rows) < 0.2, "segment"] = None
    return X


@pytest.fixture(scope="module")
def model():
    X = awkward(400, seed=1)
    y = np.random.default_rng(2).random(400) < 1 / (1 + np.exp(2 - X["visits"]))
    with pytest.warns(UserWarning, match="Missing values"):
        return RidgePropensity(alpha=0.01).fit(X, y)


def new_rows():
    """Rows that also have gaps where training had none, unknown levels, and far-off numbers."""
    X = awkward(60, seed=3)
    X.loc[0, "visits"] = np.nan
    X.loc[1, "region"] = None
    X.loc[2, "region"] = "east"
    X.loc[3:4, "visits"] = [1e5, -1e5]  # log-odds beyond what exp can take
    return X


def held(X):
    """A connection with the table, half of its gaps NaN and half NULL."""
    connection = duckdb.connect()
    connection.register("x", X.assign(contact=range(len(X))))
    nan = "CASE WHEN spend IS NULL AND contact % 2 = 0 THEN 'NaN'::DOUBLE ELSE spend END AS spend"
    connection.execute(f"CREATE TABLE features AS SELECT * REPLACE ({nan}) FROM x")
    connection.unregister("x")
    return connection


@pytest.fixture(scope="module")
def extrapolating(model):
    return copy(model).set_params(extrapolate=True)


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
@pytest.mark.parametrize("extrapolate", [False, True])
def test_it_is_predict_proba(warehouse, model, extrapolating, extrapolate):
    X, model = new_rows(), extrapolating if extrapolate else model
    names, rows = warehouse.ask(scoring_sql(model, dialect=warehouse.dialect), held(X))
    assert names == ["contact", "propensity"]
    assert [row[0] for row in rows] == list(range(len(X)))
    found = np.array([row[1] for row in rows])
    wanted = model.predict_proba(X)[:, 1]
    assert (wanted.min() < 1e-300 or wanted.max() == 1.0) == extrapolate
    near = wanted > 1e-300  # what is smaller is held at exp(-700)
    np.testing.assert_allclose(found[near], wanted[near], rtol=1e-12)
    assert (found[~near] < 1e-300).all()


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # asked for by new_rows
def test_numbers_out_of_range_are_held_in_every_column(warehouse, model):
    rng = np.random.default_rng(5)
    X = new_rows().assign(
        spend=lambda X: X["spend"] * rng.choice([-1.0, 1e-9, 1.0, 1e9], len(X)),
        visits=lambda X: X["visits"] + rng.choice([-50.0, 0.0, 50.0], len(X)),
    )
    _, rows = warehouse.ask(scoring_sql(model, dialect=warehouse.dialect), held(X))
    found = np.array([row[1] for row in rows])
    np.testing.assert_allclose(found, model.predict_proba(X)[:, 1], rtol=1e-12)


def test_a_model_without_ranges_is_printed_only_if_it_extrapolates(model):
    old = copy(model)
    old.columns_ = model.columns_.drop(columns=["low", "high"])
    with pytest.raises(FitError, match=r"^The trained ranges of this model are not known"):
        scoring_sql(old)
    free = copy(model).set_params(extrapolate=True)
    assert scoring_sql(old.set_params(extrapolate=True)) == scoring_sql(free)


def test_many_columns_do_not_nest_deeply(warehouse):
    rng = np.random.default_rng(4)
    X = pd.DataFrame(rng.normal(size=(50, 700)), columns=[f"x{i}" for i in range(700)])
    wide = RidgePropensity(alpha=1.0).fit(X, rng.random(50) < 0.5)
    connection = duckdb.connect()
    connection.register("features", X.assign(contact=range(50)))
    _, rows = warehouse.ask(scoring_sql(wide, dialect=warehouse.dialect), connection)
    found = np.array([row[1] for row in rows])
    np.testing.assert_allclose(found, wide.predict_proba(X)[:, 1], rtol=1e-12)


def test_names_of_the_table_and_its_key(model):
    query = scoring_sql(model, table="my features", key="id")
    assert 'FROM "my features"' in query
    assert query.endswith('ORDER BY "id"')


def test_a_loaded_model_scores_alike(model, tmp_path):
    again = RidgePropensity.load(model.save(tmp_path / "model.json"))
    assert scoring_sql(again, dialect="spark") == scoring_sql(model, dialect="spark")


def test_an_unfitted_model():
    with pytest.raises(NotFittedError):
        scoring_sql(RidgePropensity())
