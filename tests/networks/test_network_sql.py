import warnings

import duckdb
import numpy as np
import pandas as pd
import pytest
import sqlglot
from sklearn.exceptions import NotFittedError

from tests.networks.conftest import mixed
from workbench import RidgePropensity
from workbench.errors import DataWarning, ParameterError
from workbench.networks import NetworkPropensity, scoring_sql
from workbench.ridge import scoring_sql as ridge_sql

DIALECTS = ["duckdb", "spark", "bigquery", "snowflake", "postgres"]


def fitted(**asked):
    X, y, campaign = mixed(400)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return NetworkPropensity(units=40, hidden="always", **asked).fit(X, y, campaign=campaign)


def new_rows():
    """Far-off numbers, gaps where training had none, a new level, spellings with blanks."""
    X, _, _ = mixed(80, seed=9)
    X.loc[0:2, "visits"] = [1e7, -1e7, np.nan]
    X.loc[3, "city"] = "Oslo"
    X.loc[4, "city"] = None
    X.loc[5, "city"] = " ulm "
    return X


@pytest.mark.parametrize("extrapolate", [False, True])
def test_duckdb_scores_as_python_does(extrapolate):
    model, X = fitted(extrapolate=extrapolate), new_rows()
    connection = duckdb.connect()
    connection.register("features", X.assign(contact=range(len(X))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = model.predict_proba(X)[:, 1]
    found = connection.execute(scoring_sql(model)).df()
    np.testing.assert_allclose(found["propensity"], expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_one_select_and_comes_back_the_same(dialect):
    """Printed for another database, and read back from there, it still gives the same scores."""
    model, X = fitted(), new_rows()
    query = scoring_sql(model, dialect=dialect)
    (statement,) = sqlglot.parse(query, read=dialect)
    back = statement.sql(dialect="duckdb")
    connection = duckdb.connect()
    connection.register("features", X.assign(contact=range(len(X))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = model.predict_proba(X)[:, 1]
    found = connection.execute(back).df()["propensity"]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)


def test_a_loaded_model_and_one_whose_layer_is_out(model, later, tmp_path):
    loaded = NetworkPropensity.load(model.save(tmp_path / "m.json"))
    assert scoring_sql(loaded) == scoring_sql(model)
    constant = pd.DataFrame({"member": [0.0, 1, 0, 1], "year": 2024.0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        out = NetworkPropensity(weight_decay=0.1).fit(constant[["member"]], [0, 1, 1, 1])
    assert out.shrunk_out_
    assert scoring_sql(out) == ridge_sql(out.ridge_)


def test_what_it_does_not_write(model):
    with pytest.raises(ParameterError, match="got RidgePropensity"):
        scoring_sql(RidgePropensity())
    with pytest.raises(NotFittedError):
        scoring_sql(NetworkPropensity())
    with pytest.raises(ParameterError, match="`dialect`"):
        scoring_sql(model, dialect="oracle")
    with pytest.raises(ParameterError, match="`key` must not be 'propensity'"):
        scoring_sql(model, key="propensity")
