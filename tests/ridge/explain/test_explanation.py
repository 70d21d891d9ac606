"""Steps from the average contact to one row: they add up, and each is what its columns say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.special import logit

from workbench import FeatureFrame, RidgeAmount, RidgeCount, RidgePropensity
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.language import speaking

TOLERANCE = 1e-9


def table(n=400, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "visits": rng.poisson(3, n).astype(float),
            "visits_log": np.log1p(rng.poisson(5, n)),
            "town": pd.Categorical(rng.choice(["Bonn", "Köln", "Ulm"], n)),
            "age": np.where(rng.random(n) < 0.2, np.nan, rng.normal(45, 12, n)),
            "member": rng.random(n) < 0.4,
        }
    )


@pytest.fixture(scope="module")
def frame():
    X = table()
    rng = np.random.default_rng(1)
    eta = -1 + 0.3 * X["visits"] + 0.8 * (X["town"] == "Ulm") + 0.02 * X["age"].fillna(45)
    y = pd.Series((rng.random(len(X)) < 1 / (1 + np.exp(2 - eta))).astype(float))
    catalogue = pd.DataFrame(
        {
            "group": ["web", "web", "who", "who", "who"],
            "unit": [None, "ln(1 + count)", "category", "years", "flag"],
        },
        index=X.columns,
    )
    months = pd.Series(np.repeat(["May", "June", "July", "August"], 100))
    return FeatureFrame(X, y, campaign=months, catalogue=catalogue)


@pytest.fixture(scope="module")
def model(frame):
    with pytest.warns(DataWarning, match="Missing values in 'age'"):
        return RidgePropensity().fit(frame)


@pytest.mark.parametrize("by", ["feature", "group"])
@pytest.mark.parametrize("most", [None, 1, 3])
def test_steps_lead_from_the_average_contact_to_the_score(frame, model, by, most):
    means = model.design_.matrix(frame.X).mean(axis=0)  # all weigh alike
    average = model.intercept_[0] + means @ model.coef_[0]
    for row in range(0, 400, 37):
        steps = model.explanation(frame.rows([row]), by=by, most=most)
        score = logit(model.propensity(frame.rows([row])).iloc[0])
        assert steps["start"].iloc[0] == pytest.approx(average, abs=TOLERANCE)
        assert steps["end"].iloc[-1] == pytest.approx(score, abs=TOLERANCE)
        assert steps["contribution"].sum() == pytest.approx(score - average, abs=TOLERANCE)
        assert (steps["end"] - steps["start"]).to_numpy() == pytest.approx(steps["contribution"])
        assert steps["start"].tolist()[1:] == steps["end"].tolist()[:-1]


def test_a_step_is_what_the_columns_of_its_feature_say(frame, model):
    """The levels of a text column, and a column and the mark of its gaps, move together."""
    x = model.design_.matrix(frame.X)
    parts = (x - x.mean(axis=0)) * model.coef_[0]
    for row in (3, 18):
        steps = model.explanation(frame.rows([row]))["contribution"]
        by_feature = pd.Series(parts[row]).groupby(np.array(model.design_.features)).sum()
        assert steps.to_dict() == pytest.approx(by_feature.to_dict(), abs=TOLERANCE)
        assert steps.abs().is_monotonic_decreasing
        groups = model.explanation(frame.rows([row]), by="group")["contribution"]
        assert groups["web"] == pytest.approx(by_feature[["visits", "visits_log"]].sum())


def test_values_are_those_that_a_reader_knows(frame, model):
    X = frame.X.iloc[[0]].copy()
    X["visits_log"], X["visits"], X["age"] = np.log1p(4.0), 900.0, np.nan
    row = FeatureFrame(X.reset_index(drop=True), pd.Series([np.nan]), catalogue=frame.catalogue)
    steps = model.explanation(row)
    most = frame.X["visits"].max()
    assert steps.loc["visits_log", "value"] == "4"
    assert steps.loc["visits", "value"] == f"900, counted as {most:.0f}"
    assert steps.loc["age", "value"] == "missing"
    assert steps.loc["town", "value"] == str(frame.X["town"].iloc[0])
    held = X.assign(visits=most)
    assert steps["end"].iloc[-1] == pytest.approx(model.decision_function(held)[0])


def test_in_german_values_are_written_and_levels_are_left(frame, model):
    catalogue = frame.catalogue.assign(unit=frame.catalogue["unit"].astype("object"))
    catalogue.loc[["visits", "age"], "unit"] = ["U.S.$", "days"]
    X = frame.X.iloc[[0]].assign(visits=123456.5, age=41.5, town="1.500")
    row = FeatureFrame(X.reset_index(drop=True), pd.Series([np.nan]), catalogue=catalogue)
    most = f"{frame.X['visits'].max():.0f}"
    with speaking("de"), pytest.warns(DataWarning, match="levels that training did not have"):
        values = model.explanation(row)["value"]
    assert values["visits"] == f"123.456 U.S.$, zählt als {most} U.S.$"
    assert values["age"] == "41,5 Tage"
    assert values["town"] == "1.500"
    with speaking("de"):
        gap = replace(row, X=row.X.assign(age=np.nan, town="Ulm"))
        assert model.explanation(gap)["value"]["age"] == "fehlend"


def test_the_rest_is_one_step(frame, model):
    whole = model.explanation(frame.rows([5]))
    steps = model.explanation(frame.rows([5]), most=2)
    assert steps.index.tolist() == [*whole.index[:2], "3 more features"]
    rest = whole["contribution"].iloc[2:].sum()
    assert steps["contribution"].iloc[-1] == pytest.approx(rest, abs=1e-12)
    assert len(model.explanation(frame.rows([5]), most=4)) == 5, "one more is no rest"
    one = model.explanation(frame.rows([5]), by="group", most=1)
    assert one.index.name == "group"
    assert one["value"].eq("").all()


def test_amounts_in_their_units_and_counts_on_the_logarithm(frame):
    rng = np.random.default_rng(2)
    X = frame.X[["visits", "town"]]
    spent = 20 + 3 * X["visits"] + rng.normal(size=len(X))
    amount = RidgeAmount(alpha=0.01).fit(X, spent)
    steps = amount.explanation(X[7:8])
    assert steps["end"].iloc[-1] == pytest.approx(amount.predict(X[7:8])[0])
    assert steps["start"].iloc[0] == pytest.approx(amount.predict(X).mean())  # linear
    count = RidgeCount(alpha=0.01).fit(X, rng.poisson(X["visits"] + 1.0))
    steps = count.explanation(X[7:8])
    assert np.exp(steps["end"].iloc[-1]) == pytest.approx(count.predict(X[7:8])[0])


def test_a_sparse_row_and_an_array(frame):
    rng = np.random.default_rng(3)
    x = np.where(rng.random((300, 4)) < 0.2, rng.normal(size=(300, 4)), 0.0)
    y = rng.integers(0, 2, 300)
    model = RidgePropensity(alpha=0.01).fit(csr_array(x), y)
    steps = model.explanation(csr_array(x[:1]))
    assert steps["end"].iloc[-1] == pytest.approx(model.decision_function(csr_array(x[:1]))[0])


def test_what_is_refused(frame, model):
    with pytest.raises(DataError, match=r"follows one row; got 2\. Give one, for example"):
        model.explanation(frame.rows([1, 2]))
    with pytest.raises(ParameterError, match="`by` must be one of"):
        model.explanation(frame.rows([1]), by="column")
    with pytest.raises(ParameterError, match="`most` must be a whole number from 1; got 0"):
        model.explanation(frame.rows([1]), most=0)
