import re

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.datasets import planted
from workbench.errors import DataError
from workbench.evidence import compare, out_of_time
from workbench.evidence.compare import ALMOST_NOTHING


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=6, new_campaigns=3, rows=1000, stable=6, spiky=3, seed=7).frame


@pytest.fixture(scope="module")
def split(frame):
    return out_of_time(frame, test_campaigns=3)


@pytest.fixture(scope="module")
def found(frame):
    return compare(RidgePropensity(), frame, test_campaigns=3, repeats=50, seed=3)


def test_each_method_is_what_it_says(found, split):
    ours = RidgePropensity().fit(split.train)
    uniform = RidgePropensity(penalty_factors={}).fit(split.train)
    for name, model in (("this model", ours), ("one alpha", uniform)):
        np.testing.assert_array_equal(found.propensity[name], model.propensity(split.test))
        assert found.table.loc[name, "edf"] == model.edf_
        assert found.table.loc[name, "alpha"] == model.alpha_
    X = split.train.X
    peer = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10)
    peer.fit((X - X.mean()) / X.std(ddof=0), split.train.y)
    held = split.test.X.clip(X.min(), X.max(), axis=1)  # as the models do by default
    free = peer.predict_proba((held - X.mean()) / X.std(ddof=0))[:, 1]
    np.testing.assert_allclose(found.propensity["no penalty"], free, rtol=1e-6)
    assert found.table.loc["no penalty", "edf"] == pytest.approx(9)
    np.testing.assert_allclose(found.propensity["base rate"], split.train.y.mean())
    assert found.table.loc["base rate", "auc"] == 0.5


def test_the_lasso_is_scikit_learns_at_the_alpha_named(found, split):
    X, W = split.train.X, len(split.train)
    alpha, kept = found.table.loc["lasso", ["alpha", "columns_kept"]]
    peer = LogisticRegression(
        l1_ratio=1.0, C=1 / (alpha * W), solver="saga", tol=1e-9, random_state=0
    )
    peer.set_params(max_iter=5000).fit((X - X.mean()) / X.std(ddof=0), split.train.y)
    p = peer.predict_proba((split.test.X - X.mean()) / X.std(ddof=0))[:, 1]
    np.testing.assert_allclose(found.propensity["lasso"], p, rtol=0.01)
    assert kept == (peer.coef_ != 0).sum()
    assert kept == found.table.loc["lasso", "edf"]


def test_measures_are_of_the_later_campaigns(found, split):
    y, label = split.test.y, split.test.campaign
    for name, p in found.propensity.items():
        row = found.table.loc[name]
        assert row["log_loss"] == metrics.log_loss(y, p)
        assert row["auc"] == metrics.auc(y, p)
        assert row["weighted_auc"] == metrics.weighted_auc(metrics.by_campaign(y, p, label))
        assert row["loss_more"] == pytest.approx(
            row["log_loss"] - found.table.loc["this model", "log_loss"], abs=1e-12
        )
    assert (found.table.loc["this model", ["loss_more", "low", "high"]] == 0).all()


def test_the_difference_is_bounded_by_drawing_later_campaigns_again(found, split):
    y, ours = split.test.y.to_numpy(), found.propensity["this model"]
    for name in ("no penalty", "lasso"):
        p = found.propensity[name]
        more = -np.log(np.where(y == 1, p, 1 - p)) + np.log(np.where(y == 1, ours, 1 - ours))
        sums = pd.Series(more).groupby(split.test.campaign.to_numpy()).mean().to_numpy()
        draws = np.random.default_rng(3)
        by_hand = [sums[draws.integers(3, size=3)].mean() for _ in range(50)]
        low, high = np.quantile(by_hand, [0.025, 0.975])
        assert found.table.loc[name, ["low", "high"]].tolist() == pytest.approx([low, high])


def test_it_says_that_shrinking_is_not_dropping(found):
    ours, lasso = found.table.loc["this model"], found.table.loc["lasso"]
    assert ours["columns_kept"] == 9 > lasso["columns_kept"]
    assert ours["edf"] < 9
    assert found.sentence() == (
        f"Shrinking is not dropping: this model keeps 9 of 9 columns, worth {ours['edf']:.1f} "
        f"unpenalised ones; the lasso keeps {lasso['columns_kept']} and drops "
        f"{9 - lasso['columns_kept']}. Log loss on later campaigns: {ours['log_loss']:.4f} "
        f"against {lasso['log_loss']:.4f}."
    )
    least, most = (f(RidgePropensity().fit(found.split.train).penalties_) for f in (min, max))
    assert ours["note"] == f"penalties from {least:.2g} to {most:.2g}"
    assert found.sentence() in repr(found)
    assert found.sentence() in found._repr_html_()
    assert found.split.sentence() in found._repr_html_()


def test_where_nothing_is_unique_without_a_penalty_the_table_says_so(frame):
    twin = frame.X.assign(twin=frame.X["stable_01"])
    doubled = FeatureFrame(X=twin, y=frame.y, campaign=frame.campaign, as_of=frame.as_of)
    model = RidgePropensity(alpha=0.01)
    table = compare(model, doubled, test_campaigns=1, repeats=5).table
    assert table["note"].tolist() == ["", "no unique optimum: alpha = 1e-08", "", "", ""]
    assert table.loc["no penalty", "alpha"] == ALMOST_NOTHING
    assert table["low"].isna().all()  # one later campaign cannot be drawn again
    assert not hasattr(model, "columns_")


def test_fewer_than_two_campaigns_are_refused(frame):
    message = (
        "A test on later campaigns needs at least two campaigns with outcomes; got 1. Name a "
        "column with more of them, or leave `test_campaigns` out and use `hold_out`, which draws "
        "contacts at random then."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        compare(RidgePropensity(), frame.rows((frame.campaign == "c01").to_numpy()))
