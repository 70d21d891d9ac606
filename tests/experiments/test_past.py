"""What the past says: left-out predictions by scikit-learn, shares and clusters by statsmodels."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench import FeatureFrame, RidgeAmount, RidgePropensity
from workbench.datasets import planted
from workbench.errors import DataError, ParameterError
from workbench.experiments.past import past_of


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=6, new_campaigns=0, rows=400, stable=4, spiky=2, seed=3).frame


def explained_within(y, said, campaign):
    """Partial R² of a prediction beside campaigns, by least squares."""
    own = pd.get_dummies(pd.Series(np.asarray(campaign))).to_numpy(dtype=float)
    alone = sm.OLS(y, own).fit().ssr
    return 1 - sm.OLS(y, np.column_stack([own, said])).fit().ssr / alone


def test_the_share_explained_is_that_of_fits_without_each_campaign(frame):
    alpha = 0.01
    past = past_of(RidgePropensity(alpha=alpha).fit(frame))
    X, y, campaign = frame.X.to_numpy(), frame.y.to_numpy(), frame.campaign.to_numpy()
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    said = np.zeros(len(y))
    for label in np.unique(campaign):
        out = campaign == label
        peer = LogisticRegression(C=1 / (alpha * len(y)), tol=1e-10, max_iter=5000)
        said[out] = peer.fit(Z[~out], y[~out]).predict_proba(Z[out])[:, 1]
    assert 1 - past.adjusted == pytest.approx(explained_within(y, said, campaign), abs=1e-5)
    assert (past.mean, past.contacts, past.rarer) == pytest.approx(
        (y.mean(), len(y), y.sum()), rel=1e-6
    )
    assert past.plain == 1.0


def test_a_frame_says_what_a_model_of_it_says(frame):
    model = RidgePropensity(half_life=None, slope=1.0, base_rate="training").fit(frame)
    assert past_of(frame) == past_of(model)
    weighing = RidgePropensity(alpha=0.01, half_life=2.0).fit(frame)
    assert past_of(weighing).mean == pytest.approx(frame.y.mean(), rel=1e-6)  # not of late alone


def made(n=4000, campaigns=5, seed=0):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "z": rng.normal(size=n),
            "bought": rng.integers(0, 2, n),
            "month": rng.choice([f"2024-{k + 1:02d}" for k in range(campaigns)], n),
        }
    )
    own = rng.normal(size=campaigns)[table["month"].str[-2:].astype(int) - 1]
    amount = 10 + table["x"] + 5 * own + rng.normal(size=n)
    return table, amount


def test_of_an_amount_the_share_explained_is_known_in_advance():
    """Var(x) of Var(x) + Var(noise) within campaigns, however far apart these are."""
    table, amount = made()
    frame = FeatureFrame.from_table(table, target="bought", campaign="month")
    past = past_of(frame, amount)
    assert past.kind == "amount"
    assert past.adjusted == pytest.approx(0.5, abs=0.03)
    within = amount - amount.groupby(table["month"]).transform("mean")
    assert (past.mean, past.variance) == pytest.approx((amount.mean(), within.var(ddof=0)))
    assert past_of(frame, amount.where(table["x"] < 1)).contacts == (table["x"] < 1).sum()


def test_many_campaigns_are_centred_one_by_one():
    """Beyond 30 campaigns are left out in groups; a feature of campaigns explains nothing."""
    table, _ = made()
    dates = pd.date_range("2020-01-01", periods=40, freq="MS").strftime("%Y-%m")
    rng = np.random.default_rng(1)
    table["month"] = rng.choice(dates, len(table))
    of_campaign = table["month"].map(dict(zip(dates, rng.normal(size=40), strict=True)))
    frame = FeatureFrame.from_table(table.assign(x=of_campaign), target="bought", campaign="month")
    past = past_of(frame, 3 * of_campaign + rng.normal(size=len(table)))
    assert past.adjusted > 0.99
    message = (
        "A plan needs predictions of single campaigns left out, and this model leaves out 30 "
        "groups of campaigns. Give the frame of past contacts."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        past_of(RidgePropensity(alpha=0.1).fit(frame))


def test_without_campaigns_parts_are_left_out_at_random():
    table, amount = made()
    frame = FeatureFrame.from_table(table.drop(columns="month"), target="bought")
    own = amount.groupby(table["month"]).transform("mean")
    assert past_of(frame, amount - own).adjusted == pytest.approx(0.5, abs=0.03)


def test_noise_saves_nothing_and_costs_nothing():
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(3000, 5)), columns=list("abcde"))
    frame = FeatureFrame.from_table(table.assign(y=rng.integers(0, 2, 3000)), target="y")
    assert 0.995 < past_of(frame).adjusted <= 1.0


@pytest.mark.parametrize("rare", [0, 1])
def test_of_few_rare_outcomes_no_saving_is_counted_on(rare):
    """However well a feature tells them."""
    saved = []
    for count in (19, 20):
        y = np.where(np.arange(600) < count, rare, 1 - rare)
        table = pd.DataFrame({"x": y + np.arange(600) % 7 / 2, "y": y})
        past = past_of(RidgePropensity(alpha=0.01, folds="random").fit(table[["x"]], table["y"]))
        assert past.rarer == count
        saved.append(1 - past.adjusted)
    assert saved[0] == 0 < saved[1]


def test_customers_of_several_contacts_widen_the_mean_as_statsmodels_says():
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(600), rng.integers(1, 8, 600))
    y = rng.random(len(who)) < expit(rng.normal(0, 2, 600)[who] - 1)
    table = pd.DataFrame({"who": who, "x": rng.normal(size=len(who)), "y": y.astype(int)})
    past = past_of(FeatureFrame.from_table(table, target="y", customer="who"))
    fit = sm.OLS(table["y"].astype(float), np.ones(len(table)))
    clustered = fit.fit(
        cov_type="cluster",
        cov_kwds={"groups": who, "use_correction": False, "df_correction": False},
    )
    alone = fit.fit(cov_type="HC0")
    assert past.plain == pytest.approx((clustered.bse.iloc[0] / alone.bse.iloc[0]) ** 2, rel=1e-6)
    assert past.plain > 2


def test_cells_say_what_their_contacts_say():
    rng = np.random.default_rng(5)
    cells = pd.DataFrame({"x": rng.normal(size=80), "sent": rng.integers(5, 30, 80)})
    cells["bought"] = rng.binomial(cells["sent"], expit(cells["x"] - 1 + rng.normal(size=80)))
    frame = FeatureFrame.from_table(cells, target="bought", trials="sent")
    each = frame.rows(np.repeat(np.arange(len(frame)), frame.weights.astype(int)))
    model = RidgePropensity(alpha=0.01, folds="random")
    by_cell = past_of(model.fit(frame))
    assert by_cell.plain > 1.5  # cells differ beyond chance
    one_by_one = past_of(
        RidgePropensity(alpha=0.01, folds="random").fit(replace(each, weight=None))
    )
    assert one_by_one.mean == pytest.approx(by_cell.mean, rel=1e-6)
    assert one_by_one.contacts == by_cell.contacts
    assert one_by_one.plain == pytest.approx(by_cell.plain, rel=1e-5)


def test_sparse_rows_are_read_as_dense_ones(frame):
    dense = RidgePropensity(alpha=0.01).fit(frame.X, frame.y, campaign=frame.campaign)
    sparse = RidgePropensity(alpha=0.01)
    sparse.fit(csr_array(frame.X.to_numpy()), frame.y, campaign=frame.campaign)
    assert past_of(sparse).adjusted == pytest.approx(past_of(dense).adjusted, abs=1e-5)


def test_of_an_earlier_test_the_control_group_alone_is_read(frame):
    arms = pd.Series(np.where(np.arange(len(frame)) % 3 == 0, "none", "mail"))
    tested = replace(frame, treatment=arms, control="none")
    past = past_of(tested)
    own = frame.rows((arms == "none").to_numpy())
    assert past == replace(past_of(own), control_only=True)


# --- what is refused


def refused(error, message, *given):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        past_of(*given)


def test_outcomes_that_are_not_known_or_all_the_same(frame):
    message = (
        "A plan needs past contacts whose outcome is known; there are none. Give earlier "
        "campaigns, whose outcomes had time to happen."
    )
    refused(DataError, message, replace(frame, y=frame.y * np.nan))
    arms = pd.Series(np.where(frame.y.isna(), "none", "mail"))
    of_none = message.replace("none. G", "none in the control group 'none'. G")
    refused(DataError, of_none, replace(frame, treatment=arms, control="none"))
    message = (
        f"A plan needs outcomes that differ; all {len(frame):,} known ones are 0. Check the "
        "outcome, and whether it had time to happen."
    )
    refused(DataError, message, replace(frame, y=frame.y * 0))


def test_features_that_tell_the_outcome(frame):
    name = frame.X.columns[0]
    message = (
        "Features that may give the outcome away would promise a sample far too small; there are "
        f"[{name!r}]. Leave them out with `frame.without(…)`."
    )
    refused(DataError, message, replace(frame, suspects={name: "so"}))


def test_outcomes_of_another_length_or_without_end(frame):
    message = (
        "`outcome` must be one finite number a row, or NaN where it is not known; got 2 values "
        f"for {len(frame):,} rows, 1 of them infinite. Give a column of the frame's table."
    )
    refused(DataError, message, frame, [1.0, np.inf])
    message = (
        "`outcome` must be numbers, one a row of the frame; got values that are none. Give an "
        "amount, or 0 and 1, and NaN where it is not known."
    )
    refused(DataError, message, frame, ["yes", "no"])


def test_models_that_keep_no_rows_or_foretell_something_else(frame, tmp_path):
    model = RidgePropensity(alpha=0.1).fit(frame)
    message = (
        "A plan reads what the model explains of contacts that it was fitted to, and this one "
        "keeps none: it was loaded, or fitted to a row source. Give the frame of past contacts."
    )
    refused(ParameterError, message, RidgePropensity.load(model.save(tmp_path / "model.json")))
    message = (
        "`outcome` goes with a frame, and the first argument is a model. Give the frame that the "
        "outcomes belong to."
    )
    refused(ParameterError, message, model, frame.y)
    message = (
        "`model` must have a method `propensity`, as RidgePropensity has; got a RidgeAmount. A "
        "plan needs propensities: give a model of who responds."
    )
    refused(ParameterError, message, RidgeAmount(0.1).fit(frame, frame.y))
