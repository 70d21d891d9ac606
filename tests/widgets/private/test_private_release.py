"""The default of a mailed Tuner: which columns and folds, and what of them."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import eigh

from workbench import FeatureFrame, RidgePropensity, Tuner
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.private import noise
from workbench.widgets.private.contributions import measure
from workbench.widgets.private.private_release import MOST_NOISE, Private, _losses, private_release


@pytest.fixture(scope="module")
def private(model):
    found = private_release(model.workspace_, Facts.of(model))
    assert isinstance(found, Private)
    return found


def of(X, y, **settings):
    model = RidgePropensity(alpha=0.05).fit(FeatureFrame(X, pd.Series(y * 1.0), **settings))
    return private_release(model.workspace_, Facts.of(model))


def test_noise_bends_no_direction_by_more_than_half(private):
    size = noise.spectral_size(private.sigma["curvature"], len(private.found.b))
    assert size <= MOST_NOISE


def test_no_customer_holds_a_tenth_of_any_direction_of_what_is_released(model, monkeypatch):
    """The largest share of one customer, of the released curvature with its noise."""
    weighed = []

    def measured(*given):
        found = measure(*given)
        weighed.append(found[1])
        return found

    monkeypatch.setattr(sys.modules[Private.__module__], "measure", measured)
    private = private_release(model.workspace_, Facts.of(model))
    found, T = private.found, private.columns.mapping
    floor = noise.spectral_size(private.sigma["curvature"], len(found.b))
    rows = model.workspace_.given.rows
    x, _ = private.columns.of(rows.X)
    mu = 1 / (1 + np.exp(-x @ found.b))
    released = found.factor @ (found.curvature.sum(axis=0) + floor * np.eye(len(T.T)))
    released = released @ found.factor.T
    share = mu * (1 - mu) * (x * np.linalg.solve(released, x.T).T).sum(axis=1)
    assert share.max() <= 0.1
    share *= weighed[-1]  # rows of large customers count less; here each row is a customer's own
    assert found.largest_share(floor) == pytest.approx(share.max(), rel=1e-6)


def test_folds_are_of_many_customers_and_lose_far_more_than_the_noise(private, frame):
    facts = private.released.facts
    rows = np.bincount(private.released.merged, minlength=len(facts.folds)) * 700
    assert rows.min() >= 100
    assert private.found.loss.min() >= 9 * private.sigma["loss"]


def test_leaving_a_fold_out_of_noisy_statistics_stays_well_posed(private):
    facts = private.released.facts
    stats = facts.stats
    hessian = stats.total_curvature() + stats.total_weight * np.diag(np.append(0.0, facts.tuned))
    leverage = [eigh(own, hessian, eigvals_only=True)[-1] for own in stats.curvature[: stats.held]]
    assert max(leverage) < 1


def test_columns_are_fewer_where_rows_are_few(make_frame):
    frame = make_frame(campaigns=5, each=400, plain=60)
    groups = {name: name.split("_")[0] for name in frame.X}
    model = RidgePropensity(alpha=0.05).fit(
        frame.X, frame.y, campaign=frame.campaign, groups=groups
    )
    found = private_release(model.workspace_, Facts.of(model))
    assert len(found.released.facts.names) < 64
    assert [name for name in found.released.facts.names if "further columns of visits" in name]
    assert found.released.notes[0].endswith(
        "columns for the 64 of the fit: the others of a group move together, or stay as they were "
        "fitted."
    )


def test_what_few_have_is_in_no_column_not_even_pooled():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=900), "b": rng.normal(size=900)})
    for j in range(3):
        X[f"rare_{j}"] = 0.0
        X.loc[[5, 6 + j], f"rare_{j}"] = 1.0  # four customers have any of them
    y = rng.random(900) < 1 / (1 + np.exp(1 - X["a"]))
    catalogue = pd.DataFrame({"group": ["g", "g", "r", "r", "r"]}, index=X.columns)
    found = of(X, y, catalogue=catalogue)
    assert found.released.facts.names == ("a", "b")
    X["rare_0"] = (np.arange(900) % 50 == 0) * 1.0
    assert "rare_0" in of(X, y, catalogue=catalogue).released.facts.names


def test_ten_contacts_of_one_customer_are_one():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=900), "own": (np.arange(900) < 12) * 1.0})
    y = rng.random(900) < 0.3
    owner = pd.Series(np.where(np.arange(900) < 12, 0, np.arange(900)))
    assert of(X, y).released.facts.names == ("a", "own")
    assert of(X, y, customer=owner).released.facts.names == ("a",)


def test_too_few_customers_have_no_statistics(make_frame):
    few = make_frame(campaigns=2, each=40)
    model = RidgePropensity(alpha=0.5).fit(few)
    said = private_release(model.workspace_, Facts.of(model))
    assert said == "There are fewer than 100 customers."
    assert Tuner(model).state() is None


def test_a_row_of_an_origin_elsewhere_is_read_alike(private, model):
    scaling = private.columns.scaling
    from dataclasses import replace

    moved = replace(scaling, mean=scaling.mean + 7.0)
    X = model.workspace_.given.rows.X[:50].astype(float)
    shifted = X.copy()
    shifted[:, scaling.columns] += 7.0
    here, there = private.columns.of(X), private.columns.under(moved).of(shifted)
    np.testing.assert_allclose(here[0], there[0], atol=1e-9)


def test_penalties_have_two_digits(private, model):
    for one in private.released.facts.tuned[:3]:
        assert one == pytest.approx(float(f"{one:.2g}"), rel=1e-12)
    assert json.dumps(private.released.facts.tuned.tolist())


def test_losses_are_of_campaigns_left_out_however_penalties_were_tuned(tuned_ahead):
    ours, theirs = (
        _losses(model.workspace_.given.rows, model.workspace_, Facts.of(model))
        for model in tuned_ahead
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
