from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import issparse

from tests.experiments.contacts_of_tests import frame_of, read
from workbench import RidgeAmount, RidgeCount, RidgePropensity
from workbench.errors import DataError, ParameterError
from workbench.experiments import covariates as module
from workbench.experiments.covariates import chosen, features_of, score_of, with_campaigns


def mixed(n=200):
    frame, _ = frame_of(n)
    rng = np.random.default_rng(0)
    X = frame.X.assign(
        region=rng.choice(["north", "south"], n), gap=np.where(rng.random(n) < 0.2, np.nan, 1.5)
    )
    return replace(frame, X=X, catalogue=pd.DataFrame())


def test_plain_numbers_are_taken_as_they_are():
    frame, _ = frame_of(100)
    X = frame.X.assign(count=np.arange(100), flag=np.arange(100) % 2 == 0)
    columns = features_of(read(replace(frame, X=X, catalogue=pd.DataFrame())))
    assert columns.matrix.tolist() == X.to_numpy(dtype=float).tolist()
    assert columns.names == columns.features == list(X)


def test_levels_and_gaps_get_their_columns():
    columns = features_of(read(mixed()))
    assert columns.names[3:] == ["region=north", "region=south", "gap", "gap (missing)"]
    assert columns.features[3:] == ["region", "region", "gap", "gap"]


def test_campaigns_get_a_column_each():
    campaign = pd.Series(np.arange(200) % 3).map(str)
    frame, _ = frame_of(200, campaign=campaign)
    found = read(frame)
    wide = with_campaigns(features_of(found), found)
    assert wide.names[3:] == ["campaign=0", "campaign=1", "campaign=2"]
    assert wide.matrix[:, 3:].tolist() == pd.get_dummies(campaign).to_numpy(dtype=float).tolist()
    alone = read(frame_of(200)[0])
    assert with_campaigns(features_of(alone), alone).names == ["x0", "x1", "x2"]


def test_of_very_many_columns_the_fullest_are_kept(monkeypatch):
    monkeypatch.setattr(module, "MOST_COLUMNS", 2)
    frame, _ = frame_of(100)
    X = pd.DataFrame(
        {"a": np.arange(100) < 10, "b": 1.0 + np.arange(100), "c": np.arange(100) < 50}
    )
    columns = features_of(read(replace(frame, X=X, catalogue=pd.DataFrame())))
    assert columns.names == ["b", "c"]
    assert columns.matrix[:, 1].sum() == 50


def test_sparse_designs_stay_sparse_until_they_are_read():
    n = 400
    frame, _ = frame_of(n, campaign=pd.Series(["a", "b"] * (n // 2)))
    words = pd.DataFrame(
        {
            "w": pd.arrays.SparseArray((np.arange(n) % 7 == 0).astype(float), fill_value=0.0),
            "x": np.arange(n) / n,
        }
    )
    found = read(replace(frame, X=words, catalogue=pd.DataFrame()))
    wide = with_campaigns(features_of(found), found)
    assert issparse(wide.matrix)
    assert wide.matrix.toarray()[:, 0].sum() == words["w"].sum()


@pytest.mark.parametrize(
    ("model", "method"),
    [(RidgePropensity, "propensity"), (RidgeAmount, "predict"), (RidgeCount, "expected")],
)
def test_a_model_says_one_number_a_contact(model, method):
    frame, y = frame_of(300)
    fitted = model(alpha=0.1).fit(frame.X, y)
    expected = np.asarray(getattr(fitted, method)(frame.X))
    assert score_of(fitted, read(frame)) == pytest.approx(expected)


def test_features_can_be_named_and_are_then_not_suspected():
    frame, _ = frame_of()
    frame = replace(frame, suspects={"x1": "AUC 0.990 alone"})
    assert list(chosen(["x1", "x2"], read(frame)).frame.X) == ["x1", "x2"]
    assert list(chosen(None, read(frame)).frame.X) == ["x0", "x1", "x2"]
    with pytest.raises(DataError) as caught:
        chosen("auto", read(frame))
    assert str(caught.value) == (
        "Covariates must be known before contacts are assigned; 'x1' (AUC 0.990 alone) may give "
        "the "
        "outcome away. Leave out what was written afterwards, with `drop` where the table is read "
        "or by `frame.without('x1')`; or name those that were known: `covariates=[…]`."
    )


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (
            ["x1", "x22"],
            "`covariates` names unknown feature 'x22'; got ['x0', 'x1', 'x2']. Did you mean 'x2'?",
        ),
        (
            "x1",
            (
                "`covariates` must be 'auto', None, names of features, or a fitted model; got "
                "'x1'. Names "
                "come as a list: `covariates=['x1']`."
            ),
        ),
    ],
)
def test_other_names_are_refused(covariates, said):
    with pytest.raises(ParameterError) as caught:
        chosen(covariates, read(frame_of()[0]))
    assert str(caught.value) == said


def test_what_is_no_model_is_refused():
    with pytest.raises(ParameterError) as caught:
        score_of(3, read(frame_of()[0]))
    assert str(caught.value) == (
        "`covariates` must be 'auto', None, names of features, or a fitted model; got a int. Give "
        "for example a saved model: `RidgePropensity.load('model.json')`."
    )
